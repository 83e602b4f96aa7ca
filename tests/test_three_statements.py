"""The module three_statements: the forecast balances by construction, and interest needs no circle."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

import modelgen as mg
from modelgen.ingest.deal import IngestedDeal, write_deal
from modelgen.ingest.meaning import figures
from modelgen.ingest.read import read
from tests.companies import quarters, report

METHODS = {"opening": 1, "rounds": 2, "closed form": 3}
EXACT = 1e-6


def numbers(values: Iterable[object]) -> list[float]:
    """The numbers among some values: a blank is none."""
    return [float(value) for value in values if isinstance(value, (int, float))]


@pytest.fixture(scope="module")
def with_interest(tmp_path_factory: pytest.TempPathFactory) -> IngestedDeal:
    """A company that is paid interest on its cash: the other income of the made-up one, by another name."""
    folder = tmp_path_factory.mktemp("company")
    made = quarters(3)
    for quarter in made:
        flows = quarter.income
        change = 5 - flows["Other income (expense), net"]
        flows["Other income (expense), net"] = 5
        flows["Income before income taxes"] += change
        flows["Provision for income taxes"] += change
    path = folder / "report.html"
    text = report(made, 8).replace("Other income (expense), net", "Interest income")
    path.write_text(text, encoding="utf-8")
    document = read(path)
    return write_deal(folder / "deal", [(document, figures(document))])


def test_interest_on_average_cash_leaves_no_remainder(
    with_interest: IngestedDeal, tmp_path: Path
) -> None:
    found: dict[str, list[float]] = {}
    for name, method in METHODS.items():
        book = mg.build(with_interest.folder, tmp_path / "book.xlsx", {"interest.method": method})
        assert book.verdict.ok, str(book.verdict)
        result = book.recalc()
        found[name] = numbers(result["income.interest_income"].values)[-10:]
        if name != "opening":
            paid = numbers(result["income.interest_income.average"].values)[-10:]
            assert found[name] == pytest.approx(paid, abs=0.001)
    assert found["rounds"] == pytest.approx(found["closed form"], abs=0.001)
    assert found["opening"] != pytest.approx(found["closed form"], abs=0.001)


def test_both_sides_are_alike_in_every_column(with_interest: IngestedDeal, tmp_path: Path) -> None:
    result = mg.build(with_interest.folder, tmp_path / "book.xlsx").recalc()
    assets = numbers(result["balance.total_assets"].values)
    claims = result["balance.total_liabilities_shareholders_equity"].values
    assert assets == pytest.approx(numbers(claims), abs=EXACT)


def test_the_change_of_each_balance_is_taken_once(with_interest: IngestedDeal) -> None:
    """Each leaf of the balance sheet but cash is rolled by flows, or its change stands in one row of cash flow."""
    text = (with_interest.folder / "statements.yaml").read_text(encoding="utf-8")
    forecasts = dict(re.findall(r"^      (\S+): \{.*forecast: \"= ([^\"]*)\"", text, re.MULTILINE))
    flows = {id_: formula for id_, formula in forecasts.items() if id_.startswith("cash_flow.")}
    for id_, formula in forecasts.items():
        if not id_.startswith("balance.") or "cash_flow.other_cash" in formula:
            continue
        taken = [f for f in flows.values() if re.search(rf"{re.escape(id_)}\[-1\]", f)]
        assert len(taken) == (1 if formula == f"{id_}.planned" else 0), id_
        assert formula == f"{id_}.planned" or "cash_flow." in formula, id_


def test_each_flow_rolls_one_balance(with_interest: IngestedDeal) -> None:
    text = (with_interest.folder / "statements.yaml").read_text(encoding="utf-8")
    forecasts = dict(re.findall(r"^      (\S+): \{.*forecast: \"= ([^\"]*)\"", text, re.MULTILINE))
    rolls = " ".join(
        formula
        for id_, formula in forecasts.items()
        if id_.startswith("balance.") and "other_cash" not in formula
    )
    for id_, formula in forecasts.items():
        if id_.startswith("cash_flow.") and formula in (f"{id_}.planned", "income.net_income"):
            assert len(re.findall(rf"{re.escape(id_)}(?![\w.])", rolls)) == 1, id_
