"""Recalculates everything and compares each formula cell: with another engine's value where modelgen is
installed, and with what the workbook showed before.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from .answers import Answer, Line
from .cells import ItemError, a1, plain
from .program import MISSING, run
from .whatif import same
from .xlsx import read_cells

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .cells import Key, Value
    from .hosts import Host

ENGINE = "ironcalc"
"""The engine that answers at once; `formulas`, the reference, takes a minute for a large workbook."""
_SHOWN = 20


def prove(host: Host, command: Sequence[str] | None, engine: str = ENGINE) -> Answer:
    """Recalculates the workbook and says which cells differ. `command` runs modelgen, None where it is
    not installed: then only what the workbook carried is compared, and the answer says so.
    """
    before = host.cells()
    host.recalculate()
    after = host.cells()
    count = len(after.formulas)
    moved = differing(after.formulas, before.values, after.values)
    lines = [_sentence(moved, count, "what the workbook showed")]
    lines += _cells(moved, "showed", "now")
    data = {"formulas": count, "moved": [a1(key) for key, *_ in moved], "engine": None}
    if command is None:
        lines.append(Line(f"No other engine was asked. {MISSING}"))
        title = "Recalculated; compared with what the workbook carried."
        return Answer(title, lines, {**data, "differing": None, "ok": not moved})
    found = engine_values(host, command, engine)
    other = differing(after.formulas, found, after.values)
    lines.append(_sentence(other, count, f"the values of {engine}"))
    lines += _cells(other, engine, "LibreOffice")
    ok = not other
    title = (
        f"Proven: {count:,} formula cells, each as {engine} computes it."
        if ok
        else f"NOT PROVEN: {len(other):,} of {count:,} formula cells differ from {engine}."
    )
    data.update(engine=engine, differing=[a1(key) for key, *_ in other], ok=ok)
    return Answer(title, lines, data)


def engine_values(host: Host, command: Sequence[str], engine: str) -> Mapping[Key, Value]:
    """The value of each cell as an engine of modelgen computes it, from a copy of the workbook as it
    stands.
    """
    with tempfile.TemporaryDirectory(prefix="modelgen-") as folder:
        copy, out = str(Path(folder) / "book.xlsx"), str(Path(folder) / "out.xlsx")
        host.save_copy(copy)
        said = run(command, "recalc", copy, "--engine", engine, "-o", out, "--json")
        try:
            json.loads(said)
        except ValueError:
            raise ItemError(
                "modelgen printed something else than JSON: is it up to date?"
            ) from None
        return read_cells(out).values


def differing(
    formulas: Mapping[Key, str], one: Mapping[Key, Value], other: Mapping[Key, Value]
) -> list[tuple[Key, Value, Value]]:
    """The formula cells whose values differ, with both, sheet by sheet."""
    found: dict[Key, tuple[Value, Value]] = {}
    for key in formulas:
        if not same(one.get(key), other.get(key)):
            found[key] = (one.get(key), other.get(key))
    return [(key, *found[key]) for key in sorted(found)]


def _sentence(found: list[tuple[Key, Value, Value]], count: int, what: str) -> Line:
    if not found:
        return Line(f"All {count:,} formula cells equal {what}, to 1e-9.")
    return Line(f"{len(found):,} of {count:,} formula cells differ from {what}:")


def _cells(found: list[tuple[Key, Value, Value]], one: str, other: str) -> list[Line]:
    lines = [
        Line(f"{a1(key)}: {one} {plain(a) or 'nothing'}, {other} {plain(b) or 'nothing'}", key, 1)
        for key, a, b in found[:_SHOWN]
    ]
    if len(found) > _SHOWN:
        lines.append(Line(f"and {len(found) - _SHOWN:,} more", None, 1))
    return lines
