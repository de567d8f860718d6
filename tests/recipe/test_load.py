from __future__ import annotations

from pathlib import Path

import pytest

from sdg.errors import RecipeError
from sdg.foundation.span import Span
from sdg.recipe.load import load_recipe
from tests.system.malformed.case import BASE

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", sorted((ROOT / "recipes").glob("*.yaml")), ids=lambda path: path.name)
def test_every_shipped_recipe_loads(path):
    assert load_recipe(path).specimen.name == path.stem


def test_every_value_and_key_knows_its_place(load):
    recipe = load(BASE)
    lines = BASE.splitlines()

    def text(span: Span) -> str:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]

    assert text(recipe.spans["seed",]) == "7"
    assert text(recipe.spans["cameras", 0, "resolution", 1]) == "48"
    assert text(recipe.spans["vars", "hour"]) == "{uniform: [6, 20]}"
    assert text(recipe.key_spans["cameras", 0, "pose", "orbit", "target"]) == "target"
    assert set(recipe.key_spans) <= set(recipe.spans)


def test_a_block_without_brackets_ends_with_its_last_value(load):
    span = load(BASE).spans["scene", "objects", 0]
    assert (span.line, span.column) == (11, 7)
    assert (span.end_line, span.end_column) == (15, len("      yaw_deg: {uniform: [0, 360]}") + 1)


def test_the_tree_keeps_distributions_and_variables_as_written(load):
    tree = load(BASE).tree
    assert tree["vars"]["hour"] == {"uniform": [6, 20]}
    assert tree["lighting"][0]["sun_sky"]["hour"] == "$hour"


def test_the_specimen_has_values_for_all_distributions(load):
    specimen = load(BASE).specimen
    assert specimen.scene.objects[0].count in range(2, 7)
    assert 6 <= specimen.lighting[0].sun_sky.hour <= 20


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(load):
    plain, windows = load(BASE), load(b"\xef\xbb\xbf" + BASE.replace("\n", "\r\n").encode())
    assert windows.tree == plain.tree
    assert windows.spans == plain.spans
    assert windows.text.startswith("\ufeffsdg: 1\r\n")


def test_anchors_merges_and_aliases_write_values_once(load):
    text = BASE.replace("  paint: {base", "  paint: &paint {base") + ""
    text = text.replace("cameras:", "  other: {<<: *paint, metallic: 1.0}\n  third: *paint\ncameras:")
    tree = load(text).tree
    assert tree["materials"]["other"] == {"base": "painted_metal", "roughness": "$shade", "metallic": 1.0}
    assert tree["materials"]["third"] == tree["materials"]["paint"]


def test_the_own_keys_of_a_mapping_win_over_merged_ones_and_earlier_merges_over_later(load):
    text = BASE.replace(
        "materials:\n",
        "materials:\n  a: &a {roughness: 0.1, metallic: 0.1}\n  b: &b {roughness: 0.2, specular: 0.2}\n"
        "  c: {<<: [*a, *b], metallic: 0.3}\n",
    )
    assert load(text).tree["materials"]["c"] == {"roughness": 0.1, "metallic": 0.3, "specular": 0.2}


def test_a_fault_behind_an_alias_is_reported_where_it_is_used_and_where_it_is_defined(faults):
    text = BASE.replace("seed: 7", "seed: &s 7").replace("class: box", "class: *s")
    (fault,) = faults(text)
    assert (fault.span.line, fault.span.column) == (18, 14)
    assert [(label, span.line) for label, span in fault.related] == [("anchor at", 3)]


def test_a_fault_behind_a_variable_is_reported_where_it_is_used_and_where_it_is_set(faults):
    (fault,) = faults(BASE.replace("choice: [0.2, 0.8]", "choice: [0.2, 1.8]"))
    assert (fault.span.line, fault.span.column) == (25, 43)
    assert [(label, span.line, span.column) for label, span in fault.related] == [("set at", 7, 25)]


def test_all_faults_are_reported_at_once_in_file_order(faults):
    text = BASE.replace("seed: 7", "seed: -7").replace("fx: 50", "fy: 50").replace("quality: low", "quality: best")
    text = text.replace("surface: pallet", "surface: palet.top")
    found = faults(text)
    assert [fault.code for fault in found] == ["R023", "R065", "R062", "R025"]
    assert [fault.span.line for fault in found] == sorted(fault.span.line for fault in found)


@pytest.mark.parametrize("path", ["missing.yaml", ".", "x\0y"])
def test_a_file_that_cannot_be_read_is_a_recipe_error(path, tmp_path):
    with pytest.raises(RecipeError, match="R001"):
        load_recipe(tmp_path / path)


def test_both_spellings_of_a_normal_give_one_tree(load):
    listed = BASE.replace("{uniform: [0, 360]}", "{normal: [10, 5], min: 0, max: 20}")
    mapped = BASE.replace("{uniform: [0, 360]}", "{normal: {mean: 10, std: 5, min: 0, max: 20}}")
    assert load(listed).tree == load(mapped).tree
    recipe = load(mapped)
    span = recipe.spans["scene", "objects", 0, "yaw_deg", "max"]
    assert mapped.splitlines()[span.line - 1][span.column - 1 : span.end_column - 1] == "20"
