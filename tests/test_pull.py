"""Edits made as people make them, read back: none is lost, none is taken silently."""

import shutil
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from modelgen.model.build import build_model
from modelgen.review.verify import same
from modelgen.roundtrip.pull import Pulled, overlay_text, pull
from modelgen.text.load import load
from modelgen.workbook.contents import read_contents
from modelgen.workbook.libreoffice_engine import convert
from modelgen.workbook.recalculate import Workbook
from tests.conftest import LEXINGTON, Built, build, needs_libreoffice
from tests.libreoffice import (
    edited as edited_by_libreoffice,
)
from tests.libreoffice import (
    formula,
    insert_columns,
    insert_rows,
    move,
    note,
    number,
    rename,
    text,
)
from tests.test_commands import run


def pulled(path: Path, deal: str = "lexington-2006q1") -> Pulled:
    """By the quickest engine: what is read back hangs on no engine."""
    return pull(Workbook(path, "ironcalc").recalculate({}), build_model(load(deal)))


def edited(built: Built, path: Path) -> Path:
    """A workbook after an analyst's afternoon: six inputs changed, one with a comment."""
    book, names = openpyxl.load_workbook(built.path), read_contents(built.path).names

    def cell(id_: str, offset: int = 0) -> openpyxl.cell.Cell:
        area = names[id_]
        found = book[area.sheet].cell(area.row, area.column + offset)
        assert isinstance(found, openpyxl.cell.Cell)
        return found

    cell("libor_1m.shift").value = 0.005
    cell("letters_of_credit").value = 250
    cell("letters_of_credit").comment = Comment("The bank's letter of May 3", "analyst")
    cell("closing_date").value = 38870
    cell("real_estate_term_loan.prepayment_requested", 18).value = 3000
    cell("rubber.margin_override", 3).value = 0.19
    cell("actual.cost_of_sales", 0).value = 21060
    book.save(path)
    return path


def test_a_fresh_workbook_has_nothing_to_pull(lexington: Built) -> None:
    found = pulled(lexington.path)
    assert (found.edits, found.conflicts, found.unreadable, found.formulas) == ([], [], [], [])
    assert found.same_text
    assert found.deal == "lexington-2006q1"


EDITS = {
    ("libor_1m.shift", None, "0%", "0.5%"),
    ("letters_of_credit", None, "0", "250"),
    ("closing_date", None, "2006-05-31", "2006-06-02"),
    ("real_estate_term_loan.prepayment_requested", "2007-11-30", "0", "3,000"),
    ("rubber.margin_override", "2006-12-31", "blank", "19%"),
    ("cost_of_sales", "2006-03-31", "21,059", "21,060"),
}


def test_each_edit_is_found_with_old_and_new_unit_cell_and_comment(
    lexington: Built, tmp_path: Path
) -> None:
    found = pulled(edited(lexington, tmp_path / "edited.xlsx"))
    assert {(e.id, e.period, e.old, e.new) for e in found.edits} == EDITS
    letters = next(e for e in found.edits if e.id == "letters_of_credit")
    assert letters.comment == "The bank's letter of May 3"
    assert letters.unit == "USD thousand"
    assert letters.cell.startswith("Terms!D")
    assert (found.conflicts, found.unreadable, found.formulas) == ([], [], [])


def test_build_edit_pull_build_is_a_fixed_point(lexington: Built, tmp_path: Path) -> None:
    path = edited(lexington, tmp_path / "edited.xlsx")
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(overlay_text(pulled(path)), encoding="utf-8")
    code, _, errors = run(
        "build", "lexington-2006q1", "--with", overlay, "-o", tmp_path / "again.xlsx", "--json"
    )
    assert (code, errors) == (1, "")  # what is edited there ties to no figure
    before = Workbook(path, "formulas").recalculate({}).report()["lines"]
    after = Workbook(tmp_path / "again.xlsx", "ironcalc").recalculate({}).report()["lines"]
    for id_, line in before.items():
        if id_ in ("stale_inputs", "alerts.raised", "cover.alerts") or id_.startswith(
            "sensitivities."
        ):
            continue  # the new workbook has a new stamp
        values = zip(
            line.get("values", [line.get("value")]),
            after[id_].get("values", [after[id_].get("value")]),
            strict=True,
        )
        assert all(same(a, b) for a, b in values), id_
    again = pull(
        Workbook(tmp_path / "again.xlsx", "ironcalc").recalculate({}),
        build_model(load("lexington-2006q1", (overlay,))),
    )
    assert again.edits == []


