"""What an analyst changed, as the overlay that `modelgen build DEAL --with OVERLAY.yaml` takes.

The stamp of the inputs in the workbook holds what each single input was built with, and of a row
whether it is as it was. Which periods of a row changed is known where the file on disk still has the
row as it was built; otherwise the overlay gives the whole row.
"""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from .allowed import unreadable, value_words
from .answers import Answer, Line
from .cells import a1
from .reading import DEAL_PROPERTY, Entry, Model

if TYPE_CHECKING:
    from .cells import Key, Value
    from .reading import Row

SAME = 1e-12
UNKNOWN = "not known"


class Change(NamedTuple):
    """An input that differs from what the file was written with; of a row, one period."""

    id: str
    period: str
    was: str
    now: str
    unit: str
    key: Key
    note: str


def changes(model: Model, on_disk: Model | None) -> list[Change]:
    """The inputs that differ from what the workbook was built with; `on_disk` is the file that it was
    opened from.
    """
    bad = {cell for cell, *_ in unreadable(model)}
    stamps = {row.text("id"): row for row in model.rows("stamps")}
    out: list[Change] = []
    for entry in model.inputs.values():
        stamp = stamps.get(entry.id)
        built = _values_built(on_disk, entry.id)
        if not built and not entry.ends and stamp is not None:
            built = {"": stamp.value("built")}
        if stamp is not None and stamp.value("differs") == 0 and (entry.ends or not on_disk):
            continue
        for index, cell in enumerate(entry.cells):
            period, now = model.period(entry, index), model.book.value(cell)
            if cell in bad or (not built and (stamp is None or now is None)):
                continue
            was = built.get(period)
            if built and (_same(now, was) or _untouched(stamp, entry, now, was)):
                continue
            said = value_words(entry, was) if built else UNKNOWN
            note = model.book.comments.get(cell, "")
            words = value_words(entry, now)
            out.append(Change(entry.input_id, period, said, words, entry.unit, cell, note))
    return out


def _values_built(on_disk: Model | None, id_: str) -> dict[str, Value]:
    """The values by period of an input in the file on disk, where that holds what was built; else nothing."""
    if on_disk is None:
        return {}
    entry = next((e for e in on_disk.inputs.values() if e.id == id_), None)
    stamp = next((row for row in on_disk.rows("stamps") if row.text("id") == id_), None)
    if entry is None or (stamp is not None and stamp.value("differs") != 0):
        return {}
    values = (on_disk.book.value(cell) for cell in entry.cells)
    return {on_disk.period(entry, index): value for index, value in enumerate(values)}


def _untouched(stamp: Row | None, entry: Entry, now: Value, was: Value) -> bool:
    """Whether the stamp calls an input as it was, which takes a blank for zero: so it is where neither
    is a blank.
    """
    if entry.ends or stamp is None or stamp.value("differs") != 0:
        return False
    return now is not None and was is not None


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= SAME * max(1.0, abs(one), abs(other))
    return ("" if one is None else one) == ("" if other is None else other)


def overlay_text(model: Model, found: list[Change]) -> str:
    """The overlay as YAML, with comments on what it replaces."""
    name = " ".join(PurePath(model.book.path).name.split()) or "a workbook that was not saved"
    # A comment must stay on its line, whatever the workbook's properties hold.
    deal = " ".join(model.book.properties.get(DEAL_PROPERTY, "").split())
    lines = [
        f"# Changed in {name}, built from the deal {deal}.",
        "assumptions:" if found else "assumptions: {}",
    ]
    by_id: dict[str, list[Change]] = {}
    for change in found:
        by_id.setdefault(change.id, []).append(change)
    for id_, some in by_id.items():
        basis = next((one.note for one in some if one.note), f"Edited in {name}")
        lines.append(f"  {id_}:")
        if not some[0].period:
            lines.append(f"    value: {json.dumps(some[0].now)}  # {_was(some[0])}")
        else:
            lines.append("    values:")
            for one in some:
                lines.append(f"      {one.period}: {json.dumps(one.now)}  # {_was(one)}")
        lines += ["    status: judgement", f"    basis: {json.dumps(basis, ensure_ascii=False)}"]
    return "\n".join(lines) + "\n"


def _was(change: Change) -> str:
    return " ".join(f"was {change.was} ({change.unit}), {a1(change.key)}".split())


def changed(model: Model, on_disk: Model | None) -> Answer:
    """The answer of the menu item: what changed, and the overlay's text in its data."""
    found = changes(model, on_disk)
    lines = [
        Line(
            f"{one.id}{f' {one.period}' if one.period else ''}: was {one.was}, is {one.now} {one.unit}",
            one.key,
        )
        for one in found
    ]
    bad = [
        Line(f"Not carried over: {a1(cell)} ({entry.input_id}) {why}.", cell)
        for cell, entry, why in unreadable(model)
    ]
    count = len({one.id for one in found})
    title = (
        f"{count} input{'s differ' if count != 1 else ' differs'} from what the workbook was built with."
        if found
        else "Every input is as the workbook was built."
    )
    data = {
        "changes": [
            {"id": c.id, "period": c.period or None, "old": c.was, "new": c.now, "cell": a1(c.key)}
            for c in found
        ],
        "unreadable": [a1(cell) for cell, *_ in unreadable(model)],
        "overlay": overlay_text(model, found),
    }
    return Answer(title, [*lines, *bad], data)
