"""Rules over motion: where something moves, each camera that sees it must know how long its shutter is open."""

from __future__ import annotations

from sdg.recipe.model import PathKey
from sdg.recipe.view import View, is_sound

_EXPECTED = "an exposure with shutter_s"
_HINT = "write exposure: {f_number: 4, shutter_s: 0.005, iso: 400} on the camera"


def check_motion(view: View) -> None:
    """R115: something moves before a camera whose shutter time is not known."""
    automatic = [index for index, _ in view.entries("cameras") if _is_automatic(view, index)]
    cameras = dict(view.entries("cameras"))
    for index in automatic:
        for key in ("motion", "rolling_shutter"):
            if cameras[index].get(key) is not None and is_sound(cameras[index][key]):
                _report(view, f"{key} needs a shutter time, and the exposure is automatic", ("cameras", index, key))
    if not automatic:
        return
    names = ", ".join(str(cameras[index].get("name", index)) for index in automatic)
    for index, block in view.objects():
        if block.get("motion") is not None and is_sound(block["motion"]):
            message = f"what moves needs a shutter time, and the exposure of {names} is automatic"
            _report(view, message, ("scene", "objects", index, "motion"))


def _is_automatic(view: View, index: int) -> bool:
    """Return whether a camera's exposure is, or may be, automatic."""
    given = [value for value, _ in view.values("cameras", index, "exposure")]
    return not given or "auto" in given


def _report(view: View, message: str, path: PathKey) -> None:
    view.fault("R115", message, path, head=True, expected=_EXPECTED, found="auto", hint=_HINT)
