"""The files open in OpenUSD without a word, and hold nothing that is newer than OpenUSD 24.05."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pxr import Sdf, Usd, UsdGeom, UsdSemantics, UsdUtils

from sdg.graph.build import build_graph
from sdg.graph.sample import sample_frame
from sdg.recipe.load import load_recipe
from sdg.replicator.usd.lens_schema import MODEL_ATTRIBUTE, SCHEMAS
from sdg.stage.build import build_stage
from sdg.stage.plan import build_plan
from tests.replicator.usd.conftest import RECIPE, Written
from tests.replicator.usd.read_back import get, open_stage
from tests.replicator.usd.written import write_usd_stage

# Prim types and applied schemas of OpenUSD 24.05 (pxr/usd/*/schema.usda of that release).
TYPES = {"Xform", "Scope", "Mesh", "Camera", "Material", "Shader", "RectLight", "DomeLight", "DistantLight"}
APPLIED = {"MaterialBindingAPI"}
# Attributes of those types that came later; none of them may be authored.
LATER = {"exposure:fStop", "exposure:iso", "exposure:responsivity", "exposure:time", "inputs:poleAxis"}


@pytest.fixture(scope="module")
def stage(warehouse: Written) -> Any:
    return open_stage(warehouse.files[0])


def authored(warehouse: Written) -> Iterator[tuple[Any, Any]]:
    """Yield each authored property's spec and its prim's, of the stage and every asset."""
    for file in warehouse.files:
        if file.suffix != ".usda":
            continue
        layer = Sdf.Layer.FindOrOpen(str(file))
        found: list[Any] = []
        layer.Traverse(Sdf.Path.absoluteRootPath, found.append)
        for path in found:
            if path.IsPropertyPath():
                yield layer.GetPropertyAtPath(path), layer.GetPrimAtPath(path.GetPrimPath())


def test_it_opens_without_a_warning(warehouse: Written) -> None:
    delegate = UsdUtils.CoalescingDiagnosticDelegate()
    opened = open_stage(warehouse.files[0])
    for prim in opened.Traverse():
        UsdGeom.XformCache().GetLocalToWorldTransform(prim)
    assert not delegate.TakeUncoalescedDiagnostics()


def faults_of(stage: Any) -> list[str]:
    """Return what OpenUSD's own validators have to say."""
    validation = pytest.importorskip("pxr.UsdValidation", reason="this usd-core has no validators")
    validators = validation.ValidationRegistry().GetOrLoadAllValidators()
    names = {validator.GetMetadata().name for validator in validators}
    assert "usdShadeValidators:ShaderSdrCompliance" in names
    assert "usdShadeValidators:NormalMapTextureValidator" in names
    return [error.GetMessage() for error in validation.ValidationContext(validators).Validate(stage)]


def test_openusds_validators_find_nothing(stage: Any) -> None:
    assert faults_of(stage) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["lenses", "sensors"])
def test_every_other_shipped_recipe_opens_too(name: str, tmp_path: Path) -> None:
    recipe = load_recipe(RECIPE.with_name(f"{name}.yaml"))
    graph = build_graph(recipe)
    frame = build_stage(sample_frame(recipe, graph, 0), recipe)
    opened = open_stage(write_usd_stage(tmp_path, [frame], build_plan(recipe, graph))[0])
    assert faults_of(opened) == []
    cameras = {str(prim.GetPath()) for prim in opened.Traverse() if prim.IsA(UsdGeom.Camera)}
    assert cameras == {camera.prim_path for camera in frame.cameras}


def test_it_is_in_metres_with_z_up_below_world(stage: Any) -> None:
    assert UsdGeom.GetStageMetersPerUnit(stage) == 1.0
    assert UsdGeom.GetStageUpAxis(stage) == UsdGeom.Tokens.z
    assert str(stage.GetDefaultPrim().GetPath()) == "/World"


