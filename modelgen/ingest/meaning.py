"""From a document to what its numerals mean: statement, label, value, unit, period; and what is doubtful.

Each stage is a module: grids (`grid`), headers (`columns`), periods (`periods`, `calendar`), scales (`scale`,
`share_scale`), units (`units`), statements (`statements`). This one puts them together, table by table.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from modelgen.ingest.calendar import Calendar
from modelgen.ingest.columns import near_lines, top_rows
from modelgen.ingest.document import Document, Table
from modelgen.ingest.doubts import doubted
from modelgen.ingest.frame import Frame
from modelgen.ingest.grid import DATA, Grid, grid_of
from modelgen.ingest.numerals import numeral
from modelgen.ingest.parts import continues, joined
from modelgen.ingest.periods import Around, period_of
from modelgen.ingest.reading import BALANCE, EQUITY, OTHER, Reading, ReadTable, SourceAnomaly
from modelgen.ingest.rows import rows_of
from modelgen.ingest.scale import Scale, scale_of
from modelgen.ingest.share_scale import settle_shares
from modelgen.ingest.statements import statement_of, title_of
from modelgen.ingest.unstated import with_guessed_scale
from modelgen.ingest.witness import compared
from modelgen.ingest.words import words_of

_COVER_LINES = 400
_LARGEST_SCALE = 6  # of statements; a summary in billions says nothing of others
_CURRENCIES = (("$", "$"), ("€", "€"), ("£", "£"), ("¥", "¥"), ("₹", "₹"))


@dataclass(frozen=True, slots=True)
class _Draft:
    """A table with what is known before its periods are read."""

    table: Table
    grid: Grid
    title: str
    statement: str
    near: tuple[str, ...]
    inside: int
    scale: Scale | None


def figures(document: Document) -> Reading:
    """What a document's tables say. Never raises: what cannot be read is not there, what is doubtful says
    so.
    """
    drafts = [_draft(table) for table in document.tables]
    drafts = _only_first_weak([draft for draft in drafts if _holds_figures(draft)])
    drafts = _with_continued(drafts)
    end = _document_end(document, drafts)
    calendar = _calendar(drafts, end)
    shared, agreed = _shared_scale(drafts)
    tables: list[ReadTable] = []
    anomalies: list[SourceAnomaly] = []
    previous: Frame | None = None
    for draft in drafts:
        frame = _frame(draft, calendar, end, shared, agreed, previous)
        rows, frame, strays = rows_of(draft.grid, frame)
        anomalies += strays
        previous = frame
        read = ReadTable(
            draft.table.number,
            draft.statement,
            draft.title,
            frame.scale.words if frame.scale else "",
            _currency(draft.table),
            frame.columns,
            rows,
            (draft.table.number,),
        )
        if read.figures:
            tables.append(settle_shares(read) if frame.scale else read)
    if shared is None:
        tables = with_guessed_scale(tables)
    tables = joined([doubted(table) for table in tables])
    tables, found = compared(document, tables)
    anomalies += found
    every = tuple(figure for table in tables for figure in table.figures)
    currency = next((table.currency for table in tables if table.currency), "")
    return Reading(
        document.name, tuple(tables), every, (), tuple(anomalies), currency, document.notes
    )


def _draft(table: Table) -> _Draft:
    grid = grid_of(table)
    top = [cell.text for row in top_rows(grid) for cell in row.row.cells if len(cell.text) < 200]
    labels = [row.label for row in grid.rows if row.label]
    title = title_of(table.before, top)
    statement, named = statement_of(title, labels)
    if statement == OTHER or named:
        title = title or next(iter(reversed(table.before)), "")[:160]
    near, inside = near_lines(grid, table.before)
    scale = _stated_scale([*top, *near])
    return _Draft(
        table,
        grid,
        title,
        statement if named or statement == OTHER else f"?{statement}",
        near,
        inside,
        scale,
    )


def _stated_scale(lines: Sequence[str]) -> Scale | None:
    """The first scale of money that some lines state, with one of shares that another states."""
    money: Scale | None = None
    shares: int | None = None
    for line in lines:
        found = scale_of(line)
        if found is None:
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
    kind.
    """
    named = {draft.statement for draft in drafts}
    kept: list[_Draft] = []
    for draft in drafts:
        if not draft.statement.startswith("?"):
            kept.append(draft)
            continue
        kind = draft.statement[1:]
        kept.append(replace(draft, statement=OTHER if kind in named else kind))
        named.add(kind)
    return kept


