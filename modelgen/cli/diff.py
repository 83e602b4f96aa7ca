"""The command diff: what differs between two workbooks, and which input moved what."""

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from modelgen.cli.options import PATH, as_json_option, engine_option
from modelgen.cli.show import DONE, FAILED, progress, show_json, show_table
from modelgen.series import plain

if TYPE_CHECKING:
    from modelgen.review.diff import Attribution, Changed, Difference

_GIT_GIVES = (7, 9)
Table = tuple[str, tuple[str, ...], list[tuple[str, ...]]]


@click.command("diff", short_help="Compare two workbooks and say what moved what.")
@click.argument("files", nargs=-1, type=PATH, metavar="FIRST SECOND")
@click.option(
    "--git", is_flag=True, help="Be git's diff driver: take the arguments that git gives."
)
@click.option(
    "--html", type=PATH, metavar="FILE", help="Also write the differences as an HTML page."
)
@engine_option
@as_json_option
def command(
    files: tuple[Path, ...], git: bool, html: Path | None, engine: str, as_json: bool
) -> int:
    """Compare two workbooks: inputs, formulas, lines and checks that differ, the largest effect first, and
    which changed input moved what. Exit 1 if they differ.

    As git's diff driver (see docs/git.md) it is given seven arguments and exits with 0.
    """
    if git:
        _show_for_git(files, engine)
        return DONE
    if len(files) != 2:
        raise click.UsageError(f"diff compares two workbooks; {len(files)} were given")
    first, second = files
    from modelgen.api.workbooks import diff

    with progress(f"Comparing with {engine}"):
        found = diff(first, second, engine=engine)
    tables = _tables(found)
    if html is not None:
        from modelgen.files import write_text

        write_text(html, _page(first, second, tables))
    if as_json:
        show_json(asdict(found))
    else:
        _show(tables)
    return DONE if found.nothing else FAILED


def _show(tables: list[Table]) -> None:
    if not tables:
        print("The workbooks do not differ")
    for title, heads, rows in tables:
        print(title)
        show_table(heads, rows)
        print()


def _show_for_git(given: tuple[Path, ...], engine: str) -> None:
    """Prints what differs between two versions of a workbook. git gives a path, then for each version its
    file, hash and mode (and after a rename the new path and what git says of it); it takes any exit code but
    0 as its own failure, so what cannot be compared is a sentence.
    """
    from modelgen.api.workbooks import diff
    from modelgen.problem import ModelgenError

    if len(given) not in _GIT_GIVES:
        raise click.UsageError(
            "diff --git takes the seven arguments that git gives a diff driver: set it up with "
            "git config diff.modelgen.command 'modelgen diff --git'"
        )
    name, before, after = given[0], given[1], given[4]
    now = given[7] if len(given) > _GIT_GIVES[0] else name
    how = "copied" if "copy from" in str(given[-1]) else "renamed"
    print(f"{name}:" if now == name else f"{name}, {how} to {now}:")
    nothing = Path(os.devnull)
    if nothing in (before, after):
        print("added" if before == nothing else "deleted")
        return
    try:
        _show(_tables(diff(before, after, engine=engine)))
    except ModelgenError as error:
        said = str(error)
        # git's own files have names that say nothing, and are gone when this is read.
        for file, called in ((before, f"{name}, as it was,"), (after, str(now))):
            for path in dict.fromkeys((str(file.resolve()), str(file))):
                said = said.replace(path, called)
        print(f"cannot be compared as workbooks: {said}")


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
