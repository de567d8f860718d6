"""`sdg schema`: the recipe language as a JSON Schema."""

from __future__ import annotations

import json

import click


@click.command("schema", short_help="Print the recipe language as a JSON Schema.")
def command() -> None:
    """Print a JSON Schema (2020-12) of recipes, with which editors complete and check them as they are written.

    In VS Code with the YAML extension: save it as recipe.schema.json, and start a recipe with the line
    "# yaml-language-server: $schema=recipe.schema.json".
    """
    from sdg.recipe.schema import schema

    click.echo(json.dumps(schema(), indent=2))
