"""What a lender reads: the headline, the events behind it, covenants, statistics and what the source contradicts.

The statistics and the earliest event are written out a second time in plain Python, from the months of the workbook.
"""

import itertools
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from modelgen.verdict import ALERT
from modelgen.workbook.recalculate import Recalculation, Workbook
from modelgen.workbook.verdict import verdict_of
from tests.calls import cell_of, failing, typed, untied
from tests.conftest import Built

INSTRUMENTS = [
    "equipment_term_loan", "real_estate_term_loan", "revolver", "subordinated_notes", "take_out",
]  # fmt: skip
LABELS = ["Equipment term loan", "Real estate term loan", "Revolving line of credit", "Subordinated notes", "Take-out facility"]  # fmt: skip
NOTHING = 1e-6
CURED = ", cured "


def lines_of(found: Recalculation) -> dict[str, Any]:
    lines: dict[str, Any] = found.report()["lines"]
    return lines


def headline(found: Recalculation) -> str:
    text: str = found.report(["key.can_pay"])["lines"]["key.can_pay"]["value"]
    return text


def alerts(found: Recalculation) -> list[str]:
    return [c.id for c in found.directory.checks if c.kind == ALERT and found.value(c.holds) != 1]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "Pays interest and principal when due; 52,800 is to be refinanced. Scenario: Base"),
        (
            {"scenario.selected": "6"},
            "Misses interest on the Subordinated notes on 1 Feb 2008 (1,025). Scenario: Stress",
        ),
        (
            {"scenario.selected": "7"},
            "Misses interest on the Subordinated notes on 1 Feb 2008 (865). Scenario: As the first quarter of 2005",
        ),
        # The cash that must be kept leaves too little for the coupon, until enough has been earned.
        (
            {"cash.minimum": "10000"},
            "Misses interest on the Subordinated notes on 1 Aug 2006 (1,025), cured Jan 2007. Scenario: Base",
        ),
        (
            {"letters_of_credit": "8000", "revolver.opening_balance": "9523"},
            "Over-advances the Revolving line of credit on 31 May 2006 (by 900), cured Jul 2006. Scenario: Base",
        ),
        (
            {"covenant.leverage": "4"},
            "Breaches the leverage covenant on 30 Jun 2006 (EBITDA lacks 2,274), cured Dec 2007. Scenario: Base",
        ),
        (
            {"receivables.days": "60", "payables.days": "20", "inventories.days": "60"},
            "Runs short of cash on 30 Jun 2006 (3,491), cured Dec 2006. Scenario: Base",
        ),
        (
            {"take_out.assumed": "2"},
            "Does not repay the Equipment term loan on 15 May 2009 (2,991), cured Sep 2009. "
            "Does not repay the Real estate term loan on 15 May 2009 (12,987). Scenario: Base",
        ),
        # A step of the model that fails is said before what it would say of the credit.
        (
            {"equipment_term_loan.commitment": "12000"},
            "The model does not hold: see Checks. Pays interest and principal when due; 52,300 is to be refinanced. Scenario: Base",
        ),
    ],
)
def test_the_headline_names_what_happens_first(
    ironcalc_book: Workbook, settings: dict[str, str], words: str
) -> None:
    assert headline(ironcalc_book.recalculate(settings)) == words


def test_an_error_anywhere_is_the_headline(lexington: Built, tmp_path: Path) -> None:
    """Dates that no period has, and inputs that cannot be read: typed as they are in a spreadsheet."""
    for name, value, words in (
        ("fiscal.last_actual", 38852, "The model is in error: see Checks. Scenario: Base"),
        ("scenario.base.quarter", 38533, "The model is in error: see Checks. Scenario: Base"),
        ("scenario.base.quarter", 38898, "The model does not hold: see Checks. Runs short of cash on 31 Mar 2007 (363). Scenario: Base"),
        ("closing_date", None, "Inputs cannot be read: see Stamp. Scenario: Base"),
        ("equipment_term_loan.instalment", "208", "Inputs cannot be read: see Stamp. Scenario: Base"),
    ):  # fmt: skip
        book = typed(
            lexington.path, tmp_path / "typed.xlsx", {cell_of(lexington.path, name): value}
        )
        engines = ("ironcalc", "formulas") if name == "fiscal.last_actual" else ("ironcalc",)
        for engine in engines:
            assert headline(Workbook(book, engine).recalculate({})) == words, (name, engine)


