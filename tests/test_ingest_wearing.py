"""What depreciation takes from, what shares add to, percent columns, and what is printed beside the cash flow."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

import modelgen as mg
from modelgen.ingest import vocabulary as words
from tests.companies import quarters, report
from tests.test_ingest_forecast import built, forecast, numbers_of, row, rows_of

PROPERTY = "Property, plant and equipment, net"
WEAR = "cash_flow.depreciation_amortization"
PURCHASES = "cash_flow.purchases_property_plant_equipment"


def with_row(text: str, label: str, *made: str) -> str:
    """A report whose first row of a label is others."""
    return text.replace(rows_of(text, label)[0], "".join(made), 1)


def steps(values: list[float]) -> list[float]:
    """By how much each value is above the one before."""
    return [b - a for a, b in pairwise(values)]


def test_depreciation_takes_from_accumulated_depreciation(tmp_path: Path) -> None:
    """Where cost and accumulated depreciation are lines, cost grows by what is bought alone."""
    text = report(quarters(), 8)
    net = numbers_of(rows_of(text, PROPERTY)[0])
    cost = row("Property, plant and equipment, at cost", [v + 700 for v in net])
    text = with_row(
        text, PROPERTY, cost, row("Less accumulated depreciation", [-700, -700]), row(PROPERTY, net)
    )
    _, book = built(tmp_path, text)
    bought, wear = forecast(book, PURCHASES), forecast(book, WEAR)
    assert steps(forecast(book, "balance.property_plant_equipment_cost")) == pytest.approx(
        [-v for v in bought[1:]]
    )
    assert steps(forecast(book, "balance.less_accumulated_depreciation")) == pytest.approx(
        [-v for v in wear[1:]]
    )


@pytest.mark.parametrize(("before", "part"), [(112, 12 / 46), (98, 100 / 1084), (90, 100 / 1084)])
def test_amortization_takes_from_intangible_assets(
    tmp_path: Path, before: int, part: float
) -> None:
    """Their part is what they fell by in the year to date; where they did not, it goes by the balances."""
    text = report(quarters(), 8)
    assets = row("Intangible assets, net", [100, before])
    text = with_row(text, "Goodwill", row("Goodwill", [250, 350 - before]), assets)
    deal, book = built(tmp_path, text)
    bought, wear = forecast(book, PURCHASES), forecast(book, WEAR)
    share = forecast(book, f"{WEAR}.intangible.part")[-1]
    assert share == pytest.approx(min(part, 50 / 11 / 46), abs=1e-6)  # at most half wears off
    taken = [v * share for v in wear]
    assert steps(forecast(book, "balance.intangible_assets_net")) == pytest.approx(
        [-v for v in taken[1:]]
    )
    left = [-b - w + t for b, w, t in zip(bought, wear, taken, strict=True)]
    assert steps(forecast(book, "balance.property_plant_equipment_net")) == pytest.approx(left[1:])
    assert set(forecast(book, "balance.goodwill")) == {250}
    basis = (deal.folder / "deal.yaml").read_text(encoding="utf-8")
    assert ("By what Intangible assets, net fell" in basis) == (before > 100)


def test_each_intangible_asset_has_a_part(tmp_path: Path) -> None:
    """One that fell has what it fell by; one that grew, by its size of what is left."""
    text = report(quarters(), 8)
    made = row("Capitalized software, net", [80, 74]), row("Intangible assets, net", [60, 62])
    text = with_row(text, "Goodwill", row("Goodwill", [210, 214]), *made)
    _, book = built(tmp_path, text)
    software, bought = (f"{WEAR}.intangible", f"{WEAR}.intangible_2")
    assert forecast(book, f"{bought}.part")[0] == pytest.approx(2 / 46, abs=1e-6)
    left = (1 - 2 / 46) * 80 / (80 + 984)
    assert forecast(book, f"{software}.part")[0] == pytest.approx(left, abs=1e-6)
    fell = steps(forecast(book, "balance.intangible_assets_net"))
    assert fell == pytest.approx([-v * 2 / 46 for v in forecast(book, WEAR)[1:]], abs=1e-4)


def test_securities_and_what_stands_below_a_heading_move(tmp_path: Path) -> None:
    """Premiums wear off securities; deposits are below their heading, each line saying only which."""
    text = report(quarters(), 8)
    text = with_row(text, "Other assets", row("Securities available for sale", [70, 70]))
    text = text.replace(
        "<td>Stock-based compensation</td>", "<td>Net amortization of premiums on securities</td>"
    )
    debt = rows_of(text, "Long-term debt")[0]
    owed = numbers_of(debt)
    below = "<tr><td>Deposits:</td></tr>" + row("Noninterest-bearing", [100, 100])
    below += row("Interest-bearing", [v - 100 for v in owed]) + row("Total deposits", owed)
    text = text.replace(debt, below, 1)
    text = text.replace(
        "<td>Proceeds from long-term debt</td>", "<td>Net increase in deposits</td>"
    )
    built(tmp_path, text)
    lines = (tmp_path / "deal" / "statements.yaml").read_text(encoding="utf-8")
    [deposits] = re.findall(r"balance\.interest_bearing:.*", lines)
    assert "cash_flow.net_increase_deposits" in deposits
    [securities] = re.findall(r"balance\.securities_available_sale:.*", lines)
    assert "cash_flow.net_amortization_premiums_securities" in securities


def test_what_stayed_as_it_was_wears_off_by_nothing(tmp_path: Path) -> None:
    text = report(quarters(), 8)
    made = row("Intangible assets, net", [100, 100])
    _, book = built(tmp_path, with_row(text, "Goodwill", row("Goodwill", [250, 250]), made))
    assert set(forecast(book, "balance.intangible_assets_net")) == {100}


def test_goodwill_is_not_amortized(tmp_path: Path) -> None:
    _, book = built(tmp_path, report(quarters(), 8))
    assert f"{WEAR}.intangible.part" not in book.recalc()
    assert set(forecast(book, "balance.goodwill")) == {350}


def test_real_estate_is_property(tmp_path: Path) -> None:
    """A landlord's buildings wear off and are improved; taxes on them are a cost, and no tax on income; what is
    distributed takes from distributions in excess of income.
    """
    text = report(quarters(), 8)
    net = numbers_of(rows_of(text, PROPERTY)[0])
    for old, new in (
        (PROPERTY, "Real estate, net"),
        ("Purchases of property, plant and equipment", "Improvements to real estate"),
        ("Research and development", "Real estate taxes"),
        ("Retained earnings", "Cumulative distributions in excess of net income"),
        ("Dividends paid", "Distributions to shareholders"),
    ):
        text = text.replace(f"<td>{old}</td>", f"<td>{new}</td>")
    assert numbers_of(rows_of(text, "Real estate, net")[0]) == net
    _, book = built(tmp_path, text)
    bought, wear = forecast(book, "cash_flow.improvements_real_estate"), forecast(book, WEAR)
    left = [-b - w for b, w in zip(bought, wear, strict=True)]
    assert max(bought) < 0
    assert steps(forecast(book, "balance.real_estate_net")) == pytest.approx(left[1:])
    deal = (tmp_path / "deal" / "deal.yaml").read_text(encoding="utf-8")
    assert 'income.real_estate_taxes: {label: "Real estate taxes", forecast: "part"' in deal
    lines = (tmp_path / "deal" / "statements.yaml").read_text(encoding="utf-8")
    [kept] = re.findall(r"balance\.cumulative_distributions_excess_net_income:.*", lines)
    assert "cash_flow.distributions_shareholders" in kept


def test_what_is_the_parents_goes_with_profit(tmp_path: Path) -> None:
    """Below profit, what is the parent's and what is others' both grow with it; finance costs are interest."""
    text = report(quarters(), 8)
    net = rows_of(text, "Net income")[0]
    own = [v - 4 for v in numbers_of(net)]
    below = row("Owners of the parent", own) + row("Non-controlling interests", [4, 4])
    text = text.replace(net, net + below, 1)
    text = text.replace("<td>Interest expense</td>", "<td>Finance costs</td>")
    text = text.replace(
        "<td>Accumulated other comprehensive loss</td>", "<td>Non-controlling interests</td>"
    )
    _, book = built(tmp_path, text)
    profit, theirs = (
        forecast(book, "income.net_income"),
        forecast(book, "income.non_controlling_interests"),
    )
    assert theirs == pytest.approx([p * 4 / 119 for p in profit], rel=1e-4)
    parents = forecast(book, "income.owners_parent")
    assert [a + b for a, b in zip(parents, theirs, strict=True)] == pytest.approx(profit)
    held = forecast(book, "balance.non_controlling_interests")
    assert steps(held) == pytest.approx(theirs[1:])
    deal = (tmp_path / "deal" / "deal.yaml").read_text(encoding="utf-8")
    assert 'label: "Finance costs", forecast: "interest"' in deal


def test_an_oil_producer(tmp_path: Path) -> None:
    """What is added to properties goes on; accretion adds to what is owed; a gain among revenues is not sold again;
    taxes on what is produced are a cost.
    """
    text = report(quarters(), 8)
    sales = rows_of(text, "Net sales")[0]
    total = numbers_of(sales)
    made = row("Oil sales", [v - 9 for v in total]) + row("Gain on derivatives, net", [9, 9])
    text = text.replace(sales, made + row("Total revenues", total), 1)
    for old, new in (
        (PROPERTY, "Oil and natural gas properties, net"),
        (
            "Purchases of property, plant and equipment",
            "Additions to oil and natural gas properties",
        ),
        ("Research and development", "Production and ad valorem taxes"),
        ("Stock-based compensation", "Accretion of asset retirement obligations"),
    ):
        text = text.replace(f"<td>{old}</td>", f"<td>{new}</td>")
    text = text.replace(
        "<td>Deferred income taxes</td>", "<td>Asset retirement obligations</td>", 1
    )
    _, book = built(tmp_path, text)
    assert max(forecast(book, "cash_flow.additions_oil_natural_gas_properties")) < 0
    assert set(forecast(book, "income.gain_derivatives_net")) == {0}
    added = forecast(book, "cash_flow.accretion_asset_retirement_obligations")
    assert set(added) == {11}
    assert steps(forecast(book, "balance.asset_retirement_obligations")) == pytest.approx(added[1:])
    deal = (tmp_path / "deal" / "deal.yaml").read_text(encoding="utf-8")
    assert 'label: "Production and ad valorem taxes", forecast: "part"' in deal


@pytest.mark.parametrize(
    "label",
    ["Provision for credit losses", "Policyholder benefits and losses", "Catastrophe losses"],
)
def test_losses_that_go_on_are_repeated(tmp_path: Path, label: str) -> None:
    """A lender and an insurer lose in every period; what a company loses once is not repeated."""
    text = report(quarters(), 8).replace("<td>Research and development</td>", f"<td>{label}</td>")
    text = text.replace(
        "<td>Other income (expense), net</td>", "<td>Gain (loss) on disposal, net</td>"
    )
    _, book = built(tmp_path, text)
    goes_on = "income." + label.lower().replace(" for ", "_").replace(" and ", "_").replace(
        " ", "_"
    )
    assert forecast(book, goes_on) == pytest.approx([58] * 10, rel=1e-3)
    assert set(forecast(book, "income.gain_disposal_net")) == {0}


PROPERTY_FLOWS = {
    "Construction expenditures": True,
    "Purchases of flight equipment": True,
    "Nuclear fuel expenditures": True,
    "Investments in hotel properties": True,
    "Purchases of rental vehicles": True,
    "Capitalization of software development costs": True,
    "Purchases of marketable securities": False,
    "Acquisitions of businesses, net of cash acquired": False,
    "Investments in joint ventures": False,
}


def test_capital_expenditure_is_told_by_its_words() -> None:
    found = {label: words.adds_to_property(label) for label in PROPERTY_FLOWS}
    assert found == PROPERTY_FLOWS


def test_a_balance_does_not_wear_off_whole(tmp_path: Path) -> None:
    """Depreciation that would use property up is cut, and says so."""
    text = report(quarters(), 8)
    text = with_row(text, PROPERTY, row(PROPERTY, [84, 73]))
    text = with_row(text, "Other assets", row("Other assets", [970, 970]))
    bought = "Purchases of property, plant and equipment"
    text = with_row(text, bought, row(bought, [0, 0]), row("Purchases of other assets", [-57, -52]))
    deal, book = built(tmp_path, text)
    assert forecast(book, "balance.property_plant_equipment_net")[-1] >= 84 / 2 - 1
    said = (deal.folder / "deal.yaml").read_text(encoding="utf-8")
    assert f"cut: at most half of {PROPERTY} wears off in the forecast" in said


def test_shares_given_for_work_add_to_what_is_paid_in(tmp_path: Path) -> None:
    """The par value of shares stays."""
    text = report(quarters(), 8)
    capital = "Common stock and additional paid-in capital"
    [own] = rows_of(text, capital)
    par = row("Class B common stock, par value $1.00", [500, 500])
    paid = row("Additional paid-in capital", [v - 500 for v in numbers_of(own)])
    _, book = built(tmp_path, text.replace(own, par + paid))
    assert len(set(forecast(book, "balance.class_b_common_stock_par_value"))) == 1
    pay = forecast(book, "cash_flow.stock_based_compensation")
    assert min(pay) > 0
    assert steps(forecast(book, "balance.additional_paid_capital")) == pytest.approx(pay[1:])


def test_shares_without_a_line_for_what_is_paid_in_add_to_earnings(tmp_path: Path) -> None:
    """A line of nothing but par value takes none of it."""
    text = report(quarters(), 8)
    capital = "Common stock and additional paid-in capital"
    text = with_row(text, capital, row("Common stock, par value $0.01", [3, 3]))
    earned = numbers_of(rows_of(text, "Retained earnings")[0])
    text = with_row(
        text,
        "Retained earnings",
        row("Retained earnings", [e + 600 - 11 * n for n, e in enumerate(earned)]),
    )
    built(tmp_path, text)
    lines = (tmp_path / "deal" / "statements.yaml").read_text(encoding="utf-8")
    [kept] = re.findall(r"balance\.retained_earnings:.*", lines)
    assert "cash_flow.stock_based_compensation" in kept


def test_a_balance_that_flows_use_up_raises_an_alert(tmp_path: Path) -> None:
    _, book = built(tmp_path, report(quarters(), 8))
    alert = "rolled.balance.property_plant_equipment_net.not_below_zero"
    assert not any(one.id == alert for one in book.verdict.alerts)
    used = mg.check(book.path, {f"{WEAR}.part@2025-06": 5})
    assert any(one.id == alert for one in used.alerts)


def test_short_borrowings_move_what_is_due_within_a_year(tmp_path: Path) -> None:
    text = report(quarters(), 8)
    label = "Repayments of long-term debt"
    given = numbers_of(rows_of(text, label)[0])
    text = with_row(text, label, row("Repayments of short-term borrowings", given))
    _, book = built(tmp_path, text)
    lines = (tmp_path / "deal" / "statements.yaml").read_text(encoding="utf-8")
    [short] = re.findall(r"balance\.current_portion_long_term_debt:.*", lines)
    assert "cash_flow.repayments_short_term_borrowings" in short
    assert set(forecast(book, "balance.current_portion_long_term_debt")) == {40}


def with_percents(text: str, printed: dict[str, tuple[float, float]]) -> str:
    """A report whose first table has two more columns: percent of sales, by label, the quarter first."""
    head, table, rest = text.partition("</table>")
    made = []
    for old in head.split("</tr>"):
        label = re.search(r"<tr><td>([^<]*)</td>", old)
        cells = re.findall(r"<td>[^<]*</td><td align=right>[^<]*</td><td>[^<]*</td>", old)
        years = re.findall(r"<td colspan=3>\d{4}</td>", old)
        new = old.replace("colspan=6", "colspan=12")
        if years:
            mark = "<td colspan=3>Percent of Sales</td>"
            new = new.replace("".join(years), "".join(year + mark for year in years))
        elif cells:
            parts = ["<td></td><td></td><td></td>"] * 2
            if label and label[1] in printed:
                parts = [
                    f"<td></td><td align=right>{p:.1f}</td><td>%</td>" for p in printed[label[1]]
                ]
            both = (cell + part for cell, part in zip(cells, parts, strict=True))
            new = new.replace("".join(cells), "".join(both))
        made.append(new)
    return "</tr>".join(made) + table + rest


PERCENTS = {
    "Net sales": (100.0, 100.0),
    "Cost of sales": (59.0, 53.5),
    "Gross profit": (41.0, 46.5),
    "Selling, general and administrative": (18.0, 18.0),
    "Research and development": (6.0, 6.0),
    "Operating income": (17.0, 22.5),
    "Net income": (12.3, 16.8),
}


def test_percents_of_sales_are_worked_out(tmp_path: Path) -> None:
    deal, book = built(tmp_path, with_percents(report(quarters(), 8), PERCENTS))
    assert not deal.anomalies
    model = book.recalc()
    [part] = [id_ for id_ in model if re.fullmatch(r"income\.gross_profit_\d", id_)]
    profit, sales = forecast(book, "income.gross_profit"), forecast(book, "income.net_sales")
    assert forecast(book, part) == pytest.approx(
        [p / s for p, s in zip(profit, sales, strict=True)]
    )
    figures = (deal.folder / "figures.csv").read_text(encoding="utf-8")
    assert f"{part},2025-03-31,41.0%" in figures


@pytest.mark.parametrize("printed", ["(0.2)%", "(0.2%)", "-0.2%"])
def test_a_percent_below_zero_ties(tmp_path: Path, printed: str) -> None:
    """Wherever its sign and its parentheses stand."""
    percents = PERCENTS | {"Other income (expense), net": (0.2, 0.1)}
    text = with_percents(report(quarters(), 8), percents)
    cell = f"<td></td><td align=right>{printed}</td><td></td>"
    text = text.replace("<td></td><td align=right>0.2</td><td>%</td>", cell, 1)
    deal, _ = built(tmp_path, text)
    assert not deal.anomalies


def test_a_percent_that_its_amount_does_not_give_is_said(tmp_path: Path) -> None:
    wrong = PERCENTS | {"Research and development": (6.9, 6.0), "Cost of sales": (59.1, 53.5)}
    deal, _ = built(tmp_path, with_percents(report(quarters(), 8), wrong))
    # 59.1 may be one more, so that the column adds up; 6.9 may not.
    assert [reason for _, _, reason in deal.anomalies] == [
        "Research and development is 6.9 percent of Net sales, and by the amounts it is 6.0: one of them is "
        "misprinted"
    ]


def test_a_margin_on_a_line_of_its_own_is_worked_out(tmp_path: Path) -> None:
    """It moves with its amounts; one that nothing gives stays as it was."""
    text = report(quarters(), 8)
    own = rows_of(text, "Gross profit")[0]
    cells = "".join(f"<td></td><td align=right>{v}</td><td>%</td>" for v in ("41.0", "46.5"))
    other = "".join(f"<td></td><td align=right>{v}</td><td>%</td>" for v in ("7.3", "8.8"))
    rows = f"<tr><td>Gross margin</td>{cells}</tr><tr><td>Share of the market</td>{other}</tr>"
    _, book = built(tmp_path, text.replace(own, own + rows, 1))
    changed = mg.recalc(book.path, {"income.cost_sales.part@2025-06": 0.5})
    assert changed["income.gross_margin"]["2025-06"] == pytest.approx(0.5)
    assert forecast(book, "income.share_market") == pytest.approx([0.073] * 10)


def with_beside(text: str, *rows: str) -> str:
    """A report with rows below its cash flow statement."""
    head, _, rest = text.rpartition("</table>")
    return f"{head}<tr><td>Supplemental disclosures:</td></tr>{''.join(rows)}</table>{rest}"


def test_what_is_paid_follows_its_cost(tmp_path: Path) -> None:
    """Interest and taxes paid are beside the flows; nothing of another kind is expected."""
    text = with_beside(
        report(quarters(), 8),
        row("Cash paid for interest", [8, 9]),
        row("Cash paid for income taxes", [30, 41]),
        row("Property acquired under leases", [5, 4]),
    )
    _, book = built(tmp_path, text)
    assert forecast(book, "cash_flow.cash_paid_interest") == pytest.approx(
        forecast(book, "income.interest_expense")
    )
    assert forecast(book, "cash_flow.cash_paid_income_taxes") == pytest.approx(
        forecast(book, "income.provision_income_taxes")
    )
    assert set(forecast(book, "cash_flow.property_acquired_under_leases")) == {0}


def test_interest_paid_without_a_cost_goes_on(tmp_path: Path) -> None:
    text = with_row(
        report(quarters(), 8), "Interest expense", row("Charges on credit lines", [9, 9])
    )
    text = with_beside(text, row("Cash paid for interest", [8, 9]))
    _, book = built(tmp_path, text)
    assert set(forecast(book, "cash_flow.cash_paid_interest")) == {8}
