"""What a workbook says of itself: its inputs and lines by id, its figures and its checks.

The map, the ledger of figures and the list of checks are found by defined names, and their columns
by their heads, so that they are found after rows, columns and sheets were inserted or renamed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from modelgen.dates import from_serial
from modelgen.problem import ModelError, Problem, did_you_mean, fail
from modelgen.recalc.contents import Area, Contents, Key, Value
from modelgen.text.printed import BadValueError, typed_date, typed_number

MAP, FIGURES, CHECKS = "modelgen.map", "modelgen.figures", "modelgen.checks"
STAMP = "modelgen.stamp."
LEAF = "actual."


@dataclass(frozen=True, slots=True)
class Entry:
    """An input or line: its cells, one for each period or a single one, and the cells of the ends
    of its periods.
    """

    id: str
    label: str
    unit: str
    kind: str
    cells: tuple[Key, ...]
    ends: tuple[Key, ...]
    basis: str = ""
    formula: str = ""

    @property
    def is_row(self) -> bool:
        """Whether it has a value for each period."""
        return bool(self.ends)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure of the ledger, by its cells."""

    id: str
    label: str
    unit: str
    source: str
    line: int
    ties_to: str
    period: Value
    published: Key
    computed: Key
    difference: Key
    tolerance: Key
    holds: Key


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check of the list, by its cells."""

    id: str
    label: str
    kind: str
    holds: Key
    largest: Key


@dataclass(frozen=True)
class Directory:
    """All entries of a workbook's map, by id, with its figures and checks."""

    inputs: Mapping[str, Entry]
    lines: Mapping[str, Entry]
    figures: tuple[FigureRow, ...]
    checks: tuple[CheckRow, ...]


def read_directory(contents: Contents) -> Directory:
    """The directory of a workbook. Raises ModelError when it is not one of modelgen's."""
    if MAP not in contents.names:
        raise fail(
            f"{contents.path} is not a workbook that modelgen built: it has no map of its lines"
        )
    inputs: dict[str, Entry] = {}
    lines: dict[str, Entry] = {}
    for row in _table(contents, MAP):
        id_, kind = str(row.value("Id")), str(row.value("Kind"))
        area = contents.names.get(id_)
        if area is None:
            continue
        cells, ends = _cells(contents, area)
        if not cells:
            raise fail(f"{contents.path} is damaged: '{id_}' has no cell under its sheet's periods")
        basis = str(row.value("Source or basis") or "")
        formula = str(row.value("Formula in names") or "")
        entry = Entry(
            id_, str(row.value("Line")), str(row.value("Unit")), kind, cells, ends, basis, formula
        )
        if kind == "input":
            inputs[id_.removeprefix(LEAF)] = entry
        else:
            lines[id_] = entry
    return Directory(inputs, lines, _figures(contents), _checks(contents))


def settings_to_changes(
    directory: Directory,
    settings: Mapping[str, str],
    contents: Contents,
    values: Mapping[Key, Value],
) -> dict[Key, Value]:
    """The cells that --set ID=VALUE and ID@PERIOD=VALUE change. Raises ModelError with all problems."""
    problems: list[Problem] = []
    changes: dict[Key, Value] = {}
    for setting, text in settings.items():
        id_, _, period = setting.partition("@")
        entry = directory.inputs.get(id_)
        if entry is None:
            what = "is computed, not an input" if id_ in directory.lines else "is not an input"
            problems.append(Problem(f"'{id_}' {what}", None, did_you_mean(id_, directory.inputs)))
            continue
        try:
            value = float(typed_date(text)) if entry.unit == "date" else typed_number(text)
        except BadValueError as error:
            problems.append(Problem(f"{id_}: {error}"))
            continue
        if entry.is_row != bool(period):
            how = "one value: no @period" if period else f"a value a period: {id_}@2007-03={text}"
            problems.append(Problem(f"'{id_}' has {how}"))
            continue
        found = (
            [
                cell
                for cell, end in zip(entry.cells, entry.ends, strict=True)
                if period in _period_names(values.get(end))
            ]
            if entry.is_row
            else [entry.cells[0]]
        )
        if not found:
            problems.append(Problem(f"'{id_}' has no period {period}"))
            continue
        changes |= dict.fromkeys(found, value)
    for key in changes:
        if key in contents.formulas:
            problems.append(
                Problem(f"{key[0]}, row {key[1]} holds a formula where an input belongs")
            )
    if problems:
        raise ModelError(problems)
    return changes


