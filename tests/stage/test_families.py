"""Families of builtin assets: their forms reach the asset, and every way to plan and check them sees their bounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sdg.errors import RecipeError
from sdg.graph.build import build_graph
from sdg.graph.sample import sample_frame
from sdg.pipeline import check
from sdg.recipe.families import FamilyAsset, default_form
from sdg.recipe.load import load_recipe
from sdg.stage.build import build_stage
from sdg.stage.builtin import asset_names, build_asset
from sdg.stage.catalog import catalog_of
from sdg.stage.options import possible_assets, written_assets

RECIPE = """
sdg: 1
name: families
frames: 4
vars: {form: {choice: [{bays: 1}, {bays: 4}]}}
scene:
  environment: {asset: warehouse_hall, size_m: [30, 20, 6]}
  objects:
    - name: rack
      asset: {choice: [cube, {pallet_rack: {bays: {uniform_int: [1, 3]}, level_height_m: {uniform: [0.8, 1.6]}}}]}
      position_m: [0, 3, 0]
    - name: other
      asset: {pallet_rack: $form}
      position_m: [0, -3, 0]
cameras:
  - name: main
    pose: {look_at: {eye_m: [5, -8, 3], target: [0, 0, 1]}}
"""


# The half million triangles of a terrain take seconds to build each time.
FAMILIES = [
    pytest.param(name, marks=pytest.mark.slow) if name == "park_terrain" else name
    for name in sorted(FamilyAsset.model_fields)
]


@pytest.fixture
def recipe_file(tmp_path: Path) -> Path:
    path = tmp_path / "families.yaml"
    path.write_text(RECIPE)
    return path


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_without_keys_is_the_asset_of_its_name(name: str) -> None:
    assert name in asset_names()
    assert build_asset(name, None, default_form(name)).key == build_asset(name).key


@pytest.mark.parametrize("name", FAMILIES)
def test_a_variant_keeps_the_size_and_changes_the_rest(name: str) -> None:
    usual, form = build_asset(name), default_form(name)
    assert form is not None
    other = build_asset(name, None, form.model_copy(update={"variant": 7}))
    assert other.key != usual.key
    np.testing.assert_allclose(other.bounds_m, usual.bounds_m, atol=1e-9)


def test_bays_share_their_uprights() -> None:
    """Uprights are 0.1 m wide, so three bays of 2.7 m are 7.9 m wide."""
    form = FamilyAsset.model_validate({"pallet_rack": {"bays": 3}}).chosen()[1]
    low, high = build_asset("pallet_rack", None, form).bounds_m
    assert (high - low)[0] == pytest.approx(3 * 2.7 - 2 * 0.1)


def test_a_drawn_form_gives_each_frame_its_own_asset(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, ())
    graph = build_graph(recipe)
    stages = [build_stage(sample_frame(recipe, graph, index), recipe) for index in range(12)]
    widths = {round(float(np.ptp(body.bounds_m[:, 0])), 3) for stage in stages for body in stage.bodies}
    assert widths >= {1.0, 2.7, 10.5}


def test_planning_and_checking_meet_every_end_of_a_form(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file, ())
    graph = build_graph(recipe)
    check(recipe)
    written = [reference for reference, _ in written_assets(recipe, ("scene", "objects", 0, "asset"))]
    forms = [reference.chosen()[1].model_dump() for reference in written if isinstance(reference, FamilyAsset)]
    assert {form["bays"] for form in forms} == {1, 3}
    assert {form["level_height_m"] for form in forms} == {0.8, 1.6}
    planned = list(possible_assets({"pallet_rack": {"bays": 2}}, graph))
    assert [catalog_of(recipe).asset(reference).key for reference in planned] == [
        build_asset("pallet_rack", None, FamilyAsset.model_validate({"pallet_rack": {"bays": 2}}).chosen()[1]).key
    ]


@pytest.mark.parametrize(
    ("asset", "code", "hint"),
    [
        ("{pallet_rack: {bay: 2}}", "R020", "did you mean bays?"),
        ("{palet_rack: {bays: 2}}", "R020", "did you mean pallet_rack?"),
        ("{pallet_rack: {bays: {uniform_int: [1, 9]}}}", "R023", ""),
        ("{pallet_rack: {}, file: rack.obj}", "R020", ""),
    ],
)
def test_a_faulty_form_is_told_at_its_key(tmp_path: Path, asset: str, code: str, hint: str) -> None:
    path = tmp_path / "faulty.yaml"
    path.write_text(RECIPE.replace("{pallet_rack: $form}", asset))
    with pytest.raises(RecipeError) as caught:
        load_recipe(path, ())
    (fault,) = caught.value.diagnostics
    assert fault.code == code
    assert hint in fault.hint
