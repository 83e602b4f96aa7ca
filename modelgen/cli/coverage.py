"""The command coverage: every numeral of a source accounted for."""

from pathlib import Path

import click

from modelgen.cli.options import PATH, as_json_option
from modelgen.cli.show import DONE, FAILED, show_json


@click.command("coverage", short_help="Every numeral of a source accounted for.")
@click.argument("deal")
@click.option(
    "--source",
    "file",
    type=PATH,
    required=True,
    metavar="FILE",
    help="The file of the source.",
)
@click.option(
    "--name",
    "source",
    metavar="SOURCE",
    help="Which of the deal's sources it is; default: the first.",
)
@as_json_option
def command(deal: str, file: Path, source: str | None, as_json: bool) -> int:
    """Account for every numeral that a source prints; exit 1 if some are left over."""
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
        print(f"At another place        {found.moved}: the file's places differ from the deal's")
    if found.unaccounted:
        print("\nNot accounted for")
        for numeral in found.unaccounted:
            print(f"  {file}:{numeral.at.place}: {numeral.printed}")
    if found.missing:
        print("\nAccounted for, but not printed")
        for numeral in found.missing:
            print(f"  {numeral.at.typed}: {numeral.printed} ({numeral.what})")
    if found.anomalies:
        print("\nWhere the source disagrees with itself or is loose")
        for anomaly in found.anomalies:
            print(f"  {anomaly.at.typed}: {anomaly.reason}")
    return code
