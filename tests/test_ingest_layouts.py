"""Ingest over synthetic releases in many layouts, as text and as HTML: every numeral right, none doubted without cause."""

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from modelgen.ingest.document import Document
from modelgen.ingest.html import read_html
from modelgen.ingest.meaning import figures
from modelgen.ingest.read import read
from modelgen.ingest.reading import BALANCE, CASH, INCOME, Reading
from modelgen.ingest.text import read_plain
from tests.releases import Layout, Release, as_html, as_text, layouts
from tests.tiny_pdf import pdf_of_text

LAYOUTS = dict(layouts())
Key = tuple[Decimal, date | None, date | None]


def misread(release: Release, reading: Reading) -> str:
    """What is missing or silently wrong, "" if nothing is."""
    want: Counter[Key] = Counter((truth.value, truth.start, truth.end) for truth in release.truth)
    numerals = [figure for figure in reading.figures if not figure.is_nil]
    got: Counter[Key] = Counter((figure.value, figure.start, figure.end) for figure in numerals)
    return "\n".join(
        [f"missing: {key}" for key in want - got] + [f"wrong: {key}" for key in got - want]
    )


def test_there_are_many_layouts() -> None:
    """Sixty, each as text and as HTML."""
    assert len(LAYOUTS) >= 60


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_release_as_text(name: str) -> None:
    release = as_text(LAYOUTS[name])
    reading = figures(read_plain("release.txt", release.text.encode()))
    assert not misread(release, reading)
    assert not reading.to_review
    assert all(reading.statement(kind) for kind in (INCOME, BALANCE, CASH))


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_release_as_html(name: str) -> None:
    release = as_html(LAYOUTS[name])
    reading = figures(read_html("release.html", release.text.encode()))
    assert not misread(release, reading)
    assert not reading.to_review
    assert all(reading.statement(kind) for kind in (INCOME, BALANCE, CASH))


@pytest.mark.parametrize(
    "name", ["plain", "header-stacked", "width-60-leaders", "footnotes", "scale-6-1-minus"]
)
def test_a_release_as_pdf(name: str, tmp_path: Path) -> None:
    pytest.importorskip("pdfplumber")
    release = as_text(LAYOUTS[name])
    file = tmp_path / "release.pdf"
    file.write_bytes(pdf_of_text(release.text.splitlines()))
    reading = figures(read(file))
    assert not misread(release, reading)
    assert not reading.to_review and {figure.statement for figure in reading.figures} == {
        INCOME,
        BALANCE,
        CASH,
    }


def plain_text() -> tuple[Document, Reading]:
    document = read_plain("release.txt", as_text(Layout()).text.encode())
    return document, figures(document)


def test_a_figure_says_where_it_stands_and_what_it_is() -> None:
    document, reading = plain_text()
    table = reading.statement(INCOME)
    assert table is not None
    row = next(row for row in table.rows if row.label == "Diluted" and row.figures)
    figure = row.figures[0]
    assert (figure.unit, figure.printed, figure.headings) == (
        "per share",
        "$ 0.46",
        ("Net income per share:",),
    )
    assert "Diluted" in document.lines[figure.line - 1] and figure.table is None
    assert figure.report()["value"] == 0.46 and figure.report()["start"] == "2031-04-01"


def test_a_page_gives_table_row_and_cell_as_the_original_has_them() -> None:
    page = (
        "<table><tr><td>layout</td></tr></table><p>Balance sheets (in thousands)</p>"
        "<table><tr><td></td><td colspan=2>June 30, 2031</td></tr><tr></tr>"
        "<tr><td>Cash</td><td>$</td><td>1,204</td></tr><tr><td>Debt</td><td></td><td>(80</td><td>)</td></tr></table>"
    )
    first, second = figures(read_html("page.html", page.encode())).figures
    assert [first.table, first.row, first.cell, int(first.value)] == [2, 3, 3, 1_204_000]
    assert [second.row, second.cell, int(second.value)] == [
        4,
        3,
        -80_000,
    ] and second.printed == "(80)"


def test_a_scale_that_is_not_stated_is_never_silent() -> None:
    release = as_text(Layout(scale=6, decimals=1))
    text = release.text.replace("(In millions, except per share amounts)", "").replace(
        "(In millions)", ""
    )
    reading = figures(read_plain("release.txt", text.encode()))
    money = [figure for figure in reading.figures if figure.unit == "money" and not figure.is_nil]
    assert money and all("no scale is stated" in (figure.review or "") for figure in money)


