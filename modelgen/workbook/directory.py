"""The directory of a workbook: its inputs and lines by id, its tables, and the roles of its cells.

Everything is found by the defined names of the contract (modelgen/contract.py), so it is still found after
rows, columns and sheets have been inserted, moved or renamed, whatever its labels say.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import count

from modelgen.contract import (
    CHECKS,
    FIGURES,
    FORMS,
    LINES,
    MAY_LACK,
    NOTHING,
    ROLES,
    STAMPS,
    VERSION,
    VERSION_PROPERTY,
    output_name,
    role_name,
)
from modelgen.dates import from_serial
from modelgen.problem import fail
from modelgen.text.citation import Citation, written_citation
from modelgen.text.setting import Allowed
from modelgen.workbook.contents import Area, Contents, Key, Value
from modelgen.workbook.tables import Row, Table, lost_since, tables_in

LEAF = "actual."
INPUT = "input"


@dataclass(frozen=True, slots=True)
class Entry:
    """An input or line: its cells, one for each period or a single one, and the cells with the ends of its
    periods. The first `comparatives` cells are for comparative periods; those for other kinds are `blank`.
    """

    id: str
    label: str
    unit: str
    kind: str
    cells: tuple[Key, ...]
    ends: tuple[Key, ...]
    allowed: Allowed
    comparatives: int = 0
    basis: str = ""
    formula: str = ""
    comparative: str = ""
    total: bool = False
    blank: frozenset[int] = frozenset()
    may_lack: bool = False

    @property
    def is_row(self) -> bool:
        """Whether it has a value for each period rather than one."""
        return bool(self.ends)

    @property
    def is_date(self) -> bool:
        """Whether its values are dates."""
        return self.allowed.kind == "date"

    def formulas(self, index: int) -> tuple[str, ...]:
        """The formulas, in names, that one of its cells may hold; GIVEN for a constant, NOTHING for a
        blank.
        """
        if index < self.comparatives and (self.comparative or index in self.blank):
            return (NOTHING if index in self.blank else self.comparative,)
        return (self.formula,)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure in the ledger, with the cells of its row."""

    id: str
    label: str
    unit: str
    at: Citation | None
    ties_to: str
    period: Value
    published: Key
    computed: Key
    difference: Key
    tolerance: Key
    holds: Key


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check in the list, with the cells of its row."""

    id: str
    label: str
    kind: str
    holds: Key
    largest: Key


@dataclass(frozen=True)
class Directory:
    """All inputs and lines of a workbook by id, its tables, figures and checks, the formulas of its tables of
    record by table and column, the cells that have a role, the ids of the lines that the model is about, and
    in words what parts of the contract have been lost since the workbook was built.
    """

    inputs: Mapping[str, Entry]
    lines: Mapping[str, Entry]
    figures: tuple[FigureRow, ...]
    checks: tuple[CheckRow, ...]
    tables: tuple[Table, ...]
    forms: Mapping[tuple[str, str], frozenset[str]]
    roles: Mapping[str, Key]
    outputs: tuple[str, ...]
    lost: tuple[str, ...]

    def find(self, id_: str) -> Entry | None:
        """The line or input with an id."""
        return self.lines.get(id_) or self.inputs.get(id_)

    def ids(self) -> list[str]:
        """The ids of all inputs and lines."""
        return [*self.inputs, *self.lines]


def read_directory(contents: Contents) -> Directory:
    """The directory of a workbook. Raises ModelError if modelgen did not build it, if it has another version
    of the contract, or if it has lost one of the contract's names.
    """
    version = contents.properties.get(VERSION_PROPERTY, VERSION)
    if version != VERSION:
        raise fail(
            f"{contents.path} was built by another version of modelgen (contract {version}, here "
            f"{VERSION})",
            hint="rebuild it",
        )
    tables = tables_in(contents)
    by_kind = {table.kind.name: table for table in tables}
    if LINES.name not in by_kind:
        raise fail(
            f"{contents.path} is not a workbook that modelgen built: it has no map of its lines",
            hint="audit reads any workbook; rebuild one that an older modelgen wrote",
        )
    inputs: dict[str, Entry] = {}
    lines: dict[str, Entry] = {}
    lost: list[str] = []
    for row in by_kind[LINES.name].rows:
        area = contents.names.get(row.text("id"))
        if area is None:
            lost.append(
                f"the name {row.text('id')}, or the cells it referred to, have been deleted"
            )
            continue
        entry = _entry(contents, row, area)
        if not entry.cells:
            lost.append(f"'{entry.id}' has no cell below its sheet's periods")
            continue
        if entry.kind == INPUT:
            inputs[entry.id.removeprefix(LEAF)] = entry
        else:
            lines[entry.id] = entry
    forms: dict[tuple[str, str], set[str]] = {}
    for row in by_kind[FORMS.name].rows if FORMS.name in by_kind else ():
        forms.setdefault((row.text("table"), row.text("column")), set()).add(row.text("formula"))
    roles = {
        role: (area.sheet, area.row, area.column)
        for role in ROLES
        if (area := contents.names.get(role_name(role))) is not None
    }
    return Directory(
        inputs,
        lines,
        tuple(_figures(by_kind.get(FIGURES.name))),
        tuple(_checks(by_kind.get(CHECKS.name))),
        tables,
        {key: frozenset(found) for key, found in forms.items()},
        roles,
        tuple(_outputs(contents, lines)),
        (*lost_since(contents, tables, len(roles)), *lost),
    )


def _outputs(contents: Contents, lines: Mapping[str, Entry]) -> Iterator[str]:
    """The outputs in their order: the line in whose row or cell each one's name stands."""
    rows = {cell[:2]: id_ for id_, entry in lines.items() for cell in entry.cells[:1]}
    for number in count(1):
        area = contents.names.get(output_name(number))
        if area is None:
            return
        if (id_ := rows.get((area.sheet, area.row))) is not None:
            yield id_


