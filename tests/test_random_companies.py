"""Companies of any shape: what is ingested ties and balances, a misprint is an anomaly, and an odd forecast an alert."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import modelgen as mg
from modelgen.evaluate.verdict import verdict_of
from modelgen.ingest.deal import IngestedDeal, write_deal
from modelgen.ingest.ingested import ingested
from modelgen.review.build import solved
from modelgen.text.load import load
from modelgen.verdict import Verdict
from tests.random_companies import Company, balance_rows, cash_rows, company, income_rows, page_of

SEEDS = [
    pytest.param(seed, marks=[] if seed <= 5 else [pytest.mark.slow]) for seed in range(1, 201)
]
ROWS = {"income": income_rows, "balance": balance_rows, "cash": cash_rows}
HELD = ("balance_sheet.balances", "cash.agrees", "net_income.agrees")
Misprint = Callable[[str, str, int, int], int]


def deal_of(folder: Path, page: str) -> IngestedDeal:
    folder.mkdir(exist_ok=True)
    path = folder / "report.html"
    path.write_text(page, encoding="utf-8")
    return write_deal(folder / "deal", [ingested(path)])


def verdict(deal: IngestedDeal) -> Verdict:
    return verdict_of(solved(load(str(deal.folder))))


def reported(made: Company) -> int:
    """The quarter that a company's report is of: any of three in its year."""
    return random.Random(made.seed).choice((8, 9, 10))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_company_of_any_shape_ties_and_balances(seed: int, tmp_path: Path) -> None:
    made = company(seed)
    deal = deal_of(tmp_path, page_of(made, reported(made)))
    notes = [note for note in deal.notes if "the forecast repeats the last" not in note]
    assert (deal.anomalies, deal.unplaced, notes) == ((), 0, [])
    held = verdict(deal)
    assert held.ok, str(held)
    assert set(HELD) <= {check.id for check in held.checks}
    assert len(held.ties) == deal.figures
    if seed <= 5:  # once more by an engine that reads only the workbook
        book = mg.build(deal.folder, tmp_path / "book.xlsx")
        assert book.report is not None
        assert (book.verdict.ok, book.report.proof) == (True, "ironcalc")
        result = book.recalc()
        ends = next(i.id for i in deal.lines if i.instant and "end" in i.label)
        cash = made.quarters[reported(made)].held
        assert result[ends].values[-1] == pytest.approx(
            _cash_at_the_end(result, cash["restricted"] if made.shape.restricted else 0), abs=1e-6
        )


def _cash_at_the_end(result: mg.Result, restricted: int) -> float:
    value = result["balance.cash_cash_equivalents"].values[-1]
    assert isinstance(value, float)
    return value + restricted


@pytest.mark.parametrize("seed", SEEDS)
def test_a_misprint_is_an_anomaly_that_names_the_line(seed: int, tmp_path: Path) -> None:
    """The line itself, or the total that it stands in: of a misprinted part, that is all that the figures tell."""
    rng = random.Random(seed)
    made = company(seed)
    number = rng.choice((8, 9, 10))
    statement = rng.choice(("income", "balance", "cash"))
    rows = [label for label, name in ROWS[statement](made.shape) if name]
    place = rng.randrange(len(rows))
    column = rng.randrange(4 if statement == "income" and number % 4 else 2)
    printed: list[int] = []

    def misprint(table: str, label: str, at: int, value: int) -> int:
        if (table, label, at) != (statement, rows[place], column) or printed:
            return value
        printed.append(value + rng.choice((-1, 1)) * max(11, abs(value) // 7))
        return printed[0]

    deal = deal_of(tmp_path, page_of(made, number, misprint))
    held = verdict(deal)
    assert not held.untied and not held.failing, str(held)
    assert deal.anomalies
    named = {reason.partition(" is not what")[0] for _, _, reason in deal.anomalies}
    # Cash at the end is what cash at the beginning is told from: the model reckons back.
    first = place - 1 if rows[place].endswith("at end of period") else place
    assert named & set(rows[first:]), (rows[place], deal.anomalies)


# Alerts: each fires, and is silent.
ALERTS = {
    "watched.balance.cash_cash_equivalents.not_below_zero": {"cash_flow.repayments_debt.amount": "-900000000"},
    "watched.balance.cash_cash_equivalents.not_outgrown": {"watched_balance.greatest_part": "1%"},
    "watched.balance.long_term_debt.not_below_zero": {"cash_flow.repayments_debt.amount": "-900000000"},
    "income.cost_revenue.is_a_part": {"income.cost_revenue.part": "120%"},
    "income.provision_income_taxes.is_charged": {"income.provision_income_taxes.rate": "0%"},
    "balance.accounts_receivable_net.is_within_a_year": {"balance.accounts_receivable_net.days": "400"},
    "season.is_like_the_year": {"season.unlike": "0%"},
}  # fmt: skip


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> IngestedDeal:
    """An ordinary company, none of whose lines is odd."""
    folder = tmp_path_factory.mktemp("ordinary")
    for seed in range(1, 200):
        made = company(seed)
        shape = made.shape
        plain = len(shape.revenues) == 1 and not shape.loss and not shape.once
        if plain and ("Accounts receivable, net", "Accounts receivable") in shape.current:
            deal = deal_of(folder / str(seed), page_of(made, 9))
            raised = {c.id for c in verdict(deal).checks if c.kind == "alert" and not c.holds}
            if not raised and "income.provision_income_taxes.rate" in (
                deal.folder / "deal.yaml"
            ).read_text("utf-8"):
                return deal
    raise AssertionError("no seed gives such a company")


@pytest.mark.parametrize("alert", ALERTS)
def test_each_alert_is_silent_of_an_ordinary_company_and_can_fire(
    alert: str, ordinary: IngestedDeal, tmp_path: Path
) -> None:
    silent = {c.id: c for c in verdict(ordinary).checks}
    assert silent[alert].kind == "alert"
    assert silent[alert].holds
    overlay = tmp_path / "odd.yaml"
    given = ", ".join(f"{id_}: {value}" for id_, value in ALERTS[alert].items())
    overlay.write_text(f"values: {{{given}}}\n", encoding="utf-8")
    odd = verdict_of(solved(load(str(ordinary.folder), (overlay,))))
    assert not {c.id: c for c in odd.checks}[alert].holds
    assert odd.ok  # an alert says what is odd: the model holds


BROKEN = {
    "balance_sheet.balances": "balance.property_equipment_net: {forecast: '= balance.property_equipment_net[-1]'}",
    "cash.agrees": "balance.cash_cash_equivalents: {forecast: '= balance.cash_cash_equivalents[-1]'}",
    "net_income.agrees": "cash_flow.net_income: {forecast: '= income.operating_income'}",
}  # fmt: skip


@pytest.mark.parametrize("check", BROKEN)
def test_each_check_between_the_statements_can_fail(
    check: str, ordinary: IngestedDeal, tmp_path: Path
) -> None:
    folder = tmp_path / "deal"
    shutil.copytree(ordinary.folder, folder)
    (folder / "own.yaml").write_text(f"redefine:\n  {BROKEN[check]}\n", encoding="utf-8")
    deal = folder / "deal.yaml"
    text = deal.read_text(encoding="utf-8")
    deal.write_text(text.replace('["statements.yaml"]', '["statements.yaml", "own.yaml"]'), "utf-8")
    held = verdict_of(solved(load(str(folder))))
    assert not held.ok
    assert check in {c.id for c in held.failing}
