"""What people read, byte for byte; `messages.txt` changes only on purpose."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdg.errors import RecipeError
from sdg.recipe.load import load_recipe
from tests.system.malformed import distribution_cases, rule_cases, text_cases, value_cases
from tests.system.malformed.case import MARK

_SECTIONS = (Path(__file__).parent / "messages.txt").read_text().split("## ")[1:]
MESSAGES = {name: message.rstrip("\n") for name, _, message in (section.partition("\n") for section in _SECTIONS)}
CASES = {
    case.name: case for module in (text_cases, value_cases, distribution_cases, rule_cases) for case in module.CASES
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_reads_as_it_should(name, tmp_path):
    case = CASES[name]
    path = case.write(tmp_path)
    with pytest.raises(RecipeError) as caught:
        load_recipe(path, [override.replace(MARK, "") for override in case.overrides])
    assert str(caught.value).replace(str(path), "recipe.yaml") == MESSAGES[name]


def test_an_excerpt_of_a_very_long_line_shows_the_part_at_fault(faults):
    (fault,) = faults("name: [" + "x, " * 500 + "&, " + "x, " * 500 + "]\n")
    lines = str(fault).splitlines()
    assert max(map(len, lines)) < 200
    excerpt, marks = lines[3], lines[4]
    assert excerpt[marks.index("^")] in "&,"


def test_tabs_before_a_fault_keep_the_marks_in_their_column(faults):
    (fault,) = faults('a: {b: "\t", c: @}\n')
    assert str(fault).splitlines()[4] == "  |         \t      ^"
