from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sdg.errors import RecipeError
from sdg.graph.build import build_graph
from sdg.graph.sample import sample_frame
from sdg.recipe.document import lookup
from sdg.recipe.load import load_recipe
from sdg.recipe.model import Recipe
from sdg.recipe.variables import walk
from sdg.recipe.words.apply import SECTIONS
from sdg.recipe.written import write_yaml
from tests.recipe.words_table import table

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "randomize.md").read_text()
WORDS = ("realistic", "aggressive")
TEXT = """\
sdg: 1
name: plain
randomize: realistic
scene:
  environment: {asset: warehouse_hall, size_m: [10, 12, 5]}
  objects:
    - {name: pallet, asset: pallet, count: 5, place: {scatter_2d: {}}, material: concrete}
    - {name: box, asset: carton, place: {on: pallet}}
lighting:
  - rect: {name: roof, grid: [2, 3], intensity: 8000, temperature_k: 5000}
  - disk: {position_m: [0, 0, 4]}
cameras:
  - name: main
    resolution: [64, 48]
    lens: {pinhole: {fx: 60}}
    pose: {orbit: {target: pallet, distance_m: 4}}
"""


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.name)
def test_the_page_has_the_table_that_the_code_has(section):
    assert table(section) in PAGE


def test_a_plain_intensity_becomes_half_of_it_to_its_double(load):
    """Once a frame for all lamps of the grid, of which one in 25 is out."""
    tree = load(TEXT).tree
    assert tree["vars"]["roof_intensity"] == {"log_uniform": [4000.0, 16000.0]}
    assert tree["lighting"][0]["rect"]["intensity"] == {"choice": ["$roof_intensity", 80.0], "weights": [0.96, 0.04]}
    assert tree["lighting"][1]["disk"]["intensity"] == {"log_uniform": [5000.0, 20000.0]}


def test_the_first_light_is_never_switched_off_and_another_may_be(load):
    lights = load(TEXT).tree["lighting"]
    assert "probability" not in lights[0]["rect"]
    assert lights[1]["disk"]["probability"] == 0.9


def test_a_word_for_one_section_leaves_the_others(load):
    tree = load(TEXT.replace("randomize: realistic", "randomize: {lighting: aggressive}")).tree
    plain = load(TEXT.replace("randomize: realistic\n", "")).tree
    assert {key for key in tree if tree[key] != plain.get(key)} == {"lighting"}


def test_words_of_sections_are_those_of_the_whole_taken_apart(load):
    for section in SECTIONS:
        whole = load(TEXT).tree
        alone = load(TEXT.replace("randomize: realistic", f"randomize: {{{section.name}: realistic}}")).tree
        assert alone[section.name] == whole[section.name]


def test_what_the_author_draws_or_writes_as_null_stays(load):
    drawn = TEXT.replace("intensity: 8000", "intensity: {uniform: [1, 2]}").replace("5000}", "null}")
    tree = load(drawn).tree
    assert tree["lighting"][0]["rect"]["intensity"] == {"uniform": [1, 2]}
    assert tree["lighting"][0]["rect"]["temperature_k"] is None


def test_a_variable_of_the_authors_is_not_overwritten(load):
    own = TEXT.replace("scene:\n", "vars: {roof_intensity: 7}\nscene:\n", 1).replace("5000}", "$roof_intensity}")
    tree = load(own.replace("vars: {roof_intensity: 7}", "vars: {roof_intensity: 4000}")).tree
    assert tree["vars"]["roof_intensity"] == 4000
    assert tree["lighting"][0]["rect"]["intensity"]["choice"][0] == "$roof_intensity_"


def test_spreads_end_where_the_key_ends(load):
    """Of a temperature of 36,000 K, 1.15 times is beyond the 40,000 K that the key admits."""
    tree = load(TEXT.replace("temperature_k: 5000", "temperature_k: 36000")).tree
    assert tree["vars"]["roof_temperature_k"] == {"log_uniform": [31320.0, 40000.0]}


def test_counts_never_grow(load):
    assert load(TEXT).tree["scene"]["objects"][0]["count"] == {"uniform_int": [3, 5]}


def test_an_object_of_which_one_instance_is_named_keeps_its_count(load):
    tree = load(TEXT.replace("target: pallet", 'target: "pallet[4]"')).tree
    assert tree["scene"]["objects"][0]["count"] == 5


