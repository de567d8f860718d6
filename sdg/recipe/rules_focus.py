"""Rules over the depth of field of a camera: its lens must have a focal length, shorter than the focus distance."""

from __future__ import annotations

from collections.abc import Mapping

from sdg.camera.build import LENS_KINDS
from sdg.recipe.distributions import Plain
from sdg.recipe.document import Place
from sdg.recipe.rules_sensor import is_ideal, sensor_values
from sdg.recipe.view import View, is_sound

NO_FOCAL_LENGTH = "the focal length of the lens is not known"
NO_FOCAL_LENGTH_HINT = "add sensor: with the pixel pitch, or give the lens by focal_length_mm and sensor_width_mm"

_WITHOUT_FOCUS = {
    "orthographic": "parallel rays have no focal length",
    "equirectangular": "a panorama is put together from many pictures",
}


def without_focus(lens: str) -> str:
    """Return why a lens has no depth of field; empty if it can have one."""
    reason = _WITHOUT_FOCUS.get(lens)
    return "" if reason is None else f"an {lens} lens has no depth of field: {reason}"


def too_near(focal_length_mm: float, distance_m: float) -> str:
    """Return that a lens can't focus so near."""
    return f"a lens of {focal_length_mm:g} mm can't focus at {distance_m:g} m: nothing nearer than its focal length"


def check_focus(view: View) -> None:
    """R072, R105, R106: depth of field of a lens without focal length, or nearer than that, or a turn of a circle."""
    for index, block, place in view.camera_blocks("depth_of_field"):
        _check_turn(view, block, place)
        _check_lenses(view, index, block, place)


def _check_turn(view: View, block: Mapping[str, Plain], place: Place) -> None:
    if block.get("turn_deg") is not None and block.get("blades") is None:
        view.fault(
            "R072",
            "turn_deg has no effect without blades",
            place / "turn_deg",
            head=True,
            hint="give blades, or remove it: a round aperture looks the same however it is turned",
        )


def _check_lenses(view: View, index: int, block: Mapping[str, Plain], place: Place) -> None:
    for kind in (*LENS_KINDS, "calibration"):
        for lens, _ in view.values("cameras", index, "lens", kind):
            if not is_sound(lens):
                continue
            metric = isinstance(lens, Mapping) and lens.get("focal_length_mm") is not None
            if without_focus(kind):
                view.fault("R105", without_focus(kind), place, head=True, found=kind, hint="remove it")
                return
            if metric:
                _check_distance(view, {"f": lens["focal_length_mm"], "s": block.get("focus_distance_m")}, place)
            elif any(is_ideal(sensor) for sensor in sensor_values(view, index)):
                view.fault(
                    "R105",
                    NO_FOCAL_LENGTH,
                    place,
                    head=True,
                    expected="lens.focal_length_mm, or a sensor whose pixel pitch turns fx into millimetres",
                    found=f"a lens in pixels ({kind}), and no sensor",
                    hint=NO_FOCAL_LENGTH_HINT,
                )
                return


def _check_distance(view: View, pair: dict[str, Plain], place: Place) -> None:
    for plain in view.extremes(pair):
        focal_mm, distance_m = plain["f"], plain["s"]
        if distance_m <= focal_mm * 1e-3:
            view.fault(
                "R106",
                too_near(focal_mm, distance_m),
                place / "focus_distance_m",
                expected=f"more than {focal_mm * 1e-3:g}",
                found=f"{distance_m:g}",
                hint="focus farther away, or use a shorter lens",
            )
            return
