"""The library `formulas` as it comes: slow, and the reference that the fast way is tested against.

A workbook whose functions look at where their argument stands, or with array formulas, is left to it. Of
texts and single cells it thinks as the library does, and not as Excel (see excel_rules).
"""

from collections.abc import Collection, Mapping
from typing import Any

from modelgen.files import scratch
from modelgen.problem import EngineError
from modelgen.recalc.contents import Contents, Key, Value, a1
from modelgen.recalc.engines import Report, among
from modelgen.recalc.formulas_values import plain
from modelgen.recalc.package import slim_copy


class StockFormulas:
    """A workbook in the library's own ExcelModel."""

    def __init__(self, contents: Contents) -> None:
        import formulas

        self._contents = contents
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
        """All formula cells after the changes."""
        inputs = {self._node(key): value for key, value in changes.items()}
        try:
            solution = self._model.calculate(inputs=inputs or None)
        except Exception as error:
            raise EngineError(f"formulas failed: {error}") from None
        found: dict[Key, Value] = {}
        for key in among(self._contents, wanted):
            ranges = solution.get(self._node(key))
            found[key] = plain(ranges.value.ravel()[0]) if ranges is not None else None
        if report:
            report(len(found), len(found))
        return found

    def _node(self, key: Key) -> str:
        """The library's id of a cell: sheet names in capitals."""
        sheet, cell = key[0].upper(), a1(key).rpartition("!")[2]
        return f"'[{self._contents.path.name}]{sheet}'!{cell}"
