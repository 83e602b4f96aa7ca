"""Puts a workbook's formulas in the model's names instead of addresses.

A value of the same period is written as its id, an earlier one as id[-1], one in another column as
id@2007-03-31, a whole row as id[all], adjacent cells as first:last, a cell of a table by its row and its
column's key, and any other recorded cell as record. Written so, a formula does not change when rows, columns
or sheets are inserted, moved or renamed; the map holds each line's formula as it was at build.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from openpyxl.utils.cell import get_column_letter

from modelgen.contract import FIGURES, FORMS, LINES, OTHER
from modelgen.fiscal import CALENDAR_YEAR
from modelgen.workbook.contents import Area, Contents, Key, Value, a1, tokens_of
from modelgen.workbook.directory import Directory, Entry, FigureRow, period_of
from modelgen.workbook.tables import Row, Table

_FIXED = re.compile(r"\$[A-Z]+\$?\d+$", re.IGNORECASE)
"""A cell whose column stays as a formula is copied along the periods: it is that of one of them."""


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell in a table: the table, its row, and the key of its column."""

    table: Table
    row: Row
    key: str

    def name(self, same_row: bool) -> str:
        """The cell's name in a formula: its key in the same row, elsewhere its row and key."""
        if same_row:
            return f"[{self.key}]"
        if self.table.kind is OTHER:
            return "record"
        return f"{self.table.kind.prefix}{self.row.text('id')}.{self.key}"


