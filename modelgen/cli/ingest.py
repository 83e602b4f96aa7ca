"""The command ingest: reads the figures of a document's tables."""

import json
import sys
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
    modelgen build makes a workbook of; several filings are joined. Exit 1 if something needs review, 2
    if a file holds no table.
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
        _write([reading.report() for reading in readings])
    else:
        for reading in readings:
            _show(reading)
        if written is not None:
            print(written.words())
    return FAILED if any(reading.doubtful for reading in readings) else DONE


def _write(reports: list[dict[str, Any]]) -> None:
    """Prints one report as an object, several as a list; a figure a line."""
    texts = []
    for report in reports:
        parts = []
        for key, items in report.items():
            lines = ",\n".join(
                json.dumps(item, ensure_ascii=False, allow_nan=False) for item in items
            )
            parts.append(f'"{key}": [\n{lines}\n]' if lines else f'"{key}": []')
        texts.append("{" + ",\n".join(parts) + "}")
    sys.stdout.write((texts[0] if len(texts) == 1 else "[" + ",\n".join(texts) + "]") + "\n")


def _show(reading: "Reading") -> None:
    """Prints what was read: tables, and why figures need review, each reason once."""
    numerals = [figure for figure in reading.figures if not figure.is_nil]
    print(f"{reading.document}: {len(numerals):,} figures in {len(reading.tables)} tables")
    for table in reading.tables:
        if table.statement != "other":
            count = sum(not figure.is_nil for figure in table.figures)
            print(f"  line {table.rows[0].line}: {table.statement}, {count} figures: {table.title}")
    reasons: dict[str, list[int]] = {}
    for figure in reading.to_review:
        reasons.setdefault(figure.review or "", []).append(figure.line)
    for reason, lines in sorted(reasons.items(), key=lambda item: -len(item[1]))[:_MOST_SHOWN]:
        print(f"  review: {len(lines)} figures, the first on line {lines[0]}: {reason}")
    for anomaly in reading.anomalies:
        print(f"  line {anomaly.line}: {anomaly.printed}: {anomaly.reason}")
    for note in reading.notes:
        print(f"  {note}")
