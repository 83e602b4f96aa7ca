"""The formula cells of a workbook, each bound to the program for its shape, in order of dependency."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np
from openpyxl.formula.tokenizer import Token

from modelgen.problem import EngineError
from modelgen.workbook import cache, excel_rules
from modelgen.workbook.contents import Area, Contents, Key, Value, a1, tokens_of
from modelgen.workbook.engines import Report
from modelgen.workbook.formulas_values import equal
from modelgen.workbook.program import Program, Written, compile_program, read_program

# A formula that refers to more cells than this is not given to the library, which would copy all of them.
LARGEST_AREA = 2**20
EXPLOSIVE_CALL = re.compile(rf"\b({'|'.join(sorted(excel_rules.EXPLOSIVE))})\(", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Bound:
    """A cell, the number of its shape, and the areas that it refers to, in order."""

    key: Key
    shape: int
    areas: tuple[Area, ...]


class Cells:
    """The formula cells of a workbook; `key` is the cache key of everything that their programs depend on."""

    def __init__(self, contents: Contents, key: str) -> None:
        self._contents = contents
        self._key = key
        # A shape is a program from the cache, or the text of a formula still to be compiled.
        self._shapes: list[str | Written] = []
        self._programs: dict[int, Program] = {}
        self._fresh = False
        self._in_order = self._read(cache.load(key)) or self._sorted()

    @property
    def distinct(self) -> int:
        """The number of distinct shapes of formula."""
        return len(self._shapes)

    def computed(
        self,
        changes: Mapping[Key, Value],
        base: Mapping[Key, Any] | None,
        wanted: Collection[Key] | None,
        report: Report | None,
    ) -> dict[Key, Any]:
        """The library's values of all cells after changes, or of those wanted and what they depend on.
        Starting from the values of the unchanged workbook, only the dependents of the changes are computed.
        """
        asked = None if wanted is None else self._needed(wanted)
        values: dict[Key, Any] = {**self._contents.constants, **(base or {}), **changes}
        stale = None if base is None else set(changes)
        blank = excel_rules.empty()
        for key, value in changes.items():
            if value is None:
                values[key] = blank
        for key in self._contents.errors - changes.keys():
            values[key] = excel_rules.error(values[key])
        for done, bound in enumerate(self._in_order):
            if asked is not None and bound.key not in asked:
                continue
            if stale is not None and not _reads(bound.areas, stale):
                continue
            value = self._value(bound, values, blank)
            if stale is not None and not equal(values[bound.key], value):
                stale.add(bound.key)
            values[bound.key] = value
            if report and done % 200 == 0:
                report(done, len(self._in_order))
        return values

    def keep(self) -> None:
        """Caches the programs, if any were compiled; a shape that was not needed is cached as its text."""
        if not self._fresh:
            return
        self._fresh = False
        areas = {area: None for bound in self._in_order for area in bound.areas}
        numbers = {area: number for number, area in enumerate(areas)}
        shapes = [
            self._programs[number].written() or shape if number in self._programs else shape
            for number, shape in enumerate(self._shapes)
        ]
        cells = [(*b.key, b.shape, [numbers[area] for area in b.areas]) for b in self._in_order]
        cache.store(
            self._key,
            {"shapes": shapes, "areas": [astuple(area) for area in areas], "cells": cells},
        )

    def _value(self, bound: _Bound, values: Mapping[Key, Any], empty: object) -> Any:
        steps = self._program(bound)
        arguments = [_argument(bound.areas[n], values, empty) for n in steps.arguments]
        try:
            result = steps(*arguments)
        except Exception as error:
            text = self._contents.formulas[bound.key]
            raise EngineError(
                f"formulas failed at {a1(bound.key)}, {text:.80}: {_reason(error)}"
            ) from None
        if isinstance(result, np.ndarray):
            result = result.item() if result.size == 1 else result.ravel()[0]
        if type(result) is int and abs(result) > 2**53:
            try:
                return float(result)
            except OverflowError:
                return excel_rules.error("#NUM!")
        return 0 if result is empty else result

    def _program(self, bound: _Bound) -> Program:
        """The program for a cell's shape, from the cache or compiled when first needed."""
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
            found = compile_program(shape)
        except Exception as error:  # the library's parser may raise anything
            text = self._contents.formulas[bound.key]
            raise EngineError(
                f"formulas cannot compile {a1(bound.key)}, {text:.80}: {_reason(error)}"
            ) from None
        self._fresh = self._fresh or found.written() is not None
        return found

    def _read_kept(self, bound: _Bound, written: Written) -> Program:
        """The cached program; compiled again if the cached data is invalid."""
        try:
            return read_program(written)
        except (KeyError, TypeError, ValueError):
            shape, _ = self._lifted(bound.key, self._contents.formulas[bound.key])
            return self._compiled(bound, shape)

    def _needed(self, wanted: Collection[Key]) -> set[Key]:
        """The cells wanted and all their precedents that are formula cells."""
        needed = set(wanted)
        for bound in reversed(self._in_order):
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
        explosive = EXPLOSIVE_CALL.search(text)
        for token in _with_places(tokens_of(text), key, self._contents):
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
        """A number in a formula, written as a float: the library evaluates constants while it compiles, in
        integers of any size, and 9^9^9 would never end.
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

    def _read(self, kept: Any) -> list[_Bound] | None:
        """The cells of a cached entry, in order; None if there is none."""
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

    def _sorted(self) -> list[_Bound]:
        """The cells, newly bound, each after those it reads. Raises EngineError if they are circular."""
        numbers: dict[str, int] = {}
        cells = [
            self._bind(key, text, numbers) for key, text in sorted(self._contents.formulas.items())
        ]
        self._shapes += numbers
        self._fresh = True
        by_key = {bound.key: bound for bound in cells}
        held = self._contents.held
        graph = {
            bound.key: [key for area in bound.areas for key in held(area) if key in by_key]
            for bound in cells
        }
        try:
            return [by_key[key] for key in TopologicalSorter(graph).static_order()]
        except CycleError as error:
            ring = " -> ".join(f"{a1(key)}" for key in error.args[1])
            raise EngineError(f"the workbook is circular: {ring}") from None


def _with_places(tokens: Sequence[Token], key: Key, contents: Contents) -> list[Token]:
    """A formula with ROW(), ROW(Debt!A5) and ROWS(A1:A9), and likewise for columns, replaced by their
    numbers. Raises EngineError for the row or column of anything else.
    """
    found: list[Token] = []
    rest = iter(tokens)
    for token in rest:
        name = token.value.upper()
        if name not in ("ROW(", "COLUMN(", "ROWS(", "COLUMNS("):
            found.append(token)
            continue
        inside = []
        for one in rest:
            if one.subtype == Token.CLOSE:
                break
            inside += [one] if one.type != Token.WSPACE else []
        area = contents.area(inside[0].value, key[0]) if len(inside) == 1 else None
        if area is None and (inside or name.endswith("S(")):
            what = "".join(one.value for one in inside)
            raise EngineError(f"{a1(key)}: formulas cannot follow {name}{what:.40})")
        row, column = (area.row, area.column) if area is not None else key[1:]
        if area is not None and name.endswith("S("):
            row, column = area.last_row - area.row + 1, area.last_column - area.column + 1
        number = row if name.startswith("ROW") else column
        found.append(Token(str(number), Token.OPERAND, Token.NUMBER))
    return found


def _reason(error: Exception) -> str:
    """The library's message in one line; it does not always format its messages."""
    if isinstance(error, NotImplementedError):
        return "it does not have this function"
    text = str(error.args[0]).partition(":")[0] if len(error.args) > 1 else str(error)
    return next(iter(text.splitlines()), "") or type(error).__name__


def _reads(areas: tuple[Area, ...], keys: Collection[Key]) -> bool:
    """Whether any of the areas contains one of the cells."""
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