def test_a_stray_numeral_is_an_anomaly_and_in_no_row() -> None:
    text = as_text(Layout()).text
    line = next(line for line in text.splitlines() if line.startswith("Interest expense"))
    at = line.rindex("(4,604)")
    stray = " " * (at + 1) + "4,604"
    reading = figures(read_plain("release.txt", text.replace(line, f"{line}\n{stray}").encode()))
    assert [anomaly.printed for anomaly in reading.anomalies] == ["4,604"]
    assert len(reading.figures) == len(plain_text()[1].figures)


WEEKS = """
                         CONSOLIDATED STATEMENTS OF CASH FLOWS
                                    (In millions)
                                                     Nine Months Ended
                                                  June 28,       June 29,
                                                    2025           2024
Cash at beginning of period                           30             31
Operating activities:
  Net income                                         845            790
  Depreciation                                        82             85
Cash provided by operating activities                927            875
Investing activities:
  Capital expenditures                              (900)          (870)
Cash used in investing activities                   (900)          (870)
Cash at end of period                                 57             36

                          CONSOLIDATED BALANCE SHEETS
                                    (In millions)
                                                  June 28,     September 28,
                                                    2025           2024
Cash                                                  57             30
Other assets                                         900            880
Total assets                                         957            910
Debt                                                 500            480
Total liabilities and equity                         957            910
"""


def test_a_year_of_weeks_begins_the_day_after_the_balance_sheet() -> None:
    reading = figures(read_plain("release.txt", WEEKS.encode()))
    table = reading.statement(CASH)
    assert table is not None
    assert [str(column.start) for column in table.columns] == ["2024-09-29", "2023-10-01"]
    opening, before = table.figures[:2]
    assert (opening.start, str(opening.end), opening.review) == (None, "2024-09-28", None)
    assert str(before.end) == "2023-09-30" and "worked out by weeks" in (before.review or "")


TAGGED = """<html xmlns:ix="x" xmlns:xbrli="y"><body><div style="display:none"><ix:header><ix:resources>
<xbrli:context id="a"><xbrli:period><xbrli:instant>2031-06-30</xbrli:instant></xbrli:period></xbrli:context>
<xbrli:unit id="u"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit></ix:resources></ix:header></div>
<p>BALANCE SHEETS (in thousands)</p><table><tr><td></td><td>June 30, 2031</td></tr>
<tr><td>Cash</td><td><ix:nonFraction contextRef="a" unitRef="u" scale="3" name="x:Cash">1,204</ix:nonFraction></td></tr>
<tr><td>Debt</td><td><ix:nonFraction contextRef="a" unitRef="u" scale="6" name="x:Debt">80</ix:nonFraction></td></tr>
</table></body></html>"""


def test_a_tag_that_disagrees_is_reported_and_marked() -> None:
    reading = figures(read_html("page.html", TAGGED.encode()))
    cash, debt = reading.figures
    assert cash.value == 1_204_000 and cash.concept == "x:Cash" and cash.review is None
    assert debt.value == 80_000 and debt.review == "the page's own tag says a value of 80,000,000"
    assert [(anomaly.printed, anomaly.reason) for anomaly in reading.anomalies] == [
        (
            "80",
            "Debt, printed 80, is read as 80,000 of the day 2031-06-30, and the page's own tag says 80,000,000. "
            "What is printed is taken, as it is read: if the tag is right, correct the words of its scale in a "
            "copy of the document",
        )
    ]


def test_tags_that_disagree_alike_are_one_sentence_a_table() -> None:
    debt = TAGGED[TAGGED.index("<tr><td>Debt") : TAGGED.index("</table>")]
    more = "".join(debt.replace(">80<", f">{80 + n}<").replace("Debt", f"Bond {n}") for n in (1, 2))
    page = TAGGED.replace("</table>", more + "</table>")
    [anomaly] = figures(read_html("page.html", page.encode())).anomalies
    assert "Debt, printed 80, is read as 80,000" in anomaly.reason
    assert "; so it is with 2 more figures of the table (lines 4 to 6)." in anomaly.reason
    of_period = (
        "<xbrli:startDate>2031-04-01</xbrli:startDate><xbrli:endDate>2031-06-30</xbrli:endDate>"
    )
    page = TAGGED.replace("<xbrli:instant>2031-06-30</xbrli:instant>", of_period).replace(
        'scale="6"', 'scale="3"'
    )
    [anomaly] = figures(read_html("page.html", page.encode())).anomalies
    assert (
        "Cash, printed 1,204, is read as one of the day 2031-06-30, and the page's own tag says one of the 3 months "
        "to 2031-06-30; so it is with 1 more figure of the table" in anomaly.reason
    )
    assert "correct the dates above it in a copy of the document" in anomaly.reason


