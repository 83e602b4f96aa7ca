"""The command diff: what differs between two workbooks, and which input moved what."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from modelgen.cli.options import PATH, as_json_option, engine_option
from modelgen.cli.show import DONE, FAILED, progress, show_json, show_table
from modelgen.series import plain

if TYPE_CHECKING:
    from modelgen.review.diff import Attribution, Changed, Difference

Table = tuple[str, tuple[str, ...], list[tuple[str, ...]]]


@click.command("diff", short_help="Compare two workbooks and say what moved what.")
@click.argument("first", type=PATH)
@click.argument("second", type=PATH)
@click.option(
    "--html", type=PATH, metavar="FILE", help="Also write the differences as an HTML page."
)
@engine_option
@as_json_option
def command(first: Path, second: Path, html: Path | None, engine: str, as_json: bool) -> int:
    """Compare two workbooks: inputs, formulas, lines and checks that differ, the largest effect first, and
    which changed input moved what. Exit 1 if they differ.
    """
    from modelgen.api.workbooks import diff

    with progress(f"Comparing with {engine}"):
        found = diff(first, second, engine=engine)
    tables = _tables(found)
    if html is not None:
        from modelgen.files import write_text

        write_text(html, _page(first, second, tables))
    if as_json:
        show_json(asdict(found))
    elif found.nothing:
        print("The workbooks do not differ")
    else:
        for title, heads, rows in tables:
            print(title)
            show_table(heads, rows)
            print()
    return DONE if found.nothing else FAILED


def _tables(found: "Difference") -> list[Table]:
    changed = ("Id", "What", "Period", "Before", "After", "Unit", "Cell")
    formulas: list[tuple[str, ...]] = [(f.id, f.before, f.after) for f in found.formulas]
    checks: list[tuple[str, ...]] = [
        (id_, _holds(before), _holds(after)) for id_, before, after in found.checks
    ]
    parts = [row for whole in found.attributions for row in _parts(whole)]
    tables: list[Table] = [
        ("Inputs that differ", changed, [_row(change) for change in found.inputs]),
        ("Formulas that differ", ("Id", "Before", "After"), formulas),
        (
            "Lines that differ, each in the period of its largest difference",
            changed,
            [_row(c) for c in found.lines],
        ),
        ("Checks that differ", ("Check", "Before", "After"), checks),
        ("Only in the first", ("Id",), [(id_,) for id_ in found.only_before]),
        ("Only in the second", ("Id",), [(id_,) for id_ in found.only_after]),
        ("What moved the largest changes", ("Line", "By", "Moved", "Unit"), parts),
    ]
    return [table for table in tables if table[2]]


def _row(change: "Changed") -> tuple[str, ...]:
    values = (plain(change.before), plain(change.after))
    return (change.id, change.label, change.period or "", *values, change.unit, change.cell)


def _holds(holds: bool) -> str:
    return "holds" if holds else "fails"


def _parts(found: "Attribution") -> list[tuple[str, ...]]:
    line = f"{found.id}{' ' + found.period if found.period else ''}"
    whole = f"from {plain(found.before)} to {plain(found.after)}"
    rows = [(line, whole, plain(found.after - found.before), found.unit)]
    for part in found.parts:
        by = f"{part.input}{'@' + part.period if part.period else ''}"
        rows.append(("", by, plain(part.moved), found.unit))
    return [*rows, ("", "remainder", plain(found.remainder), found.unit)]


def _page(first: Path, second: Path, tables: list[Table]) -> str:
    """The differences as one self-contained HTML page."""
    from modelgen.html_page import heading, page, sentence, table

    parts = [] if tables else [sentence("The workbooks do not differ.")]
    for head, columns, rows in tables:
        parts += [heading(head), table(columns, rows)]
    return page(f"{first.name} and {second.name}", parts)
