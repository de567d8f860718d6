"""What the recipe language knows of builtin assets, against the assets."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdg.recipe.words.surfaces import BORNE, BUILTIN, HANDLED, PAINTED
from sdg.stage.builtin.names import ASSETS, MATERIALS
from sdg.stage.catalog import Catalog


def test_words_know_every_builtin_material():
    assert list(BUILTIN) == sorted(MATERIALS)


def test_words_know_every_builtin_asset():
    assert set(BORNE) == set(ASSETS)


@pytest.mark.parametrize("name", sorted(ASSETS))
def test_words_know_the_surfaces_of_a_builtin_asset(name):
    asset = Catalog(Path("recipe.yaml")).asset(name)
    assert {part.material.name for part in asset.parts} <= set(BORNE[name])


def test_surfaces_that_words_paint_and_wear_are_those_of_some_asset():
    assert {name for names in BORNE.values() for name in names} >= PAINTED | HANDLED
