"""The cells of an HTML row, with what belongs to one numeral put together though it stands in several:
$ | (1,234 | ) is one numeral, at the cell of its digits.
"""

from collections.abc import Iterator
from typing import NamedTuple

from modelgen.ingest.dashes import Signed
from modelgen.ingest.document import Cell, Origin, Tag
from modelgen.ingest.numerals import DASHES, PREFIX, SUFFIX, numeral, year_of

_AFTER_PREFIX = frozenset("0123456789(.-–—−")
_ENDS_NUMERAL = frozenset("0123456789)-–—−")
_LONGEST_PREFIX = 5


class Piece(NamedTuple):
    """A cell as the page has it: its text, the columns that it spans, which of its row it is, its tag."""

    text: str
    left: int
    right: int
    nth: int
    tag: Tag | None


def joined(found: list[Piece], table: int, row: int, signed: list[Signed]) -> Iterator[Cell]:
    """The cells of a row of a table. A numeral that a dash was put to is noted in `signed`.

    >>> pieces = [Piece("$", 0, 1, 1, None), Piece("(5", 1, 2, 2, None), Piece(")", 2, 3, 3, None)]
    >>> [cell.text for cell in joined(pieces, 1, 1, [])]
    ['$ (5)']
    """
    at, last = 0, len(found)
    while at < last:
        text, left, right, nth, tag = found[at]
        dash = None
        at += 1
        if (
            at < last
            and len(text) <= _LONGEST_PREFIX
            and found[at].left - right <= 1
            and PREFIX.match(text)
        ):
            following = found[at]
            if text[-1] in DASHES and (following.nth != nth + 1 or text[-1] == "—"):
                yield Cell(text, left, right, Origin(table, row, nth))
                continue
            if following.text[0] in _AFTER_PREFIX or numeral(following.text):
                if text[-1] in DASHES:
                    dash = Cell(text, left, right, Origin(table, row, nth))
                space = "" if text[-1] == "(" else " "
                text = f"{text}{space}{following.text}"
                _, _, right, nth, tag = following
                at += 1
        while at < last and text[-1] in _ENDS_NUMERAL and found[at].left - right <= 1:
            following = found[at]
            if not SUFFIX.match(following.text) or not _takes(text, following.text):
                break
            text, right = text + following.text, following.right
            at += 1
        cell = Cell(text, left, right, Origin(table, row, nth), tag)
        if dash is not None:
            digits = cell._replace(text=text[len(dash.text) :].lstrip(), left=dash.right)
            signed.append(Signed(cell, dash, digits))
        yield cell


def _takes(text: str, suffix: str) -> bool:
    """Whether a suffix belongs to the text before it: a numeral, no date or year of a header."""
    if year_of(text):
        return False
    return suffix[-1].isalpha() or suffix[-1] == "." or numeral(text + suffix) is not None
