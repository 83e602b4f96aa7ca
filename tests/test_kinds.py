"""Comparative periods by kind, as in a quarterly report, and leaves that are averages."""

from pathlib import Path

import pytest

from modelgen.evaluate.evaluate import evaluate
from modelgen.model.build import build_model
from modelgen.problem import ModelError
from modelgen.review.audit import audit
from modelgen.review.verify import verify
from modelgen.text.load import load
from modelgen.workbook.recalculate import Workbook
from modelgen.workbook.verdict import verdict_of
from tests.calendars import write_deal
from tests.calls import call, cell_of, typed
from tests.conftest import Built, build, needs_libreoffice

ENGINES = ["ironcalc", "formulas", pytest.param("libreoffice", marks=needs_libreoffice)]
BY_KIND = "comparatives: {flow: [Q3 FY2023], balance: [Q3 FY2023, Q4 FY2023]}"
CALENDAR = f"calendar: {{step: quarter, first: Q3 FY2024, last: Q2 FY2026, {BY_KIND}, weeks: {{year_end: nearest saturday to 01-31}}, fiscal_year: starts}}\n"  # fmt: skip
STATEMENTS = "Statements: {title: Statements, timeline: fiscal}"
PROFIT = "      profit: {label: Profit"
SHARES = """      shares: {label: Shares, unit: number, kind: average, leaf: true, forecast: '= shares[-1] + 1'}
      per_share: {label: Per share, unit: number, kind: ratio, formula: '= AS(number, profit) / shares'}
      turnover: {label: Turnover, unit: fraction, kind: ratio, formula: '= IF(cash > 0, net_sales / cash, "n/a")'}
      cash.twice: {label: Twice, unit: money, formula: '= cash + cash'}
      looked_up: {label: Looked up, unit: money, formula: '= IFERROR(VALUE_ON(net_sales, day_looked_up), AS(money, -1))'}
      cash.looked_up: {label: Looked up, unit: money, formula: '= VALUE_ON(cash, day_looked_up)'}
"""  # fmt: skip
DAY = "      growth: {label: Growth, unit: fraction"
LOOKED_UP = "      day_looked_up: {label: Day, unit: date, range: [2000-01-01, 2100-01-01], value: 2024-02-03, status: judgement, basis: A view}\n"  # fmt: skip
CHANGES = (
    (STATEMENTS, STATEMENTS[:-1] + ", bands: [ytd, fy]}"),
    (PROFIT, SHARES + PROFIT),
    (DAY, LOOKED_UP + DAY),
)
YEAR_AGO, YEAR_END, LAST = "2023-10-28", "2024-02-03", "2024-11-02"
FIGURES = [
    *(f"net_sales,{day},{n}" for day, n in ((YEAR_AGO, 90), (LAST, 180))),
    *(f"costs,{day},{n}" for day, n in ((YEAR_AGO, 70), (LAST, 140))),
    *(f"shares,{day},{n}" for day, n in ((YEAR_AGO, 4), (LAST, 10))),
    *(f"cash,{day},{n}" for day, n in ((YEAR_AGO, 5), (YEAR_END, 8), (LAST, 16))),
    "net_sales,9M FY2024,500",
    "costs,9M FY2024,400",
    "shares,9M FY2024,8",
    "shares,FY2025,20",
]


def ten_q(
    folder: Path,
    figures: list[str] = FIGURES,
    changes: tuple[tuple[str, str], ...] = (),
    calendar: str = CALENDAR,
    more: str = "",
) -> Path:
    return write_deal(folder, calendar, LAST, figures, more=more, changes=(*CHANGES, *changes))


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("kinds")
    return build(ten_q(folder), folder / "book.xlsx")


@pytest.fixture(scope="module")
def lines(quarter: Built) -> dict[str, list[object]]:
    report = Workbook(quarter.path, "ironcalc").recalculate({}).report([])
    return {id_: line.get("values", [line.get("value")]) for id_, line in report["lines"].items()}


def test_a_line_has_values_in_the_comparatives_of_its_kind(lines: dict[str, list[object]]) -> None:
    assert lines["net_sales"][:3] == [90, None, 180]
    assert lines["profit"][:3] == [20, None, 40]
    assert lines["cash"][:3] == [5, 8, 16]
    assert lines["cash.twice"][:3] == [10, 16, 32]
    assert lines["turnover"][:3] == [18, None, 11.25]
    assert lines["per_share"][:3] == [5, None, 4]


