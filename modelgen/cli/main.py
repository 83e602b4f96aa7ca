"""The command `modelgen`. Exit codes: 0 done, 1 a check failed, 2 bad input or usage, 3 an engine
or dependency is missing or failed.
"""

import contextlib
import gc
import os
import signal
import sys
from importlib import import_module
from typing import NoReturn, TextIO

import click

from modelgen import __version__, plugins
from modelgen.cli.show import BAD_INPUT, INTERRUPTED, NO_ENGINE
from modelgen.problem import EngineError

GROUP = "modelgen.commands"
# Each command is a module, imported only when it is called.
COMMANDS = (
    "list",
    "new",
    "ingest",
    "build",
    "recalc",
    "check",
    "verify",
    "coverage",
    "page",
    "serve",
    "audit",
    "trace",
    "pull",
    "diff",
    "roll",
    "sweep",
    "batch",
    "addin",
    "schema",
    "mcp",
)


class Commands(click.Group):
    """A command group that imports a command only when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names of the commands, in the order of a model's life, then those of other packages."""
        return [*COMMANDS, *plugins.installed(GROUP)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command with a name, None if there is none."""
        if cmd_name in COMMANDS:
            found: click.Command = import_module(f"modelgen.cli.{cmd_name}").command
            return found
        entry = plugins.installed(GROUP).get(cmd_name)
        if entry is None:
            return None
        added = plugins.load(entry)
        if not isinstance(added, click.Command):
            raise EngineError(f"the command '{cmd_name}' ({entry.value}) is not a click command")
        return added


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="modelgen %(version)s")
def cli() -> None:
    """Financial models from text: build a live Excel workbook, recalculate it and prove it.

    DEAL is the name of a deal that ships (see `modelgen list`) or the path of a folder that holds a
    deal.yaml. Exit codes: 0 done, 1 a check failed, 2 bad input or usage, 3 an engine is missing or
    failed.
    """


def main() -> NoReturn:
    """Runs a command: every expected failure gives a sentence and an exit code, never a traceback."""
    # A command runs for a second or two: garbage collection of what it still needs wastes time.
    gc.set_threshold(200_000)
    _end_in_order()
    _open_streams()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")
    try:
        code = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        sys.exit(BAD_INPUT)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # The reader has closed the pipe. Nothing must be left to write when Python closes its streams.
        _discard(sys.stdout)
        sys.exit(0)
    except OSError as error:
        _discard(sys.stdout)
        where = f"{error.filename}: " if error.filename else "the output cannot be written: "
        click.echo(f"{where}{error.strerror or error}", err=True)
        sys.exit(BAD_INPUT)
    except Exception as error:
        sys.exit(_told(error))
    sys.exit(code if isinstance(code, int) else 0)


def _end_in_order() -> None:
    """Makes a signal that asks the process to end do so in order, so that temporary files and workers are
    cleaned up.
    """

    def end(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # A signal that is ignored, as with nohup, stays ignored.
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, end)


def _open_streams() -> None:
    """Ends the command if stdout is closed: the result would be lost, and the first file opened would take
    the place of stdout. If stderr is closed, what is written to it is discarded.
    """
    closed = [name for name in ("stdin", "stdout", "stderr") if getattr(sys, name) is None]
    for _ in closed:
        # The lowest free number, which is that of a closed stream.
        os.open(os.devnull, os.O_RDWR)
    if "stderr" in closed:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    if "stdout" in closed:
        click.echo("stdout is closed: there is nowhere to write the result", err=True)
        sys.exit(BAD_INPUT)


def _discard(stream: TextIO) -> None:
    """Discards what a stream still has buffered."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _told(error: Exception) -> int:
    """Prints an expected failure and returns its exit code; an unexpected one is raised again."""
    from modelgen.problem import ModelError, ModelgenError

    if not isinstance(error, ModelgenError):
        raise error
    click.echo(error, err=True)
    if isinstance(error, EngineError):
        return NO_ENGINE
    if isinstance(error, ModelError) and len(error.problems) > 1:
        click.echo(f"{len(error.problems)} problems", err=True)
    return BAD_INPUT
