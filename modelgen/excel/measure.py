"""How wide texts and numbers are in the workbook's font, and how many lines a text takes in a column.

Excel wraps, cuts and draws #### by the width of the letters, not by their number. The widths are those of
Arial and of the fonts that are its metric equals, in thousandths of the type's size.
"""

import re
from functools import lru_cache
from math import ceil

from modelgen.dates import from_serial

FONT_SIZE = 10.0
ROW_HEIGHT = 15.0
"""The height, in points, of a row whose cells take one line."""
_LETTERS = {
    191: "'", 222: "ijl", 260: "|", 278: " !,./:;I[\\]ft", 333: "()-`r", 334: "{}", 355: '"', 389: "*",
    469: "^", 500: "Jcksvxyz", 556: "#$0123456789?L_abdeghnopqu–", 584: "+<=>~", 611: "FTZ",
    667: "&ABEKPSVXY", 722: "CDHNRUw", 778: "GOQ", 833: "Mm", 889: "%", 944: "W", 1000: "…", 1015: "@",
}  # fmt: skip
_WIDTHS = {letter: width for width, letters in _LETTERS.items() for letter in letters}
LAST_DAY = 2958465
"""The last day that Excel knows: the end of the year 9999."""
_DAYS = {"d": "%d", "dd": "%d", "mmm": "%b", "mmmm": "%B", "mm": "%m", "yy": "%y", "yyyy": "%Y"}
_DATE_PART = re.compile("|".join(sorted(_DAYS, key=len, reverse=True)))
_OTHER, _BOLD = 640, 1.1
_PIXELS_OF_POINT = 96 / 72
_DIGIT, _PADDING = 7, 5  # pixels of a digit in the default font, by which columns are measured


def column_pixels(width: float) -> int:
    """The pixels of a column by its width in characters, at 100%.

    >>> column_pixels(9), column_pixels(12)
    (68, 89)
    """
    return int(width * _DIGIT + 0.5) + _PADDING


def characters(pixels: float) -> float:
    """The width in characters of a column that holds so many pixels of text, to a tenth."""
    return ceil(10 * pixels / _DIGIT) / 10


@lru_cache(maxsize=65536)
def text_pixels(text: str, size: float = FONT_SIZE, bold: bool = False) -> float:
    """The pixels of a text on one line at 100%.

    >>> round(text_pixels("(1,234)"))
    42
    """
    thousandths = sum(_WIDTHS.get(letter, _OTHER) for letter in text)
    return thousandths * size * _PIXELS_OF_POINT / 1000 * (_BOLD if bold else 1)


def broken(text: str, pixels: float, size: float = FONT_SIZE) -> list[str]:
    """A text broken at words into lines of a width, for cells that cannot be wrapped.

    >>> broken("Cash and unused availability", 120)
    ['Cash and unused', 'availability']
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else ""
        if lines and text_pixels(longer, size) <= pixels:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def lines_of(text: str, pixels: float, size: float = FONT_SIZE, bold: bool = False) -> int:
    """The lines that a text takes when wrapped at words into a width; a word that is too long is broken.

    >>> lines_of("Cash and unused availability", 120)
    2
    """
    room = max(1.0, pixels)
    space = text_pixels(" ", size, bold)
    count = 0
    for paragraph in text.split("\n"):
        count, used = count + 1, 0.0
        for word in paragraph.split():
            width = text_pixels(word, size, bold)
            if used and used + space + width > room:
                count, used = count + 1, 0.0
            elif used:
                used += space
            while width > room:
                count, width = count + 1, width - room
            used += width
    return count


def lines_height(lines: int, size: float = FONT_SIZE) -> float:
    """The height in points of a row with so many lines."""
    return ROW_HEIGHT if lines < 2 else round(lines * size * 1.28 + 3, 1)


def number_text(value: float, number_format: str) -> str:
    """About how a number reads in a format: its digits, signs and units; of a date, its day.

    >>> number_text(-1234.5, '#,##0_);(#,##0)'), number_text(0.125, '0.00%'), number_text(2, '0.00"x"')
    ('(1,234)', '12.50%', '2.00x')
    >>> number_text(38868, "mmm-yy"), number_text(38868, "d mmm yyyy_)")
    ('May-06', '31 May 2006')
    """
    section = number_format.partition(";")[0]
    bare = re.sub(r'"[^"]*"|\[[^\]]*\]|_.', "", section)
    if "y" in bare and 0 <= value <= LAST_DAY:
        return from_serial(value).strftime(_DATE_PART.sub(lambda found: _DAYS[found[0]], bare))
    if "0" not in bare:
        return f"{value:.10g}"
    decimals = len(found[1]) if (found := re.search(r"\.([0#]+)", bare)) else 0
    shown = value * 100 if "%" in bare else value
    digits = f"{abs(shown):,.{decimals}f}"
    digits = digits if "," in bare else digits.replace(",", "")
    unit = "".join(re.findall(r'"([^"]*)"', section)) + ("%" if "%" in bare else "")
    if value < 0:
        return f"({digits}{unit})" if "(" in number_format else f"-{digits}{unit}"
    return digits + unit
