"""What the words stand for in `materials:`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sdg.recipe.distributions import Plain
from sdg.recipe.document import Place, lookup
from sdg.recipe.model import MaterialBlock, PathKey
from sdg.recipe.specimens import possibilities
from sdg.recipe.variables import variables_of
from sdg.recipe.words.row import Condition, Row, Section, Spot, is_plain_block
from sdg.recipe.words.spread import Cell
from sdg.recipe.words.surfaces import BORNE, BUILTIN, HANDLED, PAINTED

_ANY_BASE: Plain = {"choice": list(BUILTIN)}
_ANY_COLOR: Plain = {"uniform": [[0.05, 0.05, 0.05], [0.9, 0.9, 0.9]]}
_ANY_ROUGHNESS: Plain = {"uniform": [0.1, 1.0]}
# Paints of industry: blue, green, red, orange, yellow, and greys from black to white.
_PAINTS: Plain = {
    "choice": [
        [0.02, 0.07, 0.30],
        [0.02, 0.20, 0.10],
        [0.42, 0.02, 0.02],
        [0.75, 0.16, 0.01],
        [0.78, 0.45, 0.01],
        [0.03, 0.03, 0.03],
        [0.14, 0.15, 0.16],
        [0.45, 0.46, 0.46],
        [0.74, 0.74, 0.70],
    ]
}
_SOME_WEAR: Plain = {"choice": [0.0, 0.25, 0.5], "weights": [3, 2, 1]}

_IS_PAINTED = Condition(
    f"{', '.join(f'`{name}`' for name in sorted(PAINTED))}", lambda spot: spot.name in PAINTED and not spot.has("base")
)
_IS_HANDLED = Condition(f"{', '.join(f'`{name}`' for name in sorted(HANDLED))}", lambda spot: spot.name in HANDLED)

ROWS = (
    Row(
        ("",),
        "perturb.hue_deg",
        {"realistic": Cell(absent={"normal": [0.0, 4.0], "min": -12.0, "max": 12.0})},
    ),
    Row(("",), "perturb.saturation", {"realistic": Cell(absent={"uniform": [0.75, 1.15]})}),
    Row(("",), "perturb.brightness", {"realistic": Cell(absent={"log_uniform": [0.75, 1.25]})}),
    Row(("",), "perturb.roughness", {"realistic": Cell(absent={"log_uniform": [0.75, 1.3]})}),
    Row(("",), "color", {"realistic": Cell(absent=_PAINTS)}, _IS_PAINTED),
    Row(("",), "wear", {"realistic": Cell(absent=_SOME_WEAR)}, _IS_HANDLED),
    Row(("",), "base", {"aggressive": Cell(_ANY_BASE, _ANY_BASE)}),
    Row(("",), "color", {"aggressive": Cell(_ANY_COLOR, _ANY_COLOR)}),
    Row(("",), "roughness", {"aggressive": Cell(_ANY_ROUGHNESS, _ANY_ROUGHNESS)}),
)


def _spots(tree: Mapping[str, Plain]) -> Iterator[Spot]:
    for name, block in (tree.get("materials") or {}).items():
        if is_plain_block(block):
            yield Spot(tree, ("materials", name), MaterialBlock, name)


def _prepare(tree: Mapping[str, Plain]) -> Iterator[tuple[PathKey, Plain]]:
    """Yield an entry for each surface that the recipe's builtin assets bear, or its objects name, and has none yet."""
    known = {*(tree.get("materials") or {})}
    named = [name for name in _named(tree) if name in BUILTIN]
    borne = [name for asset in _assets(tree) for name in BORNE.get(asset, ())]
    for name in sorted({*named, *borne} - known):
        yield ("materials", name), {"base": name} if name in named else {}


def _things(tree: Mapping[str, Plain]) -> list[int]:
    """Return the indices of the objects that are not stuff: distractors have any material as it is."""
    objects = (tree.get("scene") or {}).get("objects") or ()
    return [index for index, block in enumerate(objects) if not block.get("stuff")]


def _named(tree: Mapping[str, Plain]) -> Iterator[str]:
    """Yield what objects name as their `material`."""
    for index in _things(tree):
        path: PathKey = ("scene", "objects", index, "material")
        for name, _ in possibilities(lookup(tree, path), Place(path), variables_of(tree)):
            yield str(name)


def _assets(tree: Mapping[str, Plain]) -> Iterator[str]:
    """Yield the builtin assets and families that the recipe may place."""
    paths: list[PathKey] = [("scene", "environment", "asset")]
    paths += [("scene", "objects", index, "asset") for index in _things(tree)]
    for path in paths:
        for asset, _ in possibilities(lookup(tree, path), Place(path), variables_of(tree)):
            if isinstance(asset, str):
                yield asset
            elif isinstance(asset, Mapping):
                yield next(iter(asset))


SECTION = Section("materials", ROWS, _spots, _prepare)
