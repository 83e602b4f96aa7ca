"""The sources beside the page: each document's lines, with the numerals of its figures marked."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from modelgen.ingest.read import read
from modelgen.model.plain import Figure, Model
from modelgen.page.program import Json
from modelgen.problem import did_you_mean, fail
from modelgen.text.load import DealText
from modelgen.text.readers import TEXT, Document, reader_of


def read_sources(deal: DealText, given: Sequence[str] = ()) -> dict[str, Document]:
    """The documents of a deal's sources by id, as far as they are at hand: where `ingest` leaves their text,
    as SOURCE.txt in the deal's folder, or as `given`: a file for the first source, or ID=FILE. Raises
    ModelError.
    """
    sources = deal.document.sources
    files: dict[str, Path] = {}
    for id_, source in sources.items():
        beside = deal.folder / f"{id_}.txt"
        if source.format == TEXT and beside.is_file():
            files[id_] = beside
    for text in given:
        id_, equals, file = text.partition("=")
        if not equals or Path(text).is_file():
            id_, file = next(iter(sources), ""), text
        if id_ not in sources:
            hint = did_you_mean(id_, sources) or f"sources: {', '.join(sources) or 'none'}"
            raise fail(f"'{id_}' is not a source of the deal", hint=hint)
        files[id_] = Path(file)
    return {id_: _document(path, sources[id_].format) for id_, path in files.items()}


def _document(path: Path, format_: str) -> Document:
    """A source as its format's reader reads it. A filing (HTML, PDF) that was ingested is numbered as its
    text was then.
    """
    if format_ == TEXT and path.suffix.lower() not in (".txt", ""):
        lines = enumerate(read(path).text.splitlines(), start=1)
        return Document({str(number): line for number, line in lines}, ())
    return reader_of(format_).read(path)


def source_data(model: Model, documents: Mapping[str, Document]) -> list[Json]:
    """The sources for JSON: title, and where the document is at hand its lines as [place, text, marks]; a
    mark is the first character, the length, and the number of the figure.
    """
    found = []
    for id_, source in model.sources.items():
        document = documents.get(id_)
        found.append(
            {
                "id": id_,
                "title": source.title,
                "publisher": source.publisher,
                "date": source.date.isoformat(),
                "lines": _lines(model, id_, document) if document else None,
            }
        )
    return found


def _lines(model: Model, source: str, document: Document) -> list[list[object]]:
    cited: dict[str, list[tuple[int, Figure]]] = {}
    for number, figure in enumerate(model.figures):
        if figure.at.source == source:
            cited.setdefault(figure.at.place, []).append((number, figure))
    return [
        [place, text, _marks(text, cited.get(place, []))] for place, text in document.texts.items()
    ]


def _marks(text: str, figures: list[tuple[int, Figure]]) -> list[list[int]]:
    """Where the figures of a line stand in it. A figure printed twice on a line takes the next numeral
    like it; one that is not found there (its line was broken) marks nothing.
    """
    taken: list[list[int]] = []
    for number, figure in figures:
        for start, length in found_in(text, figure.printed):
            if all(start >= other[0] + other[1] or start + length <= other[0] for other in taken):
                taken.append([start, length, number])
                break
        else:
            # Two lines of the model may tie to one numeral.
            first = next(iter(found_in(text, figure.printed)), None)
            if first is not None:
                taken.append([*first, number])
    return sorted(taken)


_DASHES = r"\-\u2010\u2011\u2012\u2013\u2014\u2212"
_DASH = re.compile(rf"(?<![\w{_DASHES}])[{_DASHES}](?![\w{_DASHES}.,(])")
"""A dash that stands for nothing printed: none of a word, a rule or a negative number."""


def found_in(text: str, printed: str) -> list[tuple[int, int]]:
    """The places of a numeral in a line, not inside a longer one. Spaces may stand between its parts, as
    between a currency and its amount.
    """
    if _DASH.fullmatch(printed.strip()):
        return [(hit.start(), 1) for hit in _DASH.finditer(text)]
    parts = r"\s*".join(re.escape(part) for part in re.findall(r"\d[\d.,]*\d|\S", printed))
    if not parts:
        return []
    edge = r"(?<![\d.,])" if printed[0].isdigit() else ""
    after = r"(?![\d]|[.,]\d)" if printed[-1].isdigit() else ""
    return [
        (hit.start(), hit.end() - hit.start()) for hit in re.finditer(edge + parts + after, text)
    ]
