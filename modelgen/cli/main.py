"""The command `modelgen`. Exit codes: 0 done, 1 a check failed, 2 bad input or usage, 3 an engine
or dependency is missing or failed.
"""

import contextlib
import gc
import os
import signal
import sys
from typing import NoReturn, TextIO

import click

from modelgen import __version__
from modelgen.cli import deals, workbooks

FAILED, BAD_INPUT, NO_ENGINE, INTERRUPTED = 1, 2, 3, 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="modelgen %(version)s")
def cli() -> None:
    """Financial models from text: build a live Excel workbook, recalculate it, and prove it.

    DEAL is the name of a deal that ships (see `modelgen list`) or the path of a folder that holds a
    deal.yaml. Exit codes: 0 done, 1 a check failed, 2 bad input or usage, 3 an engine is missing or
    failed.
    """


for _command in (
    deals.list_,
    deals.build,
    workbooks.recalc,
    workbooks.check,
    deals.verify,
    deals.coverage,
    workbooks.audit_,
    workbooks.trace_,
    workbooks.pull_,
    workbooks.diff_,
    deals.roll_,
    deals.sweep_,
    deals.batch_,
):
    cli.add_command(_command)


def main() -> NoReturn:
    """The entry point: every expected failure is a sentence and an exit code, never a traceback."""
    # A command lives for a second or two: collecting cycles of what it still needs is lost time.
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
        # Who reads has seen enough. Nothing is left to write when Python closes its streams.
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
    """Lets a signal that asks the process to end do so by way of all that is to be cleared up: temporary
    files, and workers.
    """

    def end(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # A signal that is ignored, as by nohup, stays ignored.
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, end)


def _open_streams() -> None:
    """Ends the command where there is no stdout: what it found would be lost, and the first file that it
    opened would take the place of stdout. A stderr that is closed leads nowhere.
    """
    closed = [name for name in ("stdin", "stdout", "stderr") if getattr(sys, name) is None]
    for _ in closed:
        # The lowest number that is free: that of a closed stream.
        os.open(os.devnull, os.O_RDWR)
    if "stderr" in closed:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    if "stdout" in closed:
        click.echo("stdout is closed: there is nowhere to write what is found", err=True)
        sys.exit(BAD_INPUT)


def _discard(stream: TextIO) -> None:
    """Lets what a stream still holds lead nowhere."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _told(error: Exception) -> int:
    """Says an expected failure and gives its exit code; what was not expected is raised again."""
    from modelgen.problem import EngineError, ModelError

    if not isinstance(error, (ModelError, EngineError)):
        raise error
    click.echo(error, err=True)
    if isinstance(error, EngineError):
        return NO_ENGINE
    if len(error.problems) > 1:
        click.echo(f"{len(error.problems)} problems", err=True)
    return BAD_INPUT
