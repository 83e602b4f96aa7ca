"""Inline XBRL tags, where there are some, against what was read without them: a disagreement is marked
and reported.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from modelgen.ingest.document import Document, Tag
from modelgen.ingest.reading import IngestedFigure, ReadRow, ReadTable, SourceAnomaly
from modelgen.ingest.sentences import at_lines, counted, of_period

_MONTH = 30.4375
_LABEL = 80  # characters of a label that a sentence has


@dataclass(frozen=True, slots=True)
class _Odd:
    """A figure with the tag that disagrees with it."""

    table: int
    figure: IngestedFigure
    tag: Tag

    @property
    def kind(self) -> tuple[object, ...]:
        """What figures of one table must have in common to be told of in one sentence."""
        figure, tag = self.figure, self.tag
        apart = tag.end != figure.end, (tag.start is None, figure.start is None)
        # Of another scale, the values are as many times those of the tags.
        times = abs(tag.value / figure.value) if figure.value else None
        return self.table, times, apart


def compared(
    document: Document, tables: Sequence[ReadTable]
) -> tuple[list[ReadTable], list[SourceAnomaly]]:
    """The tables with disagreements noted at their figures, and the disagreements: those of a table that are
    alike in one sentence.
    """
    tags = {
        cell.origin[:3]: cell.tag
        for table in document.tables
        for row in table.rows
        for cell in row.cells
        if cell.tag
    }
    if not tags:
        return list(tables), []
    odd: dict[tuple[object, ...], list[_Odd]] = {}
    done = []
    for table in tables:
        marked: dict[int, ReadRow] = {}
        for index, row in enumerate(table.rows):
            for at, figure in enumerate(row.figures):
                tag = tags.get(figure[:3])  # table, row and cell
                against = _against(figure, tag) if tag else ""
                if tag is None or not against:
                    continue
                if not figure.review:
                    one = _Odd(table.number, figure, tag)
                    odd.setdefault(one.kind, []).append(one)
                found = list(marked.get(index, row).figures)
                found[at] = figure.doubted(f"the page's own tag says {against}")
                marked[index] = replace(row, figures=tuple(found))
        rows = (marked.get(index, row) for index, row in enumerate(table.rows))
        done.append(replace(table, rows=tuple(rows)) if marked else table)
    return done, [_told(alike) for alike in odd.values()]


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
        months = [_months(figure.start, figure.end), _months(tag.start, tag.end)]
        if months[0] != months[1]:
            said.append(f"{tag.start} as the first day")
    return ", ".join(said)


def _told(alike: Sequence[_Odd]) -> SourceAnomaly:
    """The sentence about a figure and its tag: label, period, both values, which is taken, and what to do;
    and how many more are like it.
    """
    figure, tag = alike[0].figure, alike[0].tag
    label = figure.label if len(figure.label) <= _LABEL else f"{figure.label[:_LABEL].rstrip()}..."
    printed = " ".join(figure.printed.split())
    own = _when(figure.start, figure.end)
    values = abs(tag.value) != abs(figure.value)
    days = own != _when(tag.start, tag.end)
    read = f"{figure.value:,f}" if values else "one"
    says = f"{abs(tag.value):,f}" if values else "one"
    says += f" {_when(tag.start, tag.end)}" if days else ""
    right = "the words of its scale" if values else "the dates above it"
    rest = ""
    if len(alike) > 1:
        lines = at_lines([one.figure.line for one in alike])
        rest = f"; so it is with {counted(len(alike) - 1, 'more figure')} of the table ({lines})"
    return SourceAnomaly(
        figure.line,
        figure.printed,
        f"{label}, printed {printed}, is read as {read} {own}, and the page's own tag says {says}{rest}. "
        f"What is printed is taken, as it is read: if the tag is right, correct {right} in a copy of the "
        "document",
    )


def _when(start: date | None, end: date | None) -> str:
    """A period in words: of the 3 months to 2025-06-30, of the day 2025-06-30."""
    if end is None:
        return "of no period"
    return of_period((start, end))


def _months(start: date, end: date) -> int:
    return round(((end - start).days + 1) / _MONTH)
