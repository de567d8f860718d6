"""What is allowed in a sound recipe and yet probably not meant."""

from __future__ import annotations

from collections.abc import Mapping

from sdg.foundation.diagnostic import Diagnostic
from sdg.recipe.distributions import Plain
from sdg.recipe.document import Place
from sdg.recipe.faults import diagnose
from sdg.recipe.model import PathKey, Recipe
from sdg.recipe.specimens import extremes, possibilities
from sdg.recipe.variables import used_names, variables_of


def check_warnings(recipe: Recipe) -> list[Diagnostic]:
    """Return warnings about a sound recipe, in no case an error."""
    return [*_darkness(recipe), *_unused_variables(recipe), *_absent_targets(recipe)]


def _darkness(recipe: Recipe) -> list[Diagnostic]:
    if recipe.tree.get("lighting"):
        return []
    path: PathKey = ("lighting",) if "lighting" in recipe.tree else ()
    hint = "add an entry to lighting:, such as - dome: {}"
    return [_warning(recipe, path, "R090", "nothing lights the scene", hint)]


def _unused_variables(recipe: Recipe) -> list[Diagnostic]:
    used = used_names(recipe.tree)
    return [
        _warning(
            recipe, ("vars", name), "R091", f"the variable {name} is never used", f"write ${name} where it belongs"
        )
        for name in variables_of(recipe.tree)
        if name not in used
    ]


def _absent_targets(recipe: Recipe) -> list[Diagnostic]:
    """Warn of cameras that look at an object which some frames may lack."""
    variables = variables_of(recipe.tree)
    blocks = {block["name"]: block for block in (recipe.tree.get("scene") or {}).get("objects") or []}
    found = []
    for index, camera in enumerate(recipe.tree["cameras"]):
        for pose, place in possibilities(camera["pose"], Place(("cameras", index, "pose")), variables):
            for kind in set(pose) & {"orbit", "look_at"}:
                for block, at in possibilities(pose[kind], place / kind, variables):
                    for target, target_at in possibilities(block.get("target"), at / "target", variables):
                        if isinstance(target, str) and _may_be_absent(blocks[target], variables):
                            found.append(
                                _warning(
                                    recipe,
                                    target_at.use,
                                    "R092",
                                    f"some frames may have no {target} to look at",
                                    "such frames fail; give it probability 1 and a count from 1",
                                )
                            )
    return found


def _may_be_absent(block: Mapping[str, Plain], variables: Mapping[str, Plain]) -> bool:
    counts = extremes(block.get("count", 1), variables)
    chances = extremes(block.get("probability", 1), variables)
    return bool(min(counts) < 1 or min(chances) < 1)


def _warning(recipe: Recipe, path: PathKey, code: str, message: str, hint: str) -> Diagnostic:
    return diagnose(recipe, path, code, message, hint=hint, severity="warning")
