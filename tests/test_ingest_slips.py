"""A document that contradicts itself gets a sentence that names the line and the numbers, whatever slipped; one
that does not, gets none. And the model of it still holds: a misprint is the source's.
"""

import re
from pathlib import Path

import pytest

import modelgen as mg
from modelgen.evaluate.verdict import verdict_of
from modelgen.ingest.deal import IngestedDeal, write_deal
from modelgen.ingest.ingested import ingested
from modelgen.review.build import solved
from modelgen.text.load import load
from tests.calls import call
from tests.companies import quarters, report
from tests.slips import (
    BALANCE,
    CASH,
    INCOME,
    Slip,
    cash_of_balance,
    doubled,
    dropped,
    exchanged,
    in_euros,
    in_rows,
    in_two_tables,
    in_words,
    loss_without_sign,
    printed,
    printed_again,
    release,
    swapped_dates,
    together,
    unsigned,
    with_margin,
    without_dates,
)

EPS = "Net income per share, basic"
HELD = "Cash and cash equivalents"
RECEIVABLES = "Accounts receivable, net"
OTHER = "Other income (expense), net"
CAPEX = "Purchases of property, plant and equipment"

# By name: what slips, and what the sentences about it say.
SLIPS: dict[str, tuple[Slip, tuple[str, ...]]] = {
    "another scale": (in_words(BALANCE, "(In millions)", "(In thousands)"), ("One unit of the balance sheet is 1,000, and one of the income statement (line 8) is 1,000,000",)),
    "another currency": (in_euros, ("The balance sheet is in €, and the income statement in $: a model has one currency",)),
    "dates exchanged": (swapped_dates, ("is 1,251, and the balance sheet's Cash and cash equivalents is 1,018 on that day (line 24)", "the two dates above the balance sheet are exchanged")),
    "a current asset dropped": (dropped(BALANCE, "Prepaid expenses"), ("Total current assets is not what its lines add up to: it prints 1,992, and lines 24 to 26 add up to 1,891; a row of 101 is missing there",)),
    "a debt dropped": (dropped(BALANCE, "Long-term debt"), ("Total liabilities is not what its lines add up to: it prints 1,152, and lines 36 and 37 add up to 592; a row of 560 is missing there",)),
    "all debt dropped": (together(dropped(BALANCE, "Long-term debt"), dropped(BALANCE, "Current portion of long-term debt")), ("Proceeds from long-term debt is $ 50, and the balance sheet has no line of debt", "a row of 40 is missing there")),
    "a cost dropped": (dropped(INCOME, "Research and development"), ("Operating income is not what its lines add up to: it prints 167, and line 10 less line 11 gives 223; a row of 56 is missing there",)),
    "sales dropped": (dropped(INCOME, "Net sales"), ("The income statement begins with Cost of sales (line 8): no line of sales or revenue stands above it",)),
    "a decimal point of earnings": (printed(INCOME, EPS, "0.61", "6.10"), ("Net income of 122 (line 18) by Weighted average shares, basic of 199.5 (line 20) is 0.61 a share", "prints 6.10 (line 19): it seems that 6.10 is misprinted")),
    "a decimal point of shares": (printed(INCOME, "Weighted average shares, basic", "199.5", "19.95"), ("it seems that 19.95 is misprinted, which another column has as 200.0",)),
    "assets alone": (together(printed(BALANCE, "Total assets", "3,401", "3,501"), printed(BALANCE, "Total current assets", "1,992", "2,092"), printed(BALANCE, "Inventories", "276", "376")), ("Total liabilities and shareholders’ equity is 3,401, and Total assets is 3,501 (line 32)",)),
    "a total alone": (printed(BALANCE, "Total assets", "3,401", "3,501"), ("Total assets is not what its lines add up to: it prints 3,501, and lines 28 to 31 add up to 3,401", "is 3,401, and Total assets is 3,501")),
    "a sign lost": (in_rows(INCOME, OTHER, lambda row: row.replace("(1</td><td>)", "1</td><td>", 1)), ("Income before income taxes prints 157, and its lines add up to 159: the difference is twice Other income (expense), net, 1 on line 15",)),
    "a statement again": (printed_again, ("Net sales is 993 here, and 933 on line 8, of the same period",)),
    "a row again": (doubled(BALANCE, "Other assets"), ("Other assets is printed twice with the same numbers, on lines 31 and 32",)),
    "a year older": (together(in_words(BALANCE, "September 30, 2025", "September 30, 2024"), in_words(BALANCE, "December 31, 2024", "December 31, 2023")), ("The balance sheet ends on 2024-09-30, and the income statement (line 8) on 2025-09-30",)),
    "net income": (printed(CASH, "Net income", "415", "451"), ("Net income is 451 in the statement of cash flows, and Net income is 415 in the income statement (line 18)", "add up to 562; a row of 36")),
    "dividends dropped": (dropped(CASH, "Dividends paid"), ("Net cash used in financing activities is not what its lines add up to: it prints -149, and lines 65 to 67 add up to -74; a row of 75 is missing there",)),
    "all signs of the only cost lost": (in_rows(CASH, CAPEX, unsigned()), ("Net cash used in investing activities is not what its lines add up to: it prints -144, and its only line, line 62, is 144; the sign of Purchases of property, plant and equipment, 144 on line 62, is lost, it seems",)),
    "a sign of several lost": (in_rows(CASH, "Dividends paid", unsigned(1)), ("it prints -149, and lines 65 to 68 add up to 1; the sign of Dividends paid, 75 on line 67, is lost, it seems",)),
    "signs of several lost": (in_rows(CASH, "Dividends paid", unsigned()), ("Dividends paid is 75, and Net cash used in financing activities (line 69) is what its lines add up to only where that is taken off: its sign is lost, it seems",)),
    "a sign too many": (printed(INCOME, "Research and development", "56", "(56)"), ("line 10 less lines 11 and 12 gives 279; the sign of Research and development, -56 on line 12, is one too many, it seems",)),
    "a loss without its sign": (loss_without_sign, ("Net income is not what its lines add up to: it prints 278, and line 16 less line 17 gives -278; its own sign is lost, it seems", "the sign of one of the two is lost")),
    "all lines of a section dropped": (dropped(CASH, CAPEX), ("Net cash used in investing activities prints -144, and no line stands between it and the heading above it, 'Investing activities': its rows are missing",)),
    "net income dropped": (dropped(INCOME, "Net income"), ("Net income is 415 in the statement of cash flows, and no line of the income statement is that: Income before income taxes is 533 in the income statement (line 16); a row of 415 is missing there",)),
    "net income of the cash flow dropped": (dropped(CASH, "Net income"), ("add up to 111; a row of 415 is missing there",)),
    "another period": (in_words(CASH, "Nine Months", "Six Months"), ("6 months to 2025-09-30", "misread or misprinted")),
    "the quarter's words above the year to date": (in_words(CASH, "Nine Months", "Three Months"), ("Net income is 415 of the 3 months to 2025-09-30 in the statement of cash flows, and that of the 9 months to 2025-09-30 in the income statement (line 18): the dates, or the words of their length, above one of the two",)),
    "two balances exchanged": (exchanged(BALANCE, RECEIVABLES, "Inventories", 0), ("Accounts receivable, net is 276 on 2025-09-30, and Inventories 364 (line 26): by the changes that the statement of cash flows tells (1 on line 55 and -8 on line 56), each would be what the other prints",)),
    "two balances of the year before exchanged": (exchanged(BALANCE, RECEIVABLES, "Inventories", 1), ("Accounts receivable, net is 268 on 2024-12-31, and Inventories 365 (line 26)",)),
    "two balances exchanged on both days": (exchanged(BALANCE, RECEIVABLES, "Inventories", 0, 1), ("each is the change of the other on the balance sheet (lines 25 and 26), so the two are exchanged in one of the statements",)),
    "two flows exchanged": (exchanged(CASH, RECEIVABLES, "Inventories", 0), ("Accounts receivable, net is -8 in the statement of cash flows, and Inventories 1 (line 56): each is the change of the other",)),
    "cash at the end": (cash_of_balance(-100), ("is 1,251, and the balance sheet's Cash and cash equivalents is 1,151 (line 24), though on 2024-12-31 both are 1,018: one of the two is misprinted, or the 100 between are in a line of another name",)),
    "cash at the end below": (cash_of_balance(100), ("the balance sheet's Cash and cash equivalents is 1,351 (line 24): cash at the end cannot be less",)),
    "all assets dropped": (dropped(BALANCE, "Total assets"), ("is 3,401, and the balance sheet prints no total of assets: the row is missing, or its name does not say so",)),
    "all claims dropped": (dropped(BALANCE, "Total liabilities and shareholders’ equity"), ("Total assets is 3,401, and the balance sheet prints no total of liabilities and equity",)),
    "a section's total dropped": (dropped(CASH, "Net cash provided by operating activities"), ("prints totals of investing and financing activities, and none of operating activities",)),
    "the beginning dropped": (dropped(CASH, f"{HELD} at beginning of period"), (f"{HELD} at end of period is 1,251, and the statement of cash flows prints no cash at the beginning of the period",)),
    "the end dropped": (dropped(CASH, f"{HELD} at end of period"), (f"{HELD} at beginning of period is 1,018, and the statement of cash flows prints no cash at the end of the period",)),
    "the beginning": (printed(CASH, f"{HELD} at beginning of period", "1,018", "1,081"), (f"{HELD} at beginning of period is not what the end less the change gives: it prints 1,081, and {HELD} at end of period of 1,251 (line 72) less",)),
    "years exchanged": (together(in_words(INCOME, ">2025<", ">@<"), in_words(INCOME, ">2024<", ">2025<"), in_words(INCOME, ">@<", ">2024<")), ("Net income is 415 of the 9 months to 2025-09-30 in the statement of cash flows, and that of the 9 months to 2024-09-30 in the income statement (line 18)",)),
    "the year before": (in_words(CASH, ">2024<", ">2023<"), ("Net income is 422 of the 9 months to 2023-09-30 in the statement of cash flows, and that of the 9 months to 2024-09-30",)),
    "another year's end": (in_words(BALANCE, "December 31, 2024", "December 31, 2023"), ("is 1,018 on 2023-12-31, and Cash and cash equivalents at beginning of period is that on 2024-12-31 (line 71)",)),
    "another scale of income": (in_words(INCOME, "(In millions, ", "(In thousands, "), ("One unit of the income statement is 1,000, and one of the statement of cash flows (line 50) is 1,000,000", "misread or misprinted")),
    "the only cost dropped": (dropped(INCOME, "Cost of sales"), ("Gross profit is 391, and no line stands between it and Net sales of 933 (line 8): a row of 542 is missing there",)),
    "cash dropped": (dropped(BALANCE, HELD), ("at end of period is 1,251, and the balance sheet has no line of cash: the row is missing there",)),
    "a total again": (doubled(BALANCE, "Total current assets"), ("Total current assets is printed twice with the same numbers, on lines 28 and 29",)),
    "a line that no total takes": (in_rows(CASH, "Increase (decrease) in cash and cash equivalents", lambda row: row.replace("Increase (decrease) in cash and cash equivalents", "Effect of exchange rates").replace("233", "7").replace("342", "3") + row), ("Effect of exchange rates is 7, and no total takes it: Increase (decrease) in cash and cash equivalents (line 71) is what the others add up to",)),
    "a total blank": (printed(INCOME, "Net income", "415", ""), ("Net income prints nothing of the 9 months to 2025-09-30, and its lines (line 16 is the first) give 415",)),
    "a percentage": (with_margin("14.9"), ("Gross margin is 14.9%, and Gross profit of 391 (line 10) is 41.9% of Net sales of 933 (line 8), as the other columns have it",)),
    "sales again": (doubled(INCOME, "Net sales"), ("Net sales is printed twice with the same numbers, on lines 8 and 9",)),
    "a count of shares": (printed(INCOME, "Weighted average shares, basic", "199.5", "159.9"), ("it seems that 159.9 is misprinted, which another column has as 200.0",)),
}  # fmt: skip


