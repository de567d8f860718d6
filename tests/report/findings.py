"""Findings, as whoever checks datasets hands them over."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    code: str
    severity: str
    message: str
    file: str = ""
    image_id: int | str | None = None
    annotation_id: int | str | None = None
    expected: str = ""
    found: str = ""
    position: str = ""
