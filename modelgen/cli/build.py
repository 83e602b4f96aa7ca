"""The command build: the workbook of a deal."""

from pathlib import Path
from typing import Any

import click

from modelgen.cli.options import (
    PATH,
    as_json_option,
    overlays_option,
    scenario_option,
    set_options,
)
from modelgen.cli.show import DONE, FAILED, show_facts, show_json, show_verdict


@click.command("build")
@click.argument("deal")
@click.option(
    "-o",
    "--output",
    "target",
    type=PATH,
    metavar="FILE",
    help="Where to write; default generated/DEAL.xlsx.",
)
@scenario_option
@set_options
@overlays_option
@click.option(
    "--no-proof",
    "proof",
    flag_value=False,
    default=True,
    help="Skip IronCalc's proof of every cell.",
)
@as_json_option
def command(deal: str, as_json: bool, target: Path | None, **options: Any) -> int:
    """Build the workbook of a deal and prove every cell with IronCalc. Exit 1 if the model does not hold."""
    from modelgen.api.deals import build

    book = build(deal, target, **options)
    verdict, report = book.verdict, book.report
    assert report is not None
    code = DONE if verdict.ok else FAILED
    if as_json:
        show_json(
            {
                "workbook": str(book.path),
                "deal": report.deal,
                "sheets": report.sheets,
                "formulas": report.formulas,
                "figures": len(verdict.ties),
                "figures_tied": len(verdict.ties) - len(verdict.untied),
                "checks": len(verdict.of_kind("integrity")),
                "checks_holding": len(verdict.of_kind("integrity")) - len(verdict.failing),
                "alerts": len(verdict.alerts),
                "forced": list(verdict.forced),
                "proof": report.proof,
                "seconds": round(report.seconds, 3),
                "ok": verdict.ok,
                "verdict": verdict.as_json(),
            }
        )
        return code
    proof = f"every cell computed alike by {report.proof}" if report.proof else "skipped"
    show_facts(
        [
            ("Workbook", str(book.path)),
            ("Sheets", str(report.sheets)),
            ("Formulas", f"{report.formulas:,}"),
            ("Proof", proof),
            ("Time", f"{report.seconds:.2f} s"),
        ]
    )
    show_verdict(verdict)
    return code