@dataclass(frozen=True)
class Event:
    first: date
    amount: float
    words: str


def months(lines: dict[str, Any], id_: str) -> list[tuple[date, float]]:
    row = lines[id_]
    return [(date.fromisoformat(p), v) for p, v in zip(row["periods"], row["values"], strict=True)]


def first_of(row: list[tuple[date, float]]) -> int | None:
    return next((n for n, (_, value) in enumerate(row) if value > NOTHING), None)


def events(lines: dict[str, Any], maturity: dict[str, date]) -> list[Event]:
    """The first of each event: of cash, of each revolving line, of each instrument's interest and principal."""
    found = []
    short = months(lines, "shortfall.closing")
    over = [(day, -value) for day, value in months(lines, "revolver.availability")]
    for row, words in ((short, "Runs short of cash"), (over, f"Over-advances the {LABELS[2]}")):
        at = first_of(row)
        if at is not None:
            found.append(Event(row[at][0], row[at][1], words))
    for name, label in zip(INSTRUMENTS, LABELS, strict=True):
        unpaid, owed = [], 0.0
        due, paid = (months(lines, f"{name}.interest_{what}") for what in ("due", "paid"))
        for (day, amount), (_, cash) in zip(due, paid, strict=True):
            owed += amount - cash
            unpaid.append((day.replace(day=1), owed))
        at = first_of(unpaid)
        if at is not None:
            found.append(Event(*unpaid[at], f"Misses interest on the {label}"))
        if name == "take_out":
            continue
        overdue = months(lines, f"{name}.unpaid")
        at = first_of(overdue)
        if at is not None:
            day = max(overdue[at][0].replace(day=1), maturity[name])
            found.append(Event(day, overdue[at][1], f"Does not repay the {label}"))
    return found


@pytest.mark.parametrize(
    "settings",
    [
        *({"scenario.selected": str(number)} for number in range(1, 8)),
        {"ebitda.shift": "-0.35"},
        {"ebitda.shift": "-0.6", "rates.shift": "0.05"},
        {"take_out.assumed": "2", "scenario.selected": "4"},
        {"letters_of_credit": "3000", "revolver.opening_balance": "16000"},
        {"rubber.margin_override@2007-03": "-0.5"},
        {"subordinated_notes.maturity": "2008-08-01", "take_out.assumed": "2"},
        {"revolver.maturity": "2007-06-15"},
        {"cash.minimum": "20000"},
    ],
)
def test_the_earliest_event_is_the_earliest_of_all_months(
    ironcalc_book: Workbook, settings: dict[str, str]
) -> None:
    found = ironcalc_book.recalculate(settings)
    report = found.report()
    lines = report["lines"]
    maturity = {
        name: date.fromisoformat(report["inputs"][f"{name}.maturity"]["value"])
        for name in INSTRUMENTS[:-1]
    }
    all_events = events(lines, maturity)
    said = lines["key.can_pay"]["value"]
    assert failing(found) == []
    if not all_events:
        assert "Pays interest and principal when due" in said
        assert lines["events.first"]["value"] == "none"
        return
    assert "Pays" not in said
    first = min(event.first for event in all_events)
    assert lines["events.first"]["value"] == first.isoformat()
    for event in all_events:
        named = f"{event.words} on {event.first.day} {event.first:%b %Y} ("
        assert (named in said) == (event.first == first), (named, said)
        if event.first == first:
            amount = said.split(named)[1].split(")")[0].removeprefix("by ").replace(",", "")
            assert abs(float(amount) - event.amount) <= 0.5
    assert alerts(found) != []


