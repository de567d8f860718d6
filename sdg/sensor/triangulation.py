"""Depth by triangulation: two eyes, or an eye and a projector.

Noise is added to disparity d = f B / z, which is then rounded as the sensor rounds it, so that depth gets its steps,
its skew and its growth with z^2 by itself. What a law says about noise was measured behind the rounding; noise is
therefore drawn with what rounding (step^2 / 12) leaves of the law's variance.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sdg.camera.depth_sensors.laws import axial_std_m, lateral_std_px
from sdg.camera.depth_sensors.model import Fill, StereoDepth, StructuredLightDepth
from sdg.camera.lens import Lens
from sdg.foundation.arrays import BoolArray, Float32Array
from sdg.sensor.bands import for_each_band
from sdg.sensor.depth_geometry import Surfaces
from sdg.sensor.measured import Measured, Survivors
from sdg.sensor.second_picture import in_second_picture

# What lies beside or behind a wide lens has no depth; as this it ends up as too near.
_LEAST_DEPTH_M = np.float32(1e-3)


def measure_stereo(
    surfaces: Surfaces, seen: BoolArray, lens: Lens, sensor: StereoDepth, generator: np.random.Generator
) -> Measured:
    """Return what two eyes measure.

    Args:
        surfaces: What the first eye meets.
        seen: Whether the second eye sees the same point, shape (H, W).
        lens: Of both.
        sensor: The sensor.
        generator: Of its noise.
    """
    noise = np.float32(_without_rounding(sensor.disparity_noise_px, sensor.disparity_step_px))
    draw = generator.standard_normal(surfaces.depth_m.shape, dtype=np.float32)
    depth, far_enough = np.empty_like(draw), np.empty(draw.shape, np.bool_)

    def work(_: int, rows: slice) -> None:
        disparity = _disparity(np.maximum(surfaces.depth_m[rows], _LEAST_DEPTH_M), sensor) + noise * draw[rows]
        depth[rows] = _depth(_rounded(disparity, sensor.disparity_step_px), sensor)
        far_enough[rows] = (disparity <= sensor.disparity_range_px) & (depth[rows] >= sensor.range_m[0])

    for_each_band(len(depth), work)
    left = Survivors(surfaces.hit)
    left.require("occluded", seen)
    left.require("beside_second_picture", in_second_picture(surfaces, lens, sensor.second_eye_m))
    left.require("grazing", surfaces.faces_within(sensor.max_angle_deg))
    left.require("too_near", far_enough)
    left.require("too_far", depth <= sensor.range_m[1])
    return Measured(_filled(left.of(depth), sensor.fill), left.losses)


def measure_structured_light(
    surfaces: Surfaces, seen: BoolArray, sensor: StructuredLightDepth, generator: np.random.Generator
) -> Measured:
    """Return what an eye and a projector measure.

    Args:
        surfaces: What the eye meets.
        seen: Whether the projector sees the same point, shape (H, W).
        sensor: The sensor.
        generator: Of its noise.
    """
    source = _frayed(surfaces, sensor, generator)
    true_depth = np.maximum(surfaces.depth_m, _LEAST_DEPTH_M).reshape(-1)[source]
    angle = surfaces.angle_rad.reshape(-1)[source]
    disparity = _disparity(true_depth, sensor)
    std_px = axial_std_m(sensor, true_depth, angle) * disparity / true_depth
    std_px = np.sqrt(np.maximum(std_px**2 - np.float32(sensor.disparity_step_px**2 / 12), np.float32(0.0)))
    disparity += std_px * generator.standard_normal(disparity.shape, dtype=np.float32)
    depth = _depth(_rounded(disparity, sensor.disparity_step_px), sensor)
    left = Survivors(surfaces.hit.reshape(-1)[source])
    left.require("occluded", seen.reshape(-1)[source])
    left.require("grazing", angle <= np.radians(sensor.max_angle_deg))
    left.require("too_near", depth >= sensor.range_m[0])
    left.require("too_far", depth <= sensor.range_m[1])
    return Measured(_filled(left.of(depth), sensor.fill), left.losses)


def _disparity(depth_m: Float32Array, sensor: StereoDepth | StructuredLightDepth) -> Float32Array:
    return np.asarray(np.float32(sensor.focal_length_px * sensor.baseline_m) / depth_m, dtype=np.float32)


def _depth(disparity_px: Float32Array, sensor: StereoDepth | StructuredLightDepth) -> Float32Array:
    """Return the depth of a disparity; inf for none or less."""
    far = disparity_px <= 0
    depth = np.float32(sensor.focal_length_px * sensor.baseline_m) / np.where(far, np.float32(1.0), disparity_px)
    return np.where(far, np.float32(np.inf), depth)


def _rounded(disparity_px: Float32Array, step_px: float) -> Float32Array:
    if step_px == 0:
        return disparity_px
    return np.asarray(np.rint(disparity_px / np.float32(step_px)) * np.float32(step_px), dtype=np.float32)


def _without_rounding(std_px: float, step_px: float) -> float:
    return float(max(std_px**2 - step_px**2 / 12, 0.0) ** 0.5)


def _frayed(surfaces: Surfaces, sensor: StructuredLightDepth, generator: np.random.Generator) -> npt.NDArray[np.intp]:
    """Return which pixel each pixel measures, by flat index, shape (H, W): another one only across an edge."""
    height, width = surfaces.hit.shape
    own = np.arange(height * width).reshape(height, width)
    std_px = lateral_std_px(sensor, surfaces.angle_rad)
    if not std_px.any():
        return own
    shift = generator.standard_normal((2, height, width), dtype=np.float32)
    shift *= std_px
    steps = np.rint(shift).astype(np.intp)
    row = np.clip(np.arange(height)[:, None] + steps[0], 0, height - 1)
    column = np.clip(np.arange(width)[None, :] + steps[1], 0, width - 1)
    other = row * width + column
    return np.where(surfaces.edges_to(other), other, own)


def _filled(depth_m: Float32Array, fill: Fill) -> Float32Array:
    """Return depth with its holes filled from their rows."""
    if fill == "none":
        return depth_m
    left = _last_along_rows(depth_m)
    if fill == "left":
        return left
    right = _last_along_rows(depth_m[:, ::-1])[:, ::-1]
    # The farther side; where one side has nothing, the other.
    farther = np.where(np.isinf(left), right, np.where(np.isinf(right), left, np.maximum(left, right)))
    return np.where(np.isinf(depth_m), farther, depth_m)


def _last_along_rows(depth_m: Float32Array) -> Float32Array:
    """Return the last measured value up to each pixel of its row; inf before the first."""
    columns = np.where(np.isfinite(depth_m), np.arange(depth_m.shape[1])[None, :], 0)
    latest = np.maximum.accumulate(columns, axis=1)
    return np.take_along_axis(depth_m, latest, axis=1)
