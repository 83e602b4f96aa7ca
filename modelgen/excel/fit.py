"""Makes a planned sheet fit what it says: columns wide enough for their numbers, and lines enough for texts.

A number that is wider than its column shows as ####, and a text that is longer than the room beside it is
cut where the next cell begins. So columns grow with the values at build, and a text without room wraps.
"""

from collections.abc import Mapping
from dataclasses import replace

from modelgen.excel.measure import (
    ROW_HEIGHT,
    characters,
    column_pixels,
    lines_height,
    lines_of,
    number_text,
    text_pixels,
)
from modelgen.excel.plan import Cell, Formula, Link, SheetPlan
from modelgen.excel.styles import WRAPPED, is_wrapped, type_of

DEFAULT_WIDTH = 8.43
FLOWING = frozenset(
    (
        "title",
        "subtitle",
        "intro",
        "heading",
        "subheading",
        "aside",
        "unfounded_aside",
        "running",
        "program",
        "case",
        "status",
    )
)
"""The roles of texts that run on over the empty cells beside them, however far."""
_EDGE = 7.0  # pixels between a text and the edges of its cell
_INDENT = 9.0  # pixels of one step of indentation
_LEAST_LINES_OF_HEADLINE = 2
_INDENTED = frozenset(("note", "aside", "unfounded_note", "unfounded_aside", "header_note"))
Values = Mapping[tuple[int, int], object]


def fit(plan: SheetPlan, values: Values) -> None:
    """Widens the columns of a plan for its numbers, wraps texts that have no room, and sets heights of rows.
    `values` are those of its formulas by row and column.
    """
    _widen(plan, values)
    occupied: dict[int, list[int]] = {}
    for cell in plan.cells:
        if cell.content not in (None, ""):
            occupied.setdefault(cell.row, []).append(cell.column)
    last = max((cell.column for cell in plan.cells), default=0)
    cells: list[Cell] = []
    heights: dict[int, float] = {}
    for cell in plan.cells:
        text = shown_text(cell, values)
        if text is None or cell.role in FLOWING:
            cells.append(cell)
            continue
        size, bold = type_of(cell.role)
        own = room(plan, cell.column, cell.role)
        shown = cell
        if not is_wrapped(cell.role) and cell.role != "sentence":
            following = (c for c in occupied[cell.row] if c > cell.column)
            beside = min(following, default=last + 1)
            free = own + sum(width_of(plan, c) for c in range(cell.column + 1, beside))
            if text_pixels(text, size, bold) > free:
                shown = replace(cell, role=cell.role + WRAPPED)
        cells.append(shown)
        if is_wrapped(shown.role):
            lines = lines_of(text, own, size, bold)
            if cell.role == "headline":
                lines = max(lines, _LEAST_LINES_OF_HEADLINE)  # other values may say more
            heights[cell.row] = max(heights.get(cell.row, ROW_HEIGHT), lines_height(lines, size))
    plan.cells = cells
    plan.heights |= {
        row: max(height, plan.heights.get(row, 0.0))
        for row, height in heights.items()
        if height > ROW_HEIGHT
    }


def width_of(plan: SheetPlan, column: int) -> int:
    """The pixels of a column."""
    return column_pixels(plan.widths.get(column, DEFAULT_WIDTH))


def room(plan: SheetPlan, column: int, role: str) -> float:
    """The pixels that a text of a role has in a column."""
    indent = _INDENT if role.removesuffix(WRAPPED) in _INDENTED else 0.0
    return width_of(plan, column) - _EDGE - indent


def shown_text(cell: Cell, values: Values) -> str | None:
    """The text that a cell shows, None if it shows a number or nothing."""
    content = cell.content
    if isinstance(content, Formula):
        content = values.get((cell.row, cell.column))  # type: ignore[assignment]
    if isinstance(content, Link):
        return content.text
    return content if isinstance(content, str) and content else None


def _widen(plan: SheetPlan, values: Values) -> None:
    """Widens each column to its widest number; the columns of periods are all as wide as the widest."""
    needed: dict[int, float] = {}
    periods = {column for year in plan.years for column in year}
    for cell in plan.cells:
        content = cell.content
        size, bold = type_of(cell.role)
        if isinstance(content, Formula):
            content = values.get((cell.row, cell.column))  # type: ignore[assignment]
        if isinstance(content, (int, float)) and not isinstance(content, bool):
            gap = "(" if "_)" in cell.format and content >= 0 else ""
            pixels = text_pixels(number_text(content, cell.format) + gap, size, bold)
            needed[cell.column] = max(needed.get(cell.column, 0.0), pixels)
    widest = max((needed[column] for column in periods if column in needed), default=0.0)
    for column, own in needed.items():
        pixels = widest if column in periods else own
        width = plan.widths.get(column, DEFAULT_WIDTH)
        plan.widths[column] = max(width, characters(pixels))
