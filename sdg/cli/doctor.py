"""`sdg doctor`: what this machine can do."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Literal

import click

from sdg.errors import EXIT_OK, EXIT_UNAVAILABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sdg.render.doctor import Check


@click.command("doctor", short_help="What this machine can do, and what cures each lack.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="A table for people, or the same for machines.",
)
def command(form: Literal["text", "json"]) -> int:
    """Look for everything that rendering needs, and name the one command that cures each lack.

    Exit status 0 if the embedded renderer can run here, 3 if not.
    """
    from sdg.render.doctor import probe

    checks = probe()
    able = all(check.ok for check in checks if check.needed)
    if form == "json":
        report = {"able": able, "checks": [asdict(check) for check in checks]}
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        _print_table(checks)
        click.echo(f"\nthe embedded renderer {'can' if able else 'can not'} run here")
    return EXIT_OK if able else EXIT_UNAVAILABLE


def _print_table(checks: Sequence[Check]) -> None:
    width = max(len(check.name) for check in checks)
    for check in checks:
        word = "ok" if check.ok else "MISSING" if check.needed else "no"
        click.echo(f"{word:<7}  {check.name:<{width}}  {check.found}")
        if check.cure:
            click.echo(f"{'':<7}  {'':<{width}}  cure: {check.cure}")
