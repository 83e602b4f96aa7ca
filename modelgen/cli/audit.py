"""The command audit: checks any workbook against the workbook standard."""

from dataclasses import asdict
from pathlib import Path

import click

from modelgen.cli.options import PATH, as_json_option, file_argument
from modelgen.cli.show import DONE, FAILED, show_json, show_table


@click.command("audit", short_help="Audit any .xlsx against the workbook standard.")
@file_argument
@click.option(
    "--fail-on",
    type=click.Choice(("low", "medium", "high", "none")),
    default="medium",
    show_default=True,
    help="Lowest severity that makes the exit code 1.",
)
@click.option(
    "--suppress",
    type=PATH,
    metavar="FILE.yaml",
    help="A YAML file of findings not to report, each with its reason.",
)
@click.option("--html", type=PATH, metavar="FILE", help="Also write the findings as an HTML page.")
@as_json_option
def command(
    file: Path, fail_on: str, suppress: Path | None, html: Path | None, as_json: bool
) -> int:
    """Audit any .xlsx against the workbook standard and the practice of model auditors."""
    from modelgen.api.workbooks import audit

    found = audit(file, suppress=suppress)
    if html is not None:
        from modelgen.files import write_text
        from modelgen.review.audit import as_html

        write_text(html, as_html(found))
    code = FAILED if fail_on != "none" and found.at_least(fail_on) else DONE
    if as_json:
        show_json(
            {
                "workbook": str(file),
                "findings": [asdict(finding) for finding in found.findings],
                "suppressed": [{**asdict(f), "reason": reason} for f, reason in found.suppressed],
                "ok": code == DONE,
            }
        )
        return code
    if found.findings:
        show_table(
            ("Severity", "Where", "Rule", "What"),
            [(f.severity, f.where, f.title, f.what) for f in found.findings],
        )
        print()
    for finding, reason in found.suppressed:
        print(f"Suppressed: {finding.rule} at {finding.where}: {reason}")
    count = len(found.findings)
    noun = "finding" if count == 1 else "findings"
    print(f"{count or 'No'} {noun} ({len(found.suppressed)} suppressed)")
    return code
