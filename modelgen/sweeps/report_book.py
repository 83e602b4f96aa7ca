"""Writes the workbook of a sweep: a summary and, for each row, its quantiles by period with a fan chart."""

import math
import re
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from modelgen.dates import to_serial
from modelgen.files import written_whole
from modelgen.formula.values import Floats
from modelgen.sweeps.run import QUANTILES, Output, Sweep
from modelgen.sweeps.sample import Sample
from modelgen.sweeps.words import (
    about,
    heads,
    key_columns,
    name_of,
    point_heads,
    point_rows,
    recheck_text,
)

_FONT, _NAVY, _GREY = "Arial", "#1F3864", "#595959"
_BANDS = ("#C9D5EC", "#8FA8D6", "#8FA8D6", "#C9D5EC")
_HEAD_ROW, _FIRST_ROW = 4, 5


def write_report(sweep: Sweep, sample: Sample | None, target: Path) -> None:
    """Writes the workbook of a sweep, whole or not at all; the same sweep gives the same bytes. Raises
    ModelError.
    """
    with written_whole(target) as temporary:
        book = xlsxwriter.Workbook(
            str(temporary), {"strings_to_formulas": False, "strings_to_urls": False}
        )
        as_of = sweep.job.model.as_of
        book.set_properties(
            {
                "title": f"{sweep.job.model.company}: {sweep.scenarios:,} scenarios",
                "created": datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC),
            }
        )
        _Report(book, sweep).write(sample)
        book.close()


