"""Rules on ids: each is declared once, none is reserved by the model, and assumptions name inputs."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from modelgen.contract import PREFIX
from modelgen.model.expand import Declared
from modelgen.model.plain import Recorded
from modelgen.model.resolve import LEAF, UNKNOWN, unknown_name
from modelgen.problem import Problem, did_you_mean
from modelgen.text.load import DealText


def twice(deal: DealText, declared: list[Declared]) -> list[Problem]:
    """Problems with ids that two sections declare."""
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
                    f"first in {where.seen_from(deal.key_place(*item.path))}" if where else "",
                )
            )
    return problems


def reserved_ids(
    deal: DealText, declared: list[Declared], recorded: list[Recorded]
) -> Iterator[Problem]:
    """Problems with declared ids that the model makes itself: for the actual values of leaves, for what
    figures, checks, stamps and studies record, and all that the workbook contract names.
    """
    made = {one.id for one in recorded}
    made |= {f"{LEAF}{d.id}" for d in declared if d.is_leaf}
    for item in declared:
        if item.id in made or item.id.startswith(PREFIX):
            yield Problem(
                f"the model itself makes the id '{item.id}': choose another",
                deal.key_place(*item.path),
            )


def unused_assumptions(deal: DealText, declared: list[Declared]) -> list[Problem]:
    """Problems with assumptions for what is not an input."""
    known = [d.id for d in declared if d.is_given]
    return [
        Problem(
            f"'{id_}' is not an input of the model",
            deal.key_place("assumptions", id_),
            did_you_mean(id_, known),
        )
        for id_ in deal.document.assumptions
        if id_ not in known
    ]


def unknown_once(problems: list[Problem], lacked: Mapping[str, Problem]) -> list[Problem]:
    """The problems with each unknown name reported only once, with the number of further places: one missing
    line is one error, wherever it is used. What a member lacks, by id, is reported as such.
    """
    unknown: dict[str, list[Problem]] = {}
    told = {unknown_name(id_) for id_ in lacked}
    for problem in dict.fromkeys(problems):
        if problem.message.endswith(UNKNOWN) and problem.message not in told:
            unknown.setdefault(problem.message, []).append(problem)
    others = [problem for problem in problems if not problem.message.endswith(UNKNOWN)]
    others += lacked.values()
    for first, *more in unknown.values():
        places = {str(problem.place) for problem in more} - {str(first.place)}
        count = f"and in {len(places)} more place{'s' * (len(places) > 1)}" if places else ""
        hint = "; ".join(part for part in (first.hint, count) if part)
        others.append(replace(first, hint=hint))
    return others
