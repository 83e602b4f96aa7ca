"""The forecast, the revolver, the restriction, the notes and the take-out written out a second time in plain Python.

It reads input values alone (from the workbook's own JSON), and follows the order of a month: instalments and
prepayments, interest, operating cash, the restriction and the notes, the sweep, principal due.
"""

import calendar
from datetime import date, timedelta
from typing import Any

import pytest

from modelgen.workbook.recalculate import Workbook
from tests.calls import failing
from tests.conftest import Built

# Forty-four months of sums of five-digit amounts: floating point leaves far more digits than this.
EXACT = 1e-9
SCENARIOS = ["base", "downside", "rates_up", "both", "realised", "stress", "year_ago"]
SEGMENTS = {"rubber": True, "metals": True, "corporate": False}


def month_end(year: int, month: int) -> date:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, calendar.monthrange(year, month)[1])


class Inputs:
    """Input values by id, and by period for rows."""

    def __init__(self, report: dict[str, Any]) -> None:
        self.report = report["inputs"]

    def __call__(self, id_: str) -> Any:
        value = self.report[id_]["value"]
        dated = self.report[id_]["unit"] == "date" and value is not None
        return date.fromisoformat(value) if dated else value

    def row(self, id_: str) -> dict[date, float | None]:
        item = self.report[id_]
        return {
            date.fromisoformat(p): v for p, v in zip(item["periods"], item["values"], strict=True)
        }


def quarters(i: Inputs) -> dict[date, dict[str, float]]:
    """Sales, EBITDA, tax, capital expenditures, cost of sales and working capital of each quarter.

    Amounts and margins repeat the quarter that the scenario names, or else the last actual one; sales go
    on from the last actual quarter.
    """
    scenario = SCENARIOS[int(i("scenario.selected")) - 1]
    sales_change, margin_change = i(f"scenario.{scenario}.sales"), i(f"scenario.{scenario}.margin")
    last = i("fiscal.last_actual")
    basis = i(f"scenario.{scenario}.quarter") or last
    actual = {
        key: i.row(key)
        for segment, sells in SEGMENTS.items()
        for key in (
            f"{segment}.income_from_operations",
            f"{segment}.depreciation_and_amortization",
            f"{segment}.capital_expenditures",
            *([f"{segment}.net_sales"] if sells else []),
        )
    }
    path = dict.fromkeys(SEGMENTS, 0.0)
    out: dict[date, dict[str, float]] = {}
    ends = [month_end(2006, 3 + 3 * n) for n in range(16)]
    for end in ends:
        q = dict.fromkeys(("sales", "ebitda", "capex", "tax", "discontinued", "operations"), 0.0)
        for segment, sells in SEGMENTS.items():
            ops, da = (
                actual[f"{segment}.{k}"]
                for k in ("income_from_operations", "depreciation_and_amortization")
            )
            last_ebitda = float(ops[basis] or 0) + float(da[basis] or 0)
            if end <= last:
                path[segment] = float(actual[f"{segment}.net_sales"][end] or 0) if sells else 0.0
                sales, ebitda = path[segment], float(ops[end] or 0) + float(da[end] or 0)
                depreciation, capex = (
                    float(da[end] or 0),
                    float(actual[f"{segment}.capital_expenditures"][end] or 0),
                )
            else:
                if sells:
                    path[segment] *= 1 + float(i.row(f"{segment}.growth")[end] or 0)
                    sales = path[segment] * (1 + sales_change)
                    override = i.row(f"{segment}.margin_override")[end]
                    margin = (
                        last_ebitda / float(actual[f"{segment}.net_sales"][basis] or 0)
                        if override is None
                        else override
                    ) + margin_change
                    on_change = i(f"{segment}.decremental_margin")
                    ebitda = path[segment] * margin
                    ebitda += (sales - path[segment]) * (margin if on_change is None else on_change)
                else:
                    override = i.row(f"{segment}.ebitda_override")[end]
                    sales, ebitda = 0.0, last_ebitda if override is None else override
                ebitda *= 1 + i("ebitda.shift")
                planned = i.row(f"{segment}.depreciation_override")[end]
                depreciation = float(da[basis] or 0) if planned is None else planned
                planned = i.row(f"{segment}.capital_override")[end]
                capex = (
                    float(actual[f"{segment}.capital_expenditures"][basis] or 0)
                    if planned is None
                    else planned
                )
            q["sales"] += sales
            q["ebitda"] += ebitda
            q["operations"] += ebitda - depreciation
            q["capex"] += capex
        if end <= last:
            q["tax"], q["discontinued"] = (
                float(i.row("income_tax")[end] or 0),
                float(i.row("income_discontinued")[end] or 0),
            )
            q["cost"] = float(i.row("cost_of_sales")[end] or 0)
        else:
            tax, selling = (
                i.row("income_tax.override")[end],
                i.row("selling_and_administrative.override")[end],
            )
            q["tax"] = float(i.row("income_tax")[basis] or 0) if tax is None else tax
            q["discontinued"] = float(i.row("income_discontinued.planned")[end] or 0)
            last_sales = sum(
                float(actual[f"{s}.net_sales"][basis] or 0)
                for s, sells in SEGMENTS.items()
                if sells
            )
            part = (
                float(i.row("selling_and_administrative")[basis] or 0) / last_sales
                if selling is None
                else selling
            )
            q["cost"] = q["sales"] - q["sales"] * part - q["operations"]
        for item, driver in (
            ("receivables", "sales"),
            ("inventories", "cost"),
            ("payables", "cost"),
        ):
            override, reported = (i.row(f"{item}.{k}")[end] for k in ("days_override", "reported"))
            days = i(f"{item}.days") if override is None else override
            by_days = q[driver] * days / (i("working_capital.days_in_year") / 4)
            q[item] = by_days if reported is None else reported
        out[end] = q
    return out


