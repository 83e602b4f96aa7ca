"""Reads CSV tables as people save them, with positions: each cell keeps its line and column in the file.

Commas, semicolons and tabs separate columns, whichever the header uses. Empty rows and empty columns at
the right, which spreadsheets leave behind, mean nothing.
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from modelgen.problem import ModelError, Place, Problem, did_you_mean
from modelgen.text.reading import LONGEST_TEXT, read_text, unfit

SEPARATORS = (",", ";", "\t")
_LONGEST_CELL = 200  # lines; a quote that is not closed within so many was forgotten


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its cells by column name, and their positions. `separator` is the table's."""

    cells: dict[str, str]
    places: dict[str, Place]
    place: Place
    separator: str = ","

    def at(self, column: str) -> Place:
        """The position of a cell, by its column's name."""
        return self.places.get(column, self.place)


def read_table(
    path: Path,
    required: Sequence[str],
    optional: Sequence[str] = (),
    instead: Callable[[str], bool] = lambda _: False,
) -> list[Row]:
    """The rows of a CSV file; lines that begin with # are comments. `optional` lists columns that may be
    missing, in the table or in a row; ("*",) allows any further column. Columns whose names `instead` accepts
    may stand instead of the last one required.

    Raises ModelError: no such file, a column missing, unknown or given twice, a row that lacks a cell or
    has one too many, a cell that runs over several lines.
    """
    reading = _Reading(str(path), required, optional, instead)
    lines = read_text(path).split("\n")
    number = 0
    while number < len(lines) and not reading.stopped:
        number += reading.take(lines, number)
    if reading.header is None and not reading.problems:
        reading.problems.append(Problem("the table has no header row", Place(str(path), 1)))
    problems = reading.problems + reading.of_lengths()
    if problems:
        raise ModelError(problems)
    return reading.rows


