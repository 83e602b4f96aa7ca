"""What words of documents mean: scales, periods, units, balances of cash, and headers in many forms."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from modelgen.cli.ingest import write_reports
from modelgen.ingest.html import read_html
from modelgen.ingest.instants import BEGINNING, END, NEITHER, edge_of
from modelgen.ingest.meaning import figures
from modelgen.ingest.numerals import decimals_of, numeral
from modelgen.ingest.read import read
from modelgen.ingest.reading import BALANCE, CASH, INCOME, Reading
from modelgen.ingest.scale import row_scale, scale_of
from modelgen.ingest.share_scale import is_earned
from modelgen.ingest.units import unit_of
from modelgen.ingest.words import words_of

NUMERALS = {
    "$ 60,584": ("60584", 0), "(1,651)": ("-1651", 0), "$(0.07)": ("-0.07", 2), "-4.2%": ("-4.2", 1), "5.70(a)": ("5.70", 2),
    "1,234-": ("-1234", 0), "(0.06 )": ("-0.06", 2), "\u2014": ("0", 0), "$ \u2014": ("0", 0), "\u2212 5": ("-5", 0), "\u20ac 1,204.5": ("1204.5", 1),
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
    "(Unaudited, in thousands, except unit and per unit data)": (3, 0),
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
    "Year to 31 December 2031": (12, None), "Six months to 30 June": (6, None), "2Q31": (3, None), "H1 2031": (6, None), "(53 weeks)": (None, 53),
    "Less than six months": (None, None), "Twelve months or longer": (None, None), "Twelve months ended": (12, None), "H3 2031": (None, None),
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
        ("5 August 3, 2031", "2031-08-03"),
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
    ("per share", "Earnings per share \u2013 basic (pence)", "", "24.0"),
    ("per share", "Net earnings per average equivalent Class A share", "", "24,775"),
    (
        "shares",
        "Basic and diluted",
        "Weighted average limited partner units outstanding:",
        "19,800,000",
    ),
    ("money", "Preferred stock, $.01 par value per share", "", "0.1"),
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


CHANGES = ["% Change", "Variance", "B/(W)", "+/-", "Inc/(Dec)", "% Chg", "Var. %", "Better/(Worse)", "Diff.", "Y/Y", "2031 vs. 2030"]  # fmt: skip


@pytest.mark.parametrize("words", CHANGES)
def test_a_column_of_changes_has_no_period_whatever_it_is_called(words: str) -> None:
    heads = [["", "3*Three Months Ended June 30,"], ["", "2031", "2030", words]]
    table = reading_of(page(TITLE, heads, ROWS, 3)).statement(INCOME)
    assert table is not None
    for row in table.rows:
        assert [str(figure.end) for figure in row.figures] == ["2031-06-30", "2030-06-30", "None"]
        assert not row.figures[0].review and not row.figures[1].review


def test_a_column_without_words_beside_one_of_changes_compares_too() -> None:
    dateline = "QUARTERS ENDED JUNE 30, 2031"
    heads = [["", "2031", "2030", "Inc/ (Dec)", ""]]
    reading = reading_of(page(f"{TITLE}|{dateline}", heads, ROWS, 4))
    table = reading.statement(INCOME)
    assert table is not None and not reading.anomalies
    for row in table.rows:
        ends = [str(figure.end) for figure in row.figures]
        assert ends == ["2031-06-30", "2030-06-30", "None", "None"]
    assert {figure.review for figure in table.figures} == {None, "the column compares two periods"}


def test_a_percent_sign_beside_a_date_stays_a_column_of_its_own() -> None:
    heads = [["", "30 June 2031", "31 December 2030", "%"]]
    table = reading_of(page("BALANCE SHEETS|(in thousands)", heads, ASSETS, 3)).statement(BALANCE)
    assert table is not None
    first = table.rows[0].figures
    assert [figure.unit for figure in first] == ["money", "money", "percent"]
    assert (
        first[0].review is None
        and first[2].review
        and "of a total or of a change" in first[2].review
    )


def test_a_percent_sign_of_the_first_and_last_numeral_holds_for_a_column() -> None:
    rows = [("Boats", "10.3 %"), ("Lamps", "11.9"), ("Nets", "14.0"), ("All", "11.7 %")]
    reading = reading_of(page("COMPARABLE SALES", [["", "Quarter Ended June 30, 2031"]], rows, 1))
    assert [str(figure.value) for figure in reading.figures] == ["0.103", "0.119", "0.140", "0.117"]


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1,631", "\u2014", "1,130"], [1631, 0, 1130]),
        (["\u2014", "1,631", "-"], [0, 1631, 0]),
        (["-", "1,631", "\u2013"], [0, 1631, 0]),
    ],
)
def test_a_dash_in_a_column_of_numerals_is_no_sign(cells: list[str], values: list[int]) -> None:
    def row(label: str, texts: Sequence[str]) -> str:
        return f"<tr><td>{label}</td>{''.join(f'<td>{text}</td>' for text in texts)}</tr>"

    text = "<p>BALANCE SHEETS (in thousands)</p><table>" + row(
        "", ["June 30, 2031", "March 31, 2031", "June 30, 2030"]
    )
    text += (
        row("Total assets", ["1,100", "1,200", "1,300"])
        + row("Debt", cells)
        + row("Cash", ["1", "2", "3"])
    )
    found = [int(figure.value) // 1000 for figure in reading_of(text + "</table>").figures]
    assert found == [1100, 1200, 1300, *values, 1, 2, 3]


def test_a_minus_sign_in_a_cell_of_its_own_is_one() -> None:
    text = (
        "<p>BALANCE SHEETS (in thousands)</p><table><tr><td></td><td></td><td>June 30, 2031</td><td></td><td>June 30, 2030</td></tr>"
        "<tr><td>Cash</td><td></td><td>5</td><td></td><td>6</td></tr><tr><td>Deficit</td><td>-</td><td>7</td><td>\u2212</td><td>(8</td><td>)*</td></tr></table>"
    )
    values = [int(figure.value) for figure in reading_of(text).figures]
    assert values == [5_000, 6_000, -7_000, -8_000]


def head_of(words: str, *columns: str) -> list[list[str]]:
    return [["", f"{len(columns)}*{words}"], ["", *columns]]


PARTS = {
    "bare": ("", None),
    "with its header": ("", head_of("Three Months Ended June 30,", "2031", "2030")),
    "continued": (f"{TITLE.split('|', maxsplit=1)[0]} (continued)", head_of("Three Months Ended June 30,", "2031", "2030")),
    "years alone": ("", [["", "2031", "2030"]]),
}  # fmt: skip


@pytest.mark.parametrize("at", [3, 4])
@pytest.mark.parametrize("name", PARTS)
def test_a_statement_goes_on_over_a_page(name: str, at: int) -> None:
    title, heads = PARTS[name]
    first = PARTS["with its header"][1]
    caption = ""
    if name == "years alone":
        first, caption = (
            [["", "2031", "2030"]],
            "|For the three months ended June 30, 2031 and 2030",
        )
    foot = "|".join(filter(None, ["See accompanying notes.", "5", title]))
    rows = [*ROWS[:4], ("Earnings per share:", ""), ("Basic", "0.47"), ("Weighted average shares", "20,012")]  # fmt: skip
    cut = at + (at == 4)
    reading = reading_of(
        page(TITLE + caption, first or [], rows[:cut], 2),
        page(foot, heads or [], rows[cut:], 2),
    )
    (table,) = reading.tables
    assert table.statement == INCOME and len(table.figures) == 12
    assert {str(figure.end) for figure in table.figures} == {"2031-06-30", "2030-06-30"}
    assert [figure.unit for figure in table.figures[-4:]] == ["per share"] * 2 + ["shares"] * 2
    assert not any(figure.review for figure in table.figures)


def test_notes_are_numbered_in_one_part_of_a_statement_alone() -> None:
    head = [["", "", "June 30, 2031", "December 31, 2030"]]
    first = page("BALANCE SHEETS|(in thousands)", head, [], 2)[: -len("</table>")]
    rows = "".join(
        f"<tr><td>{label}</td><td></td><td>1,200</td><td>900</td></tr>" for label, _ in ASSETS[:2]
    )
    rest = "".join(
        f"<tr><td>{label}</td><td>{'7' if label == 'Debt' else ''}</td><td>5,000</td><td>4,000</td></tr>"
        for label, _ in [*ASSETS[2:4], ("Payables", ""), ASSETS[4]]
    )
    reading = reading_of(f"{first}{rows}</table><p>5</p><table>{rest}</table>")
    (table,) = reading.tables
    assert (
        table.statement == BALANCE
        and len(table.figures) == 12
        and not any(f.review for f in table.figures)
    )


def test_a_header_over_the_currency_sign_holds_for_its_column() -> None:
    text = (
        "<p>BALANCE SHEETS (in thousands)</p><table><tr><td></td><td></td><td>June 30, 2031</td><td></td><td></td><td>December 31, 2030</td><td></td></tr>"
        "<tr><td>Cash</td><td></td><td></td><td>1,200</td><td></td><td></td><td>900</td></tr><tr><td>Total assets</td><td></td><td></td><td>5,000</td><td></td><td></td><td>4,000</td></tr></table>"
    )
    ends = [str(figure.end) for figure in reading_of(text).figures]
    assert ends == ["2031-06-30", "2030-12-31"] * 2


@pytest.mark.parametrize("name", ["Note", "Notes", "Ref", ""])
def test_a_column_of_notes_holds_no_figures_and_says_nothing_of_units(name: str) -> None:
    heads = [["", name, "2*Year Ended December 31,"], ["", "", "2031", "2030"]]
    text = page(TITLE, heads, [], 2)[: -len("</table>")]
    for index, (label, printed) in enumerate(ROWS):
        note = str(index + 3) if index in (1, 4, 5) else ""
        text += f"<tr><td>{label}</td><td>{note}</td><td>{printed}</td><td>{printed}</td></tr>"
    table = reading_of(text + "</table>").statement(INCOME)
    assert table is not None and [figure.unit for figure in table.figures] == [
        *["money"] * 8,
        *["per share"] * 2,
        *["shares"] * 2,
    ]
    assert not any(figure.review for figure in table.figures)


@pytest.mark.parametrize(
    ("words", "end", "sure"),
    [
        ("2Q31", "2031-06-30", True),
        ("Q1 2031", "2031-03-31", False),
        ("H1 2030", "2030-06-30", False),
    ],
)
def test_periods_that_are_named_are_sure_where_the_document_ends(
    words: str, end: str, sure: bool
) -> None:
    cover = "<p>For the quarterly period ended June 30, 2031</p>"
    table = reading_of(cover, page(TITLE, [["", words]], ROWS, 1)).statement(INCOME)
    assert table is not None and {str(figure.end) for figure in table.figures} == {end}
    assert all((figure.review is None) == sure for figure in table.figures)


def test_the_duration_nearest_to_the_numerals_holds() -> None:
    heads = [["", "2*Six Months"], ["", "2*Three Months Ended June 30,"], ["", "2031", "2030"]]
    table = reading_of(page(TITLE, heads, ROWS, 2)).statement(INCOME)
    assert table is not None and str(table.columns[0].start) == "2031-04-01"
    weeks = [["", "2*Fiscal Year Ended"], ["", "August 2, 2031", "August 3, 2030"], ["", "(52 weeks)", "(53 weeks)"]]  # fmt: skip
    table = reading_of(page(TITLE, weeks, ROWS, 2)).statement(INCOME)
    assert table is not None and str(table.columns[1].start) == "2029-07-29"


WHOLE = [("Revenues", "1,234,567"), ("Income taxes", "131,000"), ("Net loss", "(1,204,111)"), ("Net loss per share", "(0.12)"), ("Weighted average shares outstanding", "10,034,258")]  # fmt: skip


def test_whole_units_are_proven_by_the_count_on_the_cover() -> None:
    table = page("STATEMENTS OF OPERATIONS", [["", "Year Ended December 31, 2031"]], WHOLE, 1)
    doubted = reading_of(table)
    assert all(figure.review for figure in doubted.figures if figure.unit == "money")
    cover = "<p>10,102,003 shares of common stock were outstanding on March 1, 2032.</p>"
    sure = reading_of(cover, table)
    assert [int(figure.value) for figure in sure.figures][:3] == [1_234_567, 131_000, -1_204_111]
    assert not sure.to_review


def test_a_balance_of_cash_whose_words_say_no_day_is_doubted() -> None:
    rows = [("Net income", "900"), ("Net cash from operating activities", "1,000"), ("Net cash used in investing activities", "(400)"),
            ("Net cash used in financing activities", "(500)"), ("Cash and cash equivalents and restricted", "1,200")]  # fmt: skip
    heads = [["", "Six Months Ended June 30, 2031"]]
    table = reading_of(page("STATEMENTS OF CASH FLOWS|(in thousands)", heads, rows, 1)).statement(CASH)  # fmt: skip
    assert table is not None
    assert [figure.review for figure in table.figures] == [
        *[None] * 4,
        "a balance of cash or a flow: its words do not say",
    ]


PREFORMATTED = """
                     CONSOLIDATED STATEMENTS OF INCOME
                (In thousands, except per share amounts)
                                    Three Months Ended
                                         June 30,
                                      2031       2030
