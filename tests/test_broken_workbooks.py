"""Broken and hostile workbooks: every command ends in a sentence and an exit code, soon, and changes nothing."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from modelgen.problem import EngineError, ModelError
from modelgen.review.audit import audit
from modelgen.workbook.contents import parse_area, read_contents, tokens_of
from modelgen.workbook.engines import load_engine
from modelgen.workbook.patch import write_patched
from tests.broken import faults, run_in_process
from tests.conftest import SMALL, Built
from tests.test_hostile import rezipped


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_no_command_falls_over_a_broken_workbook(small: Built, tmp_path: Path, seed: str) -> None:
    assert list(faults(small.path, str(SMALL), seed, 20, tmp_path)) == []
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".modelgen-")] == []


def changed(good: Path, path: Path, part: str, old: bytes, new: bytes) -> Path:
    """A copy with one thing of one part replaced."""
    with zipfile.ZipFile(good) as archive:
        data = archive.read(part)
    assert old in data
    return rezipped(good, path, part, data.replace(old, new, 1))


SHEET = "xl/worksheets/sheet6.xml"
MERGED = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
# Part, what stands in it, what takes its place; a command and its exit code, and what it says.
CASES: dict[str, tuple[str, bytes, bytes, list[str], int, str]] = {
    "a flipped bit": ("xl/styles.xml", b"<", b"\x00", ["check"], 2, "that can be read"),
    "a shared string that is not there": (
        SHEET, b"<sheetData>", b'<sheetData><row r="900"><c r="A900" t="s"><v>9999</v></c></row>',
        ["check"], 2, "that can be read: list index out of range",
    ),
    "a number of 400 digits": (
        SHEET, b"<sheetData>", b'<sheetData><row r="900"><c r="A900"><v>' + b"1" * 400 + b"</v></c></row>",
        ["check"], 2, "Model!A900 holds a number that is too large for a cell",
    ),
    "a sheet that its id does not lead to": (
        "xl/_rels/workbook.xml.rels", b"worksheets/sheet6.xml", b"worksheets/sheet66.xml",
        ["check"], 2, "is damaged: its sheet 'Model' is missing from the file",
    ),
    "a name of no cell": ("xl/workbook.xml", b'name="west.sales">Model!$F$10', b'name="west.sales">Model!A0', ["check"], 1, ""),
    "the whole sheet merged": (SHEET, b"</sheetData>", MERGED, ["check"], 0, ""),
    "the whole sheet merged, for another engine": (
        SHEET, b"</sheetData>", MERGED, ["check", "--engine", "ironcalc"], 0, "",
    ),
    "the whole sheet merged, audited": (SHEET, b"</sheetData>", MERGED, ["audit"], 0, ""),
    "a DDE link": (
        SHEET, b"<f>", b"<f>cmd|'/c calc'!A0+", ["recalc"], 3, "formulas cannot compile",
    ),
    "a DDE link, audited": (SHEET, b"<f>", b"<f>cmd|'/c calc'!A0+", ["audit", "--fail-on", "none"], 0, ""),
    "a spilled reference": (SHEET, b"<f>", b"<f>A1#+", ["recalc"], 3, "cannot"),
    "a panic in Rust": (
        SHEET, b"<f>", b"<f>EDATE(1,1000000000)+", ["check", "--engine", "ironcalc"], 3, "ironcalc failed: ",
    ),
    "a power without end": (SHEET, b"<f>", b"<f>9^9^9^9+", ["recalc", "--get", "growth"], 0, ""),
    "a factorial without end": (
        SHEET, b"<f>", b"<f>FACT(100000000)+", ["recalc"], 3, "asks for more than a cell can hold",
    ),
    "an area of a whole sheet": (
        SHEET, b"<f>", b"<f>SUM(Inputs!A1:XFD1048576)+", ["recalc"], 3, "more cells than formulas can take",
    ),
    "an array over a whole sheet": (
        SHEET, b"<f>", b'<f t="array" ref="A1:XFD1048576">', ["recalc"], 2, "holds a formula over A1:XFD1048576",
    ),
    "days counted from 1904": (
        "xl/workbook.xml", b"<workbookPr ", b'<workbookPr date1904="1" ', ["check"], 3, "from 1904",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_with_a_workbook_is_said_in_a_sentence(
    case: str, small: Built, tmp_path: Path
) -> None:
    part, old, new, (command, *options), code, said = CASES[case]
    path = changed(small.path, tmp_path / "broken.xlsx", part, old, new)
    ended = run_in_process([command, str(path), *options])
    assert (ended.code, "Traceback" in ended.said) == (code, False), ended.said
    assert said in ended.said
    if code > 1:
        assert len(ended.said.strip().splitlines()) == 1


def device(_: Path) -> Path:
    return Path("/dev/zero")


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


def directory(folder: Path) -> Path:
    return folder


def long_name(folder: Path) -> Path:
    return folder / ("x" * 5000)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (device, "is a device or a pipe, not an Excel workbook"),
        (pipe, "is a device or a pipe, not an Excel workbook"),
        (directory, "is a folder, not an Excel workbook"),
        (long_name, "cannot be read: File name too long"),
    ],
)
@pytest.mark.parametrize(
    "command", [["check"], ["audit"], ["recalc"], ["pull"], ["trace", "x"], ["diff", "x"]]
)
def test_what_is_no_file_is_refused_at_once(
    make: Callable[[Path], Path], said: str, command: list[str], tmp_path: Path
) -> None:
    name, *rest = command
    ended = run_in_process([name, str(make(tmp_path)), *rest])
    assert (ended.code, ended.said.strip().endswith(said)) == (2, True), ended.said


def test_suppressions_that_are_no_file_are_refused(small: Built) -> None:
    ended = run_in_process(["audit", str(small.path), "--suppress", "/dev/zero"])
    assert ended.code == 2
    assert ended.said.strip() == "/dev/zero is a device or a pipe, not a file of suppressions"


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("Model!A0", None),
        ("Model!XFE1", None),
        ("Model!A1048577", None),
        ("A1", None),
        ("Model!$B$3:$A$2", (2, 1, 3, 2)),
        ("'It''s'!XFD1048576", (1048576, 16384, 1048576, 16384)),
    ],
)
def test_an_area_is_one_of_a_sheets_cells(text: str, area: tuple[int, ...] | None) -> None:
    found = parse_area(text)
    rows = found and (found.row, found.column, found.last_row, found.last_column)
    assert rows == area


@pytest.mark.parametrize(
    ("formula", "operands"),
    [
        ("=SUBTOTAL(109,[Column'[])", ["109", "[Column'[]"]),
        ("=SUM(Sales['[Net'], EUR])+A1", ["Sales['[Net'], EUR]", "A1"]),
        ("=cmd|'/c calc'!A0", ["cmd|'/c calc'!A0"]),
        ("='It''s [1]'!A1+1", ["'It''s [1]'!A1", "1"]),
    ],
)
def test_formulas_that_the_tokenizer_cannot_split(formula: str, operands: list[str]) -> None:
    assert [t.value for t in tokens_of(formula) if t.type == "OPERAND"] == operands


def test_a_column_of_a_table_is_no_link_to_another_file(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A2"] = "=SUBTOTAL(109,[Column'[])", "=SUM(Sales[Net])"
    sheet["A3"], sheet["A4"] = "=[1]Sheet!A1", "='C:\\[other.xlsx]S'!A1"
    book.save(tmp_path / "table.xlsx")
    found = [f.where for f in audit(tmp_path / "table.xlsx").findings if f.rule == "external"]
    assert found == ["Sheet!A3", "Sheet!A4"]


def test_merged_areas_of_any_size_are_audited(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = 1
    sheet.merge_cells("C1:D2")
    book.save(tmp_path / "small.xlsx")
    path = changed(
        tmp_path / "small.xlsx", tmp_path / "merged.xlsx", "xl/worksheets/sheet1.xml", b'"C1:D2"', b'"A2:XFD1048576"'
    )  # fmt: skip
    assert [f.where for f in audit(path).findings if f.rule == "merged"] == ["Sheet!A2"]


def test_cells_that_do_not_say_where_they_stand_are_found(tmp_path: Path) -> None:
    """A row or cell without `r` stands behind the one before it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"], sheet["A2"] = 1, 2, "=A1+B1"
    book.save(tmp_path / "said.xlsx")
    path = tmp_path / "unsaid.xlsx"
    with zipfile.ZipFile(tmp_path / "said.xlsx") as archive:
        data = archive.read("xl/worksheets/sheet1.xml")
    for place in (b' r="A1"', b' r="B1"', b' r="A2"', b' r="1"', b' r="2"'):
        data = data.replace(place, b"", 1)
    rezipped(tmp_path / "said.xlsx", path, "xl/worksheets/sheet1.xml", data)
    contents = read_contents(path)
    change = {("Sheet", 1, 2): 5.0}
    write_patched(contents, tmp_path / "out.xlsx", change, {("Sheet", 2, 1): 6.0})
    out = read_contents(tmp_path / "out.xlsx")
    assert out.constants == {("Sheet", 1, 1): 1.0, ("Sheet", 1, 2): 5.0}
    for engine in ("formulas", "ironcalc"):
        assert load_engine(engine, contents).calculate(change) == {("Sheet", 2, 1): 6.0}


