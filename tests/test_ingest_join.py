"""Several filings as one deal: quarters that follow on, restated figures, gaps, duplicates, other names, and rolls."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

import modelgen as mg
from modelgen.api.deals import roll_by_filing
from modelgen.ingest.deal import IngestedDeal, write_deal
from modelgen.ingest.document import Document
from modelgen.ingest.meaning import figures
from modelgen.ingest.read import read
from modelgen.ingest.reading import Reading
from modelgen.problem import ModelError
from modelgen.text.load import load
from tests.calls import call
from tests.companies import quarters, report
from tests.random_companies import company, page_of

Change = Callable[[str], str]


def filed(folder: Path, number: int, change: Change | None = None, yearly: bool = False) -> Path:
    """The report of a quarter as a file, its page changed."""
    page = report(quarters(), number, yearly=yearly)
    changed = change(page) if change else page
    assert change is None or changed != page
    folder.mkdir(exist_ok=True)
    path = folder / f"report{number}{'y' * yearly}.html"
    path.write_text(changed, encoding="utf-8")
    return path


def as_read(*paths: Path) -> list[tuple[Document, Reading]]:
    documents = [read(path) for path in paths]
    return [(document, figures(document)) for document in documents]


def built(deal: IngestedDeal, folder: Path) -> mg.Book:
    book = mg.build(deal.folder, folder / "book.xlsx")
    assert book.verdict.ok, str(book.verdict)
    return book


def test_four_quarters_repeat_their_season(tmp_path: Path) -> None:
    paths = [filed(tmp_path, n) for n in (8, 9, 10)] + [filed(tmp_path, 11, yearly=True)]
    book = built(write_deal(tmp_path / "deal", as_read(*paths)), tmp_path)
    sales = [v for v in book.recalc()["income.net_sales"].values if isinstance(v, (int, float))]
    made = [quarter.income["Net sales"] for quarter in quarters()[8:12]]
    assert sales[-8:] == pytest.approx(made * 2)


def test_a_restated_figure_of_an_earlier_filing_is_an_anomaly_that_names_the_later(
    tmp_path: Path,
) -> None:
    goods = quarters()[7].balances["Goodwill"]
    assets = quarters()[7].balances["Other assets"]

    def restated(page: str) -> str:
        """The year end's goodwill and other assets, one moved to the other by 7."""
        for label, old, new in (
            ("Goodwill", goods, goods - 7),
            ("Other assets", assets, assets + 7),
        ):
            head, row, tail = page.partition(f"<tr><td>{label}</td>")
            assert row
            cells, end, rest = tail.partition("</tr>")
            before, last, after = cells.rpartition(f">{old:,}<")
            assert last
            page = head + row + f"{before}>{new:,}<{after}" + end + rest
        return page

    paths = filed(tmp_path, 8), filed(tmp_path, 9, restated)
    deal = write_deal(tmp_path / "deal", as_read(*paths))
    said = call("ingest", *paths, "-o", tmp_path / "deal", "--json")
    assert said.code == 1  # each filing by itself is sure: what they disagree in is to be looked at
    for one in json.loads(said.out):
        assert [row["reason"] for row in one["deal"]["anomalies"]] == [a[2] for a in deal.anomalies]
        assert one["deal"]["notes"] == list(deal.notes)
        assert not one["anomalies"]
    reasons = [f"{printed}: {reason}" for _, printed, reason in deal.anomalies]
    assert len(reasons) == 2
    assert all("Restated: the later filing (filing_2, line " in reason for reason in reasons)
    assert any(f"prints {goods - 7:,} of the same period" in reason for reason in reasons)
    assert all(at.startswith("filing_1:") for at, _, _ in deal.anomalies)
    value = built(deal, tmp_path).recalc()["balance.goodwill"]["2024-12-31"]
    assert value == goods - 7
    for source in ("filing_1", "filing_2"):  # every numeral of both texts is accounted for
        covered = mg.coverage(deal.folder, deal.folder / f"{source}.txt", source=source)
        assert covered.complete, covered.report()
        assert bool(covered.anomalies) == (source == "filing_1")