class _Report:
    def __init__(self, book: Any, sweep: Sweep) -> None:
        self.book, self.sweep = book, sweep
        self.looks: dict[str, Any] = {}
        base = {"font_name": _FONT, "font_size": 10}
        looks: dict[str, dict[str, object]] = {
            "title": {"bold": True, "font_size": 16, "font_color": _NAVY},
            "text": {},
            "note": {"font_color": _GREY},
            "head": {"bold": True, "font_color": "#FFFFFF", "bg_color": _NAVY, "align": "right"},
            "head_wrapped": {"bold": True, "bottom": 1, "align": "right", "text_wrap": True},
            "right": {"align": "right"},
            "head_left": {"bold": True, "font_color": "#FFFFFF", "bg_color": _NAVY},
            "day": {"num_format": "mmm-yy", "align": "left"},
            "part": {"num_format": "0.00%"},
        }
        for name, look in looks.items():
            self.looks[name] = book.add_format({**base, **look})
        self._base = base

    def number(self, output: Output) -> Any:
        """The XlsxWriter format for an output's numbers, by its unit."""
        name = f"number {output.unit.id}"
        if name not in self.looks:
            look = {**self._base, "num_format": output.unit.format, "align": "right"}
            self.looks[name] = self.book.add_format(look)
        return self.looks[name]

    def write(self, sample: Sample | None) -> None:
        """Writes the summary and a sheet for each row."""
        self._summary(sample)
        names: set[str] = set()
        for output in self.sweep.outputs:
            if output.periods:
                self._row(output, _sheet_name(output.id, names))

    def _sheet(self, name: str, title: str) -> Any:
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 1)
        sheet.set_footer(
            "&L&8" + self.sweep.job.model.company.replace("&", "&&") + "&C&8&A&R&8Page &P of &N"
        )
        sheet.write_string(0, 0, title, self.looks["title"])
        return sheet

    def _summary(self, sample: Sample | None) -> None:
        model = self.sweep.job.model
        sheet = self._sheet("Summary", f"{model.company}: {self.sweep.scenarios:,} scenarios")
        sheet.set_column(0, 0, 58)
        sheet.set_column(1, 1, 14)
        sheet.set_column(2, 2 + len(heads()), 12)
        sentences = about(self.sweep) + ([recheck_text(sample)] if sample else [])
        for row, text in enumerate(sentences, start=1):
            sheet.write_string(row, 0, text, self.looks["note"])
        row = len(sentences) + 2
        if self.sweep.chances:
            for column, head in enumerate(("Event, in at least one period", "Scenarios", "Base")):
                sheet.write_string(row, column, head, self.looks["head" if column else "head_left"])
            for chance in self.sweep.chances:
                row += 1
                sheet.write_string(row, 0, chance.label, self.looks["text"])
                sheet.write_number(row, 1, chance.probability, self.looks["part"])
                sheet.write_string(row, 2, "yes" if chance.base else "no", self.looks["text"])
            row += 2
        row = self._points(sheet, row)
        for column, head in enumerate(("Line", "Unit", *heads())):
            sheet.write_string(row, column, head, self.looks["head" if column > 1 else "head_left"])
        for output in self.sweep.outputs:
            for column in key_columns(output):
                row += 1
                sheet.write_string(row, 0, name_of(output, column), self.looks["text"])
                sheet.write_string(row, 1, output.unit.label, self.looks["note"])
                for offset, values in enumerate(_columns(output), start=2):
                    self._number(sheet, row, offset, values[column], output)

    def _points(self, sheet: Any, row: int) -> int:
        """Writes the points of a small grid from a row; returns the row after them."""
        points = point_rows(self.sweep)
        if not points:
            return row
        for column, head in enumerate(point_heads(self.sweep)):
            sheet.write_string(row, column, head, self.looks["head_wrapped"])
        for cells in points:
            row += 1
            for column, text in enumerate(cells):
                sheet.write_string(row, column, text, self.looks["right"])
        return row + 2

    def _number(self, sheet: Any, row: int, column: int, value: float, output: Output) -> None:
        if math.isnan(value):
            sheet.write_string(row, column, "n/a", self.number(output))
        else:
            sheet.write_number(row, column, value, self.number(output))

    def _row(self, output: Output, name: str) -> None:
        """Writes the sheet of a row: its values by period, the bands between quantiles as formulas, and the
        chart.
        """
        sheet = self._sheet(name, output.label)
        sheet.write_string(1, 0, output.unit.label, self.looks["note"])
        sheet.write_string(
            2,
            0,
            "The chart's bands are the differences between successive quantiles.",
            self.looks["note"],
        )
        sheet.freeze_panes(_FIRST_ROW, 1)
        sheet.repeat_rows(_HEAD_ROW)
        names = heads()
        bands = [f"{a * 100:g}% to {b * 100:g}%" for a, b in pairwise(QUANTILES)]
        for column, head in enumerate(("Period", *names, *bands)):
            sheet.write_string(
                _HEAD_ROW, column, head, self.looks["head" if column else "head_left"]
            )
        sheet.set_column(0, 0, 12)
        sheet.set_column(1, len(names) + len(bands), 12)
        first = 1 + 2  # the first quantile's column: after the base and the minimum
        columns = _columns(output)
        for index, period in enumerate(output.periods):
            row = _FIRST_ROW + index
            sheet.write_number(row, 0, to_serial(date.fromisoformat(period)), self.looks["day"])
            for column, values in enumerate(columns, start=1):
                self._number(sheet, row, column, values[index], output)
            for band in range(len(bands)):
                low, high = (xl_rowcol_to_cell(row, first + band + n) for n in (0, 1))
                step = float(output.quantiles[band + 1, index] - output.quantiles[band, index])
                value: float | str = 0.0 if math.isnan(step) else step
                sheet.write_formula(
                    row,
                    len(names) + 1 + band,
                    f"=IF(ISNUMBER({low}),{high}-{low},0)",
                    self.number(output),
                    value,
                )
        self._chart(sheet, output, name, first, len(names) + 1, len(bands))

    def _chart(
        self, sheet: Any, output: Output, name: str, first: int, bands_at: int, bands: int
    ) -> None:
        last = _FIRST_ROW + len(output.periods) - 1

        def series(column: int) -> dict[str, Any]:
            return {
                "name": [name, _HEAD_ROW, column],
                "categories": [name, _FIRST_ROW, 0, last, 0],
                "values": [name, _FIRST_ROW, column, last, column],
            }

        chart = self.book.add_chart({"type": "area", "subtype": "stacked"})
        # The lowest quantile supports the stacked bands and is itself invisible.
        chart.add_series({**series(first), "fill": {"none": True}, "line": {"none": True}})
        for band in range(bands):
            look = {"fill": {"color": _BANDS[band]}, "line": {"none": True}}
            chart.add_series({**series(bands_at + band), **look})
        lines = self.book.add_chart({"type": "line"})
        lines.add_series({**series(first + bands // 2), "line": {"color": _NAVY, "width": 1.75}})
        dashed = {"color": "#B35C00", "width": 1.5, "dash_type": "dash"}
        lines.add_series({**series(1), "line": dashed})
        chart.combine(lines)
        font = {"name": _FONT, "size": 9}
        chart.set_title({"name": output.label, "name_font": {**font, "size": 12}})
        chart.set_x_axis(
            {"num_font": font, "num_format": "mmm-yy", "label_position": "low", "date_axis": True}
        )
        chart.set_y_axis(
            {
                "name": output.unit.label,
                "name_font": font,
                "num_font": font,
                "num_format": "0%" if "%" in output.unit.format else "#,##0",
                "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
            }
        )
        chart.set_legend({"position": "bottom", "font": font, "delete_series": [0]})
        chart.set_size({"width": 960, "height": 380})
        sheet.insert_chart(last + 2, 0, chart, {"description": f"Fan chart of {output.label}"})


def _columns(output: Output) -> list[Floats]:
    """An output's values by period for each of the heads."""
    return [output.base, output.least, *output.quantiles, output.greatest, output.mean]


def _sheet_name(id_: str, names: set[str]) -> str:
    """A unique name for an output's sheet: its id, cut to the length that Excel allows."""
    name = re.sub(r"[\[\]:*?/\\]", "_", id_)[:31]
    number = 2
    while name.lower() in names:
        name = f"{id_[:28]} {number}"
        number += 1
    names.add(name.lower())
    return name
