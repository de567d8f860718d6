"""Depth by the phase of light that returns.

A pixel sums the light that falls on it, so where two surfaces share one their signals are added as vectors whose angle
is phase: the distance lies between them, nearer to the stronger. Shot noise shifts both parts of that vector.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sdg.camera.depth_sensors.laws import metres_per_radian, signal_e
from sdg.camera.depth_sensors.model import TimeOfFlightDepth
from sdg.foundation.arrays import BoolArray, Float32Array
from sdg.foundation.color import REC709_LUMINANCE
from sdg.sensor.depth_geometry import Surfaces
from sdg.sensor.measured import Measured, Survivors

_HALF = np.float32(0.5)


def measure_time_of_flight(
    surfaces: Surfaces, radiance: Float32Array, sensor: TimeOfFlightDepth, generator: np.random.Generator
) -> Measured:
    """Return what a time-of-flight sensor measures.

    Args:
        surfaces: What the centre rays meet.
        radiance: Linear sRGB in nits, shape (H, W, 3), float32: the light that is not the sensor's own.
        sensor: The sensor.
        generator: Of its noise.
    """
    own = np.where(surfaces.hit, signal_e(sensor, surfaces.distance_m, surfaces.cosine), np.float32(0.0))
    light = _mixed(surfaces, own, sensor, generator)
    ambient = np.float32(sensor.ambient_e_per_nit) * (radiance @ np.array(REC709_LUMINANCE, np.float32))
    electrons = light.electrons + ambient
    # Both parts of the vector have half the variance of the electrons.
    noise = np.sqrt(electrons * _HALF) * generator.standard_normal((2, *own.shape), dtype=np.float32)
    phase_error = np.arctan2(noise[1], np.float32(sensor.modulation_contrast) * light.modulated + noise[0])
    distance = light.distance_m + phase_error * np.float32(metres_per_radian(sensor))
    if np.isfinite(sensor.ambiguity_m):
        distance = np.mod(distance, np.float32(sensor.ambiguity_m))
    depth = distance * (surfaces.depth_m / surfaces.distance_m)
    left = Survivors(surfaces.hit)
    left.require("grazing", surfaces.faces_within(sensor.max_angle_deg))
    left.require("saturated", electrons <= sensor.full_well_e)
    if sensor.mixed == "drop":
        left.require("mixed", ~light.is_mixed)
    left.require("too_near", (depth >= sensor.range_m[0]) & (depth > 0))
    left.require("too_far", depth <= sensor.range_m[1])
    return Measured(left.of(depth), left.losses)


@dataclass(frozen=True, eq=False)
class _Light:
    """What falls on each pixel: how much, how much of it tells a phase, and which distance that is; shapes (H, W)."""

    electrons: Float32Array
    modulated: Float32Array
    distance_m: Float32Array
    is_mixed: BoolArray


def _mixed(surfaces: Surfaces, own: Float32Array, sensor: TimeOfFlightDepth, generator: np.random.Generator) -> _Light:
    """Return the light on pixels that edges may divide.

    An edge lies anywhere between the centres of two pixels, so it crosses one of the two. Each crossing is drawn.
    """
    shares = [_other_shares(surfaces, axis, generator) for axis in (0, 1)]
    others = np.asarray(sum(part for pair in shares for part in pair), dtype=np.float32)
    rest = np.maximum(1 - others, np.float32(0.0))
    scale = np.asarray(1 / (rest + others), dtype=np.float32)  # below 1 where edges cut off more than there is
    terms = [(rest * scale, own, surfaces.distance_m)]
    for axis, pair in enumerate(shares):
        for share, step in zip(pair, (-1, 1), strict=True):
            # What lies before or behind along the axis; where the picture ends the share is 0.
            terms.append((share * scale, np.roll(own, -step, axis), np.roll(surfaces.distance_m, -step, axis)))
    electrons = np.asarray(sum(share * signal for share, signal, _ in terms), dtype=np.float32)
    is_mixed = others > 0
    if np.isinf(sensor.ambiguity_m):
        weighted = sum(share * signal * distance for share, signal, distance in terms)
        distance = np.where(is_mixed, weighted / np.maximum(electrons, np.float32(1e-12)), surfaces.distance_m)
        return _Light(electrons, electrons, distance, is_mixed)
    turn = np.float32(2 * np.pi / sensor.ambiguity_m)
    real = sum(share * signal * np.cos(turn * distance) for share, signal, distance in terms)
    imaginary = sum(share * signal * np.sin(turn * distance) for share, signal, distance in terms)
    folded = np.mod(np.arctan2(imaginary, real), np.float32(2 * np.pi)) / turn
    distance = np.where(is_mixed, folded, surfaces.distance_m)
    return _Light(electrons, np.where(is_mixed, np.hypot(real, imaginary), electrons), distance, is_mixed)


def _other_shares(surfaces: Surfaces, axis: int, generator: np.random.Generator) -> tuple[Float32Array, Float32Array]:
    """Return which share of each pixel shows what its neighbour before, and behind, along an axis shows."""
    edge = surfaces.edges_along(axis)
    # Where it lies, from the middle between both centres.
    place = (generator.random(edge.shape, dtype=np.float32) - _HALF) * edge
    before, behind = (np.zeros((len(edge), edge.shape[1] + 1), np.float32) for _ in range(2))
    before[:, 1:] = np.maximum(place, np.float32(0.0))
    behind[:, :-1] = np.maximum(-place, np.float32(0.0))
    return np.moveaxis(before, 1, axis), np.moveaxis(behind, 1, axis)
