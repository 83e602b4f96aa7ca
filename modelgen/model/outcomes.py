"""The outputs that a sweep reports, and the events whose probability it gives."""

from collections.abc import Mapping

from modelgen.formula.check import Checker
from modelgen.formula.syntax import Node, without_as
from modelgen.model.periods import guarded
from modelgen.model.plain import Event, Input, Item, Line
from modelgen.model.resolve import Names, Scope, problem_at, resolve
from modelgen.problem import Place, Problem, did_you_mean
from modelgen.text.load import DealText


def outcomes_of(
    deal: DealText,
    lines: Mapping[str, Line],
    items: Mapping[str, Item],
    names: Names,
    checker: Checker,
) -> tuple[tuple[str, ...], tuple[Event, ...], list[Problem]]:
    """The outputs and events that a document names, and the problems with them."""
    problems: list[Problem] = []
    for index, id_ in enumerate(deal.document.outputs):
        if id_ not in lines and id_ not in names.dropped:
            hint = did_you_mean(id_, lines)
            problems.append(Problem(f"'{id_}' is not a line", deal.place("outputs", index), hint))
    blank = {i.id: i.blank for i in items.values() if isinstance(i, (Input, Line)) and i.blank}
    events = []
    for label, formula in deal.document.events.items():
        place = deal.positions.values.get(("events", label))
        timeline, expression, found = _event(label, formula, place, names)
        problems += found
        if expression is not None:
            problems += [problem_at(error, place) for error in checker.condition(expression)]
            expression = guarded(without_as(expression), blank)
        if expression is not None:
            events.append(Event(label, expression, timeline))
    return tuple(id_ for id_ in deal.document.outputs if id_ in lines), tuple(events), problems


def _event(
    label: str, formula: str, place: Place | None, names: Names
) -> tuple[str | None, Node | None, list[Problem]]:
    """An event, on the timeline on which its condition can be resolved; None for single values."""
    tried: list[list[Problem]] = []
    for timeline in (None, *names.timelines):
        expression, problems = resolve(
            formula, place, Scope(timeline, line=f"event {label}"), names, constants=True
        )
        if expression is not None:
            return timeline, expression, []
        tried.append(problems)
    return None, None, min(tried, key=len)  # the timeline that fits best gives the fewest problems
