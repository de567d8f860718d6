"""The `sdg` command: finds subcommands when they are asked for, and turns errors into messages and exit statuses."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Sequence

import click

from sdg.cli.spelling import SpellingGroup
from sdg.errors import EXIT_BUG, EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK, EXIT_USAGE, SdgError
from sdg.version import __version__

# Command name -> module of `sdg.cli` that defines a click command called `command`.
COMMANDS = {
    "generate": "generate",
    "preview": "preview",
    "check": "check",
    "compile": "compile",
    "merge": "merge",
    "export": "export",
    "validate-dataset": "validate",
    "report": "report",
    "assets": "assets",
    "doctor": "doctor",
    "schema": "schema",
}


# What a command meets whose output goes to a full disk; where files are written, that is told with their names.
_STORAGE_FAULTS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO})


class LazyGroup(SpellingGroup):
    """A group whose commands are imported on first use, so that `sdg --help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every command's name."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"sdg.cli.{COMMANDS[cmd_name]}").command
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="sdg %(version)s")
@click.option(
    "--debug", is_flag=True, expose_value=False, help="Show a traceback with every error; may stand anywhere."
)
def cli() -> None:
    """Turn YAML recipes into annotated image datasets."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 0, 1, 2, 3, 70 or 130, as `sdg.errors` names them."""
    arguments, debug = _take_debug(sys.argv[1:] if arguments is None else arguments)
    try:
        status = cli.main(args=arguments, prog_name="sdg", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt) as interrupt:  # click turns the one into the other
        kept = str(interrupt.__cause__ or interrupt) or "what is finished is kept"
        click.echo(f"interrupted; {kept}", err=True)
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE
    except SdgError as error:
        if debug:
            raise
        click.echo(str(error), err=True)
        return error.exit_status
    except BrokenPipeError:
        # Whoever read our output has left; let nothing complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    except Exception as error:
        if debug:
            raise
        if isinstance(error, OSError) and error.errno in _STORAGE_FAULTS:
            click.echo(f"the output can't be written: {error.strerror}", err=True)
            return EXIT_FAILED
        click.echo(f"sdg hit a bug of its own: {type(error).__name__}: {error}", err=True)
        click.echo("run the same command with --debug for the traceback, and please report it", err=True)
        return EXIT_BUG
    return status if isinstance(status, int) else EXIT_OK


def _take_debug(arguments: Sequence[str]) -> tuple[list[str], bool]:
    """Return the arguments without `--debug`, wherever it stands before a `--`, and whether it stood there."""
    end = list(arguments).index("--") if "--" in arguments else len(arguments)
    options = [argument for argument in arguments[:end] if argument != "--debug"]
    return [*options, *arguments[end:]], len(options) < end
