"""Many deals at once: each built, recalculated and checked; one that fails does not stop the others.

Workers read the deals and write the workbooks themselves: on a cluster of several machines both folders
must be where all of them see them.
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
    """What became of a deal: its workbook and the verdict on it, or why there is none."""

    deal: str
    workbook: str
    formulas: int = 0
    verdict: Verdict | None = None
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether there is a workbook, and the model holds."""
        return self.verdict is not None and self.verdict.ok


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
        built = build(solved(load(deal)), target)
        verdict = verdict_of(Workbook(target, engine).recalculate())
    except (ModelError, EngineError) as error:
        return Outcome(deal, str(target), error=str(error))
    except Exception as error:
        # A fault of ours in one deal is told as such, and is no reason to lose the others.
        return Outcome(deal, str(target), error=f"failed: {type(error).__name__}: {error}")
    return Outcome(deal, str(target), len(built.written.formulas), verdict)
