"""A numeral of a row as a figure: its value in whole units, its period, and what is doubtful of both."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from modelgen.ingest.frame import BETWEEN, THREE, Frame, State, start_of
from modelgen.ingest.grid import GridRow, Value
from modelgen.ingest.instants import BEGINNING, END
from modelgen.ingest.periods import NO_PERIOD, Period
from modelgen.ingest.reading import (
    BALANCE,
    MONEY,
    NUMBER,
    PER_SHARE,
    PERCENT,
    SHARES,
    IngestedFigure,
)
from modelgen.ingest.scale import row_scale
from modelgen.ingest.units import unit_of, unit_under
from modelgen.ingest.words import words_of

_MOST_SHARES = 50_000_000_000  # no company has more


def head_of(value: Value, state: State) -> str:
    """The words above the column of a numeral."""
    return state.heads[value.column] if value.column < len(state.heads) else ""


def figure_of(
    value: Value,
    row: GridRow,
    headings: tuple[str, ...],
    frame: Frame,
    state: State,
    unit: str,
    edge: str,
    own: tuple[date | None, date] | None,
) -> IngestedFigure:
    """The figure of a numeral. `edge`: where in the columns' periods the row's balance stands; `own`: the
    period that the row itself names.
    """
    number, origin = value.numeral, value.cell.origin
    period = state.periods[value.column] if value.column < len(state.periods) else NO_PERIOD
    if (
        period.end is None
        and not period.doubt.startswith(BETWEEN.doubt)
        and state.of_rows is not None
    ):
        period = state.of_rows
    if period.end is None and frame.statement == BALANCE:
        period = _of_label(row.label, state)
    if unit_of("", (), BALANCE, (number,), head_of(value, state)) == PERCENT:
        unit = PERCENT
    elif frame.statement not in THREE:
        unit = unit_under(head_of(value, state), value.cell.text, number, unit)
    start, end, doubts = _days(period, frame, edge, own)
    power, doubt = _power(unit, row.label, headings, frame)
    if doubt:
        doubts.append(doubt)
    if value.column in state.twice and unit != PERCENT:
        doubts.append("two columns seem to have the same period")
    if sum(other.column == value.column for other in row.values) > 1:
        doubts.append("several numerals of the row stand in one column")
    if (
        unit == SHARES
        and frame.statement not in THREE
        and abs(number.value) * 10**power > _MOST_SHARES
    ):
        power = 0  # whole shares in a table whose money is scaled
    step = Decimal(10) ** power
    return IngestedFigure(
        origin.table,
        origin.row,
        origin.cell,
        row.row.line,
        frame.statement,
        row.label,
        headings,
        value.cell.text,
        number.value * step,
        unit,
        step.scaleb(-number.decimals),
        start,
        end,
        "; ".join(doubts) or None,
        state.at[value.column] if value.column < len(state.at) else 0,
        origin.page,
        None,
    )


def _of_label(label: str, state: State) -> Period:
    """The instant that a label names in a balance sheet: "shares issued – September 2023", that of the
    column then.
    """
    for dated in words_of(label).dates[-1:]:
        if dated.year is None:
            continue
        for period in state.periods:
            if period.end and (period.end.year, period.end.month) == (dated.year, dated.month):
                return Period(period.end)
        return Period(dated.on())
    return NO_PERIOD


def _days(
    period: Period, frame: Frame, edge: str, own: tuple[date | None, date] | None
) -> tuple[date | None, date | None, list[str]]:
    """The first and last day of a figure and what is doubtful about them."""
    if own is not None:
        return own[0], own[1], []
    doubts = [period.doubt] if period.doubt else []
    if period.end is None:
        return None, None, doubts or [NO_PERIOD.doubt]
    start, sure = start_of(period, frame.calendar)
    if edge == BEGINNING and start is not None:
        if not sure:
            doubts.append("the first day of the period is worked out by weeks, not printed")
        return None, start - timedelta(days=1), doubts
    if edge == END:
        return None, period.end, doubts
    if edge == BEGINNING:
        doubts.append("a balance at the beginning of a period whose first day is not printed")
    return start, period.end, doubts


def _power(unit: str, label: str, headings: Sequence[str], frame: Frame) -> tuple[int, str]:
    """The power of ten of a printed unit, and what is doubtful about it."""
    if unit == PERCENT:
        return -2, ""
    if unit in (PER_SHARE, NUMBER):
        return 0, ""
    own = row_scale(label)
    scale = frame.scale
    if unit == SHARES:
        above = next(
            (found for text in reversed(headings) if (found := row_scale(text)) is not None), None
        )
        if own is not None or above is not None:
            return own if own is not None else above or 0, ""
        if scale is not None and scale.shares is not None:
            return scale.shares, ""
        return (scale.money or 0) if scale else 0, frame.scale_doubt
    assert unit == MONEY
    if own is not None:
        return own, ""
    return (scale.money or 0) if scale else 0, frame.scale_doubt
