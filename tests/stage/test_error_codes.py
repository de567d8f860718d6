"""Every code that can be raised is explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def codes(package: str, letter: str) -> set[str]:
    text = "".join(path.read_text() for path in sorted((ROOT / "sdg" / package).rglob("*.py")))
    return set(re.findall(rf'"({letter}\d{{3}})"', text))


@pytest.mark.parametrize(("package", "letter"), [("graph", "G"), ("stage", "S")])
def test_the_codes_raised_are_the_codes_explained(package: str, letter: str) -> None:
    explained = set(re.findall(rf"^### ({letter}\d{{3}}):", (ROOT / "docs" / "errors.md").read_text(), re.M))
    assert codes(package, letter) == explained != set()
