"""Native charts of a sheet's lines over their timeline, titled, with units."""

from typing import Any

from modelgen.excel.layout import PERIOD_ROW
from modelgen.excel.plan import Book, SheetPlan
from modelgen.model.build import charted_lines

_COLOURS = ("#1F3864", "#2E75B6", "#9DC3E6", "#C55A11", "#7F7F7F", "#548235")
_KINDS = {"stacked": {"type": "column", "subtype": "stacked"}, "line": {"type": "line"}}


def add_charts(workbook: Any, sheet: Any, book: Book, plan: SheetPlan) -> None:
    """Adds a sheet's charts below its rows."""
    row = max((cell.row for cell in plan.cells), default=0) + 2
    for text in book.model.sheets[plan.name].charts:
        chart = workbook.add_chart(dict(_KINDS[text.kind]))
        lines = [id_ for name in text.lines for id_ in charted_lines(name, book.model.sets)]
        for index, id_ in enumerate(lines):
            item = book.model.items[id_]
            timeline = book.model.timeline_of(id_)
            assert timeline is not None
            place = book.layout.places[id_]
            columns = book.layout.columns(timeline.id)
            first, last = columns[len(timeline.comparatives)], columns[-1]
            colour = _COLOURS[index % len(_COLOURS)]
            look = (
                {"fill": {"color": colour}, "gap": 40}
                if text.kind == "stacked"
                else {"line": {"color": colour}}
            )
            chart.add_series(
                {
                    "name": item.label.partition(":")[0] if ":" in item.label else item.label,
                    "categories": [plan.name, PERIOD_ROW, first, PERIOD_ROW, last],
                    "values": [place.sheet, place.row, first, place.row, last],
                    **look,
                }
            )
        chart.set_title({"name": text.title, "name_font": {"size": 12}, "overlay": False})
        chart.set_y_axis(
            {
                "name": book.model.units[text.unit].label,
                "num_format": "#,##0",
                "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
            }
        )
        chart.set_x_axis({"num_format": "mmm-yy", "text_axis": True, "num_font": {"rotation": -45}})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 960, "height": 360})
        sheet.insert_chart(row, 0, chart, {"x_offset": 10, "y_offset": 4})
        row += 19
