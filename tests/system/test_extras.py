"""What pip installs with `sdg`, and with each of its extras."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

PROJECT: dict[str, Any] = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
PYTHONS = ["3.11", "3.12", "3.13"]


def named(requirements: list[str], python: str) -> dict[str, Requirement]:
    """Return the packages that are wanted on a version of Python."""
    parsed = [Requirement(text) for text in requirements]
    wanted = [one for one in parsed if one.marker is None or one.marker.evaluate({"python_version": python})]
    return {one.name: one for one in wanted}


@pytest.mark.parametrize("python", PYTHONS)
def test_isaac_sim_is_wanted_by_its_extra_alone(python: str):
    """It is on NVIDIA's package index, and neither `pip install sdg` nor any other extra may need that."""
    for name, requirements in {"": PROJECT["dependencies"], **EXTRAS}.items():
        if name != "rtx":
            assert not any(re.match("isaac|omni", package, re.IGNORECASE) for package in named(requirements, python))


def test_isaac_sim_is_wanted_where_it_can_be_resolved():
    """6.0 is for Python 3.12 exactly; 5.1, for 3.11, pins NumPy 1.26."""
    assert [python for python in PYTHONS if named(EXTRAS["rtx"], python)] == ["3.12"]
    isaac_sim = named(EXTRAS["rtx"], "3.12")["isaacsim"]
    assert isaac_sim.extras == {"all", "extscache"}
    assert Version("6.0.1") in isaac_sim.specifier
    assert Version("5.1.0") not in isaac_sim.specifier
    numpy = named(PROJECT["dependencies"], "3.11")["numpy"]
    assert Version("1.26.0") not in numpy.specifier
