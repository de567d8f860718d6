"""What grows: leaves, hedges, grass, bark. Colours are in the textures."""

from __future__ import annotations

import numpy as np

from sdg.stage.builtin.cells import cells, strokes
from sdg.stage.builtin.noise import blurred, color_texture, fractal, normal_texture, scalar_texture, step, white
from sdg.stage.builtin.textures.model import TextureSet, mixed

# What a texture of 1 stands for: lighter than any leaf, blade or ridge in each channel.
LEAF_BASE = (0.30, 0.36, 0.14)
GRASS_BASE = (0.42, 0.42, 0.20)
BARK_BASE = (0.40, 0.33, 0.26)


def leaf() -> TextureSet:
    """The upper side of a broad leaf: a net of veins, lighter than the blade, on an uneven green."""
    shape, size = (512, 512), (0.4, 0.4)
    fields = cells("leaf fields", shape, (26, 26))
    net = cells("leaf net", shape, (110, 110))
    veins = (1.0 - step(fields.border, 0.015, 0.06)) * 0.9
    fine = (1.0 - step(net.border, 0.03, 0.14)) * 0.35
    vein = np.maximum(veins, fine)
    patches = fractal("leaf patches", shape, slope=1.1, low=3, high=50)
    old = step(fractal("leaf old", shape, slope=1.3, low=3, high=60), 1.5, 2.8)
    albedo = (1.0 + 0.09 * patches)[:, :, None] * np.array([0.052, 0.108, 0.026])
    albedo = mixed(albedo, np.array([0.115, 0.175, 0.060]), vein)
    albedo = mixed(albedo, np.array([0.22, 0.19, 0.05]), 0.5 * old)
    height = -0.00035 * blurred(vein, 0.8) + 0.0003 * patches * 0.3
    return TextureSet(
        size,
        color_texture(albedo / np.array(LEAF_BASE)),
        scalar_texture(np.clip(0.82 + 0.1 * patches * 0.5 + 0.1 * vein, 0.4, 1.0)),
        None,
        normal_texture(height, size),
    )


def foliage() -> TextureSet:
    """A hedge seen from outside: leaves of 40 to 80 mm over each other, darker further in."""
    shape, size = (1024, 1024), (2.0, 2.0)
    albedo = np.ones((*shape, 1)) * np.array([0.010, 0.014, 0.006])
    height = np.zeros(shape)
    for layer, (count, light) in enumerate(((4200, 0.45), (3000, 0.75), (2000, 1.0))):
        name = f"foliage {layer}"
        leaves = strokes(name, shape, count, length_px=(20.0, 42.0), width_px=(11.0, 19.0), leaf=True, bend=0.7)
        draws = white(f"{name} draws", (count, 4))[leaves.index]
        there = np.asarray(leaves.index >= 0, np.float64)
        midrib = 1.0 - step(np.abs(leaves.across), 0.04, 0.2)
        # Halves of a leaf fold up along the midrib, and each leaf leans its own way.
        lean = (draws[:, :, 0] - 0.5) * leaves.across + (draws[:, :, 1] - 0.5) * (leaves.along - 0.5) * 2.0
        green = np.array([0.050, 0.105, 0.024]) * (0.7 + 0.75 * draws[:, :, 2, None])
        young = np.array([0.115, 0.165, 0.035])
        color = mixed(green, young, 0.7 * step(draws[:, :, 3], 0.72, 1.0))
        color = color * (1.0 + 0.35 * midrib)[:, :, None] * (light * (0.85 + 0.3 * leaves.along))[:, :, None]
        albedo = mixed(albedo, color, there)
        height = np.where(there > 0, 0.004 * layer + 0.005 * lean + 0.001 * np.abs(leaves.across), height)
    clouds = fractal("foliage clouds", shape, slope=1.2, low=3, high=24)
    albedo = albedo * (1.0 + 0.10 * clouds)[:, :, None]
    return TextureSet(
        size,
        color_texture(albedo / np.array(LEAF_BASE)),
        scalar_texture(np.clip(0.85 + 0.04 * clouds, 0.4, 1.0)),
        None,
        normal_texture(blurred(height, 0.7), size),
    )


def grass() -> TextureSet:
    """A mown lawn from above: blades in every direction, straw among them, patches of other green."""
    shape, size = (1024, 1024), (2.4, 2.4)
    patches = fractal("grass patches", shape, slope=1.2, low=4, high=50)
    albedo = np.clip(1.0 + 0.2 * patches, 0.4, 1.8)[:, :, None] * np.array([0.030, 0.033, 0.014])
    height = np.zeros(shape)
    for layer, (count, light) in enumerate(((26_000, 0.6), (26_000, 1.0))):
        name = f"grass {layer}"
        blades = strokes(name, shape, count, length_px=(9.0, 24.0), width_px=(1.3, 2.4), bend=1.2)
        draws = white(f"{name} draws", (count, 3))[blades.index]
        there = np.asarray(blades.index >= 0, np.float64)
        green = np.array([0.080, 0.150, 0.028]) * (0.55 + 0.95 * draws[:, :, 0, None])
        color = mixed(green, np.array([0.26, 0.215, 0.095]), step(draws[:, :, 1], 0.90, 0.97))
        color = color * (light * (0.45 + 0.75 * blades.along))[:, :, None]
        color = color * (1.0 + patches[:, :, None] * np.array([0.11, 0.06, 0.04]))
        albedo = mixed(albedo, color, there)
        height = np.where(there > 0, 0.0015 * layer + 0.0035 * blades.along - 0.0008 * np.abs(blades.across), height)
    return TextureSet(
        size,
        color_texture(np.clip(albedo, 0.0, None) / np.array(GRASS_BASE)),
        scalar_texture(np.clip(0.92 + 0.02 * patches, 0.5, 1.0)),
        None,
        normal_texture(blurred(height, 0.8), size),
    )


def bark() -> TextureSet:
    """Furrowed bark, ridges along v: grey plates, dark furrows, moss on some."""
    shape, size = (1024, 768), (1.5, 2.0)
    warp = fractal("bark warp", shape, slope=1.5, low=2, high=80, stretch=(1.0, 1.6))
    ridges = fractal("bark ridges", shape, slope=1.0, low=7, high=70, stretch=(1.0, 5.0))
    furrow = 1.0 - step(np.abs(ridges + 0.35 * warp), 0.05, 0.85)
    cross = fractal("bark plates", shape, slope=0.9, low=12, high=90, stretch=(2.5, 1.0))
    split = (1.0 - step(np.abs(cross), 0.0, 0.22)) * 0.6
    fine = fractal("bark fine", shape, slope=0.7, low=30, stretch=(1.0, 2.0))
    depth = np.maximum(furrow, split * (1.0 - furrow))
    moss = step(fractal("bark moss", shape, slope=1.4, low=2, high=100), 1.1, 2.4) * (1.0 - 0.5 * depth)
    albedo = (1.0 + 0.14 * fine + 0.1 * warp)[:, :, None] * np.array([0.20, 0.165, 0.13])
    albedo = mixed(albedo, np.array([0.055, 0.040, 0.028]), 0.9 * depth)
    albedo = mixed(albedo, np.array([0.13, 0.145, 0.06]), 0.55 * moss)
    height = -0.0045 * blurred(depth, 1.2) + 0.0006 * fine
    return TextureSet(
        size,
        color_texture(albedo / np.array(BARK_BASE)),
        scalar_texture(np.clip(0.96 + 0.02 * fine, 0.6, 1.0)),
        None,
        normal_texture(height, size),
    )
