"""A workbook as audit rules see it: cells, references, shapes of formulas, and styles."""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from openpyxl.formula.tokenizer import Token
from openpyxl.utils.cell import get_column_letter, range_boundaries

from modelgen.problem import fail
from modelgen.workbook.contents import (
    Area,
    Contents,
    Key,
    Value,
    cells_of,
    contents_of,
    tokens_of,
)
from modelgen.workbook.package import cached_values, merged_areas, open_book

_REFERENCE = re.compile(
    r"^(?:(?:'((?:[^']|'')+)'|([^'!]+))!)?(\$?)([A-Za-z]{1,3})(\$?)(\d+)(?::(\$?)([A-Za-z]{1,3})(\$?)(\d+))?$"
)
BLUE = "0000FF"


@dataclass(frozen=True)
class WorkbookView:
    """A workbook as audit rules see it. Cells are keys (sheet, row, column), from 1; `blue` are those with a
    blue font, `hidden` and `merged` the places that are so, `parts` the names of the parts of the file.
    """

    contents: Contents
    cached: Mapping[Key, Value]
    blue: frozenset[Key]
    hidden: tuple[str, ...]
    merged: tuple[Area, ...]
    name_texts: Mapping[str, str]
    parts: tuple[str, ...]

    @cached_property
    def tokens(self) -> dict[Key, tuple[Token, ...]]:
        """The tokens of each formula, by cell."""
        return {key: tokens_of(text) for key, text in self.contents.formulas.items()}

    @cached_property
    def areas(self) -> dict[Key, list[Area]]:
        """The areas that each formula refers to, directly or by a name, by cell."""
        return {
            key: [
                area
                for token in tokens
                if token.type == "OPERAND" and token.subtype == "RANGE"
                if (area := self.contents.area(token.value, key[0])) is not None
            ]
            for key, tokens in self.tokens.items()
        }

    @cached_property
    def referenced(self) -> set[Key]:
        """All cells that are not blank and that a formula refers to."""
        areas = {area for found in self.areas.values() for area in found}
        return {cell for area in areas for cell in self.contents.held(area)}

    @cached_property
    def shapes(self) -> dict[Key, str]:
        """Each formula with relative references, by cell: formulas that are equal in R1C1 are equal here."""
        return {
            key: "".join(
                _relative(token.value, key)
                if token.type == "OPERAND" and token.subtype == "RANGE"
                else token.value.upper()
                for token in tokens
            )
            for key, tokens in self.tokens.items()
        }

    def is_number(self, key: Key) -> bool:
        """Whether a cell holds a number, constant or computed."""
        value = self.contents.constants.get(key)
        if isinstance(value, float):
            return True
        return key in self.contents.formulas and not isinstance(self.cached.get(key), str)

    def text(self, key: Key) -> str:
        """A cell's constant text, empty if it has none."""
        value = self.contents.constants.get(key)
        return value if isinstance(value, str) else ""


def read_view(path: Path) -> WorkbookView:
    """The view of a workbook. Raises ModelError if it cannot be read."""
    book = open_book(path)
    contents = contents_of(path, book)
    cached = cached_values(path)
    merged = [Area(name, *area) for name, areas in merged_areas(path).items() for area in areas]
    blue, hidden = set(), []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            hidden.append(f"{sheet.title} (sheet)")
        hidden += [f"{sheet.title}!{n} (row)" for n, d in sheet.row_dimensions.items() if d.hidden]
        hidden += [
            f"{sheet.title}!{c} (column)" for c, d in sheet.column_dimensions.items() if d.hidden
        ]
        for cell in cells_of(sheet):
            try:
                colour = cell.font.color.rgb if cell.font and cell.font.color else None
            except IndexError:
                where = f"{sheet.title}!{cell.coordinate}"
                raise fail(f"{path} is damaged: {where} has a look that is not there") from None
            typed = isinstance(cell.value, (int, float)) and isinstance(colour, str)
            if typed and str(colour).endswith(BLUE):
                blue.add((sheet.title, int(cell.row), int(cell.column)))
    with zipfile.ZipFile(path) as archive:
        parts = tuple(archive.namelist())
    texts = {name: str(defined.attr_text) for name, defined in book.defined_names.items()}
    return WorkbookView(
        contents, cached, frozenset(blue), tuple(hidden), tuple(merged), texts, parts
    )


def _relative(text: str, key: Key) -> str:
    found = _REFERENCE.match(text)
    if found is None:
        return text.upper()

    def part(fixed_column: str, column: str, fixed_row: str, row: str) -> str:
        number = range_boundaries(f"{column.upper()}1")[0] or 0
        across = str(number) if fixed_column else f"[{number - key[2]}]"
        return f"R{row if fixed_row else f'[{int(row) - key[1]}]'}C{across}"

    shape = part(found[3], found[4], found[5], found[6])
    if found[8]:
        shape += ":" + part(found[7], found[8], found[9], found[10])
    return f"{(found[1] or found[2] or '').upper()}!{shape}"


def cell_name(sheet: str, row: int, column: int) -> str:
    """A cell as a person writes it, from row and column counted from 1: Debt!H14."""
    return f"{sheet}!{get_column_letter(column)}{row}"
