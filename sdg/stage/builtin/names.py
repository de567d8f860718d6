"""What builtin assets and materials there are: names, one line on each, sizes. Light to import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sdg.errors import AssetError
from sdg.foundation.spelling import closest
from sdg.stage.builtin import office, park, warehouse, workshop
from sdg.stage.builtin.entry import AssetEntry


def _within(package: str, entries: Mapping[str, AssetEntry]) -> dict[str, AssetEntry]:
    return {name: replace(entry, module=f"{package}.{entry.module}") for name, entry in entries.items()}


_ROBOTS: dict[str, AssetEntry] = {
    "humanoid": AssetEntry(
        "Humanoid robot with joints and COCO's keypoints; `scale` changes its size", "humanoid", (0.5, 0.5, 1.7)
    ),
}

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
    **_ROBOTS,
    **_within("warehouse", warehouse.ENTRIES),
    **_within("office", office.ENTRIES),
    **_within("park", park.ENTRIES),
    **_within("workshop", workshop.ENTRIES),
}

MATERIALS: dict[str, str] = {
    "aluminium": "Mill-finished aluminium",
    "asphalt": "Road asphalt some years old, with cracks and oil spots",
    "bark": "Furrowed bark with moss, ridges along v",
    "block_wall": "Painted concrete blocks in running bond",
    "brass": "Handled brass, tarnished in places",
    "brick": "Clay bricks in running bond",
    "cardboard": "Clean kraft cardboard with upright flutes",
    "cardboard_worn": "Cardboard with stains, scuffs and creases",
    "carpet": "Loop-pile carpet tiles of 500 mm",
    "ceramic_tile": "Glazed tiles of 300 mm with grout",
    "concrete": "Trowelled concrete",
    "concrete_floor": "Polished concrete floor with stains and tyre scuffs",
    "concrete_rough": "Concrete as cast, with blow holes and bare gravel",
    "copper": "Copper sheet, tarnished in places",
    "fabric": "Upholstery in plain weave",
    "felt": "Wool felt of office chairs and screens",
    "floor_paint": "Floor-marking paint worn by wheels",
    "foliage": "Hedge or treetop from outside: leaves over leaves",
    "galvanised_metal": "Hot-dip galvanised steel with spangle",
    "glass": "Window glass before a dark room: opaque, dark, reflecting",
    "grass": "Mown lawn",
    "gravel": "Round pebbles of 8 to 30 mm",
    "grey": "Plain grey without textures, albedo 0.5",
    "hardwood_floor": "Oiled oak planks, grain along u",
    "leaf": "Upper side of a broad leaf",
    "leather": "Grained brown leather",
    "matte_paint": "Rolled matt wall paint",
    "packing_tape": "Brown packing tape, glossy",
    "painted_metal": "Sprayed paint on metal",
    "painted_metal_worn": "Painted metal with chips, scratches and grime",
    "paper": "Uncoated white office paper",
    "plaster": "Render floated by hand, with hairline cracks",
    "plastic": "Moulded plastic",
    "plastic_recycled": "Black plastic of recycled regrind, with flow marks",
    "plastic_smooth": "Glossy blue plastic",
    "plastic_textured": "Grey plastic moulded with a texture",
    "plywood": "Birch plywood, grain along u",
    "rubber": "Matt black rubber",
    "rusted_metal": "Steel rusted all over",
    "sand": "Dry sand",
    "soil": "Dry garden soil with clods, damp in places",
    "stainless_steel": "Stainless steel brushed along u",
    "steel": "Rolled bare steel",
    "stone_slab": "Sandstone slabs of 600 x 400 mm",
    "terrazzo": "Polished terrazzo",
    "wood": "Sawn softwood, grain along u",
    "wood_varnished": "Walnut table top under satin varnish, grain along u",
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
