from __future__ import annotations

import json

import jsonschema

from sdg.cli.main import main

RECIPE = """\
sdg: 1
name: small
vars: {spare: 1}
scene:
  objects:
    - {name: cube, asset: cube}
lighting:
  - dome: {}
cameras:
  - name: main
    pose: {orbit: {target: cube, distance_m: 3}}
"""


def _write(tmp_path, text=RECIPE) -> str:
    path = tmp_path / "small.yaml"
    path.write_text(text)
    return str(path)


def test_a_sound_recipe_is_summed_up_with_its_warnings_on_stderr(tmp_path, capsys):
    path = _write(tmp_path)
    assert main(["check", path]) == 0
    output = capsys.readouterr()
    assert output.out == f"{path}: sound; 1 object, 1 light, 0 materials, 1 camera, 1 frame\n"
    assert output.err.startswith("warning[R091]: the variable spare is never used\n")


def test_a_faulty_recipe_ends_with_status_two_and_every_fault(tmp_path, capsys):
    path = _write(tmp_path, RECIPE.replace("distance_m: 3", "distance_m: -3").replace("dome", "doom"))
    assert main(["check", path]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert f"--> {path}:8:5\n" in output.err
    assert f"--> {path}:11:46\n" in output.err


def test_what_was_not_looked_at_yet_is_said(tmp_path, capsys):
    """A surface that nobody has is no fault of form; it is found once those are mended, and the other way round."""
    lost = RECIPE.replace(
        "asset: cube}", "asset: cube}\n    - {name: b, asset: cube, place: {scatter_2d: {surface: cube.lid}}}"
    )
    assert main(["check", _write(tmp_path, lost)]) == 2
    text = capsys.readouterr().err
    assert "error[S004]" in text
    assert "checked too" not in text
    assert main(["check", _write(tmp_path, lost + "colour: red\n")]) == 2
    text = capsys.readouterr().err
    assert "error[R020]" in text
    assert "what it names is checked too" in text.splitlines()[-1]


def test_the_json_of_a_faulty_recipe_has_places_for_machines(tmp_path, capsys):
    path = _write(tmp_path)
    assert main(["check", path, "--format", "json", "--set", "frames=0"]) == 2
    report = json.loads(capsys.readouterr().out)
    assert report["sound"] is False
    (fault,) = report["diagnostics"]
    assert fault["code"] == "R023"
    assert (fault["file"], fault["line"], fault["column"], fault["path"]) == ("--set", 1, 8, "frames")


def test_the_json_of_a_sound_recipe_lists_its_warnings(tmp_path, capsys):
    assert main(["check", _write(tmp_path), "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["sound"] is True
    assert [warning["severity"] for warning in report["diagnostics"]] == ["warning"]


def test_a_missing_asset_is_found_without_rendering(tmp_path, capsys):
    assert main(["check", _write(tmp_path, RECIPE.replace("asset: cube", "asset: {file: no.obj}"))]) == 2
    assert "error[S001]" in capsys.readouterr().err


def test_the_printed_schema_accepts_a_sound_recipe(capsys):
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    tree = {"sdg": 1, "name": "small", "cameras": [{"name": "main", "pose": {"transform": {}}}]}
    jsonschema.Draft202012Validator(schema).validate(tree)
    assert not jsonschema.Draft202012Validator(schema).is_valid({**tree, "seed": -1})


def test_a_file_in_another_unit_is_named_beside_the_fault_that_it_causes(tmp_path, capsys):
    corners = [(x, y, z) for x in (0, 120) for y in (0, 120) for z in (0, 90)]
    vertices = "".join(f"v {x} {y} {z}\n" for x, y, z in corners)
    (tmp_path / "part.obj").write_text(f"{vertices}f 1 3 4 2\nf 5 6 8 7\nf 1 2 6 5\nf 3 7 8 4\nf 1 5 7 3\nf 2 4 8 6\n")
    scene = "scene:\n  environment: {asset: warehouse_hall}\n"
    place = ", asset: {file: part.obj}, place: {scatter_2d: {surface: floor}}}"
    text = RECIPE.replace("scene:\n", scene).replace(", asset: cube}", place)
    assert main(["check", _write(tmp_path, text)]) == 2
    errors = capsys.readouterr().err
    assert "warning[S006]" in errors
    assert "error[S008]" in errors


def test_a_recipe_is_printed_with_what_its_word_stands_for(tmp_path, capsys):
    assert main(["check", _write(tmp_path), "--spelt-out", "--set", "randomize=realistic"]) == 0
    text = capsys.readouterr().out
    assert "intensity: {log_uniform: [600.0, 1600.0]}" in text
    assert "randomize" not in text
    assert main(["check", _write(tmp_path, text)]) == 0


def test_a_recipe_and_findings_for_machines_are_not_printed_together(tmp_path, capsys):
    assert main(["check", _write(tmp_path), "--spelt-out", "--format", "json"]) == 2
    assert "leave one of the two out" in capsys.readouterr().err
