"""Files that are not what they should be: one clear sentence each, quickly, with bounded memory."""

import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from modelgen.problem import ModelError
from modelgen.review.view import read_view
from modelgen.workbook.contents import read_contents
from tests.conftest import Built, needs_libreoffice
from tests.libreoffice import edited, number

ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><sst>&i;</sst>"
)


def rezipped(source: Path, target: Path, part: str, data: bytes) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, data if name == part else old.read(name))
    return target


def bomb(path: Path, _: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for part in range(12):
            archive.writestr(f"xl/worksheets/sheet{part}.xml", b"0" * 50_000_000)
    return path


def entities(path: Path, good: Path) -> Path:
    return rezipped(good, path, "xl/sharedStrings.xml", ENTITIES.encode())


def truncated(path: Path, good: Path) -> Path:
    path.write_bytes(good.read_bytes()[:-2000])
    return path


def csv(path: Path, _: Path) -> Path:
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    return path


def old_excel(path: Path, _: Path) -> Path:
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 4096)
    return path


def with_cells(path: Path, good: Path, count: int, cell: str) -> Path:
    """A workbook whose second sheet has rows of cells more."""
    with zipfile.ZipFile(good) as old:
        sheet = old.read("xl/worksheets/sheet2.xml").decode()
    letters = [get_column_letter(column) for column in range(1, 1001)]
    rows = "".join(
        f'<row r="{row}">' + "".join(cell.format(f"{letter}{row}") for letter in letters) + "</row>"
        for row in range(5000, 5000 + count // 1000)
    )
    data = sheet.replace("</sheetData>", rows + "</sheetData>").encode()
    return rezipped(good, path, "xl/worksheets/sheet2.xml", data)


def too_many_cells(path: Path, good: Path) -> Path:
    return with_cells(path, good, 2_001_000, '<c r="{}"><v>1</v></c>')


def other_archive(path: Path, _: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    return path


def no_workbook(path: Path, good: Path) -> Path:
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            if name != "xl/workbook.xml":
                new.writestr(name, old.read(name))
    return path


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (bomb, "unpacks to"),
        (entities, "is not an Excel workbook that can be read: Unable to read workbook"),
        (truncated, "is not an Excel workbook (.xlsx)"),
        (csv, "is not an Excel workbook (.xlsx)"),
        (old_excel, "is not an Excel workbook (.xlsx) but an old one (.xls)"),
        (too_many_cells, "cells: more than can be read safely"),
        (other_archive, "is not an Excel workbook (.xlsx)"),
        (no_workbook, "is not an Excel workbook that can be read"),
    ],
)
def test_a_hostile_file_gives_one_sentence(
    make: object, message: str, small: Built, tmp_path: Path
) -> None:
    path = make(tmp_path / "book.xlsx", small.path)  # type: ignore[operator]
    tracemalloc.start()
    with pytest.raises(ModelError) as caught:
        read_contents(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert peak < 200 * 2**20


def test_a_workbook_of_many_sheets_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for index in range(1000):
        book.create_sheet(f"s{index}")["A1"] = index
    book.save(tmp_path / "many.xlsx")
    assert len(read_contents(tmp_path / "many.xlsx").sheets) == 1001


def test_a_million_cells_that_hold_nothing_cost_nothing(small: Built, tmp_path: Path) -> None:
    path = with_cells(tmp_path / "million.xlsx", small.path, 1_000_000, '<c r="{}" s="1"/>')
    tracemalloc.start()
    contents = read_contents(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200 * 2**20
    plain = read_contents(small.path)
    assert (contents.formulas, contents.constants) == (plain.formulas, plain.constants)


def test_a_cell_in_the_last_corner_and_whole_columns_cost_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["XFD1048576"] = 1
    sheet["A1"] = "=SUM(B1:XFD1048576)"
    book.save(tmp_path / "corner.xlsx")
    view = read_view(tmp_path / "corner.xlsx")
    assert view.referenced == {("Sheet", 1048576, 16384)}


@needs_libreoffice
def test_a_workbook_with_a_password_is_told_so(small: Built, tmp_path: Path) -> None:
    path = edited(small.path, tmp_path / "locked.xlsx", [number("Cover", 30, 1, 1)], "secret")
    with pytest.raises(ModelError) as caught:
        read_contents(path)
    assert str(caught.value) == f"{path} is protected with a password: save it without one"
