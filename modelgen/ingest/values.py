"""A numeral of a row as a figure: its value in whole units, its period, and what is doubtful of both."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

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
from modelgen.ingest.units import unit_under
from modelgen.ingest.words import words_of

_MOST_SHARES = 50_000_000_000  # no company has more
_SHORT = 80  # characters of a label that may name the day of its row
_WORKED_OUT = "the first day of the period is worked out by weeks, not printed"
_NO_FIRST_DAY = "a balance at the beginning of a period whose first day is not printed"
_UNCLEAR = "a balance of cash or a flow: its words do not say"
_TEN = tuple(Decimal(10) ** power for power in range(13))


@dataclass(slots=True)
class RowMeaning:
    """What holds for all numerals of a row: its headings, its unit, at which edge of the columns' periods its
    balance stands ("" if it is none), the period that the row itself names, and its scales once asked for.
    """

    row: GridRow
    headings: tuple[str, ...]
    unit: str
    edge: str
    own: tuple[date | None, date] | None
    crowded: bool
    unclear: bool = False
    powers: dict[str, tuple[int, str]] = field(default_factory=dict)


def figure_of(value: Value, meant: RowMeaning, frame: Frame, state: State) -> IngestedFigure:
    """The figure of a numeral."""
    number, origin, row = value.numeral, value.cell.origin, meant.row
    unit = meant.unit
    if number.percent or value.column in state.percent:
        unit = PERCENT
    elif frame.statement not in THREE:
        unit = unit_under(state.heads[value.column], value.cell.text, number, unit)
    elif frame.statement == BALANCE:
        unit = _beside_shares(value, meant, state)
    start, end, doubts = _days(value, meant, frame, state)
    if unit not in meant.powers:
        meant.powers[unit] = _power(unit, row.label, meant.headings, frame)
    power, doubt = meant.powers[unit]
    if doubt:
        doubts = [*doubts, doubt]
    if value.column in state.twice and unit != PERCENT:
        doubts = [*doubts, "two columns seem to have the same period"]
    if meant.crowded and sum(other.column == value.column for other in row.values) > 1:
        doubts = [*doubts, "several numerals of the row stand in one column"]
    if meant.unclear:
        doubts = [*doubts, _UNCLEAR]
    if unit == SHARES and power and frame.statement not in THREE:
        # Whole shares may stand in a table whose money is scaled.
        power = 0 if abs(number.value) * _TEN[power] > _MOST_SHARES else power
    return IngestedFigure(
        origin.table,
        origin.row,
        origin.cell,
        row.row.line,
        frame.statement,
        row.label,
        meant.headings,
        value.cell.text,
        _scaled(number.value, power),
        unit,
        _step(power - number.decimals),
        start,
        end,
        "; ".join(doubts) or None,
        state.at[value.column],
        value.cell.tag.concept if value.cell.tag else None,
    )


def _beside_shares(value: Value, meant: RowMeaning, state: State) -> str:
    """The unit of a numeral of a balance sheet: a column without a date may hold counts of shares beside
    the amounts, each dated by its label ("shares issued – September 2023"; below it, "June 2023").
    """
    undated = state.periods[value.column].end is None
    if undated:
        return SHARES if value.column in state.counted else meant.unit
    others = (other.column for other in meant.row.values)
    beside = meant.unit == SHARES and any(
        state.periods[column].end is None and column not in state.apart for column in others
    )
    return MONEY if beside else meant.unit


def _scaled(value: Decimal, power: int) -> Decimal:
    if not power:
        return value
    return value * _TEN[power] if power > 0 else value.scaleb(power)


@lru_cache(maxsize=64)
def _step(power: int) -> Decimal:
    """What one step of the last printed digit is worth: a plain power of ten."""
    return _TEN[power] if power >= 0 else Decimal(1).scaleb(power)


def _of_label(label: str, state: State) -> Period:
    """The instant that a label names in a balance sheet: "shares issued – September 2023", that of the
    column then.
    """
    for dated in words_of(label).dates[-1:] if len(label) <= _SHORT else ():
        if dated.year is None:
            continue
        for period in state.periods:
            if period.end and (period.end.year, period.end.month) == (dated.year, dated.month):
                return Period(period.end)
        return Period(dated.on())
    return NO_PERIOD


def _days(
    value: Value, meant: RowMeaning, frame: Frame, state: State
) -> tuple[date | None, date | None, list[str]]:
    """The first and last day of a figure and what is doubtful about them."""
    if meant.own is not None:
        return meant.own[0], meant.own[1], []
    period = state.periods[value.column]
    start, sure = state.starts[value.column]
    if period.end is None:
        if period is BETWEEN:
            return None, None, [period.doubt]
        if state.of_rows is not None:
            period = state.of_rows
        elif frame.statement == BALANCE:
            period = _of_label(meant.row.label, state)
        if period.end is None:
            return None, None, [period.doubt or NO_PERIOD.doubt]
        start, sure = start_of(period, frame.calendar)
    doubts = [period.doubt] if period.doubt else []
    if meant.edge == END:
        return None, period.end, doubts
    if meant.edge == BEGINNING:
        if start is None:
            return None, period.end, [*doubts, _NO_FIRST_DAY]
        return None, start - timedelta(days=1), doubts if sure else [*doubts, _WORKED_OUT]
    return start, period.end, doubts


def _power(unit: str, label: str, headings: tuple[str, ...], frame: Frame) -> tuple[int, str]:
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
