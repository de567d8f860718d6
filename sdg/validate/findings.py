"""Findings, and the collection that they gather in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sdg.validate.codes import RULES, Severity

KEPT_PER_CODE = 100
_LONGEST_TEXT, _LONGEST_PATH = 300, 200


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be.

    Attributes:
        code: Stable code, `V305`; `docs/validate.md` explains it.
        severity: `error`, `warning` or `note`.
        message: What is wrong, one line, no full stop.
        file: Path from the dataset's folder; empty where no single file is at fault.
        image_id: The COCO image; None where it isn't about one.
        annotation_id: The COCO annotation; None where it isn't about one.
        expected: What would have been right.
        found: What was there instead.
        position: Place in the file's list, `annotations[3]`, where the id doesn't say which annotation it is.
    """

    code: str
    severity: Severity
    message: str
    file: str = ""
    image_id: int | str | None = None
    annotation_id: int | str | None = None
    expected: str = ""
    found: str = ""
    position: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the finding as plain JSON values; what doesn't apply is left out."""
        record: dict[str, Any] = {"code": self.code, "severity": self.severity, "message": self.message}
        optional = {
            "file": self.file or None,
            "image_id": self.image_id,
            "annotation_id": self.annotation_id,
            "position": self.position or None,
            "expected": self.expected or None,
            "found": self.found or None,
        }
        return record | {key: value for key, value in optional.items() if value is not None}


@dataclass
class Findings:
    """What was found; keeps so many of each code, and counts the rest.

    Attributes:
        exact: Whether the files promise to follow our rules exactly; decides the severity of some codes.
        ignored: Codes that are dropped.
        kept: By code, in the order found, no more than `KEPT_PER_CODE` each.
        counts: By code, all.
    """

    exact: bool = False
    ignored: frozenset[str] = frozenset()
    kept: dict[str, list[Finding]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    _blamed: set[tuple[str, int | str | None]] = field(default_factory=set)

    def add(
        self,
        code: str,
        *,
        file: str = "",
        image: Any = None,
        annotation: Any = None,
        expected: object = "",
        found: object = "",
        position: str = "",
    ) -> None:
        """Add one finding; what is not text is turned into some."""
        rule = RULES[code]
        self._blame(code, file, image)
        if code in self.ignored:
            return
        self.counts[code] = self.counts.get(code, 0) + 1
        kept = self.kept.setdefault(code, [])
        if len(kept) < KEPT_PER_CODE:
            severity = rule.severity if self.exact else rule.elsewhere
            ids = (_identifier(image), _identifier(annotation))
            texts = (shown(expected), shown(found), position)
            kept.append(Finding(code, severity, rule.title, shown(file)[:_LONGEST_PATH], *ids, *texts))

    def add_rows(self, code: str, rows: Sequence[int] | np.ndarray, describe: Callable[[int], dict[str, Any]]) -> None:
        """Add one finding per row of a table; no more than are kept are made, and all are blamed."""
        taken = min(len(rows), max(0, KEPT_PER_CODE - len(self.kept.get(code, ()))))
        for row in rows[:taken]:
            self.add(code, **describe(int(row)))
        if self.severity(code) != "note":
            for row in rows[taken:]:
                place = describe(int(row))
                self._blame(code, place.get("file", ""), place.get("image"))
        if code not in self.ignored and len(rows) > taken:
            self.counts[code] = self.counts.get(code, 0) + len(rows) - taken

    def _blame(self, code: str, file: str, image: Any) -> None:
        """Note that whatever else is wrong with it follows from this, or is found once this is mended."""
        if self.severity(code) != "note":
            identifier = _identifier(image)
            if file:
                self._blamed.add(("file", file))
            if identifier not in ("", None):
                self._blamed.add(("image", identifier))

    def take(self, other: Findings) -> None:
        """Add all that another collection holds."""
        for code, kept in other.kept.items():
            mine = self.kept.setdefault(code, [])
            mine += kept[: KEPT_PER_CODE - len(mine)]
            self.counts[code] = self.counts.get(code, 0) + other.counts[code]
        self._blamed |= other._blamed

    def is_blamed(self, *, file: str = "", image: Any = None) -> bool:
        """Whether something was found about a file or an image; then what follows from it need not be told."""
        return ("file", file) in self._blamed or (image is not None and ("image", image) in self._blamed)

    def count(self, severity: Severity) -> int:
        """How many there are of a severity, those not kept included."""
        return sum(number for code, number in self.counts.items() if self.severity(code) == severity)

    def severity(self, code: str) -> Severity:
        """How grave a code is for these files."""
        return RULES[code].severity if self.exact else RULES[code].elsewhere

    def all(self) -> Iterable[Finding]:
        """Yield what was kept, the gravest first, then by code, then in the order found."""
        order = ("error", "warning", "note")
        for severity in order:
            for code in sorted(self.kept):
                if self.severity(code) == severity:
                    yield from self.kept[code]


def shown(value: object) -> str:
    """Return something from a file as one short line of printable text."""
    text = value if isinstance(value, str) else repr(value) if not isinstance(value, float) else f"{value:.6g}"
    text = text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}… ({len(text)} characters)"


def _identifier(value: Any) -> int | str | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63):
        return value
    return int(value) if isinstance(value, np.integer) else shown(value)
