"""What an analyst turns on the page, what it is told by, and the laws by which it varies at first."""

from collections.abc import Mapping
from math import isnan

import numpy as np

from modelgen.evaluate.evaluate import Evaluation
from modelgen.evaluate.scenarios import evaluate_lines
from modelgen.formula.values import Floats, numbers
from modelgen.model.plain import Input, Line, Model
from modelgen.page.program import Json

MOST_TURNED, MOST_OUTPUTS = 6, 8
NUDGE, NEGLIGIBLE = 1e-2, 1e-9
"""How far an input is nudged to see what it moves, and what counts as nothing."""


def turned_inputs(evaluation: Evaluation) -> dict[str, float | None]:
    """The inputs with a slider, and how far each is turned if the model says it: the axes of its
    sensitivities and what its limits move; then the rates, growth and parts that move its outputs most.
    """
    model = evaluation.model
    found = said_turned(model)
    moving = _moving(evaluation, [id_ for id_ in _rates(model) if id_ not in found])
    found |= dict.fromkeys(moving)
    return dict(list(found.items())[:MOST_TURNED])


def said_turned(model: Model) -> dict[str, float | None]:
    """The inputs that a model itself says are turned, in its sensitivities and limits, and how far."""
    found: dict[str, float | None] = {}
    for grid in model.grids:
        for id_, values in ((grid.down, grid.down_values), (grid.across, grid.across_values)):
            found[id_] = max(values, key=abs)
    for limits in model.limits:
        found |= {id_: found.get(id_) or end for id_, end in limits.moved}
    return dict(list(found.items())[:MOST_TURNED])


def _rates(model: Model) -> list[str]:
    """The inputs in percent that are no choices, no published values and never blank."""
    return [
        item.id
        for item in model.inputs()
        if item.unit.percent and not item.leaf_of and not item.choices and not item.optional
    ]


def _moving(evaluation: Evaluation, ids: list[str]) -> list[str]:
    """Those of some inputs that move the outputs, the one that moves them most first: all are nudged at once,
    each in a scenario of its own.
    """
    model = evaluation.model
    wanted = output_ids(model)
    if not ids or not wanted:
        return []
    changes: dict[str, Floats] = {}
    for number, id_ in enumerate(ids):
        item = model.items[id_]
        assert isinstance(item, Input)
        values = np.nan_to_num(np.repeat([item.values], len(ids), axis=0))
        values[number] += NUDGE
        changes[id_] = values if item.timeline else values[:, 0]
    moved = np.zeros(len(ids))
    found = evaluate_lines(model, wanted, changes, evaluation.values)
    for id_ in wanted:
        base = numbers(evaluation.values[id_])
        apart = np.abs(np.nan_to_num(numbers(found[id_]) - base)).max(axis=1)
        moved += np.broadcast_to(
            apart / max(1.0, float(np.abs(np.nan_to_num(base)).max())), len(ids)
        )
    order = np.argsort(-moved, kind="stable")
    return [ids[place] for place in order if moved[place] > NEGLIGIBLE]


def output_ids(model: Model) -> list[str]:
    """The lines that the page tells results by: the model's outputs; else its last totals over periods."""
    ids = list(model.outputs)
    if not ids:
        lines = [line for line in model.lines() if line.timeline is not None]
        ids = [line.id for line in lines if line.style == "total"][:MOST_OUTPUTS]
    return [id_ for id_ in ids if _is_number(model, id_)]


def _is_number(model: Model, id_: str) -> bool:
    item = model.items[id_]
    return isinstance(item, Line) and item.unit.kind == "number"


def laws_of(evaluation: Evaluation, turned: Mapping[str, float | None]) -> list[Json]:
    """What varies at first, as `sweep --vary` takes it: the first two inputs with a slider, around their
    values at build; a view that the analyst replaces.
    """
    found: list[Json] = []
    for id_, end in turned.items():
        item = evaluation.model.items[id_]
        if not isinstance(item, Input) or not item.unit.percent or item.choices:
            continue
        now = next((value for value in reversed(item.values) if not isnan(value)), 0.0)
        spread = max(NUDGE, abs(end - now) / 4 if end is not None else abs(now) / 5)
        found.append({"id": item.leaf_of or id_, "text": f"normal({now:.4%}, {spread:.2%})"})
    return found[:2]
