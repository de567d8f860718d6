from __future__ import annotations

import re
from pathlib import Path

import pytest

from sdg.recipe.kinds import block_kind
from sdg.recipe.model import CameraBlock, EnvironmentBlock, MaterialBlock, ObjectBlock, RecipeDocument

ROOT = Path(__file__).parents[2]
ERRORS = (ROOT / "docs" / "errors.md").read_text()
LANGUAGE = (ROOT / "docs" / "recipe.md").read_text()
CODES = {code for path in (ROOT / "sdg").rglob("*.py") for code in re.findall(r'"([GRS][0-9]{3})"', path.read_text())}


def test_every_code_in_the_source_is_documented_and_no_other():
    assert set(re.findall(r"^### ([GRS][0-9]{3}): ", ERRORS, re.MULTILINE)) == CODES


def test_every_documented_code_has_an_example_and_a_cure():
    entries = re.split(r"^### ", ERRORS, flags=re.MULTILINE)[1:]
    assert all("```text\n" in entry and "\nCure: " in entry for entry in entries)


@pytest.mark.parametrize("text", re.findall(r"```yaml\n(sdg:.*?)```", LANGUAGE, re.DOTALL))
def test_every_recipe_in_the_language_page_loads(load, text):
    assert load(text).specimen.sdg == 1


@pytest.mark.parametrize("model", [RecipeDocument, EnvironmentBlock, ObjectBlock, MaterialBlock, CameraBlock])
def test_the_language_page_names_every_key_of_the_main_blocks(model):
    words = set(re.findall(r"[a-z_0-9]+", LANGUAGE))
    assert set(block_kind(model).fields) <= words
