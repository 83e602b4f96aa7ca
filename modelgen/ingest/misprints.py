"""What a statement contradicts in itself: a total that its lines do not add up to, a sign that is lost, a
row that is printed twice, an amount a share that no income and no count of shares give.

Each rule is a function of a statement's lines and their totals, and gives anomalies: where, what is printed,
and a sentence with both numbers and the lines where they stand. None looks at any other statement.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise, product

from modelgen.ingest.reading import INCOME, MONEY, PER_SHARE, PERCENT, SHARES, SourceAnomaly
from modelgen.ingest.rules import BEFORE, SALES
from modelgen.ingest.sentences import as_printed, at_lines
from modelgen.ingest.share_scale import is_earned
from modelgen.ingest.statement_line import Period, Printed, StatementLine
from modelgen.ingest.sums import ends_off, line_number, signs_lost, untaken, why_off
from modelgen.ingest.total_words import RESULT, is_total
from modelgen.ingest.tree import Tree

_OF_LESS = re.compile(
    r"\b(?:dividends?|distributions?|discontinued|continuing|before|cumulative|effect)\b",
    re.IGNORECASE,
)
"""Of amounts a share that are not those of net income."""
_WHICH = re.compile(r"(?:basic|diluted)(?: and (?:basic|diluted))?\W*", re.IGNORECASE)
_LARGE = 5  # steps of an amount a share, which chance does not give
_ROUNDED = Decimal("0.51")  # steps of the last digit
_PARTS = 2  # columns in which a percentage must be one amount of another
_FAR = Decimal("0.03")  # of an amount a share: less may be the share of other securities
_DEVIATES = Decimal("0.02")  # of what the other columns print
_NEARER = 3  # times, what a count should be is to these than what it is


def misprints(lines: Sequence[StatementLine], tree: Tree) -> list[SourceAnomaly]:
    """What a statement contradicts in itself, in the order of its rules."""
    return [
        *_totals_off(tree),
        *(anomaly(printed, reason) for printed, reason in (*signs_lost(tree), *untaken(tree))),
        *_rows_again(tree),
        *_totals_again(tree),
        *_each_share(lines, tree),
        *_percents(lines),
    ]


def anomaly(printed: Printed, reason: str) -> SourceAnomaly:
    """An anomaly of a figure."""
    return SourceAnomaly(printed.figure.line, printed.figure.printed.strip(), reason)


def _totals_off(tree: Tree) -> Iterator[SourceAnomaly]:
    """Totals that more than rounding parts from the sum of their lines."""
    by_id = {line.id: line for line in tree.lines}
    for total in tree.totals.values():
        line = by_id[total.id]
        if line.instant and total.off:
            yield from (anomaly(*found) for found in ends_off(line, total, by_id))
            continue
        for printed in line.printed:
            if printed.period in total.off:
                yield anomaly(printed, why_off(line, total, by_id, printed))


def _rows_again(tree: Tree) -> Iterator[SourceAnomaly]:
    """Rows that repeat one above, its label and its numbers, and that no total takes."""
    added = {part for total in tree.totals.values() for part, _ in total.parts}
    first: dict[tuple[str, str], StatementLine] = {}
    for line in tree.lines:
        known = first.setdefault((line.heading.lower(), line.label.lower()), line)
        if known is line or line.instant or is_total(line.label):
            continue
        if line.values == known.values and (known.id in added) != (line.id in added):
            for printed in line.printed:
                if printed.figure.value:
                    yield anomaly(
                        printed,
                        f"{line.label} is printed twice with the same numbers, on "
                        f"{at_lines([line_number(known), line_number(line)])}, and its total takes it once: "
                        "one of the two is too many",
                    )


def _totals_again(tree: Tree) -> Iterator[SourceAnomaly]:
    """Totals that are printed twice, one below the other: not net income, which comprehensive income begins
    with.
    """
    for before, line in pairwise(tree.lines):
        same = line.label.lower() == before.label.lower() and line.values == before.values
        again = line.statement == INCOME and RESULT.search(line.label)
        if same and not again and is_total(line.label) and any(line.values.values()):
            yield anomaly(
                line.printed[0],
                f"{line.label} is printed twice with the same numbers, on "
                f"{at_lines([line_number(before), line_number(line)])}: one of the two is too many",
            )


def _each_share(lines: Sequence[StatementLine], tree: Tree) -> Iterator[SourceAnomaly]:
    """Earnings a share that are not income by shares, in a column, though in others they are."""
    counts = [line for line in lines if line.unit == SHARES]
    incomes = [line for line in lines if line.unit == MONEY and is_earned(line.label)]
    said: Counter[tuple[str, Period]] = Counter()
    for line in lines:
        if line.unit != PER_SHARE or _OF_LESS.search(f"{line.heading} {line.label}"):
            continue
        pairs = [(income, count) for income in incomes for count in counts]
        ranked = [(len(_given(line, *pair)), -n, pair) for n, pair in enumerate(pairs)]
        right, _, pair = max(ranked, default=(0, 0, None))
        if pair is None or right < len(line.printed) / 2:
            continue
        for printed in line.printed:
            figure, period = printed.figure, printed.period
            worth = _worth(*pair, period)
            if figure.is_nil or worth is None or period in _given(line, *pair):
                continue
            if abs(worth - figure.value) <= max(2 * figure.precision, _FAR * abs(figure.value)):
                continue
            odd = _deviating(*pair, printed)
            if odd is not None and said[pair[1].id, period]:
                continue
            said[pair[1].id, period] += 1
            total = tree.totals.get(pair[0].id)
            foots = total is not None and period not in total.off
            yield _is_not_given(line, pair, printed, odd, foots)


def _is_not_given(
    line: StatementLine,
    pair: tuple[StatementLine, StatementLine],
    printed: Printed,
    odd: Printed | None,
    foots: bool,
) -> SourceAnomaly:
    """The anomaly of a column of earnings a share; of the count, where it is `odd` among its own. `foots`:
    income is what its lines add up to.
    """
    income, count = pair
    period, figure = printed.period, printed.figure
    earned = next(p.figure for p in income.printed if p.period == period)
    shares = next(p.figure for p in count.printed if p.period == period)
    worth = _worth(income, count, period) or Decimal(0)
    told = (
        f"{income.label} of {as_printed(earned.value, earned)} (line {earned.line}) by "
        f"{_full_name(count)} of {as_printed(shares.value, shares)} (line {shares.line}) is "
        f"{as_printed(worth, figure)} a share, and {_full_name(line)} prints "
        f"{as_printed(figure.value, figure)} (line {figure.line}): "
    )
    if odd is None and abs(worth + figure.value) <= figure.precision:
        return anomaly(printed, f"{told}the sign of one of the two is lost")
    if odd is None:
        which = (
            f"it seems that {as_printed(figure.value, figure)} is misprinted"
            if foots
            else "one of the three is misprinted"
        )
        return anomaly(printed, f"{told}{which}")
    other = next(p.figure for p in count.printed if p.period != period and not p.figure.is_nil)
    return anomaly(
        odd,
        f"{told}it seems that {as_printed(shares.value, shares)} is misprinted, which another column has as "
        f"{as_printed(other.value, other)}",
    )


def _percents(lines: Sequence[StatementLine]) -> Iterator[SourceAnomaly]:
    """Percentages that are one amount of another in every column but one."""
    rows = [line for line in lines if line.unit == PERCENT and line.statement == INCOME]
    money = [line for line in lines if line.unit == MONEY] if rows else []
    wholes = [line for line in money if SALES.search(line.label) or BEFORE.search(line.label)]
    for row in rows:
        printed = [p for p in row.printed if not p.figure.is_nil]
        for part, whole in product(money, wholes):
            off = [p for p in printed if not _is_part(p, part, whole)]
            if part is whole or len(off) != 1 or len(printed) - 1 < _PARTS:
                continue
            period, figure = off[0].period, off[0].figure
            worth = _worth(part, whole, period)
            if worth is not None and abs(worth - figure.value) > 2 * figure.precision:
                of = [
                    f"{one.label} of {as_printed(p.figure.value, p.figure)} (line {p.figure.line})"
                    for one in (part, whole)
                    for p in one.printed
                    if p.period == period
                ]
                yield anomaly(
                    off[0],
                    f"{row.label} is {as_printed(figure.value, figure)}%, and {of[0]} is "
                    f"{as_printed(worth, figure)}% of {of[1]}, as the other columns have it: it seems that "
                    f"{as_printed(figure.value, figure)}% is misprinted",
                )
                break


def _is_part(printed: Printed, part: StatementLine, whole: StatementLine) -> bool:
    """Whether a percentage is one line of another, as it is rounded."""
    worth = _worth(part, whole, printed.period)
    figure = printed.figure
    return worth is not None and abs(worth - figure.value) <= figure.precision * _ROUNDED


def _full_name(line: StatementLine) -> str:
    """A line's label, after its heading where it is no more than which of two it is: basic, diluted."""
    bare = _WHICH.fullmatch(line.label.strip())
    return f"{line.heading}, {line.label.lower()}" if bare and line.heading else line.label


