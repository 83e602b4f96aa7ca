"""The real commands, called in this process: what they print, and the code they exit with."""

import io
import json
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from unittest import mock

import openpyxl
from openpyxl.utils import get_column_letter

from modelgen.cli.main import main
from modelgen.verdict import INTEGRITY
from modelgen.workbook.contents import Area, read_contents
from modelgen.workbook.directory import FigureRow
from modelgen.workbook.recalculate import Recalculation

Cells = dict[tuple[str, str], Any]
"""What is typed into a workbook: values by sheet and cell; None clears a cell."""


@dataclass(frozen=True)
class Said:
    """What a command said: its exit code, stdout and stderr."""

    code: int
    out: str
    errors: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def call(*arguments: str | Path) -> Said:
    """Runs `modelgen ...` as the console does, but for the process; a traceback is a failure of the test."""
    out, errors = io.StringIO(), io.StringIO()
    argv = ["modelgen", *map(str, arguments)]
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    with redirect_stdout(out), redirect_stderr(errors), mock.patch.object(sys, "argv", argv):
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        finally:
            for number, handler in kept.items():
                signal.signal(number, handler)
    return Said(code, out.getvalue(), errors.getvalue())


def typed(source: Path, target: Path, cells: Cells) -> Path:
    """A copy of a workbook into which values were typed, as openpyxl writes them."""
    book = openpyxl.load_workbook(source)
    for (sheet, cell), value in cells.items():
        book[sheet][cell] = value
    book.save(target)
    return target


def failing(found: Recalculation) -> list[str]:
    """The integrity checks that fail. What formulas a workbook holds does not change with its inputs: where
    many inputs are tried, the rest of the verdict is asked for once.
    """
    checks = found.directory.checks
    return [c.id for c in checks if c.kind == INTEGRITY and found.value(c.holds) != 1]


def untied(found: Recalculation) -> list[FigureRow]:
    """The figures that do not tie."""
    return [row for row in found.directory.figures if found.value(row.holds) != 1]


def cell_of(workbook: Path, name: str, column: int = 0) -> tuple[str, str]:
    """Sheet and address of a name's cell, or of the one so many columns on."""
    area = _areas(workbook, workbook.stat().st_mtime_ns)[name]
    return area.sheet, f"{get_column_letter(area.column + column)}{area.row}"


@lru_cache(maxsize=4)
def _areas(workbook: Path, _written: int) -> Mapping[str, Area]:
    return read_contents(workbook).names


def lines_of(text: Path, changes: Sequence[tuple[str, str]]) -> None:
    """Replaces parts of a text, each of which must stand there."""
    content = text.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in content, old
        content = content.replace(old, new)
    text.write_text(content, encoding="utf-8")
