"""What a lender tried on the debt, each with what must come out: principal never vanishes, and what is wrong is said."""

import shutil
from pathlib import Path

import pytest

from modelgen.model.build import build_model
from modelgen.problem import ModelError
from modelgen.text.load import load
from modelgen.verdict import ALERT
from modelgen.workbook.recalculate import Recalculation, Workbook
from tests.calls import failing, untied
from tests.conftest import SMALL, Built

NOTES = "subordinated_notes"


def case(book: Workbook, **settings: str) -> Recalculation:
    return book.recalculate({key.replace("__", "."): value for key, value in settings.items()})


def values(found: Recalculation, line: str) -> dict[str, float]:
    item = found.report([line])["lines"][line]
    return dict(zip((p[:7] for p in item["periods"]), item["values"], strict=True))


def alerts(found: Recalculation) -> list[str]:
    checks = found.directory.checks
    return [c.id for c in checks if c.kind == ALERT and found.value(c.holds) != 1]


def test_notes_that_mature_inside_the_timeline_are_due_with_their_last_coupon(
    ironcalc_book: Workbook,
) -> None:
    found = case(ironcalc_book, subordinated_notes__maturity="2008-08-01")
    assert values(found, "refinancing.need")["2008-08"] == 34177
    assert sum(values(found, "refinancing.need").values()) == pytest.approx(34177 + 18623)
    assert values(found, f"{NOTES}.interest_due")["2008-08"] == pytest.approx(1025.31)
    assert values(found, f"{NOTES}.interest_paid")["2008-08"] == pytest.approx(1025.31)
    taken = values(found, "take_out.drawn")["2008-08"]
    paid = values(found, f"{NOTES}.principal_paid")["2008-08"]
    assert taken + paid == pytest.approx(34177)
    assert values(found, "total_debt")["2008-08"] > 34177
    assert failing(found) == []


def test_what_is_refinanced_stays_debt_and_bears_interest(ironcalc_book: Workbook) -> None:
    before = case(ironcalc_book)
    found = case(ironcalc_book, real_estate_term_loan__maturity="2008-05-15")
    debt = values(found, "total_debt")
    assert values(found, "refinancing.need")["2008-05"] == pytest.approx(15000 - 21 * 61)
    assert debt["2008-05"] > 55000  # and not 44,031
    assert values(found, "take_out.opening")["2008-06"] > 13000
    interest, as_it_was = (values(f, "interest.accrued")["2008-08"] for f in (found, before))
    assert interest == pytest.approx(as_it_was, rel=0.03)
    assert failing(found) == []


def test_principal_that_nothing_pays_stays_outstanding_and_is_an_alert(
    ironcalc_book: Workbook,
) -> None:
    found = case(ironcalc_book, take_out__assumed="2")
    assert values(found, "equipment_term_loan.unpaid")["2009-05"] > 0
    assert {f"{NOTES}.not_repaid", "real_estate_term_loan.not_repaid"} <= set(alerts(found))
    unpaid = values(found, "principal.unpaid")
    assert next(month for month, amount in unpaid.items() if amount > 0) == "2009-05"
    assert values(found, "total_debt")["2009-12"] == pytest.approx(unpaid["2009-12"])
    assert values(found, "take_out.closing")["2009-12"] == 0
    # Interest runs on: the month after maturity makes up for the rest of the month of maturity.
    assert values(found, "real_estate_term_loan.days")["2009-06"] == 16 + 30
    assert failing(found) == []


def test_the_restriction_ends_with_the_loan_that_it_protects(ironcalc_book: Workbook) -> None:
    found = case(ironcalc_book, scenario__selected="6")
    restricted = values(found, "payment_restriction.restricted")
    assert [restricted[m] for m in ("2007-12", "2008-01", "2009-05", "2009-06")] == [0, 1, 1, 0]
    permitted, owed = (values(found, f"{NOTES}.{x}") for x in ("interest_permitted", "owed"))
    assert permitted["2009-06"] == owed["2009-06"] > 0
    late = case(ironcalc_book, subordinated_notes__coupon_month="3")
    assert values(late, "payment_restriction.restricted")["2009-06"] == 0


def test_amend_and_extend_keeps_the_checks(ironcalc_book: Workbook) -> None:
    settings = {
        f"{name}.maturity": "2011-05-15"
        for name in ("equipment_term_loan", "real_estate_term_loan", "revolver")
    }
    found = ironcalc_book.recalculate({**settings, f"{NOTES}.maturity": "2011-08-01"})
    assert failing(found) == []
    assert values(found, "refinancing.need")["2009-12"] == 0
    outstanding = found.report(["outstanding_at_end"])["lines"]["outstanding_at_end"]["value"]
    assert outstanding == values(found, "total_debt")["2009-12"] > 50000


