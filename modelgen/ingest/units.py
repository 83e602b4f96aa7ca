"""The unit of a row, by its words: money, money per share, a count of shares, percent."""

import re
from collections.abc import Sequence
from functools import lru_cache

from modelgen.ingest.numerals import Numeral
from modelgen.ingest.reading import BALANCE, CASH, INCOME, MONEY, PER_SHARE, PERCENT, SHARES

_PER_SHARE = re.compile(
    r"\bper[\s-]+(?:\w+[\s-]+){0,4}?(?:share|unit|ads|warrant)s?\d?\b|\b(?:earnings|loss|income)\b.*\ba\s+share\b|\beps\b"
    r"|\bper\s+(?:basic|diluted)\b|\(dollars\)\s*$|\bper\s+(?:ordinary|common|class)\b.*\bshares?\b"
)
_EARNED = re.compile(
    r"^(?:total\s+)?(?:basic|diluted|(?:consolidated\s+)?net|income|earnings|\(?loss\)?|profit|cash|dividends?|distributions?|continuing|discontinued)\b"
)
_PENCE = re.compile(r"\b(?:pence|cents|p)\b")
_ENDS_IN_SHARE = re.compile(r"\b(?:share|unit)\W*(?:\W(?:basic|diluted)\W*)*$")
_COUNTED = re.compile(
    r"\b(?:shares|units|number|weighted|average\s+common|for|used)\b(?!\s*\()|\bin\s+(?:thousand|million)s\b"
)
_PAR_VALUE = re.compile(
    r"\b(?:par|stated)(?:\s+or\s+\w+)?\s+values?\b(?:\s+(?:of\s+)?\$\s?[\d.,]+)?(?:\s+per\s+share)?"
)
_AMOUNT_PER_SHARE = re.compile(
    r"[$€£]?\s?\d*\.\d+(?:,?\s+(?:and|or)\s+[$€£]?\s?\d*\.\d+|,\s+[$€£]?\s?\d*\.\d+)*(?:,?\s+respectively,?)?\s*(?:per|a)\s+(?:\w+\s+){0,3}?shares?"
)
_PRICE = re.compile(r"\b(?:fair|grant|exercise|average)\b.*\b(?:value|price)\b")
_AMOUNT = re.compile(r"\b(?:amount|value|price)\b")
_HEAD_SHARES = re.compile(r"\b(?:shares|units|awards|rsus|psus|options|number)\b")
_SHARES = re.compile(
    r"\b(?:weighted|average|avg)\b.*\b(?:shares?|units)\b|\bshares?\s+(?:outstanding|used|issued\s+and\s+outstanding)\b"
    r"|\bdenominator\b|\bweighted[\s-]+average\s+number\b|\bnumber\s+of\b.*\b(?:shares|units)\b|\b(?:basic|diluted|dilutive|common)\s+(?:\w+\s+)?shares\b|\bshares\s+in\s+(?:thousand|million)"
    r"|\b(?:weighted|average)\b.*\b(?:outstanding|dilution)\b|\bshares\s*(?:\(|[-–—]|$)|\bshares:?\s*$"
)
_AT_MONEY = re.compile(
    r"\bpar\b|\bauthorized\b|\bat\s+cost\b|\bstated\s+value\b|\bpaid[\s-]in\b|\battributable\b|\bavailable\s+to\b"
    r"|\brepurchase|\bpurchase|\bissuance|\bdividends?\b|\bproceeds\b|\bcompensation\b|\bnet\s+(?:income|loss|earnings)\b|\bincome\b|\bearnings\b|\btreasury\b|\bgains?\b|\bloss(?:es)?\b|\bsales?\b|\bcosts?\b|\bexpenses?\b"
)
# One look that most labels end with: what of shares or per share lacks these says neither.
_OF_SHARES = re.compile(r"share|unit|per|eps|dollars|denominator|weighted|average|avg")
_NAMES_SHARES = re.compile(r"\b(?:shares?|units)\b")
_COUNTS = re.compile(r"\baverage\b|\bavg\b|number\s+of")
_ABOVE_SHARES = re.compile(r"\b(?:shares|units)\b")
_ABOVE_COUNTS = re.compile(r"\b(?:average|number\s+of|shares\s+outstanding)\b")
_USED = re.compile(
    r"\bused\s+(?:in|to|for)\b|\bfor\s+(?:calculating|computing)\b|\bin\s+(?:computing|calculating|computation)\b"
)
_BALANCE_SHARES = re.compile(
    r"^(?:total\s+)?(?:number\s+of\s+)?(?:common\s+|ordinary\s+)?shares\s+(?:outstanding|issued)\b|\bshares\s+(?:outstanding|issued)\s*(?:[-–—]\s*)*(?:\w+\s+\d{4})?$"
)
_PERCENT = re.compile(r"%|\bpercent(?:age)?\b|\bper\s*cent\b")
_SHORT = re.compile(
    r"^(?:total\s+)?(?:[-–—•\s]*)(?:assuming\s+)?(?:basic|diluted|dilution|no\s+dilution|with\s+dilution|continuing|discontinued|net|common|class)\b"
)


