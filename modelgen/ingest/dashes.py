"""A dash in a cell of its own before a numeral's: a minus sign, or a printed nothing of the column before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from modelgen.ingest.document import Cell, Row
from modelgen.ingest.numerals import numeral


@dataclass(frozen=True, slots=True)
class Signed:
    """A cell that a dash was put to, and the two cells that it was made of."""

    whole: Cell
    dash: Cell
    digits: Cell


def apart(rows: Sequence[Row], signed: Sequence[Signed]) -> list[Row]:
    """The rows with each dash a cell of its own that stands where other rows have numerals of a column."""
    wholes = {id(one.whole): one for one in signed}
    columns = {
        cell.left
        for row in rows
        for cell in row.cells
        if id(cell) not in wholes and cell.text[-1:].isdigit() and numeral(cell.text)
    }
    return [replace(row, cells=tuple(_parts(row.cells, wholes, columns))) for row in rows]


def _parts(cells: Sequence[Cell], wholes: dict[int, Signed], columns: set[int]) -> list[Cell]:
    found: list[Cell] = []
    for cell in cells:
        one = wholes.get(id(cell))
        if one is not None and one.dash.left in columns:
            found += [one.dash, one.digits]
        else:
            found.append(cell)
    return found