def _period_names(end: Value) -> tuple[str, ...]:
    day = period_of(end)
    return (day.isoformat(), day.isoformat()[:7]) if day else ()


def period_of(end: Value) -> date | None:
    """The last day of a period, from its cell."""
    if isinstance(end, (int, float)) and not isinstance(end, bool) and end > 0:
        return from_serial(end)
    return None


def _cells(contents: Contents, area: Area) -> tuple[tuple[Key, ...], tuple[Key, ...]]:
    """A row's cells under all periods that the sheet's header shows, comparatives included."""
    header = contents.header_of_sheet.get(area.sheet)
    if header is None or not header.column <= area.column <= header.last_column:
        return ((area.sheet, area.row, area.column),), ()
    columns = [
        column
        for column in range(header.column, header.last_column + 1)
        if _holds((area.sheet, header.row, column), contents)
        and (
            area.column <= column <= area.last_column
            or _holds((area.sheet, area.row, column), contents)
        )
    ]
    return (
        tuple((area.sheet, area.row, column) for column in columns),
        tuple((area.sheet, header.row, column) for column in columns),
    )


def _holds(key: Key, contents: Contents) -> bool:
    return key in contents.formulas or key in contents.constants


@dataclass(frozen=True)
class _Row:
    contents: Contents
    sheet: str
    row: int
    columns: Mapping[str, int]

    def key(self, head: str) -> Key:
        """The cell under a head. Raises ModelError when the table has no such column."""
        if head not in self.columns:
            raise fail(f"{self.contents.path}: the table on '{self.sheet}' has no column '{head}'")
        return (self.sheet, self.row, self.columns[head])

    def value(self, head: str) -> Value:
        """The constant under a head."""
        return self.contents.constants.get(self.key(head))


def _table(contents: Contents, name: str) -> list[_Row]:
    area = contents.names.get(name)
    if area is None:
        return []
    heads = {
        str(contents.constants.get((area.sheet, area.row, column))): column
        for column in range(area.column, area.last_column + 1)
    }
    rows = [
        _Row(contents, area.sheet, row, heads) for row in range(area.row + 1, area.last_row + 1)
    ]
    return [
        row
        for row in rows
        if any(_holds((row.sheet, row.row, c), contents) for c in heads.values())
    ]


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A row of a table of record (figures, checks, stamps): what it is about, its cells by head."""

    subject: str
    cells: Mapping[str, Key]


def record_tables(contents: Contents) -> list[list[RecordRow]]:
    """The tables of record of a workbook; each row is about a line, a check or an input."""
    tables = []
    for name in contents.names:
        if name not in (FIGURES, CHECKS) and not name.startswith(STAMP):
            continue
        head = {FIGURES: "Ties to", CHECKS: "Check"}.get(name, "Input")
        rows = [
            RecordRow(str(row.value(head)), {h: row.key(h) for h in row.columns})
            for row in _table(contents, name)
        ]
        tables.append(rows)
    return tables


def stamps(
    contents: Contents, values: Mapping[Key, Value]
) -> tuple[dict[str, float], frozenset[str]]:
    """What each input of one value was at build, and the rows of inputs that are as they were."""
    built: dict[str, float] = {}
    untouched: set[str] = set()
    for name in contents.names:
        for row in _table(contents, name) if name.startswith(STAMP) else ():
            id_, stamp = str(row.value("Input")), row.value("At build")
            if isinstance(stamp, float):
                built[id_] = stamp
            if values.get(row.key("Differs (1)")) == 0:
                untouched.add(id_)
    return built, frozenset(untouched)


def _figures(contents: Contents) -> tuple[FigureRow, ...]:
    found = []
    for row in _table(contents, FIGURES):
        source, _, line = str(row.value("Source")).rpartition(" ")
        found.append(
            FigureRow(
                id=str(row.value("Figure")),
                label=str(row.value("Line")),
                unit=str(row.value("Unit")),
                source=source,
                line=int(line) if line.isdigit() else 0,
                ties_to=str(row.value("Ties to")),
                period=row.value("Period to"),
                published=row.key("Published"),
                computed=row.key("Computed"),
                difference=row.key("Difference"),
                tolerance=row.key("Tolerance"),
                holds=row.key("Holds"),
            )
        )
    return tuple(found)


def _checks(contents: Contents) -> tuple[CheckRow, ...]:
    return tuple(
        CheckRow(
            id=str(row.value("Check")),
            label=str(row.value("Line")),
            kind=str(row.value("Kind")),
            holds=row.key("Holds"),
            largest=row.key("Largest difference"),
        )
        for row in _table(contents, CHECKS)
    )