def test_what_cannot_be_taken_is_reported_and_not_dropped(lexington: Built, tmp_path: Path) -> None:
    book, names = openpyxl.load_workbook(lexington.path), read_contents(lexington.path).names
    for id_, value in (
        ("receivables.days", "45 days"),
        ("revolver.spread", 0.9),
        ("cash.minimum", "=100+50"),
        ("inventories.days", None),
        ("rates.case", 3),
    ):
        area = names[id_]
        book[area.sheet].cell(area.row, area.column).value = value
    book.save(tmp_path / "edited.xlsx")
    found = pulled(tmp_path / "edited.xlsx")
    assert {t.id: t.message for t in found.unreadable} == {
        "receivables.days": "holds the text '45 days', but should hold a number",
        "revolver.spread": "holds 90%, which is out of range: from 0% to 15%",
        "cash.minimum": "holds the formula =100+50, but should hold an input's value",
        "inventories.days": "is blank, but should hold a number",
        "rates.case": "holds 3, which is out of range: one of 1, 2",
    }
    assert found.edits == []
    assert run("pull", tmp_path / "edited.xlsx", "--engine", "ironcalc", "--json")[0] == 1


@pytest.mark.parametrize(
    ("id_", "offset", "value", "now"),
    [
        ("equipment_term_loan.closing", 3, 250, "250"),
        ("gross_profit", 0, "=F9+F10", "=net_sales+cost_of_sales"),
        *(
            pytest.param(*case, marks=pytest.mark.slow)
            for case in (
                ("equipment_term_loan.closing", 37, "=H14", None),
                ("net_sales", 1, None, "nothing"),
                ("availability.after", 0, 7100, "7100"),
            )
        ),
    ],
)
def test_an_overtyped_formula_is_found_without_the_deal(
    lexington: Built, tmp_path: Path, id_: str, offset: int, value: object, now: str | None
) -> None:
    book = openpyxl.load_workbook(lexington.path)
    area = read_contents(lexington.path).names[id_]
    cell = book[area.sheet].cell(area.row, area.column + offset)
    cell.value = value  # type: ignore[assignment]
    where = f"{area.sheet}!{cell.coordinate}"
    book.save(tmp_path / "edited.xlsx")
    found = pulled(tmp_path / "edited.xlsx")
    assert [(f.cell, f.id) for f in found.formulas] == [(where, id_)]
    assert now is None or found.formulas[0].now == now
    assert found.edits == []
    code, said, _ = run("check", tmp_path / "edited.xlsx", "--engine", "ironcalc", "--json")
    assert (code, said["ok"]) == (1, False)
    assert [(odd["cell"], odd["id"]) for odd in said["overtyped"]] == [(where, id_)]
    assert said["overtyped"][0]["was"].startswith("=")


@needs_libreoffice
def test_a_file_saved_by_libreoffice_is_read_alike(lexington: Built, tmp_path: Path) -> None:
    path = edited(lexington, tmp_path / "edited.xlsx")
    saved = convert(path, tmp_path / "saved", "xlsx")
    found = pulled(saved)
    assert {(e.id, e.period, e.old, e.new) for e in found.edits} == EDITS
    assert (found.unreadable, found.formulas) == ([], [])
    lines = Workbook(saved, "formulas").recalculate({}).report()["lines"]
    expected = Workbook(path, "formulas").recalculate({}).report()["lines"]
    assert lines["total_debt"]["values"] == pytest.approx(expected["total_debt"]["values"])
    assert lines["liquidity"]["values"] == pytest.approx(expected["liquidity"]["values"])


@pytest.mark.slow
@needs_libreoffice
def test_edits_are_found_after_a_real_spreadsheet_moved_everything(
    lexington: Built, tmp_path: Path
) -> None:
    """Rows inserted above, columns inserted before and among the periods, sheets renamed and moved, a
    note left, a text pasted, a formula overtyped and another added; saved by LibreOffice.
    """
    names = read_contents(lexington.path).names

    def at(id_: str, offset: int = 0) -> tuple[str, int, int]:
        area = names[id_]
        return area.sheet, area.row, area.column + offset

    typed = [
        number(*at("libor_1m.shift"), 0.005),
        number(*at("letters_of_credit"), 250),
        note(*at("letters_of_credit"), "The bank's letter of May 3"),
        number(*at("closing_date"), 38870),
        number(*at("real_estate_term_loan.prepayment_requested", 18), 3000),
        number(*at("rubber.margin_override", 3), 0.19),
        number(*at("actual.cost_of_sales"), 21060),
        text(*at("receivables.days"), "45 days"),
        number(*at("equipment_term_loan.closing", 3), 250),
        formula("Credit", 90, 2, "=1+1"),
    ]
    moved_about = [
        insert_rows("Terms", 12, 3),
        insert_rows("Debt", 9, 2),
        insert_rows("Statements", 3),
        insert_rows("Checks", 1, 4),
        insert_columns("Terms", 3, 2),
        insert_columns("Rates", 2),
        insert_columns("Statements", 4),
        rename("Terms", "Loan terms"),
        rename("Debt", "Debt schedule"),
        move("Checks", 0),
        move("Rates", 5),
    ]
    # Columns among the periods of one sheet break sums by date, as the guide for analysts says; what
    # was edited is found all the same.
    among = [
        insert_columns("Debt schedule", 8),
        insert_columns("Actuals", 6),
        insert_columns("Liquidity", 6),
        insert_columns("Statements", 10, 2),
    ]
    path = edited_by_libreoffice(lexington.path, tmp_path / "out.xlsx", typed + moved_about + among)
    found = pulled(path)
    assert {(e.id, e.period, e.old, e.new) for e in found.edits} == EDITS
    letters = next(e for e in found.edits if e.id == "letters_of_credit")
    assert letters.comment == "The bank's letter of May 3"
    assert letters.cell.startswith("Loan terms!F")
    assert [(t.id, t.message) for t in found.unreadable] == [
        ("receivables.days", "holds the text '45 days', but should hold a number")
    ]
    assert [(f.id, f.now) for f in found.formulas] == [
        ("equipment_term_loan.closing", "250"),
        ("", "=1+1"),
    ]
    assert found.formulas[0].cell == f"Debt schedule!I{at('equipment_term_loan.closing')[1] + 2}"
    assert found.conflicts == []
    # With the text put right the moved workbook computes what the one as built does with these edits.
    right = [step for step in typed if "45 days" not in step and "setValue(250)" not in step]
    moved = edited_by_libreoffice(lexington.path, tmp_path / "moved.xlsx", right + moved_about)
    as_built = edited_by_libreoffice(lexington.path, tmp_path / "as_built.xlsx", right)
    lines = Workbook(moved, "formulas").recalculate({}).report()["lines"]
    expected = Workbook(as_built, "formulas").recalculate({}).report()["lines"]
    assert lines.keys() == expected.keys()
    for id_, line in expected.items():
        assert line.get("periods") == lines[id_].get("periods"), id_
        pairs = zip(
            line.get("values", [line.get("value")]),
            lines[id_].get("values", [lines[id_].get("value")]),
            strict=True,
        )
        assert all(same(a, b) for a, b in pairs), id_


