"""How a sheet is printed: on what paper, at what scale, and where its pages end.

Nothing is printed smaller than is read with ease. A sheet that is too wide for the paper goes on paper of
twice the size; one with too many periods for that goes by fiscal years, twelve columns to a page at most,
with the columns before the periods on each.
"""

from dataclasses import dataclass
from math import ceil
from typing import Literal

from modelgen.excel.fit import width_of
from modelgen.excel.layout import FIRST
from modelgen.excel.measure import FONT_SIZE, ROW_HEIGHT, text_pixels
from modelgen.excel.plan import Formula, Link, SheetPlan
from modelgen.excel.styles import type_of
from modelgen.excel.years import pages_of

Paper = Literal["letter", "a4"]
LEAST_TYPE = 8.0
"""The smallest size, in points, at which the type of the rows is printed."""
LEAST_SCALE = LEAST_TYPE / FONT_SIZE
FEW, FEW_WITH_CHARTS = 4, 2
"""The most pages of rows that a sheet is made to fit: beyond, an estimate of heights is too far off."""
MARGINS = {"left": 0.25, "right": 0.25, "top": 0.45, "bottom": 0.55}
_PIXELS_OF_INCH, _POINTS_OF_PIXEL = 96, 0.75
_SAFE_HEIGHT = 0.97
_SAFE = 0.925  # LibreOffice makes columns a sixteenth wider than Excel, and a printer may, too
_RUNNING = frozenset(("title", "subtitle", "intro", "aside", "unfounded_aside", "running"))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A format of paper: its code in a workbook, and its sides in inches as it lies across."""

    code: int
    width: float
    height: float


PAPERS: dict[Paper, tuple[Sheet, Sheet]] = {
    "letter": (Sheet(1, 11.0, 8.5), Sheet(3, 17.0, 11.0)),  # Letter, Tabloid
    "a4": (Sheet(9, 11.69, 8.27), Sheet(8, 16.54, 11.69)),  # A4, A3
}


@dataclass(frozen=True, slots=True)
class Pages:
    """The paper, and either one page wide (and `high` pages high; 0 for as many as it takes) or a scale with
    the rows and columns before which a page ends; the last printed column.
    """

    paper: Sheet
    scale: float
    high: int = 0
    row_breaks: tuple[int, ...] = ()
    column_breaks: tuple[int, ...] = ()
    last_column: int = 0

    @property
    def by_parts(self) -> bool:
        """Whether pages end where the plan says, at a scale of its own."""
        return bool(self.row_breaks or self.column_breaks)


def pages(plan: SheetPlan, paper: Paper) -> Pages:
    """How a sheet is printed on a format of paper or its double; the plan has its final widths."""
    small, large = PAPERS[paper]
    last = (plan.printed_columns or 1 + max(cell.column for cell in plan.cells)) - 1
    if plan.chart_rows:
        return _with_charts(plan, small, large, last)
    width = _width(plan, last)
    for sheet in (small, large):
        scale = _scale(sheet, width)
        if scale >= LEAST_SCALE:
            high = _count(plan, sheet)
            if plan.one_page and high > 1 and sheet is small:
                continue
            return Pages(sheet, scale, high if high <= FEW else 0, last_column=last)
    if not plan.years:
        return Pages(large, _scale(large, width), last_column=last)
    return _by_years(plan, small, large, last)


def _by_years(plan: SheetPlan, small: Sheet, large: Sheet, last: int) -> Pages:
    """The pages of a sheet with many periods. What stands after them is printed with the last ones."""
    kept = sum(width_of(plan, column) for column in range(FIRST))
    parts = pages_of(plan.years)
    after = [column for column in range(parts[-1][-1] + 1, last + 1) if column in plan.widths]
    starts = [FIRST, *(part[0] for part in parts[1:])]
    ends = [*(start - 1 for start in starts[1:]), parts[-1][-1]]
    widest = max(
        kept + sum(width_of(plan, column) for column in range(start, end + 1))
        for start, end in zip(starts, ends, strict=True)
    )
    sheet = small if _scale(small, widest) >= LEAST_SCALE else large
    scale = _fewest(plan, sheet, _scale(sheet, widest))
    breaks = starts[1:]
    tail = sum(width_of(plan, column) for column in (*range(starts[-1], ends[-1] + 1), *after))
    if after and _scale(sheet, kept + tail) < scale:
        breaks.append(after[0])
    return Pages(sheet, scale, column_breaks=tuple(breaks), last_column=last)


def _with_charts(plan: SheetPlan, small: Sheet, large: Sheet, last: int) -> Pages:
    """The pages of a sheet with charts below its rows: no chart is cut by the end of a page. Where that takes
    more than two, they are large ones.
    """
    width = _width(plan, last)
    scale = _scale(small, width)
    breaks, count = _chart_breaks(plan, _high(small, scale))
    sheet = small
    if count > FEW_WITH_CHARTS or scale < LEAST_SCALE:
        sheet, scale = large, min(LEAST_SCALE, _scale(large, width))
        breaks, count = _chart_breaks(plan, _high(large, scale))
    if not breaks:
        return Pages(sheet, scale, count, last_column=last)
    return Pages(sheet, scale, row_breaks=breaks, last_column=last)


def _chart_breaks(plan: SheetPlan, high: float) -> tuple[tuple[int, ...], int]:
    """The rows of charts before which a page ends, and the number of pages of a height in pixels."""
    used = sum(_row_pixels(plan, row) for row in range(plan.chart_rows[0][0]))
    count = 1 + int(used // high)
    used %= high
    breaks = []
    for row, rows in plan.chart_rows:
        tall = sum(_row_pixels(plan, r) for r in range(row, row + rows))
        if used + tall > high:
            breaks.append(row)
            count, used = count + 1, 0.0
        used += tall
    return tuple(breaks), count


def _scale(sheet: Sheet, pixels: float) -> float:
    inches = sheet.width - MARGINS["left"] - MARGINS["right"]
    return min(1.0, inches * _PIXELS_OF_INCH * _SAFE / pixels)


def _high(sheet: Sheet, scale: float) -> float:
    """The pixels of rows that a page holds."""
    inches = sheet.height - MARGINS["top"] - MARGINS["bottom"]
    return inches * _PIXELS_OF_INCH * _SAFE_HEIGHT / scale


def _fewest(plan: SheetPlan, sheet: Sheet, scale: float) -> float:
    """The greatest scale at which the rows take no more pages than at the least; each repeats the head."""
    head = _head(plan)
    each = (_height(plan) - head) / _count(plan, sheet) + head
    return min(scale, max(LEAST_SCALE, _high(sheet, 1.0) / each))


def _count(plan: SheetPlan, sheet: Sheet) -> int:
    """The pages that the rows take at the least scale."""
    return ceil((_height(plan) - _head(plan)) / (_high(sheet, LEAST_SCALE) - _head(plan)))


def _head(plan: SheetPlan) -> float:
    return sum(_row_pixels(plan, row) for row in range(plan.header_rows))


def _width(plan: SheetPlan, last: int) -> float:
    """The pixels of what is printed: the columns, and the texts that run on over them."""
    ends = [sum(width_of(plan, column) for column in range(last + 1))]
    for cell in plan.cells:
        if cell.role in _RUNNING and cell.column <= last and not isinstance(cell.content, Formula):
            text = cell.content.text if isinstance(cell.content, Link) else str(cell.content or "")
            start = sum(width_of(plan, column) for column in range(cell.column))
            ends.append(int(start + text_pixels(text, *type_of(cell.role))))
    return float(max(ends))


def _height(plan: SheetPlan) -> float:
    return sum(_row_pixels(plan, row) for row in range(max(c.row for c in plan.cells) + 1))


def _row_pixels(plan: SheetPlan, row: int) -> float:
    return plan.heights.get(row, ROW_HEIGHT) / _POINTS_OF_PIXEL
