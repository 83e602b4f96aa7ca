"""Reads HTML, as companies file it, into a Document: lines of text, and tables as grids of cells.

The page is walked once. A cell's columns follow from spans; what belongs to one numeral (currency,
parenthesis, percent) is put together though it stands in cells of its own; hidden rows, columns and marks
of footnotes are left out. Inline XBRL tags, where there are some, are kept beside the numeral as a second
witness (`tags`).
"""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from modelgen.ingest.document import Cell, Document, Origin, Row, Table
from modelgen.ingest.encoding import decoded
from modelgen.ingest.numerals import DASHES, PREFIX, SUFFIX, numeral, year_of
from modelgen.ingest.style import by_style, indent_of, is_ruled
from modelgen.ingest.tags import Tags
from modelgen.problem import fail

MOST_CELLS = 120_000
"""Cells of a page. The largest annual reports have some 60,000."""
_DEEPEST = 40  # tables within tables
_NEARBY = 14  # lines kept before a table: title, company, scale
_BLOCKS = frozenset(
    (
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "br",
            "center",
            "dd",
            "div",
            "dl",
            "dt",
        ),
        *(
            "footer",
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hr",
            "html",
            "li",
            "main",
            "nav",
        ),
        *("ol", "p", "pre", "section", "tr", "ul", "td", "th", "tbody", "thead", "title"),
    )
)
_SILENT = frozenset(("script", "style", "head", "template", "noscript"))
_CELLS = frozenset(("td", "th"))
_MOST_COLUMNS = 400
_WIDTHS: dict[str | None, int] = {str(width): width for width in range(1, 30)}
_WIDTHS[None] = 1
_LONGEST_CELL = 4000  # characters
_COLUMN = 6.0  # points that a column of blanks before a label sets it in
_MARK = re.compile(
    r"^[(\[]?(?:\d{1,2}|[a-z]{1,2}|[*†‡§#]+)[)\]]?(?:\s*,\s*[(\[]?(?:\d{1,2}|[a-z])[)\]]?)*$"
)


def read_html(name: str, data: bytes) -> Document:
    """The document of a page. Raises ModelError: not to be parsed, or too many cells."""
    page = _parsed(name, data)
    count = page.xpath("count(//td)+count(//th)")
    if count > MOST_CELLS:
        raise fail(
            f"{name} has {int(count):,} table cells; {MOST_CELLS:,} are the most that are read"
        )
    tagged = b":nonFraction" in data or b":nonfraction" in data
    reader = _Page(page, tagged, tall=b"rowspan" in data or b"ROWSPAN" in data)
    reader.walk(page, 0)
    reader.flush()
    notes = []
    if _last(data, b"<table") > _last(data, b"</table"):
        notes.append("the page ends inside a table: it may have been cut off")
    return Document(name, "html", tuple(reader.lines), tuple(reader.tables), tuple(notes))


def _last(data: bytes, tag: bytes) -> int:
    return max(data.rfind(tag), data.rfind(tag.upper()))


def _parsed(name: str, data: bytes) -> Any:
    """The tree of a page."""
    text, encoding = decoded(data)
    if encoding != "utf-8":
        data = text.encode("utf-8", "replace")
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        page = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, AssertionError):
        page = None
    if page is None:
        raise fail(f"{name} holds no page that can be read")
    return page