@pytest.mark.parametrize(
    ("number", "old", "new", "off"),
    [
        (10, ">422<", ">432<", ["2024-12-31"]),
        (10, ">415<", ">425<", ["2025-09-30", "2025-12-31"]),
        (8, ">119<", ">129<", ["2025-03-31", "2025-06-30"]),
    ],
)
def test_only_the_periods_of_which_net_income_differs_have_a_difference(
    tmp_path: Path, number: int, old: str, new: str, off: list[str]
) -> None:
    """Nine months tell the third quarter and the fourth; those of the year before, its fourth alone."""

    def change(page: str) -> str:
        head, mark, cash = page.partition("STATEMENTS OF CASH FLOWS")
        assert old in cash
        return head + mark + cash.replace(old, new, 1)

    paths = [filed(tmp_path, n, change if n == number else None) for n in (8, 9, 10)]
    paths.append(filed(tmp_path, 11, yearly=True))
    deal = write_deal(tmp_path / "deal", as_read(*paths))
    otherwise = [
        printed for _, printed, why in deal.anomalies if "in the income statement (line" in why
    ]
    assert otherwise == [f"$ {new[1:-1]}"]
    rows = list(csv.DictReader((deal.folder / "figures.csv").open(encoding="utf-8")))
    told = [row for row in rows if row["line"] == "cash_flow.disagrees"]
    days = ["2024-12-31", *(f"2025-{day}" for day in ("03-31", "06-30", "09-30", "12-31"))]
    actual = [row for row in told if row["period"] in days and row["printed"] != "0"]
    assert [row["period"] for row in actual] == off
    assert all(row["printed"] in ("10", "(10)") for row in actual)
    result = built(deal, tmp_path).recalc()
    assert all(result["cash_flow.reported"][day] == 1 for day in days)


def test_a_filing_given_twice_counts_once(tmp_path: Path) -> None:
    path = filed(tmp_path, 9)
    deal = write_deal(tmp_path / "deal", as_read(path, path))
    assert [note for note in deal.notes if "it counts once" in note]
    assert (deal.folder / "filing.txt").exists()
    assert deal.figures == write_deal(tmp_path / "other", as_read(path)).figures
    built(deal, tmp_path)


def test_a_gap_between_filings_is_said(tmp_path: Path) -> None:
    deal = write_deal(tmp_path / "deal", as_read(filed(tmp_path, 8), filed(tmp_path, 10)))
    [note] = deal.notes
    assert "reports the period ended 2025-03-31" in note
    assert "a filing between is missing" in note
    built(deal, tmp_path)


def test_filings_in_two_currencies_are_not_joined(tmp_path: Path) -> None:
    other = filed(tmp_path, 9, lambda page: page.replace("$", "€"))
    with pytest.raises(ModelError, match="they cannot be joined"):
        write_deal(tmp_path / "deal", as_read(filed(tmp_path, 8), other))


def test_an_ingest_of_fewer_filings_leaves_no_text_of_the_others(tmp_path: Path) -> None:
    paths = [filed(tmp_path, 8), filed(tmp_path, 9)]
    write_deal(tmp_path / "deal", as_read(*paths))
    write_deal(tmp_path / "deal", as_read(paths[1]))
    texts = {path.name for path in (tmp_path / "deal").glob("*.txt")}
    assert texts == {"filing.txt"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda page: page.replace("Prepaid expenses", "Prepaid expenses and deposits", 1), "'Prepaid expenses' is 'Prepaid expenses and deposits' now"),
        (lambda page: page.replace("Net cash provided by operating", "Net cash provided by (used in) operating"), ""),
        (lambda page: page.replace("Operating activities:", "Cash flows from operations:"), ""),
        (lambda page: page.replace("Stock-based compensation", "Share awards"), ""),
    ],
    ids=["a name", "a parenthesis", "a heading", "a flow that no figure tells"],
)  # fmt: skip
def test_lines_that_are_worded_anew_still_tie(tmp_path: Path, change: Change, said: str) -> None:
    deal = write_deal(tmp_path / "deal", as_read(filed(tmp_path, 8), filed(tmp_path, 9, change)))
    assert not deal.anomalies
    assert not said or any(said in note for note in deal.notes)
    book = built(deal, tmp_path)
    assert sum(tie.ties for tie in book.verdict.ties) == deal.figures


