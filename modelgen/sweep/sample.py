"""A sample of a sweep, done over through the workbook by engines that never saw the text."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from modelgen.evaluate.study import with_studies
from modelgen.excel.write import write_workbook
from modelgen.files import scratch
from modelgen.formula.values import Floats
from modelgen.recalc.contents import Key, Value, read_contents
from modelgen.recalc.directory import Directory, read_directory
from modelgen.recalc.engines import load_engine
from modelgen.review.verify import same
from modelgen.sweep.draw import BLOCK, Drawer
from modelgen.sweep.run import Job, block_values


@dataclass(frozen=True)
class Differing:
    """An output that an engine computes otherwise."""

    engine: str
    scenario: int
    id: str
    period: str
    sweep: float
    workbook: Value


@dataclass(frozen=True)
class Sample:
    """Which scenarios were done over by which engines, in how many values, and where they differ."""

    scenarios: tuple[int, ...]
    engines: tuple[str, ...]
    values: int
    differing: tuple[Differing, ...]


def done_over(job: Job, count: int, engines: tuple[str, ...]) -> Sample:
    """Sets the inputs of some scenarios, spread over all, in the deal's workbook and compares the
    outputs, to 1e-9 relative.
    """
    drawer = Drawer(job.plan, job.model.timelines, job.paths, job.seed)
    chosen = sorted({int(n) for n in np.linspace(0, drawer.count - 1, min(count, drawer.count))})
    differing: list[Differing] = []
    values = 0
    with scratch() as folder:
        _, evaluation = with_studies(job.model)
        path = write_workbook(evaluation, folder / "book.xlsx").path
        contents = read_contents(path)
        directory = read_directory(contents)
        books = {engine: load_engine(engine, contents) for engine in engines}
        for scenario in chosen:
            number, row = divmod(scenario, BLOCK)
            block = drawer.block(number).inputs
            inputs = {id_: drawn[row : row + 1] for id_, drawn in block.items()}
            ours = block_values(job, inputs)
            changes, lines = _typed(directory, inputs), _cells(directory, job)
            wanted = [cell for cells in lines.values() for cell in cells]
            for engine, book in books.items():
                theirs = book.calculate(changes, wanted=wanted)
                compared, found = _compared(job, engine, scenario, ours, lines, theirs)
                values += compared
                differing += found
    return Sample(tuple(chosen), engines, values, tuple(differing))


def _typed(directory: Directory, inputs: Mapping[str, Floats]) -> dict[Key, Value]:
    """The cells of a scenario's inputs, with what is typed into each."""
    changes: dict[Key, Value] = {}
    for id_, drawn in inputs.items():
        cells = directory.inputs[id_].cells
        typed = [float(value) for value in np.ravel(drawn)][-len(cells) :]
        changes |= dict(zip(cells, typed, strict=True))
    return changes


def _cells(directory: Directory, job: Job) -> dict[str, tuple[Key, ...]]:
    """The cells of each output."""
    return {id_: directory.lines[id_].cells for id_ in job.outputs}


def _compared(
    job: Job,
    engine: str,
    scenario: int,
    ours: Mapping[str, Floats],
    lines: Mapping[str, tuple[Key, ...]],
    theirs: Mapping[Key, Value],
) -> tuple[int, list[Differing]]:
    """A scenario's outputs against the workbook's."""
    differing = []
    compared = 0
    for id_, cells in lines.items():
        periods = job.periods(id_) or ("",)
        pairs = zip(periods, ours[id_][0], cells[-len(periods) :], strict=True)
        for period, value, cell in pairs:
            found = theirs[cell]
            compared += 1
            text = not isinstance(found, float)
            if text != bool(np.isnan(value)) or (not text and not same(float(value), found)):
                differing.append(Differing(engine, scenario, id_, period, float(value), found))
    return compared, differing
