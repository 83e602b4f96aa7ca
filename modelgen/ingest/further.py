"""A statement that a document prints in more than one table: the quarter, then the year to date in a table
of its own; or the same once more.

Such a table has the title of the statement and most of its rows. With other periods, its columns are further
columns of the statement; with the same, it must print the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from modelgen.ingest.frame import THREE
from modelgen.ingest.parts import same_title
from modelgen.ingest.reading import (
    CASH,
    COMPREHENSIVE,
    INCOME,
    IngestedFigure,
    Reading,
    ReadRow,
    ReadTable,
    SourceAnomaly,
)
from modelgen.ingest.sentences import as_printed
from modelgen.ingest.statement_line import Period

_SUMMARY = 1.5
_SHARED = 0.6  # of a table's rows that are also the statement's
_FEWEST = 5  # rows that it must share


@dataclass(frozen=True, slots=True)
class Printings:
    """The tables of a statement: the first, those with further columns of it, and those that repeat it."""

    first: ReadTable
    further: tuple[ReadTable, ...]
    again: tuple[ReadTable, ...]


def printings_of(reading: Reading, statement: str) -> Printings | None:
    """The tables that are a statement, None if there are none: the first, unless a later one has many more
    rows (then the first is a summary of it); for an income statement that is printed with comprehensive
    income, that one.
    """
    tables = [t for t in reading.tables if t.statement == statement]
    if not tables and statement == INCOME:
        tables = [t for t in reading.tables if t.statement == COMPREHENSIVE]
    if not tables:
        return None
    longest = max(tables, key=_length)
    first = longest if _length(longest) > _SUMMARY * _length(tables[0]) else tables[0]
    known = _periods(first)
    further: list[ReadTable] = []
    again: list[ReadTable] = []
    for table in tables:
        own = _periods(table)
        if table is first or not own or not _is_again(first, table):
            continue
        if not own & known:
            further.append(table)
            known |= own
        elif own <= known:
            again.append(table)
    return Printings(first, tuple(further), tuple(again))


def roles_of(reading: Reading) -> dict[int, str]:
    """What each table of a statement is to a deal, by its number: further columns, the same again, a
    summary. The statement itself is not in it.
    """
    found: dict[int, str] = {}
    for statement in sorted(THREE):
        printings = printings_of(reading, statement)
        if printings is None:
            continue
        for table in reading.tables:
            if table.statement != statement or table is printings.first:
                continue
            found[table.number] = (
                "further columns of the statement"
                if table in printings.further
                else "the statement again, not taken"
                if table in printings.again
                else "not taken: the rows are not those of the statement"
            )
    return found


def lines_printed(reading: Reading) -> frozenset[int]:
    """The lines of the document's text on which the three statements stand, in whatever tables."""
    found: set[int] = set()
    for statement in THREE:
        printings = printings_of(reading, statement)
        if printings is not None:
            tables = (printings.first, *printings.further, *printings.again)
            found |= {figure.line for table in tables for figure in table.figures}
    return frozenset(found)


def in_doubt(reading: Reading) -> bool:
    """Whether something of the three statements needs review, or a part could not be read."""
    doubted = {one.line for one in reading.to_review} | {one.line for one in reading.anomalies}
    return bool(reading.notes or doubted & lines_printed(reading))


def period_in(figure: IngestedFigure, table: ReadTable) -> Period | None:
    """The period of a figure's column; a balance in the statement of cash flows stands in that of its
    column. None if no period is found: a flow without a first day is none.
    """
    if table.statement == CASH and figure.start is None:
        found = table.columns[figure.column : figure.column + 1]
        return next(((c.start, c.end) for c in found if c.start and c.end), None)
    return None if figure.end is None else (figure.start, figure.end)


def _length(table: ReadTable) -> int:
    """How many rows of a table print something."""
    return sum(bool(row.figures) for row in table.rows)


def _periods(table: ReadTable) -> set[Period]:
    """The periods of which a table prints more than a stray number."""
    found = [period for f in table.figures if (period := period_in(f, table)) is not None]
    return {period for period in set(found) if found.count(period) >= _FEWEST}


def _is_again(first: ReadTable, table: ReadTable) -> bool:
    """Whether a table is the same statement: by its title, and by its rows."""
    if not same_title(first.title, table.title):
        return False
    known = {_words(row) for row in first.rows if row.figures}
    own = [_words(row) for row in table.rows if row.figures]
    shared = sum(words in known for words in own)
    return shared >= max(_FEWEST, _SHARED * len(own))


def _words(row: ReadRow) -> str:
    return " ".join(row.label.lower().split())


def clashes(reading: Reading) -> Iterator[SourceAnomaly]:
    """The figures of a table that repeats a statement and prints another number of a row and period. Where
    many are others, the table is of another company, or reckoned otherwise: `apart` names it.
    """
    for _, table, found in _compared(reading):
        for figure, first in found if len(found) <= _most(table) else ():
            yield SourceAnomaly(
                figure.line,
                figure.printed.strip(),
                f"{figure.label} is {as_printed(figure.value, figure)} here, and "
                f"{as_printed(first.value, first)} on line {first.line}, of the same period: one of the "
                "two is misprinted, and the first is taken",
            )


def apart(reading: Reading) -> Iterator[str]:
    """A sentence about each table that repeats a statement with other numbers throughout."""
    for first, table, found in _compared(reading):
        if len(found) > _most(table):
            yield (
                f"'{table.title}' on line {table.rows[0].line} prints {len(found)} numbers that are others "
                f"on line {first.rows[0].line}, of the same rows and periods: it is of another company or "
                "reckoned otherwise, and the first is taken"
            )


def _most(table: ReadTable) -> int:
    """The most numbers of a table that may be misprints."""
    return max(2, len(table.figures) // 20)


def _compared(
    reading: Reading,
) -> Iterator[tuple[ReadTable, ReadTable, list[tuple[IngestedFigure, IngestedFigure]]]]:
    """Each statement with each table that repeats it, and the figures of that which are others."""
    for statement in sorted(THREE):
        printings = printings_of(reading, statement)
        if printings is None:
            continue
        known = _by_row(printings.first)
        for table in printings.again:
            yield (
                printings.first,
                table,
                [
                    (figure, first)
                    for key, figure in _by_row(table).items()
                    if (first := known.get(key)) is not None
                    and first.value != figure.value
                    and not (first.review or figure.review)
                ],
            )


def _by_row(table: ReadTable) -> dict[tuple[str, int, str, Period], IngestedFigure]:
    """A table's numerals by words, which of the rows with these, unit and period."""
    found: dict[tuple[str, int, str, Period], IngestedFigure] = {}
    seen: dict[str, int] = {}
    for row in table.rows:
        if not row.figures:
            continue
        words = _words(row)
        seen[words] = seen.get(words, 0) + 1
        for figure in row.figures:
            period = period_in(figure, table)
            if period is not None and not figure.is_nil:
                found[words, seen[words], figure.unit, period] = figure
    return found
