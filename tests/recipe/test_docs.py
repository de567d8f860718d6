from __future__ import annotations

import re
from pathlib import Path

import pytest

from sdg.recipe.kinds import block_kind
from sdg.recipe.model import CameraBlock, EnvironmentBlock, MaterialBlock, ObjectBlock, RecipeDocument

ROOT = Path(__file__).parents[2]
ERRORS = (ROOT / "docs" / "errors.md").read_text()
LANGUAGE = (ROOT / "docs" / "recipe.md").read_text()
CAMERAS = (ROOT / "docs" / "cameras.md").read_text()
RANDOMIZE = (ROOT / "docs" / "randomize.md").read_text()
GALLERY = (ROOT / "docs" / "gallery.md").read_text()
# What the camera page's examples stand in.
AROUND = """sdg: 1
name: around
scene: {environment: {asset: warehouse_hall}}
lighting: [{rect: {intensity: 20000, position_m: [0, 0, 4]}}]
"""
CODES = {code for path in (ROOT / "sdg").rglob("*.py") for code in re.findall(r'"([GRS][0-9]{3})"', path.read_text())}


def test_every_code_in_the_source_is_documented_and_no_other():
    assert set(re.findall(r"^### ([GRS][0-9]{3}): ", ERRORS, re.MULTILINE)) == CODES


def test_every_documented_code_has_an_example_and_a_cure():
    entries = re.split(r"^### ", ERRORS, flags=re.MULTILINE)[1:]
    assert all("```text\n" in entry and "\nCure: " in entry for entry in entries)


@pytest.mark.parametrize("text", re.findall(r"```yaml\n(sdg:.*?)```", LANGUAGE + GALLERY + RANDOMIZE, re.DOTALL))
def test_every_recipe_in_the_language_page_and_the_gallery_loads(load, text):
    assert load(text).specimen.sdg == 1


@pytest.mark.parametrize("text", re.findall(r"```yaml\n(.*?)```", CAMERAS, re.DOTALL))
def test_every_example_of_the_camera_page_fits_into_a_recipe(load, text):
    assert load(AROUND + text).specimen.cameras


@pytest.mark.parametrize("model", [RecipeDocument, EnvironmentBlock, ObjectBlock, MaterialBlock, CameraBlock])
def test_the_language_page_names_every_key_of_the_main_blocks(model):
    words = set(re.findall(r"[a-z_0-9]+", LANGUAGE))
    assert set(block_kind(model).fields) <= words
