"""The commands, their help, and the page that describes them agree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from sdg.cli.main import cli

PAGE = Path(__file__).parents[2] / "docs/cli.md"


def commands(command: click.Command = cli, words: tuple[str, ...] = ("sdg",)) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from commands(child, (*words, name))
    else:
        yield " ".join(words), command


COMMANDS = dict(commands())


def sections() -> dict[str, str]:
    parts = re.split(r"^## (sdg .*)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_command_has_a_section_and_every_section_a_command() -> None:
    assert sorted(sections()) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_page_lists_the_options_that_there_are(name: str) -> None:
    there = {option for parameter in COMMANDS[name].params for option in parameter.opts if option.startswith("-")}
    rows = [line.split("|")[1] for line in sections()[name].splitlines() if line.startswith("| `-")]
    assert {option for row in rows for option in re.findall(r"`(-[-a-z]+)`", row)} == there


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_explains_itself(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    assert command.short_help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
