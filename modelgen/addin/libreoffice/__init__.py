"""What runs inside LibreOffice: the menu items of the extension, by the workbook's contract alone.

LibreOffice brings a Python of its own (3.8 on an older Windows, the system's on Linux) without other
packages, so these modules need nothing but the standard library, not even the rest of modelgen, and
keep to the language of 3.8. `component`, `office` and `dialogs` speak to LibreOffice over UNO; the
others know only `cells.Cells`, a workbook as plain data, and are tested without LibreOffice. That they
say what `modelgen trace` and `modelgen check` say of every cell is held by tests/test_oxt.py.
"""
