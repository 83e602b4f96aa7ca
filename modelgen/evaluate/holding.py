"""Whether a model holds, by the values that the evaluator gives its ledger and its list of checks."""

from dataclasses import dataclass

from modelgen.evaluate.evaluate import Evaluation
from modelgen.model.plain import Figure, Line


@dataclass(frozen=True)
class Holding:
    """The figures that do not tie, the integrity checks and those of them that fail, the alerts raised."""

    untied: tuple[Figure, ...]
    integrity: tuple[str, ...]
    failing: tuple[str, ...]
    alerts: tuple[str, ...]


def holding(evaluation: Evaluation) -> Holding:
    """How much of an evaluated model holds."""
    model = evaluation.model
    checks = [line for id_ in model.checks if isinstance(line := model.items[id_], Line)]
    failing = [c for c in checks if evaluation.cell(f"check.{c.id}.holds", None) != 1]
    return Holding(
        tuple(f for f in model.figures if evaluation.cell(f"{f.id}.holds", None) != 1),
        tuple(c.id for c in checks if c.check == "integrity"),
        tuple(c.id for c in failing if c.check == "integrity"),
        tuple(c.id for c in failing if c.check == "alert"),
    )
