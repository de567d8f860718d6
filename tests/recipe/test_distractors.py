from __future__ import annotations

import pytest

from sdg.errors import RecipeError
from sdg.recipe.words.surfaces import BUILTIN
from tests.system.malformed.case import BASE

WITH = BASE.replace("scene:\n", "scene:\n  distractors: {count: 3}\n")


def test_distractors_become_an_object_behind_the_others(load):
    scene = load(WITH).tree["scene"]
    assert "distractors" not in scene
    assert [block["name"] for block in scene["objects"]] == ["pallet", "carton", "distractor"]
    block = scene["objects"][-1]
    assert (block["class"], block["stuff"], block["count"]) == ("distractor", True, 3)
    assert block["material"] == {"choice": list(BUILTIN)}


def test_an_asset_of_ones_own_keeps_its_size_and_material(load):
    block = load(WITH.replace("{count: 3}", "{asset: {choice: [drum, pallet]}}")).tree["scene"]["objects"][-1]
    assert "size_m" not in block
    assert "material" not in block


def test_several_kinds_of_distractors_have_names_of_their_own(load):
    both = "\n    - {count: 2}\n    - {name: drums, asset: drum, place: {scatter_2d: {}}}"
    objects = load(WITH.replace(" {count: 3}", both)).tree["scene"]["objects"]
    assert [block["name"] for block in objects[2:]] == ["distractor", "drums"]
    assert {block["class"] for block in objects[2:]} == {"distractor"}


def test_a_distractor_is_known_by_the_line_where_it_is_written(load):
    recipe = load(WITH)
    assert recipe.span(("scene", "objects", 2)).line == recipe.span(("scene", "objects", 2, "size_m")).line == 9
    assert recipe.span(("scene", "objects", 2, "count")).column == 24


def test_the_word_aggressive_adds_distractors_once_and_none_to_ones_own(load):
    crowded = load(BASE, "randomize=aggressive").tree["scene"]["objects"]
    assert [block["name"] for block in crowded] == ["pallet", "carton", "distractor"]
    own = load(WITH, "randomize=aggressive").tree["scene"]["objects"]
    assert [block["name"] for block in own] == ["pallet", "carton", "distractor"]
    assert own[-1]["count"] == 3
    assert len(load(BASE, "randomize=realistic").tree["scene"]["objects"]) == 2


@pytest.mark.parametrize("count", ["10000", "{uniform_int: [0, 1001]}"])
def test_more_distractors_than_find_a_place_are_out_of_range(load, count):
    with pytest.raises(RecipeError) as caught:
        load(WITH.replace("{count: 3}", f"{{count: {count}}}"))
    assert "R023" in str(caught.value)
    assert "from 0 to 1000" in str(caught.value)


def test_gravity_is_at_least_that_of_a_small_moon(load):
    """Mimas, on which things fall in seconds, has 0.064 m/s2."""
    weak = BASE.replace("scene:\n", "scene:\n  physics: {gravity_mps2: -0.064}\n")
    assert load(weak).tree["scene"]["physics"]["gravity_mps2"] == -0.064
    with pytest.raises(RecipeError) as caught:
        load(weak.replace("-0.064", "-1.0e-9"))
    assert "from -100 to -0.01" in str(caught.value)