def test_a_statement_cut_by_a_page_is_one_table() -> None:
    head = "<p>CONSOLIDATED BALANCE SHEETS (in thousands)</p>"
    columns = "<tr><td></td><td>June 30, 2031</td><td>December 31, 2030</td></tr>"

    def rows(*labels: str) -> str:
        return "".join(
            f"<tr><td>{label}</td><td>1,00{at}</td><td>2,00{at}</td></tr>"
            for at, label in enumerate(labels)
        )

    page = (
        f"{head}<table>{columns}{rows('Cash', 'Inventories', 'Receivables', 'Plant', 'Total assets')}</table><p>4</p>"
        f"<table>{rows('Debt', 'Payables', 'Total liabilities', 'Total liabilities and equity')}</table>"
    )
    (table,) = figures(read_html("page.html", page.encode())).tables
    assert table.parts == (1, 2) and table.statement == BALANCE
    assert {str(figure.end) for figure in table.figures} == {"2031-06-30", "2030-12-31"}
    assert not any(figure.review for figure in table.figures)


def test_the_command_prints_figures_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import json

    from modelgen.cli.main import cli

    file = tmp_path / "release.txt"
    file.write_text(as_text(Layout()).text, encoding="utf-8")
    assert cli.main(["ingest", str(file), "--json"], standalone_mode=False) == 0
    report = json.loads(capsys.readouterr().out)
    assert set(report) >= {"tables", "figures", "footing", "anomalies"}
    keys = (
        "table row cell line statement label headings printed value unit precision start end review"
    )
    assert set(report["figures"][0]) == set(keys.split())
    assert [table["statement"] for table in report["tables"]] == [INCOME, BALANCE, CASH]


LOSSES = {
    "titles": (r"<p><b>[^<]*</b></p>", ""),
    "scales": (r"\(In (?:thousands|millions)[^)]*\)", ""),
    "durations": (r"\b(?:Three|Six) Months\b|\bSecond Quarter\b|\bFirst Half\b", ""),
    "years": (r"\b20[23]\d\b", ""),
    "days": (r"\b(?:June|December) 3[01],?", ""),
    "headers": (r"<tr><td>[^<]*</td><td>&#160;</td><td colspan.*?</tr>", ""),
}


@pytest.mark.parametrize("lost", LOSSES)
@pytest.mark.parametrize(
    "name", ["plain", "header-stacked", "header-stub", "header-quarter", "scale-6-1-parentheses"]
)
def test_what_a_page_does_not_say_is_not_guessed_in_silence(lost: str, name: str) -> None:
    release = as_html(LAYOUTS[name])
    pattern, instead = LOSSES[lost]
    reading = figures(read_html("release.html", re.sub(pattern, instead, release.text).encode()))
    want: Counter[Key] = Counter((truth.value, truth.start, truth.end) for truth in release.truth)
    sure: Counter[Key] = Counter(
        (figure.value, figure.start, figure.end)
        for figure in reading.figures
        if not figure.is_nil and not figure.review
    )
    assert not sure - want


def text_of(header: str, body: str, title: str = "CONSOLIDATED STATEMENTS OF INCOME") -> Reading:
    lines = ["", title, "(In thousands, except per share amounts)", "", *header.splitlines()[1:], *body.splitlines()[1:]]  # fmt: skip
    return figures(read_plain("release.txt", ("\n".join(lines) + "\n").encode()))


BODY = """
Net sales                                          84,210           80,905
Cost of sales                                      51,377           50,118
Income taxes                                        3,131            2,335
Net income                                          9,394            7,003
Net income per share                                 0.47             0.35
"""

