"""The longer periods right of the periods: sums, last days and formulas again; n/a where periods lack."""

from datetime import timedelta
from pathlib import Path

import pytest

from modelgen.dates import from_serial
from modelgen.model.build import build_model
from modelgen.problem import ModelError
from modelgen.review.audit import audit
from modelgen.review.verify import verify
from modelgen.text.load import load
from modelgen.workbook.recalculate import Workbook
from modelgen.workbook.verdict import verdict_of
from tests.calendars import write_deal
from tests.conftest import Built, build, needs_libreoffice
from tests.test_calendar import CALENDARS, LIST, MARCH, MONTH, YEAR, leaves

BANDS = (
    ("Statements: {title: Statements, timeline: fiscal}", "Statements: {title: Statements, timeline: fiscal, bands: [ytd, fy, ltm]}"),
    ("Rates: {title: Months, timeline: monthly,", "Rates: {title: Months, timeline: monthly, bands: [fy],"),
)  # fmt: skip
TEN_Q = "calendar: {step: quarter, first: Q3 FY2024, last: FY2026, comparatives: [Q3 FY2023], weeks: {year_end: nearest saturday to 01-31}, fiscal_year: starts, bands: {fy: [FY2023]}}\n"  # fmt: skip
FIGURES = [
    *leaves("Q3 FY2023", 90, 70, 5),
    *leaves("Q3 FY2024", 180, 140, 10),
    "profit,Q3 FY2024,40",
    "net_sales,9M FY2024,500",
    "costs,9M FY2024,400",
    "profit,9M FY2024,100",
    "net_sales,9M FY2023,400",
    "costs,9M FY2023,300",
    "net_sales,FY2023,900",
]
NONE = "n/a"


def ten_q(folder: Path, figures: list[str] = FIGURES, calendar: str = TEN_Q) -> Path:
    return write_deal(folder, calendar, "2024-11-02", figures, changes=BANDS)


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("ten_q")
    return build(ten_q(folder), folder / "book.xlsx")


def test_nine_months_are_given_where_the_quarters_lack_and_tie(quarter: Built) -> None:
    values = quarter.evaluation.values
    assert values["actual.ytd.net_sales"][0, :3].tolist() == [400, 500, None]
    assert values["ytd.net_sales"][0, :3].tolist() == [
        400,
        500,
        NONE,
    ]  # nine months, then a year in part
    assert values["ytd.profit"][0, :3].tolist() == [100, 100, NONE]
    assert values["fy.net_sales"][0, :2].tolist() == [900, NONE]
    tied = {f.line: f.feeds for f in quarter.model.figures}
    assert tied["ytd.profit"] is False
    assert tied["ytd.net_sales"] is True
    assert values["model.ok"][0, 0] == 1


def test_a_flow_is_the_sum_a_balance_the_last_a_ratio_the_formula_again(quarter: Built) -> None:
    values, model = quarter.evaluation.values, quarter.model
    columns = model.timelines["fiscal"].columns
    sales, cash = values["net_sales"][0], values["cash"][0]
    years = model.timelines["fiscal.fy"].columns
    for n, end in enumerate(years[2:], 2):
        at = columns.index(end)
        assert values["fy.net_sales"][0, n] == pytest.approx(
            sales[at - 3 : at + 1].sum(), rel=1e-12
        )
        assert values["fy.cash"][0, n] == cash[at]
        profit, of_year = values["fy.profit"][0, n], values["fy.net_sales"][0, n]
        assert values["fy.margin"][0, n] == pytest.approx(profit / of_year, rel=1e-12)
    at = columns.index(model.timelines["fiscal.ltm"].columns[-2])
    twelve = values["ltm.net_sales"][0, -2]
    assert twelve == pytest.approx(sales[at - 3 : at + 1].sum(), rel=1e-12)
    assert values["ltm.net_sales"][0, :3].tolist() == [NONE] * 3
    assert values["ytd.growth.of_sales"][0, 1] == pytest.approx(500 / 400 - 1)
    assert values["fy.cash"][0, 0] == NONE


def test_years_stand_beside_months(quarter: Built) -> None:
    values, months = quarter.evaluation.values, quarter.model.timelines["monthly"].periods
    ends = quarter.model.timelines["monthly.fy"].periods
    assert values["fy.interest"][0, 0] == NONE
    for n, end in enumerate(ends[1:], 1):
        inside = [ends[n - 1] < month <= end for month in months]
        assert values["fy.interest"][0, n] == values["interest"][0, inside].sum()


def test_each_band_has_a_name_and_ends_of_its_own(quarter: Built) -> None:
    values = quarter.evaluation.values
    assert values["fiscal.fy.label"][0].tolist() == ["FY2023", "FY2024", "FY2025", "FY2026"]
    assert values["fiscal.ytd.label"][0, :4].tolist() == [
        "9M FY2023",
        "9M FY2024",
        "FY2024",
        "3M FY2025",
    ]
    for id_, timeline in quarter.model.timelines.items():
        assert [from_serial(day) for day in values[f"{id_}.period_end"][0]] == list(
            timeline.columns
        )


