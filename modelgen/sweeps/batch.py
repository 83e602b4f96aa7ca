"""Builds, recalculates and checks many deals at once; one that fails does not stop the others.

Workers read the deals and write the workbooks themselves, so on a cluster of several machines all of them
must be able to see both folders.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from modelgen.problem import EngineError, ModelError, Problem
from modelgen.review.build import build, solved
from modelgen.sweeps.spread import spread
from modelgen.text.load import find_deal, load
from modelgen.verdict import Verdict
from modelgen.workbook.recalculate import Workbook
from modelgen.workbook.verdict import verdict_of


@dataclass(frozen=True)
class Outcome:
    """The result for one deal: its workbook, number of formulas and verdict, or the error if it has none."""

    deal: str
    workbook: str
    formulas: int = 0
    verdict: Verdict | None = None
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether there is a workbook whose model holds."""
        return self.verdict is not None and self.verdict.ok


def batch(
    deals: Sequence[str], folder: Path, engine: str, workers: int, scheduler: str | None
) -> Iterator[Outcome]:
    """Builds and checks the deals; returns an Outcome for each, in order. Raises ModelError if two of them
    would write the same file.
    """
    names = [_name(deal) for deal in deals]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ModelError(
            Problem(f"two of the deals are called '{name}' and would write the same workbook")
            for name in twice
        )
    folder.mkdir(parents=True, exist_ok=True)
    targets = [folder / f"{name}.xlsx" for name in names]
    tasks = list(zip(deals, targets, strict=True))
    return spread(partial(_outcome, engine), tasks, workers, scheduler)


def _name(deal: str) -> str:
    """The name of a deal's workbook; if the deal cannot be found, what was asked for."""
    try:
        return find_deal(deal).resolve().name
    except ModelError:
        return Path(deal).name


def _outcome(engine: str, task: tuple[str, Path]) -> Outcome:
    deal, target = task
    try:
        built = build(solved(load(deal)), target)
        verdict = verdict_of(Workbook(target, engine).recalculate())
    except (ModelError, EngineError) as error:
        return Outcome(deal, str(target), error=str(error))
    except Exception as error:
        # A bug that shows in one deal is reported as such and must not lose the others.
        return Outcome(deal, str(target), error=f"failed: {type(error).__name__}: {error}")
    return Outcome(deal, str(target), len(built.written.formulas), verdict)
