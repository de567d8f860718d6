"""The lamps of a frame as triangles: what a camera sees of them, or a little more."""

from __future__ import annotations

import numpy as np

from sdg.foundation.arrays import FloatArray
from sdg.foundation.transforms import box_corners, transform_points
from sdg.stage.lights import place_lights
from sdg.stage.model import Light
from sdg.stage.world import World

_HAVE_A_BODY = ("rect", "disk", "sphere", "cylinder")
# Two triangles for each side of a box, by the corners of `box_corners`.
_SIDES = ((0, 1, 3, 2), (4, 5, 7, 6), (0, 1, 5, 4), (2, 3, 7, 6), (0, 2, 6, 4), (1, 3, 7, 5))


def lamp_triangles(world: World) -> FloatArray:
    """Return the sides of boxes round all lamps that cameras see, shape (T, 3, 3), world frame."""
    boxes = [
        _box(light)
        for light in place_lights(world)
        if light.kind in _HAVE_A_BODY and light.visible and light.luminance_nits
    ]
    return np.concatenate([np.zeros((0, 3, 3)), *boxes])


def _box(light: Light) -> FloatArray:
    first, second = light.size_m
    half = {
        "rect": (first / 2, second / 2, 0.0),
        "disk": (first, first, 0.0),
        "sphere": (first, first, first),
        "cylinder": (second / 2, first, first),
    }[light.kind]
    corners = transform_points(light.world_from_light, box_corners(np.array([np.negative(half), half])))
    return np.array([corners[list(face)] for a, b, c, d in _SIDES for face in ((a, b, c), (a, c, d))])
