"""Record a rendered frame with the cameras of its stage."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sdg.camera.sensors.exposure import db_from_gain
from sdg.camera.sensors.model import Sensor
from sdg.foundation.arrays import Float32Array, FloatArray
from sdg.render.api import RenderedFrame, RenderedView
from sdg.sensor.bands import beside
from sdg.sensor.depth import record_depth
from sdg.sensor.develop import develop, develop_numbers, white_balance
from sdg.sensor.digitise import NoiseKey, digitise
from sdg.sensor.exposure import SensorExposure, auto_saturation_luminance, saturation_luminance, sensor_exposure
from sdg.sensor.model import SensorFrame, SensorView
from sdg.sensor.optics import through_lens
from sdg.stage.model import Camera, Stage


def record_frame(rendered: RenderedFrame, stage: Stage) -> SensorFrame:
    """Return what each camera of the stage recorded of the rendered frame."""
    cameras = {camera.name: camera for camera in stage.cameras}
    views = {
        name: _record_both(view, cameras[name], NoiseKey(stage.seed, rendered.frame_index, name))
        for name, view in rendered.views.items()
    }
    return SensorFrame(frame_index=rendered.frame_index, views=views)


def _record_both(view: RenderedView, camera: Camera, key: NoiseKey) -> SensorView:
    """Return picture and depth; neither needs the other, so they are made at the same time."""
    pending = beside(lambda: record_depth(view, camera, key))
    picture = _record_view(view, camera, key)
    depth = pending.result()
    return replace(picture, depth_m=depth.depth_m, depth_recording=depth.report)


def _record_view(view: RenderedView, camera: Camera, key: NoiseKey) -> SensorView:
    sensor = None if camera.sensor is None else camera.sensor.binned()
    pitch_um = None if sensor is None else sensor.pixel_pitch_um
    radiance = through_lens(view.radiance, camera.lens, camera.optics, camera.working_f_number, pitch_um)
    if sensor is None:
        return _record_ideally(view, radiance, camera, key)
    exposure = sensor_exposure(camera, sensor, radiance, view.valid)
    numbers = digitise(radiance, exposure.lux_seconds_per_nit, sensor, exposure.gain, exposure.shutter_s, key)
    rgb, balance = develop_numbers(numbers, sensor, camera.development, key)
    return SensorView(
        camera=view.camera,
        rgb=rgb,
        depth_m=view.depth_z_m,
        saturation_nits=exposure.saturation_nits,
        raw=numbers if camera.development.raw else None,
        recording=_describe(sensor, exposure, balance),
    )


def _record_ideally(view: RenderedView, radiance: Float32Array, camera: Camera, key: NoiseKey) -> SensorView:
    """Return the recording of a sensor without noise, filters or steps: one rounding, at the end."""
    exposure = camera.exposure
    if exposure.mode == "auto":
        saturation = auto_saturation_luminance(radiance, view.valid)
    else:
        saturation = saturation_luminance(camera.working_f_number, exposure.shutter_s, exposure.iso)
    exposed = radiance * np.float32(1.0 / saturation)
    development = camera.development
    if development.white_balance != "neutral":
        sample = exposed.reshape(-1, 3).astype(np.float64)
        exposed *= white_balance(sample, np.ones(3), development).astype(np.float32)
    matrix = None if development.color_matrix is None else np.array(development.color_matrix)
    return SensorView(
        camera=view.camera,
        rgb=develop(exposed, development, key, matrix),
        depth_m=view.depth_z_m,
        saturation_nits=saturation,
    )


def _describe(sensor: Sensor, exposure: SensorExposure, balance: FloatArray) -> dict[str, object]:
    """Return what the frame record tells of a recording.

    The noise profile is DNG's: variance = scale * x + offset of x = (DN - black) / (white - black).
    """
    gain = sensor.gain_dn_per_e * exposure.gain
    span = sensor.white_dn - sensor.black_level_dn
    read = sensor.read_noise_at(exposure.gain)
    return {
        "f_number": exposure.f_number,
        "shutter_s": exposure.shutter_s,
        "gain_db": db_from_gain(exposure.gain),
        "iso": exposure.iso,
        "gain_dn_per_e": gain,
        "black_level_dn": sensor.black_level_dn,
        "white_level_dn": sensor.white_dn,
        "read_noise_e": read,
        "white_balance": [float(factor) for factor in balance],
        "noise_profile": {"scale": gain / span, "offset": (gain**2 * read**2 + 1 / 12) / span**2},
    }
