"""What the three statements of a document contradict in each other: two sides of a balance sheet, cash, net
income, their scales and their days; a statement printed twice; and what a model cannot do without.

Each rule is a function of what is known of a document, and gives anomalies: where, what is printed, and a
sentence with both numbers and the lines where they stand.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from modelgen.ingest import vocabulary as words
from modelgen.ingest.cash import FINANCING, cash_flow_of
from modelgen.ingest.cash_apart import cash_apart, cash_of
from modelgen.ingest.currency import DOLLARS
from modelgen.ingest.exchanged import exchanged
from modelgen.ingest.further import clashes
from modelgen.ingest.lengths import lengths_apart
from modelgen.ingest.misprints import anomaly
from modelgen.ingest.reading import (
    BALANCE,
    CASH,
    INCOME,
    MONEY,
    STATEMENT_WORDS,
    Reading,
    SourceAnomaly,
)
from modelgen.ingest.rules import NET_INCOME, SALES, net_income_of
from modelgen.ingest.sentences import as_printed, scale_of
from modelgen.ingest.share_scale import is_earned
from modelgen.ingest.sides import sides_of
from modelgen.ingest.statement_line import Printed, StatementLine
from modelgen.ingest.sums import line_number
from modelgen.ingest.tree import Tree
from modelgen.ingest.years import months_of

_SAME_DAY = timedelta(days=20)
_COST_OF_SALES = re.compile(
    r"\bcosts? of (?:goods|sales|revenues?|products?|services)\b|\bgross (?:profit|margin)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Known:
    """What is known of a document: its reading, the lines of its statements, and these with their totals."""

    reading: Reading
    lines: Sequence[StatementLine]
    trees: Mapping[str, Tree]


def contradictions(known: Known) -> list[SourceAnomaly]:
    """What the statements contradict in each other. Where they are of other days, nothing else is said of
    their numbers.
    """
    found = [*_days(known), *_scales(known), *_currencies(known)]
    found += [anomaly(printed, reason) for printed, reason in lengths_apart(known.lines)]
    if not found:
        found = [*_two_sides(known), *_cash(known), *_net_income(known), *_exchanged(known)]
    return [*found, *clashes(known.reading), *_no_sales(known), *_no_debt(known)]


def _days(known: Known) -> Iterator[SourceAnomaly]:
    """The statement whose last day is another than that of income, or of cash flows."""
    last: dict[str, Printed] = {}
    for statement in (INCOME, CASH, BALANCE):
        every = [p for one in known.lines if one.statement == statement for p in one.printed]
        if every:
            last[statement] = max(every, key=lambda p: p.period[1])
    first = next(iter(last.values()), None)
    for statement, printed in last.items():
        if first is not None and abs(printed.period[1] - first.period[1]) > _SAME_DAY:
            yield anomaly(
                printed,
                f"The {STATEMENT_WORDS[statement]} ends on {printed.period[1]}, and the "
                f"{STATEMENT_WORDS[next(iter(last))]} "
                f"(line {first.figure.line}) on {first.period[1]}: one of the dates above them is misread or "
                "misprinted, or they are of two reports",
            )


def _scales(known: Known) -> Iterator[SourceAnomaly]:
    """The statement whose amounts are in another scale than those of the others."""
    scales: dict[str, tuple[Decimal, Printed]] = {}
    for statement in (INCOME, CASH, BALANCE):
        every = [
            p
            for one in known.lines
            if one.statement == statement and one.unit == MONEY
            for p in one.printed
            if not p.figure.is_nil
        ]
        if every:
            common = Counter(scale_of(p.figure) for p in every).most_common(1)[0][0]
            scales[statement] = common, next(p for p in every if scale_of(p.figure) == common)
    counts = Counter(scale for scale, _ in scales.values())
    if len(counts) < 2:
        return
    usual = counts.most_common(1)[0][0]
    kept = next(name for name, (scale, _) in scales.items() if scale == usual)
    for statement, (scale, printed) in scales.items():
        if scale != usual:
            yield anomaly(
                printed,
                f"One unit of the {STATEMENT_WORDS[statement]} is {scale:,f}, and one of the "
                f"{STATEMENT_WORDS[kept]} (line "
                f"{scales[kept][1].figure.line}) is {usual:,f}: the words above one of them, such as 'in "
                "millions', are misread or misprinted",
            )


def _currencies(known: Known) -> Iterator[SourceAnomaly]:
    """The statement whose amounts have the sign of another currency than those of the others."""
    tables = {t.statement: t for t in reversed(known.reading.tables) if t.currency and t.figures}
    signs = {
        name: "$" if tables[name].currency in DOLLARS else tables[name].currency
        for name in (INCOME, CASH, BALANCE)
        if name in tables
    }
    usual = next(iter(Counter(signs.values()).most_common(1)), ("", 0))[0]
    for statement, sign in signs.items():
        if sign != usual:
            kept = next(name for name, one in signs.items() if one == usual)
            figure = tables[statement].figures[0]
            yield SourceAnomaly(
                figure.line,
                figure.printed.strip(),
                f"The {STATEMENT_WORDS[statement]} is in {sign}, and the {STATEMENT_WORDS[kept]} in {usual}: "
                "a model has one currency, and one of the signs is misread or misprinted",
            )


def _two_sides(known: Known) -> Iterator[SourceAnomaly]:
    """The days on which the two sides of the balance sheet print different totals."""
    tree = known.trees[BALANCE]
    sides = sides_of(tree)
    if sides is None:
        return
    by_id = {line.id: line for line in tree.lines}
    for printed, reason in sides_apart(by_id[sides.assets], by_id[sides.claims]):
        yield anomaly(printed, reason)


def sides_apart(assets: StatementLine, claims: StatementLine) -> Iterator[tuple[Printed, str]]:
    """The figures of one side of a balance sheet that are not those of the other, and the sentences."""
    for printed in claims.printed:
        own = assets.values.get(printed.period)
        value = printed.figure.value
        if own is not None and own != value:
            figure = printed.figure
            yield (
                printed,
                f"{claims.label} is {as_printed(value, figure)}, and {assets.label} is "
                f"{as_printed(own, figure)} (line {line_number(assets, printed.period)}): the two sides "
                "must be the same, so one of the two is misprinted",
            )


def _cash(known: Known) -> Iterator[SourceAnomaly]:
    """Cash at the end, and at the beginning, that is not the balance sheet's."""
    flow, cash = cash_flow_of(known.trees[CASH]), cash_of(known.trees[BALANCE])
    if flow is not None and cash is not None:
        lines = {line.id: line for line in known.trees[CASH].lines}
        for printed, reason in cash_apart(lines, flow, cash, known.trees[BALANCE].lines):
            yield anomaly(printed, reason)


