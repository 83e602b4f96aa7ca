"""What words of documents mean: scales, periods, units, balances of cash, and headers in many forms."""

from collections.abc import Sequence

import pytest

from modelgen.ingest.html import read_html
from modelgen.ingest.instants import BEGINNING, END, NEITHER, edge_of
from modelgen.ingest.meaning import figures
from modelgen.ingest.numerals import numeral
from modelgen.ingest.reading import BALANCE, CASH, INCOME, Reading
from modelgen.ingest.scale import row_scale, scale_of
from modelgen.ingest.units import unit_of
from modelgen.ingest.words import words_of

NUMERALS = {
    "$ 60,584": ("60584", 0), "(1,651)": ("-1651", 0), "$(0.07)": ("-0.07", 2), "-4.2%": ("-4.2", 1), "5.70(a)": ("5.70", 2),
    "(0.06 )": ("-0.06", 2), "\u2014": ("0", 0), "$ \u2014": ("0", 0), "\u2212 5": ("-5", 0), "\u20ac 1,204.5": ("1204.5", 1),
}  # fmt: skip


@pytest.mark.parametrize("text", NUMERALS)
def test_numerals(text: str) -> None:
    found = numeral(text)
    assert found is not None and (str(found.value), found.decimals) == NUMERALS[text]


@pytest.mark.parametrize(
    "text", ["(unaudited)", "24,", "June 30, 2031", "1,2", "(5", "Note 4", "12-15", "1/100th"]
)
def test_what_is_no_numeral(text: str) -> None:
    assert numeral(text) is None


SCALES: dict[str, tuple[int | None, int | None] | None] = {
    "(In millions, except number of shares which are reflected in thousands and per share amounts)": (
        6,
        3,
    ),
    "(In millions, except share and per share amounts)": (6, 0),
    "(in millions, except per share data)": (6, None),
    "Millions, except per share amounts, for the three months ended June 30,": (6, None),
    "(Unaudited; Dollars & Shares in Millions Except Per Share Amounts)": (6, 6),
    "(Dollars in Thousands, Shares in Thousands)": (3, 3),
    "(millions of dollars, unless noted)": (6, None),
    "(000's omitted)": (3, None),
    "(in $000's)": (3, None),
    "\u00a3'000": (3, None),
    "EUR million": (6, None),
    "(\u20ac in millions)": (6, None),
    "Amounts in millions of U.S. dollars, except shares": (6, 0),
    "4,084 million shares issued": None,
    "We expect costs of $20 million": None,
    "June 30, 2031 (unaudited) and December 31, 2030 (in millions)": (6, None),
}


@pytest.mark.parametrize("text", SCALES)
def test_scales(text: str) -> None:
    found = scale_of(text)
    assert (found and (found.money, found.shares)) == SCALES[text]


def test_scales_of_rows() -> None:
    assert (
        row_scale("Diluted (in thousands)") == 3 and row_scale("Shares outstanding (millions)") == 6
    )
    assert row_scale("Class B stock (530 million shares)") is None


DURATIONS = {
    "Three Months Ended June 28, 2031": (3, None), "For the Thirteen Weeks Ended": (None, 13), "26 Weeks Ended": (None, 26),
    "Quarters Ended June 30,": (3, None), "Fiscal Second Quarter Ended": (3, None), "First Half": (6, None), "Years Ended December 31,": (12, None),
    "Year-to-Date": (0, None), "Nine-month period ended": (9, None), "December 31, 2031": (None, None), "First Six Months": (6, None),
}  # fmt: skip


@pytest.mark.parametrize("text", DURATIONS)
def test_durations(text: str) -> None:
    words = words_of(text)
    assert (words.months, words.weeks) == DURATIONS[text]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Jun. 30, 2031", "2031-06-30"),
        ("6/30/31", "2031-06-30"),
        ("30 June 2031", "2031-06-30"),
        ("2031-06-30", "2031-06-30"),
        ("September 2031", "2031-09-30"),
    ],
)
def test_dates(text: str, day: str) -> None:
    (dated,) = words_of(text).dates
    assert str(dated.on()) == day