def test_a_camera_that_is_faced_stays_where_it_is(load):
    still = TEXT.replace("{orbit: {target: pallet, distance_m: 4}}", "{look_at: {eye_m: [2, 2, 1], target: [0, 0, 0]}}")
    pose = load(still).tree["cameras"][0]["pose"]["look_at"]
    assert pose["eye_m"][0] == {"uniform": [1.97, 2.03]}
    faced = still.replace("place: {on: pallet}", "place: {on: pallet}, facing: main")
    assert load(faced).tree["cameras"][0]["pose"]["look_at"] == {"eye_m": [2, 2, 1], "target": [0, 0, 0]}


def test_a_lens_that_a_rule_would_refuse_stays_as_written_and_the_rest_of_the_camera_does_not(load):
    """r + k1 r^3 ends at 2/3 / sqrt(-3 k1) = 0.70; the corner is at 40 / fx: 0.67 as written, 0.83 at the widest."""
    bent = TEXT.replace("{pinhole: {fx: 60}}", "{opencv_pinhole: {fx: 60, k1: -0.3}}")
    camera = load(bent.replace("realistic", "aggressive")).tree["cameras"][0]
    assert camera["lens"] == {"opencv_pinhole": {"fx": 60, "k1": -0.3}}
    assert camera["pose"]["orbit"]["distance_m"] == {"log_uniform": [2.4, 6.4]}


def test_surfaces_of_builtin_assets_and_named_materials_get_entries(load):
    materials = load(TEXT).tree["materials"]
    assert {"floor", "pallet_wood", "cardboard", "concrete"} <= set(materials)
    assert materials["concrete"]["base"] == "concrete"
    assert "base" not in materials["floor"]


def test_faults_of_what_a_word_adds_point_at_the_word(load):
    recipe = load(TEXT)
    for path in (("materials", "floor"), ("cameras", 0, "optics"), ("lighting", 0, "rect", "exposure")):
        span = recipe.span(path)
        assert span is not None
        assert (span.line, span.column) == (3, 12)


@pytest.mark.parametrize("word", WORDS)
def test_a_recipe_spelt_out_is_the_same_recipe_with_the_same_draws(load, word):
    recipe = load(TEXT, f"randomize={word}")
    text = write_yaml(recipe.tree)
    again = load(text)
    assert "randomize" not in text
    assert again.tree == recipe.tree
    assert _drawn(again, 3) == _drawn(recipe, 3)


# --- any recipe --------------------------------------------------------------------------------------------------

_NUMBER = st.sampled_from([0.001, 0.3, 1, 2, 3.7, 40])
_POINTS = st.sampled_from([[0, 0, 0], [1, 2, 3], [0, 0, 4], [-2, 0.5, 0.1]])


def _maybe(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=keys)


