"""Figures against what is allowed; each is kept for the recording before it is judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.contract.tolerances import Tolerances


class Judge:
    """Judges the figures of one test."""

    def __init__(self, tolerances: Tolerances, keep: Callable[[str, object], None]) -> None:
        self.tolerances = tolerances
        self._keep = keep

    def at_most(self, what: str, figure: Any, allowed: float) -> None:
        """Keep a figure, and fail if it exceeds what is allowed."""
        self._keep(what, {"measured": _short(figure), "at most": allowed})
        assert float(figure) <= allowed, f"{what}: {figure} exceeds {allowed}"

    def at_least(self, what: str, figure: Any, wanted: float) -> None:
        """Keep a figure, and fail if it falls short of what is wanted."""
        self._keep(what, {"measured": _short(figure), "at least": wanted})
        assert float(figure) >= wanted, f"{what}: {figure} falls short of {wanted}"

    def near(self, what: str, figure: Any, expected: float, relative: float) -> None:
        """Keep a figure, and fail if it differs from what is expected by more than a share of it."""
        self._keep(what, {"measured": _short(figure), "expected": _short(expected), "within": relative})
        assert abs(float(figure) - expected) <= relative * abs(expected), f"{what}: {figure}, expected {expected}"


def _short(figure: Any) -> float:
    """Return a figure with four digits, which is more than any tolerance needs; the same on every machine's JSON."""
    return float(f"{float(figure):.4g}")
