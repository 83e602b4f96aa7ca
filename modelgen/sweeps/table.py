"""Writes the table of a sweep: one row for each scenario, block by block as it is computed.

Columns are named as inputs are for `--set`: cash.minimum, and growth@2007-03-31 for one period of a row. The
inputs that varied come first, then the outputs; a cell that is not a number is blank.
"""

import csv
import importlib
import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from modelgen.files import written_whole
from modelgen.formula.values import Floats
from modelgen.problem import fail, needs_extra
from modelgen.sweeps.run import Block, Job

KINDS = (".parquet", ".csv")


@contextmanager
def table(target: Path, job: Job) -> Iterator[Callable[[Block], None]]:
    """A context that gives a function to add a block to the table. The file appears, whole, only on success.
    Raises ModelError for an unknown kind of file, EngineError if its library is missing.
    """
    kind = target.suffix.lower()
    if kind not in KINDS:
        raise fail(f"{target} must end in {' or '.join(KINDS)}")
    with written_whole(target) as temporary:
        opened = _parquet(temporary, job) if kind == ".parquet" else _csv(temporary, job)
        with opened as take:
            yield take


@contextmanager
def _parquet(path: Path, job: Job) -> Iterator[Callable[[Block], None]]:
    try:
        arrow: Any = importlib.import_module("pyarrow")
        parquet: Any = importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise needs_extra("a .parquet file", "pyarrow", "sweep") from None
    names = _names(job)
    fields = [arrow.field("scenario", arrow.int64())]
    fields += [arrow.field(name, arrow.float64()) for name in names]
    about = json.dumps({**job.summary(), "text": job.model.digest}, sort_keys=True)
    schema = arrow.schema(fields, metadata={"modelgen": about})
    with parquet.ParquetWriter(path, schema) as writer:

        def take(block: Block) -> None:
            first, columns = _columns(job, block)
            numbers = arrow.array(np.arange(first, first + len(columns[0]), dtype=np.int64))
            arrays = [
                arrow.array(c, from_pandas=True) for c in columns
            ]  # NaN becomes a missing value
            writer.write_table(arrow.Table.from_arrays([numbers, *arrays], schema=schema))

        yield take


@contextmanager
def _csv(path: Path, job: Job) -> Iterator[Callable[[Block], None]]:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["scenario", *_names(job)])

        def take(block: Block) -> None:
            first, columns = _columns(job, block)
            for number, row in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
                writer.writerow([first + number, *("" if math.isnan(v) else repr(v) for v in row)])

        yield take


def _names(job: Job) -> list[str]:
    names = []
    for varied in job.plan.varied:
        names += [f"{varied.id}@{end}" for end in varied.ends] or [varied.id]
    for id_ in job.outputs:
        names += [f"{id_}@{period}" for period in job.periods(id_)] or [id_]
    return names


def _columns(job: Job, block: Block) -> tuple[int, list[Floats]]:
    """The number of a block's first scenario, and its columns."""
    values = [block.inputs[v.id] for v in job.plan.varied]
    values += [block.outputs[id_] for id_ in job.outputs]
    columns = [c for v in values for c in ([v] if v.ndim == 1 else list(v.T))]
    return block.first, [np.ascontiguousarray(c) for c in columns]
