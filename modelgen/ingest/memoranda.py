"""What a statement of cash flows prints beside its flows: interest and taxes paid, and other events."""

import re
from collections.abc import Mapping
from decimal import Decimal

from modelgen.ingest import vocabulary as words
from modelgen.ingest.cash import CashFlow
from modelgen.ingest.interest import is_interest_expense
from modelgen.ingest.pace import Pace
from modelgen.ingest.rules import Rule, is_income_tax
from modelgen.ingest.statement_line import StatementLine
from modelgen.ingest.tree import Tree

_PAID = re.compile(r"\b(paid|payments?|refunds?)\b", re.IGNORECASE)
_INTEREST = re.compile(r"\binterest\b(?! rate)", re.IGNORECASE)
_BESIDE = re.compile(r"\bsupplement\w*|\bpaid\b", re.IGNORECASE)
NONE = Rule("amount", Decimal(0), "None is expected", "judgement")


def memoranda(
    flow: Tree, cash_flow: CashFlow, income: Tree, pace: Pace
) -> tuple[dict[str, str], dict[str, Rule]]:
    """The lines beside the flows, by id: interest and taxes paid, whose forecast is the line of income that
    they pay for, as a formula, or goes on as it was; and the others, of which none is expected.
    """
    formulas: dict[str, str] = {}
    rules: dict[str, Rule] = {}
    for line in flow.lines:
        if line.id in cash_flow.effects or line.id in flow.totals or line.instant:
            continue
        costs = _costs(line, income, pace.income.rules)
        if costs is None:
            rules[line.id] = NONE
        elif len(costs) == 1:
            sign = "-" if _is_negative(costs[0], line) else ""
            formulas[line.id] = f"= {sign}{costs[0].id}"
        else:
            rules[line.id] = pace.amount(line.id)
    return formulas, rules


def _costs(
    line: StatementLine, income: Tree, rules: Mapping[str, Rule]
) -> list[StatementLine] | None:
    """The lines of income that may be what a payment is for; None if it is of neither interest nor tax."""
    if not _PAID.search(line.label) and not _BESIDE.search(line.heading):
        return None
    of_interest = bool(_INTEREST.search(line.label))
    if of_interest and not words.LEASE.search(line.label):
        return [one for one in income.lines if is_interest_expense(one.label)]
    if of_interest or not is_income_tax(line.label):
        return None
    taxes = [
        one
        for one in income.lines
        if is_income_tax(one.label) and one.id in rules and rules[one.id].forecast == "rate"
    ]
    # Current and deferred taxes may be lines of their own: the payment is of their total.
    total = income.parent(taxes[0].id) if len(taxes) > 1 else None
    if total is not None and {part for part, _ in total.parts} == {one.id for one in taxes}:
        return [one for one in income.lines if one.id == total.id]
    return taxes


def _is_negative(cost: StatementLine, paid: StatementLine) -> bool:
    """Whether a cost is printed with another sign than what is paid for it."""
    return sum(cost.values.values()) * sum(paid.values.values()) < 0
