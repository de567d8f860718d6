"""samples.json: what every frame sets, parted into what varies and what doesn't."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import sdg.replicator
from sdg.replicator.samples import Samples, SamplesBuilder
from sdg.replicator.usd.value import UsdValue, UsdValues, number, visibility
from tests.replicator.compiled import CASES, compiled

SCHEMA = json.loads(Path(sdg.replicator.__path__[0], "samples.schema.json").read_text())


def _samples(recipe: str, seed: int, frames: Iterable[UsdValues], labels: Mapping[str, str] | None = None) -> Samples:
    builder = SamplesBuilder()
    for frame in frames:
        builder.add(frame)
    return builder.build(recipe, seed, labels)


def test_what_all_frames_agree_on_stands_once() -> None:
    frames = [{"/a.x": number(1.0), "/a.y": number(float(index))} for index in range(2)]
    samples = _samples("r", 7, frames)
    assert samples.fixed == {"/a": {"x": number(1.0)}}
    assert tuple(samples.frames) == ({"/a": {"y": number(0.0)}}, {"/a": {"y": number(1.0)}})
    assert samples.varying == {"/a": ("y",)}


def test_what_is_not_there_keeps_its_last_pose_or_has_its_first() -> None:
    """A thing that is hidden has no pose; a sequence must have one for every frame, and any will do."""
    there = [None, 1.0, None, 2.0]
    frames = [
        {"/a.visibility": visibility(pose is not None), **({} if pose is None else {"/a.x": number(pose)})}
        for pose in there
    ]
    assert [item.value for item in _samples("r", 7, frames).values("/a", "x")] == [1.0, 1.0, 1.0, 2.0]


def test_vectors_become_lists() -> None:
    plain = _samples("r", 7, [{"/a.x": UsdValue("double3", (1.0, 2.0, 3.0))}], {"/a": "thing"}).to_json()
    assert plain["fixed"] == {"/a": {"x": [1.0, 2.0, 3.0]}}
    assert plain["labels"] == {"/a": "thing"}
    assert plain["frames"] == [{"frame": 0, "prims": {}}]


def test_samples_hold_finite_numbers_and_one_line_for_each_frame() -> None:
    text = (compiled("warehouse", "baked").folder / "samples.json").read_text()
    samples = json.loads(text, parse_constant=lambda name: (_ for _ in ()).throw(AssertionError(name)))
    lines = text.split('"frames": [')[1].splitlines()
    assert sum('"prims"' in line for line in lines) == len(samples["frames"])


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    return jsonschema.Draft202012Validator(SCHEMA)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("sampling", ["baked", "native"])
def test_samples_are_what_their_schema_says(
    name: str, sampling: Any, validator: jsonschema.Draft202012Validator
) -> None:
    samples = compiled(name, sampling).samples
    validator.validate(samples)
    assert [frame["frame"] for frame in samples["frames"]] == list(range(len(samples["frames"])))


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("visibility", "hidden"),
        ("xformOp:translate", [0.0, 0.0]),
        ("xformOp:scale", [1.0, 0.0, 1.0]),
        ("material:binding", "grey"),
        ("inputs:roughness", 1.5),
        ("inputs:texture:file", "/tmp/sky.exr"),
        ("omni:lensdistortion:model", "pinhole"),
        ("omni:lensdistortion:opencvFisheye:imageSize", [32.5, 24]),
        ("inputs:brightness", 1.0),
    ],
)
def test_the_schema_refuses_what_no_stage_has(
    attribute: str, value: object, validator: jsonschema.Draft202012Validator
) -> None:
    samples = compiled("variety", "baked").samples
    samples["frames"][0]["prims"]["/World/spoilt"] = {attribute: value}
    assert not validator.is_valid(samples)


def test_every_key_of_samples_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "rtx.md").read_text()
    section = page[page.index("## samples.json") : page.index("## What RTX lacks")]
    assert all(f"`{key}`" in section for key in (*SCHEMA["properties"], "frame", "prims"))
    assert "samples.schema.json" in section
