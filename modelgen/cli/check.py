"""The command check: prints the verdict on a workbook."""

from pathlib import Path
from typing import Any

import click

from modelgen.cli.options import as_json_option, engine_option, file_argument, set_options
from modelgen.cli.show import DONE, FAILED, progress, show_json, show_table, show_verdict

_HEADS = (
    "Source",
    "Line item",
    "Period",
    "Published",
    "Computed",
    "Difference",
    "Tolerance",
    "Unit",
)


@click.command("check", short_help="Tie-outs and checks of a workbook.")
@file_argument
@set_options
@engine_option
@click.option("--strict", is_flag=True, help="Exit 1 for an alert, too.")
@click.option(
    "--allow-overtyped",
    is_flag=True,
    help="Do not fail on formulas that were overtyped or added; they are still listed.",
)
@as_json_option
def command(file: Path, strict: bool, as_json: bool, **options: Any) -> int:
    """Recalculate a workbook and report its tie-outs, checks, formulas overtyped or added, and inputs that
    cannot be read. Exit 1 if any of these fails.
    """
    from modelgen.api.workbooks import check

    with progress(f"Checking with {options['engine']}") as report:
        verdict = check(file, progress=report, **options)
    code = DONE if verdict.ok and not (strict and verdict.alerts) else FAILED
    if as_json:
        show_json(verdict.as_json())
        return code
    if verdict.untied:
        print("Figures that do not tie")
        rows = [
            (
                f"{tie.source} {tie.place}",
                tie.line,
                tie.period,
                tie.published,
                tie.computed,
                tie.difference,
                tie.tolerance,
                tie.unit,
            )
            for tie in verdict.untied
        ]
        show_table(_HEADS, rows, right=(3, 4, 5, 6))
        print()
    for title, some in (("Checks that fail", verdict.failing), ("Alerts raised", verdict.alerts)):
        if some:
            print(title)
            rows_ = [(check.id, check.label, check.difference, check.period) for check in some]
            show_table(("Check", "What", "Difference", "Period"), rows_, right=(2,))
            print()
    show_verdict(verdict, options["engine"], tables_shown=True)
    return code
