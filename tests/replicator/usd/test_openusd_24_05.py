"""What is authored is what OpenUSD 24.05 has; its own registry says so, frozen as `openusd_24_05.json`.

Isaac Sim 5.1's OpenUSD is not older. Beside it stand labels (`UsdSemantics`), which Isaac Sim brings, and Omniverse's
lens schemas.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pxr import Sdf

from sdg.replicator.usd.lens_schema import SCHEMAS
from sdg.stage.model import LightKind, RenderSettings, Stage, StagePlan
from tests.render.mitsuba.small_world import light
from tests.replicator.compiled import CASES, compiled
from tests.replicator.usd.written import write_usd_stage

REGISTRY: dict[str, Any] = json.loads((Path(__file__).parent / "openusd_24_05.json").read_text())
LABELS = {"semantics:labels:class": "token[]"}
# Namespaces that take any name: transforms, texture coordinates, bindings, inputs and outputs of shaders.
OPEN = {"xformOp:": "double3", "primvars:st": "texCoord2f[]", "material:binding": "rel"}
METADATA = {"apiSchemas", "customData", "references", "specifier", "typeName", "primChildren", "properties"}
LAYER_METADATA = {"defaultPrim", "documentation", "metersPerUnit", "upAxis", "primChildren"}


def prims(layer: Any) -> Iterator[Any]:
    paths: list[Any] = []
    layer.Traverse(Sdf.Path.absoluteRootPath, paths.append)
    yield from (layer.GetPrimAtPath(path) for path in paths if path.IsPrimPath())


def kind_of(spec: Any) -> str:
    if isinstance(spec, Sdf.RelationshipSpec):
        return "rel"
    uniform = "uniform " if spec.variability == Sdf.VariabilityUniform else ""
    return f"{uniform}{spec.typeName}"


def is_known(prim: Any, spec: Any) -> bool:
    """Return whether a property is one of its prim's type or of what is applied to it, with its type."""
    name, kind = spec.name, kind_of(spec)
    if name.startswith("omni:lensdistortion:"):
        applied = prim.GetInfo("apiSchemas").prependedItems
        return any(schema in applied for schema, _ in SCHEMAS.values())
    if prim.typeName in ("Shader", "Material") and name.startswith(("inputs:", "outputs:")):
        return True
    known = {**LABELS, **REGISTRY["types"].get(prim.typeName, {})}
    if name in known:
        return bool(known[name] == kind)
    return any(name.startswith(prefix) and kind == expected for prefix, expected in OPEN.items())


def newer(files: Iterator[Path]) -> list[str]:
    """Return all that is not in 24.05."""
    found = []
    for file in files:
        layer = Sdf.Layer.OpenAsAnonymous(str(file))  # as it is on disk, whatever a script has done to it
        found += sorted(set(layer.pseudoRoot.ListInfoKeys()) - LAYER_METADATA)
        for prim in prims(layer):
            if prim.typeName and prim.typeName not in REGISTRY["types"]:
                found.append(f"{prim.path}: {prim.typeName}")
            found += [f"{prim.path} [{key}]" for key in set(prim.ListInfoKeys()) - METADATA]
            lenses = {schema for schema, _ in SCHEMAS.values()}
            allowed = {*REGISTRY["applied"], *lenses, "SemanticsLabelsAPI:class"}
            found += [
                f"{prim.path}: {name}" for name in prim.GetInfo("apiSchemas").prependedItems if name not in allowed
            ]
            found += [f"{spec.path}: {kind_of(spec)}" for spec in prim.properties if not is_known(prim, spec)]
    return found


@pytest.mark.parametrize("name", CASES)
def test_every_recipe_authors_what_openusd_24_05_has(name: str) -> None:
    files = list(compiled(name, "baked").folder.rglob("*.usda"))
    assert len(files) > 2
    assert newer(iter(files)) == []


def test_every_kind_of_light_is_one_that_openusd_24_05_has(tmp_path: Path) -> None:
    kinds: list[LightKind] = ["dome", "rect", "sphere", "disk", "cylinder", "distant"]
    lamps = tuple(light(kind, kind, luminance_nits=1.0) for kind in kinds)
    settings = RenderSettings(1, 1, False)
    files = write_usd_stage(tmp_path, [Stage(0, 7, (), lamps, (), settings)], StagePlan(lamps, (), settings))
    assert newer(iter(files)) == []


@pytest.mark.parametrize(
    ("prim", "kind", "name", "type_name"),
    [
        ("Camera", "Camera", "exposure:iso", "float"),  # 24.08
        ("DomeLight_1", "DomeLight_1", "poleAxis", "token"),  # 24.03, but no prim type that many renderers read
        ("Mesh", "Mesh", "accelerations", "float3[]"),  # the right name with a wrong type
    ],
)
def test_what_came_later_would_be_found(prim: str, kind: str, name: str, type_name: str, tmp_path: Path) -> None:
    layer = Sdf.Layer.CreateNew(str(tmp_path / "later.usda"))
    spec = Sdf.PrimSpec(layer, prim, Sdf.SpecifierDef, kind)
    Sdf.AttributeSpec(spec, name, Sdf.ValueTypeNames.Find(type_name))
    layer.Save()
    assert newer(iter([tmp_path / "later.usda"])) != []
