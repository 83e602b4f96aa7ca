"""The command ingest: reads the figures of a document's tables."""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from modelgen.cli.options import PATH, as_json_option
from modelgen.cli.show import DONE, FAILED

if TYPE_CHECKING:
    from modelgen.ingest.reading import Reading

_MOST_SHOWN = 20  # reasons for review, those of most figures first


@click.command("ingest", short_help="Read the figures of a filing or a release.")
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="FILE...")
@click.option(
    "-o", "--output", "folder", type=PATH, metavar="FOLDER", help="The folder of a deal to write."
)
@click.option("--company", default="", help="The company's name; default: as the cover has it.")
@as_json_option
def command(files: tuple[Path, ...], folder: Path | None, company: str, as_json: bool) -> int:
    """Read the tables of filings and releases (HTML, text of fixed width, PDF): each numeral with its
    label, value in whole units, unit and period. With -o, write a deal of their statements, which
    modelgen build makes a workbook of; several filings are joined. Exit 1 if something needs review or
    the filings disagree, 2 if a file holds no table.
    """
    from modelgen.ingest.foots import with_footing
    from modelgen.ingest.meaning import figures
    from modelgen.ingest.read import read
    from modelgen.problem import fail

    readings, documents = [], []
    for file in files:
        document = read(file)
        reading = with_footing(figures(document))
        if not reading.figures:
            raise fail(f"{file} holds no table of numbers")
        readings.append(reading)
        documents.append(document)
    written = None
    if folder is not None:
        from modelgen.ingest.deal import write_deal

        written = write_deal(folder, list(zip(documents, readings, strict=True)), company)
    if as_json:
        deal = {"deal": written.report()} if written is not None else {}
        write_reports([reading.report() | deal for reading in readings])
    else:
        for reading in readings:
            _show(reading)
        if written is not None:
            print(written.words())
    anomalies = written is not None and written.anomalies
    return FAILED if anomalies or any(reading.doubtful for reading in readings) else DONE


def write_reports(reports: list[dict[str, Any]]) -> None:
    """Prints one report as an object, several as a list; a figure a line. What is no list is one line."""
    encoded = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    texts = []
    for report in reports:
        parts = []
        for key, items in report.items():
            if not isinstance(items, list):
                parts.append(f'"{key}": {encoded(items)}')
                continue
            lines = ",\n".join([encoded(item) for item in items])
            parts.append(f'"{key}": [\n{lines}\n]' if lines else f'"{key}": []')
        texts.append("{" + ",\n".join(parts) + "}")
    sys.stdout.write((texts[0] if len(texts) == 1 else "[" + ",\n".join(texts) + "]") + "\n")


def _show(reading: "Reading") -> None:
    """Prints what was read: tables, and why figures need review, each reason once: the statements' apart from
    those of notes and other tables.
    """
    from modelgen.ingest.frame import THREE

    numerals = [figure for figure in reading.figures if not figure.is_nil]
    print(f"{reading.document}: {len(numerals):,} figures in {len(reading.tables)} tables")
    for table in reading.tables:
        if table.statement != "other":
            count = sum(not figure.is_nil for figure in table.figures)
            print(f"  line {table.rows[0].line}: {table.statement}, {count} figures: {table.title}")
    doubts = {True: Counter[str](), False: Counter[str]()}
    first: dict[tuple[bool, str], int] = {}
    for figure in reading.to_review:
        ours, reason = figure.statement in THREE, figure.review or ""
        doubts[ours][reason] += 1
        first.setdefault((ours, reason), figure.line)
    if reading.to_review:
        count, rest = doubts[True].total(), doubts[False].total()
        print(f"  to review: {count:,} figures of the statements, {rest:,} of other tables")
    for ours, name in ((True, "statements"), (False, "other tables")):
        for reason, count in doubts[ours].most_common(_MOST_SHOWN):
            line = first[ours, reason]
            print(f"  review, {name}: {count} figures, the first on line {line}: {reason}")
    for anomaly in reading.anomalies:
        print(f"  line {anomaly.line}: {anomaly.printed}: {anomaly.reason}")
    for note in reading.notes:
        print(f"  {note}")
