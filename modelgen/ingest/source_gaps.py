"""Rows for what a source contradicts, so that the check between two lines allows exactly that and no more.

A misprint is the source's, and no fault of the model. Where two sides of the balance sheet, or the net
income of two statements, are printed otherwise, a row shows by how much, in that column alone; the check
compares the one line with the other and that row.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from modelgen.ingest.own_ids import DISAGREES, INCOME_AGREEING, SIDES_AGREEING, SIDES_APART
from modelgen.ingest.plan import Plan, Row
from modelgen.ingest.reading import BALANCE, CASH
from modelgen.ingest.statement_line import Period, StatementLine

HEADING = "Otherwise in the source"


def claims_to_check(plan: Plan, assets: StatementLine, claims: StatementLine) -> str:
    """The line that the balance sheet's assets are checked against: its claims, or these with what the source
    prints otherwise, for which rows are added. What is misprinted stays in the balances that follow from it.
    """
    if not any(id_ == claims.id for id_, _, _ in plan.disagreeing):
        return claims.id
    plan.rows += [
        Row(
            SIDES_APART,
            BALANCE,
            HEADING,
            f"{assets.label} less {claims.label}",
            "money",
            "balance",
            forecast=f"= {SIDES_APART}[-1]",
            leaf=True,
        ),
        Row(
            SIDES_AGREEING,
            BALANCE,
            HEADING,
            f"{claims.label} and that",
            "money",
            "balance",
            formula=f"= {claims.id} + {SIDES_APART}",
        ),
    ]
    return SIDES_AGREEING


def sides_apart_by(plan: Plan, assets: str, claims: str) -> dict[tuple[str, date], Decimal]:
    """What the source prints of one side above the other, by row and day."""
    by_id = {line.id: line.values for line in plan.lines}
    found = {}
    for period, value in by_id[claims].items():
        own = by_id[assets].get(period, value)
        if own != value:
            found[SIDES_APART, period[1]] = own - value
    return found


def net_income_to_check(plan: Plan, second: StatementLine) -> str:
    """The line that net income is checked against: that of the statement of cash flows, or this with what the
    source prints otherwise, for which rows are added.
    """
    if not any(id_ == second.id for id_, _, _ in plan.disagreeing):
        return second.id
    plan.rows += [
        Row(
            DISAGREES,
            CASH,
            HEADING,
            f"{second.label}: the income statement less the statement of cash flows",
            "money",
            "flow",
            forecast="= 0",
            leaf=True,
        ),
        Row(
            INCOME_AGREEING,
            CASH,
            HEADING,
            f"{second.label} and that",
            "money",
            "flow",
            formula=f"= {second.id} + {DISAGREES}",
        ),
    ]
    return INCOME_AGREEING


def net_income_apart_by(
    plan: Plan,
    first: StatementLine,
    second: StatementLine,
    by_less: Mapping[tuple[str, date], tuple[Period, Period]],
) -> dict[tuple[str, date], Decimal]:
    """What the source prints of net income in the income statement above that in the statement of cash flows,
    by row and day: as printed of the period, or of a longer one less a shorter.
    """
    own, other = first.values, second.values
    off = {period for id_, period, _ in plan.disagreeing if id_ == second.id}
    found: dict[tuple[str, date], Decimal] = {}
    for period in off:
        placed = plan.years.place(second, period)
        if placed is not None and period in own:
            band = placed[0].removesuffix(second.id)
            found[f"{band}{DISAGREES}", placed[1]] = own[period] - other[period]
    for (id_, day), (long, short) in by_less.items():
        if id_ != second.id or not off & {long, short} or (DISAGREES, day) in found:
            continue
        quarter = next((p for p in own if plan.years.place(first, p) == (first.id, day)), None)
        zero = Decimal(0)
        mine = own[quarter] if quarter else own.get(long, zero) - own.get(short, zero)
        found[DISAGREES, day] = mine - (other.get(long, zero) - other.get(short, zero))
    return found
