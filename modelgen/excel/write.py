"""Writes a workbook with XlsxWriter; the same model gives the same bytes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from xlsxwriter.worksheet import Worksheet

from modelgen import __version__
from modelgen.contract import (
    BUILDER_PROPERTY,
    DEAL_PROPERTY,
    FISCAL_PROPERTY,
    TEXT_PROPERTY,
    VERSION,
    VERSION_PROPERTY,
)
from modelgen.dates import from_serial
from modelgen.evaluate.evaluate import Evaluation
from modelgen.evaluate.study import Complete
from modelgen.excel.address import Address, a1, quoted
from modelgen.excel.body import allowed_words
from modelgen.excel.chart import add_charts, place_charts
from modelgen.excel.fit import fit
from modelgen.excel.layout import Layout, lay_out
from modelgen.excel.marks import Marks
from modelgen.excel.measure import FONT_SIZE
from modelgen.excel.names import defined_names, name_problems
from modelgen.excel.package import CarryingWorkbook
from modelgen.excel.plan import Allowed, Book, Cell, Formula, Link, SheetPlan, book_of, kind_of
from modelgen.excel.printing import cut, set_up
from modelgen.excel.render import render
from modelgen.excel.styles import FONT, properties
from modelgen.files import written_whole
from modelgen.fiscal import CALENDAR_YEAR
from modelgen.formula.parse import FormulaError
from modelgen.formula.syntax import Node
from modelgen.model.plain import Input, Line, Model
from modelgen.problem import ModelError, Problem
from modelgen.text.setting import UNBOUNDED

STREAMED_FROM = (
    2**16
)  # number of cells from which XlsxWriter keeps only one row at a time in memory
Value = float | str | bool


@dataclass(frozen=True)
class Written:
    """A written workbook: its path, and the value of each formula cell by (sheet, row, column), from 0."""

    path: Path
    sheets: int
    formulas: dict[tuple[str, int, int], Value]


LONGEST_FORMULA = 8192
"""The most characters that Excel allows in a formula, not counting the leading =."""


def write_workbook(evaluation: Complete, path: str | Path, carried: str = "") -> Written:
    """Writes the workbook of an evaluated model, whole or not at all; `carried` is the text of the
    model that it carries for add-ins (page.carried), empty for none.

    Raises ModelError: a name or formula that Excel would refuse, a file that cannot be written; TypeError
    for an evaluation whose studies have not been computed.
    """
    if not isinstance(evaluation, Complete):
        raise TypeError("a workbook is written from a complete evaluation: evaluate.study.complete")
    model = evaluation.model
    book = book_of(lay_out(model, _first_row))
    problems = name_problems(model)
    if problems:
        raise ModelError(problems)
    target = Path(path)
    with written_whole(target) as temporary:
        formulas = _Writer(evaluation, book).write(temporary, carried)
    return Written(target, len(model.sheets), formulas)


def _first_row(kind: str, with_periods: bool) -> int:
    return kind_of(kind).first_row(with_periods)


def _cells(model: Model) -> int:
    """The approximate number of cells of a model's lines."""
    columns = {id_: len(timeline.columns) for id_, timeline in model.timelines.items()}
    return sum(columns.get(line.timeline or "", 1) for line in model.lines())


def _place(cell: Cell) -> tuple[int, int]:
    return cell.row, cell.column


class _PlainWorksheet(Worksheet):
    """A worksheet that writes formulas unchanged.

    XlsxWriter searches each formula for functions newer than Excel 2010 in order to prefix them, which takes
    a third of the writing time; `render` has already written the prefix from the table of functions.
    """

    def _prepare_formula(self, formula: str, *_: object) -> str:
        return formula.removeprefix("=")


