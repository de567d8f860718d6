"""Domes and skies as one map of the world's radiance by direction; knows no Mitsuba type.

Mitsuba has one environment per scene. Where a plan has more than uniform domes, everything infinitely far is summed
into one latitude-longitude map. Texture convention (OpenEXR, which UsdLux follows, with the pole turned to +Z): the
top row is +Z; from the left edge, u = 0 faces +Y, 0.25 +X, 0.5 -Y, 0.75 -X. A dome's `world_from_light` turns it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sdg.foundation.arrays import Float32Array, FloatArray
from sdg.foundation.digest import canonical_json, digest_bytes
from sdg.foundation.transforms import rotation_xyz
from sdg.stage.model import Light

EnvironmentKind = Literal["none", "constant", "map"]
SkyRadiance = Callable[[Light, FloatArray], FloatArray]
SKY_ROWS = 256
_SMALLEST_ROWS = 16
# From Mitsuba's map (pole +Y, centre +Z) to ours (pole +Z, centre -Y).
WORLD_FROM_MAP: FloatArray = rotation_xyz((90.0, 0.0, 0.0))


@dataclass(frozen=True, eq=False)
class EnvironmentState:
    """The environment of one frame.

    Attributes:
        identity: Equal identities mean equal maps.
        lights: What shines; empty is darkness.
        rotation: 4x4, world from map before `WORLD_FROM_MAP`.
        scale: Multiplies the map.
        visible: Whether camera rays see it.
    """

    identity: str
    lights: tuple[Light, ...]
    rotation: FloatArray
    scale: float
    visible: bool


def environment_kind(lights: Sequence[Light]) -> EnvironmentKind:
    """Return what a plan's lights need: nothing, one colour, or a map."""
    far = [light for light in lights if light.kind in ("dome", "sun_sky")]
    if not far:
        return "none"
    return "constant" if all(light.kind == "dome" and light.texture is None for light in far) else "map"


def lower_environment(lights: Sequence[Light]) -> EnvironmentState:
    """Collect the domes and skies that are lit in a frame.

    A single textured dome keeps its own pixels and is turned as a whole, so a turned dome costs no new map.
    """
    lit = tuple(light for light in lights if _is_lit(light))
    rotation, scale = np.eye(4), 1.0
    visible = all(light.visible for light in lit)
    if len(lit) == 1 and lit[0].texture is not None:
        rotation[:3, :3] = _rotation_of(lit[0])
        scale = lit[0].luminance_nits
        identity = canonical_json(["turned", lit[0].texture_key or _texture_digest(lit[0]), lit[0].color])
    else:
        identity = canonical_json([_light_identity(light) for light in lit])
    return EnvironmentState(identity, lit, rotation, scale, visible)


def uniform_radiance(state: EnvironmentState) -> tuple[float, float, float]:
    """Return the radiance of uniform domes together, linear sRGB with luminance in nits."""
    total = np.zeros(3)
    for light in state.lights:
        total += np.asarray(light.color) * light.luminance_nits
    return (float(total[0]), float(total[1]), float(total[2]))


def environment_map(state: EnvironmentState, sky_radiance: SkyRadiance) -> Float32Array:
    """Return the map, shape (H, W, 3), float32, linear sRGB in nits divided by `state.scale`.

    Row r lies at colatitude pi r / (H - 1), as Mitsuba has it; column c has its centre at u = (c + 0.5) / W.

    Args:
        state: What shines.
        sky_radiance: Evaluates a `sun_sky` light without its sun for unit directions, shape (N, 3).
    """
    single = len(state.lights) == 1 and state.lights[0].texture is not None
    rows = max([_rows_of(light) for light in state.lights], default=_SMALLEST_ROWS)
    columns = max([_columns_of(light) for light in state.lights], default=2 * _SMALLEST_ROWS)
    directions = map_directions(rows, columns)
    total = np.zeros((rows * columns, 3))
    for light in state.lights:
        color = np.asarray(light.color)
        if light.kind == "sun_sky":
            total += color * sky_radiance(light, directions)
        elif light.texture is None:
            total += color * light.luminance_nits
        elif single:
            total += color * sample_latlong(light.texture, directions)
        else:
            total += color * light.luminance_nits * sample_latlong(light.texture, directions @ _rotation_of(light))
    return total.reshape(rows, columns, 3).astype(np.float32)


def map_directions(rows: int, columns: int) -> FloatArray:
    """Return the unit direction of each texel of a map, shape (rows * columns, 3), row by row."""
    colatitude = np.linspace(0.0, math.pi, rows)[:, None]
    longitude = math.pi - 2 * math.pi * (np.arange(columns) + 0.5)[None, :] / columns
    sin = np.sin(colatitude)
    parts = (sin * np.sin(longitude), -sin * np.cos(longitude), np.cos(colatitude) + 0 * longitude)
    return np.stack(parts, axis=-1).reshape(-1, 3)


def sample_latlong(texture: Float32Array, directions: FloatArray) -> FloatArray:
    """Look a dome's texture up for unit directions in the dome's frame, bilinearly, shape (N, 3)."""
    height, width = texture.shape[:2]
    longitude = np.arctan2(directions[:, 0], -directions[:, 1])
    column = (0.5 - longitude / (2 * math.pi)) * width - 0.5
    row = np.clip(np.arccos(np.clip(directions[:, 2], -1.0, 1.0)) / math.pi * height - 0.5, 0.0, height - 1.0)
    left, top = np.floor(column).astype(int), np.minimum(np.floor(row).astype(int), max(height - 2, 0))
    across, down = (column - left)[:, None], (row - top)[:, None]
    bottom = np.minimum(top + 1, height - 1)
    upper = texture[top, left % width] * (1 - across) + texture[top, (left + 1) % width] * across
    lower = texture[bottom, left % width] * (1 - across) + texture[bottom, (left + 1) % width] * across
    result: FloatArray = upper * (1 - down) + lower * down
    return result


def _is_lit(light: Light) -> bool:
    return light.kind == "sun_sky" or (light.kind == "dome" and light.luminance_nits > 0)


def _rows_of(light: Light) -> int:
    if light.texture is not None:
        return max(int(light.texture.shape[0]), _SMALLEST_ROWS)
    return SKY_ROWS if light.kind == "sun_sky" else _SMALLEST_ROWS


def _columns_of(light: Light) -> int:
    if light.texture is not None:
        return max(int(light.texture.shape[1]), 2 * _SMALLEST_ROWS)
    return 2 * SKY_ROWS if light.kind == "sun_sky" else 2 * _SMALLEST_ROWS


def _rotation_of(light: Light) -> FloatArray:
    """Return the dome's rotation, world from dome, shape (3, 3), with any scaling taken out."""
    matrix = light.world_from_light[:3, :3]
    rotation: FloatArray = matrix / np.linalg.norm(matrix, axis=0, keepdims=True)
    return rotation


def _texture_digest(light: Light) -> str:
    return digest_bytes(np.ascontiguousarray(light.texture).tobytes())


def _light_identity(light: Light) -> list[object]:
    if light.kind == "sun_sky":
        return ["sky", list(light.color), list(light.sun_direction), light.turbidity, light.ground_albedo]
    if light.texture is None:
        return ["uniform", list(light.color), light.luminance_nits]
    rotation = _rotation_of(light).ravel().tolist()
    return ["texture", list(light.color), light.luminance_nits, light.texture_key or _texture_digest(light), rotation]
