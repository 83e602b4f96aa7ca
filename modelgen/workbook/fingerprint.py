"""Finds the formulas of a workbook that differ from those it was built with, without the deal's text.

The map records each line's formula in names, and the formulas that the columns of the tables of record were
built with; a formula in a cell that belongs to none of these was added.
"""

from collections.abc import Iterator

from modelgen.contract import (
    ASSUMED,
    BAND_ENDS,
    BAND_NAMES,
    CHOICES,
    FIGURES,
    GIVEN,
    NOTHING,
    OF_SHEETS,
    PERIOD_ENDS,
    PERIOD_FLAGS,
    TOTALS,
    as_form,
    of_form,
)
from modelgen.verdict import Overtyped
from modelgen.workbook.contents import Key, a1
from modelgen.workbook.directory import Entry, period_of
from modelgen.workbook.naming import Naming
from modelgen.workbook.tables import Table

_ALONG_PERIODS = (PERIOD_ENDS, PERIOD_FLAGS, *BAND_ENDS.values(), *BAND_NAMES.values())


def overtyped(naming: Naming) -> list[Overtyped]:
    """The cells of lines and of tables of record that were overtyped, cleared or given another formula, and
    the formulas that were added, whose `was` is empty.
    """
    found: list[Overtyped] = []
    for entry in naming.directory.lines.values():
        found += _odd_total(naming, entry)
        for index, cell in enumerate(entry.cells):
            allowed = entry.formulas(index)
            if GIVEN in allowed and isinstance(naming.contents.constants.get(cell), float):
                continue
            now = _content(naming, cell)
            if entry.formula and now not in allowed:
                found.append(Overtyped(a1(cell), entry.id, allowed[0], now))
    for table in naming.directory.tables:
        found += _odd_records(naming, table)
    return [*found, *_odd_sheets(naming), *_added(naming)]


def _content(naming: Naming, cell: Key) -> str:
    """What a cell holds: its formula in names, or its constant."""
    if cell in naming.contents.formulas:
        return naming.formula(cell)
    value = naming.contents.constants.get(cell)
    if isinstance(value, str):
        return f"the text '{value}'"
    return NOTHING if value is None else f"{value:g}"


def _total_cell(naming: Naming, entry: Entry) -> Key | None:
    """The cell of the total before the periods of a row, None if it has none."""
    area = naming.contents.areas[TOTALS].get(entry.cells[0][0])
    return (area.sheet, entry.cells[0][1], area.column) if area and entry.total else None


def _odd_total(naming: Naming, entry: Entry) -> Iterator[Overtyped]:
    """The total before the periods of a row, if it is not the sum of the row."""
    cell = _total_cell(naming, entry)
    if cell is None:
        return
    total, now = f"=SUM({entry.id}[all])", _content(naming, cell)
    if now != total:
        yield Overtyped(a1(cell), entry.id, total, now)


def _odd_records(naming: Naming, table: Table) -> Iterator[Overtyped]:
    """The cells of a table of record that hold none of the formulas their column was built with."""
    subject = "line" if table.kind is FIGURES else "id"
    for (name, key), forms in naming.directory.forms.items():
        for row in table.rows if name == table.name else ():
            cell = row.cells.get(key)
            if cell is None:
                continue
            now, about = _content(naming, cell), row.text(subject)
            day = period_of(row.value("period"))
            period = day.isoformat() if day else ""
            if as_form(now, about, period) not in forms:
                was = " or ".join(of_form(form, about, period) for form in sorted(forms))
                yield Overtyped(a1(cell), row.text("id"), was, now)


def _odd_sheets(naming: Naming) -> Iterator[Overtyped]:
    """The cells of the sheets' own areas that hold none of the formulas they were built with: in areas along
    the periods, the columns that are periods; of the words for codes, the rows of inputs that have codes; of
    what is assumed, those that hold a formula; in others, every cell.
    """
    contents = naming.contents
    coded = {
        entry.cells[0][:2] for entry in naming.directory.inputs.values() if entry.allowed.codes
    }
    for (table, area_name), forms in naming.directory.forms.items():
        for sheet, area in contents.areas.get(area_name, {}).items() if table == OF_SHEETS else ():
            header = contents.header_of_sheet.get(sheet)
            for cell in area.cells():
                if area_name in _ALONG_PERIODS and header is not None:
                    if not naming.holds((sheet, header.row, cell[2])):
                        continue
                elif area_name == CHOICES and cell[:2] not in coded:
                    continue
                elif area_name == ASSUMED and cell not in contents.formulas:
                    continue  # the value of a row of inputs, in words
                now = _content(naming, cell)
                if now not in forms:
                    yield Overtyped(a1(cell), area_name, " or ".join(sorted(forms)), now)


def _added(naming: Naming) -> Iterator[Overtyped]:
    """The formulas that belong to no line, table or area of a sheet."""
    contents = naming.contents
    own = {
        cell
        for name, sheets in contents.areas.items()
        if name != TOTALS
        for area in sheets.values()
        for cell in area.cells()
    }
    totals = {_total_cell(naming, entry) for entry in naming.directory.lines.values()}
    for key in contents.formulas:
        if not (key in naming.named or key in naming.tabled or key in own or key in totals):
            yield Overtyped(a1(key), "", "", naming.formula(key))
