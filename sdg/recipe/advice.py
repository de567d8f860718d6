"""Advice."""
from sdg.foundation.diagnostic import Diagnostic
from sdg.recipe.model import Recipe


def find_advice(recipe: Recipe) -> list[Diagnostic]:
    """Advice."""
    return []
