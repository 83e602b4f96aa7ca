"""Reads fixed-width text, as releases and filings had it before HTML, into a Document.

Lines with numerals set apart from words are data; a line of years, dates or durations above them is a
header and begins a table. A label may go over several lines, with the numerals on its first or on its
last.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from modelgen.ingest.document import Cell, Document, Origin, Row, Table
from modelgen.ingest.encoding import decoded
from modelgen.ingest.numerals import year_of
from modelgen.ingest.text_columns import Column, columns_of, placed, reaches
from modelgen.ingest.tokens import Token, cut, is_rule, numbers_of, plain, tokens_of
from modelgen.ingest.words import ends_in_month, words_of
from modelgen.problem import fail

LONGEST_LINE = 2_000
MOST_LINES = 100_000
_FAR = 9  # lines of words after which data no longer belong to the table above
_PROSE = 55  # characters of one unbroken piece: running text if several lines have it
_NEARBY = 14
_LONGEST_HEAD = 40
_BETWEEN = frozenset(("to", "through", "and"))  # dates of a header


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its number and tokens; its numerals, if they are data of a table."""

    number: int
    text: str
    tokens: tuple[Token, ...]
    numbers: tuple[Token, ...]

    @property
    def is_prose(self) -> bool:
        """Whether it is running text."""
        if self.numbers or not self.tokens or len(self.text.strip()) <= _PROSE:
            return False
        if len(self.tokens) > 1 and all(words_of(token.text).lasting for token in self.tokens):
            return False
        gaps = [
            after.left - token.right
            for token, after in zip(self.tokens, self.tokens[1:], strict=False)
        ]
        return max(gaps, default=0) <= 3


@dataclass
class _Draft:
    """A table in the making: its header lines, then lines of data, headings and headers."""

    before: list[Line]
    lines: list[Line] = field(default_factory=list)


def read_plain(name: str, data: bytes, form: str = "text") -> Document:
    """The document in some text. Raises ModelError: binary, or too many lines."""
    text, _ = decoded(data)
    if text[:4000].count("\0") > 8 or text[:4000].count("\ufffd") > 200:
        raise fail(f"{name} is neither HTML, text nor PDF")
    return from_lines(name, text.replace("\r\n", "\n").replace("\r", "\n").splitlines(), form)


def from_lines(name: str, lines: Sequence[str], form: str, notes: Sequence[str] = ()) -> Document:
    """The document of some lines of fixed-width text."""
    if len(lines) > MOST_LINES:
        raise fail(f"{name} has {len(lines):,} lines; {MOST_LINES:,} are the most that are read")
    drafts = _drafts([_line(number, line) for number, line in enumerate(lines, 1)])
    tables: list[Table] = []
    for draft in drafts:
        table = _table(len(tables) + 1, draft)
        if table:
            tables.append(table)
    return Document(name, form, tuple(line.rstrip() for line in lines), tuple(tables), tuple(notes))


def _line(number: int, raw: str) -> Line:
    text = plain(raw[:LONGEST_LINE])
    if is_rule(text):
        return Line(number, text, (), ())
    tokens = tokens_of(text)
    numbers = numbers_of(tokens)
    if numbers and (len(tokens) == 1 and len(numbers) == 1 and _is_page_mark(text)):
        numbers = []
    return Line(number, text, tuple(tokens), tuple(numbers))


def _is_page_mark(text: str) -> bool:
    bare = text.strip()
    return bare.strip("- ").isdigit() and len(bare) <= 8


def is_header(line: Line) -> bool:
    """Whether a line stands above columns: years, dates or durations set to the right, and no data."""
    if line.numbers or not line.tokens:
        return False
    right = [token for token in line.tokens if token.left >= 20 or len(line.tokens) > 1]
    if not right or line.is_prose:
        return False
    years = [token for token in right if year_of(token.text)]
    said = [token for token in right if not words_of(token.text).blank and len(token.text) < 45]
    last = line.tokens[-1]
    return bool(years) or (bool(said) and last.left >= 20)


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
            current = _Draft(said[-40:])
            drafts.append(current)
            reach = line.numbers[0].left
        else:
            current.lines.extend(said)
        current.lines.append(line)
        reach = min(reach, line.numbers[0].left)
        waiting = []
    return drafts


def _is_day(line: Line, waiting: Sequence[Line]) -> bool:
    """Whether a line holds only the days of dates whose months end the pieces of the header line above it."""
    above = waiting[-1] if waiting else None
    if above is None or not line.numbers or above.number < line.number - 2:
        return False
    days = [token.text for token in line.tokens if token.text.lower() not in _BETWEEN]
    small = all(text.rstrip(",").isdigit() and len(text.rstrip(",")) <= 2 for text in days)
    return small and any(ends_in_month(token.text) for token in above.tokens)


