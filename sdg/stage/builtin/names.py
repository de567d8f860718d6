"""What builtin assets and materials there are: names, one line on each, sizes. Light to import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sdg.errors import AssetError
from sdg.foundation.spelling import closest
from sdg.stage.builtin import warehouse, workshop
from sdg.stage.builtin.entry import AssetEntry


def _within(package: str, entries: Mapping[str, AssetEntry]) -> dict[str, AssetEntry]:
    return {name: replace(entry, module=f"{package}.{entry.module}") for name, entry in entries.items()}


_SHAPES: dict[str, AssetEntry] = {
    "cube": AssetEntry("Exact box of 12 triangles", "shapes", (1.0, 1.0, 1.0)),
    "cylinder": AssetEntry("Upright cylinder", "shapes", (1.0, 1.0, 1.0)),
    "plane": AssetEntry(
        "Flat rectangle that faces up", "shapes", (1.0, 1.0, 0.0), (0.001, 0.001, 0.0), (1000.0, 1000.0, 0.0)
    ),
    "sphere": AssetEntry("Sphere, or ellipsoid", "shapes", (1.0, 1.0, 1.0)),
}

ASSETS: dict[str, AssetEntry] = {
    **_SHAPES,
    **_within("warehouse", warehouse.ENTRIES),
    **_within("workshop", workshop.ENTRIES),
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
