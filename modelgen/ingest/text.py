"""Reads fixed-width text, as releases and filings had it before HTML, into a Document.

Lines with numerals set apart from words are data; a line of years, dates or durations above them is a
header and begins a table. A label may go over several lines, with the numerals on its first or on its
last.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from modelgen.ingest.document import Cell, Document, Origin, Row, Table
from modelgen.ingest.encoding import decoded
from modelgen.ingest.numerals import year_of
from modelgen.ingest.statements import title_of
from modelgen.ingest.text_columns import Column, columns_of, placed, reaches
from modelgen.ingest.text_labels import (
    at_right,
    begins_inside,
    hangs,
    indent_in,
    labelled,
    words_left,
)
from modelgen.ingest.text_lines import Line, is_header, is_page_mark
from modelgen.ingest.tokens import Token, cut, is_rule, numbers_of, plain, tokens_of
from modelgen.ingest.words import ends_in_month
from modelgen.problem import fail

LONGEST_LINE = 2_000
_LEAST_APART = 2  # spaces before a numeral of a column
_APART = re.compile(r"\s\s[$(]*\d")
MOST_LINES = 100_000
_FAR = 9  # lines of words after which data no longer belong to the table above
_NEARBY = 14
_LONGEST_HEAD = 40
_MOST_BEGINS = 4  # lines that a label has before its numerals
_FURTHEST = 16  # characters that the end of a label is set in at most
_BETWEEN = frozenset(("to", "through", "and"))  # dates of a header


@dataclass
class _Draft:
    """A table in the making: its header lines, then lines of data, headings and headers."""

    before: list[Line]
    lines: list[Line] = field(default_factory=list)


def read_plain(name: str, data: bytes) -> Document:
    """The document in some text. Raises ModelError: binary, or too many lines."""
    text, _, doubt = decoded(data)
    if text[:4000].count("\0") > 8 or text[:4000].count("\ufffd") > 200:
        raise fail(f"{name} is neither HTML, text nor PDF")
    made = from_lines(name, text.replace("\r\n", "\n").replace("\r", "\n").splitlines(), "text")
    return replace(made, notes=(*made.notes, doubt)) if doubt else made


def from_lines(name: str, lines: Sequence[str], form: str) -> Document:
    """The document of some lines of fixed-width text. A note tells of numerals too far to the right."""
    if len(lines) > MOST_LINES:
        raise fail(f"{name} has {len(lines):,} lines; {MOST_LINES:,} are the most that are read")
    drafts = _drafts([_line(number, line) for number, line in enumerate(lines, 1)])
    tables: list[Table] = []
    for draft in drafts:
        table = _table(len(tables) + 1, draft)
        if table:
            tables.append(table)
    return Document(
        name, form, tuple(line.rstrip() for line in lines), tuple(tables), _cut_off(lines)
    )


def _cut_off(lines: Sequence[str]) -> tuple[str, ...]:
    """A note if numerals stand further to the right than is read."""
    long = [
        number
        for number, line in enumerate(lines, 1)
        if len(line) > LONGEST_LINE and _APART.search(line, LONGEST_LINE - _LEAST_APART)
    ]
    if not long:
        return ()
    which = f"line {long[0]:,}" + (f" and {len(long) - 1:,} more" if len(long) > 1 else "")
    return (f"numerals beyond {LONGEST_LINE:,} characters are not read: {which}",)


def _line(number: int, raw: str) -> Line:
    text = plain(raw[:LONGEST_LINE])
    if is_rule(text):
        return Line(number, text, (), ())
    tokens = tokens_of(text)
    numbers = numbers_of(tokens)
    if numbers and (len(tokens) == 1 and len(numbers) == 1 and is_page_mark(text)):
        numbers = []
    return Line(number, text, tuple(tokens), tuple(numbers))


def _drafts(lines: Sequence[Line]) -> list[_Draft]:
    """The tables of a document: each begins at its header, or where data follow much text."""
    drafts: list[_Draft] = []
    waiting: list[Line] = []
    current: _Draft | None = None
    reach = 0
    for seen in lines:
        line = replace(seen, numbers=()) if _is_day(seen, waiting) else seen
        if not line.numbers:
            if line.tokens:
                waiting.append(line)
            continue
        said = [other for other in waiting if other.tokens]
        header = next((at for at, other in enumerate(said) if is_header(other)), None)
        prose = sum(other.is_prose and len(other.text) > reach for other in said)
        if current is None or header is not None or len(said) > _FAR or prose >= 3:
            said = _ended(current, said)
            current = _Draft(said[-40:])
            drafts.append(current)
            reach = line.numbers[0].left
        else:
            current.lines.extend(said)
        current.lines.append(line)
        reach = min(reach, line.numbers[0].left)
        waiting = []
    _ended(current, waiting)
    return drafts


def _ended(draft: _Draft | None, said: list[Line]) -> list[Line]:
    """Puts the lines that end the label of a table's last row to it, and a heading at the foot of its page;
    gives those that are left.
    """
    if draft is None:
        return said
    last = draft.lines[-1].number
    for at, line in enumerate(said):
        text = line.text.strip()
        heads = text.endswith(":")
        follows = line.number <= last + (2 if heads and at == 0 else 1) and not title_of([text], ())
        own = (
            heads
            or begins_inside(text)
            or hangs(_whole_label(draft))
            or text[:1] == "("
            or indent_in(line) > indent_in(draft.lines[-1]) + 1
        )
        if not follows or not own or line.tokens[0].left >= _FURTHEST or is_header(line):
            return said[at:]
        draft.lines.append(line)
        last = line.number
    return []


def _whole_label(draft: _Draft) -> str:
    """The words of a table's last line: the end of its last label so far."""
    line = draft.lines[-1]
    return " ".join(token.text for token in line.tokens if token not in line.numbers) or "."


