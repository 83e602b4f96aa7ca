"""The command roll: rolls a deal forward to the next period."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from modelgen.cli.options import PATH, as_json_option
from modelgen.cli.show import DONE, FAILED, show_facts, show_json, show_verdict

if TYPE_CHECKING:
    from modelgen.roundtrip.roll import Rolled
    from modelgen.roundtrip.roll_filing import RolledByFiling
    from modelgen.verdict import Verdict


@click.command("roll", short_help="Roll a deal forward to the next quarter.")
@click.argument("deal")
@click.argument("filing", required=False, type=PATH)
@click.option("--to", metavar="QUARTER", help="The quarter reported, such as 2006q2.")
@click.option(
    "--figures",
    type=PATH,
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
    deal: str,
    filing: Path | None,
    as_json: bool,
    to: str | None,
    figures: Path | None,
    published: datetime | None,
    **options: Any,
) -> int:
    """Roll a deal forward: the forecast quarter becomes actual with its figures, and the workbook gets a
    sheet that compares forecast with actual. A deal that ingest wrote takes the next FILING itself;
    another takes --to and --figures. Exit 1 if the new model does not hold.
    """
    from modelgen.api.deals import roll
    from modelgen.problem import fail

    if filing is not None:
        given = {"--to": to, "--figures": figures, "--published": published, **_named(options)}
        if others := [name for name, value in given.items() if value]:
            raise fail(f"{others[0]} goes with a table of figures, not with a filing")
        return _by_filing(deal, filing, options["target"], as_json)
    if to is None or figures is None:
        raise fail(
            "roll needs the next filing, or --to and --figures",
            hint="modelgen roll DEAL FILING, or modelgen roll DEAL --to 2006q2 --figures FILE.csv",
        )
    day = published.date() if published else None
    rolled, verdict = roll(deal, to, figures, published=day, **options)
    return _shown(
        rolled,
        verdict,
        as_json,
        {
            "quarter": rolled.quarter.isoformat(),
            "figures": rolled.figures,
            "assumed": rolled.assumed,
            "forecast": list(rolled.forecast),
        },
        [
            ("Last actual quarter", rolled.quarter.isoformat()),
            ("Figures added", str(rolled.figures)),
            ("Values assumed", str(rolled.assumed)),
            ("Left as forecast", ", ".join(rolled.forecast) or "none"),
        ],
    )


def _named(options: dict[str, Any]) -> dict[str, object]:
    """The options that describe a table's document, by their names."""
    return {
        "--source": options["source"],
        "--title": options["title"],
        "--format": options["format"] if options["format"] != "text" else None,
    }


def _by_filing(deal: str, filing: Path, target: Path | None, as_json: bool) -> int:
    """Rolls a deal that ingest wrote by its next filing."""
    from modelgen.api.deals import roll_by_filing

    rolled, verdict = roll_by_filing(deal, filing, target)
    return _shown(
        rolled,
        verdict,
        as_json,
        {
            "period": rolled.period.isoformat(),
            "figures": rolled.figures,
            "compared": rolled.compared,
            "lines": list(rolled.sentences),
        },
        [
            ("Last actual period", rolled.period.isoformat()),
            ("Figures that tie", str(rolled.figures)),
            ("Lines compared with their forecast", str(rolled.compared)),
        ],
        rolled.sentences,
    )


def _shown(
    rolled: "Rolled | RolledByFiling",
    verdict: "Verdict",
    as_json: bool,
    report: dict[str, Any],
    facts: list[tuple[str, str]],
    sentences: Sequence[str] = (),
) -> int:
    """Prints the deal that came of a roll with what is particular to it, and gives the exit code."""
    code = DONE if verdict.ok else FAILED
    if as_json:
        show_json(
            {
                "deal": rolled.name,
                "folder": str(rolled.folder),
                **report,
                "untied": [tie.figure for tie in verdict.untied],
                "failing": [check.id for check in verdict.failing],
                "ok": verdict.ok,
                "verdict": verdict.as_json(),
            }
        )
        return code
    show_facts([("Deal", f"{rolled.name}, in {rolled.folder}"), *facts])
    for sentence in sentences:
        print(sentence)
    show_verdict(verdict)
    print(f"\nBuild it: modelgen build {rolled.folder}")
    return code
