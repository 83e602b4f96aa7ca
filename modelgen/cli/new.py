"""The command new: writes the folder of a new deal from a few answers."""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from modelgen.cli.options import PATH, as_json_option
from modelgen.cli.show import DONE, show_json

STEPS = ("month", "quarter", "year")


def _members(kind: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """An option that names members of a kind: --loan bank_loan="Bank loan"."""
    return click.option(
        f"--{kind}",
        f"of_{kind}",
        multiple=True,
        metavar="ID[=LABEL]",
        help=f"A {kind} of the company. Repeatable.",
    )


@click.command("new", short_help="Write the folder of a new deal.")
@click.argument("folder", type=PATH)
@click.option("--company", help="The company's name.")
@click.option("--currency", help="Currency and scale, such as 'EUR million'.")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The deal's date; default: today.",
)
@click.option("--year-end", metavar="MM-DD", help="The last day of the fiscal year; default 12-31.")
@click.option("--step", type=click.Choice(STEPS), help="The periods of the statements.")
@click.option(
    "--first", default="", metavar="PERIOD", help="The first period; default: last fiscal year."
)
@click.option(
    "--last", default="", metavar="PERIOD", help="The last period; default: six years in all."
)
@_members("segment")
@_members("loan")
@_members("revolver")
@_members("notes")
@click.option(
    "--member",
    multiple=True,
    metavar="SET:ID[=LABEL]",
    help="A member of any set, or of what a module asks for. Repeatable.",
)
@click.option("--uses", multiple=True, metavar="MODULE", help="A module to use. Repeatable.")
@click.option("--yes", is_flag=True, help="Ask nothing: take the defaults.")
@as_json_option
def command(folder: Path, yes: bool, as_json: bool, **given: Any) -> int:
    """Write FOLDER with deal.yaml, figures.csv and schema.json: a draft that builds at once. Each input that
    has no value yet stands in it as a comment, with its unit and range. In a terminal, asks
    for what is not given.
    """
    from modelgen.api.deals import new
    from modelgen.roundtrip.new import Answers

    ask = sys.stdin.isatty() and not yes and not as_json
    as_of: datetime = given["as_of"] or datetime.now()  # the day where the user is
    answers = Answers(
        company=_answer(given["company"], "Company", folder.name, ask=ask),
        currency=_answer(given["currency"], "Currency and scale", "USD thousand", ask=ask),
        as_of=as_of.date(),
        step=_answer(given["step"], "Periods (month, quarter, year)", "quarter", ask=ask),
        year_end=_answer(given["year_end"], "Last day of the fiscal year", "12-31", ask=ask),
        first=given["first"],
        last=given["last"],
        uses=given["uses"],
        members=[
            *(
                _member(kind, text)
                for kind in ("segment", "loan", "revolver", "notes")
                for text in given[f"of_{kind}"]
            ),
            *(_member(*_halves(text)) for text in given["member"]),
        ],
    )
    written, verdict = new(folder, answers)
    if as_json:
        show_json(
            {
                "folder": str(written.folder),
                "modules": list(written.modules),
                "missing": list(written.missing),
                "verdict": verdict.as_json(),
            }
        )
        return DONE
    print(f"Wrote {written.folder}: deal.yaml, figures.csv, schema.json")
    print(f"Modules: {', '.join(written.modules) or 'none'}")
    print(
        f"{len(written.missing)} inputs and lines have no value yet: the comments in both files name them"
    )
    print(f"It builds as it is: modelgen build {written.folder}")
    return DONE


def _answer(given: str | None, question: str, default: str, *, ask: bool) -> str:
    if given:
        return given
    return str(click.prompt(question, default=default)) if ask else default


def _halves(text: str) -> tuple[str, str]:
    kind, colon, member = text.partition(":")
    if not colon or not member:
        raise click.BadParameter(f"'{text}' is not SET:ID or SET:ID=LABEL")
    return kind, member


def _member(kind: str, text: str) -> tuple[str, str, str]:
    id_, _, label = text.partition("=")
    return kind, id_.strip(), label.strip() or id_.strip().replace("_", " ").capitalize()
