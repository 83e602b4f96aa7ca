"""The module three_statements: the forecast balances by construction, and interest needs no circle."""

import csv
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

import modelgen as mg
from modelgen.evaluate.verdict import verdict_of
from modelgen.ingest.deal import IngestedDeal, write_deal
from modelgen.ingest.ingested import ingested
from modelgen.ingest.meaning import figures
from modelgen.ingest.read import read
from modelgen.review.build import solved
from modelgen.text.load import load
from tests.companies import quarters, report
from tests.conftest import ROOT

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


def test_what_the_rounds_leave_is_a_check_that_can_fail(
    with_interest: IngestedDeal, tmp_path: Path
) -> None:
    """At half of the cash a quarter, four rounds do not do; the closed form always does."""
    overlay = tmp_path / "high.yaml"
    for method, holds in ((2, False), (3, True), (1, True)):
        overlay.write_text(
            f"values: {{income.interest_income.rate: 50%, interest.method: {method}}}\n", "utf-8"
        )
        verdict = verdict_of(solved(load(str(with_interest.folder), (overlay,))))
        checks = {check.id: check for check in verdict.checks}
        assert checks["income.interest_income.no_remainder"].kind == "integrity"
        assert checks["income.interest_income.no_remainder"].holds == holds
        assert verdict.ok == holds


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


# What is planted in the release of the page: (as printed, as planted).
Changes = tuple[tuple[str, str], ...]
MARLOW = (ROOT / "docs" / "examples" / "marlow-2025q3.html").read_text(encoding="utf-8")
CLAIMS = "Total liabilities and shareholders’ equity</td><td>$</td><td align=right>"
NO_DURATION = (
    "<tr><td></td><td colspan=6>Nine Months Ended<br>September 30,</td></tr>\n"
    "<tr><td></td><td colspan=3>2025</td><td colspan=3>2024</td></tr>\n<tr><td>Operating"
)
DAYS = (
    "<tr><td></td><td colspan=3>September 30, 2025</td><td colspan=3>September 30, 2024</td></tr>\n"
)


def planted(folder: Path, changes: Changes, page: str = MARLOW) -> IngestedDeal:
    """The deal of the release of the page with some changes, each of what stands there once or more."""
    for old, new in changes:
        assert old in page
        page = page.replace(old, new)
    path = folder / "report.html"
    path.write_text(page, encoding="utf-8")
    return write_deal(folder / "deal", [ingested(path)])


def failing(deal: IngestedDeal) -> set[str]:
    """The checks of a deal that do not hold, alerts among them."""
    return {
        check.id for check in verdict_of(solved(load(str(deal.folder)))).checks if not check.holds
    }


def figures_of(deal: IngestedDeal) -> list[dict[str, str]]:
    """The rows of a deal's table of figures."""
    return list(csv.DictReader((deal.folder / "figures.csv").open(encoding="utf-8")))


@pytest.mark.parametrize(
    ("formula", "fails"),
    [
        ("= cash_flow.cash_cash_equivalents_end_period - cash_flow.other_cash", {"balance_sheet.balances", "cash.agrees"}),
        ("= balance.deferred_income_taxes[-1] + cash_flow.deferred_income_taxes", {"balance_sheet.balances"}),
        ("= income.net_income", {"net_income.agrees"}),
    ],
)  # fmt: skip
def test_each_check_between_the_statements_can_fail(
    tmp_path: Path, formula: str, fails: set[str]
) -> None:
    deal = planted(tmp_path, ())
    assert not failing(deal)
    path = deal.folder / "statements.yaml"
    text = path.read_text(encoding="utf-8")
    assert f'forecast: "{formula}"' in text
    text = text.replace(
        f'forecast: "{formula}"', f'forecast: "{formula} + income.interest_expense"'
    )
    path.write_text(text, encoding="utf-8")
    assert failing(deal) == fails


def test_sides_that_do_not_balance_as_printed_are_an_anomaly_and_a_row(
    tmp_path: Path,
) -> None:
    changes = ((">560<", ">550<"), (">1,152<", ">1,142<"), (f"{CLAIMS}3,401", f"{CLAIMS}3,391"))
    deal = planted(tmp_path, changes)
    [(_, printed, reason)] = deal.anomalies
    assert printed == "$ 3,391"
    assert "is 3,391, and Total assets is 3,401 (line 32)" in reason
    assert not failing(deal)  # a row shows the 10, and nothing more is allowed
    [row] = [
        r for r in figures_of(deal) if r["line"] == "balance.sides_apart" and r["printed"] != "0"
    ]
    assert (row["period"], row["printed"]) == ("2025-09-30", "10")


END = "end of period</td><td>$</td><td align=right>"


