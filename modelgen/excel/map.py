"""The map: each input and line once, with its formula in words and where it stands; and what the
sources do not disclose and the model therefore assumes.
"""

from dataclasses import dataclass
from math import ceil

from modelgen.excel.body import ROW_HEIGHT, title_rows
from modelgen.excel.layout import INTRO_ROW
from modelgen.excel.plan import Book, Link, SheetPlan
from modelgen.excel.render import in_names
from modelgen.formula.describe import describe
from modelgen.model.assume import show_value
from modelgen.model.plain import Input, Line

HEADS = (
    "Line",
    "Unit",
    "Id",
    "Kind",
    "Sheet",
    "Signs",
    "Formula in words",
    "Source or basis",
    "Formula in names",
)
_WIDTHS = (52, 16, 44, 10, 14, 22, 90, 60, 90)


@dataclass(frozen=True, slots=True)
class MapRange:
    """The rows of the map that list inputs and lines, header included."""

    first_row: int
    last_row: int


def plan_map(book: Book, name: str) -> tuple[SheetPlan, MapRange]:
    """The plan of the map, and where its table stands."""
    plan = SheetPlan(name, widths=dict(enumerate(map(float, _WIDTHS))))
    title_rows(book, plan)
    header = INTRO_ROW + 2
    for column, head in enumerate(HEADS):
        plan.put(header, column, head, "header")
    plan.freeze, plan.header_rows = (header + 1, 1), header + 1
    row = header + 1
    for id_ in map_ids(book):
        _entry(book, plan, row, id_)
        row += 1
    table = MapRange(header, row - 1)
    _undisclosed(book, plan, row + 1)
    return plan, table


def map_ids(book: Book) -> list[str]:
    """All inputs and lines that have names, in the order they stand in the workbook."""
    order = {sheet: index for index, sheet in enumerate(book.model.sheets)}
    found = [
        id_
        for id_, item in book.model.items.items()
        if isinstance(item, Input) or (isinstance(item, Line) and not item.record)
    ]
    places = book.layout.places
    return sorted(found, key=lambda i: (order[places[i].sheet], places[i].row, places[i].column))


def _entry(book: Book, plan: SheetPlan, row: int, id_: str) -> None:
    item = book.model.items[id_]
    assert isinstance(item, (Input, Line))
    place = book.layout.places[id_]
    plan.put(row, 0, Link(item.label, place), "source")
    plan.put(row, 1, item.unit.label, "unit")
    plan.put(row, 2, id_, "plain")
    plan.put(row, 4, place.sheet, "plain")
    if isinstance(item, Input):
        plan.put(row, 3, "input", "plain")
        plan.put(row, 5, "as published" if item.leaf_of else "as labelled", "plain")
        plan.put(row, 6, f"Input ({item.status})", "wrapped")
        basis = item.basis
    else:
        plan.put(row, 3, f"{item.check} check" if item.check else "line", "plain")
        plan.put(row, 5, _signs(item), "plain")
        words = describe(item.expression, lambda other: book.model.items[other].label)
        plan.put(row, 6, words, "wrapped")
        plan.heights[row] = ROW_HEIGHT * max(1, ceil(len(words) / 100))
        basis = item.note
        names = in_names(item.expression, book.layout, place)
        plan.put(row, 8, names, "wrapped")
        plan.heights[row] = max(plan.heights[row], ROW_HEIGHT * ceil(len(names) / 92))
    lines = [
        f"{f.source} {f.source_line}"
        for f in book.figures.get(item.leaf_of or id_ if isinstance(item, Input) else id_, [])
    ]
    if lines and not (isinstance(item, Input) and not item.leaf_of):
        basis = f"ties to {', '.join(dict.fromkeys(lines))}"
    plan.put(row, 7, basis, "wrapped")
    plan.heights[row] = max(plan.heights.get(row, ROW_HEIGHT), ROW_HEIGHT * ceil(len(basis) / 68))


def _signs(item: Line) -> str:
    if item.check:
        return "nil when it holds"
    return item.unit.kind if item.unit.kind in ("date", "flag", "text") else "as labelled"


def _undisclosed(book: Book, plan: SheetPlan, row: int) -> None:
    plan.put(row, 0, "What the sources do not disclose and the model assumes", "heading")
    row += 1
    for id_ in map_ids(book):
        item = book.model.items[id_]
        if isinstance(item, Input) and item.status != "published":
            plan.put(row, 0, Link(item.label, book.layout.places[id_]), "source")
            plan.put(row, 1, item.unit.label, "unit")
            plan.put(row, 2, id_, "plain")
            plan.put(row, 3, item.status, "plain")
            shown = (
                show_value(item.values[-1], item.unit)
                if item.timeline is None
                else "a row of values"
            )
            plan.put(row, 5, shown, "plain")
            plan.put(row, 6, item.basis, "wrapped")
            plan.heights[row] = ROW_HEIGHT * max(1, ceil(len(item.basis) / 100))
            row += 1
    for text in book.model.undisclosed:
        plan.put(row, 0, text, "plain")
        row += 1
    if book.model.anomalies:
        row += 1
        plan.put(row, 0, "Where a source disagrees with itself or is loose", "heading")
    for anomaly in book.model.anomalies:
        row += 1
        plan.put(row, 0, anomaly.at.replace(":", " "), "plain")
        plan.put(row, 1, anomaly.printed or "", "plain")
        plan.put(row, 2, anomaly.reason, "plain")
