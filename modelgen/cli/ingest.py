"""The command ingest: reads the figures of a document's tables."""

from pathlib import Path

import click

from modelgen.cli.options import PATH, as_json_option
from modelgen.cli.show import DONE, FAILED, show_json


@click.command("ingest", short_help="Read the figures of a filing or a release.")
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="FILE...")
@as_json_option
def command(files: tuple[Path, ...], as_json: bool) -> int:
    """Read the tables of filings and releases (HTML, text of fixed width, PDF): each numeral with its
    label, value in whole units, unit, and period. Exit 1 if something needs review.
    """
    from modelgen.ingest.meaning import figures
    from modelgen.ingest.read import read
    from modelgen.problem import fail

    readings = []
    for file in files:
        reading = figures(read(file))
        if not reading.figures:
            raise fail(f"{file} holds no table of numbers")
        readings.append(reading)
    code = FAILED if any(one.to_review or one.notes or one.anomalies for one in readings) else DONE
    if as_json:
        reports = [one.report() for one in readings]
        show_json(reports[0] if len(reports) == 1 else reports)
        return code
    for one in readings:
        numerals = [figure for figure in one.figures if not figure.is_nil]
        print(f"{one.document}: {len(numerals)} figures in {len(one.tables)} tables")
    return code