def test_one_id_for_two_names_in_the_map_joins_them(tmp_path: Path) -> None:
    def change(page: str) -> str:
        return page.replace("Stock-based compensation", "Share awards")

    paths = [filed(tmp_path, 8), filed(tmp_path, 9, change)]
    apart = write_deal(tmp_path / "deal", as_read(*paths))
    path = apart.folder / "map.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("cash_flow.stock_based_compensation", "cash_flow.share_awards"),
        encoding="utf-8",
    )
    one = write_deal(tmp_path / "deal", as_read(*paths))
    assert len(one.lines) == len(apart.lines) - 1
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    assert sum(row["id"] == "cash_flow.share_awards" for row in rows) == 2
    result = built(one, tmp_path).recalc()["cash_flow.share_awards"]
    assert result["2025-06-30"] == quarters()[9].cash["Stock-based compensation"]


# Rolls.
def rolled(folder: Path, deal: Path, number: int, change: Change | None = None) -> Path:
    target = folder / f"q{number}"
    roll_by_filing(deal, filed(folder, number, change, yearly=number == 11), target)
    return target


def test_quarter_after_quarter_ties_and_keeps_the_ids(tmp_path: Path) -> None:
    deal = write_deal(tmp_path / "q8", as_read(filed(tmp_path, 8))).folder
    ids = {line.id for line in write_deal(tmp_path / "ids", as_read(filed(tmp_path, 8))).lines}
    for number in (9, 10, 11):
        deal = rolled(tmp_path, deal, number)
        rows = list(csv.DictReader((deal / "map.csv").open(encoding="utf-8")))
        assert {row["id"] for row in rows} == ids
    book = mg.build(deal, tmp_path / "book.xlsx")
    assert book.verdict.ok, str(book.verdict)
    whole = write_deal(
        tmp_path / "whole",
        as_read(*(filed(tmp_path, n) for n in (8, 9, 10)), filed(tmp_path, 11, yearly=True)),
    )
    assert len(book.verdict.ties) == whole.figures
    assert book.recalc()["income.net_sales"]["2025-12-31"] == quarters()[11].income["Net sales"]


def test_a_year_rolls_to_the_next_and_not_to_a_quarter(tmp_path: Path) -> None:
    made = quarters(count=16)

    def year(number: int, yearly: bool = True) -> Path:
        path = tmp_path / f"year{number}.html"
        path.write_text(report(made, number, yearly=yearly), encoding="utf-8")
        return path

    deal = write_deal(tmp_path / "first", as_read(year(11))).folder
    new, verdict = roll_by_filing(deal, year(15), tmp_path / "second")
    assert verdict.ok, str(verdict)
    assert new.period.isoformat() == "2026-12-31"
    assert not new.sentences
    with pytest.raises(ModelError, match="the deal goes by years"):
        roll_by_filing(deal, year(12, yearly=False), tmp_path / "third")


@pytest.mark.parametrize(
    "seed", [pytest.param(n, marks=[] if n <= 2 else [pytest.mark.slow]) for n in range(1, 21)]
)
def test_companies_of_any_shape_roll(seed: int, tmp_path: Path) -> None:
    made = company(seed)

    def page(number: int) -> Path:
        path = tmp_path / f"page{number}.html"
        path.write_text(page_of(made, number), encoding="utf-8")
        return path

    deal = write_deal(tmp_path / "8", as_read(page(8))).folder
    for number in (9, 10):
        new, verdict = roll_by_filing(deal, page(number), tmp_path / str(number))
        assert verdict.ok, str(verdict)
        assert not new.sentences
        deal = new.folder


def test_the_variance_is_what_came_less_what_was_forecast(tmp_path: Path) -> None:
    first = write_deal(tmp_path / "q8", as_read(filed(tmp_path, 8))).folder
    foreseen = mg.build(first, tmp_path / "first.xlsx").recalc()
    deal = rolled(tmp_path, first, 9)
    made = quarters()[9]
    result = mg.build(deal, tmp_path / "book.xlsx").recalc()
    for id_, came in (
        ("income.net_sales", made.income["Net sales"]),
        ("balance.inventories", made.balances["Inventories"]),
        ("cash_flow.dividends_paid", made.cash["Dividends paid"]),
    ):
        before = foreseen[id_]["2025-06-30"]
        assert isinstance(before, float)
        assert result[f"variance.{id_}.foreseen"].values[0] == pytest.approx(before, abs=1e-6)
        assert result[f"variance.{id_}.came"].values[0] == came
        assert result[f"variance.{id_}.difference"].values[0] == pytest.approx(came - before)
    assert load(str(deal)).document.rolled_from == "q8"
    again = rolled(tmp_path, deal, 10)
    kept = load(str(again)).document.assumptions["variance.income.net_sales.forecast"].values
    assert kept is not None
    assert set(kept) == {"2025-06-30", "2025-09-30"}


