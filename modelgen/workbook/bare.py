"""Writes a workbook with only the cells of another: for an engine that cannot open the rest of a file, or
when there is no file.

It has constants and formulas as they were read, and defined names, but no styles, comments, charts or
drawings.
"""

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils.cell import get_column_letter

from modelgen.workbook.contents import Area, Contents, Key

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/>'
    '</font></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def write_bare(contents: Contents, target: Path) -> None:
    """Writes a workbook's cells and names to a file that the caller owns."""
    numbers = range(1, len(contents.sheets) + 1)
    sheets = [
        f'<sheet name={quoteattr(sheet)} sheetId="{n}" r:id="rId{n}"/>'
        for n, sheet in zip(numbers, contents.sheets, strict=True)
    ]
    names = [
        f"<definedName name={quoteattr(name)}>{escape(_absolute(area))}</definedName>"
        for name, area in contents.names.items()
    ]
    defined = f"<definedNames>{''.join(names)}</definedNames>" if names else ""
    parts = [
        ("/xl/workbook.xml", f"{_TYPE}sheet.main+xml"),
        ("/xl/styles.xml", f"{_TYPE}styles+xml"),
        *((f"/xl/worksheets/sheet{n}.xml", f"{_TYPE}worksheet+xml") for n in numbers),
    ]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        out.writestr("[Content_Types].xml", _types(parts))
        out.writestr("_rels/.rels", _relations([("rId1", "officeDocument", "xl/workbook.xml")]))
        out.writestr(
            "xl/workbook.xml",
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{"".join(sheets)}</sheets>'
            f"{defined}</workbook>",
        )
        links = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
        links.append((f"rId{len(links) + 1}", "styles", "styles.xml"))
        out.writestr("xl/_rels/workbook.xml.rels", _relations(links))
        out.writestr("xl/styles.xml", _STYLES)
        keys = _by_sheet(contents)
        for n, sheet in zip(numbers, contents.sheets, strict=True):
            rows = "".join(_rows(contents, sorted(keys.get(sheet, ()))))
            out.writestr(
                f"xl/worksheets/sheet{n}.xml",
                f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>',
            )


def _by_sheet(contents: Contents) -> dict[str, list[Key]]:
    found: dict[str, list[Key]] = {}
    for key in [*contents.formulas, *contents.constants]:
        found.setdefault(key[0], []).append(key)
    return found


def _rows(contents: Contents, keys: list[Key]) -> Iterator[str]:
    last = 0
    for key in keys:
        if key[1] != last:
            yield f'{"</row>" if last else ""}<row r="{key[1]}">'
            last = key[1]
        yield _cell(contents, key)
    if last:
        yield "</row>"


def _cell(contents: Contents, key: Key) -> str:
    place = f"{get_column_letter(key[2])}{key[1]}"
    formula = contents.formulas.get(key)
    if formula is not None:
        return f'<c r="{place}"><f>{escape(formula.removeprefix("="))}</f><v>0</v></c>'
    value = contents.constants[key]
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        if key in contents.errors:
            return f'<c r="{place}" t="e"><v>{escape(value)}</v></c>'
        text = f'<t xml:space="preserve">{escape(value)}</t>'
        return f'<c r="{place}" t="inlineStr"><is>{text}</is></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


def _absolute(area: Area) -> str:
    sheet = area.sheet.replace("'", "''")
    first = f"${get_column_letter(area.column)}${area.row}"
    last = f"${get_column_letter(area.last_column)}${area.last_row}"
    return f"'{sheet}'!{first}" + ("" if area.is_cell else f":{last}")


def _types(parts: Iterable[tuple[str, str]]) -> str:
    overrides = "".join(
        f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in parts
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(links: Iterable[tuple[str, str, str]]) -> str:
    found = "".join(
        f'<Relationship Id="{id_}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for id_, kind, target in links
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{found}</Relationships>'
