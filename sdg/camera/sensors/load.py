"""Presets by name, and sensors made from a preset, from numbers, or from both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sdg.camera import presets
from sdg.camera.presets import Preset
from sdg.camera.sensors.model import IDENTITY, ColorFilter, Nonuniformity, Sensor

IDEAL = "ideal"

_FOLDER = "sdg.camera.sensors.presets"

# What a sensor that is described without a preset needs: the rest has a default.
REQUIRED = ("pixel_pitch_um", "quantum_efficiency", "full_well_e")
_DEFAULTS: Mapping[str, Any] = {"color_filter": "rggb", "bit_depth": 12, "black_level_dn": 64.0, "read_noise_e": 0.0}
_PARTS = ("row", "column", "pixel")


def preset_names() -> tuple[str, ...]:
    """Return the names of all presets but the ideal sensor, in alphabetical order."""
    return presets.preset_names(_FOLDER)


def load_preset(name: str) -> Preset:
    """Return a preset by name; its values have the keys of a recipe's `sensor:`.

    Raises:
        KeyError: There is none of this name.
    """
    return presets.read_preset(_FOLDER, name)


def make_sensor(preset: str | None, **given: Any) -> Sensor:
    """Return the sensor of a preset, with the numbers that are given in place of its own.

    Args:
        preset: Name of a preset; None if everything is given.
        given: Values by the keys of a recipe's `sensor:`. A given `bit_depth` rescales the preset's gain and black
            level; a given full well (or bit depth, black level) without a gain lets the converter be full when the
            pixel is. `prnu_percent` and `dsnu_e` are a number, which is put into the pixel part, or their parts.

    Raises:
        KeyError: There is no preset of this name.
        ValueError: Something is missing or contradicts itself; the message names the key.
    """
    given = {key: value for key, value in given.items() if value is not None}
    known = load_preset(preset).values if preset is not None else {}
    base = {key: entry.value for key, entry in known.items()}
    color_filter: ColorFilter = given.get("color_filter", base.get("color_filter", _DEFAULTS["color_filter"]))
    if "quantum_efficiency" in base:
        kind = "mono" if color_filter == "mono" else "color"
        if kind not in base["quantum_efficiency"] and "quantum_efficiency" not in given:
            raise ValueError(f"quantum_efficiency: preset {preset} has none for a {color_filter} sensor")
        base["quantum_efficiency"] = base["quantum_efficiency"].get(kind)
    values = {**_DEFAULTS, **_rescaled(base, given), **given, "color_filter": color_filter}
    missing = [key for key in REQUIRED if key not in values]
    if missing:
        raise ValueError(f"{missing[0]}: it is not given" + (f", and preset {preset} has none" if preset else ""))
    dark = known.get("dark_current_e_per_s")
    published_at = dark.conditions.get("temperature_c", 20.0) if dark is not None else 20.0
    reference = given.get("dark_reference_c", published_at)
    white = (1 << values["bit_depth"]) - 1
    if values["black_level_dn"] >= white:
        raise ValueError(f"black_level_dn: it lies at or above white, {white} DN")
    gain = values.get("gain_dn_per_e", (white - values["black_level_dn"]) / values["full_well_e"])
    response = _matrix(values.get("color_response", IDENTITY))
    blind = [name for name, row in zip(("red", "green", "blue"), response, strict=True) if not any(row)]
    if blind and color_filter != "mono":
        raise ValueError(f"color_response: the {blind[0]} channel sees no light")
    size = values.get("array_size")
    return Sensor(
        name=preset or "",
        pixel_pitch_um=float(values["pixel_pitch_um"]),
        array_size=None if size is None else (int(size[0]), int(size[1])),
        color_filter=color_filter,
        quantum_efficiency=_triple(values["quantum_efficiency"]),
        full_well_e=float(values["full_well_e"]),
        gain_dn_per_e=float(gain),
        bit_depth=int(values["bit_depth"]),
        black_level_dn=float(values["black_level_dn"]),
        read_noise_e=float(values["read_noise_e"]),
        adc_noise_e=0.0 if "read_noise_e" in given and "adc_noise_e" not in given else values.get("adc_noise_e", 0.0),
        dark_current_e_per_s=float(values.get("dark_current_e_per_s", 0.0)),
        dark_reference_c=float(reference),
        dark_doubling_c=float(values.get("dark_doubling_c", 7.0)),
        temperature_c=float(values.get("temperature_c", reference)),
        prnu=_nonuniformity(values.get("prnu_percent", 0.0), 0.01),
        dsnu_e=_nonuniformity(values.get("dsnu_e", 0.0), 1.0),
        hot_pixel_share=float(values.get("hot_pixel_share", 0.0)),
        hot_pixel_e_per_s=float(values.get("hot_pixel_e_per_s", 0.0)),
        color_response=response,
        serial=str(values.get("serial", "0")),
        binning=int(values.get("binning", 1)),
    )


def _rescaled(base: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a preset's values, those that no longer hold beside what is given left out or adapted."""
    values = dict(base)
    if "bit_depth" in given and "bit_depth" in values:
        scale = 2.0 ** (given["bit_depth"] - values["bit_depth"])
        values["black_level_dn"] = values["black_level_dn"] * scale
        values["gain_dn_per_e"] = values["gain_dn_per_e"] * scale
    if "full_well_e" in given or "black_level_dn" in given:
        values.pop("gain_dn_per_e", None)
    return values


def _triple(value: Any) -> tuple[float, float, float]:
    items = [value] * 3 if isinstance(value, int | float) else list(value)
    return float(items[0]), float(items[1]), float(items[2])


def _matrix(rows: Any) -> tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]:
    return _triple(rows[0]), _triple(rows[1]), _triple(rows[2])


def _nonuniformity(value: Any, unit: float) -> Nonuniformity:
    if isinstance(value, int | float):
        return Nonuniformity(pixel=value * unit)
    return Nonuniformity(*(value.get(part, 0.0) * unit for part in _PARTS))
