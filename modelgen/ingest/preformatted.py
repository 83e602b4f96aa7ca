"""Text of fixed width inside a page: what a <pre> holds, read as such text is."""

from dataclasses import replace
from typing import Any

from modelgen.ingest.document import Table
from modelgen.ingest.text import from_lines

_LEAST = 4  # lines


def is_text(node: Any) -> bool:
    """Whether a <pre> holds lines of text and no table of its own."""
    if next(node.iter("table"), None) is not None:
        return False
    return "".join(node.itertext()).count("\n") >= _LEAST


def tables_of(node: Any, lines: list[str], number: int) -> list[Table]:
    """The tables in a <pre>, numbered from a number on; its lines are put to those of the page."""
    text = "".join(node.itertext()).replace("\r\n", "\n").replace("\r", "\n")
    found = from_lines("", text.split("\n"), "text")
    first = len(lines)
    lines.extend(found.lines)
    return [
        replace(
            table,
            number=number + index,
            rows=tuple(replace(row, line=row.line + first) for row in table.rows),
        )
        for index, table in enumerate(found.tables)
    ]
