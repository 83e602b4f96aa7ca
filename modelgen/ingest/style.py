"""What the style of an element says: hidden, set high, how far a label is set in."""

import re
from dataclasses import dataclass

_ABSENT = re.compile(r"display\s*:\s*none")
_UNSEEN = re.compile(r"visibility\s*:\s*hidden")
_RAISED = re.compile(r"vertical-align\s*:\s*super|(?<![\w-])top\s*:\s*-")
_INDENT = re.compile(r"(padding-left|text-indent|margin-left)\s*:\s*(-?[\d.]+)\s*(pt|px|em|in|%)?")
_PADDING = re.compile(r"padding\s*:\s*[\d.]+\w*\s+[\d.]+\w*\s+[\d.]+\w*\s+([\d.]+)(pt|px|em|in|%)?")
_POINTS = {"pt": 1.0, "px": 0.75, "em": 10.0, "in": 72.0, "%": 5.0, "": 0.75}
_BLANK = 3.0  # points of a blank before a label
_BLANKS = "\xa0 \u2003\u2002"


@dataclass(frozen=True, slots=True)
class Look:
    """How an element looks: not shown; set high, as marks of footnotes are; how far it is set in, in
    points. Blank: it is not shown, and its place is kept.
    """

    hidden: bool = False
    raised: bool = False
    indent: float = 0.0
    blank: bool = False


PLAIN = Look()


class Looks(dict[str | None, Look]):
    """The looks by style, None for an element without: a page has few styles for its many cells, and each is
    read once.
    """

    def __init__(self) -> None:
        super().__init__({None: PLAIN})

    def __missing__(self, style: str) -> Look:
        look = self[style] = look_of(style)
        return look


def look_of(style: str) -> Look:
    """The look that a style gives, PLAIN itself where it says none of it.

    >>> look_of("padding-left:12pt").indent
    12.0
    """
    absent = "none" in style and bool(_ABSENT.search(style))
    unseen = "hidden" in style and bool(_UNSEEN.search(style))
    raised = ("top:" in style or "super" in style) and bool(_RAISED.search(style))
    look = Look(absent or unseen, raised, _indent(style), unseen and not absent)
    return PLAIN if look == PLAIN else look


def _indent(style: str) -> float:
    total = 0.0
    if "indent" in style or "left" in style:
        for _, size, unit in _INDENT.findall(style):
            total += float(size) * _POINTS[unit] if _is_number(size) else 0.0
    if "padding" in style and "padding-left" not in style:
        short = _PADDING.search(style)
        if short and _is_number(short[1]):
            total += float(short[1]) * _POINTS[short[2] or ""]
    return total


def blanks_before(text: str) -> float:
    """How far a label is set in by blanks before it, in points. Blanks after the end of a line are the
    page's own layout.
    """
    lead = text[: len(text) - len(text.lstrip())]
    if not lead:
        return 0.0
    if "\n" in lead:
        lead = lead.rpartition("\n")[2].replace(" ", "")
    return _BLANK * sum(lead.count(blank) for blank in _BLANKS)


def _is_number(text: str) -> bool:
    return text.count(".") <= 1 and text not in {"-", ".", "-."}
