"""A recalculation as a report: inputs, lines, tie-outs and checks, ready for JSON."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelgen.problem import did_you_mean, fail
from modelgen.recalc.contents import Contents, Key, Value, read_contents
from modelgen.recalc.directory import (
    Directory,
    Entry,
    period_of,
    read_directory,
    settings_to_changes,
)
from modelgen.recalc.engines import Engine, Report, load_engine
from modelgen.recalc.patch import write_patched

Json = dict[str, Any]


@dataclass(frozen=True)
class Recalculation:
    """The values of a workbook's cells after inputs were set."""

    contents: Contents
    directory: Directory
    engine: str
    changes: Mapping[Key, Value]
    values: Mapping[Key, Value]

    def value(self, key: Key) -> Value:
        """A cell's value, constant or computed."""
        return self.values.get(key)

    def period(self, end: Key) -> str | None:
        """The last day of a period, from the cell that holds it."""
        return _iso(self.value(end))

    def iso(self, value: Value) -> str | None:
        """A day number as its ISO text."""
        return _iso(value)

    def report(self, wanted: Sequence[str] = ()) -> Json:
        """The contract of `recalc --json`; with ids wanted, these inputs and lines alone."""
        known = {**self.directory.inputs, **self.directory.lines}
        for id_ in wanted:
            if id_ not in known:
                raise fail(f"'{id_}' is not an input or a line", hint=did_you_mean(id_, known))
        ties, checks = self.tieouts(), self.checks()
        return {
            "workbook": str(self.contents.path),
            "engine": self.engine,
            "inputs": {
                id_: self._entry(entry)
                for id_, entry in self.directory.inputs.items()
                if not wanted or id_ in wanted
            },
            "lines": {
                id_: self._entry(entry)
                for id_, entry in self.directory.lines.items()
                if not wanted or id_ in wanted
            },
            "tieouts": ties,
            "checks": checks,
            "ok": holds(ties, checks),
        }

    def tieouts(self) -> list[Json]:
        """Each figure against its line, in the figure's own unit."""
        return [
            {
                "figure": row.id,
                "label": row.label,
                "period": _iso(row.period),
                "published": self._shown(row.published, row.unit),
                "computed": self._shown(row.computed, row.unit),
                "difference": self.value(row.difference),
                "tolerance": self.value(row.tolerance),
                "unit": row.unit,
                "ties": self.value(row.holds) == 1,
                "ties_to": row.ties_to,
                "source": row.source,
                "line": row.line,
            }
            for row in self.directory.figures
        ]

    def checks(self) -> list[Json]:
        """Each check, with the largest difference it found."""
        return [
            {
                "id": row.id,
                "label": row.label,
                "kind": row.kind,
                "holds": self.value(row.holds) == 1,
                "difference": self.value(row.largest),
            }
            for row in self.directory.checks
        ]

    def _entry(self, entry: Entry) -> Json:
        return self._row(entry) if entry.is_row else self._single(entry)

    def _single(self, entry: Entry) -> Json:
        return {"unit": entry.unit, "value": self._shown(entry.cells[0], entry.unit)}

    def _row(self, entry: Entry) -> Json:
        return {
            "unit": entry.unit,
            "periods": [_iso(self.value(end)) for end in entry.ends],
            "values": [self._shown(cell, entry.unit) for cell in entry.cells],
        }

    def _shown(self, key: Key, unit: str) -> Value:
        """A value for JSON; a date as its ISO text."""
        value = self.value(key)
        return _iso(value) if unit == "date" and isinstance(value, float) else value


def holds(tieouts: Sequence[Json], checks: Sequence[Json]) -> bool:
    """Whether every figure ties and every integrity check holds."""
    integrity = all(check["holds"] for check in checks if check["kind"] == "integrity")
    return integrity and all(tie["ties"] for tie in tieouts)


def _iso(value: Value) -> str | None:
    day = period_of(value)
    return day.isoformat() if day else None


class Workbook:
    """A workbook read once, to be recalculated with one set of inputs after another."""

    def __init__(self, path: Path, engine: str) -> None:
        self.contents = read_contents(path)
        self.directory = read_directory(self.contents)
        self.engine = engine
        self._loaded: Engine = load_engine(engine, self.contents)

    def calculate(
        self, changes: Mapping[Key, Value], wanted: Collection[Key] | None = None
    ) -> dict[Key, Value]:
        """The values of all formula cells, or of those wanted, with some constants changed."""
        return self._loaded.calculate(changes, wanted=wanted)

    def recalculate(
        self, settings: Mapping[str, str], report: Report | None = None
    ) -> Recalculation:
        """The recalculation with inputs set by hand. Raises ModelError and EngineError."""
        constants = self.contents.constants
        changes: dict[Key, Value] = {}
        if any("@" in setting for setting in settings):
            # A period is found by its header, which may itself be computed.
            base = {**constants, **self._loaded.calculate({})}
            changes = settings_to_changes(self.directory, settings, self.contents, base)
        elif settings:
            changes = settings_to_changes(self.directory, settings, self.contents, constants)
        values = {**constants, **changes, **self._loaded.calculate(changes, report)}
        return Recalculation(self.contents, self.directory, self.engine, changes, values)


def save(recalculation: Recalculation, target: Path) -> None:
    """Writes the workbook with the inputs as set and the values as recalculated."""
    cached = {key: recalculation.values[key] for key in recalculation.contents.formulas}
    write_patched(recalculation.contents, target, recalculation.changes, cached)
