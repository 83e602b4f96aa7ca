"""CSV tables with positions: each cell knows its line and column in the file."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from modelgen.problem import ModelError, Place, Problem, did_you_mean, fail


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its cells by column name, and where each stands."""

    cells: dict[str, str]
    places: dict[str, Place]
    place: Place

    def at(self, column: str) -> Place:
        """Where a cell stands."""
        return self.places.get(column, self.place)


def read_table(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> list[Row]:
    """The rows of a CSV file; lines that begin with # are comments.

    Raises ModelError: missing file, a column that is missing or unknown, a row of another length.
    `optional` of ("*",) admits any further column.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise fail(f"there is no file {path}") from None
    except (OSError, UnicodeDecodeError):
        raise fail(f"{path} cannot be read as UTF-8 text") from None
    problems: list[Problem] = []
    header: list[str] | None = None
    rows: list[Row] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = next(csv.reader([line]))
        columns = _columns(line, cells)
        place = Place(str(path), number, 1, len(line))
        if header is None:
            header = [cell.strip() for cell in cells]
            places = [
                Place(str(path), number, c, max(1, len(n)))
                for c, n in zip(columns, header, strict=True)
            ]
            problems += _header_problems(header, places, place, required, optional)
            continue
        if len(cells) != len(header):
            problems.append(
                Problem(
                    f"the row has {len(cells)} cells; the table has {len(header)} columns", place
                )
            )
            continue
        rows.append(
            Row(
                {name: cell.strip() for name, cell in zip(header, cells, strict=True)},
                {
                    name: Place(str(path), number, column, max(1, len(cell)))
                    for name, column, cell in zip(header, columns, cells, strict=True)
                },
                place,
            )
        )
    if header is None:
        problems.append(Problem("the table has no header row", Place(str(path), 1)))
    if problems:
        raise ModelError(problems)
    return rows


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
    if "*" not in optional:
        known = [*required, *optional]
        problems += [
            Problem(f"'{name}' is not a column of this table", where, did_you_mean(name, known))
            for name, where in zip(header, places, strict=True)
            if name not in known
        ]
    return problems


def _columns(line: str, cells: list[str]) -> list[int]:
    """The one-based column at which each cell's text begins."""
    columns, position = [], 0
    for cell in cells:
        quoted = line[position : position + 1] == '"'
        columns.append(position + 1 + quoted)
        raw = len(cell) + cell.count('"') if quoted else len(cell)
        position += raw + (2 if quoted else 0) + 1
    return columns
