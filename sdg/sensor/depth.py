"""What a camera's depth sensor measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sdg.camera.depth_sensors.model import DepthNoise, StereoDepth, TimeOfFlightDepth
from sdg.foundation.arrays import Float32Array
from sdg.render.api import RenderedView
from sdg.sensor.bands import for_each_band
from sdg.sensor.depth_geometry import Surfaces
from sdg.sensor.digitise import NoiseKey
from sdg.sensor.measured import Measured
from sdg.sensor.time_of_flight import measure_time_of_flight
from sdg.sensor.triangulation import measure_stereo, measure_structured_light
from sdg.stage.model import Camera


@dataclass(frozen=True, eq=False)
class DepthRecording:
    """The recording of a depth sensor.

    Attributes:
        depth_m: Along the axis, shape (H, W), float32 [m]; inf where nothing was measured.
        report: What became of the pixels, as plain JSON values; empty where depth is the truth.
    """

    depth_m: Float32Array
    report: dict[str, object]


def record_depth(view: RenderedView, camera: Camera, key: NoiseKey) -> DepthRecording:
    """Return what a camera's depth sensor recorded; the truth if it is ideal and without noise.

    Args:
        view: What the camera received, with what the second eye sees if the sensor has one.
        camera: Whose.
        key: Of the noise.
    """
    if camera.depth_sensor is None and camera.depth_noise is None:
        return DepthRecording(view.depth_z_m, {})
    hit = np.isfinite(view.depth_z_m)
    losses: Mapping[str, int] = {}
    depth = view.depth_z_m
    if camera.depth_sensor is not None:
        measured = _measure(view, camera, key.generator("depth/sensor"))
        depth, losses = measured.depth_m, measured.losses
    if camera.depth_noise is not None:
        depth, outside = _with_noise(depth, camera.depth_noise, key.generator("depth/noise"))
        losses = {**losses, "outside_noise_range": outside}
    seen = np.isfinite(depth)
    report: dict[str, object] = {
        "measured_px": int(np.count_nonzero(seen)),
        "nothing_px": int(np.count_nonzero(~hit)),
        **{f"{reason}_px": count for reason, count in losses.items()},
    }
    return DepthRecording(depth, report)


def _measure(view: RenderedView, camera: Camera, generator: np.random.Generator) -> Measured:
    sensor = camera.depth_sensor
    surfaces = Surfaces.of(view, camera)
    if isinstance(sensor, TimeOfFlightDepth):
        height, width = view.depth_z_m.shape
        border = (view.radiance.shape[0] - height) // 2
        radiance = view.radiance[border : border + height, border : border + width]
        return measure_time_of_flight(surfaces, radiance, sensor, generator)
    assert sensor is not None
    assert view.second_eye_sees is not None, f"{camera.name}: the renderer was not told of the second eye"
    if isinstance(sensor, StereoDepth):
        return measure_stereo(surfaces, view.second_eye_sees, camera.lens, sensor, generator)
    return measure_structured_light(surfaces, view.second_eye_sees, sensor, generator)


def _with_noise(depth_m: Float32Array, noise: DepthNoise, generator: np.random.Generator) -> tuple[Float32Array, int]:
    """Return depth with noise, and how many pixels the range takes away."""
    draw = None
    if noise.std_m or noise.mean_m:
        draw = generator.standard_normal(depth_m.shape, dtype=np.float32)
    near, far = noise.range_m
    result, lost = np.empty_like(depth_m), []

    def work(_: int, rows: slice) -> None:
        noisy = depth_m[rows]
        if draw is not None:
            noisy = noisy + np.float32(noise.std_m) * draw[rows] + np.float32(noise.mean_m)
        inside = (noisy >= near) & (noisy <= far)
        lost.append(int(np.count_nonzero(np.isfinite(depth_m[rows]) & ~inside)))
        result[rows] = np.where(inside, noisy, np.float32(np.inf))

    for_each_band(len(result), work)
    return result, sum(lost)
