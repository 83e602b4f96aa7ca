"""Interest on average balances without a circle.

Interest on debt follows the average of the debt, which no income moves. Interest on cash moves net
income, and that moves the cash on which it is paid. So the way from the interest to net income is
written a second time without it: what net income and cash at the end would be, and what one more of the
interest does to them (less tax, where there is income to tax). From these the module works out the
interest by a fixed number of rounds or in closed form.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from modelgen.ingest.cash import CashFlow
from modelgen.ingest.own_ids import CASH_BEFORE, DEBT
from modelgen.ingest.rules import PRECISE, Rule
from modelgen.ingest.statement_line import Period, StatementLine
from modelgen.ingest.tree import Tree

_EXPENSE = re.compile(
    r"\binterest\b.*\b(expense|charges?|costs?)\b|\binterest and debt\b"
    r"|\b(finance|borrowing) (costs?|expenses?|charges?)\b",
    re.IGNORECASE,
)
_ON_CASH = re.compile(
    r"^(interest|finance) (and (dividend|other|investment) )?income\b", re.IGNORECASE
)
_GREATEST_RATE = {3: Decimal("0.04"), 12: Decimal("0.15")}


@dataclass(frozen=True)
class Written:
    """A row that is written beside the statements: id, label, unit, formula."""

    id: str
    label: str
    unit: str
    formula: str


@dataclass(frozen=True)
class Interest:
    """The rules of lines of interest, the row of debt if one is asked for, and the rows of the way
    without interest.
    """

    rules: Mapping[str, Rule]
    debt: Written | None
    without: tuple[Written, ...]


@dataclass(frozen=True)
class Statements:
    """What interest is worked out from: the trees of income and of cash flow, the rules of income, the
    line of net income that cash flow begins with, and that line of cash flow; cash, and the ids of
    debt, in the balance sheet.
    """

    income: Tree
    cash_flow: CashFlow
    rules: Mapping[str, Rule]
    net_income: str
    net_income_flow: str
    cash: str
    debt: tuple[str, ...]
    balances: Mapping[str, StatementLine]


def interest_of(of: Statements, last: Period, months: int, step: int) -> Interest:
    """The rules of what interest there is on debt and on cash; `last` is the period of the last actual
    flows, of `months`, and `step` the months of a period of the model.
    """
    rules: dict[str, Rule] = {}
    debt: Written | None = None
    without: tuple[Written, ...] = ()
    counted = of.income.signs(of.net_income)
    for line in of.income.lines:
        rule = of.rules.get(line.id)
        if line.id not in counted or rule is None or rule.forecast not in ("amount", "part"):
            continue
        value = (line.values.get(last) or Decimal(0)) * step / months
        if is_interest_expense(line.label) and of.debt and debt is None:
            rate = _rate(value, [of.balances[id_] for id_ in of.debt], last, step)
            if rate is not None:
                label = "Debt that bears interest"
                debt = Written(DEBT, label, "money", "= " + " + ".join(of.debt))
                rules[line.id] = _rule("interest", rate, DEBT, label, last)
        elif _ON_CASH.search(line.label) and of.cash and not without:
            rate = _rate(value, [of.balances[of.cash]], last, step)
            if rate is not None and of.net_income in of.income.totals:
                without = _without(of, line)
                label = of.balances[of.cash].label
                rules[line.id] = replace(
                    _rule("interest_on_cash", rate, of.cash, label, last),
                    before=CASH_BEFORE,
                    kept=_kept(of.net_income),
                )
    return Interest(rules, debt, without)


def is_interest_expense(label: str) -> bool:
    """Whether a label is of the cost of debt.

    >>> is_interest_expense("Interest expense, net"), is_interest_expense("Interest income (expense)")
    (True, False)
    """
    return bool(_EXPENSE.search(label)) and not _ON_CASH.search(label)


def _rule(forecast: str, rate: Decimal, of: str, label: str, last: Period) -> Rule:
    return Rule(
        forecast,
        rate,
        f"As in the period ended {last[1]}, on the average balance",
        of=of,
        of_label=label,
    )


def _rate(value: Decimal, balances: list[StatementLine], last: Period, step: int) -> Decimal | None:
    """The rate of a period on the average of what was owed at its end and at the balance sheet's other
    day; None where that is no rate of interest.
    """
    days = sorted(
        {p for line in balances for p in line.values if p[1] <= last[1]}, key=lambda p: p[1]
    )[-2:]
    sums = [
        sum((line.values.get(day) or Decimal(0) for line in balances), Decimal(0)) for day in days
    ]
    if not sums or min(sums) <= 0 or not value:
        return None
    rate = (value / (sum(sums, Decimal(0)) / len(sums))).quantize(PRECISE)
    return rate if 0 < abs(rate) <= _GREATEST_RATE[step] else None


def _before(id_: str) -> str:
    return f"{id_}.before_interest"


def _kept(id_: str) -> str:
    return f"{id_}.of_interest"


def _without(of: Statements, interest: StatementLine) -> tuple[Written, ...]:
    """The rows from the interest to net income and to cash at the end, without the interest."""
    labels = {line.id: line.label for line in of.income.lines}
    rows: list[Written] = []
    on_the_way = {interest.id}
    for line in of.income.lines:
        total = of.income.totals.get(line.id)
        if total is None or not _meets(total.parts, on_the_way, of.rules):
            continue
        worth, kept = [], []
        for id_, sign in total.parts:
            mark = "+" if sign > 0 else "-"
            rule = of.rules.get(id_)
            if id_ == interest.id:
                kept.append(f"{mark} 1")
            elif id_ in on_the_way:
                worth.append(f"{mark} {_before(id_)}")
                kept.append(f"{mark} {_kept(id_)}")
            elif rule is not None and rule.forecast == "rate" and rule.of in on_the_way:
                worth.append(f"{mark} MAX(0, {_before(rule.of)}) * {id_}.rate")
                kept.append(f"{mark} IF({_before(rule.of)} > 0, {id_}.rate, 0) * {_kept(rule.of)}")
            else:
                worth.append(f"{mark} {id_}")
        label = labels[line.id]
        rows.append(
            Written(_before(line.id), f"{label}, without interest on cash", "money", _sum(worth))
        )
        rows.append(
            Written(
                _kept(line.id),
                f"{label}, what one more of the interest adds",
                "fraction",
                _sum(kept),
            )
        )
        on_the_way.add(line.id)
        if line.id == of.net_income:
            break
    effects = [
        f"{'+' if effect > 0 else '-'} {_before(of.net_income) if id_ == of.net_income_flow else id_}"
        for id_, effect in of.cash_flow.effects.items()
    ]
    return (
        *rows,
        Written(
            CASH_BEFORE,
            "Cash at the end, without interest on it",
            "money",
            _sum([f"+ {of.cash}[-1]", *effects]),
        ),
    )


def _meets(
    parts: tuple[tuple[str, int], ...], on_the_way: set[str], rules: Mapping[str, Rule]
) -> bool:
    return any(
        id_ in on_the_way or ((rule := rules.get(id_)) and rule.of in on_the_way)
        for id_, _ in parts
    )


def _sum(terms: list[str]) -> str:
    """Terms with signs before them as one formula."""
    text = " ".join(terms) or "0"
    return "= " + (
        text[2:]
        if text.startswith("+ ")
        else text.replace("- ", "-", 1)
        if text.startswith("- ")
        else text
    )
