"""Lays out the workbook: the one grid that all sheets share, and each item's place on it.

The columns before the periods are label, unit, and total or value. Comparative periods follow, then one
blank column, which reads as zero before the first period, then the periods: the same column is the same
period on every sheet of a timeline. Sources and notes come after the last period, so that the columns that
stay in view leave room for a year of them; on a sheet without periods they stand before the value.
"""

from collections.abc import Callable
from dataclasses import dataclass

from modelgen.excel.address import Address
from modelgen.model.plain import (
    HeadingRow,
    Input,
    ItemRow,
    Line,
    MemberRow,
    Model,
    Section,
    Timeline,
)

LABEL, UNIT = 0, 1
FIRST = 3
"""The first column of a timeline, after label, unit and value."""
TITLE_ROW, SUBTITLE_ROW, INTRO_ROW, STATUS_ROW, PERIOD_ROW, FLAG_ROW, BODY_ROW = range(7)


@dataclass(frozen=True, slots=True)
class Placed:
    """A row of a section on its sheet, counted from 0."""

    row: int
    section: Section
    content: str | HeadingRow | ItemRow | MemberRow
    kind: str  # heading, note, columns, row


@dataclass(frozen=True, slots=True)
class SheetColumns:
    """The columns of a sheet that differ by its kind: that of values and totals, where tables across begin,
    and that of sources and notes.
    """

    value: int
    source: int


@dataclass(frozen=True, slots=True)
class Keyed:
    """A cell of a table across that has no defined name: its section, its row's member, subject and period,
    and its column's key in the contract.
    """

    section: Section
    member: str
    subject: str
    period: str
    key: str


@dataclass(frozen=True)
class Layout:
    """The places of a model's items (their first cell), the rows of each sheet, and the cells that the
    contract identifies by row and key. `beside` holds what
    stands in the bands of an item's row.
    """

    model: Model
    places: dict[str, Address]
    rows: dict[str, list[Placed]]
    next_row: dict[str, int]
    row_of_member: dict[str, Address]
    timeline_columns: dict[str, list[int]]
    sheet_columns: dict[str, SheetColumns]
    keyed: dict[str, Keyed]
    beside: dict[str, list[str]]

    def columns(self, timeline: str) -> list[int]:
        """The sheet's column, counted from 0, for each column of a timeline."""
        return self.timeline_columns[timeline]

    def address(self, id_: str, column: int | None = None) -> Address:
        """The cell of an item, or of one of its columns on its timeline."""
        place = self.places[id_]
        timeline = self.model.timeline_of(id_)
        if timeline is None or column is None:
            return place
        return Address(place.sheet, place.row, self.columns(timeline.id)[column])


def timeline_columns(model: Model, timeline: str) -> list[int]:
    """The sheet columns of a timeline: comparatives from FIRST on, a blank column, then the periods; of a
    band, right of the columns before it and a blank one.
    """
    found = model.timelines[timeline]
    first, before = FIRST, len(found.comparatives)
    if found.band:
        left = [t.id for t in model.timelines.values() if found.beside in (t.id, t.beside)]
        first = timeline_columns(model, left[left.index(timeline) - 1])[-1] + 2
    gap = 1 if before or not found.band else 0
    return [first + i for i in range(before)] + [
        first + before + gap + i for i in range(len(found.periods))
    ]


def bands_on(model: Model, sheet: str) -> list[Timeline]:
    """The bands that a sheet shows: those it asks for and, on the home of their timeline, all."""
    text = model.sheets[sheet]
    return [
        timeline
        for timeline in model.timelines.values()
        if timeline.band
        and timeline.beside == text.timeline
        and (timeline.band in text.bands or timeline.home == sheet)
    ]


def sheet_columns(model: Model, sheet: str) -> SheetColumns:
    """Where a sheet has its values and its sources. A sheet with charts is read like one with periods: the
    value beside its label.
    """
    text = model.sheets[sheet]
    if text.timeline is None:
        return SheetColumns(2, 3) if text.charts else SheetColumns(3, 2)
    across = (
        len(row.cells)
        for section in model.sections
        for row in (section.rows if section.sheet == sheet else ())
        if isinstance(row, MemberRow)
    )
    value = FIRST - 1
    shown = [text.timeline, *(band.id for band in bands_on(model, sheet))]
    columns = [column for timeline in shown for column in timeline_columns(model, timeline)]
    last = max([*columns, *(value + n - 1 for n in across)])
    return SheetColumns(value, last + 1)


def lay_out(
    model: Model, first_row: Callable[[str, bool], int] = lambda *_: BODY_ROW + 1
) -> Layout:
    """Places every section on its sheet, in the order of the text. `first_row` gives, for a kind of sheet and
    whether it has periods, the first row below its header.
    """
    places: dict[str, Address] = {}
    members: dict[str, Address] = {}
    rows: dict[str, list[Placed]] = {name: [] for name in model.sheets}
    cursor = {
        name: first_row(sheet.kind, sheet.timeline is not None)
        for name, sheet in model.sheets.items()
    }
    of_sheets = {name: sheet_columns(model, name) for name in model.sheets}
    for section in model.sections:
        sheet = section.sheet
        value = of_sheets[sheet].value
        row = cursor[sheet]
        placed = rows[sheet]
        if placed and not section.heading and not section.columns:
            row -= 1  # without a heading, the section continues where the previous one ends
        if section.heading:
            placed.append(Placed(row, section, section.heading, "heading"))
            row += 1
        if section.note:
            placed.append(Placed(row, section, section.note, "note"))
            row += 1
        if section.columns:
            placed.append(Placed(row, section, "", "columns"))
            row += 1
        for content in section.rows:
            placed.append(Placed(row, section, content, "row"))
            if isinstance(content, ItemRow):
                places[content.id] = Address(sheet, row, _first_column(model, content.id, value))
            elif isinstance(content, MemberRow):
                for offset, id_ in enumerate(content.cells):
                    places[id_] = Address(sheet, row, value + offset)
                members[content.cells[0].rpartition(".")[0]] = Address(sheet, row, LABEL)
            row += 1
        cursor[sheet] = row + 1
    columns = {timeline: timeline_columns(model, timeline) for timeline in model.timelines}
    beside: dict[str, list[str]] = {}
    for id_, item in model.items.items():
        if isinstance(item, (Input, Line)) and item.band_of:
            place = places[item.band_of]
            places[id_] = Address(place.sheet, place.row, _first_column(model, id_, FIRST))
            beside.setdefault(item.band_of, []).append(id_)
    return Layout(model, places, rows, cursor, members, columns, of_sheets, _keyed(model), beside)


def _keyed(model: Model) -> dict[str, Keyed]:
    found = {}
    named = model.named()
    periods = {figure.id: figure.period for figure in model.figures}
    for section in model.sections:
        for row in section.rows if section.table else ():
            assert isinstance(row, MemberRow)
            member = row.cells[0].rpartition(".")[0]
            for id_, key in zip(row.cells, section.keys, strict=True):
                if id_ not in named:
                    period = periods.get(member)
                    said = period.isoformat() if period else ""
                    found[id_] = Keyed(section, member, row.subject or "", said, key)
    return found


def _first_column(model: Model, id_: str, value: int) -> int:
    timeline = model.timeline_of(id_)
    if timeline is None:
        return value
    item = model.items[id_]
    columns = timeline_columns(model, timeline.id)
    shows_comparatives = isinstance(item, Line) and item.comparative is not None
    shows_comparatives = shows_comparatives or (
        isinstance(item, Input) and item.leaf_of is not None
    )
    return columns[0] if shows_comparatives else columns[len(timeline.comparatives)]
