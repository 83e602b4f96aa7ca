"""Rules on looking back: comparative columns, and periods before the first."""

from collections.abc import Mapping
from dataclasses import replace

from modelgen.dates import to_serial
from modelgen.formula.syntax import (
    ActualForecast,
    At,
    Binary,
    Call,
    Node,
    Ref,
    Row,
    Text,
    ValueOn,
    children,
    rebuild,
    walk,
)
from modelgen.model.plain import Input, Item, Line, Timeline
from modelgen.problem import Problem

NO_DAY = Text("none")
"""Looked for among the ends of periods, it is never found."""


def with_comparatives(
    order: list[tuple[str, ...]],
    lines: Mapping[str, Line],
    items: Mapping[str, Item],
    timelines: Mapping[str, Timeline],
) -> dict[str, Line]:
    """The lines, without a comparative formula for those that have no value in comparative columns: those
    whose formula there refers to another period or timeline, or to a line without such a value. One that
    needs what is for another kind is blank in those columns. The ends of comparative periods are given, not
    computed.
    """
    blank = {
        item.id: item.blank for item in items.values() if isinstance(item, Input) and item.blank
    }
    without = {
        item.id
        for item in items.values()
        if isinstance(item, Input) and item.timeline is not None and item.leaf_of is None
    }
    for group in order:
        for id_ in group:
            line = lines[id_]
            if line.timeline is None or line.band_of:
                continue
            if not timelines[line.timeline].comparatives or (
                id_ != timelines[line.timeline].ends and _looks_away(line, lines, without)
            ):
                without.add(id_)
            elif id_ != timelines[line.timeline].ends and (found := _needed(line, blank)):
                blank[id_] = found
    return {
        id_: _guarded(_compared(line, without, blank.get(id_, frozenset())), blank)
        for id_, line in lines.items()
    }


def guarded(node: Node, blank: Mapping[str, frozenset[int]]) -> Node:
    """An expression in which VALUE_ON and YOY find no period where they would find a blank: a workbook would
    read it as zero.
    """

    def change(part: Node) -> Node:
        if not isinstance(part, ValueOn) or not blank.get(part.row.id):
            return rebuild(part, change)
        day = change(part.day)
        ends = tuple(At(part.ends.id, column) for column in sorted(blank[part.row.id]))
        there = tuple(Binary("=", day, end) for end in ends)
        hit = there[0] if len(there) == 1 else Call("OR", there)
        return replace(part, day=Call("IF", (hit, NO_DAY, day)))

    return change(node)


def _guarded(line: Line, blank: Mapping[str, frozenset[int]]) -> Line:
    read = {node.row.id for node in walk(line.expression) if isinstance(node, ValueOn)}
    if line.comparative is not None:
        read |= {node.row.id for node in walk(line.comparative) if isinstance(node, ValueOn)}
    if not read & blank.keys():
        return line
    expression = guarded(line.expression, blank)
    if line.comparative is line.expression:
        return replace(line, expression=expression, comparative=expression)
    comparative = line.comparative and guarded(line.comparative, blank)
    return replace(line, expression=expression, comparative=comparative)


def _needed(line: Line, blank: Mapping[str, frozenset[int]]) -> frozenset[int]:
    """The comparative columns in which a line needs a blank cell."""
    assert line.comparative is not None
    read = {node.id for node in walk(line.comparative) if isinstance(node, Ref)}
    return frozenset[int]().union(*(blank[id_] for id_ in read & blank.keys()))


def _compared(line: Line, without: set[str], blank: frozenset[int]) -> Line:
    if line.id in without or line.timeline is None:
        return replace(line, comparative=None)
    return replace(line, blank=blank) if blank else line


def _looks_away(line: Line, lines: Mapping[str, Line], without: set[str]) -> bool:
    for node in walk(line.comparative) if line.comparative is not None else ():
        if isinstance(node, Ref) and (node.lag or node.id in without):
            return True
        if isinstance(node, Row) and node.id in lines and lines[node.id].timeline != line.timeline:
            return True
    return line.comparative is None


def look_back_problems(
    line: Line, timelines: Mapping[str, Timeline], items: Mapping[str, Item]
) -> list[Problem]:
    """Problems with lines that look back too far. There is one blank column before the first period:
    looking back one period reads zero there, looking further would read a comparative column or a label.
    """
    if line.timeline is None:
        return []
    timeline = timelines[line.timeline]
    actual_count = 0
    last = items.get(timeline.last_actual)
    if timeline.actual is not None and isinstance(last, Input):
        actual_count = sum(to_serial(end) <= last.values[0] for end in timeline.periods)
    problems = []

    def visit(node: Node, first_live: int) -> None:
        if isinstance(node, Ref) and node.lag > max(1, first_live):
            problems.append(
                Problem(
                    f"'{line.id}' looks back {node.lag} periods, before the first of its timeline",
                    line.place,
                    "only the previous period may be missing, and it reads as zero",
                )
            )
        if isinstance(node, ActualForecast):
            visit(node.actual, 0)
            visit(node.forecast, actual_count)
            return
        for child in children(node):
            visit(child, first_live)

    visit(line.expression, 0)
    return problems
