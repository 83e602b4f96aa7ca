"""LibreOffice's open spreadsheet as a host of the menu items: read into plain data, written,
recalculated, saved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import uno
from com.sun.star.beans import PropertyValue

from .cells import Area, Cells, ItemError, a1, by_sheet, in_excel_syntax, parse_area

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .cells import Key, Value

# com.sun.star.sheet.CellFlags and FormulaResult
_VALUE, _DATETIME, _STRING, _FORMULA = 1, 2, 4, 16
_ERROR = 4
_MOST_AT_ONCE = 2**22  # cells of a sheet, blank ones counted
STEP = "modelgen: what if"
XLSX = "Calc MS Excel 2007 XML"
SHEETS = "com.sun.star.sheet.SpreadsheetDocument"


class OfficeHost:
    """A spreadsheet that is open in LibreOffice, by its frame."""

    def __init__(self, frame: Any) -> None:
        controller: Any = frame.getController() if frame is not None else None
        document = controller.getModel() if controller is not None else None
        if document is None or not document.supportsService(SHEETS):
            raise ItemError("Open a workbook that modelgen built first.")
        self.document, self.controller = document, controller
        self._was_modified = bool(document.isModified())

    def cells(self) -> Cells:
        """The workbook as it stands."""
        document = self.document
        sheets = tuple(document.Sheets.ElementNames)
        values: dict[Key, Value] = {}
        formulas: dict[Key, str] = {}
        comments: dict[Key, str] = {}
        areas: dict[tuple[str, str], Area] = {}
        for name in sheets:
            sheet = document.Sheets.getByName(name)
            _read_sheet(sheet, name, sheets, values, formulas)
            for note in sheet.Annotations:
                place = note.Position
                comments[name, place.Row + 1, place.Column + 1] = " ".join(note.String.split())
            for local, area in _named(sheet.NamedRanges, sheets):
                areas[local, name] = area
        url = document.URL
        path = uno.fileUrlToSystemPath(url) if url.startswith("file:") else ""
        names = dict(_named(document.NamedRanges, sheets))
        properties = _properties(document)
        return Cells(path, sheets, values, formulas, names, by_sheet(areas), properties, comments)

    def selected(self) -> Key | None:
        """The first cell of the selection; None where something else is selected."""
        address = getattr(self.controller.getSelection(), "RangeAddress", None)
        if address is None:
            return None
        sheet = self.document.Sheets.getByIndex(address.Sheet).Name
        return (sheet, address.StartRow + 1, address.StartColumn + 1)

    def put(self, values: Mapping[Key, Value]) -> None:
        """Writes constants into cells, as one step that can be undone. Raises ItemError where a cell
        does not take its value.
        """
        self._was_modified = self.document.isModified()
        undo = self.document.UndoManager
        undo.enterUndoContext(STEP)
        try:
            self._write(values)
        finally:
            undo.leaveUndoContext()
        self._follow()

    def put_back(self, held: Mapping[Key, Value]) -> None:
        """Gives cells back what they held before `put`, by undoing it, so that no step is left to undo;
        the workbook is no more modified than it was.
        """
        undo = self.document.UndoManager
        if undo.isUndoPossible() and undo.getCurrentUndoActionTitle() == STEP:
            undo.undo()
        self._write({key: value for key, value in held.items() if self._constant(key) != value})
        self._follow()
        if not self._was_modified:
            self._set_unmodified()

    def _write(self, values: Mapping[Key, Value]) -> None:
        for key, value in values.items():
            cell = self._cell(key)
            if value is None:
                cell.clearContents(_VALUE | _DATETIME | _STRING)
            elif isinstance(value, str):
                cell.setString(value)
            else:
                cell.setValue(value)
            if self._constant(key) != value:
                raise ItemError(f"{a1(key)} cannot be written: is its sheet protected?")

    def _constant(self, key: Key) -> Value:
        """What a cell of an input holds."""
        cell = self._cell(key)
        kind = cell.getType().value
        if kind == "EMPTY":
            return None
        return float(cell.getValue()) if kind == "VALUE" else str(cell.getString())

    def _follow(self) -> None:
        """Lets formulas follow where the spreadsheet does not do so of itself."""
        if not self.document.isAutomaticCalculationEnabled():
            self.document.calculate()

    def _set_unmodified(self) -> None:
        """Marks the workbook as saved, with its charts, which have followed the cells."""
        self.document.setModified(False)
        if self.document.isModified():
            for name in self.document.Sheets.ElementNames:
                for chart in self.document.Sheets.getByName(name).Charts:
                    chart.getEmbeddedObject().setModified(False)
            self.document.setModified(False)

    def recalculate(self) -> None:
        """Computes every formula anew."""
        was_modified = self.document.isModified()
        self.document.calculateAll()
        if not was_modified:
            self._set_unmodified()

    def save_copy(self, path: str) -> None:
        """Saves a copy as .xlsx; the workbook keeps its own file. Raises ItemError."""
        how = PropertyValue()
        how.Name, how.Value = "FilterName", XLSX
        try:
            self.document.storeToURL(uno.systemPathToFileUrl(path), (how,))
        except Exception as error:  # LibreOffice's own exceptions are made at run time
            raise ItemError(f"A copy of the workbook cannot be saved: {error}") from None

    def show(self, key: Key) -> None:
        """Selects a cell."""
        self.controller.select(self._cell(key))

    def _cell(self, key: Key) -> Any:
        sheet = self.document.Sheets.getByName(key[0])
        return sheet.getCellByPosition(key[2] - 1, key[1] - 1)


def _read_sheet(
    sheet: Any,
    name: str,
    sheets: tuple[str, ...],
    values: dict[Key, Value],
    formulas: dict[Key, str],
) -> None:
    """The cells of one sheet, read in a few calls: its used area at once, and which of it are formulas."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    last = cursor.RangeAddress
    whole = sheet.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow)
    if (last.EndColumn + 1) * (last.EndRow + 1) <= _MOST_AT_ONCE:
        parts = [whole]
    else:  # cells far apart, as one in the last corner: only where there is something
        flags = _VALUE | _DATETIME | _STRING | _FORMULA
        found = whole.queryContentCells(flags).RangeAddresses
        parts = [
            sheet.getCellRangeByPosition(p.StartColumn, p.StartRow, p.EndColumn, p.EndRow)
            for p in found
        ]
    for part in parts:
        _read_part(part, name, sheets, values, formulas)
    for key in _keys(name, whole.queryFormulaCells(_ERROR)):
        values[key] = sheet.getCellByPosition(key[2] - 1, key[1] - 1).getString()


