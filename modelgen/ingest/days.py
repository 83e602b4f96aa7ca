"""Balances by days: how many days of sales, or of costs, a balance of trade is."""

from collections.abc import Mapping
from decimal import Decimal

from modelgen.ingest import vocabulary as words
from modelgen.ingest.basis import Basis
from modelgen.ingest.rules import Income, Rule
from modelgen.ingest.statement_line import StatementLine

_MANY_DAYS = 365


def days_rule(
    balance: StatementLine,
    kind: str,
    income: Income,
    lines: Mapping[str, StatementLine],
    basis: Basis,
) -> Rule | None:
    """The days of a balance of a kind: of costs, or of sales where there are none or the days would be more
    than a year; None for a balance that does not go with them. `lines` are those of income by id.
    """
    if kind not in ("receivable", "inventory", "payable") or not income.sells:
        return None
    if not words.OF_TRADE.search(balance.label):
        return None
    value = balance.values.get(basis.day) or Decimal(0)
    own = income.cost_of_sales if kind in ("inventory", "payable") else income.sales
    for of in dict.fromkeys((own or income.sales, income.sales)):
        driver = lines[of].values.get(basis.last) or Decimal(0)
        days = _days(value, driver, basis.months)
        if days <= _MANY_DAYS:
            break
    if not 0 < days <= _MANY_DAYS:
        return None
    by = f"{value / basis.scale:,} by {driver / basis.scale:,}"
    return Rule("days", days, f"As at {basis.day[1]}: {by}", of=of, of_label=lines[of].label)


def _days(value: Decimal, driver: Decimal, months: int) -> Decimal:
    """How many days of a line a balance is; 0 if none."""
    if driver <= 0 or value <= 0:
        return Decimal(0)
    return (value * 30 * months / driver).quantize(Decimal("1.00"))
