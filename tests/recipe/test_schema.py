from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from sdg.recipe.document import Document, Sources
from sdg.recipe.expand import Expander
from sdg.recipe.reporting import Faults
from sdg.recipe.schema import schema
from sdg.recipe.source import locate_in_file, parse_yaml
from tests.system.malformed import depth_cases, distribution_cases, motion_cases, sensor_cases, value_cases
from tests.system.malformed.case import BASE, MARK

ROOT = Path(__file__).parents[2]

# What a schema can't say: relations between values, what a variable holds, how far a normal reaches, NaN, and
# that 4.0 is no whole number.
_BEYOND_A_SCHEMA = {
    "a_bound_twice",
    "a_negative_deviation",
    "a_normal_bounded_too_far_out",
    "a_normal_out_of_its_bounds",
    "a_normal_without_bounds",
    "a_variable_out_of_range",
    "a_whole_float_of_frames",
    "an_endless_weight",
    "nan",
    "nan_for_an_end",
    "nan_in_a_list",
    "too_few_weights",
    "weights_of_nothing",
}
_BEYOND_CODES = {"R042", "R050", "R051"}


@pytest.fixture(scope="module")
def validator():
    return jsonschema.Draft202012Validator(schema())


def _tree(text: str):
    sources, path = Sources(), Path("recipe.yaml")
    sources.add(str(path), text)
    faults = Faults(sources)
    document = Document(path, text, {}, {}, {}, {}, sources)
    node = parse_yaml(text, locate_in_file(str(path)), faults, sources)
    return Expander(document, faults).expand(node, ())


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("path", sorted((ROOT / "recipes").glob("*.yaml")), ids=lambda path: path.name)
def test_the_schema_accepts_every_shipped_recipe(validator, path):
    validator.validate(_tree(path.read_text()))


def test_the_schema_accepts_the_recipe_that_malformed_ones_are_made_of(validator):
    validator.validate(_tree(BASE))


@pytest.mark.parametrize(
    "case",
    [
        case
        for case in (
            *value_cases.CASES,
            *distribution_cases.CASES,
            *sensor_cases.VALUES,
            *depth_cases.VALUES,
            *motion_cases.VALUES,
        )
        if case.code not in _BEYOND_CODES and case.name not in _BEYOND_A_SCHEMA
    ],
    ids=lambda case: case.name,
)
def test_the_schema_refuses_what_checking_refuses(validator, case):
    assert not validator.is_valid(_tree(case.text.replace(MARK, "")))


def test_the_schema_accepts_what_it_cannot_refuse(validator):
    """Otherwise the list of exceptions would hide what the schema has learnt to refuse."""
    texts = {case.name: case.text.replace(MARK, "") for case in (*value_cases.CASES, *distribution_cases.CASES)}
    assert {name for name in _BEYOND_A_SCHEMA if validator.is_valid(_tree(texts[name]))} == _BEYOND_A_SCHEMA


def test_every_block_of_the_schema_is_described():
    blocks = [body for body in schema()["$defs"].values() if "properties" in body]
    assert len(blocks) > 20
    assert all(body["description"] for body in blocks)


def test_places_for_drawn_values_admit_distributions_of_their_own_type(validator):
    good = _tree(BASE)
    roughness = good["materials"]["paint"]
    for value, sound in (
        ({"uniform": [0, 1], "every": 3}, True),
        ({"uniform": [0, 2]}, False),
        ({"normal": [0.5, 3], "min": 0, "max": 1}, True),
        ({"choice": [0, {"uniform": [0, 1]}, "$shade"]}, True),
        ({"choice": [0, {"uniform": [0, 2]}]}, False),
        ({"uniform_int": [0, 1]}, True),
        ("shade", False),
    ):
        roughness["roughness"] = value
        assert validator.is_valid(good) == sound, value
