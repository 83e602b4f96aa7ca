"""The cells of an HTML row, with what belongs to one numeral put together though it stands in several:
$ | (1,234 | ) is one numeral, at the cell of its digits.
"""

from collections.abc import Iterator

from modelgen.ingest.dashes import Signed
from modelgen.ingest.document import Cell
from modelgen.ingest.numerals import DASHES, PREFIX, SUFFIX, numeral, year_of

_AFTER_PREFIX = frozenset("0123456789(.-–—−")
_ENDS_NUMERAL = frozenset("0123456789)-–—−")
_BEGINS_SUFFIX = frozenset(")%pb")
_LONGEST_PREFIX = 5


def joined(found: list[Cell], signed: list[Signed]) -> Iterator[Cell]:
    """The cells of a row of a table, of those that the page has. A numeral that a dash was put to is noted in
    `signed`.

    >>> from modelgen.ingest.document import Origin
    >>> row = [Cell(text, at, at + 1, Origin(1, 1, at + 1)) for at, text in enumerate(["$", "(5", ")"])]
    >>> [cell.text for cell in joined(row, [])]
    ['$ (5)']
    """
    at, last = 0, len(found)
    while at < last:
        cell = found[at]
        text, left, right, origin, tag = cell
        dash = None
        at += 1
        if (
            at < last
            and len(text) <= _LONGEST_PREFIX
            and found[at].left - right <= 1
            and PREFIX.match(text)
        ):
            following = found[at]
            if text[-1] in DASHES and (not _is_next(cell, following) or text[-1] == "—"):
                yield Cell(text, left, right, origin)
                continue
            if following.text[0] in _AFTER_PREFIX or numeral(following.text):
                if text[-1] in DASHES:
                    dash = Cell(text, left, right, origin)
                space = "" if text[-1] == "(" else " "
                text = f"{text}{space}{following.text}"
                _, _, right, origin, tag = following
                at += 1
        while at < last and text[-1] in _ENDS_NUMERAL and found[at].left - right <= 1:
            following = found[at]
            if not _is_suffix(following.text) or not _takes(text, following.text):
                break
            text, right = text + following.text, following.right
            at += 1
        if text is not cell.text:
            cell = Cell(text, left, right, origin, tag)
        if dash is not None:
            digits = cell._replace(text=text[len(dash.text) :].lstrip(), left=dash.right)
            signed.append(Signed(cell, dash, digits))
        yield cell


def _is_next(cell: Cell, following: Cell) -> bool:
    """Whether no other cell, without text, stands between two."""
    return following.origin.cell == (cell.origin.cell or 0) + 1


def _is_suffix(text: str) -> bool:
    return text[0] in _BEGINS_SUFFIX and SUFFIX.match(text) is not None


def _takes(text: str, suffix: str) -> bool:
    """Whether a suffix belongs to the text before it: a numeral, no date or year of a header."""
    if year_of(text):
        return False
    return suffix[-1].isalpha() or suffix[-1] == "." or numeral(text + suffix) is not None
