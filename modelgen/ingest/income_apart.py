"""Net income, which two statements print: that of cash flows begins with it."""

from collections.abc import Iterator
from decimal import Decimal

from modelgen.ingest.rules import NET_INCOME, net_income_of
from modelgen.ingest.sentences import as_printed, of_period, scale_of
from modelgen.ingest.share_scale import is_earned
from modelgen.ingest.statement_line import Period, Printed, StatementLine
from modelgen.ingest.sums import line_number
from modelgen.ingest.tree import Tree


def net_income_apart(income: Tree, cash: Tree) -> Iterator[tuple[Printed, str]]:
    """The figures of net income in the statement of cash flows that are not those of the income statement,
    and the sentences.
    """
    flows = [line for line in cash.lines if not line.instant]
    begins = next((line for line in flows[:3] if NET_INCOME.search(line.label)), None)
    if begins is None or not income.lines:
        return
    values = set(begins.values.values())
    alike = [
        (
            sum(begins.values.get(p) == v for p, v in line.values.items()),
            len(values & {v for v in line.values.values() if v}),
            -n,
            line,
        )
        for n, line in enumerate(reversed(income.lines))
        if is_earned(line.label)
    ]
    right, _, _, line = max(alike, default=(0, 0, 0, None))
    if not right and is_earned(begins.label):
        # It is no other line either, such as a profit that has other words.
        every = {(p, v) for one in income.lines for p, v in one.values.items() if v}
        if every & set(begins.values.items()):
            return
        line = line or next((one for one in income.lines if one.id == net_income_of(income)), None)
    if line is not None and (right or is_earned(begins.label)):
        yield from incomes_apart(line, begins)


def incomes_apart(line: StatementLine, begins: StatementLine) -> Iterator[tuple[Printed, str]]:
    """The figures of net income in the cash flow that are not those of a line of income, and the
    sentences: a date or a scale that is another, a misprint if both are the same line; or else one of the
    two statements has none.
    """
    same = line.label.lower() == begins.label.lower() or any(
        begins.values.get(period) == value for period, value in line.values.items() if value
    )
    for printed in begins.printed:
        own, figure = line.values.get(printed.period), printed.figure
        if begins.values[printed.period] != figure.value:  # of a period that two columns have
            continue
        other = _of_another(line, begins, printed)
        if other is not None:
            yield printed, _of_other_days(line, begins, printed, other)
        elif own is not None and abs(own - figure.value) > figure.precision:
            yield printed, _of_other_value(line, begins, printed, own, same)


def _of_another(line: StatementLine, begins: StatementLine, printed: Printed) -> Period | None:
    """The period of which a line of income prints what the cash flow prints of one; None if it is the same,
    or if none is.
    """
    value, values = printed.figure.value, line.values
    if not value or values.get(printed.period) == value:
        return None
    return next(
        (p for p, v in values.items() if v == value and begins.values.get(p) != value), None
    )


def _of_other_days(
    line: StatementLine, begins: StatementLine, printed: Printed, other: Period
) -> str:
    """The sentence about net income that the income statement prints of another period."""
    figure = printed.figure
    where = f"in the income statement (line {line_number(line, other)})"
    return (
        f"{begins.label} is {as_printed(figure.value, figure)} {of_period(printed.period)} in the statement "
        f"of cash flows, and that {of_period(other)} {where}: the dates, or the words of their length, above "
        "one of the two are misread or misprinted"
    )


def _of_other_value(
    line: StatementLine, begins: StatementLine, printed: Printed, own: Decimal, same: bool
) -> str:
    """The sentence about net income that is another number in the income statement."""
    figure = printed.figure
    its = next(p.figure for p in line.printed if p.period == printed.period)
    mine = as_printed(figure.value, figure)
    where = f"in the income statement (line {its.line})"
    flows = f"{begins.label} is {mine} in the statement of cash flows"
    scales = scale_of(figure), scale_of(its)
    if scales[0] != scales[1] and figure.value / scales[0] == own / scales[1]:
        return (
            f"{begins.label} is {figure.value:,f} in the statement of cash flows, and {own:,f} {where}, of "
            "the same numeral: the words of the scale above one of the two are misread or misprinted"
        )
    told = f"{line.label} is {as_printed(own, figure)} {where}"
    if same:
        return f"{flows}, and {told}: one of the two is misprinted"
    if is_earned(begins.label):
        return (
            f"{flows}, and no line of the income statement is that: {told}; a row of {mine} is missing "
            "there, or a number is misprinted"
        )
    return (
        f"{told}, and the statement of cash flows has no such line, and begins with {begins.label} of "
        f"{mine}: its row is missing there, or has another name"
    )
