"""A lens of finite aperture: what lies at its focus distance is sharp, all else a spot in the aperture's shape.

The thin lens: 1/f = 1/s + 1/v, with the focus distance s counted from the lens and the picture at v behind it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sdg.camera.lens import Lens

# Small enough for distortion to vanish, large enough for float64 to tell the two pixels apart: both to 1e-9.
_NEAR_AXIS = 2.0**-14


@dataclass(frozen=True)
class Focus:
    """Where a camera is sharp, and the opening that its light comes through.

    Attributes:
        distance_m: Of the plane in focus from the lens, along the axis [m]; more than the focal length.
        focal_length_m: Of the lens [m].
        f_number: Focal length over the diameter of a round opening; one with corners has the area of that.
        blades: Corners of the opening; 0 is round.
        turn_deg: By how much the opening is turned, clockwise in the picture.
    """

    distance_m: float
    focal_length_m: float
    f_number: float
    blades: int = 0
    turn_deg: float = 0.0

    @property
    def aperture_radius_m(self) -> float:
        """Of the opening, or of the circle round its corners [m]; with corners it lets as much light through."""
        radius = self.focal_length_m / (2.0 * self.f_number)
        if self.blades == 0:
            return radius
        return radius * math.sqrt(2.0 * math.pi / (self.blades * math.sin(2.0 * math.pi / self.blades)))

    @property
    def magnification(self) -> float:
        """Size in the picture over size in the plane in focus, m = f / (s - f).

        The working f-number is N (1 + m): the light falls by (1 + m)^2.
        """
        return self.focal_length_m / (self.distance_m - self.focal_length_m)


def focal_length_m(image_distance: float, focus_distance_m: float) -> float:
    """Return the focal length of a lens whose picture is sharp at `image_distance`: f = v s / (v + s)."""
    return image_distance * focus_distance_m / (image_distance + focus_distance_m)


def paraxial_focal_px(lens: Lens) -> float | None:
    """Return by how many pixels the picture moves sideways per radian next to the axis; fx of a pinhole.

    None where a lens has no such number, because it is no lens: parallel rays, or a panorama.
    """
    if lens.model in ("orthographic", "equirectangular"):
        return None
    points = np.array([[_NEAR_AXIS, 0.0, 1.0], [-_NEAR_AXIS, 0.0, 1.0]])
    pixels, seen = lens.project(points)
    return float(pixels[0, 0] - pixels[1, 0]) / (2.0 * _NEAR_AXIS) if seen.all() else None
