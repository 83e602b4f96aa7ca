"""Plans what stands along the periods of a row: an input's values, and the bands right of a row."""

from math import isnan

from modelgen.excel.plan import Allowed, Book, Formula, SheetPlan
from modelgen.model.plain import Input, Item, Line


def input_values(book: Book, plan: SheetPlan, row: int, item: Input, timeline: str) -> None:
    """Puts the values of a row of inputs, with what they may hold."""
    place = book.layout.places[item.id]
    columns = book.layout.columns(timeline)
    for index, (column, value) in enumerate(zip(columns, item.values, strict=True)):
        if column >= place.column and index not in item.blank:
            role = "input_assumed" if index in item.assumed else "input"
            plan.put(row, column, shown(value), role, item.unit.format)
    plan.validations.append(Allowed(place, columns[-1], item))
    if item.leaf_of is not None and not item.band_of:
        plan.pending.append((row, columns[0], columns[-1]))


def beside(book: Book, plan: SheetPlan, row: int, item: Item) -> None:
    """Puts what stands in a band right of a row."""
    if isinstance(item, Input) and item.timeline is not None:
        input_values(book, plan, row, item, item.timeline)
    elif isinstance(item, Line) and item.timeline is not None:
        role = {"subtotal": "subtotal", "total": "total"}.get(item.style, "formula")
        for column, at in enumerate(book.layout.columns(item.timeline)):
            formula = Formula(item.expression, item.timeline, column, item.id)
            plan.put(row, at, formula, role, item.unit.format)


def shown(value: float) -> float | None:
    """The value of an input's cell, None if an optional input is blank."""
    return None if isnan(value) else value
