"""The workbook as a file: the standard's schemas, its names, links, validations and inputs."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from modelgen.excel.address import a1, column_letters, column_number, name_problem
from modelgen.model.plain import Input, Line
from modelgen.workbook.contents import read_contents
from tests.conftest import ROOT, SHARED, SMALL, Built, needs_shared

SCHEMAS = {
    "xl/workbook.xml": "sml.xsd",
    "xl/styles.xml": "sml.xsd",
    "xl/sharedStrings.xml": "sml.xsd",
    "xl/worksheets/": "sml.xsd",
    "xl/charts/": "dml-chart.xsd",
    "xl/drawings/": "dml-spreadsheetDrawing.xsd",
    "[Content_Types].xml": "opc-contentTypes.xsd",
    "docProps/app.xml": "shared-documentPropertiesExtended.xsd",
    "docProps/custom.xml": "shared-documentPropertiesCustom.xsd",
    "customXml/itemProps1.xml": "shared-customXmlDataProperties.xsd",
}


def invalid_parts(path: Path) -> list[tuple[str, str]]:
    """The parts of a workbook that do not follow the standard's schemas, and why."""
    found = []
    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            if part.endswith(".rels") or not part.endswith(".xml"):
                continue
            schema = next((s for prefix, s in SCHEMAS.items() if part.startswith(prefix)), None)
            if schema is None:
                # The part that carries the model is of a schema of its own (docs/contract.md).
                free = ("docProps/core.xml", "xl/theme/theme1.xml", "customXml/item1.xml")
                assert part in free, part
                continue
            validator = etree.XMLSchema(etree.parse(str(SHARED / "ooxml-xsd" / schema)))
            if not validator.validate(etree.fromstring(archive.read(part))):
                found.append((part, str(validator.error_log)))
    return found


@needs_shared
@pytest.mark.parametrize("deal", ["small", "lexington"])
def test_every_part_follows_the_standards_schemas(
    deal: str, request: pytest.FixtureRequest
) -> None:
    built: Built = request.getfixturevalue(deal)
    assert invalid_parts(built.path) == []
    with zipfile.ZipFile(built.path) as archive:
        parts = [p for p in archive.namelist() if any(p.startswith(s) for s in SCHEMAS)]
    assert len(parts) >= len(built.model.sheets) + 4


def test_no_formula_holds_a_constant_but_nil_and_one(lexington: Built) -> None:
    for key, text in read_contents(lexington.path).formulas.items():
        bare = re.sub(r'"[^"]*"|\'[^\']*\'!|\$?[A-Z]{1,3}\$?\d+', "", text)
        assert set(re.findall(r"\d+(?:\.\d+)?", bare)) <= {"0", "1"}, (key, text)


def test_a_row_is_one_formula_from_the_first_period_to_the_last(lexington: Built) -> None:
    contents = read_contents(lexington.path)

    def relative(text: str, column: int) -> str:
        def shift(found: re.Match[str]) -> str:
            fixed, letters, row = found[1], found[2], found[3]
            return f"[{letters if fixed else column_number(letters) - column}]{row}"

        return re.sub(r"(\$?)\b([A-Z]{1,3})(\$?\d+)", shift, text)

    rows = 0
    for item in lexington.model.items.values():
        if not isinstance(item, Line) or item.timeline is None:
            continue
        area = contents.names[item.id]
        shapes = {relative(contents.formulas[key], key[2] - 1) for key in area.cells()}
        assert len(shapes) == 1, (item.id, shapes)
        rows += area.last_column > area.column
    assert rows > 50


def test_every_input_and_line_has_a_name_that_excel_takes(lexington: Built) -> None:
    names = read_contents(lexington.path).names
    for id_, item in lexington.model.items.items():
        if isinstance(item, Input) or (isinstance(item, Line) and not item.record):
            assert id_ in names, id_
            assert name_problem(id_) == ""
    assert len({name.lower() for name in names}) == len(names)


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("net_sales", True), ("libor_1m.rate", True), ("release.190.1", True), ("tax2006", False), ("LIB1", False),
        ("xfd1", False), ("xfe1", True), ("a1048577", False), ("r", False), ("c", False), ("r1c1", False), ("r2", False),
        ("rc", False), ("true", False), ("1st", False), ("a b", False), ("rate", True),
    ],
)  # fmt: skip
def test_names_by_excels_rule(name: str, taken: bool) -> None:
    assert (name_problem(name) == "") == taken


def test_addresses() -> None:
    assert [column_letters(n) for n in (0, 25, 26, 701, 702, 16383)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]
    assert all(column_number(column_letters(n)) == n for n in range(0, 16384, 97))
    assert a1(4, 5, row_fixed=True) == "F$5"


