"""Traces where a number comes from: the tree of a cell's precedents, down to inputs and lines of a source.

A cell that appears more than once is traced only the first time. Of a row that is looked up by a date, only
the cell found counts, and of one that is rolled up those that are in the sum. What a number follows from
comes before the calendar, of which each line is named once below a cell unless everything is asked for.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from functools import cached_property

from modelgen.dates import from_serial
from modelgen.problem import did_you_mean, fail
from modelgen.series import plain
from modelgen.workbook.contents import Area, Key, Value, a1, parse_area
from modelgen.workbook.directory import LEAF, Entry
from modelgen.workbook.naming import Naming
from modelgen.workbook.recalculate import Recalculation

INPUT, FIGURE, LINE, CELL, BLANK = "input", "figure", "line", "cell", "blank"
_AREA = r"((?:(?:'(?:[^']|'')+'|[\w.]+)!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)"
# As `excel.render` writes VALUE_ON and SUM_OF: the row, and the cells that are compared.
_LOOKED_UP = re.compile(rf"INDEX\({_AREA},MATCH\({_AREA},{_AREA},0\)\)")
_ROLLED_UP = re.compile(rf"SUMPRODUCT\({_AREA},1\*\({_AREA}={_AREA}\)\)")
DEEPEST = 40
"""Deeper steps are not indented further: a line would hold nothing but the indent."""


@dataclass(frozen=True, slots=True)
class Step:
    """One cell in a trace. `why` is the basis of an input or the source of a figure; `again` marks a cell
    whose tree is shown further up; `type` is the kind of its value: number, date, flag or text.
    """

    cell: str
    kind: str
    name: str
    period: str | None
    label: str
    value: Value
    unit: str
    type: str
    formula: str
    why: str
    again: bool = False
    below: tuple["Step", ...] = ()

    def __str__(self) -> str:
        """The tree as a person reads it: a line for each step, and one for its formula."""
        return "\n".join(line for level, step in steps_of(self) for line in _said(step, level))


def steps_of(root: Step) -> Iterator[tuple[int, Step]]:
    """The steps of a tree with their levels, each before its children."""
    stack = [iter((root,))]
    while stack:
        step = next(stack[-1], None)
        if step is None:
            stack.pop()
            continue
        yield len(stack) - 1, step
        stack.append(iter(step.below))


def _said(step: Step, level: int) -> Iterator[str]:
    period = f" {step.period}" if step.period else ""
    value = "" if step.value is None else f" = {_value_said(step)}"
    unit = f" {step.unit}" if step.unit and step.type == "number" else ""
    why = f"  ({step.why})" if step.why else ""
    again = "  (see above)" if step.again and step.formula else ""
    indent = "  " * level if level <= DEEPEST else f"{'  ' * DEEPEST}{level}: "
    yield f"{indent}{step.name}{period}{value}{unit}{why}{again}"
    if step.formula and not step.again:
        yield f"{'  ' * min(level, DEEPEST)}  {step.formula}  [{step.cell}]"


def _value_said(step: Step) -> str:
    if step.type == "date" and isinstance(step.value, float) and step.value > 0:
        return from_serial(step.value).isoformat()
    return plain(step.value)


def as_json(root: Step) -> Iterator[str]:
    """A tree as JSON, one line for each step with its fields and, in `below`, its children. Trees of any
    depth are written; a reader must be able to handle the depth.
    """
    open_levels = 0
    follows = False
    for level, step in steps_of(root):
        closed = "]}" * (open_levels - level)
        own = {f.name: getattr(step, f.name) for f in fields(step) if f.name != "below"}
        text = json.dumps(own, ensure_ascii=False, allow_nan=False)
        yield f'{closed}{"," if follows and closed else ""}{text[:-1]}, "below": ['
        open_levels, follows = level + 1, True
    yield "]}" * open_levels


@dataclass
class _Open:
    """A cell whose tree is unfinished: the cells still to follow, and its children so far."""

    key: Key
    left: Iterator[Key]
    below: list[Step] = field(default_factory=list)


@dataclass
class Tracer:
    """Traces the precedents and dependents of cells in a recalculated workbook."""

    found: Recalculation
    naming: Naming = field(init=False)
    _dependents: dict[Key, list[Key]] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.naming = Naming(self.found.contents, self.found.directory, self.found.values)

    def key(self, what: str, period: str | None) -> Key:
        """The cell named by an id (for a row, in a period) or an address. Raises ModelError."""
        directory = self.found.directory
        area = parse_area(what if "!" in what else "")
        if area is not None:
            if area.sheet not in self.found.contents.sheets:
                hint = did_you_mean(area.sheet, self.found.contents.sheets)
                raise fail(f"there is no sheet '{area.sheet}'", hint=hint)
            return (area.sheet, area.row, area.column)
        entry = directory.find(what)
        if entry is None:
            known = [*directory.lines, *directory.inputs]
            raise fail(
                f"'{what}' is not an input, a line or a cell", hint=did_you_mean(what, known)
            )
        if not entry.is_row:
            return entry.cells[0]
        periods = [self.found.period(end) or "" for end in entry.ends]
        if period is None:
            return entry.cells[-1]
        for cell, end in zip(entry.cells, periods, strict=True):
            if period in (end, end[:7]):
                return cell
        raise fail(f"'{what}' has no period {period}", hint=f"from {periods[0]} to {periods[-1]}")

    def trace(self, key: Key, depth: int | None = None, everything: bool = False) -> Step:
        """The tree of a cell's precedents, to a `depth` if one is given; with `everything`, the calendar's,
        too, and all cells of rows in which one is looked up.
        """
        if everything or self._is_calendar(key):
            return self._tree(key, depth, self._cells_before)
        return self._tree(key, depth, self._drivers, self._is_calendar)

    def dependents(self, key: Key, depth: int | None = None) -> Step:
        """The tree of a cell's dependents, to a `depth` if one is given."""
        return self._tree(key, depth, self._cells_after)

    def _drivers(self, key: Key) -> Iterator[Key]:
        """The cells that a cell's value follows from, those of the calendar last."""
        picked = self._picked(key)
        cells = []
        for area in self.naming.precedents(key):
            if area in picked:
                cells += picked[area]
            else:
                cells += area.cells() if area.is_cell else self.naming.contents.held(area)
        yield from sorted(cells, key=self._is_calendar)

    def _picked(self, key: Key) -> dict[Area, list[Key]]:
        """The cells that count of the rows in which a cell's formula looks one up, or that it rolls up."""
        text, value = self.found.contents.formulas.get(key, ""), self.found.value
        groups = [found.group(1, 3, 2) for found in _LOOKED_UP.finditer(text)]
        groups += [found.group(1, 2, 3) for found in _ROLLED_UP.finditer(text)]
        picked: dict[Area, list[Key]] = {}
        for parts in groups:
            row, ends, wanted = (self.found.contents.area(part, key[0]) for part in parts)
            if row is None or ends is None or wanted is None or not wanted.is_cell:
                continue
            day = value(wanted.cells()[0])
            pairs = zip(row.cells(), ends.cells(), strict=False)
            picked.setdefault(row, []).extend(cell for cell, end in pairs if value(end) == day)
            picked[ends] = []
        return picked

    def _is_calendar(self, key: Key) -> bool:
        """Whether a cell holds the end of a period, or what follows from that alone."""
        named = self.naming.named.get(key)
        shown = named is not None and named[0].id in self._calendar
        return shown or self.naming.is_header(key)

    @cached_property
    def _calendar(self) -> set[str]:
        """The ids of the lines that headers show as the ends of periods, and of those that follow from these
        alone, such as the days of a period.
        """
        headers = self.found.contents.header_of_sheet.values()
        found = {
            id_ for header in headers for cell in header.cells() for id_ in self._needs(cell) if id_
        }
        left = {id_: self._needs(e.cells[-1]) for id_, e in self.found.directory.lines.items()}
        while more := {id_ for id_, needs in left.items() if needs and needs <= found | {""}}:
            found |= more
            left = {id_: needs for id_, needs in left.items() if id_ not in more}
        return found

    def _needs(self, key: Key) -> set[str]:
        """What a cell's formula refers to: the ids of lines and inputs, empty for the header of a sheet."""
        cells = [area.cells()[0] for area in self.naming.precedents(key)]
        named = self.naming.named
        return {
            "" if self.naming.is_header(c) else named[c][0].id if c in named else a1(c)
            for c in cells
        }

    def _cells_before(self, key: Key) -> Iterator[Key]:
        for area in self.naming.precedents(key):
            if area.is_cell:
                yield from area.cells()
            else:
                yield from self.naming.contents.held(area)

    def _cells_after(self, key: Key) -> Iterator[Key]:
        if self._dependents is None:
            self._dependents = {}
            for cell in self.found.contents.formulas:
                for before in dict.fromkeys(self._cells_before(cell)):
                    self._dependents.setdefault(before, []).append(cell)
        yield from self._dependents.get(key, [])

    def _tree(
        self,
        root: Key,
        depth: int | None,
        following: Callable[[Key], Iterator[Key]],
        is_leaf: Callable[[Key], bool] = lambda _: False,
    ) -> Step:
        """The tree from a cell, of any depth: an explicit stack is used instead of recursion. A cell that
        `is_leaf` is shown once, without what is behind it.
        """
        seen = {root}
        stack = [_Open(root, iter(dict.fromkeys(following(root)) if depth != 0 else ()))]
        while True:
            here = stack[-1]
            cell = next(here.left, None)
            if cell is None:
                stack.pop()
                step = self._described(here.key, False, tuple(here.below))
                if not stack:
                    return step
                stack[-1].below.append(step)
            elif is_leaf(cell):
                step = self._described(cell, False, ())
                if step.name not in [one.name for one in here.below]:
                    here.below.append(replace(step, formula="", why=step.why or "the calendar"))
            elif cell in seen:
                here.below.append(self._described(cell, True, ()))
            else:
                seen.add(cell)
                deeper = depth is None or len(stack) < depth
                stack.append(_Open(cell, iter(dict.fromkeys(following(cell)) if deeper else ())))

    def _described(self, key: Key, again: bool, below: tuple[Step, ...]) -> Step:
        contents = self.found.contents
        value = self.found.value(key)
        formula = self.naming.formula(key) if key in contents.formulas else ""
        named, figure = self.naming.named.get(key), self.naming.figure(key)
        period, unit, type_, why = None, "", "number", ""
        if named is not None:
            entry, index = named
            name, label, unit, type_ = entry.id, entry.label, entry.unit, entry.allowed.kind
            period = self.naming.period(entry, index)
            kind = INPUT if entry.kind == "input" or key in contents.constants else LINE
            why = self._source(entry, period) or (entry.basis if entry.kind == "input" else "")
            if kind == INPUT and not why:
                why = "set by the deal"  # the end of a comparative period
        elif figure is not None:
            column = self.naming.tabled[key].key
            name, label, unit = f"{figure.id} {column}", figure.label, figure.unit
            kind, why = FIGURE, figure.at.words if figure.at else ""
            tied = self.found.entry(figure.ties_to)
            type_ = "date" if tied.is_date and column in ("published", "computed") else "number"
        elif self.naming.is_header(key) and self.naming.holds(key):
            name, label, kind, type_ = f"{key[0]} period_end", "Period ends", CELL, "date"
        else:
            name, label = a1(key), self._row_label(key)
            kind = CELL if self.naming.holds(key) else BLANK
            written = "written at build" if key in contents.constants else ""
            why = "blank: zero" if kind == BLANK else written
        return Step(
            a1(key), kind, name, period, label, value, unit, type_, formula, why, again, below
        )

    def _source(self, entry: Entry, period: str | None) -> str:
        """The places in the sources that print the value of an input or line, as text."""
        id_ = entry.id.removeprefix(LEAF)
        lines = [
            row.at.words
            for row in self.found.directory.figures
            if row.at
            and row.ties_to == id_
            and (period is None or self.found.day(row.period) == period)
        ]
        return "; ".join(lines)

    def _row_label(self, key: Key) -> str:
        texts = (self.found.contents.constants.get((key[0], key[1], c)) for c in range(1, key[2]))
        return next((text for text in texts if isinstance(text, str)), "")
