"""A lens of finite aperture: what lies at its focus distance is sharp, all else a spot in the aperture's shape.

The thin lens: 1/f = 1/s + 1/v, with the focus distance s counted from the lens and the picture at v behind it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Focus:
    """Where a camera is sharp, and the opening that its light comes through.

    Attributes:
        distance_m: Of the plane in focus from the lens, along the axis [m].
        aperture_radius_m: Of the opening, or of the circle round it if it has corners [m].
        blades: Corners of the opening; 0 is round.
        turn_deg: By how much the opening is turned, clockwise in the picture.
    """

    distance_m: float
    aperture_radius_m: float
    blades: int = 0
    turn_deg: float = 0.0


def aperture_radius_m(focal_length_m: float, f_number: float, blades: int = 0) -> float:
    """Return the radius of an aperture, or of the circle round its corners.

    The f-number stands for a round opening of diameter f/N; one with corners has the same area, so that it lets as
    much light through.
    """
    radius = focal_length_m / (2.0 * f_number)
    if blades == 0:
        return radius
    return radius * math.sqrt(2.0 * math.pi / (blades * math.sin(2.0 * math.pi / blades)))


def image_distance_m(focal_length_m: float, focus_distance_m: float) -> float:
    """Return how far behind the lens the picture is sharp: v = f s / (s - f).

    Raises:
        ValueError: Nothing nearer than the focal length can be in focus.
    """
    if focus_distance_m <= focal_length_m:
        raise ValueError(
            f"a lens of {focal_length_m * 1e3:g} mm can't focus at {focus_distance_m:g} m: nothing nearer than its "
            "focal length can be sharp"
        )
    return focal_length_m * focus_distance_m / (focus_distance_m - focal_length_m)


def focal_length_m(image_distance: float, focus_distance_m: float) -> float:
    """Return the focal length of a lens whose picture is sharp at `image_distance`: f = v s / (v + s)."""
    return image_distance * focus_distance_m / (image_distance + focus_distance_m)


def magnification(focal_length: float, focus_distance_m: float) -> float:
    """Return m = f / (s - f): the working f-number is N (1 + m), and the light falls by (1 + m)^2."""
    return focal_length / (focus_distance_m - focal_length)