class _Page:
    """Walks a page and gathers lines and tables."""

    def __init__(self, page: Any, tagged: bool, tall: bool) -> None:
        self.tall = tall
        self.lines: list[str] = []
        self.tables: list[Table] = []
        self.numbers = {table: number for number, table in enumerate(page.iter("table"), 1)}
        # All elements are kept while the page is read: lxml would else make each anew at every look.
        self.every = list(page.iter())
        self.hidden, self.raised = by_style(self.every)
        self.tags = Tags(page) if tagged else None
        self.pieces: list[str] = []
        self.text_since = 0  # the line after the last table of numerals

    def flush(self) -> None:
        """Ends a line of running text."""
        if self.pieces:
            line = _clean("".join(self.pieces))
            if line:
                self.lines.append(line)
            self.pieces = []

    def walk(self, top: Any, depth: int) -> None:
        """Takes in the text and tables below an element, not the element's tail."""
        events = etree.iterwalk(top, events=("start", "end"))
        pieces = self.pieces
        for event, node in events:
            tag = node.tag
            if event == "start":
                if tag == "table" and node is not top:
                    self.flush()
                    self.table(node, depth + 1)
                    events.skip_subtree()
                elif tag in _SILENT or node in self.hidden:
                    events.skip_subtree()
                else:
                    if tag in _BLOCKS:
                        self.flush()
                    pieces = self.pieces
                    if node.text:
                        pieces.append(node.text)
            else:
                if tag in _BLOCKS:
                    self.flush()
                pieces = self.pieces
                if node.tail and node is not top:
                    pieces.append(node.tail)

    def table(self, table: Any, depth: int) -> None:
        """Takes in a table: its rows as lines, and as a Table if they hold numerals; nested tables on
        their own.
        """
        if table in self.hidden:
            return
        nested = next(table.iterdescendants("table"), None) is not None
        if nested and depth > _DEEPEST:
            return
        number = self.numbers[table]
        first = len(self.lines)
        rows: list[Row] = []
        spans: dict[int, int] = {}
        for index, row in enumerate(_rows_of(table, nested), 1):
            if row in self.hidden:
                continue
            if nested and next(row.iterdescendants("table"), None) is not None:
                first = self._ended(number, rows, first)
                rows, spans = [], {}
                for cell in row:
                    self.walk(cell, depth)
                    self.flush()
                continue
            made = self._row(row, number, index, spans)
            if made:
                rows.append(made)
        self._ended(number, rows, first)

    def _ended(self, number: int, rows: list[Row], first: int) -> int:
        """Keeps some rows as a table if they hold numerals, and says where the next begin."""
        if _has_numerals(rows):
            before = self.lines[max(self.text_since, first - _NEARBY) : first]
            self.tables.append(Table(number, tuple(rows), tuple(before)))
            self.text_since = len(self.lines)
        return len(self.lines)

    def _row(self, row: Any, table: int, index: int, spans: dict[int, int]) -> Row | None:
        """One row, None if it is empty. `spans` says for each column how many rows below it are still
        taken.
        """
        column, count = 0, 0
        found: list[tuple[str, int, int, int, Any]] = []
        taken = dict(spans) if spans else spans
        hidden = self.hidden
        for cell in row:
            tag = cell.tag
            if tag not in _CELLS:
                continue
            count += 1
            if hidden and cell in hidden:
                continue
            while taken and column in taken:
                column += 1
            wide = cell.get("colspan")
            width = _WIDTHS.get(wide) or _span(wide)
            tall = cell.get("rowspan") if self.tall else None
            if tall and tall != "1" and column < _MOST_COLUMNS:
                for at in range(column, column + width):
                    spans[at] = _span(tall) + (at in taken)
            text = self._text(cell) if cell.text or len(cell) else ""
            if text:
                found.append((text[:_LONGEST_CELL], column, column + width, count, cell))
            column += width
        if spans:
            for at in list(spans):
                spans[at] -= 1
                if spans[at] <= 0:
                    del spans[at]
        if not found:
            return None
        cells = tuple(self._joined(found, table, index))
        self.lines.append("  ".join(cell.text for cell in cells))
        label = found[0]
        indent = indent_of(label[4]) if label[1] == 0 else _COLUMN * label[1]
        ruled = any(is_ruled(cell) for *_, cell in found[1:3])
        return Row(cells, len(self.lines), indent, ruled)

    def _text(self, cell: Any) -> str:
        """The text of a cell on one line, without marks of footnotes set high and without hidden parts.

        Most cells hold one element in another and text in the innermost: that is looked at first.
        """
        node = cell
        while True:
            below = len(node)
            if not below:
                return _clean(node.text)
            child = node[0]
            if below > 1 or _filled(node.text) or _filled(child.tail):
                break
            if child.tag in _SILENT or child in self.hidden:
                return ""
            node = child
        pieces: list[str] = [node.text or ""]
        marks: list[str] = []
        self._gather(node, pieces, marks)
        return _clean("".join(pieces)) or _clean("".join(marks))

    def _gather(self, top: Any, pieces: list[str], marks: list[str]) -> None:
        """The pieces of text below an element, marks of footnotes apart."""
        for node in top:
            tag = node.tag
            if tag in _BLOCKS:
                pieces.append(" ")
            if tag in _SILENT or node in self.hidden:
                pass
            elif node in self.raised:
                text = "".join(node.itertext())
                (marks if _MARK.match(text.strip()) else pieces).append(text)
            else:
                if node.text:
                    pieces.append(node.text)
                if len(node):
                    self._gather(node, pieces, marks)
            if tag in _BLOCKS:
                pieces.append(" ")
            if node.tail:
                pieces.append(node.tail)

    def _joined(
        self, found: list[tuple[str, int, int, int, Any]], table: int, row: int
    ) -> Iterator[Cell]:
        """The cells of a row, with what belongs to one numeral put together at the cell of its digits."""
        at, last = 0, len(found)
        while at < last:
            text, left, right, count, node = found[at]
            at += 1
            if at < last and len(text) <= 5 and PREFIX.match(text) and found[at][1] - right <= 1:
                following = found[at][0]
                if text[-1] in DASHES and found[at][3] != count + 1:
                    yield Cell(text, left, right, Origin(table, row, count))
                    continue
                whole = f"{text}{following}" if text.endswith("(") else f"{text} {following}"
                if following[0].isdigit() or following[0] in "(.-–—−" or numeral(following):
                    text, right, count, node = whole, *found[at][2:]
                    at += 1
            while (
                at < last
                and found[at][1] - right <= 1
                and text[-1] not in "%"
                and SUFFIX.match(found[at][0])
            ):
                if not (text[-1].isdigit() or text[-1] in ")-–—−"):
                    break
                text, right = text + found[at][0], found[at][2]
                at += 1
            tag = self.tags.of(node) if self.tags else None
            yield Cell(text, left, right, Origin(table, row, count), tag)


def _rows_of(table: Any, nested: bool) -> Iterator[Any]:
    """The rows whose nearest table it is."""
    if not nested:
        yield from table.iter("tr")
        return
    for row in table.iter("tr"):
        if next(row.iterancestors("table")) is table:
            yield row


def _has_numerals(rows: list[Row]) -> bool:
    """Whether rows hold at least two numerals that are no years: a table of figures, not of layout."""
    count = 0
    for row in rows:
        for cell in row.cells:
            if numeral(cell.text) and not year_of(cell.text):
                count += 1
                if count > 1:
                    return True
    return False


def _clean(text: str | None) -> str:
    if not text:
        return ""
    if "\u200b" in text:
        text = text.replace("\u200b", " ")
    return " ".join(text.split())


def _filled(text: str | None) -> bool:
    return bool(text) and not str(text).isspace()


def _span(text: str) -> int:
    """A span as written, 1 if it is none."""
    return min(int(text), _MOST_COLUMNS) if text.isdigit() and text != "0" else 1
