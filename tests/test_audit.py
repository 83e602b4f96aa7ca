"""The audit: no finding in our workbooks, each planted fault found, none in its clean twin."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from modelgen.problem import ModelError
from modelgen.review.audit import as_html, audit, read_suppressions
from modelgen.review.rules import RULES
from tests.conftest import Built
from tests.test_commands import run

BLUE = Font(color="FF0000FF")


def clean() -> openpyxl.Workbook:
    """A small model as it should be: inputs with label and unit, rows of one formula, a check that is read."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Model"
    rows: list[list[object]] = [
        ["Line", "Unit", 2021, 2022, 2023, 2024, 2025],
        ["Growth", "fraction", 0.02, 0.02, 0.03, 0.03, 0.02],
        ["Price", "EUR", 10, 11, 12, 13, 14],
        ["Volume", "pieces", *[f"=100^0*{c}3*(1+{c}2)" for c in "CDEFG"]],
        ["East", "EUR", *[f"={c}3*{c}4" for c in "CDEFG"]],
        ["West", "EUR", *[f"={c}3+{c}4" for c in "CDEFG"]],
        ["North", "EUR", *[f"={c}3-{c}4" for c in "CDEFG"]],
        ["Total", "EUR", *[f"=SUM({c}5:{c}7)" for c in "CDEFG"]],
        ["Check of the total", "EUR", *[f"={c}8-{c}5-{c}6-{c}7" for c in "CDEFG"]],
        ["All hold", "flag", "=IF(SUM(C9:G9)=0,1,0)"],
    ]
    for cells in rows:
        sheet.append(cells)
    for column in "CDEFG":
        sheet[f"{column}4"] = f"={column}3*(1+{column}2)"
        for row in (2, 3):
            sheet[f"{column}{row}"].font = BLUE
        sheet[f"{column}1"] = f"year {sheet[f'{column}1'].value}"
    book.create_sheet("Notes")["A1"] = "Notes"
    book.defined_names["growth"] = DefinedName("growth", attr_text="Model!$C$2:$G$2")
    return book


def put(cell: str, value: object, font: Font | None = None) -> Callable[[openpyxl.Workbook], None]:
    def plant(book: openpyxl.Workbook) -> None:
        sheet = book["Model"]
        sheet[cell].value = value
        if font is not None:
            book["Model"][cell].font = font

    return plant


def hide_row(book: openpyxl.Workbook) -> None:
    book["Model"].row_dimensions[4].hidden = True


def hide_column(book: openpyxl.Workbook) -> None:
    book["Model"].column_dimensions["E"].hidden = True


def hide_sheet(book: openpyxl.Workbook) -> None:
    book["Notes"].sheet_state = "hidden"


def merge(book: openpyxl.Workbook) -> None:
    book["Model"].merge_cells("A12:B12")
    book["Model"]["C12"] = "=C8"


def break_name(book: openpyxl.Workbook) -> None:
    book.defined_names["growth"] = DefinedName("growth", attr_text="Model!#REF!")


# The fault, the rule that finds it, and the place that it names.
FAULTS: dict[str, tuple[Callable[[openpyxl.Workbook], None], str, str]] = {
    "a constant added": (put("E8", "=SUM(E5:E7)+250"), "constant", "Model!E8"),
    "a factor typed in": (put("C10", "=IF(SUM(C9:G9)=0,1,0)*1.5"), "constant", "Model!C10"),
    "a formula overtyped by its value": (put("E5", 148.32), "row", "Model!E5"),
    "a formula overtyped at the end": (put("G8", 9999), "row", "Model!G8"),
    "a formula overtyped at the beginning": (put("C8", 1), "row", "Model!C8"),
    "a sign turned": (put("F6", "=F3-F4"), "row", "Model!F6"),
    "a reference shifted by a column": (put("D7", "=E3-D4"), "row", "Model!D7"),
    "a reference shifted by a row": (put("F5", "=F2*F4"), "row", "Model!F5"),
    "a reference made fixed": (put("F5", "=$C$3*F4"), "row", "Model!F5"),
    "a range cut short": (put("E8", "=SUM(E5:E6)"), "range", "Model!E8"),
    "a range cut short above": (put("E8", "=SUM(E6:E7)"), "row", "Model!E8"),
    "a number as text": (put("E3", "12"), "text", "Model!E3"),
    "a percentage as text": (put("E2", "3%"), "text", "Model!E2"),
    "an input that nothing uses": (put("C12", 5, BLUE), "unused", "Model!C12"),
    "an input without label": (put("C13", 5, BLUE), "label", "Model!C13"),
    "a volatile function": (put("C12", "=TODAY()"), "volatile", "Model!C12"),
    "an offset": (put("C12", "=OFFSET(C3,0,1)"), "volatile", "Model!C12"),
    "a link to a file": (put("C12", "=[other.xlsx]Sheet1!A1"), "external", "Model!C12"),
    "a circle": (put("C4", "=C3*(1+C2)+C5"), "circular", "Model!C4"),
    "an error typed in": (put("C12", "#N/A"), "error", "Model!C12"),
    "a lost reference": (put("C12", "=C3+#REF!"), "name", "Model!C12"),
    "a broken name": (break_name, "name", "growth"),
    "a hidden row": (hide_row, "hidden", "Model!4 (row)"),
    "a hidden column": (hide_column, "hidden", "Model!E (column)"),
    "a hidden sheet": (hide_sheet, "hidden", "Notes (sheet)"),
    "merged cells": (merge, "merged", "Model!A12"),
    "a formula too deep": (put("C12", "=" + "ABS(" * 9 + "C3" + ")" * 9), "long", "Model!C12"),
    "a check that nothing reads": (put("C10", "=IF(SUM(C8:G8)=0,1,0)"), "check", "Model!C9"),
}


