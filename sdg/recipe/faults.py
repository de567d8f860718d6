"""From a place in a recipe to a diagnostic that shows it."""

from __future__ import annotations

from sdg.foundation.diagnostic import Diagnostic, Severity
from sdg.recipe.model import PathKey, Recipe


def dotted(path: PathKey) -> str:
    """Return a path as people write it: `cameras[0].lens.pinhole.fx`."""
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text


def diagnose(
    recipe: Recipe,
    path: PathKey,
    code: str,
    message: str,
    *,
    expected: str = "",
    found: str = "",
    hint: str = "",
    severity: Severity = "error",
    at_key: bool = False,
) -> Diagnostic:
    """Return a fault at the value, or the key, at `path` of the recipe's tree, with the line that it points at."""
    span = recipe.key_spans.get(path, recipe.span(path)) if at_key else recipe.span(path)
    lines = recipe.text.splitlines()
    # A value from the command line has a span, but not one in the recipe's text.
    in_text = span is not None and span.file == str(recipe.path) and 1 <= span.line <= len(lines)
    return Diagnostic(
        code=code,
        message=message,
        span=span,
        path=dotted(path),
        expected=expected,
        found=found,
        hint=hint,
        severity=severity,
        excerpt=lines[span.line - 1] if span is not None and in_text else "",
    )