def test_a_prepayment_is_made_from_funds_at_hand_and_what_is_beyond_is_an_alert(
    ironcalc_book: Workbook,
) -> None:
    request = {"real_estate_term_loan.prepayment_requested@2006-07": "12000"}
    found = ironcalc_book.recalculate(request)
    at_hand = values(found, "cash.on_the_first")["2006-07"]
    assert values(found, "real_estate_term_loan.prepayment")["2006-07"] == at_hand < 12000
    assert max(values(found, "shortfall.closing").values()) == 0
    assert "real_estate_term_loan.prepayment_in_full" in alerts(found)
    assert failing(found) == []


def test_minimum_cash_is_not_available_liquidity(ironcalc_book: Workbook) -> None:
    found = case(ironcalc_book, cash__minimum="500")
    liquidity, above = (
        values(found, x)["2006-12"] for x in ("liquidity", "liquidity.above_minimum")
    )
    assert liquidity - above == 500


def test_the_interest_year_does_not_move_working_capital(ironcalc_book: Workbook) -> None:
    found = case(ironcalc_book, days_in_year="365")
    base = case(ironcalc_book)
    for line in ("revolver.borrowing_base", "operating_cash"):
        assert values(found, line) == values(base, line)
    assert failing(found) == []
    assert untied(found) == []


def test_a_balance_reported_is_where_the_forecast_goes_on(ironcalc_book: Workbook) -> None:
    """With the quarter to June 2006 actual, its balances may be entered; the difference stands on a row of its own."""
    actual = {"fiscal.last_actual": "2006-06-30"}
    reported = {
        "revolver.balance_reported@2006-06": "9000",
        f"{NOTES}.balance_reported@2006-06": "34000",
        "real_estate_term_loan.balance_reported@2006-06": "14900",
        "cash.balance_reported@2006-06": "120",
    }
    before = ironcalc_book.recalculate(actual)
    found = ironcalc_book.recalculate({**actual, **reported})
    assert values(found, "revolver.closing")["2006-06"] == 9000
    assert values(found, "real_estate_term_loan.closing")["2006-06"] == 14900
    assert values(found, "real_estate_term_loan.libor.closing")["2006-06"] == pytest.approx(
        14900 * 11 / 15
    )
    assert values(found, "cash.closing")["2006-06"] == 120
    for line in ("revolver", NOTES, "real_estate_term_loan", "cash"):
        moved = values(found, f"{line}.adjustment")
        was = values(before, f"{line}.closing")["2006-06"]
        now = values(found, f"{line}.closing")["2006-06"]
        assert moved["2006-06"] == pytest.approx(now - was)
        assert sum(abs(x) for x in moved.values()) == pytest.approx(abs(now - was))
    assert values(found, f"{NOTES}.interest_expense")["2006-07"] == pytest.approx(340)
    conservation = [id_ for id_ in failing(found) if "conserved" in id_ or id_.startswith("cash")]
    assert conservation == []
    early = ironcalc_book.recalculate(reported)
    assert values(early, "revolver.adjustment")["2006-06"] == 0
    assert "revolver.reported_too_early" in alerts(early)


@pytest.mark.parametrize(
    ("settings", "check"),
    [
        ({"closing_date": "2006-03-15"}, "closing.not_before_schedule"),
        ({"closing_date": "2010-03-15"}, "closing.not_after_schedule"),
        (
            {"equipment_term_loan.maturity": "2006-05-31"},
            "equipment_term_loan.matures_after_drawing",
        ),
        ({f"{NOTES}.maturity": "2006-01-01"}, f"{NOTES}.matures_after_issue"),
        ({"revolver.maturity": "2006-05-15"}, "revolver.matures_after_start"),
        (
            {"equipment_term_loan.first_instalment": "2009-06-01"},
            "equipment_term_loan.instalments_before_maturity",
        ),
        ({"revolver.availability_reported": "17000"}, "revolver.availability_possible"),
    ],
)
def test_dates_and_amounts_that_cannot_be_together_are_said_so(
    lexington: Built, ironcalc_book: Workbook, settings: dict[str, str], check: str
) -> None:
    found = ironcalc_book.recalculate(settings)
    assert check in [*failing(found), *alerts(found)]
    build_model(lexington.text, settings)


def test_the_order_of_a_set_is_asked_only_in_its_blocks(tmp_path: Path) -> None:
    folder = tmp_path / "deal"
    shutil.copytree(SMALL, folder)
    text = (folder / "deal.yaml").read_text(encoding="utf-8")
    text = text.replace("'= SUM_EACH(shop.sales)'", "'= SUM_BEFORE(shop.sales)'")
    (folder / "deal.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        build_model(load(str(folder)), {})
    (problem,) = caught.value.problems
    assert problem.message == (
        "SUM_BEFORE adds up to the member of this block, which is not in the set 'shop'"
    )
    assert "for_each" in problem.hint