def test_the_command_names_lines_that_are_new_or_gone(tmp_path: Path) -> None:
    deal = write_deal(tmp_path / "q8", as_read(filed(tmp_path, 8))).folder
    path = filed(
        tmp_path,
        9,
        lambda page: page.replace("Stock-based compensation", "Share-based compensation"),
    )
    said = call("roll", deal, path, "-o", tmp_path / "q9")
    assert said.code == 0, said.errors
    assert "New: 'Share-based compensation' below 'Operating activities'" in said.out
    assert "if it is 'Stock-based compensation' by another name" in said.out
    assert "Gone: 'Stock-based compensation' below 'Operating activities'" in said.out
    assert "The model holds" in said.out
    # As the sentence says: a row of the map of the deal before joins the two.
    with (deal / "map.csv").open("a", encoding="utf-8") as file:
        file.write(
            ",cash,Operating activities,Share-based compensation,cash_flow.stock_based_compensation,\n"
        )
    again = call("roll", deal, path, "-o", tmp_path / "again")
    assert again.code == 0, again.errors
    assert "New: " not in again.out
    assert "Gone: " not in again.out


def test_what_a_person_adds_goes_on(tmp_path: Path) -> None:
    deal = write_deal(tmp_path / "q8", as_read(filed(tmp_path, 8))).folder
    (deal / "own.yaml").write_text(
        "values: {income.net_sales.growth: 2%, income.cost_sales.part: 50%}\n", encoding="utf-8"
    )
    write_deal(deal, as_read(filed(tmp_path, 8)))
    assert 'files: ["statements.yaml", "own.yaml"]' in (deal / "deal.yaml").read_text("utf-8")
    after = rolled(tmp_path, deal, 9)
    result = mg.build(after, tmp_path / "book.xlsx").recalc()
    sales = result["income.net_sales"]["2025-09-30"]
    assert isinstance(sales, float)
    assert sales == pytest.approx(quarters()[9].income["Net sales"] * 1.02)
    assert result["income.cost_sales"]["2025-09-30"] == pytest.approx(sales / 2)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (8, "which is already actual: the last actual period ended 2025-03-31"),
        (10, "the next after 2025-03-31 ends 2025-06-30"),
    ],
)
def test_a_filing_that_is_not_the_next_is_refused(tmp_path: Path, number: int, said: str) -> None:
    deal = write_deal(tmp_path / "q8", as_read(filed(tmp_path, 8))).folder
    path = filed(tmp_path / "next", number)
    told = call("roll", deal, path, "-o", tmp_path / "new")
    assert told.code == 2
    assert said in told.errors
    assert not (tmp_path / "new").exists()


def test_other_ways_to_ask_wrongly_are_sentences(tmp_path: Path) -> None:
    path = filed(tmp_path, 9)
    deal = write_deal(tmp_path / "q8", as_read(filed(tmp_path, 8))).folder
    for arguments, said in (
        (("roll", "harbor-2026", path), "only a deal that modelgen ingest wrote rolls by a filing"),
        (("roll", deal), "roll needs the next filing, or --to and --figures"),
        (("roll", deal, path, "--to", "2025q2"), "--to goes with a table of figures"),
        (("roll", deal, path, "-o", deal), "already exists"),
    ):
        told = call(*arguments)
        assert told.code == 2
        assert said in told.errors


def test_filings_of_two_companies_are_no_deal(tmp_path: Path) -> None:
    cover = "<p>{}</p><p>(Exact name of registrant as specified in its charter)</p>"
    paths = []
    for number, name in ((8, "Acme Tools, Inc."), (9, "NORTHERN MILLS CORP")):
        paths.append(tmp_path / f"{number}.html")
        page = report(quarters(), number)
        paths[-1].write_text(
            page.replace("<body>", f"<body>{cover.format(name)}"), encoding="utf-8"
        )
    read_ = [(document := read(path), figures(document)) for path in paths]
    with pytest.raises(
        ModelError,
        match=r"NORTHERN MILLS CORP and .* of Acme Tools",
    ):
        write_deal(tmp_path / "deal", read_)
    assert write_deal(tmp_path / "named", read_, "Acme Tools, now Northern Mills").figures
