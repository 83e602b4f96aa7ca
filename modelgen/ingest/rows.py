"""The rows of a table as read: headings that hold for a row, its unit, and each numeral's value and
period.
"""

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from modelgen.ingest.calendar import Calendar
from modelgen.ingest.columns import Heads, blocks, is_bare, top_rows
from modelgen.ingest.frame import BETWEEN, THREE, Carried, Frame, State, start_of
from modelgen.ingest.grid import DATA, HEADER, Grid, GridRow, numbers_notes, percentages
from modelgen.ingest.instants import (
    BEGINNING,
    END,
    day_in,
    edge_of,
    is_held,
    is_total_held,
    is_unclear,
)
from modelgen.ingest.periods import NO_PERIOD, Period, period_of
from modelgen.ingest.reading import (
    BALANCE,
    CASH,
    EQUITY,
    INCOME,
    OTHER,
    SHARES,
    ReadColumn,
    ReadRow,
    SourceAnomaly,
)
from modelgen.ingest.units import is_percent_head, unit_of
from modelgen.ingest.values import RowMeaning, figure_of
from modelgen.ingest.words import Words, words_of

_MOST_HEADINGS = 4


_NOTES = Period(None, doubt="the column numbers notes")
_NOTE = re.compile(r"^(?:foot)?(?:notes?|refs?\.?)(?:\s+(?:no|ref|#)\w*)?\.?$", re.IGNORECASE)
_NOTE_LAST = re.compile(r"\b(?:notes?|ref)\.?$", re.IGNORECASE)
_EITHER = re.compile(r"\W*(?:basic|diluted|assuming)\b", re.IGNORECASE)  # of earnings per share
_OF_TOTAL = re.compile(
    r"\b(?:of|to)\s+(?:\w+\s+)?(?:total|net|sales|revenues?|assets|income|capital|equity|loans|premiums)\b",
    re.IGNORECASE,
)
_SHARE_OF = re.compile(r"%|\bpercent(?:age)?\b", re.IGNORECASE)
_CHANGE = re.compile(
    r"\b(?:change|increase|decrease|variance|growth|incr|decr|chg|diff(?:erence)?|var|yoy|qoq|better|favorable)\b"
    r"|\binc\b.*\bdec\b|\bb\s?/\s?\(?w\)?|\bfav\b.*\bunfav\b|\b[yq]\s?/\s?[yq]\b|\+\s?/\s?[-–−]|\bvs?\.?\s",
    re.IGNORECASE,
)


_CHANGES = re.compile(r"\b(?:changes|increases|decreases|variances)\b", re.IGNORECASE)


def rows_of(grid: Grid, frame: Frame) -> tuple[tuple[ReadRow, ...], Frame, list[SourceAnomaly]]:
    """The rows of a table, its frame with columns and with what it hands on, and the numerals that belong
    to no row.
    """
    state = State()
    if frame.is_part and frame.carried is not None:
        state.headings = list(frame.carried.headings)
        state.ended, state.of_rows = frame.carried.ended, frame.carried.of_rows
    rows: list[ReadRow] = []
    strays: list[SourceAnomaly] = []
    balances = _balance_dates(grid) if frame.statement in (EQUITY, OTHER) else {}
    for index, (heads, row) in enumerate(blocks(grid, frame.heads)):
        if heads is not None or (row.kind == DATA and not state.periods):
            _take_heads(heads or Heads(("",) * len(grid.columns), ()), grid, frame, state)
        if row.kind != DATA:
            made = _heading(row, state)
            _take_row_period(made, frame, state)
            rows.append(ReadRow(made, _above(state)[:-1], row.row.line, row.row.indent))
            continue
        if _is_stray(row, state.last):
            strays += [
                SourceAnomaly(
                    row.row.line,
                    value.cell.text,
                    "repeats the numeral above it in a row without a label",
                )
                for value in row.values
            ]
            continue
        _open_row(row, state)
        own = balances.get(index)
        rows.append(_read(row, frame, state, own))
        _close_row(row, state)
    handed = Carried(
        frame.statement,
        grid.columns,
        state.heads,
        state.periods,
        tuple(state.headings),
        state.ended,
        state.of_rows,
    )
    return tuple(rows), replace(frame, columns=tuple(state.columns), carried=handed), strays