def _is_day(line: Line, waiting: Sequence[Line]) -> bool:
    """Whether a line holds only the days of dates whose months end the pieces of the header line above it."""
    above = waiting[-1] if waiting else None
    if above is None or not line.tokens or above.number < line.number - 2:
        return False
    days = [token.text for token in line.tokens if token.text.lower() not in _BETWEEN]
    if len(days) > 1 and line.tokens[0].left < _FURTHEST and not days[0].rstrip(",").isdigit():
        days = days[1:]  # the stub's words
    small = all(
        text.rstrip(",").isdigit() and (len(text.rstrip(",")) <= 2 or year_of(text))
        for text in days
    )
    return small and any(ends_in_month(token.text) for token in above.tokens)


def _table(number: int, draft: _Draft) -> Table | None:
    """The table of a draft; None if its numerals do not stand in columns."""
    data = [line for line in draft.lines if line.numbers]
    margin = _margin(data)
    draft.lines = [_without_margin(line, margin) for line in draft.lines]
    rows = [row for line in draft.lines if (row := at_right(line))]
    if len(rows) < 2 or sum(len(row) for row in rows) < 3:
        return None
    columns = columns_of(rows)
    draft.lines = [_recut(line, columns) for line in draft.lines]
    margin = columns[0][0]
    _take_label(draft, margin)
    top, before = _top(draft.before, margin)
    made: list[Row] = []
    above: list[tuple[Token, range]] = []
    wide = _widened(columns, top)
    for line in top:
        header, above = _header_row(line, columns, above, wide)
        made.append(header)
    for line, label, indent in labelled(draft.lines, margin):
        made.append(_data_row(line, label, indent, columns))
    return Table(
        number, tuple(made), tuple(line.text.strip() for line in before[-_NEARBY:]), aligned=True
    )


