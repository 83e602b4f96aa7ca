"""A workbook's formulas with the model's names where addresses stand.

This period's value is said by its id, an earlier one as id[-1], the value of another column as
id@2007-03-31, a whole row as id[all], neighbouring cells as first:last, a cell of the ledger by its
figure and column, another cell of record as record. So said, a formula does not change when rows,
columns or sheets are inserted, moved or renamed; the map holds what each line's formula was at build.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from openpyxl.formula import Tokenizer
from openpyxl.utils.cell import get_column_letter

from modelgen.recalc.contents import Area, Contents, Key, Value, a1
from modelgen.recalc.directory import (
    FIGURES,
    Directory,
    Entry,
    FigureRow,
    RecordRow,
    period_of,
    record_tables,
)


@dataclass
class Naming:
    """The names of a workbook's cells. `values` are all cells' values: periods are named by them."""

    contents: Contents
    directory: Directory
    values: Mapping[Key, Value]
    named: dict[Key, tuple[Entry, int]] = field(init=False)
    figures: dict[Key, FigureRow] = field(init=False)
    _columns: dict[str, dict[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        self.named = {}
        for entry in [*self.directory.inputs.values(), *self.directory.lines.values()]:
            for index, cell in enumerate(entry.cells):
                self.named[cell] = (entry, index)
        self.figures = {}
        ledger = self.contents.names.get(FIGURES)
        for row in self.directory.figures if ledger else ():
            assert ledger is not None
            for column in range(ledger.column, ledger.last_column + 1):
                self.figures[(row.published[0], row.published[1], column)] = row
        self._columns = {
            sheet: {column: i for i, column in enumerate(range(area.column, area.last_column + 1))}
            for sheet, area in self.contents.header_of_sheet.items()
        }

    def holds(self, key: Key) -> bool:
        """Whether a cell is not blank."""
        return key in self.contents.formulas or key in self.contents.constants

    def period(self, entry: Entry, index: int) -> str | None:
        """The last day of the period of one of an entry's cells."""
        day = period_of(self.values.get(entry.ends[index])) if entry.ends else None
        return day.isoformat() if day else None

    def is_header(self, key: Key) -> bool:
        """Whether a cell stands in its sheet's row of period ends."""
        header = self.contents.header_of_sheet.get(key[0])
        return header is not None and key[1] == header.row and key[2] >= header.column

    def head(self, key: Key) -> str:
        """The head of a column of the ledger of figures."""
        ledger = self.contents.names[FIGURES]
        return str(self.contents.constants.get((key[0], ledger.row, key[2]), "")).lower()

    def precedents(self, key: Key) -> list[Area]:
        """The areas that a cell's formula refers to."""
        areas = []
        for token in Tokenizer(self.contents.formulas.get(key, "")).items:
            if token.type == "OPERAND" and token.subtype == "RANGE":
                area = self.contents.area(token.value, key[0])
                if area is not None and area not in areas:
                    areas.append(area)
        return areas

    def formula(self, key: Key) -> str:
        """A cell's formula in names."""
        out = ["="]
        for token in Tokenizer(self.contents.formulas[key]).items:
            if token.type == "OPERAND" and token.subtype == "RANGE":
                area = self.contents.area(token.value, key[0])
                out.append(token.value if area is None else self._said(area, key))
            elif token.type != "WHITE-SPACE":
                out.append(token.value)
        return "".join(out)

    def _said(self, area: Area, key: Key) -> str:
        first = (area.sheet, area.row, area.column)
        if area.is_cell:
            return self._said_cell(first, key)
        last = (area.sheet, area.last_row, area.last_column)
        if self.is_header(first) and area.row == area.last_row and area.sheet == key[0]:
            return "period_end[all]"
        one = self.named.get(first) or self.named.get((first[0], first[1], last[2]))
        other = self.named.get(last)
        if one is not None and other is not None and one[0] is other[0]:
            return f"{one[0].id}[all]"
        return f"{self._said_cell(first, key)}:{self._said_cell(last, key)}"

    def _said_cell(self, cell: Key, key: Key) -> str:
        named = self.named.get(cell)
        if named is None:
            if self.is_header(cell) and cell[0] == key[0] and cell[2] == key[2]:
                return "period_end"
            beside = cell[:2] == key[:2]
            if cell in self.figures:
                head = self.head(cell)
                return (
                    f"[{head}]" if beside else f"{self.figures[cell].id}.{head.replace(' ', '_')}"
                )
            before = self._blank_before(cell, key)
            if before:
                return before
            if beside:
                return f"[{get_column_letter(cell[2])}]"
            return "record" if self.holds(cell) else a1(cell)
        entry, index = named
        if not entry.is_row:
            return entry.id
        here, there = self._columns.get(key[0], {}), self._columns.get(cell[0], {})
        if key[2] in here and cell[2] in there and len(here) == len(there):
            lag = here[key[2]] - there[cell[2]]
            if lag >= 0:
                return entry.id if lag == 0 else f"{entry.id}[-{lag}]"
        return f"{entry.id}@{self.period(entry, index)}"

    def _blank_before(self, cell: Key, key: Key) -> str:
        """The blank before a row's first period, said as the row's period before."""
        following = self.named.get((cell[0], cell[1], cell[2] + 1))
        if (
            following is not None
            and following[0].is_row
            and not self.holds(cell)
            and cell[2] == key[2] - 1
        ):
            return f"{following[0].id}[-1]"
        return ""


