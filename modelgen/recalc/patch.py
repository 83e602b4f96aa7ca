"""A copy of a workbook with other constants and cached values, all else as it stands.

The sheets' XML is patched cell by cell: charts, validations and styles stay as the file has them,
which no library that reads and rewrites a whole workbook assures.
"""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lxml import etree
from openpyxl.utils.cell import coordinate_to_tuple

from modelgen.files import written_whole
from modelgen.recalc.contents import Contents, Key, Value

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def write_patched(
    contents: Contents, target: Path, constants: Mapping[Key, Value], cached: Mapping[Key, Value]
) -> None:
    """Writes the copy, whole or not at all: `constants` replace values of constant cells, `cached`
    the cached values of formula cells (None: no cached value). Raises ModelError.
    """
    by_sheet: dict[str, dict[tuple[int, int], tuple[Value, bool]]] = {}
    for key, value in cached.items():
        by_sheet.setdefault(key[0], {})[key[1:]] = (value, True)
    for key, value in constants.items():
        by_sheet.setdefault(key[0], {})[key[1:]] = (value, False)
    with (
        written_whole(target) as temporary,
        zipfile.ZipFile(contents.path) as source,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        parts = _sheet_parts(source)
        for info in source.infolist():
            data = source.read(info)
            sheet = parts.get(info.filename)
            if sheet in by_sheet:
                data = _patched_sheet(data, by_sheet[sheet])
            copy = zipfile.ZipInfo(info.filename, info.date_time)
            copy.compress_type = zipfile.ZIP_DEFLATED
            copy.external_attr = info.external_attr
            out.writestr(copy, data)


def _parse(data: bytes) -> Any:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def _sheet_parts(source: zipfile.ZipFile) -> dict[str, str]:
    """The sheet that each part of the archive holds."""
    relations = {
        node.get("Id"): node.get("Target")
        for node in _parse(source.read("xl/_rels/workbook.xml.rels"))
    }
    found = {}
    for node in _parse(source.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
        target = str(relations[node.get(_RELATION)])
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        found[part] = str(node.get("name"))
    return found


def _patched_sheet(data: bytes, changes: Mapping[tuple[int, int], tuple[Value, bool]]) -> bytes:
    root = _parse(data)
    for cell in root.iter(f"{_MAIN}c"):
        change = changes.get(coordinate_to_tuple(cell.get("r")))
        if change is not None:
            _set(cell, *change)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


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
    etree.SubElement(cell, f"{_MAIN}v").text = text