def _margin(data: Sequence[Line]) -> int:
    """Where numerals begin: a little left of most rows' first numeral that stands behind a label."""
    lefts = sorted(line.numbers[0].left for line in data if line.numbers[0] is not line.tokens[0])
    return lefts[len(lefts) // 8] - 10 if lefts else 0


def _without_margin(line: Line, margin: int) -> Line:
    """A line without numerals left of where a table's begin: they end a label that goes over several
    lines.
    """
    if not line.numbers or line.numbers[0].right > margin:
        return line
    return replace(line, numbers=tuple(token for token in line.numbers if token.right > margin))


def _recut(line: Line, columns: Sequence[Column]) -> Line:
    """A line with numerals that stand one space behind its label told from it, now that columns are known."""
    if not line.tokens or is_header(line):
        return line
    tokens = tuple(part for token in line.tokens for part in cut(token, columns))
    return (
        line
        if len(tokens) == len(line.tokens)
        else replace(line, tokens=tokens, numbers=tuple(numbers_of(list(tokens))))
    )


def _top(lines: Sequence[Line], margin: int) -> tuple[list[Line], list[Line]]:
    """The lines before the first data that stand above the columns, with the stub's, and those before
    them.
    """
    for at, line in enumerate(lines):
        if is_header(line):
            first = at
            if first > 1 and _is_left(lines[first - 1], margin):
                first -= _is_stub(lines[first - 2], margin)
            while first and _is_stub(lines[first - 1], margin):
                first -= 1
                if (
                    first > 1
                    and _is_left(lines[first - 1], margin)
                    and _is_stub(lines[first - 2], margin)
                ):
                    first -= 1
            return list(lines[first:]), list(lines[:first])
    return [], list(lines)


def _is_left(line: Line, margin: int) -> bool:
    """Whether a line between those of a header is the stub's: it begins at the left."""
    return (
        bool(line.tokens) and len(line.tokens) == 1 and line.tokens[0].left < min(margin, _FURTHEST)
    )


def _is_stub(line: Line, margin: int) -> bool:
    """Whether a line before the first header is one, too: short words far to the right."""
    last = line.tokens[-1] if line.tokens else None
    return (
        last is not None
        and last.left >= margin - 4
        and len(last.text) < _LONGEST_HEAD
        and not line.is_prose
        and not is_page_mark(line.text)
    )


def _take_label(draft: _Draft, margin: int) -> None:
    """Moves lines that begin the label of the first row from those before a table to its own."""
    for _ in range(_MOST_BEGINS):
        first, last = draft.lines[0], draft.before[-1] if draft.before else None
        if last is None or is_header(last) or not last.tokens or last.number < first.number - 2:
            return
        words = words_left(first, margin)
        begins = last.tokens[0].left < _FURTHEST and last.tokens[-1].right <= margin
        if not begins or not words:
            return
        if not (begins_inside(words) or hangs(words_left(last, margin))):
            return
        draft.lines.insert(0, draft.before.pop())


def _widened(columns: Sequence[Column], top: Sequence[Line]) -> list[Column]:
    """The columns as wide as header lines make them that have a word for each, left of numerals or right."""
    wide = list(columns)
    for line in top:
        heads = line.tokens[-len(columns) :]
        if len(heads) < len(columns) or (
            len(line.tokens) > len(heads) and line.tokens[0].left >= columns[0][0] - 12
        ):
            continue
        grown = [
            (min(left, head.left), max(right, head.right))
            for (left, right), head in zip(wide, heads, strict=True)
        ]
        if all(one[1] <= other[0] for one, other in pairwise(grown)):
            wide = grown
    return wide


def _header_row(
    line: Line,
    columns: Sequence[Column],
    above: Sequence[tuple[Token, range]],
    wide: Sequence[Column],
) -> tuple[Row, list[tuple[Token, range]]]:
    """A row above the data: words over columns as cells of those columns; else a heading."""
    margin = columns[0][0]
    tokens = [part for token in line.tokens for part in cut(token, columns)]
    stub = [
        token
        for token in tokens
        if token.left < margin - 12 and token.right <= margin + 3 and token.left < margin // 2 + 8
    ]
    heads = [token for token in tokens if token not in stub]
    if not is_header(line) and not (
        heads and all(len(token.text) < _LONGEST_HEAD for token in heads)
    ):
        stub, heads = tokens, []
    cells = [_cell(" ".join(token.text for token in stub), 0, 1, stub[0].left)] if stub else []
    reach = reaches(heads, wide, above) if heads else []
    for token, over in zip(heads, reach, strict=True):
        if len(over):
            cells.append(_cell(token.text, 1 + over[0], 2 + over[-1], token.left))
    kept = [(token, over) for token, over in zip(heads, reach, strict=True) if len(over)]
    return Row(tuple(cells), line.number, head=True), kept or list(above)


def _cell(text: str, left: int, right: int, column: int) -> Cell:
    return Cell(text, left, right, Origin(column=column + 1))


def _data_row(line: Line, label: str, indent: float, columns: Sequence[Column]) -> Row:
    """A row of the body: its label, then numerals in their columns; or a heading; or a header between
    data.
    """
    if not line.numbers:
        if is_header(line):
            return _header_row(line, columns, (), columns)[0]
        return Row((_cell(label, 0, 1, int(indent)),), line.number, indent)
    numbers = at_right(line)
    cells = [_cell(label, 0, 1, int(indent))] if label else []
    for token, at in zip(numbers, placed(numbers, columns), strict=True):
        cells.append(_cell(token.text, 1 + at, 2 + at, token.left))
    return Row(tuple(cells), line.number, indent)