_AREA = _maybe(
    intensity=_NUMBER | st.sampled_from([0, 1e10, {"uniform": [1, 2]}, "$level"]),
    temperature_k=st.sampled_from([1000, 5000, 40000, None]),
    exposure=st.sampled_from([-30, 0, 30]),
    probability=st.sampled_from([0, 0.5, 1]),
    color=st.sampled_from([[1, 0, 0], [0, 0, 0]]),
)
_LIGHT = st.one_of(
    st.fixed_dictionaries({"rect": _AREA}),
    st.fixed_dictionaries({"sphere": _AREA}),
    st.fixed_dictionaries({"rect": _maybe(grid=st.just([2, 2]), intensity=_NUMBER)}),
    st.fixed_dictionaries({"dome": _maybe(intensity=_NUMBER, yaw_deg=_NUMBER)}),
    st.fixed_dictionaries(
        {
            "sun_sky": _maybe(
                hour=st.sampled_from([0, 3, 12, 24]), turbidity=st.sampled_from([1, 3, 10]), exposure=st.just(-30)
            )
        }
    ),
    st.fixed_dictionaries({"distant": _maybe(illuminance_lx=_NUMBER, rotation_deg=_POINTS)}),
)
_POSE = st.one_of(
    st.fixed_dictionaries(
        {
            "orbit": st.builds(
                lambda needed, more: {**needed, **more},
                st.fixed_dictionaries({"target": st.sampled_from(["pallet", [0, 0, 1]]), "distance_m": _NUMBER}),
                _maybe(elevation_deg=st.sampled_from([-90, 0, 90]), azimuth_deg=_NUMBER, target_offset_m=_POINTS),
            )
        }
    ),
    st.fixed_dictionaries(
        {"look_at": st.fixed_dictionaries({"eye_m": _POINTS, "target": st.sampled_from(["pallet", [5, 5, 5]])})}
    ),
    st.fixed_dictionaries({"transform": _maybe(position_m=_POINTS, rotation_deg=_POINTS)}),
    st.just({"choice": [{"transform": {}}, {"transform": {"position_m": [0, 0, 1]}}]}),
)
_LENS = st.one_of(
    st.fixed_dictionaries({"pinhole": st.fixed_dictionaries({"fx": st.sampled_from([10, 60, 1e6])})}),
    st.fixed_dictionaries(
        {"opencv_pinhole": st.fixed_dictionaries({"fx": st.sampled_from([45, 60]), "k1": st.floats(-0.3, 0.3)})}
    ),
    st.fixed_dictionaries({"opencv_fisheye": st.fixed_dictionaries({"fx": st.sampled_from([15, 30, 60])})}),
    st.just({"equirectangular": {}}),
    st.just({"orthographic": {"width_m": 3}}),
)
_CAMERA = st.builds(
    lambda needed, more: {"name": "main", "resolution": [64, 48], **needed, **more},
    st.fixed_dictionaries({"pose": _POSE, "lens": _LENS}),
    _maybe(
        exposure=st.sampled_from(["auto", {"f_number": 2.8, "shutter_s": 3600, "iso": 1000}]),
        sensor=st.sampled_from(
            [None, {}, {"preset": "imx273"}, {"preset": "ideal"}, {"preset": "imx477", "raw": True}]
        ),
        noise=st.sampled_from([None, {"gaussian": {"std": 0.1}}]),
        optics=st.sampled_from([None, {"veiling_glare": 0.5}, {"vignetting": {"k2": -0.5}}]),
    ),
)
_OBJECT = st.builds(
    lambda needed, more: {**needed, **more},
    st.fixed_dictionaries(
        {"asset": st.sampled_from(["pallet", "cube", {"carton": {"dents": 1}}, {"choice": ["drum", "cube"]}])}
    ),
    _maybe(
        count=st.sampled_from([0, 1, 7, {"uniform_int": [0, 3]}]),
        place=st.sampled_from([{"scatter_2d": {}}, {"poisson_disc": {"radius_m": 1, "region_m": [-2, -2, 2, 2]}}]),
        yaw_deg=st.sampled_from([0, 36000]),
        scale=st.sampled_from([0.5, 1000]),
        facing=st.just([0, 0, 0]),
        material=st.sampled_from(["concrete", "mine", {"choice": ["glass", "mine"]}]),
    ),
)
_RECIPES = st.builds(
    lambda objects, lights, materials, camera: {
        "sdg": 1,
        "name": "any",
        "vars": {"level": {"uniform": [10, 20]}},
        "scene": {
            "environment": {"asset": "warehouse_hall", "size_m": [10, 12, 5]},
            "objects": [{"name": ("pallet", "other")[index], **block} for index, block in enumerate(objects)],
        },
        "lighting": lights,
        "materials": {"mine": materials},
        "cameras": [camera],
    },
    st.lists(_OBJECT, min_size=1, max_size=2),
    st.lists(_LIGHT, max_size=3),
    _maybe(
        base=st.just("wood"),
        perturb=st.sampled_from([None, {"hue_deg": 180}, {"choice": [None, {"brightness": 2}]}]),
        color=st.just([0, 0, 0]),
        wear=st.just(1),
    ),
    _CAMERA,
)


def _drawn(recipe: Recipe, frame: int) -> Mapping[str, Any]:
    return sample_frame(recipe, build_graph(recipe), frame).drawn


@given(_RECIPES, st.sampled_from(WORDS), st.integers(0, 2**63 - 1))
@settings(max_examples=25)
def test_a_sound_recipe_is_sound_with_a_word_and_keeps_every_draw(tmp_path_factory, tree, word, seed):
    """Fewer instances and lamps that are off in a frame take their own draws with them; no other draw changes."""
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(yaml.safe_dump(tree, sort_keys=False))
    try:
        plain = load_recipe(path, [f"seed={seed}"])
    except RecipeError:
        assume(False)
    recipe = load_recipe(path, [f"seed={seed}", f"randomize={word}"])
    for place, value in walk(plain.tree):
        if isinstance(value, dict) and ("uniform" in value or "choice" in value or "uniform_int" in value):
            assert lookup(recipe.tree, place) == value
    before, after = _drawn(plain, 5), _drawn(recipe, 5)
    assert {name: after[name] for name in before if name in after} == {
        name: before[name] for name in before if name in after
    }
    missing = set(before) - set(after)
    assert all(re.match(r"scene\.objects\.[a-z]+\[\d+\]|lighting\.", name) for name in missing), missing
    path.write_text(write_yaml(recipe.tree))
    assert load_recipe(path).tree == recipe.tree