def test_what_is_for_another_kind_is_not_read_as_zero(
    quarter: Built, lines: dict[str, list[object]]
) -> None:
    ends = quarter.model.timelines["fiscal"].columns
    growth = lines["growth.of_sales"]
    assert (str(ends[3]), growth[2], growth[3]) == ("2025-02-01", 1.0, "n/a")
    assert lines["looked_up"][2] == -1
    assert lines["cash.looked_up"][2] == 8
    book = Workbook(quarter.path, "ironcalc")
    for day, found in ((YEAR_AGO, 90), (LAST, 180), (YEAR_END, -1)):
        report = book.recalculate({"day_looked_up": day}).report(["looked_up"])
        assert report["lines"]["looked_up"]["values"][2] == found
    unguarded = ("IFERROR(VALUE_ON(net_sales, day_looked_up), AS(money, -1))", "VALUE_ON(net_sales, day_looked_up)")  # fmt: skip
    deal = ten_q(quarter.path.parent / "unguarded", changes=(unguarded,))
    with pytest.raises(ModelError, match="'looked_up' is an error in the period ending"):
        evaluate(build_model(load(str(deal))))


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_agrees(engine: str, quarter: Built) -> None:
    proof = verify(quarter.written, engine)
    assert (proof.differing, proof.failure) == ((), "")


def test_the_workbook_is_clean_and_reads_back(quarter: Built) -> None:
    assert audit(quarter.path).findings == ()
    verdict = verdict_of(Workbook(quarter.path, "ironcalc").recalculate({}))
    assert (verdict.ok, verdict.overtyped, verdict.lost, verdict.unreadable) == (True, (), (), ())
    with pytest.raises(ModelError, match="net_sales: it has no period 2024-02-03"):
        Workbook(quarter.path, "ironcalc").recalculate({"net_sales@2024-02-03": 5})
    with pytest.raises(ModelError, match="net_sales: it has no period 2024-02-03"):
        build_model(quarter.text, {"net_sales@2024-02-03": 5})


def test_a_value_typed_where_none_belongs_is_named(quarter: Built, tmp_path: Path) -> None:
    sheet, cell = cell_of(quarter.path, "profit", -2)
    leaf = cell_of(quarter.path, "actual.net_sales", -2)
    file = typed(quarter.path, tmp_path / "typed.xlsx", {(sheet, cell): 7, leaf: 7})
    said = call("check", file, "--engine", "ironcalc", "--json")
    assert (said.code, said.json["ok"]) == (1, False)
    named = [(o["cell"], o["id"], o["was"], o["now"]) for o in said.json["overtyped"]]
    assert (f"{sheet}!{cell}", "profit", "nothing", "7") in named
    assert "should be blank: the comparative period is not for its kind" in str(said.json)


def test_an_average_is_given_or_that_of_its_periods(
    quarter: Built, lines: dict[str, list[object]]
) -> None:
    ytd = [str(day) for day in quarter.model.timelines["fiscal.ytd"].columns]
    assert ytd[:4] == [YEAR_AGO, LAST, "2025-02-01", "2025-05-03"]
    assert lines["ytd.shares"][:4] == ["n/a", 8, "n/a", 12]  # not, given, not whole, one quarter
    assert lines["ytd.shares"][4:6] == [12.5, 13]
    years = [str(day) for day in quarter.model.timelines["fiscal.fy"].columns]
    assert years[:2] == ["2025-02-01", "2026-01-31"]
    # What is given for a year holds even if its quarters, here 12 to 15, are all there.
    assert lines["fy.shares"][1] == 20
    assert lines["ytd.per_share"][1] == 12.5
    profit = lines["fy.profit"][1]
    assert isinstance(profit, float)
    assert lines["fy.per_share"][1] == profit / 20
    assert {f.line: f.feeds for f in quarter.model.figures}["fy.shares"] is True


REFUSED = {
    "a flow where only balances are": ("net_sales,Q4 FY2023,500", "'net_sales' is a flow, but the comparative period ending 2024-02-03 is only for balances"),
    "an average": ("shares,2024-02-03,500", "'shares' is an average, but the comparative period ending 2024-02-03 is only for balances"),
    "a computed line": ("profit,Q4 FY2023,500", "'profit' has no value in the comparative period ending 2024-02-03"),
    "a ratio of both": ("turnover,Q4 FY2023,500", "'turnover' has no value in the comparative period ending 2024-02-03"),
}  # fmt: skip


