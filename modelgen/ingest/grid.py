"""The grid of a table: which columns hold numerals, which rows are headers, headings or data, and which
header words stand above which column.

Everything goes by where cells stand. A header belongs to the columns that it overlaps; where a row has as
many header cells as there are columns, each to each.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

from modelgen.ingest.document import Cell, Row, Table
from modelgen.ingest.numerals import Numeral, numeral, year_of
from modelgen.ingest.words import words_of

HEADER, HEADING, DATA = "header", "heading", "data"
_MARK = re.compile(r"\(\d{1,2}\)$")
_NEAR = 2  # columns by which a header may stand beside the column that it belongs to
_LONGEST_HEADER = 90  # characters of a header cell; more is a sentence


class Value(NamedTuple):
    """A numeral of a row and the index of its column."""

    cell: Cell
    numeral: Numeral
    column: int


@dataclass(slots=True)
class GridRow:
    """A row with its kind, its label, its numerals, and for a header the cells above the columns."""

    row: Row
    kind: str
    label: str = ""
    values: list[Value] = field(default_factory=list)
    heads: list[Cell] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's columns of numerals, [left, right) each, and its rows."""

    columns: tuple[tuple[int, int], ...]
    rows: tuple[GridRow, ...]
    aligned: bool = False


def grid_of(table: Table) -> Grid:
    """The grid of a table."""
    sorted_rows = [_first_look(row, table.aligned) for row in table.rows]
    columns = _columns(sorted_rows)
    stub = _stub(sorted_rows, columns) if columns and not table.aligned else 1
    rows = []
    seen_data = False
    for row, numbers in sorted_rows:
        made = _row(row, numbers, columns, stub, seen_data)
        seen_data = seen_data or made.kind == DATA
        rows.append(made)
    return Grid(tuple(columns), tuple(rows), table.aligned)


def numbers_notes(grid: Grid) -> bool:
    """Whether the first column numbers notes: some rows have a small whole number there, others nothing."""
    if len(grid.columns) < 2:
        return False
    first = [value for row in grid.rows for value in row.values if value.column == 0]
    rows = sum(bool(row.values) for row in grid.rows)
    plain = all(value.cell.text.isdigit() and len(value.cell.text) <= 2 for value in first)
    return plain and len(first) < rows


def percentages(grid: Grid) -> frozenset[int]:
    """The columns of percentages whose sign stands only with their first and last numeral."""
    if not any(value.numeral.percent for row in grid.rows for value in row.values):
        return frozenset()
    found: dict[int, list[Numeral]] = {}
    for row in grid.rows:
        for value in row.values:
            if not value.numeral.nil:
                found.setdefault(value.column, []).append(value.numeral)
    return frozenset(
        column
        for column, numbers in found.items()
        if len(numbers) > 2
        and numbers[0].percent
        and numbers[-1].percent
        and all(not number.currency and abs(number.value) < 1000 for number in numbers)
    )


_Look = tuple[Row, list[tuple[Cell, Numeral]]]


def _first_look(row: Row, aligned: bool) -> _Look:
    """A row with its cells that are numerals, but for a label that is one (a year, a number of an item)."""
    if row.head:
        return row, []
    found = [(cell, number) for cell in row.cells if (number := numeral(cell.text)) is not None]
    if aligned:
        found = [look for look in found if look[0].left > 0]
    if len(found) > 1 and found[0][0].left == 0 and year_of(found[0][0].text):
        found = found[1:]
    return row, found


def _columns(rows: list[_Look]) -> list[tuple[int, int]]:
    """The columns of numerals: spans that overlap are one. A cell much wider than most joins none."""
    spans = [
        (cell.left, cell.right)
        for row, numbers in rows
        if not _is_years(numbers)
        for cell, number in numbers
        if cell.left > 0 or len(row.cells) == len(numbers)
    ]
    if not spans:
        spans = [
            (cell.left, cell.right) for _, numbers in rows for cell, _ in numbers if cell.left > 0
        ]
    if not spans:
        return []
    widest = 1.8 * median(right - left for left, right in spans) + 1
    merged: list[list[int]] = []
    for left, right in sorted(set(spans)):
        if right - left > widest:
            continue
        if merged and left < merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], right)
        else:
            merged.append([left, right])
    return [(left, right) for left, right in merged]


def _stub(rows: list[_Look], columns: list[tuple[int, int]]) -> int:
    """Where the columns begin: at the first, or at a currency sign before it."""
    left, right = columns[0]
    wide = [
        cell.left
        for _, numbers in rows
        for cell, _ in numbers
        if 0 < cell.left < left < cell.right <= right + _NEAR
    ]
    return min(wide, default=left)


def _is_years(numbers: list[tuple[Cell, Numeral]]) -> bool:
    return bool(numbers) and all(year_of(cell.text) for cell, _ in numbers)