def _net_income(known: Known) -> Iterator[SourceAnomaly]:
    """What the cash flow begins with, where the income statement prints another number, or none."""
    flows = [line for line in known.trees[CASH].lines if not line.instant]
    begins = next((line for line in flows[:3] if NET_INCOME.search(line.label)), None)
    tree = known.trees[INCOME]
    if begins is None or not tree.lines:
        return
    alike = [
        (sum(begins.values.get(p) == v for p, v in line.values.items()), -n, line)
        for n, line in enumerate(reversed(tree.lines))
        if is_earned(line.label)
    ]
    right, _, line = max(alike, default=(0, 0, None))
    if not right and is_earned(begins.label):
        # It is no other line either, such as a profit that has other words.
        every = {(p, v) for one in tree.lines for p, v in one.values.items() if v}
        if every & set(begins.values.items()):
            return
        line = line or next((one for one in tree.lines if one.id == net_income_of(tree)), None)
    if line is None or not (right or is_earned(begins.label)):
        return
    for printed, reason in incomes_apart(line, begins):
        yield anomaly(printed, reason)


def incomes_apart(line: StatementLine, begins: StatementLine) -> Iterator[tuple[Printed, str]]:
    """The figures of net income in the cash flow that are not those of a line of income, and the
    sentences: a misprint, if both are the same line; or else one of the two statements has none.
    """
    same = line.label.lower() == begins.label.lower() or any(
        begins.values.get(period) == value for period, value in line.values.items() if value
    )
    for printed in begins.printed:
        own, figure = line.values.get(printed.period), printed.figure
        if own is None or abs(own - figure.value) <= figure.precision:
            continue
        mine, its = as_printed(figure.value, figure), as_printed(own, figure)
        where = f"in the income statement (line {line_number(line, printed.period)})"
        flows = f"{begins.label} is {mine} in the statement of cash flows"
        others = (
            q
            for q, v in line.values.items()
            if v == figure.value and v and q[1] == printed.period[1]
        )
        other = next(others, None)
        if other is not None:
            reason = (
                f"{flows} of {months_of(printed.period)} months, and that of {months_of(other)} months "
                f"{where}: the words above one of the two are misread or misprinted"
            )
        elif same:
            reason = f"{flows}, and {line.label} is {its} {where}: one of the two is misprinted"
        elif is_earned(begins.label):
            reason = (
                f"{flows}, and no line of the income statement is that: {line.label} is {its} {where}; a "
                f"row of {mine} is missing there, or a number is misprinted"
            )
        else:
            reason = (
                f"{line.label} is {its} {where}, and the statement of cash flows has no such line, and "
                f"begins with {begins.label} of {mine}: its row is missing there, or has another name"
            )
        yield printed, reason


def _exchanged(known: Known) -> Iterator[SourceAnomaly]:
    """Lines that print each other's numbers."""
    sides, flow = sides_of(known.trees[BALANCE]), cash_flow_of(known.trees[CASH])
    if sides is not None and flow is not None:
        for printed, reason in exchanged(known.trees[BALANCE], sides, known.trees[CASH], flow):
            yield anomaly(printed, reason)


def _no_sales(known: Known) -> Iterator[SourceAnomaly]:
    """An income statement with a cost of sales or a gross profit, and nothing sold above it."""
    lines = known.trees[INCOME].lines
    at = next((n for n, line in enumerate(lines) if _COST_OF_SALES.search(line.label)), None)
    if at is None or any(
        SALES.search(line.label) and not _COST_OF_SALES.search(line.label) for line in lines
    ):
        return
    if at == 0:
        yield anomaly(
            lines[0].printed[0],
            f"The income statement begins with {lines[0].label} (line {line_number(lines[0])}): no line of "
            "sales or revenue stands above it, so that costs are no part of sales; the row is missing",
        )


def _no_debt(known: Known) -> Iterator[SourceAnomaly]:
    """Debt that is borrowed or repaid, where the balance sheet has no line of debt."""
    flow, tree = cash_flow_of(known.trees[CASH]), known.trees[BALANCE]
    owed = any(words.DEBT.search(f"{line.heading} {line.label}") for line in tree.lines)
    if flow is None or not tree.lines or owed:
        return
    for line in known.trees[CASH].lines:
        section = flow.sections.get(line.id)
        moved = [p for p in line.printed if p.figure.value]
        if section == FINANCING and moved and words.kind_of(line.label, words.BALANCES) == "debt":
            yield anomaly(
                moved[0],
                f"{line.label} is {moved[0].figure.printed.strip()}, and the balance sheet "
                "has no line of debt: the row is missing there, or its name does not say debt",
            )
            return
