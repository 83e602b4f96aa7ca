"""Builds a proven workbook from a deal's text, through all stages in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from modelgen.evaluate.study import Complete, complete
from modelgen.evaluate.verdict import verdict_of
from modelgen.excel.write import Written, write_workbook
from modelgen.files import written_whole
from modelgen.model.build import build_model
from modelgen.page.carried import carried_text
from modelgen.problem import ModelError, Problem
from modelgen.review.verify import Proof, prove
from modelgen.text.load import DealText
from modelgen.text.setting import Setting, Typed
from modelgen.verdict import Verdict

SHOWN = 20


@dataclass(frozen=True)
class Built:
    """A built workbook: its values, the file, the verdict, and the proof of its cached values (None if that
    was skipped).
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
    """The values of a deal, with its studies computed. Raises ModelError."""
    return complete(build_model(deal, settings, force, scenario))


def build(evaluation: Complete, target: Path, proof: bool = True) -> Built:
    """Writes the workbook of a deal's values, whole or not at all; with `proof`, only if IronCalc, which
    reads only the file, computes every cell alike. Raises ModelError and EngineError.
    """
    with written_whole(target) as temporary:
        written = write_workbook(evaluation, temporary, carried_text(evaluation))
        found = prove(written) if proof else None
        if found is not None and found.differing:
            raise ModelError(_differences(target, found))
    return Built(evaluation, replace(written, path=target), verdict_of(evaluation), found)


def _differences(target: Path, proof: Proof) -> list[Problem]:
    count = len(proof.differing)
    problems = [
        Problem(
            f"{target} was not written: {count:,} of {proof.cells:,} cells are computed differently by "
            f"{proof.engine}",
            hint="modelgen verify shows them; --no-proof writes the workbook anyway",
        )
    ]
    problems += [
        Problem(f"{d.cell}: evaluator {d.evaluator!r}, {proof.engine} {d.engine!r}")
        for d in proof.differing[:SHOWN]
    ]
    return problems
