"""Where a number comes from: the tree of a cell's precedents, down to inputs and lines of a source.

A cell that appears more than once is traced only the first time. Of a row that is looked up by a date
only the cell found counts, and of one that is rolled up those in the sum. The calendar comes last, each
line of it once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from .cells import LARGE, a1, day_of, plain
from .naming import Naming
from .reading import INPUT, Entry, Model, Row

if TYPE_CHECKING:
    from typing import Any

    from .cells import Area, Key, Value

FIGURE, LINE, CELL, BLANK = "figure", "line", "cell", "blank"
DEEPEST = 40
"""Deeper steps are not indented further."""
_AREA = r"((?:(?:'(?:[^']|'')+'|[\w.]+)!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)"
# A row and the cells that are compared, as the workbook's writer puts a look-up and a roll-up.
_LOOKED_UP = re.compile(rf"INDEX\({_AREA},MATCH\({_AREA},{_AREA},0\)\)")
_ROLLED_UP = re.compile(rf"SUMPRODUCT\({_AREA},1\*\({_AREA}={_AREA}\)\)")


@dataclass(frozen=True)
class Step:
    """One cell in a trace. `why` is the basis of an input or the source of a figure; `again` marks a
    cell whose tree is shown further up; `level` counts from 0 at the cell that was asked for.
    """

    key: Key
    level: int
    kind: str
    name: str
    period: str
    label: str
    value: Value
    unit: str
    type: str
    formula: str
    why: str
    again: bool = False

    @property
    def cell(self) -> str:
        """The cell's address."""
        return a1(self.key)

    @property
    def shown(self) -> str:
        """The value as a person reads it, with its unit."""
        if self.value is None:
            return ""
        if self.type == "date":
            return day_of(self.value) or plain(self.value)
        return f"{plain(self.value)} {self.unit if self.type == 'number' else ''}".rstrip()

    @property
    def words(self) -> str:
        """The step in one line."""
        period = f" {self.period}" if self.period else ""
        value = f" = {self.shown}" if self.shown else ""
        why = f"  ({self.why})" if self.why else ""
        again = "  (see above)" if self.again and self.formula else ""
        return f"{self.name}{period}{value}{why}{again}"

    def as_json(self) -> dict[str, Any]:
        """The step as plain data."""
        names = ("level", "kind", "name", "period", "label", "value", "unit", "type", "formula")
        found = {name: getattr(self, name) for name in (*names, "why", "again")}
        return {"cell": self.cell, **found}


@dataclass
class _Open:
    """A cell whose tree is unfinished: the place of its own step, and the cells still to follow."""

    key: Key
    left: Iterator[Key]
    calendar: set[str] = field(default_factory=set)


