"""The sources beside the page: each document's lines, with the numerals marked that figures were read from."""

import re
from collections.abc import Mapping

from modelgen.model.plain import Figure, Model
from modelgen.page.program import Json
from modelgen.text.readers import Document


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
        for start, length in _found(text, figure.printed):
            if all(start >= other[0] + other[1] or start + length <= other[0] for other in taken):
                taken.append([start, length, number])
                break
        else:
            # Two lines of the model may tie to one numeral.
            first = next(iter(_found(text, figure.printed)), None)
            if first is not None:
                taken.append([*first, number])
    return sorted(taken)


def _found(text: str, printed: str) -> list[tuple[int, int]]:
    """The places of a numeral in a line, not inside a longer one. Spaces may stand between its parts, as
    between a currency and its amount.
    """
    parts = r"\s*".join(re.escape(part) for part in re.findall(r"\d[\d.,]*\d|\S", printed))
    if not parts:
        return []
    edge = r"(?<![\d.,])" if printed[0].isdigit() else ""
    after = r"(?![\d]|[.,]\d)" if printed[-1].isdigit() else ""
    return [(hit.start(), hit.end() - hit.start()) for hit in re.finditer(edge + parts + after, text)]
