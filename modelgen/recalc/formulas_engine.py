"""The formulas library, used well: each distinct formula is compiled once and bound to its cells.

Stock `formulas` parses and compiles every cell anew, though the cells of a row repeat one formula.
Here the references of a formula are lifted out, so that all formulas of one shape share one program
of the library's own functions; cells are computed in the order of their needs. What was compiled, and
the values of the workbook as it stands, are kept by what they came from: a recalculation with other
inputs loads nothing anew and computes only what the changes reach. What the functions mean is the
library's alone. A workbook with functions that look at where their argument stands (ROW, OFFSET, ...)
or with array formulas is left to the stock library.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import astuple, dataclass
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from modelgen.problem import EngineError
from modelgen.recalc import cache, excel_rules, lean, program
from modelgen.recalc.contents import Area, Contents, Key, Value, a1, tokens_of
from modelgen.recalc.engines import Report, among
from modelgen.recalc.program import Program, Written, compile_program, read_program

# A formula that refers to more cells than this is not given to the library, which would copy them all.
LARGEST_AREA = 2**20
_EXPLOSIVE = re.compile(rf"\b({'|'.join(sorted(excel_rules.EXPLOSIVE))})\(", re.IGNORECASE)
_BY_PLACE = re.compile(
    r"\b(ROW|COLUMN|OFFSET|INDIRECT|CELL|ADDRESS|FORMULATEXT|AREAS)\(", re.IGNORECASE
)


def _own_text() -> bytes:
    """What the entries that are kept depend on beside the workbook and the library: these modules."""
    return b"".join(
        Path(file).read_bytes()
        for file in (__file__, program.__file__, excel_rules.__file__, lean.__file__)
    )


def is_available() -> bool:
    """Whether the package is installed."""
    from importlib.util import find_spec

    return find_spec("formulas") is not None


def load(contents: Contents) -> "Formulas | StockFormulas":
    """The workbook, bound to compiled formulas."""
    by_place = any(_BY_PLACE.search(text) for text in contents.formulas.values())
    if by_place or contents.arrays:
        return StockFormulas(contents)
    return Formulas(contents)


@dataclass(frozen=True, slots=True)
class _Bound:
    """A cell, the number of its shape, and the areas that are its references in order."""

    key: Key
    shape: int
    areas: tuple[Area, ...]


class Formulas:
    """A workbook whose cells are bound to one program for each shape of formula."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        formulas, names = sorted(contents.formulas.items()), sorted(contents.names.items())
        self._key = cache.key_of((version("formulas"), _own_text(), formulas, names))
        constants = sorted(contents.constants.items())
        self._values_key = cache.key_of(("values", self._key, constants))
        # A shape is a program as it was kept, or the text of a formula still to be compiled.
        self._shapes: list[str | Written] = []
        self._programs: dict[int, Program] = {}
        cells = self._read(cache.load(self._key))
        if cells is None:
            numbers: dict[str, int] = {}
            bound = [self._bind(key, text, numbers) for key, text in formulas]
            cells = _sorted(bound, self._contents.held)
            self._shapes += numbers
        self._cells = cells
        self._base: dict[Key, Any] | None = self._read_values()

    @property
    def distinct(self) -> int:
        """How many shapes of formula there are."""
        return len(self._shapes)

    def calculate(
        self,
        changes: Mapping[Key, Value],
        report: Report | None = None,
        wanted: Collection[Key] | None = None,
    ) -> dict[Key, Value]:
        """All formula cells after the changes, or those wanted alone. Only what the changes reach is
        computed, from the values of the workbook as it stands.
        """
        if self._base is None and wanted is None:
            values: dict[Key, Any] = dict(self._contents.constants)
            self._compute(values, None, None, report)
            self._base = {bound.key: values[bound.key] for bound in self._cells}
            self._keep()
        asked = None if wanted is None else self._needed(wanted)
        values = {**self._contents.constants, **(self._base or {}), **changes}
        if self._base is None:
            self._compute(values, None, asked, report)
        elif changes:
            constants = self._contents.constants
            stale = {key for key, value in changes.items() if constants.get(key) != value}
            self._compute(values, stale, asked, report)
        if report:
            report(len(self._cells), len(self._cells))
        return {key: _plain(values[key]) for key in among(self._contents, wanted)}

    def _compute(
        self,
        values: dict[Key, Any],
        stale: set[Key] | None,
        asked: set[Key] | None,
        report: Report | None,
    ) -> None:
        """Computes cells in their order; with `stale`, those alone that read a stale one."""
        blank = excel_rules.empty()
        for key, value in values.items():
            if value is None:
                values[key] = blank
        for key in self._contents.errors:
            # An input set from outside is a number, whatever stood in its cell.
            if type(values[key]) is str:
                values[key] = excel_rules.error(values[key])
        for done, bound in enumerate(self._cells):
            if asked is not None and bound.key not in asked:
                continue
            if stale is not None and not _reads(bound.areas, stale):
                continue
            value = self._value(bound, values, blank)
            if stale is not None and not _equal(values[bound.key], value):
                stale.add(bound.key)
            values[bound.key] = value
            if report and done % 200 == 0:
                report(done, len(self._cells))

    def _value(self, bound: _Bound, values: Mapping[Key, Any], empty: object) -> Any:
        steps = self._program(bound)
        arguments = [_argument(bound.areas[n], values, empty) for n in steps.arguments]
        try:
            result = steps(*arguments)
        except Exception as error:
            raise EngineError(f"formulas failed at {a1(bound.key)}: {error}") from None
        if isinstance(result, np.ndarray):
            result = result.item() if result.size == 1 else result.ravel()[0]
        return 0 if result is empty else result

    def _program(self, bound: _Bound) -> Program:
        """The program of a cell's shape: as kept, or compiled when it is first needed."""
        found = self._programs.get(bound.shape)
        if found is None:
            shape = self._shapes[bound.shape]
            found = (
                self._compiled(bound, shape)
                if isinstance(shape, str)
                else self._read_kept(bound, shape)
            )
            self._programs[bound.shape] = found
        return found

    def _compiled(self, bound: _Bound, shape: str) -> Program:
        try:
            return compile_program(shape)
        except Exception as error:  # the library's parser raises whatever it meets
            reason = next(iter(str(error).splitlines()), "") or "it cannot read it"
            text = self._contents.formulas[bound.key]
            where = f"{a1(bound.key)}, {text if len(text) < 80 else text[:77] + '...'}"
            raise EngineError(f"formulas cannot compile {where}: {reason}") from None

    def _read_kept(self, bound: _Bound, written: Written) -> Program:
        """The program as it was kept; compiled again, where what was kept is none."""
        try:
            return read_program(written)
        except (KeyError, TypeError, ValueError):
            shape, _ = self._lifted(bound.key, self._contents.formulas[bound.key])
            return self._compiled(bound, shape)

    def _needed(self, wanted: Collection[Key]) -> set[Key]:
        """The cells wanted and all formula cells that they are computed from."""
        needed = set(wanted)
        for bound in reversed(self._cells):
            if bound.key in needed:
                needed.update(key for area in bound.areas for key in self._contents.held(area))
        return needed

    def _bind(self, key: Key, text: str, numbers: dict[str, int]) -> _Bound:
        shape, areas = self._lifted(key, text)
        return _Bound(key, numbers.setdefault(shape, len(numbers)), tuple(areas))

    def _lifted(self, key: Key, text: str) -> tuple[str, list[Area]]:
        """The formula with each distinct reference replaced by a cell of its own (A1, A2, ...)."""
        areas: list[Area] = []
        places: dict[Area, int] = {}
        out = ["="]
        explosive = _EXPLOSIVE.search(text)
        for token in tokens_of(text):
            if token.type == "OPERAND" and token.subtype == "RANGE":
                area = self._area(key, token.value)
                if area not in places:
                    places[area] = len(areas)
                    areas.append(area)
                out.append(f"A{places[area] + 1}")
            elif token.type == "OPERAND" and token.subtype == "NUMBER":
                out.append(self._number(key, token.value, bool(explosive), "^" in text))
            else:
                out.append(token.value)
        return "".join(out), areas

    def _number(self, key: Key, text: str, explosive: bool, power: bool) -> str:
        """A number of the formula. The library works out what is constant while it compiles, in whole numbers
        of any size: 9^9^9 would never end.
        """
        if explosive and float(text) > excel_rules.MOST:
            raise EngineError(f"{a1(key)} asks for more than a cell can hold: {text}")
        return f"{text}.0" if power and text.isdigit() else text

    def _area(self, key: Key, text: str) -> Area:
        area = self._contents.area(text, key[0])
        if area is not None and area.size > LARGEST_AREA:
            raise EngineError(f"{a1(key)} refers to {text}: more cells than formulas can take")
        if area is None:
            raise EngineError(f"{a1(key)} refers to '{text}', which formulas cannot follow here")
        return area

    def _keep(self) -> None:
        """Keeps what was compiled, and the values of the workbook as it stands."""
        areas = {area: None for bound in self._cells for area in bound.areas}
        numbers = {area: number for number, area in enumerate(areas)}
        shapes = [
            written if (written := self._programs[number].written()) else shape
            for number, shape in enumerate(self._shapes)
        ]
        cells = [(*b.key, b.shape, [numbers[area] for area in b.areas]) for b in self._cells]
        cache.store(
            self._key,
            {"shapes": shapes, "areas": [astuple(area) for area in areas], "cells": cells},
        )
        assert self._base is not None
        values = [_written(self._base[bound.key]) for bound in self._cells]
        if None not in values:
            cache.store(self._values_key, values)

    def _read(self, kept: Any) -> list[_Bound] | None:
        """The cells of an entry that was kept, in their order; None where there is none."""
        try:
            areas = [Area(*area) for area in kept["areas"]]
            cells = [
                _Bound((sheet, row, column), shape, tuple(areas[number] for number in numbers))
                for sheet, row, column, shape, numbers in kept["cells"]
            ]
            shapes = list(kept["shapes"])
        except (TypeError, KeyError, ValueError, IndexError):
            return None
        if {bound.key for bound in cells} != self._contents.formulas.keys():
            return None
        if any(not 0 <= bound.shape < len(shapes) for bound in cells):
            return None
        self._shapes += shapes
        return cells

    def _read_values(self) -> dict[Key, Any] | None:
        """The values that were kept of the workbook as it stands."""
        kept = cache.load(self._values_key)
        if not isinstance(kept, list) or len(kept) != len(self._cells):
            return None
        values = [excel_rules.error(v[0]) if isinstance(v, list) and v else v for v in kept]
        if any(isinstance(value, (list, dict)) or value is None for value in values):
            return None
        return {bound.key: value for bound, value in zip(self._cells, values, strict=True)}


