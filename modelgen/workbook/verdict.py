"""Makes the verdict on a workbook, from an engine's values and the file itself."""

from collections.abc import Iterator, Mapping

from modelgen.contract import ACTUAL, NO_BASIS, NO_VALUE, PERIOD_FLAGS
from modelgen.verdict import Check, Tie, Unreadable, Verdict, worst_of
from modelgen.workbook.contents import ERRORS, Key, Value, a1
from modelgen.workbook.directory import LEAF, CheckRow, Entry, FigureRow
from modelgen.workbook.fingerprint import overtyped
from modelgen.workbook.naming import Naming
from modelgen.workbook.recalculate import Recalculation


def verdict_of(found: Recalculation, allow_overtyped: bool = False) -> Verdict:
    """The verdict on a recalculated workbook. The contents of inputs are judged from the file and the
    settings, not from an engine: engines differ on a text that looks like a number.
    """
    naming = Naming(found.contents, found.directory, found.values)
    return Verdict(
        tuple(_tie(found, row) for row in found.directory.figures),
        tuple(_check(found, row) for row in found.directory.checks),
        tuple(overtyped(naming)),
        tuple(unreadable(found, found.changes)),
        tuple(_errors(found)),
        found.directory.lost,
        found.forced,
        allow_overtyped,
        tuple(sorted(i for i, e in found.directory.inputs.items() if NO_BASIS in e.basis)),
        tuple(sorted(_missing(found))),
    )


def _missing(found: Recalculation) -> Iterator[str]:
    """The inputs of a draft that still hold what stands for a value that nobody has given."""
    for id_, entry in found.directory.inputs.items():
        if NO_VALUE in entry.basis:
            zero = entry.allowed.nearest_to_zero()
            held = [found.changes.get(c, found.contents.constants.get(c)) for c in entry.cells]
            if zero in held:
                yield id_


def _check(found: Recalculation, row: CheckRow) -> Check:
    holds = found.value(row.holds) == 1
    entry = found.directory.find(row.id)
    period = None
    if not holds and entry is not None and entry.ends:
        worst = worst_of([found.value(cell) for cell in entry.cells])
        period = None if worst is None else found.period(entry.ends[worst])
    return Check(row.id, row.label, row.kind, holds, found.value(row.largest), period)


def _tie(found: Recalculation, row: FigureRow) -> Tie:
    entry = found.directory.find(row.ties_to)
    is_date = entry is not None and entry.is_date
    return Tie(
        row.id,
        row.label,
        row.ties_to,
        found.day(row.period),
        found.shown(row.published, is_date),
        found.shown(row.computed, is_date),
        found.value(row.difference),
        found.value(row.tolerance),
        row.unit,
        row.at.source if row.at else "",
        row.at.place if row.at else "",
        found.value(row.holds) == 1,
    )


def unreadable(found: Recalculation, changes: Mapping[Key, Value]) -> Iterator[Unreadable]:
    """The cells of inputs that do not hold an allowed value: a formula, a text, a boolean, a blank where a
    value is needed, or a number out of range. Cells that settings have changed are not checked here.
    """
    for id_, entry in found.directory.inputs.items():
        for cell in entry.cells:
            if cell not in changes:
                message = _content_problem(found, cell, entry)
                if message:
                    yield Unreadable(a1(cell), id_, message)


def _content_problem(found: Recalculation, cell: Key, entry: Entry) -> str:
    """Why the content of an input's cell cannot be used; empty if it can."""
    contents = found.contents
    if cell in contents.formulas:
        return f"holds the formula {contents.formulas[cell]}, but should hold an input's value"
    value = contents.constants.get(cell)
    if entry.cells.index(cell) in entry.blank:
        return (
            "" if value is None else "should be blank: the comparative period is not for its kind"
        )
    if value is None:
        if entry.id.startswith(LEAF) and entry.allowed.optional:
            if entry.may_lack or not _is_actual(found, cell):
                return ""
            period = found.period(entry.ends[entry.cells.index(cell)])
            return f"is blank, but should hold a number: the period ending {period} is actual"
        return "" if entry.allowed.optional else "is blank, but should hold a number"
    if isinstance(value, bool):
        return f"holds {str(value).upper()}, but should hold a number"
    if isinstance(value, str):
        return f"holds the text '{value}', but should hold a number"
    wrong = entry.allowed.problem(value)
    return (
        f"holds {entry.allowed.words(value)}, which is out of range: {entry.allowed.range_words()}"
        if wrong
        else ""
    )


def _is_actual(found: Recalculation, cell: Key) -> bool:
    """Whether the period of a cell is flagged as actual."""
    flags = found.contents.areas[PERIOD_FLAGS].get(cell[0])
    return flags is not None and found.value((cell[0], flags.row, cell[2])) == ACTUAL


def _errors(found: Recalculation) -> Iterator[str]:
    """In words, the lines that show an error, each once."""
    for id_, entry in found.directory.lines.items():
        for index, cell in enumerate(entry.cells):
            value = found.value(cell)
            if isinstance(value, str) and value in ERRORS:
                period = found.day(found.value(entry.ends[index])) if entry.ends else None
                yield f"{id_} shows {value}{f' in the period ending {period}' if period else ''} ({a1(cell)})"
                break
