"""Types a model's lines and checks each against its unit.

Lines are typed in the order of computation, since a line may hold a text instead of a number ("n/a")
wherever its formula may give one; lines that need each other are typed repeatedly until nothing changes.
"""

from collections.abc import Mapping
from dataclasses import replace

from modelgen.formula.check import Checker
from modelgen.formula.demands import UNREPORTED, result_problem
from modelgen.formula.syntax import As, At, Ref, Row, walk, without_as
from modelgen.formula.types import NUMBER, TEXT, Instead, Type
from modelgen.model.lines import Written
from modelgen.model.plain import Input, Item, Line, Recorded, Timeline
from modelgen.model.resolve import problem_at
from modelgen.problem import Problem

OPTIONAL = "the input is optional"


def typed(
    order: list[tuple[str, ...]],
    lines: Mapping[str, Line],
    written: Mapping[str, tuple[Written, ...]],
    items: Mapping[str, Item],
    timelines: Mapping[str, Timeline],
) -> tuple[dict[str, Line], Checker, list[Problem]]:
    """The lines as they are computed (without AS), a checker that knows the type of every cell, and the
    problems in the lines' formulas.
    """
    cells = {id_: _cell(item) for id_, item in items.items()}
    cells |= {id_: line.unit.type for id_, line in lines.items()}
    of_bands = [id_ for id_, line in lines.items() if line.band_of]
    cells |= {id_: replace(cells[id_], text=Instead.MAYBE) for id_ in of_bands}
    over = {id_: None if isinstance(i, Recorded) else i.timeline for id_, i in items.items()}
    over |= {id_: line.timeline for id_, line in lines.items()}
    blank = {
        id_
        for id_, line in lines.items()
        if line.comparative is None and line.timeline and timelines[line.timeline].comparatives
    }
    checker = Checker(cells, over, blank)
    problems: list[Problem] = []
    # The rows of a table share their formulas: one whose parts have the types of a row before is typed alike.
    alike: dict[object, tuple[bool, list[Problem]]] = {}

    def of_line(id_: str) -> tuple[bool, list[Problem]]:
        line = lines[id_]
        if not line.record:
            return _line(line, written.get(id_, ()), checker)
        parts = [
            (type(node), cells[node.id], over[node.id])
            for formula in written.get(id_, ())
            for node in walk(formula.node)
            if isinstance(node, (Ref, At, Row))
        ]
        key = (line.place, line.unit.id, tuple(parts))
        if key not in alike:
            alike[key] = _line(line, written[id_], checker)
        return alike[key]

    for group in order:
        changed = True
        while changed:
            found = [(id_, *of_line(id_)) for id_ in group]
            changed = False
            for id_, may_be_text, _ in found:
                if may_be_text and cells[id_].text is Instead.NEVER:
                    cells[id_] = replace(cells[id_], text=Instead.MAYBE)
                    changed = True
        problems += [problem for _, _, wrong in found for problem in wrong]
    return {id_: _untyped(line) for id_, line in lines.items()}, checker, problems


def _cell(item: Item) -> Type:
    """The type of an input's or a recorded constant's cell."""
    if isinstance(item, Recorded):
        if isinstance(item.value, str):
            return TEXT
        return item.unit.type if item.unit else NUMBER
    cell = item.unit.type
    if not isinstance(item, Input) or not item.optional:
        return cell
    return replace(cell, blank=UNREPORTED if item.leaf_of else OPTIONAL)


def _line(line: Line, written: tuple[Written, ...], checker: Checker) -> tuple[bool, list[Problem]]:
    """Whether a line may hold a text instead of a number, and the errors in its formulas."""
    wanted = line.unit.type
    may_be_text = False
    problems: list[Problem] = []
    for formula in written:
        checker.demand.errors = []
        found = checker.type(formula.node)
        if found is not None:
            wrong = result_problem(found, wanted, line.unit.id)
            if wrong is not None:
                checker.demand.fail(wrong[0], formula.node, wrong[1])
            elif found.text is not Instead.NEVER and wanted is not TEXT:
                may_be_text = True
                if line.check or line.unit.kind == "flag":
                    what = "a check" if line.check else "a flag"
                    checker.demand.fail(
                        f"{what} must be a number, but this may be a text", formula.node
                    )
        problems += [problem_at(error, formula.place) for error in checker.demand.errors]
    return may_be_text, problems


def _untyped(line: Line) -> Line:
    """The line with its formula as it is computed, without AS, once the types are known."""
    if not any(isinstance(node, As) for node in walk(line.expression)):
        return line
    if line.comparative is line.expression:
        bare = without_as(line.expression)
        return replace(line, expression=bare, comparative=bare)
    comparative = line.comparative and without_as(line.comparative)
    return replace(line, expression=without_as(line.expression), comparative=comparative)