Net sales                           $ 84,210   $ 80,905
Cost of sales                         51,377     50,118
Income taxes                           3,131      2,335
Net income                          $  9,394   $  7,003
Net income per share                $   0.47   $   0.35
"""


@pytest.mark.parametrize("before", ["<html><body><pre>", "<TABLE>\n<CAPTION>\n<S> <C> <C>\n"])
def test_text_of_fixed_width_inside_marks_is_read_as_text(before: str, tmp_path: Path) -> None:
    file = tmp_path / "release.htm"
    file.write_text(before + PREFORMATTED, encoding="utf-8")
    table = figures(read(file)).statement(INCOME)
    assert table is not None and len(table.figures) == 10
    assert str(table.figures[0].start) == "2031-04-01" and not any(f.review for f in table.figures)


def test_a_table_with_heads_of_its_own_goes_on_no_statement() -> None:
    rows = [("Net income", "900"), ("Net cash from operating activities", "1,000"), ("Net cash used in investing activities", "(400)"),
            ("Net cash used in financing activities", "(500)"), ("Cash at end of period", "1,200")]  # fmt: skip
    heads = [["", "2*Six Months Ended June 30,"], ["", "2031", "2030"]]
    other = [["Cash reconciled", "Jun-31", "Dec-30"]]
    reading = reading_of(
        page("STATEMENTS OF CASH FLOWS|(in thousands)", heads, rows, 2),
        page("", other, [("Cash of the balance sheet", "1,200"), ("Restricted cash", "1,100")], 2),
    )
    table = reading.statement(CASH)
    assert table is not None and len(table.figures) == 10
    rest = [figure for figure in reading.figures if figure.statement != CASH]
    assert len(rest) == 4 and all(figure.review for figure in rest)


@pytest.mark.parametrize("name", ["H3 2031", "4H31", "H4 31"])
def test_a_year_has_two_halves(name: str) -> None:
    assert words_of(name).named is None
    reading = reading_of(page(TITLE, [["", name, "Q4 2030"]], ROWS, 2))
    assert [str(figure.end) for figure in reading.figures[:2]][1] == "2030-12-31"


@pytest.mark.parametrize(
    ("label", "earned"),
    [
        ("Net income", True),
        ("Net (loss) income", True),
        ("Net income attributable to common shareholders", True),
        ("Profit for the period", True),
        ("Loss for the period", True),
        ("Income from continuing operations", True),
        ("Income before income taxes", False),
        ("Net earnings before income taxes", False),
        ("Other income, net", False),
        ("Interest income", False),
        ("Gross profit", False),
    ],
)
def test_what_earnings_a_share_are_of(label: str, earned: bool) -> None:
    assert is_earned(label) is earned


@pytest.mark.parametrize("printed", ["1", "3"])
def test_a_numeral_without_a_label_where_nothing_stands_above_is_no_repetition(
    printed: str,
) -> None:
    rows = f"<tr><td>Net</td><td>50</td><td>40</td><td></td></tr><tr><td></td><td></td><td></td><td>{printed}</td></tr>"
    heads = [["", "June 30, 2031", "June 30, 2030", "June 30, 2029"]]
    reading = reading_of(page(TITLE, heads, ROWS, 3).replace("</table>", f"{rows}</table>"))
    assert not reading.anomalies


def test_digits_of_a_footnotes_mark_are_no_decimals() -> None:
    for text, decimals in (
        ("1,234.5 (1)", 1),
        ("$ 0.46", 2),
        ("5.70(a)", 2),
        ("12", 0),
        ("\u2014", 0),
    ):
        assert decimals_of(text) == decimals


CURRENCIES = [
    ("(In millions of euros)", "900", "EUR"),
    ("(\u20ac in millions)", "900", "\u20ac"),
    ("(in thousands)", "HK$ 900", "HKD"),
    ("(in thousands of Canadian dollars)", "$ 900", "CAD"),
    ("(In thousands of U.S. dollars, except per share data)", "$ 900", "$"),
    ("(in millions)", "$ 900", "$"),
    ("(RMB in thousands)", "900", "CNY"),
    ("(millions of dollars, unless noted)", "900", "$"),
    ("(in thousands)", "900 EUR", "EUR"),
    ("(in \u00a3m)", "900", "\u00a3"),
    ("(in millions)", "900", ""),
    ("Euro medium-term notes|(in millions)", "900", ""),
]


@pytest.mark.parametrize(("words", "printed", "currency"), CURRENCIES)
def test_currencies(words: str, printed: str, currency: str) -> None:
    rows = [*ROWS, ("Net income attributable", printed)]
    title = f"CONSOLIDATED STATEMENTS OF INCOME|{words}"
    assert reading_of(page(title, [["", "2031", "2030"]], rows, 2)).currency == currency


def test_a_currency_that_the_opening_lines_state() -> None:
    table = page(TITLE, [["", "2031", "2030"]], [*ROWS, ("Net income attributable", "$ 900")], 2)
    opening = "<p>All amounts are in Canadian dollars unless noted.</p>"
    assert reading_of(opening + "<p>More of it.</p>" * 20 + table).currency == "CAD"


def test_a_figure_is_a_line_of_json_whatever_its_texts_say(
    capsys: pytest.CaptureFixture[str],
) -> None:
    labels = ['}, {"table": 2', "}, {", '"}, {"table": ', "a\nb", "\u2028", "\\"]
    figures_ = [{"table": n, "label": text, "headings": [text]} for n, text in enumerate(labels)]
    report = {"figures": figures_, "notes": labels, "footing": []}
    write_reports([report])
    text = capsys.readouterr().out
    assert json.loads(text) == report
    begun = [line for line in text.split("\n") if line.startswith('{"table": ')]
    assert [json.loads(line.rstrip(",")) for line in begun] == figures_
