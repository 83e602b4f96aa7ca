"""Debt of a company that counts in weeks: coupons fall on their day, and overdue principal bears interest every day."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from modelgen.evaluate.evaluate import evaluate
from modelgen.formula.values import Floats
from modelgen.model.build import build_model
from modelgen.text.load import load

DEAL = """name: weeks
company: Weeks
title: Any
as_of: 2024-02-10
uses: [ebitda, liquidity, notes, term_loans, events, dashboard]
currency: USD thousand
calendar: {{step: quarter, {calendar}, fiscal_year: starts, first: Q4 FY2023, last: Q4 FY2026}}
timelines: {{monthly: {{first: {first}, last: {last}}}}}
figures: figures.csv
sets:
  operating_expense: {{expense: {{label: Expense}}}}
  cost_of_sales_item: {{cost: {{label: Cost}}}}
  note: {{senior: {{label: Senior notes}}}}
  term_loan: {{loan: {{label: Loan, instalments: none}}}}
values:
  senior.principal: 15000
  senior.rate: 7.5%
  senior.maturity: 2029-05-01
  senior.coupon_months: 6
  senior.coupon_month: 5
  loan.commitment: 3000
  loan.rate: 10%
  loan.maturity: 2025-03-10
  cash.at_closing: 1000
"""
FIGURES = """line,period,printed,at,role,basis
net_sales,Q4 FY2023,1000,,assumed,Made up
cost,Q4 FY2023,500,,assumed,Made up
expense,Q4 FY2023,100,,assumed,Made up
depreciation_and_amortization,Q4 FY2023,50,,assumed,Made up
capital_expenditures,Q4 FY2023,50,,assumed,Made up
interest_expense,Q4 FY2023,-300,,assumed,Made up
income_tax,Q4 FY2023,0,,assumed,Made up
"""
CALENDARS = {
    "weeks": ("weeks: {year_end: nearest saturday to 01-31}", "2024-03-02", "2027-01-30"),
    "months": ("ends: 01-31", "2024-02-29", "2027-01-31"),
}


def rows(folder: Path, calendar: str, settings: dict[str, str] | None = None) -> dict[str, Floats]:
    """Every line's values, with the deal's calendar of weeks or months."""
    folder.mkdir()
    rule, first, last = CALENDARS[calendar]
    text = DEAL.format(calendar=rule, first=first, last=last)
    (folder / "deal.yaml").write_text(text, encoding="utf-8")
    (folder / "figures.csv").write_text(FIGURES, encoding="utf-8")
    model = build_model(load(str(folder)), settings or {})
    return {id_: values[0] for id_, values in evaluate(model).values.items()}


def paid(values: dict[str, Floats], id_: str) -> list[float]:
    return [float(v) for v in np.asarray(values[id_], dtype=float)[1:]]


@pytest.mark.parametrize("calendar", CALENDARS)
def test_a_coupon_is_half_a_years_interest_in_any_calendar(tmp_path: Path, calendar: str) -> None:
    values = rows(tmp_path / "deal", calendar)
    due = [round(v, 6) for v in paid(values, "senior.interest_due") if v]
    assert due[0] == pytest.approx(
        15000 * 0.075 / 2, rel=0.02
    )  # what accrued before the start is by months
    assert due[1:] == [562.5] * 5
    ends = [date.fromordinal(int(v) + 693594) for v in paid(values, "monthly.period_end")]
    starts = [date.fromordinal(int(v) + 693594) for v in paid(values, "monthly.period_start")]
    for start, end, amount in zip(starts, ends, paid(values, "senior.interest_due"), strict=True):
        coupons = [date(y, m, 1) for y in range(2024, 2028) for m in (5, 11)]
        assert bool(amount) == any(start <= day <= end for day in coupons), (start, end)


@pytest.mark.parametrize("calendar", CALENDARS)
def test_overdue_principal_bears_interest_on_every_day(tmp_path: Path, calendar: str) -> None:
    values = rows(tmp_path / "deal", calendar, {"cash.at_closing": "0", "cash.minimum": "100000"})
    ends, closing = paid(values, "monthly.period_end"), paid(values, "loan.closing")
    days, first = paid(values, "loan.days"), paid(values, "monthly.period_start")[0]
    assert closing[-1] == 3000  # nothing is there to pay it
    assert sum(days) == ends[-1] - first + 1


@pytest.mark.parametrize(("calendar", "day"), [("weeks", "1 May 2024"), ("months", "1 May 2024")])
def test_a_missed_coupon_has_the_day_on_which_it_was_due(
    tmp_path: Path, calendar: str, day: str
) -> None:
    values = rows(tmp_path / "deal", calendar, {"cash.minimum": "100000"})
    assert str(values["key.can_pay"][0]).startswith(
        f"Misses interest on the Senior notes on {day} ("
    )


def test_coupons_that_do_not_divide_the_year_break_a_check(tmp_path: Path) -> None:
    values = rows(tmp_path / "deal", "months", {"senior.coupon_months": "5"})
    assert float(values["senior.coupons_divide_the_year"][0]) == 2
