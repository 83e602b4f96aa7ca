"""A table and a row of an HTML page while their ends have not come: which columns their cells span."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from modelgen.ingest.bounds import MOST_COLUMNS
from modelgen.ingest.dashes import Signed
from modelgen.ingest.document import Cell, Origin, Row, Tag
from modelgen.ingest.numerals import numeral, year_of
from modelgen.ingest.style import PLAIN, Look

_DIGITS = 9  # of a span; more say no more
_COLUMN = 6.0  # points that a column of blanks before a label sets it in


Text = tuple[int, int, str, Tag | None]
"""The text of a cell: which it is of those that take columns, from 0, and of all, from 1; and its tag."""


@dataclass(slots=True)
class OpenRow:
    """A row whose end has not come: the number of its table, which of the table's rows it is, how many cells
    came, the attributes of those that take columns, the texts so far, the look of the open cell, how far the
    label is set in. Loose: a table stands in it, and the rest of its text is running text.
    """

    table: int
    number: int
    count: int = 0
    placed: list[Mapping[str, str]] = field(default_factory=list)
    found: list[Text] = field(default_factory=list)
    look: Look = PLAIN
    indent: float = 0.0
    loose: bool = False

    def cells(self, spans: dict[int, int]) -> list[Cell]:
        """The cells that hold text in their columns, each as wide as its span says, beside those taken from
        above. `spans` are the table's, and tall cells are noted there.
        """
        taken = dict(spans)
        column, edges = 0, []
        for attributes in self.placed:
            while column in taken:
                column += 1
            width, height = attributes.get("colspan"), attributes.get("rowspan")
            right = column + (_span(width) if width else 1)
            if height and height != "1" and column < MOST_COLUMNS:
                rows = _span(height)
                for at in range(column, right):
                    spans[at] = rows + (at in taken)
            edges.append((column, right))
            column = right
        return [
            Cell(text, *edges[at], Origin(self.table, self.number, nth), tag)
            for at, nth, text, tag in self.found
            if edges[at][0] < MOST_COLUMNS
        ]

    def set_in(self, left: int) -> float:
        """How far the label is set in that stands at a column, in points: by blank columns before it, or
        within its cell.
        """
        return _COLUMN * left if left else self.indent


@dataclass(slots=True)
class OpenTable:
    """A table whose end has not come: its number, the line after which its rows begin, its rows so far,
    how many came, for each column how many rows below are still taken by a cell that spans rows, and the
    numerals that a dash was put to.
    """

    number: int
    first: int | None = None
    rows: list[Row] = field(default_factory=list)
    count: int = 0
    spans: dict[int, int] = field(default_factory=dict)
    signed: list[Signed] = field(default_factory=list)

    def row(self) -> OpenRow:
        """Its next row."""
        self.count += 1
        return OpenRow(self.number, self.count)

    def pass_row(self) -> None:
        """A row ends: what spans it from above spans one row fewer."""
        if self.spans:
            self.spans = {at: rows - 1 for at, rows in self.spans.items() if rows > 1}

    @property
    def has_numerals(self) -> bool:
        """Whether its rows hold at least two numerals that are no years: a table of figures, not of
        layout.
        """
        count = 0
        for row in self.rows:
            for cell in row.cells:
                if numeral(cell.text) and not year_of(cell.text):
                    count += 1
                    if count > 1:
                        return True
        return False


@lru_cache(maxsize=256)
def _span(text: str | None) -> int:
    """A span as written, 1 if it is none."""
    if not text or not text.isdecimal():
        return 1
    return min(max(int(text[:_DIGITS]), 1), MOST_COLUMNS)
