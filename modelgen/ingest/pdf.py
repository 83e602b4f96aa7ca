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
_WIDEST = 240  # characters of a line
_SAME_LINE = 0.45  # of a word's height: words whose middles are nearer stand on one line
_BROKEN = re.compile(
    r"(?<=[\s$])(?P<first>\(?\d{1,2}) (?P<rest>\d{0,2}(?:,\d{3})+(?![\d,])|\d{0,2}\.\d+\b|\d\d\b(?![,.]))"
)
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
    lines: list[str] = []
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            count = len(document.pages)
            if count > MOST_PAGES:
                raise fail(f"{name} has {count:,} pages; {MOST_PAGES} are the most that are read")
            for page in document.pages:
                lines.extend(_lines(page.extract_words(keep_blank_chars=False, x_tolerance=3)))
                lines.append("")
                page.close()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise fail(
            f"{name} is a PDF that cannot be read: {error or type(error).__name__}"
        ) from None
    except Exception as error:
        if type(error).__module__.startswith(("pdfminer", "pdfplumber")):
            raise fail(f"{name} is a PDF that cannot be read: it is damaged or locked") from None
        raise
    if not any(lines):
        raise fail(f"{name} is a PDF without text: {count} pages of images")
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
            apart = last is not None and word["x0"] - last > width * (1 + _GAP)
            column = max(column, at + 2) if apart or last is None else at + 1
            column = column if last is not None else round((word["x0"] - left) / width)
            pieces.append(" " * (column - at) + word["text"])
            at = column + len(word["text"])
            last = word["x1"]
        yield _BROKEN.sub(_whole, "".join(pieces)[:_WIDEST])


def _whole(found: re.Match[str]) -> str:
    """A numeral that some PDFs print as its first digits and the rest, a space apart."""
    return f" {found['first']}{found['rest']}"


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
