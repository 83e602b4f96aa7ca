"""Computes what is written as values at build: stamps of the inputs, sensitivity grids and break-evens.

All points of a study are evaluated at once, as scenarios of one evaluation, and only for the lines that
its results need.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from modelgen.evaluate.evaluate import Evaluation, evaluate, evaluate_again
from modelgen.evaluate.scenarios import Scenarios, evaluate_lines
from modelgen.formula.values import Array, Floats, numbers
from modelgen.model.plain import Grid, Input, Item, Limits, Model, Recorded

# Each pass divides what is left into this many steps: three find a rate to a thousandth of a point.
STEPS, PASSES = 40, 3
NEVER = "no break-even"


@dataclass(frozen=True)
class Complete(Evaluation):
    """An evaluation whose stamps and studies have been computed: only from this can a workbook be written."""


def complete(model: Model) -> Complete:
    """The values of a model with its stamps and studies, which the result's `model` has as constants. Raises
    ModelError if a line is an error.
    """
    evaluation = evaluate(model)
    if model.studied:
        return Complete(model, evaluation.values)
    filled: dict[str, Item] = {}
    for id_, item in model.items.items():
        if isinstance(item, Recorded) and item.stamp_of is not None:
            filled[id_] = replace(item, value=evaluation.cell(item.stamp_of, None))
    filled |= _grids(model, evaluation.values)
    for limits in model.limits:
        filled |= _limits(model, limits, evaluation.values)
    model = replace(model, items={**model.items, **filled}, studied=True)
    if filled:
        evaluation = evaluate_again(evaluation, model, set(filled))
    return Complete(model, evaluation.values)


def _given(model: Model, id_: str, value: float | str) -> Item:
    item = model.items[id_]
    assert isinstance(item, Recorded)
    return replace(item, value=value)


def _grids(model: Model, known: Mapping[str, Array]) -> dict[str, Item]:
    """The values of all grids' cells by id; grids with the same axes are evaluated together."""
    by_axes: dict[tuple[object, ...], list[Grid]] = {}
    for grid in model.grids:
        axes = (grid.down, grid.down_values, grid.across, grid.across_values)
        by_axes.setdefault(axes, []).append(grid)
    filled: dict[str, Item] = {}
    for grids in by_axes.values():
        first = grids[0]
        down = np.repeat(first.down_values, len(first.across_values))
        across = np.tile(first.across_values, len(first.down_values))
        wanted = [grid.result for grid in grids]
        values = evaluate_lines(model, wanted, {first.down: down, first.across: across}, known)
        for grid in grids:
            results = np.broadcast_to(numbers(values[grid.result]), (len(down), 1))[:, 0]
            cells = [id_ for row in grid.cells for id_ in row]
            for id_, value in zip(cells, results, strict=True):
                filled[id_] = _given(model, id_, float(value))
    return filled


def _limits(model: Model, limits: Limits, known: Mapping[str, Array]) -> dict[str, Item]:
    """For each limit and input, the smallest change at which the limit is breached, found by repeatedly
    dividing the interval: the first point that fails and the last that holds before it bound the next pass.
    """
    moved = [id_ for id_, _ in limits.moved]
    scenarios = Scenarios(model, limits.fails, moved, known)
    start = np.array([_value(model, id_) for id_ in moved])
    ends = np.array([end for _, end in limits.moved])
    # All limits share the points of the first pass; later passes are for a limit and input each.
    points = _divided(start, ends)
    fails = _fail(scenarios, limits, np.arange(len(moved)), points)
    filled = {}
    low: dict[tuple[int, int], float] = {}
    high: dict[tuple[int, int], float] = {}
    for row, ids in enumerate(limits.cells):
        for column, id_ in enumerate(ids):
            failing = fails[row, column]
            filled[id_] = _given(model, id_, 0.0 if failing[0] else NEVER)
            if failing.any() and not failing[0]:
                first = int(failing.argmax())
                low[row, column], high[row, column] = points[column, first - 1 : first + 1]
    for _ in range(PASSES - 1):
        pairs = list(low)
        if not pairs:
            break
        points = _divided(np.array(list(low.values())), np.array(list(high.values())))
        fails = _fail(scenarios, limits, np.array([column for _, column in pairs]), points)
        for number, (row, column) in enumerate(pairs):
            first = int(fails[row, number].argmax())
            if first > 0:
                low[row, column] = points[number, first - 1]
            high[row, column] = points[number, first]
    for (row, column), value in high.items():
        id_ = limits.cells[row][column]
        filled[id_] = _given(model, id_, float(value - start[column]))
    return filled


def _divided(low: Floats, high: Floats) -> Floats:
    """Equally spaced points from `low` to `high`, of shape (intervals, points)."""
    return np.asarray(low[:, None] + (high - low)[:, None] * np.linspace(0, 1, STEPS + 1))


def _fail(scenarios: Scenarios, limits: Limits, columns: Array, points: Floats) -> Array:
    """Whether each limit fails in any period at the points of each interval, along which one input of
    `columns` moves; of shape (limits, intervals, points).
    """
    model = scenarios.model
    changes: dict[str, Floats] = {}
    for column, (id_, _) in enumerate(limits.moved):
        mine = (columns == column)[:, None]
        changes[id_] = np.where(mine, points, _value(model, id_)).reshape(-1)
    values = scenarios.values(changes)
    out: Array = np.zeros((len(limits.fails), *points.shape), dtype=bool)
    for row, id_ in enumerate(limits.fails):
        flags = np.broadcast_to(numbers(values[id_]), (points.size, values[id_].shape[1]))
        timeline = model.timeline_of(id_)
        before = len(timeline.comparatives) if timeline else 0
        out[row] = (flags[:, before:] == 1).any(axis=1).reshape(points.shape)
    return out


def _value(model: Model, id_: str) -> float:
    item = model.items[id_]
    assert isinstance(item, Input)
    return item.values[0]
