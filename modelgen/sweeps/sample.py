"""Rechecks a sample of a sweep in the workbook, with engines that never see the text."""

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
    """An output that an engine computes differently, with both values."""

    engine: str
    scenario: int
    id: str
    period: str
    sweep: float
    workbook: Value


@dataclass(frozen=True)
class Sample:
    """The scenarios rechecked, the engines, the number of values compared, and those that differ."""

    scenarios: tuple[int, ...]
    engines: tuple[str, ...]
    values: int
    differing: tuple[Differing, ...]


def recheck(job: Job, count: int, engines: tuple[str, ...]) -> Sample:
    """Sets the inputs of `count` scenarios, evenly spread over all, in the deal's workbook, recalculates it
    with each engine, and compares the outputs to within 1e-9, relative.
    """
    drawer = Drawer(job.plan, job.model.timelines, job.paths, job.seed)
    sampled = sorted({int(n) for n in np.linspace(0, drawer.count - 1, min(count, drawer.count))})
    inputs = _drawn(drawer, sampled)
    ours = block_values(job, inputs)
    differing: list[Differing] = []
    values = 0
    with scratch() as folder:
        contents = _workbook(job.model, folder / "book.xlsx")
        directory = read_directory(contents)
        books = {engine: load_engine(engine, contents) for engine in engines}
        lines = {id_: directory.lines[id_].cells for id_ in job.outputs}
        wanted = [cell for cells in lines.values() for cell in cells]
        for place, scenario in enumerate(sampled):
            changes = _typed(directory, {id_: drawn[place] for id_, drawn in inputs.items()})
            own = {id_: found[min(place, len(found) - 1)] for id_, found in ours.items()}
            for engine, book in books.items():
                theirs = book.calculate(changes, wanted=wanted)
                compared, found = _compared(job, engine, scenario, own, lines, theirs)
                values += compared
                differing += found
    return Sample(tuple(sampled), engines, values, tuple(differing))


def _drawn(drawer: Drawer, sampled: list[int]) -> dict[str, Floats]:
    """The inputs of some scenarios by id, one row for each scenario."""
    found: dict[str, list[Floats]] = {}
    for scenario in sampled:
        number, row = divmod(scenario, BLOCK)
        for id_, drawn in drawer.block(number).inputs.items():
            found.setdefault(id_, []).append(drawn[row : row + 1])
    return {id_: np.concatenate(rows) for id_, rows in found.items()}


def _workbook(model: Model, path: Path) -> Contents:
    """The contents of the deal's workbook: written and read, or from the cache if the same program has
    written the same model before; engines are then given a file with only its cells.
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
    """A digest of the whole program, on which a workbook depends besides its model."""
    root = Path(modelgen.__file__).parent
    text = sha256()
    for module in sorted(root.rglob("*.py")):
        text.update(module.relative_to(root).as_posix().encode() + b"\n" + module.read_bytes())
    return text.hexdigest()


def digest(model: Model) -> str:
    """A digest of a model's content. The order of its lines and what each reads are left out: they follow
    from the formulas, and Python orders sets differently in each process.
    """
    said = replace(model, order=(), reads={})
    # Field by field: what a model shows of itself to a person may be less than all.
    return cache.key_of((field.name, getattr(said, field.name)) for field in fields(said))


def _typed(directory: Directory, inputs: Mapping[str, Floats]) -> dict[Key, Value]:
    """The cells of a scenario's inputs, with the value for each."""
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
    """Compares a scenario's outputs with the workbook's: how many values, and those that differ."""
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