def _take_heads(heads: Heads, grid: Grid, frame: Frame, state: State) -> None:
    """Reads the periods of a block of headers. One that says nothing of periods leaves those above it."""
    if heads.blank and state.periods:
        return
    near = (*heads.stub, *frame.around.near)
    inside = frame.around.inside + len(heads.stub)
    around = replace(frame.around, near=near, inside=inside)
    periods = _carried_on(heads, grid, frame) if not state.periods else None
    if state.periods:
        around = replace(
            around,
            near=(*heads.stub, *state.heads, *frame.around.near),
            inside=inside + len(state.heads),
        )
    if periods is None:
        found = tuple(period_of(text, around, frame.statement) for text in heads.above)
        periods = _beside(found, heads.above, frame.statement)
        bare = frame.statement in THREE and periods and not _is_dated(heads.above[0])
        if bare and numbers_notes(grid):
            periods = (_NOTES, *periods[1:])
    state.periods, state.heads = periods, heads.above
    if frame.statement == OTHER and len({period.end for period in periods if period.end}) > 3:
        # Years of origin, of maturity: more years than a document compares.
        periods = tuple(
            replace(period, doubt=period.doubt or "the years above the columns may be no periods")
            for period in periods
        )
        state.periods = periods
    state.starts = tuple(start_of(period, frame.calendar) for period in periods)
    at = []
    for period, first, words in zip(periods, state.starts, heads.above, strict=True):
        column = ReadColumn(first[0], period.end, words)
        if column not in state.columns:
            state.columns.append(column)
        at.append(state.columns.index(column))
    state.at = tuple(at)
    state.percent = frozenset(
        index for index, words in enumerate(heads.above) if is_percent_head(words)
    ) | percentages(grid)
    state.notes = frozenset(index for index, period in enumerate(periods) if period is _NOTES)
    compared = {index for index, period in enumerate(periods) if period is BETWEEN}
    state.apart = state.percent | state.notes | compared
    if frame.statement in THREE:
        days: list[tuple[object, ...]] = [
            (period.start, period.end, period.months, period.weeks)
            for index, period in enumerate(periods)
            if index not in state.percent and period.end
        ]
        state.twice = frozenset(
            index
            for index, period in enumerate(periods)
            if index not in state.percent
            and days.count((period.start, period.end, period.months, period.weeks)) > 1
        )


def _carried_on(heads: Heads, grid: Grid, frame: Frame) -> tuple[Period, ...] | None:
    """The periods of a statement's columns that go on over a page, where nothing else stands above them."""
    carried = frame.carried
    if carried is None or frame.statement == OTHER or carried.statement != frame.statement:
        return None
    notes = len(grid.columns) > 1 and numbers_notes(grid)
    spans = grid.columns[notes:]
    own = carried.periods[:1] == (_NOTES,)
    places = carried.places(spans, len(carried.spans) - own == len(spans) and own)
    if places is None or not carried.periods:
        return None
    above = heads.above[notes:]
    said = [words_of(text) for text in above]
    before = [words_of("" if at is None else carried.heads[at]).period for at in places]
    same = frame.is_part and [words.period for words in said] == before
    if not same and not is_bare(above):
        return None
    own_periods = (NO_PERIOD if at is None else carried.periods[at] for at in places)
    return (_NOTES,) * notes + tuple(own_periods)


def _beside(
    periods: tuple[Period, ...], heads: tuple[str, ...], statement: str
) -> tuple[Period, ...]:
    """A column of shares of a total ("percent to sales") has the period of the column that it stands
    beside; one of changes has none, nor has one that numbers notes.
    """
    found = list(periods)
    for index, (period, head) in enumerate(zip(periods, heads, strict=True)):
        words = words_of(head)
        dated = words.years or any(day.year for day in words.dates)
        change = _change_in(head, statement in THREE)
        if _is_note(head, statement):
            found[index] = _NOTES
        elif change and (
            not dated or (statement in THREE and (_is_last(change, head) or len(_years(words)) > 1))
        ):
            found[index] = BETWEEN
        elif index and _SHARE_OF.search(head) and (period.end is None or not dated):
            found[index] = _share(found[index - 1], head)
        elif index and not head and found[index - 1] is BETWEEN:
            # "Inc/ (Dec)" over an amount and its percentage: words before the table date neither.
            found[index] = BETWEEN
    return tuple(found)


@lru_cache(maxsize=2048)
def _change_in(head: str, of_three: bool) -> re.Match[str] | None:
    """The word of a head that says a change; in a statement that of many changes, too."""
    return _CHANGE.search(head) or (_CHANGES.search(head) if of_three else None)


def _years(words: Words) -> set[int]:
    """The years that are said, alone or with a day."""
    return {*words.years, *(day.year for day in words.dates if day.year)}


def _is_dated(head: str) -> bool:
    """Whether a head says a year."""
    words = words_of(head)
    return bool(words.years or words.span or words.named or any(day.year for day in words.dates))


def _is_note(head: str, statement: str) -> bool:
    """Whether a column numbers notes."""
    if statement in THREE and _NOTE_LAST.search(head):
        return True
    return bool(_NOTE.match(head))


def _share(beside: Period, head: str) -> Period:
    """The period of a column of percentages: that of the one beside it, in doubt if only "%" stands above."""
    if _OF_TOTAL.search(head) or beside.doubt:
        return beside
    return replace(beside, doubt="percentages of a total or of a change: it is not said")


def _is_last(found: re.Match[str], head: str) -> bool:
    """Whether no date or year follows words of change: those above them hold for a group of columns."""
    rest = words_of(head[found.end() :])
    return not rest.years and not rest.dates


def _take_row_period(text: str, frame: Frame, state: State) -> None:
    """A heading that is a period ("Three Months Ended June 30, 2023") holds for the rows below it, in
    columns without one.
    """
    words = words_of(text)
    if len(text) < 90 and (
        words.lasting or words.ended or any(day.year and day.day for day in words.dates)
    ):
        found = period_of(
            text, replace(frame.around, near=(*state.heads, *frame.around.near)), frame.statement
        )
        state.of_rows = found if found.end and not found.doubt else None


