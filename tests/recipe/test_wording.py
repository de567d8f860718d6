from __future__ import annotations

from pathlib import Path

import pytest

from sdg.errors import RecipeError
from sdg.recipe.hints import type_hint
from sdg.recipe.kinds import ListKind, NumberKind
from sdg.recipe.wording import label
from tests.recipes import recipe_of


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (("scene", "objects", 0, "size_m", 1), "size_m[1]"),
        (("scene", "objects", 0, "yaw_deg", "uniform", 1), "yaw_deg"),
        (("scene", "objects", 0, "yaw_deg", "normal", "std"), "yaw_deg"),
        (("scene", "objects", 0, "yaw_deg", "min"), "yaw_deg"),
        (("cameras", 0, "noise", "gaussian", "std"), "std"),
        (("cameras", 0, "noise", "gaussian", "mean", "normal", 0), "mean"),
        ((), "the recipe"),
    ],
)
def test_a_value_is_named_by_its_key_and_not_by_the_parts_of_its_distribution(path, name):
    assert label(path) == name


@pytest.mark.parametrize(
    ("item", "hint"),
    [(NumberKind(above=0), "write [2, 2]"), (NumberKind(minimum=0, maximum=1), "write [2, 2]"), (NumberKind(), "")],
)
def test_one_number_is_repeated_in_a_hint_where_sizes_stand_and_not_where_directions_do(item, hint):
    assert type_hint(ListKind((item, item)), 2) == hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("physics: {friction: 0.4}", "physics is a key of scene"),
        ("scene: {objects: [{name: a, asset: cube, place: {pile: floor}}]}", "did you mean heap?"),
        ("scene: {objects: [{name: a, asset: {urdf: a.urdf}}]}", "did you mean file?"),
        ("output: {yolo: {}}", "`sdg export`"),
        ("materials: {m: {dirt: 0.5}}", "did you mean wear?"),
    ],
)
def test_what_stands_elsewhere_or_goes_by_another_name_is_pointed_out(tmp_path: Path, text: str, hint: str) -> None:
    with pytest.raises(RecipeError) as caught:
        recipe_of(text + "\n", tmp_path)
    assert any(fault.code == "R020" and hint in fault.hint for fault in caught.value.diagnostics)
