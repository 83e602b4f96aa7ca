"""The rows and checks that a company does not print, and that hold its three statements together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from modelgen.ingest import vocabulary as words
from modelgen.ingest.agreement import sides_apart
from modelgen.ingest.cash import CashFlow
from modelgen.ingest.cash_apart import HELD, cash_apart, is_held
from modelgen.ingest.cash_rows import check_closings
from modelgen.ingest.closing import Closings
from modelgen.ingest.held_cash import Parts
from modelgen.ingest.income_apart import incomes_apart
from modelgen.ingest.interest import Interest
from modelgen.ingest.own_ids import CASH_BEFORE, OTHER_CASH, OTHER_CHANGES, REPORTED
from modelgen.ingest.plan import Plan, Row, Wiring
from modelgen.ingest.reading import BALANCE, CASH, INCOME, STATEMENT_WORDS
from modelgen.ingest.sides import Sides
from modelgen.ingest.source_gaps import claims_to_check, net_income_to_check
from modelgen.ingest.statement_line import StatementLine

_LARGE = Decimal("0.25")  # of cash at the end: what other lines may hold without a person's look


def add_interest_rows(
    plan: Plan, interest: Interest | None, cash_flow: CashFlow | None, named: Parts = ()
) -> None:
    """The rows that interest is worked out from: debt below the balance sheet, the way without interest
    below income. Cash that lies in lines that are `named` may change by drivers of its own.
    """
    if interest is None or cash_flow is None:
        return
    if interest.debt:
        made = interest.debt
        place = max(n for n, row in enumerate(plan.rows) if row.statement == BALANCE) + 1
        plan.rows.insert(
            place,
            Row(made.id, BALANCE, "Of it", made.label, made.unit, "balance", formula=made.formula),
        )
    other = any(row.id == OTHER_CHANGES for row in plan.rows)
    for made in interest.without:
        formula = made.formula
        if made.id == CASH_BEFORE:
            formula += f" + {OTHER_CHANGES}" if other else ""
            formula += f" + {OTHER_CASH}[-1] - {OTHER_CASH}" if named else ""
        place = max(n for n, row in enumerate(plan.rows) if row.statement == INCOME) + 1
        plan.rows.insert(
            place,
            Row(
                made.id,
                INCOME,
                "Without interest on cash",
                made.label,
                made.unit,
                "",
                formula=formula,
            ),
        )


def _compare_sides(plan: Plan, assets: StatementLine, claims: StatementLine) -> None:
    """Notes where the two sides, as printed, differ."""
    plan.disagreeing += [
        (claims.id, printed.period, reason) for printed, reason in sides_apart(assets, claims)
    ]


def _compare_cash(plan: Plan, cash_flow: CashFlow, cash: StatementLine) -> None:
    """Notes where cash at the end is not that of the balance sheet, and no lines are the difference: an
    anomaly if it is less, or contradicts the other day. What is between is then no other line's.
    """
    lines = {line.id: line for line in plan.lines}
    ending = lines[cash_flow.ending]
    balances = [line for line in plan.lines if line.statement == BALANCE]
    held = [line for line in balances if HELD.search(line.label) and line is not cash]
    flows = {id_: line for id_, line in lines.items() if line.statement == CASH}
    odd = {id(printed): reason for printed, reason in cash_apart(flows, cash_flow, cash, balances)}
    more, is_large, off = [], False, False
    latest = {printed.period: printed for printed in reversed(ending.printed)}
    for period, printed in latest.items():
        value = printed.figure.value
        own = next((p.figure for p in cash.printed if p.period == (None, period[1])), None)
        if own is None or is_held(value, value - own.value, held, period[1], own.precision):
            continue
        reason = odd.get(id(printed), "")
        if value < own.value and not reason:
            reason = (
                f"{ending.label} is below the balance sheet's {cash.label}, which is "
                f"{own.printed.strip()} (line {own.line}): one of the two is misread or misprinted"
            )
        if reason:
            off = True
            plan.disagreeing.append((ending.id, period, reason))
        else:
            more.append(f"{(value - own.value) / plan.scale:,f} on {period[1]}")
            is_large |= value - own.value > value * _LARGE
    if off:
        plan.rows = [
            replace(row, label=f"{ending.label}: difference in the source")
            if row.id == OTHER_CASH
            else row
            for row in plan.rows
        ]
    if more:
        (plan.doubts if is_large else plan.notes).append(
            f"'{ending.label}' is above the balance sheet's cash by {' and '.join(more)}, which no line "
            "of the balance sheet names: it is taken to be in other lines"
        )


def _is_cash(line: StatementLine) -> bool:
    """Whether a line of the balance sheet says that it is cash: what stands for it may be another asset."""
    return words.kind_of(line.label, words.BALANCES) in ("cash", "restricted")


def add_checks(
    plan: Plan,
    sides: Sides | None,
    cash_flow: CashFlow | None,
    wiring: Wiring | None,
    closings: Closings,
) -> None:
    """The members of the module's sets: what must hold between the statements."""
    by_id = {line.id: line for line in plan.lines}
    if sides:
        _compare_sides(plan, by_id[sides.assets], by_id[sides.claims])
        plan.sides = sides.assets, sides.claims
        plan.sets["balance_sheet_sides"] = {
            "balance_sheet": {
                "label": "Balance sheet",
                "assets": sides.assets,
                "claims": claims_to_check(plan, by_id[sides.assets], by_id[sides.claims]),
            }
        }
    if wiring and cash_flow and cash_flow.ending:
        if not (wiring.holding.held or closings.named) and _is_cash(by_id[wiring.cash]):
            _compare_cash(plan, cash_flow, by_id[wiring.cash])
        cash = {"label": "Cash", "balance": wiring.all_cash}
        if wiring.holding.total:
            plan.sets["closing_cash"] = {"cash": cash | {"closing": cash_flow.ending}}
        else:
            cash |= {"ending": cash_flow.ending, "other": OTHER_CASH}
            plan.sets["cash_reconciliation"] = {"cash": cash}
        check_closings(plan, wiring, cash_flow, closings)
    if wiring and cash_flow and wiring.same and words.INCOME.search(by_id[wiring.same[1]].label):
        first, second = wiring.same
        plan.disagreeing += [
            (second, printed.period, reason)
            for printed, reason in incomes_apart(by_id[first], by_id[second])
        ]
        plan.checked_net_income = first, second, REPORTED
        plan.sets["same_in_both"] = {
            "net_income": {
                "label": "Net income",
                "first": first,
                "second": net_income_to_check(plan, by_id[second]),
                "reported": REPORTED,
            }
        }
    if wiring and sides:
        labels = {line.id: line.label for line in plan.lines}
        plan.sets["watched_balance"] = {
            f"watched.{id_}": {"label": labels[id_], "line": id_, "assets": sides.assets}
            for id_ in dict.fromkeys((wiring.all_cash, *wiring.debt))
            if id_
        }
    if wiring and sides:
        plan.sets["rolled_balance"] = {
            f"rolled.{id_}": {"label": by_id[id_].label, "line": id_}
            for id_ in wiring.rolled
            if id_ not in wiring.debt
        }
    if wiring:
        plan.rules |= {id_: wiring.rules[id_] for id_ in wiring.named}
    if plan.rules:
        members: dict[str, dict[str, str]] = {}
        labels = _told_apart([row for row in plan.rows if row.id in plan.rules])
        labels |= wiring.named if wiring else {}
        for id_, rule in plan.rules.items():
            members[id_] = {"label": labels[id_], "forecast": rule.forecast}
            if rule.of:
                members[id_] |= {"of": rule.of, "of_label": rule.of_label}
            if rule.before:
                members[id_] |= {"before": rule.before, "kept": rule.kept}
        plan.sets["driven_line"] = members


def _told_apart(rows: Sequence[Row]) -> dict[str, str]:
    """The labels of rows by id; where several have one label, each with its statement or, within one, the
    heading above it.
    """
    shared = Counter(row.label.lower() for row in rows)
    inside = Counter((row.label.lower(), row.statement) for row in rows)
    found = {}
    for row in rows:
        label = row.label.lower()
        where = (
            [STATEMENT_WORDS[row.statement]] if shared[label] > inside[label, row.statement] else []
        )
        where += [row.heading] if inside[label, row.statement] > 1 and row.heading else []
        found[row.id] = row.label + (f" ({', '.join(where)})" if where else "")
    return found