UNITS = [
    ("per share", "Basic", "Earnings per share:", "0.47"),
    ("per share", "Net income", "Earnings per share - diluted:", "0.46"),
    ("per share", "Cash dividends per share", "", "0.5"),
    ("per share", "Basic EPS", "", "1.20"),
    ("per share", "Net income per limited partner unit", "", "0.77"),
    (
        "shares",
        "Diluted",
        "Weighted-average common shares used in computing net loss per share:",
        "20,455.3",
    ),
    ("shares", "Weighted average shares used to compute basic net loss per share", "", "52,696"),
    ("shares", "Diluted weighted average common shares", "Net earnings per share", "1,003"),
    ("shares", "Average number of common shares", "", "20,012"),
    ("shares", "Denominator for diluted earnings per share", "", "1,200"),
    ("money", "Net income available to common shareholders", "Earnings per share:", "9,394"),
    ("money", "Gain on sale of shares", "", "120"),
    ("money", "Income allocated to participating shares", "", "12"),
    ("money", "Share-based compensation expense", "", "253"),
    ("money", "Comprehensive income", "Earnings per share:", "1,220"),
    ("money", "Dividends ($1.19 per share)", "", "(3,092)"),
    ("percent", "Effective tax rate", "", "23.9 %"),
]


@pytest.mark.parametrize(("unit", "label", "heading", "printed"), UNITS)
def test_units(unit: str, label: str, heading: str, printed: str) -> None:
    number = numeral(printed)
    assert number is not None
    numbers = [] if number.percent else [number]
    assert unit_of(label, (heading,) if heading else (), INCOME, numbers) == unit


def test_balances_of_cash() -> None:
    for label in (
        "Cash at beginning of period",
        "BEGINNING OF YEAR",
        "Opening cash",
        "Cash, beginning",
        "Balance, beginning of the year",
    ):
        assert edge_of(label, ()) == BEGINNING
    for label in (
        "Cash at end of period",
        "At end of period",
        "Ending cash balance",
        "Payables at period end",
    ):
        assert edge_of(label, ()) == END
    for label in (
        "Net increase in cash",
        "Proceeds of loans",
        "Change in cash from beginning of period",
    ):
        assert edge_of(label, ()) == NEITHER


def page(
    title: str, heads: Sequence[Sequence[str]], rows: Sequence[tuple[str, str]], columns: int
) -> str:
    """A page with one table: a head `2*Words` spans two columns; each row has its numeral in every column."""
    top = ""
    for row in heads:
        cells = [head.split("*", 1) if head[:2].endswith("*") else ["1", head] for head in row]
        top += "<tr>" + "".join(f"<td colspan={span}>{text}</td>" for span, text in cells) + "</tr>"
    body = "".join(
        f"<tr><td>{label}</td>{f'<td>{text}</td>' * columns}</tr>" for label, text in rows
    )
    return "".join(f"<p>{line}</p>" for line in title.split("|")) + f"<table>{top}{body}</table>"


def reading_of(*pages: str) -> Reading:
    return figures(read_html("page.html", "".join(pages).encode()))


ROWS = [("Net sales", "84,210"), ("Cost of sales", "51,377"), ("Income taxes", "3,131"), ("Net income", "9,394"), ("Basic earnings per share", "0.47"), ("Weighted average shares", "20,012")]  # fmt: skip
ASSETS = [("Cash", "1,200"), ("Receivables", "900"), ("Total assets", "5,000"), ("Debt", "3,000"), ("Total liabilities and equity", "5,000")]  # fmt: skip
WEEKS = page(
    "BALANCE SHEETS|(In thousands)",
    [["", "August 2, 2031", "February 1, 2031", "August 3, 2030"]],
    ASSETS,
    3,
)
TITLE = "CONSOLIDATED STATEMENTS OF INCOME|(In thousands, except per share data)"

