"""From readings to the lines of a deal: the rows of the three statements, those of several filings
joined.

A row of one filing is the row of another where statement, heading, label and unit are the same, and it
is the nth of these in both. The latest filing gives the order; what only earlier ones have stands after
its own predecessor.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from modelgen.ingest.reading import (
    BALANCE,
    CASH,
    COMPREHENSIVE,
    INCOME,
    IngestedFigure,
    Reading,
    ReadRow,
    ReadTable,
)

Period = tuple[date | None, date]
"""First and last day; the first is None for a balance."""

PREFIX = {INCOME: "income", BALANCE: "balance", CASH: "cash_flow"}
OWN_IDS = frozenset(
    {
        "balance.debt",
        *(
            f"cash_flow.{name}"
            for name in (
                "other_changes",
                "other_cash",
                "reported",
                "net_change",
                "cash_before_interest",
            )
        ),
    }
)
"""Ids of rows that the model adds to those of the company."""
_WORDS_IN_ID = 6
_NOT_WORDS = {
    "and",
    "the",
    "of",
    "in",
    "to",
    "for",
    "on",
    "a",
    "an",
    "by",
    "from",
    "at",
    "or",
    "as",
    "with",
}


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure of a line: the source that prints it, the period of its column, and the figure."""

    source: str
    period: Period
    figure: IngestedFigure


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A row of a statement: its id, the statement, its label, the nearest heading, where it stands in
    the latest source that has it, its unit, and what is printed of it. `instant`: a row of the cash
    flow statement that is a balance, at the beginning or the end of the period.
    """

    id: str
    statement: str
    label: str
    heading: str
    at: str
    unit: str
    printed: tuple[Printed, ...]
    instant: bool = False
    role: str = ""
    concept: str = ""

    @property
    def values(self) -> dict[Period, Decimal]:
        """The value of each period; of what two sources print, that of the latest."""
        return {p.period: p.figure.value for p in reversed(self.printed)}


@dataclass(frozen=True)
class Source:
    """A filing: its id in the deal, and its reading."""

    id: str
    reading: Reading


@dataclass
class _Merged:
    key: tuple[str, str, str, str, int]
    row: ReadRow
    source: str
    printed: list[Printed] = field(default_factory=list)


def statement_lines(
    sources: Sequence[Source], kept: Mapping[tuple[str, str, str], tuple[str, str]] | None = None
) -> tuple[StatementLine, ...]:
    """The lines of the three statements of some sources, the latest source first. `kept` gives ids and
    roles by statement, heading and label, from a map that a person may have edited.
    """
    lines: list[StatementLine] = []
    for statement in (INCOME, BALANCE, CASH):
        merged: list[_Merged] = []
        for source in sources:
            _merge(merged, source, statement)
        lines += _named(merged, statement, kept or {})
    return tuple(lines)


def tables_of(reading: Reading, statement: str) -> list[ReadTable]:
    """The tables that make up a statement: the first, and those that continue it; for an income
    statement that is printed with comprehensive income, that one.
    """
    tables = [t for t in reading.tables if t.statement == statement]
    if not tables and statement == INCOME:
        tables = [t for t in reading.tables if t.statement == COMPREHENSIVE]
    return tables[:1]


def _merge(merged: list[_Merged], source: Source, statement: str) -> None:
    """Adds a source's rows to those of later ones."""
    known = {one.key: n for n, one in enumerate(merged)}
    seen: dict[tuple[str, str, str, str], int] = {}
    before = -1
    for table in tables_of(source.reading, statement):
        for row in table.rows:
            for unit, figures in _by_unit(row.figures):
                same = (statement, _bare(_heading(row)), _bare(row.label), unit)
                seen[same] = number = seen.get(same, 0) + 1
                printed = [Printed(source.id, p, f) for f in figures if (p := _period(f, table))]
                if not printed:
                    continue
                key = (*same, number)
                place = known.get(key)
                if place is None:
                    place = before + 1
                    merged.insert(place, _Merged(key, row, source.id))
                    known = {one.key: n for n, one in enumerate(merged)}
                merged[place].printed += printed
                before = place


