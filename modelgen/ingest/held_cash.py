"""Cash that the statement of cash flows counts and the balance sheet's line of cash does not: which lines
it stands in.

Cash at the end may hold the other lines of a total of cash, restricted cash, or less of overdrafts. A line
is found by its words and proven by its figures: on every day of which both statements tell, the lines are
what is between the two.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

from modelgen.ingest.sides import Sides
from modelgen.ingest.statement_line import StatementLine
from modelgen.ingest.tree import Tree

_OF_CASH = re.compile(r"\bcash\b", re.IGNORECASE)
_HELD = re.compile(r"\bcash\b|\brestricted\b|\bsegregated\b|\bescrow\b", re.IGNORECASE)
_OVERDRAFT = re.compile(r"\boverdrafts?\b", re.IGNORECASE)
_MOST = 6  # lines whose sums are tried

Parts = tuple[tuple[str, int], ...]
"""Ids of lines, each with the sign with which it enters a sum."""


@dataclass(frozen=True)
class Holding:
    """Where the balance sheet has cash: the line that moves with the cash flow; the other lines that `held`
    it, with signs; and the total of just these, "" if there is none that the cash flow ends in.
    """

    cash: str = ""
    held: Parts = ()
    total: str = ""


def holding_of(
    tree: Tree,
    sides: Sides,
    named: Sequence[str],
    ending: StatementLine | None,
    beginning: StatementLine | None,
    last: date,
) -> Holding:
    """Where a balance sheet has the cash in which the cash flow ends. `named`: its assets that are cash by
    their words, or else all, in order. The first is cash, or the largest part of a total that is all of it.
    """
    cash = next(iter(named), "")
    if ending is None or not cash:
        return Holding(cash)
    step = max(p.figure.precision for p in ending.printed)
    found = (
        held_in_balance(tree, sides, cash, days, step) for days in _cash_by_day(ending, beginning)
    )
    held = next(filter(None, found), ())
    total = tree.parent(cash)
    if not held or total is None or tree.signs(total.id) != {cash: 1, **dict(held)}:
        return Holding(cash, held)
    lines = {line.id: line for line in tree.lines}
    ends, whole = _values(ending), _values(lines[total.id])
    if any(whole[day] != value for day, value in ends.items() if day in whole):
        return Holding(cash, held)
    parts = tree.signs(total.id)
    largest = max(parts, key=lambda i: (_values(lines[i]).get(last, Decimal(0)), i == cash))
    return Holding(largest, tuple((i, s) for i, s in parts.items() if i != largest), total.id)


def _cash_by_day(
    ending: StatementLine, beginning: StatementLine | None
) -> tuple[dict[date, Decimal], dict[date, Decimal]]:
    """Cash as the statement of cash flows tells it: at the end of each period and on the day before each
    begins; and at the ends alone, since what the beginning counted may have been called otherwise.
    """
    ends = {end: value for (_, end), value in ending.values.items()}
    return (ends if beginning is None else _before(beginning) | ends), ends


def _before(beginning: StatementLine) -> dict[date, Decimal]:
    return {
        first - timedelta(days=1): value
        for (first, _), value in beginning.values.items()
        if first is not None
    }


def held_in_balance(
    tree: Tree, sides: Sides, cash: str, by_day: Mapping[date, Decimal], step: Decimal
) -> Parts:
    """The lines of the balance sheet that are the cash of the other statement beside the line `cash`, each
    with its sign; () if there is none, or none is named. `step` is what the last printed digit is worth.
    """
    lines = {line.id: line for line in tree.lines}
    own = _values(lines[cash])
    wanted = {day: by_day[day] - value for day, value in own.items() if day in by_day}
    if all(abs(value) <= step for value in wanted.values()):
        return ()
    total = tree.parent(cash)
    beside: list[str] = []
    if total is not None and _OF_CASH.search(lines[total.id].label):
        beside = [id_ for id_ in tree.signs(total.id) if id_ != cash]
    named = [id_ for id_ in sides.signs_of_assets if id_ != cash and _HELD.search(lines[id_].label)]
    assets = list(dict.fromkeys((*beside, *named)))
    overdrawn = [id_ for id_ in sides.signs_of_claims if _OVERDRAFT.search(lines[id_].label)]
    signed = [(id_, sides.signs_of_assets[id_]) for id_ in assets if id_ in sides.signs_of_assets]
    signed += [(id_, -sides.signs_of_claims[id_]) for id_ in overdrawn]
    return adding_up([(id_, sign, _values(lines[id_])) for id_, sign in signed], wanted, step)


def adding_up(
    lines: Sequence[tuple[str, int, Mapping[date, Decimal]]],
    wanted: Mapping[date, Decimal],
    step: Decimal,
) -> Parts:
    """The fewest of some lines (id, sign, values by day) whose sum is what is wanted on every day; () if
    none are, or nothing is wanted.
    """
    if all(abs(value) <= step for value in wanted.values()):
        return ()
    found: list[Parts] = []
    for taken in product((False, True), repeat=min(len(lines), _MOST)):
        chosen = [line for line, one in zip(lines, taken, strict=False) if one]
        sums = {
            day: sum((sign * values.get(day, Decimal(0)) for _, sign, values in chosen), Decimal(0))
            for day in wanted
        }
        if all(abs(sums[day] - value) <= step for day, value in wanted.items()):
            found.append(tuple((id_, sign) for id_, sign, _ in chosen))
    return min(found, key=len, default=())


def _values(line: StatementLine) -> dict[date, Decimal]:
    return {end: value for (_, end), value in line.values.items()}