def test_formulas_added_in_blank_cells_are_listed(lexington: Built, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(lexington.path)
    book["Statements"]["E12"] = "=F12"
    book["Cover"]["H30"] = "=Debt!F9"
    book["Terms"]["F3"] = "=1"
    book.save(tmp_path / "edited.xlsx")
    found = pulled(tmp_path / "edited.xlsx")
    assert {(f.cell, f.id, f.was) for f in found.formulas} == {
        ("Statements!E12", "", ""), ("Cover!H30", "", ""), ("Terms!F3", "", ""),
    }  # fmt: skip
    code, said, _ = run("check", tmp_path / "edited.xlsx", "--engine", "ironcalc", "--json")
    assert code == 1
    assert {"cell": "Terms!F3", "id": "", "was": "", "now": "=1"} in said["overtyped"]
    allowed = ("check", tmp_path / "edited.xlsx", "--engine", "ironcalc", "--allow-overtyped")
    assert run(*allowed, "--json")[0] == 0


def test_a_deal_that_changed_since_is_merged_three_ways(lexington: Built, tmp_path: Path) -> None:
    path = edited(lexington, tmp_path / "edited.xlsx")
    folder = tmp_path / "lexington-2006q1"
    shutil.copytree(LEXINGTON, folder)
    text = (folder / "deal.yaml").read_text(encoding="utf-8")
    both_changed = "  letters_of_credit: '100'\n"
    deal_changed = "  cash.minimum: '50'\n"
    assert text.count("\nvalues:\n") == 1
    text = text.replace("\nvalues:\n", f"\nvalues:\n{both_changed}{deal_changed}")
    (folder / "deal.yaml").write_text(text, encoding="utf-8")
    found = pulled(path, str(folder))
    assert not found.same_text
    assert [(e.id, e.old, e.new, e.deal) for e in found.conflicts] == [
        ("letters_of_credit", "0", "250", "100")
    ]
    assert {(e.id, e.period, e.old, e.new) for e in found.edits} == {
        e for e in EDITS if e[0] != "letters_of_credit"
    }
    overlay = overlay_text(found)
    assert (
        "# Not applied, changed on both sides: letters_of_credit was 0, here 250, in the deal 100"
        in overlay
    )
    assert "cash.minimum" not in overlay


def test_overlays_stack(tmp_path: Path) -> None:
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    first.write_text(
        "assumptions:\n  cash.minimum: {value: '100', basis: A}\n  letters_of_credit: {value: '1', basis: A}\n",
        encoding="utf-8",
    )
    second.write_text("assumptions:\n  cash.minimum: {value: '200', basis: B}\n", encoding="utf-8")
    model = build_model(load("lexington-2006q1", (first, second)))
    values = {item.id: item.values for item in model.inputs()}
    assert (values["cash.minimum"], values["letters_of_credit"]) == ((200.0,), (1.0,))


def test_the_workbook_says_what_it_was_built_from(lexington: Built, tmp_path: Path) -> None:
    properties = read_contents(lexington.path).properties
    assert properties["modelgen.deal"] == "lexington-2006q1"
    assert len(properties["modelgen.text"]) == 64
    copy = tmp_path / "lexington-2006q1"
    shutil.copytree(LEXINGTON, copy)
    assert build(copy, tmp_path / "out.xlsx").model.digest == properties["modelgen.text"]
