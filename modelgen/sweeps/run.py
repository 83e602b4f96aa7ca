"""Runs a sweep: the outputs and events of a deal under all scenarios of a plan, in blocks of bounded
memory.
"""

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from modelgen.evaluate.evaluate import expression
from modelgen.evaluate.scenarios import Scenarios
from modelgen.formula.syntax import At, Ref, Row, walk
from modelgen.formula.values import Array, Floats, numbers
from modelgen.model.plain import Event, Line, Model, Timeline, Unit
from modelgen.problem import ModelError, Problem, did_you_mean
from modelgen.sweeps.draw import BLOCK, Drawer
from modelgen.sweeps.spread import spread
from modelgen.sweeps.vary import Plan

SHOWN = 60  # a grid with at most this many points is shown whole
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Job:
    """Everything that a worker needs to compute a block."""

    model: Model
    plan: Plan
    outputs: tuple[str, ...]
    paths: int
    seed: int

    def periods(self, id_: str) -> tuple[str, ...]:
        """The last days of an output's periods, without comparatives; empty for a single value."""
        timeline = self.model.timeline_of(id_)
        return tuple(end.isoformat() for end in timeline.periods) if timeline else ()

    def summary(self) -> dict[str, Any]:
        """What is computed, as plain data; the seed is None unless scenarios are drawn."""
        pairs = self.plan.correlations.items()
        return {
            "deal": self.model.name,
            "seed": self.seed if self.plan.random else None,
            "vary": {varied.id: varied.text for varied in self.plan.varied},
            "correlate": {",".join(pair): number for pair, number in pairs},
        }


@dataclass(frozen=True)
class Block:
    """The results of the scenarios from number `first`: the inputs; the outputs, of shape (scenarios,
    periods), NaN where one is not a number; and whether each event holds, of the same shape.
    """

    first: int
    inputs: dict[str, Floats]
    outputs: dict[str, Floats]
    events: dict[str, Array]
    bounded: int


@dataclass(frozen=True)
class Output:
    """The results for an output, by period: quantiles, minimum, maximum and mean over the scenarios that gave
    a number, how many these are, and the base value, without the sweep's changes.
    """

    id: str
    label: str
    unit: Unit
    periods: tuple[str, ...]
    quantiles: Floats  # (quantiles, periods)
    least: Floats
    greatest: Floats
    mean: Floats
    counted: tuple[int, ...]
    base: Floats


@dataclass(frozen=True)
class Chance:
    """The probability of an event: the share of scenarios in which it holds in at least one period, the share
    in each period, and whether it holds without the sweep's changes.
    """

    label: str
    probability: float
    periods: tuple[str, ...]
    by_period: Floats
    base: bool


@dataclass(frozen=True)
class Sweep:
    """The results of a job. `points` holds each point of a grid that is small enough to be shown whole."""

    job: Job
    scenarios: int
    outputs: tuple[Output, ...]
    chances: tuple[Chance, ...]
    bounded: int
    points: Block | None = None


def job_of(model: Model, plan: Plan, outputs: Sequence[str], paths: int, seed: int) -> Job:
    """The job for a sweep. Raises ModelError for an output that is not a line of numbers."""
    lines = {line.id: line for line in model.lines()}
    chosen = tuple(outputs) or model.outputs
    problems = [
        Problem(f"'{id_}' is not a line", None, did_you_mean(id_, lines))
        if id_ not in lines
        else Problem(f"'{id_}' is a text: a sweep reports only numbers")
        for id_ in chosen
        if id_ not in lines or lines[id_].unit.kind == "text"
    ]
    if not chosen:
        problems.append(Problem("the deal names no outputs: give --outputs ID,..."))
    if problems:
        raise ModelError(problems)
    return Job(model, plan, chosen, paths, seed)


def run(
    job: Job,
    folder: Path,
    workers: int = 1,
    scheduler: str | None = None,
    report: Report | None = None,
    take: Callable[[Block], None] | None = None,
) -> Sweep:
    """Computes all blocks, passes each to `take` in order, and summarises them. Outputs are stored in files
    in `folder`, one row for each period, so that memory holds only a block and one period of one output at a
    time.
    """
    drawer = Drawer(job.plan, job.model.timelines, job.paths, job.seed)
    count = drawer.count
    kept = {
        id_: np.memmap(
            folder / f"{number}.values", np.float64, "w+", shape=(len(job.periods(id_)) or 1, count)
        )
        for number, id_ in enumerate(job.outputs)
    }
    ever = dict.fromkeys((e.label for e in job.model.events), 0)
    by_period: dict[str, Array] = {}
    first = bounded = 0
    points = None
    for block in _blocks(job, drawer.blocks, workers, scheduler):
        size = 0
        for id_, values in block.outputs.items():
            size = len(values)
            kept[id_][:, first : first + size] = values.T
        for label, holds in block.events.items():
            ever[label] += int(holds.any(axis=1).sum())
            by_period[label] = by_period.get(label, 0) + holds.sum(axis=0)
        bounded += block.bounded
        points = block if not job.plan.random and count <= SHOWN else None
        first += size
        if take:
            take(block)
        if report:
            report(first, count)
    base = _values(job, Scenarios(job.model, _wanted(job), ()), {})
    outputs = tuple(_output(job, id_, kept[id_], base[0][id_]) for id_ in job.outputs)
    chances = tuple(
        Chance(
            event.label,
            ever[event.label] / count,
            _ends(job.model, event),
            np.asarray(by_period[event.label] / count, dtype=np.float64),
            bool(base[1][event.label].any()),
        )
        for event in job.model.events
    )
    return Sweep(job, count, outputs, chances, bounded, points)


