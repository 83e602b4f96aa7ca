"""The sheets of the page: the plans of the workbook's sheets as data, with the same widths and looks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from modelgen.evaluate.study import Complete
from modelgen.excel.address import a1
from modelgen.excel.chart import place_charts
from modelgen.excel.fit import fit, width_of
from modelgen.excel.layout import FLAG_ROW
from modelgen.excel.measure import ROW_HEIGHT
from modelgen.excel.plan import Book, Cell, Formula, Link, SheetPlan, kind_of
from modelgen.model.plain import ItemRow, Line, MemberRow
from modelgen.model.sheets import charted_lines
from modelgen.page.program import Json, Program
from modelgen.text.schema import ChartText

PIXELS_OF_POINT = 96 / 72
TEXT, NUMBER, ITEM, OWN, LINK = "text", "number", "item", "own", "link"
Spot = tuple[int, int]
"""An item's number and the column of its timeline."""


@dataclass
class Sheets:
    """The sheets as they are made; texts, roles and number formats are kept once each, by number."""

    evaluation: Complete
    book: Book
    program: Program
    texts: dict[str, int] = field(default_factory=dict)
    roles: dict[str, int] = field(default_factory=dict)
    formats: dict[str, int] = field(default_factory=dict)
    homes: dict[int, list[int]] = field(default_factory=dict)

    def data(self) -> Json:
        """All sheets for JSON, with the tables of texts, roles and formats, and where each item stands: its
        sheet, row, and the first of its columns.
        """
        sheets = [self._sheet(number, name) for number, name in enumerate(self.book.model.sheets)]
        return {
            "sheets": sheets,
            "texts": list(self.texts),
            "roles": list(self.roles),
            "formats": list(self.formats),
            "homes": self.homes,
        }

    def _sheet(self, number: int, name: str) -> Json:
        plan = kind_of(self.book.model.sheets[name].kind).plan(self.book, name)
        fit(plan, self._values(plan))
        charts = place_charts(self.book, plan, self.evaluation)
        last = max((cell.column for cell in plan.cells), default=0)
        inputs = self._inputs(plan)
        self._note_homes(number, name)
        return {
            "name": name,
            "title": self.book.model.sheets[name].title,
            "tab": plan.tab,
            "freeze": list(plan.freeze),
            "widths": [width_of(plan, column) for column in range(last + 1)],
            "height": round(ROW_HEIGHT * PIXELS_OF_POINT),
            "heights": {row: round(h * PIXELS_OF_POINT) for row, h in plan.heights.items()},
            "rows": list(self._rows(plan, inputs)),
            "charts": [self._chart(text) for text in charts],
            "flags": [list(area) for area in plan.flags],
            "differences": [list(area) for area in plan.differences],
            "coloured": [
                [row, column, self.program.place(flag)] for row, column, flag in plan.coloured
            ],
            "pending": [list(area) for area in plan.pending],
            "years": [year[0] for year in plan.years if year],
            "boundary": self._boundary(name),
        }

    def _values(self, plan: SheetPlan) -> dict[tuple[int, int], object]:
        """The values at build of a sheet's formulas, by which columns are as wide as in the workbook."""
        found: dict[tuple[int, int], object] = {}
        for cell in plan.cells:
            formula = cell.content
            if isinstance(formula, Formula) and formula.item is not None:
                found[cell.row, cell.column] = self.evaluation.cell(formula.item, formula.column)
            elif isinstance(formula, Formula):
                found[cell.row, cell.column] = self.evaluation.of(
                    formula.node, formula.timeline, formula.column
                )
        return found

    def _inputs(self, plan: SheetPlan) -> dict[tuple[int, int], Spot]:
        """The cells of a sheet in which inputs are typed."""
        found: dict[tuple[int, int], Spot] = {}
        for allowed in plan.validations:
            item, row = allowed.input, allowed.first.row
            place = self.program.place(item.id)
            if item.timeline is None:
                found[row, allowed.first.column] = (place, 0)
                continue
            for index, column in enumerate(self.book.layout.columns(item.timeline)):
                if column >= allowed.first.column and index not in item.blank:
                    found[row, column] = (place, index)
        return found

    def _note_homes(self, number: int, name: str) -> None:
        for placed in self.book.layout.rows[name]:
            if isinstance(placed.content, ItemRow):
                ids: tuple[str, ...] = (placed.content.id,)
                ids += tuple(self.book.layout.beside.get(placed.content.id, ()))
            elif isinstance(placed.content, MemberRow):
                ids = placed.content.cells
            else:
                continue
            for id_ in ids:
                place = self.book.layout.places[id_]
                timeline = self.book.model.timeline_of(id_)
                columns = self.book.layout.columns(timeline.id) if timeline else [place.column]
                before = len(timeline.comparatives) if timeline else 0
                # The first comparative column, and the first of the periods proper.
                home = [number, place.row, columns[0], columns[before] if timeline else columns[0]]
                self.homes[self.program.place(id_)] = home

    def _rows(self, plan: SheetPlan, inputs: dict[tuple[int, int], Spot]) -> Iterator[list[object]]:
        by_row: dict[int, dict[int, Cell]] = {}
        for cell in plan.cells:
            by_row.setdefault(cell.row, {})[cell.column] = cell
        for row in sorted(by_row):
            runs: list[list[Any]] = []
            for column in sorted(by_row[row]):
                cell = by_row[row][column]
                here = self._cell(plan.name, cell, inputs.get((row, column)))
                if here is None:
                    continue
                if runs and _continues(runs[-1], here):
                    runs[-1][1] += 1
                else:
                    runs.append(here)
            if runs:
                yield [row, runs]

    def _cell(self, sheet: str, cell: Cell, spot: Spot | None) -> list[Any] | None:
        """A cell for JSON: its column, how many cells alike follow it, role, format, kind, and what it
        holds; of an item, its number and the column of its timeline.
        """
        content = cell.content
        style = [_number(self.roles, cell.role), _number(self.formats, cell.format)]
        start = [cell.column, 1, *style]
        if spot is not None:
            return [*start, ITEM, *spot]
        if isinstance(content, Formula) and content.item is not None:
            return [*start, ITEM, self.program.place(content.item), content.column or 0]
        if isinstance(content, Formula):
            self.program.add_own(f"{sheet}!{a1(cell.row, cell.column)}", content)
            return [*start, OWN, len(self.program.data["own"]) - 1]
        if isinstance(content, Link):
            target = content.target
            sheets = list(self.book.model.sheets)
            where = [sheets.index(target.sheet), target.row, target.column]
            return [*start, LINK, _number(self.texts, content.text), *where]
        if isinstance(content, str):
            return [*start, TEXT, _number(self.texts, content)] if content else None
        return None if content is None else [*start, NUMBER, content]

    def _boundary(self, name: str) -> list[int] | None:
        """The first and last column of a sheet's periods, and the row that says whether they are actual."""
        timeline = self.book.model.sheets[name].timeline
        if not timeline or not self.book.model.timelines[timeline].actual:
            return None
        columns = self.book.layout.columns(timeline)
        return [columns[0], columns[-1], FLAG_ROW]

    def _chart(self, text: ChartText) -> Json:
        model = self.book.model
        ids = [id_ for name in text.lines for id_ in charted_lines(name, model.sets)]
        unit = model.units[text.unit]
        series = []
        for id_ in ids:
            item = model.items[id_]
            assert isinstance(item, Line) or item.unit is not None
            name = text.names.get(id_) or item.label.partition(":")[0]
            series.append({"name": name, "item": self.program.place(id_)})
        return {
            "title": text.title,
            "kind": text.kind,
            "unit": unit.label,
            "multiple": unit.measure == "multiple",
            "percent": unit.percent,
            "series": series,
            "labels": self.program.place(text.categories) if text.categories else None,
        }


def _number(table: dict[str, int], text: str) -> int:
    return table.setdefault(text, len(table))


def _continues(run: list[Any], here: list[Any]) -> bool:
    """Whether a cell goes on a run of one item's columns."""
    return (
        run[4] == here[4] == ITEM
        and run[2:4] == here[2:4]
        and run[5] == here[5]
        and run[0] + run[1] == here[0]
        and run[6] + run[1] == here[6]
    )