def deal_of(folder: Path, text: str, name: str = "marlow.html") -> tuple[Path, IngestedDeal]:
    """A page as a file, and its deal."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path, write_deal(folder / "deal", [ingested(path)])


def test_a_release_that_does_not_contradict_itself_gets_no_sentence(tmp_path: Path) -> None:
    path, deal = deal_of(tmp_path, release())
    assert not deal.anomalies
    assert not deal.doubts
    assert not deal.notes
    assert call("ingest", path).code == call("ingest", path, "-o", tmp_path / "again").code == 0


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_gets_a_sentence_with_its_numbers(slip: str, tmp_path: Path) -> None:
    change, sentences = SLIPS[slip]
    path, deal = deal_of(tmp_path, change(release()))
    said = call("ingest", path, "-o", tmp_path / "again")
    alone = call("ingest", path)
    for sentence in sentences:
        assert sentence in said.out
        assert sentence in alone.out
    assert said.code == alone.code == 1
    assert "correct a copy of the document and ingest that" in said.out
    reasons = [why for _, _, why in deal.anomalies]
    assert len(reasons) == len({(at, why) for at, _, why in deal.anomalies})
    held = verdict_of(solved(load(str(deal.folder))))
    assert held.ok and not held.untied, str(held)
    covered = mg.coverage(deal.folder, deal.folder / "filing.txt")
    assert covered.complete, covered.report()


def test_nine_months_are_the_half_and_the_quarter_after_it(tmp_path: Path) -> None:
    """Of two filings: the half is a hundred less, in the later one nothing says so."""
    made = quarters()
    sales = [made[n].income["Net sales"] for n in (8, 9, 10)]
    half, nine = sum(sales[:2]), sum(sales)
    first = report(made, 9)
    assert f">{half:,}<" in first
    read_ = []
    for number, text in (
        (9, first.replace(f">{half:,}<", f">{half - 100:,}<")),
        (10, report(made, 10)),
    ):
        path = tmp_path / f"{number}.html"
        path.write_text(text, encoding="utf-8")
        read_.append(ingested(path))
    deal = write_deal(tmp_path / "deal", read_)
    told = [why for _, _, why in deal.anomalies if why.startswith("Net sales of 9 months")]
    assert told == [
        f"Net sales of 9 months is {nine:,}, and {half - 100:,} of the 6 months to 2025-06-30 (filing_1, "
        f"line 8) with {sales[2]:,} of the 3 months to 2025-09-30 (line 8) is {nine - 100:,}: one of the "
        "three is misprinted, or has been restated"
    ]
    assert verdict_of(solved(load(str(deal.folder)))).ok


def test_an_income_statement_in_two_tables_is_one(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    _, one = deal_of(tmp_path / "one", release())
    path, two = deal_of(tmp_path, in_two_tables(release()))
    assert not two.anomalies and not two.doubts
    assert two.figures == one.figures
    values = [
        mg.build(deal.folder, tmp_path / f"{n}.xlsx").recalc() for n, deal in enumerate((one, two))
    ]
    for id_ in ("income.net_sales", "ytd.income.net_sales", "income.net_income"):
        assert values[0][id_].values == values[1][id_].values
    said = call("ingest", path)
    assert "(further columns of the statement)" in said.out
    assert said.code == 0


def test_the_same_statement_of_another_company_is_said_and_not_taken(tmp_path: Path) -> None:
    """A parent and its subsidiary report in one document: not one number is a misprint."""
    page = release()
    other = re.sub(r">(\d)(\d\d)<", r">\g<1>1\2<", page.split("<p>CONDENSED CONSOLIDATED")[INCOME])
    page = page.replace("</body>", f"<p>CONDENSED CONSOLIDATED{other}</body>")
    _, deal = deal_of(tmp_path, page)
    assert not deal.anomalies
    assert any("it is of another company or reckoned otherwise" in note for note in deal.doubts)


def test_a_date_that_is_not_printed_is_never_that_of_the_year_before(tmp_path: Path) -> None:
    path = tmp_path / "tables.html"
    path.write_text(without_dates(release()), encoding="utf-8")
    said = call("ingest", path, "-o", tmp_path / "deal")
    assert said.code == 2
    assert "no statement of income or cash flows whose periods are found" in said.errors
    assert "--ended DATE says when its period ends" in said.errors
    told = call("ingest", path, "-o", tmp_path / "deal", "--ended", "2025-09-30")
    assert 'as_of: "2025-09-30"' in (tmp_path / "deal" / "deal.yaml").read_text("utf-8"), told.out
    assert "2024-09-30 is supposed" in told.out
    assert told.code == 1


def test_a_date_above_another_table_is_supposed_and_said(tmp_path: Path) -> None:
    other = (
        "<p>Other measures</p><table><tr><td></td><td>Three Months Ended September 28, 2025</td>"
        "<td>Three Months Ended September 29, 2024</td></tr>"
        "<tr><td>Orders</td><td>1,204</td><td>1,100</td></tr><tr><td>Backlog</td><td>2,204</td><td>2,100</td></tr></table>"
    )
    page = without_dates(release()).replace("</body>", f"{other}</body>")
    path = tmp_path / "tables.html"
    path.write_text(page, encoding="utf-8")
    said = call("ingest", path, "-o", tmp_path / "deal")
    assert (
        "2025-09-28 is supposed, as above other tables (--ended DATE says when it ends)" in said.out
    )
    assert "2024-09-29 is supposed" in said.out
    assert said.code == 1


def test_the_company_is_named_by_the_document_or_asked_for(tmp_path: Path) -> None:
    page = without_dates(release()).replace("Months Ended", "Months Ended September 30,")
    path = tmp_path / "tables.html"
    path.write_text(page, encoding="utf-8")
    call("ingest", path, "-o", tmp_path / "deal")
    assert 'company: "Marlow Instruments, Inc."' in (tmp_path / "deal" / "deal.yaml").read_text(
        "utf-8"
    )
    path.write_text(page.replace("Marlow Instruments, Inc.", ""), encoding="utf-8")
    said = call("ingest", path, "-o", tmp_path / "nameless")
    assert "'nameless', the name of the folder, stands for it; --company gives it" in said.out
    assert said.code == 1
    assert (
        "stands for it" not in call("ingest", path, "-o", tmp_path / "b", "--company", "Marlow").out
    )


def test_other_tables_are_a_count_unless_all_is_asked_for(tmp_path: Path) -> None:
    other = "<p>Data</p><table><tr><td>Stores opened in the west</td><td>1,204</td><td>1,100</td></tr></table>"
    path = tmp_path / "marlow.html"
    path.write_text(release().replace("</body>", f"{other}</body>"), encoding="utf-8")
    said, every = call("ingest", path), call("ingest", path, "--all")
    assert "outside the statements, 2 figures to review: --all lists them" in said.out
    assert "no period is printed" not in said.out
    assert said.code == 0
    assert "to review in other tables: 2 figures" in every.out
    assert every.code == 1


def test_sales_cannot_be_a_part_of_sales(tmp_path: Path) -> None:
    path, deal = deal_of(tmp_path, release())
    table = deal.folder / "map.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("income.net_sales,growth,", "income.net_sales,part,"), "utf-8")
    said = call("ingest", path, "-o", deal.folder)
    assert said.code == 2
    assert "it is sales, or in them, and a part is one of sales" in said.errors
    assert "roles that it can have: amount, growth" in said.errors
    assert "season" not in said.errors


def test_a_roll_says_what_the_next_filing_contradicts(tmp_path: Path) -> None:
    (tmp_path / "before.html").write_text(report(quarters(), 9), encoding="utf-8")
    call("ingest", tmp_path / "before.html", "-o", tmp_path / "deal")
    (tmp_path / "next.html").write_text(dropped(BALANCE, "Prepaid expenses")(release()), "utf-8")
    said = call("roll", tmp_path / "deal", tmp_path / "next.html", "-o", tmp_path / "next")
    assert "Total current assets is not what its lines add up to: it prints 1,992" in said.out
    (tmp_path / "right.html").write_text(release(), encoding="utf-8")
    said = call("roll", tmp_path / "deal", tmp_path / "right.html", "-o", tmp_path / "right")
    assert "is not what" not in said.out
    assert said.code == 0


def test_a_statement_whose_periods_have_no_column_is_said_not_to_be_used(tmp_path: Path) -> None:
    path, deal = deal_of(tmp_path, in_words(CASH, "Nine Months", "Six Months")(release()))
    assert (
        "The statement of cash flows is of 6 months to 2025-09-30, and the income statement (line 8) of 3 and 9"
        in call("ingest", path).out
    )
    assert any("and that of the 9 months to 2025-09-30" in why for _, _, why in deal.anomalies)
    assert any(
        "No figure of the statement of cash flows is used: it is of 6 months to 2025-09-30" in doubt
        for doubt in deal.doubts
    )


def test_a_section_that_a_condensed_statement_has_as_a_total_alone_lacks_no_row(
    tmp_path: Path,
) -> None:
    made = together(*(dropped(CASH, label) for label in (CAPEX, "Investing activities:")))
    _, deal = deal_of(tmp_path, made(release()))
    assert not deal.anomalies


def test_changes_that_are_not_those_of_the_balances_are_no_contradiction(tmp_path: Path) -> None:
    """A business that was bought, or a currency that moved, stands in the balances alone."""
    made = together(
        printed(BALANCE, RECEIVABLES, "364", "384"),
        printed(BALANCE, "Inventories", "276", "256"),
    )
    _, deal = deal_of(tmp_path, made(release()))
    assert not deal.anomalies


def test_what_contradicts_is_a_difference_and_in_no_other_line_of_the_balance_sheet(
    tmp_path: Path,
) -> None:
    _, deal = deal_of(tmp_path, cash_of_balance(-100)(release()))
    rows = (deal.folder / "statements.yaml").read_text("utf-8")
    assert "Cash and cash equivalents at end of period: difference in the source" in rows
    assert "in other lines of the balance sheet" not in rows
    assert not any(
        "it is taken to be in other lines" in note for note in (*deal.notes, *deal.doubts)
    )


def test_restricted_cash_may_come_within_the_period(tmp_path: Path) -> None:
    """What the cash flow counts beside the balance sheet's line of cash may be new."""
    named = in_words(CASH, "Cash and cash equivalents at", "Cash and restricted cash at")
    _, deal = deal_of(tmp_path, together(cash_of_balance(-100), named)(release()))
    assert not deal.anomalies
    assert any("it is taken to be in other lines" in note for note in deal.notes)


def test_a_margin_as_it_is_and_a_column_of_changes_contradict_nothing(tmp_path: Path) -> None:
    _, deal = deal_of(tmp_path, with_margin("41.9")(release()))
    assert not deal.anomalies


def test_two_columns_of_one_period_are_one_sentence(tmp_path: Path) -> None:
    slip = in_words(BALANCE, "December 31, 2024", "September 30, 2025")
    path, _ = deal_of(tmp_path, slip(release()))
    said = call("ingest", path, "-o", tmp_path / "again")
    assert said.out.count("Another column has the same period in this row") == 1
    assert "and prints 1,251: the first is taken" in said.out
    assert "so it is with 16 more figures" in said.out
    assert "the two sides must be the same" not in said.out
    assert said.code == 1


def test_the_same_numeral_in_another_scale_is_no_other_number(tmp_path: Path) -> None:
    _, deal = deal_of(tmp_path, in_words(INCOME, "(In millions, ", "(In thousands, ")(release()))
    told = [why for _, _, why in deal.anomalies if why.startswith("Net income is")]
    assert told[0] == (
        "Net income is 415,000,000 in the statement of cash flows, and 415,000 in the income statement (line "
        "18), of the same numeral: the words of the scale above one of the two are misread or misprinted"
    )
