"""A statement that a page cuts in two: its parts are told by what the first lacks and the second has."""

import re
from collections.abc import Sequence
from dataclasses import replace

from modelgen.ingest.reading import BALANCE, CASH, INCOME, ReadColumn, ReadRow, ReadTable

_LAST = {
    BALANCE: re.compile(
        r"\bliabilities\b.*\b(?:equity|deficit|capital|deficiency|investment)\b|\bequity\s+and\s+liabilities\b"
    ),
    CASH: re.compile(
        r"\bcash\b.*\bend(?:ing)?\b|^(?:at\s+)?end\s+of\b|\bending\s+cash\b|\bclosing\b"
    ),
    INCOME: re.compile(r"\bper\s+(?:\w+\s+){0,3}?share\b|\bnet\s+\(?(?:income|loss|earnings)"),
}
_TOTAL = re.compile(r"^total\b|\bcash\b|\bper\b|\bnet\b|^end\b|\bequity\s+and\b")


def is_whole(statement: str, labels: Sequence[str]) -> bool:
    """Whether such a statement's last rows are there: its other side, cash at the end, net income.

    >>> is_whole("balance", ["Total assets", "Total liabilities and shareholders' equity"])
    True
    """
    pattern = _LAST.get(statement)
    return pattern is None or any(
        pattern.search(label.lower()) and _TOTAL.search(label.lower()) for label in labels
    )


def continues(statement: str, labels: Sequence[str], following: Sequence[str]) -> bool:
    """Whether a table's rows complete those of the statement before it, which lacks its last."""
    return (
        statement in _LAST
        and not is_whole(statement, labels)
        and len(following) >= 3
        and is_whole(statement, following)
    )


def joined(tables: Sequence[ReadTable]) -> list[ReadTable]:
    """The tables with the parts of a statement put together, where their periods agree."""
    done: list[ReadTable] = []
    for table in tables:
        last = done[-1] if done else None
        if last is not None and _belongs(last, table):
            done[-1] = _together(last, table)
        else:
            done.append(table)
    return done


def _belongs(last: ReadTable, table: ReadTable) -> bool:
    if table.statement != last.statement or table.statement not in _LAST:
        return False
    periods = [(column.start, column.end) for column in last.columns]
    same = all((column.start, column.end) in periods for column in table.columns)
    return same and not is_whole(last.statement, [row.label for row in last.rows if row.figures])


def _together(last: ReadTable, table: ReadTable) -> ReadTable:
    where = [_same(column, last.columns) for column in table.columns]
    rows = tuple(
        replace(
            row,
            figures=tuple(replace(figure, column=where[figure.column]) for figure in row.figures),
        )
        for row in table.rows
    )
    return replace(last, rows=_without_header(last.rows) + rows, parts=last.parts + table.parts)


def _same(column: ReadColumn, columns: Sequence[ReadColumn]) -> int:
    periods = [(other.start, other.end) for other in columns]
    return periods.index((column.start, column.end))


def _without_header(rows: tuple[ReadRow, ...]) -> tuple[ReadRow, ...]:
    """The rows without headings at their end: those were the foot of a page."""
    last = len(rows)
    while last and not rows[last - 1].figures and not rows[last - 1].label.rstrip().endswith(":"):
        last -= 1
    return rows[:last]
