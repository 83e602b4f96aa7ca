"""Numerals as financial tables print them: $ (1,234), 5.70, (0.65), 12.5 %, a dash for nothing."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

DASHES = frozenset("-–—−‒―‐")
CURRENCY = r"(?:[A-Z]{0,3}[$€£¥₹₩]|USD|EUR|GBP|CHF|CAD|AUD|JPY|RMB|NT\$|Rs\.?|kr)"
FOOTNOTE = r"(?:\(?[a-z]\)|\([1-9]\d?\)|\[[\da-z]{1,2}\]|[*†‡§¹²³⁴⁵⁶⁷⁸⁹]+)"
_SIGNS = frozenset("$€£¥₹₩")

_NUMERAL = re.compile(
    rf"^(?P<open>[-–—−(]?)\s*(?:{CURRENCY})?\s*(?P<open2>[-–—−(]{{0,2}})\s*(?:{CURRENCY})?\s*"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    rf"(?P<close>\s*%?\s*\)?\s*%?|[-−–]%?)\s*(?:{CURRENCY})?\s*(?P<mark>(?:{FOOTNOTE}[,\s]*)*)$"
)
_DASH = re.compile(
    rf"^\(?\s*(?:{CURRENCY})?\s*[-–—−‒―‐]{{1,5}}\s*\)?\s*%?\s*(?:{FOOTNOTE})?$|^(?:nil|Nil|NIL)$"
)
_YEAR = re.compile(rf"^(?:FY\s?|CY\s?)?(?P<year>(?:19|20)\d\d)E?\s*(?:{FOOTNOTE}[,\s]*)*$")
PREFIX = re.compile(rf"^(?:{CURRENCY})?\s*[-–—−(]?\s*(?:{CURRENCY})?$")
SUFFIX = re.compile(rf"^(?:(?:\)|%|\)\s*%|%\s*\))\s*(?:{FOOTNOTE})*|pts?\.?|bps)$")

_MARK = re.compile(
    r"^(?!(?:st|nd|rd|th)$)[(\[]?(?:\d{1,2}|[a-z]{1,2}|[*†‡§#]+)[)\]]?(?:\s*,\s*[(\[]?(?:\d{1,2}|[a-z])[)\]]?)*$"
)


class Numeral(NamedTuple):
    """A numeral: its printed value with the sign as printed, how many decimals, whether a percent sign stands
    with it, whether it is a dash (a printed nothing), and whether a currency stands with it.
    """

    value: Decimal
    decimals: int
    percent: bool
    nil: bool = False
    currency: bool = False


@lru_cache(maxsize=16384)
def numeral(text: str) -> Numeral | None:
    """The numeral that a text is, None if it is none: words, a date, several numerals.

    >>> numeral("$ (1,234.5)").value
    Decimal('-1234.5')
    """
    if not text or len(text) > 60:
        return None
    found = _NUMERAL.match(text)
    if found is None:
        return Numeral(Decimal(0), 0, "%" in text, nil=True) if _DASH.match(text) else None
    digits = found["digits"].replace(",", "")
    opened = found["open"] + found["open2"]
    if "(" in opened and ")" not in found["close"] and ")" not in found["mark"]:
        return None  # the parenthesis closes elsewhere: words follow
    if ")" in found["close"] and "(" not in opened:
        return None  # it opens elsewhere: the end of a label that goes over several lines
    value = Decimal(digits)
    behind = found["close"][:1] in DASHES and bool(found["close"])  # 1,234-
    if behind and opened:
        return None
    negative = bool(opened) or behind
    return Numeral(
        -value if negative else value,
        len(digits.partition(".")[2]),
        "%" in found["close"],
        currency=not _SIGNS.isdisjoint(text),
    )


def decimals_of(text: str) -> int:
    """How many decimals a numeral is printed with, not counting the digits of a footnote's mark.

    >>> decimals_of("1,234.5 (1)")
    1
    """
    found = numeral(text)
    return found.decimals if found else 0


def year_of(text: str) -> int | None:
    """The year that a text is, alone but for marks of footnotes: 2023, 2023(a), FY2023."""
    found = _YEAR.match(text) if 4 <= len(text) <= 16 else None
    return int(found["year"]) if found else None


def is_mark(text: str) -> bool:
    """Whether a text set high is the mark of a footnote: (1), a, *, 2,3."""
    return bool(_MARK.match(text))
