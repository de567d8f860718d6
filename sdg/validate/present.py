"""Findings as text for people and as JSON values for machines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sdg.validate.codes import Severity
from sdg.validate.findings import Finding, Findings, shown
from sdg.validate.run import Validation

SHOWN_PER_CODE = 5
_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


def text_lines(validation: Validation, *, strict: bool = False) -> Iterator[str]:
    """Yield the lines of a report, all printable: findings grouped by code, the gravest first, and how it ends."""
    findings = validation.findings
    for severity in _SEVERITIES:
        for code in sorted(code for code in findings.kept if findings.severity(code) == severity):
            yield from _group(findings, code)
    for text in validation.examined.left_out:
        yield shown(f"not checked: {text}")
    for entry in validation.examined.statistics.get("draws", {}).get("rejected", []):
        yield shown(f"poses are tried until one fits: {entry['name']}, {entry['accepted']:.0%} of first tries did")
    made = validation.examined.statistics.get("rerendered", {})
    if made.get("frames"):
        how = "to the byte" if made["compared"] == "bytes" else "within tolerances"
        yield f"made again, and compared {how}: frames {', '.join(map(str, made['frames']))}"
    yield summary(validation, strict=strict)


def summary(validation: Validation, *, strict: bool = False) -> str:
    """Return one line that says how it ended."""
    findings = validation.findings
    counts = [(findings.count(severity), severity) for severity in _SEVERITIES]
    told = ", ".join(f"{number} {word}{'' if number == 1 else 's'}" for number, word in counts if number)
    verdict = "sound" if validation.sound(strict=strict) else "not sound"
    return f"{shown(str(validation.path))}: {verdict}; {told or 'no findings'}"


def as_json(validation: Validation, *, strict: bool = False) -> dict[str, Any]:
    """Return everything as plain JSON values."""
    findings = validation.findings
    return {
        "path": str(validation.path),
        "kind": validation.kind,
        "sound": validation.sound(strict=strict),
        "fast": validation.fast,
        "files": validation.examined.files,
        "left_out": validation.examined.left_out,
        "counts": {
            code: {"severity": findings.severity(code), "count": findings.counts[code]}
            for code in sorted(findings.counts)
        },
        "findings": [finding.to_json() for finding in findings.all()],
        "statistics": validation.examined.statistics,
    }


def _group(findings: Findings, code: str) -> Iterator[str]:
    kept, count = findings.kept[code], findings.counts[code]
    head = kept[0]
    yield f"{head.severity}[{code}]: {head.message}{f' ({count} times)' if count > 1 else ''}"
    for finding in kept[:SHOWN_PER_CODE]:
        yield f"  {_place(finding)}"
        for word, text in (("expected", finding.expected), ("found", finding.found)):
            if text:
                yield f"    {word:<8} {text}"
    if count > SHOWN_PER_CODE:
        yield f"  and {count - SHOWN_PER_CODE} more"
    yield ""


def _place(finding: Finding) -> str:
    parts = [finding.file] if finding.file else []
    if finding.image_id is not None:
        parts.append(f"image {finding.image_id}")
    if finding.annotation_id is not None:
        parts.append(f"annotation {finding.annotation_id}")
    if finding.position:
        parts.append(finding.position)
    return ", ".join(parts) or "the dataset"
