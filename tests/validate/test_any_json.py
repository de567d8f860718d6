"""Any value in any place of a dataset's JSON files: findings, or none, and never an exception."""

from __future__ import annotations

import copy
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdg.validate.present import as_json, text_lines
from sdg.validate.run import validate
from tests.validate.datasets import INSTANCES, PANOPTIC, SdgDataset

FILES = ["manifest.json", "frames/000000.json", "graph.json", PANOPTIC, INSTANCES]
STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, -1, 2**31, 2**63, 2**70, 10**400, 0.0, 1.0, 1.5, -1e308, 1e308, float("inf"), float("nan")]),
    st.sampled_from(["", "foo", "\ud800", "../x", "/x", "0", "a\0b"]),
    st.sampled_from([[], [1], [[1]], ["x"], [None], {}, {"a": 1}, {"ref": "x"}]),
)


@pytest.fixture(scope="module")
def copied(generated: Path, tmp_path_factory: pytest.TempPathFactory) -> SdgDataset:
    """A copy of the dataset, one for all."""
    folder = shutil.copytree(generated, tmp_path_factory.mktemp("copied") / "data", copy_function=os.link)
    return SdgDataset(folder)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in a document, of lists only the first three."""
    if path:
        yield path
    keys = value.keys() if isinstance(value, dict) else range(min(3, len(value))) if isinstance(value, list) else ()
    for key in keys:
        yield from leaves(value[key], (*path, key))


@pytest.mark.parametrize("examples", [20, pytest.param(500, marks=pytest.mark.slow)])
@pytest.mark.parametrize("path", FILES)
def test_no_value_anywhere_is_more_than_a_finding(path: str, examples: int, copied: SdgDataset) -> None:
    sound = copied.read(path)
    places = list(leaves(sound))
    before = copied.read("manifest.json")

    @settings(max_examples=examples, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @given(place=st.sampled_from(places), strange=STRANGE, sealed=st.booleans(), fast=st.booleans())
    def check(place: tuple[Any, ...], strange: Any, sealed: bool, fast: bool) -> None:
        spoilt = copy.deepcopy(sound)
        holder = spoilt
        for key in place[:-1]:
            holder = holder[key]
        holder[place[-1]] = strange
        copied.write("manifest.json", before)
        copied.write(path, spoilt)
        if sealed and path != "manifest.json":  # else its digest is what is found, and nothing is looked into
            manifest = copy.deepcopy(before)
            for entry in manifest["files"]:
                if entry["path"] == path:
                    entry.update(copied.described(path))
            copied.write("manifest.json", manifest)
        validation = validate(copied.root, fast=fast)
        assert "".join(text_lines(validation)).isprintable()
        json.dumps(as_json(validation), allow_nan=False)

    try:
        check()
    finally:
        copied.write(path, sound)
        copied.write("manifest.json", before)
