"""The library `formulas` used directly: slow, and the reference against which the fast engine is tested.

It is used for a workbook whose functions depend on the position of their argument. It treats texts and single
cells as the library does, not as Excel does (see excel_rules).
"""

from collections.abc import Collection, Mapping
from typing import Any

from modelgen.files import scratch
from modelgen.problem import EngineError
from modelgen.workbook.contents import Contents, Key, Value, a1, tokens_of
from modelgen.workbook.engines import Report, selected
from modelgen.workbook.excel_rules import MOST
from modelgen.workbook.formulas_cells import EXPLOSIVE_CALL, LARGEST_AREA
from modelgen.workbook.formulas_values import plain
from modelgen.workbook.package import slim_copy

# A cell takes 2 to 5 ms to load, and the library has no faster way.
MOST_FORMULAS = 1_000


class StockFormulas:
    """A workbook in the library's own ExcelModel."""

    def __init__(self, contents: Contents, most: int = MOST_FORMULAS) -> None:
        """Raises EngineError for a workbook with more than `most` formulas."""
        import formulas

        self._contents = contents
        if contents.arrays:
            raise EngineError(
                f"formulas cannot compute {a1(min(contents.arrays))}: it fills more than its own cell"
            )
        if len(contents.formulas) > most:
            raise EngineError(
                f"formulas would be slow on {contents.path}, whose formulas depend on the position of their "
                "arguments: use another engine (--engine ironcalc)"
            )
        for key, text in contents.formulas.items():
            _check_bounds(contents, key, text)
        excel_model: Any = formulas.ExcelModel  # type: ignore[attr-defined]
        try:
            with scratch() as folder:
                path = contents.path
                slim = slim_copy(path)
                if slim is not None:
                    path = folder / path.name
                    path.write_bytes(slim)
                self._model = excel_model().loads(str(path)).finish()
        except Exception as error:
            raise EngineError(f"formulas cannot read {contents.path}: {error}") from None

    def calculate(
        self,
        changes: Mapping[Key, Value],
        report: Report | None = None,
        wanted: Collection[Key] | None = None,
    ) -> dict[Key, Value]:
        """The values of formula cells after the changes."""
        inputs = {self._node(key): value for key, value in changes.items()}
        try:
            solution = self._model.calculate(inputs=inputs or None)
        except Exception as error:
            raise EngineError(f"formulas failed: {error}") from None
        found: dict[Key, Value] = {}
        for key in selected(self._contents, wanted):
            ranges = solution.get(self._node(key))
            if ranges is None:
                raise EngineError(f"formulas gives no value for the formula at {a1(key)}")
            found[key] = plain(ranges.value.ravel()[0])
        if report:
            report(len(found), len(found))
        return found

    def _node(self, key: Key) -> str:
        """The library's id for a cell, with the sheet's name in capitals."""
        sheet, cell = key[0].upper(), a1(key).rpartition("!")[2]
        return f"'[{self._contents.path.name}]{sheet}'!{cell}"


def _check_bounds(contents: Contents, key: Key, text: str) -> None:
    """Raises EngineError for a formula that the library would never finish: it copies all cells of an area,
    and evaluates constants in integers of any size.
    """
    large = 0
    for token in tokens_of(text):
        if token.type == "OPERAND" and token.subtype == "RANGE":
            area = contents.area(token.value, key[0])
            if area is not None and area.size > LARGEST_AREA:
                raise EngineError(
                    f"{a1(key)} refers to {token.value}: more cells than formulas can take"
                )
        elif token.type == "OPERAND" and token.subtype == "NUMBER":
            large += float(token.value) > MOST
    if (large and EXPLOSIVE_CALL.search(text)) or ("^" in text and (large or text.count("^") > 1)):
        raise EngineError(f"{a1(key)} asks for more than a cell can hold: {text:.80}")
