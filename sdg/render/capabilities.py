"""What each renderer can do, so that a recipe which asks for more is refused before anything starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sdg.errors import RecipeError
from sdg.foundation.diagnostic import Diagnostic
from sdg.recipe.effects import EFFECTS, NAMES, Effect, asked_effects
from sdg.recipe.faults import diagnose
from sdg.recipe.model import Recipe
from sdg.render.api import RendererName


@dataclass(frozen=True)
class Capabilities:
    """What a renderer declares.

    Attributes:
        renderer: Its name in messages.
        effects: Those of `sdg.recipe.effects` that it has.
    """

    renderer: str
    effects: frozenset[Effect]


EMBEDDED = Capabilities("the embedded renderer", EFFECTS)
# On the stage that RTX gets, poses, lenses and lights are constant within a frame, each pixel has one ray for all
# colours, `fStop` describes a round aperture, and lights can't be hidden from cameras alone.
RTX = Capabilities("RTX", frozenset())
CAPABILITIES: Mapping[RendererName, Capabilities] = MappingProxyType({"mitsuba": EMBEDDED, "replicator": RTX})


def missing_effects(recipe: Recipe, capabilities: Capabilities) -> tuple[Effect, ...]:
    """Return the effects that the recipe asks for and the renderer lacks, sorted, for the frames' records."""
    return tuple(sorted({effect for effect, _ in asked_effects(recipe)} - capabilities.effects))


def check_capabilities(recipe: Recipe, capabilities: Capabilities, *, allow_missing: bool = False) -> list[Diagnostic]:
    """Return warnings about what the recipe asks for and the renderer lacks, in file order.

    Raises:
        RecipeError: There is such an effect, and `allow_missing` is not set; every place in the recipe is named.
    """
    hint = (
        "pictures and labels are made without it, and the manifest says so"
        if allow_missing
        else "take it out, use another --renderer, or add --allow-missing to go on without it"
    )
    faults = [
        diagnose(
            recipe,
            path,
            "R130",
            f"{capabilities.renderer} has no {NAMES[effect]}",
            hint=hint,
            severity="warning" if allow_missing else "error",
            at_key=True,
        )
        for effect, path in asked_effects(recipe)
        if effect not in capabilities.effects
    ]
    faults.sort(key=_position)
    if faults and not allow_missing:
        raise RecipeError(faults)
    return faults


def _position(fault: Diagnostic) -> tuple[str, int, int]:
    return ("", 0, 0) if fault.span is None else (fault.span.file, fault.span.line, fault.span.column)