def _read_part(
    part: Any,
    name: str,
    sheets: tuple[str, ...],
    values: dict[Key, Value],
    formulas: dict[Key, str],
) -> None:
    top, left = part.RangeAddress.StartRow + 1, part.RangeAddress.StartColumn + 1
    for row, line in enumerate(part.getDataArray(), start=top):
        for column, value in enumerate(line, start=left):
            if value not in ("", None):
                values[name, row, column] = value
    texts = part.getFormulaArray()
    for key in _keys(name, part.queryContentCells(_FORMULA)):
        formulas[key] = in_excel_syntax(texts[key[1] - top][key[2] - left], sheets)
        values.setdefault(key, "")


def _keys(name: str, ranges: Any) -> Iterator[Key]:
    for address in ranges.RangeAddresses:
        for row in range(address.StartRow + 1, address.EndRow + 2):
            for column in range(address.StartColumn + 1, address.EndColumn + 2):
                yield (name, row, column)


def _named(ranges: Any, sheets: tuple[str, ...]) -> Iterator[tuple[str, Area]]:
    for name in ranges.ElementNames:
        area = parse_area(in_excel_syntax(ranges.getByName(name).Content, sheets))
        if area is not None and area.sheet in sheets:
            yield name, area


def _properties(document: Any) -> dict[str, str]:
    bag = document.DocumentProperties.UserDefinedProperties
    names = [one.Name for one in bag.PropertySetInfo.Properties]
    return {name: str(bag.getPropertyValue(name)) for name in names}
