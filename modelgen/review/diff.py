"""Compares two workbooks: which inputs, formulas, lines and checks differ, and which input moved what.

The inputs that differ are set in the first workbook one after the other, in the order of its map; what each
step moves is attributed to that input. The rest (a different formula or structure) is the remainder.
"""

from dataclasses import dataclass, field

from modelgen.workbook.contents import Key, Value, a1
from modelgen.workbook.directory import Entry
from modelgen.workbook.naming import Naming
from modelgen.workbook.recalculate import Recalculation, Workbook

SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Changed:
    """An input, line or check that differs; `size` is the change relative to the size of the values."""

    id: str
    label: str
    period: str | None
    unit: str
    before: Value
    after: Value
    cell: str
    size: float


@dataclass(frozen=True, slots=True)
class Formula:
    """A line whose formula differs, with both formulas in names."""

    id: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Part:
    """The change in a line's value attributed to one changed input."""

    input: str
    period: str | None
    moved: float


@dataclass(frozen=True, slots=True)
class Attribution:
    """A line's change attributed to inputs; parts and remainder add up to the whole."""

    id: str
    period: str | None
    unit: str
    before: float
    after: float
    parts: tuple[Part, ...]
    remainder: float


@dataclass
class Difference:
    """Everything that differs between two workbooks: of the lines the model's outputs first, then the largest
    effect.
    """

    inputs: list[Changed] = field(default_factory=list)
    formulas: list[Formula] = field(default_factory=list)
    lines: list[Changed] = field(default_factory=list)
    checks: list[tuple[str, bool, bool]] = field(default_factory=list)
    only_before: list[str] = field(default_factory=list)
    only_after: list[str] = field(default_factory=list)
    attributions: list[Attribution] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        """Whether there is no difference."""
        return not (
            self.inputs
            or self.formulas
            or self.lines
            or self.checks
            or self.only_before
            or self.only_after
        )


def diff(first: Workbook, second: Workbook, explained: int = 5) -> Difference:
    """Compares two workbooks and attributes the changes in the first `explained` lines to inputs."""
    before, after = first.recalculate({}), second.recalculate({})
    out = Difference()
    names = [Naming(f.contents, f.directory, f.values) for f in (before, after)]
    out.inputs = _changed(before, after, names, "inputs")
    changed = _largest_of_each(_changed(before, after, names, "lines"))
    rank = {id_: place for place, id_ in enumerate(before.directory.outputs)}
    out.lines = sorted(changed, key=lambda change: rank.get(change.id, len(rank)))
    for kind in ("inputs", "lines"):
        one, other = getattr(before.directory, kind), getattr(after.directory, kind)
        out.only_before += [id_ for id_ in one if id_ not in other]
        out.only_after += [id_ for id_ in other if id_ not in one]
    for id_, entry in before.directory.lines.items():
        there = after.directory.lines.get(id_)
        if there is None:
            continue
        ours, theirs = (
            _content(naming, e) for naming, e in zip(names, (entry, there), strict=True)
        )
        if ours != theirs:
            out.formulas.append(Formula(id_, ours, theirs))
    held = {row.id: after.value(row.holds) == 1 for row in after.directory.checks}
    for row in before.directory.checks:
        holds = before.value(row.holds) == 1
        if held.get(row.id, holds) != holds:
            out.checks.append((row.id, holds, held[row.id]))
    out.attributions = _attributed(first, before, out, names[0], explained)
    return out


def _content(naming: Naming, entry: Entry) -> str:
    """A line's formula, in names, from its last cell; its value if that cell holds a constant."""
    cell = entry.cells[-1]
    if cell in naming.contents.formulas:
        return naming.formula(cell)
    return str(naming.contents.constants.get(cell, ""))


def _cells(entry: Entry, naming: Naming) -> dict[str | None, Key]:
    return {naming.period(entry, index): cell for index, cell in enumerate(entry.cells)}


def _changed(
    before: Recalculation, after: Recalculation, names: list[Naming], kind: str
) -> list[Changed]:
    found = []
    for id_, entry in getattr(before.directory, kind).items():
        there = getattr(after.directory, kind).get(id_)
        if there is None:
            continue
        others = _cells(there, names[1])
        for period, cell in _cells(entry, names[0]).items():
            other = others.get(period)
            one = before.value(cell)
            two = after.value(other) if other else None
            size = _size(one, two)
            if other and size > SAME:
                found.append(
                    Changed(id_, entry.label, period, entry.unit, one, two, a1(cell), size)
                )
    return sorted(found, key=lambda change: -change.size)


def _size(one: Value, two: Value) -> float:
    """The difference of two values relative to their size; 1 for texts and blanks that differ."""
    if isinstance(one, float) and isinstance(two, float):
        return abs(one - two) / max(1.0, abs(one), abs(two))
    return 0.0 if one == two else 1.0


def _largest_of_each(changes: list[Changed]) -> list[Changed]:
    """Each line once, in the period in which it changes most."""
    first: dict[str, Changed] = {}
    for change in changes:
        first.setdefault(change.id, change)
    return list(first.values())


def _attributed(
    book: Workbook, before: Recalculation, out: Difference, naming: Naming, count: int
) -> list[Attribution]:
    numbers = [
        c
        for c in out.lines
        if isinstance(c.before, float)
        and isinstance(c.after, float)
        and before.directory.lines[c.id].allowed.kind == "number"
    ][:count]
    if not numbers or not out.inputs:
        return []
    order = list(before.directory.inputs)
    steps = sorted(out.inputs, key=lambda change: (order.index(change.id), change.period or ""))
    cells = {c.id: _cells(before.directory.lines[c.id], naming)[c.period] for c in numbers}
    changes: dict[Key, Value] = {}
    values = {id_: before.value(cell) for id_, cell in cells.items()}
    parts: dict[str, list[Part]] = {c.id: [] for c in numbers}
    for step in steps:
        changes[_cells(before.directory.inputs[step.id], naming)[step.period]] = step.after
        now = book.calculate(changes, cells.values())
        for id_, cell in cells.items():
            was, value = values[id_], now.get(cell)
            if isinstance(was, float) and isinstance(value, float):
                if abs(value - was) > SAME * max(1.0, abs(was)):
                    parts[id_].append(Part(step.id, step.period, value - was))
                values[id_] = value
    found = []
    for change in numbers:
        assert isinstance(change.before, float)
        assert isinstance(change.after, float)
        moved = sum(part.moved for part in parts[change.id])
        remainder = change.after - change.before - moved
        if abs(remainder) <= SAME * max(1.0, abs(change.before), abs(change.after)):
            remainder = 0.0  # what floating point leaves
        found.append(
            Attribution(
                change.id,
                change.period,
                change.unit,
                change.before,
                change.after,
                tuple(parts[change.id]),
                remainder,
            )
        )
    return found