def findings(book: openpyxl.Workbook, path: Path) -> set[tuple[str, str]]:
    book.save(path)
    return {(f.rule, f.where) for f in audit(path).findings}


def test_the_clean_twin_has_no_finding(tmp_path: Path) -> None:
    assert findings(clean(), tmp_path / "clean.xlsx") == set()


@pytest.mark.parametrize("name", list(FAULTS))
def test_each_planted_fault_is_found_where_it_is(name: str, tmp_path: Path) -> None:
    plant, rule, where = FAULTS[name]
    book = clean()
    plant(book)
    assert (rule, where) in findings(book, tmp_path / "dirty.xlsx")


def test_every_rule_has_a_fault_that_it_finds() -> None:
    assert {rule.id for rule in RULES} - {rule for _, rule, _ in FAULTS.values()} == {"column"}


def test_a_number_typed_into_a_column_of_equals_is_found(tmp_path: Path) -> None:
    book = clean()
    sheet = book.create_sheet("Table")
    for row in range(1, 11):
        sheet[f"A{row}"], sheet[f"B{row}"] = f"row {row}", f"=Model!$C$3*Model!$C$2+{row % 1}"
    for row in range(1, 11):
        sheet[f"B{row}"] = "=Model!$C$3*Model!$C$2"
    sheet["B6"] = 0.2
    assert findings(book, tmp_path / "dirty.xlsx") == {("column", "Table!B6")}


@pytest.mark.parametrize("deal", ["small", "lexington"])
def test_our_workbooks_have_no_finding(deal: str, request: pytest.FixtureRequest) -> None:
    built: Built = request.getfixturevalue(deal)
    assert audit(built.path).findings == ()


@pytest.mark.parametrize(
    ("id_", "value"),
    [
        ("equipment_term_loan.closing", 250),
        ("cash.closing", "=F12"),
        pytest.param("revolver.interest", 0, marks=pytest.mark.slow),
        pytest.param("net_sales", 24798, marks=pytest.mark.slow),
    ],
)
def test_a_formula_overtyped_in_lexingtons_workbook_is_found(
    lexington: Built, tmp_path: Path, id_: str, value: object
) -> None:
    from modelgen.workbook.contents import read_contents

    area = read_contents(lexington.path).names[id_]
    book = openpyxl.load_workbook(lexington.path)
    cell = book[area.sheet].cell(area.row, area.column + 3)
    cell.value = value  # type: ignore[assignment]
    where = f"{area.sheet}!{cell.coordinate}"
    assert ("row", where) in findings(book, tmp_path / "dirty.xlsx")


def test_suppressions_need_a_rule_and_a_reason(tmp_path: Path) -> None:
    book = clean()
    put("E8", "=SUM(E5:E7)+250")(book)
    book.save(tmp_path / "book.xlsx")
    file = tmp_path / "quiet.yaml"
    file.write_text(
        "suppress:\n"
        "  - {rule: constant, where: Model!E8, reason: agreed with the bank}\n"
        "  - {rule: row, where: Model!E8, reason: agreed with the bank}\n",
        encoding="utf-8",
    )
    found = audit(tmp_path / "book.xlsx", read_suppressions(file))
    assert found.findings == ()
    assert [reason for _, reason in found.suppressed] == ["agreed with the bank"] * 2
    file.write_text(
        "suppress:\n  - {rule: constants, reason: x}\n  - {rule: row}\n", encoding="utf-8"
    )
    with pytest.raises(ModelError) as caught:
        read_suppressions(file)
    assert [p.message for p in caught.value.problems] == [
        "'constants' is not an audit rule",
        "the suppression of 'row' gives no reason",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("suppress: 5\n", "'suppress' should be a list of rules, each with its reason"),
        ("supress: []\n", "'supress' is not a key of a file of suppressions"),
        ("suppress: [row]\n", "a suppression should have a rule and a reason"),
    ],
)
def test_suppressions_that_are_none_are_refused(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "quiet.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        read_suppressions(file)
    assert [p.message for p in caught.value.problems] == [message]
    assert str(caught.value).startswith(f"{file}:1:")


def test_the_command_exits_by_severity_and_writes_a_page(tmp_path: Path) -> None:
    book = clean()
    put("C12", 5, BLUE)(book)
    book.save(tmp_path / "book.xlsx")
    code, found, _ = run("audit", tmp_path / "book.xlsx", "--json")
    assert (code, found["ok"]) == (0, True)
    assert [(f["rule"], f["severity"]) for f in found["findings"]] == [
        ("unused", "low"),
        ("label", "low"),
    ]
    page = tmp_path / "page.html"
    code, _, _ = run("audit", tmp_path / "book.xlsx", "--json", "--fail-on", "low", "--html", page)
    assert code == 1
    text = page.read_text(encoding="utf-8")
    assert "2 findings" in text
    assert "Model!C12" in text


def test_the_page_escapes_what_the_workbook_holds(tmp_path: Path) -> None:
    book = clean()
    sheet = book.create_sheet("<b>")
    sheet["A1"], sheet["B1"] = "x", "=TODAY()"
    book.save(tmp_path / "book.xlsx")
    assert "<b>!B1" not in as_html(audit(tmp_path / "book.xlsx"))


def test_the_docs_list_the_rules() -> None:
    from tests.conftest import ROOT

    text = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
    for rule in RULES:
        assert f"| {rule.id} | {rule.severity} |" in text
    assert len(RULES) == 16
