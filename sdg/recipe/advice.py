"""What is allowed in a sound recipe and yet probably not meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sdg.camera.build import LENS_KINDS
from sdg.foundation.diagnostic import Diagnostic
from sdg.recipe.distributions import Plain
from sdg.recipe.document import Place, lookup
from sdg.recipe.faults import diagnose
from sdg.recipe.model import PathKey, Recipe
from sdg.recipe.pixels import possible_pixels
from sdg.recipe.rules_lens import ALLOWED_VOID_HINT, allowed_void, resolution_of, worst_void
from sdg.recipe.rules_sensor import pixel_pitch_um
from sdg.recipe.specimens import extremes, options_at
from sdg.recipe.variables import used_names, variables_of

_ALIKE = 1.1


def check_warnings(recipe: Recipe) -> list[Diagnostic]:
    """Return warnings about a sound recipe, in no case an error."""
    return [
        *_darkness(recipe),
        *_unused_variables(recipe),
        *_absent_targets(recipe),
        *_absent_carriers(recipe),
        *_void(recipe),
        *_widths(recipe),
    ]


def _darkness(recipe: Recipe) -> list[Diagnostic]:
    if recipe.tree.get("lighting") or lookup(recipe.tree, ("scene", "environment", "lights")):
        return []
    path: PathKey = ("lighting",) if "lighting" in recipe.tree else ()
    hint = "add an entry to lighting:, such as - dome: {}"
    return [_warning(recipe, path, "R090", "nothing lights the scene", hint)]


def _unused_variables(recipe: Recipe) -> list[Diagnostic]:
    used = used_names(recipe.tree)
    unused = [name for name in variables_of(recipe.tree) if name not in used]
    return [
        diagnose(
            recipe,
            ("vars", name),
            "R091",
            f"the variable {name} is never used",
            hint=f"write ${name} where it belongs",
            severity="warning",
            at_key=True,
        )
        for name in unused
    ]


def _absent_targets(recipe: Recipe) -> list[Diagnostic]:
    """Warn of cameras that look at an object which some frames may lack."""
    found = []
    for kind in ("orbit", "look_at"):
        for target, path in _absent(recipe, ("pose", kind, "target")):
            message = f"some frames may have no {target} to look at"
            hint = "the camera then aims at the middle of the scene; probability 1 and enough of them avoid it"
            found.append(_warning(recipe, path, "R092", message, hint))
    return found


def _absent_carriers(recipe: Recipe) -> list[Diagnostic]:
    """Warn of cameras that are mounted on an object which some frames may lack."""
    hint = "the camera takes no picture then; probability 1 and enough of them avoid it"
    return [
        _warning(recipe, path, "R095", f"some frames may have no {carrier} for the camera to be on", hint)
        for carrier, path in _absent(recipe, ("mount", "on"))
    ]


def _absent(recipe: Recipe, steps: PathKey) -> Iterator[tuple[str, PathKey]]:
    """Yield the objects that some frames may lack among those that a key of the cameras names, and where it does."""
    variables = variables_of(recipe.tree)
    blocks = {block["name"]: block for block in (recipe.tree.get("scene") or {}).get("objects") or []}
    for index in range(len(recipe.tree["cameras"])):
        for name, place in options_at(recipe.tree, Place(()), ("cameras", index, *steps), variables):
            if not isinstance(name, str):
                continue
            owner, _, ordinal = name.partition(".")[0].removesuffix("]").partition("[")
            if owner in blocks and _may_be_absent(blocks[owner], int(ordinal or 0), variables):
                yield name, place.use


def _void(recipe: Recipe) -> list[Diagnostic]:
    """Say how much of a picture has no ray, where the recipe allows it."""
    variables = variables_of(recipe.tree)
    found = []
    for index in range(len(recipe.tree["cameras"])):
        resolution = resolution_of(recipe.tree, index)
        pixels = possible_pixels(recipe.tree, index, variables)
        for kind in LENS_KINDS:
            for lens, place in options_at(recipe.tree, Place(()), ("cameras", index, "lens", kind), variables):
                void = worst_void(kind, lens, resolution, variables, pixels) if resolution else None
                if void is not None:
                    found.append(_warning(recipe, place.use, "R093", allowed_void(void), ALLOWED_VOID_HINT))
    return found


def _widths(recipe: Recipe) -> list[Diagnostic]:
    """Warn of a lens whose focal length is for a sensor of another width: it blurs far too much, or too little."""
    found = []
    for index, block in enumerate(recipe.specimen.cameras):
        lens = block.lens.pinhole or block.lens.opencv_pinhole or block.lens.opencv_fisheye
        written = None if lens is None else lens.sensor_width_mm
        pitch_um = None if block.sensor is None else pixel_pitch_um(block.sensor.model_dump(exclude_none=True))
        if block.depth_of_field is None or written is None or pitch_um is None:
            continue
        actual = block.resolution[0] * pitch_um * 1e-3
        if max(written / actual, actual / written) > _ALIKE:
            message = f"the lens is for a sensor {written:.4g} mm wide, and the sensor's pixels span {actual:.4g} mm"
            hint = f"depth of field goes by focal_length_mm: give the one that belongs to sensor_width_mm: {actual:.4g}"
            found.append(_warning(recipe, ("cameras", index, "depth_of_field"), "R094", message, hint))
    return found


def _may_be_absent(block: Mapping[str, Plain], ordinal: int, variables: Mapping[str, Plain]) -> bool:
    counts = extremes(block["count"], variables) if "count" in block else [ordinal + 1]
    chances = extremes(block.get("probability", 1), variables)
    return bool(min(counts) <= ordinal or min(chances) < 1)


def _warning(recipe: Recipe, path: PathKey, code: str, message: str, hint: str) -> Diagnostic:
    return diagnose(recipe, path, code, message, hint=hint, severity="warning")