@dataclass
class _Reading:
    """Reads the lines of a table one by one and notes what is wrong."""

    file: str
    required: Sequence[str]
    optional: Sequence[str]
    instead: Callable[[str], bool]
    header: list[str] | None = None
    needed: Sequence[
        str
    ] = ()  # the columns required, but for the last if others stand instead of it
    width: int = 0  # of the header row, with empty columns at the right
    separator: str = ","
    separator_given: bool = False
    stopped: bool = False
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _short: list[tuple[int, Place]] = field(default_factory=list)
    _long: list[tuple[int, Place]] = field(default_factory=list)

    def take(self, lines: list[str], index: int) -> int:
        """Reads the line at an index, and returns how many lines it took."""
        line = lines[index]
        place = Place(self.file, index + 1, 1, max(1, len(line)))
        if not line.strip() or line.startswith("#") or self._names_separator(line):
            return 1
        if self.header is None and not self.separator_given:
            self.separator = _separator(line, (*self.required, *self.optional))
        cells = _split(line, self.separator)
        if cells is None:
            return self._unread(lines, index, place)
        self._row(line, cells, place)
        return 1

    def _names_separator(self, line: str) -> bool:
        """Whether a line before the header names the separator for Excel, as sep=; does."""
        if self.header is not None or line[:4].lower() != "sep=" or line[4:] not in SEPARATORS:
            return False
        self.separator, self.separator_given = line[4:], True
        return True

    def _unread(self, lines: list[str], index: int, place: Place) -> int:
        """Notes why a line is no row, and returns how many lines to leave out."""
        if len(lines[index]) > csv.field_size_limit():
            message, taken = f"a cell has more than {LONGEST_TEXT:,} characters", 1
        else:
            message, taken = "a quote in the row is not closed", 1
            for more in range(2, min(_LONGEST_CELL, len(lines) - index) + 1):
                found = _split("\n".join(lines[index : index + more]), self.separator)
                if found is not None and len(found) == len(self.header or found):
                    message = f"a cell of the row runs over {more} lines: write it on one"
                    taken = more
                    break
        self.problems.append(Problem(message, place))
        self.stopped = self.header is None
        return taken

    def _row(self, line: str, cells: list[str], place: Place) -> None:
        places = [
            Place(self.file, place.line, column, max(1, len(cell)))
            for column, cell in zip(_columns(line, cells), cells, strict=True)
        ]
        for cell, at in zip(cells, places, strict=True):
            wrong = unfit(cell)
            if wrong:
                self.problems.append(Problem(wrong, at))
        bare = [cell.strip() for cell in cells]
        if not any(bare):
            return
        if self.header is None:
            self.header, self.width = _without_empty_end(bare), len(bare)
            others = [name for name in self.header if self.instead(name)]
            self.needed = self.required[:-1] if others else self.required
            self.problems += self._header_problems(others, places, place)
            return
        if len(bare) == self.width and not any(bare[len(self.header) :]):
            bare = bare[: len(self.header)]
        if len(bare) > len(self.header):
            self._long.append((len(bare), place))
            return
        lacking = self.header[len(bare) :]
        if any(name in self.needed for name in lacking):
            self._short.append((len(bare), place))
            return
        named = dict(zip(self.header, [*bare, *[""] * len(lacking)], strict=True))
        self.rows.append(
            Row(named, dict(zip(self.header, places, strict=False)), place, self.separator)
        )

    def of_lengths(self) -> list[Problem]:
        """Rows that lack a cell or have one too many: one problem for each kind, however many rows it has."""
        found = []
        for rows, what, hint in (
            (self._short, "few", ""),
            (self._long, "many", "put a cell that holds a separator, as 1,234 does, in quotes"),
        ):
            if rows:
                (count, place), others = rows[0], len(rows) - 1
                has = "row has" if others == 1 else "rows have"
                more = f" ({others} more {has} too {what})" if others else ""
                message = f"the row has {count} cells; the table has {len(self.header or ())} columns{more}"
                found.append(Problem(message, place, hint))
        return found

    def _header_problems(
        self, others: list[str], places: list[Place], place: Place
    ) -> list[Problem]:
        header = self.header or []
        problems = [
            Problem(f"the table has no column '{name}'", place)
            for name in self.needed
            if name not in header
        ]
        problems += [
            Problem(f"the table has the column '{name}' twice", where)
            for index, (name, where) in enumerate(zip(header, places, strict=False))
            if name and name in header[:index]
        ]
        if "*" not in self.optional:
            known = [*self.required, *self.optional, *others]
            problems += [
                Problem(f"'{name}' is not a column of this table", where, did_you_mean(name, known))
                for name, where in zip(header, places, strict=False)
                if name not in known
            ]
        return problems


def layout_of(lines: Sequence[str], known: Sequence[str]) -> tuple[str, list[str]]:
    """The separator and the columns of a table that can be read, by its lines; no columns if it has none."""
    named = None
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        if line[:4].lower() == "sep=":
            named = line[4:]
            continue
        separator = named or _separator(line, known)
        return separator, _without_empty_end([c.strip() for c in _split(line, separator) or ()])
    return ",", []


def _separator(header: str, known: Sequence[str]) -> str:
    """The separator by which a header has the most columns that are known or, failing that, the most
    columns.
    """

    def rank(separator: str) -> tuple[int, int]:
        cells = [cell.strip() for cell in _split(header, separator) or ()]
        return len(set(known) & set(cells)), len(cells)

    return max(SEPARATORS, key=rank)


def _split(text: str, separator: str) -> list[str] | None:
    """The cells of one row, or None if it cannot be read as one."""
    try:
        return next(csv.reader([text], delimiter=separator, strict=True))
    except csv.Error:
        return None


def _without_empty_end(cells: list[str]) -> list[str]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _columns(line: str, cells: list[str]) -> list[int]:
    """The one-based column at which the text of each cell begins."""
    columns, position = [], 0
    for cell in cells:
        quoted = line[position : position + 1] == '"'
        columns.append(position + 1 + quoted)
        raw = len(cell) + cell.count('"') if quoted else len(cell)
        position += raw + (2 if quoted else 0) + 1
    return columns
