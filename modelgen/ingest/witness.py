"""Inline XBRL tags, where there are some, against what was read without them: a disagreement is marked
and reported.
"""

from collections.abc import Sequence
from dataclasses import replace

from modelgen.ingest.document import Document, Tag
from modelgen.ingest.reading import IngestedFigure, ReadRow, ReadTable, SourceAnomaly

_MONTH = 30.4375


def compared(
    document: Document, tables: Sequence[ReadTable]
) -> tuple[list[ReadTable], list[SourceAnomaly]]:
    """The tables with disagreements noted at their figures, and the disagreements."""
    tags = {
        cell.origin[:3]: cell.tag
        for table in document.tables
        for row in table.rows
        for cell in row.cells
        if cell.tag
    }
    if not tags:
        return list(tables), []
    anomalies: list[SourceAnomaly] = []
    done = []
    for table in tables:
        marked: dict[int, ReadRow] = {}
        for index, row in enumerate(table.rows):
            for at, figure in enumerate(row.figures):
                tag = tags.get(figure[:3])  # table, row and cell
                against = _against(figure, tag) if tag else ""
                if not against:
                    continue
                if not figure.review:
                    anomalies.append(SourceAnomaly(figure.line, figure.printed, against))
                found = list(marked.get(index, row).figures)
                found[at] = figure.doubted(against)
                marked[index] = replace(row, figures=tuple(found))
        rows = (marked.get(index, row) for index, row in enumerate(table.rows))
        done.append(replace(table, rows=tuple(rows)) if marked else table)
    return done, anomalies


def _against(figure: IngestedFigure, tag: Tag) -> str:
    """In what a tag disagrees with a figure, "" in nothing. The sign is the statement's own, so it is not
    compared.
    """
    said = []
    if abs(tag.value) != abs(figure.value):
        said.append(f"a value of {abs(tag.value):,f}")
    elif figure.start == tag.start and figure.end == tag.end:
        return ""  # as nearly all do
    if figure.end != tag.end:
        said.append(f"{tag.end} as the last day")
    if (figure.start is None) != (tag.start is None):
        said.append("a period" if tag.start else "an instant")
    elif figure.start and tag.start and figure.end and tag.end:
        months = [
            round(((end - start).days + 1) / _MONTH)
            for start, end in ((figure.start, figure.end), (tag.start, tag.end))
        ]
        if months[0] != months[1]:
            said.append(f"{tag.start} as the first day")
    return f"the page's own tag says {', '.join(said)}" if said else ""
