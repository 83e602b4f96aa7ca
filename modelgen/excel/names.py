"""The defined names of a workbook: each input and line by its id, and those of the contract."""

from collections.abc import Iterator, Mapping

from modelgen.contract import (
    FIGURES,
    SEAL,
    TOTALS,
    column_name,
    output_name,
    role_name,
)
from modelgen.excel.address import a1, name_problem, quoted
from modelgen.excel.layout import BODY_ROW, LABEL, UNIT, Layout
from modelgen.excel.map import table_names
from modelgen.excel.plan import Book
from modelgen.model.plain import Input, Line, Model
from modelgen.problem import Problem

Tables = dict[str, tuple[int, int, dict[str, int]]]
Named = tuple[str, str]
"""A defined name, and the reference it stands for."""


def defined_names(book: Book, plans: Mapping[str, Tables]) -> Iterator[Named]:
    """All names of a workbook; those local to a sheet are prefixed with the sheet. `plans` are the sheets'
    plans, some of which hold tables of the contract.
    """
    layout, model = book.layout, book.model
    for id_, item in model.named().items():
        yield id_, _of_item(layout, id_, item)
    yield from _of_sheets(book)
    yield from _of_roles(layout)
    yield from _of_tables(layout)
    for sheet, tables in plans.items():
        if SEAL in tables:
            row, _, columns = tables.pop(SEAL)
            yield SEAL, _span(sheet, row, columns["seal"], row, columns["seal"])
        for table, (first, last, columns) in tables.items():
            for key, column in columns.items():
                yield column_name(table, key), _span(sheet, first, column, last, column)


def name_problems(model: Model) -> list[Problem]:
    """Problems with ids that cannot be defined names."""
    return [
        Problem(problem, item.place)
        for id_, item in model.named().items()
        if (problem := name_problem(id_))
    ]


def _of_item(layout: Layout, id_: str, item: Input | Line) -> str:
    place = layout.places[id_]
    if item.timeline is None:
        return _span(place.sheet, place.row, place.column, place.row, place.column)
    timeline = layout.model.timelines[item.timeline]
    columns = layout.columns(timeline.id)
    first = columns[len(timeline.comparatives)]
    return _span(place.sheet, place.row, first, place.row, columns[-1])


def _of_sheets(book: Book) -> Iterator[Named]:
    """The names of the areas that each sheet has for itself."""
    for name, text in book.model.sheets.items():
        areas: dict[str, list[tuple[int, int]]] = {}
        for own in book.own(name):
            areas.setdefault(own.area, []).extend((own.row, column) for column, _ in own.columns)
        if text.timeline:
            last = max((placed.row for placed in book.layout.rows[name]), default=BODY_ROW)
            value = book.layout.sheet_columns[name].value
            areas[TOTALS] = [(BODY_ROW, value), (last, value)]
        for area, cells in areas.items():
            rows, columns = zip(*cells, strict=True)
            span = _span(name, min(rows), min(columns), max(rows), max(columns))
            yield f"{quoted(name)}!{area}", span


def _of_roles(layout: Layout) -> Iterator[Named]:
    named = {role_name(role): id_ for role, id_ in layout.model.roles.cells().items()}
    named |= {output_name(n): id_ for n, id_ in enumerate(layout.model.outputs, 1)}
    for name, id_ in named.items():
        place = layout.places[id_]
        yield name, _span(place.sheet, place.row, place.column, place.row, place.column)


def _of_tables(layout: Layout) -> Iterator[Named]:
    names = table_names(layout.model)
    for section in layout.model.sections:
        rows = [
            p.row for p in layout.rows[section.sheet] if p.section is section and p.kind == "row"
        ]
        if id(section) not in names or not rows:
            continue
        table = names[id(section)]
        of_sheet = layout.sheet_columns[section.sheet]
        columns = {
            "label": LABEL,
            "unit": UNIT,
            **{k: of_sheet.value + n for n, k in enumerate(section.keys)},
        }
        if section.table == FIGURES.name:
            columns["cited"] = of_sheet.source
        for key, column in columns.items():
            yield (
                column_name(table, key),
                _span(section.sheet, rows[0], column, rows[-1], column),
            )


def _span(sheet: str, row: int, column: int, last_row: int, last_column: int) -> str:
    first = a1(row, column, True, True)
    last = a1(last_row, last_column, True, True)
    return f"{quoted(sheet)}!{first}" + (f":{last}" if first != last else "")