def quarter_of(day: date, ends: list[date]) -> date:
    return next(end for end in ends if day <= end)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"scenario.selected": "6"},
        {"scenario.selected": "7"},
        {"revolver.maturity": "2007-06-15"},
        {"closing_date": "2006-05-16"},
        {"rates.shift": "0.01", "ebitda.shift": "-0.3"},
    ],
)
def test_statistics_over_twelve_months(ironcalc_book: Workbook, settings: dict[str, str]) -> None:
    """Interest and fixed charges due of up to four whole quarters after closing, a year; EBITDA of up to four."""
    report = ironcalc_book.recalculate(settings).report()
    lines = report["lines"]
    start = date.fromisoformat(report["inputs"]["closing_date"]["value"])
    ends = [day for day, _ in months(lines, "ebitda") if day > date(2006, 1, 1)]
    by_day: dict[str, dict[date, Any]] = {
        id_: dict(months(lines, id_))
        for id_ in (
            "ebitda", "capital_expenditures", "income_tax", "credit.leverage", "credit.charges_basis",
            "credit.interest_coverage", "credit.fixed_charge_coverage",
        )
    }  # fmt: skip
    ebitda, capital = (
        [by_day[id_][end] for end in ends] for id_ in ("ebitda", "capital_expenditures")
    )
    interest, charges = dict.fromkeys(ends, 0.0), dict.fromkeys(ends, 0.0)
    for name in INSTRUMENTS:
        for day, due in months(lines, f"{name}.interest_due"):
            interest[quarter_of(day, ends)] += due
    for end in ends:
        charges[end] = interest[end]
    for name in INSTRUMENTS[:2]:
        for day, paid in months(lines, f"{name}.instalment_paid"):
            charges[quarter_of(day, ends)] += paid
    debt = dict(months(lines, "total_debt"))
    whole: list[date] = []
    for n, end in enumerate(ends):
        begins = ends[n - 1] + timedelta(1) if n else date(2006, 1, 1)
        if begins > start:
            whole.append(end)
            charges[end] -= by_day["income_tax"][end]
        ltm = sum(ebitda[max(0, n - 3) : n + 1]) / min(n + 1, 4) * 4
        spent = sum(capital[max(0, n - 3) : n + 1]) / min(n + 1, 4) * 4
        said = {key: by_day[f"credit.{key}"][end] for key in ("leverage", "interest_coverage", "fixed_charge_coverage")}  # fmt: skip
        expected = pytest.approx(debt[end] / ltm, rel=1e-9) if end >= start and ltm > 0 else "n/a"
        assert said["leverage"] == expected
        counted = whole[-4:]
        if not counted or ltm <= 0:
            assert said["interest_coverage"] == said["fixed_charge_coverage"] == "n/a"
            continue
        due = sum(interest[day] for day in counted) / len(counted) * 4
        fixed = sum(charges[day] for day in counted) / len(counted) * 4
        assert said["interest_coverage"] == pytest.approx(ltm / due, rel=1e-9)
        assert said["fixed_charge_coverage"] == pytest.approx((ltm - spent) / fixed, rel=1e-9)
        assert by_day["credit.charges_basis"][end] == (
            "12 months" if len(counted) == 4 else "annualised"
        )


def test_coverage_does_not_improve_when_interest_is_not_paid(ironcalc_book: Workbook) -> None:
    found = lines_of(ironcalc_book.recalculate({"scenario.selected": "6"}))
    first = found["credit.interest_due"]["periods"].index("2008-03-31")
    due, paid = (found[f"credit.{k}"]["values"] for k in ("interest_due", "cash_interest"))
    assert due[first] - paid[first] == pytest.approx(1025.31, abs=0.01)
    coverage = found["credit.interest_coverage"]["values"]
    assert coverage[first] == pytest.approx(coverage[first - 1], rel=0.02)


