"""The source of a figure: where a document prints it, and that document's own words around the place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from .answers import Answer, Line
from .cells import a1, day_of
from .reading import DEAL_PROPERTY, INPUT
from .tracing import cited, cited_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .cells import Key
    from .reading import Row
    from .tracing import Tracer

# Text first: a citation that is a line counts the lines of the text.
SUFFIXES = (".txt", ".md", ".htm", ".html", ".xhtml", ".pdf")
LARGEST = 50_000_000
_BEFORE, _AFTER = 4, 20  # lines of the document shown beside the one cited
_WIDEST = 400  # characters of a line of the document
_MOST = 40  # of the figures that a computed cell follows from, as many are listed
_PAGE = re.compile(r"p(?:age)?\.?(\d+)", re.IGNORECASE)


def find_document(path: str, deal: str, source: str) -> Path | None:
    """The document with a source's id as its name: beside the workbook, in the deal's folder beside it
    or beside its folder, or in a folder of deals or templates there; None if there is none.
    """
    if not path:
        return None
    here = Path(path).parent
    folders = [here]
    if deal:
        name = Path(deal).name
        folders += [here / name, here.parent, here.parent / name]
        folders += [here.parent / shelf / name for shelf in ("deals", "templates")]
    for folder in folders:
        for suffix in SUFFIXES:
            file = folder / f"{source}{suffix}"
            if file.is_file():
                return file
    return None


def source_of(tracer: Tracer, key: Key, document: str = "") -> Answer:
    """Where the number in a cell is printed: the figures that tie to it, each with its citation and the
    line of the document; for a computed cell that no document prints, the figures it follows from.
    `document` is a file to read in place of the one that is found.
    """
    figures = tracer.figures_at(key)
    step = tracer.described(key, 0)
    if figures:
        return _printed(tracer, step.words, figures, document)
    if step.kind == INPUT:
        lines = [Line(f"No figure is printed for it. Its basis: {step.why}.", key)]
        return Answer(step.words, lines, {"cell": a1(key), "figures": [], "basis": step.why})
    behind: dict[str, Row] = {}
    for below in tracer.leaves(key) if step.formula else ():
        for figure in tracer.figures_at(below):
            behind.setdefault(figure.text("id"), figure)
    if not behind:
        lines = [Line("No figure of a source stands behind this cell.", key)]
        return Answer(step.words, lines, {"cell": a1(key), "figures": []})
    lines = [Line(f"It is computed, and follows from {len(behind)} figures:")]
    found = [_fact(figure) for figure in behind.values()]
    lines += [Line(_said(fact), figure.cells["id"]) for fact, figure in zip(found, behind.values())]
    if len(lines) > _MOST + 1:
        lines[_MOST + 1 :] = [Line(f"and {len(behind) - _MOST} more: trace the cell to see them.")]
    return Answer(step.words, lines, {"cell": a1(key), "figures": [], "behind": found})


def _fact(figure: Row) -> dict[str, Any]:
    source, place = cited(figure)
    return {
        "id": figure.text("id"),
        "line": figure.text("line"),
        "period": day_of(figure.value("period")) or None,
        "printed": figure.text("printed"),
        "source": source,
        "place": place,
        "words": cited_words(figure),
        "ledger": a1(figure.cells["id"]),
    }


def _said(fact: dict[str, Any]) -> str:
    period = f" {fact['period']}" if fact["period"] else ""
    printed = f", printed as {fact['printed']}" if fact["printed"] else ""
    where = f" in {fact['words']}" if fact["words"] else ""
    return f"{fact['line']}{period}{printed}{where} ({fact['ledger']})"


def _printed(tracer: Tracer, title: str, figures: Sequence[Row], given: str) -> Answer:
    """The answer for figures that print a cell's number, each with its document's passage."""
    book = tracer.model.book
    deal = book.properties.get(DEAL_PROPERTY, "")
    lines, facts = [], []
    document = ""
    lacking: dict[str, None] = {}
    for figure in figures:
        fact = _fact(figure)
        facts.append(fact)
        file = Path(given) if given else find_document(book.path, deal, fact["source"])
        fact["document"] = str(file) if file else None
        passage = _around(file, fact["place"]) if file else ""
        lines.append(Line(_said(fact), figure.cells["id"], 0, passage, fact["printed"]))
        if file is None:
            lacking[fact["source"]] = None
            continue
        fact["text"] = _line_at(file, fact["place"])
        if fact["text"]:
            text = fact["text"].strip()
            lines.append(Line(text, figure.cells["id"], 1, passage, fact["printed"]))
        document = document or str(file)
    lines += [
        Line(
            f"The document '{source}' is not here: put it beside the workbook as {source}.txt "
            "(or .htm, .pdf) to read it at that place."
        )
        for source in lacking
        if source
    ]
    return Answer(title, lines, {"figures": facts}, document)


def _texts(file: Path) -> list[str]:
    """The lines of a document of text; none of another format, of one that is too large or cannot be read."""
    try:
        if file.suffix.lower() not in (".txt", ".md") or file.stat().st_size > LARGEST:
            return []
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _line_at(file: Path, place: str) -> str:
    texts = _texts(file)
    return texts[int(place) - 1] if place.isdigit() and 0 < int(place) <= len(texts) else ""


def _around(file: Path, place: str) -> str:
    """The lines of the document around a place, numbered, the one cited with an arrow."""
    texts = _texts(file)
    if not place.isdigit() or not 0 < int(place) <= len(texts):
        return ""
    at = int(place)
    shown = range(max(1, at - _BEFORE), min(len(texts), at + _AFTER) + 1)
    return "\n".join(f"{'>' if n == at else ' '}{n:>6}  {texts[n - 1][:_WIDEST]}" for n in shown)


def page_address(document: str, place: str) -> str:
    """The address at which a viewer opens a document, with its page where the place names one."""
    page = _PAGE.match(place)
    address = Path(document).resolve().as_uri()
    return f"{address}#page={page[1]}" if page and document.lower().endswith(".pdf") else address
