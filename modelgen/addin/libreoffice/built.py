"""What was changed of a workbook since it was built, inputs apart: formulas overtyped or added, tables
tampered with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from .cells import a1, day_of
from .reading import BANDS, GIVEN, NOTHING, PERIOD_ENDS, PERIOD_FLAGS, PREFIX

if TYPE_CHECKING:
    from .cells import Key
    from .naming import Naming
    from .reading import Entry, Model, Table

_TOTALS, _CHOICES, _ASSUMED = "row_totals", "choices", "assumed"
_OF_SHEETS = "sheet"
_BAND_NAMES = tuple(name.replace("_ends", "_names") for name in BANDS)
_ALONG_PERIODS = (PERIOD_ENDS, PERIOD_FLAGS, *BANDS, *_BAND_NAMES)
_AREAS = (*_ALONG_PERIODS, _TOTALS, "status_cell", "case_cell", _CHOICES, _ASSUMED)
_SEALED, _FREE = ("figures", "checks", "stamps", "lines", "forms"), ("label", "unit", "basis")
_ROLES = ("status", "holds", "scenario")
_NAME = re.compile(r"[\w.]+")


class Overtyped(NamedTuple):
    """A cell whose formula is not the one it was built with; an empty `was` is a formula that was added."""

    key: Key
    id: str
    was: str
    now: str

    @property
    def words(self) -> str:
        """What happened to the cell, in a sentence."""
        if not self.was:
            return f"{a1(self.key)}: the formula {self.now} was added."
        return f"{a1(self.key)} ({self.id}): {self.was} was replaced by {self.now}."


def overtyped(naming: Naming) -> list[Overtyped]:
    """The cells of lines, of tables and of the sheets' own areas that were overtyped or cleared, and the
    formulas that were added.
    """
    found: list[Overtyped] = []
    for entry in naming.model.lines.values():
        total = _total_cell(naming, entry)
        if total is not None and _content(naming, total) != f"=SUM({entry.id}[all])":
            was = f"=SUM({entry.id}[all])"
            found.append(Overtyped(total, entry.id, was, _content(naming, total)))
        for index, cell in enumerate(entry.cells):
            allowed = entry.formulas(index)
            value = naming.book.value(cell)
            if GIVEN in allowed and naming.book.is_constant(cell) and isinstance(value, float):
                continue
            now = _content(naming, cell)
            if entry.row.text("formula") and now not in allowed:
                found.append(Overtyped(cell, entry.id, allowed[0], now))
    forms = _forms(naming.model)
    for table in naming.model.tables:
        found += _odd_records(naming, table, forms)
    return [*found, *_odd_sheets(naming, forms), *_added(naming)]


def _forms(model: Model) -> dict[str, dict[str, set[str]]]:
    """The formulas in names that the columns of each table share."""
    out: dict[str, dict[str, set[str]]] = {}
    for row in model.rows("forms"):
        columns = out.setdefault(row.text("table"), {})
        columns.setdefault(row.text("column"), set()).add(row.text("formula"))
    return out


def _content(naming: Naming, cell: Key) -> str:
    """What a cell holds: its formula in names, or its constant."""
    if cell in naming.book.formulas:
        return naming.formula(cell)
    value = naming.book.value(cell)
    if isinstance(value, str):
        return f"the text '{value}'"
    return NOTHING if value is None else f"{value:g}"


def _total_cell(naming: Naming, entry: Entry) -> Key | None:
    area = naming.book.areas.get(_TOTALS, {}).get(entry.cells[0][0])
    shown = area is not None and entry.row.value("total") == 1
    return (area.sheet, entry.cells[0][1], area.column) if area is not None and shown else None


def _as_form(formula: str, subject: str, period: str) -> str:
    """A formula with the words `subject` and `period` for the row's own."""
    if not subject:
        return formula
    form = _NAME.sub(lambda found: "subject" if found[0] == subject else found[0], formula)
    return form.replace(f"subject@{period}", "subject@period") if period else form


