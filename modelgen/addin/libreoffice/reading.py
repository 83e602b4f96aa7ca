"""What a workbook says of itself by its contract: inputs, lines, figures, checks, stamps, outputs.

Everything is found by defined names (docs/contract.md); no label and no sheet's name is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

from .cells import Area, Cells, ItemError, day_of

if TYPE_CHECKING:
    from .cells import Key, Value

PREFIX = "modelgen."
VERSION, VERSION_PROPERTY, DEAL_PROPERTY = "1", "modelgen.contract", "modelgen.deal"
LEAF, INPUT = "actual.", "input"
GIVEN, NOTHING = "given", "nothing"
PERIOD_ENDS, PERIOD_FLAGS, ACTUAL = "period_ends", "period_flags", "Actual"
BANDS = ("ytd_ends", "fy_ends", "ltm_ends")
_MANY = ("stamps", "table")
_SINGLE = ("lines", "figures", "checks", "forms")
_NEEDED = {
    "lines": (
        *("id", "kind", "label", "unit", "basis", "formula", "comparative", "type", "percent"),
        *("least", "most", "codes", "optional", "whole", "blank"),
    ),
    "figures": (
        "id",
        "line",
        "period",
        "published",
        "computed",
        "difference",
        "tolerance",
        "holds",
    ),
    "checks": ("id", "kind", "largest", "holds"),
    "stamps": ("id", "built", "now", "differs"),
}
NOT_OURS = (
    "This workbook was not built by modelgen: it has no map of its lines. Open one that "
    "modelgen build wrote."
)


@dataclass(frozen=True)
class Row:
    """A row of a table: its cells by the keys of the columns."""

    cells: Mapping[str, Key]
    book: Cells

    def value(self, key: str) -> Value:
        """What a column holds, a constant or a computed value."""
        return self.book.value(self.cells[key]) if key in self.cells else None

    def text(self, key: str) -> str:
        """The same as text; empty if blank."""
        value = self.value(key)
        return "" if value is None else str(value)

    def number(self, key: str) -> float | None:
        """The number in a column, None if there is none."""
        value = self.value(key)
        return value if isinstance(value, float) else None


@dataclass(frozen=True)
class Table:
    """A table of the contract: its kind, the name with its number, and its rows."""

    kind: str
    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Entry:
    """An input or line: its cells, and those with the ends of their periods (none for a single value).
    `row` is its row on the map, which says what an input may hold. The first `comparatives` cells stand
    before the sheet's own periods; those numbered in `blank` stay blank there.
    """

    id: str
    kind: str
    cells: tuple[Key, ...]
    ends: tuple[Key, ...]
    row: Row
    comparatives: int
    blank: frozenset[int]

    @property
    def label(self) -> str:
        """What a person calls it."""
        return self.row.text("label")

    @property
    def unit(self) -> str:
        """Its unit in words."""
        return self.row.text("unit")

    @property
    def type(self) -> str:
        """number, date, flag or text."""
        return self.row.text("type") or "number"

    @property
    def input_id(self) -> str:
        """The id by which a deal knows an input: that of an actual value without its prefix."""
        return self.id[len(LEAF) :] if self.id.startswith(LEAF) else self.id

    def formulas(self, index: int) -> tuple[str, ...]:
        """The formula, in names, that one of its cells was built with; GIVEN for a constant, NOTHING
        for none.
        """
        comparative = self.row.text("comparative")
        if index < self.comparatives and (comparative or index in self.blank):
            return (NOTHING if index in self.blank else comparative,)
        return (self.row.text("formula"),)


@dataclass(frozen=True)
class Model:
    """A workbook as its contract describes it; `lost` says in words which names have been deleted."""

    book: Cells
    inputs: dict[str, Entry]
    lines: dict[str, Entry]
    tables: tuple[Table, ...]
    outputs: tuple[str, ...]
    lost: tuple[str, ...]
    headers: dict[str, list[Area]] = field(default_factory=dict)

    def rows(self, kind: str) -> list[Row]:
        """The rows of all tables of a kind."""
        return [row for table in self.tables if table.kind == kind for row in table.rows]

    def find(self, id_: str) -> Entry | None:
        """The line or input with an id."""
        return self.lines.get(id_) or self.inputs.get(id_)

    def period(self, entry: Entry, index: int) -> str:
        """The last day of the period of one of an entry's cells; empty if it has none."""
        return day_of(self.book.value(entry.ends[index])) if entry.ends else ""

    def role(self, role: str) -> Value:
        """The value of the cell that plays a role: status, holds, scenario."""
        area = self.book.names.get(f"{PREFIX}role.{role}")
        return self.book.value(area.first) if area else None