@dataclass(frozen=True, slots=True)
class Overwritten:
    """A cell of a line whose formula is not what it was at build."""

    cell: str
    id: str
    was: str
    now: str


def overwritten(naming: Naming) -> list[Overwritten]:
    """The cells of lines and of tables of record that were overtyped, cleared, or given another formula."""
    found: list[Overwritten] = []
    for entry in naming.directory.lines.values():
        if not entry.formula:
            continue
        found += _odd_total(naming, entry)
        for cell in entry.cells:
            value = naming.contents.constants.get(cell)
            if cell in naming.contents.formulas:
                now = naming.formula(cell)
                if now != entry.formula and not _comparative(entry.formula, now):
                    found.append(Overwritten(a1(cell), entry.id, entry.formula, now))
            elif not (entry.id.endswith(".period_end") and isinstance(value, float)):
                # The ends of comparative periods are given, not computed.
                found.append(Overwritten(a1(cell), entry.id, entry.formula, _plain(value)))
    return found + [
        odd for rows in record_tables(naming.contents) for odd in _odd_records(naming, rows)
    ]


def _odd_total(naming: Naming, entry: Entry) -> Iterator[Overwritten]:
    """The total that stands before the periods of a row, where it is not the sum of the row."""
    header = naming.contents.header_of_sheet.get(entry.cells[0][0]) if entry.is_row else None
    if header is None:
        return
    heads = (
        (column, naming.contents.constants.get((header.sheet, header.row, column)))
        for column in range(1, header.column)
    )
    column = next((c for c, head in heads if isinstance(head, str) and "Total" in head), None)
    if column is None:
        return
    cell = (header.sheet, entry.cells[0][1], column)
    total = f"=SUM({entry.id}[all])"
    if cell in naming.contents.formulas and naming.formula(cell) != total:
        yield Overwritten(a1(cell), entry.id, total, naming.formula(cell))
    elif isinstance(naming.contents.constants.get(cell), float):
        yield Overwritten(a1(cell), entry.id, total, _plain(naming.contents.constants[cell]))


def _odd_records(naming: Naming, rows: list[RecordRow]) -> Iterator[Overwritten]:
    """The cells of a table of record whose formula is unlike those of its column, its subject apart."""
    for head in rows[0].cells if rows else ():
        cells = [(row, row.cells[head]) for row in rows]
        forms = {
            cell: re.sub(
                rf"(?<![\w.]){re.escape(row.subject)}(@[\d-]+|\[all\])?(?![\w.])",
                "subject",
                naming.formula(cell),
            )
            for row, cell in cells
            if cell in naming.contents.formulas
        }
        if len(forms) * 2 <= len(cells):
            continue
        counts = Counter(forms.values())
        common, most = counts.most_common(1)[0]
        for row, cell in cells:
            form = forms.get(cell)
            if form is None:
                yield Overwritten(
                    a1(cell), row.subject, common, _plain(naming.contents.constants.get(cell))
                )
            elif counts[form] == 1 < most and naming.formula(cell) != common:
                yield Overwritten(a1(cell), row.subject, common, naming.formula(cell))


def _comparative(formula: str, now: str) -> bool:
    """Whether a comparative column shows the actual part of IF(actual, part, forecast)."""
    flag, comma, rest = formula.partition(",")
    return bool(comma) and flag.startswith("=IF(") and rest.startswith(f"{now[1:]},")


def _plain(value: Value) -> str:
    return "nothing" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
