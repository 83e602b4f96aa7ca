"""Reads an edited workbook: which inputs changed, which cannot be read, and which formulas were overtyped.

Inputs are found by defined names. The stamp of an input holds its value at build; the deal's text gives its
value now. If both the deal and the analyst changed an input, both values are shown and neither is applied.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from modelgen.contract import DEAL_PROPERTY, TEXT_PROPERTY
from modelgen.model.plain import Input, Model
from modelgen.model.worth import show_value
from modelgen.verdict import Overtyped, Unreadable
from modelgen.workbook.contents import Key, a1
from modelgen.workbook.directory import Entry, stamps
from modelgen.workbook.fingerprint import overtyped
from modelgen.workbook.naming import Naming
from modelgen.workbook.recalculate import Recalculation
from modelgen.workbook.verdict import unreadable

# A value saved by another program may differ in its last digit.
SAME = 1e-12


@dataclass(frozen=True, slots=True)
class Edit:
    """An input that an analyst changed. `deal` is the deal's value if that changed too."""

    id: str
    period: str | None
    old: str
    new: str
    unit: str
    cell: str
    comment: str
    deal: str | None = None


@dataclass
class Pulled:
    """The differences between a workbook and its deal."""

    path: Path
    deal: str
    same_text: bool
    edits: list[Edit] = field(default_factory=list)
    conflicts: list[Edit] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    formulas: list[Overtyped] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def pull(found: Recalculation, model: Model) -> Pulled:
    """Compares a workbook with the current model of its deal. Raises ModelError."""
    contents, directory = found.contents, found.directory
    properties = contents.properties
    out = Pulled(
        contents.path,
        properties.get(DEAL_PROPERTY, ""),
        properties.get(TEXT_PROPERTY) == model.digest,
    )
    naming = Naming(contents, directory, found.values)
    out.formulas = overtyped(naming)
    out.lost = list(directory.lost)
    built, untouched = stamps(directory, found.values)
    out.unreadable += unreadable(found, {})
    bad = {one.cell for one in out.unreadable}
    inputs = {item.leaf_of or item.id: item for item in model.inputs()}
    for id_, entry in directory.inputs.items():
        item = inputs.get(id_)
        if item is None:
            gone = Unreadable(a1(entry.cells[0]), id_, "is no longer an input of the deal")
            out.unreadable.append(gone)
            continue
        if entry.is_row and entry.id in untouched and not out.same_text:
            continue
        for index, key, was in _cells(entry, item, naming, model):
            if a1(key) in bad:
                continue
            value = contents.constants.get(key)
            new = value if isinstance(value, float) else math.nan
            # Of the same text, what the workbook was built with beside it is an edit as any other.
            stamped = not entry.is_row and not out.same_text
            base = built.get(entry.id, was) if stamped else was
            if _same(new, base):
                continue
            period = naming.period(entry, index)
            edit = Edit(
                id_,
                period,
                show_value(base, item.unit),
                show_value(new, item.unit),
                item.unit.label,
                a1(key),
                contents.comments.get(key, ""),
                None if _same(base, was) else show_value(was, item.unit),
            )
            if edit.deal is not None and not _same(new, was):
                out.conflicts.append(edit)
            elif edit.deal is None:
                out.edits.append(edit)
    return out


def _cells(
    entry: Entry, item: Input, naming: Naming, model: Model
) -> Iterator[tuple[int, Key, float]]:
    """Each cell of an input with its value in the deal; the cells of a row are matched by period."""
    if not entry.is_row or item.timeline is None:
        yield 0, entry.cells[0], item.values[0]
        return
    ends = [end.isoformat() for end in model.timelines[item.timeline].columns]
    for index, key in enumerate(entry.cells):
        period = naming.period(entry, index)
        if period in ends:
            yield index, key, item.values[ends.index(period)]


def _same(one: float, other: float) -> bool:
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return abs(one - other) <= SAME * max(1.0, abs(one), abs(other))


def overlay_text(pulled: Pulled) -> str:
    """The overlay, as YAML for `build --with`: the edits, with comments on what they replace."""
    lines = [
        f"# Pulled from {pulled.path.name}, built from the deal {pulled.deal}.",
        "assumptions:" if pulled.edits else "assumptions: {}",
    ]
    by_id: dict[str, list[Edit]] = {}
    for edit in pulled.edits:
        by_id.setdefault(edit.id, []).append(edit)
    for id_, edits in by_id.items():
        basis = next((e.comment for e in edits if e.comment), f"Edited in {pulled.path.name}")
        lines.append(f"  {id_}:")
        if edits[0].period is None:
            lines.append(f"    value: {json.dumps(edits[0].new)}  # was {_was(edits[0])}")
        else:
            lines.append("    values:")
            for edit in edits:
                lines.append(f"      {edit.period}: {json.dumps(edit.new)}  # was {_was(edit)}")
        lines += ["    status: judgement", f"    basis: {json.dumps(basis, ensure_ascii=False)}"]
    for edit in pulled.conflicts:
        what = f"{edit.id}{'@' + edit.period if edit.period else ''}"
        values = f"was {edit.old}, here {edit.new}, in the deal {edit.deal}"
        lines.append(f"# Not applied, changed on both sides: {what} {values}")
    return "\n".join(lines) + "\n"


def _was(edit: Edit) -> str:
    return f"{edit.old} ({edit.unit}), {edit.cell}"
