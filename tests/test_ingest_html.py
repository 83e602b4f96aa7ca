"""Pages as browsers show them: hidden parts, tables in tables, spans, marks set high, captions, tags."""

from datetime import date

import pytest

from modelgen.ingest.document import Document
from modelgen.ingest.html import read_html

ROWS = "<tr><td>Sales</td><td>1,234</td><td>1,100</td></tr><tr><td>Costs</td><td>(234)</td><td>(100)</td></tr>"


def page(body: str) -> Document:
    return read_html("page.html", f"<html><body>{body}</body></html>".encode())


def cells(document: Document) -> list[list[tuple[str, int]]]:
    return [
        [(cell.text, cell.left) for cell in row.cells]
        for table in document.tables
        for row in table.rows
    ]


def test_a_table_in_a_table_is_read_and_the_text_around_it() -> None:
    document = page(
        f"<table><tr><td>Left of it</td><td>Above<table>{ROWS}</table>Below</td><td>Right</td></tr></table><p>After</p>"
    )
    assert document.lines == (
        *("Left of it", "Above", "Sales  1,234  1,100", "Costs  (234)  (100)", "Below", "Right"),
        "After",
    )
    (table,) = document.tables
    assert (table.number, table.rows[0].cells[1].origin.row) == (2, 1)
    assert table.before == ("Left of it", "Above")


@pytest.mark.parametrize(
    "hidden",
    [
        '<table style="display:none"><tr><td>9,999</td><td>9,998</td></tr></table>',
        '<span style="visibility: hidden">9,999</span>',
        "<script>9,999</script>",
    ],
)
def test_what_is_hidden_in_a_cell_leaves_its_row_whole(hidden: str) -> None:
    document = page(f"<table><tr><td>Sales{hidden}</td><td>1,234</td><td>1,100</td></tr></table>")
    assert "9,99" not in document.text
    assert "1,234" in document.text and "1,100" in document.text


def test_hidden_rows_and_tables_count_but_are_not_read() -> None:
    none = 'style="display:none"'
    document = page(
        f"<div {none}><table><tr><td>7,777</td></tr></table></div>"
        f"<table><tr {none}><td>8,888</td><td>8,887</td></tr>{ROWS}<tr><td>Net</td><td {none}>6,666</td>"
        "<td>1,000</td><td>1,000</td></tr></table>"
    )
    (table,) = document.tables
    assert table.number == 2
    assert [row.cells[1].origin.row for row in table.rows] == [2, 3, 4]
    assert [cell.origin.cell for cell in table.rows[2].cells] == [1, 3, 4]
    assert not any(digits in document.text for digits in ("7,777", "8,888", "6,666"))


def test_a_cell_over_several_rows_moves_those_below_it() -> None:
    document = page(
        '<table><tr><td rowspan="2">Sales</td><td colspan="2">1,234</td><td>1,100</td></tr>'
        "<tr><td>2,345</td><td>2,100</td></tr><tr><td>Costs</td><td>234</td><td>100</td></tr></table>"
    )
    assert cells(document) == [
        [("Sales", 0), ("1,234", 1), ("1,100", 3)],
        [("2,345", 1), ("2,100", 2)],
        [("Costs", 0), ("234", 1), ("100", 2)],
    ]


def test_marks_set_high_are_no_part_of_a_label_or_a_numeral() -> None:
    document = page(
        '<table><tr><td>Sales<sup>(1)</sup></td><td>1,234<span style="vertical-align:super">a</span></td>'
        "<td>1,100</td></tr><tr><td>10<sup>th</sup> floor rent</td><td>5</td><td>6</td></tr></table>"
    )
    assert [row.cells[0].text for row in document.tables[0].rows] == ["Sales", "10th floor rent"]
    assert document.tables[0].rows[0].cells[1].text == "1,234"


def test_a_caption_stands_before_its_table() -> None:
    document = page(f"<table><caption>BALANCE SHEETS (in thousands)</caption>{ROWS}</table>")
    assert document.tables[0].before == ("BALANCE SHEETS (in thousands)",)
    assert document.tables[0].rows[0].line == 2


