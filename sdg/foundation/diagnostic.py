"""One fault, told so that a person can mend it: where, what was expected, what was found, a hint."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from sdg.foundation.span import Span

Severity = Literal["error", "warning"]
EXCERPT_WIDTH = 160


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A fault or a warning.

    Attributes:
        code: Stable code, one letter and three digits (`R014`); documented in `docs/errors.md`.
        message: What is wrong, one line, no full stop.
        span: Where; None if no file is at fault.
        path: Dotted path in the document, such as `cameras[0].lens.pinhole.fx`.
        expected: What would have been right.
        found: What was there instead.
        hint: What to do about it.
        related: Further places that belong to the fault, each with a word on what it is.
        excerpt: The source line at `span`, so that a fault can be shown without reading the file again.
    """

    code: str
    message: str
    span: Span | None = None
    path: str = ""
    expected: str = ""
    found: str = ""
    hint: str = ""
    severity: Severity = "error"
    related: tuple[tuple[str, Span], ...] = field(default=())
    excerpt: str = ""

    def __str__(self) -> str:
        lines = [f"{self.severity}[{self.code}]: {self.message}"]
        if self.span is not None:
            lines.append(f"  --> {self.span}")
            if self.excerpt:
                lines += self._excerpt_lines(self.span)
        for label, text in (
            ("at", self.path),
            ("expected", self.expected),
            ("found", self.found),
            ("hint", self.hint),
        ):
            if text:
                lines.append(f"   {label:<9} {text}")
        lines += [f"   {label:<9} {span}" for label, span in self.related]
        return "\n".join(lines)

    def _excerpt_lines(self, span: Span) -> list[str]:
        gutter = " " * len(str(span.line))
        # A long line is shown round the fault only; tabs stay tabs, so that the marks stand where they should.
        first = max(0, span.column - 1 - EXCERPT_WIDTH // 2) if len(self.excerpt) > EXCERPT_WIDTH else 0
        shown = self.excerpt[first : first + EXCERPT_WIDTH]
        before = "".join("\t" if character == "\t" else " " for character in shown[: span.column - 1 - first])
        end = span.end_column if span.end_line == span.line else len(self.excerpt) + 1
        marks = "^" * max(1, min(end - span.column, len(shown) - len(before)))
        return [
            f"{gutter} |",
            f"{span.line} | {shown}",
            f"{gutter} | {before}{marks}",
        ]

    def to_json(self) -> dict[str, Any]:
        """Return the fault as plain JSON values, for `--format json`."""
        record: dict[str, Any] = {"code": self.code, "severity": self.severity, "message": self.message}
        if self.span is not None:
            record |= {"file": self.span.file, "line": self.span.line, "column": self.span.column}
        optional = {"path": self.path, "expected": self.expected, "found": self.found, "hint": self.hint}
        return record | {key: text for key, text in optional.items() if text}
