"""The deal's calendar: its timelines' periods, as live formulas in every engine; what it refuses, and why."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelgen.dates import from_serial
from modelgen.evaluate.evaluate import evaluate
from modelgen.fiscal import MONTHS, WEEKDAYS
from modelgen.model.build import build_model
from modelgen.problem import ModelError
from modelgen.review.verify import verify
from modelgen.roundtrip.pull import pull
from modelgen.text.load import load
from modelgen.workbook.recalculate import Workbook
from tests.calendars import write_deal
from tests.conftest import Built, build, needs_libreoffice

WEEKS = "calendar: {step: quarter, first: Q3 FY2024, last: FY2025, comparatives: [Q3 FY2023], weeks: {year_end: nearest saturday to 01-31}, fiscal_year: starts}\n"  # fmt: skip
MARCH = "calendar: {step: quarter, ends: 03-31, first: Q1 FY2025, last: FY2027}\n"
LIST = "calendar: {step: quarter, ends: 01-31, fiscal_year: starts, periods: [2024-11-02, 2025-02-01, 2025-05-03, 2025-08-02], comparatives: [2023-10-28]}\n"  # fmt: skip
YEAR = "calendar: {step: year, ends: 06-30, first: 2024, last: 2028}\n"
MONTH = "calendar: {step: month, ends: 09-30, first: 2024-05, last: 2025-12}\n"
CALENDARS = {
    "weeks": (WEEKS, "2024-11-02", "2023-10-28"),
    "march": (MARCH, "2024-06-30", None),
    "list": (LIST, "2024-11-02", "2023-10-28"),
    "year": (YEAR, "2024-06-30", None),
    "month": (MONTH, "2024-05-31", None),
}


def leaves(period: str | None, *values: int) -> list[str]:
    """The rows of figures that feed the leaves of a small deal in a period."""
    lines = ("net_sales", "costs", "cash")
    return [f"{line},{period},{v}" for line, v in zip(lines, values, strict=True) if period]


def made(name: str, folder: Path, more: str = "", due: str = "2025-06-30") -> Path:
    calendar, last_actual, before = CALENDARS[name]
    figures = [*leaves(before, 90, 70, 5), *leaves(last_actual, 100, 80, 10)]
    return write_deal(folder, calendar, last_actual, figures, more, due)


@pytest.fixture(scope="module", params=list(CALENDARS))
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp(request.param)
    return build(made(request.param, folder), folder / "book.xlsx")


def test_periods_are_as_the_calendar_says_and_follow_each_other(built: Built) -> None:
    holds(built.model.timelines, built.evaluation.values)


def holds(timelines: dict, values: dict) -> None:  # type: ignore[type-arg]
    """The workbook's formulas give the timelines' periods; they tile; months lie in a period and a year."""
    spans = {}
    for id_, timeline in timelines.items():
        ends = [from_serial(day) for day in values[f"{id_}.period_end"][0]]
        before = len(timeline.comparatives)
        starts = [from_serial(day) for day in values[f"{id_}.period_start"][0][before:]]
        assert ends == list(timeline.columns)
        assert [end + timedelta(days=1) for end in ends[before:-1]] == starts[1:]
        spans[id_] = (starts[0], ends[-1], set(ends))
    assert spans["monthly"][:2] == spans["fiscal"][:2]
    assert spans["yearly"][0] <= spans["fiscal"][0]
    assert spans["yearly"][1] >= spans["fiscal"][1]
    months = {from_serial(day) for day in values["monthly.fiscal_end"][0]}
    assert months <= spans["fiscal"][2]
    assert {from_serial(day) for day in values["monthly.year_end"][0]} == spans["yearly"][2]
    assert not values["monthly.outside_fiscal"].any()
    assert not values["monthly.outside_yearly"].any()


def test_a_workbook_as_built_has_no_formula_overtyped(built: Built) -> None:
    assert pull(Workbook(built.path, "ironcalc").recalculate({}), built.model).formulas == []


def test_what_falls_due_in_a_month_falls_in_its_fiscal_year(built: Built) -> None:
    values, yearly = built.evaluation.values, built.model.timelines["yearly"]
    due = date(2025, 6, 30)
    year = next(n for n, end in enumerate(yearly.periods) if due <= end)
    assert values["due.of_year"][0].tolist() == [
        float(n == year) for n in range(len(yearly.periods))
    ]
    before = len(built.model.timelines["fiscal"].comparatives)
    total = values["interest"].sum()
    assert (
        values["interest.of_year"].sum() == values["interest.of_period"][0, before:].sum() == total
    )


LABELS = {
    "weeks": ["Q3 FY2023 A", "Q3 FY2024 A", "Q4 FY2024 F", "Q1 FY2025 F", "Q2 FY2025 F", "Q3 FY2025 F", "Q4 FY2025 F"],
    "list": ["Q3 FY2023 A", "Q3 FY2024 A", "Q4 FY2024 F", "Q1 FY2025 F", "Q2 FY2025 F"],
    "year": ["FY2024 A", "FY2025 F", "FY2026 F", "FY2027 F", "FY2028 F"],
}  # fmt: skip


@pytest.mark.parametrize("name", list(LABELS))
def test_periods_are_labelled_by_the_fiscal_year(name: str, tmp_path: Path) -> None:
    model = build_model(load(str(made(name, tmp_path))))
    assert evaluate(model).values["fiscal.label"][0].tolist() == LABELS[name]


@pytest.mark.parametrize(
    "engine", ["ironcalc", "formulas", pytest.param("libreoffice", marks=needs_libreoffice)]
)
def test_every_engine_computes_every_calendar(engine: str, built: Built) -> None:
    proof = verify(built.written, engine)
    assert (proof.differing, proof.failure) == ((), "")


REFUSED = {
    "neither ends nor list": ("{step: quarter, first: Q1 FY2025}", "a calendar needs first and last, or periods"),
    "an unknown key": ("{step: quarter, first: 2025, last: 2026, end: 03-31}", "'end' is not a key of a calendar"),
    "an unknown step": ("{step: week, first: 2025, last: 2026}", "'week' is not one of month, quarter, year"),
    "no year end": ("{step: quarter, ends: 03-30, first: 2025, last: 2026}", "'03-30' is not the last day of a month: write month-day, as in 03-31; for other days, give weeks or periods"),
    "a leap year's end": ("{step: quarter, ends: 02-29, first: 2025, last: 2026}", "'02-29' is not the last day of a month: write month-day, as in 03-31 (February ends on 02-28 here); for other days, give weeks or periods"),
    "no rule for weeks": ("{step: quarter, first: 2025, last: 2026, weeks: {year_end: first saturday of march}}", "'first saturday of march' is no rule: write nearest saturday to 01-31, or last saturday of january"),
    "weeks and a list": ("{step: quarter, weeks: {year_end: last friday of june}, periods: [2024-06-28]}", "give either weeks or periods, not both"),
    "weeks of another month": ("{step: quarter, ends: 03-31, first: 2025, last: 2026, weeks: {year_end: last friday of june}}", "weeks say when the year ends: leave out ends, or give the same month"),
    "no quarter's end": ("{step: quarter, ends: 03-31, first: 2024-07-31, last: 2026}", "2024-07-31 is not the end of a quarter in a fiscal year that ends in March"),
    "no day of a week": ("{step: quarter, first: 2024-10-31, last: 2026, weeks: {year_end: last saturday of january}}", "no period ends on 2024-10-31: the nearest day by the calendar is 2024-10-26"),
    "no month's end": ("{step: quarter, first: 2024-10-30, last: 2026}", "2024-10-30 is not the end of a month: a period is named by its last day"),
    "no period at all": ("{step: quarter, first: soon, last: 2026}", "'soon' is not a period: write FY2025, Q3 FY2024, H1 FY2024, 9M FY2024, 2024-08-04/2024-11-02, 2024-11-02 or 2024-11"),
    "last before first": ("{step: quarter, first: FY2026, last: FY2025}", "2025-12-31 is not the end of a quarter, counting from 2026-03-31"),
    "a comparative year of quarters": ("{step: quarter, first: FY2025, last: FY2026, comparatives: [FY2024]}", "'FY2024' is not a quarter, as the periods are"),
    "a comparative twice": ("{step: quarter, first: FY2025, last: FY2026, comparatives: [Q1 FY2024, 2024-03-31]}", "the comparative period ending 2024-03-31 is given twice"),
    "a list with a gap": ("{step: quarter, periods: [2024-12-28, 2025-06-28]}", "2025-06-28 is not a quarter after 2024-12-28"),
    "a list of other quarters": ("{step: quarter, ends: 01-31, periods: [2024-12-28]}", "2024-12-28 is not the end of a quarter in a fiscal year that ends in January"),
    "a thousand years": ("{step: month, first: 2000, last: 3000}", "the timeline 'fiscal' has more than 1,200 periods"),
}  # fmt: skip


@pytest.mark.parametrize("case", list(REFUSED))
def test_a_calendar_that_is_none_is_refused(case: str, tmp_path: Path) -> None:
    calendar, message = REFUSED[case]
    deal = write_deal(tmp_path, f"calendar: {calendar}\n", "2025-03-31", [])
    with pytest.raises(ModelError) as caught:
        build_model(load(str(deal)))
    first = str(caught.value).splitlines()[0]
    assert first.startswith(f"{deal}/deal.yaml:9:")
    assert first.partition(": ")[2] == message


def test_months_of_their_own_span_that_lie_in_no_period_are_counted(tmp_path: Path) -> None:
    more = "timelines: {monthly: {first: 2024-05, last: Q1 FY2028}}\n"
    model = build_model(load(str(made("march", tmp_path, more))))
    values = evaluate(model).values
    assert model.timelines["monthly"].periods[0] == date(2024, 5, 31)
    assert values["monthly.outside_fiscal"].sum() == values["monthly.outside_yearly"].sum() == 3
    assert [values[f"check.monthly.inside_{of}.holds"][0, 0] for of in ("fiscal", "yearly")] == [
        0,
        0,
    ]
    assert values["model.ok"][0, 0] == 1  # an alert


def test_timelines_that_no_sheet_runs_by_are_left_out(tmp_path: Path) -> None:
    deal = made("march", tmp_path)
    template = tmp_path / "template" / "template.yaml"
    text = template.read_text("utf-8")
    cut = text.index("  - sheet: Rates\n"), text.index("  - sheet: Statements\n")
    text = text[: cut[0]] + text[cut[1] :]
    for line in ("  Rates: {", "  Maturities: {", "      interest.of_period"):
        start = text.index(line)
        text = text[:start] + text[text.index("\n", start) + 1 :]
    template.write_text(text, encoding="utf-8")
    model = build_model(load(str(deal)))
    assert list(model.timelines) == ["fiscal"]
    assert not any(id_.startswith(("monthly.", "yearly.")) for id_ in model.items)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(["month", "quarter", "year"]),
    st.integers(1, 12),
    st.none() | st.tuples(st.integers(0, 6), st.booleans()),
    st.booleans(),
    st.integers(1995, 2060),
    st.integers(0, 3),
)
def test_any_calendar_s_formulas_give_its_periods(
    tmp_path: Path,
    step: str,
    month: int,
    weeks: tuple[int, bool] | None,
    starts: bool,
    year: int,
    more: int,
) -> None:
    last = (date(2023, month % 12 + 1, 1) - timedelta(days=1)).strftime("%m-%d")
    rule = f"ends: {last}"
    if weeks is not None:
        day, nearest = WEEKDAYS[weeks[0]], weeks[1]
        words = (
            f"nearest {day} to {last}" if nearest else f"last {day} of {MONTHS[month - 1].lower()}"
        )
        rule = f"weeks: {{year_end: {words}}}"
    called = "starts" if starts else "ends"
    calendar = f"calendar: {{step: {step}, {rule}, fiscal_year: {called}, first: {year}, last: {year + more}}}\n"
    deal = write_deal(tmp_path, calendar, "1990-01-01", [], due=f"{year}-06-15")
    model = build_model(load(str(deal)))
    values = evaluate(replace(model)).values
    holds(model.timelines, values)
    assert str(values["fiscal.label"][0, -1]).endswith(f"FY{year + more} F")


def test_the_change_on_a_year_before_reads_comparatives_and_periods(built: Built) -> None:
    values = built.evaluation.values
    sales, growth = values["net_sales"][0].tolist(), values["growth.of_sales"][0].tolist()
    columns = built.model.timelines["fiscal"].columns
    year_before = {(end - timedelta(days=15)).replace(day=1): n for n, end in enumerate(columns)}
    for n, end in enumerate(columns):
        month = (end - timedelta(days=15)).replace(day=1)
        before = year_before.get(month.replace(year=month.year - 1))
        if before is None:
            assert growth[n] == "n/a"
        else:
            assert growth[n] == pytest.approx(sales[n] / sales[before] - 1, rel=1e-12)


def test_no_change_on_what_is_not_positive(tmp_path: Path) -> None:
    figures = [*leaves("2023-10-28", 0, 70, 5), *leaves("2024-11-02", 100, 80, 10)]
    model = build_model(load(str(write_deal(tmp_path, WEEKS, "2024-11-02", figures))))
    assert evaluate(model).values["growth.of_sales"][0, :2].tolist() == ["n/a", "n/a"]