@pytest.mark.parametrize("name", ["march", "list", "year", "month"])
def test_bands_of_any_calendar_hold_in_both_engines(name: str, tmp_path: Path) -> None:
    calendar = {"march": MARCH, "list": LIST, "year": YEAR, "month": MONTH}[name]
    _, last_actual, before = CALENDARS[name]
    figures = [*leaves(before, 90, 70, 5), *leaves(last_actual, 100, 80, 10)]
    built = build(
        write_deal(tmp_path, calendar, last_actual, figures, changes=BANDS), tmp_path / "x.xlsx"
    )
    values, timelines = built.evaluation.values, built.model.timelines
    for engine in ("ironcalc", "formulas"):
        proof = verify(built.written, engine)
        assert (proof.differing, proof.failure) == ((), "")
    periods, before_first = timelines["fiscal"].columns, len(timelines["fiscal"].comparatives)
    for band in ("fy", "ytd", "ltm"):
        for n, end in enumerate(timelines[f"fiscal.{band}"].columns):
            said = values[f"{band}.net_sales"][0, n]
            months = (
                12 if band != "ytd" else built.model.fiscal.into_year(built.model.fiscal.index(end))
            )
            start = built.model.fiscal.span(built.model.fiscal.index(end), months).first
            assert start is not None
            inside = [start <= day <= end for day in periods]
            step = {"month": 1, "quarter": 3, "year": 12}[timelines["fiscal"].step]
            if sum(inside) * step == months:
                assert said == pytest.approx(values["net_sales"][0, inside].sum(), rel=1e-12)
            else:
                assert said == NONE
    assert before_first == len(timelines["fiscal"].comparatives)
    assert timelines["fiscal.fy"].columns[0] >= periods[before_first] - timedelta(days=400)


@pytest.mark.parametrize(
    "engine", ["ironcalc", "formulas", pytest.param("libreoffice", marks=needs_libreoffice)]
)
def test_every_engine_computes_the_bands(engine: str, quarter: Built) -> None:
    proof = verify(quarter.written, engine)
    assert (proof.differing, proof.failure) == ((), "")


def test_the_workbook_of_bands_is_clean_and_reads_back(quarter: Built) -> None:
    assert audit(quarter.path).findings == ()
    found = Workbook(quarter.path, "ironcalc").recalculate({})
    verdict = verdict_of(found)
    assert (verdict.ok, verdict.overtyped, verdict.lost) == (True, (), ())
    series = found.report(["fy.net_sales"])["lines"]["fy.net_sales"]
    assert series["periods"] == ["2024-02-03", "2025-02-01", "2026-01-31", "2027-01-30"]
    assert series["values"][:2] == [900, NONE]
    more = Workbook(quarter.path, "ironcalc").recalculate({"ytd.net_sales@9M FY2024": 510})
    assert more.report(["ytd.profit"])["lines"]["ytd.profit"]["values"][1] == 110


REFUSED = {
    "fed though the periods are all there": (["net_sales,FY2025,800,feeds and ties"], "the periods beside 'fy.net_sales' make up this one, so no figure can feed it"),
    "fed though computed": (["profit,FY2023,100,feeds and ties"], "'fy.profit' is computed, so no figure can feed it"),
    "a half year in no band": (["net_sales,2024-05-05/2024-11-02,300,ties"], "'net_sales' runs by quarter, but this figure covers 6 months (2024-05-05/2024-11-02)"),
    "a year without a column": (["net_sales,FY2022,300,ties"], "'net_sales' runs by quarter, but this figure covers 12 months (FY2022)"),
}  # fmt: skip


@pytest.mark.parametrize("case", list(REFUSED))
def test_a_figure_that_a_band_cannot_take_is_refused(case: str, tmp_path: Path) -> None:
    rows, message = REFUSED[case]
    deal = ten_q(tmp_path)
    table = deal / "figures.csv"
    text = table.read_text("utf-8").splitlines()
    added = [f"{','.join(row.split(',')[:3])},report:99,{row.split(',')[3]}" for row in rows]
    lines = [f"{text[0]},role", *(f"{line}," for line in text[1:]), *added]
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        build_model(load(str(deal)))
    assert str(caught.value).splitlines()[0].partition(": ")[2] == message


def test_a_ratio_of_a_line_without_a_kind_has_no_band(tmp_path: Path) -> None:
    changes = (
        *BANDS,
        (
            "profit: {label: Profit, unit: money, kind: flow,",
            "profit: {label: Profit, unit: money,",
        ),
    )
    deal = write_deal(tmp_path, TEN_Q, "2024-11-02", FIGURES[:6], changes=changes)
    with pytest.raises(ModelError) as caught:
        build_model(load(str(deal)))
    said = [line for line in str(caught.value).splitlines() if "has no value" in line]
    assert len(said) == 3
    assert said[0].endswith(
        "'margin' has no value by fiscal year: its formula reads 'profit', which has none"
    )


def test_comparative_periods_of_a_band_must_be_its_periods(tmp_path: Path) -> None:
    for wrong, message in {
        "Q3 FY2023": "'Q3 FY2023' is no period of fiscal year",
        "FY2025": "the comparative period ending 2026-01-31 is not before the first",
        "soon": "'soon' is not a period",
    }.items():
        deal = ten_q(tmp_path / wrong, [], TEN_Q.replace("fy: [FY2023]", f"fy: [{wrong}]"))
        with pytest.raises(ModelError, match=r"deal\.yaml:9:") as caught:
            build_model(load(str(deal)))
        assert message in str(caught.value)
