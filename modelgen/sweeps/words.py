"""What a sweep's reports say in words: what varied, how many scenarios, and the tables of results."""

import math

import numpy as np

from modelgen.model.assume import show_value
from modelgen.model.plain import Unit
from modelgen.sweeps.draw import SOURCES
from modelgen.sweeps.run import QUANTILES, Output, Sweep
from modelgen.sweeps.sample import Sample


def about(sweep: Sweep) -> list[str]:
    """The sentences at the head of a report."""
    job = sweep.job
    plan = job.plan
    if plan.random:
        first = f"{sweep.scenarios:,} scenarios drawn, seed {job.seed}."
    else:
        first = f"{sweep.scenarios:,} scenarios: each point of the grid."
    said = [first]
    said += [f"{v.label} ({v.id}): {v.text}" for v in plan.varied]
    said += [
        f"Correlation of {one} and {other}: {number:g}"
        for (one, other), number in plan.correlations.items()
    ]
    said += [SOURCES[law] for law in dict.fromkeys(v.law for v in plan.varied) if law in SOURCES]
    if sweep.bounded:
        said.append(
            f"{sweep.bounded:,} draws were out of their input's range and were brought to its end."
        )
    if not moves(sweep):
        said.append(
            "No output moves: is what varies in force? A row of fixings, say, is read in one rate case alone."
        )
    return said


def moves(sweep: Sweep) -> bool:
    """Whether some output differs between scenarios."""
    return any((o.greatest > o.least).any() for o in sweep.outputs)


def heads() -> tuple[str, ...]:
    """The columns of a table of results: of drawn scenarios or of a grid alike."""
    parts = [f"{q * 100:g}% below" if q != 0.5 else "Median" for q in QUANTILES]
    return ("Unchanged", "Least", *parts, "Greatest", "Mean")


def cells(output: Output, column: int) -> tuple[str, ...]:
    """The values of a column of an output, under `heads`."""
    quantiles = [float(q) for q in output.quantiles[:, column]]
    found = (
        float(output.base[column]),
        float(output.least[column]),
        *quantiles,
        float(output.greatest[column]),
        float(output.mean[column]),
    )
    return tuple(shown(value, output.unit) for value in found)


def shown(value: float, unit: Unit) -> str:
    """A value as a report shows it: no more digits than mean something."""
    if math.isnan(value):
        return "n/a"
    if "%" in unit.format:
        return f"{value:.2%}"
    if unit.kind != "number":
        return show_value(value, unit)
    size = abs(value)
    digits = 0 if size >= 100 or value == 0 else 1 if size >= 10 else 2
    text = f"{value:,.{digits}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text


def point_heads(sweep: Sweep) -> tuple[str, ...]:
    """The columns of the points of a grid: what varies, and the outputs; of a row, the least of it."""
    outputs = (f"{o.id}{' (least)' if o.periods else ''}" for o in sweep.outputs)
    return (*(varied.id for varied in sweep.job.plan.varied), *outputs)


def point_rows(sweep: Sweep) -> list[tuple[str, ...]]:
    """Each point of a small grid, under `point_heads`; nothing for a large one, or for draws."""
    block = sweep.points
    if block is None:
        return []
    rows = []
    for point in range(sweep.scenarios):
        inputs = (
            show_value(float(np.ravel(block.inputs[v.id][point])[0]), v.unit)
            for v in sweep.job.plan.varied
        )
        outputs = (
            shown(float(np.fmin.reduce(block.outputs[o.id][point])), o.unit) for o in sweep.outputs
        )
        rows.append((*inputs, *outputs))
    return rows


def checked(sample: Sample) -> str:
    """What the sample found, in a sentence."""
    engines = " and ".join(sample.engines)
    count = len(sample.scenarios)
    many = f"{count} scenario{'' if count == 1 else 's'}"
    done = f"{many} done over through the workbook by {engines}"
    if not sample.differing:
        return f"{done}: all {sample.values:,} values agree."
    return f"{done}: {len(sample.differing):,} of {sample.values:,} values differ."


def result_rows(sweep: Sweep) -> list[tuple[str, ...]]:
    """Each output at its key columns, with its unit, under `heads`."""
    return [
        (name_of(output, column), output.unit.label, *cells(output, column))
        for output in sweep.outputs
        for column in key_columns(output)
    ]


def name_of(output: Output, column: int) -> str:
    """An output's column in a list of single rows: its label, with the period of a row."""
    return f"{output.label}, {output.periods[column]}" if output.periods else output.label


def key_columns(output: Output) -> list[int]:
    """The columns that a summary shows of an output: the one it has, or of a row the last of each year."""
    if not output.periods:
        return [0]
    years = {period[:4]: column for column, period in enumerate(output.periods)}
    return list(years.values())
