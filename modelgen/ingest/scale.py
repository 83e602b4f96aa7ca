"""Scales in words: "in millions, except share data", "shares in thousands", "(millions of dollars)"."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

_POWERS = {
    "thousand": 3,
    "000": 3,
    "million": 6,
    "mil": 6,
    "mm": 6,
    "m": 6,
    "k": 3,
    "bn": 9,
    "billion": 9,
}
_SCALE = re.compile(
    r"(?<![\w.])(?:in|of|\$|€|£|¥|us\$|dollars?|amounts?|unaudited)?[\s;,(]*"
    r"(?:(?P<word>thousand|million|billion)s?\b|(?P<zeros>(?:\$|€|£)?\s?['’]?000(?:['’]?s\b|\s+omitted)|['’$]000\b)"
    r"|(?P<short>[$€£]\s?(?:mil|mm|bn|m|k)\b))"
)
_INTRODUCED = re.compile(
    r"(?:^|[(,;:–—-]|\b(?:in|dollars?|amounts?|expressed|stated|shown|presented|reported|tabular|currency|unaudited|euros?|shares|usd|eur|gbp|chf|cad|aud|jpy|sek|nok|dkk)\b)"
    r"[\s(]*(?:(?:are|is|all|amounts|dollars|in|us|u\.s\.|\$|€|£|rmb|cad|canadian|of)[\s]+)*"
    r"(?:thousand|million|billion)s?\b(?:\s+of\b)?"
)
_EXCEPT = re.compile(r"\bexcept(?:\s+for)?\b|\bexcluding\b|\bunless\b")
_SHARES = re.compile(
    r"\b(?:number\s+of\s+)?(?:shares?|share\s+(?:amounts|data|counts|information)|units)\b"
    r"(?:[\s,]+(?:which|that|and|are|is|reflected|stated|shown|presented|expressed|dollars|amounts|data|numbers?))*"
    r"[\s,]+in\s+(?P<word>thousand|million|billion)s?"
)
_NO_SHARES = re.compile(r"(?<!per[\s-])(?<!per common[\s-])(?<!per ordinary[\s-])\bshares?\b")
_BOTH = re.compile(r"(?:(?<!\w)\$|dollars?|amounts?)\s*(?:&|and)\s*shares?\s+in\b")
_NUMBER_BEFORE = re.compile(r"\d\s*$")


@dataclass(frozen=True, slots=True)
class Scale:
    """What one printed unit is worth: of money, and of share counts (None: not said apart from money).
    `words` is the text that says so.
    """

    money: int | None
    shares: int | None
    words: str

    @property
    def factor(self) -> Decimal:
        """Of money, 1 if it is not said."""
        return Decimal(10) ** (self.money or 0)


@lru_cache(maxsize=2048)
def scale_of(text: str) -> Scale | None:
    """The scale that a text states, None if it states none.

    >>> scale_of("(In millions, except number of shares which are reflected in thousands)").shares
    3
    """
    low = " ".join(text.lower().split())
    if not any(
        word in low
        for word in ("thousand", "million", "billion", "000", "$m", "$ m", "$k", "$bn", "€m", "£m")
    ):
        return None
    said, _, apart = _split(low)
    share = _SHARES.search(low)
    shares = _POWERS[share["word"]] if share else None
    if share and _BOTH.search(low):
        return Scale(shares, shares, text)
    money = _money(said.replace(share.group(), " ") if share else said)
    if money is None and not share:
        return None
    if shares is None and apart and _NO_SHARES.search(apart):
        shares = 0
    return Scale(money, shares, text)


def _split(low: str) -> tuple[str, str, str]:
    found = _EXCEPT.search(low)
    return (low[: found.start()], found.group(), low[found.end() :]) if found else (low, "", "")


def _money(said: str) -> int | None:
    for found in _SCALE.finditer(said):
        if found["zeros"]:
            return 3
        if found["short"]:
            return _POWERS[found["short"].strip("$€£ ")]
        before = said[: found.start("word")]
        if _NUMBER_BEFORE.search(before):
            continue  # "20 million shares" states no scale
        if _INTRODUCED.search(said):
            return _POWERS[found["word"]]
    return None


_ROW = re.compile(
    r"[(\[,–—-]\s*(?:shares\s+|amounts\s+)?(?:in\s+)?(?P<word>thousand|million|billion)s?(?:\s+of\s+(?:shares|dollars))?\s*[)\]]?\s*$"
    r"|\((?:shares\s+|amounts\s+|dollars\s+)?(?:in\s+)?(?P<word2>thousand|million|billion)s?(?:\s+of\s+\w+)?\)"
    r"|\((?:in\s+)?(?:\$|'|’)?(?P<zeros>000)['’]?s?\)|\bin\s+(?P<word3>thousand|million|billion)s\b"
)


def row_scale(label: str) -> int | None:
    """The scale that a label states for its own row: "Diluted shares (in millions)"."""
    low = label.lower()
    if "illion" not in low and "thousand" not in low and "000" not in low:
        return None
    found = _ROW.search(low)
    if not found:
        return None
    word = found["word"] or found["word2"] or found["word3"]
    return _POWERS[word] if word else 3
