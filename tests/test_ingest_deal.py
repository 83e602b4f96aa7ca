"""From reports to a deal that builds: everything ties, and what a person edits is kept."""

import csv
import gzip
import random
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import modelgen as mg
from modelgen.evaluate.verdict import verdict_of
from modelgen.ingest.deal import IngestedDeal, write_deal
from modelgen.ingest.mapping import MAP_HEADER
from modelgen.ingest.meaning import figures
from modelgen.ingest.read import read
from modelgen.ingest.reading import SourceAnomaly
from modelgen.problem import ModelError
from modelgen.review.build import solved
from modelgen.text.load import load
from tests.calls import call
from tests.companies import quarters, report
from tests.conftest import ROOT, SHARED

FILINGS = sorted((SHARED / "filings" / "html").glob("*.html.gz")) if SHARED.is_dir() else []


def ingested(folder: Path, *reports: tuple[int, bool], seed: int = 1) -> IngestedDeal:
    """The deal of some reports of a made-up company: the numbers of their quarters, and whether of the year."""
    made = quarters(seed)
    documents = []
    for number, yearly in reports:
        path = folder.parent / f"report{number}{'y' * yearly}.html"
        path.write_text(report(made, number, yearly=yearly), encoding="utf-8")
        documents.append(read(path))
    return write_deal(folder, [(document, figures(document)) for document in documents])


@pytest.mark.parametrize(
    "reports",
    [
        [(8, False)], [(9, False)], [(10, False)], [(11, True)], [(8, False), (9, False)], [(8, False), (9, False), (10, False)],
        [(8, False), (9, False), (10, False), (11, True)], [(7, True), (11, True)], [(5, False), (8, False)],
    ],
    ids=str,
)  # fmt: skip
def test_all_figures_of_the_statements_tie(tmp_path: Path, reports: list[tuple[int, bool]]) -> None:
    deal = ingested(tmp_path / "deal", *reports)
    assert deal.unplaced == 0
    assert not deal.anomalies
    notes = [note for note in deal.notes if "the forecast repeats the last" not in note]
    assert all("a filing between is missing" in note for note in notes)
    assert bool(notes) == ((5, False) in reports)
    book = mg.build(deal.folder, tmp_path / "book.xlsx")
    assert book.verdict.ok, str(book.verdict)
    assert book.report is not None
    assert book.report.proof == "ironcalc"
    assert sum(tie.ties for tie in book.verdict.ties) == deal.figures


def test_every_engine_computes_every_cell_alike(tmp_path: Path) -> None:
    deal = ingested(tmp_path / "deal", (9, False))
    verdict, proofs = mg.verify(deal.folder, engines=["formulas", "ironcalc"])
    assert verdict.ok
    assert [proof.agrees for proof in proofs] == [True, True]


def test_the_fourth_quarter_is_the_year_less_nine_months(tmp_path: Path) -> None:
    made = quarters()
    deal = ingested(tmp_path / "deal", (8, False), (9, False), (10, False), (11, True))
    book = mg.build(deal.folder, tmp_path / "book.xlsx")
    last = made[11].end.isoformat()
    result = book.recalc()
    assert result["income.net_sales"][last] == made[11].income["Net sales"]
    assert result["cash_flow.dividends_paid"][last] == made[11].cash["Dividends paid"]
    assert result["ytd.income.net_income"][last] == sum(q.income["Net income"] for q in made[8:12])


def test_a_label_keeps_the_id_that_a_person_gave_it(tmp_path: Path) -> None:
    deal = ingested(tmp_path / "deal", (8, False))
    path = deal.folder / "map.csv"
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    assert tuple(rows[0]) == MAP_HEADER
    text = path.read_text(encoding="utf-8")
    text = text.replace("income.research_development", "income.r_and_d").replace(
        "other_income_net,amount,", "other_income_net,part,"
    )
    path.write_text(text, encoding="utf-8")
    again = ingested(tmp_path / "deal", (8, False))
    assert "income.r_and_d" in {line.id for line in again.lines}
    written = (again.folder / "deal.yaml").read_text(encoding="utf-8")
    assert "income.other_income_net.part" in written
    assert mg.build(again.folder, tmp_path / "book.xlsx").verdict.ok


def _line(text: str, id_: str) -> int:
    """The line of a map on which an id stands."""
    return next(n for n, row in enumerate(text.splitlines(), 1) if f",{id_}," in row)


