"""Where the sun stands."""

from __future__ import annotations

import math

from sdg.foundation.arrays import Vec3


def sun_direction(hour: float, day: float, latitude_deg: float) -> Vec3:
    """Return the unit vector towards the sun; +x is east, +y north, +z up.

    Args:
        hour: Solar time; the sun is due south (in the north) at 12.
        day: Day of the year, from 1.
        latitude_deg: Positive north of the equator.

    The declination is Spencer's Fourier series (J. W. Spencer, "Fourier series representation of the position of the
    sun", Search 2(5), 1971), good to 0.04 degrees.
    """
    declination = _declination(2 * math.pi * (day - 1) / 365)
    latitude, hour_angle = math.radians(latitude_deg), math.radians(15 * (hour - 12))
    east = -math.cos(declination) * math.sin(hour_angle)
    north = math.sin(declination) * math.cos(latitude) - math.cos(declination) * math.cos(hour_angle) * math.sin(
        latitude
    )
    up = math.sin(declination) * math.sin(latitude) + math.cos(declination) * math.cos(hour_angle) * math.cos(latitude)
    return east, north, up


def _declination(g: float) -> float:
    """Return the sun's declination [rad] at the day angle g [rad]."""
    return (
        0.006918
        - 0.399912 * math.cos(g)
        + 0.070257 * math.sin(g)
        - 0.006758 * math.cos(2 * g)
        + 0.000907 * math.sin(2 * g)
        - 0.002697 * math.cos(3 * g)
        + 0.00148 * math.sin(3 * g)
    )
