"""`{choice: {folder: ...}}` stands for the files in a folder."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml

from sdg.errors import RecipeError
from sdg.recipe.load import load_recipe
from sdg.recipe.schema import schema

RECIPE = """
sdg: 1
name: folders
scene:
  objects:
    - name: prop
      asset: {choice: {folder: props, match: "*.obj", unit: cm}}
      material: paint
materials:
  paint: {base: grey, color_texture: {sequence: {folder: textures/}, every: 2}}
cameras:
  - name: main
    pose: {look_at: {eye_m: [5, -8, 3], target: [0, 0, 1]}}
"""


@pytest.fixture
def recipe_file(tmp_path: Path) -> Path:
    for name in ("props/b.obj", "props/a.obj", "props/readme.txt", "props/.hidden.obj", "textures/x.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "props" / "inner.obj").mkdir()
    path = tmp_path / "recipe.yaml"
    path.write_text(RECIPE)
    return path


def test_a_folder_is_the_choice_of_its_files_in_the_order_of_their_names(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file)
    choice = recipe.tree["scene"]["objects"][0]["asset"]["choice"]
    assert choice == [{"file": "props/a.obj", "unit": "cm"}, {"file": "props/b.obj", "unit": "cm"}]
    assert recipe.tree["materials"]["paint"]["color_texture"] == {"sequence": [{"file": "textures/x.png"}], "every": 2}


def test_each_file_is_written_where_its_folder_is(recipe_file: Path) -> None:
    recipe = load_recipe(recipe_file)
    span = recipe.span(("scene", "objects", 0, "asset", "choice", 1, "file"))
    assert span is not None
    line = RECIPE.splitlines()[span.line - 1]
    assert line[span.column - 1 :].startswith("props")


def test_a_fault_beside_a_folder_is_told_once(recipe_file: Path) -> None:
    recipe_file.write_text(RECIPE.replace("unit: cm", "unit: miles"))
    with pytest.raises(RecipeError) as caught:
        load_recipe(recipe_file)
    (fault,) = caught.value.diagnostics
    assert fault.code == "R025"
    assert fault.span is not None
    assert (
        RECIPE.replace("unit: cm", "unit: miles")
        .splitlines()[fault.span.line - 1][fault.span.column - 1 :]
        .startswith("miles")
    )


def test_a_finished_recipe_is_read_without_its_folders(recipe_file: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere" / "recipe.yaml"
    moved.parent.mkdir()
    moved.write_text(RECIPE)
    with pytest.raises(RecipeError):
        load_recipe(moved)
    assert load_recipe(moved, folders_exist=False).specimen.scene.objects[0].name == "prop"


def test_the_schema_knows_folders() -> None:
    validator = jsonschema.Draft202012Validator(schema())
    tree = yaml.safe_load(RECIPE)
    validator.validate(tree)
    tree["scene"]["objects"][0]["asset"]["choice"]["recursive"] = True
    assert not validator.is_valid(tree)
