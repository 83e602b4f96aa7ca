"""The rows of the model that is written: each line of the statements with its formula, and those that
are added.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from modelgen.ingest.added_rows import add_checks, add_interest_rows
from modelgen.ingest.basis import basis_of
from modelgen.ingest.cash import CashFlow, cash_flow_of
from modelgen.ingest.cash_rows import (
    add_cash_rows,
    cash_row,
    closing_row,
    named_cash,
    opening_rows,
)
from modelgen.ingest.closing import Closings, closings_of
from modelgen.ingest.held_cash import Parts
from modelgen.ingest.interest import Interest, Statements, interest_of
from modelgen.ingest.percents import Percent, percents
from modelgen.ingest.plan import SHEETS, UNITS, Difference, Plan, Row, Wiring, added
from modelgen.ingest.reading import BALANCE, CASH, INCOME, MONEY, PER_SHARE, PERCENT, SHARES
from modelgen.ingest.rules import NET_INCOME, Income, Rule, income_of
from modelgen.ingest.seasons import watch_season
from modelgen.ingest.shares import nearest_income, per_share_lines
from modelgen.ingest.sides import sides_of
from modelgen.ingest.statement_line import StatementLine
from modelgen.ingest.sums import why_off
from modelgen.ingest.tree import Tree, tree_of
from modelgen.ingest.wiring import wired
from modelgen.ingest.years import Years


def plan_of(lines: tuple[StatementLine, ...], years: Years, scale: Decimal) -> Plan:
    """The rows, rules and checks of a deal with such lines."""
    plan = Plan(lines, years, scale)
    trees = {s: tree_of([line for line in lines if line.statement == s]) for s in SHEETS}
    basis = basis_of(lines, years, scale)
    income = income_of(trees[INCOME], basis.last, scale, basis.periods, years.whole_year)
    if income:
        income = basis.founded(income, {line.id: line for line in trees[INCOME].lines})
    sides = sides_of(trees[BALANCE])
    cash_flow = cash_flow_of(trees[CASH])
    wiring: Wiring | None = None
    if income and sides and cash_flow and trees[CASH].lines:
        wiring = wired(
            trees[BALANCE],
            sides,
            trees[CASH],
            cash_flow,
            income,
            trees[INCOME],
            basis,
        )
    else:
        lacking = [
            w
            for w, there in (
                ("income statement", income),
                ("balance sheet with two sides", sides),
                ("statement of cash flows with a net change", cash_flow),
            )
            if not there
        ]
        sentence = f"No {' and no '.join(lacking)} was found: balances are level in the forecast."
        # A statement that is not printed is nothing to look for; one that is printed and not understood is.
        printed = {INCOME: income, BALANCE: sides, CASH: cash_flow}
        missed = any(trees[one].lines and not there for one, there in printed.items())
        (plan.doubts if missed else plan.notes).append(sentence)
    interest: Interest | None = None
    if wiring and income and cash_flow and wiring.same:
        balances = {line.id: line for line in trees[BALANCE].lines}
        known = Statements(
            trees[INCOME],
            cash_flow,
            income.rules,
            *wiring.same,
            wiring.all_cash,
            wiring.debt,
            balances,
        )
        interest = interest_of(known, basis.last, basis.months, years.months)
        income = replace(income, rules={**income.rules, **interest.rules})
    _income_rows(plan, trees[INCOME], income)
    closings = Closings()
    named: Parts = ()
    if wiring and cash_flow and wiring.cash:
        cash = next(line for line in trees[BALANCE].lines if line.id == wiring.all_cash)
        closings = closings_of(trees[CASH], cash_flow, cash)
        named = named_cash(plan, wiring, cash_flow, closings)
    _other_rows(plan, BALANCE, trees[BALANCE], wiring, cash_flow, closings)
    _other_rows(plan, CASH, trees[CASH], wiring, cash_flow, closings)
    if wiring and cash_flow:
        add_cash_rows(plan, wiring, cash_flow, named)
    add_interest_rows(plan, interest, cash_flow, named)
    add_checks(plan, sides, cash_flow, wiring, closings)
    if income:
        line = next(one for one in trees[INCOME].lines if one.id == income.sales)
        worth = line.values.get(basis.last) or Decimal(0)
        plan.sales = line.id, line.label, worth if income.sells else Decimal(0)
        if income.sells and years.to_date and not years.whole_year:
            watch_season(plan, line)
    written = {row.id for row in plan.rows}
    plan.differences = [d for d in plan.differences if d.id in written]
    return plan


def _differences(plan: Plan, tree: Tree) -> dict[str, str]:
    """By total, the id of the row for what it prints less its lines, where there is any."""
    found: dict[str, str] = {}
    by_id = {line.id: line for line in tree.lines}
    for total in tree.totals.values():
        if total.difference:
            id_ = f"{total.id}.difference"
            found[total.id] = id_
            line, off = by_id[total.id], {}
            for printed in line.printed:
                if printed.period in total.off:
                    off[printed.period] = why_off(line, total, by_id, printed)
            plan.differences.append(Difference(id_, total.id, total.difference, off))
    return found


def _total_rows(
    plan: Plan, tree: Tree, line: StatementLine, differences: Mapping[str, str], kind: str
) -> list[Row]:
    total = tree.totals[line.id]
    terms = list(total.parts)
    rows: list[Row] = []
    if line.id in differences:
        id_ = differences[line.id]
        off = any(d.off for d in plan.differences if d.id == id_)
        what = "difference in the source" if off else "rounding in the source"
        forecast = f"= {id_}[-1]" if kind == "balance" else "= 0"
        rows.append(
            Row(
                id_,
                line.statement,
                line.heading,
                f"{line.label}: {what}",
                "money",
                kind,
                forecast=forecast,
                leaf=True,
            )
        )
        terms.append((id_, 1))
    style = "total" if tree.parent(line.id) is None else "subtotal"
    rows.append(
        Row(
            line.id,
            line.statement,
            line.heading,
            line.label,
            "money",
            kind,
            formula="= " + added(terms),
            style=style,
        )
    )
    return rows


def _driven(plan: Plan, line: StatementLine, rule: Rule, kind: str) -> Row:
    plan.rules[line.id] = rule
    return Row(
        line.id,
        line.statement,
        line.heading,
        line.label,
        "money",
        kind,
        forecast=f"= {line.id}.planned",
        leaf=True,
    )


def _income_rows(plan: Plan, tree: Tree, income: Income | None) -> None:
    differences = _differences(plan, tree)
    money = [
        line.id for line in tree.lines if NET_INCOME.search(line.label) and line.id in tree.totals
    ]
    incomes = [*reversed(money), *(line.id for line in tree.lines if line.id not in money)]
    lines = [line for line in plan.lines if line.statement == INCOME]
    shares, of_lines = per_share_lines(lines, incomes), percents(lines)
    for line in lines:
        if line.id in of_lines:
            plan.rows.append(_percent(plan, line, of_lines[line.id]))
        elif line.unit == MONEY:
            if line.id in tree.totals:
                plan.rows += _total_rows(plan, tree, line, differences, "flow")
            elif income is not None and line.id in income.rules:
                plan.rows.append(_driven(plan, line, income.rules[line.id], "flow"))
            else:
                plan.rows.append(_plain(line, "flow", "= 0"))
        elif line.unit == PER_SHARE and line.id in shares:
            over, by = shares[line.id]
            plan.rows.append(
                Row(
                    line.id,
                    INCOME,
                    line.heading,
                    line.label,
                    "per_share",
                    "ratio",
                    formula=f"= IF({by} > 0, {over} / {by}, 0)",
                )
            )
        elif line.unit == PER_SHARE:
            plan.rows.append(_per_share(line, lines, incomes))
        else:
            plan.rows.append(_plain(line, "average", f"= {line.id}[-1]"))


def _percent(plan: Plan, line: StatementLine, percent: Percent) -> Row:
    """A line of percent, worked out from its amount; the figures where they are not to the last digit."""
    plan.disagreeing += [(line.id, period, why) for period, why in percent.off]
    formula = f"= IF({percent.whole.id} = 0, 0, {percent.amount.id} / {percent.whole.id})"
    beside = line.label == percent.amount.label
    label = f"{line.label}, percent of {percent.whole.label}" if beside else line.label
    row = Row(line.id, INCOME, line.heading, label, UNITS[PERCENT], "ratio", formula=formula)
    if percent.exact:
        return row
    return replace(row, kind="average", formula="", forecast=formula, leaf=True)


def _per_share(line: StatementLine, lines: Sequence[StatementLine], incomes: Sequence[str]) -> Row:
    """An amount a share that nothing gives exactly: earnings follow the income that comes nearest, by
    shares; what is declared, or goes with no income, stays.
    """
    if "dividend" in line.label.lower():
        return _plain(line, "flow", f"= {line.id}[-1]")
    by_id = {other.id: other for other in lines}
    earned = [by_id[id_] for id_ in incomes if by_id[id_].unit == MONEY]
    counts = [other for other in lines if other.unit == SHARES]
    diluted = "dilut" in (line.label + line.heading).lower()
    same = [c for c in counts if ("dilut" in c.label.lower()) == diluted]
    count = next(iter(same or counts), None)
    income = nearest_income(line, earned, count)
    if income is None:
        return _plain(line, "average", f"= {line.id}[-1]")
    if count is not None:
        return _plain(line, "average", f"= IF({count.id} > 0, {income} / {count.id}, 0)")
    return _plain(
        line,
        "average",
        f"= IF({income}[-1] = 0, {line.id}[-1], {line.id}[-1] * {income} / {income}[-1])",
    )


def _plain(line: StatementLine, kind: str, forecast: str) -> Row:
    return Row(
        line.id,
        line.statement,
        line.heading,
        line.label,
        UNITS[line.unit],
        kind,
        forecast=forecast,
        leaf=True,
    )


def _other_rows(
    plan: Plan,
    statement: str,
    tree: Tree,
    wiring: Wiring | None,
    cash_flow: CashFlow | None,
    closings: Closings,
) -> None:
    differences = _differences(plan, tree)
    for line in plan.lines:
        if line.statement != statement:
            continue
        kind = "balance" if statement == BALANCE or line.instant else "flow"
        level = f"= {line.id}[-1]" if kind == "balance" else "= 0"
        if cash_flow and wiring and line.id in (cash_flow.beginning, cash_flow.ending):
            plan.rows += cash_row(plan, line, cash_flow)
        elif line.id in closings.moving:
            plan.rows.append(closing_row(line, closings.moving[line.id]))
        elif cash_flow and line.id in closings.openings:
            plan.rows += opening_rows(plan, line, closings.openings[line.id], cash_flow)
        elif line.id in tree.totals and not line.instant:
            plan.rows += _total_rows(plan, tree, line, differences, kind)
        elif wiring and line.id in wiring.rules:
            plan.rows.append(_driven(plan, line, wiring.rules[line.id], kind))
        elif wiring and line.id in wiring.forecasts:
            plan.rows.append(_plain(line, kind, wiring.forecasts[line.id]))
        else:
            plan.rows.append(_plain(line, kind, level))
