"""Collects what is wrong with a recipe, each fault with its place and its source line."""

from __future__ import annotations

from collections.abc import Iterable

from sdg.errors import RecipeError
from sdg.foundation.diagnostic import Diagnostic
from sdg.foundation.span import Span
from sdg.recipe.document import OVERRIDES_FILE, Document, Place, Sources
from sdg.recipe.faults import dotted
from sdg.recipe.model import PathKey


class Faults:
    """A growing list of diagnostics over one set of sources."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._found: dict[tuple[str, Span | None, str], Diagnostic] = {}

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(
        self,
        code: str,
        message: str,
        span: Span | None,
        *,
        path: PathKey = (),
        expected: str = "",
        found: str = "",
        hint: str = "",
        related: Iterable[tuple[str, Span]] = (),
    ) -> None:
        """Add a fault; the same fault at the same place is kept once."""
        excerpt = "" if span is None else self._sources.line(span)
        self._found.setdefault(
            (code, span, message),
            Diagnostic(
                code=code,
                message=message,
                span=span,
                path=dotted(path),
                expected=expected,
                found=found,
                hint=hint,
                related=tuple(related),
                excerpt=excerpt,
            ),
        )

    def at(
        self,
        document: Document,
        code: str,
        message: str,
        place: Place,
        *,
        head: bool = False,
        expected: str = "",
        found: str = "",
        hint: str = "",
        related: Iterable[tuple[str, Span]] = (),
    ) -> None:
        """Add a fault at a value (or, with `head`, at its key), noting where a variable or anchor defined it."""
        span = document.head_span(place.use) if head else document.value_span(place.use)
        notes = list(related)
        if place.via is not None:
            definition = document.value_span(place.path)
            if definition is not None:
                notes.append(("set at", definition))
        anchored = next((path for path in (place.use, place.path) if path in document.definitions), None)
        if anchored is not None:
            notes.append(("anchor at", document.definitions[anchored]))
        self.add(code, message, span, path=place.use, expected=expected, found=found, hint=hint, related=notes)

    def diagnostics(self) -> list[Diagnostic]:
        """Return the faults in file order, those of overrides last."""
        return sorted(self._found.values(), key=_order)

    def stop_if_any(self) -> None:
        """Raise `RecipeError` with every fault, if there is one."""
        if self._found:
            raise RecipeError(self.diagnostics())


def _order(diagnostic: Diagnostic) -> tuple[bool, int, int, str, str]:
    span = diagnostic.span
    if span is None:
        return (False, 0, 0, diagnostic.code, diagnostic.message)
    return (span.file == OVERRIDES_FILE, span.line, span.column, diagnostic.code, diagnostic.message)