class _Writer:
    def __init__(self, evaluation: Evaluation, book: Book) -> None:
        self.evaluation, self.book = evaluation, book
        self.layout: Layout = book.layout
        self.model: Model = book.model
        self.formulas: dict[tuple[str, int, int], Value] = {}
        self.formats: dict[tuple[str, str], Any] = {}
        self.rendered: tuple[Node | None, Callable[[int], str]] = (None, str)
        self.rendered_at = ("", 0)
        self.problems: list[Problem] = []

    def write(self, path: Path, carried: str) -> dict[tuple[str, int, int], Value]:
        """Writes all sheets and returns the values of the formula cells."""
        streamed = _cells(self.model) >= STREAMED_FROM
        options = {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            # The widths of columns are measured by this font's digits.
            "default_format_properties": {"font_name": FONT, "font_size": FONT_SIZE},
            "constant_memory": streamed,
            "in_memory": not streamed,  # a temporary file for each part costs more than the part
        }
        self.workbook = CarryingWorkbook(str(path), options)
        self.workbook.carried = carried
        created = datetime.combine(self.model.as_of, time(12), UTC).replace(tzinfo=None)
        self.workbook.set_properties(
            {
                "title": f"{self.model.company}: {self.model.title}",
                "company": self.model.company,
                "comments": f"Built by modelgen from the deal {self.model.name}",
                "created": created,
            }
        )
        self.workbook.set_calc_mode("auto")
        self.marks = Marks(self.workbook, self.book)
        tables = {}
        for name, sheet_text in self.model.sheets.items():
            plan = kind_of(sheet_text.kind).plan(self.book, name)
            tables[name] = plan.tables
            self._sheet(self.workbook.add_worksheet(name, _PlainWorksheet), plan)
        if self.problems:
            raise ModelError(self.problems)
        for name, refers_to in defined_names(self.book, tables):
            self.workbook.define_name(name, f"={refers_to}")
        for name, text in (
            (VERSION_PROPERTY, VERSION),
            (DEAL_PROPERTY, self.model.name),
            (BUILDER_PROPERTY, __version__),
            (TEXT_PROPERTY, self.model.digest),
        ):
            self.workbook.set_custom_property(name, text, "text")
        if self.model.fiscal != CALENDAR_YEAR:
            fiscal = self.model.fiscal.to_text()
            self.workbook.set_custom_property(FISCAL_PROPERTY, fiscal, "text")
        self.workbook.close()
        return self.formulas

    def format(self, role: str, number_format: str = "") -> Any:
        """The XlsxWriter format for a role and number format, created once."""
        key = (role, number_format)
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format(properties(role, number_format))
        return self.formats[key]

    def _sheet(self, sheet: Any, plan: SheetPlan) -> None:
        values = self._values(plan)
        fit(plan, values)
        charts = place_charts(self.book, plan, self.evaluation)
        for column, width in plan.widths.items():
            folded = {"level": 1} if column in plan.folded_columns else {}
            sheet.set_column(column, column, width, None, folded)
        for row in sorted(plan.heights.keys() | plan.folded_rows):
            folded = {"level": 1} if row in plan.folded_rows else {}
            sheet.set_row(row, plan.heights.get(row), None, folded)
        # A streamed workbook must be written in row order; charts and rules come afterwards.
        for cell in sorted(plan.cells, key=_place):
            style = self.format(cell.role, cell.format)
            content = cell.content
            if isinstance(content, Formula):
                value = values[cell.row, cell.column]
                self._formula(sheet, plan.name, cell.row, cell.column, content, style, value)
            elif isinstance(content, Link):
                target = content.target
                where = f"internal:{quoted(target.sheet)}!{a1(target.row, target.column)}"
                sheet.write_url(cell.row, cell.column, where, style, content.text, content.tip)
            elif content is None:
                sheet.write_blank(cell.row, cell.column, None, style)
            elif isinstance(content, str):
                sheet.write_string(cell.row, cell.column, content, style)
            else:
                sheet.write_number(cell.row, cell.column, content, style)
        for allowed in plan.validations:
            validation = _validation(allowed)
            if validation:
                sheet.data_validation(
                    allowed.first.row,
                    allowed.first.column,
                    allowed.first.row,
                    allowed.last_column,
                    validation,
                )
        self.marks.add(sheet, plan)
        set_up(sheet, plan, self.model)
        add_charts(self.workbook, sheet, self.book, plan, self.evaluation, charts)

    def _values(self, plan: SheetPlan) -> dict[tuple[int, int], Value]:
        """The values of a sheet's formulas by row and column."""
        values = {}
        for cell in plan.cells:
            formula = cell.content
            if isinstance(formula, Formula) and formula.item is not None:
                value = self.evaluation.cell(formula.item, formula.column)
            elif isinstance(formula, Formula):
                value = self.evaluation.of(formula.node, formula.timeline, formula.column)
            else:
                continue
            values[cell.row, cell.column] = value
        return values

    def _formula(
        self,
        sheet: Any,
        name: str,
        row: int,
        column: int,
        formula: Formula,
        style: Any,
        value: Value,
    ) -> None:
        text = self._row_text(name, row, formula)(column)
        if len(text) > LONGEST_FORMULA + 1:
            message = (
                f"the formula has {len(text) - 1:,} characters; Excel allows {LONGEST_FORMULA:,}"
            )
            self._refuse(formula, message)
            text = "=0"
        self.formulas[(name, row, column)] = value
        sheet.write_formula(row, column, text, style, value)

    def _refuse(self, formula: Formula, message: str) -> None:
        """Notes why Excel would refuse a formula, once for all the cells of its row."""
        item = self.model.items.get(formula.item or "")
        problem = Problem(
            message,
            item.place if isinstance(item, (Input, Line)) else None,
            "split it into several lines, or add up parts of a set on lines of their own",
        )
        if problem not in self.problems:
            self.problems.append(problem)

    def _row_text(self, name: str, row: int, formula: Formula) -> Callable[[int], str]:
        """The formula of a row as a function of the column; the cells of a row share it."""
        node = formula.node
        before, text = self.rendered
        if before is not node or self.rendered_at != (name, row):
            try:
                text = render(node, self.layout, Address(name, row, 0))
            except FormulaError as error:
                self._refuse(formula, error.message)
                text = "=0".format
            self.rendered, self.rendered_at = (node, text), (name, row)
        return text


def _validation(allowed: Allowed) -> dict[str, object] | None:
    """XlsxWriter's options for a validation. It drops a whole validation whose message is over 255 or whose
    title is over 32 characters, so both are cut.
    """
    item = allowed.input
    message = f"Unit: {item.unit.label}. Allowed: {allowed_words(item)}. {item.basis_words}"
    common: dict[str, object] = {
        "input_title": cut(item.row_label, 32),
        "input_message": cut(message, 255),
        "error_title": "Out of range",
        "error_message": cut(f"{item.label}: {allowed_words(item)}", 255),
    }
    if item.choices:
        return {
            "validate": "list",
            "source": [f"{code:.15g}" for code, _ in item.choices],
            **common,
        }
    if item.lowest is None or item.highest is None:
        return {
            **common,
            "validate": "decimal",
            "criteria": "between",
            "minimum": -UNBOUNDED,
            "maximum": UNBOUNDED,
        }
    is_date = item.unit.kind == "date"
    lowest, highest = (from_serial(e) if is_date else e for e in (item.lowest, item.highest))
    return {
        **common,
        "validate": "date" if is_date else "integer" if item.unit.whole else "decimal",
        "criteria": "between",
        "minimum": lowest,
        "maximum": highest,
    }
