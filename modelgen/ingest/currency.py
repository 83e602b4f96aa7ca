"""The currency of amounts: by the sign at numerals, with the letters before it, and by the words that state
the scale.

A bare dollar sign is that of many countries, so words, which name one, go before it.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from modelgen.ingest.document import Table
from modelgen.ingest.numerals import numeral
from modelgen.ingest.scale import scale_of

_SIGNS = "$€£¥₹₩"
_EVERY_SIGN = frozenset(_SIGNS)
_OF_LETTERS = {
    "US$": "$",
    "HK$": "HKD",
    "C$": "CAD",
    "CA$": "CAD",
    "CAD$": "CAD",
    "CDN$": "CAD",
    "A$": "AUD",
    "AU$": "AUD",
    "AUD$": "AUD",
    "NZ$": "NZD",
    "S$": "SGD",
    "SG$": "SGD",
    "NT$": "TWD",
    "R$": "BRL",
    "MX$": "MXN",
    "CN¥": "CNY",
    "RMB¥": "CNY",
    "JP¥": "¥",
}
_CODES = (
    *("USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "CNY", "RMB"),
    *("INR", "KRW", "BRL", "MXN", "SEK", "NOK", "DKK", "ZAR", "ILS", "PLN", "CZK"),
)
_WORDS = {
    "us dollar": "USD",
    "united states dollar": "USD",
    "canadian dollar": "CAD",
    "australian dollar": "AUD",
    "new zealand dollar": "NZD",
    "hong kong dollar": "HKD",
    "singapore dollar": "SGD",
    "new taiwan dollar": "TWD",
    "euro": "EUR",
    "sterling": "GBP",
    "yen": "JPY",
    "renminbi": "CNY",
    "yuan": "CNY",
    "swiss franc": "CHF",
    "indian rupee": "INR",
    "korean won": "KRW",
    "brazilian reais": "BRL",
    "reais": "BRL",
    "mexican peso": "MXN",
    "swedish kronor": "SEK",
    "norwegian kroner": "NOK",
    "danish kroner": "DKK",
    "south african rand": "ZAR",
    "shekel": "ILS",
}
_SIGN = re.compile(rf"(?P<letters>[A-Z]{{0,3}})\s?(?P<sign>[{_SIGNS}])")
_CODE = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(_CODES)})(?![A-Za-z])")
_WORD = re.compile(rf"\b(?P<word>{'|'.join(map(re.escape, _WORDS))})s?\b")
# One look that most lines end with.
_OF_STATED = re.compile(r"amounts|figures|expressed|stated|presented|reported")
_STATED = re.compile(
    r"\b(?:amounts|figures|expressed|stated|presented|reported)\b[^.]{0,60}\bin\s+"
    r"(?:(?:thousands|millions|billions)\s+of\s+)?(?P<what>[^.;,)]{3,40})",
    re.IGNORECASE,
)
DOLLARS = frozenset(("USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN"))
_ALIKE = {"$": DOLLARS, "¥": frozenset(("JPY", "CNY")), "₹": frozenset(("INR",))}


def currency_in(table: Table, words: Iterable[str]) -> str:
    """The currency of a table with such lines above it: a sign where that alone is printed, a code
    ("HKD") where letters or words say which; "" if nothing does. Of the words only those count that state a
    scale, or what amounts are expressed in.
    """
    sign = sign_in(table)
    if sign and sign not in _ALIKE:
        return sign
    for line in words:
        said = _said(line)
        if said:
            return said if not sign or said in _ALIKE[sign] - {"USD"} else sign
    return sign


def sign_in(table: Table) -> str:
    """The currency that is printed with the first numeral that has one, "" if none has."""
    for row in table.rows:
        for cell in row.cells:
            text = cell.text
            if not (text[:1].isupper() or text[-1:].isupper()) and _EVERY_SIGN.isdisjoint(text):
                continue
            found = (_by_sign(text) or _by_code(text)) if numeral(text) else ""
            if found:
                return found
    return ""


def stated_in(lines: Sequence[str]) -> str:
    """The code of the currency in which the first lines of a document say that its amounts are.

    >>> stated_in(["All amounts are in Canadian dollars unless noted."])
    'CAD'
    """
    for line in lines:
        found = _STATED.search(line) if _OF_STATED.search(line.lower()) else None
        if found and (code := _named(found["what"])):
            return code
    return ""


@lru_cache(maxsize=2048)
def _said(line: str) -> str:
    """What a line says of a currency."""
    if scale_of(line) is not None:
        return _named(line) or _by_sign(line) or ("$" if "dollar" in line.lower() else "")
    return stated_in([line])


def _named(text: str) -> str:
    """The code of the currency that a text names in words or by a code."""
    low = " ".join(text.lower().replace("u.s.", "us").split())
    found = _WORD.search(low)
    return _WORDS[found["word"]] if found else _by_code(text)


def _by_code(text: str) -> str:
    found = _CODE.search(text)
    return found.group().replace("RMB", "CNY") if found else ""


def _by_sign(text: str) -> str:
    found = _SIGN.search(text)
    if not found:
        return ""
    letters, sign = found["letters"], found["sign"]
    if not letters:
        return "KRW" if sign == "₩" else sign
    return _OF_LETTERS.get(letters + sign, letters + sign)
