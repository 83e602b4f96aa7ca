"""A deal's text to a proven workbook: the stages in their order, none of which can be left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from modelgen.evaluate.study import Complete, complete
from modelgen.evaluate.verdict import verdict_of
from modelgen.excel.write import Written, write_workbook
from modelgen.files import written_whole
from modelgen.model.build import build_model
from modelgen.problem import ModelError, Problem
from modelgen.review.verify import Proof, prove
from modelgen.text.load import DealText
from modelgen.text.setting import Setting, Typed
from modelgen.verdict import Verdict

SHOWN = 20


@dataclass(frozen=True)
class Built:
    """A workbook as built: its values, the file, what holds, and the proof of its cached values (None where
    it was left out).
    """

    evaluation: Complete
    written: Written
    verdict: Verdict
    proof: Proof | None


def solved(
    deal: DealText,
    settings: Mapping[str, Typed] | Sequence[Setting] = (),
    scenario: str | None = None,
    force: bool = False,
) -> Complete:
    """The values of a deal, its studies done. Raises ModelError."""
    return complete(build_model(deal, settings, force, scenario))


def build(evaluation: Complete, target: Path, proof: bool = True) -> Built:
    """Writes the workbook of a deal's values, whole or not at all; with `proof`, only when IronCalc, which
    reads nothing but the file, computes every cell alike. Raises ModelError and EngineError.
    """
    with written_whole(target) as temporary:
        written = write_workbook(evaluation, temporary)
        found = prove(written) if proof else None
        if found is not None and found.differing:
            raise ModelError(_differences(target, found))
    return Built(evaluation, replace(written, path=target), verdict_of(evaluation), found)


def _differences(target: Path, proof: Proof) -> list[Problem]:
    count = len(proof.differing)
    problems = [
        Problem(
            f"{target} is not written: {count:,} of {proof.cells:,} cells do not come out alike by "
            f"{proof.engine}",
            hint="modelgen verify shows them; --no-proof writes the workbook all the same",
        )
    ]
    problems += [
        Problem(f"{d.cell}: evaluator {d.evaluator!r}, {proof.engine} {d.engine!r}")
        for d in proof.differing[:SHOWN]
    ]
    return problems
