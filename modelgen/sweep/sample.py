"""A sample of a sweep, done over through the workbook by engines that never saw the text."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from modelgen.evaluate.study import with_studies
from modelgen.excel.write import write_workbook
from modelgen.files import scratch
from modelgen.formula.values import Floats
from modelgen.recalc.contents import Key, Value
from modelgen.recalc.recalculate import Workbook
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
        books = [Workbook(path, engine) for engine in engines]
        for scenario in chosen:
            number, row = divmod(scenario, BLOCK)
            block = drawer.block(number).inputs
            inputs = {id_: drawn[row : row + 1] for id_, drawn in block.items()}
            ours = block_values(job, inputs)
            for book in books:
                compared, found = _compared(job, book, scenario, inputs, ours)
                values += compared
                differing += found
    return Sample(tuple(chosen), engines, values, tuple(differing))


def _compared(
    job: Job,
    book: Workbook,
    scenario: int,
    inputs: Mapping[str, Floats],
    ours: Mapping[str, Floats],
) -> tuple[int, list[Differing]]:
    """A scenario's outputs against the workbook's, with its inputs typed into the cells."""
    changes: dict[Key, Value] = {}
    for id_, drawn in inputs.items():
        cells = book.directory.inputs[id_].cells
        typed = [float(value) for value in np.ravel(drawn)][-len(cells) :]
        changes |= dict(zip(cells, typed, strict=True))
    lines = {id_: book.directory.lines[id_].cells for id_ in job.outputs}
    theirs = book.calculate(changes, [cell for cells in lines.values() for cell in cells])
    differing = []
    compared = 0
    for id_ in job.outputs:
        cells = lines[id_]
        periods = job.periods(id_) or ("",)
        pairs = zip(periods, ours[id_][0], cells[-len(periods) :], strict=True)
        for period, value, cell in pairs:
            found = theirs[cell]
            compared += 1
            text = not isinstance(found, float)
            if text != bool(np.isnan(value)) or (not text and not same(float(value), found)):
                differing.append(Differing(book.engine, scenario, id_, period, float(value), found))
    return compared, differing
