"""Cash at the end and at the beginning of the statement of cash flows, against the balance sheet's: below it,
or above it by an amount that moves, or on one of the two days alone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from modelgen.ingest import vocabulary as words
from modelgen.ingest.cash import CashFlow
from modelgen.ingest.reading import IngestedFigure
from modelgen.ingest.sentences import as_printed, scale_of
from modelgen.ingest.statement_line import Printed, StatementLine
from modelgen.ingest.tree import Tree

HELD = re.compile(
    r"\bcash\b|\brestricted\b|\boverdrafts?\b|\bsegregated\b|\bescrow\b|\bheld[- ]for[- ]sale\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\brestrict|\boverdraft|\bsegregat|\bescrow|\bheld\b|\bdiscontinued\b|\bfunds?\b|\bincluding\b|\bother\b",
    re.IGNORECASE,
)
"""What says of cash at the end that it is more than the balance sheet's line of cash."""
_MOST_HELD = 6  # lines of cash whose sums are tried
_MOVES = Decimal("0.15")  # of cash at the end: what other lines may hold more, or less, than before
_ONE_DAY = timedelta(days=1)
_NEAR = timedelta(days=20)
_NONE = Decimal(0)
_Compared = tuple[Printed, Printed, Decimal]


def cash_apart(
    lines: Mapping[str, StatementLine],
    flow: CashFlow,
    cash: StatementLine,
    balances: Sequence[StatementLine],
) -> Iterator[tuple[Printed, str]]:
    """The figures of cash in the statement of cash flows, whose `lines` are given by id, that contradict the
    balance sheet's line of `cash`, and the sentences; `balances` are the balance sheet's lines.
    """
    if not flow.ending:
        return
    yield from _of_another_day(lines, flow, cash)
    held = [one for one in balances if HELD.search(one.label) and one is not cash]
    found: dict[str, _Compared] = {}
    for id_, day, printed in _days_of_cash(lines, flow):
        own = next((p for p in cash.printed if p.period == (None, day)), None)
        if own is not None:
            value, mine = printed.figure.value, own.figure
            more = value - mine.value
            is_part = is_held(value, more, held, day, mine.precision)
            found[id_] = printed, own, _NONE if is_part else more
    end, start = found.get(flow.ending), found.get(flow.beginning)
    if end is None:
        return
    label = lines[flow.ending].label
    printed, own, more = end
    figure, mine = printed.figure, own.figure
    moved = f"{label} is {as_printed(figure.value, figure)}, and the balance sheet's {cash.label} "
    if _is_other_scale(figure, mine):
        yield (
            printed,
            f"{label} is {figure.value:,f}, and the balance sheet's {cash.label} is {mine.value:,f} (line "
            f"{mine.line}), of the same numeral: the words of the scale above one of the two are misread or "
            "misprinted",
        )
    elif more and start and _are_exchanged(end, start):
        yield (
            printed,
            f"{moved}is {as_printed(mine.value, figure)} on that day (line {mine.line}) and "
            f"{as_printed(figure.value, figure)} on the other: the two dates above the balance sheet are "
            "exchanged, it seems",
        )
    elif more < 0:
        yield (
            printed,
            f"{moved}is {as_printed(mine.value, figure)} (line {mine.line}): cash at the end cannot be less, "
            "so one of the two is misread or misprinted",
        )
    elif start and abs(more - start[2]) > _MOVES * max(abs(figure.value), abs(mine.value)):
        grown = as_printed(mine.value - start[1].figure.value, figure)
        told = as_printed(figure.value - start[0].figure.value, figure)
        yield (
            printed,
            f"The balance sheet's {cash.label} (line {mine.line}) moves by {grown}, and the cash flow tells "
            f"{told}: the {as_printed(abs(more - start[2]), figure)} between are in no line of the balance "
            "sheet that says cash, so a number or a date is misprinted, or they have another name there",
        )
    elif start and bool(more) != bool(start[2]) and not _MORE.search(label):
        odd, right = (end, start) if more else (start, end)
        yield odd[0], _on_one_day(odd, right, cash)


