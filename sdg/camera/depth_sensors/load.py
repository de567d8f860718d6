"""Presets by name, and depth sensors made from a preset, from numbers, or from both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sdg.camera import presets
from sdg.camera.depth_sensors.model import DepthSensor, StereoDepth, StructuredLightDepth, TimeOfFlightDepth
from sdg.camera.presets import Preset

KINDS: Mapping[str, type[DepthSensor]] = {
    model.kind: model for model in (StereoDepth, StructuredLightDepth, TimeOfFlightDepth)
}

# What a sensor that is described without a preset needs: the rest has a default. The focal length may be the lens's.
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "stereo": ("baseline_m", "disparity_noise_px"),
    "structured_light": ("baseline_m", "axial_noise"),
    "time_of_flight": ("modulation_mhz", "signal_e"),
}

_FOLDER = "sdg.camera.depth_sensors.presets"
_MEGA = 1e6
_HALF_LIGHT_MPS = 299_792_458.0 / 2


def preset_names() -> tuple[str, ...]:
    """Return the names of all depth sensors, in alphabetical order."""
    return presets.preset_names(_FOLDER)


def load_preset(name: str) -> Preset:
    """Return a preset by name; its values have the keys of a recipe's `depth_sensor:`.

    Raises:
        KeyError: There is none of this name.
    """
    return presets.read_preset(_FOLDER, name)


def preset_kind(name: str) -> str:
    """Return the kind of a preset, one of `KINDS`."""
    return load_preset(name).about["kind"]


def keys_of(kind: str) -> frozenset[str]:
    """Return the keys that describe a depth sensor of a kind."""
    return frozenset(field.name for field in fields(KINDS[kind])) - {"name"}


def make_depth_sensor(
    preset: str | None, kind: str | None, lens_focal_length_px: float | None, **given: Any
) -> DepthSensor:
    """Return the depth sensor of a preset, with the numbers that are given in place of its own.

    Args:
        preset: Name of a preset; None if everything is given.
        kind: One of `KINDS`; None is the preset's.
        lens_focal_length_px: What stands for `focal_length_px` where neither the preset nor the caller gives it.
        given: Values by the keys of a recipe's `depth_sensor:`; `ambiguity_m` may be `none`, and without any a single
            frequency has c / (2 f).

    Raises:
        KeyError: There is no preset of this name.
        ValueError: Something is missing, belongs to another kind, or contradicts itself; the message names the key.
    """
    known = {} if preset is None else load_preset(preset).values
    own_kind = None if preset is None else preset_kind(preset)
    if kind is None and own_kind is None:
        raise ValueError("kind: it is not given, and no preset is named")
    if kind is not None and own_kind is not None and kind != own_kind:
        raise ValueError(f"kind: preset {preset} is {own_kind}, not {kind}")
    kind = kind or own_kind
    assert kind is not None
    given = {key: value for key, value in given.items() if value is not None}
    strange = sorted(given.keys() - keys_of(kind))
    if strange:
        raise ValueError(f"{strange[0]}: a sensor of kind {kind} has no such number")
    values = {**{key: entry.value for key, entry in known.items()}, **given}
    if "focal_length_px" in keys_of(kind) and lens_focal_length_px is not None:
        values.setdefault("focal_length_px", lens_focal_length_px)
    missing = [key for key in REQUIRED[kind] if key not in values]
    if missing:
        raise ValueError(f"{missing[0]}: it is not given" + (f", and preset {preset} has none" if preset else ""))
    if kind != "time_of_flight" and "focal_length_px" not in values:
        raise ValueError("focal_length_px: it is not given, and the lens has none in pixels")
    if kind == "time_of_flight":
        if "ambiguity_m" not in values:
            values["ambiguity_m"] = _HALF_LIGHT_MPS / (values["modulation_mhz"] * _MEGA)
        elif values["ambiguity_m"] == "none":
            values["ambiguity_m"] = float("inf")
    near, far = values.get("range_m", (0.0, float("inf")))
    if near >= far:
        raise ValueError(f"range_m: its near end, {near:g} m, is not nearer than its far end, {far:g} m")
    plain: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    return KINDS[kind](name=preset or "", **plain)
