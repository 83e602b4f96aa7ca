"""The command roll: rolls a deal forward to the next period."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from modelgen.cli.options import PATH, as_json_option
from modelgen.cli.show import DONE, FAILED, show_facts, show_json, show_verdict


@click.command("roll", short_help="Roll a deal forward to the next quarter.")
@click.argument("deal")
@click.option(
    "--to", required=True, metavar="QUARTER", help="The quarter reported, such as 2006q2."
)
@click.option(
    "--figures",
    type=PATH,
    required=True,
    metavar="FILE.csv",
    help="Its figures, in the columns of a deal's figures.csv; role 'assumed' if no source gives one.",
)
@click.option(
    "-o",
    "--output",
    "target",
    type=PATH,
    metavar="FOLDER",
    help="The new deal's folder, which also names it; default: the old name with the new quarter.",
)
@click.option("--source", metavar="TITLE", help="The title of the document that the figures cite.")
@click.option(
    "--published",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The document's date, which also becomes the new deal's.",
)
@click.option(
    "--format", metavar="FORMAT", default="text", help="The document's format, if it is not a text."
)
@click.option("--title", help="The new deal's title; default: 'Quarter ended' and its last day.")
@as_json_option
def command(
    deal: str, as_json: bool, to: str, figures: Path, published: datetime | None, **options: Any
) -> int:
    """Roll a deal forward: the forecast quarter becomes actual with its figures, and the workbook gets a
    sheet that compares forecast with actual. Exit 1 if the new model does not hold.
    """
    from modelgen.api.deals import roll

    day = published.date() if published else None
    rolled, verdict = roll(deal, to, figures, published=day, **options)
    code = DONE if verdict.ok else FAILED
    if as_json:
        show_json(
            {
                "deal": rolled.name,
                "folder": str(rolled.folder),
                "quarter": rolled.quarter.isoformat(),
                "figures": rolled.figures,
                "assumed": rolled.assumed,
                "forecast": list(rolled.forecast),
                "untied": [tie.figure for tie in verdict.untied],
                "failing": [check.id for check in verdict.failing],
                "ok": verdict.ok,
                "verdict": verdict.as_json(),
            }
        )
        return code
    show_facts(
        [
            ("Deal", f"{rolled.name}, in {rolled.folder}"),
            ("Last actual quarter", rolled.quarter.isoformat()),
            ("Figures added", str(rolled.figures)),
            ("Values assumed", str(rolled.assumed)),
            ("Left as forecast", ", ".join(rolled.forecast) or "none"),
        ]
    )
    show_verdict(verdict)
    print(f"\nBuild it: modelgen build {rolled.folder}")
    return code