MAP_EDITS = {
    "no id": ("income.net_sales,", "Net Sales,", "'Net Sales' is not an id", "use lower-case letters"),
    "two of one filing": ("income.cost_sales,", "income.gross_profit,", "'income.gross_profit' is the id of two lines", "give each its own id"),
    "no role": ("prepaid_expenses,change,", "prepaid_expenses,chagne,", "'chagne' is not a role", "did you mean 'change'?"),
    "a role of no line": ("prepaid_expenses,change,", "prepaid_expenses,zebra,", "'zebra' is not a role", "roles: growth, season"),
    "a blank id": ("income.research_development,", ",", "the row has no id", "such as 'income.research_and_development'"),
    "no statement": ("income,,Net sales", "incom,,Net sales", "'incom' is not a statement", "did you mean 'income'?"),
    "a column renamed": ("label,id,role,", "label,name,role,", "the table has no column 'id'", ""),
    "a column misspelt": ("label,id,role,", "labl,id,role,", "labl", "did you mean 'label'?"),
    "a total made a leaf": ("income.gross_profit,total,", "income.gross_profit,growth,", "'income.gross_profit' cannot be forecast by 'growth': it is a total of other lines", "leave its role 'total'"),
    "a leaf made a total": ("income.cost_sales,part,", "income.cost_sales,total,", "'income.cost_sales' cannot be forecast by 'total': the figures do not make it one", "roles that it can have: amount, growth, part"),
    "a balance by growth": ("prepaid_expenses,change,", "prepaid_expenses,growth,", "cannot be forecast by 'growth': a flow has another driver than a balance", "roles that it can have: change"),
    "seasons of one quarter": ("income.net_sales,growth,", "income.net_sales,season,", "cannot be forecast by 'season': fewer than four quarters are actual", ""),
    "an id of the model": ("balance.goodwill,", "balance.debt,", "'balance.debt' is a row that the model adds", "give another"),
    "quotes taken out": ('"Property, plant and equipment, net"', "Property, plant and equipment, net", "cells", ""),
}  # fmt: skip


@pytest.mark.parametrize("edit", MAP_EDITS)
def test_a_wrong_edit_of_the_map_is_a_sentence_with_its_place(tmp_path: Path, edit: str) -> None:
    old, new, said, hint = MAP_EDITS[edit]
    deal = ingested(tmp_path / "deal", (8, False))
    path = deal.folder / "map.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ModelError) as raised:
        ingested(tmp_path / "deal", (8, False))
    problem = next(p for p in raised.value.problems if said in p.message)
    assert hint in problem.hint
    assert problem.place is not None
    row = text[: text.index(old)].count("\n") + 1
    assert problem.place.file == str(path)
    assert abs(problem.place.line - row) <= 1


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("Godwill", "no filing prints 'Godwill' in the balance sheet (did you mean 'Goodwill'?)"),
        ("", "no filing prints '' in the balance sheet"),
        ("Inventories", "no filing prints another 'Inventories' in the balance sheet"),
    ],
)
def test_a_row_of_the_map_that_no_filing_prints_is_said(
    tmp_path: Path, label: str, said: str
) -> None:
    deal = ingested(tmp_path / "deal", (8, False))
    path = deal.folder / "map.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",Goodwill,", f",{label},"), encoding="utf-8")
    [season, note] = ingested(tmp_path / "deal", (8, False)).notes
    assert "the forecast repeats the last" in season
    where = f"map.csv:{_line(text, 'balance.goodwill')}:"
    assert where in note
    assert said in note


@pytest.mark.parametrize("how", ["bom", "semicolons", "comments", "returns"])
def test_a_map_as_spreadsheets_save_it_is_read(tmp_path: Path, how: str) -> None:
    deal = ingested(tmp_path / "deal", (8, False))
    path = deal.folder / "map.csv"
    rows = list(csv.reader(path.open(encoding="utf-8")))
    for row in rows[1:]:
        row[4] = "balance.good_will" if row[4] == "balance.goodwill" else row[4]
    with path.open("w", encoding="utf-8-sig" if how == "bom" else "utf-8", newline="") as file:
        if how == "comments":
            file.write("# ours\n\n")
        writer = csv.writer(
            file,
            delimiter=";" if how == "semicolons" else ",",
            lineterminator="\r\n" if how == "returns" else "\n",
        )
        writer.writerows(rows)
    again = ingested(tmp_path / "deal", (8, False))
    assert "balance.good_will" in {line.id for line in again.lines}


def test_a_role_that_was_only_found_gives_way_to_the_figures(tmp_path: Path) -> None:
    """What ingest wrote into the map is no wish of a person: with four quarters, sales have seasons."""
    ingested(tmp_path / "deal", (8, False))
    again = ingested(tmp_path / "deal", (8, False), (9, False), (10, False), (11, True))
    text = (again.folder / "map.csv").read_text(encoding="utf-8")
    assert "income.net_sales,season,season" in text


