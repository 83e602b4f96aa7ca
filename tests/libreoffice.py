"""Edits made by a real spreadsheet: a list of steps that LibreOffice carries out and saves.

LibreOffice moves formulas, names and references as Excel does; openpyxl moves none of them. The steps
are run by a macro in a profile of its own.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

_HEAD = """Function Opened(path As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  Opened = StarDesktop.loadComponentFromURL(path, "_blank", 0, hidden())
End Function

Sub Edit
  Dim saved({last}) As New com.sun.star.beans.PropertyValue
  saved(0).Name = "FilterName"
  saved(0).Value = "Calc MS Excel 2007 XML"
{password}  book = Opened("{source}")
  sheets = book.getSheets()
{steps}
  book.storeToURL("{target}", saved())
  book.close(True)
End Sub
"""
_PASSWORD = """  Dim secret(1) As New com.sun.star.beans.NamedValue
  secret(0).Name = "CryptoType"
  secret(0).Value = "Standard"
  secret(1).Name = "OOXPassword"
  secret(1).Value = "{}"
  saved(1).Name = "EncryptionData"
  saved(1).Value = secret()
"""
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Edits" script:language="StarBasic">{}</script:module>
"""
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false" library:passwordprotected="false"><library:element library:name="Edits"/></library:library>
"""
_LIBRARIES = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">
<library:libraries xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink"><library:library library:name="Standard" library:link="false"/></library:libraries>
"""


def insert_rows(sheet: str, before: int, count: int = 1) -> str:
    """Rows inserted above row `before` (1-based)."""
    return f'sheets.getByName("{sheet}").getRows().insertByIndex({before - 1}, {count})'


def insert_columns(sheet: str, before: int, count: int = 1) -> str:
    """Columns inserted left of column `before` (1-based)."""
    return f'sheets.getByName("{sheet}").getColumns().insertByIndex({before - 1}, {count})'


def rename(sheet: str, name: str) -> str:
    """A sheet given another name."""
    return f'sheets.getByName("{sheet}").setName("{name}")'


def move(sheet: str, place: int) -> str:
    """A sheet moved to a place among the sheets (0-based)."""
    return f'sheets.moveByName("{sheet}", {place})'


def number(sheet: str, row: int, column: int, value: float) -> str:
    """A number typed into a cell."""
    return f"{_cell(sheet, row, column)}.setValue({value!r})"


def text(sheet: str, row: int, column: int, value: str) -> str:
    """A text typed into a cell."""
    return f'{_cell(sheet, row, column)}.setString("{value}")'


def formula(sheet: str, row: int, column: int, value: str) -> str:
    """A formula typed into a cell, in LibreOffice's English syntax."""
    return f'{_cell(sheet, row, column)}.setFormula("{value}")'


def note(sheet: str, row: int, column: int, value: str) -> str:
    """A note left on a cell."""
    return (
        f'sheets.getByName("{sheet}").getAnnotations().insertNew('
        f'{_cell(sheet, row, column)}.getCellAddress(), "{value}")'
    )


def _cell(sheet: str, row: int, column: int) -> str:
    return f'sheets.getByName("{sheet}").getCellByPosition({column - 1}, {row - 1})'


def edited(source: Path, target: Path, steps: Sequence[str], password: str = "") -> Path:
    """The workbook after the steps, as LibreOffice saves it, under a password if one is given."""
    folder = target.parent / "office"
    command = ["soffice", f"-env:UserInstallation={folder.resolve().as_uri()}", "--headless"]
    # A profile's first start lays out its own library of macros, over any that stands there.
    subprocess.run(
        [*command, "--terminate_after_init"], capture_output=True, timeout=180, check=False
    )
    basic = folder / "user" / "basic" / "Standard"
    basic.mkdir(parents=True, exist_ok=True)
    macro = _HEAD.format(
        source=source.resolve().as_uri(),
        target=target.resolve().as_uri(),
        steps="\n".join(f"  {step}" for step in steps),
        last=1 if password else 0,
        password=_PASSWORD.format(password) if password else "",
    )
    (basic / "Edits.xba").write_text(_MODULE.format(escape(macro)), encoding="utf-8")
    (basic / "script.xlb").write_text(_LIBRARY, encoding="utf-8")
    (basic.parent / "script.xlc").write_text(_LIBRARIES, encoding="utf-8")
    done = subprocess.run(
        [*command, "--norestore", "macro:///Standard.Edits.Edit()"],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert target.exists(), f"LibreOffice saved nothing: {done.stdout} {done.stderr}"
    return target