def _blocks(job: Job, count: int, workers: int, scheduler: str | None) -> Iterator[Block]:
    packed = pickle.dumps(job)
    return spread(partial(block_of, packed), range(count), workers, scheduler)


def block_of(packed: bytes, number: int) -> Block:
    """Computes one block of a job that was pickled for sending to a worker."""
    job, drawer, scenarios = _unpacked(packed)
    draws = drawer.block(number)
    outputs, events = _values(job, scenarios, _sent(job, draws.inputs))
    size = len(next(iter(draws.inputs.values())))
    return Block(
        number * BLOCK,
        draws.inputs,
        {id_: np.array(np.broadcast_to(v, (size, v.shape[1]))) for id_, v in outputs.items()},
        {id_: np.array(np.broadcast_to(v, (size, v.shape[1]))) for id_, v in events.items()},
        draws.bounded,
    )


@lru_cache(maxsize=1)
def _unpacked(packed: bytes) -> tuple[Job, Drawer, Scenarios]:
    """The job and what is computed once for all its blocks; a worker reuses it from block to block."""
    job: Job = pickle.loads(packed)  # pickled by this program itself
    varied = [_row_of(job.model, v.id) for v in job.plan.varied]
    drawer = Drawer(job.plan, job.model.timelines, job.paths, job.seed)
    return job, drawer, Scenarios(job.model, _wanted(job), varied)


def block_values(job: Job, inputs: Mapping[str, Floats]) -> dict[str, Floats]:
    """The outputs of a job under some scenarios of its inputs, of shape (scenarios, periods)."""
    sent = _sent(job, inputs)
    return _values(job, Scenarios(job.model, _wanted(job), sent), sent)[0]


def _sent(job: Job, inputs: Mapping[str, Floats]) -> dict[str, Floats]:
    """Drawn inputs in the evaluator's form: for a row, with the blank columns before its periods."""
    blank = {varied.id: varied.blank for varied in job.plan.varied}
    return {
        _row_of(job.model, id_): np.pad(values, ((0, 0), (blank[id_], 0))) if blank[id_] else values
        for id_, values in inputs.items()
    }


def _row_of(model: Model, id_: str) -> str:
    """The id of the input that an id names: for a leaf, that of its actual values."""
    return id_ if id_ in model.items and not isinstance(model.items[id_], Line) else f"actual.{id_}"


def _wanted(job: Job) -> list[str]:
    """The ids of the lines that outputs and events read."""
    read = [
        node.id
        for event in job.model.events
        for node in walk(event.expression)
        if isinstance(node, (Ref, Row, At))
    ]
    return [*job.outputs, *read]


def _values(
    job: Job, scenarios: Scenarios, changes: dict[str, Floats]
) -> tuple[dict[str, Floats], dict[str, Array]]:
    """The values of outputs and events, without comparative columns."""
    values = scenarios.values(changes)
    outputs = {
        id_: numbers(values[id_])[:, _before(job.model.timeline_of(id_)) :] for id_ in job.outputs
    }
    events = {}
    for event in job.model.events:
        holds = numbers(expression(job.model, values, event.expression, event.timeline)) == 1
        timeline = job.model.timelines[event.timeline] if event.timeline else None
        events[event.label] = holds[:, _before(timeline) :]
    return outputs, events


def _output(job: Job, id_: str, values: Floats, base: Floats) -> Output:
    """Summarises an output, one period at a time, over the scenarios that gave a number."""
    item = job.model.items[id_]
    assert isinstance(item, Line)
    columns = len(values)
    quantiles = np.full((len(QUANTILES), columns), np.nan)
    least, greatest, mean = (np.full(columns, np.nan) for _ in range(3))
    counted = []
    for column in range(columns):
        found = values[column][~np.isnan(values[column])]
        counted.append(len(found))
        if len(found):
            quantiles[:, column] = np.quantile(found, QUANTILES)
            least[column], greatest[column], mean[column] = found.min(), found.max(), found.mean()
    return Output(
        id_,
        item.label,
        item.unit,
        job.periods(id_),
        quantiles,
        least,
        greatest,
        mean,
        tuple(counted),
        base[0],
    )


def _before(timeline: Timeline | None) -> int:
    """The number of comparative columns of an output's timeline."""
    return len(timeline.comparatives) if timeline else 0


def _ends(model: Model, event: Event) -> tuple[str, ...]:
    periods = model.timelines[event.timeline].periods if event.timeline else ()
    return tuple(end.isoformat() for end in periods)