def test_every_property_is_one_that_its_schema_has_with_its_type_and_variability(stage: Any) -> None:
    """Shaders' inputs are checked by the validator; lens attributes belong to schemas that OpenUSD doesn't know."""
    checked = 0
    for prim in stage.Traverse():
        assert prim.GetTypeName() in TYPES, prim
        definition = prim.GetPrimDefinition()
        known = set(definition.GetPropertyNames())
        for attribute in prim.GetAuthoredProperties():
            name = attribute.GetName()
            assert name not in LATER, attribute
            if prim.GetTypeName() in ("Shader", "Material") and name.startswith(("inputs:", "outputs:")):
                continue
            if name.startswith(("xformOp:", "omni:lensdistortion:", "primvars:")):
                continue
            if name == "material:binding":
                # Its schema names no property; that the API is applied is for the validator to see.
                continue
            assert name in known, attribute
            checked += 1
            spec = definition.GetSchemaAttributeSpec(name)
            if spec is not None:
                assert attribute.GetTypeName() == spec.typeName, attribute
                assert attribute.GetVariability() == spec.variability, attribute
    assert checked > 1000


def test_no_property_is_custom_and_no_schema_unexpected(warehouse: Written, stage: Any) -> None:
    for spec, _ in authored(warehouse):
        assert not spec.custom, spec.path
    allowed = {*APPLIED, "SemanticsLabelsAPI:class", *(name for name, _ in SCHEMAS.values())}
    applied = {name for prim in stage.Traverse() for name in prim.GetPrimTypeInfo().GetAppliedAPISchemas()}
    assert applied <= allowed


def test_lens_attributes_are_those_of_the_schema_and_all_of_them(stage: Any) -> None:
    camera = stage.GetPrimAtPath("/World/Cameras/forklift_cam")
    model = get(camera, MODEL_ATTRIBUTE)
    _, attributes = SCHEMAS[model]
    wanted = {f"omni:lensdistortion:{model}:{name}": str(kind) for name, kind in attributes.items()}
    found = {
        attribute.GetName(): str(attribute.GetTypeName())
        for attribute in camera.GetAuthoredAttributes()
        if attribute.GetName().startswith("omni:") and attribute.GetName() != MODEL_ATTRIBUTE
    }
    assert found == wanted


def test_every_body_has_its_class_as_usds_own_label(warehouse: Written, stage: Any) -> None:
    for body in warehouse.stages[0].bodies:
        prim = stage.GetPrimAtPath(body.prim_path)
        assert list(UsdSemantics.LabelsAPI(prim, "class").GetLabelsAttr().Get()) == [body.label]
        assert not any(
            UsdSemantics.LabelsAPI.GetDirectTaxonomies(child) for child in Usd.PrimRange(prim) if child != prim
        ), "a child with a label would join its own to its parent's"


def test_nothing_is_instanced(stage: Any) -> None:
    """Replicator labels the prototype of an instance only."""
    assert not any(prim.IsInstanceable() for prim in stage.Traverse())


def test_the_same_frames_give_the_same_bytes_in_any_folder(warehouse: Written, tmp_path: Path) -> None:
    again = write_usd_stage(tmp_path / "elsewhere", warehouse.stages, warehouse.plan)
    assert len(again) == len(warehouse.files)
    for first, second in zip(warehouse.files, again, strict=True):
        assert first.relative_to(warehouse.folder) == second.relative_to(tmp_path / "elsewhere")
        assert first.read_bytes() == second.read_bytes(), second


def test_a_body_absent_from_the_first_frame_is_there_unseen(warehouse: Written, stage: Any) -> None:
    first, later = ({body.prim_path for body in frame.bodies} for frame in warehouse.stages[:2])
    assert first ^ later, "the recipe draws counts"
    for path in first | later:
        imageable = UsdGeom.Imageable(stage.GetPrimAtPath(path))
        assert (imageable.ComputeVisibility() == UsdGeom.Tokens.inherited) == (path in first)


def test_a_body_of_one_shape_references_it_and_one_of_several_has_a_child_for_each(
    warehouse: Written, stage: Any
) -> None:
    drawn = [body for body in warehouse.layout.bodies.values() if len(body.shapes) > 1]
    assert {body.label for body in drawn} >= {"carton", "pallet", "pallet_rack"}
    for body in drawn:
        shown = [
            shape.name
            for shape in body.shapes
            if UsdGeom.Imageable(stage.GetPrimAtPath(f"{body.path}/{shape.name}")).GetVisibilityAttr().Get()
            == UsdGeom.Tokens.inherited
        ]
        assert len(shown) == 1
    plain = [body for body in warehouse.layout.bodies.values() if len(body.shapes) == 1]
    assert plain
    for body in plain:
        (reference,) = stage.GetPrimAtPath(body.path).GetPrimStack()[0].referenceList.prependedItems
        assert str(reference.assetPath).startswith("./assets/")
