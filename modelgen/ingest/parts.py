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
_TAIL = {
    INCOME: re.compile(
        r"\bshares?\b|\bunits?\b|\bbasic\b|\bdiluted\b|\bdilution\b|\bdividends?\b|\bcomprehensive\b|\boperations\b|\bnet\b"
    ),
    CASH: re.compile(
        r"\bcash\b|\bpaid\b|\breceived\b|\binterest\b|\btax(?:es)?\b|\baccrued\b|\bpayable\b|\bissued\b|\bissuance\b|\bleases?\b|\bnon-?cash\b"
    ),
}
_FOOT = re.compile(
    r"^\W*(?:page\s+)?[a-z]?-?\d{1,3}\W*$|\bnotes\b|\bcontinued\b|\bconcluded\b|\bunaudited\b|\btable\s+of\s+contents\b"
    r"|\b(?:in|of)\s+(?:thousands|millions|dollars|u\.s\.)|\bstatements?\b|\bsheets?\b|\band\s+subsidiaries\b|\binc\.?$|\bcorporation$|\bended\b|:$|^supplement"
)
_LONGEST_FOOT = 160  # characters
_ON = re.compile(r"\b(?:continued|cont'?d|concluded)\b", re.IGNORECASE)
_ASIDE = re.compile(r"\([^)]*\)|\b(?:continued|cont'?d|concluded|unaudited)\b\.?")
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


def is_foot(between: Sequence[str], before: Sequence[str]) -> bool:
    """Whether lines between two tables are only a page's foot and the next one's head; `before`: those before
    the first of the two, which a head may repeat.
    """
    repeated = set(before)
    return all(
        line in repeated or (len(line) < _LONGEST_FOOT and _FOOT.search(line.lower()))
        for line in between
    )


def is_tail(statement: str, labels: Sequence[str], bare: bool) -> bool:
    """Whether rows on the next page can only end such a statement: all of them, or some if they are bare of
    headers.
    """
    pattern = _TAIL.get(statement)
    if pattern is None:
        return False
    found = [bool(pattern.search(label.lower())) for label in labels]
    return any(found) if bare else all(found)


def same_title(one: str, other: str) -> bool:
    """Whether a title repeats one before it on the next page.

    >>> same_title("BALANCE SHEETS (Unaudited)", "Balance Sheets (continued)")
    True
    """
    goes_on = bool(
        _ON.search(other)
    )  # its caption may stand with the title on the first page alone
    return (
        not other
        or _bare(one) == _bare(other)
        or (goes_on and _bare(one).startswith(_bare(other) if one else ""))
    )


def _bare(title: str) -> str:
    return " ".join(_ASIDE.sub(" ", title.lower()).split()).strip(" -–—,.:")


def joined(tables: Sequence[ReadTable], parts: frozenset[int] = frozenset()) -> list[ReadTable]:
    """The tables with the parts of a statement put together, where their periods agree: those that are known
    to be `parts`, by their numbers, and those that complete what came before.
    """
    done: list[ReadTable] = []
    for table in tables:
        last = done[-1] if done else None
        if last is not None and _belongs(last, table, table.number in parts):
            done[-1] = _together(last, table)
        else:
            done.append(table)
    return done


def _belongs(last: ReadTable, table: ReadTable, is_part: bool) -> bool:
    if table.statement != last.statement or table.statement not in _LAST:
        return False
    same = all(_same(table.columns[at], last.columns) is not None for at in _filled(table))
    open_ = not is_whole(last.statement, [row.label for row in last.rows if row.figures])
    return same and (is_part or open_)


def _filled(table: ReadTable) -> set[int]:
    """The columns that hold figures, by their indices."""
    return {figure.column for figure in table.figures}


def _together(last: ReadTable, table: ReadTable) -> ReadTable:
    where = [_same(column, last.columns) or 0 for column in table.columns]
    rows = tuple(
        replace(
            row,
            figures=tuple(figure._replace(column=where[figure.column]) for figure in row.figures),
        )
        for row in table.rows
    )
    return replace(last, rows=_without_header(last.rows) + rows, parts=last.parts + table.parts)


def _same(column: ReadColumn, columns: Sequence[ReadColumn]) -> int | None:
    """The first of some columns with the same period, by its index."""
    periods = [(other.start, other.end) for other in columns]
    period = (column.start, column.end)
    return periods.index(period) if period in periods else None


def _without_header(rows: tuple[ReadRow, ...]) -> tuple[ReadRow, ...]:
    """The rows without headings at their end: those were the foot of a page."""
    last = len(rows)
    while last and not rows[last - 1].figures and not rows[last - 1].label.rstrip().endswith(":"):
        last -= 1
    return rows[:last]