def _table(number: int, draft: _Draft) -> Table | None:
    """The table of a draft; None if its numerals do not stand in columns."""
    data = [line for line in draft.lines if line.numbers]
    margin = _margin(data)
    draft.lines = [_without_margin(line, margin) for line in draft.lines]
    rows = [row for line in draft.lines if (row := _at_right(line))]
    if len(rows) < 2 or sum(len(row) for row in rows) < 3:
        return None
    columns = columns_of(rows)
    draft.lines = [_recut(line, columns) for line in draft.lines]
    margin = columns[0][0]
    top, before = _top(draft.before, margin)
    made: list[Row] = []
    above: list[tuple[Token, range]] = []
    for line in top:
        header, above = _header_row(line, columns, above)
        made.append(header)
    for line, label in _labelled(draft.lines, margin):
        made.append(_data_row(line, label, columns))
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


def _at_right(line: Line) -> list[Token]:
    """A line's numerals, without one at the margin that is its label."""
    numbers = list(line.numbers)
    if (
        len(numbers) > 1
        and numbers[0] is line.tokens[0]
        and numbers[0].left < 12
        and year_of(numbers[0].text)
    ):
        return numbers[1:]
    return numbers


def _top(lines: Sequence[Line], margin: int) -> tuple[list[Line], list[Line]]:
    """The lines before the first data that stand above the columns, with the stub's, and those before
    them.
    """
    for at, line in enumerate(lines):
        if is_header(line):
            first = at
            while first and _is_stub(lines[first - 1], margin):
                first -= 1
            return list(lines[first:]), list(lines[:first])
    return [], list(lines)


def _is_stub(line: Line, margin: int) -> bool:
    """Whether a line before the first header is one, too: short words far to the right."""
    last = line.tokens[-1] if line.tokens else None
    return (
        last is not None
        and last.left >= margin - 4
        and len(last.text) < _LONGEST_HEAD
        and not line.is_prose
    )


def _header_row(
    line: Line, columns: Sequence[Column], above: Sequence[tuple[Token, range]]
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
    reach = reaches(heads, columns, above) if heads else []
    for token, over in zip(heads, reach, strict=True):
        if len(over):
            cells.append(_cell(token.text, 1 + over[0], 2 + over[-1], token.left))
    kept = [(token, over) for token, over in zip(heads, reach, strict=True) if len(over)]
    return Row(tuple(cells), line.number, head=True), kept or list(above)


def _cell(text: str, left: int, right: int, column: int) -> Cell:
    return Cell(text, left, right, Origin(column=column + 1))


def _data_row(line: Line, label: str, columns: Sequence[Column]) -> Row:
    """A row of the body: its label, then numerals in their columns; or a heading; or a header between
    data.
    """
    indent = float(len(line.text) - len(line.text.lstrip()))
    if not line.numbers:
        if is_header(line):
            return _header_row(line, columns, ())[0]
        return Row((_cell(label, 0, 1, int(indent)),), line.number, indent)
    numbers = _at_right(line)
    cells = [_cell(label, 0, 1, int(indent))] if label else []
    for token, at in zip(numbers, placed(numbers, columns), strict=True):
        cells.append(_cell(token.text, 1 + at, 2 + at, token.left))
    return Row(tuple(cells), line.number, indent)


def _labelled(lines: Sequence[Line], margin: int) -> list[tuple[Line, str]]:
    """Each line with its whole label: one that goes over several lines is put to the line of its numerals."""
    found: list[tuple[Line, str]] = []
    for at, line in enumerate(lines):
        words = _words(line, margin)
        after = lines[at + 1] if at + 1 < len(lines) else None
        if not line.numbers and found and words and not is_header(line):
            last, label = found[-1]
            continues = words[0].islower() and last.number >= line.number - 2
            leads = after is not None and after.numbers and _words(after, margin)[:1].islower()
            if last.numbers and continues and not leads and label:
                found[-1] = (last, f"{label} {words}")
                continue
        if found and not found[-1][0].numbers and found[-1][0].number >= line.number - 2 and words:
            last, label = found[-1]
            deeper = _indent(line) > _indent(last) and not label.endswith(":")
            if (
                words[0].islower()
                and not is_header(last)
                and (deeper or line.numbers or not label.endswith(":"))
            ):
                found[-1] = (line, f"{label} {words}")
                continue
        found.append((line, words))
    return found


def _words(line: Line, margin: int) -> str:
    """The words of a line left of its numerals, or all of them."""
    if not line.numbers:
        return " ".join(token.text for token in line.tokens)
    first = _at_right(line)[0].left if _at_right(line) else margin
    return " ".join(token.text for token in line.tokens if token.right <= first)


def _indent(line: Line) -> int:
    return len(line.text) - len(line.text.lstrip())