@lru_cache(maxsize=2048)
def is_percent_head(head: str) -> bool:
    """Whether the words above a column say that it holds percentages."""
    return bool(_PERCENT.search(head.lower()))


@lru_cache(maxsize=8192)
def _low(label: str) -> str:
    """A label in lower case, without amounts per share that it only mentions ("$0.40 per share")."""
    low = label.lower()
    if "share" not in low:
        return low
    low = _PAR_VALUE.sub(" ", low) if "par " in low or "stated" in low else low
    return _AMOUNT_PER_SHARE.sub(" ", low) if "." in low else low


def unit_of(label: str, headings: Sequence[str], statement: str, numbers: Sequence[Numeral]) -> str:
    """The unit of a row with some numerals, percentages left out (a row of them alone is one of percentages).

    The row's own words come first; then, for a row that does not read as money, those of the heading above
    it. A heading "per share" holds only for numerals with cents, one "shares" only for numerals without.
    """
    if not numbers:
        return PERCENT
    low = _low(label)
    numbers = [number for number in numbers if not number.nil]
    if statement == CASH:
        return MONEY
    if statement == BALANCE:
        return SHARES if _BALANCE_SHARES.search(low) and not _AT_MONEY.search(low) else MONEY
    unit = _of_words(low, headings, statement, numbers)
    return MONEY if unit == SHARES and any(number.currency for number in numbers) else unit


def _of_words(low: str, headings: Sequence[str], statement: str, numbers: Sequence[Numeral]) -> str:
    """The unit by the row's words, else by the heading's."""
    cents = all(number.decimals >= 2 for number in numbers)
    small = all(abs(number.value) < 10_000 for number in numbers)
    if not _OF_SHARES.search(low):
        return _by_heading(low, headings, cents, small, statement)
    if _NAMES_SHARES.search(low) and _USED.search(low):
        return PER_SHARE if cents and small and low.startswith(("net", "earnings")) else SHARES
    if _PER_SHARE.search(low):
        few = all(abs(number.value) < 20 for number in numbers)
        whole = not any(number.decimals for number in numbers)
        each = _ENDS_IN_SHARE.search(low) if whole else cents or _PENCE.search(low)
        if each and _EARNED.search(low) and not _COUNTED.search(low):
            return PER_SHARE
        return PER_SHARE if small and (cents or few) else SHARES if _SHARES.search(low) else MONEY
    if _SHARES.search(low) and not (_AT_MONEY.search(low) and not _COUNTS.search(low)):
        return SHARES
    return _by_heading(low, headings, cents, small, statement)


def unit_under(head: str, printed: str, number: Numeral, unit: str) -> str:
    """The unit of a cell below a head that names one, in a table that is no statement: shares, money per
    share.
    """
    named = _named_by(head)
    if not named or unit != MONEY or number.nil:
        return unit
    if named == PER_SHARE:
        return PER_SHARE if number.decimals >= 2 and abs(number.value) < 10_000 else unit
    return unit if "$" in printed else SHARES


@lru_cache(maxsize=2048)
def _named_by(head: str) -> str:
    """The unit that the words above a column name, "" if none."""
    low = head.lower()
    if _PER_SHARE.search(low) or _PRICE.search(low):
        return PER_SHARE
    return SHARES if _HEAD_SHARES.search(low) and not _AMOUNT.search(low) else ""


@lru_cache(maxsize=2048)
def _above(heading: str) -> tuple[bool, bool, bool]:
    """What a heading says: shares, that they are counted, an amount per share."""
    low = heading.lower()
    if not _OF_SHARES.search(low):
        return False, False, False
    counted = _USED.search(low) or _ABOVE_COUNTS.search(low)
    return bool(_ABOVE_SHARES.search(low)), bool(counted), bool(_PER_SHARE.search(low))


def _by_heading(low: str, headings: Sequence[str], cents: bool, small: bool, statement: str) -> str:
    """The unit that the nearest heading gives to a row which names none itself."""
    for heading in reversed(headings[-2:]):
        named, counted, per_share = _above(heading)
        if named and counted:
            return SHARES
        if per_share:
            if cents and small:
                return PER_SHARE
            if _SHORT.search(low) and not cents and statement == INCOME and named:
                return SHARES
    return MONEY
