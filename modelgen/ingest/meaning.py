"""From a document to what its numerals mean: statement, label, value, unit, period; and what is doubtful.

Each stage is a module: grids (`grid`), headers (`columns`), periods (`periods`, `calendar`), scales (`scale`,
`share_scale`), units (`units`), statements (`statements`). This one puts them together, table by table.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from modelgen.ingest.calendar import Calendar
from modelgen.ingest.columns import Heads, heads_of, is_bare, near_lines, top_rows
from modelgen.ingest.currency import DOLLARS, currency_in, sign_in, stated_in
from modelgen.ingest.document import Document, Table
from modelgen.ingest.doubts import doubted
from modelgen.ingest.frame import THREE, Carried, Frame
from modelgen.ingest.grid import DATA, Grid, grid_of, numbers_notes
from modelgen.ingest.parts import is_foot, is_tail, is_whole, joined, same_title
from modelgen.ingest.periods import NO_PERIOD, Around, period_of
from modelgen.ingest.reading import BALANCE, EQUITY, OTHER, Reading, ReadTable, SourceAnomaly
from modelgen.ingest.rows import rows_of
from modelgen.ingest.scale import Scale, scale_of
from modelgen.ingest.share_scale import settle_shares
from modelgen.ingest.statements import statement_of, title_of
from modelgen.ingest.unstated import told_counts, with_guessed_scale
from modelgen.ingest.witness import compared
from modelgen.ingest.words import words_of

_COVER_LINES = 400
_OF_A_YEAR = re.compile(r"\b(?:fiscal )?years? ended\b|\bannual report\b|\b10-k\b")
_OF_COUNTS = re.compile(r"\b(?:outstanding|weighted|dilution|diluted)\b", re.IGNORECASE)
_OF_MONEY = re.compile(r"\b(?:except|income|earnings|amounts?|dollars|data)\b|\$", re.IGNORECASE)
_LARGEST_SCALE = 6  # of statements; a summary in billions says nothing of others


@dataclass(frozen=True, slots=True)
class _Draft:
    """A table with what is known before its periods are read."""

    table: Table
    grid: Grid
    heads: Heads
    title: str
    statement: str
    top: tuple[str, ...]
    near: tuple[str, ...]
    inside: int
    scale: Scale | None
    named: str
    is_part: bool = False


def figures(document: Document, ended: date | None = None) -> Reading:
    """What a document's tables say. Never raises: what cannot be read is not there, what is doubtful says
    so. `ended`: the last day of the period that it reports, by one who knows it.
    """
    drafts = [_draft(table) for table in document.tables]
    drafts = [draft for draft in _with_parts(drafts) if _holds_figures(draft)]
    drafts = _only_first_weak(drafts)
    told = _told(drafts)
    end = ended or _document_end(document, drafts, told)
    calendar = _calendar(drafts, end)
    known = Around((), end, 0, told, ended is not None)
    shared, agreed = _shared_scale(drafts)
    tables: list[ReadTable] = []
    anomalies: list[SourceAnomaly] = []
    carried: Carried | None = None
    for draft in drafts:
        frame = _frame(draft, calendar, known, shared, agreed, carried)
        rows, frame, strays = rows_of(draft.grid, frame)
        anomalies += strays
        carried = frame.carried
        read = ReadTable(
            draft.table.number,
            draft.statement,
            draft.title,
            frame.scale.words if frame.scale else "",
            currency_in(draft.table, (*draft.top, *draft.near)),
            frame.columns,
            rows,
            (draft.table.number,),
        )
        if read.figures:
            tables.append(read)
    parts = frozenset(draft.table.number for draft in drafts if draft.is_part)
    tables = joined(tables, parts)
    tables = [settle_shares(read) if shared or read.scale_words else read for read in tables]
    if shared is None:
        counts = told_counts(document.lines[: min(_COVER_LINES, _first_line(tables))])
        tables = with_guessed_scale(tables, counts, _most_common(drafts))
    tables = doubted(tables)
    tables, found = compared(document, tables)
    anomalies += found
    every = tuple(figure for table in tables for figure in table.figures)
    return Reading(
        document.name,
        tuple(tables),
        every,
        (),
        tuple(anomalies),
        _currency(document, tables),
        document.notes,
    )


def _currency(document: Document, tables: Sequence[ReadTable]) -> str:
    """The currency of the statements, or of other tables; that which the opening lines state, where no
    table says more than "$".
    """
    first = sorted(tables, key=lambda table: table.statement == OTHER)
    found = next((table.currency for table in first if table.currency), "")
    if found not in ("", "$"):
        return found
    stated = stated_in(document.lines[:_COVER_LINES])
    return stated if stated and (not found or stated in DOLLARS) else found


def _draft(table: Table) -> _Draft:
    grid = grid_of(table)
    first = top_rows(grid)
    top = [cell.text for row in first for cell in row.row.cells if len(cell.text) < 200]
    labels = [row.label for row in grid.rows if row.label]
    own_title = title_of(table.before, top)
    statement, named = statement_of(own_title, labels)
    title = own_title
    if statement == OTHER or named:
        title = title or next(iter(reversed(table.before)), "")[:160]
    near, inside = near_lines(first, table.before)
    scale = _stated_scale([*top, *near])
    return _Draft(
        table,
        grid,
        heads_of(grid, first),
        title,
        statement if named or statement == OTHER else f"?{statement}",
        tuple(top),
        near,
        inside,
        scale,
        own_title,
    )


def _stated_scale(lines: Sequence[str]) -> Scale | None:
    """The first scale of money that some lines state, with one of shares that another states."""
    money: Scale | None = None
    shares: int | None = None
    for line in lines:
        found = scale_of(line)
        if found is None or (_OF_COUNTS.search(line) and not _OF_MONEY.search(line)):
            continue
        if money is None and found.money is not None:
            money = found
        if shares is None and found.shares is not None:
            shares = found.shares
    if money is None:
        return None
    return money if money.shares is not None or shares is None else replace(money, shares=shares)


def _only_first_weak(drafts: list[_Draft]) -> list[_Draft]:
    """A table that only its rows say to be a statement is one if no table is named so, the first of its
    kind with the parts that carry it on.
    """
    named = {draft.statement for draft in drafts}
    kept: list[_Draft] = []
    for draft in drafts:
        last = kept[-1] if kept else None
        if not draft.statement.startswith("?"):
            kept.append(draft)
            continue
        kind = draft.statement[1:]
        goes_on = draft.is_part and last is not None and last.statement == kind
        kept.append(replace(draft, statement=OTHER if kind in named and not goes_on else kind))
        named.add(kind)
    return kept


def _with_parts(drafts: list[_Draft]) -> list[_Draft]:
    """The tables with those that a page cut put together: all parts are what they are as a whole."""
    kept: list[_Draft] = []
    for draft in drafts:
        last = kept[-1] if kept else None
        whole = _as_one(kept, draft) if last is not None and _goes_on(last, draft) else ""
        if last is None or not whole:
            kept.append(draft)
            continue
        first = len(kept) - 1
        while kept[first].is_part:
            first -= 1
        kept[first:] = [replace(part, statement=whole) for part in kept[first:]]
        scale = draft.scale or last.scale
        kept.append(replace(draft, statement=whole, scale=scale, is_part=True))
    return kept


def _goes_on(last: _Draft, draft: _Draft) -> bool:
    """Whether a table may carry on the one before: in the same columns, under no words or the same ones."""
    if draft.named and not same_title(last.named, draft.named):
        return False
    if not is_foot(draft.table.before, last.table.before):
        return False
    one, other = last.grid, draft.grid
    notes = numbers_notes(one), numbers_notes(other)
    count = len(one.columns) - notes[0]
    if not count:
        return False
    above, heads = last.heads.above[notes[0] :], draft.heads.above[notes[1] :]
    said = [words_of(text) for text in heads]
    if is_bare(heads):
        return len(heads) <= count or len(set(one.columns) & set(other.columns)) == count
    return [words.period for words in said] == [words_of(text).period for text in above]


def _as_one(kept: Sequence[_Draft], draft: _Draft) -> str:
    """The statement that the last table, with the parts before it, and another are together; "" if none, or
    if it was whole without.
    """
    first = len(kept) - 1
    while kept[first].is_part:
        first -= 1
    before = [label for part in kept[first:] for label in _labels(part.grid)]
    every = [row.label for part in (*kept[first:], draft) for row in part.grid.rows if row.label]
    statement, named = statement_of(kept[first].named, every)
    alone = kept[first].statement.lstrip("?")
    if statement not in THREE or alone not in (statement, OTHER):
        return ""
    bare = is_bare(draft.heads.above)
    if is_whole(statement, before) and not is_tail(statement, _labels(draft.grid), bare):
        return ""
    return statement if named else f"?{statement}"


def _labels(grid: Grid) -> list[str]:
    return [row.label for row in grid.rows if row.kind == DATA]


def _holds_figures(draft: _Draft) -> bool:
    """Whether a table holds figures at all: not one of contents, whose numerals are pages."""
    if draft.statement != OTHER or draft.scale:
        return True
    texts = [value.cell.text for row in draft.grid.rows for value in row.values]
    return any(
        "," in text or "." in text or "$" in text or "%" in text or "(" in text for text in texts
    )


def _told(drafts: Sequence[_Draft]) -> frozenset[date]:
    """The whole dates above columns that last: they end periods, whatever the table."""
    return frozenset(
        day
        for draft in drafts
        for text in draft.heads.above
        if (said := words_of(text)).lasting
        for dated in said.dates
        if dated.year and dated.day and (day := dated.on())
    )


def _document_end(
    document: Document, drafts: Sequence[_Draft], told: Collection[date]
) -> date | None:
    """The day on which the document's period ends: that of a cover's "period ended", else the latest balance
    sheet's, else the latest "ended" of its opening lines, else the latest above a column. A year's end is
    that of an earlier report, where the document is of quarters.
    """
    ended: list[date] = []
    of_years: list[date] = []
    for line in document.lines[:_COVER_LINES]:
        low = line.lower()
        if len(line) < 400 and "ended" in low:
            days = [
                day
                for said in words_of(line).dates
                if said.year and said.day and (day := said.on())
            ]
            if days and "period ended" in low and "transition" not in low:
                return days[0]
            (of_years if _OF_A_YEAR.search(low) else ended).extend(days)
    struck = [
        day
        for draft in drafts
        if draft.statement == BALANCE
        for text in draft.heads.above
        for said in words_of(text).dates
        if said.year and said.day and (day := said.on())
    ]
    for found in (struck, ended, told):
        if found:
            return max(found)
    quarterly = any(
        (words_of(text).months or 12) < 12
        for draft in drafts
        if draft.statement in THREE
        for text in draft.heads.above
    )
    return None if quarterly else max(of_years, default=None)


def _calendar(drafts: Sequence[_Draft], end: date | None) -> Calendar:
    """The days on which balances are struck, as the document tells them."""
    balances: set[date] = set()
    told: set[date] = set()
    for draft in drafts:
        if draft.statement == BALANCE:
            around = Around(draft.near, end, draft.inside)
            for text in draft.heads.above:
                period = period_of(text, around, BALANCE) if text else NO_PERIOD
                if period.end and not period.doubt:
                    balances.add(period.end)
        if draft.statement in (EQUITY, OTHER):
            for row in draft.grid.rows:
                if row.kind == DATA and row.label[:7].lower() == "balance":
                    told.update(
                        day
                        for dated in words_of(row.label).dates
                        if dated.year and (day := dated.on())
                    )
    return Calendar.of(balances, told)


def _shared_scale(drafts: Sequence[_Draft]) -> tuple[Scale | None, bool]:
    """The scale that the statements state, for tables that state none, and whether all that state one
    agree; None if no statement states one.
    """
    stated = [
        draft.scale
        for draft in drafts
        if draft.scale and draft.statement != OTHER and (draft.scale.money or 0) <= _LARGEST_SCALE
    ]
    if stated:
        return replace(stated[0], shares=None), len({scale.money for scale in stated}) == 1
    return None, False


def _first_line(tables: Sequence[ReadTable]) -> int:
    """How many lines stand before the first statement."""
    lines = [table.rows[0].line for table in tables if table.statement != OTHER and table.rows]
    return min(lines, default=1) - 1


def _most_common(drafts: Sequence[_Draft]) -> int | None:
    """The scale that most tables state which state one."""
    counts = Counter(draft.scale.money for draft in drafts if draft.scale)
    return counts.most_common(1)[0][0] if counts else None


def _frame(
    draft: _Draft,
    calendar: Calendar,
    known: Around,
    shared: Scale | None,
    agreed: bool,
    carried: Carried | None,
) -> Frame:
    """What holds for all rows of a table before they are read."""
    scale, doubt = draft.scale, ""
    if scale is None and shared is not None:
        scale = replace(shared, words="")
        if not agreed:
            doubt = "no scale is stated; that of other tables is taken"
        elif draft.statement == OTHER and not sign_in(draft.table):
            doubt = "no scale is stated with the table; that of the statements is taken"
    return Frame(
        draft.table,
        draft.statement,
        draft.heads,
        replace(known, near=draft.near, inside=draft.inside),
        calendar,
        scale,
        doubt,
        (),
        carried,
        draft.is_part,
    )
