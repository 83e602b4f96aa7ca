"""The command batch: builds, recalculates and checks many deals."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from modelgen.cli.options import (
    PATH,
    as_json_option,
    engine_option,
    scheduler_option,
    workers_option,
)
from modelgen.cli.show import DONE, FAILED, progress, show_json, show_table
from modelgen.verdict import INTEGRITY

if TYPE_CHECKING:
    from modelgen.sweeps.batch import Outcome


@click.command("batch", short_help="Build, recalculate and check many deals.")
@click.argument("deals", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    "folder",
    type=PATH,
    metavar="FOLDER",
    default=Path("generated"),
    show_default=True,
    help="Where to write the workbooks.",
)
@engine_option
@workers_option
@scheduler_option
@as_json_option
def command(deals: tuple[str, ...], as_json: bool, **options: Any) -> int:
    """Build, recalculate and check many deals in parallel. A deal that fails is reported and does not stop
    the others. Exit 1 if one fails or does not hold.
    """
    from modelgen.api.deals import batch

    found: list[Outcome] = []
    with progress("Building and checking") as report:
        for outcome in batch(deals, **options):
            found.append(outcome)
            report(len(found), len(deals))
    ok = all(outcome.ok for outcome in found)
    code = DONE if ok else FAILED
    if as_json:
        show_json({"deals": [_json(outcome) for outcome in found], "ok": ok})
        return code
    show_table(
        ("Deal", "Workbook", "Formulas", "Figures tied", "Checks that hold", "Alerts", ""),
        [_row(outcome) for outcome in found],
        right=(2, 3, 4, 5),
    )
    for outcome in found:
        if outcome.error:
            print(f"\n{outcome.deal}\n{outcome.error}", file=sys.stderr)
        elif outcome.verdict is not None and not outcome.ok:
            print(f"\n{outcome.deal}\n{outcome.verdict}")
    holding = sum(outcome.ok for outcome in found)
    print(f"\n{holding} of {len(found)} deals hold ({options['engine']})")
    return code


def _row(outcome: "Outcome") -> tuple[str, ...]:
    verdict = outcome.verdict
    if verdict is None:
        return (outcome.deal, "", "", "", "", "", "failed")
    integrity = verdict.of_kind(INTEGRITY)
    return (
        outcome.deal,
        outcome.workbook,
        f"{outcome.formulas:,}",
        f"{len(verdict.ties) - len(verdict.untied)} of {len(verdict.ties)}",
        f"{len(integrity) - len(verdict.failing)} of {len(integrity)}",
        str(len(verdict.alerts)),
        "holds" if outcome.ok else "DOES NOT HOLD",
    )


def _json(outcome: "Outcome") -> dict[str, Any]:
    verdict = outcome.verdict
    found = {
        "deal": outcome.deal,
        "workbook": outcome.workbook,
        "formulas": outcome.formulas,
        "error": outcome.error,
        "ok": outcome.ok,
    }
    if verdict is None:
        return found
    integrity = verdict.of_kind(INTEGRITY)
    return {
        **found,
        "figures": len(verdict.ties),
        "figures_tied": len(verdict.ties) - len(verdict.untied),
        "checks": len(integrity),
        "checks_holding": len(integrity) - len(verdict.failing),
        "alerts": [check.id for check in verdict.alerts],
        "verdict": verdict.as_json(),
    }
