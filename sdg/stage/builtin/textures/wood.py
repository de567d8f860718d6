"""Wood: sawn boards, floors, veneers; grain along u."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.stage.builtin.noise import color_texture, fractal, normal_texture, scalar_texture, step, white
from sdg.stage.builtin.textures.model import TextureSet, mixed


def wood() -> TextureSet:
    """Sawn softwood: grain along u, growth rings, a few knots, grey weathering."""
    shape, size = (512, 1024), (1.6, 0.8)
    x, y = np.arange(shape[1])[None, :] / shape[1], np.arange(shape[0])[:, None] / shape[0]
    warp = fractal("wood warp", shape, slope=2.2, low=1, high=24, stretch=(2.5, 1.0))
    knots: FloatArray = np.zeros(shape)
    bend: FloatArray = np.zeros(shape)
    for across, down, scale in white("wood knots", (7, 3)):
        dx = ((x - across + 0.5) % 1.0 - 0.5) * size[0]
        dy = ((y - down + 0.5) % 1.0 - 0.5) * size[1]
        radius = 0.006 + 0.008 * scale
        knots = np.maximum(knots, step(-np.hypot(dx * 0.8, dy), -radius * 1.15, -radius * 0.75))
        bend += np.tanh(dy / 0.012) * np.exp(-((dx / 0.07) ** 2) - (dy / 0.035) ** 2) * 1.4
    rings = 0.5 + 0.5 * np.sin(2 * np.pi * (58 * y + 1.9 * warp) + bend * 3.0)
    fibre = fractal("wood fibre", shape, slope=0.55, low=20, stretch=(14.0, 1.0))
    weather = step(fractal("wood weather", shape, slope=1.5, low=1, high=80, stretch=(1.0, 2.0)), -0.3, 2.0)
    value = 0.86 - 0.2 * rings**2 + 0.055 * fibre - 0.16 * weather
    color = mixed(np.clip(value, 0.25, 1.0)[:, :, None], np.array([0.62, 0.64, 0.66]), 0.35 * weather)
    late = (rings**2)[:, :, None] * np.array([0.0, 0.06, 0.12])
    color = color * (1.0 - late)
    color *= 1.0 - knots[:, :, None] * np.array([0.55, 0.66, 0.72])
    height = -0.00025 * rings + 0.00018 * fibre
    return TextureSet(
        size,
        color_texture(color),
        scalar_texture(np.clip(0.9 + 0.05 * fibre - 0.1 * knots, 0.6, 1.0)),
        None,
        normal_texture(height, size),
    )


def hardwood_floor() -> TextureSet:
    """Oiled oak planks, 120 mm wide and 1 to 1.6 m long, each of another tone and grain."""
    shape, size = (1024, 1024), (3.84, 2.4)
    rows, columns = np.indices(shape)
    course = rows * 20 // shape[0]
    draws = white("plank joints", (20, 4))
    # Three planks in a row of 3.84 m; where they meet differs from row to row.
    ends = (np.arange(3)[None, :] + 0.42 * (draws[:, 1:] - 0.5)) / 3 + draws[:, :1]
    x = (columns + 0.5) / shape[1]
    ahead = (ends[course] - x[:, :, None]) % 1.0
    plank = np.argmin(ahead, axis=2) + 3 * course
    to_end = np.minimum(ahead.min(axis=2), (1.0 - ahead).min(axis=2)) * size[0]
    within = ((rows + 0.5) * 20 / shape[0]) % 1.0
    to_side = (0.5 - np.abs(within - 0.5)) * size[1] / 20
    tones = white("plank tones", (60, 5))[plank]
    fibre, figure = _oak_fields(shape)
    down = (tones[:, :, 3] * shape[0]).astype(np.intp)
    along = (tones[:, :, 4] * shape[1]).astype(np.intp)
    place = (rows + down) % shape[0], (columns + along) % shape[1]
    own_fibre, own_figure = fibre[place], figure[place]
    rings = 0.5 + 0.5 * np.sin(2 * np.pi * (3.0 * tones[:, :, 2] + 2.6 * own_figure + 2.0 * within))
    pores = step(own_fibre, 1.1, 2.4)
    value = 0.80 + 0.26 * (tones[:, :, 0] - 0.5) - 0.10 * rings + 0.05 * own_fibre - 0.16 * pores
    hue = (tones[:, :, 1] - 0.5)[:, :, None] * np.array([0.03, 0.08, 0.16])
    late = (rings + pores)[:, :, None] * np.array([0.0, 0.03, 0.06])
    gap = 1.0 - step(np.minimum(to_end, to_side), 0.0006, 0.0026)
    color = np.clip(value, 0.2, 1.0)[:, :, None] * (1.0 + hue - late) * (1.0 - 0.7 * gap[:, :, None])
    worn = fractal("plank wear", shape, slope=1.8, low=1, high=40)
    height = 0.00004 * own_fibre - 0.0008 * gap
    rough = np.clip(0.80 + 0.06 * worn + 0.04 * own_fibre + 0.15 * gap, 0.4, 1.0)
    return TextureSet(size, color_texture(color), scalar_texture(rough), None, normal_texture(height, size))


def _oak_fields(shape: tuple[int, int]) -> tuple[FloatArray, FloatArray]:
    """Return the fibre and the slow figure of oak along u."""
    fibre = fractal("oak fibre", shape, slope=0.5, low=24, stretch=(18.0, 1.0))
    figure = fractal("oak figure", shape, slope=1.9, low=3, high=90, stretch=(5.0, 1.0))
    return fibre, figure


def plywood() -> TextureSet:
    """Birch plywood: peeled veneer with a broad wavy figure, small dark knots and patches."""
    shape, size = (512, 1024), (2.4, 1.2)
    figure = fractal("plywood figure", shape, slope=2.0, low=1, high=40, stretch=(3.0, 1.0))
    fibre = fractal("plywood fibre", shape, slope=0.5, low=20, stretch=(16.0, 1.0))
    # Peeled round the trunk, year rings are cut at so flat an angle that they spread into islands and waves.
    bands = 0.5 + 0.5 * np.sin(2 * np.pi * 3.2 * figure)
    clouds = fractal("plywood clouds", shape, slope=1.6, low=1, high=20)
    value = 0.90 - 0.07 * bands**3 + 0.025 * fibre + 0.02 * clouds
    knots: FloatArray = np.zeros(shape)
    x, y = np.arange(shape[1])[None, :] / shape[1], np.arange(shape[0])[:, None] / shape[0]
    for across, down, scale in white("plywood knots", (9, 3)):
        dx = ((x - across + 0.5) % 1.0 - 0.5) * size[0]
        dy = ((y - down + 0.5) % 1.0 - 0.5) * size[1]
        radius = 0.004 + 0.007 * scale
        knots = np.maximum(knots, 0.7 * step(-np.hypot(dx * 0.7, dy), -radius * 1.4, -radius * 0.6))
    color = value[:, :, None] * (1.0 - (0.5 * bands**3)[:, :, None] * np.array([0.0, 0.05, 0.12]))
    color = color * (1.0 - knots[:, :, None] * np.array([0.4, 0.55, 0.65]))
    return TextureSet(
        size,
        color_texture(color),
        scalar_texture(np.clip(0.88 + 0.03 * fibre + 0.03 * clouds, 0.5, 1.0)),
        None,
        normal_texture(0.00003 * fibre, size),
    )


def varnished() -> TextureSet:
    """A table top glued of walnut staves, 80 mm wide, under satin varnish."""
    shape, size = (800, 1024), (2.4, 1.6)
    rows, columns = np.indices(shape)
    # The texture begins in the middle of a stave, so that its edge is no different from any other row.
    across = rows * 20 / shape[0] + 0.5
    stave = np.floor(across).astype(np.intp) % 20
    tones = white("stave tones", (20, 4))[stave]
    within = across % 1.0
    fibre = fractal("walnut fibre", shape, slope=0.6, low=14, stretch=(20.0, 1.0))
    figure = fractal("walnut figure", shape, slope=1.9, low=2, high=60, stretch=(4.0, 1.0))
    place = (
        (rows + (tones[:, :, 2] * shape[0]).astype(np.intp)) % shape[0],
        (columns + (tones[:, :, 3] * shape[1]).astype(np.intp)) % shape[1],
    )
    own_fibre, own_figure = fibre[place], figure[place]
    rings = 0.5 + 0.5 * np.sin(2 * np.pi * (2.2 * own_figure + 1.5 * within + 5 * tones[:, :, 1]))
    value = 0.78 + 0.3 * (tones[:, :, 0] - 0.5) - 0.2 * rings + 0.06 * own_fibre - 0.12 * step(own_fibre, 1.2, 2.5)
    glue = 1.0 - step(0.5 - np.abs(within - 0.5), 0.0, 0.02)
    color = np.clip(value, 0.2, 1.0)[:, :, None] * (1.0 - rings[:, :, None] * np.array([0.0, 0.05, 0.08]))
    color = color * (1.0 - 0.25 * glue[:, :, None])
    film = fractal("varnish film", shape, slope=1.6, low=2, high=60)
    return TextureSet(
        size,
        color_texture(color),
        scalar_texture(np.clip(0.80 + 0.09 * film, 0.4, 1.0)),
        None,
        normal_texture(0.000012 * own_fibre + 0.00002 * film, size),
    )