def _row(
    row: Row,
    numbers: list[tuple[Cell, Numeral]],
    columns: list[tuple[int, int]],
    stub: int,
    seen: bool,
) -> GridRow:
    """A row with its kind. `stub`: where the columns begin; `seen`: whether there were data above."""
    label = _label(row, numbers, stub)
    if row.head:
        heads = [cell for cell in row.cells if cell.left >= stub]
        return GridRow(row, HEADER if heads else HEADING, label, heads=heads)
    if (not seen or not label) and _is_years(numbers):
        return GridRow(row, HEADER, label, heads=_heads(row, stub))
    values = [
        Value(cell, number, at)
        for cell, number in numbers
        if (at := _column_of(cell, columns)) is not None and cell.text != label
    ]
    values = [
        value for at, value in enumerate(values) if not (at and _is_mark(values[at - 1], value))
    ]
    if values:
        return GridRow(row, DATA, _with_extra(label, row, values[0].cell.left, stub), values)
    heads = _heads(row, stub)
    short = [cell for cell in heads if len(cell.text) <= _LONGEST_HEADER]
    if short and (not seen or not label or any(not words_of(cell.text).blank for cell in heads)):
        return GridRow(row, HEADER, label, heads=short)
    return GridRow(row, HEADING, " ".join(cell.text for cell in row.cells))


def _is_mark(before: Value, value: Value) -> bool:
    """Whether a numeral is the mark of a footnote to the one before it: "(1)" in the same column."""
    return before.column == value.column and _MARK.match(value.cell.text) is not None


def _label(row: Row, numbers: list[tuple[Cell, Numeral]], stub: int) -> str:
    """The words of the stub, or a numeral there that is a label (a year, an item)."""
    words = [
        cell.text
        for cell in row.cells
        if cell.left < stub
        and (cell.right <= stub or cell.left == 0)
        and numeral(cell.text) is None
        and not _is_beside(cell, row, stub)
    ]
    if words or not row.cells:
        return " ".join(words)
    first = row.cells[0]
    if _is_beside(first, row, stub):
        return ""
    if len(numbers) < 2 or first.left >= stub or (first.right > stub and first.left > 0):
        return ""
    return first.text if numeral(first.text) else ""


def _heads(row: Row, stub: int) -> list[Cell]:
    """The cells that may stand above columns: not the stub's own, nor a title over all of the table."""
    return [
        cell
        for cell in row.cells
        if cell.left >= stub or (cell.right > stub and cell.left > 0) or _is_beside(cell, row, stub)
    ]


def _is_beside(cell: Cell, row: Row, stub: int) -> bool:
    """Whether a cell stands right before the columns, not in the stub, and says of periods what another
    cell of its row says too: a header over the place of a currency sign.
    """
    if not (0 < cell.left < stub and cell.right > stub - _NEAR):
        return False
    others = [other for other in row.cells if other.left >= stub]
    return bool(others) and not words_of(cell.text).blank and not words_of(others[0].text).blank


def _with_extra(label: str, row: Row, until: int, stub: int) -> str:
    """The label with the words between it and the numerals (a note, a date)."""
    extra = [
        cell.text
        for cell in row.cells
        if cell.left >= stub and cell.right <= until and numeral(cell.text) is None
    ]
    return " ".join([label, *extra]).strip()


def _column_of(cell: Cell, columns: list[tuple[int, int]]) -> int | None:
    """The column that a cell overlaps most."""
    for index, (left, right) in enumerate(columns):
        if left <= cell.left and cell.right <= right:
            return index
    best, most = None, 0
    for index, (left, right) in enumerate(columns):
        overlap = min(cell.right, right) - max(cell.left, left)
        if overlap > most:
            best, most = index, overlap
    return best


def heads_above(grid: Grid, cells: Sequence[Cell]) -> list[Cell | None]:
    """For each column, the header cell of one row that stands above it."""
    columns = grid.columns
    found: list[Cell | None] = []
    for left, right in columns:
        best, most = None, 0
        for cell in cells:
            overlap = min(cell.right, right) - max(cell.left, left)
            if overlap > most:
                best, most = cell, overlap
        found.append(best)
    if grid.aligned:
        return found
    if None in found:
        loose = [cell for cell in cells if not any(cell is other for other in found)]
        for at, (left, right) in enumerate(columns):
            near = [cell for cell in loose if max(cell.left - right, left - cell.right) < _NEAR]
            if found[at] is None and near:
                found[at] = near[0]
    if len(cells) == len(columns) and [cell for cell in found if cell] != list(cells):
        return list(cells)
    if None in found and cells and len(columns) % len(cells) == 0:
        size = len(columns) // len(cells)
        groups: list[Cell | None] = [cells[index // size] for index in range(len(columns))]
        if all(was is None or was is now for was, now in zip(found, groups, strict=True)):
            return groups
    return found
