"""Cells and their addresses. Rows and columns count from 0, as in XlsxWriter."""

import re
from dataclasses import dataclass
from functools import lru_cache

_PLAIN = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")


@dataclass(frozen=True, slots=True)
class Address:
    """One cell of one sheet; row and column count from 0."""

    sheet: str
    row: int
    column: int


@lru_cache(maxsize=16384)
def column_letters(column: int) -> str:
    """The letters of a column counted from 0: A for 0, AA for 26."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The column, counted from 0, of its letters: 0 for A, 26 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def a1(row: int, column: int, row_fixed: bool = False, column_fixed: bool = False) -> str:
    """The A1 notation of a row and column counted from 0, with $ where fixed."""
    return (
        f"{'$' if column_fixed else ''}{column_letters(column)}{'$' if row_fixed else ''}{row + 1}"
    )


def quoted(sheet: str) -> str:
    """A sheet's name as it is written in a formula, in quotes if it needs them."""
    return (
        sheet
        if _PLAIN.match(sheet) and not is_address(sheet)
        else "'" + sheet.replace("'", "''") + "'"
    )


_CELL = re.compile(r"^([A-Za-z]{1,3})([0-9]{1,7})$")
_R1C1 = re.compile(r"^[Rr]([0-9]*)([Cc]([0-9]*))?$|^[Cc]([0-9]*)$")


# What XlsxWriter reads as a cell, however large the row number: q20061231.
_LIKE_ADDRESS = re.compile(
    r"^[A-Za-z][A-Za-z]?[A-Da-d]?[0-9]+$|^[RrCc]$|^[RrCc][0-9]+[RrCc][0-9]+$"
)


def is_address(name: str) -> bool:
    """Whether Excel reads a name as a cell: A1 to XFD1048576, or an R1C1 form."""
    found = _CELL.match(name)
    if found and column_number(found[1]) < 16384 and 1 <= int(found[2]) <= 1048576:
        return True
    return bool(_R1C1.match(name))


def name_problem(name: str) -> str:
    """Why a name cannot be a defined name, because Excel or XlsxWriter would refuse it; empty if it can. Each
    of the two refuses names that the other accepts.
    """
    if not re.match(r"^[A-Za-z_\\][A-Za-z0-9_.\\]*$", name) or len(name) > 255:
        return f"'{name}' cannot be a name in Excel"
    if is_address(name) or _LIKE_ADDRESS.match(name):
        return f"Excel reads the name '{name}' as a cell"
    if name.upper() in ("TRUE", "FALSE"):
        return f"Excel reads the name '{name}' as a truth value"
    return ""
