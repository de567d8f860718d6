"""What the words stand for in `lighting:`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sdg.recipe.distributions import Plain
from sdg.recipe.model import LightBlock
from sdg.recipe.words.row import Condition, Row, Section, Spot, is_plain_block
from sdg.recipe.words.spread import Cell, Plus, Times

_AREA = ("rect", "disk", "sphere", "cylinder")
_ANY = (*_AREA, "dome", "sun_sky", "distant")
_ANY_YAW: Plain = {"uniform": [0.0, 360.0]}
_ROOM_K: Plain = {"uniform": [3000.0, 6500.0]}
_ANY_K: Plain = {"uniform": [2000.0, 12000.0]}
# A light's colour keeps the luminance: even a deep one is as bright as white.
_ANY_COLOR: Plain = {"uniform": [[0.3, 0.3, 0.3], [1.0, 1.0, 1.0]]}


def _block(spot: Spot) -> Mapping[str, Plain]:
    block: Mapping[str, Plain] = next(iter(spot.get().values()))
    return block


_IN_A_GRID = Condition("lamps in a `grid`", lambda spot: _block(spot).get("grid") is not None)
_ALONE = Condition("lamps without a `grid`", lambda spot: _block(spot).get("grid") is None)
_NOT_FIRST = Condition(
    "lamps without a `grid`, unless first in the list",
    lambda spot: _block(spot).get("grid") is None and spot.path[-1] != 0,
)
_WITH_PICTURE = Condition("a dome with a `texture`", lambda spot: _block(spot).get("texture") is not None)

ROWS = (
    Row(
        _AREA,
        "intensity",
        {
            "realistic": Cell(Times(0.5, 2.0), Times(0.5, 2.0), shared=True, out=0.04),
            "aggressive": Cell(Times(0.32, 3.2), Times(0.32, 3.2), out=0.2),
        },
        _IN_A_GRID,
    ),
    Row(
        _AREA,
        "intensity",
        {
            "realistic": Cell(Times(0.5, 2.0), Times(0.5, 2.0)),
            "aggressive": Cell(Times(0.32, 3.2), Times(0.32, 3.2)),
        },
        _ALONE,
    ),
    Row(_AREA, "exposure", {"realistic": Cell(absent={"normal": [0.0, 0.1], "min": -0.3, "max": 0.3})}, _IN_A_GRID),
    Row(
        _AREA,
        "temperature_k",
        {
            "realistic": Cell(Times(0.87, 1.15), _ROOM_K, shared=True),
            "aggressive": Cell(_ANY_K, _ANY_K),
        },
        _IN_A_GRID,
    ),
    Row(
        _AREA,
        "temperature_k",
        {"realistic": Cell(Times(0.87, 1.15), _ROOM_K), "aggressive": Cell(_ANY_K, _ANY_K)},
        _ALONE,
    ),
    Row(_AREA, "probability", {"realistic": Cell(absent=0.9), "aggressive": Cell(absent=0.7)}, _NOT_FIRST),
    Row(_ANY, "color", {"aggressive": Cell(_ANY_COLOR, _ANY_COLOR)}),
    Row(
        ("dome",),
        "intensity",
        {
            "realistic": Cell(Times(0.6, 1.6), Times(0.6, 1.6)),
            "aggressive": Cell(Times(0.32, 3.2), Times(0.32, 3.2)),
        },
    ),
    Row(
        ("dome",),
        "yaw_deg",
        {"realistic": Cell(absent=_ANY_YAW), "aggressive": Cell(_ANY_YAW, _ANY_YAW)},
        _WITH_PICTURE,
    ),
    Row(
        ("sun_sky",),
        "hour",
        {
            "realistic": Cell(Plus(2.0, (8.0, 16.0)), Plus(3.0, (8.0, 16.0))),
            "aggressive": Cell({"uniform": [8.0, 16.0]}, {"uniform": [8.0, 16.0]}),
        },
    ),
    Row(("sun_sky",), "yaw_deg", {"realistic": Cell(absent=_ANY_YAW), "aggressive": Cell(_ANY_YAW, _ANY_YAW)}),
    Row(
        ("sun_sky",),
        "turbidity",
        {
            "realistic": Cell(Times(0.7, 1.5), {"uniform": [2.0, 6.0]}),
            "aggressive": Cell({"uniform": [1.5, 10.0]}, {"uniform": [1.5, 10.0]}),
        },
    ),
    Row(
        ("sun_sky",),
        "ground_albedo",
        {
            "realistic": Cell(Times(0.7, 1.4), Times(0.7, 1.4)),
            "aggressive": Cell({"uniform": [0.0, 0.8]}, {"uniform": [0.0, 0.8]}),
        },
    ),
    Row(
        ("sun_sky",),
        "exposure",
        {"realistic": Cell(Plus(0.5), Plus(0.5)), "aggressive": Cell(Plus(1.6), Plus(1.6))},
    ),
    Row(
        ("distant",),
        "illuminance_lx",
        {
            "realistic": Cell(Times(0.6, 1.6), Times(0.6, 1.6)),
            "aggressive": Cell(Times(0.32, 3.2), Times(0.32, 3.2)),
        },
    ),
    Row(("distant",), "rotation_deg", {"realistic": Cell(Plus(5.0)), "aggressive": Cell(Plus(20.0))}),
    Row(
        ("distant",),
        "temperature_k",
        {
            "realistic": Cell(Times(0.87, 1.15), {"uniform": [4500.0, 6500.0]}),
            "aggressive": Cell(_ANY_K, _ANY_K),
        },
    ),
)


def _spots(tree: Mapping[str, Plain]) -> Iterator[Spot]:
    ordinals: dict[str, int] = {}
    for index, entry in enumerate(tree.get("lighting") or ()):
        kind, block = next(iter(entry.items()))
        name = block.get("name") if is_plain_block(block) else None
        if name is None:
            ordinals[kind] = ordinals.get(kind, -1) + 1
            name = f"{kind}_{ordinals[kind]}"
        if is_plain_block(entry) and is_plain_block(block):
            yield Spot(tree, ("lighting", index), LightBlock, str(name))


SECTION = Section("lighting", ROWS, _spots)
