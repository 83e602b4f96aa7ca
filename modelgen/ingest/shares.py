"""Earnings per share: which income and which count of shares give the amount a share that is printed."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from modelgen.ingest.lines import StatementLine
from modelgen.ingest.reading import MONEY, PER_SHARE, SHARES

_ROUNDED = Decimal("0.500001")


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
