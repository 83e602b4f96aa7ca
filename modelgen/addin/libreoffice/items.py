"""The menu items: each a function of an open workbook and of arguments by name that gives an answer.

Arguments are texts, as a program dispatches them: Cell ("Debt!H14"), Id and Period for a line, Depth,
Document, Input and Value, Engine. A person gives none of them: the selected cell counts, and the dialog
asks for the rest.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .answers import Answer, Line
from .cells import ItemError, a1, parse_area
from .checking import check
from .naming import Naming
from .overlay import changed
from .program import find_program
from .proving import ENGINE, prove
from .reading import INPUT, Model, read_model
from .sources import source_of
from .tracing import FIGURE, Tracer, find_key
from .whatif import what_if
from .xlsx import read_cells

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .cells import Key
    from .hosts import Host
    from .tracing import Step

    Arguments = Mapping[str, str]

DEPTH = 3
"""The levels of a tree that are shown; all of what it rests on is listed below it."""
_MOST = 400


def trace_cell(host: Host, arguments: Arguments) -> Answer:
    """Where the number in a cell comes from."""
    model = read_model(host.cells())
    key = _wanted(host, model, arguments)
    if key not in model.book.values and key not in Naming(model).named:
        raise ItemError(f"{a1(key)} is blank: select a number.")
    tracer = Tracer(model)
    steps = tracer.trace(key, _depth(arguments))
    root = steps[0]
    lines = [Line(f"{root.formula}  [{root.cell}]", key, 0, root.label)] if root.formula else []
    lines += [_traced(step) for step in steps[1 : _MOST + 1]]
    if len(steps) > _MOST + 1:
        lines.append(Line(f"and {len(steps) - _MOST - 1:,} more steps of these levels"))
    rests = [tracer.described(leaf, 1) for leaf in tracer.leaves(key)]
    rests = [step for step in rests if step.kind in (INPUT, FIGURE)]
    if rests:
        printed = sum(bool(tracer.figures_at(step.key)) for step in rests)
        of_source = f", {printed} of them printed in a source" if printed else ""
        lines.append(Line(f"It rests on {len(rests):,} inputs and figures{of_source}:"))
        lines += [_traced(step) for step in rests[:_MOST]]
        if len(rests) > _MOST:
            lines.append(Line(f"and {len(rests) - _MOST:,} more", level=1))
    data = {"steps": [step.as_json() for step in steps], "rests_on": [s.as_json() for s in rests]}
    return Answer(root.words, lines, data)


def _traced(step: Step) -> Line:
    """A step as a line, with its formula and its label to be read when it is selected."""
    more = "\n".join(filter(None, (step.label, step.formula, f"[{step.cell}]")))
    return Line(step.words, step.key, step.level, more)


def open_source(host: Host, arguments: Arguments) -> Answer:
    """Where the number in a cell is printed."""
    model = read_model(host.cells())
    key = _wanted(host, model, arguments)
    return source_of(Tracer(model), key, arguments.get("Document", ""))


def check_workbook(host: Host, arguments: Arguments) -> Answer:  # noqa: ARG001
    """What fails now."""
    model = read_model(host.cells())
    return check(model, Naming(model))


def prove_workbook(host: Host, arguments: Arguments) -> Answer:
    """Recalculates, and compares every formula cell."""
    read_model(host.cells())
    return prove(host, find_program(), arguments.get("Engine", ENGINE))


def changes_as_overlay(host: Host, arguments: Arguments) -> Answer:
    """The inputs that were changed, as an overlay; written to the file that the argument Overlay names."""
    model = read_model(host.cells())
    try:
        on_disk = read_model(read_cells(model.book.path)) if model.book.path else None
    except ItemError:
        on_disk = None  # another format, or gone: the stamp alone says what changed
    answer = changed(model, on_disk)
    target = arguments.get("Overlay", "")
    if target:
        write(target, answer.data["overlay"])
        answer.lines.append(Line(f"Written to {target}."))
    return answer


def try_value(host: Host, arguments: Arguments) -> Answer:
    """Sets an input for a while."""
    id_, value = arguments.get("Input", ""), arguments.get("Value", "")
    if not id_ or not value:
        raise ItemError("Say which input to set, and to what: the arguments Input and Value.")
    return what_if(host, id_, value, arguments.get("Period", ""))


ITEMS: dict[str, Callable[[Host, Arguments], Answer]] = {
    "trace": trace_cell,
    "source": open_source,
    "check": check_workbook,
    "prove": prove_workbook,
    "overlay": changes_as_overlay,
    "whatif": try_value,
}


def _wanted(host: Host, model: Model, arguments: Arguments) -> Key:
    """The cell that is asked about: by its address, by a line's id and period, or the one selected."""
    cell, id_ = arguments.get("Cell", ""), arguments.get("Id", "")
    if cell:
        area = parse_area(cell)
        if area is None or area.sheet not in model.book.sheets:
            raise ItemError(f"'{cell}' is not a cell of this workbook: write it as Sheet!A1.")
        return area.first
    if id_:
        key = find_key(model, id_, arguments.get("Period", ""))
        if key is None:
            raise ItemError(f"'{id_}' is not an input or a line of this workbook in that period.")
        return key
    selected: Key | None = host.selected()
    if selected is None:
        raise ItemError("Select one cell first.")
    return selected


def _depth(arguments: Arguments) -> int:
    text = arguments.get("Depth", "") or str(DEPTH)
    if not text.isdigit() or int(text) < 1:
        raise ItemError(f"'{text}' is not a number of levels.")
    return int(text)


def write(target: str, text: str) -> None:
    """Writes a text file. Raises ItemError."""
    try:
        Path(target).write_text(text, encoding="utf-8")
    except OSError as error:
        raise ItemError(f"{target} cannot be written: {error.strerror}.") from None
