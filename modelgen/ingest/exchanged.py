"""Two lines of a statement that print each other's numbers: totals still foot, and only the changes of
balances tell.

In practice the changes that a statement of cash flows tells are seldom those of the balance sheet, for
businesses are bought and currencies move. So nothing is said of a change that is another, and of two only
where each is, to the last digit, what the other's number gives, though neither is near its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import combinations

from modelgen.ingest import vocabulary as words
from modelgen.ingest.cash import OPERATING, CashFlow
from modelgen.ingest.reading import IngestedFigure
from modelgen.ingest.sentences import as_printed
from modelgen.ingest.sides import Sides
from modelgen.ingest.statement_line import Period, Printed, StatementLine
from modelgen.ingest.tree import Tree

_ONE_DAY = timedelta(days=1)
_ALIKE = 0.6  # of the words of a balance and of the flow that tells its change
_FAR = 10  # steps of the last digit: nearer to its own, a change may be rounded
_LARGE = 10_000  # steps: smaller numbers of other lines may be what one should be by chance
_OTHERS = 3  # further lines that must fit, where nothing but changes is compared


@dataclass(frozen=True)
class _Change:
    """A balance by its id, on the first day and on the last of a period, the flow that tells its change, and
    what a flow of one is to the balance (1 or -1).
    """

    id: str
    first: Printed
    last: Printed
    flow: Printed
    sign: int

    def off(self, first: Decimal, last: Decimal) -> Decimal:
        """How far the flow is from the change between two balances."""
        return abs(last - first - self.sign * self.flow.figure.value)

    @property
    def fits(self) -> bool:
        """Whether the flow is the change, to the last digit."""
        return not self.off(self.first.figure.value, self.last.figure.value)

    @property
    def is_far(self) -> bool:
        """Whether the flow is not near the change."""
        off = self.off(self.first.figure.value, self.last.figure.value)
        return off > _FAR * self.last.figure.precision


def exchanged(
    balance: Tree, sides: Sides, cash: Tree, flow: CashFlow
) -> Iterator[tuple[Printed, str]]:
    """The figures of lines that print each other's numbers, and the sentences."""
    changes = sorted(
        _changes(balance, sides, cash, flow),
        key=lambda one: (one.last.figure.line, one.flow.figure.line),
    )
    apart = [change for change in changes if not change.fits]
    surely = len(changes) - len(apart) >= _OTHERS
    for one, other in combinations(apart, 2):
        a, b = one.first.figure.value, other.first.figure.value
        c, d = one.last.figure.value, other.last.figure.value
        far = one.is_far and other.is_far
        if far and c != d and not one.off(a, d) and not other.off(b, c):
            yield one.last, _told(one.last.figure, other.last.figure, one, other)
        elif far and a != b and not one.off(b, c) and not other.off(a, d):
            yield one.first, _told(one.first.figure, other.first.figure, one, other)
        elif surely and not one.off(b, d) and not other.off(a, c):
            yield one.flow, _of_changes(one, other)
    for change in apart:
        yield from _with_one_that_has_no_flow(change, changes, balance)


def _with_one_that_has_no_flow(
    change: _Change, changes: Sequence[_Change], balance: Tree
) -> Iterator[tuple[Printed, str]]:
    """The sentence about a balance that another line of its total prints, whose own change no flow tells."""
    own = {one.last.figure.label for one in changes}
    lines = {line.id: line for line in balance.lines}
    total = balance.parent(change.id)
    beside = [lines[id_] for id_, _ in total.parts] if total and change.is_far else []
    first, last = change.first, change.last
    for line in beside:
        for mine, it_is_last in ((last, True), (first, False)):
            its = _at(line, mine.period)
            if its is None or line.label in own:
                continue
            value = its.figure.value
            pair = (first.figure.value, value) if it_is_last else (value, last.figure.value)
            if abs(value) >= _LARGE * its.figure.precision and not change.off(*pair):
                yield mine, _told_of_one(mine.figure, its.figure, change.flow.figure)


def _told_of_one(mine: IngestedFigure, its: IngestedFigure, flow: IngestedFigure) -> str:
    """The sentence about two balances of a day, of one of which a flow tells the change."""
    return (
        f"{mine.label} is {as_printed(mine.value, mine)} on {mine.end}, and {its.label} "
        f"{as_printed(its.value, its)} (line {its.line}): by the change that the statement of cash flows "
        f"tells ({as_printed(flow.value, flow)} on line {flow.line}), the first would be what the other "
        "prints; the two are exchanged, it seems"
    )


def _told(mine: IngestedFigure, its: IngestedFigure, one: _Change, other: _Change) -> str:
    """The sentence about two balances of a day."""
    flows = one.flow.figure, other.flow.figure
    told = " and ".join(f"{as_printed(f.value, f)} on line {f.line}" for f in flows)
    return (
        f"{mine.label} is {as_printed(mine.value, mine)} on {mine.end}, and {its.label} "
        f"{as_printed(its.value, its)} (line {its.line}): by the changes that the statement of cash flows "
        f"tells ({told}), each would be what the other prints; the two are exchanged, it seems"
    )


def _of_changes(one: _Change, other: _Change) -> str:
    """The sentence about two flows, or two balances on both days."""
    mine, its = one.flow.figure, other.flow.figure
    return (
        f"{mine.label} is {as_printed(mine.value, mine)} in the statement of cash flows, and {its.label} "
        f"{as_printed(its.value, its)} (line {its.line}): each is the change of the other on the balance "
        f"sheet (lines {one.last.figure.line} and {other.last.figure.line}), so the two are exchanged in one "
        "of the statements, it seems"
    )


def _changes(balance: Tree, sides: Sides, cash: Tree, flow: CashFlow) -> Iterator[_Change]:
    """The balances with the flows that tell their changes in the latest period, where a flow is of one
    balance by its words.
    """
    flows = {line.id: line for line in cash.lines if flow.sections.get(line.id) == OPERATING}
    periods = [p for line in flows.values() for p in line.values if p[0] is not None]
    if not periods:
        return
    end = max(last for _, last in periods)
    first = min(start for start, last in periods if last == end and start is not None)
    balances = {line.id: line for line in balance.lines}
    signs = {
        **dict.fromkeys(sides.signs_of_assets, -1),
        **dict.fromkeys(sides.signs_of_claims, 1),
    }
    carried: dict[str, list[str]] = {}
    for id_ in signs:
        best = max(flows, key=lambda one: words.likeness(flows[one].label, balances[id_].label))
        if words.likeness(flows[best].label, balances[id_].label) >= _ALIKE:
            carried.setdefault(best, []).append(id_)
    for id_, of in carried.items():
        line = balances[of[0]]
        found = (
            _at(line, (None, first - _ONE_DAY)),
            _at(line, (None, end)),
            _at(flows[id_], (first, end)),
        )
        if len(of) == 1 and found[0] and found[1] and found[2]:
            yield _Change(of[0], found[0], found[1], found[2], signs[of[0]] * flow.effects[id_])


def _at(line: StatementLine, period: Period) -> Printed | None:
    return next((p for p in line.printed if p.period == period), None)
