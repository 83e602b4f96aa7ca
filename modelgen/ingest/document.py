"""A document as its reader gives it, alike for HTML, text and PDF: numbered lines, and tables of cells.

A reader says where everything stands and what is printed there; what it means is left to `meaning`. A cell
spans columns of its table's own grid, [left, right): the columns of an HTML table after spans, the characters
of a line of text. So a heading stands above a numeral where their spans overlap, whatever the format.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple


class Origin(NamedTuple):
    """Where a cell stands in the original. HTML: the nth table of the page, nested ones counted, the nth row
    that belongs to it, the nth cell of that row, from 1. Text and PDF: the line's column, from 1.
    """

    table: int | None = None
    row: int | None = None
    cell: int | None = None
    column: int | None = None


class Tag(NamedTuple):
    """What an inline XBRL tag says of a numeral, as a second witness: magnitude in whole units, first day
    (None for an instant) and last day, and concept.
    """

    value: Decimal
    start: date | None
    end: date | None
    concept: str


class Cell(NamedTuple):
    """The text of a cell, and the columns [left, right) of its table's grid that it spans."""

    text: str
    left: int
    right: int
    origin: Origin
    tag: Tag | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its cells that hold text, from left to right, and its line in the document's
    text, from 1.

    Indent is how far the label is set in, in characters or points: comparable within a table only. Head:
    the reader knows that it stands above the columns.
    """

    cells: tuple[Cell, ...]
    line: int
    indent: float = 0.0
    head: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its number among the document's, from 1 (HTML: the original's own number), and its rows.
    `before` holds the nearest lines of text before it, nearest last. Aligned: a header's cell spans
    exactly the columns that it stands over; without, it may be a little beside them.
    """

    number: int
    rows: tuple[Row, ...]
    before: tuple[str, ...] = ()
    aligned: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A document: its name, its format (html, text, pdf), its text in numbered lines (the first is line
    1) with a table's row a line, and its tables in reading order. `notes` are sentences about what the
    reader could not read.
    """

    name: str
    format: str
    lines: tuple[str, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The numbered text, as it is kept in a deal's folder: one line after the other."""
        return "\n".join(self.lines) + "\n"
