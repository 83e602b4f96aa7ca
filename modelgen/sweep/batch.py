"""Many deals at once: each built, recalculated and checked; one that fails does not stop the others.

Workers read the deals and write the workbooks themselves: on a cluster of several machines both folders
must be where all of them see them.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from modelgen.evaluate.study import with_studies
from modelgen.excel.write import write_workbook
from modelgen.model.build import build_model
from modelgen.problem import EngineError, ModelError, Problem
from modelgen.recalc.recalculate import Workbook, holds
from modelgen.sweep.spread import spread
from modelgen.text.load import find_deal, load


@dataclass(frozen=True)
class Outcome:
    """What became of a deal: its workbook and how much of it holds, or why there is none."""

    deal: str
    workbook: str
    formulas: int = 0
    figures: int = 0
    figures_tied: int = 0
    checks: int = 0
    checks_holding: int = 0
    alerts: tuple[str, ...] = ()
    ok: bool = False
    error: str = ""


def batch(
    deals: Sequence[str], folder: Path, engine: str, workers: int, scheduler: str | None
) -> Iterator[Outcome]:
    """The outcomes of the deals, in their order. Raises ModelError where two would write one file."""
    names = [_name(deal) for deal in deals]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ModelError(
            Problem(f"two of the deals are called '{name}', and would write one workbook")
            for name in twice
        )
    folder.mkdir(parents=True, exist_ok=True)
    targets = [folder / f"{name}.xlsx" for name in names]
    tasks = list(zip(deals, targets, strict=True))
    return spread(partial(_outcome, engine), tasks, workers, scheduler)


def _name(deal: str) -> str:
    """The name of a deal's workbook; of one that cannot be found, by what was asked for."""
    try:
        return find_deal(deal).resolve().name
    except ModelError:
        return Path(deal).name


def _outcome(engine: str, task: tuple[str, Path]) -> Outcome:
    deal, target = task
    try:
        _, evaluation = with_studies(build_model(load(deal)))
        written = write_workbook(evaluation, target)
        found = Workbook(target, engine).recalculate({})
    except (ModelError, EngineError) as error:
        return Outcome(deal, str(target), error=str(error))
    except Exception as error:
        # A fault of ours in one deal is told as such, and is no reason to lose the others.
        return Outcome(deal, str(target), error=f"failed: {type(error).__name__}: {error}")
    ties, checks = found.tieouts(), found.checks()
    integrity = [check["holds"] for check in checks if check["kind"] == "integrity"]
    return Outcome(
        deal,
        str(target),
        len(written.formulas),
        len(ties),
        sum(tie["ties"] for tie in ties),
        len(integrity),
        sum(integrity),
        tuple(c["id"] for c in checks if c["kind"] == "alert" and not c["holds"]),
        holds(ties, checks),
    )