def read_model(book: Cells) -> Model:
    """The model in a workbook. Raises ItemError if modelgen did not build it, or if the contract is of
    another version or has lost a column.
    """
    if f"{PREFIX}lines.id" not in book.names:
        raise ItemError(NOT_OURS)
    version = book.properties.get(VERSION_PROPERTY, VERSION)
    if version != VERSION:
        raise ItemError(
            f"This workbook keeps to version {version} of the contract and this extension to {VERSION}: "
            "install the extension that the modelgen which built it writes."
        )
    names = {name: book.clipped(area) for name, area in book.names.items()}
    areas = {
        name: {sheet: book.clipped(area) for sheet, area in found.items()}
        for name, found in book.areas.items()
    }
    book = replace(book, names=names, areas=areas)
    headers = {
        sheet: [
            area
            for name in (PERIOD_ENDS, *BANDS)
            if (area := book.areas.get(name, {}).get(sheet)) is not None
        ]
        for sheet in book.sheets
    }
    tables = tuple(_tables(book))
    inputs: dict[str, Entry] = {}
    lines: dict[str, Entry] = {}
    lost = []
    for row in next(table.rows for table in tables if table.kind == "lines"):
        area = book.names.get(row.text("id"))
        entry = _entry(book, headers, row, area) if area else None
        if entry is None:
            lost.append(
                f"The name {row.text('id')}, or the cells it referred to, have been deleted."
            )
        elif entry.kind == INPUT:
            inputs[entry.input_id] = entry
        else:
            lines[entry.id] = entry
    return Model(book, inputs, lines, tables, tuple(_outputs(book, lines)), tuple(lost), headers)


def _tables(book: Cells) -> Iterator[Table]:
    found: dict[str, tuple[str, dict[str, Area]]] = {}
    for name, area in book.names.items():
        parts = name[len(PREFIX) :].split(".") if name.startswith(PREFIX) else []
        size = 2 if parts and parts[0] in _MANY else 1
        if len(parts) > size and parts[0] in (*_MANY, *_SINGLE):
            columns = found.setdefault(".".join(parts[:size]), (parts[0], {}))[1]
            columns[".".join(parts[size:])] = area
    for name, (kind, columns) in found.items():
        lacking = [key for key in _NEEDED.get(kind, ()) if key not in columns]
        if lacking:
            raise ItemError(
                f"The table {name} of this workbook has lost its column '{lacking[0]}': the name "
                f"{PREFIX}{name}.{lacking[0]} was deleted. Restore it, or build the workbook again."
            )
        lead = columns["id"] if kind in _NEEDED else next(iter(columns.values()))
        rows = []
        for offset in range(lead.last_row - lead.row + 1):
            row = Row({k: (a.sheet, a.row + offset, a.column) for k, a in columns.items()}, book)
            if kind not in _NEEDED or row.text("id"):
                rows.append(row)
        yield Table(kind, name, tuple(rows))


def _entry(book: Cells, headers: Mapping[str, list[Area]], row: Row, area: Area) -> Entry | None:
    """The entry of a row of the map, None if no cell of it is left below the periods."""
    kind, id_ = row.text("kind"), row.text("id")
    blank = frozenset(int(float(column)) - 1 for column in row.text("blank").split())
    header = next(
        (h for h in headers.get(area.sheet, ()) if h.column <= area.column <= h.last_column), None
    )
    if header is None:
        return Entry(id_, kind, (area.first,), (), row, 0, blank)
    compared = id_.startswith(LEAF) or (kind != INPUT and row.text("comparative") != NOTHING)
    columns = [
        column
        for column in range(header.column, header.last_column + 1)
        if (area.sheet, header.row, column) in book.values
        and (
            area.column <= column <= area.last_column
            or (compared and column < area.column)
            or (area.sheet, area.row, column) in book.values
        )
    ]
    if not columns:
        return None
    cells = tuple((area.sheet, area.row, column) for column in columns)
    ends = tuple((area.sheet, header.row, column) for column in columns)
    before = sum(column < area.column for column in columns)
    return Entry(id_, kind, cells, ends, row, before, blank)


def _outputs(book: Cells, lines: Mapping[str, Entry]) -> Iterator[str]:
    """The ids of the lines that the model is about, in their order."""
    rows = {entry.cells[0][:2]: id_ for id_, entry in lines.items()}
    for number in count(1):
        area = book.names.get(f"{PREFIX}output.{number}")
        if area is None:
            return
        if (area.sheet, area.row) in rows:
            yield rows[area.sheet, area.row]
