"""The rows of the model that is written: each line of the statements with its formula, and those that
are added.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from modelgen.ingest.cash import CashFlow, cash_flow_of
from modelgen.ingest.interest import CASH_BEFORE, Interest, Statements, interest_of
from modelgen.ingest.lines import Period, StatementLine
from modelgen.ingest.reading import BALANCE, CASH, INCOME, MONEY, NUMBER, PER_SHARE, PERCENT, SHARES
from modelgen.ingest.rules import NET_INCOME, Income, Rule, income_of
from modelgen.ingest.shares import per_share_lines
from modelgen.ingest.sides import Sides, sides_of
from modelgen.ingest.tree import Tree, tree_of
from modelgen.ingest.wiring import Wiring, added, wired
from modelgen.ingest.years import Years, months_of

SHEETS = {INCOME: "Income statement", BALANCE: "Balance sheet", CASH: "Cash flow statement"}
UNITS = {
    MONEY: "money",
    PER_SHARE: "per_share",
    SHARES: "shares",
    PERCENT: "percent",
    NUMBER: "number",
}
OTHER_CHANGES = "cash_flow.other_changes"
OTHER_CASH = "cash_flow.other_cash"
REPORTED = "cash_flow.reported"


@dataclass(frozen=True)
class Row:
    """A row to be written: a leaf with its forecast, or a formula, or one formula for actual and one
    for forecast.
    """

    id: str
    statement: str
    heading: str
    label: str
    unit: str
    kind: str
    formula: str = ""
    actual: str = ""
    forecast: str = ""
    leaf: bool = False
    style: str = ""
    note: str = ""


@dataclass(frozen=True)
class Difference:
    """A leaf that a document does not print: what a total prints less its lines, by id of the row and
    period.
    """

    id: str
    total: str
    values: Mapping[Period, Decimal]
    off: tuple[Period, ...]


@dataclass
class Plan:
    """All that a deal is written from."""

    lines: tuple[StatementLine, ...]
    years: Years
    scale: Decimal
    rows: list[Row] = field(default_factory=list)
    rules: dict[str, Rule] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    sets: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    computed: set[str] = field(default_factory=set)
    sales: tuple[str, str, Decimal] | None = None
    checked_net_income: tuple[str, str, str] | None = None


def plan_of(lines: tuple[StatementLine, ...], years: Years, scale: Decimal) -> Plan:
    """The rows, rules and checks of a deal with such lines."""
    plan = Plan(lines, years, scale)
    trees = {s: tree_of([line for line in lines if line.statement == s]) for s in SHEETS}
    flow_period = _last_flow(lines, years)
    income = (
        income_of(trees[INCOME], flow_period, scale, _periods_in(flow_period, years))
        if trees[INCOME].lines
        else None
    )
    sides = sides_of(trees[BALANCE])
    cash_flow = cash_flow_of(trees[CASH])
    wiring: Wiring | None = None
    if income and sides and cash_flow and trees[CASH].lines:
        by_id = {line.id: line for line in trees[INCOME].lines}
        wiring = wired(
            trees[BALANCE],
            sides,
            trees[CASH],
            cash_flow,
            income,
            by_id,
            flow_period,
            scale,
            years.months,
            len(years.forecast),
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
        plan.notes.append(
            f"No {' and no '.join(lacking)} was found: balances are level in the forecast."
        )
    interest: Interest | None = None
    if wiring and income and cash_flow and wiring.same:
        balances = {line.id: line for line in trees[BALANCE].lines}
        known = Statements(
            trees[INCOME], cash_flow, income.rules, *wiring.same, wiring.cash, wiring.debt, balances
        )
        interest = interest_of(
            known, flow_period, max(months_of(flow_period), years.months), years.months
        )
        income = replace(income, rules={**income.rules, **interest.rules})
    _income_rows(plan, trees[INCOME], income)
    _other_rows(plan, BALANCE, trees[BALANCE], wiring, cash_flow)
    _other_rows(plan, CASH, trees[CASH], wiring, cash_flow)
    if wiring and cash_flow:
        _cash_rows(plan, wiring, cash_flow)
    _interest_rows(plan, interest, cash_flow)
    _checks(plan, sides, cash_flow, wiring)
    if income:
        line = next(one for one in trees[INCOME].lines if one.id == income.sales)
        plan.sales = line.id, line.label, line.values.get(flow_period) or Decimal(0)
    written = {row.id for row in plan.rows}
    plan.differences = [d for d in plan.differences if d.id in written]
    return plan


def _periods_in(flow: Period, years: Years) -> Decimal:
    """How many of the model's periods a period has: more than one where only a year tells of its last
    quarter.
    """
    return Decimal(max(months_of(flow), years.months)) / years.months


def _last_flow(lines: Sequence[StatementLine], years: Years) -> Period:
    """The period of the last actual column, as the income statement prints it."""
    flows = [
        p.period
        for line in lines
        for p in line.printed
        if p.period[0] is not None and p.period[1] == years.actual[-1]
    ]
    return min(flows, key=lambda p: abs(months_of(p) - years.months))


def _differences(plan: Plan, tree: Tree) -> dict[str, str]:
    """By total, the id of the row for what it prints less its lines, where there is any."""
    found: dict[str, str] = {}
    for total in tree.totals.values():
        if total.difference:
            id_ = f"{total.id}.difference"
            found[total.id] = id_
            plan.differences.append(Difference(id_, total.id, total.difference, total.off))
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
    plan.computed.add(line.id)
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
    shares = per_share_lines(lines, incomes)
    for line in lines:
        if line.unit == MONEY:
            if line.id in tree.totals:
                plan.rows += _total_rows(plan, tree, line, differences, "flow")
            elif income is not None and line.id in income.rules:
                plan.rows.append(_driven(plan, line, income.rules[line.id], "flow"))
            else:
                plan.rows.append(_plain(line, "flow", "= 0"))
        elif line.unit == PER_SHARE and line.id in shares:
            over, by = shares[line.id]
            plan.computed.add(line.id)
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
            plan.rows.append(_per_share(line, lines, income))
        else:
            plan.rows.append(_plain(line, "average", f"= {line.id}[-1]"))


def _per_share(line: StatementLine, lines: Sequence[StatementLine], income: Income | None) -> Row:
    """An amount a share that nothing gives exactly: what is declared stays; earnings follow net income
    by shares.
    """
    counts = [other for other in lines if other.unit == SHARES]
    if "dividend" in line.label.lower() or income is None:
        return _plain(
            line, "flow" if "dividend" in line.label.lower() else "average", f"= {line.id}[-1]"
        )
    if not counts:
        net = income.net_income
        return _plain(
            line,
            "average",
            f"= IF({net}[-1] = 0, {line.id}[-1], {line.id}[-1] * {net} / {net}[-1])",
        )
    same = [
        c
        for c in counts
        if ("dilut" in c.label.lower()) == ("dilut" in (line.label + line.heading).lower())
    ]
    count = (same or counts)[0]
    return _plain(line, "average", f"= IF({count.id} > 0, {income.net_income} / {count.id}, 0)")


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
    plan: Plan, statement: str, tree: Tree, wiring: Wiring | None, cash_flow: CashFlow | None
) -> None:
    differences = _differences(plan, tree)
    for line in plan.lines:
        if line.statement != statement:
            continue
        kind = "balance" if statement == BALANCE or line.instant else "flow"
        level = f"= {line.id}[-1]" if kind == "balance" else "= 0"
        if cash_flow and wiring and line.id in (cash_flow.beginning, cash_flow.ending):
            plan.rows += _cash_row(plan, line, cash_flow)
        elif line.id in tree.totals and not line.instant:
            plan.rows += _total_rows(plan, tree, line, differences, kind)
        elif wiring and line.id in wiring.rules:
            plan.rows.append(_driven(plan, line, wiring.rules[line.id], kind))
        elif wiring and line.id in wiring.forecasts:
            plan.rows.append(_plain(line, kind, wiring.forecasts[line.id]))
        else:
            plan.rows.append(_plain(line, kind, level))


def _cash_row(plan: Plan, line: StatementLine, cash_flow: CashFlow) -> list[Row]:
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
    plan.computed.add(line.id)
    formula = f"= {cash_flow.ending} - {cash_flow.net_change}"
    by_id = {one.id: one.values for one in plan.lines}
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
        plan.differences.append(
            Difference(id_, line.id, {p: d for p, d in differences.items() if d}, ())
        )
        rows.append(
            Row(
                id_,
                CASH,
                line.heading,
                f"{line.label}: rounding in the source",
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


def _cash_rows(plan: Plan, wiring: Wiring, cash_flow: CashFlow) -> None:
    """The rows that the company does not have: changes that no line of its own takes, and cash of the
    one statement that is not in the line of the other. The balance sheet's cash follows.
    """
    by_id = {row.id: n for n, row in enumerate(plan.rows)}
    if wiring.uncarried:
        terms = [t for id_, sign in wiring.uncarried for t in ((id_, sign), (f"{id_}[-1]", -sign))]
        added_row = Row(
            OTHER_CHANGES,
            CASH,
            "",
            "Changes of balances that no line of the company takes",
            "money",
            "flow",
            forecast="= " + added(terms),
            leaf=True,
        )
        place = by_id[cash_flow.net_change]
        total = plan.rows[place]
        plan.rows[place] = Row(
            **{**total.__dict__, "formula": f"{total.formula} + {OTHER_CHANGES}"}
        )
        plan.rows.insert(place, added_row)
    by_id = {row.id: n for n, row in enumerate(plan.rows)}
    cash = plan.rows[by_id[wiring.cash]]
    if cash_flow.ending:
        forecast = f"= {cash_flow.ending} - {OTHER_CASH}"
        place = max(by_id[cash_flow.ending], by_id[cash_flow.net_change]) + 1
        other = Row(
            OTHER_CASH,
            CASH,
            "",
            "Of it in other lines of the balance sheet",
            "money",
            "balance",
            actual=f"= actual.{cash_flow.ending} - actual.{wiring.cash}",
            forecast=f"= {OTHER_CASH}[-1]",
        )
        plan.rows.insert(place, other)
    else:
        forecast = f"= {wiring.cash}[-1] + {cash_flow.net_change}"
    plan.rows[{row.id: n for n, row in enumerate(plan.rows)}[wiring.cash]] = Row(
        **{**cash.__dict__, "forecast": forecast}
    )


def _interest_rows(plan: Plan, interest: Interest | None, cash_flow: CashFlow | None) -> None:
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


def _checks(
    plan: Plan, sides: Sides | None, cash_flow: CashFlow | None, wiring: Wiring | None
) -> None:
    """The members of the module's sets: what must hold between the statements."""
    if sides:
        plan.sets["balance_sheet_sides"] = {
            "balance_sheet": {
                "label": "Balance sheet",
                "assets": sides.assets,
                "claims": sides.claims,
            }
        }
    if wiring and cash_flow and cash_flow.ending:
        plan.sets["cash_reconciliation"] = {
            "cash": {
                "label": "Cash",
                "ending": cash_flow.ending,
                "balance": wiring.cash,
                "other": OTHER_CASH,
            }
        }
    if wiring and cash_flow and wiring.same:
        first, second = wiring.same
        plan.checked_net_income = first, second, REPORTED
        plan.sets["same_in_both"] = {
            "net_income": {
                "label": "Net income",
                "first": first,
                "second": second,
                "reported": REPORTED,
            }
        }
    if wiring:
        plan.sets["watched_balance"] = {wiring.cash: {"label": "Cash"}}
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