def _sorted(cells: list[_Bound], held: Callable[[Area], list[Key]]) -> list[_Bound]:
    """The cells, each after those it reads."""
    by_key = {bound.key: bound for bound in cells}
    graph = {
        bound.key: [key for area in bound.areas for key in held(area) if key in by_key]
        for bound in cells
    }
    try:
        return [by_key[key] for key in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        ring = " -> ".join(f"{a1(key)}" for key in error.args[1])
        raise EngineError(f"the workbook is circular: {ring}") from None


def _reads(areas: tuple[Area, ...], keys: Collection[Key]) -> bool:
    """Whether some of the areas hold one of the keys."""
    for area in areas:
        if area.is_cell:
            if (area.sheet, area.row, area.column) in keys:
                return True
        elif area.size > len(keys):
            if any(area.holds(key) for key in keys):
                return True
        elif any(key in keys for key in area.cells()):
            return True
    return False


def _argument(area: Area, values: Mapping[Key, Any], empty: object) -> Any:
    if area.is_cell:
        return values.get((area.sheet, area.row, area.column), empty)
    cells = [values.get(key, empty) for key in area.cells()]
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    return array.reshape(area.last_row - area.row + 1, area.last_column - area.column + 1)


def _kept(value: Any) -> Any:
    """A value as it may be written down, and read again as what it was; None for an error."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if type(value) in (bool, int, float, str) else None


def _written(value: Any) -> Any:
    """A value as it is kept: an error as a list of its text; None where it cannot be written down."""
    found = _kept(value)
    return [str(value)] if found is None and _is_error(value) else found


def _is_error(value: Any) -> bool:
    return (
        isinstance(value, str) and type(value) is not str and value is excel_rules.error(str(value))
    )


def _equal(before: Any, now: Any) -> bool:
    """Whether two values are the same."""
    plain = _kept(before), _kept(now)
    if None in plain:
        return before is now and _is_error(now)
    alike = all(isinstance(plain[0], kind) == isinstance(plain[1], kind) for kind in (str, bool))
    return alike and bool(plain[0] == plain[1])


def _plain(value: Any) -> Value:
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, float, np.integer, np.floating)):
        return float(value) if np.isfinite(value) else "#NUM!"
    return None if value is None else str(value)


class StockFormulas:
    """The library's own ExcelModel: slow, and the reference that the fast way is tested against."""

    def __init__(self, contents: Contents) -> None:
        import formulas

        self._contents = contents
        try:
            excel_model: Any = formulas.ExcelModel  # type: ignore[attr-defined]
            self._model = excel_model().loads(str(contents.path)).finish()
        except Exception as error:
            raise EngineError(f"formulas cannot read {contents.path}: {error}") from None

    def calculate(
        self,
        changes: Mapping[Key, Value],
        report: Report | None = None,
        wanted: Collection[Key] | None = None,
    ) -> dict[Key, Value]:
        """All formula cells after the changes."""
        inputs = {self._node(key): value for key, value in changes.items()}
        try:
            solution = self._model.calculate(inputs=inputs or None)
        except Exception as error:
            raise EngineError(f"formulas failed: {error}") from None
        found: dict[Key, Value] = {}
        for key in among(self._contents, wanted):
            ranges = solution.get(self._node(key))
            found[key] = _plain(ranges.value.ravel()[0]) if ranges is not None else None
        if report:
            report(len(found), len(found))
        return found

    def _node(self, key: Key) -> str:
        """The library's id of a cell: sheet names in capitals."""
        sheet, cell = key[0].upper(), a1(key).rpartition("!")[2]
        return f"'[{self._contents.path.name}]{sheet}'!{cell}"
