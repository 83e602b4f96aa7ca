"""Reads a PDF with a text layer: words by where they stand become lines of fixed-width text, which are
read as such.

Needs the extra `pdf` (pdfplumber). A page of images alone has no words; nothing is recognised by optics.
"""

import io
import logging
import re
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from modelgen.ingest.document import Document
from modelgen.ingest.text import from_lines
from modelgen.problem import fail, needs_extra

MOST_PAGES = 600
_SAME_LINE = 0.45  # of a word's height: words whose middles are nearer stand on one line
_FIRST = re.compile(r"\$?\(?\d{1,2}")  # digits of a numeral that is printed in two pieces
_REST = re.compile(r"(?:\d{0,2}(?:,\d{3})+|\d{0,2}\.\d+|\d\d)\)?")
_SPACE = 0.4  # of a character's width: what stands nearer has no space between
_GAP = 0.9  # of a character's width, beyond a space: words further apart are columns


def read_pdf(name: str, data: bytes) -> Document:
    """The document of a PDF. Raises ModelError: damaged, locked, too long, or without text; EngineError:
    pdfplumber is missing.
    """
    try:
        import pdfplumber  # noqa: PLC0415
    except ImportError:
        raise needs_extra("a PDF", "pdfplumber", "pdf") from None
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    pages: list[list[dict[str, Any]]] = []
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            count = len(document.pages)
            for page in document.pages if count <= MOST_PAGES else ():
                pages.append(page.extract_words(keep_blank_chars=False, x_tolerance=3))
                page.close()
    except (
        Exception
    ):  # a damaged file makes the library fail anywhere, with any of Python's own errors
        raise fail(f"{name} is a PDF that cannot be read: it is damaged or locked") from None
    if count > MOST_PAGES:
        raise fail(f"{name} has {count:,} pages; {MOST_PAGES} are the most that are read")
    if not count:
        raise fail(f"{name} is a PDF without pages")
    lines = [line for words in pages for line in (*_lines(words), "")]
    if not any(lines):
        images = "1 page" if count == 1 else f"{count:,} pages"
        raise fail(f"{name} is a PDF without text: {images} of images")
    return from_lines(name, lines, "pdf")


def _lines(words: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The lines of a page, words set at the characters where they stand."""
    if not words:
        return
    widths = [(word["x1"] - word["x0"]) / len(word["text"]) for word in words if word["text"]]
    width = max(median(widths), 1.0)
    left = min(word["x0"] for word in words)
    for row in _rows(words):
        pieces: list[str] = []
        at, last = 0, None
        for word in row:
            column = round((word["x0"] - left) / width)
            gap = 0.0 if last is None else word["x0"] - last
            if last is not None and gap < _SPACE * width and _is_whole(pieces[-1], word["text"]):
                pieces.append(word["text"])
                at, last = at + len(word["text"]), word["x1"]
                continue
            apart = gap > width * (1 + _GAP)
            column = max(column, at + 2) if apart or last is None else at + 1
            column = column if last is not None else round((word["x0"] - left) / width)
            pieces.append(" " * (column - at) + word["text"])
            at = column + len(word["text"])
            last = word["x1"]
        yield "".join(pieces)


def _is_whole(first: str, rest: str) -> bool:
    """Whether two words with hardly a gap are one numeral, which some PDFs print in two pieces."""
    return bool(_FIRST.fullmatch(first.strip()) and _REST.fullmatch(rest))


def _rows(words: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Words that stand on one line, from the top down, each from left to right."""
    row: list[dict[str, Any]] = []
    middle = 0.0
    for word in sorted(words, key=lambda word: ((word["top"] + word["bottom"]) / 2, word["x0"])):
        here = (word["top"] + word["bottom"]) / 2
        if row and here - middle > _SAME_LINE * (word["bottom"] - word["top"]):
            yield sorted(row, key=lambda word: word["x0"])
            row = []
        if not row:
            middle = here
        row.append(word)
    if row:
        yield sorted(row, key=lambda word: word["x0"])
