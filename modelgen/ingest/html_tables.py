"""A table and a row of an HTML page while their ends have not come: which columns their cells span."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from modelgen.ingest.bounds import MOST_COLUMNS
from modelgen.ingest.dashes import Signed
from modelgen.ingest.document import Cell, Row
from modelgen.ingest.numerals import numeral, year_of
from modelgen.ingest.style import PLAIN, Look

_DIGITS = 9  # of a span; more say no more
_COLUMN = 6.0  # points that a column of blanks before a label sets it in


@dataclass(slots=True)
class OpenRow:
    """A row whose end has not come: the number of its table, which of the table's rows it is, the columns
    taken from above, its cells so far that hold text, how many came, the column at which the next begins, how
    far its label is set in. Loose: a table stands in it, and the rest of its text is running text.
    """

    table: int
    number: int
    taken: dict[int, int]
    found: list[Cell] = field(default_factory=list)
    count: int = 0
    column: int = 0
    width: int = 1
    look: Look = PLAIN
    indent: float = 0.0
    loose: bool = False

    def place(self, attributes: Mapping[str, str], spans: dict[int, int]) -> None:
        """Finds the columns of the next cell, as wide and tall as its spans say. A tall one is noted in the
        table's `spans`.
        """
        if self.taken:
            while self.column in self.taken:
                self.column += 1
        width, height = attributes.get("colspan"), attributes.get("rowspan")
        self.width = _span(width) if width else 1
        if height and height != "1" and self.column < MOST_COLUMNS:
            rows = _span(height)
            for at in range(self.column, self.column + self.width):
                spans[at] = rows + (at in self.taken)

    @property
    def set_in(self) -> float:
        """How far the row's label is set in, in points: by blank columns before it, or within its cell."""
        left = self.found[0].left
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
        return OpenRow(self.number, self.count, dict(self.spans))

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
