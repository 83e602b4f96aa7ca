"""Recalculates a workbook by an engine with different sets of inputs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelgen.contract import FISCAL_PROPERTY
from modelgen.fiscal import Fiscal
from modelgen.problem import ModelError, Problem, did_you_mean, fail
from modelgen.text.setting import Setting, Target, Typed, resolved, settings_of
from modelgen.workbook.contents import Contents, Key, Value, a1, read_contents
from modelgen.workbook.directory import Directory, Entry, period_of, read_directory
from modelgen.workbook.engines import Engine, Report, load_engine
from modelgen.workbook.patch import write_patched

Json = dict[str, Any]


@dataclass(frozen=True)
class Recalculation:
    """The values of a workbook's cells after inputs have been set; `forced` says in words which settings were
    accepted out of range.
    """

    contents: Contents
    directory: Directory
    engine: str
    changes: dict[Key, Value]
    values: Mapping[Key, Value]
    forced: tuple[str, ...] = ()

    def value(self, key: Key) -> Value:
        """A cell's value, constant or computed; None if it is blank."""
        return self.values.get(key)

    def period(self, end: Key) -> str | None:
        """The last day of a period as ISO text, from the cell that holds it; None if it is not a date."""
        return self.day(self.value(end))

    def day(self, value: Value) -> str | None:
        """The ISO text of a day number."""
        day = period_of(value)
        return day.isoformat() if day else None

    def shown(self, key: Key, is_date: bool) -> Value:
        """A cell's value for a report; for a date, its ISO text."""
        value = self.value(key)
        return self.day(value) if is_date and isinstance(value, float) else value

    def entry(self, id_: str) -> Entry:
        """The input or line with an id. Raises ModelError with the nearest id."""
        found = self.directory.find(id_)
        if found is None:
            hint = did_you_mean(id_, self.directory.ids())
            raise fail(f"'{id_}' is not an input or a line", hint=hint)
        return found

    def report(self, wanted: Sequence[str] = ()) -> Json:
        """Inputs and lines as plain data, the format of `recalc --json`; those in `wanted`, or all if it is
        empty.
        """
        for id_ in wanted:
            self.entry(id_)

        def series_of(entries: Mapping[str, Entry]) -> Json:
            return {
                id_: self._plain(e) for id_, e in entries.items() if not wanted or id_ in wanted
            }

        return {
            "workbook": str(self.contents.path),
            "engine": self.engine,
            "inputs": series_of(self.directory.inputs),
            "lines": series_of(self.directory.lines),
        }

    def _plain(self, entry: Entry) -> Json:
        values = [self.shown(cell, entry.is_date) for cell in entry.cells]
        if not entry.is_row:
            return {"unit": entry.unit, "value": values[0]}
        return {
            "unit": entry.unit,
            "periods": [self.period(end) for end in entry.ends],
            "values": values,
        }


class Workbook:
    """A workbook, read once, to be recalculated with different sets of inputs."""

    def __init__(self, path: str | Path, engine: str) -> None:
        self.contents = read_contents(Path(path))
        self.directory = read_directory(self.contents)
        self.engine = engine
        self._loaded: Engine = load_engine(engine, self.contents)

    def calculate(
        self, changes: Mapping[Key, Value], wanted: Collection[Key] | None = None
    ) -> dict[Key, Value]:
        """The values of all formula cells, or of those wanted, after changing some constants."""
        return self._loaded.calculate(changes, wanted=wanted)

    def recalculate(
        self,
        settings: Mapping[str, Typed] | Sequence[Setting] = (),
        report: Report | None = None,
        force: bool = False,
    ) -> Recalculation:
        """The recalculation with inputs set. Raises ModelError: a setting that cannot be resolved or, unless
        `force`, is out of its input's range; EngineError.
        """
        constants = self.contents.constants
        changes: dict[Key, Value] = {}
        forced: tuple[str, ...] = ()
        given = settings_of(settings)
        if given:
            rows = any(setting.period is not None for setting in given)
            # Periods are found by their headers, which may be formulas.
            base = {**constants, **self._loaded.calculate({})} if rows else constants
            changes, forced = self._changes(given, base, force)
        values = {**constants, **changes, **self._loaded.calculate(changes, report)}
        return Recalculation(self.contents, self.directory, self.engine, changes, values, forced)

    def _changes(
        self, settings: Sequence[Setting], values: Mapping[Key, Value], force: bool
    ) -> tuple[dict[Key, Value], tuple[str, ...]]:
        inputs = self.directory.inputs
        fiscal = Fiscal.from_text(self.contents.properties.get(FISCAL_PROPERTY, ""))
        targets = {
            id_: Target(
                entry.allowed,
                [
                    None if index in entry.blank else period_of(values.get(end))
                    for index, end in enumerate(entry.ends)
                ]
                if entry.is_row
                else None,
                fiscal,
            )
            for id_, entry in inputs.items()
        }
        found = resolved(settings, targets, self.directory.lines, force)
        changes: dict[Key, Value] = {
            inputs[change.id].cells[change.index or 0]: change.value for change in found.changes
        }
        problems = [
            Problem(f"{a1(key)} holds a formula, but should hold an input's value")
            for key in changes
            if key in self.contents.formulas
        ]
        if problems:
            raise ModelError(problems)
        return changes, found.forced


def save(recalculation: Recalculation, target: Path) -> None:
    """Writes a copy of the workbook with the inputs as set and the recalculated values. Raises ModelError."""
    cached = {key: recalculation.values[key] for key in recalculation.contents.formulas}
    write_patched(recalculation.contents, target, recalculation.changes, cached)