HEADERS = {
    "weeks": (TITLE, [["", "2*Thirteen Weeks Ended", "2*Twenty-Six Weeks Ended"], ["", "August 2, 2031", "August 3, 2030", "August 2, 2031", "August 3, 2030"]],
              ["2031-05-04", "2030-05-05", "2031-02-02", "2030-02-03"]),
    "to date": (TITLE, [["", "2*Quarter Ended", "2*Year-to-Date"], ["", "August 2, 2031", "August 3, 2030", "August 2, 2031", "August 3, 2030"]],
                ["2031-05-04", "2030-05-05", "2031-02-02", "2030-02-03"]),
    "years": (TITLE, [["", "3*Years Ended December 31,"], ["", "2031", "2030", "2029"]], ["2031-01-01", "2030-01-01", "2029-01-01"]),
    "titled": (f"{TITLE}|For the years ended December 31, 2031, 2030 and 2029", [["", "2031", "2030", "2029"]], ["2031-01-01", "2030-01-01", "2029-01-01"]),
    "stub": (TITLE, [["Three months ended September 30", "2031", "2030"]], ["2031-07-01", "2030-07-01"]),
    "two durations in the title": (f"{TITLE}|FOR THE THREE AND SIX MONTHS ENDED JUNE 30, 2031 AND 2030", [["", "2*Three Months", "2*Six Months"], ["", "2031", "2030", "2031", "2030"]],
                                   ["2031-04-01", "2030-04-01", "2031-01-01", "2030-01-01"]),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADERS)
def test_headers(name: str) -> None:
    title, heads, starts = HEADERS[name]
    reading = reading_of(
        WEEKS if name in ("weeks", "to date") else "", page(title, heads, ROWS, len(starts))
    )
    table = reading.statement(INCOME)
    assert table is not None and [str(column.start) for column in table.columns] == starts
    assert not any(figure.review for figure in table.figures)


def test_durations_that_are_not_told_apart_are_doubted() -> None:
    title = f"{TITLE}|FOR THE THREE AND SIX MONTHS ENDED JUNE 30, 2031 AND 2030"
    reading = reading_of(page(title, [["", "2031", "2030", "2031", "2030"]], ROWS, 4))
    assert all("several durations" in (figure.review or "") for figure in reading.figures)


def test_columns_of_changes_have_no_period_and_columns_of_notes_no_figures() -> None:
    heads = [["", "Note", "3*Three Months Ended June 30,"], ["", "", "2031", "2030", "% Change"]]
    table = reading_of(page(TITLE, heads, ROWS, 4)).statement(INCOME)
    assert table is not None
    first = table.rows[0].figures
    assert [str(figure.end) for figure in first] == ["2031-06-30", "2030-06-30", "None"]
    assert first[2].review == "the column compares two periods"


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("Cash, January 1", "Cash, June 30"),
        ("Cash at January 1, 2031", "Cash at June 30, 2031"),
        ("Beginning of period", "End of period"),
    ],
)
def test_cash_is_an_instant(opening: str, closing: str) -> None:
    rows = [("Net income", "900"), ("Net cash from operating activities", "1,000"), ("Net cash used in investing activities", "(400)"),
            ("Net cash used in financing activities", "(500)"), (opening, "1,100"), (closing, "1,200")]  # fmt: skip
    reading = reading_of(
        page(
            "STATEMENTS OF CASH FLOWS|(in thousands)",
            [["", "1*Six Months Ended June 30,"], ["", "2031"]],
            rows,
            1,
        )
    )
    table = reading.statement(CASH)
    assert table is not None
    *flows, first, last = table.figures
    assert all(str(figure.start) == "2031-01-01" for figure in flows)
    assert (first.start, str(first.end), last.start, str(last.end)) == (
        None,
        "2030-12-31",
        None,
        "2031-06-30",
    )


def test_shares_are_scaled_as_earnings_per_share_prove() -> None:
    rows = [*ROWS[:-1], ("Weighted average shares", "19,987,234")]
    table = reading_of(page(TITLE, [["", "Year Ended December 31, 2031"]], rows, 1)).statement(
        INCOME
    )
    assert table is not None and int(table.figures[-1].value) == 19_987_234


def test_two_columns_of_one_period_are_doubted() -> None:
    table = reading_of(
        page("BALANCE SHEETS|(in thousands)", [["", "June 30, 2031", "June 30, 2031"]], ASSETS, 2)
    ).statement(BALANCE)
    assert table is not None
    assert {figure.review for figure in table.figures} == {
        "two columns seem to have the same period"
    }
