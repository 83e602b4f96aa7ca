"""What is computed at build and written as values: stamps of the inputs, grids, and limits.

All points of a study are evaluated at once, as scenarios of one evaluation, and only the lines that
its results need.
"""

from dataclasses import replace

import numpy as np

from modelgen.evaluate.evaluate import Evaluation, evaluate, evaluate_again
from modelgen.evaluate.scenarios import evaluate_lines
from modelgen.formula.values import Array, Floats, numbers
from modelgen.model.plain import Given, Grid, Input, Item, Limits, Model

# Each pass parts what is left into so many steps: three find a rate to a thousandth of a point.
STEPS, PASSES = 40, 3
NEVER = "not within reach"


def completed(model: Model) -> tuple[Model, Evaluation]:
    """The model with its stamps and studies filled in, and its values. Raises ModelError."""
    evaluation = evaluate(model)
    filled: dict[str, Item] = {}
    for id_, item in model.items.items():
        if isinstance(item, Given) and item.stamp_of is not None:
            filled[id_] = replace(item, value=evaluation.cell(item.stamp_of, None))
    filled |= _grids(model)
    for limits in model.limits:
        filled |= _limits(model, limits)
    if not filled:
        return model, evaluation
    model = replace(model, items={**model.items, **filled})
    return model, evaluate_again(evaluation, model, set(filled))


def _given(model: Model, id_: str, value: float | str) -> Item:
    item = model.items[id_]
    assert isinstance(item, Given)
    return replace(item, value=value)


def _grids(model: Model) -> dict[str, Item]:
    """The cells of all grids; grids with the same axes are evaluated together."""
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
        values = evaluate_lines(model, wanted, {first.down: down, first.across: across})
        for grid in grids:
            results = np.broadcast_to(numbers(values[grid.result]), (len(down), 1))[:, 0]
            cells = [id_ for row in grid.cells for id_ in row]
            for id_, value in zip(cells, results, strict=True):
                filled[id_] = _given(model, id_, float(value))
    return filled


def _limits(model: Model, limits: Limits) -> dict[str, Item]:
    """For each limit and input the least change at which the limit fails, by parting the way to it
    again and again; the first point that fails and the last that holds before it bound the next pass.
    """
    pairs = [
        (row, column) for row in range(len(limits.fails)) for column in range(len(limits.reach))
    ]
    start = np.array([_value(model, limits.reach[column][0]) for _, column in pairs])
    low, high = start.copy(), np.array([limits.reach[column][1] for _, column in pairs])
    failing: Array = np.zeros(len(pairs), dtype=bool)
    at_once: Array = np.zeros(len(pairs), dtype=bool)
    for number in range(PASSES):
        points = low[:, None] + (high - low)[:, None] * np.linspace(0, 1, STEPS + 1)
        fails = _fails(model, limits, pairs, points)
        first = fails.argmax(axis=1)
        found = fails.any(axis=1)
        if number == 0:
            failing, at_once = np.asarray(found), np.asarray(found & (first == 0))
        index = np.arange(len(pairs))
        low = np.where(found & (first > 0), points[index, np.maximum(first - 1, 0)], low)
        high = np.where(found, points[index, first], high)
    filled = {}
    for pair, (row, column) in enumerate(pairs):
        change = 0.0 if at_once[pair] else float(high[pair] - start[pair])
        id_ = limits.cells[row][column]
        filled[id_] = _given(model, id_, change if failing[pair] else NEVER)
    return filled


def _fails(model: Model, limits: Limits, pairs: list[tuple[int, int]], points: Floats) -> Array:
    """Whether each pair's limit fails at each of its points, of shape (pairs, points)."""
    count, steps = points.shape
    changes: dict[str, Floats] = {}
    for column, (id_, _) in enumerate(limits.reach):
        base = np.full(points.shape, _value(model, id_))
        mine = np.array([pair[1] == column for pair in pairs])
        changes[id_] = np.where(mine[:, None], points, base).reshape(-1)
    values = evaluate_lines(model, limits.fails, changes)
    out: Array = np.zeros((count, steps), dtype=bool)
    for pair, (row, _) in enumerate(pairs):
        id_ = limits.fails[row]
        flags = np.broadcast_to(numbers(values[id_]), (count * steps, values[id_].shape[1]))
        timeline = model.timeline_of(id_)
        before = len(timeline.comparatives) if timeline else 0
        ever = (flags[:, before:] == 1).any(axis=1).reshape(count, steps)
        out[pair] = ever[pair]
    return out


def _value(model: Model, id_: str) -> float:
    item = model.items[id_]
    assert isinstance(item, Input)
    return item.values[0]
