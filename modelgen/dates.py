"""Conversion between Excel's day numbers (1900 system: 1 is January 1, 1900) and Python's dates."""

from datetime import date, timedelta

_EPOCH = date(1899, 12, 30)  # correct for every day after February 28, 1900


def to_serial(day: date) -> int:
    """The day number that Excel stores for a date."""
    return (day - _EPOCH).days


def from_serial(serial: float) -> date:
    """The date of an Excel day number. Raises OverflowError if it is outside the calendar."""
    return _EPOCH + timedelta(days=int(serial))


def month_end(day: date, months: int = 0) -> date:
    """The last day of the month `months` after that of `day`."""
    index = day.year * 12 + day.month - 1 + months + 1
    return date(index // 12, index % 12 + 1, 1) - timedelta(days=1)
