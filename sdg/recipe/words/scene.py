"""What the words stand for in `scene:`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from sdg.recipe.distractors import CLASS
from sdg.recipe.distributions import Plain
from sdg.recipe.document import Place
from sdg.recipe.model import NAMED_BY, FamilyAsset, ObjectBlock, PathKey, SceneBlock
from sdg.recipe.specimens import options_at
from sdg.recipe.variables import variables_of, walk
from sdg.recipe.words.row import Condition, Row, Section, Spot, is_plain_block
from sdg.recipe.words.spread import Cell, Plus, Times

_OPEN = ("floor", "ground", "lawn")
_ANY_YAW: Plain = {"uniform": [0.0, 360.0]}
_NARROW_M = 3.0
# A few steps: things of one form and wear share a mesh.
_SOME_WEAR: Plain = {"choice": [0.0, 0.1, 0.2, 0.5], "weights": [2, 2, 2, 1]}
_MUCH_WEAR: Plain = {"choice": [0.0, 0.3, 0.6, 1.0]}
FAMILIES = tuple(FamilyAsset.model_fields)


def _objects(tree: Mapping[str, Plain]) -> list[Mapping[str, Plain]]:
    return list((tree.get("scene") or {}).get("objects") or ())


def _things(tree: Mapping[str, Plain]) -> Iterator[tuple[int, Mapping[str, Plain]]]:
    """Yield the objects that are not stuff, with their indices."""
    yield from ((index, block) for index, block in enumerate(_objects(tree)) if not block.get("stuff"))


def _is_carrier(spot: Spot) -> bool:
    """Return whether a thing or a camera may be placed on, in, beside or under the object, or be mounted on it."""
    variables = variables_of(spot.tree)
    paths: list[PathKey] = [("cameras", index, "mount", "on") for index, _ in enumerate(spot.tree["cameras"])]
    for index, _ in enumerate(_objects(spot.tree)):
        for kind, key in NAMED_BY.items():
            base: PathKey = ("scene", "objects", index, "place", kind)
            paths += [base, (*base, key)]
    names = (text for path in paths for text, _ in options_at(spot.tree, Place(()), path, variables))
    return any(re.split(r"[.\[]", text)[0] == spot.name for text in names if isinstance(text, str))


def _is_counted_by_name(spot: Spot) -> bool:
    """Return whether something in the recipe names one instance of the object, such as `pallet[1]`."""
    return any(isinstance(value, str) and value.startswith(f"{spot.name}[") for _, value in walk(spot.tree))


def _stands_in_the_open(spot: Spot) -> bool:
    """Return whether the object is scattered on level or open ground, in a region in which it can turn."""
    place = spot.get("place")
    if not is_plain_block(place) or spot.get("facing") is not None:
        return False
    for kind in ("scatter_2d", "poisson_disc"):
        where = place.get(kind)
        if is_plain_block(where) and where.get("surface", "floor") in _OPEN:
            region = where.get("region_m")
            return region is None or _is_wide(region)
    return False


def _is_wide(region: Plain) -> bool:
    if not isinstance(region, list) or not all(isinstance(number, int | float) for number in region):
        return False
    return bool(min(region[2] - region[0], region[3] - region[1]) >= _NARROW_M)


_IN_THE_OPEN = Condition(
    "things scattered on `floor`, `ground` or `lawn`, not `facing` anything, where 3 m or more of it are free",
    _stands_in_the_open,
)
_UNNAMED = Condition("objects of which nothing names one instance", lambda spot: not _is_counted_by_name(spot))
_FREE = Condition(
    "objects that carry nothing, and are no robots", lambda spot: not _is_carrier(spot) and not _jointed(spot)
)


def _jointed(spot: Spot) -> bool:
    return spot.has("joints") or spot.has("joints_m") or spot.get("asset") == "humanoid"


ROWS = (
    Row(("",), "count", {"realistic": Cell(Times(0.5, 1.0)), "aggressive": Cell(Times(0.1, 1.0))}, _UNNAMED),
    Row(
        ("",), "yaw_deg", {"realistic": Cell(Plus(5.0), _ANY_YAW), "aggressive": Cell(_ANY_YAW, _ANY_YAW)}, _IN_THE_OPEN
    ),
    Row(("",), "scale", {"aggressive": Cell(Times(0.7, 1.0), Times(0.7, 1.0))}, _FREE),
    Row(
        tuple(f"asset.{name}" for name in FAMILIES),
        "variant",
        {"realistic": Cell(absent={"uniform_int": [0, 19]}), "aggressive": Cell(absent={"uniform_int": [0, 19]})},
    ),
    Row(
        ("asset.pallet",),
        "wear",
        {"realistic": Cell(absent=_SOME_WEAR), "aggressive": Cell(absent=_MUCH_WEAR)},
    ),
    Row(
        ("asset.carton", "asset.drum"),
        "dents",
        {"realistic": Cell(absent=_SOME_WEAR), "aggressive": Cell(absent=_MUCH_WEAR)},
        _FREE,
    ),
)


def _spots(tree: Mapping[str, Plain]) -> Iterator[Spot]:
    for index, block in _things(tree):
        yield Spot(tree, ("scene", "objects", index), ObjectBlock, str(block["name"]))


def _prepare(tree: Mapping[str, Plain]) -> Iterator[tuple[PathKey, Plain]]:
    """Yield `{pallet: {}}` for `pallet`: the same asset, with a form that can be drawn."""
    for index, block in _things(tree):
        if isinstance(block["asset"], str) and block["asset"] in FAMILIES:
            yield ("scene", "objects", index, "asset"), {block["asset"]: {}}


def _is_empty(environment: str) -> Callable[[Spot], bool]:
    """Return the test whether distractors may be put into a builtin environment that has none."""

    def test(spot: Spot) -> bool:
        asset = spot.get("environment", "asset")
        name = next(iter(asset)) if is_plain_block(asset) else asset
        return name == environment and not any(
            block.get("stuff") or CLASS in (block["name"], block.get("class")) for block in _objects(spot.tree)
        )

    return test


def _crowd(surface: str) -> Plain:
    place = {"scatter_2d": {"surface": surface, "height_m": {"uniform": [0.0, 3.0]}}}
    return {"count": {"uniform_int": [0, 30]}, "place": place}


DISTRACTOR_ROWS = tuple(
    Row(
        ("",),
        "distractors",
        {"aggressive": Cell(absent=_crowd(surface))},
        Condition(f"`{environment}`, where there are no distractors yet", _is_empty(environment)),
    )
    for environment, surface in (("warehouse_hall", "floor"), ("office_room", "floor"), ("park_terrain", "ground"))
)


def _scene(tree: Mapping[str, Plain]) -> Iterator[Spot]:
    if is_plain_block(tree.get("scene")):
        yield Spot(tree, ("scene",), SceneBlock, "scene")


SECTION = Section("scene", ROWS, _spots, _prepare)
DISTRACTORS = Section("scene", DISTRACTOR_ROWS, _scene)
