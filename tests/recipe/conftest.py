from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sdg.errors import RecipeError
from sdg.foundation.diagnostic import Diagnostic
from sdg.recipe.load import load_recipe
from sdg.recipe.model import Recipe

Load = Callable[..., Recipe]
Faults = Callable[..., list[Diagnostic]]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Return a function from recipe text and overrides to a recipe."""

    def function(text: str | bytes, *overrides: str) -> Recipe:
        path = tmp_path / "recipe.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_recipe(path, overrides)

    return function


@pytest.fixture
def faults(load: Load) -> Faults:
    """Return a function from faulty recipe text to its diagnostics."""

    def function(text: str | bytes, *overrides: str) -> list[Diagnostic]:
        with pytest.raises(RecipeError) as caught:
            load(text, *overrides)
        return list(caught.value.diagnostics)

    return function
