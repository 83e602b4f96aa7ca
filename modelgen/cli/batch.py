"""The command batch: builds, recalculates and checks many deals."""

import sys
from dataclasses import asdict
from pathlib import Path

from modelgen.cli.show import progress, show_json, show_table
from modelgen.sweep.batch import Outcome, batch
from modelgen.sweep.spread import cores

DONE, FAILED = 0, 1


def batch_deals(
    deals: tuple[str, ...],
    folder: Path,
    engine: str,
    workers: int | None,
    scheduler: str | None,
    as_json: bool,
) -> int:
    """Runs the batch; 1 when a deal fails or does not hold."""
    found: list[Outcome] = []
    with progress("Building and checking") as report:
        for outcome in batch(deals, folder, engine, workers or cores(), scheduler):
            found.append(outcome)
            report(len(found), len(deals))
    ok = all(outcome.ok for outcome in found)
    if as_json:
        show_json({"deals": [asdict(outcome) for outcome in found], "ok": ok})
        return DONE if ok else FAILED
    show_table(
        ("Deal", "Workbook", "Formulas", "Figures tied", "Checks that hold", "Alerts", ""),
        [_row(outcome) for outcome in found],
        right=(2, 3, 4, 5),
    )
    for outcome in found:
        if outcome.error:
            print(f"\n{outcome.deal}\n{outcome.error}", file=sys.stderr)
    holding = sum(outcome.ok for outcome in found)
    print(f"\n{holding} of {len(found)} deals hold ({engine})")
    return DONE if ok else FAILED


def _row(outcome: Outcome) -> tuple[str, ...]:
    if outcome.error:
        return (outcome.deal, "", "", "", "", "", "failed")
    return (
        outcome.deal,
        outcome.workbook,
        f"{outcome.formulas:,}",
        f"{outcome.figures_tied} of {outcome.figures}",
        f"{outcome.checks_holding} of {outcome.checks}",
        str(len(outcome.alerts)),
        "holds" if outcome.ok else "DOES NOT HOLD",
    )
