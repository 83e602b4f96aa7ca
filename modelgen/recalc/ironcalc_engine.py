"""IronCalc: a Rust engine, with its own reading of the file."""

from collections.abc import Collection, Mapping
from typing import Any

from modelgen.problem import EngineError
from modelgen.recalc.contents import Contents, Key, Value
from modelgen.recalc.engines import Report, among


def is_available() -> bool:
    """Whether the package is installed."""
    import ironcalc  # noqa: F401

    return True


def load(contents: Contents) -> "IronCalc":
    """The workbook in IronCalc."""
    return IronCalc(contents)


class IronCalc:
    """A workbook in IronCalc; recalculating after a change takes milliseconds."""

    def __init__(self, contents: Contents) -> None:
        import ironcalc

        try:
            self._book: Any = ironcalc.load_from_xlsx(str(contents.path), "en", "UTC", "en")
        except Exception as error:
            raise EngineError(f"ironcalc cannot read {contents.path}: {error}") from None
        self._contents = contents
        self._index = {p["name"]: i for i, p in enumerate(self._book.get_worksheets_properties())}
        self._changed: dict[Key, Value] = {}

    def calculate(
        self,
        changes: Mapping[Key, Value],
        report: Report | None = None,
        wanted: Collection[Key] | None = None,
    ) -> dict[Key, Value]:
        """Formula cells after the changes; earlier changes are taken back."""
        for key in self._changed:
            self._put(key, self._contents.constants.get(key))
        self._changed = dict(changes)
        for key, value in changes.items():
            self._put(key, value)
        try:
            self._book.evaluate()
        except Exception as error:
            raise EngineError(f"ironcalc failed: {error}") from None
        asked = among(self._contents, wanted)
        values = {key: self._get(key) for key in asked}
        if report:
            report(len(asked), len(asked))
        return values

    def _put(self, key: Key, value: Value) -> None:
        sheet, row, column = self._index[key[0]], key[1], key[2]
        if isinstance(value, bool):
            self._book.update_cell_with_bool(sheet, row, column, value)
        elif isinstance(value, (int, float)):
            self._book.update_cell_with_number(sheet, row, column, float(value))
        elif value is None:
            self._book.clear_cell_contents(sheet, row, column)
        else:
            self._book.update_cell_with_text(sheet, row, column, value)

    def _get(self, key: Key) -> Value:
        value = self._book.get_cell_value(self._index[key[0]], key[1], key[2])
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
