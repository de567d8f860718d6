"""Rules over the values of a lens: is it described once, is it possible, and does it leave pixels without rays?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from sdg.camera.build import LENS_KINDS, lens_of_kind
from sdg.camera.lens import Lens
from sdg.camera.void import void_share
from sdg.camera.window import Pixels
from sdg.recipe.distributions import Plain
from sdg.recipe.document import Place, lookup
from sdg.recipe.pixels import possible_pixels
from sdg.recipe.specimens import Variables, extremes
from sdg.recipe.view import View, is_numeric, is_sound

ALLOWED_VOID_HINT = "this is how far the lens sees; allow_void says how much of the picture it may miss"
# A circle that touches the long sides of a 16:9 picture leaves 56 % of it dark.
CIRCLE_VOID = 0.6

_METRIC = frozenset({"focal_length_mm", "sensor_width_mm"})
_BY_FOCAL_LENGTH = ("pinhole", "opencv_pinhole", "opencv_fisheye")
_CIRCULAR = ("opencv_fisheye", "omnidir", "double_sphere", "ftheta")
_NOT_DISTORTION = frozenset(
    {"fx", "fy", "cx", "cy", "pixel_origin", "xi", "alpha", "skew", "linear_cde", "max_angle_deg", "calibrated_at"}
    | _METRIC
)
_DEFAULT_RESOLUTION = [640, 480]
_DEFAULT_PINHOLE: Mapping[str, Plain] = {"focal_length_mm": 24.0, "sensor_width_mm": 36.0}
_COARSE = 48  # enough to find pixels without rays: they start at the picture's border, which is always looked at
_FINE = 240


@dataclass(frozen=True)
class Void:
    """What a lens leaves without rays.

    Attributes:
        share: Of the pixels, 0 to 1.
        folds: Whether the model turns over, rather than the lens ending.
        allowed: The share that may be void if the recipe doesn't say.
    """

    share: float
    folds: bool
    allowed: float


def worst_void(
    kind: str, lens: Mapping[str, Plain], resolution: list[int], variables: Variables, pixels: list[Pixels]
) -> Void | None:
    """Return the void that exceeds what is allowed the most, over the extremes of a lens; None if all have all rays."""
    if kind == "pinhole" or (kind == "opencv_pinhole" and not _distortion_keys(lens)):
        return None
    plains = extremes(dict(lens), variables)
    models = [_model(kind, plain, resolution, each) for plain in plains for each in pixels]
    voids = [void for model in models if model is not None and (void := lens_void(model)) is not None]
    return max(voids, key=lambda void: void.share - void.allowed, default=None)


def lens_void(lens: Lens) -> Void | None:
    """Return the void of one lens; None if all pixels have rays."""
    # The fine look is dear, and mostly there is nothing to see.
    if void_share(lens, _COARSE) == 0:
        return None
    allowed = CIRCLE_VOID if lens.model in _CIRCULAR and not lens.folds else 0.0
    return Void(void_share(lens, _FINE), lens.folds, allowed)


def resolution_of(tree: Mapping[str, Plain], camera: int) -> list[int] | None:
    """Return the (width, height) of a camera; None if what is written is none."""
    written = lookup(tree, ("cameras", camera, "resolution"))
    resolution = _DEFAULT_RESOLUTION if written is None else written
    return resolution if is_numeric(resolution, 2) else None


def percent(share: float) -> str:
    """Return a share as text, never rounded to nothing."""
    return f"{share:.1%}" if share >= 0.0005 else "less than 0.1%"


def allowed_void(void: Void) -> str:
    """Return what to say of pixels without rays where the recipe allows them."""
    return f"{percent(void.share)} of the pixels have no ray: they are black, and void in every label"


def check_lens_parameters(view: View) -> None:
    """R062, R072, R080: a lens is described twice, not enough, by a key without effect, or mirrors the picture."""
    for index, kind, lens, place in _lenses(view):
        given = {key for key, value in lens.items() if value is not None}
        pixels = possible_pixels(view.document.tree, index, view.variables)
        if kind in _BY_FOCAL_LENGTH:
            _check_focal_length(view, place, given, has_pitch=all(each.pitch_um is not None for each in pixels))
        if kind == "ftheta":
            _check_ftheta(view, place, lens, given)
        if "pixel_origin" in given and not given & {"cx", "cy"}:
            view.fault(
                "R072",
                "pixel_origin has no effect without cx and cy",
                place / "pixel_origin",
                head=True,
                hint="give cx and cy, or remove it",
            )


def check_lens_arrays(view: View) -> None:
    """R081: a picture is larger than the array that its lens is calibrated for."""
    for index, _, lens, place in _lenses(view):
        resolution = resolution_of(view.document.tree, index)
        for array, at in view.inside(lens, place, "calibrated_at"):
            if resolution is None or not is_numeric(array, 2):
                continue
            for pixels in possible_pixels(view.document.tree, index, view.variables):
                n = pixels.binning
                if resolution[0] * n > array[0] or resolution[1] * n > array[1]:
                    each = f" of {n} x {n} each" if n > 1 else ""
                    view.fault(
                        "R081",
                        "the picture is larger than what the lens is calibrated for",
                        at,
                        expected=f"at least [{resolution[0] * n}, {resolution[1] * n}]",
                        found=f"[{array[0]}, {array[1]}], for {resolution[0]} x {resolution[1]} pixels{each}",
                        hint="lower the resolution or the binning: a smaller picture is the middle of the array",
                    )
                    break


def _check_focal_length(view: View, place: Place, given: set[str], *, has_pitch: bool) -> None:
    metric, pixels = given & _METRIC, given & {"fx", "fy"}
    if metric and pixels:
        _refuse_lens(view, place, "the lens is described in millimetres and in pixels", sorted(metric | pixels))
    elif len(metric) == 1 and not (has_pitch and "focal_length_mm" in metric):
        missing = next(iter(_METRIC - metric))
        _refuse_lens(view, place, f"the lens has no {missing}", sorted(metric))
    elif not metric and "fx" not in given:
        _refuse_lens(view, place, "the lens has no focal length", sorted(given))


def _refuse_lens(view: View, place: Place, message: str, given: list[str]) -> None:
    view.fault(
        "R062",
        message,
        place,
        head=True,
        expected="focal_length_mm and sensor_width_mm, or fx (and fy, cx, cy where they differ)",
        found=", ".join(given) or "nothing",
        hint="for example {fx: 600}, or {focal_length_mm: 8, sensor_width_mm: 7.2}",
    )


def _check_ftheta(view: View, place: Place, lens: Mapping[str, Plain], given: set[str]) -> None:
    polynomials = sorted(given & {"angle_to_pixeldist", "pixeldist_to_angle"})
    if len(polynomials) != 1:
        view.fault(
            "R062",
            "the lens is described by two polynomials" if polynomials else "the lens has no polynomial",
            place,
            head=True,
            expected="angle_to_pixeldist or pixeldist_to_angle",
            found=", ".join(polynomials) or "neither",
            hint="give the one that the calibration names as reference_poly; the other is only fitted to it",
        )
    for linear, at in view.inside(lens, place, "linear_cde"):
        for plain in view.extremes(linear):
            if is_numeric(plain, 3) and any(plain) and plain[0] - plain[1] * plain[2] <= 0:
                view.fault(
                    "R080",
                    "linear_cde mirrors the picture, or flattens it",
                    at,
                    expected="[c, d, e] with c above d times e",
                    found=f"[{plain[0]}, {plain[1]}, {plain[2]}]",
                    hint="[1, 0, 0] for square pixels",
                )
                break


def check_lens_rays(view: View) -> None:
    """R063: more of the picture is without rays than the recipe allows."""
    for index, kind, lens, place in _lenses(view):
        _check_rays(view, index, kind, lens, place)


def _check_rays(view: View, index: int, kind: str, lens: Mapping[str, Plain], place: Place) -> None:
    resolution = resolution_of(view.document.tree, index)
    stated = lookup(view.document.tree, ("cameras", index, "allow_void"))
    if resolution is None or not is_sound(lens) or not is_sound(stated):
        return
    pixels = possible_pixels(view.document.tree, index, view.variables)
    void = worst_void(kind, lens, resolution, view.variables, pixels)
    if void is None or void.share <= (void.allowed if stated is None else stated):
        return
    keys = _distortion_keys(lens)
    allowed = void.allowed if stated is None else float(stated)
    view.fault(
        "R063",
        f"{percent(void.share)} of the pixels have no ray",
        place / keys[0] if void.folds and keys else place,
        head=True,
        expected="a distortion that grows up to the corners of the picture"
        if void.folds and not allowed
        else f"at most {allowed:.0%} (allow_void)",
        found=", ".join(keys) if void.folds else kind,
        hint=void_hint(kind, void),
    )


def check_distortion(view: View) -> None:
    """R063, R082: a distortion leaves pixels without rays, or stands beside a lens that is no plain pinhole."""
    for index, camera in view.entries("cameras"):
        if camera.get("distortion") is None:
            continue
        other = next((kind for kind in _kinds(view, index) if kind != "pinhole"), None)
        if other is not None:
            view.fault(
                "R082",
                f"distortion bends a pinhole, and the lens is {other}",
                ("cameras", index, "distortion"),
                head=True,
                expected="lens: {pinhole: …}",
                found=other,
                hint="write the coefficients into the lens: opencv_pinhole takes all of OpenCV's",
            )
            continue
        pinholes = [lens for lens, _ in view.values("cameras", index, "lens", "pinhole") if isinstance(lens, Mapping)]
        for bent, place in view.values("cameras", index, "distortion"):
            if isinstance(bent, Mapping):
                coefficients = {key: value for key, value in bent.items() if key != "probability"}
                for lens in pinholes or [_DEFAULT_PINHOLE]:
                    _check_rays(view, index, "opencv_pinhole", {**lens, **coefficients}, place)


def _kinds(view: View, index: int) -> list[str]:
    """Return the kinds of lens that a camera may have."""
    kinds = (*LENS_KINDS, "calibration")
    return [kind for kind in kinds if any(True for _ in view.values("cameras", index, "lens", kind))]


def void_hint(kind: str, void: Void) -> str:
    """Return what to do about a lens that leaves too much void."""
    more = f"allow_void: {min(1.0, np.ceil(void.share * 20) / 20):.2f}"
    if not void.folds:
        return f"the lens ends inside the picture: use a longer focal length, or write {more} beside the lens"
    if kind in ("opencv_fisheye", "ftheta"):
        return f"the polynomial turns back inside the picture: give the max_angle_deg that it is good for, or {more}"
    return "the polynomial turns back inside the picture: weaken it, or use a longer focal length"


def _distortion_keys(lens: Mapping[str, Plain]) -> list[str]:
    return [key for key, value in lens.items() if value and key not in _NOT_DISTORTION]


def _lenses(view: View) -> Iterator[tuple[int, str, Mapping[str, Plain], Place]]:
    for index, _ in view.entries("cameras"):
        for kind in LENS_KINDS:
            for lens, place in view.values("cameras", index, "lens", kind):
                if isinstance(lens, Mapping):
                    yield index, kind, lens, place


def _model(kind: str, lens: Mapping[str, Plain], resolution: list[int], pixels: Pixels) -> Lens | None:
    """Return the lens that plain parameters describe; None if they do not describe one, which is reported elsewhere."""
    width, height = resolution
    try:
        with np.errstate(all="ignore"):
            return lens_of_kind(kind, (width, height), lens, pixels)
    except (ValueError, TypeError):
        return None