def test_a_label_set_in_by_style_or_by_blanks() -> None:
    document = page(
        '<table><tr><td style="padding-left:12pt"><div style="margin-left:6pt">Sales</div></td><td>1,234</td></tr>'
        "<tr><td>&nbsp;&nbsp;Costs</td><td>1,100</td></tr><tr><td>\n      Net</td><td>134</td></tr></table>"
    )
    assert [row.indent for row in document.tables[0].rows] == [18.0, 6.0, 0.0]


@pytest.mark.parametrize("first", [True, False])
def test_tags_are_kept_wherever_their_contexts_stand(first: bool) -> None:
    header = (
        '<div style="display:none"><ix:header><ix:resources><xbrli:context id="c1"><xbrli:period>'
        "<xbrli:startDate>2031-01-01</xbrli:startDate><xbrli:endDate>2031-03-31</xbrli:endDate></xbrli:period>"
        '</xbrli:context><xbrli:unit id="u"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>'
        "</ix:resources></ix:header></div>"
    )
    table = (
        '<table><tr><td>Costs</td><td>(<ix:nonFraction contextRef="c1" unitRef="u" scale="3" sign="-" '
        'name="x:Costs">1,234</ix:nonFraction></td><td>)</td><td>5</td></tr></table>'
    )
    document = page(header + table if first else table + header)
    tag = document.tables[0].rows[0].cells[1].tag
    assert tag is not None
    assert (int(tag.value), tag.concept) == (-1_234_000, "x:Costs")
    assert (tag.start, tag.end) == (date(2031, 1, 1), date(2031, 3, 31))
    assert document.tables[0].rows[0].cells[1].text == "(1,234)"


def test_a_margin_above_sets_nothing_high() -> None:
    document = page(
        '<table><tr><td>Sales</td><td>$ <span style="margin-top:-1px">12</span></td><td>$ 77</td></tr>'
        '<tr><td>Costs</td><td>5<span style="position:relative;top:-3px">(1)</span></td><td>6</td></tr></table>'
    )
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [
        ["Sales", "$ 12", "$ 77"],
        ["Costs", "5", "6"],
    ]


def test_a_cell_that_is_only_made_blank_keeps_its_columns() -> None:
    document = page(
        f'<table>{ROWS}<tr><td>Net</td><td style="visibility:hidden" colspan="2">66</td><td>77</td></tr>'
        '<tr><td>Tax</td><td style="visibility:hidden;display:none">66</td><td>77</td></tr></table>'
    )
    assert cells(document)[2:] == [[("Net", 0), ("77", 3)], [("Tax", 0), ("77", 1)]]


@pytest.mark.parametrize("span", ["\u00b2", "-1", "00", "2.5", "9" * 5_000])
def test_a_span_that_is_no_number_is_none(span: str) -> None:
    document = page(f'<table>{ROWS}<tr><td>Net</td><td colspan="{span}">1,000</td></tr></table>')
    assert cells(document)[2] == [("Net", 0), ("1,000", 1)]
    assert document.tables[0].rows[2].cells[1].right in (2, 401)


def tagged(instant: str, scale: str) -> Document:
    return page(
        f'<div style="display:none"><ix:header><xbrli:context id="c"><xbrli:instant>{instant}</xbrli:instant>'
        f'</xbrli:context></ix:header></div><table>{ROWS}<tr><td>Net</td><td><ix:nonFraction contextRef="c" '
        f'scale="{scale}" name="x:Net">1,000</ix:nonFraction></td><td>1,000</td></tr></table>'
    )


def test_a_tag_beyond_all_bounds_says_nothing() -> None:
    first = tagged("0001-01-01T00:00:00", "3").tables[0].rows[2].cells[1].tag
    assert first is not None and first.end is None and first.value == 1_000_000
    assert tagged("2031-01-01", "900000").tables[0].rows[2].cells[1].tag is None
