"""Woven, felted, tufted and tanned: fabrics, carpet, leather."""

from __future__ import annotations

import numpy as np

from sdg.stage.builtin.cells import cells, strokes
from sdg.stage.builtin.noise import blurred, color_texture, fractal, normal_texture, scalar_texture, step, white
from sdg.stage.builtin.textures.model import TextureSet


def woven() -> TextureSet:
    """Upholstery in plain weave: threads of 2 mm, uneven in thickness and tone."""
    shape, size = (1024, 1024), (0.5, 0.5)
    threads = 250
    drift_x = fractal("weave drift across", shape, slope=1.6, low=2, high=60, stretch=(3.0, 1.0))
    drift_y = fractal("weave drift down", shape, slope=1.6, low=2, high=60, stretch=(1.0, 3.0))
    y = (np.arange(shape[0]) + 0.5)[:, None] * threads / shape[0] + 0.18 * drift_x
    x = (np.arange(shape[1]) + 0.5)[None, :] * threads / shape[1] + 0.18 * drift_y
    weft, warp = np.floor(y).astype(np.intp), np.floor(x).astype(np.intp)
    weft_on_top = (weft + warp) % 2 == 0
    tones = white("weave tones", (2, threads))
    tone = np.where(weft_on_top, tones[0][weft % threads], tones[1][warp % threads])
    from_middle = np.where(weft_on_top, y - weft, x - warp) - 0.5
    along = np.where(weft_on_top, x - warp, y - weft) - 0.5
    round_thread = np.sqrt(np.clip(1.0 - 3.4 * from_middle**2, 0.05, 1.0))
    over = np.cos(np.pi * along) * round_thread
    fuzz = fractal("weave fuzz", shape, slope=0.4, low=80)
    slow = fractal("weave wear", shape, slope=1.6, low=2, high=20)
    value = (0.55 + 0.38 * over) * (0.86 + 0.22 * tone) * (1.0 + 0.05 * fuzz + 0.02 * slow)
    return TextureSet(
        size,
        color_texture(np.clip(value, 0.05, 1.0)),
        scalar_texture(np.clip(0.95 + 0.02 * fuzz, 0.6, 1.0)),
        None,
        normal_texture(0.0004 * over + 0.00003 * fuzz, size),
    )


def felt() -> TextureSet:
    """Wool felt as on office chairs and screens: matted fibres of several greys."""
    shape, size = (768, 768), (0.8, 0.8)
    hairs = strokes("felt hairs", shape, 60_000, length_px=(10.0, 26.0), width_px=(0.8, 1.2), bend=2.5)
    tone = white("felt tones", (60_000, 1))[hairs.index, 0]
    lumps = fractal("felt lumps", shape, slope=1.0, low=6, high=120)
    slow = fractal("felt wear", shape, slope=1.7, low=2, high=20)
    value = 0.66 + 0.30 * tone + 0.03 * lumps + 0.015 * slow
    height = blurred(tone, 0.8) * 0.00025 + 0.0001 * lumps
    return TextureSet(
        size,
        color_texture(blurred(value, 0.5)),
        scalar_texture(np.clip(0.97 + 0.01 * lumps, 0.7, 1.0)),
        None,
        normal_texture(height, size),
    )


def carpet() -> TextureSet:
    """Loop-pile carpet tiles of 500 mm, each turned by a quarter against the next; heathered yarn, trodden paths."""
    shape, size = (1024, 1024), (3.0, 3.0)
    count = 512
    loops = cells("carpet loops", shape, (count, count), jitter=0.8)
    draws = white("carpet yarn", (count * count, 2))[loops.index]
    rows, columns = np.indices(shape)
    tile_row, tile_column = rows * 6 // shape[0], columns * 6 // shape[1]
    turned = (tile_row + tile_column) % 2 == 1
    lot = white("carpet tiles", (6, 6))[tile_row, tile_column]
    along = fractal("carpet rows", shape, slope=0.5, low=20, high=340, stretch=(9.0, 1.0))
    across = fractal("carpet columns", shape, slope=0.5, low=20, high=340, stretch=(1.0, 9.0))
    ribs = np.where(turned, along, across)
    trodden = fractal("carpet paths", shape, slope=1.9, low=1, high=12)
    dome = np.clip(1.0 - 1.1 * loops.nearest, 0.0, 1.0)
    value = (0.50 + 0.28 * dome) * (0.82 + 0.34 * draws[:, :, 0]) * (1.0 + 0.10 * ribs)
    value = value * (0.97 + 0.06 * lot) * (1.0 - 0.05 * np.clip(trodden, -1.0, 2.0))
    seam_x = np.abs((columns * 6 / shape[1] + 0.5) % 1.0 - 0.5) * 0.5
    seam_y = np.abs((rows * 6 / shape[0] + 0.5) % 1.0 - 0.5) * 0.5
    seam = 1.0 - step(np.minimum(seam_x, seam_y), 0.0015, 0.004)
    value = value * (1.0 - 0.35 * seam)
    warm = (draws[:, :, 1] - 0.5)[:, :, None] * np.array([0.12, 0.0, -0.12])
    return TextureSet(
        size,
        color_texture(np.clip(value, 0.03, 1.0)[:, :, None] * (1.0 + warm)),
        scalar_texture(np.clip(0.97 + 0.01 * ribs, 0.7, 1.0)),
        None,
        normal_texture(0.0022 * dome + 0.0006 * ribs - 0.002 * seam, size),
    )


def leather() -> TextureSet:
    """Grained upholstery leather: pebbles of 2 to 5 mm, creases, worn and shiny spots."""
    shape, size = (1024, 1024), (1.0, 1.0)
    warp = fractal("leather warp", shape, slope=1.6, low=3, high=60)
    pebbles = cells("leather pebbles", shape, (280, 280))
    coarse = cells("leather coarse", shape, (90, 90))
    valley = 1.0 - step(pebbles.border, 0.02, 0.2)
    fold = (1.0 - step(coarse.border, 0.0, 0.07)) * step(warp, -0.6, 1.2)
    rubbed = step(fractal("leather rubbed", shape, slope=1.3, low=3, high=40), 0.2, 2.8)
    clouds = fractal("leather clouds", shape, slope=1.1, low=4, high=80)
    value = 0.88 + 0.03 * clouds - 0.16 * valley - 0.16 * fold + 0.04 * rubbed
    height = -0.00012 * blurred(valley, 0.7) - 0.0003 * blurred(fold, 0.8)
    return TextureSet(
        size,
        color_texture(value),
        scalar_texture(np.clip(0.88 + 0.1 * valley - 0.22 * rubbed, 0.4, 1.0)),
        None,
        normal_texture(height + 0.00002 * warp, size),
    )
