"""Sets a sheet up: what stays in view, how it is printed, and what stands at the foot of each page."""

from typing import Any

from modelgen import __version__
from modelgen.excel.header import case_at_build
from modelgen.excel.layout import FIRST
from modelgen.excel.pages import MARGINS, pages
from modelgen.excel.plan import SheetPlan
from modelgen.model.plain import Model

LONGEST_IN_FOOTER = 60
"""For each of two names; Excel allows 255 characters in all, and an ampersand counts twice."""


def set_up(sheet: Any, plan: SheetPlan, model: Model) -> None:
    """Sets up the window and the pages of a sheet, whose plan has its final widths and heights."""
    sheet.hide_gridlines(2)
    if plan.freeze != (0, 0):
        sheet.freeze_panes(*plan.freeze)
    if plan.tab:
        sheet.set_tab_color(plan.tab)
    printed = pages(plan, model.paper)
    sheet.set_landscape()
    sheet.set_paper(printed.paper.code)
    sheet.set_margins(**MARGINS)
    if printed.by_parts:
        sheet.set_print_scale(int(100 * printed.scale))
    else:
        sheet.fit_to_pages(1, printed.high)
    if printed.row_breaks:
        sheet.set_h_pagebreaks(list(printed.row_breaks))
    if printed.column_breaks:
        sheet.set_v_pagebreaks(list(printed.column_breaks))
        sheet.repeat_columns(0, FIRST - 1)
    if not plan.chart_rows:
        sheet.repeat_rows(0, plan.header_rows - 1)
    if plan.printed_columns is not None:
        rows = plan.printed_rows or 1 + max(cell.row for cell in plan.cells)
        sheet.print_area(0, 0, rows - 1, plan.printed_columns - 1)
    sheet.set_footer(footer(model))


def footer(model: Model) -> str:
    """Whose model it is and of when, the sheet and the case at build, the builder and the page."""
    company, case = (
        cut(text, LONGEST_IN_FOOTER).replace("&", "&&")
        for text in (model.company, case_at_build(model))
    )
    shown = f", case at build: {case}" if case else ""
    return (
        f"&L&8{company}, {model.as_of.isoformat()}&C&8&A{shown}"
        f"&R&8modelgen {__version__}, page &P of &N"
    )


def cut(text: str, length: int) -> str:
    """A text of at most so many characters, with an ellipsis if it was longer."""
    return text if len(text) <= length else text[: length - 1] + "…"
