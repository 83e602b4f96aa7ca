"""The lines of cash that a statement of cash flows prints beside its own beginning and end: cash without
what is restricted, cash of operations that go on, the reconciliation to the balance sheet.

Each is cash, and moves with it; or is what two of them differ by, and stays. Which it is follows from the
figures: a line that prints what cash at the end prints, or the balance sheet's cash, or that less the lines
beside it. Words decide only what no figure does.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from modelgen.ingest.cash import CashFlow, begins
from modelgen.ingest.held_cash import Parts, adding_up
from modelgen.ingest.plan import added
from modelgen.ingest.statement_line import StatementLine
from modelgen.ingest.tree import Tree

_AND_RESTRICTED = re.compile(r"(?:,|\band\b|&|\bplus\b)\s*restricted\b.*", re.IGNORECASE)
_CASH = re.compile(r"(?<!non-)(?<!non)\bcash\b", re.IGNORECASE)
_ASIDE = re.compile(
    r"^\W*(less|plus|add|deduct|of which)\b|\brestricted\b|\bincluded (in|within)\b|\boverdrafts?\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"\bdiscontinued\b|\bheld[- ]for[- ]sale\b", re.IGNORECASE)


@dataclass
class Closings:
    """The forecast of each line that moves with cash, by id; for each further line of the beginning, the
    line of its end; and the lines that are the difference of cash at the end and the balance sheet's cash.
    """

    moving: dict[str, str] = field(default_factory=dict)
    openings: dict[str, str] = field(default_factory=dict)
    named: Parts = ()


def closings_of(tree: Tree, cash_flow: CashFlow, cash: StatementLine) -> Closings:
    """The lines of cash of a statement of cash flows beside its own; `cash` is that of the balance sheet.

    Example: "Less: restricted cash" of 613 below an end of 10,203, then 9,590: the last is the end less
    613, and moves; the 613 stay, and are the difference to a balance sheet's cash of 9,590.
    """
    return _Finder(tree, cash_flow, cash).found()


@dataclass
class _Finder:
    tree: Tree
    cash_flow: CashFlow
    cash: StatementLine
    made: Closings = field(default_factory=Closings)

    def __post_init__(self) -> None:
        own = (self.cash_flow.beginning, self.cash_flow.ending)
        self.lines = {line.id: line for line in self.tree.lines}
        others = [line for line in self.tree.lines if line.instant and line.id not in own]
        self.closing = [line for line in others if not begins(line)]
        self.opening = [line for line in others if begins(line)]
        self.ending = self.lines.get(self.cash_flow.ending)

    def found(self) -> Closings:
        for line in self.closing:
            if self.ending is not None and _same(_by_day(line), _by_day(self.ending)):
                self.made.moving[line.id] = f"= {self.ending.id}"
            elif _same(_by_day(line), _by_day(self.cash)):
                self.made.moving[line.id] = f"= {self.cash.id}"
        while self._add_by_sums():
            pass
        for line in self.closing:
            if line.id not in self.made.moving and _says_cash(line.label):
                end = self.cash_flow.ending
                change = f"{end} - {end}[-1]" if end else self.cash_flow.net_change
                self.made.moving[line.id] = f"= {line.id}[-1] + {change}"
        for line in self.opening:
            if (closing := self._closing_of(line)) is not None:
                self.made.openings[line.id] = closing
        if self.ending is not None:
            self.made.named = self._named(self.ending)
        return self.made

    def _moves(self, id_: str) -> bool:
        return id_ in self.made.moving or id_ == self.cash_flow.ending

    def _add_by_sums(self) -> bool:
        """Adds a line that is a sum, or a part, of those that are known to move; whether there was one."""
        for line in self.closing:
            total = self.tree.totals.get(line.id)
            if total is None or not all(self.lines[id_].instant for id_, _ in total.parts):
                continue
            moving = [(id_, sign) for id_, sign in total.parts if self._moves(id_)]
            if moving and not self._moves(line.id):
                self.made.moving[line.id] = self._rolled(
                    line, total.parts, moving, bool(total.difference)
                )
                return True
            parts = [
                (id_, sign)
                for id_, sign in total.parts
                if sign > 0 and _says_cash(self.lines[id_].label)
            ]
            if self._moves(line.id) and not moving and len(parts) == 1:
                part = parts[0][0]
                rest = [(id_, -sign) for id_, sign in total.parts if id_ != part]
                terms = [(line.id, 1), *rest]
                self.made.moving[part] = self._rolled(
                    self.lines[part], terms, terms[:1], bool(total.difference)
                )
                return True
        return False

    def _rolled(
        self,
        line: StatementLine,
        terms: Sequence[tuple[str, int]],
        moving: Sequence[tuple[str, int]],
        is_off: bool,
    ) -> str:
        """A line as the sum of others; where that is not what is printed, as it was and what they move."""
        if not is_off:
            return "= " + added(terms)
        moved = [t for id_, sign in moving for t in ((id_, sign), (f"{id_}[-1]", -sign))]
        return "= " + added([(f"{line.id}[-1]", 1), *moved])

    def _closing_of(self, opening: StatementLine) -> str | None:
        """The line of the end that a line of the beginning belongs to; None if it is what is held."""
        if not _says_cash(opening.label):
            return None
        ends = [line for line in self.closing if line.id in self.made.moving]
        if self.ending is not None:
            ends = [self.ending, *ends]
        change = self.lines.get(self.cash_flow.net_change)
        moved = {} if change is None else change.values

        def off(end: StatementLine) -> Decimal:
            return sum(
                (
                    abs(end.values[p] - moved[p] - value)
                    for p, value in opening.values.items()
                    if p in end.values and p in moved
                ),
                Decimal(0),
            )

        return min(ends, key=off).id if ends else None

    def _named(self, ending: StatementLine) -> Parts:
        """The lines of the statement that are what its end is above the balance sheet's cash."""
        step = max(p.figure.precision for p in ending.printed)
        own, end = _by_day(self.cash), _by_day(ending)
        held = [line for line in self.closing if line.id not in self.made.moving]
        signed = [
            (line.id, 1 if sum(line.values.values()) >= 0 else -1, _by_day(line)) for line in held
        ]
        wanted = {day: end[day] - value for day, value in own.items() if day in end}
        parts = adding_up(signed, wanted, step)
        exact = all(
            sum(
                (sign * _by_day(self.lines[id_]).get(day, Decimal(0)) for id_, sign in parts),
                Decimal(0),
            )
            == value
            for day, value in wanted.items()
        )
        return parts if exact else ()


def _by_day(line: StatementLine) -> dict[date, Decimal]:
    return {end: value for (_, end), value in line.values.items()}


def _same(one: Mapping[date, Decimal], other: Mapping[date, Decimal]) -> bool:
    """Whether two lines print the same wherever both print something, and that is not nothing."""
    both = [key for key in one if key in other]
    return all(one[key] == other[key] for key in both) and any(one[key] for key in both)


def _says_cash(label: str) -> bool:
    """Whether a label is of cash itself, and not of a part of it that is held elsewhere.

    >>> _says_cash("Cash, cash equivalents and restricted cash of continuing operations")
    True
    >>> _says_cash("Less: cash of discontinued operations"), _says_cash("Restricted cash in other assets")
    (False, False)
    """
    bare = _AND_RESTRICTED.sub("", label)
    elsewhere = _ASIDE.search(bare) or _ELSEWHERE.search(label)
    return bool(_CASH.search(bare)) and not elsewhere
