"""Files that are not what they should be: one clear sentence each, quickly, with bounded memory."""

import time
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest

from modelgen.problem import ModelError
from modelgen.recalc.contents import read_contents
from tests.conftest import Built

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
    path.write_bytes(
        bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 4096
    )  # .xls, and a workbook with a password
    return path


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
        (old_excel, "is not an Excel workbook (.xlsx)"),
        (other_archive, "is not an Excel workbook (.xlsx)"),
        (no_workbook, "is not an Excel workbook that can be read"),
    ],
)
def test_a_hostile_file_gives_one_sentence(
    make: object, message: str, small: Built, tmp_path: Path
) -> None:
    path = make(tmp_path / "book.xlsx", small.path)  # type: ignore[operator]
    began = time.perf_counter()
    tracemalloc.start()
    with pytest.raises(ModelError) as caught:
        read_contents(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert time.perf_counter() - began < 10
    assert peak < 200 * 2**20


def test_a_workbook_of_many_sheets_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for number in range(1000):
        book.create_sheet(f"s{number}")["A1"] = number
    book.save(tmp_path / "many.xlsx")
    assert len(read_contents(tmp_path / "many.xlsx").sheets) == 1001
