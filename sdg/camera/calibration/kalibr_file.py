"""Kalibr's camchain YAML: one or several cameras, each a projection model with a distortion model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sdg.camera.calibration.values import (
    CENTER_TO_CORNER,
    Document,
    check_focal,
    decimal,
    numbers,
    opencv_pinhole,
    resolution,
)
from sdg.camera.double_sphere import LensDoubleSphere
from sdg.camera.lens import Lens, LensOpenCvPinhole
from sdg.camera.omnidir import LensOmnidir
from sdg.camera.opencv_fisheye import LensOpenCvFisheye
from sdg.errors import AssetError

# How many numbers stand before the focal lengths.
_MODELS = {"pinhole": 0, "omni": 1, "ds": 2}


def kalibr_cameras(document: Document) -> dict[str, Mapping[str, Any]]:
    """Return the cameras of a camchain by name; empty if a document is none."""
    return {
        str(name): entry
        for name, entry in document.items()
        if isinstance(entry, Mapping) and "camera_model" in entry and "intrinsics" in entry
    }


def kalibr_lens(entry: Mapping[str, Any]) -> Lens:
    """Return the lens of one camera of a camchain.

    Raises:
        AssetError: Something is missing or impossible, or a model is unknown.
    """
    model = str(entry["camera_model"])
    if model not in _MODELS:
        raise AssetError(f"the camera model {model} of the calibration is unknown", f"known are {', '.join(_MODELS)}")
    size = _size(entry)
    *first, fx, fy, cx, cy = numbers(entry, "intrinsics", count=_MODELS[model] + 4)
    check_focal(fx, fy)
    cx, cy = cx + CENTER_TO_CORNER, cy + CENTER_TO_CORNER
    bent = str(entry.get("distortion_model") or "none")
    coefficients = [] if bent == "none" else numbers(entry, "distortion_coeffs", count=4)
    if (model, bent) in (("pinhole", "radtan"), ("pinhole", "none")):
        return opencv_pinhole(size, (fx, fy), (cx, cy), coefficients)
    if (model, bent) == ("pinhole", "equidistant"):
        return LensOpenCvFisheye(size, fx, fy, cx, cy, *coefficients)
    if (model, bent) in (("omni", "radtan"), ("omni", "none")):
        return LensOmnidir(size, fx, fy, cx, cy, first[0], 0.0, *coefficients)
    if (model, bent) == ("ds", "none"):
        xi, alpha = first
        if not (-1 <= xi <= 1 and 0 <= alpha <= 1):
            raise AssetError(f"xi {xi:g} or alpha {alpha:g} of the calibration is out of range")
        return LensDoubleSphere(size, fx, fy, cx, cy, xi, alpha)
    raise AssetError(
        f"the calibration's {model} with {bent} distortion is not known here", "known are radtan and equidistant"
    )


def kalibr_text(lenses: Mapping[str, Lens], baseline_m: float = 0.0) -> str | None:
    """Return cameras as a camchain, by name; None if Kalibr has no model for one of them.

    Each camera after the first is `baseline_m` along the +X of the one before, and turned alike; its `T_cn_cnm1` takes
    points from that camera's frame into its own.
    """
    chain = ""
    for name, lens in lenses.items():
        entry = _entry(name, lens)
        if entry is None:
            return None
        chain += entry + (_link(baseline_m) if chain else "")
    return chain


def _entry(name: str, lens: Lens) -> str | None:
    first: list[float] = []
    bent, coefficients = "none", list[float]()
    if isinstance(lens, LensOpenCvPinhole) and not any(lens.distortion.coefficients()[4:]):
        model, bent, coefficients = "pinhole", "radtan", lens.distortion.coefficients()[:4]
    elif isinstance(lens, LensOpenCvFisheye) and lens.alpha == 0:
        model, bent, coefficients = "pinhole", "equidistant", [lens.k1, lens.k2, lens.k3, lens.k4]
    elif isinstance(lens, LensOmnidir) and lens.skew == 0:
        model, first, bent, coefficients = "omni", [lens.xi], "radtan", [lens.k1, lens.k2, lens.p1, lens.p2]
    elif isinstance(lens, LensDoubleSphere):
        model, first = "ds", [lens.xi, lens.alpha]
    else:
        return None
    intrinsics = [*first, lens.fx, lens.fy, lens.cx - CENTER_TO_CORNER, lens.cy - CENTER_TO_CORNER]
    width, height = lens.resolution
    return (
        f"{name}:\n  camera_model: {model}\n  intrinsics: {_list(intrinsics)}\n"
        f"  distortion_model: {bent}\n  distortion_coeffs: {_list(coefficients)}\n  resolution: [{width}, {height}]\n"
    )


def _link(baseline_m: float) -> str:
    rows = [[1.0, 0.0, 0.0, -baseline_m], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
    return "  T_cn_cnm1:\n" + "".join(f"  - {_list(row)}\n" for row in rows)


def _list(values: list[float]) -> str:
    return f"[{', '.join(decimal(value) for value in values)}]"


def _size(entry: Mapping[str, Any]) -> tuple[int, int]:
    size = entry.get("resolution")
    if not isinstance(size, list) or len(size) != 2:
        raise AssetError("the calibration has no resolution of two numbers")
    return resolution(size[0], size[1])
