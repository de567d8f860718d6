"""Rules over the exposure, the sensor and the optics of a camera."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sdg.camera.optics import least_vignetting
from sdg.camera.sensors.exposure import db_from_gain, default_color_matrix, gain_for_iso, iso_speed
from sdg.camera.sensors.load import IDEAL, REQUIRED, make_sensor, preset_names
from sdg.camera.sensors.model import Sensor
from sdg.recipe.distributions import Plain
from sdg.recipe.document import Place, lookup
from sdg.recipe.view import View, is_numeric, is_sound
from sdg.recipe.wording import nearest

# Keys that say how to develop rather than what the sensor is.
DEVELOPMENT = frozenset({"demosaic", "white_balance", "color_matrix", "tone_curve", "jpeg", "raw"})
_TOLERANCE = 1e-6
_HINTS = {
    "black_level_dn": "lower it, or raise bit_depth",
    "color_response": "one row for each of red, green and blue: what its filter lets through of each",
}
_WITHOUT_VIGNETTING = {
    "orthographic": "parallel rays come through no aperture",
    "equirectangular": "a panorama is put together from many pictures",
}


def sensor_numbers(block: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys of a `sensor:` block that describe the sensor."""
    return {key: value for key, value in block.items() if key != "preset" and key not in DEVELOPMENT}


def pixel_pitch_um(block: Mapping[str, Any]) -> float | None:
    """Return the distance of pixels of a plain `sensor:` block, binning counted [um]; None of an ideal sensor."""
    if is_ideal(block):
        return None
    return make_sensor(block.get("preset"), **sensor_numbers(block)).binned().pixel_pitch_um


def check_presets(view: View) -> None:
    """R100: a sensor is not known."""
    names = (IDEAL, *preset_names())
    for index, _ in view.entries("cameras"):
        for name, place in view.texts("cameras", index, "sensor", "preset"):
            if name not in names:
                hint = nearest(name, names) or "sdg assets list names the presets"
                view.fault(
                    "R100", f"there is no sensor {name}", place, expected=", ".join(names), found=name, hint=hint
                )


def check_sensors(view: View) -> None:
    """R101: a sensor is not determined, contradicts itself, or is smaller than the picture."""
    for index, block, place in view.camera_blocks("sensor"):
        for plain in view.extremes(dict(block)):
            problem = _sensor_problem(plain, lookup(view.document.tree, ("cameras", index, "resolution")))
            if problem is not None:
                key, message, hint = problem
                at = place / key if key in block else place
                view.fault("R101", message, at, head=True, found=_shown(plain, key), hint=hint)
                break


def _sensor_problem(plain: Mapping[str, Any], resolution: Plain) -> tuple[str, str, str] | None:
    """Return the key at fault, what is wrong, and a hint; None if nothing is."""
    preset, numbers = plain.get("preset"), sensor_numbers(plain)
    if preset == IDEAL or (preset is None and not numbers.keys() - {"binning"}):
        physical = [key for key in numbers if key not in ("serial", "binning")]
        if physical:
            return physical[0], f"an ideal sensor has no {physical[0]}", "name a preset, or describe the whole sensor"
        if plain.get("raw"):
            return "raw", "an ideal sensor has no raw numbers", "name a preset, or describe the whole sensor"
        return None
    try:
        sensor = make_sensor(preset, **numbers)
        if plain.get("color_matrix") is None:
            default_color_matrix(sensor)
    except KeyError:
        return None  # R100 reports it
    except ValueError as error:
        key, _, problem = str(error).partition(": ")
        needed = f"write {', '.join(REQUIRED)}, or name a preset"
        hint = needed if key in REQUIRED else _HINTS.get(key, "leave it out, or name another preset")
        return key, f"{key} of the sensor: {problem}", hint
    size = [640, 480] if resolution is None else resolution
    array = sensor.binned().array_size
    if array is not None and is_numeric(size, 2) and (size[0] > array[0] or size[1] > array[1]):
        key = "preset" if "array_size" not in plain else "array_size"
        message = f"the picture, {size[0]} x {size[1]}, is larger than the sensor's array, {array[0]} x {array[1]}"
        return key, message, "lower the resolution: a smaller picture is the middle of the array"
    return None


