"""Laid in courses or cast in slabs: blocks, bricks, tiles, stone."""

from __future__ import annotations

import numpy as np

from sdg.stage.builtin.cells import cells
from sdg.stage.builtin.courses import courses
from sdg.stage.builtin.noise import blurred, color_texture, fractal, normal_texture, scalar_texture, step, white
from sdg.stage.builtin.textures.model import TextureSet, mixed

# What a texture of 1 stands for where several materials meet in one: lighter than any of them in each channel.
BRICK_BASE = (0.56, 0.46, 0.42)
SLAB_BASE = (0.54, 0.46, 0.39)
TERRAZZO_BASE = (0.80, 0.76, 0.70)


def block_wall() -> TextureSet:
    """Painted concrete blocks of 400 x 200 mm in running bond."""
    shape, size = (512, 512), (1.6, 1.6)
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]] / shape[0]
    course = np.floor(rows * 8)
    down = np.abs((rows * 8) % 1.0 - 0.5) * 0.2
    across = np.abs((columns * 4 + 0.5 * (course % 2)) % 1.0 - 0.5) * 0.4
    gap = np.minimum(0.1 - down, 0.2 - across)
    joint = 1.0 - step(gap, 0.003, 0.0075)
    grit = fractal("block grit", shape, slope=0.6, low=30)
    block = white("block tone", (8, 4))[
        course.astype(np.int64), np.floor(columns * 4 + 0.5 * (course % 2)).astype(np.int64) % 4
    ]
    stains = fractal("block stains", shape, slope=1.7, low=1, high=60)
    value = 0.92 + 0.03 * (block - 0.5) + 0.018 * grit + 0.02 * stains - 0.16 * blurred(joint, 0.8)
    height = -0.003 * blurred(joint, 1.0) + 0.00022 * grit
    return TextureSet(
        size, color_texture(value), scalar_texture(0.92 + 0.03 * stains), None, normal_texture(height, size)
    )


def brick() -> TextureSet:
    """Clay bricks of 215 x 65 mm with mortar joints of 10 mm in running bond; colours are in the texture."""
    shape, size = (1024, 1024), (2.7, 2.7)
    bond = courses(shape, rows=36, columns=12, shift=0.5, joint=(10 / 225, 10 / 75), rim=(0.014, 0.04))
    tones = white("brick tones", (36 * 12, 4))[bond.index]
    warp = fractal("brick edges", shape, slope=1.0, low=30)
    grit = fractal("brick grit", shape, slope=0.5, low=40)
    clouds = fractal("brick clouds", shape, slope=1.6, low=1, high=40)
    clay = step(bond.depth + 0.12 * warp, 0.3, 0.9)
    # Fired darker, fired lighter, and now and then nearly black.
    fired = 0.72 + 0.5 * (tones[:, :, 0] - 0.4) - 0.35 * (tones[:, :, 1] > 0.93)
    fired = fired * (1.0 + 0.09 * grit + 0.06 * clouds)
    hue = (tones[:, :, 2] - 0.5)[:, :, None] * np.array([0.06, 0.1, 0.12])
    face = np.clip(fired, 0.2, 1.3)[:, :, None] * (np.array([0.33, 0.125, 0.08]) * (1.0 + 2.2 * hue))
    mortar = (1.0 + 0.1 * grit + 0.05 * clouds)[:, :, None] * np.array([0.36, 0.33, 0.29])
    bloom = step(fractal("brick bloom", shape, slope=1.3, low=2, high=150), 1.3, 2.8)
    albedo = mixed(mortar, face, clay) + 0.12 * (bloom * clay)[:, :, None]
    height = 0.005 * clay + 0.0007 * grit + 0.0012 * (tones[:, :, 3] - 0.5) * clay
    return TextureSet(
        size,
        color_texture(albedo / np.array(BRICK_BASE)),
        scalar_texture(np.clip(0.9 + 0.03 * grit - 0.05 * clay, 0.5, 1.0)),
        None,
        normal_texture(blurred(height, 0.7), size),
    )


