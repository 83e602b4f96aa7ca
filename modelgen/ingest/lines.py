"""From readings to the lines of a deal: the rows of the three statements, those of several filings
joined, each with its id.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from modelgen.ingest.further import period_in, printings_of
from modelgen.ingest.joining import Joined, joined
from modelgen.ingest.own_ids import OWN_IDS
from modelgen.ingest.reading import (
    BALANCE,
    CASH,
    INCOME,
    IngestedFigure,
    Reading,
    ReadRow,
    ReadTable,
)
from modelgen.ingest.statement_line import Kept, LineKey, Printed, StatementLine
from modelgen.problem import ModelError, Problem

PREFIX = {INCOME: "income", BALANCE: "balance", CASH: "cash_flow"}
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


@dataclass(frozen=True)
class Source:
    """A filing: its id in the deal, and its reading."""

    id: str
    reading: Reading


def statement_lines(
    sources: Sequence[Source], kept: Mapping[LineKey, Kept] | None = None
) -> tuple[StatementLine, ...]:
    """The lines of the three statements of some sources, the latest source first. `kept` gives ids and
    roles by statement, heading and label, from a map that a person may have edited; what it calls alike
    is one line. Raises ModelError if that cannot be: one filing prints both.
    """
    lines: list[StatementLine] = []
    for statement in (INCOME, BALANCE, CASH):
        rows: list[Joined] = []
        for source in sources:
            found = _rows(source, statement, kept or {})
            rows = joined(rows, found, kept or {}) if rows else found
        lines += _named(rows, statement, kept or {}, [source.id for source in sources])
    return tuple(lines)


def tables_of(reading: Reading, statement: str) -> list[ReadTable]:
    """The tables that are a statement: the first, and those with further columns of it."""
    found = printings_of(reading, statement)
    return [found.first, *found.further] if found else []


def _rows(source: Source, statement: str, kept: Mapping[LineKey, Kept]) -> list[Joined]:
    """The rows of a source's statement, those of its tables joined."""
    found: list[Joined] = []
    for table in tables_of(source.reading, statement):
        rows = _table_rows(source, table, statement)
        found = joined(found, rows, kept) if found else rows
    return found


def _table_rows(source: Source, table: ReadTable, statement: str) -> list[Joined]:
    """The rows of a table that print something of a period, one for each unit."""
    found: list[Joined] = []
    counts: Counter[tuple[str, str]] = Counter()
    for row in table.rows:
        heading, label = clean_label(_heading(row)), clean_label(row.label)
        for unit, figures in _by_unit(row.figures):
            printed = [Printed(source.id, p, f) for f in figures if (p := period_in(f, table))]
            if printed:
                counts[heading, label] += 1
                key = (statement, heading, label, counts[heading, label])
                at = f"{source.id}:{printed[0].figure.line}"
                found.append(Joined(statement, unit, row, source.id, [(key, at)], printed))
    return found


def undated(sources: Sequence[Source]) -> list[tuple[str, IngestedFigure]]:
    """The numerals of the three statements whose period is not found, each with the id of its source: the
    deal has no column for them.
    """
    return [
        (source.id, figure)
        for source in sources
        for statement in PREFIX
        for table in tables_of(source.reading, statement)
        for figure in table.figures
        if not figure.is_nil and period_in(figure, table) is None
    ]


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


def _heading(row: ReadRow) -> str:
    return row.headings[-1] if row.headings else ""


def _named(
    rows: Iterable[Joined],
    statement: str,
    kept: Mapping[LineKey, Kept],
    order: Sequence[str],
) -> list[StatementLine]:
    """The lines with ids: those that are kept, and others from the words of label and heading."""
    taken = {row.id for row in kept.values()} | OWN_IDS
    found: dict[str, StatementLine] = {}
    for one in rows:
        (_, heading, label, nth), at = one.names[0]
        known = next((kept[name] for name, _ in one.names if name in kept), None)
        first = one.printed[0]
        line = StatementLine(
            known.id if known else "",
            statement,
            label,
            heading,
            at,
            first.figure.unit if not first.figure.is_nil else one.unit,
            tuple(one.printed),
            statement == CASH and all(p.figure.start is None for p in one.printed),
            tuple(one.names[1:]),
            nth,
        )
        if known and known.id in found:
            pair = sorted(
                (found[known.id], line), key=lambda one: order.index(one.printed[0].source)
            )
            joined = _joined(pair[0], pair[1], kept, known)
            if joined is not None:
                found[known.id] = joined
                continue
        if not line.id or line.id in found:
            line = replace(line, id=_free_id(PREFIX[statement], label, heading, taken))
        found[line.id] = line
        taken.add(line.id)
    return list(found.values())


def _joined(
    line: StatementLine, other: StatementLine, kept: Mapping[LineKey, Kept], at: Kept
) -> StatementLine | None:
    """Two lines of a map with one id as one; None where the second is the first again, by the same
    label. Raises ModelError if a filing prints both, or their units differ.
    """
    if other.key == line.key:
        return None
    both = {p.source for p in line.printed} & {p.source for p in other.printed}
    if both or line.unit != other.unit:
        first = kept.get(line.key)
        where = f" in row {first.place.line}" if first and first.place else ""
        why = (
            f"'{line.label}'{where} is another line of the same filing"
            if both
            else f"'{line.label}'{where} is in another unit"
        )
        raise ModelError(
            [Problem(f"'{at.id}' is the id of two lines", at.place, f"{why}: give each its own id")]
        )
    also = (*line.also, (other.key, other.at), *other.also)
    return replace(line, printed=(*line.printed, *other.printed), also=also)


def clean_label(text: str) -> str:
    """A label as the workbook shows it: one line, no braces, no sign that would make it a formula."""
    text = " ".join(text.replace("{", "(").replace("}", ")").split())
    text = text.lstrip("=+@").strip().rstrip(":").strip()
    return text if len(text) <= 160 else text[:157].rstrip() + "..."


def _free_id(prefix: str, label: str, heading: str, taken: Collection[str]) -> str:
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
