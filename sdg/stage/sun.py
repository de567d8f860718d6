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
    return _towards(declination, math.radians(15 * (hour - 12)), math.radians(latitude_deg))


def sun_direction_at(days: float, latitude_deg: float, longitude_deg: float) -> Vec3:
    """Return the unit vector towards the sun at a moment; +x is east, +y north, +z up.

    Args:
        days: Days since 1 January 2000, 0 h UTC.
        latitude_deg: Positive north of the equator.
        longitude_deg: Positive east of Greenwich.

    Position and equation of time are those of J. Meeus, "Astronomical Algorithms" (2nd edition, 1998), chapters 25
    (lower accuracy, 0.01 degrees) and 28, which NOAA's solar calculator uses too. UTC stands for dynamical time, which
    moves the sun by less than 0.001 degrees in this century; parallax and refraction are left out.
    """
    century = (days - 0.5) / 36525
    declination, equation = _apparent_sun(century)
    hour_angle = 2 * math.pi * (days - 0.5) + equation + math.radians(longitude_deg)
    return _towards(declination, hour_angle, math.radians(latitude_deg))


def _towards(declination: float, hour_angle: float, latitude: float) -> Vec3:
    """Return the unit vector (east, north, up) towards a body of the sky; all angles in radians."""
    level = math.cos(declination)
    east = -level * math.sin(hour_angle)
    north = math.sin(declination) * math.cos(latitude) - level * math.cos(hour_angle) * math.sin(latitude)
    up = math.sin(declination) * math.sin(latitude) + level * math.cos(hour_angle) * math.cos(latitude)
    return east, north, up


def _apparent_sun(t: float) -> tuple[float, float]:
    """Return declination and equation of time [rad] at t Julian centuries since J2000.0."""
    mean_longitude = math.radians(280.46646 + (36000.76983 + 0.0003032 * t) * t)
    anomaly = math.radians(357.52911 + (35999.05029 - 0.0001537 * t) * t)
    eccentricity = 0.016708634 - (0.000042037 + 0.0000001267 * t) * t
    center = math.radians(
        (1.914602 - (0.004817 + 0.000014 * t) * t) * math.sin(anomaly)
        + (0.019993 - 0.000101 * t) * math.sin(2 * anomaly)
        + 0.000289 * math.sin(3 * anomaly)
    )
    node = math.radians(125.04 - 1934.136 * t)
    longitude = mean_longitude + center - math.radians(0.00569 + 0.00478 * math.sin(node))
    arc_seconds = 21.448 - (46.8150 + (0.00059 - 0.001813 * t) * t) * t
    obliquity = math.radians(23 + (26 + arc_seconds / 60) / 60 + 0.00256 * math.cos(node))
    declination = math.asin(math.sin(obliquity) * math.sin(longitude))
    y = math.tan(obliquity / 2) ** 2
    equation = (
        y * math.sin(2 * mean_longitude)
        - 2 * eccentricity * math.sin(anomaly)
        + 4 * eccentricity * y * math.sin(anomaly) * math.cos(2 * mean_longitude)
        - y**2 / 2 * math.sin(4 * mean_longitude)
        - 5 / 4 * eccentricity**2 * math.sin(2 * anomaly)
    )
    return declination, equation


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
