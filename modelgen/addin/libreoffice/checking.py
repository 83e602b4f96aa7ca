"""What fails in a workbook now: figures that do not tie, checks, alerts, inputs that cannot be read,
formulas overtyped.

All is read from the open workbook's own cells as LibreOffice has computed them, by the same rules as
`modelgen check`.
"""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from .allowed import unreadable
from .answers import Answer, Line
from .built import lost, overtyped
from .cells import a1, day_of, plain
from .tracing import cited_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .cells import Key, Value
    from .naming import Naming
    from .reading import Model, Row

INTEGRITY, ALERT, HOUSEKEEPING = "integrity", "alert", "housekeeping"
MISSING = "no value given yet"
"""How the basis of an input of a draft reads to which nobody has given a value."""
_ALIKE = 1 - 1e-9
ERRORS = frozenset(
    [
        "#REF!",
        "#NAME?",
        "#VALUE!",
        "#DIV/0!",
        "#N/A",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#ERROR!",
    ]
)


def check(model: Model, naming: Naming) -> Answer:
    """The verdict on the workbook as it stands, in sentences; in `data`, ids and cells of what is wrong."""
    figures, checks = model.rows("figures"), model.rows("checks")
    untied = [row for row in figures if row.value("holds") != 1]
    failing = {
        kind: [r for r in checks if r.text("kind") == kind and r.value("holds") != 1]
        for kind in (INTEGRITY, ALERT, HOUSEKEEPING)
    }
    bad = list(unreadable(model))
    errors = list(errors_of(model))
    odd, gone = overtyped(naming), list(lost(model))
    missing = list(_missing(model))
    ok = not (untied or failing[INTEGRITY] or bad or errors or odd or gone or missing)
    total = sum(row.text("kind") == INTEGRITY for row in checks)
    alerts = len(failing[ALERT])
    lines = [
        Line(
            f"{len(figures) - len(untied)} of {len(figures)} figures tie, "
            f"{total - len(failing[INTEGRITY])} of {total} checks hold, "
            f"{alerts or 'no'} alert{' is' if alerts == 1 else 's are'} raised."
        ),
        *(Line(f"{a1(cell)} ({e.input_id}) {why}.", cell) for cell, e, why in bad),
        *(_failed(model, row, "Fails") for row in failing[INTEGRITY]),
        *(Line(f"{id_} shows {value}{where} ({a1(k)}).", k) for id_, value, where, k in errors),
        *(Line(text) for text in gone),
        *(Line(_untied(model, row), row.cells["holds"]) for row in untied),
        *(Line(one.words, one.key) for one in odd),
        *(Line(f"No value has been given to {id_} yet.", key) for id_, key in missing),
        *(_failed(model, row, "Alert") for row in failing[ALERT]),
        *(_failed(model, row, "Housekeeping") for row in failing[HOUSEKEEPING]),
    ]
    data = {
        "ok": ok,
        "status": model.role("status"),
        "untied": [row.text("id") for row in untied],
        "failing": [row.text("id") for row in failing[INTEGRITY]],
        "alerts": [row.text("id") for row in failing[ALERT]],
        "housekeeping": [row.text("id") for row in failing[HOUSEKEEPING]],
        "unreadable": [
            {"cell": a1(cell), "id": e.input_id, "message": why} for cell, e, why in bad
        ],
        "errors": [id_ for id_, *_ in errors],
        "overtyped": [{"cell": a1(o.key), "id": o.id, "was": o.was, "now": o.now} for o in odd],
        "lost": gone,
        "missing": [id_ for id_, _ in missing],
    }
    return Answer("The model holds." if ok else "THE MODEL DOES NOT HOLD.", lines, data)


def _untied(model: Model, row: Row) -> str:
    entry = model.find(row.text("line"))
    is_date = entry is not None and entry.type == "date"

    def said(key: str) -> str:
        value = row.value(key)
        return (day_of(value) if is_date else "") or plain(value)

    period = day_of(row.value("period"))
    where = cited_words(row)
    unit = "" if is_date else f" {row.text('unit')}"
    return (
        f"Does not tie: {row.text('line')}{f' {period}' if period else ''}"
        f"{f', printed in {where}' if where else ''}: published {said('published')}, computed "
        f"{said('computed')}, difference {plain(row.value('difference'))}{unit}."
    )


def _failed(model: Model, row: Row, word: str) -> Line:
    id_, difference = row.text("id"), row.value("largest")
    entry = model.find(id_)
    key: Key = row.cells["holds"]
    where = ""
    if entry is not None and entry.ends:
        worst = _worst([model.book.value(cell) for cell in entry.cells])
        if worst is not None:
            where, key = f" in the period ending {model.period(entry, worst)}", entry.cells[worst]
    said = f", difference {plain(difference)}" if isinstance(difference, float) else ""
    return Line(f"{word}: {row.text('label') or id_} ({id_}){said}{where}.", key)


def _worst(differences: list[Value]) -> int | None:
    """The index of the first of the largest differences, None if none is a number but zero."""
    sizes = [abs(d) if isinstance(d, float) and not isnan(d) else 0.0 for d in differences]
    largest = max(sizes, default=0.0)
    return next((n for n, size in enumerate(sizes) if 0 < largest * _ALIKE <= size), None)


def errors_of(model: Model) -> Iterator[tuple[str, str, str, Key]]:
    """The lines that show an error, each once: id, the error, where in words, and the cell."""
    for id_, entry in model.lines.items():
        for index, cell in enumerate(entry.cells):
            value = model.book.value(cell)
            if isinstance(value, str) and value in ERRORS:
                period = model.period(entry, index)
                where = f" in the period ending {period}" if period else ""
                yield id_, value, where, cell
                break


def _missing(model: Model) -> Iterator[tuple[str, Key]]:
    """The inputs of a draft that still hold what stands for a value that nobody has given."""
    for id_, entry in model.inputs.items():
        if MISSING in entry.row.text("basis"):
            codes = entry.row.text("codes").split()
            least, most = entry.row.number("least"), entry.row.number("most")
            zero = max(0.0, least) if least is not None else 0.0
            zero = float(codes[0]) if codes else min(zero, most) if most is not None else zero
            cell = next((c for c in entry.cells if model.book.value(c) == zero), None)
            if cell is not None:
                yield id_, cell
