"""Text of fixed width inside a page: what a <pre> holds, read as such text is."""

from dataclasses import replace

from modelgen.ingest.document import Table
from modelgen.ingest.text import from_lines

_LEAST = 4  # lines


def is_text(text: str) -> bool:
    """Whether what a <pre> holds are lines of text, not a word or two."""
    return text.count("\n") >= _LEAST


def tables_of(text: str, number: int, lines: list[str], notes: list[str]) -> list[Table]:
    """The tables in the text of a <pre>, with a number; its lines and notes are put to those of the page."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = from_lines("", text.split("\n"), "text")
    first = len(lines)
    lines.extend(found.lines)
    notes.extend(found.notes)
    return [
        replace(
            table,
            number=number,
            rows=tuple(replace(row, line=row.line + first) for row in table.rows),
        )
        for table in found.tables
    ]
