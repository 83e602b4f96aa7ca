"""The engine IronCalc, written in Rust, which reads the file by itself.

Where it reads a cell differently from Excel (0.9.1 reads `<c t="n"></c>`, a blank cell with a style, as
zero), the cell is corrected before anything is computed. If it cannot open a file because of something other
than cells, such as comments as openpyxl writes them, it is given a copy with only the cells.
"""

import contextlib
import os
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from modelgen.files import scratch
from modelgen.problem import EngineError
from modelgen.workbook.contents import Contents, Key, Value, a1
from modelgen.workbook.engines import Report, selected


def is_available() -> bool:
    """Whether the package of this engine is installed."""
    import ironcalc  # noqa: F401

    return True


def load(contents: Contents) -> "IronCalc":
    """The workbook in this engine."""
    return IronCalc(contents)


def computed(path: Path, cells: Collection[Key]) -> dict[Key, Value]:
    """The values of a file's cells exactly as IronCalc reads and computes them: for a file that was just
    written, in which nothing needs correcting. Raises EngineError.
    """
    book = _read(path)
    with _sentences(f"ironcalc cannot compute {path}"):
        numbers = {p["name"]: n for n, p in enumerate(book.get_worksheets_properties())}
        book.evaluate()
        return {key: _value(book, numbers[key[0]], key) for key in cells}


def _value(book: Any, sheet: int, key: Key) -> Value:
    value = book.get_cell_value(sheet, key[1], key[2])
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


class IronCalc:
    """A workbook in IronCalc; recalculating after a change takes milliseconds."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._book = _opened(contents)
        with _sentences(f"ironcalc cannot read {contents.path}"):
            properties = self._book.get_worksheets_properties()
        self._index = {sheet["name"]: number for number, sheet in enumerate(properties)}
        missing = [sheet for sheet in contents.sheets if sheet not in self._index]
        if missing:
            raise EngineError(f"ironcalc finds no sheet '{missing[0]}' in {contents.path}")
        if contents.arrays:
            where = a1(min(contents.arrays))
            raise EngineError(f"ironcalc cannot compute the array formula at {where}")
        self._changed: dict[Key, Value] = {}
        with _sentences(f"ironcalc cannot read {contents.path}"):
            self._put_right()

    def calculate(
        self,
        changes: Mapping[Key, Value],
        report: Report | None = None,
        wanted: Collection[Key] | None = None,
    ) -> dict[Key, Value]:
        """The values of formula cells after the changes; earlier changes are undone first."""
        asked = selected(self._contents, wanted)
        with _sentences("ironcalc failed"):
            for key in self._changed:
                self._put(key, self._contents.constants.get(key))
            self._changed = dict(changes)
            for key, value in changes.items():
                self._put(key, value)
            self._book.evaluate()
            values = {key: self._get(key) for key in asked}
        for key, value in values.items():
            if value is None:
                raise EngineError(f"ironcalc gives no value for the formula at {a1(key)}")
        if report:
            report(len(asked), len(asked))
        return values

    def _put_right(self) -> None:
        """Corrects constants and blank cells to what the file has."""
        contents, book = self._contents, self._book
        for key, value in contents.constants.items():
            found = self._get(key)
            if found != value or isinstance(found, str) != isinstance(value, str):
                self._put(key, value)
        sheets = {number: name for name, number in self._index.items()}
        for sheet, row, column in book.get_all_cells():
            key = (sheets[sheet], row, column)
            if key not in contents.formulas and key not in contents.constants:
                book.clear_cell_contents(sheet, row, column)

    def _put(self, key: Key, value: Value) -> None:
        sheet, row, column = self._index[key[0]], key[1], key[2]
        if isinstance(value, bool):
            self._book.update_cell_with_bool(sheet, row, column, value)
        elif isinstance(value, (int, float)):
            self._book.update_cell_with_number(sheet, row, column, float(value))
        elif value is None:
            self._book.clear_cell_contents(sheet, row, column)
        elif key in self._contents.errors:
            self._book.set_user_input(sheet, row, column, value)
        else:
            self._book.update_cell_with_text(sheet, row, column, value)

    def _get(self, key: Key) -> Value:
        return _value(self._book, self._index[key[0]], key)


def _opened(contents: Contents) -> Any:
    """The file in IronCalc or, if that fails, a copy with only its cells."""
    if not contents.bulky:
        with contextlib.suppress(EngineError):
            return _read(contents.path)
    from modelgen.workbook.bare import write_bare

    with scratch() as folder:
        bare = folder / "book.xlsx"
        write_bare(contents, bare)
        try:
            return _read(bare)
        except EngineError as error:
            reason = str(error).partition(": ")[2]
            raise EngineError(f"ironcalc cannot read {contents.path}: {reason}") from None


def _read(path: Path) -> Any:
    import ironcalc

    with _sentences(f"ironcalc cannot read {path}"):
        return ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")


@contextmanager
def _sentences(failure: str) -> Iterator[None]:
    """A context that turns what IronCalc raises into an EngineError and hides what it prints. A panic in Rust
    arrives as a BaseException with a report on the process's stderr; remarks on cells go to stdout.
    """
    try:
        with _silence():
            yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit, EngineError):
        raise
    except BaseException as error:
        reason = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
        raise EngineError(f"{failure}: {reason}") from None


@contextmanager
def _silence() -> Iterator[None]:
    """A context in which the process's stdout and stderr are discarded."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and not stream.closed:
            stream.flush()
    kept: dict[int, int] = {}
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        for number in (1, 2):
            try:
                kept[number] = os.dup(number)
            except OSError:
                continue
            os.dup2(nowhere, number)
        yield
    finally:
        for number, saved in kept.items():
            os.dup2(saved, number)
            os.close(saved)
        os.close(nowhere)
