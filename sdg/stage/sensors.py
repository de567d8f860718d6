"""From a recipe's blocks of a camera to its sensor, its development, its optics and its exposure."""

from __future__ import annotations

from sdg.camera.optics import Optics
from sdg.camera.sensors.exposure import gain_for_iso, iso_speed
from sdg.camera.sensors.load import IDEAL, make_sensor
from sdg.camera.sensors.model import Development, PictureNoise, Sensor
from sdg.errors import AssetError
from sdg.recipe.model import CameraBlock, ManualExposure, OpticsBlock, SensorBlock, second_eye_name
from sdg.recipe.rules_sensor import sensor_numbers
from sdg.stage.model import Exposure

_GAIN_TOLERANCE = 1e-6


def camera_sensor(block: CameraBlock, *, is_second_eye: bool = False) -> Sensor | None:
    """Return the sensor of a camera; None if it is ideal. Without a serial it has the camera's name for one.

    The second camera of a stereo pair has a sensor of its own, of the same make: its serial ends in `_right`.

    Raises:
        AssetError: Draws left it undetermined, smaller than the picture, or faster than the ISO of the exposure.
    """
    given = block.sensor
    if given is None or given.preset == IDEAL:
        return None
    numbers = {key: value for key, value in sensor_numbers(given.model_dump()).items() if value is not None}
    if given.preset is None and not numbers.keys() - {"binning"}:
        return None
    if is_second_eye and "serial" in numbers:
        numbers["serial"] = second_eye_name(str(numbers["serial"]))
    numbers.setdefault("serial", block.name)
    try:
        sensor = make_sensor(given.preset, **numbers)
    except KeyError:
        raise AssetError(f"there is no sensor {given.preset}", "sdg assets list names the presets") from None
    except ValueError as error:
        raise AssetError(str(error), "let every choice describe a whole sensor") from None
    _check_use(sensor.binned(), block)
    return sensor


def _check_use(sensor: Sensor, block: CameraBlock) -> None:
    size, array = block.resolution, sensor.array_size
    if array is not None and (size[0] > array[0] or size[1] > array[1]):
        message = f"the picture, {size[0]} x {size[1]}, is larger than the sensor's array, {array[0]} x {array[1]}"
        raise AssetError(message, "lower the resolution")
    exposure = block.exposure
    iso = exposure.iso if isinstance(exposure, ManualExposure) else None
    if iso is not None and gain_for_iso(sensor, iso) < 1 - _GAIN_TOLERANCE:
        least = iso_speed(sensor)
        raise AssetError(f"the sensor is faster than iso {iso:g}", f"draw iso from {least:.4g} upwards")


def camera_exposure(block: CameraBlock) -> Exposure:
    """Return how a camera is exposed; `auto` takes the f-number of the depth of field, if that says one."""
    exposure = block.exposure
    if not isinstance(exposure, ManualExposure):
        f_number = None if block.depth_of_field is None else block.depth_of_field.f_number
        return Exposure() if f_number is None else Exposure(f_number=f_number)
    iso = Exposure.iso if exposure.iso is None else exposure.iso
    return Exposure("manual", exposure.f_number, exposure.shutter_s, iso, exposure.gain_db)


def camera_development(block: CameraBlock) -> Development:
    """Return how a camera develops its pictures."""
    given = block.sensor or SensorBlock()
    noise = None
    if block.noise is not None:
        noise = PictureNoise(block.noise.gaussian.mean, block.noise.gaussian.std)
    return Development(
        demosaic=given.demosaic,
        white_balance=given.white_balance,
        color_matrix=given.color_matrix,
        tone_curve=given.tone_curve,
        jpeg_quality=None if given.jpeg is None else given.jpeg.quality,
        noise=noise,
        raw=given.raw,
    )


def camera_optics(block: CameraBlock) -> Optics:
    """Return what a camera's lens does to brightness and sharpness."""
    given = block.optics or OpticsBlock()
    vignetting = given.vignetting
    return Optics(
        natural_vignetting=vignetting is not None and vignetting.natural,
        vignetting=(0.0, 0.0, 0.0) if vignetting is None else (vignetting.k1, vignetting.k2, vignetting.k3),
        diffraction=given.diffraction,
        blur_px=given.blur_px,
        veiling_glare=given.veiling_glare,
        lateral_color=given.lateral_color,
    )
