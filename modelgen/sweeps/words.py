"""The texts of a sweep's reports: what varied, how many scenarios, and the tables of results."""

import math

import numpy as np

from modelgen.model.plain import Unit
from modelgen.model.worth import show_value
from modelgen.sweeps.draw import SOURCES
from modelgen.sweeps.run import QUANTILES, Output, Sweep
from modelgen.sweeps.sample import Sample


def about(sweep: Sweep) -> list[str]:
    """The sentences at the top of a report."""
    job = sweep.job
    plan = job.plan
    if plan.random:
        first = f"{sweep.scenarios:,} scenarios drawn, seed {job.seed}."
    else:
        first = f"{sweep.scenarios:,} scenarios: each point of the grid."
    sentences = [first]
    sentences += [f"{v.label} ({v.id}): {v.text}" for v in plan.varied]
    sentences += [
        f"Correlation between {one} and {other}: {number:g}"
        for (one, other), number in plan.correlations.items()
    ]
    sentences += [
        SOURCES[law] for law in dict.fromkeys(v.law for v in plan.varied) if law in SOURCES
    ]
    if sweep.bounded:
        sentences.append(f"{sweep.bounded:,} draws were clamped to their input's allowed range.")
    if not moves(sweep):
        sentences.append(
            "No output changed. Is the varied input active? "
            "Realised fixings, for example, apply in only one rate case."
        )
    return sentences


def moves(sweep: Sweep) -> bool:
    """Whether any output differs between scenarios."""
    return any((o.greatest > o.least).any() for o in sweep.outputs)


def heads() -> tuple[str, ...]:
    """The column heads of a table of results, for drawn scenarios and for a grid."""
    parts = [f"{q * 100:g}% below" if q != 0.5 else "Median" for q in QUANTILES]
    return ("Base", "Minimum", *parts, "Maximum", "Mean")


def cells(output: Output, column: int) -> tuple[str, ...]:
    """An output's values in one period, as texts for the columns `heads`."""
    quantiles = [float(q) for q in output.quantiles[:, column]]
    found = (
        float(output.base[column]),
        float(output.least[column]),
        *quantiles,
        float(output.greatest[column]),
        float(output.mean[column]),
    )
    return tuple(number_text(value, output.unit) for value in found)


def number_text(value: float, unit: Unit) -> str:
    """A value as a report shows it, with no more digits than are meaningful."""
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
    """The column heads for the points of a grid: what varies, and the outputs; for a row, its minimum."""
    outputs = (f"{o.id}{' (minimum)' if o.periods else ''}" for o in sweep.outputs)
    return (*(varied.id for varied in sweep.job.plan.varied), *outputs)


def point_rows(sweep: Sweep) -> list[tuple[str, ...]]:
    """Each point of a small grid, as texts for the columns `point_heads`; empty for a large grid or for
    draws.
    """
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
            number_text(float(np.fmin.reduce(block.outputs[o.id][point])), o.unit)
            for o in sweep.outputs
        )
        rows.append((*inputs, *outputs))
    return rows


def recheck_text(sample: Sample) -> str:
    """The result of rechecking a sample, in a sentence."""
    engines = " and ".join(sample.engines)
    count = len(sample.scenarios)
    many = f"{count} scenario{'' if count == 1 else 's'}"
    done = f"{many} recalculated in the workbook with {engines}"
    if not sample.differing:
        return f"{done}: all {sample.values:,} values agree."
    return f"{done}: {len(sample.differing):,} of {sample.values:,} values differ."


def result_rows(sweep: Sweep) -> list[tuple[str, ...]]:
    """Each output at its key columns: label, unit, and the texts for the columns `heads`."""
    return [
        (name_of(output, column), output.unit.label, *cells(output, column))
        for output in sweep.outputs
        for column in key_columns(output)
    ]


def name_of(output: Output, column: int) -> str:
    """The name of an output's column in a list of single values: its label and, for a row, the period."""
    return f"{output.label}, {output.periods[column]}" if output.periods else output.label


def key_columns(output: Output) -> list[int]:
    """The columns of an output that a summary shows: its only one or, for a row, the last of each year."""
    if not output.periods:
        return [0]
    years = {period[:4]: column for column, period in enumerate(output.periods)}
    return list(years.values())
