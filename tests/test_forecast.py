"""The forecast as its users move it: drivers, scenarios, rolling in Excel, edges, and properties."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelgen.evaluate.evaluate import evaluate
from modelgen.evaluate.study import PASSES, STEPS
from modelgen.model.plain import Input
from modelgen.model.settings import set_inputs
from modelgen.review.verify import same, verify
from modelgen.text.setting import settings_of
from modelgen.verdict import HOUSEKEEPING
from modelgen.workbook.contents import read_contents
from modelgen.workbook.recalculate import Recalculation, Workbook
from tests.calls import failing, untied
from tests.conftest import Built, build

FIGURES_OF_ACTUALS = 147
SCENARIOS = ["base", "downside", "rates_up", "both", "realised", "stress", "year_ago"]


@pytest.mark.parametrize("scenario", range(1, 8))
def test_tie_outs_and_checks_hold_in_every_scenario(ironcalc_book: Workbook, scenario: int) -> None:
    found = ironcalc_book.recalculate({"scenario.selected": str(scenario)})
    assert (untied(found), failing(found)) == ([], [])
    assert len(found.directory.figures) == FIGURES_OF_ACTUALS


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("engine", ["ironcalc", pytest.param("formulas", marks=pytest.mark.slow)])
def test_every_cell_agrees_in_every_scenario(tmp_path: Path, name: str, engine: str) -> None:
    number = SCENARIOS.index(name) + 1
    built = build("lexington-2006q1", tmp_path / "out.xlsx", {"scenario.selected": str(number)})
    assert verify(built.written, engine).differing == ()


def test_sums_of_months_equal_quarters_and_uses_equal_sources(lexington: Built) -> None:
    values = lexington.evaluation.values
    monthly = {
        "cash_flow.ebitda": "operations.ebitda",
        "cash_flow.interest": "service.interest",
        "cash_flow.notes": "subordinated_notes.interest_paid",
    }
    for quarterly, by_month in monthly.items():
        assert abs(values[quarterly][0, 1:].sum()) == pytest.approx(
            abs(values[by_month][0].sum()), rel=1e-12
        )
    assert values["cash_flow.end"][0, -1] == pytest.approx(values["cash.closing"][0, -1], abs=1e-9)


def drivers(built: Built) -> list[Input]:
    """The inputs that move something: all but dates, codes, the calendar and the rounding of checks."""
    fixed = {
        "months_in_quarter", "months_in_year", "fiscal.months", "half_month", "rounding.relative", "rounding.absolute",
    }  # fmt: skip
    return [
        item
        for item in built.model.inputs()
        if item.unit.kind == "number"
        and item.unit.id not in ("code", "count")
        and item.id not in fixed
        and not item.id.startswith("calendar.")
        and not item.id.endswith(".balance_reported")
        and item.leaf_of is None
    ]


# Inputs that matter only beside another: what puts them in force.
IN_FORCE = {
    "revolver.letter_of_credit_fee": {"letters_of_credit": "500"},
    "rubber.decremental_margin": {"sales.change": "-0.1"},
    "metals.decremental_margin": {"sales.change": "-0.1"},
    "libor_1m.floor": {"libor_1m.shift": "-0.1"},
    "equipment_term_loan.floor": {"libor_1m.shift": "-0.1"},
    "real_estate_term_loan.libor.floor": {"libor_1m.shift": "-0.1"},
    "real_estate_term_loan.prime.floor": {"prime.shift": "-0.1"},
    "revolver.floor": {"libor_1m.shift": "-0.1"},
    "take_out.floor": {"libor_1m.shift": "-0.1"},
    "subordinated_notes.arrears_rate": {"scenario.selected": "6"},
    "prime.floor": {"prime.shift": "-0.1"},
    "libor_1m.realised": {"rates.case": "2"},
    "prime.realised": {"rates.case": "2"},
}
# Checks that hold an input to what was published or to another input: no identities of the model.
NOT_IDENTITIES = {
    "funds_flow.balances", "debt_rises_by_expenses", "real_estate_term_loan.portions_funded",
    "real_estate_term_loan.portions_agree", "shares.admitted", "equipment_term_loan.funding_agrees",
}  # fmt: skip


# Every fourth driver, and the others where slow tests run.
PARTS = [slice(0, None, 4)] + [
    pytest.param(slice(first, None, 4), marks=pytest.mark.slow) for first in (1, 2, 3)
]


def moved(item: Input, up: bool) -> float:
    """A driver moved by 5%, one at zero by 5 points, 5 units or 5 days, a whole number by one; as far as
    its range goes.
    """
    value = item.values[-1] if not math.isnan(item.values[-1]) else 0.0
    step = value * 0.05 if value else 0.05 if item.unit.id == "fraction" else 5.0
    if item.allowed.whole:
        step = 1.0
    target = value + step if up else value - step
    least, most = item.allowed.least, item.allowed.most
    return min(max(target, target if least is None else least), target if most is None else most)


def set_(item: Input, up: bool) -> dict[str, str]:
    return {
        item.id if item.timeline is None else f"{item.id}@2007-03": repr(moved(item, up)),
        **IN_FORCE.get(item.id, {}),
    }


@pytest.mark.parametrize("part", PARTS)
def test_every_line_agrees_with_each_driver_moved(
    lexington: Built, ironcalc_book: Workbook, part: slice
) -> None:
    """Each driver moved up by 5%, or down from the end of its range: the evaluator against IronCalc, all
    lines, each with what was made at build as it was built."""
    model = lexington.model
    for item in drivers(lexington)[part]:
        up = item.allowed.most is None or item.values[-1] < item.allowed.most
        change = set_(item, up)
        items, _ = set_inputs(model.items, settings_of(change), model.timelines)
        ours = evaluate(replace(model, items={**model.items, **items}))
        theirs = ironcalc_book.recalculate(change)
        for id_, entry in theirs.directory.lines.items():
            expected = ours.values[id_][0][-len(entry.cells) :]
            found = [theirs.value(cell) for cell in entry.cells]
            assert all(
                same(e if isinstance(e, str) else float(e), f)
                for e, f in zip(expected, found, strict=True)
            ), (change, id_)


@pytest.mark.parametrize("part", PARTS)
def test_each_driver_moved_by_five_percent_breaks_no_identity_and_moves_some_output(
    lexington: Built, ironcalc_book: Workbook, part: slice
) -> None:
    unmoved = []
    tried = drivers(lexington)
    assert len(tried) > 60
    for item in tried[part]:
        scenario = item.id.split(".")[1] if item.id.startswith("scenario.") else None
        context = dict(IN_FORCE.get(item.id, {}))
        if scenario:
            context["scenario.selected"] = str(SCENARIOS.index(scenario) + 1)
        base = ironcalc_book.recalculate(context)
        before = {key: base.values[key] for key in base.contents.formulas}
        changed = False
        for up in (True, False):
            found = ironcalc_book.recalculate({**context, **set_(item, up)})
            assert set(failing(found)) <= NOT_IDENTITIES, (item.id, failing(found))
            changed |= any(not same(before[key], found.values[key]) for key in before)
        if not changed:
            unmoved.append(item.id)
    assert unmoved == []


def test_the_workbook_rolls_in_excel_alone(lexington: Built, tmp_path: Path) -> None:
    """The second quarter typed into Actuals and the date of the last actual period moved, by openpyxl; no rebuild."""
    typed = {
        "rubber.net_sales": 21070, "metals.net_sales": 3369, "cost_of_sales": 21300, "selling_and_administrative": 1567,
        "rubber.income_from_operations": 2445, "metals.income_from_operations": -235, "corporate.income_from_operations": -638,
        "interest_expense": -2590, "income_tax": -15, "income_discontinued": -69, "cash_from_operations": 500,
        "rubber.depreciation_and_amortization": 1600, "metals.depreciation_and_amortization": 220,
        "corporate.depreciation_and_amortization": 9, "rubber.capital_expenditures": 300, "metals.capital_expenditures": 60,
        "corporate.capital_expenditures": 1,
    }  # fmt: skip
    contents = read_contents(lexington.path)
    book = openpyxl.load_workbook(lexington.path)
    for id_, value in typed.items():
        area = contents.names[f"actual.{id_}"]
        book[area.sheet].cell(area.row, area.column + 1).value = value
    area = contents.names["fiscal.last_actual"]
    book[area.sheet].cell(area.row, area.column).value = 38898  # June 30, 2006
    rolled = tmp_path / "rolled.xlsx"
    book.save(rolled)
    for engine in ("ironcalc", "formulas"):
        found = Workbook(rolled, engine).recalculate({})
        lines = found.report()["lines"]
        second = lines["net_sales"]["periods"].index("2006-06-30")
        assert lines["fiscal.actual"]["values"][second] == 1
        assert lines["net_sales"]["values"][second] == 24439
        assert lines["income_from_operations"]["values"][second] == 1572
        assert lines["interest_expense"]["values"][second] == -2590
        assert lines["net_income"]["values"][second] == pytest.approx(1572 - 2590 - 15 - 69)
        # What follows goes on from the quarter typed in.
        assert lines["rubber.net_sales"]["values"][second + 1] == 21070
        assert lines["net_sales"]["values"][second + 1] == 24439
        assert failing(found) == []
        assert untied(found) == []  # the release's own date is the end of the first period


@pytest.mark.parametrize(
    "change",
    [
        {"receivables.days": "0", "inventories.days": "0"},
        {"revolver.commitment": "0"},
        {"cash.minimum": "30000"},
        {"equipment_term_loan.prepayment_requested@2007-06": "99999"},
        {"real_estate_term_loan.prepayment_requested@2007-12": "3000"},
        {"scenario.base.margin": "-0.5"},
        {"libor_1m.shift": "-0.1"},
    ],
)
def test_edges_build_and_hold(tmp_path: Path, change: dict[str, str]) -> None:
    built = build("lexington-2006q1", tmp_path / "out.xlsx", change)
    assert verify(built.written, "ironcalc").differing == ()
    found = Workbook(built.path, "ironcalc").recalculate({})
    assert failing(found) == []
    values = built.evaluation.values
    assert (values["cash.closing"] > -1e-6).all()
    if "scenario.base.margin" in change:
        assert set(values["credit.leverage"][0, 6:-1]) == {"n/a"}
    if change.get("libor_1m.shift"):
        assert (values["libor_1m.rate"] == 0).all()


def test_a_closing_date_at_a_months_middle_adapts_the_first_months_days(tmp_path: Path) -> None:
    built = build("lexington-2006q1", tmp_path / "out.xlsx", {"closing_date": "2006-05-16"})
    values = built.evaluation.values
    assert values["equipment_term_loan.days"][0, 0] == 15
    assert values["operations.part"][0, 0] == pytest.approx(15 / 31)
    assert values["equipment_term_loan.interest"][0, 0] == pytest.approx(
        12500 * (0.0511063 + 0.045) * 15 / 360
    )
    assert values["interest_before_closing"][0, 2] == pytest.approx(2278 * 46 / 90)
    assert verify(built.written, "ironcalc").differing == ()
    assert failing(Workbook(built.path, "ironcalc").recalculate({})) == []


def total(found: Recalculation, id_: str) -> float:
    return float(sum(found.report([id_])["lines"][id_]["values"]))


fast = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@fast
@given(low=st.floats(-0.05, 0.1), more=st.floats(0, 0.1), scenario=st.integers(1, 6))
def test_more_libor_never_lowers_interest_accrued(
    ironcalc_book: Workbook, low: float, more: float, scenario: int
) -> None:
    def interest(shift: float) -> float:
        change = {"libor_1m.shift": repr(round(shift, 6)), "scenario.selected": str(scenario)}
        return total(ironcalc_book.recalculate(change), "interest.accrued")

    assert interest(low + more) >= interest(low) - 1e-6


@fast
@given(amount=st.floats(0, 8000), more=st.floats(0, 4000), month=st.integers(7, 12))
def test_more_prepayment_never_raises_term_interest(
    ironcalc_book: Workbook, amount: float, more: float, month: int
) -> None:
    def interest(prepaid: float) -> float:
        change = {
            f"real_estate_term_loan.prepayment_requested@2006-{month:02d}": repr(round(prepaid, 2))
        }
        return total(ironcalc_book.recalculate(change), "real_estate_term_loan.interest")

    assert interest(amount + more) <= interest(amount) + 1e-6


@fast
@given(days=st.integers(0, 90), scenario=st.integers(1, 6), letters=st.integers(0, 3000))
def test_availability_never_exceeds_the_lesser_of_commitment_and_base(
    ironcalc_book: Workbook, days: int, scenario: int, letters: int
) -> None:
    change = {
        "receivables.days": str(days),
        "scenario.selected": str(scenario),
        "letters_of_credit": str(letters),
    }
    found: dict[str, Any] = ironcalc_book.recalculate(change).report()["lines"]
    rows = (
        found[f"revolver.{line}"]["values"]
        for line in ("availability", "borrowing_base", "closing", "draw")
    )
    for available, pool, loans, draw in zip(*rows, strict=True):
        assert available <= min(17500, pool) - loans - letters + 1e-6 or available == 0
        assert draw >= 0


def test_a_grid_holds_what_a_recalculation_gives(lexington: Built, ironcalc_book: Workbook) -> None:
    grids = lexington.model.grids
    wanted = ["least_liquidity", "least_fixed_charge_coverage", "first_year_interest"]
    assert [grid.result for grid in grids] == wanted
    down_input, across_input = grids[0].down, grids[0].across
    assert all((grid.down, grid.across) == (down_input, across_input) for grid in grids)
    for row, down in enumerate(grids[0].down_values):
        for column, across in enumerate(grids[0].across_values):
            change = {down_input: repr(down), across_input: repr(across)}
            lines = ironcalc_book.recalculate(change).report(wanted)["lines"]
            for grid in grids:
                cell = lexington.evaluation.cell(grid.cells[row][column], None)
                found = lines[grid.result]["value"]
                assert cell == pytest.approx(found, rel=1e-9), (grid.result, change)


def test_a_limit_fails_at_its_solved_change_and_holds_just_before(tmp_path: Path) -> None:
    """Solved to the width of the last pass: forty steps, three times over, of the way searched."""
    covenants = {
        "covenant.leverage": "5.5",
        "covenant.interest_coverage": "1.5",
        "covenant.fixed_charge_coverage": "1.1",
    }
    built = build("lexington-2006q1", tmp_path / "out.xlsx", covenants)
    book = Workbook(built.path, "ironcalc")
    (limits,) = built.model.limits
    solved = 0
    for row, id_ in enumerate(limits.fails):
        for column, (moved_input, to) in enumerate(limits.moved):
            change = built.evaluation.cell(limits.cells[row][column], None)
            width = abs(to) / STEPS**PASSES * 1.01

            def fails(value: float, id_: str = id_, moved_input: str = moved_input) -> bool:
                line = book.recalculate({moved_input: repr(value)}).report([id_])["lines"][id_]
                return bool(line["value"] == 1)

            if isinstance(change, str):
                assert not fails(to), (id_, moved_input)
                continue
            solved += 1
            assert fails(change), (id_, moved_input, change)
            assert not fails(change - width if to > 0 else change + width), (
                id_,
                moved_input,
                change,
            )
    assert solved >= 6


def test_the_sensitivities_go_stale_when_an_input_differs_the_selector_among_them(
    ironcalc_book: Workbook,
) -> None:
    def stale(change: dict[str, str]) -> tuple[float, bool]:
        found = ironcalc_book.recalculate(change)
        current = all(
            found.value(c.holds) == 1 for c in found.directory.checks if c.kind == HOUSEKEEPING
        )
        return found.report(["stale_inputs"])["lines"]["stale_inputs"]["value"], current

    assert stale({}) == (0, True)
    assert stale({"scenario.selected": "3"}) == (1, False)
    assert stale({"libor_1m.shift": "0.0001"}) == (1, False)
    assert stale({"rubber.growth@2008-03": "0.01"}) == (1, False)
    assert stale({"rubber.margin_override@2008-03": "0"}) == (
        1,
        False,
    )  # a nil typed where there was a blank
    assert stale({"rubber.net_sales@2006-03-31": "21710", "cash.minimum": "1"}) == (2, False)


def test_the_dashboard_has_native_charts_with_titles_and_units(lexington: Built) -> None:
    import re
    import zipfile

    with zipfile.ZipFile(lexington.path) as archive:
        charts = [
            archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/charts/chart")
        ]
    assert len(charts) == len(lexington.model.sheets["Dashboard"].charts) == 8
    for chart in charts:
        texts = re.findall(r"<a:t>([^<]+)</a:t>", chart)
        assert len(texts) >= 2, texts  # a title, and the unit of the axis
        assert "#REF" not in chart


def test_slower_collection_and_tighter_suppliers_cost_cash(ironcalc_book: Workbook) -> None:
    """Customers stretch and suppliers tighten from one quarter on: cash goes, the balances at closing stay."""

    def found(change: dict[str, str]) -> dict[str, Any]:
        lines: dict[str, Any] = ironcalc_book.recalculate(change).report()["lines"]
        return lines

    base, month = found({}), 4  # September 2006, the first quarter end after the change
    for change, cost in (
        ({"receivables.days": "60"}, 24798 * 15 / 90),
        ({"payables.days": "20"}, 21059 * 15 / 90),
        ({"receivables.days_override@2006-09": "60"}, 24798 * 15 / 90),
        (
            {"receivables.days_override@2006-09": "60", "payables.days_override@2006-09": "20"},
            24798 * 15 / 90 + 21059 * 15 / 90,
        ),
    ):
        lines = found(change)
        for line in ("receivables.at_closing", "payables.at_closing", "revolver.base_at_closing"):
            assert lines[line]["value"] == base[line]["value"]
        released = [
            sum(report["operations.working_capital"]["values"][: month + 1])
            for report in (base, lines)
        ]
        assert released[0] - released[1] == pytest.approx(cost, rel=1e-9)
        before_maturity = base["liquidity"]["periods"].index("2009-05-31")
        least = [min(report["liquidity"]["values"][month:before_maturity]) for report in (base, lines)]  # fmt: skip
        assert least[1] < least[0]
    # What is stretched for a quarter comes back after it.
    once = found({"receivables.days_override@2006-09": "60"})["operations.working_capital"][
        "values"
    ]
    assert sum(once) == pytest.approx(sum(base["operations.working_capital"]["values"]))


def test_a_scenario_repeats_another_published_quarter(ironcalc_book: Workbook) -> None:
    """What it repeats is linked to the comparative column, not typed again."""
    names = [
        "segments.ebitda", "capital_expenditures", "income_tax", "segments.depreciation_and_amortization",
        "rubber.margin", "corporate.ebitda", "net_sales",
    ]  # fmt: skip
    lines = ironcalc_book.recalculate({"scenario.selected": "7"}).report(names)["lines"]
    comparative, last, first = (lines["net_sales"]["periods"].index(day) for day in ("2005-03-31", "2006-03-31", "2006-06-30"))  # fmt: skip
    for name in ("capital_expenditures", "income_tax", "segments.depreciation_and_amortization", "corporate.ebitda"):  # fmt: skip
        values = lines[name]["values"]
        assert values[first] == values[comparative], name
    assert lines["net_sales"]["values"][first] == lines["net_sales"]["values"][last]
    moved = {"rubber.capital_expenditures@2005-03-31": "2000", "scenario.selected": "7"}
    capital = ironcalc_book.recalculate(moved).report(["capital_expenditures"])["lines"]
    values = capital["capital_expenditures"]["values"]
    assert values[first] == values[comparative] != lines["capital_expenditures"]["values"][first]
