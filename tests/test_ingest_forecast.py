"""What an ingested deal forecasts: cash moves in every line that prints it, each flow moves a balance of its own side,
net income goes to those whose it is, and a driver rests on a period that can be seen.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

import modelgen as mg
from modelgen.api.book import Book
from modelgen.ingest.deal import IngestedDeal, write_deal
from modelgen.ingest.meaning import figures
from modelgen.ingest.read import read
from modelgen.model.build import build_model
from modelgen.text.load import load
from tests.companies import quarters, report
from tests.conftest import ROOT

CASH = "Cash and cash equivalents"
END = f"{CASH} at end of period"
BEGINNING = f"{CASH} at beginning of period"
ALL_END = "Cash, cash equivalents and restricted cash at end of period"
ALL_BEGINNING = "Cash, cash equivalents and restricted cash at beginning of period"


def rows_of(text: str, label: str) -> list[str]:
    """The rows of a report with a label."""
    return re.findall(rf"<tr><td>{re.escape(label)}</td>(?:(?!</tr>).)*</tr>", text)


def numbers_of(row: str) -> list[int]:
    """The whole numbers of a row."""
    cells = re.findall(r"<td align=right>([^<]*)</td>", row)
    return [int(re.sub(r"[^\d]", "", c) or 0) * (-1 if c.startswith("(") else 1) for c in cells]


def row(label: str, values: Sequence[int]) -> str:
    """A row of a report."""
    cells = "".join(
        f"<td></td><td align=right>({-v:,}</td><td>)</td>"
        if v < 0
        else f"<td>$</td><td align=right>{v:,}</td><td></td>"
        for v in values
    )
    return f"<tr><td>{label}</td>{cells}</tr>"


def ingested(folder: Path, text: str) -> IngestedDeal:
    """The deal of a report."""
    path = folder / "report.html"
    path.write_text(text, encoding="utf-8")
    document = read(path)
    return write_deal(folder / "deal", [(document, figures(document))])


def built(folder: Path, text: str) -> tuple[IngestedDeal, Book]:
    """The deal of a report and its workbook, which holds."""
    deal = ingested(folder, text)
    book = mg.build(deal.folder, folder / "book.xlsx")
    assert book.verdict.ok, str(book.verdict)
    return deal, book


def forecast(book: Book, id_: str) -> list[float]:
    """The values of a line in the ten forecast quarters and more."""
    return [float(v) for v in book.recalc()[id_].values if isinstance(v, (int, float))][-10:]


def with_ends(text: str, *, above: int, after: Sequence[tuple[str, str, int]]) -> str:
    """A report whose cash flow counts so much more cash than the balance sheet; `after` its end, rows: label, what
    each is counted from ("balance", "end" or ""), and how much more.
    """
    [end], [beginning] = rows_of(text, END), rows_of(text, BEGINNING)
    own = numbers_of(end)
    made = row(ALL_END, [v + above for v in own])
    for label, base, more in after:
        start = {"balance": own, "end": [v + above for v in own], "": [0] * len(own)}[base]
        made += row(label, [v + more for v in start])
    text = text.replace(end, made)
    return text.replace(beginning, row(ALL_BEGINNING, [v + above for v in numbers_of(beginning)]))


LESS = (("Less: restricted cash included in other assets", "", 13), (END, "balance", 0))
RECONCILIATION = (
    (CASH, "balance", 0),
    ("Restricted cash in other current assets", "", 9),
    ("Restricted cash in other assets", "", 4),
    ("Total cash per above", "end", 0),
)
CONTINUING = (
    ("Less: cash of discontinued operations", "", 20),
    ("Cash of continuing operations at end of period", "end", -20),
)
RECONCILED: dict[str, tuple[int, Sequence[tuple[str, str, int]], dict[str, int]]] = {
    "less": (13, LESS, {"cash_cash_equivalents_end_period": 0}),
    "a reconciliation": (13, RECONCILIATION, {"cash_cash_equivalents": 0, "total_cash_per_above": 13}),
    "continuing": (45, CONTINUING, {"cash_continuing_operations_end_period": 25}),
    "words alone": (45, (("Cash held by the parent company", "balance", -7),), {"cash_held_parent_company": -7}),
}  # fmt: skip


def test_of_a_half_year_alone_each_quarter_is_a_half(tmp_path: Path) -> None:
    """No quarter is printed, so none can be grown from: sales are an amount, and the rest follows."""
    deal, book = built(tmp_path, report(quarters(), 9, to_date=True))
    sales = numbers_of(rows_of(report(quarters(), 9, to_date=True), "Net sales")[0])[0]
    assert forecast(book, "income.net_sales") == [sales / 2] * 10
    assert "each quarter of the forecast is a part of the 6 months" in " ".join(deal.notes)
    assert "One quarter is known" not in " ".join(deal.notes)
    assert not book.verdict.alerts
    assert min(forecast(book, "balance.accounts_receivable_net")) > 0
    assert min(forecast(book, "cash_flow.net_income")) > 0


def test_a_day_before_its_month_is_a_day_of_cash(tmp_path: Path) -> None:
    text = (
        report(quarters(), 8)
        .replace(BEGINNING, f"{CASH} at 1 January")
        .replace(END, f"{CASH} at 31 March")
    )
    _, book = built(tmp_path, text)
    assert forecast(book, "cash_flow.cash_cash_equivalents_31_march") == pytest.approx(
        forecast(book, "balance.cash_cash_equivalents")
    )


@pytest.mark.parametrize("number", [8, 9])
@pytest.mark.parametrize("kind", RECONCILED)
def test_each_line_of_cash_at_the_end_moves_with_cash(
    tmp_path: Path, kind: str, number: int
) -> None:
    above, after, lines = RECONCILED[kind]
    text = with_ends(report(quarters(), number), above=above, after=after)
    _, book = built(tmp_path, text)
    cash = forecast(book, "balance.cash_cash_equivalents")
    assert cash[-1] != pytest.approx(cash[0])
    ends = {"cash_cash_equivalents_restricted_cash_end": above, **lines}
    for id_, apart in ends.items():
        assert forecast(book, f"cash_flow.{id_}") == pytest.approx(
            [value + apart for value in cash]
        ), id_
    opening = forecast(book, "cash_flow.cash_cash_equivalents_restricted_cash_beginning")
    assert opening[1:] == pytest.approx([value + above for value in cash[:-1]])


def test_each_line_of_cash_at_the_beginning_is_the_end_before(tmp_path: Path) -> None:
    """Cash that goes on is printed at both edges, and what is discontinued changes within the period."""
    text = with_ends(report(quarters(), 8), above=45, after=CONTINUING)
    [own] = rows_of(text, ALL_BEGINNING)
    begins = "Cash of continuing operations at beginning of period"
    text = text.replace(own, row(begins, [v - 12 for v in numbers_of(own)]) + own)
    deal, book = built(tmp_path, text)
    assert not deal.anomalies
    end = forecast(book, "cash_flow.cash_continuing_operations_end_period")
    opening = forecast(book, "cash_flow.cash_continuing_operations_beginning_period")
    assert opening[1:] == pytest.approx(end[:-1])
    assert len({*end}) > 5


def test_a_line_of_cash_that_stood_still_would_fail_a_check(tmp_path: Path) -> None:
    deal, _ = built(tmp_path, with_ends(report(quarters(), 8), above=13, after=LESS))
    path = deal.folder / "statements.yaml"
    own = "cash_flow.cash_cash_equivalents_end_period"
    text = path.read_text(encoding="utf-8")
    line = next(one for one in text.splitlines() if f" {own}:" in one)
    still = re.sub(r'forecast: "[^"]*"', f'forecast: "= {own}[-1]"', line)
    assert still != line
    path.write_text(text.replace(line, still), encoding="utf-8")
    book = mg.build(deal.folder, tmp_path / "book.xlsx")
    assert not book.verdict.ok
    failing = [check.id for check in book.verdict.failing]
    assert failing == [f"closing.{own}.agrees"]


def test_cash_whose_days_are_named_is_found_and_moves(tmp_path: Path) -> None:
    """Neither line says beginning or end: the days do."""
    made = quarters()
    text = report(made, 8).replace(END, f"{CASH} at March 31").replace(
        BEGINNING, f"{CASH} at January 1"
    )  # fmt: skip
    _, book = built(tmp_path, text)
    cash = forecast(book, "balance.cash_cash_equivalents")
    assert forecast(book, "cash_flow.cash_cash_equivalents_march_31") == pytest.approx(cash)
    opening = forecast(book, "cash_flow.cash_cash_equivalents_january_1")
    assert opening[1:] == pytest.approx(cash[:-1])


def test_a_total_of_cash_is_what_the_cash_flow_ends_in(tmp_path: Path) -> None:
    """The lines of the balance sheet's total are cash: a change of one of them is no flow."""
    text = report(quarters(), 8)
    [held, *_] = rows_of(text, CASH)
    own = numbers_of(held)
    deposits = [v // 2 for v in own]
    split = row("Cash and due from banks", [v - d for v, d in zip(own, deposits, strict=True)])
    split += row("Interest-bearing deposits in other banks", deposits)
    text = text.replace(held, split + row("Total cash and cash equivalents", own), 1)
    deal, book = built(tmp_path, text)
    assert not any("no line of the balance sheet names" in note for note in deal.notes)
    total = forecast(book, "balance.total_cash_cash_equivalents")
    ending = "cash_flow.cash_cash_equivalents_end_period"
    assert total == pytest.approx(forecast(book, ending))
    assert set(forecast(book, "balance.interest_bearing_deposits_other_banks")) == {deposits[0]}
    moved = {"balance.interest_bearing_deposits_other_banks.change@2025-09": 30}
    again = mg.build(deal.folder, tmp_path / "moved.xlsx", moved)
    assert again.verdict.ok, str(again.verdict)
    assert forecast(again, ending) == pytest.approx(total)


def test_restricted_cash_that_is_off_by_rounding_still_ties(tmp_path: Path) -> None:
    """The end of cash is one more than cash and restricted cash are, as rounded."""
    text = with_ends(report(quarters(), 8), above=71, after=())
    [other] = rows_of(text, "Other assets")
    assert numbers_of(other) == [70, 70]
    text = text.replace(">Other assets<", ">Restricted cash<")
    deal, book = built(tmp_path, text)
    assert not any("no line of the balance sheet names" in note for note in deal.notes)
    cash = forecast(book, "balance.cash_cash_equivalents")
    end = "cash_flow.cash_cash_equivalents_restricted_cash_end"
    assert forecast(book, end) == pytest.approx([value + 71 for value in cash])


def a_lender() -> str:
    """A report of a company that lends: loans among its assets, deposits among its claims, and flows of both."""
    text = report(quarters(), 9)
    text = text.replace(">Goodwill<", ">Customer loans, net<").replace(
        ">Deferred income taxes<", ">Customer deposits<", 1
    )
    flow = "Purchases of property, plant and equipment"
    [bought] = rows_of(text, flow)
    own = numbers_of(bought)
    split = row(flow, [v + 15 for v in own]) + row(
        "Net increase in customer loans", [-15] * len(own)
    )
    text = text.replace(bought, split)
    [repaid] = rows_of(text, "Repayments of long-term debt")
    own = numbers_of(repaid)
    kept = row("Repayments of long-term debt", [v - 6 for v in own])
    return text.replace(repaid, kept + row("Net increase in customer deposits", [6] * len(own)))


def test_a_flow_moves_a_balance_of_its_own_side(tmp_path: Path) -> None:
    deal, _ = built(tmp_path, a_lender())
    text = (deal.folder / "statements.yaml").read_text(encoding="utf-8")
    rolls = dict(re.findall(r'^ +(balance\.\w+): .*forecast: "= (.*)"', text, re.MULTILINE))
    assert "cash_flow.net_increase_customer_loans" in rolls["balance.customer_loans_net"]
    assert "cash_flow.net_increase_customer_deposits" in rolls["balance.customer_deposits"]
    invested = ("customer_loans", "purchases_property")
    financed = ("customer_deposits", "long_term_debt", "dividends", "repurchases")
    claims = {
        id_: rule
        for id_, rule in rolls.items()
        if re.search("deposits|debt|payable|earnings|capital", id_)
    }
    assert not any(f"cash_flow.{word}" in rule for rule in claims.values() for word in invested)
    assets = [rule for id_, rule in rolls.items() if id_ not in claims]
    assert not any(word in rule for rule in assets for word in financed)


def of_others(text: str, labels: tuple[str, str], sign: int) -> str:
    """A report in which 5 of the net income of each period is that of others, who hold 60 of equity."""
    [net, *_] = rows_of(text, "Net income")
    own = numbers_of(net)
    theirs, parents = labels
    text = text.replace(
        net, row("Net income", own) + row(theirs, [5 * sign] * len(own)) + row(parents, [v - 5 for v in own]), 1
    )  # fmt: skip
    text = re.sub(r"<tr><td>Net income per share(?:(?!</tr>).)*</tr>", "", text)
    text = re.sub(r"<tr><td>Weighted average(?:(?!</tr>).)*</tr>", "", text)
    [earnings] = rows_of(text, "Retained earnings")
    own = numbers_of(earnings)
    kept = row("Retained earnings", [v - 60 for v in own])
    return text.replace(earnings, kept + row("Noncontrolling interests", [60] * len(own)))


@pytest.mark.parametrize(
    ("labels", "sign"),
    [
        (("Less: net income attributable to noncontrolling interests", "Net income attributable to the company"), 1),
        (("Consolidated net income attributable to noncontrolling interest", "Net income of the company"), -1),
    ],
    ids=["less", "as a negative"],
)  # fmt: skip
def test_others_share_of_net_income_goes_to_what_they_hold(
    tmp_path: Path, labels: tuple[str, str], sign: int
) -> None:
    _, book = built(tmp_path, of_others(report(quarters(), 8), labels, sign))
    theirs = forecast(book, "balance.noncontrolling_interests")
    result = book.recalc()
    share = [
        float(v) for v in result[f"income.{_slug(labels[0])}"].values if isinstance(v, (int, float))
    ][-10:]
    assert share[0] * sign > 0
    assert [b - a for a, b in pairwise(theirs)] == pytest.approx(
        [value * sign for value in share[1:]]
    )
    earnings, net = forecast(book, "balance.retained_earnings"), forecast(book, "income.net_income")
    paid = forecast(book, "cash_flow.dividends_paid"), forecast(book, "cash_flow.repurchases_common_stock")  # fmt: skip
    for n in range(1, 10):
        own = net[n] - share[n] * sign
        assert earnings[n] - earnings[n - 1] == pytest.approx(own + paid[0][n] + paid[1][n])


def test_others_share_that_the_cash_flow_adds_back_is_theirs(tmp_path: Path) -> None:
    """The cash flow begins with net income of the company, and adds the part of others in a line of its own."""
    labels = ("Less: income of noncontrolling interests", "Net income attributable to the company")
    text = of_others(report(quarters(), 8), labels, 1)
    [_, flow] = rows_of(text, "Net income")
    own = numbers_of(flow)
    start = text.index(flow, text.index("STATEMENTS OF CASH FLOWS"))
    added = row(labels[1], [v - 5 for v in own]) + row(
        "Income of noncontrolling interests", [5] * len(own)
    )
    text = text[:start] + added + text[start + len(flow) :]
    _, book = built(tmp_path, text)
    theirs = forecast(book, "balance.noncontrolling_interests")
    share = forecast(book, "income.less_income_noncontrolling_interests")
    assert forecast(book, "cash_flow.income_noncontrolling_interests") == pytest.approx(share)
    assert [b - a for a, b in pairwise(theirs)] == pytest.approx(share[1:])


def test_others_share_is_found_above_the_line_that_the_cash_flow_begins_with(
    tmp_path: Path,
) -> None:
    """The cash flow begins with operations that go on; others' part is taken off net income of all of them."""
    parents = "Net income attributable to the company"
    labels = ("Less: income of noncontrolling interests", parents)
    text = of_others(report(quarters(), 8), labels, 1)
    [net, flow] = rows_of(text, "Net income")
    [last] = rows_of(text, parents)
    own, goes_on = numbers_of(net), "Income from continuing operations"
    ended = row("Loss from discontinued operations", [-2] * len(own))
    whole = row("Net income", [v - 2 for v in own])
    text = text.replace(net, row(goes_on, own) + ended + whole, 1)
    text = text.replace(flow, row(goes_on, numbers_of(flow)))
    text = text.replace(last, row(parents, [v - 7 for v in own]))
    _, book = built(tmp_path, text)
    theirs = forecast(book, "balance.noncontrolling_interests")
    share = forecast(book, "income.less_income_noncontrolling_interests")
    assert share[0] > 0
    assert [b - a for a, b in pairwise(theirs)] == pytest.approx(share[1:])


def _slug(label: str) -> str:
    skipped = {"to", "of", "the"}
    return "_".join([w for w in re.findall(r"[a-z]+", label.lower()) if w not in skipped][:6])


def a_stub() -> str:
    """A report whose last quarter is cut in two: the company was taken over on February 10."""
    text = report(quarters(), 8)
    heads = re.compile(
        r"<tr><td></td><td colspan=6>Three Months Ended<br>March 31,</td></tr><tr>(.*?)</tr>"
    )
    own = "<td></td><td colspan=3>February 11 to March 31, 2025</td><td colspan=3>January 1 to March 31, 2024</td>"
    return heads.sub(f"<tr>{own}</tr>", text)


def test_no_driver_rests_on_the_stub_of_a_year(tmp_path: Path) -> None:
    made = quarters()
    deal, book = built(tmp_path, a_stub())
    assert deal.unplaced > 20
    said = " ".join(deal.notes)
    assert "2025-02-11 to 2025-03-31 (49 days, the stub of a year)" in said
    assert "the forecast rests on that ended 2024-03-31" in said
    text = (deal.folder / "deal.yaml").read_text(encoding="utf-8")
    assert "of that ended 2025-03-31, the model has no column" in text
    sales = made[4].income["Net sales"]
    assert forecast(book, "income.net_sales") == pytest.approx([sales] * 10)


SEASONAL = "<p>Our business is seasonal, and the fourth quarter is the strongest.</p>"
ADJUSTED = "<p>The rates are seasonally adjusted. Demand takes seasonal changes into account.</p>"


@pytest.mark.parametrize(
    ("number", "prose", "said", "alerts"),
    [
        (8, "", "no figure here shows whether sales have seasons", 0),
        (8, ADJUSTED, "no figure here shows whether sales have seasons", 0),
        (8, SEASONAL, "the document says that sales have seasons (filing.txt, line ", 1),
        (9, SEASONAL, "the document says that sales have seasons (filing.txt, line ", 1),
        (9, "", "", 0),
    ],
)
def test_a_quarter_that_is_repeated_is_said(
    tmp_path: Path, number: int, prose: str, said: str, alerts: int
) -> None:
    text = report(quarters(), number).replace("</body>", f"{prose}</body>")
    deal, book = built(tmp_path, text)
    assert any(said in note for note in deal.notes) if said else not deal.notes
    raised = [check.id for check in book.verdict.alerts]
    assert ("seasons.are_known" in raised) == bool(alerts)
    assert book.recalc()["seasons.known"].value == 1


def test_shares_beside_an_amount_are_no_amount(tmp_path: Path) -> None:
    """An inner column without a date counts shares, each row dated by its label."""
    text = report(quarters(), 8)
    capital = "Common stock and additional paid-in capital"
    [own] = rows_of(text, capital)
    start = text.index("CONDENSED CONSOLIDATED BALANCE SHEETS")
    head, table = text[:start], text[start:]
    end = table.index("</table>")
    table, tail = table[:end], table[end:]
    # One more column, between the labels and the dates.
    table = re.sub(r"(<tr><td>[^<]*</td>)", r"\1<td></td><td></td><td></td>", table)
    cells = own.split("</td>", 1)[1]
    issued = (
        "<tr><td>Common stock – shares issued – March 2025</td><td></td><td align=right>500.2</td><td></td></tr>"
        f"<tr><td>December 2024</td><td></td><td align=right>500.2</td><td></td>{cells}"
    )
    bare = re.search(rf"<tr><td>{capital}</td>(?:(?!</tr>).)*</tr>", table)
    assert bare is not None
    table = table.replace(bare[0], issued)
    deal, _ = built(tmp_path, head + table + tail)
    rows = (deal.folder / "figures.csv").read_text(encoding="utf-8").splitlines()
    counted = [one for one in rows if "500.2" in one]
    at = {one.split("filing:")[1].split(",")[0] for one in counted}
    beside = [one for one in rows if any(f"filing:{line}," in one for line in at)]
    money = [one for one in beside if one not in counted]
    assert len(counted) == 2
    assert len(money) == 2
    assert not {one.split(",")[0] for one in counted} & {one.split(",")[0] for one in money}
    assert {one.split(",")[1] for one in money} == {"2025-03-31", "2024-12-31"}
    assert not any("difference" in one for one in rows)


def test_a_statement_without_an_end_of_cash_still_moves_the_balance_sheet(tmp_path: Path) -> None:
    text = report(quarters(), 8)
    for label in (END, BEGINNING):
        [own] = rows_of(text, label)
        text = text.replace(own, "")
    _, book = built(tmp_path, text)
    cash = forecast(book, "balance.cash_cash_equivalents")
    change = forecast(book, "cash_flow.increase_cash_cash_equivalents")
    assert [b - a for a, b in pairwise(cash)] == pytest.approx(change[1:])


def test_drivers_of_one_label_are_told_apart(tmp_path: Path) -> None:
    """A slider, a check, a column of inputs: each is known by its label alone."""
    page = (ROOT / "docs" / "examples" / "marlow-2025q3.html").read_text(encoding="utf-8")
    text = page.replace("Stock-based compensation", "Research and development")
    assert text != page
    deal = ingested(tmp_path, text)
    inputs = build_model(load(str(deal.folder)), {}).inputs()
    labels = [item.label for item in inputs if not item.leaf_of]  # leaves stand in their statement
    assert [label for label in labels if label.startswith("Research and development")] == [
        "Research and development (income statement), part of Net sales",
        "Research and development (statement of cash flows), amount",
    ]
    assert len(set(labels)) == len(labels)


MARLOW = (ROOT / "docs" / "examples" / "marlow-2025q3.html").read_text(encoding="utf-8")
COUNT = "Weighted average shares, basic"


def amounts(label: str, printed: str) -> str:
    """A row of amounts a share of the four columns of Marlow's income statement."""
    return f"<tr><td>{label}</td>{f'<td>$</td><td align=right>{printed}</td><td></td>' * 4}</tr>"


def test_an_amount_a_share_that_goes_with_no_income_stays(tmp_path: Path) -> None:
    """Of operations that were given up: it is not net income by shares, though nothing gives it exactly."""
    row = amounts("Net income per share, from operations given up", "0.03")
    (count,) = rows_of(MARLOW, COUNT)
    deal, book = built(tmp_path, MARLOW.replace(count, row + count))
    model = build_model(load(str(deal.folder)), {})
    (line,) = (
        one for one in model.lines() if one.label.endswith("given up") and "." not in one.id[7:]
    )
    assert set(forecast(book, line.id)) == {0.03}
    income = forecast(book, "income.net_income")[-1]
    assert forecast(book, "income.net_income_per_share_basic")[-1] == pytest.approx(income / 199.5)


def test_without_a_count_of_shares_an_amount_a_share_goes_as_its_income_goes(
    tmp_path: Path,
) -> None:
    """Net income that turned round says nothing of what operations earn a share."""
    (count,) = rows_of(MARLOW, COUNT)
    (printed,) = rows_of(MARLOW, "Net income per share, basic")
    text = MARLOW.replace(count, "").replace(printed, printed.replace("0.61", "0.60"))
    _, book = built(tmp_path, text)
    each = forecast(book, "income.net_income_per_share_basic")
    assert each[-1] == pytest.approx(0.60 * forecast(book, "income.net_income")[-1] / 122)
