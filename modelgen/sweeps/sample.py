"""A sample of a sweep, done over through the workbook by engines that never saw the text."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache as once
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import numpy as np

import modelgen
from modelgen import kinds, plugins
from modelgen.evaluate.study import complete
from modelgen.excel.write import write_workbook
from modelgen.files import scratch
from modelgen.formula.values import Floats
from modelgen.model.plain import Model
from modelgen.review.verify import same
from modelgen.sweeps.draw import BLOCK, Drawer
from modelgen.sweeps.run import Job, block_values
from modelgen.workbook import cache, kept
from modelgen.workbook.bare import write_bare
from modelgen.workbook.contents import Contents, Key, Value, read_contents
from modelgen.workbook.directory import Directory, read_directory
from modelgen.workbook.engines import load_engine


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
    inputs = _drawn(drawer, chosen)
    ours = block_values(job, inputs)
    differing: list[Differing] = []
    values = 0
    with scratch() as folder:
        contents = _workbook(job.model, folder / "book.xlsx")
        directory = read_directory(contents)
        books = {engine: load_engine(engine, contents) for engine in engines}
        lines = {id_: directory.lines[id_].cells for id_ in job.outputs}
        wanted = [cell for cells in lines.values() for cell in cells]
        for place, scenario in enumerate(chosen):
            changes = _typed(directory, {id_: drawn[place] for id_, drawn in inputs.items()})
            own = {id_: found[min(place, len(found) - 1)] for id_, found in ours.items()}
            for engine, book in books.items():
                theirs = book.calculate(changes, wanted=wanted)
                compared, found = _compared(job, engine, scenario, own, lines, theirs)
                values += compared
                differing += found
    return Sample(tuple(chosen), engines, values, tuple(differing))


def _drawn(drawer: Drawer, chosen: list[int]) -> dict[str, Floats]:
    """The inputs of the scenarios chosen, a row each."""
    found: dict[str, list[Floats]] = {}
    for scenario in chosen:
        number, row = divmod(scenario, BLOCK)
        for id_, drawn in drawer.block(number).inputs.items():
            found.setdefault(id_, []).append(drawn[row : row + 1])
    return {id_: np.concatenate(rows) for id_, rows in found.items()}


def _workbook(model: Model, path: Path) -> Contents:
    """What the deal's workbook holds: written and read, or as it was when the same model was written by the
    same program. Engines are then given its cells, written anew.
    """
    others = [
        (group, name, entry.dist and entry.dist.version)
        for group in (kinds.SHEETS, kinds.CHARTS)
        for name, entry in plugins.installed(group).items()
    ]
    key = cache.key_of(("workbook", version("xlsxwriter"), own_text(), others, digest(model)))
    known = kept.contents(key, path)
    if known is not None:
        write_bare(known, path)
        return known
    contents = read_contents(write_workbook(complete(model), path).path)
    kept.keep_contents(key, contents)
    return contents


@once
def own_text() -> str:
    """A digest of all of the program, on which a workbook depends beside its model."""
    root = Path(modelgen.__file__).parent
    text = sha256()
    for module in sorted(root.rglob("*.py")):
        text.update(module.relative_to(root).as_posix().encode() + b"\n" + module.read_bytes())
    return text.hexdigest()


def digest(model: Model) -> str:
    """A digest of all that a model says: plain data, whose text is exact. The order of its lines, and what
    each reads, follow from their formulas; Python orders sets anew in each process.
    """
    said = replace(model, order=(), reads={})
    # Field by field: what a model shows of itself to a person may be less than all.
    return cache.key_of((field.name, getattr(said, field.name)) for field in fields(said))


def _typed(directory: Directory, inputs: Mapping[str, Floats]) -> dict[Key, Value]:
    """The cells of a scenario's inputs, with what is typed into each."""
    changes: dict[Key, Value] = {}
    for id_, drawn in inputs.items():
        cells = directory.inputs[id_].cells
        typed = [float(value) for value in np.ravel(drawn)][-len(cells) :]
        changes |= dict(zip(cells, typed, strict=True))
    return changes


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
        pairs = zip(periods, ours[id_], cells[-len(periods) :], strict=True)
        for period, value, cell in pairs:
            found = theirs[cell]
            compared += 1
            text = not isinstance(found, float)
            if text != bool(np.isnan(value)) or (not text and not same(float(value), found)):
                differing.append(Differing(engine, scenario, id_, period, float(value), found))
    return compared, differing