TOPS = {
    "three lines over each": """
                                            For the Three    For the Three
                                             Months Ended     Months Ended
                                            June 30, 2031    June 30, 2030
""",
    "at the left of its columns": """
                                           Three Months Ended
                                           June 30, 2031    June 30, 2030
""",
    "a day alone over two years": """
                                         Three Months Ended
                                               June 30,
                                                 2031             2030
""",
    "a day on the line below": """
                                         Three Months Ended
                                        Ended June       Ended June
                                          30, 2031         30, 2030
""",
    "day, month, year": """
                                           Three Months Ended
                                           30 June 2031     30 June 2030
""",
    "a number of a page above": """
                                 5

                                           Three Months Ended
                                            June 30, 2031    June 30, 2030
""",
}


@pytest.mark.parametrize("name", TOPS)
def test_headers_of_text(name: str) -> None:
    table = text_of(TOPS[name], BODY).statement(INCOME)
    assert table is not None
    periods = [(str(column.start), str(column.end)) for column in table.columns]
    assert periods == [("2031-04-01", "2031-06-30"), ("2030-04-01", "2030-06-30")]
    assert not any(figure.review for figure in table.figures)


CASH_BODY = """
Cash flows from operating activities:
  Net income ____________________                  17,782           14,155
  Depreciation of plant and                         6,140            6,022
      equipment
Net cash from operating .. ......                  23,922           20,177
Cash flows from investing activities:
  Purchases of plant . . . . . .                   (7,364)          (8,120)
Net cash used in investing                         (7,364)          (8,120)
Cash flows from financing activities:
  Dividends, paid to holders                       (8,248)          (7,700)
    of common stock
Cash, Cash Equivalents and                          9,876           11,020
    Restricted Cash at
    Beginning of Year
CASH, CASH EQUIVALENTS AND
  RESTRICTED CASH AT END
OF PERIOD                                          12,480            8,217

See accompanying notes.
"""


def test_labels_over_several_lines_are_whole_to_the_last_row() -> None:
    header = """
                                                Six Months Ended June 30,
                                                     2031             2030
"""
    table = text_of(header, CASH_BODY, "CONSOLIDATED STATEMENTS OF CASH FLOWS").statement(CASH)
    assert table is not None
    labels = [row.label for row in table.rows if row.figures]
    assert labels == [
        "Net income", "Depreciation of plant and equipment", "Net cash from operating", "Purchases of plant",
        "Net cash used in investing", "Dividends, paid to holders of common stock",
        "Cash, Cash Equivalents and Restricted Cash at Beginning of Year", "CASH, CASH EQUIVALENTS AND RESTRICTED CASH AT END OF PERIOD",
    ]  # fmt: skip
    ends = [(figure.start, str(figure.end)) for figure in table.figures[-4:]]
    assert ends == [(None, day) for day in ("2030-12-31", "2029-12-31", "2031-06-30", "2030-06-30")]


def test_a_heading_over_two_lines_holds_for_the_rows_below_it() -> None:
    body = BODY + (
        "Average common shares outstanding for earnings\n  a common\n  share:\n"
        " Basic                                             20,012           19,907\n"
    )
    table = text_of(TOPS["at the left of its columns"], body).statement(INCOME)
    assert table is not None and [figure.unit for figure in table.figures[-2:]] == ["shares"] * 2


def test_a_heading_at_the_foot_of_a_page_holds_on_the_next() -> None:
    top = TOPS["at the left of its columns"]
    lines = BODY.splitlines()
    first = "\n".join([*lines[:-1], "Net income per common share - basic:"])
    rest = "\n".join(
        ["", " From continuing operations                          0.47             0.35"] * 2
    )
    text = f"{first}\n\nSee accompanying notes.\n\n          5\n{top}{rest}\n"
    table = text_of(top, text).statement(INCOME)
    assert table is not None and [figure.unit for figure in table.figures[-2:]] == ["per share"] * 2


def test_a_number_of_a_note_at_the_end_of_a_long_label_is_no_numeral() -> None:
    body = BODY + "Commitments and contingencies - see the notes Note 13\n" + BODY[1:]
    table = text_of(TOPS["at the left of its columns"], body).statement(INCOME)
    assert table is not None and not any(figure.printed == "13" for figure in table.figures)


def test_a_title_after_the_last_row_ends_no_label() -> None:
    top = TOPS["at the left of its columns"]
    reading = text_of(top, BODY + "cash flow statement\n" + top[1:] + CASH_BODY)
    assert [row.label for row in reading.tables[0].rows][4] == "Net income per share"
