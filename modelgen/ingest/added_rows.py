"""The rows and checks that a company does not print, and that hold its three statements together."""

from dataclasses import replace
from decimal import Decimal

from modelgen.ingest import vocabulary as words
from modelgen.ingest.agreement import HELD, incomes_apart, is_held, sides_apart
from modelgen.ingest.cash import CashFlow
from modelgen.ingest.interest import Interest
from modelgen.ingest.misprints import line_number
from modelgen.ingest.own_ids import CASH_BEFORE, OTHER_CASH, OTHER_CHANGES, REPORTED
from modelgen.ingest.plan import (
    Difference,
    Plan,
    Row,
    Wiring,
    added,
)
from modelgen.ingest.reading import BALANCE, CASH, INCOME
from modelgen.ingest.sentences import as_printed
from modelgen.ingest.sides import Sides
from modelgen.ingest.source_gaps import claims_to_check, net_income_to_check
from modelgen.ingest.statement_line import Printed, StatementLine

_LARGE = Decimal("0.25")  # of cash at the end: what other lines may hold without a person's look


def cash_row(plan: Plan, line: StatementLine, cash_flow: CashFlow) -> list[Row]:
    """Cash at the end rolls by the net change; at the beginning, it is that less the change."""
    made: list[Row] = []
    if cash_flow.parts and not any(row.id == cash_flow.net_change for row in plan.rows):
        formula = "= " + added(cash_flow.parts)
        made = [
            Row(
                cash_flow.net_change,
                CASH,
                line.heading,
                "All changes of cash",
                "money",
                "flow",
                formula=formula,
                style="subtotal",
            )
        ]
    if line.id == cash_flow.ending:
        forecast = f"= {line.id}[-1] + {cash_flow.net_change}"
        return [
            *made,
            Row(
                line.id,
                CASH,
                line.heading,
                line.label,
                "money",
                "balance",
                forecast=forecast,
                leaf=True,
                style="total",
            ),
        ]
    formula = f"= {cash_flow.ending} - {cash_flow.net_change}"
    by_name = {one.id: one for one in plan.lines}
    by_id = {id_: one.values for id_, one in by_name.items()}
    end = by_id[cash_flow.ending]
    changes = [(by_id[id_], sign) for id_, sign in cash_flow.parts or ((cash_flow.net_change, 1),)]
    differences = {
        p: v
        - end[p]
        + sum((sign * change.get(p, Decimal(0)) for change, sign in changes), Decimal(0))
        for p, v in line.values.items()
        if p in end
    }
    rows: list[Row] = []
    if any(differences.values()):
        id_ = f"{line.id}.difference"
        step = max(p.figure.precision for p in line.printed)
        slack = step * (2 + len(changes)) / 2  # each of them may be rounded by half a step
        off = {
            p.period: _is_not_less(line, p, by_name[cash_flow.ending], differences[p.period])
            for p in line.printed
            if abs(differences.get(p.period, Decimal(0))) > slack
        }
        what = "difference in the source" if off else "rounding in the source"
        plan.differences.append(
            Difference(id_, line.id, {p: d for p, d in differences.items() if d}, off)
        )
        rows.append(
            Row(
                id_,
                CASH,
                line.heading,
                f"{line.label}: {what}",
                "money",
                "flow",
                forecast="= 0",
                leaf=True,
            )
        )
        formula += f" + {id_}"
    return [
        *made,
        *rows,
        Row(line.id, CASH, line.heading, line.label, "money", "ratio", formula=formula),
    ]


def _is_not_less(
    line: StatementLine, printed: Printed, ending: StatementLine, difference: Decimal
) -> str:
    """The sentence about cash at the beginning that is not cash at the end less the change."""
    figure = printed.figure
    return (
        f"{line.label} is not what its lines add up to: it prints {as_printed(figure.value, figure)}, and "
        f"{ending.label} (line {line_number(ending, printed.period)}) less the change of cash is "
        f"{as_printed(figure.value - difference, figure)}; one of the three is misprinted"
    )