def _by_unit(figures: Sequence[IngestedFigure]) -> list[tuple[str, list[IngestedFigure]]]:
    """A row's figures by their unit: one line each. A dash has the unit of its row."""
    units = (
        list(dict.fromkeys(f.unit for f in figures if not f.is_nil))
        or [f.unit for f in figures][:1]
    )
    return [
        (
            unit,
            [
                f
                for f in figures
                if f.unit == unit or (f.is_nil and f.unit not in units and unit == units[0])
            ],
        )
        for unit in units
    ]


def _period(figure: IngestedFigure, table: ReadTable) -> Period | None:
    """The period of a figure's column; a balance in the statement of cash flows stands in that of its
    column.
    """
    if table.statement == CASH and figure.start is None and figure.column < len(table.columns):
        column = table.columns[figure.column]
        if column.end is not None:
            return column.start, column.end
    return None if figure.end is None else (figure.start, figure.end)


def _heading(row: ReadRow) -> str:
    return row.headings[-1] if row.headings else ""


def _bare(text: str) -> str:
    """A label without numerals, marks and case, by which rows of two filings are compared."""
    return " ".join(re.findall(r"[a-z]+", text.lower().replace("’", "'").replace("'", "")))


def _named(
    merged: Iterable[_Merged], statement: str, kept: Mapping[tuple[str, str, str], tuple[str, str]]
) -> list[StatementLine]:
    """The lines with ids: those that are kept, and others from the words of label and heading."""
    rows = list(merged)
    taken = {id_ for id_, _ in kept.values()}
    found: list[StatementLine] = []
    used: set[str] = set()
    for one in rows:
        label, heading = clean_label(one.row.label), clean_label(_heading(one.row))
        id_, role = kept.get((statement, heading, label), ("", ""))
        if not id_ or id_ in used:
            id_ = _free_id(PREFIX[statement], label, heading, used | taken | OWN_IDS)
        used.add(id_)
        first = one.printed[0]
        found.append(
            StatementLine(
                id_,
                statement,
                label,
                heading,
                f"{one.source}:{first.figure.line}",
                first.figure.unit if not first.figure.is_nil else one.key[3],
                tuple(one.printed),
                statement == CASH and all(p.figure.start is None for p in one.printed),
                role,
                next((p.figure.concept or "" for p in one.printed), ""),
            )
        )
    return found


def clean_label(text: str) -> str:
    """A label as the workbook shows it: one line, no braces, no sign that would make it a formula."""
    text = " ".join(text.replace("{", "(").replace("}", ")").split())
    text = text.lstrip("=+@").strip().rstrip(":").strip()
    return text if len(text) <= 160 else text[:157].rstrip() + "..."


def _free_id(prefix: str, label: str, heading: str, taken: set[str]) -> str:
    """An id from the words of a label; with those of the heading, or a number, where it is taken."""
    own, above = _slug(label), _slug(heading)
    for words in (own, f"{above}_{own}".strip("_") if above else own):
        if words and (id_ := f"{prefix}.{words}") not in taken:
            return id_
    number = 2
    while (id_ := f"{prefix}.{own or 'line'}_{number}") in taken:
        number += 1
    return id_


def _slug(text: str) -> str:
    bare = re.sub(r"\([^)]*\)", " ", text.lower().replace("’", "").replace("'", ""))
    words = [w for w in re.findall(r"[a-z0-9]+", bare) if w not in _NOT_WORDS] or re.findall(
        r"[a-z0-9]+", text.lower()
    )
    return "_".join(words[:_WORDS_IN_ID])


def with_role(line: StatementLine, role: str) -> StatementLine:
    """The line with a role."""
    return replace(line, role=role)
