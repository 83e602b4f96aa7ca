"""Dates in NumPy: Excel day numbers to days and months and back; an error where one is given."""

from collections.abc import Callable, Sequence

import numpy as np

from modelgen.formula.values import Argument, Array, Floats, numbers

Compute = Callable[[Sequence[Argument]], Array]

_DAY_ZERO = np.datetime64("1899-12-30", "D")


def _days(argument: Argument) -> tuple[Array, Array]:
    serial = numbers(argument)
    bad = np.isnan(serial)
    days = _DAY_ZERO + np.where(bad, 0, np.floor(serial)).astype("timedelta64[D]")
    return days, bad


def _serial(days: Array, bad: Array) -> Array:
    serial = (days.astype("datetime64[D]") - _DAY_ZERO).astype(np.float64)
    return np.where(bad, np.nan, serial)


def month_parts(days: Array) -> tuple[Array, Array]:
    """The month of each day, and how many days after its first it is."""
    months = days.astype("datetime64[M]")
    return months, (days - months.astype("datetime64[D]")).astype(np.int64)


def _whole(argument: Argument) -> tuple[Array, Array]:
    number = numbers(argument)
    bad = np.isnan(number)
    return np.where(bad, 0, np.trunc(number)).astype(np.int64), bad


def edate(arguments: Sequence[Argument]) -> Array:
    """EDATE: the same day so many months later, the month's last where it has no such day."""
    days, bad = _days(arguments[0])
    shift, bad_shift = _whole(arguments[1])
    months, day = month_parts(days)
    target = months + shift.astype("timedelta64[M]")
    last = ((target + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")) - (
        target.astype("datetime64[D]")
    )
    moved = target.astype("datetime64[D]") + np.minimum(day, last.astype(np.int64)).astype(
        "timedelta64[D]"
    )
    return _serial(moved, bad | bad_shift)


def eomonth(arguments: Sequence[Argument]) -> Array:
    """EOMONTH: the last day of the month so many months later."""
    days, bad = _days(arguments[0])
    shift, bad_shift = _whole(arguments[1])
    following = days.astype("datetime64[M]") + (shift + 1).astype("timedelta64[M]")
    return _serial(following.astype("datetime64[D]") - np.timedelta64(1, "D"), bad | bad_shift)


def date(arguments: Sequence[Argument]) -> Array:
    """DATE: months and days beyond their range carry over."""
    (year, bad), (month, bad_month), (day, bad_day) = (_whole(item) for item in arguments)
    months = np.datetime64("1970-01", "M") + ((year - 1970) * 12 + month - 1).astype(
        "timedelta64[M]"
    )
    return _serial(
        months.astype("datetime64[D]") + (day - 1).astype("timedelta64[D]"),
        bad | bad_month | bad_day,
    )


def date_part(part: Callable[[Array], Array]) -> Compute:
    """YEAR, MONTH or DAY: one part of a date."""

    def compute(arguments: Sequence[Argument]) -> Array:
        days, bad = _days(arguments[0])
        return np.where(bad, np.nan, part(days).astype(np.float64))

    return compute


def weekday(arguments: Sequence[Argument]) -> Array:
    """WEEKDAY: 1 for a Sunday, Excel's default."""
    day: Floats = np.mod(np.floor(numbers(arguments[0])) - 1, 7) + 1
    return day


def days360(arguments: Sequence[Argument]) -> Array:
    """US (NASD) 30/360, Excel's default."""
    (first, bad), (second, bad_second) = _days(arguments[0]), _days(arguments[1])
    (month1, day1), (month2, day2) = month_parts(first), month_parts(second)
    day1, day2 = day1 + 1, day2 + 1
    next_day = first + np.timedelta64(1, "D")
    end_of_february = (next_day.astype("datetime64[M]") != month1) & (day1 < 30)
    day1 = np.where((day1 == 31) | end_of_february, 30, day1)
    day2 = np.where((day2 == 31) & (day1 == 30), 30, day2)
    months = (month2 - month1).astype(np.int64)
    return np.where(bad | bad_second, np.nan, months * 30.0 + day2 - day1)


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
