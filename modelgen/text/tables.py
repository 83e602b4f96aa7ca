"""Reads CSV tables with positions: each cell keeps its line and column in the file."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from modelgen.problem import ModelError, Place, Problem, did_you_mean
from modelgen.text.reading import LONGEST_TEXT, read_text, unfit


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its cells by column name, and their positions."""

    cells: dict[str, str]
    places: dict[str, Place]
    place: Place

    def at(self, column: str) -> Place:
        """The position of a cell, by its column's name."""
        return self.places.get(column, self.place)


def read_table(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> list[Row]:
    """The rows of a CSV file; lines that begin with # are comments. `optional` lists columns that may be
    missing; ("*",) allows any further column.

    Raises ModelError: no such file, a column missing, unknown or given twice, a row of a different
    length.
    """
    problems: list[Problem] = []
    header: list[str] | None = None
    rows: list[Row] = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        place = Place(str(path), number, 1, len(line))
        found = _cells(line, place, problems)
        if found is None:
            if header is None:
                break
            continue
        cells, places = found
        if header is None:
            header = cells
            problems += _header_problems(header, places, place, required, optional)
        elif len(cells) != len(header):
            problems.append(
                Problem(
                    f"the row has {len(cells)} cells; the table has {len(header)} columns", place
                )
            )
        else:
            named = zip(header, cells, strict=True), zip(header, places, strict=True)
            rows.append(Row(dict(named[0]), dict(named[1]), place))
    if header is None and not problems:
        problems.append(Problem("the table has no header row", Place(str(path), 1)))
    if problems:
        raise ModelError(problems)
    return rows


def _cells(
    line: str, place: Place, problems: list[Problem]
) -> tuple[list[str], list[Place]] | None:
    """The cells of a line and their columns, or None if the line cannot be read as a row of a table."""
    try:
        cells = next(csv.reader([line], strict=True))
    except csv.Error:
        too_long = len(line) > csv.field_size_limit()
        message = f"a cell has more than {LONGEST_TEXT:,} characters"
        problems.append(Problem(message if too_long else "a quote in the row is not closed", place))
        return None
    places = [
        Place(place.file, place.line, column, max(1, len(cell)))
        for column, cell in zip(_columns(line, cells), cells, strict=True)
    ]
    problems += [
        Problem(wrong, at) for cell, at in zip(cells, places, strict=True) if (wrong := unfit(cell))
    ]
    return [cell.strip() for cell in cells], places


def _header_problems(
    header: list[str],
    places: list[Place],
    place: Place,
    required: Sequence[str],
    optional: Sequence[str],
) -> list[Problem]:
    problems = [
        Problem(f"the table has no column '{name}'", place)
        for name in required
        if name not in header
    ]
    problems += [
        Problem(f"the table has the column '{name}' twice", where)
        for index, (name, where) in enumerate(zip(header, places, strict=True))
        if name and name in header[:index]
    ]
    if "*" not in optional:
        known = [*required, *optional]
        problems += [
            Problem(f"'{name}' is not a column of this table", where, did_you_mean(name, known))
            for name, where in zip(header, places, strict=True)
            if name not in known
        ]
    return problems


def _columns(line: str, cells: list[str]) -> list[int]:
    """The one-based column at which the text of each cell begins."""
    columns, position = [], 0
    for cell in cells:
        quoted = line[position : position + 1] == '"'
        columns.append(position + 1 + quoted)
        raw = len(cell) + cell.count('"') if quoted else len(cell)
        position += raw + (2 if quoted else 0) + 1
    return columns