def test_debt_is_counted_to_the_last_maturity(ironcalc_book: Workbook) -> None:
    """A revolver that matures first ends neither the statistics nor the search for the worst month."""
    found = lines_of(ironcalc_book.recalculate({"revolver.maturity": "2007-06-15"}))
    values = found["credit.debt"]["values"]
    after = found["credit.debt"]["periods"].index("2007-06-30")
    assert min(values[after:]) > 34177
    assert "n/a" not in found["credit.leverage"]["values"][after:]
    assert found["least_liquidity"]["value"] == pytest.approx(
        min(v for d, v in months(found, "liquidity") if date(2006, 6, 1) < d < date(2009, 5, 15))
    )


def test_covenants_raise_alerts_and_are_off_at_zero(ironcalc_book: Workbook) -> None:
    names = ("covenant.leverage", "covenant.interest_coverage", "covenant.fixed_charge_coverage")
    off = lines_of(ironcalc_book.recalculate({}))
    for name in names:
        assert set(off[f"{name}.headroom"]["values"]) <= {"", None}
        assert not any(off[f"{name}.tested"]["values"])
    found = ironcalc_book.recalculate({names[0]: "4", names[1]: "2.1", names[2]: "1.4"})
    assert [a for a in alerts(found) if a.startswith("covenant.")] == [f"{n}.breached" for n in names]  # fmt: skip
    lines = lines_of(found)
    status = lines["model.status"]["value"]
    assert status == "All checks hold; 3 alerts: see Checks"
    periods = lines["credit.leverage"]["periods"]
    for name, first in zip(names, ("2006-06-30", "2006-09-30", "2006-09-30"), strict=True):
        tested = lines[f"{name}.tested"]["values"]
        assert (
            periods[tested.index(1)] == first
        )  # the first end after closing; for coverage, the first whole quarter's
    for n, day in enumerate(periods):
        ltm = lines["credit.ebitda_of_year"]["values"][n]
        if lines[f"{names[0]}.tested"]["values"][n]:
            cushion = ltm - lines["credit.debt"]["values"][n] / 4
            assert lines[f"{names[0]}.headroom"]["values"][n] == pytest.approx(cushion)
            assert (lines[f"{names[0]}.lack"]["values"][n] > 0) == (cushion < -NOTHING), day
    by_name = {name: lines[f"{name}.breach.first"]["value"] for name in names}
    assert by_name[names[0]] == "2006-06-30"


def test_the_first_twelve_months_run_from_closing(ironcalc_book: Workbook) -> None:
    for closing, last in (("2006-05-31", 1.0), ("2006-05-16", 16 / 31)):
        found = lines_of(ironcalc_book.recalculate({"closing_date": closing}))
        expected = 0.0
        for name in INSTRUMENTS:
            for n, (_, due) in enumerate(months(found, f"{name}.interest_due")[:13]):
                expected += due * (last if n == 12 else 1)
        assert found["first_year_interest"]["value"] == pytest.approx(expected, rel=1e-9)


def test_the_quarter_of_closing_is_a_full_quarter(ironcalc_book: Workbook) -> None:
    """Cash of April and May: EBITDA and tax, less interest as in the quarter before; no working capital."""

    def quarters(settings: dict[str, str], *ids: str) -> list[dict[date, float]]:
        lines = lines_of(ironcalc_book.recalculate(settings))
        return [dict(months(lines, id_)) for id_ in ids]

    second, third, first = date(2006, 6, 30), date(2006, 9, 30), date(2006, 3, 31)
    stub, *flows = quarters(
        {}, "cash_before_start", "cash_flow.operating", "cash_flow.interest", "cash_flow.notes",
        "cash_flow.capital_expenditures", "cash_from_operations",
    )  # fmt: skip
    operating, interest, notes, capital, cash = flows
    assert stub[second] == pytest.approx((3828 - 15) * 2 / 3 - 2278 * 61 / 90)
    for day in (second, third):
        after = operating[day] - capital[day] + interest[day] + notes[day]
        assert cash[day] == pytest.approx(after + stub[day])
    assert [day for day, value in stub.items() if value] == [second]
    # A closing a quarter later takes the interest of the quarter before it.
    later = {"closing_date": "2006-08-31"}
    expense, accrued = quarters(later, "interest_expense", "interest.accrued")
    assert expense[second] == pytest.approx(expense[first] * 91 / 90)
    month = sum(value for day, value in accrued.items() if day <= third)
    assert expense[third] == pytest.approx(expense[second] * 62 / 91 - month)