def ceramic_tile() -> TextureSet:
    """Glazed tiles of 297 mm with joints of 3 mm; no two of the same white."""
    shape, size = (1024, 1024), (2.4, 2.4)
    bond = courses(shape, rows=8, columns=8, shift=0.0, joint=(0.011, 0.011), rim=(0.009, 0.009))
    tones = white("tile tones", (64, 4))[bond.index]
    haze = fractal("tile haze", shape, slope=1.6, low=2, high=80)
    grit = fractal("tile grout", shape, slope=0.7, low=20)
    dirt = step(fractal("tile dirt", shape, slope=1.8, low=1, high=30), -0.5, 2.0)
    glaze = bond.depth
    value = 0.93 + 0.06 * (tones[:, :, 0] - 0.5) + 0.012 * haze
    tile = value[:, :, None] * (1.0 + (tones[:, :, 1] - 0.5)[:, :, None] * np.array([0.015, 0.0, -0.03]))
    grout = (0.55 * (1.0 - 0.45 * dirt) + 0.03 * grit)[:, :, None] * np.array([1.0, 0.97, 0.92])
    # Each tile leans its own way by a millimetre or two in a metre, which reflections show.
    lean = (bond.u - 0.5) * (tones[:, :, 2] - 0.5) + (bond.v - 0.5) * (tones[:, :, 3] - 0.5)
    height = 0.0016 * glaze + 0.0009 * lean * glaze + 0.00002 * haze
    return TextureSet(
        size,
        color_texture(mixed(grout, tile, glaze)),
        scalar_texture(np.clip((0.14 + 0.02 * haze) * glaze + 0.92 * (1.0 - glaze), 0.05, 1.0)),
        None,
        normal_texture(height, size),
    )


def stone_slab() -> TextureSet:
    """Sawn sandstone slabs of 600 x 400 mm in running bond, each cut from another place; colours are in the texture."""
    shape, size = (1024, 1024), (3.6, 3.2)
    bond = courses(shape, rows=8, columns=6, shift=0.5, joint=(0.012, 0.018), rim=(0.006, 0.009))
    tones = white("slab tones", (48, 5))[bond.index]
    veins = fractal("slab veins", shape, slope=1.5, low=2, high=200, stretch=(2.5, 1.0))
    # A slab shows a cut of its own: the same stone, shifted by an amount that only it has.
    rows, columns = np.indices(shape)
    own = veins[
        (rows + (tones[:, :, 3] * shape[0]).astype(np.intp)) % shape[0],
        (columns + (tones[:, :, 4] * shape[1]).astype(np.intp)) % shape[1],
    ]
    grit = fractal("slab grit", shape, slope=0.4, low=50)
    stains = step(fractal("slab stains", shape, slope=1.7, low=1, high=60), 0.2, 2.6)
    value = (0.78 + 0.22 * (tones[:, :, 0] - 0.5) + 0.06 * own + 0.03 * grit) * (1.0 - 0.3 * stains)
    warm = (tones[:, :, 1] - 0.5 + 0.12 * own)[:, :, None] * np.array([0.05, 0.0, -0.12])
    slab = value[:, :, None] * np.array([0.42, 0.37, 0.29]) * (1.0 + warm)
    joint = (1.0 + 0.12 * grit - 0.3 * stains)[:, :, None] * np.array([0.19, 0.17, 0.14])
    height = 0.004 * bond.depth + 0.0003 * grit + 0.0002 * own + 0.0015 * (tones[:, :, 2] - 0.5) * bond.depth
    return TextureSet(
        size,
        color_texture(mixed(joint, slab, bond.depth) / np.array(SLAB_BASE)),
        scalar_texture(np.clip(0.84 + 0.04 * grit - 0.08 * stains, 0.4, 1.0)),
        None,
        normal_texture(height, size),
    )


def terrazzo() -> TextureSet:
    """Chips of marble of three sizes in cement, ground and polished; colours are in the texture."""
    shape, size = (1024, 1024), (2.0, 2.0)
    haze = fractal("terrazzo haze", shape, slope=1.7, low=1, high=40)
    grit = fractal("terrazzo grit", shape, slope=0.3, low=100)
    palette = np.array(
        [[0.62, 0.58, 0.52], [0.48, 0.40, 0.31], [0.27, 0.26, 0.25], [0.66, 0.63, 0.60], [0.36, 0.22, 0.16]]
    )
    albedo = (1.0 + 0.05 * haze + 0.04 * grit)[:, :, None] * np.array([0.49, 0.47, 0.43])
    for name, count, share, gap in (("fine", 250, 0.5, 0.10), ("middle", 130, 0.45, 0.07), ("coarse", 70, 0.4, 0.05)):
        chips = cells(f"terrazzo {name}", shape, (count, count))
        draws = white(f"terrazzo {name} draws", (count * count, 3))[chips.index]
        there = step(chips.border, gap, gap + 0.06) * (draws[:, :, 0] < share)
        kind = np.minimum((draws[:, :, 1] ** 0.8 * len(palette)).astype(np.intp), len(palette) - 1)
        tone = (0.85 + 0.3 * draws[:, :, 2])[:, :, None]
        albedo = mixed(albedo, palette[kind] * tone, there)
    rough = np.clip(0.28 + 0.04 * haze, 0.1, 0.6)
    return TextureSet(
        size,
        color_texture(albedo / np.array(TERRAZZO_BASE)),
        scalar_texture(rough),
        None,
        normal_texture(0.000008 * fractal("terrazzo waves", shape, slope=1.5, low=8, high=60), size),
    )
