"""The forecast, the revolver, the restriction and the notes written out a second time in plain Python.

It reads input values alone (from the workbook's own JSON), and follows the order of a month: instalments and
prepayments, interest, operating cash, the restriction and the notes, the sweep, balloons.
"""

import calendar
from datetime import date, timedelta
from typing import Any

import pytest

from modelgen.workbook.recalculate import Workbook
from tests.calls import failing
from tests.conftest import Built

# Thirty-eight months of sums of five-digit amounts: floating point leaves far more digits than this.
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
    ends = [month_end(2006, 3 + 3 * n) for n in range(14)]
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


def oracle(i: Inputs) -> dict[str, list[float]]:
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
    ends = [month_end(2006, 5 + n) for n in range(38)]
    requested = (
        i.row("real_estate_term_loan.prepayment_requested"),
        i.row("equipment_term_loan.prepayment_requested"),
    )
    in_time = 0.0
    balance = 15000.0
    for end in ends:  # what is prepaid by the test date decides from the first restricted month on
        due = (
            min(balance, i("real_estate_term_loan.instalment"))
            if date(2006, 9, 1) <= end.replace(day=1) < maturity
            else 0
        )
        extra = min(float(requested[0][end] or 0), balance - due) if end > closing else 0.0
        balance -= due + extra
        in_time += extra if end <= i("payment_restriction.test_date") else 0.0
    out: dict[str, list[float]] = {}
    for end in ends:
        first = end.replace(day=1)
        quarter = month_end(end.year, (end.month + 2) // 3 * 3)
        days = max(0, (min(end, maturity) - max(first - timedelta(days=1), closing)).days)
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
        paid = []
        for owed, name, wish in (
            (libor + prime, "real_estate_term_loan", requested[0]),
            (equipment, "equipment_term_loan", requested[1]),
        ):
            due = (
                min(owed, i(f"{name}.instalment"))
                if end >= i(f"{name}.first_instalment") and first < maturity
                else 0.0
            )
            paid.append((due, min(float(wish[end] or 0), owed - due)))
        (re_due, re_extra), (eq_due, eq_extra) = paid
        to_libor, to_prime = split(
            re_due + re_extra, libor, prime, int(i("real_estate_term_loan.allocation"))
        )
        libor, prime, equipment = libor - to_libor, prime - to_prime, equipment - eq_due - eq_extra
        prepaid += re_extra
        opening, funded = revolver, 0.0
        if first <= closing <= end:
            equipment, libor, prime = (
                i("equipment_term_loan.commitment"),
                i("real_estate_term_loan.libor.amount"),
                i("real_estate_term_loan.prime.amount"),
            )
            funded, cash = i("revolver.opening_balance"), cash + i("cash.at_closing")
        year = i("days_in_year")
        interest = equipment * (rate["libor_1m"] + i("equipment_term_loan.spread")) * days / year
        interest += (
            libor * (rate["libor_1m"] + i("real_estate_term_loan.libor.spread")) * days / year
        )
        interest += prime * (rate["prime"] + i("real_estate_term_loan.prime.spread")) * days / year
        revolver_interest = (
            (opening + funded) * (rate["libor_1m"] + i("revolver.spread")) * days / year
        )
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
            - re_due
            - re_extra
            - eq_due
            - eq_extra
        )
        coupon = 0.0
        if first > closing and (first.month - int(i("subordinated_notes.coupon_month"))) % 3 == 0:
            coupon = i("subordinated_notes.principal") * i("subordinated_notes.rate") / 4
        owed = coupon + arrears
        permitted = owed
        if first > i("payment_restriction.test_date") and in_time < i(
            "payment_restriction.threshold"
        ):
            permitted = max(0.0, available - max(0.0, i("payment_restriction.threshold") - prepaid))
        notes = min(
            owed, permitted, max(0.0, cash_before - i("cash.minimum") + max(0.0, available))
        )
        arrears = owed - notes
        after = cash_before - notes
        draw = min(max(0.0, i("cash.minimum") - after), max(0.0, available)) if alive else 0.0
        repay = min(opening + funded, max(0.0, after - i("cash.minimum"))) if alive else 0.0
        revolver = opening + funded + draw - repay
        if first <= maturity <= end:
            revolver = equipment = libor = prime = 0.0
        unfunded = max(0.0, -(after + draw - repay))
        cash = after + draw - repay + unfunded
        values = {
            "operating_cash": operating,
            "revolver.borrowing_base": pool if alive else 0.0,
            "revolver.draw": draw,
            "revolver.repayment": repay,
            "revolver.closing": revolver,
            "revolver.interest": revolver_interest,
            "service.interest": interest + revolver_interest,
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
        "real_estate_term_loan.prepayment_requested@2007-12": "3000",
    }
    assert first(prepaid)[0] == "none"
    almost = {
        "scenario.selected": "6",
        "real_estate_term_loan.prepayment_requested@2007-12": "2999",
    }
    assert first(almost)[0] != "none"


def test_the_forecast_as_the_quarter_just_reported(lexington: Built) -> None:
    values = lexington.evaluation.values
    stub = 2278 * 61 / 90  # from April 1 to the closing on May 31, by the days of the first quarter
    second = values["interest_expense"][0, 2]
    june = values["interest.accrued"][0, 1]
    assert values["interest.accrued"][0, 0] == 0
    assert second == pytest.approx(-(stub + june), rel=EXACT)
    assert list(values["ebitda"][0, 1:]) == pytest.approx([3828.0] * 14)
    assert june == pytest.approx(
        values["service.interest"][0, 1] + 34177 * 0.12 / 12 + 851 * 30 / 1080, rel=EXACT
    )
