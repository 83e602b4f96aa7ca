"""Earnings per share: which income and which count of shares give the amount a share that is printed."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from modelgen.ingest.reading import MONEY, PER_SHARE, SHARES
from modelgen.ingest.statement_line import StatementLine

_ROUNDED = Decimal("0.500001")
_NEAR = Decimal("0.1")  # of an amount a share: what preferred dividends and the like may take of it
_TOLD = 10  # last digits of an amount a share from which its income over it tells a count of shares
_STEADY = Decimal("1.3")  # how much that count may change between periods


def per_share_lines(
    lines: Sequence[StatementLine], incomes: Sequence[str]
) -> Mapping[str, tuple[str, str]]:
    """For each line a share that some income by some count of shares gives in every period, within half
    of its last digit: the two.
    """
    by_id = {line.id: line for line in lines}
    counts = [line for line in lines if line.unit == SHARES]
    found: dict[str, tuple[str, str]] = {}
    for line in lines:
        if line.unit != PER_SHARE:
            continue
        ranked = sorted(counts, key=lambda count: -_common(count.label, line.label))
        for count in ranked:
            income = next((i for i in incomes if _gives(by_id[i], count, line)), None)
            if income is not None:
                found[line.id] = income, count.id
                break
    return found


def _common(one: str, other: str) -> int:
    return len(set(one.lower().split()) & set(other.lower().split()))


def _gives(income: StatementLine, count: StatementLine, line: StatementLine) -> bool:
    if income.unit != MONEY:
        return False
    values, shares, amounts = income.values, count.values, line.values
    precision = {p.period: p.figure.precision for p in line.printed}
    if set(amounts) - set(values) or set(amounts) - set(shares):
        return False
    return all(
        shares[p] and abs(values[p] / shares[p] - amount) <= precision[p] * _ROUNDED
        for p, amount in amounts.items()
    )


def nearest_income(
    line: StatementLine, incomes: Sequence[StatementLine], count: StatementLine | None
) -> str | None:
    """The income that an amount a share goes with, though none gives it exactly: by a count of shares, the
    one that comes nearest to it, within a tenth; without a count, the one that over it gives about the
    same number of shares in every period. None if there is none: then the amount says nothing of any.

    Example: 0.00 a share of discontinued operations does not go with a net income of 4,437.
    """
    ranked: list[tuple[Decimal, int, str]] = []
    for place, income in enumerate(incomes):
        off = _apart(line, income, count) if count is not None else _unsteady(line, income)
        if off is not None:
            ranked.append((off, place, income.id))
    return min(ranked)[2] if ranked else None


def _apart(line: StatementLine, income: StatementLine, count: StatementLine) -> Decimal | None:
    """By how much an income by a count of shares differs from the amounts a share; None if too much."""
    total = Decimal(0)
    precision = {p.period: p.figure.precision for p in line.printed}
    for period, amount in line.values.items():
        shares, value = count.values.get(period), income.values.get(period)
        if not shares or value is None:
            return None
        off = abs(value / shares - amount)
        if off > max(_NEAR * abs(amount), precision[period]):
            return None
        total += off
    return total


def _unsteady(line: StatementLine, income: StatementLine) -> Decimal | None:
    """How unlike the counts of shares are that an income gives by the amounts a share; None if too much."""
    counts = []
    for printed in line.printed:
        amount, value = printed.figure.value, income.values.get(printed.period)
        if value is None:
            return None
        if abs(amount) >= _TOLD * printed.figure.precision:
            counts.append(value / amount)
        elif amount * value < 0:
            return None
    if not counts or min(counts) <= 0 or max(counts) > _STEADY * min(counts):
        return None
    return max(counts) / min(counts)