def split(amount: float, libor: float, prime: float, allocation: int) -> tuple[float, float]:
    if allocation == 1:
        total = libor + prime
        return (amount * libor / total, amount * prime / total) if total else (0.0, 0.0)
    first = min(libor if allocation == 2 else prime, amount)
    return (first, amount - first) if allocation == 2 else (amount - first, first)


def oracle(i: Inputs) -> dict[str, list[float]]:  # noqa: C901 - a month, written out in its order
    q = quarters(i)
    closing, maturity = i("closing_date"), i("revolver.maturity")
    scenario = SCENARIOS[int(i("scenario.selected")) - 1]
    case = i(f"scenario.{scenario}.rate_case") or i("rates.case")
    equipment = libor = prime = revolver = cash = unfunded = arrears = prepaid = 0.0
    base = {}
    for item in ("receivables", "inventories", "payables"):
        given = i(f"{item}.balance_at_closing")
        base[item] = q[i("fiscal.last_actual")][item] if given is None else given
    before = dict(base)
    start = month_end(closing.year, closing.month)
    ends = [month_end(2006, 5 + n) for n in range(44)]
    requested = (
        i.row("real_estate_term_loan.prepayment_requested"),
        i.row("equipment_term_loan.prepayment_requested"),
    )
    in_time = available_at_end = take_out = first_interest = 0.0
    notes_balance = i("subordinated_notes.principal")
    # Interest on the notes since the coupon before closing: months, the last by its days.
    coupon_months = int(i("subordinated_notes.coupon_months"))
    since = (closing.month - int(i("subordinated_notes.coupon_month"))) % coupon_months
    since += closing.day / month_end(closing.year, closing.month).day
    accrued = 0.0
    refinances = i("take_out.assumed") == 1
    out: dict[str, list[float]] = {}
    for end in ends:
        first = end.replace(day=1)
        quarter = month_end(end.year, (end.month + 2) // 3 * 3)
        days = {}
        for name, owed in (
            ("equipment_term_loan", equipment),
            ("real_estate_term_loan", libor + prime),
            ("revolver", revolver),
        ):
            due_on = i(f"{name}.maturity")
            days[name] = max(0, (min(end, due_on) - max(first - timedelta(days=1), closing)).days)
            if first > due_on:  # principal overdue bears interest from the day after maturity
                since_maturity = month_end(due_on.year, due_on.month) == first - timedelta(days=1)
                days[name] = (end - (due_on if since_maturity else first - timedelta(days=1))).days
                days[name] = days[name] if owed > 1e-6 else 0
        share = max(0, (end - max(first - timedelta(days=1), closing)).days) / end.day
        rate = {}
        for index in ("libor_1m", "prime"):
            fixing = (
                i(f"{index}.flat") if case == 1 else float(i.row(f"{index}.realised")[end] or 0)
            )
            rate[index] = max(
                i(f"{index}.floor"),
                fixing + i(f"{index}.shift") + i("rates.shift") + i(f"scenario.{scenario}.rates"),
            )
        dues = []
        for owed, name in (
            (equipment, "equipment_term_loan"),
            (libor + prime, "real_estate_term_loan"),
        ):
            every = int(i(f"{name}.instalment_months"))
            starts = i(f"{name}.first_instalment")
            months = (end.year - starts.year) * 12 + end.month - starts.month
            falls = end >= starts and first < i(f"{name}.maturity") and months % every == 0
            dues.append(min(owed, i(f"{name}.instalment")) if falls else 0.0)
        eq_due, re_due = dues
        # A prepayment is made from cash above the minimum and availability on the 1st.
        purse = max(
            0.0, cash - i("cash.minimum") - unfunded + max(0.0, available_at_end) - eq_due - re_due
        )
        eq_extra = min(float(requested[1][end] or 0), equipment - eq_due, purse)
        re_extra = min(float(requested[0][end] or 0), libor + prime - re_due, purse - eq_extra)
        to_libor, to_prime = split(
            re_due + re_extra, libor, prime, int(i("real_estate_term_loan.allocation"))
        )
        libor, prime, equipment = libor - to_libor, prime - to_prime, equipment - eq_due - eq_extra
        prepaid += re_extra
        in_time += re_extra if end <= i("payment_restriction.test_date") else 0.0
        opening, funded = revolver, 0.0
        if first <= closing <= end:
            equipment, libor, prime = (
                i("equipment_term_loan.commitment"),
                i("real_estate_term_loan.libor.amount"),
                i("real_estate_term_loan.prime.amount"),
            )
            cash += i("cash.at_closing")
            funded = i("revolver.opening_balance")
            if funded is None:
                pool = base["receivables"] * i("receivables.eligible")
                pool *= i("revolver.receivables_advance_rate")
                stock = base["inventories"] * i("inventories.eligible")
                pool += stock * i("revolver.inventory_advance_rate")
                funded = min(i("revolver.commitment"), pool) - i("letters_of_credit")
                funded -= i("revolver.availability_reported")
        year = i("days_in_year")
        libor_1m = rate["libor_1m"]
        interest = equipment * (libor_1m + i("equipment_term_loan.spread"))
        interest *= days["equipment_term_loan"] / year
        re_days = days["real_estate_term_loan"] / year
        interest += libor * (libor_1m + i("real_estate_term_loan.libor.spread")) * re_days
        interest += prime * (rate["prime"] + i("real_estate_term_loan.prime.spread")) * re_days
        revolver_interest = (opening + funded) * (libor_1m + i("revolver.spread"))
        revolver_interest *= days["revolver"] / year
        take_out_rate = libor_1m + i("take_out.spread")
        take_out_interest = take_out * take_out_rate * end.day / year + first_interest
        # Working capital goes from its balance at closing, or at the last quarter's end, to the next quarter's end.
        previous = month_end(quarter.year, quarter.month - 3)
        now = dict(base)
        for item, at_closing in base.items():
            begins, ends_at = (
                (start, at_closing) if start >= previous else (previous, q[previous][item])
            )
            length = (quarter - begins).days
            part = (end - begins).days / length if length else 1.0
            now[item] = ends_at + (q[quarter][item] - ends_at) * part if end >= closing else 0.0
        before = base if first <= closing <= end else before
        release = (
            sum((before[k] - now[k]) * (-1 if k == "payables" else 1) for k in base)
            if end > closing or first <= closing <= end
            else 0.0
        )
        before = now
        operating = (
            q[quarter]["ebitda"]
            + q[quarter]["tax"]
            + q[quarter]["discontinued"]
            - q[quarter]["capex"]
        ) / 3 * share + release
        alive = closing <= end and first <= maturity
        pool = (
            now["receivables"] * i("receivables.eligible") * i("revolver.receivables_advance_rate")
        )
        pool += (
            now["inventories"] * i("inventories.eligible") * i("revolver.inventory_advance_rate")
        )
        limit = min(i("revolver.commitment"), pool) if alive else 0.0
        available = limit - opening - funded - i("letters_of_credit") if alive else 0.0
        cash_before = (
            cash
            - unfunded
            + operating
            - interest
            - revolver_interest
            - take_out_interest
            - re_due
            - re_extra
            - eq_due
            - eq_extra
        )
        # Interest on the notes accrues by month, up to the day before maturity, and is due with the coupon.
        matures = i("subordinated_notes.maturity")
        whole = month_end(matures.year, matures.month)
        last = matures if matures == whole else matures - timedelta(days=1)
        part = max(0, (min(end, last) - max(first - timedelta(days=1), closing)).days) / end.day
        if first > matures:
            part = 1.0
            if whole == first - timedelta(days=1):
                part += (whole - last).days / whole.day
        accrual = notes_balance * i("subordinated_notes.rate") / 12 * part
        if first <= closing <= end:
            accrued = notes_balance * i("subordinated_notes.rate") / 12 * since
        on_arrears = arrears * i("subordinated_notes.arrears_rate") / 12
        coupon = 0.0
        if end >= matures:
            coupon, accrued = accrued + accrual, 0.0
        else:
            month = (first.month - int(i("subordinated_notes.coupon_month"))) % coupon_months
            if first > closing and month == 0:
                coupon, accrued = accrued, 0.0
            accrued += accrual
        coupon += on_arrears
        owed = coupon + arrears
        permitted = owed
        threshold = i("payment_restriction.threshold")
        restricts = first > i("payment_restriction.test_date") and in_time < threshold
        if restricts and libor + prime > 1e-6:
            permitted = max(0.0, available - max(0.0, threshold - prepaid))
        notes = min(
            owed, permitted, max(0.0, cash_before - i("cash.minimum") + max(0.0, available))
        )
        arrears = owed - notes
        after = cash_before - notes
        draw = min(max(0.0, i("cash.minimum") - after), max(0.0, available)) if alive else 0.0
        repay = min(opening + funded, max(0.0, after - i("cash.minimum"))) if alive else 0.0
        revolver = opening + funded + draw - repay
        after += draw - repay
        # Principal due: from cash above the minimum, then the take-out or, without one, the open revolver.
        balances = {
            "equipment_term_loan": equipment,
            "real_estate_term_loan": libor + prime,
            "revolver": revolver,
            "subordinated_notes": notes_balance,
        }
        due = {n: b if end >= i(f"{n}.maturity") else 0.0 for n, b in balances.items()}
        need = sum(b for n, b in balances.items() if first <= i(f"{n}.maturity") <= end)
        funds = min(sum(due.values()), max(0.0, after - i("cash.minimum")))
        extra_draw = 0.0
        if not refinances and alive and end < maturity:
            room = max(0.0, limit - revolver - i("letters_of_credit"))
            extra_draw = min(sum(due.values()) - funds, room)
        left, refinanced, first_interest = funds + extra_draw, 0.0, 0.0
        after += extra_draw
        for name, amount in due.items():
            from_cash = min(amount, left)
            left, after = left - from_cash, after - from_cash
            balances[name] -= from_cash
            if refinances:
                refinanced += amount - from_cash
                balances[name] -= amount - from_cash
                late = (end - max(i(f"{name}.maturity"), first - timedelta(days=1))).days
                first_interest += (amount - from_cash) * max(0, late)
        swept = max(0.0, after - i("cash.minimum"))  # what is left above the minimum
        swept = min(take_out, i("take_out.sweep") * swept)
        after -= swept
        drawn = refinanced / (1 - i("take_out.fee"))
        first_interest *= (drawn / refinanced if refinanced else 0.0) * take_out_rate / year
        take_out += drawn - swept
        equipment, notes_balance = balances["equipment_term_loan"], balances["subordinated_notes"]
        met = 1 - balances["real_estate_term_loan"] / (libor + prime) if libor + prime else 0.0
        libor, prime = libor * (1 - met), prime * (1 - met)
        revolver = balances["revolver"] + extra_draw
        available_at_end = 0.0
        if closing <= end < maturity:
            available_at_end = limit - revolver - i("letters_of_credit")
        unfunded = max(0.0, -after)
        cash = after + unfunded
        values = {
            "operating_cash": operating,
            "revolver.borrowing_base": pool if alive else 0.0,
            "revolver.draw": draw,
            "revolver.repayment": repay,
            "revolver.closing": revolver,
            "revolver.interest": revolver_interest,
            "service.interest": interest + revolver_interest + take_out_interest,
            "real_estate_term_loan.prepayment": re_extra,
            "equipment_term_loan.prepayment": eq_extra,
            "real_estate_term_loan.closing": libor + prime,
            "equipment_term_loan.closing": equipment,
            "refinancing.need": need,
            "take_out.drawn": drawn,
            "take_out.closing": take_out,
            "total_debt": equipment + libor + prime + revolver + notes_balance + take_out,
            "liquidity": cash + available_at_end - unfunded,
            "subordinated_notes.closing": notes_balance,
            "subordinated_notes.interest_expense": accrual + on_arrears,
            "subordinated_notes.accrued_interest": accrued,
            "subordinated_notes.interest_due": coupon,
            "subordinated_notes.interest_permitted": permitted,
            "subordinated_notes.interest_paid": notes,
            "subordinated_notes.interest_accrued": arrears,
            "shortfall.closing": unfunded,
            "cash.closing": cash,
        }
        for key, value in values.items():
            out.setdefault(key, []).append(value)
    return out


def compare(book: Workbook, settings: dict[str, str]) -> dict[str, list[float]]:
    found = book.recalculate(settings)
    report = found.report()
    expected = oracle(Inputs(report))
    for id_, values in expected.items():
        assert report["lines"][id_]["values"] == pytest.approx(
            values, rel=EXACT, abs=EXACT * 1e4
        ), id_
    assert failing(found) == []
    return expected


@pytest.mark.parametrize("scenario", range(1, 8))
@pytest.mark.parametrize("allocation", [1, 2, 3])
def test_every_month_under_every_scenario_and_allocation(
    ironcalc_book: Workbook, scenario: int, allocation: int
) -> None:
    compare(
        ironcalc_book,
        {"scenario.selected": str(scenario), "real_estate_term_loan.allocation": str(allocation)},
    )


@pytest.mark.parametrize(
    "settings",
    [
        {"real_estate_term_loan.prepayment_requested@2007-12": "3000", "scenario.selected": "6"},
        {"real_estate_term_loan.prepayment_requested@2007-12": "2999", "scenario.selected": "6"},
        {"equipment_term_loan.prepayment_requested@2007-06": "99999"},
        {"receivables.days": "0"},
        {"receivables.days_override@2006-09": "60", "payables.days_override@2006-12": "20"},
        {"inventories.reported@2006-06": "8000", "working_capital.days_in_year": "365"},
        {"rates.shift": "0.02", "libor_1m.shift": "-0.01", "ebitda.shift": "-0.25"},
        {
            "rubber.decremental_margin": "0.3",
            "scenario.selected": "6",
            "metals.growth@2006-12": "0.02",
        },
        {"scenario.both.quarter": "2005-03-31", "scenario.selected": "4"},
        {"cash.minimum": "500"},
        # Principal due within the timeline, together or apart; refinanced, or left outstanding.
        {"subordinated_notes.maturity": "2008-08-01"},
        {"subordinated_notes.maturity": "2008-08-01", "take_out.assumed": "2"},
        {
            "subordinated_notes.maturity": "2008-08-31",
            "take_out.fee": "0.02",
            "take_out.sweep": "0.5",
        },
        {"real_estate_term_loan.maturity": "2008-05-15"},
        {"real_estate_term_loan.maturity": "2008-05-15", "take_out.assumed": "2"},
        {"revolver.maturity": "2007-06-15", "take_out.spread": "0.08"},
        {"take_out.assumed": "2"},
        {
            "equipment_term_loan.maturity": "2011-05-15",
            "real_estate_term_loan.maturity": "2011-05-15",
            "revolver.maturity": "2011-05-15",
            "subordinated_notes.maturity": "2011-08-01",
        },
        {"equipment_term_loan.instalment_months": "3", "equipment_term_loan.instalment": "700"},
        {"subordinated_notes.coupon_months": "6", "subordinated_notes.coupon_month": "3"},
        {"subordinated_notes.arrears_rate": "0.14", "scenario.selected": "6"},
        {"real_estate_term_loan.prepayment_requested@2006-07": "12000"},
        {"revolver.opening_balance": "9000", "letters_of_credit": "400"},
        {"closing_date": "2006-06-20"},
        {"closing_date": "2006-08-31", "scenario.selected": "2"},
        {"cash.minimum": "30000"},
        {"cash.at_closing": "750", "letters_of_credit": "250"},
        {
            "rubber.margin_override@2007-09": "-0.5",
            "rubber.growth@2008-03": "0.1",
            "corporate.ebitda_override@2006-12": "-100",
        },
        {"libor_1m.shift": "-0.1"},
        {"libor_1m.shift": "0.05", "rates.case": "2"},
        {
            "payables.days": "60",
            "income_tax.override@2007-03": "-400",
            "selling_and_administrative.override@2007-03": "0.1",
        },
        {
            "rubber.depreciation_override@2007-03": "1000",
            "metals.capital_override@2007-06": "500",
            "income_discontinued.planned@2007-06": "-80",
        },
    ],
)
def test_edges(ironcalc_book: Workbook, settings: dict[str, str]) -> None:
    compare(ironcalc_book, settings)


def test_the_restriction_binds_in_the_case_built_to_bind_and_not_in_its_neighbour(
    ironcalc_book: Workbook,
) -> None:
    def first(settings: dict[str, str]) -> tuple[str, str]:
        lines = ironcalc_book.recalculate(settings).report(
            ["first_failure.restriction", "first_failure.revolver"]
        )["lines"]
        return lines["first_failure.restriction"]["value"], lines["first_failure.revolver"]["value"]

    assert first({"scenario.selected": "6"}) == ("2008-02-29", "2008-07-31")
    assert first({"scenario.selected": "1"}) == ("none", "none")
    prepaid = {
        "scenario.selected": "6",
        "real_estate_term_loan.prepayment_requested@2006-10": "3000",
    }
    assert first(prepaid)[0] == "none"
    almost = {
        "scenario.selected": "6",
        "real_estate_term_loan.prepayment_requested@2006-10": "2999",
    }
    assert first(almost)[0] != "none"
    # In December 2007 this borrower has no 3,000 to prepay: what it asks for beyond its funds is not paid.
    late = {
        "scenario.selected": "6",
        "real_estate_term_loan.prepayment_requested@2007-12": "3000",
    }
    assert first(late)[0] == "2008-02-29"


def test_the_forecast_as_the_quarter_just_reported(lexington: Built) -> None:
    values = lexington.evaluation.values
    stub = 2278 * 61 / 90  # from April 1 to the closing on May 31, by the days of the first quarter
    second = values["interest_expense"][0, 2]
    june = values["interest.accrued"][0, 1]
    assert values["interest.accrued"][0, 0] == 0
    assert second == pytest.approx(-(stub + june), rel=EXACT)
    assert list(values["ebitda"][0, 1:]) == pytest.approx([3828.0] * 16)
    assert june == pytest.approx(
        values["service.interest"][0, 1] + 34177 * 0.12 / 12 + 851 * 30 / 1080, rel=EXACT
    )