def test_a_misprint_of_the_source_is_an_anomaly_and_no_failure(tmp_path: Path) -> None:
    made = quarters()
    text = report(made, 8)
    total = f"{made[8].income['Operating income']:,}"
    assert text.count(f">{total}<") == 1
    path = tmp_path / "report.html"
    path.write_text(
        text.replace(f">{total}<", f">{made[8].income['Operating income'] + 90:,}<"),
        encoding="utf-8",
    )
    document = read(path)
    deal = write_deal(tmp_path / "deal", [(document, figures(document))])
    assert deal.anomalies
    assert all("add up" in reason for _, _, reason in deal.anomalies)
    assert mg.build(deal.folder, tmp_path / "book.xlsx").verdict.ok


def test_what_is_doubtful_when_read_is_written_into_the_deal(tmp_path: Path) -> None:
    """A figure's doubt is its basis; an anomaly of the reading is one of the deal, once."""
    path = tmp_path / "report.html"
    path.write_text(report(quarters(), 8), encoding="utf-8")
    document = read(path)
    reading = figures(document)
    tables = tuple(
        replace(
            table,
            rows=tuple(
                replace(row, figures=tuple(f.doubted("the scale is guessed") for f in row.figures))
                for row in table.rows
            ),
        )
        for table in reading.tables
    )
    goods = next(f for f in reading.figures if f.label == "Goodwill")
    odd = SourceAnomaly(goods.line, goods.printed, "the page's own tag says a value of 7")
    doubtful = replace(reading, tables=tables, anomalies=(odd, odd))
    deal = write_deal(tmp_path / "deal", [(document, doubtful)])
    rows = list(csv.DictReader((deal.folder / "figures.csv").open(encoding="utf-8")))
    assert {row["basis"] for row in rows if row["at"]} == {"To review: the scale is guessed"}
    assert deal.anomalies == ((f"filing:{goods.line}", goods.printed.strip(), odd.reason),)
    assert verdict_of(solved(load(str(deal.folder)))).ok


def test_the_command_writes_the_folder_and_says_what_is_next(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(report(quarters(), 9), encoding="utf-8")
    folder = tmp_path / "marlow"
    said = call("ingest", path, "-o", folder)
    assert said.code in (0, 1), said.errors
    assert "Next: modelgen build" in said.out
    assert {
        "deal.yaml",
        "statements.yaml",
        "figures.csv",
        "map.csv",
        "excluded.csv",
        "filing.txt",
    } == {one.name for one in folder.iterdir()}
    assert "Marlow Instruments, Inc." in (folder / "deal.yaml").read_text(encoding="utf-8")


def test_a_citation_leads_to_the_line_of_the_text_that_is_kept(tmp_path: Path) -> None:
    deal = ingested(tmp_path / "deal", (9, False))
    lines = (deal.folder / "filing.txt").read_text(encoding="utf-8").splitlines()
    for row in csv.DictReader((deal.folder / "figures.csv").open(encoding="utf-8")):
        if row["at"]:
            bare = re.sub(r"[^\d.,]", "", row["printed"])
            assert bare in lines[int(row["at"].partition(":")[2]) - 1]


def test_a_deal_that_a_person_wrote_is_not_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "deal"
    folder.mkdir()
    (folder / "deal.yaml").write_text("name: ours\n", encoding="utf-8")
    with pytest.raises(ModelError, match="holds a deal that modelgen ingest did not write"):
        ingested(folder, (8, False))
    assert [path.name for path in folder.iterdir()] == ["deal.yaml"]


def test_a_document_without_statements_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(
        "<html><body><table><tr><td>Eggs</td><td>12</td></tr></table></body></html>",
        encoding="utf-8",
    )
    document = read(path)
    with pytest.raises(ModelError, match="no statement of income or cash flows"):
        write_deal(tmp_path / "deal", [(document, figures(document))])
    assert not (tmp_path / "deal").exists()


def test_the_page_walks_from_a_release_to_the_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / "docs" / "ingest.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```(sh|text)\n(.*?)```", page, re.DOTALL)
    for name in ("marlow-2025q3.html", "marlow-own.yaml"):
        shutil.copy(ROOT / "docs" / "examples" / name, tmp_path)
    (tmp_path / "next-quarter.html").write_text(report(quarters(), 11, yearly=True), "utf-8")
    for number, name in enumerate(("q1", "q2", "q3"), start=8):
        (tmp_path / f"{name}.html").write_text(report(quarters(), number), "utf-8")
    (tmp_path / "year.html").write_text(report(quarters(), 11, yearly=True), "utf-8")
    monkeypatch.chdir(tmp_path)
    said, walked = "", 0
    for kind, text in blocks:
        if kind == "text":
            for line in text.splitlines():
                assert line in said
            walked += 1
            said = ""
            continue
        # Of several reports into a folder of its own: the page goes on with the deal of one.
        folder = "of-a-year" if "q1.html" in text else "marlow"
        for command in text.replace("-o marlow\n", f"-o {folder}\n").splitlines():
            program, *arguments = command.split()
            if program == "cp":
                shutil.copy(*arguments)
                continue
            done = call(*arguments)
            assert done.code == 0, done.errors
            said += done.out
    assert walked == 2
    files = re.findall(r"^\| `([\w.]+)` \|", page, re.MULTILINE)[:6]
    there = {one.name for one in (tmp_path / "marlow").iterdir()}
    assert there == {*files, "own.yaml"}


