"""The command pull: reads what an analyst changed in a workbook, as an overlay."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from modelgen.cli.options import PATH, as_json_option, engine_option, file_argument
from modelgen.cli.show import DONE, FAILED, progress, show_json, show_table

if TYPE_CHECKING:
    from modelgen.roundtrip.pull import Edit


@click.command("pull", short_help="Read an edited workbook back as an overlay.")
@file_argument
@click.option(
    "-o",
    "--output",
    type=PATH,
    metavar="OVERLAY.yaml",
    help="Where to write the overlay.",
)
@click.option(
    "--deal",
    metavar="DEAL",
    help="The deal it was built from; default: the one it names, if its text is unchanged.",
)
@engine_option
@as_json_option
def command(file: Path, output: Path | None, deal: str | None, engine: str, as_json: bool) -> int:
    """Read an edited workbook back: inputs that changed, inputs that cannot be read, and formulas that were
    overtyped or added. Exit 1 if some of it cannot be carried over.
    """
    from modelgen.api.workbooks import pull

    with progress(f"Reading with {engine}") as report:
        pulled = pull(file, deal, engine=engine, progress=report)
    if output is not None:
        from modelgen.files import write_text
        from modelgen.roundtrip.pull import overlay_text

        write_text(output, overlay_text(pulled))
    left = bool(pulled.unreadable or pulled.conflicts or pulled.formulas or pulled.lost)
    if as_json:
        show_json(
            {
                "workbook": str(file),
                "deal": pulled.deal,
                "same_text": pulled.same_text,
                "edits": [asdict(edit) for edit in pulled.edits],
                "conflicts": [asdict(edit) for edit in pulled.conflicts],
                "unreadable": [asdict(one) for one in pulled.unreadable],
                "formulas": [asdict(formula) for formula in pulled.formulas],
                "lost": pulled.lost,
            }
        )
        return FAILED if left else DONE
    if not pulled.same_text:
        print(f"The text of the deal {pulled.deal} has changed since this workbook was built.\n")
    for title, edits in (
        ("Changed", pulled.edits),
        ("Changed on both sides, not applied", pulled.conflicts),
    ):
        if edits:
            print(title)
            heads = ("Input", "Period", "Was", "Is", "Unit", "Cell", "Note")
            show_table(heads, [_row(edit) for edit in edits], right=(2, 3))
            print()
    if pulled.unreadable:
        print("Inputs that cannot be read")
        for one in pulled.unreadable:
            print(f"  {one.words}")
        print()
    if pulled.formulas:
        print("Formulas overtyped or added")
        for formula in pulled.formulas:
            print(f"  {formula.words}")
        print()
    if pulled.lost:
        print("Lost or changed since the workbook was built")
        for text in pulled.lost:
            print(f"  {text}")
        print()
    print(f"{len(pulled.edits)} changed" + (f", written to {output}" if output else ""))
    return FAILED if left else DONE


def _row(edit: "Edit") -> tuple[str, ...]:
    note = f"in the deal now {edit.deal}" if edit.deal is not None else edit.comment
    return (edit.id, edit.period or "", edit.old, edit.new, edit.unit, edit.cell, note)