def add_cash_rows(plan: Plan, wiring: Wiring, cash_flow: CashFlow) -> None:
    """The rows that the company does not have: changes that no line of its own takes, and cash of the
    one statement that is not in the line of the other. The balance sheet's cash follows.
    """
    by_id = {row.id: n for n, row in enumerate(plan.rows)}
    if wiring.uncarried:
        terms = [t for id_, sign in wiring.uncarried for t in ((id_, sign), (f"{id_}[-1]", -sign))]
        place = by_id[cash_flow.net_change]
        total = plan.rows[place]
        added_row = Row(
            OTHER_CHANGES,
            CASH,
            total.heading,
            "Changes of balances that no line of the company takes",
            "money",
            "flow",
            forecast="= " + added(terms),
            leaf=True,
        )
        plan.rows[place] = replace(total, formula=f"{total.formula} + {OTHER_CHANGES}")
        plan.rows.insert(place, added_row)
    by_id = {row.id: n for n, row in enumerate(plan.rows)}
    cash = plan.rows[by_id[wiring.cash]]
    if cash_flow.ending:
        forecast = f"= {cash_flow.ending} - {OTHER_CASH}"
        place = max(by_id[cash_flow.ending], by_id[cash_flow.net_change]) + 1
        other = Row(
            OTHER_CASH,
            CASH,
            plan.rows[place - 1].heading,
            "Of it in other lines of the balance sheet",
            "money",
            "balance",
            actual=f"= actual.{cash_flow.ending} - actual.{wiring.cash}",
            forecast=f"= {OTHER_CASH}[-1]",
        )
        plan.rows.insert(place, other)
    else:
        forecast = f"= {wiring.cash}[-1] + {cash_flow.net_change}"
    plan.rows[{row.id: n for n, row in enumerate(plan.rows)}[wiring.cash]] = replace(
        cash, forecast=forecast
    )


def add_interest_rows(plan: Plan, interest: Interest | None, cash_flow: CashFlow | None) -> None:
    """The rows that interest is worked out from: debt below the balance sheet, the way without interest
    below income.
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
        formula = (
            f"{made.formula} + {OTHER_CHANGES}"
            if other and made.id == CASH_BEFORE
            else made.formula
        )
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


def _compare_cash(plan: Plan, ending: StatementLine, cash: StatementLine) -> None:
    """Notes where cash at the end is not that of the balance sheet, and no lines of restricted cash, of
    overdrafts or the like are the difference: an anomaly if it is less.
    """
    held = [line for line in plan.lines if line.statement == BALANCE and HELD.search(line.label)]
    held = [line for line in held if line is not cash]
    more, is_large = [], False
    for period, value in ending.values.items():
        day = None, period[1]
        own = next((p.figure for p in cash.printed if p.period == day), None)
        if own is None or is_held(value, value - own.value, held, period[1], own.precision):
            continue
        if value < own.value:
            reason = (
                f"{ending.label} is below the balance sheet's {cash.label}, which is "
                f"{own.printed.strip()} (line {own.line}): one of the two is misread or misprinted"
            )
            plan.disagreeing.append((ending.id, period, reason))
        else:
            more.append(f"{(value - own.value) / plan.scale:,f} on {period[1]}")
            is_large |= value - own.value > value * _LARGE
    if more:
        (plan.doubts if is_large else plan.notes).append(
            f"'{ending.label}' is above the balance sheet's cash by {' and '.join(more)}, which no line "
            "of the balance sheet names: it is taken to be in other lines"
        )


def add_checks(
    plan: Plan, sides: Sides | None, cash_flow: CashFlow | None, wiring: Wiring | None
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
        _compare_cash(plan, by_id[cash_flow.ending], by_id[wiring.cash])
        plan.sets["cash_reconciliation"] = {
            "cash": {
                "label": "Cash",
                "ending": cash_flow.ending,
                "balance": wiring.cash,
                "other": OTHER_CASH,
            }
        }
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
            for id_ in dict.fromkeys((wiring.cash, *wiring.debt))
            if id_
        }
    if plan.rules:
        members: dict[str, dict[str, str]] = {}
        labels = {row.id: row.label for row in plan.rows}
        for id_, rule in plan.rules.items():
            members[id_] = {"label": labels[id_], "forecast": rule.forecast}
            if rule.of:
                members[id_] |= {"of": rule.of, "of_label": rule.of_label}
            if rule.before:
                members[id_] |= {"before": rule.before, "kept": rule.kept}
        plan.sets["driven_line"] = members