@dataclass
class Naming:
    """The names of a workbook's cells. `values` holds the values of all cells, from which periods are
    named.
    """

    contents: Contents
    directory: Directory
    values: Mapping[Key, Value]
    named: dict[Key, tuple[Entry, int]] = field(init=False)
    tabled: dict[Key, TableCell] = field(init=False)
    figures: dict[str, FigureRow] = field(init=False)
    _columns: dict[str, list[dict[int, int]]] = field(init=False)

    def __post_init__(self) -> None:
        self.named = {}
        for entry in [*self.directory.inputs.values(), *self.directory.lines.values()]:
            for index, cell in enumerate(entry.cells):
                self.named[cell] = (entry, index)
        self.figures = {row.id: row for row in self.directory.figures}
        self.tabled = {}
        for table in self.directory.tables:
            for row in table.rows if table.kind.name not in (LINES.name, FORMS.name) else ():
                for key, cell in row.cells.items():
                    self.tabled.setdefault(cell, TableCell(table, row, key))
        self._columns = {
            sheet: [self._numbered(area) for area in self.contents.headers(sheet)]
            for sheet in self.contents.header_of_sheet
        }

    def _numbered(self, header: Area) -> dict[int, int]:
        """The period number of each column, from its date: a column that an analyst inserted has none, and
        does not change the others. Nor does a date that was overtyped: its column is numbered by those
        beside it.
        """
        months: dict[int, int] = {}
        for column in range(header.column, header.last_column + 1):
            day = period_of(self.values.get((header.sheet, header.row, column)))
            if day is not None:
                months[column] = CALENDAR_YEAR.index(day)
        last = sorted(months.values())[-2:]
        step = (last[-1] - last[0]) or 1 if last else 1
        numbers = {column: month // step for column, month in months.items()}
        return {column: _by_neighbours(numbers, column) for column in numbers}

    def _numbers(self, cell: Key) -> dict[int, int]:
        """The period numbers of the columns among which a cell is: those of its sheet's own periods, or of a
        band; empty if it is in none.
        """
        return next((n for n in self._columns.get(cell[0], []) if cell[2] in n), {})

    def holds(self, key: Key) -> bool:
        """Whether a cell is not blank."""
        return key in self.contents.formulas or key in self.contents.constants

    def period(self, entry: Entry, index: int) -> str | None:
        """The last day of the period of one of an entry's cells."""
        day = period_of(self.values.get(entry.ends[index])) if entry.ends else None
        return day.isoformat() if day else None

    def is_header(self, key: Key) -> bool:
        """Whether a cell is in its sheet's row of period ends."""
        header = self.contents.header_of_sheet.get(key[0])
        return header is not None and key[1] == header.row and key[2] >= header.column

    def figure(self, key: Key) -> FigureRow | None:
        """The figure in whose row of the ledger a cell is, None if it is in none."""
        tabled = self.tabled.get(key)
        if tabled is None or tabled.table.kind is not FIGURES:
            return None
        return self.figures.get(tabled.row.text("id"))

    def precedents(self, key: Key) -> list[Area]:
        """The areas that a cell's formula refers to, each once."""
        areas = []
        for token in tokens_of(self.contents.formulas.get(key, "")):
            if token.type == "OPERAND" and token.subtype == "RANGE":
                area = self.contents.area(token.value, key[0])
                if area is not None and area not in areas:
                    areas.append(area)
        return areas

    def formula(self, key: Key) -> str:
        """A cell's formula, in names."""
        out = ["="]
        for token in tokens_of(self.contents.formulas[key]):
            if token.type == "OPERAND" and token.subtype == "RANGE":
                area = self.contents.area(token.value, key[0])
                fixed = _FIXED.search(token.value) is not None
                out.append(token.value if area is None else self._area_name(area, key, fixed))
            elif token.type != "WHITE-SPACE":
                out.append(token.value)
        return "".join(out)

    def _area_name(self, area: Area, key: Key, fixed: bool) -> str:
        first = (area.sheet, area.row, area.column)
        if area.is_cell:
            return self._cell_name(first, key, fixed)
        last = (area.sheet, area.last_row, area.last_column)
        if self.is_header(first) and area.row == area.last_row and area.sheet == key[0]:
            return "period_end[all]"
        one = self.named.get(first) or self.named.get((first[0], first[1], last[2]))
        other = self.named.get(last)
        if one is not None and other is not None and one[0] is other[0]:
            return f"{one[0].id}[all]"
        return f"{self._cell_name(first, key)}:{self._cell_name(last, key)}"

    def _cell_name(self, cell: Key, key: Key, fixed: bool = False) -> str:
        named = self.named.get(cell)
        if named is None:
            end = self._end_name(cell, key)
            if end:
                return end
            same_row = cell[:2] == key[:2]
            if cell in self.tabled:
                return self.tabled[cell].name(same_row)
            before = self._blank_before(cell, key)
            if before:
                return before
            if same_row:
                return f"[{get_column_letter(cell[2])}]"
            return "record" if self.holds(cell) else a1(cell)
        entry, index = named
        if not entry.is_row:
            return entry.id
        here, there = self._numbers(key), self._numbers(cell)
        if not fixed and here and there and sorted(here.values()) == sorted(there.values()):
            lag = here[key[2]] - there[cell[2]]
            if lag >= 0:
                return entry.id if lag == 0 else f"{entry.id}[-{lag}]"
        return f"{entry.id}@{self.period(entry, index)}"

    def _end_name(self, cell: Key, key: Key) -> str:
        """The name of a cell in the row of period ends of the formula's own sheet: that of its own period, or
        of an earlier one, of which the first is the blank before them; empty if it is none of these.
        """
        head = (cell[0], cell[1], key[2])
        if not self.is_header(head) or cell[0] != key[0]:
            return ""
        if cell[2] == key[2]:
            return "period_end"
        here = self._numbers(key)
        lag = here[key[2]] - here[cell[2]] if cell[2] in here else 0
        if not here or (not lag and (self.holds(cell) or cell[2] + 1 != key[2])):
            return ""
        return f"period_end[-{lag or 1}]" if lag >= 0 else ""

    def _blank_before(self, cell: Key, key: Key) -> str:
        """The name of the blank before a row's first period, as the row's previous period; empty if it is not
        that.
        """
        here = self._numbers(key)
        right = [n for n in self._columns.get(cell[0], []) if any(at > cell[2] for at in n)]
        there = min(right, key=lambda n: min(at for at in n if at > cell[2]), default={})
        after = next((column for column in sorted(there) if column > cell[2]), None)
        following = self.named.get((cell[0], cell[1], after)) if after else None
        if (
            following is not None
            and following[0].is_row
            and not self.holds(cell)
            and here.get(key[2]) == there.get(after or 0)
        ):
            return f"{following[0].id}[-1]"
        return ""


def _by_neighbours(numbers: Mapping[int, int], column: int) -> int:
    """The number of a column: one more than that before it and one less than that after it, where these
    two say the same; at an end, where the two next to it do. A comparative column stands apart.
    """
    for near, far in ((-1, 1), (-1, -2), (1, 2)):
        said = [numbers.get(column + at, 0) - at for at in (near, far) if column + at in numbers]
        at_end = near * far > 0 and column - near not in numbers
        if len(said) == 2 and said[0] == said[1] and (near * far < 0 or at_end):
            return said[0]
    return numbers[column]
