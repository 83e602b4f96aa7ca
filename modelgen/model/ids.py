"""Ids: each is declared once, none is one that the model makes itself, and assumptions are of inputs."""

from collections.abc import Iterator
from dataclasses import replace

from modelgen.contract import PREFIX
from modelgen.model.expand import Declared
from modelgen.model.plain import Recorded
from modelgen.model.resolve import LEAF, UNKNOWN
from modelgen.problem import Problem, did_you_mean
from modelgen.text.load import DealText
from modelgen.text.schema import InputText, LineText


def twice(deal: DealText, declared: list[Declared]) -> list[Problem]:
    """Ids that two sections declare."""
    first: dict[str, Declared] = {}
    problems = []
    for item in declared:
        before = first.setdefault(item.id, item)
        if before is not item:
            where = deal.key_place(*before.path)
            problems.append(
                Problem(
                    f"'{item.id}' is defined twice",
                    deal.key_place(*item.path),
                    f"first in {where.short}" if where else "",
                )
            )
    return problems


def kept_ids(
    deal: DealText, declared: list[Declared], recorded: list[Recorded]
) -> Iterator[Problem]:
    """Declared ids that the model makes itself: those of the actual values of leaves, of what figures,
    checks, stamps and studies record, and all that workbooks name by the contract.
    """
    made = {one.id for one in recorded}
    made |= {f"{LEAF}{d.id}" for d in declared if isinstance(d.text, LineText) and d.text.leaf}
    for item in declared:
        if item.id in made or item.id.startswith(PREFIX):
            yield Problem(
                f"the id '{item.id}' is made by the model itself", deal.key_place(*item.path)
            )


def unused_assumptions(deal: DealText, declared: list[Declared]) -> list[Problem]:
    """Assumptions of what is no input."""
    known = [
        d.id
        for d in declared
        if isinstance(d.text, InputText) or (isinstance(d.text, LineText) and d.text.leaf)
    ]
    return [
        Problem(
            f"'{id_}' is not an input of the model",
            deal.key_place("assumptions", id_),
            did_you_mean(id_, known),
        )
        for id_ in deal.document.assumptions
        if id_ not in known
    ]


def unknown_once(problems: list[Problem]) -> list[Problem]:
    """The problems with each unknown name said once: what is missing is one thing, wherever it is
    asked for.
    """
    unknown: dict[str, list[Problem]] = {}
    for problem in dict.fromkeys(problems):
        if problem.message.endswith(UNKNOWN):
            unknown.setdefault(problem.message, []).append(problem)
    others = [problem for problem in problems if not problem.message.endswith(UNKNOWN)]
    for first, *more in unknown.values():
        places = {str(problem.place) for problem in more} - {str(first.place)}
        count = f"and in {len(places)} more place{'s' * (len(places) > 1)}" if places else ""
        hint = "; ".join(part for part in (first.hint, count) if part)
        others.append(replace(first, hint=hint))
    return others
