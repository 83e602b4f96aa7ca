"""What the three statements of a document contradict in each other: two sides of a balance sheet, cash, net
income, their scales and their days; a statement printed twice; and what a model cannot do without.

Each rule is a function of what is known of a document, and gives anomalies: where, what is printed, and a
sentence with both numbers and the lines where they stand.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from modelgen.ingest.cash import CashFlow, cash_flow_of
from modelgen.ingest.cash_apart import cash_apart, cash_of
from modelgen.ingest.currency import DOLLARS
from modelgen.ingest.exchanged import exchanged
from modelgen.ingest.further import clashes
from modelgen.ingest.income_apart import net_income_apart
from modelgen.ingest.lengths import lengths_apart
from modelgen.ingest.misprints import anomaly
from modelgen.ingest.missing import missing
from modelgen.ingest.reading import (
    BALANCE,
    CASH,
    INCOME,
    MONEY,
    STATEMENT_WORDS,
    Reading,
    SourceAnomaly,
)
from modelgen.ingest.sentences import as_printed, scale_of
from modelgen.ingest.sides import sides_of
from modelgen.ingest.statement_line import Printed, StatementLine
from modelgen.ingest.sums import line_number
from modelgen.ingest.tree import Tree

_SAME_DAY = timedelta(days=20)


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
    flow = cash_flow_of(known.trees[CASH])
    if not found:
        found = [*_two_sides(known), *_cash(known, flow), *_net_income(known)]
        found += _exchanged(known, flow)
    found += [anomaly(printed, reason) for printed, reason in missing(known.trees, flow)]
    return [*found, *clashes(known.reading)]


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
            found = [scale_of(p.figure) for p in every]
            common = Counter(found).most_common(1)[0][0]
            scales[statement] = common, every[found.index(common)]
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
        is_first = claims.values[printed.period] == value  # of a period that two columns have
        if own is not None and own != value and is_first:
            figure = printed.figure
            yield (
                printed,
                f"{claims.label} is {as_printed(value, figure)}, and {assets.label} is "
                f"{as_printed(own, figure)} (line {line_number(assets, printed.period)}): the two sides "
                "must be the same, so one of the two is misprinted",
            )


def _cash(known: Known, flow: CashFlow | None) -> Iterator[SourceAnomaly]:
    """Cash at the end, and at the beginning, that is not the balance sheet's."""
    cash = cash_of(known.trees[BALANCE])
    if flow is not None and cash is not None:
        lines = {line.id: line for line in known.trees[CASH].lines}
        for printed, reason in cash_apart(lines, flow, cash, known.trees[BALANCE].lines):
            yield anomaly(printed, reason)


def _exchanged(known: Known, flow: CashFlow | None) -> Iterator[SourceAnomaly]:
    """Lines that print each other's numbers."""
    sides = sides_of(known.trees[BALANCE])
    if sides is not None and flow is not None:
        for printed, reason in exchanged(known.trees[BALANCE], sides, known.trees[CASH], flow):
            yield anomaly(printed, reason)


def _net_income(known: Known) -> Iterator[SourceAnomaly]:
    """What the cash flow begins with, where the income statement prints another number, or none."""
    for printed, reason in net_income_apart(known.trees[INCOME], known.trees[CASH]):
        yield anomaly(printed, reason)
