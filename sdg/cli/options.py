"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import click

from sdg.errors import UsageError

Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]

# Both change the recipe before it is read.
seed_option = click.option(
    "--seed", type=click.IntRange(min=0, max=2**63 - 1), metavar="S", help="Seed, instead of the recipe's."
)
set_option = click.option(
    "--set", "overrides", multiple=True, metavar="KEY.PATH=VALUE", help="Change a value of the recipe; may be repeated."
)
# Findings as `form`.
format_option = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Findings for people, or the same for machines.",
)


def frames_option(verb: str) -> Decorator:
    """Return the option of how many frames a command makes, whatever the recipe says."""
    return click.option(
        "-n",
        "--frames",
        type=click.IntRange(min=1, max=1_000_000_000),
        metavar="FRAMES",
        help=f"{verb} so many frames, whatever the recipe says; changes no frame.",
    )


def device_option(more: str = "") -> Decorator:
    """Return the option of the embedded renderer's device; `more` ends its help."""
    return click.option(
        "--device",
        type=click.Choice(["auto", "cpu", "cuda"]),
        default="auto",
        show_default=True,
        help=f"Where the embedded renderer runs{more}.",
    )


def check_recipe_exists(recipe: Path) -> None:
    """Refuse a recipe that is not there.

    Raises:
        UsageError: It is not.
    """
    if not recipe.exists():
        raise UsageError(f"there is no recipe {recipe}", "recipes/warehouse.yaml is one to start from")


def all_overrides(overrides: tuple[str, ...], *, seed: int | None, frames: int | None = None) -> tuple[str, ...]:
    """Return the values of `--set`, and after them those of the options that stand for one."""
    given = {"seed": seed, "frames": frames}
    return (*overrides, *(f"{key}={value}" for key, value in given.items() if value is not None))
