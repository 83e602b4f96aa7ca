"""Numbers as people print and type them: (1,234), $5,678,000, CHF 12.5, 2.50%, --, 2010-05-31."""

import math
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from modelgen.dates import to_serial
from modelgen.text.currency_sign import without_currency

_NUMBER = re.compile(
    r"^(?P<minus>[-−])?\s*(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)\s*(?P<percent>%)?$"
)
_GROUPED = re.compile(r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_FIRST_DAY = date(1900, 3, 1)
NIL = ("--", "-", "–", "—")
_LOCAL_DATE = re.compile(r"^\d{1,4}([./-])\d{1,2}\1\d{1,4}$")
_DECIMAL_COMMA = re.compile(
    r"^[-−(]?\s*(?:\d{1,3}(?:\.\d{3})+,\d+|\d+,(?:\d{1,2}|\d{4,}))\s*%?\s*\)?$"
)
_POINTED_THOUSANDS = re.compile(r"^[-−(]?\s*\d{1,3}(\.\d{3})+\s*\)?$")


class BadValueError(ValueError):
    """A text that is not the value it should be; the message says why."""


def printed_number(text: str) -> tuple[Decimal, Decimal]:
    """The number that a document prints and the value of its last printed digit, in the printed unit.

    Parentheses mean negative, a dash means zero, a currency before or after the number is left out. "6%"
    gives 6 and 1: percent is the unit.
    """
    bare = without_currency(text)
    if bare in NIL:
        return Decimal(0), Decimal(1)
    negative = bare.startswith("(") and bare.endswith(")")
    if negative:
        bare = without_currency(bare[1:-1])
    found = _NUMBER.match(bare)
    if not found:
        raise BadValueError(f"'{text}' is not a printed number")
    digits = found["digits"].replace(",", "")
    number = Decimal(digits)
    decimals = len(digits.partition(".")[2])
    sign = -1 if negative or found["minus"] else 1
    return number * sign, Decimal(1).scaleb(-decimals)


def is_percentage(text: str) -> bool:
    """Whether a printed number is followed by a percent sign."""
    return text.strip().rstrip(")").rstrip().endswith("%")


def is_local_date(text: str) -> bool:
    """Whether a text is a date as one country writes it (10/31/2024, 31.10.2024), which another reads
    otherwise.
    """
    return _LOCAL_DATE.match(text.strip()) is not None and not _TYPED_DATE.match(text.strip())


def has_decimal_comma(text: str) -> bool:
    """Whether a number has a comma for its decimals: 412,6 or 1.234,56."""
    return _DECIMAL_COMMA.match(without_currency(text)) is not None


def has_pointed_thousands(text: str) -> bool:
    """Whether a number may have points between thousands: 1.234, which is 1.234 or 1,234."""
    return _POINTED_THOUSANDS.match(without_currency(text)) is not None


def typed_number(text: str) -> float:
    """The number that an author types as 1,234 or -3 or 2.50% (0.025).

    Raises BadValueError for text, NaN and infinity.
    """
    stripped = text.strip()
    if stripped.lower().lstrip("+-.") in ("nan", "inf", "infinity"):
        raise BadValueError(f"'{text}' is not a finite number")
    percent = stripped.endswith("%")
    bare = stripped.removesuffix("%").strip()
    if "," in bare and not _GROUPED.match(bare):
        raise BadValueError(
            f"'{text}' is not a number: a comma separates three digits, as in 1,234"
        )
    try:
        number = Decimal(bare.replace(",", ""))
    except InvalidOperation:
        raise BadValueError(f"'{text}' is not a number") from None
    value = float(number / 100 if percent else number)
    if not math.isfinite(value):
        raise BadValueError(f"'{text}' is not a finite number")
    return value


def typed_date(text: str) -> int:
    """The Excel day number of a date typed as 2010-05-31. Raises BadValueError."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise BadValueError(
            f"'{text}' is not a date: write year-month-day, as in 2010-05-31"
        ) from None
    return _in_calendar(day)


def _in_calendar(day: date) -> int:
    """The Excel day number of a date. Raises BadValueError before March 1900: Excel's calendar has a February
    29, 1900, which never existed.
    """
    if day < _FIRST_DAY:
        raise BadValueError(
            f"{day} is before {_FIRST_DAY}, the first day that Excel numbers correctly"
        )
    return to_serial(day)


_TYPED_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_PRINTED_DATE = re.compile(r"^([A-Za-z]+)\.?\s+(\d{1,2}),\s*(\d{4})$")


def looks_like_date(text: str) -> bool:
    """Whether a text has the form of a date, even if the calendar has no such day."""
    found = _PRINTED_DATE.match(" ".join(text.split()))
    named = found is not None and found[1].capitalize() in _MONTHS
    return named or _TYPED_DATE.match(text.strip()) is not None


def printed_date(text: str) -> int:
    """The Excel day number of a date printed as "May 15, 2010" (or typed as 2010-05-15). Raises
    BadValueError.
    """
    found = _PRINTED_DATE.match(" ".join(text.split()))
    if found and found[1].capitalize() in _MONTHS:
        month = _MONTHS.index(found[1].capitalize()) + 1
        try:
            day = date(int(found[3]), month, int(found[2]))
        except ValueError:
            raise BadValueError(f"'{text}' is not a day in the calendar") from None
        return _in_calendar(day)
    return typed_date(text)


_NUMERAL = re.compile(
    rf"(?P<date>\b(?:{'|'.join(_MONTHS)})\s+\d{{1,2}}(?:,\s*\d{{4}})?(?!\d))"
    r"|(?P<number>\(\s*\d[\d,]*(?:\.\d+)?\s*\)|\d[\d,]*(?:\.\d+)?\s?%|\d(?:[\d,]*\d)?(?:\.\d+)?)"
    r"|(?P<dash>(?<=\s\s)(?:[$€£¥]\s?)?(?:--|[—–-])(?=\s\s|\s*$))",
    re.IGNORECASE,
)


def printed_numerals(text: str) -> Iterator[str]:
    """The numerals and dates printed on a line, in order, without pure typography such as rules. A dash is
    a printed nothing after a label; before all else on a line it marks an item of a list.
    """
    for found in _NUMERAL.finditer(text):
        printed = without_typography(found.group())
        if found["dash"] and printed != "--" and not text[: found.start()].strip():
            continue
        yield printed


def without_typography(printed: str) -> str:
    """A numeral without currency and insignificant spaces."""
    bare = re.sub(r"(?<=[\d(])\s+(?=[\d%)])", "", without_currency(printed))
    inside = bare[1:-1] if bare.startswith("(") and bare.endswith(")") else ""
    return " ".join((f"({without_currency(inside)})" if inside else bare).split())
