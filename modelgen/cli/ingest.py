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

_ENCODED = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_MOST_SHOWN = 20  # reasons for review, those of most figures first


@click.command("ingest", short_help="Read the figures of a filing or a release.")
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="FILE...")
@click.option(
    "-o", "--output", "folder", type=PATH, metavar="FOLDER", help="The folder of a deal to write."
)
@click.option("--company", default="", help="The company's name; default: as the document has it.")
@click.option(
    "--ended",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    metavar="DATE",
    help="The last day of the period that a document reports, where it prints none: 2023-07-02.",
)
@click.option(
    "--all", "everything", is_flag=True, help="List what is doubtful outside the statements, too."
)
@as_json_option
def command(
    files: tuple[Path, ...],
    folder: Path | None,
    company: str,
    ended: Any,
    everything: bool,
    as_json: bool,
) -> int:
    """Read the tables of filings and releases (HTML, text of fixed width, PDF): each numeral with its
    label, value in whole units, unit and period. With -o, write a deal of their statements, which
    modelgen build makes a workbook of; several filings are joined. Exit 1 if something of the statements
    needs review (with --all, of any table), 2 if a file holds no table.
    """
    from modelgen.ingest.further import in_doubt
    from modelgen.ingest.ingested import ingested
    from modelgen.problem import fail

    if ended is not None and len(files) > 1:
        raise fail("--ended is of one file", hint="name one file")
    found = [ingested(file, ended.date() if ended else None) for file in files]
    readings = [reading for _, reading in found]
    written = None
    if folder is not None:
        from modelgen.ingest.deal import write_deal

        written = write_deal(folder, found, company)
    if as_json:
        deal = {"deal": written.report()} if written is not None else {}
        write_reports([reading.report() | deal for reading in readings])
    else:
        for reading in readings:
            _show(reading, everything, written is not None)
        if written is not None:
            print(written.words())
    doubtful = written is not None and written.doubtful
    doubtful |= any(one.doubtful if everything else in_doubt(one) for one in readings)
    return FAILED if doubtful else DONE


def write_reports(reports: list[dict[str, Any]]) -> None:
    """Prints one report as an object, several as a list; a figure a line. What is no list is one line."""
    texts = []
    for report in reports:
        parts = []
        for key, items in report.items():
            if not isinstance(items, list):
                parts.append(f'"{key}": {_ENCODED(items)}')
                continue
            parts.append(f'"{key}": [\n{_lines(items)}\n]' if items else f'"{key}": []')
        texts.append("{" + ",\n".join(parts) + "}")
    sys.stdout.write((texts[0] if len(texts) == 1 else "[" + ",\n".join(texts) + "]") + "\n")


def _lines(items: list[Any]) -> str:
    """The items of a list, each on a line. Objects are encoded all at once, which is quicker, and separated
    where the next begins: within a text, a quotation mark would have a backslash before it.
    """
    if not isinstance(items[0], dict):
        return ",\n".join(map(_ENCODED, items))
    begins = f'{{"{next(iter(items[0]))}": '
    return _ENCODED(items)[1:-1].replace(f"}}, {begins}", f"}},\n{begins}")


def _show(reading: "Reading", everything: bool, as_deal: bool) -> None:
    """Prints what was read: the statements, and why figures of theirs need review, each reason once; of other
    tables the count alone, unless all is asked for. A deal tells itself what the statements contradict.
    """
    from modelgen.ingest.further import lines_printed, roles_of
    from modelgen.ingest.sentences import counted

    numerals = [figure for figure in reading.figures if not figure.is_nil]
    print(
        f"{reading.document}: {counted(len(numerals), 'figure')} in "
        f"{counted(len(reading.tables), 'table')}"
    )
    roles = roles_of(reading)
    for table in reading.tables:
        if table.statement != "other":
            count = counted(sum(not figure.is_nil for figure in table.figures), "figure")
            role = f" ({roles[table.number]})" if table.number in roles else ""
            print(f"  line {table.rows[0].line}: {table.statement}, {count}: {table.title}{role}")
    lines = lines_printed(reading)
    ours = [figure for figure in reading.to_review if figure.line in lines]
    rest = [figure for figure in reading.to_review if figure.line not in lines]
    for name, figures in (("the statements", ours), ("other tables", rest if everything else [])):
        if figures:
            print(f"  to review in {name}: {counted(len(figures), 'figure')}")
        reasons = Counter(figure.review or "" for figure in figures)
        for reason, times in reasons.most_common(_MOST_SHOWN):
            first = next(figure.line for figure in figures if figure.review == reason)
            print(f"    {counted(times, 'figure')}, the first on line {first}: {reason}")
    odd = [one for one in reading.anomalies if one.line not in lines]
    for anomaly in reading.anomalies:
        if (anomaly.line in lines and not as_deal) or (anomaly.line not in lines and everything):
            print(f"  line {anomaly.line}: {anomaly.printed}: {anomaly.reason}")
    for note in reading.notes:
        print(f"  {note}")
    if (rest or odd) and not everything:
        doubts = counted(len(rest), "figure")
        print(f"  outside the statements, {doubts} to review: --all lists them")
