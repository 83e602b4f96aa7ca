"""Writes a copy of a workbook with other constants and cached values and everything else unchanged.

The sheets' XML is patched cell by cell, so charts, validations and styles stay exactly as they are, which no
library that reads and rewrites a whole workbook guarantees.
"""

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modelgen.files import written_whole
from modelgen.problem import fail
from modelgen.workbook.contents import Contents, Key, Value

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def write_patched(
    contents: Contents, target: Path, constants: Mapping[Key, Value], cached: Mapping[Key, Value]
) -> None:
    """Writes the copy, whole or not at all: `constants` replace the values of constant cells, `cached` the
    cached values of formula cells (None removes one). Raises ModelError.
    """
    from lxml import etree

    by_sheet: dict[str, dict[tuple[int, int], tuple[Value, bool]]] = {}
    for key, value in cached.items():
        by_sheet.setdefault(key[0], {})[key[1:]] = (value, True)
    for key, value in constants.items():
        by_sheet.setdefault(key[0], {})[key[1:]] = (value, False)
    with written_whole(target) as temporary:
        try:
            _copy(contents.path, temporary, by_sheet)
        except (
            etree.XMLSyntaxError,
            zipfile.BadZipFile,
            zlib.error,
            KeyError,
            ValueError,
        ) as error:
            reason = next(iter(str(error).splitlines()), type(error).__name__)
            raise fail(f"{contents.path} is damaged and cannot be copied: {reason}") from None


Changes = Mapping[tuple[int, int], tuple[Value, bool]]
"""A cell's new value and whether it keeps its formula, by row and column from 1."""


def _copy(path: Path, target: Path, by_sheet: Mapping[str, Changes]) -> None:
    from modelgen.workbook.package import sheet_parts

    with (
        zipfile.ZipFile(path) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        parts = sheet_parts(source)
        for info in source.infolist():
            data = source.read(info)
            changes = by_sheet.get(parts.get(info.filename, ""))
            if changes:
                data = _patched_sheet(data, changes)
            copy = zipfile.ZipInfo(info.filename, info.date_time)
            copy.compress_type = zipfile.ZIP_DEFLATED
            copy.external_attr = info.external_attr
            out.writestr(copy, data)


def _patched_sheet(data: bytes, changes: Changes) -> bytes:
    from lxml import etree

    from modelgen.workbook.package import Places

    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    left = dict(changes)
    places = Places()
    for cell in root.iter(f"{_MAIN}c"):
        change = left.pop(places.of(cell), None)
        if change is not None:
            _set(cell, *change)
    for place, change in left.items():
        if change[0] is not None:
            _set(_new_cell(root, *place), *change)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _new_cell(root: Any, row: int, column: int) -> Any:
    """Inserts a cell that the sheet does not have, keeping rows and cells in order."""
    from lxml import etree
    from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter

    rows = root.find(f"{_MAIN}sheetData")
    if rows is None:
        raise ValueError("a sheet has no cells")
    line = next((one for one in rows if int(one.get("r", 0)) == row), None)
    if line is None:
        line = etree.Element(f"{_MAIN}row", r=str(row))
        rows.insert(sum(int(one.get("r", 0)) < row for one in rows), line)
    cell = etree.Element(f"{_MAIN}c", r=f"{get_column_letter(column)}{row}")
    line.insert(sum(coordinate_to_tuple(one.get("r", "A1"))[1] < column for one in line), cell)
    return cell


def _set(cell: Any, value: Value, keeps_formula: bool) -> None:
    for child in list(cell):
        if child.tag != f"{_MAIN}f" or not keeps_formula:
            cell.remove(child)
    cell.attrib.pop("t", None)
    if value is None:
        return
    if isinstance(value, bool):
        cell.set("t", "b")
        text = "1" if value else "0"
    elif isinstance(value, (int, float)):
        text = (
            repr(int(value))
            if float(value).is_integer() and abs(value) < 1e15
            else repr(float(value))
        )
    else:
        cell.set("t", "e" if value.startswith("#") and keeps_formula else "str")
        text = value
    from lxml import etree

    etree.SubElement(cell, f"{_MAIN}v").text = text
