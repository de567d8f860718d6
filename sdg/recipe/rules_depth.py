"""Rules over the depth sensor and the depth noise of a camera."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sdg.camera.depth_sensors.load import REQUIRED, make_depth_sensor, preset_names
from sdg.recipe.view import View, is_numeric
from sdg.recipe.wording import nearest

_SOME_FOCAL_LENGTH_PX = 500.0  # whether the lens has one is known once it is drawn


def depth_sensor_numbers(block: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys of a `depth_sensor:` block that hold the sensor's numbers."""
    return {key: value for key, value in block.items() if key not in ("preset", "kind") and value is not None}


def check_depth_presets(view: View) -> None:
    """R110: a depth sensor is not known."""
    names = preset_names()
    for index, _ in view.entries("cameras"):
        for name, place in view.texts("cameras", index, "depth_sensor", "preset"):
            if name not in names:
                hint = nearest(name, names) or "sdg assets list names the presets"
                view.fault(
                    "R110", f"there is no depth sensor {name}", place, expected=", ".join(names), found=name, hint=hint
                )


def check_depth_sensors(view: View) -> None:
    """R111: a depth sensor is not determined, or contradicts itself."""
    for _, block, place in view.camera_blocks("depth_sensor"):
        for plain in view.extremes(dict(block)):
            problem = _problem(plain)
            if problem is not None:
                key, message, hint = problem
                at = place / key if key in block else place
                view.fault("R111", message, at, head=True, found=str(plain.get(key, "")), hint=hint)
                break


def _problem(plain: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """Return the key at fault, what is wrong, and a hint; None if nothing is."""
    preset, kind = plain.get("preset"), plain.get("kind")
    try:
        make_depth_sensor(preset, kind, _SOME_FOCAL_LENGTH_PX, **depth_sensor_numbers(plain))
    except KeyError:
        return None  # R110 reports it
    except ValueError as error:
        key, _, problem = str(error).partition(": ")
        return key, f"{key} of the depth sensor: {problem}", _hint(key, kind)
    return None


def _hint(key: str, kind: str | None) -> str:
    if key == "kind":
        return "name a preset, or write kind: stereo, structured_light or time_of_flight"
    if kind is not None and key in REQUIRED[kind]:
        return f"write {' and '.join(REQUIRED[kind])}, or name a preset"
    return "write [nearest, farthest]" if key == "range_m" else "leave it out, or name a preset of another kind"


def check_depth_noise(view: View) -> None:
    """R112: a depth noise does nothing, or its range is empty."""
    for _, block, place in view.camera_blocks("depth_noise"):
        if "gaussian" not in block and "range_m" not in block:
            view.fault(
                "R112",
                "the depth noise does nothing",
                place,
                head=True,
                expected="gaussian: {std_m: ...}, range_m: [nearest, farthest], or both",
                found=", ".join(block) or "an empty mapping",
                hint="write gaussian: {std_m: 0.01}",
            )
        for plain in view.extremes(block.get("range_m")):
            if is_numeric(plain, 2) and plain[0] >= plain[1]:
                view.fault(
                    "R112",
                    "the near end of the range is not nearer than its far end",
                    place / "range_m",
                    expected="[nearest, farthest]",
                    found=f"[{plain[0]}, {plain[1]}]",
                    hint="swap them" if plain[0] > plain[1] else "move the far end out",
                )
                break
