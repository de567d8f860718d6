from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.executor import harness


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    return harness.write_recipe(tmp_path)


@pytest.fixture
def misbehave(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Path]:
    """Tell the fake pipeline in every worker to come how to misbehave; returns the folder of its notes."""

    def tell(**orders: Any) -> Path:
        notes = tmp_path / "notes"
        notes.mkdir(exist_ok=True)
        monkeypatch.setenv("SDG_FAKE", json.dumps({"notes": str(notes), **orders}))
        return notes

    return tell


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The files of the 12-frame dataset as one run with one worker makes them."""
    folder = tmp_path_factory.mktemp("undisturbed")
    harness.run(harness.write_recipe(folder), folder / "data")
    return harness.tree(folder / "data")
