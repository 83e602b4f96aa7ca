"""From reports to a deal that builds: everything ties, and what a person edits is kept."""

import csv
import gzip
import random
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import modelgen as mg
from modelgen.ingest.deal import IngestedDeal, write_deal
from modelgen.ingest.meaning import figures
from modelgen.ingest.read import read
from modelgen.problem import ModelError
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
    assert not deal.notes
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
    assert {"at", "statement", "heading", "label", "id", "role"} == set(rows[0])
    text = path.read_text(encoding="utf-8")
    text = text.replace("income.research_development", "income.r_and_d").replace(
        "other_income_net,amount", "other_income_net,part"
    )
    path.write_text(text, encoding="utf-8")
    again = ingested(tmp_path / "deal", (8, False))
    assert "income.r_and_d" in {line.id for line in again.lines}
    written = (again.folder / "deal.yaml").read_text(encoding="utf-8")
    assert "income.other_income_net.part" in written
    assert mg.build(again.folder, tmp_path / "book.xlsx").verdict.ok


def test_an_id_that_is_none_or_of_two_lines_is_named_by_its_row(tmp_path: Path) -> None:
    deal = ingested(tmp_path / "deal", (8, False))
    path = deal.folder / "map.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("income.net_sales", "Net Sales").replace(
            "income.cost_sales", "income.gross_profit"
        ),
        encoding="utf-8",
    )
    with pytest.raises(ModelError) as raised:
        ingested(tmp_path / "deal", (8, False))
    message = str(raised.value)
    assert "'Net Sales' is not an id" in message
    assert "'income.gross_profit' is the id of two lines" in message
    assert "map.csv:2" in message


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


def test_the_command_writes_the_folder_and_says_what_is_next(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(report(quarters(), 9), encoding="utf-8")
    folder = tmp_path / "marlow"
    said = call("ingest", path, "-o", folder)
    assert said.code in (0, 1), said.errors
    assert "Next: modelgen build" in said.out
    assert {"deal.yaml", "statements.yaml", "figures.csv", "map.csv", "filing.txt"} == {
        one.name for one in folder.iterdir()
    }
    assert "Marlow Instruments, Inc." in (folder / "deal.yaml").read_text(encoding="utf-8")


def test_a_citation_leads_to_the_line_of_the_text_that_is_kept(tmp_path: Path) -> None:
    deal = ingested(tmp_path / "deal", (9, False))
    lines = (deal.folder / "filing.txt").read_text(encoding="utf-8").splitlines()
    for row in csv.DictReader((deal.folder / "figures.csv").open(encoding="utf-8")):
        if row["at"]:
            bare = re.sub(r"[^\d.,]", "", row["printed"])
            assert bare in lines[int(row["at"].partition(":")[2]) - 1]


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
    commands, told = re.findall(r"```(?:sh|text)\n(.*?)```", page, re.DOTALL)[:2]
    shutil.copy(ROOT / "docs" / "examples" / "marlow-2025q3.html", tmp_path)
    monkeypatch.chdir(tmp_path)
    said = ""
    for command in commands.splitlines():
        done = call(*command.split()[1:])
        assert done.code == 0, done.errors
        said += done.out
    for line in told.splitlines():
        assert line in said
    files = re.findall(r"^\| `([\w.]+)` \|", page, re.MULTILINE)[:5]
    assert sorted(files) == sorted(one.name for one in (tmp_path / "marlow").iterdir())


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
    assert not deal.notes