def _odd_records(
    naming: Naming, table: Table, forms: dict[str, dict[str, set[str]]]
) -> Iterator[Overtyped]:
    subject = "line" if table.kind == "figures" else "id"
    for key, allowed in forms.get(table.name, {}).items():
        for row in table.rows:
            if key in row.cells:
                now = _content(naming, row.cells[key])
                period = day_of(row.value("period")) if "period" in row.cells else ""
                if _as_form(now, row.text(subject), period) not in allowed:
                    was = " or ".join(sorted(allowed))
                    yield Overtyped(row.cells[key], row.text("id"), was, now)


def _odd_sheets(naming: Naming, forms: dict[str, dict[str, set[str]]]) -> Iterator[Overtyped]:
    book = naming.book
    coded = {e.cells[0][:2] for e in naming.model.inputs.values() if e.row.text("codes")}
    for name, allowed in forms.get(_OF_SHEETS, {}).items():
        for sheet, area in book.areas.get(name, {}).items():
            header = book.areas.get(PERIOD_ENDS, {}).get(sheet)
            for cell in area.cells():
                if name in _ALONG_PERIODS and header is not None:
                    if (sheet, header.row, cell[2]) not in book.values:
                        continue
                elif name == _CHOICES and cell[:2] not in coded:
                    continue
                elif name == _ASSUMED and cell not in book.formulas:
                    continue  # the value of a row of inputs, in words
                now = _content(naming, cell)
                if now not in allowed:
                    yield Overtyped(cell, name, " or ".join(sorted(allowed)), now)


def _added(naming: Naming) -> Iterator[Overtyped]:
    """The formulas that belong to no line, table or area of a sheet."""
    book = naming.book
    sheets = (book.areas.get(name, {}) for name in _AREAS if name != _TOTALS)
    own = {cell for areas in sheets for area in areas.values() for cell in area.cells()}
    totals = {_total_cell(naming, entry) for entry in naming.model.lines.values()}
    for key in book.formulas:
        if not (key in naming.named or key in naming.tabled or key in own or key in totals):
            yield Overtyped(key, "", "", naming.formula(key))


def lost(model: Model) -> Iterator[str]:
    """In sentences, what the workbook had when it was built and no longer has, or has otherwise."""
    yield from model.lost
    book = model.book
    area = book.names.get(f"{PREFIX}seal")
    *counts, digest = str((area and book.value(area.first)) or "").split() or [""]
    if not digest or not all(part.partition("=")[2].isdigit() for part in counts):
        yield "The seal of the workbook's tables is gone: whether they are as they were built is not known."
        return
    now = {table.name: len(table.rows) for table in model.tables}
    now.update({f"sheet.{name}": len(found) for name, found in book.areas.items()})
    now["roles"] = sum(f"{PREFIX}role.{role}" in book.names for role in _ROLES)
    complete = True
    for part in counts:
        name, _, built = part.partition("=")
        if now.get(name, 0) < int(built):
            complete = False
            words = name.replace("sheet.", "the areas ")
            yield f"Of {words}, only {now.get(name, 0)} of {built} are left."
    if complete and _digest(model) != digest:
        yield (
            "A constant in the tables of figures, checks or stamps, or on the map, was changed since "
            "the workbook was built."
        )


def _digest(model: Model) -> str:
    """A digest of the constants of the sealed tables; numbers count to 12 digits."""
    texts = []
    for table in model.tables:
        for row in table.rows if table.kind in _SEALED else ():
            text = [table.name]
            for key in sorted(set(row.cells) - set(_FREE)):
                value = row.value(key) if row.cells[key] not in model.book.formulas else None
                said = f"{value:.12g}" if isinstance(value, float) else str(value or "")
                text += [key, said] if said else []
            texts.append("\x1f".join(text))
    return sha256("\x1e".join(sorted(texts)).encode()).hexdigest()[:16]
