"""The rows of cash in the statement of cash flows: its end and its beginning, the lines beside them, and what
the model adds to reach the balance sheet's cash.
"""

from dataclasses import replace
from decimal import Decimal

from modelgen.ingest.cash import CashFlow
from modelgen.ingest.closing import Closings
from modelgen.ingest.held_cash import Parts
from modelgen.ingest.own_ids import OTHER_CASH, OTHER_CHANGES
from modelgen.ingest.plan import Difference, Plan, Row, Wiring, added
from modelgen.ingest.reading import CASH
from modelgen.ingest.statement_line import StatementLine
from modelgen.ingest.sums import why_not_less

_NONE = Decimal(0)


def cash_row(plan: Plan, line: StatementLine, cash_flow: CashFlow) -> list[Row]:
    """Cash at the end rolls by the net change; at the beginning, it is that less the change."""
    made = _net_change(plan, line, cash_flow)
    if line.id == cash_flow.ending:
        forecast = f"= {line.id}[-1] + {cash_flow.net_change}"
        return [*made, closing_row(line, forecast, "total")]
    return [*made, *opening_rows(plan, line, cash_flow.ending, cash_flow)]


def _net_change(plan: Plan, line: StatementLine, cash_flow: CashFlow) -> list[Row]:
    """The row of all changes of cash, where the document prints none and none is there yet."""
    if not cash_flow.parts or any(row.id == cash_flow.net_change for row in plan.rows):
        return []
    formula = "= " + added(cash_flow.parts)
    label = "All changes of cash"
    row = Row(cash_flow.net_change, CASH, line.heading, label, "money", "flow", formula=formula)
    return [replace(row, style="subtotal")]


def closing_row(line: StatementLine, forecast: str, style: str = "") -> Row:
    """A row of cash at the end of the period."""
    return Row(
        line.id,
        CASH,
        line.heading,
        line.label,
        "money",
        "balance",
        forecast=forecast,
        leaf=True,
        style=style,
    )


def opening_rows(plan: Plan, line: StatementLine, closing: str, cash_flow: CashFlow) -> list[Row]:
    """Cash at the beginning: what a line of the end is less all changes, so that in the forecast it is the
    end of the period before. What the document prints otherwise is a row of its own.
    """
    formula = f"= {closing} - {cash_flow.net_change}"
    by_name = {one.id: one for one in plan.lines}
    by_id = {id_: one.values for id_, one in by_name.items()}
    end = by_id[closing]
    changes = [(by_id[id_], sign) for id_, sign in cash_flow.parts or ((cash_flow.net_change, 1),)]
    differences = {
        p: v - end[p] + sum((sign * change.get(p, _NONE) for change, sign in changes), _NONE)
        for p, v in line.values.items()
        if p in end
    }
    rows: list[Row] = []
    if any(differences.values()):
        id_ = f"{line.id}.difference"
        step = max(p.figure.precision for p in line.printed)
        slack = step * (2 + len(changes)) / 2  # each of them may be rounded by half a step
        change = by_name.get(cash_flow.net_change)
        # The changes are those of all cash: what else moved the cash of a part of it is no misprint.
        whole = closing == cash_flow.ending
        off = {
            p.period: why_not_less(line, p, by_name[closing], change, differences[p.period])
            for p in line.printed
            if whole and abs(differences.get(p.period, _NONE)) > slack
        }
        what = "difference in the source" if off else "rounding in the source"
        if not whole:
            what = "changes that are not of it"
        given = {p: d for p, d in differences.items() if d}
        plan.differences.append(Difference(id_, line.id, given, off))
        label = f"{line.label}: {what}"
        rows.append(Row(id_, CASH, line.heading, label, "money", "flow", forecast="= 0", leaf=True))
        formula += f" + {id_}"
    return [*rows, Row(line.id, CASH, line.heading, line.label, "money", "ratio", formula=formula)]


