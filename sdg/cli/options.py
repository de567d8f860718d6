"""Options that several commands have."""

from __future__ import annotations

import click

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


def all_overrides(overrides: tuple[str, ...], *, seed: int | None, frames: int | None = None) -> tuple[str, ...]:
    """Return the values of `--set`, and after them those of the options that stand for one."""
    given = {"seed": seed, "frames": frames}
    return (*overrides, *(f"{key}={value}" for key, value in given.items() if value is not None))
