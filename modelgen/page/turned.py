"""What an analyst turns on the page, what it is told by, and the laws by which it varies at first."""

from math import isnan
from typing import Any

from modelgen.model.plain import Input, Line, Model
from modelgen.page.program import Json, Program

MOST_TURNED, MOST_OUTPUTS = 6, 8


def turned_inputs(model: Model) -> dict[str, float | None]:
    """The inputs with a slider, and how far each is turned if the model says it: the axes of its sensitivities
    and what its limits move; else the rates, growth and parts that most lines follow from.
    """
    found: dict[str, float | None] = {}
    for grid in model.grids:
        for id_, values in ((grid.down, grid.down_values), (grid.across, grid.across_values)):
            found[id_] = max(values, key=abs)
    for limits in model.limits:
        found |= {id_: found.get(id_) or end for id_, end in limits.moved}
    if len(found) < MOST_TURNED:
        ranked = sorted(_rates(model, found), key=lambda pair: -pair[1])
        found |= {id_: None for id_, _ in ranked[: MOST_TURNED - len(found)]}
    return dict(list(found.items())[:MOST_TURNED])


def _rates(model: Model, known: Any) -> list[tuple[str, int]]:
    """The inputs in percent that a forecast reads, and how many lines follow from each."""
    readers: dict[str, list[str]] = {}
    for line, needs in model.reads.items():
        for id_ in needs.now | needs.earlier:
            readers.setdefault(id_, []).append(line)
    found = []
    for item in model.inputs():
        if item.id in known or not item.unit.percent or item.leaf_of or item.choices:
            continue
        if all(isnan(value) for value in item.values):
            continue
        found.append((item.id, len(_reached(item.id, readers))))
    return [(id_, count) for id_, count in found if count]


def _reached(id_: str, readers: dict[str, list[str]]) -> set[str]:
    seen: set[str] = set()
    stack = [id_]
    while stack:
        for line in readers.get(stack.pop(), ()):
            if line not in seen:
                seen.add(line)
                stack.append(line)
    return seen


def outputs_of(program: Program) -> list[int]:
    """The lines that the page tells results by: the model's outputs; else its last totals over periods."""
    model = program.model
    ids = list(model.outputs)
    if not ids:
        totals = [
            line.id for line in model.lines() if line.style == "total" and line.timeline is not None
        ]
        ids = totals[:MOST_OUTPUTS]
    return [program.place(id_) for id_ in ids if _is_number(model, id_)]


def _is_number(model: Model, id_: str) -> bool:
    item = model.items[id_]
    return isinstance(item, Line) and item.unit.kind == "number"


def laws_of(program: Program) -> list[Json]:
    """What varies at first, as `sweep --vary` takes it: the first two inputs with a slider, around their values
    at build; a view that the analyst replaces.
    """
    found: list[Json] = []
    for id_, end in turned_inputs(program.model).items():
        item = program.model.items[id_]
        if not isinstance(item, Input) or not item.unit.percent or item.choices:
            continue
        now = next((value for value in reversed(item.values) if not isnan(value)), 0.0)
        spread = max(0.01, abs(end - now) / 4 if end is not None else abs(now) / 5)
        found.append({"id": item.leaf_of or id_, "text": f"normal({now:.4%}, {spread:.2%})"})
    return found[:2]