@dataclass
class Tracer:
    """Traces cells of a workbook."""

    model: Model
    naming: Naming = field(init=False)

    def __post_init__(self) -> None:
        self.naming = Naming(self.model)

    def trace(self, root: Key, depth: int = 0) -> list[Step]:
        """The tree of a cell's precedents as its steps, each before those below it; to a depth if one
        is given.
        """
        drivers = not self._is_calendar(root)
        steps = [self.described(root, 0)]
        seen = {root}
        stack = [_Open(root, self._following(root, drivers))]
        while stack:
            here = stack[-1]
            cell = next(here.left, None)
            if cell is None:
                stack.pop()
            elif drivers and self._is_calendar(cell):
                step = self.described(cell, len(stack))
                if step.name not in here.calendar:
                    steps.append(replace(step, formula="", why=step.why or "the calendar"))
                here.calendar.add(step.name)
            else:
                step = self.described(cell, len(stack), cell in seen)
                steps.append(step)
                here.calendar.add(step.name)
                if cell not in seen:
                    seen.add(cell)
                    deeper = not depth or len(stack) < depth
                    stack.append(
                        _Open(cell, self._following(cell, drivers) if deeper else iter(()))
                    )
        return steps

    def leaves(self, root: Key) -> list[Key]:
        """The cells without a formula that a cell rests on, however deep, each once; those of the
        calendar apart.
        """
        drivers = not self._is_calendar(root)
        seen, found, stack = {root}, [], [self._following(root, drivers)]
        while stack:
            cell = next(stack[-1], None)
            if cell is None:
                stack.pop()
            elif cell not in seen and not (drivers and self._is_calendar(cell)):
                seen.add(cell)
                if cell in self.model.book.formulas:
                    stack.append(self._following(cell, drivers))
                else:
                    found.append(cell)
        return found

    def _following(self, key: Key, drivers: bool) -> Iterator[Key]:
        """The cells that a cell's value follows from, each once; as `drivers`, those of the calendar
        last, and of a row only the cells that count.
        """
        picked = self._picked(key) if drivers else {}
        cells: list[Key] = []
        for area in self.naming.precedents(key):
            if area in picked:
                cells += picked[area]
            else:
                cells += area.cells() if area.is_cell else self.model.book.held(area)
        if drivers:
            cells.sort(key=self._is_calendar)
        return iter(dict.fromkeys(cells))

    def _picked(self, key: Key) -> dict[Area, list[Key]]:
        """The cells that count of the rows in which a cell's formula looks one up, or that it rolls up."""
        book = self.model.book
        text = book.formulas.get(key, "")
        groups = [found.group(1, 3, 2) for found in _LOOKED_UP.finditer(text)]
        groups += [found.group(1, 2, 3) for found in _ROLLED_UP.finditer(text)]
        picked: dict[Area, list[Key]] = {}
        for parts in groups:
            row, ends, wanted = (book.area(part, key[0]) for part in parts)
            if row is None or ends is None or wanted is None or not wanted.is_cell:
                continue
            if row.size > LARGE or ends.size > LARGE:
                continue
            day = book.value(wanted.first)
            pairs = zip(row.cells(), ends.cells())
            picked.setdefault(row, []).extend(cell for cell, end in pairs if book.value(end) == day)
            picked[ends] = []
        return picked

    def _is_calendar(self, key: Key) -> bool:
        """Whether a cell holds the end of a period, or what follows from that alone."""
        named = self.naming.named.get(key)
        return (named is not None and named[0].id in self._calendar) or self.naming.is_header(key)

    @cached_property
    def _calendar(self) -> set[str]:
        """The ids of the lines that headers show as the ends of periods, and of those that follow from
        these alone.
        """
        headers = self.model.book.areas.get("period_ends", {}).values()
        found = {i for header in headers for cell in header.cells() for i in self._needs(cell) if i}
        left = {i: self._needs(entry.cells[-1]) for i, entry in self.model.lines.items()}
        while True:
            more = {i for i, needs in left.items() if needs and needs <= found | {""}}
            if not more:
                return found
            found |= more
            left = {i: needs for i, needs in left.items() if i not in more}

    def _needs(self, key: Key) -> set[str]:
        """The ids of what a cell's formula refers to, empty for the header of a sheet."""
        named = self.naming.named
        cells = [area.first for area in self.naming.precedents(key)]
        return {
            "" if self.naming.is_header(c) else named[c][0].id if c in named else a1(c)
            for c in cells
        }

    def described(self, key: Key, level: int, again: bool = False) -> Step:
        """One cell as a step."""
        book = self.model.book
        formula = self.naming.formula(key) if key in book.formulas else ""
        named, figure = self.naming.named.get(key), self.naming.figure(key)
        period, unit, type_, why = "", "", "number", ""
        if named is not None:
            entry, index = named
            name, label, unit, type_ = entry.id, entry.label, entry.unit, entry.type
            period = self.model.period(entry, index)
            kind = INPUT if entry.kind == INPUT or book.is_constant(key) else LINE
            why = self.source(entry, period)
            if kind == INPUT and not why:
                why = entry.row.text("basis") if entry.kind == INPUT else ""
                why = why or "set by the deal"  # the end of a comparative period
        elif figure is not None:
            column = self.naming.tabled[key][2]
            name, label, unit = (
                f"{figure.text('id')} {column}",
                figure.text("label"),
                figure.text("unit"),
            )
            kind, why = FIGURE, cited_words(figure)
            tied = self.model.find(figure.text("line"))
            shows_day = tied is not None and tied.type == "date"
            type_ = "date" if shows_day and column in ("published", "computed") else "number"
        elif self.naming.is_header(key) and key in book.values:
            name, label, kind, type_ = f"{key[0]} period_end", "Period ends", CELL, "date"
        else:
            name, label = a1(key), self._row_label(key)
            kind = CELL if key in book.values else BLANK
            why = "blank: zero" if kind == BLANK else ""
            why = "written at build" if book.is_constant(key) else why
        value = book.value(key)
        return Step(key, level, kind, name, period, label, value, unit, type_, formula, why, again)

    def figures_of(self, entry: Entry, period: str) -> list[Row]:
        """The figures that print the value of an input or line; of a row, in one period."""
        rows = self._figures.get(entry.input_id, [])
        return [row for row in rows if not period or day_of(row.value("period")) == period]

    @cached_property
    def _figures(self) -> dict[str, list[Row]]:
        """The figures by the line that they tie to."""
        found: dict[str, list[Row]] = {}
        for row in self.model.rows("figures"):
            found.setdefault(row.text("line"), []).append(row)
        return found

    def figures_at(self, key: Key) -> list[Row]:
        """The figures whose row a cell is in, or that print the value of the input or line in it."""
        figure, named = self.naming.figure(key), self.naming.named.get(key)
        if figure is not None or named is None:
            return [figure] if figure is not None else []
        return self.figures_of(named[0], self.model.period(*named))

    def source(self, entry: Entry, period: str) -> str:
        """The places in the sources that print it, in words; empty if none does."""
        return "; ".join(filter(None, map(cited_words, self.figures_of(entry, period))))

    def _row_label(self, key: Key) -> str:
        book = self.model.book
        before = ((key[0], key[1], column) for column in range(1, key[2]))
        texts = (book.value(cell) for cell in before if book.is_constant(cell))
        return next((text for text in texts if isinstance(text, str)), "")


def cited(figure: Row) -> tuple[str, str]:
    """The source and the place in it of a figure; both empty if it gives none."""
    source, _, place = figure.text("cited").partition(" ")
    return (source, place) if place and re.match(r"[a-z][a-z0-9_]*$", source) else ("", "")


def cited_words(figure: Row) -> str:
    """The same as it reads in a sentence: "release, line 190"."""
    source, place = cited(figure)
    if not source:
        return ""
    return f"{source}, line {place}" if re.match(r"[1-9]\d{0,8}$", place) else f"{source}, {place}"


def find_key(model: Model, what: str, period: str = "") -> Key | None:
    """The cell of an input or line, of a row in a period (its last day or month), by default the last."""
    entry = model.find(what)
    if entry is None:
        return None
    if not entry.ends or not period:
        return entry.cells[-1] if entry.ends else entry.cells[0]
    ends = [model.period(entry, index) for index in range(len(entry.cells))]
    return next((c for c, end in zip(entry.cells, ends) if period in (end, end[:7])), None)