def test_inputs_stand_on_input_sheets_alone_with_unit_basis_and_validation(
    lexington: Built,
) -> None:
    book = openpyxl.load_workbook(lexington.path)
    input_sheets = {name for name, text in lexington.model.sheets.items() if text.inputs}
    blue = {
        (sheet.title, cell.row, cell.column)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb == "FFFFFFCC" and cell.value != "1,234"
    }
    assert {key[0] for key in blue} <= input_sheets
    contents = read_contents(lexington.path)
    validated = {
        (sheet.title, row, column)
        for sheet in book
        for validation in sheet.data_validations.dataValidation
        for area in validation.sqref.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
        if validation.prompt and len(validation.prompt) <= 255
    }
    for item in lexington.model.inputs():
        assert item.basis
        assert item.unit.label
        for key in contents.names[item.id].cells():
            assert key in blue, item.id
            assert key in validated, item.id
            assert key in contents.constants or item.values[-1] != item.values[-1]  # left blank


def test_figures_and_their_cells_link_both_ways(lexington: Built) -> None:
    book = openpyxl.load_workbook(lexington.path)
    links = {
        (sheet.title, cell.coordinate): str(cell.hyperlink.location)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.hyperlink is not None
    }
    ledger = read_contents(lexington.path).names["modelgen.figures.id"]
    back = 0
    for row in range(ledger.row, ledger.last_row + 1):
        target = links["Figures", f"A{row}"]
        sheet, _, cell = target.partition("!")
        leading = [
            place
            for (at, where), place in links.items()
            if at == sheet
            and where.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == re.sub("[A-Z]", "", cell)
        ]
        back += any(place.startswith("Figures!") for place in leading)
    assert ledger.last_row - ledger.row + 1 == len(lexington.model.figures)
    assert back == len(lexington.model.figures)


def test_nothing_volatile_hidden_merged_or_external(lexington: Built) -> None:
    contents = read_contents(lexington.path)
    used = set(re.findall(r"([A-Z]+)\(", " ".join(contents.formulas.values())))
    assert not used & {"OFFSET", "INDIRECT", "NOW", "TODAY", "RAND", "HYPERLINK"}
    book = openpyxl.load_workbook(lexington.path)
    for sheet in book:
        assert sheet.sheet_state == "visible"
        assert not sheet.merged_cells.ranges
        assert not any(
            d.hidden for d in [*sheet.row_dimensions.values(), *sheet.column_dimensions.values()]
        )
        assert sheet.page_setup.orientation == "landscape"
    with zipfile.ZipFile(lexington.path) as archive:
        assert not [n for n in archive.namelist() if "external" in n or "vba" in n.lower()]


def test_the_map_lists_each_input_and_line_once(lexington: Built) -> None:
    contents = read_contents(lexington.path)
    table = contents.names["modelgen.lines.id"]
    ids = [contents.constants[key] for key in table.cells()]
    expected = [
        id_
        for id_, item in lexington.model.items.items()
        if isinstance(item, Input) or (isinstance(item, Line) and not item.record)
    ]
    assert sorted(map(str, ids)) == sorted(expected)
    words = {
        str(contents.constants[table.sheet, row, 3]): contents.constants.get((table.sheet, row, 7))
        for row in range(table.row + 1, table.last_row + 1)
    }
    assert words["gross_profit"] == "Net sales less the sum of cost of sales"
    assert (
        words["equipment_term_loan.opening"]
        == "Equipment term loan: Closing balance of the previous period"
    )
    assert str(words["figures.tied"]).endswith("(147 in all)")
    assert words["libor_1m.floor"] == "Input (judgement)"


def test_the_same_column_is_the_same_period_on_every_sheet_of_a_timeline(lexington: Built) -> None:
    contents = read_contents(lexington.path)
    by_timeline: dict[str, set[tuple[int, int]]] = {}
    for name, text in lexington.model.sheets.items():
        if text.timeline:
            header = contents.header_of_sheet[name]
            by_timeline.setdefault(text.timeline, set()).add((header.column, header.last_column))
    assert {timeline: len(spans) for timeline, spans in by_timeline.items()} == {
        "fiscal": 1,
        "monthly": 1,
        "yearly": 1,
    }


def test_a_label_that_looks_like_a_formula_is_written_as_text(tmp_path: Path) -> None:
    import shutil

    from tests.conftest import SMALL, build

    folder = tmp_path / "deal"
    shutil.copytree(SMALL, folder)
    text = (folder / "deal.yaml").read_text(encoding="utf-8")
    text = text.replace("label: Bonus paid", "label: '+cmd|calc!A1'").replace(
        "basis: A convention", "basis: '@SUM(A1)'"
    )
    (folder / "deal.yaml").write_text(text, encoding="utf-8")
    built = build(folder, tmp_path / "out.xlsx")
    contents = read_contents(built.path)
    assert "+cmd|calc!A1" in contents.constants.values()
    assert "@SUM(A1)" in contents.constants.values()
    assert len(contents.formulas) == len(built.written.formulas)


def test_the_same_deal_gives_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    """Python orders sets of texts anew in each process; no set may decide what is written."""
    found = set()
    for seed in ("0", "1", "2", "3"):
        subprocess.run(
            [
                sys.executable,
                "-m",
                "modelgen",
                "build",
                str(SMALL),
                "-o",
                str(tmp_path / "book.xlsx"),
            ],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
        )
        found.add((tmp_path / "book.xlsx").read_bytes())
    assert len(found) == 1
