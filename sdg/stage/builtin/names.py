"""What builtin assets and materials there are: names, one line on each, sizes. Light to import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sdg.errors import AssetError
from sdg.foundation.arrays import Vec3
from sdg.foundation.spelling import closest


@dataclass(frozen=True)
class AssetEntry:
    """One builtin asset.

    Attributes:
        doc: One line for people.
        size_m: Its size if none is asked for, (x, y, z) [m].
        smallest_m, largest_m: Between these the asset still looks like itself, per axis [m].
        is_environment: Whether it is a place rather than a thing.
    """

    doc: str
    size_m: Vec3
    smallest_m: Vec3 = (0.001, 0.001, 0.001)
    largest_m: Vec3 = (100.0, 100.0, 100.0)
    is_environment: bool = False


# The humanoid's proportions are its own; its box at rest follows from them.
_HUMANOID_M = (0.328052632, 0.596202132, 1.651)

ASSETS: dict[str, AssetEntry] = {
    "carton_large": AssetEntry(
        "Shipping carton, taped, with label and print", (0.6, 0.4, 0.4), (0.12,) * 3, (3.0,) * 3
    ),
    "carton_small": AssetEntry("Small shipping carton, taped, with label", (0.4, 0.3, 0.25), (0.12,) * 3, (3.0,) * 3),
    "cube": AssetEntry("Exact box of 12 triangles", (1.0, 1.0, 1.0)),
    "cylinder": AssetEntry("Upright cylinder", (1.0, 1.0, 1.0)),
    "drum": AssetEntry("Steel drum of 200 litres with hoops and bungs", (0.585, 0.585, 0.88), (0.1,) * 3, (5.0,) * 3),
    "humanoid": AssetEntry(
        "Humanoid robot with joints and COCO's keypoints; `scale` changes its size", (0.5, 0.5, 1.7)
    ),
    "pallet": AssetEntry("EUR pallet of boards and blocks", (1.2, 0.8, 0.144), (0.4, 0.4, 0.1), (3.0, 3.0, 0.4)),
    "pallet_rack": AssetEntry(
        "One bay of pallet racking with wire-mesh shelves", (2.7, 1.1, 4.0), (1.0, 0.4, 1.0), (6.0, 3.0, 15.0)
    ),
    "plane": AssetEntry("Flat rectangle that faces up", (1.0, 1.0, 0.0), (0.001, 0.001, 0.0), (1000.0, 1000.0, 0.0)),
    "sphere": AssetEntry("Sphere, or ellipsoid", (1.0, 1.0, 1.0)),
    "traffic_cone": AssetEntry(
        "Orange traffic cone with a reflective band", (0.38, 0.38, 0.75), (0.1,) * 3, (3.0,) * 3
    ),
    "warehouse_hall": AssetEntry(
        "Hall with concrete floor, clad walls, steel roof, columns and dock doors",
        (18.0, 24.0, 6.0),
        (6.0, 6.0, 3.5),
        (80.0, 120.0, 20.0),
        is_environment=True,
    ),
}

MATERIALS: dict[str, str] = {
    "block_wall": "Painted concrete blocks in running bond",
    "cardboard": "Clean kraft cardboard with upright flutes",
    "cardboard_worn": "Cardboard with stains, scuffs and creases",
    "concrete": "Trowelled concrete",
    "concrete_floor": "Polished concrete floor with stains and tyre scuffs",
    "floor_paint": "Floor-marking paint worn by wheels",
    "galvanised_metal": "Hot-dip galvanised steel with spangle",
    "grey": "Plain grey without textures, albedo 0.5",
    "matte_paint": "Rolled matt wall paint",
    "packing_tape": "Brown packing tape, glossy",
    "painted_metal": "Sprayed paint on metal",
    "painted_metal_worn": "Painted metal with chips, scratches and grime",
    "plastic": "Moulded plastic",
    "rubber": "Matt black rubber",
    "steel": "Rolled bare steel",
    "wood": "Sawn softwood, grain along u",
}


def require_asset(name: str) -> AssetEntry:
    """Return the entry of a builtin asset.

    Raises:
        AssetError: There is none of this name.
    """
    if name not in ASSETS:
        raise AssetError(f"there is no builtin asset {name!r}", _hint(name, tuple(ASSETS)))
    return ASSETS[name]


def require_material(name: str) -> str:
    """Return the line on a builtin material.

    Raises:
        AssetError: There is none of this name.
    """
    if name not in MATERIALS:
        raise AssetError(f"there is no builtin material {name!r}", _hint(name, tuple(MATERIALS)))
    return MATERIALS[name]


def _hint(name: str, names: Sequence[str]) -> str:
    meant = closest(name, names)
    return f"did you mean {meant}?" if meant else f"builtin names: {', '.join(sorted(names))}"
