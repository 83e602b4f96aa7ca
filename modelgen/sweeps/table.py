"""The table of a sweep: a row a scenario, written block by block as it is computed.

Columns are named as `--set` names inputs: cash.minimum, and growth@2007-03-31 for one period of a row.
First stand the inputs that varied, then the outputs; what is no number is left out of its cell.
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
    """A function that adds a block to the table. The file appears when all went well, whole. Raises
    ModelError for another kind of file, EngineError where its library is missing.
    """
    kind = target.suffix.lower()
    if kind not in KINDS:
        raise fail(f"{target} should end in {' or '.join(KINDS)}")
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
    about = json.dumps({**job.said(), "text": job.model.digest}, sort_keys=True)
    schema = arrow.schema(fields, metadata={"modelgen": about})
    with parquet.ParquetWriter(path, schema) as writer:

        def take(block: Block) -> None:
            first, columns = _columns(job, block)
            numbers = arrow.array(np.arange(first, first + len(columns[0]), dtype=np.int64))
            arrays = [arrow.array(c, from_pandas=True) for c in columns]  # NaN is no value
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
