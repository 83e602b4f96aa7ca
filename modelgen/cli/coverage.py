"""The command coverage: checks that every numeral of a source is accounted for."""

from pathlib import Path

import click

from modelgen.cli.options import PATH, as_json_option
from modelgen.cli.show import DONE, FAILED, show_json


@click.command("coverage", short_help="Check that every numeral of a source is accounted for.")
@click.argument("deal")
@click.option(
    "--source",
    "file",
    type=PATH,
    required=True,
    metavar="FILE",
    help="The source's file.",
)
@click.option(
    "--name",
    "source",
    metavar="SOURCE",
    help="The id of the source in the deal; default: the first.",
)
@as_json_option
def command(deal: str, file: Path, source: str | None, as_json: bool) -> int:
    """Check that every numeral that a source prints is a figure, an anomaly or excluded. Exit 1 if some are
    not.
    """
    from modelgen.api.deals import coverage

    found = coverage(deal, file, source=source)
    code = DONE if found.complete else FAILED
    if as_json:
        show_json(found.report())
        return code
    print(f"Numerals accounted for  {found.numerals_covered} of {found.numerals}")
    print(f"Key dates               {found.dates_covered} of {found.dates}")
    print(
        f"Excluded                {found.excluded} (headings, addresses, page marks, years of periods)"
    )
    if found.moved:
        print(f"Found elsewhere         {found.moved} (at another place than the deal says)")
    if found.unaccounted:
        print("\nNot accounted for")
        for numeral in found.unaccounted:
            print(f"  {file}:{numeral.at.place}: {numeral.printed}")
    if found.missing:
        print("\nAccounted for, but not printed")
        for numeral in found.missing:
            print(f"  {numeral.at.typed}: {numeral.printed} ({numeral.what})")
    if found.anomalies:
        print("\nWhere the source is inconsistent or imprecise")
        for anomaly in found.anomalies:
            print(f"  {anomaly.at.typed}: {anomaly.reason}")
    return code
