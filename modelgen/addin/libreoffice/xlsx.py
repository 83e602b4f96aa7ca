"""Reads the cells and names of an .xlsx file with the standard library alone: what a file on disk holds
beside the workbook that is open, and the values that an engine wrote.

Of a formula only its presence counts, and the value that was saved with it.
"""

from __future__ import annotations

import math
import posixpath
import zipfile
import zlib
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from .cells import Area, Cells, ItemError, by_sheet, column_of, parse_area

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .cells import Key, Value

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PROPERTY = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}property"
# What a broken archive, broken XML and parts that do not fit each other raise.
_UNREADABLE = (
    *(OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError),
    *(ElementTree.ParseError, LookupError, ValueError),
)
_LARGEST = 400_000_000


def read_cells(path: str) -> Cells:
    """The workbook in a file. Raises ItemError if it cannot be read as an .xlsx."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > _LARGEST:
                raise ItemError(f"{path} is too large to be read.")
            return _cells(path, archive)
    except _UNREADABLE:
        raise ItemError(f"{path} cannot be read as an .xlsx workbook.") from None


def _cells(path: str, archive: zipfile.ZipFile) -> Cells:
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id"): str(one.get("Target")) for one in relations}
    shared = _shared(archive)
    values: dict[Key, Value] = {}
    formulas: dict[Key, str] = {}
    sheets = []
    for sheet in book.iter(f"{_MAIN}sheet"):
        name, target = str(sheet.get("name")), targets[sheet.get(_RELATION)]
        sheets.append(name)
        part = posixpath.normpath(posixpath.join("xl", target)) if target[0] != "/" else target[1:]
        _read_sheet(archive, part, name, shared, values, formulas)
    names: dict[str, Area] = {}
    areas: dict[tuple[str, str], Area] = {}
    for defined in book.iter(f"{_MAIN}definedName"):
        area, local = parse_area(defined.text or ""), defined.get("localSheetId")
        if area is None or area.sheet not in sheets:
            continue
        if local is None:
            names[str(defined.get("name"))] = area
        else:
            areas[str(defined.get("name")), sheets[int(local)]] = area
    found = by_sheet(areas)
    return Cells(path, tuple(sheets), values, formulas, names, found, _properties(archive))


def _shared(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    table = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
    return ["".join(_texts(item)) for item in table.iter(f"{_MAIN}si")]


def _texts(item: ElementTree.Element) -> list[str]:
    """The texts of a string, without the readings that stand above East Asian ones."""
    out = []
    for part in item:
        if part.tag == f"{_MAIN}t":
            out.append(part.text or "")
        elif part.tag == f"{_MAIN}r":
            out += [text.text or "" for text in part.iter(f"{_MAIN}t")]
    return out


def _read_sheet(
    archive: zipfile.ZipFile,
    part: str,
    name: str,
    shared: list[str],
    values: dict[Key, Value],
    formulas: dict[Key, str],
) -> None:
    for cell in ElementTree.fromstring(archive.read(part)).iter(f"{_MAIN}c"):
        address = str(cell.get("r"))
        row = address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        key = (name, int(row), column_of(address[: -len(row)]))
        formula, value = cell.find(f"{_MAIN}f"), cell.find(f"{_MAIN}v")
        if formula is not None:
            formulas[key] = f"={formula.text or ''}"
        kind, text = cell.get("t", "n"), (value.text if value is not None else None)
        if kind == "inlineStr":
            inner = cell.find(f"{_MAIN}is")
            values[key] = "".join(_texts(inner)) if inner is not None else ""
        elif text is None:
            if formula is not None:
                values[key] = ""
        else:
            values[key] = _value(kind, text, shared)


def _value(kind: str, text: str, shared: list[str]) -> Value:
    if kind == "s":
        return shared[int(text)]
    if kind == "b":
        return text.strip() == "1"
    if kind in ("str", "e"):
        return text
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _properties(archive: zipfile.ZipFile) -> Mapping[str, str]:
    if "docProps/custom.xml" not in archive.namelist():
        return {}
    table = ElementTree.fromstring(archive.read("docProps/custom.xml"))
    return {str(p.get("name")): "".join(p.itertext()) for p in table.iter(_PROPERTY)}
