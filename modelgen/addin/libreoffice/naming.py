"""Formulas in the model's names instead of addresses.

A value of the same period is written as its id, an earlier one as id[-1], one in another column as
id@2007-03-31, a whole row as id[all], adjacent cells as first:last, a cell of a table by its row and
its column's key. It is the same writing as that of the map, so that a formula that differs from the
map's was overtyped.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from .cells import a1, date_of, letters, tokens
from .reading import PERIOD_ENDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .cells import Area, Key
    from .reading import Entry, Model, Row, Table

_FIXED = re.compile(r"\$[A-Z]+\$?\d+$", re.IGNORECASE)
"""A cell whose column stays as a formula is copied along the periods: it is that of one of them."""
_HALF_MONTH = timedelta(days=15)
_CHECKS_PREFIX = {"checks": "check.", "stamps": "stamp."}
FIGURES = "figures"


class Naming:
    """The names of a workbook's cells: `named` gives the entry and the index of a cell of an input or line,
    `tabled` the table, row and key of a cell of a table.
    """

    def __init__(self, model: Model) -> None:
        self.model, self.book = model, model.book
        self.named: dict[Key, tuple[Entry, int]] = {}
        for entry in [*model.inputs.values(), *model.lines.values()]:
            for index, cell in enumerate(entry.cells):
                self.named[cell] = (entry, index)
        self.tabled: dict[Key, tuple[Table, Row, str]] = {}
        for table in model.tables:
            for row in table.rows if table.kind not in ("lines", "forms") else ():
                for key, cell in row.cells.items():
                    self.tabled.setdefault(cell, (table, row, key))
        self._columns = {
            sheet: [self._numbered(area) for area in areas]
            for sheet, areas in model.headers.items()
        }

    def is_header(self, key: Key) -> bool:
        """Whether a cell is in its sheet's row of period ends."""
        header = self.book.areas.get(PERIOD_ENDS, {}).get(key[0])
        return header is not None and key[1] == header.row and key[2] >= header.column

    def figure(self, key: Key) -> Row | None:
        """The row of the ledger of figures that a cell is in, None if it is in none."""
        tabled = self.tabled.get(key)
        return tabled[1] if tabled is not None and tabled[0].kind == FIGURES else None

    def precedents(self, key: Key) -> list[Area]:
        """The areas that a cell's formula refers to, each once."""
        areas: list[Area] = []
        for kind, text in tokens(self.book.formulas.get(key, "")):
            area = self.book.area(text, key[0]) if kind in ("area", "word") else None
            if area is not None and area not in areas:
                areas.append(area)
        return areas

    def formula(self, key: Key) -> str:
        """A cell's formula, in names."""
        out = ["="]
        for kind, text in tokens(self.book.formulas[key]):
            area = self.book.area(text, key[0]) if kind in ("area", "word") else None
            if area is not None:
                out.append(self._area_name(area, key, _FIXED.search(text) is not None))
            elif kind != "space":
                out.append(text)
        return "".join(out)

    def _numbered(self, header: Area) -> dict[int, int]:
        """The period number of each column, from its date: a column that was inserted has none, and a
        date that was overtyped is numbered by those beside it.
        """
        months: dict[int, int] = {}
        for column in range(header.column, header.last_column + 1):
            value = self.book.value((header.sheet, header.row, column))
            day = date_of(value)
            if day is not None:
                near = day - _HALF_MONTH
                months[column] = near.year * 12 + near.month - 1
        last = sorted(months.values())[-2:]
        step = (last[-1] - last[0]) or 1 if last else 1
        numbers = {column: month // step for column, month in months.items()}
        return {column: _by_neighbours(numbers, column) for column in numbers}

    def _numbers(self, cell: Key) -> dict[int, int]:
        return next((n for n in self._columns.get(cell[0], []) if cell[2] in n), {})

    def _area_name(self, area: Area, key: Key, fixed: bool) -> str:
        first, last = area.first, (area.sheet, area.last_row, area.last_column)
        if area.is_cell:
            return self._cell_name(first, key, fixed)
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
            return self._unnamed(cell, key)
        entry, index = named
        if not entry.ends:
            return entry.id
        here, there = self._numbers(key), self._numbers(cell)
        if not fixed and here and there and sorted(here.values()) == sorted(there.values()):
            lag = here[key[2]] - there[cell[2]]
            if lag >= 0:
                return entry.id if lag == 0 else f"{entry.id}[-{lag}]"
        return f"{entry.id}@{self.model.period(entry, index) or None}"

    def _unnamed(self, cell: Key, key: Key) -> str:
        """The name of a cell that belongs to no input or line."""
        end = self._end_name(cell, key)
        if end:
            return end
        same_row = cell[:2] == key[:2]
        if cell in self.tabled:
            table, row, column = self.tabled[cell]
            if same_row:
                return f"[{column}]"
            prefix = _CHECKS_PREFIX.get(table.kind, "")
            return "record" if table.kind == "table" else f"{prefix}{row.text('id')}.{column}"
        before = self._blank_before(cell, key)
        if before:
            return before
        if same_row:
            return f"[{letters(cell[2])}]"
        return "record" if cell in self.book.values else a1(cell)

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
        if not here or (not lag and (cell in self.book.values or cell[2] + 1 != key[2])):
            return ""
        return f"period_end[-{lag or 1}]" if lag >= 0 else ""

    def _blank_before(self, cell: Key, key: Key) -> str:
        """The name of the blank before a row's first period, as the row's previous period; empty if it is not
        that.
        """
        if cell in self.book.values:
            return ""
        here = self._numbers(key)
        right = [n for n in self._columns.get(cell[0], []) if any(at > cell[2] for at in n)]
        there = min(right, key=lambda n: min(at for at in n if at > cell[2]), default={})
        after = next((column for column in sorted(there) if column > cell[2]), None)
        following = self.named.get((cell[0], cell[1], after)) if after else None
        if following is None or not following[0].ends:
            return ""
        same = here.get(key[2]) == there.get(after or 0)
        return f"{following[0].id}[-1]" if same else ""


def _by_neighbours(numbers: Mapping[int, int], column: int) -> int:
    """The number of a column: one more than that before it and one less than that after it, where these
    two say the same; at an end, where the two next to it do. A comparative column stands apart.
    """
    for near, far in ((-1, 1), (-1, -2), (1, 2)):
        said = [numbers[column + at] - at for at in (near, far) if column + at in numbers]
        at_end = near * far > 0 and column - near not in numbers
        if len(said) == 2 and said[0] == said[1] and (near * far < 0 or at_end):
            return said[0]
    return numbers[column]
