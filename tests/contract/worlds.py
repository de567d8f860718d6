"""The worlds of `scenes/` once more, as formulas; written apart from the recipes, which `sdg` reads and places."""

from __future__ import annotations

from collections.abc import Mapping

from tests.contract.shapes import Ball, Box, Shape, Sheet

GEOMETRY: Mapping[str, Shape] = {
    "east": Box((3, 0, 0), (1, 1, 1)),
    "north": Box((0, 3, 0), (0.6, 0.6, 1.5)),
    "up": Box((0, 0, 3), (0.8, 0.8, 0.8)),
    "sheet": Sheet((0, 30, 2), (6, 4), (60, 10, 20)),
    "ball": Ball((32, 1.6, 1.7), 1.0),
    # Each bar begins so many pixels before or after the pixel centre at 20.5.
    "left_far_before": Box((-30.634, 4.25, 2.96), (0.948, 0.5, 0.16)),
    "left_just_before": Box((-30.6302, 4.25, 2.48), (0.9404, 0.5, 0.16)),
    "left_just_after": Box((-30.6298, 4.25, 2.0), (0.9396, 0.5, 0.16)),
    "left_far_after": Box((-30.626, 4.25, 1.52), (0.932, 0.5, 0.16)),
    "top_far_before": Box((-29.6, 4.25, 1.04), (0.16, 0.5, 1.588)),
    "top_just_before": Box((-29.28, 4.25, 1.04), (0.16, 0.5, 1.5804)),
    "top_just_after": Box((-28.96, 4.25, 1.04), (0.16, 0.5, 1.5796)),
    "top_far_after": Box((-28.64, 4.25, 1.04), (0.16, 0.5, 1.572)),
    "table": Sheet((0, -30, 0), (4, 3)),
    "twin[0]": Box((-0.7, -30, 0), (0.6, 0.6, 0.6)),
    "twin[1]": Box((0.7, -30, 0), (0.6, 0.6, 0.6)),
    "screen": Box((-0.75, -31.2, 0), (0.5, 0.1, 0.9)),
}
BALL_RADIUS_M = 0.3
BALLS: Mapping[str, tuple[float, float, float]] = {
    "ahead": (0, 4, 2),
    "right_up": (1.2, 4, 2.6),
    "left_down": (-1.3, 4, 1.2),
    "left_up": (-0.6, 3.5, 2.9),
    "right_down": (0.9, 4, 1),
    "right": (2.5, 3.2, 2.2),
    "left": (-2.5, 3, 1.9),
    "down": (-0.2, 3, 0.3),
    "far_right": (3.6, 0.8, 2.8),
    "far_left": (-3.6, 0.9, 1.4),
    "above": (0.5, 1, 5.2),
    "below": (0.4, 1.2, -1.2),
    "behind_right": (1.5, -3.4, 2.5),
    "behind_left": (-1.8, -3.2, 1.5),
}
LENSES: Mapping[str, Shape] = {
    "floor": Sheet((0, 0, -2), (30, 30)),
    **{name: Ball(centre, BALL_RADIUS_M) for name, centre in BALLS.items()},
}
