"""The studies that the evaluator computes at build: sensitivity grids, break-evens and stamps, and their
cells.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from modelgen.contract import STAMPS
from modelgen.formula.syntax import Node, Ref, Row, Text
from modelgen.model.expand import Declared, Member
from modelgen.model.leaves import kind_of, may_be_unreported, may_lack
from modelgen.model.plain import (
    Grid,
    Limits,
    MemberRow,
    Recorded,
    Section,
    Timeline,
    Unit,
)
from modelgen.model.tables import INPUT_ROW, INPUT_VALUE, LEAVES
from modelgen.model.worth import parse_value, show_value
from modelgen.problem import Problem, did_you_mean
from modelgen.text.load import DealText
from modelgen.text.printed import BadValueError
from modelgen.text.schema import InputText, LineText
from modelgen.text.setting import UNBOUNDED, Allowed, Setting
from modelgen.text.yaml_text import Path_


@dataclass
class Studies:
    """The studies of a document, with the sections that show them and the constants that they fill."""

    grids: list[Grid] = field(default_factory=list)
    limits: list[Limits] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    recorded: list[Recorded] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def studies_of(deal: DealText, declared: Mapping[str, Declared]) -> Studies:
    """The studies that the text declares, with what is wrong with them."""
    out = Studies()
    for number, grid in enumerate(deal.document.grids, start=1):
        path: Path_ = ("grids", number - 1)
        if not _in_force(deal, grid.sheet, path, out):
            continue
        result = _line(deal, declared, grid.result, (*path, "result"), out)
        down = _input(deal, declared, grid.down.input, (*path, "down", "input"), out)
        across = _input(deal, declared, grid.across.input, (*path, "across", "input"), out)
        if result is None or down is None or across is None:
            continue
        if down is across:
            place = deal.place(*path, "across", "input")
            message = f"a grid needs two different inputs, but both are '{across.id}'"
            out.problems.append(Problem(message, place))
        downs = _values(deal, grid.down.values, down, (*path, "down", "values"), out)
        acrosses = _values(deal, grid.across.values, across, (*path, "across", "values"), out)
        cells, rows = [], []
        for row, value in enumerate(downs, start=1):
            label = f"{grid.down.label} {show_value(value, down.unit)}"
            ids = tuple(f"grid.{number}.{row}.{c}" for c in range(1, len(acrosses) + 1))
            out.recorded += [
                Recorded(id_, f"{grid.heading}: {label}", result.unit, 0.0) for id_ in ids
            ]
            cells.append(ids)
            rows.append(MemberRow(label, result.unit.label, None, None, ids))
        heads = tuple(f"{grid.across.label} {show_value(v, across.unit)}" for v in acrosses)
        out.sections.append(Section(grid.sheet, grid.heading, grid.note, None, heads, tuple(rows)))
        out.grids.append(
            Grid(grid.result, down.id, tuple(downs), across.id, tuple(acrosses), tuple(cells))
        )
    for number in range(1, len(deal.document.limits) + 1):
        _limits(deal, declared, number, ("limits", number - 1), out)
    return out


def _limits(
    deal: DealText, declared: Mapping[str, Declared], number: int, path: Path_, out: Studies
) -> None:
    text = deal.document.limits[number - 1]
    if not _in_force(deal, text.sheet, path, out):
        return
    ends: list[tuple[str, float]] = []
    units: list[Unit] = []
    for index, item in enumerate(text.moved):
        moved = _input(deal, declared, item.input, (*path, "moved", index, "input"), out)
        if moved is None:
            return
        (to,) = _values(deal, [item.to], moved, (*path, "moved", index, "to"), out) or [0.0]
        ends.append((moved.id, to))
        units.append(moved.unit)
    fails, cells, rows = [], [], []
    for row, (id_, label) in enumerate(text.limits.items(), start=1):
        if _line(deal, declared, id_, (*path, "limits", id_), out) is None:
            return
        ids = tuple(f"limit.{number}.{row}.{column}" for column in range(1, len(ends) + 1))
        out.recorded += [
            Recorded(cell, f"{text.heading}: {label}", unit, 0.0)
            for cell, unit in zip(ids, units, strict=True)
        ]
        fails.append(id_)
        cells.append(ids)
        rows.append(MemberRow(label, "change", None, None, ids))
    heads = tuple(item.label for item in text.moved)
    out.sections.append(Section(text.sheet, text.heading, text.note, None, heads, tuple(rows)))
    out.limits.append(Limits(tuple(fails), tuple(ends), tuple(cells)))


def _in_force(deal: DealText, sheet: str, path: Path_, out: Studies) -> bool:
    """Whether the deal uses the sheet of a study; a sheet for rolled deals only is skipped silently."""
    sheets = deal.sheets()
    place = deal.place(*path, "sheet")
    if sheet not in deal.document.sheets:
        hint = did_you_mean(sheet, sheets)
        out.problems.append(Problem(f"'{sheet}' is not a sheet", place, hint))
    elif deal.document.sheets[sheet].kind == "map":
        out.problems.append(Problem(f"'{sheet}' is the map, which can have no studies", place))
        return False
    return sheet in sheets


def _line(
    deal: DealText, declared: Mapping[str, Declared], id_: str, path: Path_, out: Studies
) -> Declared | None:
    found = declared.get(id_)
    if found is None or not isinstance(found.text, LineText):
        lines = [d.id for d in declared.values() if isinstance(d.text, LineText)]
        out.problems.append(
            Problem(f"'{id_}' is not a line", deal.place(*path), did_you_mean(id_, lines))
        )
        return None
    return found


def _input(
    deal: DealText, declared: Mapping[str, Declared], id_: str, path: Path_, out: Studies
) -> Declared | None:
    found = declared.get(id_)
    if found is None or not isinstance(found.text, InputText) or found.timeline is not None:
        inputs = [d.id for d in declared.values() if isinstance(d.text, InputText)]
        message = f"'{id_}' is not an input with one value"
        out.problems.append(Problem(message, deal.place(*path), did_you_mean(id_, inputs)))
        return None
    return found


def _values(
    deal: DealText, texts: list[str], moved: Declared, path: Path_, out: Studies
) -> list[float]:
    """The values of an input in a study, each checked against its range."""
    unit = moved.unit
    assert isinstance(moved.text, InputText)
    found = []
    for index, text in enumerate(texts):
        place = deal.place(*path, index)
        try:
            value = parse_value(text, unit)
            least, most = (parse_value(end, unit) for end in moved.text.range or (text, text))
        except BadValueError as error:
            out.problems.append(Problem(str(error), place))
            continue
        wrong = Allowed(unit.kind, unit.percent, least, most).problem(value)
        if wrong:
            out.problems.append(Problem(f"'{moved.id}': {wrong}", place))
        found.append(value)
    return found


def input_members(
    declared: Iterable[Declared],
    timelines: Mapping[str, Timeline],
    sets: Mapping[str, tuple[Member, ...]],
) -> dict[str, tuple[Member, ...]]:
    """The sets of single inputs, of rows of inputs and of leaves, with what each may hold: from these the
    stamps of the inputs and the count of unreadable ones are made. A leaf's row is its actual values.
    """
    values: list[Member] = []
    rows: list[Member] = []
    leaves: list[Member] = []
    for item in declared:
        if not item.is_given:
            continue
        id_ = f"actual.{item.id}" if item.is_leaf else item.id
        timeline = timelines[item.timeline] if item.timeline else None
        least, most = _bounds(item, sets)
        aliases: dict[str, str | Node] = {"subject": Ref(id_)}
        count = 1
        if timeline is not None:
            ends = Row(timeline.ends)
            aliases = {
                "subject": Row(id_),
                "cells": Row(id_, comparatives=item.is_leaf),
                "ends": ends,
            }
            # Written here as COUNTIF criteria: spreadsheets differ in how they join a number to a text.
            aliases |= {"at_least": Text(f">={least:.15g}"), "above": Text(f">{most:.15g}")}
            count = len(timeline.periods)
            if item.is_leaf:
                count = len(timeline.columns) - len(timeline.without(kind_of(item)))
        member = Member(
            id=f"{STAMPS.prefix}{id_}",
            label=item.label,
            aliases=aliases,
            constants={
                "id": id_,
                "least": least,
                "most": most,
                "count": float(count),
                "optional": float(
                    (item.is_leaf and may_be_unreported(item, timelines))
                    or (isinstance(item.text, InputText) and item.text.optional)
                ),
                "coded": float(_is_whole(item)),
            },
            unit=item.unit,
            subject=id_,
        )
        (values if timeline is None else rows).append(member)
        if item.is_leaf and not item.band_of and not may_lack(item):
            leaves.append(Member(id=id_, label=item.label))
    return {INPUT_VALUE: tuple(values), INPUT_ROW: tuple(rows), LEAVES: tuple(leaves)}


def _is_whole(declared: Declared) -> bool:
    """Whether an input holds only whole numbers: dates, codes, and those in a whole unit."""
    coded = isinstance(declared.text, InputText) and declared.text.range is None
    return coded or declared.unit.whole or declared.unit.kind == "date"


def _bounds(declared: Declared, sets: Mapping[str, tuple[Member, ...]]) -> tuple[float, float]:
    """The minimum and maximum of an input, UNBOUNDED if the text gives no range. An invalid range is reported
    where the input's values are read.
    """
    text = declared.text
    codes: list[float] = []
    try:
        if isinstance(text, InputText) and text.range is not None:
            least, most = (parse_value(end, declared.unit) for end in text.range)
            return least, most
        if isinstance(text, InputText):
            codes = [float(code) for code in text.choices or ()]
    except ValueError:
        pass
    if isinstance(text, InputText) and text.choices_of is not None:
        codes = [1.0, float(len(sets.get(text.choices_of, ())))]
    return (min(codes), max(codes)) if codes else (-UNBOUNDED, UNBOUNDED)


def build_members(
    sets: Mapping[str, tuple[Member, ...]],
    selector: Declared | None,
    deal: DealText,
    settings: Sequence[Setting],
) -> tuple[Member, ...]:
    """The one member of the set `build`, which records the name of the scenario."""
    labels: list[str] = []
    number = 1
    if selector is not None and isinstance(selector.text, InputText):
        labels = [member.label for member in sets.get(selector.text.choices_of or "", ())]
        assumption = deal.document.assumptions.get(selector.id)
        given = assumption.value if assumption else selector.text.value
        typed = next((s.typed for s in reversed(settings) if s.id == selector.id), given)
        try:
            number = int(Allowed().value(typed or "1"))
        except BadValueError:  # reported where the input's value is read
            number = 0
    label = labels[number - 1] if 0 < number <= len(labels) else ""
    return (Member(id="build", label="As built", constants={"scenario": label}),)
