"""Reads HTML, as companies file it, into a Document: lines of text, and tables as grids of cells.

The parser tells of each element as it comes, and no tree is kept: most of a page's elements are wrappings. A
cell's columns follow from spans; hidden rows, columns and marks of footnotes are left out. Inline XBRL tags,
where there are some, are kept beside the numeral as a second witness (`tags`).
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import count

from lxml import etree

from modelgen.ingest.bounds import check_attributes
from modelgen.ingest.dashes import apart
from modelgen.ingest.document import Document, Row, Table, Tag
from modelgen.ingest.encoding import decoded
from modelgen.ingest.html_cells import joined
from modelgen.ingest.html_tables import OpenRow, OpenTable
from modelgen.ingest.numerals import is_mark
from modelgen.ingest.preformatted import is_text, tables_of
from modelgen.ingest.style import PLAIN, Look, Looks, blanks_before
from modelgen.ingest.tags import Tags, is_numeral_tag
from modelgen.problem import ModelError, fail

MOST_CELLS = 120_000
"""Cells of a page. The largest annual reports have some 60,000."""
_DEEPEST = 40  # tables within tables
_NEARBY = 14  # lines kept before a table: title, company, scale
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd"),
        *("div", "dl", "dt", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr"),
        *("html", "li", "main", "nav", "ol", "p", "pre", "section", "tr", "ul", "td", "th"),
        *("tbody", "thead", "title"),
    )
)
_SILENT = frozenset(("script", "style", "head", "template", "noscript", "ix:header", "ix:hidden"))
_CELLS = frozenset(("td", "th"))
_OUTER = frozenset(("table", "tr"))
# These say nothing by themselves, only by a style; most elements of a page are such.
_INLINE = frozenset(("a", "b", "em", "font", "i", "span", "strong", "u"))
_LONGEST_CELL = 4000  # characters
_WRAPPINGS = 2  # of a cell's text: where a label's indent is looked for
_UNNUMBERED = 0
_BLOCK_END = "\f"  # between the blocks of a cell: white space, as any other, once the cell is read


def read_html(name: str, data: bytes) -> Document:
    """The document of a page. Raises ModelError: not to be parsed, or too many cells."""
    text, encoding, doubt = decoded(data)
    if encoding != "utf-8":
        data = text.encode("utf-8", "replace")
    del text
    check_attributes(name, data)
    tags = Tags() if b":nonFraction" in data or b":nonfraction" in data else None
    page = _walked(name, data, tags)
    if tags and tags.missing:  # a numeral stood before its context
        page = _walked(name, data, tags)
    page.notes += [doubt] if doubt else []
    if _last(data, b"<table") > _last(data, b"</table"):
        page.notes.append("the page ends inside a table: it may have been cut off")
    return Document(name, "html", tuple(page.lines), tuple(page.tables), tuple(page.notes))


def _last(data: bytes, tag: bytes) -> int:
    last = data.rfind(tag)
    return max(last, data.rfind(tag.upper(), last + 1))


def _walked(name: str, data: bytes, tags: Tags | None) -> "_Page":
    page = _Page(name, tags)
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, target=page)  # type: ignore[arg-type]
    try:
        etree.fromstring(data, parser)
    except ModelError:
        raise
    except (etree.XMLSyntaxError, ValueError, AssertionError):
        raise fail(f"{name} holds no page that can be read") from None
    return page


class _Page:
    """Takes in a page's elements as the parser tells of them (start, data, end) and gathers lines and
    tables.
    """

    def __init__(self, name: str, tags: Tags | None) -> None:
        self.name = name
        self.tags = tags
        self.lines: list[str] = []
        self.tables: list[Table] = []
        self.notes: list[str] = []
        self.pieces: list[str] = []  # where text goes: of the page, of a cell, of a mark
        self._running = self.pieces  # text outside of rows
        self._stray: list[str] = []  # text between the cells of a row
        self._text_since = 0  # the line after the last table of numerals
        self._numbers = 0
        self._cells = 0  # of the page
        self._open: list[OpenTable] = []
        self._outer: list[OpenRow | None] = []  # the rows in which the open tables stand
        self._row: OpenRow | None = None
        self._in_cell = False
        self._wrappings = 0  # of the open cell, those that set its text in
        self._skipped = 0  # how deep in an element that is not shown
        self._skipped_tables = 0
        self._raised = 0  # how deep in an element that is set high
        self._looks = Looks()
        self._cell_pieces: list[str] = []
        self._marks: list[str] = []
        self._tagged: list[Tag | None] = []
        self._tag: tuple[Mapping[str, str], int] | None = None
        self._text: list[str] | None = None  # of a <pre>

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if self._skipped:
            self._skip(tag, attributes)
            return
        look = self._looks[attributes.get("style")] if attributes else PLAIN
        if tag in _CELLS:
            self._start_cell(attributes, look)
        elif look is PLAIN and tag in _INLINE and not self._raised:
            return
        elif self._in_cell and tag not in _OUTER:
            self._start_within(tag, attributes, look)
        elif tag == "tr":
            self._start_row()
        elif tag == "table":
            self._start_table(look.hidden)
        elif tag in _BLOCKS:
            self._start_block(tag)
        if look.hidden or tag in _SILENT:
            self._skipped = 1
            self._skipped_tables = tag == "table"
            if self.tags:
                self.tags.start(tag, attributes)

    def data(self, text: str) -> None:
        """Text."""
        if not self._skipped:
            self.pieces.append(text)
        elif self.tags:
            self.tags.data(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._skipped:
            self._skipped -= 1
            if self.tags:
                self.tags.end(tag)
            if self._skipped or tag == "table":  # one that is not shown was not opened
                return
        elif tag in _INLINE and not self._raised:
            return
        if self._in_cell:
            if tag in _CELLS:
                self._end_cell()
                return
            if tag not in _OUTER:
                self._end_within(tag)
                return
        if tag == "tr":
            self._end_row()
        elif tag == "table":
            self._end_table()
        elif tag == "pre" and self._text is not None:
            self._end_text()
        elif tag in _BLOCKS and self.pieces:
            self._flush()

    def close(self) -> None:
        """The page ends; a table that it cuts off is kept as far as it goes."""
        self._skipped = 0
        while self._open:
            self._end_table()
        if self._text is not None:
            self._end_text()
        self._flush()
        # The tables of texts count on from those of the page.
        counted = count(self._numbers + 1)
        self.tables = [
            table if table.number else replace(table, number=next(counted)) for table in self.tables
        ]

    def _skip(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element in one that is not shown: tables and rows are still counted."""
        self._skipped += 1
        if tag == "table":
            self._numbers += 1
            self._skipped_tables += 1
        elif tag == "tr" and not self._skipped_tables and self._open:
            self._open[-1].count += 1
        if self.tags:
            self.tags.start(tag, attributes)

    def _flush(self) -> None:
        """Ends a line of running text."""
        if self._running:
            if line := _clean("".join(self._running)):
                self.lines.append(line)
            self._running.clear()

    def _start_block(self, tag: str) -> None:
        """A block outside of cells begins; what a <pre> outside of tables holds is text of fixed width."""
        if self.pieces:
            self._flush()
        if tag == "pre" and not self._open:
            self._text = self.pieces = []

    def _end_text(self) -> None:
        """The text of a <pre> ends: its tables, or running text where it holds a table or few lines."""
        text = "".join(self._text or ())
        self._text, self.pieces = None, self._running
        if is_text(text):
            self.tables += tables_of(text, _UNNUMBERED, self.lines, self.notes)
            self._text_since = len(self.lines)
        else:
            self._running.append(text)
            self._flush()

    # Tables

    def _start_table(self, hidden: bool) -> None:
        self._numbers += 1
        if hidden:
            return
        if self._text is not None:  # a <pre> that holds a table is no text of fixed width
            self._running.extend(self._text)
            self._text = None
        row = self._row
        if row:  # the outer table's rows end here, and the text of this one is running text
            outer = self._open[-1]
            self._keep(outer)
            if self._in_cell:
                self._end_cell()
            self.lines += [text for _, _, text, _ in row.found]
            row.found.clear()
            row.loose = True
        self._flush()
        if len(self._open) >= _DEEPEST:
            self._skipped = self._skipped_tables = 1
            return
        self._open.append(OpenTable(self._numbers))
        self._outer.append(row)
        self._row = None
        self.pieces = self._running

    def _end_table(self) -> None:
        if not self._open:
            return
        if self._row:
            self._end_row()
        self._keep(self._open.pop())
        self._row = self._outer.pop()
        self.pieces = self._running

    def _keep(self, table: OpenTable) -> None:
        """Keeps the rows of a table so far as a table if they hold numerals."""
        if table.signed:
            table.rows = apart(table.rows, table.signed)
        if table.has_numerals:
            first = table.first or 0
            before = self.lines[max(self._text_since, first - _NEARBY) : first]
            self.tables.append(Table(table.number, tuple(table.rows), tuple(before)))
            self._text_since = len(self.lines)
        table.first, table.rows, table.spans, table.signed = None, [], {}, []

    # Rows

    def _start_row(self) -> None:
        if not self._open:
            self._flush()
            return
        if self._row:
            self._end_row()
        self._flush()
        table = self._open[-1]
        if table.first is None:
            table.first = len(self.lines)
        self._row = table.row()
        self.pieces = self._stray

    def _end_row(self) -> None:
        row = self._row
        if row is None:
            self._flush()
            return
        if self._in_cell:
            self._end_cell()
        self._row = None
        self._stray.clear()
        self.pieces = self._running
        if row.loose:
            self._flush()
            return
        self._cells += row.count
        if self._cells > MOST_CELLS:
            raise fail(
                f"{self.name} has more than {MOST_CELLS:,} table cells, which are the most that are read"
            )
        table = self._open[-1]
        found = row.cells(table.spans)
        table.pass_row()
        if found:
            cells = tuple(joined(found, table.signed))
            self.lines.append("  ".join([cell.text for cell in cells]))
            table.rows.append(Row(cells, len(self.lines), row.set_in(found[0].left)))

    # Cells

    def _start_cell(self, attributes: Mapping[str, str], look: Look) -> None:
        row = self._row
        if row is None or row.loose:
            self._flush()
            return
        if self._in_cell:
            self._end_cell()
        row.count += 1
        if look.hidden and not look.blank:
            return
        row.placed.append(attributes)
        if look.blank:
            return
        row.look = look
        self._wrappings = 0
        self._in_cell = True
        self.pieces = self._cell_pieces

    def _end_cell(self) -> None:
        row = self._row
        self._in_cell = False
        if self._raised:
            self._end_raised()
        pieces = self._cell_pieces
        self.pieces = self._stray
        if row is None:
            return
        if pieces or self._marks:
            raw = "".join(pieces)
            text = _clean(raw) or _clean("".join(self._marks))
            if text:
                self._take_cell(row, raw, text)
            pieces.clear()
            self._marks.clear()
            self._tagged.clear()

    def _take_cell(self, row: OpenRow, raw: str, text: str) -> None:
        """Keeps a cell with text."""
        found, look = row.found, row.look
        if not found:
            blanks = 0.0 if self._marks else blanks_before(raw)  # after a mark they set nothing in
            row.indent += blanks + look.indent
        tag = self._tagged[0] if len(self._tagged) == 1 else None
        found.append((len(row.placed) - 1, row.count, text[:_LONGEST_CELL], tag))

    def _start_within(self, tag: str, attributes: Mapping[str, str], look: Look) -> None:
        """An element begins within a cell."""
        if look.indent:
            row = self._row
            first = row and not row.found and self._wrappings < _WRAPPINGS
            if row and first and not "".join(self.pieces).strip():
                self._wrappings += 1
                row.indent += look.indent
        if tag in _BLOCKS and self.pieces:
            self.pieces.append(_BLOCK_END)
        if self._raised:
            self._raised += 1
        elif look.raised or tag == "sup":
            self._raised = 1
            self.pieces = []
        if self.tags and is_numeral_tag(tag):
            self._tagged.append(None)
            self._tag = attributes, len(self.pieces)

    def _end_within(self, tag: str) -> None:
        """An element ends within a cell."""
        if self._tag and self.tags and is_numeral_tag(tag):
            attributes, since = self._tag
            self._tagged[-1] = self.tags.tag(attributes, "".join(self.pieces[since:]))
            self._tag = None
        if self._raised:
            self._raised -= 1
            if not self._raised:
                self._end_raised()
        if tag in _BLOCKS and self.pieces:
            self.pieces.append(_BLOCK_END)

    def _end_raised(self) -> None:
        """What was set high ends: a mark of a footnote is no part of the text, anything else is."""
        text = "".join(self.pieces)
        self._raised = 0
        self.pieces = self._cell_pieces
        (self._marks if is_mark(text.strip()) else self.pieces).append(text)


def _clean(text: str) -> str:
    if "\u200b" in text:
        text = text.replace("\u200b", " ")
    return " ".join(text.split())