def test_an_input_without_a_cell_is_written_to_a_new_one(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["C3"] = 1, "=B2+1"
    book.save(tmp_path / "book.xlsx")
    contents = read_contents(tmp_path / "book.xlsx")
    changes = {("Sheet", 2, 2): 5.0, ("Sheet", 1, 2): 6.0, ("Sheet", 9, 1): 7.0}
    write_patched(contents, tmp_path / "out.xlsx", changes, {})
    assert read_contents(tmp_path / "out.xlsx").constants == {("Sheet", 1, 1): 1.0, **changes}


def test_an_array_that_fills_more_cells_than_its_own_is_refused_by_name(tmp_path: Path) -> None:
    from openpyxl.worksheet.formula import ArrayFormula

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (1, 2, 3):
        sheet[f"A{row}"], sheet[f"B{row}"] = row, 10 * row
    sheet["C1"] = ArrayFormula("C1", "=SUM(A1:A3*B1:B3)")
    book.save(tmp_path / "one.xlsx")
    for engine in ("formulas", "ironcalc"):
        found = load_engine(engine, read_contents(tmp_path / "one.xlsx")).calculate({})
        assert found == {("Sheet", 1, 3): 140.0}
    sheet["D1"] = ArrayFormula("D1:D3", "=A1:A3*2")
    book.save(tmp_path / "more.xlsx")
    for engine in ("formulas", "ironcalc"):
        with pytest.raises(EngineError, match="Sheet!D1"):
            load_engine(engine, read_contents(tmp_path / "more.xlsx"))


def test_a_workbook_that_cannot_be_copied_is_said_to_be_damaged(
    small: Built, tmp_path: Path
) -> None:
    contents = read_contents(small.path)
    path = changed(small.path, tmp_path / "broken.xlsx", SHEET, b"</sheetData>", b"")
    from dataclasses import replace

    with pytest.raises(ModelError, match="is damaged and cannot be copied"):
        write_patched(
            replace(contents, path=path),
            tmp_path / "out.xlsx",
            {},
            dict.fromkeys(contents.formulas),
        )
    assert not (tmp_path / "out.xlsx").exists()