def check_exposures(view: View) -> None:
    """R102: an exposure has both an ISO and a gain, or neither, or a gain without a sensor."""
    for index, exposure, place in view.camera_blocks("exposure"):
        has_iso, has_gain = exposure.get("iso") is not None, exposure.get("gain_db") is not None
        if has_iso == has_gain:
            view.fault(
                "R102",
                "the exposure has both iso and gain_db" if has_iso else "the exposure has neither iso nor gain_db",
                place / "gain_db" if has_iso else place,
                head=True,
                expected="f_number, shutter_s and either iso or gain_db",
                found=", ".join(exposure),
                hint="iso says how sensitive the camera is; gain_db how far its sensor's signal is amplified",
            )
        elif has_gain and any(is_ideal(block) for block in sensor_values(view, index)):
            view.fault(
                "R102",
                "gain_db amplifies a sensor, and the camera has none",
                place / "gain_db",
                head=True,
                hint="add sensor: {preset: ...}, or write iso",
            )


def check_iso(view: View) -> None:
    """R103: an ISO below the sensor's own, which would need a gain below 1."""
    for index, exposure, place in view.camera_blocks("exposure"):
        isos = [iso for iso in view.extremes(exposure.get("iso")) if isinstance(iso, int | float)]
        blocks = [block for camera, block, _ in view.camera_blocks("sensor") if camera == index]
        sensors = [sensor for block in blocks for sensor in _buildable(view, block)]
        for iso, sensor in ((iso, sensor) for iso in isos for sensor in sensors):
            gain = gain_for_iso(sensor, iso)
            if gain < 1 - _TOLERANCE:
                least = iso_speed(sensor)
                view.fault(
                    "R103",
                    f"the sensor is faster than iso {iso:g}",
                    place / "iso",
                    expected=f"at least {least:.4g}, its speed without amplification",
                    found=f"{iso:g}, a gain of {db_from_gain(gain):.1f} dB",
                    hint="pixels are full before the picture is white: shorten shutter_s or close the aperture instead",
                )
                break


def check_vignetting(view: View) -> None:
    """R072, R104: natural vignetting of no lens; a vignetting polynomial leaves no light."""
    for index, block, place in view.camera_blocks("optics", "vignetting"):
        _check_natural(view, index, block, place)
        for plain in view.extremes(dict(block)):
            k1, k2, k3 = (float(plain.get(key, 0.0)) for key in ("k1", "k2", "k3"))
            least = least_vignetting((k1, k2, k3))
            if least <= 0:
                view.fault(
                    "R104",
                    "the vignetting leaves no light in a part of the picture",
                    place,
                    head=True,
                    expected="1 + k1 r^2 + k2 r^4 + k3 r^6 above 0 up to the corners, r = 1",
                    found=f"{least:.3g}",
                    hint="weaken k1",
                )
                break


def _check_natural(view: View, index: int, block: Mapping[str, Plain], place: Place) -> None:
    for kind, reason in _WITHOUT_VIGNETTING.items():
        if True in view.extremes(block.get("natural")) and any(view.values("cameras", index, "lens", kind)):
            view.fault(
                "R072",
                f"natural vignetting has no meaning for an {kind} lens: {reason}",
                place / "natural",
                head=True,
                hint="remove it; k1, k2 and k3 darken any picture",
            )


def sensor_values(view: View, index: int) -> list[Plain]:
    """Return what a camera's `sensor:` may be, at the ends of draws; None where it has none, and nothing broken."""
    blocks = [block for block, _ in view.values("cameras", index, "sensor")]
    return [plain for block in blocks if is_sound(block) for plain in view.extremes(block)] if blocks else [None]


def is_ideal(block: Plain) -> bool:
    """Return whether a `sensor:` is the ideal one, which has no numbers of its own."""
    if block is None:
        return True
    return isinstance(block, Mapping) and (block.get("preset") == IDEAL or not ({"preset", *REQUIRED} & block.keys()))


def _buildable(view: View, block: Mapping[str, Plain]) -> Iterator[Sensor]:
    for plain in view.extremes(dict(block)):
        if plain.get("preset") == IDEAL:
            continue
        try:
            yield make_sensor(plain.get("preset"), **sensor_numbers(plain)).binned()
        except (KeyError, ValueError):
            continue  # R100 and R101 report it


def _shown(plain: Mapping[str, Any], key: str) -> str:
    return str(plain[key]) if key in plain else ""
