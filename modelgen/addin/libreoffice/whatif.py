"""What if: an input set for a while, and what moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .allowed import range_problem, typed_value, value_words
from .answers import Answer, Line
from .cells import ItemError, a1, plain
from .checking import ALERT, INTEGRITY
from .reading import Entry, Model, read_model

if TYPE_CHECKING:
    from .cells import Key, Value
    from .hosts import Host

    Moved = dict[str, list[tuple[str, Value, Value]]]

SAME = 1e-9
_LINES_NAMED = 8


def cells_to_set(
    model: Model, id_: str, typed: str, period: str = ""
) -> tuple[Entry, dict[Key, Value]]:
    """The input and the cells to set, with their value. `period` is the last day or the month of one
    period of a row; without it, all of the row's own periods are set. Raises ItemError.
    """
    entry = model.inputs.get(id_)
    if entry is None:
        what = (
            "is computed, not an input" if id_ in model.lines else "is not an input of this model"
        )
        raise ItemError(f"'{id_}' {what}: choose one of its {len(model.inputs)} inputs.")
    value = typed_value(entry, typed)
    wrong = range_problem(entry, value)
    if wrong:
        raise ItemError(f"{id_}: {wrong}.")
    keys: list[Key] = [entry.cells[0]]
    if entry.ends:
        ends = [model.period(entry, index) for index in range(len(entry.cells))]
        keys = [
            cell
            for index, (cell, end) in enumerate(zip(entry.cells, ends))
            if (period in (end, end[:7]) if period else index >= entry.comparatives)
        ]
        if not keys:
            raise ItemError(
                f"'{id_}' has no period {period}: it runs from {ends[0]} to {ends[-1]}."
            )
    held = [key for key in keys if key in model.book.formulas]
    if held:
        raise ItemError(f"{a1(held[0])} holds a formula, but should hold an input's value.")
    return entry, dict.fromkeys(keys, value)


def input_at(model: Model, key: Key | None) -> tuple[str, str]:
    """The id and the period of the input in a cell; both empty if there is none."""
    for id_, entry in model.inputs.items():
        if key in entry.cells:
            return id_, model.period(entry, entry.cells.index(key)) if entry.ends else ""
    return "", ""


class Trial:
    """Inputs set for a while in an open workbook, and put back as they were."""

    def __init__(self, host: Host) -> None:
        self.host, self.model = host, read_model(host.cells())
        self._held: dict[Key, Value] = {}

    def set(self, id_: str, typed: str, period: str = "") -> Answer:
        """Sets one input, after the one set before is put back, and says what moves. Raises ItemError."""
        self.put_back()
        entry, values = cells_to_set(self.model, id_, typed, period)
        self._held = {key: self.model.book.value(key) for key in values}
        self.host.put(values)
        return compared(self.model, read_model(self.host.cells()), entry, values)

    def put_back(self) -> None:
        """Gives the cells back what they held."""
        held, self._held = self._held, {}
        if held:
            self.host.put_back(held)


def what_if(host: Host, id_: str, typed: str, period: str = "") -> Answer:
    """Sets an input, reads what moves, and puts back what the cells held, whatever happened. Raises
    ItemError.
    """
    trial = Trial(host)
    try:
        return trial.set(id_, typed, period)
    finally:
        trial.put_back()


def compared(before: Model, after: Model, entry: Entry, values: dict[Key, Value]) -> Answer:
    """What moved between two states of a workbook, of which an input was set: its outputs first."""
    key = next(iter(values))
    was, now = value_words(entry, before.book.value(key)), value_words(entry, values[key])
    period = before.period(entry, entry.cells.index(key)) if entry.ends else ""
    span = f" in {period}" if len(values) == 1 and period else " in all periods" if period else ""
    moved = {id_: found for id_ in before.lines if (found := _moved(before, after, id_))}
    outputs = {id_: moved[id_] for id_ in before.outputs if id_ in moved}
    lines = [Line(_said(before, id_, found), found[0][3], 0) for id_, found in outputs.items()]
    still = [id_ for id_ in before.outputs if id_ not in moved]
    if still:
        lines.append(Line(f"Unmoved: {', '.join(still)}."))
    lines += [Line(text) for text in _verdicts(before, after)]
    others = [id_ for id_ in moved if id_ not in outputs]
    more = len(others) - _LINES_NAMED
    tail = f" and {more} more" if more > 0 else ""
    if others:
        lines.append(
            Line(f"{len(others)} other lines move: {', '.join(others[:_LINES_NAMED])}{tail}.")
        )
    if not moved:
        lines = [Line("Nothing moves.")]
    data = {
        "input": entry.input_id,
        "cells": [a1(cell) for cell in values],
        "was": was,
        "is": now,
        "outputs": {id_: [list(one[:3]) for one in found] for id_, found in outputs.items()},
        "moved": {id_: [list(one[:3]) for one in found] for id_, found in moved.items()},
        "status": [before.role("status"), after.role("status")],
    }
    return Answer(f"If {entry.input_id}{span} were {now} and not {was}:", lines, data)


def _moved(before: Model, after: Model, id_: str) -> list[tuple[str, Value, Value, Key]]:
    """The values of a line that differ, each with its period, before and after, and its cell."""
    entry, found = before.lines[id_], []
    for index, cell in enumerate(entry.cells):
        old, new = before.book.value(cell), after.book.value(cell)
        if not same(old, new):
            found.append((before.period(entry, index), old, new, cell))
    return found


def same(one: Value, other: Value) -> bool:
    """Whether two values agree to 1e-9; a blank is an empty text, and TRUE is 1, as in a spreadsheet."""
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= SAME * max(1.0, abs(one), abs(other))
    return ("" if one is None else one) == ("" if other is None else other)


def _said(model: Model, id_: str, found: list[tuple[str, Value, Value, Key]]) -> str:
    """How an output moves: where it moves most, and in the last period."""

    def size(one: tuple[str, Value, Value, Key]) -> float:
        numbers = isinstance(one[1], (int, float)) and isinstance(one[2], (int, float))
        return abs(float(one[2] or 0) - float(one[1] or 0)) if numbers else 0.0

    def step(one: tuple[str, Value, Value, Key]) -> str:
        words = [
            value_words(model.lines[id_], v) if model.lines[id_].type == "date" else plain(v)
            for v in one[1:3]
        ]
        change = ""
        if size(one):
            change = f" ({float(one[2] or 0) - float(one[1] or 0):+,.6g})"
        return f"{words[0]} becomes {words[1]}{change}"

    entry = model.lines[id_]
    unit = f" {entry.unit}" if entry.type == "number" else ""
    head = f"{entry.label} ({id_}){unit}"
    if not entry.ends:
        return f"{head}: {step(found[0])}"
    most, last = max(found, key=size), found[-1]
    said = f"{head}: most in {most[0]}, {step(most)}"
    return said if most is last else f"{said}; at the end, in {last[0]}, {step(last)}"


def _verdicts(before: Model, after: Model) -> list[str]:
    """The checks, alerts and figures that hold no longer, or again."""
    out = []
    for kind, word in ((INTEGRITY, "check"), (ALERT, "alert")):
        names = {row.text("id"): row.text("label") for row in before.rows("checks")}
        old, new = (
            {
                r.text("id")
                for r in m.rows("checks")
                if r.text("kind") == kind and r.value("holds") != 1
            }
            for m in (before, after)
        )
        bad, good = (
            ("now fails", "holds again") if word == "check" else ("is raised", "is raised no more")
        )
        out += [f"The {word} {names[i] or i} ({i}) {bad}." for i in sorted(new - old)]
        out += [f"The {word} {names[i] or i} ({i}) {good}." for i in sorted(old - new)]
    untied = [sum(r.value("holds") != 1 for r in m.rows("figures")) for m in (before, after)]
    if untied[0] != untied[1]:
        out.append(f"{untied[1]} figures do not tie; before, {untied[0]} did not.")
    return out