def test_the_release_of_the_page_is_that_of_the_generator() -> None:
    text = (ROOT / "docs" / "examples" / "marlow-2025q3.html").read_text(encoding="utf-8")
    assert text.replace("\n", "") == report(quarters(), 10).replace("\n", "")


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(2, 10**6), number=st.sampled_from((8, 9, 10)))
def test_whatever_the_drivers_the_balance_sheet_balances(
    tmp_path_factory: pytest.TempPathFactory, seed: int, number: int
) -> None:
    folder = tmp_path_factory.mktemp("company")
    deal = ingested(folder / "deal", (number, False), seed=seed)
    rng = random.Random(seed)
    drivers = re.findall(
        r"^  (\S+\.(?:part|amount|days|rate)): ",
        (deal.folder / "deal.yaml").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert len(drivers) > 10
    last = quarters()[number].end.year + 1
    moved = {
        f"{id_}@{last}-{rng.choice(('06', '09', '12'))}": round(rng.uniform(0.01, 0.9), 3)
        for id_ in drivers
    }
    book = mg.build(deal.folder, folder / "book.xlsx", moved)
    assert book.verdict.ok, str(book.verdict)


@pytest.mark.slow
@pytest.mark.skipif(not FILINGS, reason=f"{SHARED}/filings is missing")
@pytest.mark.parametrize("path", FILINGS, ids=lambda path: path.name.removesuffix(".html.gz"))
def test_filings_build_and_tie(path: Path, tmp_path: Path) -> None:
    assert gzip.decompress(path.read_bytes())
    document = read(path)
    deal = write_deal(tmp_path / "deal", [(document, figures(document))])
    if deal.unplaced:
        pytest.xfail(f"{deal.unplaced} figures are of periods of a stub of a year")
    book = mg.build(deal.folder, tmp_path / "book.xlsx")
    assert book.verdict.ok, str(book.verdict)
    # Restricted cash stands in lines of the balance sheet that do not name it; a document may be of two
    # companies, or print columns that compare.
    known = (
        "taken to be in other lines",
        "in columns that compare two periods",
        "the forecast repeats the last",
    )
    assert all(any(words in note for words in known) for note in deal.notes)
    assert all("the page's own tag says" in why for _, _, why in deal.of_statements)
    assert all("of another company" in doubt for doubt in deal.doubts)


@pytest.mark.parametrize(
    ("words", "currency"),
    [("(In millions of euros)", "EUR million"), ("(HK$ in millions)", "HKD million"), ("", "USD")],
)
def test_a_deal_is_in_the_currency_of_the_filing_or_says_that_none_is_printed(
    words: str, currency: str, tmp_path: Path
) -> None:
    text = report(quarters(), 8).replace("$", "")
    text = re.sub(r"\(In millions[^)]*\)", words or "(In millions)", text)
    path = tmp_path / "report.html"
    path.write_text(text, encoding="utf-8")
    document = read(path)
    deal = write_deal(tmp_path / "deal", [(document, figures(document))])
    assert f"currency: {currency}" in (deal.folder / "deal.yaml").read_text(
        encoding="utf-8"
    ).replace('"', "")
    assert ("No currency is printed: USD is supposed" in deal.doubts) is (not words)


def test_a_bare_dollar_sign_is_that_of_the_dollar_another_filing_names(tmp_path: Path) -> None:
    filings = []
    for number, words in ((8, "(In millions of Canadian dollars)"), (9, "(In millions)")):
        path = tmp_path / f"report{number}.html"
        text = re.sub(r"\(In millions[^)]*\)", words, report(quarters(), number))
        path.write_text(text, encoding="utf-8")
        document = read(path)
        filings.append((document, figures(document)))
    assert [reading.currency for _, reading in filings] == ["CAD", "$"]
    write_deal(tmp_path / "deal", filings)
    assert 'currency: "CAD million"' in (tmp_path / "deal" / "deal.yaml").read_text("utf-8")
