"""Native charts of lines over their timeline, with titles and units, two side by side."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from modelgen import kinds
from modelgen.evaluate.evaluate import Evaluation
from modelgen.excel.layout import PERIOD_ROW
from modelgen.excel.plan import Book, SheetPlan
from modelgen.formula.values import numbers
from modelgen.model.sheets import charted_lines
from modelgen.text.schema import ChartText

_COLOURS = ("#1F3864", "#2E75B6", "#9DC3E6", "#C55A11", "#7F7F7F", "#548235")


@dataclass(frozen=True, slots=True)
class ChartKind:
    """A kind of chart: XlsxWriter's options, the look of a series in a given colour, and whether the axis
    begins at zero if no value is negative.
    """

    options: Mapping[str, str]
    look: Callable[[str], dict[str, object]]
    from_zero: bool


STACKED = ChartKind(
    {"type": "column", "subtype": "stacked"},
    lambda colour: {"fill": {"color": colour}, "gap": 40},
    from_zero=True,
)
LINE = ChartKind(
    {"type": "line"}, lambda colour: {"line": {"color": colour, "width": 2}}, from_zero=False
)
WIDTH, HEIGHT, GAP, ROWS, BESIDE = 550, 232, 14, 12, 2
MOST_BELOW = 4
"""The most series whose names stand below a chart."""
CHARTS_WIDTH = BESIDE * (WIDTH + GAP)
"""The pixels of charts side by side."""


def place_charts(book: Book, plan: SheetPlan, evaluation: Evaluation) -> list[ChartText]:
    """The charts of a sheet that have something to show; notes in the plan the rows on which they stand,
    below all others.
    """
    shown = [
        text
        for text in book.model.sheets[plan.name].charts
        if any(_series(book, evaluation, text, id_) for id_ in _lines(book, text))
    ]
    top = max((cell.row for cell in plan.cells), default=0) + 2
    lines = -(-len(shown) // BESIDE)
    plan.chart_rows = [(top + ROWS * line, ROWS) for line in range(lines)]
    return shown


def _lines(book: Book, text: ChartText) -> list[str]:
    return [id_ for name in text.lines for id_ in charted_lines(name, book.model.sets)]


def add_charts(
    workbook: Any,
    sheet: Any,
    book: Book,
    plan: SheetPlan,
    evaluation: Evaluation,
    shown: list[ChartText],
) -> None:
    """Adds the charts of a sheet at the rows that its plan has for them."""
    for number, text in enumerate(shown):
        kind: ChartKind = kinds.load(kinds.CHARTS, text.kind)
        chart = workbook.add_chart(dict(kind.options))
        lines = _lines(book, text)
        for index, id_ in enumerate(lines):
            series = _series(book, evaluation, text, id_)
            colour = _COLOURS[index % len(_COLOURS)]
            if series:
                chart.add_series({**series, **kind.look(colour)})
        unit = book.model.units[text.unit]
        chart.set_title({"name": text.title, "name_font": {"size": 12}, "overlay": False})
        least = {"min": 0} if kind.from_zero and not _negative(evaluation, lines) else {}
        chart.set_y_axis(
            {
                **least,
                "name": unit.label,
                "num_format": "0.0" if unit.measure == "multiple" else "#,##0",
                "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
            }
        )
        axis = {"num_format": "mmm-yy", "text_axis": True, "num_font": {"rotation": -45}}
        chart.set_x_axis({**axis, "label_position": "low"})
        below = len(chart.series) <= MOST_BELOW  # more would leave the chart itself no room
        chart.set_legend({"position": "bottom" if below else "right"})
        chart.set_size({"width": WIDTH, "height": HEIGHT})
        row, _ = plan.chart_rows[number // BESIDE]
        offset = {"x_offset": GAP // 2 + (number % BESIDE) * (WIDTH + GAP), "y_offset": 4}
        sheet.insert_chart(row, 0, chart, offset)


def _negative(evaluation: Evaluation, lines: list[str]) -> bool:
    """Whether a line is negative in some period at build."""
    return any(bool((numbers(evaluation.values[id_]) < 0).any()) for id_ in lines)


def _series(
    book: Book, evaluation: Evaluation, text: ChartText, id_: str
) -> dict[str, object] | None:
    """The series of a line over the periods in which it is a number: a text would be drawn as zero."""
    item = book.model.items[id_]
    timeline = book.model.timeline_of(id_)
    assert timeline is not None
    place = book.layout.places[id_]
    before = len(timeline.comparatives)
    shown = [
        column
        for column in range(before, len(timeline.columns))
        if isinstance(evaluation.cell(id_, column), float)
    ]
    if not shown:
        return None
    columns = book.layout.columns(timeline.id)
    first, last = columns[shown[0]], columns[shown[-1]]
    heads = book.layout.places[text.categories] if text.categories else None
    sheet, row = (heads.sheet, heads.row) if heads else (place.sheet, PERIOD_ROW)
    return {
        "name": text.names.get(id_) or item.label.partition(":")[0],
        "categories": [sheet, row, first, row, last],
        "values": [place.sheet, place.row, first, place.row, last],
    }
