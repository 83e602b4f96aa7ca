"""Date functions in NumPy, on Excel day numbers. An argument that is an error gives an error."""

from collections.abc import Callable, Sequence

import numpy as np

from modelgen.formula.values import Argument, Array, Floats, numbers

Compute = Callable[[Sequence[Argument]], Array]

_DAY_ZERO = np.datetime64("1899-12-30", "D")


# Excel's calendar has a February 29, 1900, so spreadsheets differ before March 1, 1900; none goes
# beyond the year 9999.
FIRST_DAY, LAST_DAY = 61.0, 2958465.0


def _days(argument: Argument) -> tuple[Array, Floats]:
    """An argument's days as NumPy dates, and its errors (zero where there is none)."""
    serial = np.floor(numbers(argument))
    wrong = np.where(np.isnan(serial), np.nan, _out_of_range(serial))
    days = _DAY_ZERO + np.where(wrong == 0, serial, FIRST_DAY).astype("timedelta64[D]")
    return days, wrong


def _out_of_range(serial: Floats) -> Floats:
    return np.where((serial < FIRST_DAY) | (serial > LAST_DAY), np.inf, 0.0)


def _serial(days: Array, wrong: Floats) -> Array:
    serial = (days.astype("datetime64[D]") - _DAY_ZERO).astype(np.float64)
    wrong = wrong + _out_of_range(serial)
    return np.where(wrong == 0, serial, wrong)


def month_parts(days: Array) -> tuple[Array, Array]:
    """The month of each day, and the number of days since its first."""
    months = days.astype("datetime64[M]")
    return months, (days - months.astype("datetime64[D]")).astype(np.int64)


_FARTHEST = 1e6  # years, months or days; any more lead out of the calendar anyway


def _whole(argument: Argument) -> tuple[Array, Floats]:
    """The argument cut to a whole number, and its errors (zero where there is none)."""
    number = numbers(argument)
    wrong = np.where(np.isnan(number), np.nan, np.where(np.abs(number) > _FARTHEST, np.inf, 0.0))
    return np.where(wrong == 0, np.trunc(number), 0).astype(np.int64), wrong


def edate(arguments: Sequence[Argument]) -> Array:
    """EDATE: the same day a number of months later, or the last of the month if it has no such day."""
    days, wrong = _days(arguments[0])
    shift, wrong_shift = _whole(arguments[1])
    months, day = month_parts(days)
    target = months + shift.astype("timedelta64[M]")
    last = ((target + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")) - (
        target.astype("datetime64[D]")
    )
    moved = target.astype("datetime64[D]") + np.minimum(day, last.astype(np.int64)).astype(
        "timedelta64[D]"
    )
    return _serial(moved, wrong + wrong_shift)


def eomonth(arguments: Sequence[Argument]) -> Array:
    """EOMONTH: the last day of the month a number of months later."""
    days, wrong = _days(arguments[0])
    shift, wrong_shift = _whole(arguments[1])
    following = days.astype("datetime64[M]") + (shift + 1).astype("timedelta64[M]")
    return _serial(following.astype("datetime64[D]") - np.timedelta64(1, "D"), wrong + wrong_shift)


def date(arguments: Sequence[Argument]) -> Array:
    """DATE: months and days beyond their range carry over; a year below 1900 counts from 1900."""
    (year, wrong), (month, wrong_month), (day, wrong_day) = (_whole(item) for item in arguments)
    year = np.where((year >= 0) & (year < 1900), year + 1900, year)
    months = np.datetime64("1970-01", "M") + ((year - 1970) * 12 + month - 1).astype(
        "timedelta64[M]"
    )
    # Some spreadsheets cut negative fractions towards zero, others round them down.
    for argument in arguments:
        number = numbers(argument)
        wrong = wrong + np.where((number < 0) & (number != np.trunc(number)), np.inf, 0.0)
    first = months.astype("datetime64[D]")
    wrong = wrong + _out_of_range((first - _DAY_ZERO).astype(np.float64))
    return _serial(first + (day - 1).astype("timedelta64[D]"), wrong + wrong_month + wrong_day)


def date_part(part: Callable[[Array], Array]) -> Compute:
    """YEAR, MONTH or DAY: one part of a date."""

    def compute(arguments: Sequence[Argument]) -> Array:
        days, wrong = _days(arguments[0])
        return np.where(wrong == 0, part(days).astype(np.float64), wrong)

    return compute


def weekday(arguments: Sequence[Argument]) -> Array:
    """WEEKDAY: 1 for a Sunday, Excel's default."""
    days, wrong = _days(arguments[0])
    day = np.mod(_serial(days, wrong) - 1, 7) + 1
    return np.where(wrong == 0, day, wrong)


def days360(arguments: Sequence[Argument]) -> Array:
    """US (NASD) 30/360, Excel's default."""
    (first, wrong), (second, wrong_second) = _days(arguments[0]), _days(arguments[1])
    wrong = wrong + wrong_second
    (month1, day1), (month2, day2) = month_parts(first), month_parts(second)
    day1, day2 = day1 + 1, day2 + 1
    next_day = first + np.timedelta64(1, "D")
    end_of_february = (next_day.astype("datetime64[M]") != month1) & (day1 < 30)
    day1 = np.where((day1 == 31) | end_of_february, 30, day1)
    # From the end of February to a 31st, `formulas` counts one day more.
    wrong = wrong + np.where(end_of_february & (day2 == 31), np.inf, 0.0)
    day2 = np.where((day2 == 31) & (day1 == 30), 30, day2)
    months = (month2 - month1).astype(np.int64)
    return np.where(wrong == 0, months * 30.0 + day2 - day1, wrong)


def year_of(days: Array) -> Array:
    """The year of each day."""
    return days.astype("datetime64[Y]").astype(np.int64) + 1970


def month_of(days: Array) -> Array:
    """The month of each day, 1 to 12."""
    return days.astype("datetime64[M]").astype(np.int64) % 12 + 1


def day_of(days: Array) -> Array:
    """The day of the month."""
    day: Array = month_parts(days)[1] + 1
    return day