def test_what_the_release_contradicts_stands_beside_the_headline(ironcalc_book: Workbook) -> None:
    found = lines_of(ironcalc_book.recalculate({}))
    said = {
        id_.removeprefix("contradiction."): found[id_]["value"]
        for id_ in found
        if id_.startswith("contradiction.") and "value" in found[id_]
    }
    assert (said["capital"], said["capital_year_before"], said["depreciation"]) == (358, 1345, 1865)
    assert (said["ebitda"], said["ebitda_year_before"]) == (3828, 3472)
    assert (said["cash"], said["other"], said["other_year_before"]) == (113, -1422, -1298)
    assert said["cash_forecast"] == pytest.approx(1906, abs=1)
    assert said["cost_before"] == pytest.approx(2278 * 4 / 70349, abs=1e-6)
    assert said["cost_after"] == pytest.approx(0.1112, abs=5e-5)
    assert said["coverage"] < 1 < said["coverage_forecast"]
    # The need: what the facilities leave in May 2009 and the notes eleven weeks later.
    assert found["key.refinancing"]["value"] == pytest.approx(18623 + 34177)
    early = lines_of(ironcalc_book.recalculate({"subordinated_notes.maturity": "2008-08-01"}))
    assert early["key.refinancing"]["value"] == pytest.approx(18623 + 34177)


def test_the_sensitivities_show_risk(lexington: Built) -> None:
    """Worse with less EBITDA, and with higher rates while the revolver is drawn; every event's break-even."""
    model, values = lexington.model, lexington.evaluation
    liquidity, coverage, interest = (
        [[float(values.cell(id_, None)) for id_ in row] for row in grid.cells]
        for grid in model.grids
    )
    assert len({round(cell) for row in liquidity for cell in row}) > 40
    for grid in (liquidity, coverage):
        assert all(a < b for row, better in itertools.pairwise(grid) for a, b in zip(row, better, strict=True))  # fmt: skip
        assert all(a > b for row in grid for a, b in itertools.pairwise(row))
    assert all(a < b for row in interest for a, b in itertools.pairwise(row))
    (limits,) = model.limits
    solved = dict(zip(limits.fails, limits.cells, strict=True))
    ebitda, rates, _ = (values.cell(id_, None) for id_ in solved["events.happens"])
    assert -0.4 < float(ebitda) < -0.2
    assert 0.03 < float(rates) < 0.1


def test_each_quoted_case_still_ties(ironcalc_book: Workbook) -> None:
    for settings in ({"cash.minimum": "10000"}, {"covenant.leverage": "4"}, {"scenario.selected": "7"}):  # fmt: skip
        assert untied(ironcalc_book.recalculate(settings)) == []


def test_a_last_actual_date_inside_a_quarter_is_said_before_what_it_breaks(
    ironcalc_book: Workbook,
) -> None:
    found = verdict_of(ironcalc_book.recalculate({"fiscal.last_actual": "2006-05-15"}))
    sentences = list(found.details())
    assert sentences[0] == (
        "fails: fiscal.last_actual_inside (The date of the last actual period lies before the end of this "
        "period), difference 1 in the period ending 2006-06-30"
    )
    assert len(sentences) < 20 < len(found.errors)