def _are_exchanged(end: _Compared, start: _Compared) -> bool:
    """Whether the balance sheet prints of each day what the cash flow prints of the other."""
    return (
        end[0].figure.value == start[1].figure.value
        and end[1].figure.value == start[0].figure.value
    )


def _is_other_scale(one: IngestedFigure, other: IngestedFigure) -> bool:
    """Whether two figures are the same numeral in two scales."""
    scales = scale_of(one), scale_of(other)
    return scales[0] != scales[1] and one.value / scales[0] == other.value / scales[1]


def _of_another_day(
    lines: Mapping[str, StatementLine], flow: CashFlow, cash: StatementLine
) -> Iterator[tuple[Printed, str]]:
    """The balance sheet's cash of a day that is none of the cash flow's, though it prints what that begins
    with.
    """
    days = list(_days_of_cash(lines, flow))
    for id_, day, printed in days:
        figure = printed.figure
        if id_ != flow.beginning or not figure.value:
            continue
        for own in cash.printed:
            near = any(abs(own.period[1] - other) < _NEAR for _, other, _ in days)
            if own.figure.value == figure.value and not near:
                yield (
                    own,
                    f"The balance sheet's {cash.label} is {as_printed(figure.value, figure)} on "
                    f"{own.period[1]}, and {figure.label} is that on {day} (line {figure.line}): one of the "
                    "dates above the two statements is misread or misprinted",
                )


def _on_one_day(
    odd: _Compared,
    right: _Compared,
    cash: StatementLine,
) -> str:
    """The sentence about cash that is the balance sheet's on one of two days alone."""
    figure, mine, other = odd[0].figure, odd[1].figure, right[0].figure
    return (
        f"{figure.label} is {as_printed(figure.value, figure)}, and the balance sheet's {cash.label} is "
        f"{as_printed(mine.value, figure)} (line {mine.line}), though on {other.end} both are "
        f"{as_printed(other.value, figure)}: one of the two is misprinted, or the "
        f"{as_printed(abs(odd[2]), figure)} between are in a line of another name"
    )


def _days_of_cash(
    by_id: Mapping[str, StatementLine], flow: CashFlow
) -> Iterator[tuple[str, date, Printed]]:
    """Cash in the statement of cash flows of its latest period: id, day, and figure, the end first."""
    ending = by_id[flow.ending]
    spans = [(end, start) for start, end in (p.period for p in ending.printed) if start]
    if not spans:
        return
    end = max(last for last, _ in spans)
    first = min(start for last, start in spans if last == end)
    for id_, day in ((flow.ending, end), (flow.beginning, first - _ONE_DAY)):
        line = by_id.get(id_)
        found = [p for p in line.printed if p.period == (first, end)] if line else []
        printed = next(iter(found), None)
        if line is not None and printed is not None:
            yield id_, day, printed


def cash_of(tree: Tree) -> StatementLine | None:
    """The balance sheet's line of cash: the first leaf whose words say so."""
    return next(
        (
            line
            for line in tree.lines
            if line.id not in tree.totals and words.kind_of(line.label, words.BALANCES) == "cash"
        ),
        None,
    )


def is_held(
    value: Decimal, more: Decimal, held: Sequence[StatementLine], day: date, slack: Decimal
) -> bool:
    """Whether a balance sheet's other lines of cash account for cash at the end: for all of its value, or for
    what it is more than the first line of cash.
    """
    beside = [v for one in held if (v := one.values.get((None, day)))]
    whole = any(abs(value - one) <= slack for one in beside)
    return whole or abs(more) <= slack or _is_sum(more, beside[:_MOST_HELD], slack)


def _is_sum(of: Decimal, values: Sequence[Decimal], slack: Decimal) -> bool:
    """Whether some of the values, each added or taken off, are a number."""
    sums = {Decimal(0)}
    for value in values:
        sums |= {one + sign * value for one in sums for sign in (1, -1)}
    return any(abs(one - of) <= slack for one in sums)