def _worth(income: StatementLine, count: StatementLine, period: Period) -> Decimal | None:
    """Income a share, None where one of both is not printed."""
    earned, shares = income.values.get(period), count.values.get(period)
    return earned / shares if earned is not None and shares else None


def _given(line: StatementLine, income: StatementLine, count: StatementLine) -> set[Period]:
    """The periods in which an income by a count of shares is what a line prints, as all are rounded."""
    found = set()
    steps = {
        one.id: {p.period: p.figure.precision for p in one.printed} for one in (income, count, line)
    }
    for period, amount in line.values.items():
        worth = _worth(income, count, period)
        if worth is None or abs(amount) < _LARGE * steps[line.id][period]:
            continue
        shares = count.values[period]
        slack = (
            steps[line.id][period]
            + steps[income.id][period] / shares
            + abs(amount) * steps[count.id][period] / shares
        )
        if abs(worth - amount) <= slack * _ROUNDED:
            found.add(period)
    return found


def _deviating(income: StatementLine, count: StatementLine, amount: Printed) -> Printed | None:
    """The figure of a count of shares, if it is further from all that its other columns print than the count
    that income and the `amount` a share give.
    """
    others = [
        p.figure.value for p in count.printed if p.period != amount.period and p.figure.value > 0
    ]
    own = next((p for p in count.printed if p.period == amount.period), None)
    if own is None or not others or not amount.figure.value:
        return None
    given = income.values[amount.period] / amount.figure.value
    off, rest = (min(abs(one / other - 1) for other in others) for one in (own.figure.value, given))
    return own if off > _DEVIATES and off > _NEARER * rest else None