def period_of(end: Value) -> date | None:
    """The last day of a period from the value of its cell, None if it is not a date."""
    if isinstance(end, (int, float)) and not isinstance(end, bool) and end > 0:
        try:
            return from_serial(end)
        except OverflowError:
            return None
    return None


def _entry(contents: Contents, row: Row, area: Area) -> Entry:
    comparative = row.text("comparative")
    of_line = row.text("kind") != INPUT and comparative != NOTHING
    cells, ends = _cells(contents, area, of_line or row.text("id").startswith(LEAF))
    codes = tuple(float(code) for code in row.text("codes").split())
    return Entry(
        row.text("id"),
        row.text("label"),
        row.text("unit"),
        row.text("kind"),
        cells,
        ends,
        Allowed(
            row.text("type") or "number",
            row.flag("percent"),
            row.number("least"),
            row.number("most"),
            codes,
            row.value("optional") in (1, MAY_LACK),
            row.flag("whole"),
        ),
        sum(cell[2] < area.column for cell in cells),
        row.text("basis"),
        row.text("formula"),
        comparative,
        row.flag("total"),
        frozenset(int(column) - 1 for column in row.text("blank").split()),
        row.value("optional") == MAY_LACK,
    )


def _cells(
    contents: Contents, area: Area, compared: bool
) -> tuple[tuple[Key, ...], tuple[Key, ...]]:
    """A row's cells under all periods that the sheet's header shows; those before its own periods where it
    is `compared`, blank or not, and where one holds something all the same.
    """
    headers = contents.headers(area.sheet)
    header = next((h for h in headers if h.column <= area.column <= h.last_column), None)
    if header is None:
        return ((area.sheet, area.row, area.column),), ()
    columns = [
        column
        for column in range(header.column, header.last_column + 1)
        if _holds((area.sheet, header.row, column), contents)
        and (
            area.column <= column <= area.last_column
            or (compared and column < area.column)
            or _holds((area.sheet, area.row, column), contents)
        )
    ]
    return (
        tuple((area.sheet, area.row, column) for column in columns),
        tuple((area.sheet, header.row, column) for column in columns),
    )


def _holds(key: Key, contents: Contents) -> bool:
    return key in contents.formulas or key in contents.constants


def _figures(table: Table | None) -> Iterator[FigureRow]:
    for row in table.rows if table else ():
        yield FigureRow(
            id=row.text("id"),
            label=row.text("label"),
            unit=row.text("unit"),
            at=written_citation(row.text("cited")),
            ties_to=row.text("line"),
            period=row.value("period"),
            published=row.cells["published"],
            computed=row.cells["computed"],
            difference=row.cells["difference"],
            tolerance=row.cells["tolerance"],
            holds=row.cells["holds"],
        )


def _checks(table: Table | None) -> Iterator[CheckRow]:
    for row in table.rows if table else ():
        yield CheckRow(
            id=row.text("id"),
            label=row.text("label"),
            kind=row.text("kind"),
            holds=row.cells["holds"],
            largest=row.cells["largest"],
        )


def stamps(
    directory: Directory, values: Mapping[Key, Value]
) -> tuple[dict[str, float], frozenset[str]]:
    """The value at build of each single input, and the ids of the rows of inputs that are unchanged since."""
    built: dict[str, float] = {}
    untouched: set[str] = set()
    for table in directory.tables:
        if table.kind is not STAMPS:
            continue
        for row in table.rows:
            stamp = row.number("built")
            if stamp is not None:
                built[row.text("id")] = stamp
            if values.get(row.cells["differs"]) == 0:
                untouched.add(row.text("id"))
    return built, frozenset(untouched)