@pytest.mark.parametrize(
    ("end", "alerts"), [("1,241", {"cash.not_above_the_end"}), ("1,261", set())]
)
def test_an_end_of_cash_that_is_not_the_balance_sheets_is_said(
    tmp_path: Path, end: str, alerts: set[str]
) -> None:
    """Repurchases and all totals below them move with it, so that the statement foots."""
    by = int(end.replace(",", "")) - 1251
    changes = ((f"{END}1,251", f"{END}{end}"), (">233<", f">{233 + by}<"), (">(149<", f">({149 - by}<"), (">(84<", f">({84 - by}<"))  # fmt: skip
    deal = planted(tmp_path, changes)
    assert [printed for _, printed, _ in deal.anomalies] == [f"$ {end}"]
    assert failing(deal) == alerts


def test_a_line_of_restricted_cash_accounts_for_an_end_of_cash_above(tmp_path: Path) -> None:
    changes = (("Other assets</td>", "Restricted cash</td>"), (f"{END}1,251", f"{END}1,321"), (">233<", ">303<"), (">(149<", ">(79<"), (">(84<", ">(14<"))  # fmt: skip
    deal = planted(tmp_path, changes)
    assert not deal.anomalies
    assert not deal.notes


def test_assets_never_stand_for_claims(tmp_path: Path) -> None:
    """Where all assets are current, and the total of claims does not foot."""
    page = re.sub(r"<tr><td>(Property|Goodwill|Other assets).*</tr>\n", "", MARLOW)
    page = page.replace(">3,401<", ">1,992<", 1).replace(">3,115<", ">1,722<", 1)
    deal = planted(tmp_path, (("Total shareholders’", "Shareholders’"),), page)
    text = (deal.folder / "deal.yaml").read_text(encoding="utf-8")
    assert 'claims: "balance.total_assets"' not in text
    assert "the two sides must be the same" in deal.words()


@pytest.mark.parametrize("head", [DAYS, ""])
def test_flows_of_no_duration_are_left_out_and_said(tmp_path: Path, head: str) -> None:
    deal = planted(tmp_path, ((NO_DURATION, f"{head}<tr><td>Operating"),))
    assert not any(line.statement == "cash" for line in deal.lines)
    assert any("39 figures of the statement of cash flows" in doubt for doubt in deal.doubts)
    excluded = (deal.folder / "excluded.csv").read_text(encoding="utf-8")
    assert excluded.count("below a column whose period is not found") == 39
    assert not failing(deal)


def test_a_statement_of_dashes_alone_is_read(tmp_path: Path) -> None:
    head, mark, rest = MARLOW.partition("CONDENSED CONSOLIDATED BALANCE SHEETS")
    sheet, end, cash = rest.partition("CONDENSED CONSOLIDATED STATEMENTS OF CASH FLOWS")
    dashes = re.sub(r"(?<=right>)\(?[\d,]+", "—", sheet)
    deal = planted(tmp_path, (), head + mark + dashes + end + cash)
    assert any("No balance sheet with two sides" in doubt for doubt in deal.doubts)


def test_the_mark_of_a_footnote_is_no_decimal(tmp_path: Path) -> None:
    """A count of shares that is printed with a mark has the scale of its row."""
    row = "Weighted average shares, basic</td><td></td><td align=right>199.5"
    deal = planted(tmp_path, ((row, f"{row} (1)"),))
    rows = (deal.folder / "figures.csv").read_text(encoding="utf-8")
    assert "income.weighted_average_shares_basic,2025-09-30,199.5," in rows
    assert "shares_10000000" not in rows


def test_the_blank_quarter_is_told_of_where_there_is_one(tmp_path: Path) -> None:
    deal = planted(tmp_path, ())
    assert "the quarter is blank" in (deal.folder / "deal.yaml").read_text(encoding="utf-8")
    read_all = []
    for number in (8, 9, 10, 11):
        path = tmp_path / f"report{number}.html"
        path.write_text(report(quarters(), number, yearly=number == 11), encoding="utf-8")
        document = read(path)
        read_all.append((document, figures(document)))
    whole = write_deal(tmp_path / "whole", read_all)
    text = (whole.folder / "deal.yaml").read_text(encoding="utf-8")
    assert "the quarter is blank" not in text
    by_line: dict[str, list[tuple[str, str]]] = {}
    for row in (whole.folder / "figures.csv").read_text(encoding="utf-8").splitlines():
        if row.endswith("Nothing is printed in this column"):
            id_, day = row.split(",")[:2]
            by_line.setdefault(id_.removeprefix("ytd."), []).append(
                (id_.split("cash_flow")[0], day)
            )
    assert by_line
    assert all(columns == sorted(columns) for columns in by_line.values())  # whatever the hash seed
