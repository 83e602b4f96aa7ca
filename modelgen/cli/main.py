"""The command `modelgen`. Exit codes: 0 done, 1 a check failed, 2 bad input or usage, 3 an engine
or dependency is missing or failed.
"""

import gc
import sys
from importlib import import_module
from typing import NoReturn

import click

from modelgen import __version__
from modelgen.cli.show import BAD_INPUT, NO_ENGINE

# Each command is a module of its own, imported when it is called.
COMMANDS = (
    "list",
    "build",
    "recalc",
    "check",
    "verify",
    "coverage",
    "audit",
    "trace",
    "pull",
    "diff",
    "roll",
    "sweep",
    "batch",
)


class Commands(click.Group):
    """The group, which imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The commands, in the order of a model's life."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of a name."""
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = import_module(f"modelgen.cli.{cmd_name}").command
        return found


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="modelgen %(version)s")
def cli() -> None:
    """Financial models from text: build a live Excel workbook, recalculate it, and prove it.

    DEAL is the name of a deal that ships (see `modelgen list`) or the path of a folder that holds a
    deal.yaml. Exit codes: 0 done, 1 a check failed, 2 bad input or usage, 3 an engine is missing or
    failed.
    """


def main() -> NoReturn:
    """The entry point: every expected failure is a sentence and an exit code, never a traceback."""
    # A command lives for a second or two: collecting cycles of what it still needs is lost time.
    gc.set_threshold(200_000)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")
    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(BAD_INPUT)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        sys.exit(_told(error))
    sys.exit(code if isinstance(code, int) else 0)


def _told(error: Exception) -> int:
    """Says an expected failure and gives its exit code; what was not expected is raised again."""
    from modelgen.problem import EngineError, ModelError, ModelgenError

    if not isinstance(error, ModelgenError):
        raise error
    click.echo(error, err=True)
    if isinstance(error, EngineError):
        return NO_ENGINE
    if isinstance(error, ModelError) and len(error.problems) > 1:
        click.echo(f"{len(error.problems)} problems", err=True)
    return BAD_INPUT
