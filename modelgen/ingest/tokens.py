"""The tokens of a line of fixed-width text: what two or more spaces, or leaders, set apart; numerals
whole with their signs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from modelgen.ingest.numerals import CURRENCY, numeral, year_of

_LEADERS = re.compile(r"\.{3,}|(?:\.\s){2,}\.?|_{3,}|…+")
_RULES = re.compile(r"(?<!\S)[-=_–—]{3,}(?!\S)")
_GAP = re.compile(r"\S+(?: \S+)*")
_SPACES = re.compile("[\t\xa0\u200b\u2002\u2003\u2009\u202f\ufeff]")
_ONE = (
    rf"[-–—−(]?\s?(?:{CURRENCY})?\s?\(?(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    r"\s?%?\s?\)?%?"
)
_SEVERAL = re.compile(rf"^(?:{_ONE})(?:\s+(?:{_ONE}|[-–—]{{1,2}}))+$")
_EACH = re.compile(rf"{_ONE}|[-–—]{{1,2}}(?=\s|$)")
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DATE = rf"(?:{_MONTH}\s+\d{{1,2}},?(?:\s+(?:19|20)\d\d)?|(?:19|20)\d\d)"
_DATES = re.compile(rf"^(?:{_DATE})(?:\s+(?:{_DATE}))+$", re.IGNORECASE)
_ONE_DATE = re.compile(rf"^{_MONTH}\s+\d{{1,2}},?\s+(?:19|20)\d\d$", re.IGNORECASE)
_COMPARED = re.compile(r"^(?:19|20)\d\d (?P<rest>(?:[A-Z]|%|\$ )[^\d]{0,20})$")
_LASTING = re.compile(
    r"(?:\bfor\s+the\s+)?(?:\bfiscal\s+)?\b(?:three|six|nine|twelve|thirteen|twenty-six|thirty-nine|\d{1,2})"
    r"\s+(?:months|weeks)\b",
    re.IGNORECASE,
)
_EACH_DATE = re.compile(_DATE, re.IGNORECASE)
_LONGEST_RUN = 160  # characters of numerals or dates one space apart
_LONGEST_LABEL = 400
_SIGN = re.compile(rf"^(?:{CURRENCY})\s*\(?$|^\($")
_CLOSE = re.compile(r"^(?:\)|%|\)\s?%)$")
_TAIL = re.compile(
    rf"^(?P<label>.*\S)\s(?P<number>(?:{CURRENCY})?\s?\(?(?:{CURRENCY})?\s?[\d,]*\.?\d+\)?|[-–—]{{1,2}})$"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a line: its text and the characters [left, right) that it takes."""

    text: str
    left: int
    right: int


def plain(line: str) -> str:
    """A line with every kind of space as one space and tabs expanded, so that characters count columns."""
    return _SPACES.sub(" ", line.expandtabs(8)).rstrip()


def is_rule(line: str) -> bool:
    """Whether a line only draws rules, or marks the columns as <C> does in old filings."""
    bare = _RULES.sub("", line).strip()
    if not bare:
        return bool(line.strip())
    return bare.startswith(("<S>", "<C>", "<CAPTION>", "<TABLE>", "</TABLE>"))


def tokens_of(line: str) -> list[Token]:
    """The tokens of a plain line, from left to right."""
    bare = _LEADERS.sub(
        lambda found: " " * len(found.group()),
        _RULES.sub(lambda found: " " * len(found.group()), line),
    )
    found = [Token(piece.group(), piece.start(), piece.end()) for piece in _GAP.finditer(bare)]
    return _joined([part for token in found for part in _parts(token)])


def _parts(token: Token) -> list[Token]:
    """A token that is several numerals or several dates with one space between them is those."""
    text = token.text
    if len(text) > _LONGEST_RUN:
        return [token]
    if numeral(text) is None and _SEVERAL.match(text):
        return [
            Token(piece.group().strip(), token.left + piece.start(), token.left + piece.end())
            for piece in _EACH.finditer(text)
        ]
    pieces = list(_EACH_DATE.finditer(text)) if _DATES.match(text) else []
    compared = _COMPARED.match(text)
    if compared:
        at = compared.start("rest")
        return [
            Token(text[: at - 1], token.left, token.left + at - 1),
            Token(text[at:], token.left + at, token.right),
        ]
    starts = [found.start() for found in _LASTING.finditer(text)]
    if len(starts) > 1 and starts[0] == 0:
        bounds = [*starts[1:], len(text) + 1]
        return [
            Token(text[start : end - 1].rstrip(), token.left + start, token.left + end - 1)
            for start, end in zip(starts, bounds, strict=True)
        ]
    if len(pieces) > 1:
        return [
            Token(piece.group(), token.left + piece.start(), token.left + piece.end())
            for piece in pieces
        ]
    return [token]


def _joined(tokens: list[Token]) -> list[Token]:
    """Tokens with a currency sign put to the numeral that follows, and a parenthesis or percent sign to
    the one before.
    """
    done: list[Token] = []
    for token in tokens:
        last = done[-1] if done else None
        if (
            last
            and _SIGN.match(last.text)
            and (numeral(token.text) or token.text.lstrip("(")[:1].isdigit())
        ):
            gap = "" if last.text.endswith("(") else " "
            done[-1] = Token(f"{last.text}{gap}{token.text}", last.left, token.right)
        elif last and _CLOSE.match(token.text) and (numeral(last.text) or last.text[-1].isdigit()):
            done[-1] = Token(f"{last.text}{token.text}", last.left, token.right)
        else:
            done.append(token)
    return done


def cut(token: Token, columns: Sequence[tuple[int, int]]) -> list[Token]:
    """A token that runs from the stub into a column, with a numeral or a year there at its end, is two."""
    if len(token.text) > _LONGEST_LABEL or _ONE_DATE.match(token.text):
        return [token]
    found = (
        _TAIL.match(token.text)
        if columns and token.right > columns[0][0] and " " in token.text
        else None
    )
    if found is None or (numeral(found["number"]) is None and not year_of(found["number"])):
        return [token]
    left = token.left + found.start("number")
    inside = any(
        min(token.right, right) > max(left, start) and left >= start - 1 for start, right in columns
    )
    if not inside or token.left >= columns[0][0] - 3:
        return [token]
    words = found["label"].rstrip()
    return [
        Token(words, token.left, token.left + len(words)),
        Token(found["number"], left, token.right),
    ]


def numbers_of(tokens: list[Token]) -> list[Token]:
    """The tokens that are numerals of a table: not the first of a line if it stands at the margin, nor
    years alone.
    """
    found = [token for token in tokens if numeral(token.text) is not None]
    if found and all(year_of(token.text) for token in found):
        return []
    return found
