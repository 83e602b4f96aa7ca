"""The engine `formulas`: each distinct formula is compiled once and bound to its cells.

Stock `formulas` parses and compiles every cell, though the cells of a row repeat one formula. Here the
references of a formula are lifted out, so that all formulas of one shape share one program of the library's
own functions; cells are computed in order of dependency. Programs, the values of the workbook, and the values
after changes are cached by what they were made from: another input needs no compilation and recomputes only
its dependents, and nothing is computed twice. The meaning of the functions is the library's own, except for
how Excel reads the cells a function refers to (excel_rules). A workbook with functions that depend on the
position of their argument (OFFSET, ...) is left to the stock library, if it is small.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache as once
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelgen.workbook import cache
from modelgen.workbook.contents import Contents, Key, Value
from modelgen.workbook.engines import Engine, Report, selected

if TYPE_CHECKING:
    from modelgen.workbook.formulas_cells import Cells

# ROW() and ROW(A5) are numbers known from the formula; ROW(INDEX(...)) is not.
_BY_PLACE = re.compile(
    r"\b(?:OFFSET|INDIRECT|CELL|ADDRESS|FORMULATEXT|AREAS|(?:ROW|COLUMN)S?\([^()]*)\(",
    re.IGNORECASE,
)
_MODULES = (
    "formulas_engine.py",
    "formulas_cells.py",
    "formulas_values.py",
    "excel_rules.py",
    "program.py",
    "lean.py",
    "contents.py",
)


def is_available() -> bool:
    """Whether the package of this engine is installed."""
    return find_spec("formulas") is not None


def load(contents: Contents) -> Engine:
    """The workbook in this engine."""
    by_place = _BY_PLACE.search("\n".join(contents.formulas.values()))
    if by_place or contents.arrays:
        from modelgen.workbook.stock_formulas import StockFormulas

        return StockFormulas(contents)
    return Formulas(contents)


class Formulas:
    """A workbook whose cells are bound to one program for each shape of formula. The library is imported, and
    programs are read, only when something must be computed that is not in the cache.
    """

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._order = sorted(contents.formulas)
        formulas = [(key, contents.formulas[key]) for key in self._order]
        self._key = cache.key_of(
            (_library(), _own_text(), formulas, sorted(contents.names.items()))
        )
        held = sorted(contents.constants.items()), sorted(contents.errors)
        self._values_key = cache.key_of(("values", self._key, *held))
        self._bound: Cells | None = None
        self._base: list[Any] | None = _values(cache.load(self._values_key), len(self._order))

    @property
    def distinct(self) -> int:
        """How many shapes of formula there are."""
        return self._cells().distinct

    def calculate(
        self,
        changes: Mapping[Key, Value],
        report: Report | None = None,
        wanted: Collection[Key] | None = None,
    ) -> dict[Key, Value]:
        """The values of all formula cells after the changes, or only of those wanted. Starting from the
        values of the unchanged workbook, only the dependents of the changes are computed.
        """
        constants = self._contents.constants
        real = {
            key: value
            for key, value in changes.items()
            if constants.get(key) != value
            or isinstance(constants.get(key), bool) != isinstance(value, bool)
        }
        asked = list(selected(self._contents, wanted))
        if not real and self._base is not None:
            base = dict(zip(self._order, self._base, strict=True))
            found = {key: _plain(base[key]) for key in asked}
        else:
            found = self._after(real, asked, None if wanted is None else set(wanted), report)
        if report:
            report(len(self._order), len(self._order))
        return found

    def _after(
        self,
        changes: Mapping[Key, Value],
        asked: list[Key],
        wanted: set[Key] | None,
        report: Report | None,
    ) -> dict[Key, Value]:
        """The values after changes, from the cache or computed now."""
        told = sorted(asked) if wanted is not None else None
        key = cache.key_of(("after", self._values_key, sorted(changes.items()), told))
        kept = _values(cache.load(key), len(asked))
        if kept is not None:
            return dict(zip(asked, [_plain(value) for value in kept], strict=True))
        from modelgen.workbook.formulas_values import plain, read, written

        cells = self._cells()
        if self._base is None and wanted is None:
            values = cells.computed({}, None, None, report)
            base = [written(values[one]) for one in self._order]
            if None not in base:
                self._base = base
                cache.store(self._values_key, base)
        if changes or wanted is not None or self._base is None:
            start = None
            if self._base is not None:
                start = dict(zip(self._order, map(read, self._base), strict=True))
            values = cells.computed(changes, start, wanted, report)
        cells.keep()
        found = {one: plain(values[one]) for one in asked}
        if changes or wanted is not None:
            cache.store(key, list(found.values()))
        return found

    def _cells(self) -> Cells:
        if self._bound is None:
            from modelgen.workbook.formulas_cells import Cells

            self._bound = Cells(self._contents, self._key)
        return self._bound


@once
def _library() -> str:
    """The version of the library, from its package's metadata, without importing it."""
    found = find_spec("formulas")
    place = (
        Path(found.origin).with_name("_version.py") if found is not None and found.origin else None
    )
    return place.read_text(encoding="utf-8") if place is not None else ""


@once
def _own_text() -> str:
    """A digest of the modules on which the cached data depends, besides the workbook and the library."""
    folder = Path(__file__).parent
    return sha256(b"".join((folder / module).read_bytes() for module in _MODULES)).hexdigest()


def _values(kept: Any, count: int) -> list[Any] | None:
    """Cached values: each a number, a text, a boolean, or an error as a list with its text."""
    if not isinstance(kept, list) or len(kept) != count:
        return None
    for value in kept:
        text = value[0] if isinstance(value, list) and len(value) == 1 else value
        if not isinstance(text, (str, int, float)):
            return None
    return kept


def _plain(value: Any) -> Value:
    """A cached value as an engine gives it."""
    if isinstance(value, list):
        return str(value[0])
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
