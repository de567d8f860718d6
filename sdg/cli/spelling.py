"""Command lines with slips: names that are nearly right, and values that are empty."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from sdg.foundation.spelling import closest


class SpellingGroup(click.Group):
    """A group that says which command was probably meant."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command by the first argument, which must be its exact name."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            meant = closest(args[0], self.list_commands(ctx))
            known = f"did you mean {meant}?" if meant else f"there are {', '.join(self.list_commands(ctx))}"
            ctx.fail(f"no such command {args[0]!r}; {known}")
        return super().resolve_command(ctx, args)


class NamedPath(click.Path):
    """A path that is not empty; an empty one would mean the current folder, and is mostly an unset variable."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path; fail if it is empty."""
        if not str(value):
            self.fail("it is empty; write . for the current folder", param, ctx)
        return Path(os.fsdecode(super().convert(value, param, ctx)))
