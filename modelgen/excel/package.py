"""The workbook's file with a custom XML part beside the sheets: the model as it is carried (page.carried).

XlsxWriter has no custom XML parts, but lets its packager be replaced: here the part is added to the files it
makes, with the relationship and the content type that Excel asks for.
"""

import io
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from xlsxwriter.packager import Packager
from xlsxwriter.workbook import Workbook

from modelgen.contract import CARRIED_NAMESPACE

_ITEM = "{7A1D5C0E-2F3B-4E58-9C66-0D9A6C1B4F21}"
"""The id of the part inside the file; the same in every workbook, as its bytes are a function of the deal."""
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PROPERTIES = (
    f'{_HEAD}<ds:datastoreItem ds:itemID="{_ITEM}" xmlns:ds="{_OFFICE}/customXml"><ds:schemaRefs>'
    f'<ds:schemaRef ds:uri="{CARRIED_NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
)
_TO_PROPERTIES = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/relationships/customXmlProps" Target="itemProps1.xml"/></Relationships>'
)
_TO_PART = (
    f'<Relationship Id="rIdModel" Type="{_OFFICE}/relationships/customXml" '
    'Target="../customXml/item1.xml"/>'
)
_TYPE = (
    '<Override PartName="/customXml/itemProps1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.customXmlProperties+xml"/>'
)
_ADDED = {
    "xl/_rels/workbook.xml.rels": ("</Relationships>", _TO_PART),
    "[Content_Types].xml": ("</Types>", _TYPE),
}


class CarryingWorkbook(Workbook):
    """A workbook that carries a text, `carried`, in its custom XML part; no part if that is empty."""

    carried = ""

    def _get_packager(self) -> Packager:
        return _Packager(self.carried) if self.carried else Packager()


class _Packager(Packager):
    def __init__(self, carried: str) -> None:
        super().__init__()
        self.carried = carried

    def _create_package(self) -> list[tuple[Any, str, bool]]:
        files: list[tuple[Any, str, bool]] = super()._create_package()  # type: ignore[no-untyped-call]
        for file, name, _ in files:
            if name in _ADDED:
                end, added = _ADDED[name]
                _replace(file, end, added + end)
        text = f'{_HEAD}<model xmlns="{CARRIED_NAMESPACE}">{escape(self.carried)}</model>'
        for name, content in (
            ("customXml/item1.xml", text),
            ("customXml/itemProps1.xml", _PROPERTIES),
            ("customXml/_rels/item1.xml.rels", _TO_PROPERTIES),
        ):
            _write(self._filename(name), content)  # type: ignore[no-untyped-call]
        return files


def _replace(file: io.StringIO | str, old: str, new: str) -> None:
    text = (
        file.getvalue() if isinstance(file, io.StringIO) else Path(file).read_text(encoding="utf-8")
    )
    _write(file, text.replace(old, new))


def _write(file: io.StringIO | str, text: str) -> None:
    if isinstance(file, io.StringIO):
        file.seek(0)
        file.truncate()
        file.write(text)
    else:
        Path(file).write_text(text, encoding="utf-8")
