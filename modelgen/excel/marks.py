"""The looks that follow the values: what holds or fails, good and bad news, the boundary of the forecast, and
what says nothing.
"""

from collections.abc import Mapping
from typing import Any

from modelgen.contract import FORECAST
from modelgen.excel.address import a1, quoted
from modelgen.excel.layout import BODY_ROW, FLAG_ROW, PERIOD_ROW
from modelgen.excel.plan import Book, Formula, SheetPlan
from modelgen.excel.styles import BAD, BOUNDARY, EMPTY, FAILS, GOOD, HOLDS, MUTED

NEGLIGIBLE = 0.000001
"""A difference of this size or less is due to floating point."""


class Marks:
    """Adds conditional formats to the sheets of a workbook."""

    def __init__(self, workbook: Any, book: Book) -> None:
        self.workbook, self.book = workbook, book
        self.looks: dict[int, Any] = {}

    def add(self, sheet: Any, plan: SheetPlan) -> None:
        """Adds the conditional formats of a sheet."""
        for row, first, last in plan.flags:
            for number, look in ((1, HOLDS), (0, FAILS)):
                rule = {"type": "cell", "criteria": "==", "value": number}
                self._rule(sheet, (row, first, row, last), rule, look)
        for row, first, last in plan.differences:
            rule = {"type": "cell", "criteria": "not between"}
            ends = {"minimum": -NEGLIGIBLE, "maximum": NEGLIGIBLE}
            self._rule(sheet, (row, first, row, last), {**rule, **ends}, FAILS)
        holds = self.book.model.roles.holds
        for cell in plan.cells if holds in self.book.layout.places else ():
            if cell.role == "status":
                self._coloured(sheet, cell.row, cell.column, holds or "", (HOLDS, FAILS))
        for row, column, flag in plan.coloured:
            self._coloured(sheet, row, column, flag, (GOOD, BAD))
        self._quiet(sheet, plan)
        self._boundary(sheet, plan)

    def _rule(
        self,
        sheet: Any,
        area: tuple[int, int, int, int],
        rule: Mapping[str, object],
        look: Mapping[str, object],
    ) -> None:
        if id(look) not in self.looks:
            self.looks[id(look)] = self.workbook.add_format(dict(look))
        sheet.conditional_format(*area, {**rule, "format": self.looks[id(look)]})

    def _coloured(
        self,
        sheet: Any,
        row: int,
        column: int,
        flag: str,
        looks: tuple[Mapping[str, object], Mapping[str, object]],
    ) -> None:
        """Shows a cell in one look where a line is 1, and in the other where it is not, or is an error."""
        place = self.book.layout.places[flag]
        cell = f"{quoted(place.sheet)}!{a1(place.row, place.column, True, True)}"
        for test, look in zip(("=1", "<>1"), looks, strict=True):
            rule = {"type": "formula", "criteria": f"=IFERROR({cell},0){test}"}
            self._rule(sheet, (row, column, row, column), rule, look)

    def _quiet(self, sheet: Any, plan: SheetPlan) -> None:
        """Takes back what says nothing: n/a, and zeros in rows of actual values of periods to come."""
        numbers = [cell for cell in plan.cells if isinstance(cell.content, Formula) and cell.format]
        if numbers:
            columns = [cell.column for cell in numbers]
            area = (BODY_ROW, min(columns), max(cell.row for cell in numbers), max(columns))
            rule = {"type": "cell", "criteria": "==", "value": '"n/a"'}
            self._rule(sheet, area, rule, MUTED)
        for row, first, last in plan.pending:
            flag, here = a1(FLAG_ROW, first, row_fixed=True), a1(row, first)
            rule = {"type": "formula", "criteria": f'=AND({flag}="{FORECAST}",{here}=0)'}
            self._rule(sheet, (row, first, row, last), rule, EMPTY)

    def _boundary(self, sheet: Any, plan: SheetPlan) -> None:
        """Draws the line between actual and forecast periods."""
        timeline = self.book.model.sheets[plan.name].timeline
        if not timeline or not self.book.model.timelines[timeline].actual:
            return
        columns = self.book.layout.columns(timeline)
        here = a1(FLAG_ROW, columns[0], row_fixed=True)
        before = a1(FLAG_ROW, columns[0] - 1, row_fixed=True)
        criteria = f'=AND({here}="{FORECAST}",{before}<>"{FORECAST}")'
        area = (PERIOD_ROW + 1, columns[0], max(cell.row for cell in plan.cells), columns[-1])
        self._rule(sheet, area, {"type": "formula", "criteria": criteria}, BOUNDARY)
