"""What an input may hold, how a person types it, and how it is written."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from .cells import ItemError, day_of
from .reading import ACTUAL, LEAF, PERIOD_FLAGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .cells import Key, Value
    from .reading import Entry, Model

UNBOUNDED = 1e12
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def typed_value(entry: Entry, text: str) -> float:
    """The number for a text as a person types it: 1,234 or 2.50% or 2007-03-31. Raises ItemError."""
    bare = text.strip()
    if entry.type == "date":
        try:
            return float((date.fromisoformat(bare) - date(1899, 12, 30)).days)
        except ValueError:
            raise ItemError(
                f"'{text}' is not a date: write year-month-day, as in 2010-05-31."
            ) from None
    percent = bare.endswith("%")
    number = bare[:-1].strip() if percent else bare
    if "," in number and not _GROUPED.fullmatch(number):
        raise ItemError(f"'{text}' is not a number: a comma separates three digits, as in 1,234.")
    if not _NUMBER.fullmatch(number.replace(",", "")):
        raise ItemError(f"'{text}' is not a number: write it as 1,234 or 2.5%.")
    value = float(number.replace(",", ""))
    # A decimal point is moved in the text, so that 9.1% is 0.091 and not what 9.1 / 100 leaves.
    return round(value / 100, 15) if percent else value


def value_words(entry: Entry, value: Value) -> str:
    """A value as an author would type it.

    A rate of 0.0135 is "1.35%", a day number its date, 1234.5 is "1,234.5", a blank cell "blank".
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "blank" if value is None else str(value)
    if entry.type == "date":
        return day_of(value) or f"{value:g}"
    if entry.row.value("percent") == 1:
        # 15 digits: what a person typed, and no more than a spreadsheet keeps.
        return f"{value * 100:.13g}%"
    return f"{value:,.10f}".rstrip("0").rstrip(".")


def range_problem(entry: Entry, value: float) -> str:
    """Why a value is not allowed; empty if it is."""
    row = entry.row
    least, most = row.number("least"), row.number("most")
    codes = [float(code) for code in row.text("codes").split()]
    low, high = (-UNBOUNDED if least is None else least), (UNBOUNDED if most is None else most)
    said = value_words(entry, value)
    if codes and value not in codes:
        return f"{said} is out of range: one of {', '.join(value_words(entry, c) for c in codes)}"
    if not low <= value <= high:
        ends = f"from {value_words(entry, low)} to {value_words(entry, high)}"
        return f"{said} is out of range: {ends}"
    whole = row.value("whole") == 1 or entry.type == "date"
    return f"{value:g} is not a whole number" if whole and not float(value).is_integer() else ""


def unreadable(model: Model) -> Iterator[tuple[Key, Entry, str]]:
    """The cells of inputs that do not hold an allowed value, and why."""
    for entry in model.inputs.values():
        for index, cell in enumerate(entry.cells):
            message = _content_problem(model, entry, index, cell)
            if message:
                yield cell, entry, message


def _content_problem(model: Model, entry: Entry, index: int, cell: Key) -> str:
    book = model.book
    if cell in book.formulas:
        return f"holds the formula {book.formulas[cell]}, but should hold an input's value"
    value = book.value(cell)
    if index in entry.blank:
        return (
            "" if value is None else "should be blank: the comparative period is not for its kind"
        )
    if value is None:
        optional = entry.row.value("optional")
        if entry.id.startswith(LEAF) and optional in (1, 2):
            flags = book.areas.get(PERIOD_FLAGS, {}).get(cell[0])
            actual = flags and book.value((cell[0], flags.row, cell[2])) == ACTUAL
            if optional == 2 or not actual:
                return ""
            return f"is blank, but the period ending {model.period(entry, index)} is actual"
        return "" if optional in (1, 2) else "is blank, but should hold a number"
    if isinstance(value, str):
        return f"holds the text '{value}', but should hold a number"
    wrong = range_problem(entry, float(value))
    return f"holds {wrong}" if wrong else ""