@pytest.mark.parametrize("case", list(REFUSED))
def test_a_figure_of_another_kind_is_refused(case: str, tmp_path: Path) -> None:
    row, message = REFUSED[case]
    with pytest.raises(ModelError) as caught:
        build_model(load(str(ten_q(tmp_path, [*FIGURES, row]))))
    assert len(caught.value.problems) == 1
    first = str(caught.value).splitlines()[0]
    assert first.partition("figures.csv:")[2] == f"{len(FIGURES) + 2}:1: {message}"


def test_a_balance_where_only_flows_are_is_refused_and_so_is_a_value(tmp_path: Path) -> None:
    calendar = CALENDAR.replace(BY_KIND, "comparatives: {flow: [Q3 FY2023]}")
    rows = [row for row in FIGURES if row.split(",")[:2] != ["cash", YEAR_END]]
    day = ("value: 2024-02-03", "value: 2024-11-02")
    with pytest.raises(ModelError) as caught:
        build_model(load(str(ten_q(tmp_path / "flow", rows, (day,), calendar))))
    assert caught.value.problems[0].message == (
        "'cash' is a balance, but the comparative period ending 2023-10-28 is only for flows"
    )
    deal = ten_q(tmp_path / "value")
    text = (deal / "deal.yaml").read_text("utf-8")
    value = "  costs: {values: {Q4 FY2023: '7'}, status: judgement, basis: A view}\n"
    (deal / "deal.yaml").write_text(text + value, encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        build_model(load(str(deal)))
    assert [p.message for p in caught.value.problems] == [
        "'costs' is a flow, but the comparative period ending 2024-02-03 is only for balances"
    ]


WRONG = {
    "comparatives: {flows: [Q3 FY2023]}": "'flows' is not a key of the comparatives by kind",
    "comparatives: {flow: Q3 FY2023}": "'flow' should be a list",
    "comparatives: Q3 FY2023": "'comparatives' should be a list",
    "comparatives: {balance: [FY2023]}": "'FY2023' is not a quarter, as the periods are",
    "comparatives: {flow: [Q3 FY2023, 2023-10-28]}": "the comparative period ending 2023-10-28 is given twice",
    "comparatives: {balance: [Q4 FY2024]}": "the comparative period ending 2025-02-01 is not before the first",
}  # fmt: skip


@pytest.mark.parametrize("text", list(WRONG))
def test_comparatives_that_are_none_are_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        build_model(load(str(ten_q(tmp_path, [], calendar=CALENDAR.replace(BY_KIND, text)))))
    assert [p.message for p in caught.value.problems] == [WRONG[text]]
    assert str(caught.value).partition("deal.yaml:")[2].startswith("9:")


def test_a_timeline_of_its_own_takes_them_by_kind(tmp_path: Path) -> None:
    calendar = CALENDAR.replace(f"{BY_KIND}, ", "")
    more = f"timelines: {{fiscal: {{first: Q3 FY2024, last: Q2 FY2026, {BY_KIND}}}}}\n"
    values = evaluate(build_model(load(str(ten_q(tmp_path, calendar=calendar, more=more))))).values
    assert values["actual.net_sales"][0, :3].tolist() == [90, None, 180]
    assert values["cash"][0, :3].tolist() == [5, 8, 16]


def test_a_list_holds_for_every_kind(tmp_path: Path) -> None:
    calendar = CALENDAR.replace(BY_KIND, "comparatives: [Q3 FY2023, Q4 FY2023]")
    with pytest.raises(ModelError) as caught:
        build_model(load(str(ten_q(tmp_path, calendar=calendar))))
    assert [p.message for p in caught.value.problems] == [
        f"no figure feeds '{line}' in 1 actual period to 2024-02-03"
        for line in ("costs", "net_sales", "shares")
    ]


def test_the_quarter_that_ships_ties_and_is_clean(tmp_path: Path) -> None:
    built = build("buckle-2024q3", tmp_path / "buckle.xlsx")
    assert len(built.model.figures) == 144
    values = built.evaluation.values
    assert values["model.ok"][0, 0] == 1
    for kind in ("basic", "diluted"):
        shares, per_share = values[f"ytd.shares.{kind}"][0], values[f"ytd.eps.{kind}"][0]
        for column in (0, 1):
            income = values["ytd.net_income"][0, column]
            assert per_share[column] == income / shares[column]
    assert audit(built.path).findings == ()
    proof = verify(built.written, "formulas")
    assert (proof.differing, proof.failure) == ((), "")
