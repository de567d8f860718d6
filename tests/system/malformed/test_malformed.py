from __future__ import annotations

import pytest

from sdg.cli.main import main
from tests.system.malformed import (
    asset_cases,
    depth_cases,
    distribution_cases,
    motion_cases,
    physics_cases,
    place_cases,
    rig_cases,
    rule_cases,
    sensor_cases,
    text_cases,
    value_cases,
    word_cases,
)
from tests.system.malformed.case import BASE, Case

CASES = [
    *text_cases.CASES,
    *value_cases.CASES,
    *distribution_cases.CASES,
    *rule_cases.CASES,
    *place_cases.CASES,
    *rig_cases.CASES,
    *sensor_cases.CASES,
    *depth_cases.CASES,
    *motion_cases.CASES,
    *physics_cases.CASES,
    *asset_cases.CASES,
    *word_cases.CASES,
]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_malformed_recipe_is_refused_at_its_place(case, tmp_path, capsys):
    recipe = case.write(tmp_path)
    output = tmp_path / "dataset"
    status = main(["generate", str(recipe), "-o", str(output), *case.arguments()])
    told = capsys.readouterr().err
    assert status == 2, told
    assert f"error[{case.code}" in told
    assert f"--> {case.place(str(recipe))}\n" in told
    assert told.count("error[") == case.faults, told
    assert "   hint " in told or "   expected " in told, told
    assert "Traceback" not in told
    assert not output.exists()


def test_there_are_at_least_two_hundred_malformed_recipes_of_different_names():
    assert len({case.name for case in CASES}) == len(CASES) >= 200


def test_the_recipe_that_the_malformed_ones_are_made_of_is_sound(tmp_path, capsys):
    path = Case("base", "", BASE).write(tmp_path)
    assert main(["check", str(path)]) == 0, capsys.readouterr().err