def add_cash_rows(plan: Plan, wiring: Wiring, cash_flow: CashFlow, named: Parts) -> None:
    """The rows that the company does not have: changes that no line of its own takes, and cash of the
    one statement that is not in the line of the other: the lines that are `named` for it, or else the
    difference as it was. The balance sheet's cash follows.
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
    if wiring.holding.total:
        rest = [(id_, -sign) for id_, sign in wiring.holding.held]
        forecast = "= " + added([(cash_flow.ending, 1), *rest])
    elif cash_flow.ending:
        forecast = f"= {cash_flow.ending} - {OTHER_CASH}"
        place = max(by_id[cash_flow.ending], by_id[cash_flow.net_change]) + 1
        label = "Of it in other lines of the balance sheet"
        heading = plan.rows[place - 1].heading
        other = Row(OTHER_CASH, CASH, heading, label, "money", "balance")
        if named and _is_exact(plan, wiring, cash_flow, named):
            other = replace(other, formula="= " + added(named))
        else:
            actual = f"= actual.{cash_flow.ending} - actual.{wiring.cash}"
            moved = [t for id_, sign in named for t in ((id_, sign), (f"{id_}[-1]", -sign))]
            level = "= " + added([(f"{OTHER_CASH}[-1]", 1), *moved])
            other = replace(other, actual=actual, forecast=level)
        plan.rows.insert(place, other)
    else:
        forecast = f"= {wiring.cash}[-1] + {cash_flow.net_change}"
    plan.rows[{row.id: n for n, row in enumerate(plan.rows)}[wiring.cash]] = replace(
        cash, forecast=forecast
    )


def named_cash(plan: Plan, wiring: Wiring, cash_flow: CashFlow, closings: Closings) -> Parts:
    """The lines that are what cash at the end is above the balance sheet's: other lines of that, or lines
    of the statement itself; () if none are, or if they are not known on every actual day.
    """
    lines = {line.id: line for line in plan.lines}
    if not cash_flow.ending or not _always(plan, lines[cash_flow.ending]) or wiring.holding.total:
        return ()
    for parts in (wiring.holding.held, closings.named):
        if parts and all(_always(plan, lines[id_]) for id_, _ in parts):
            return parts
    return ()


def _is_exact(plan: Plan, wiring: Wiring, cash_flow: CashFlow, named: Parts) -> bool:
    """Whether the lines are all that is between the two statements, to the last digit, on each actual day."""
    days = plan.years.actual
    lines = {
        line.id: {end: v for (_, end), v in line.values.items()}
        for line in plan.lines
        if line.id in {cash_flow.ending, wiring.cash, *(id_ for id_, _ in named)}
    }
    terms = [(cash_flow.ending, -1), (wiring.cash, 1), *named]
    return all(
        sum((sign * lines[id_].get(day, _NONE) for id_, sign in terms), _NONE) == 0 for day in days
    )


def _always(plan: Plan, line: StatementLine) -> bool:
    """Whether a balance is printed for every actual day."""
    return set(plan.years.actual) <= {end for _, end in line.values}


def check_closings(plan: Plan, wiring: Wiring, cash_flow: CashFlow, closings: Closings) -> None:
    """A check for each line that moves with cash: it is the balance sheet's cash, or that and a row that
    says what is between them.
    """
    lines = {line.id: line for line in plan.lines}
    cash = lines[wiring.all_cash].values
    for id_ in closings.moving:
        line = lines[id_]
        if not _always(plan, line) or not all((None, day) in cash for day in plan.years.actual):
            continue
        apart = {
            day: value - cash[None, day]
            for (_, day), value in line.values.items()
            if day in plan.years.actual
        }
        member = {"label": line.label, "closing": id_, "balance": wiring.all_cash}
        if not any(apart.values()):
            plan.sets.setdefault("closing_cash", {})[f"closing.{id_}"] = member
            continue
        other = _between(plan, line, wiring, cash_flow, closings)
        plan.sets.setdefault("cash_reconciliation", {})[f"closing.{id_}"] = {
            "label": line.label,
            "ending": id_,
            "balance": wiring.all_cash,
            "other": other,
        }


def _between(
    plan: Plan, line: StatementLine, wiring: Wiring, cash_flow: CashFlow, closings: Closings
) -> str:
    """The row of what a line of cash is above the balance sheet's: that of cash at the end, if the line is
    that; or one that is made.
    """
    if closings.moving[line.id] == f"= {cash_flow.ending}" and not wiring.holding.total:
        return OTHER_CASH
    id_ = f"{line.id}.above"
    place = next(n for n, row in enumerate(plan.rows) if row.id == line.id) + 1
    row = Row(
        id_,
        CASH,
        line.heading,
        f"{line.label}: above the balance sheet's cash",
        "money",
        "balance",
        actual=f"= actual.{line.id} - actual.{wiring.all_cash}",
        forecast=f"= {id_}[-1]",
    )
    plan.rows.insert(place, row)
    return id_
