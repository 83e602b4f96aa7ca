"""The formulas library, used well: each distinct formula is compiled once and bound to its cells.

Stock `formulas` parses and compiles every cell anew, though the cells of a row repeat one formula.
Here the references of a formula are lifted out, so that all formulas of one shape share one
compiled function; cells are computed in the order of their needs, each by that function. What the
functions mean is the library's alone. A workbook with functions that look at where their argument
stands (ROW, OFFSET, ...) or with array formulas is left to the stock library.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np
from openpyxl.formula import Tokenizer

from modelgen.problem import EngineError
from modelgen.recalc.contents import Area, Contents, Key, Value, a1
from modelgen.recalc.engines import Report

_BY_PLACE = re.compile(
    r"\b(ROW|COLUMN|OFFSET|INDIRECT|CELL|ADDRESS|FORMULATEXT|AREAS)\(", re.IGNORECASE
)


def is_available() -> bool:
    """Whether the package is installed."""
    import formulas  # noqa: F401

    return True


def load(contents: Contents) -> "Formulas | StockFormulas":
    """The workbook, bound to compiled formulas."""
    by_place = any(_BY_PLACE.search(text) for text in contents.formulas.values())
    if by_place or contents.arrays:
        return StockFormulas(contents)
    return Formulas(contents)


@dataclass(frozen=True, slots=True)
class _Bound:
    """A cell's compiled formula and the areas that are its arguments."""

    function: Callable[..., Any]
    areas: tuple[Area, ...]


class Formulas:
    """A workbook whose cells are bound to one compiled function for each shape of formula."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._compiled: dict[str, tuple[Callable[..., Any], tuple[int, ...]]] = {}
        self._bound = {key: self._bind(key, text) for key, text in contents.formulas.items()}
        self._order = self._sorted()

    @property
    def distinct(self) -> int:
        """How many functions were compiled."""
        return len(self._compiled)

    def calculate(
        self, changes: Mapping[Key, Value], report: Report | None = None
    ) -> dict[Key, Value]:
        """All formula cells after the changes."""
        from schedula import EMPTY  # type: ignore[attr-defined]

        values: dict[Key, Any] = {**self._contents.constants, **changes}
        values = {key: EMPTY if value is None else value for key, value in values.items()}
        for done, key in enumerate(self._order):
            bound = self._bound[key]
            try:
                result = bound.function(*[_argument(area, values, EMPTY) for area in bound.areas])
            except Exception as error:
                raise EngineError(f"formulas failed at {a1(key)}: {error}") from None
            value = result.item() if isinstance(result, np.ndarray) and result.size == 1 else result
            if isinstance(value, np.ndarray):
                value = value.ravel()[0]
            values[key] = 0 if value is EMPTY else value
            if report and done % 200 == 0:
                report(done, len(self._order))
        if report:
            report(len(self._order), len(self._order))
        return {key: _plain(values[key]) for key in self._contents.formulas}

    def _bind(self, key: Key, text: str) -> _Bound:
        shape, areas = self._lifted(key, text)
        if shape not in self._compiled:
            self._compiled[shape] = _compile(shape, key)
        function, order = self._compiled[shape]
        return _Bound(function, tuple(areas[index] for index in order))

    def _lifted(self, key: Key, text: str) -> tuple[str, list[Area]]:
        """The formula with each distinct reference replaced by a cell of its own (A1, A2, ...)."""
        areas: list[Area] = []
        places: dict[Area, int] = {}
        out = ["="]
        for token in Tokenizer(text).items:
            if token.type == "OPERAND" and token.subtype == "RANGE":
                area = self._area(key, token.value)
                if area not in places:
                    places[area] = len(areas)
                    areas.append(area)
                out.append(f"A{places[area] + 1}")
            else:
                out.append(token.value)
        return "".join(out), areas

    def _area(self, key: Key, text: str) -> Area:
        area = self._contents.area(text, key[0])
        if area is None:
            raise EngineError(f"{a1(key)} refers to '{text}', which formulas cannot follow here")
        return area

    def _sorted(self) -> list[Key]:
        """The formula cells, each after those it reads."""
        graph = {
            key: [k for area in bound.areas for k in area.cells() if k in self._bound]
            for key, bound in self._bound.items()
        }
        try:
            return list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            ring = " -> ".join(f"{a1(key)}" for key in error.args[1])
            raise EngineError(f"the workbook is circular: {ring}") from None


def _compile(shape: str, key: Key) -> tuple[Callable[..., Any], tuple[int, ...]]:
    """The library's function for a lifted formula, and which reference each argument is."""
    from formulas import Parser  # type: ignore[attr-defined]

    try:
        parser: Any = Parser
        function = parser().ast(shape)[1].compile()
    except Exception as error:
        raise EngineError(f"formulas cannot compile {a1(key)}: {error}") from None
    order = tuple(int(str(name).partition(":")[0][1:]) - 1 for name in function.inputs)
    return function, order


def _argument(area: Area, values: Mapping[Key, Any], empty: object) -> Any:
    if area.is_cell:
        return values.get((area.sheet, area.row, area.column), empty)
    cells = [values.get(key, empty) for key in area.cells()]
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    return array.reshape(area.last_row - area.row + 1, area.last_column - area.column + 1)


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
        self, changes: Mapping[Key, Value], report: Report | None = None
    ) -> dict[Key, Value]:
        """All formula cells after the changes."""
        inputs = {self._node(key): value for key, value in changes.items()}
        try:
            solution = self._model.calculate(inputs=inputs or None)
        except Exception as error:
            raise EngineError(f"formulas failed: {error}") from None
        found: dict[Key, Value] = {}
        for key in self._contents.formulas:
            ranges = solution.get(self._node(key))
            found[key] = _plain(ranges.value.ravel()[0]) if ranges is not None else None
        if report:
            report(len(found), len(found))
        return found

    def _node(self, key: Key) -> str:
        """The library's id of a cell: sheet names in capitals."""
        sheet, cell = key[0].upper(), a1(key).rpartition("!")[2]
        return f"'[{self._contents.path.name}]{sheet}'!{cell}"
