"""Effects that not every renderer has: which of them a recipe may ask for, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal, TypeAlias, get_args

from sdg.camera.depth_sensors.load import preset_kind
from sdg.recipe.distributions import Plain
from sdg.recipe.document import Place
from sdg.recipe.model import PathKey, Recipe
from sdg.recipe.specimens import extremes, options_at
from sdg.recipe.variables import variables_of

Effect: TypeAlias = Literal[
    "rolling_shutter", "motion_blur", "lateral_color", "aperture_blades", "second_eye", "invisible_light"
]
EFFECTS: frozenset[Effect] = frozenset(get_args(Effect))

# Each in the words of a message: "... has no ___".
NAMES: Mapping[Effect, str] = {
    "rolling_shutter": "rolling shutter",
    "motion_blur": "motion during the exposure",
    "lateral_color": "lateral chromatic aberration",
    "aperture_blades": "apertures with blades",
    "second_eye": "second eye or projector of a depth sensor",
    "invisible_light": "lights that cameras don't see",
}
_EMITTERS = ("rect", "sphere", "disk", "cylinder")


def asked_effects(recipe: Recipe) -> Iterator[tuple[Effect, PathKey]]:
    """Yield each effect that some frame may have, with the path of what asks for it, once; in the order of sections."""
    found: dict[tuple[Effect, PathKey], None] = {}
    variables = variables_of(recipe.tree)
    for effect, steps, asks in _questions(recipe):
        for value, place in options_at(recipe.tree, Place(()), steps, variables):
            if any(asks(plain) for plain in extremes(value, variables)):
                found[effect, place.use] = None
    yield from found


def _questions(recipe: Recipe) -> Iterator[tuple[Effect, PathKey, Callable[[Plain], bool]]]:
    """Yield where to look for each effect, and what a plain value there must be to ask for it."""
    tree = recipe.tree
    for index in range(len((tree.get("scene") or {}).get("objects") or ())):
        yield "motion_blur", ("scene", "objects", index, "motion"), _moves
    for index in range(len(tree.get("lighting") or ())):
        for kind in _EMITTERS:
            yield "invisible_light", ("lighting", index, kind, "visible"), _is_off
    for index in range(len(tree["cameras"])):
        camera: PathKey = ("cameras", index)
        yield "motion_blur", (*camera, "motion"), _moves
        yield "rolling_shutter", (*camera, "rolling_shutter"), bool
        yield "lateral_color", (*camera, "optics", "lateral_color"), _splits
        yield "aperture_blades", (*camera, "depth_of_field", "blades"), bool
        yield "second_eye", (*camera, "depth_sensor"), _has_second_eye


def _moves(block: Plain) -> bool:
    return any(any(block.get(key) or ()) for key in ("velocity_mps", "angular_dps"))


def _is_off(visible: Plain) -> bool:
    return not visible


def _splits(enlargements: Plain) -> bool:
    return any(enlargement != 1.0 for enlargement in enlargements)


def _has_second_eye(block: Plain) -> bool:
    """Whether a depth sensor measures by parallax; an unknown preset is reported when it is loaded."""
    kind = block.get("kind")
    if kind is None and block.get("preset") is not None:
        try:
            kind = preset_kind(block["preset"])
        except KeyError:
            return False
    return kind in ("stereo", "structured_light")