def _with_continued(drafts: list[_Draft]) -> list[_Draft]:
    """A table that completes the statement before it, in as many columns, is its second part."""
    kept: list[_Draft] = []
    for draft in drafts:
        last = kept[-1] if kept else None
        if (
            last is not None
            and draft.statement == OTHER
            and len(draft.grid.columns) == len(last.grid.columns)
            and continues(last.statement, _labels(last.grid), _labels(draft.grid))
        ):
            kept.append(replace(draft, statement=last.statement, scale=draft.scale or last.scale))
        else:
            kept.append(draft)
    return kept


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


def _document_end(document: Document, drafts: Sequence[_Draft]) -> date | None:
    """The day on which the document's period ends: that of a cover's "period ended", else the latest balance
    sheet's, else the latest "ended" of its opening lines.
    """
    ended: list[date] = []
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
            ended += days
    struck = [
        day
        for draft in drafts
        if draft.statement == BALANCE
        for text in _column_words(draft.grid)
        for said in words_of(text).dates
        if said.year and said.day and (day := said.on())
    ]
    return max(struck, default=max(ended, default=None))


def _calendar(drafts: Sequence[_Draft], end: date | None) -> Calendar:
    """The days on which balances are struck, as the document tells them."""
    balances: set[date] = set()
    told: set[date] = set()
    for draft in drafts:
        if draft.statement == BALANCE:
            around = Around(draft.near, end, draft.inside)
            for text in _column_words(draft.grid):
                day = period_of(text, around, BALANCE).end if text else None
                if day:
                    balances.add(day)
        if draft.statement in (EQUITY, OTHER):
            for row in draft.grid.rows:
                if row.kind == DATA and row.label[:7].lower() == "balance":
                    told.update(
                        day
                        for dated in words_of(row.label).dates
                        if dated.year and (day := dated.on())
                    )
    return Calendar.of(balances, told)


def _column_words(grid: Grid) -> tuple[str, ...]:
    from modelgen.ingest.columns import heads_of  # noqa: PLC0415

    return heads_of(grid, top_rows(grid)).above


def _shared_scale(drafts: Sequence[_Draft]) -> tuple[Scale | None, bool]:
    """The scale that the statements state, for tables that state none, and whether all that state one agree.
    Where no statement states one, that of most other tables, which is not sure.
    """
    stated = [
        draft.scale
        for draft in drafts
        if draft.scale and draft.statement != OTHER and (draft.scale.money or 0) <= _LARGEST_SCALE
    ]
    if stated:
        return replace(stated[0], shares=None), len({scale.money for scale in stated}) == 1
    others = [draft.scale for draft in drafts if draft.scale]
    counts = Counter(scale.money for scale in others)
    if not counts:
        return None, False
    most = counts.most_common(1)[0][0]
    return replace(next(scale for scale in others if scale.money == most), shares=None), False


def _frame(
    draft: _Draft,
    calendar: Calendar,
    end: date | None,
    shared: Scale | None,
    agreed: bool,
    previous: Frame | None,
) -> Frame:
    """What holds for all rows of a table before they are read."""
    scale, doubt = draft.scale, ""
    if scale is None and shared is not None:
        scale = replace(shared, words="")
        if not agreed:
            doubt = "no scale is stated; that of other tables is taken"
        elif draft.statement == OTHER and not _currency(draft.table):
            doubt = "no scale is stated with the table; that of the statements is taken"
    return Frame(
        draft.table,
        draft.statement,
        Around(draft.near, end, draft.inside),
        calendar,
        scale,
        doubt,
        (),
        previous,
    )


def _currency(table: Table) -> str:
    for row in table.rows:
        for cell in row.cells:
            for sign, name in _CURRENCIES:
                if sign in cell.text and numeral(cell.text):
                    return name
    return ""
