"""The command `pull`: reports what changed in a workbook, and writes the overlay."""

from dataclasses import asdict
from pathlib import Path

from modelgen.cli.show import progress, show_json, show_table
from modelgen.files import write_text
from modelgen.model.build import build_model
from modelgen.problem import fail
from modelgen.recalc.recalculate import Workbook
from modelgen.roundtrip.pull import Edit, overlay_text, pull
from modelgen.text.load import load

DONE, FAILED = 0, 1


def pull_file(file: Path, output: Path | None, deal: str | None, engine: str, as_json: bool) -> int:
    """Pulls an edited workbook; 1 when something in it cannot be taken."""
    with progress(f"Reading by {engine}") as report:
        found = Workbook(file, engine).recalculate({}, report)
    named = deal or found.contents.properties.get("modelgen.deal", "")
    if not named:
        raise fail(f"{file} does not say which deal it was built from", hint="name it with --deal")
    pulled = pull(found, build_model(load(named)))
    text = overlay_text(pulled)
    if output is not None:
        write_text(output, text)
    left = bool(pulled.troubles or pulled.conflicts or pulled.formulas)
    if as_json:
        show_json(
            {
                "workbook": str(file),
                "deal": named,
                "same_text": pulled.same_text,
                "edits": [asdict(edit) for edit in pulled.edits],
                "conflicts": [asdict(edit) for edit in pulled.conflicts],
                "troubles": [asdict(trouble) for trouble in pulled.troubles],
                "formulas": [asdict(formula) for formula in pulled.formulas],
            }
        )
        return FAILED if left else DONE
    if not pulled.same_text:
        print(f"The text of the deal {named} has changed since this workbook was built.\n")
    for title, edits in (
        ("Changed", pulled.edits),
        ("Changed on both sides, not taken", pulled.conflicts),
    ):
        if edits:
            print(title)
            heads = ("Input", "Period", "Was", "Is", "Unit", "Cell", "Note")
            show_table(heads, [_row(edit) for edit in edits], right=(2, 3))
            print()
    if pulled.troubles:
        print("Cannot be taken")
        for trouble in pulled.troubles:
            print(f"  {trouble.cell} ({trouble.id}) {trouble.message}")
        print()
    if pulled.formulas:
        print("Formulas that are not what they were")
        for formula in pulled.formulas:
            print(f"  {formula.words}" + (f", was {formula.was}" if formula.was else ""))
        print()
    print(f"{len(pulled.edits)} changed" + (f", written to {output}" if output else ""))
    return FAILED if left else DONE


def _row(edit: Edit) -> tuple[str, ...]:
    note = f"in the deal now {edit.deal}" if edit.deal is not None else edit.comment
    return (edit.id, edit.period or "", edit.old, edit.new, edit.unit, edit.cell, note)