def _heading(row: GridRow, state: State) -> str:
    """Puts a heading on the stack; one that follows another at once at the same indent stands below it."""
    indent = row.row.indent
    headings = state.headings
    while headings and (
        headings[-1][0] > indent or (headings[-1][0] == indent and not state.since_heading)
    ):
        if _EITHER.match(row.label) and "share" in headings[-1][1].lower():
            break
        headings.pop()
    headings.append((indent, row.label))
    del headings[:-_MOST_HEADINGS]
    state.since_heading = True
    return row.label


def _above(state: State) -> tuple[str, ...]:
    return tuple(text for _, text in state.headings)


def _open_row(row: GridRow, state: State) -> None:
    """A row set further out than a heading is not below it."""
    while state.headings and state.headings[-1][0] > row.row.indent:
        state.headings.pop()
    state.since_heading = False
    state.last = row


def _close_row(row: GridRow, state: State) -> None:
    """A total closes the heading that stands as far out as it does."""
    low = row.label.lower()
    if low.startswith("total") and state.headings and state.headings[-1][0] >= row.row.indent:
        state.headings.pop()


def _is_stray(row: GridRow, above: GridRow | None) -> bool:
    """Whether a row without a label only repeats, in some of the columns, what stands above: no figure of
    any row.
    """
    if row.label or above is None or not row.values or len(row.values) >= len(above.values):
        return False
    earlier = {value.column: abs(value.numeral.value) for value in above.values}
    return all(earlier.get(value.column) == abs(value.numeral.value) for value in row.values)


def _balance_dates(grid: Grid) -> dict[int, tuple[date | None, date]]:
    """For each row among those that are no headers, by its index: the period that rows "Balance at DATE"
    around it give, or the instant of such a row itself.
    """
    dated: list[tuple[int, date]] = []
    rows = [row for row in grid.rows[len(top_rows(grid)) :] if row.kind != HEADER]
    for index, row in enumerate(rows):
        if row.kind == DATA and row.label.lower().startswith(("balance", "total balance")):
            days = [
                day
                for said in words_of(row.label).dates
                if said.year and said.day and (day := said.on())
            ]
            if len(days) == 1:
                dated.append((index, days[0]))
    found: dict[int, tuple[date | None, date]] = {}
    for (first, start), (last, end) in pairwise(dated):
        if start < end:
            for index in range(first + 1, last):
                found[index] = (start + timedelta(days=1), end)
    found.update({index: (None, day) for index, day in dated})
    return found


def _read(
    row: GridRow, frame: Frame, state: State, own: tuple[date | None, date] | None
) -> ReadRow:
    """A row of data with its figures."""
    headings = _above(state)
    money = [
        value.numeral
        for value in row.values
        if not value.numeral.percent and value.column not in state.apart
    ] or [value.numeral for value in row.values if not value.numeral.percent]
    unit = unit_of(row.label, headings, frame.statement, money)
    edge = edge_of(row.label, headings) if frame.statement not in (BALANCE, INCOME) else ""
    if frame.statement == CASH and not edge:
        edge = _named_edge(row.label, state)
        if not edge and state.ended and is_held(row.label, headings):
            edge = END
    if not edge and frame.statement in (EQUITY, OTHER) and is_total_held(row.label):
        edge = END
    if edge == END:
        state.ended = True
    unclear = frame.statement == CASH and not edge and is_unclear(row.label)
    crowded = len({value.column for value in row.values}) < len(row.values)
    meant = RowMeaning(row, headings, unit, edge, _opening(own, frame.calendar), crowded, unclear)
    figures = tuple(
        figure_of(value, meant, frame, state)
        for value in row.values
        if value.column not in state.notes
    )
    if unit == SHARES and frame.statement == BALANCE:
        state.counted |= {v.column for v in row.values if state.periods[v.column].end is None}
    return ReadRow(row.label, headings, row.row.line, row.row.indent, figures)


def _opening(
    own: tuple[date | None, date] | None, calendar: Calendar
) -> tuple[date | None, date] | None:
    """A balance "at January 1" that no balance sheet is struck on is that of the day before."""
    if own is None or own[0] is not None or own[1] in calendar.balance_days:
        return own
    before = own[1] - timedelta(days=1)
    return (None, before) if own[1].day == 1 or before in calendar.balance_days else own


def _named_edge(label: str, state: State) -> str:
    """The edge of the columns' periods at which a balance of cash stands whose label names its day."""
    day = day_in(label)
    if day is None:
        return ""
    for period, (start, _) in zip(state.periods, state.starts, strict=True):
        if period.end and (day.month, day.day) == (period.end.month, period.end.day):
            return END
        before = start - timedelta(days=1) if start else None
        if (
            start
            and before
            and (day.month, day.day)
            in (
                (before.month, before.day),
                (start.month, start.day),
            )
        ):
            return BEGINNING
    return ""
