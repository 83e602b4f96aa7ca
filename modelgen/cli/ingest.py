"""The command ingest: reads the figures of a document's tables."""

from pathlib import Path

import click

from modelgen.cli.options import PATH, as_json_option
from modelgen.cli.show import DONE, FAILED, show_json


@click.command("ingest", short_help="Read the figures of a filing or a release.")
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="FILE...")
@click.option("-o", "--output", "folder", type=PATH, help="The folder of a deal to write.")
@click.option("--company", default="", help="The company's name; default: as its cover has it.")
@as_json_option
def command(files: tuple[Path, ...], folder: Path | None, company: str, as_json: bool) -> int:
    """Read the tables of filings and releases (HTML, text of fixed width, PDF): each numeral with its
    label, value in whole units, unit, and period. With -o, write a deal: the three statements in the company's own
    lines, with a forecast, which modelgen build makes a workbook of. Exit 1 if something needs review.
    """
    from modelgen.ingest.meaning import figures
    from modelgen.ingest.read import read
    from modelgen.problem import fail

    readings, documents = [], []
    for file in files:
        document = read(file)
        reading = figures(document)
        documents.append(document)
        if not reading.figures:
            raise fail(f"{file} holds no table of numbers")
        readings.append(reading)
    code = FAILED if any(one.to_review or one.notes or one.anomalies for one in readings) else DONE
    written = None
    if folder is not None:
        from modelgen.ingest.deal import write_deal

        written = write_deal(folder, list(zip(documents, readings, strict=True)), company)
    if as_json:
        reports = [one.report() for one in readings]
        show_json(reports[0] if len(reports) == 1 else reports)
        return code
    for one in readings:
        numerals = [figure for figure in one.figures if not figure.is_nil]
        print(f"{one.document}: {len(numerals)} figures in {len(one.tables)} tables")
    if written is not None:
        print(written.words())
    return code
