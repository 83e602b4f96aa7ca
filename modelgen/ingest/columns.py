"""The words above the columns of a table, block of headers by block, and the words around that hold for
all of it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from modelgen.ingest.grid import DATA, HEADER, Grid, GridRow, heads_above
from modelgen.ingest.words import words_of

_LONGEST_NEAR = 260  # characters: a longer line is running text
_OF_COVER = re.compile(
    r"\b(?:quarterly|transition)\s+period\b|\b(?:quarterly|annual|transition)\s+report\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Heads:
    """The words above each column, and the stub's words in the same rows."""

    above: tuple[str, ...]
    stub: tuple[str, ...]

    @property
    def blank(self) -> bool:
        """Whether no column says anything of a period."""
        return all(words_of(text).blank for text in self.above)


def is_bare(heads: Sequence[str]) -> bool:
    """Whether nothing stands above some columns, but that they are unaudited."""
    return all(text.strip("() ").lower() in ("", "unaudited") for text in heads)


def top_rows(grid: Grid) -> tuple[GridRow, ...]:
    """The rows above the first data, as far as the last header among them: titles and headers."""
    last = -1
    for index, row in enumerate(grid.rows):
        if row.kind == DATA:
            break
        if row.kind == HEADER:
            last = index
    return grid.rows[: last + 1]


def heads_of(grid: Grid, rows: Sequence[GridRow]) -> Heads:
    """The words that some header rows put above each column."""
    above: list[list[str]] = [[] for _ in grid.columns]
    stub: list[str] = []
    for row in rows:
        if row.label:
            stub.append(row.label)
        if row.kind != HEADER:
            continue
        cells = [cell for cell in row.heads if cell.text != row.label]
        for words, cell in zip(above, heads_above(grid, cells), strict=True):
            if cell and (not words or words[-1] != cell.text):
                if _lasts_otherwise(cell.text, words):
                    words.clear()  # what stands nearest to the numerals holds
                words.append(cell.text)
    return Heads(tuple(" ".join(words) for words in above), tuple(stub))


def _lasts_otherwise(text: str, above: Sequence[str]) -> bool:
    """Whether a text says another duration than the words above it do."""
    said = _months(text)
    before = _months(" ".join(above)) if said is not None and above else None
    return before is not None and said != before


def _months(text: str) -> int | None:
    """How many months a text says, weeks as months too."""
    words = words_of(text)
    return words.months if words.weeks is None else round(words.weeks * 12 / 52)


def blocks(grid: Grid, heads: Heads) -> Iterator[tuple[Heads | None, GridRow]]:
    """Each row that is no header with the block of headers that has just been completed above it, or None.
    `heads` are those of the top rows.
    """
    top = top_rows(grid)
    above = heads if top else None
    pending: list[GridRow] = []
    for row in grid.rows[len(top) :]:
        if row.kind == HEADER:
            pending.append(row)
        elif row.kind == DATA:
            if pending:
                above, pending = heads_of(grid, pending), []
            yield above, row
            above = None
        else:
            yield None, row


def near_lines(top: Sequence[GridRow], before: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """The words around: titles of the top rows from the lowest up, then the lines before, nearest first;
    and how many of them stand in the table.
    """
    titles = [row.label for row in reversed(top) if row.label]
    titles += [
        cell.text
        for row in top
        if row.kind == HEADER
        for cell in row.heads
        if len(row.heads) == 1 and cell.text != row.label
    ]
    lines = [
        line
        for line in reversed(before)
        if len(line) <= _LONGEST_NEAR and not _OF_COVER.search(line)
    ]
    return (*titles, *lines), len(titles)
