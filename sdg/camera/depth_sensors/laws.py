"""The standard deviation of measured depth, by distance and angle."""

from __future__ import annotations

import numpy as np

from sdg.camera.depth_sensors.model import StructuredLightDepth, TimeOfFlightDepth
from sdg.camera.sensors.exposure import LIGHT_MPS
from sdg.foundation.arrays import Float32Array

_OBLIQUE_FROM_RAD = np.float32(np.radians(60.0))
_RIGHT_ANGLE = np.float32(np.pi / 2)
_LEAST_REST_RAD = np.float32(1e-3)  # a surface seen along itself would have infinite noise


def axial_std_m(sensor: StructuredLightDepth, depth_m: Float32Array, angle_rad: Float32Array) -> Float32Array:
    """Return the standard deviation of depth along the axis [m]; Nguyen, Izadi and Lovell 2012.

    Args:
        sensor: With the constants.
        depth_m: Along the axis [m].
        angle_rad: Between the surface's normal and the ray, of the same shape.
    """
    a, b, c = (np.float32(value) for value in sensor.axial_noise)
    std = a + b * (depth_m - c) ** 2
    oblique = np.float32(sensor.oblique_noise) / np.sqrt(depth_m) * angle_rad**2 / _rest(angle_rad)
    return np.asarray(std + np.where(angle_rad > _OBLIQUE_FROM_RAD, oblique, np.float32(0.0)), dtype=np.float32)


def lateral_std_px(sensor: StructuredLightDepth, angle_rad: Float32Array) -> Float32Array:
    """Return the standard deviation of the place that is measured [px]; Nguyen, Izadi and Lovell 2012."""
    a, b = (np.float32(value) for value in sensor.lateral_noise_px)
    return np.asarray(a + b * angle_rad / _rest(angle_rad), dtype=np.float32)


def signal_e(sensor: TimeOfFlightDepth, distance_m: Float32Array, cosine: Float32Array) -> Float32Array:
    """Return the electrons that the sensor's own light frees: with the inverse square of distance, and Lambert.

    Args:
        sensor: With the electrons at one metre.
        distance_m: Along the ray [m].
        cosine: Of the angle between the surface's normal and the ray, of the same shape.
    """
    white = np.float32(sensor.signal_e * sensor.reflectivity)
    return np.asarray(white * cosine / distance_m**2, dtype=np.float32)


def metres_per_radian(sensor: TimeOfFlightDepth) -> float:
    """Return by how much distance grows with the phase of the returning light: c / (4 pi f) [m/rad]."""
    return LIGHT_MPS / (4 * np.pi * sensor.modulation_mhz * 1e6)


def _rest(angle_rad: Float32Array) -> Float32Array:
    """Return what is missing to a right angle."""
    return np.asarray(np.maximum(_RIGHT_ANGLE - angle_rad, _LEAST_REST_RAD), dtype=np.float32)
