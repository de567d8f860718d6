"""How those who wait hear how far the checks are."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Hears how far the checks are."""

    def start(self, task: str, total: int) -> None:
        """A task of so many steps begins."""

    def advance(self, steps: int) -> None:
        """So many steps of the task are done."""


class Silent:
    """Progress that nobody watches."""

    def start(self, task: str, total: int) -> None:
        """Do nothing."""

    def advance(self, steps: int) -> None:
        """Do nothing."""
