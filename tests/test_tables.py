"""Tables as spreadsheets save them are read alike; what may be read in two ways is refused, once for a column."""

import csv
import io
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from modelgen.evaluate.verdict import verdict_of
from modelgen.model.build import build_model
from modelgen.model.plain import Input, Model
from modelgen.problem import ModelError
from modelgen.review.build import solved
from modelgen.text.load import load
from modelgen.text.printed import printed_number, without_typography
from tests.conftest import SMALL

TABLE = (SMALL / "figures.csv").read_text(encoding="utf-8")


def deal(tmp_path: Path, table: str | bytes, *changes: tuple[str, str]) -> Path:
    """The small deal with another table of figures."""
    folder = Path(shutil.copytree(SMALL, tmp_path / "deal"))
    data = table if isinstance(table, bytes) else table.encode()
    (folder / "figures.csv").write_bytes(data)
    text = (folder / "deal.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    (folder / "deal.yaml").write_text(text, encoding="utf-8")
    return folder


def model(folder: Path) -> Model:
    return build_model(load(str(folder)))


def said(folder: Path) -> list[str]:
    """The messages with which a deal is refused, with their lines and columns in the table of figures."""
    with pytest.raises(ModelError) as caught:
        model(folder)
    return [
        f"{p.place.line}:{p.place.column}: {p.message}{f' ({p.hint})' if p.hint else ''}"
        for p in caught.value.problems
        if p.place
    ]


def facts(built: Model) -> list[tuple[object, ...]]:
    return [(f.id, f.line, f.column, f.value, f.precision, f.feeds) for f in built.figures]


def separated(by: str) -> str:
    """The small deal's table with another separator."""
    text = io.StringIO()
    csv.writer(text, delimiter=by, lineterminator="\n").writerows(csv.reader(TABLE.splitlines()))
    return text.getvalue()


SAVED = {
    "with a byte order mark": "\ufeff" + TABLE,
    "with line ends of Windows": TABLE.replace("\n", "\r\n"),
    "with semicolons": separated(";"),
    "with tabs": separated("\t"),
    "with a line for Excel": "sep=;\n" + separated(";"),
    "with empty columns at the right": TABLE.replace("\n", ",,\n"),
    "with empty rows": TABLE + ",,,,,,,\n,,,,,,,\n",
    "without the cells that may be blank": TABLE.replace(",feeds and ties,,\n", ",feeds and ties\n"),
    "without roles": TABLE.replace(",feeds and ties,", ",,").replace(",ties,", ",,"),
}  # fmt: skip


@pytest.mark.parametrize("how", list(SAVED))
def test_a_table_as_it_is_saved_is_read_alike(how: str, tmp_path: Path) -> None:
    assert facts(model(deal(tmp_path, SAVED[how]))) == facts(model(SMALL))


def test_a_table_without_roles_feeds_leaves_and_ties_totals(tmp_path: Path) -> None:
    rows = TABLE.replace(
        '"1,640,000",EUR,report:7,ties,,"1,000"', '"1,640",EUR thousand,report:7,ties,,'
    )
    bare = "\n".join(",".join(line.rsplit(",", 3)[:1]) for line in rows.splitlines())
    assert bare.splitlines()[0] == "line,period,printed,unit,at"
    built = model(deal(tmp_path, bare))
    assert [f.feeds for f in built.figures] == [f.feeds for f in model(SMALL).figures]


def test_of_two_figures_without_a_role_the_first_feeds(tmp_path: Path) -> None:
    twice = TABLE.replace("feeds and ties", "") + 'costs,2021-06-30,"1,391",,report:8,,,\n'
    built = model(deal(tmp_path, twice))
    costs = [(f.value, f.feeds) for f in built.figures if f.line == "costs" and f.column == 2]
    assert costs == [(1390.0, True), (1391.0, False)]


def test_a_stated_role_comes_before_one_that_follows(tmp_path: Path) -> None:
    table = TABLE.replace(
        '"1,390",EUR thousand,report:5,feeds and ties', '"1,390",EUR thousand,report:5,'
    )
    built = model(deal(tmp_path, table + 'costs,2021-06-30,"1,391",,report:8,feeds and ties,,\n'))
    assert [f.value for f in built.figures if f.line == "costs" and f.column == 2 and f.feeds] == [
        1391.0
    ]


def test_a_figure_feeds_an_input_that_has_no_other_value(tmp_path: Path) -> None:
    more = TABLE + 'loan,,"1,200",,report:9,,,\nrate,,6%,,report:9,,,\n'
    given = "  loan: {value: '1,200', status: judgement, basis: A view}\n"
    built = model(deal(tmp_path, more, (given, "")))
    loan, rate = (built.items[id_] for id_ in ("loan", "rate"))
    assert isinstance(loan, Input)
    assert isinstance(rate, Input)
    assert (loan.values, loan.status, loan.basis) == ((1200.0,), "published", "Report, line 9")
    assert (rate.values, rate.status) == ((0.06,), "judgement")
    assert [(f.line, f.feeds) for f in built.figures][-2:] == [("loan", True), ("rate", False)]


def test_a_figure_without_a_unit_is_in_its_lines(tmp_path: Path) -> None:
    folder = deal(tmp_path, TABLE.replace(",EUR thousand,", ",,"))
    assert facts(model(folder)) == facts(model(SMALL))


@pytest.mark.parametrize(
    ("unit", "value", "precision"),
    [("percent", 15.0, 1.0), ("fraction", 0.15, 0.01), ("", 0.15, 0.01)],
)
def test_a_percentage_is_one_in_any_unit(
    unit: str, value: float, precision: float, tmp_path: Path
) -> None:
    folder = deal(tmp_path, TABLE.replace("15%,percent", f"15%,{unit}"))
    figure = model(folder).figures[-1]
    assert (figure.value, figure.precision) == (value, precision)
    assert verdict_of(solved(load(str(folder)))).ok


def test_an_assumed_percentage_is_one(tmp_path: Path) -> None:
    table = TABLE.replace('costs,2020-03-31,"1,200",EUR thousand,report:5,feeds and ties,,', "{}")
    table = table.replace("precision\n", "precision,basis\n")
    refused = said(deal(tmp_path / "money", table.format("costs,2020-03-31,5%,,,assumed,,,A view")))
    assert refused == ["8:1: the assumed value is a percentage, but its unit is EUR thousand"]
    rate = table.format('costs,2020-03-31,"1,200",,,assumed,,,A view')
    assert model(deal(tmp_path / "rate", rate)).items["actual.costs"].values[0] == 1200.0  # type: ignore[union-attr]


def test_figures_may_be_in_several_tables(tmp_path: Path) -> None:
    lines = TABLE.splitlines(keepends=True)
    folder = deal(
        tmp_path, "".join(lines[:7]), ("figures: figures.csv", "figures: [figures.csv, more.csv]")
    )
    (folder / "more.csv").write_text("".join([lines[0], *lines[7:]]), encoding="utf-8")
    assert facts(model(folder)) == facts(model(SMALL))


def test_each_of_several_tables_is_checked(tmp_path: Path) -> None:
    folder = deal(
        tmp_path, "line\n", ("figures: figures.csv", "figures: [figures.csv, more.csv, other.csv]")
    )
    (folder / "more.csv").write_text("printed,at\n", encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        load(str(folder))
    assert [p.message.removesuffix(f"{folder}/other.csv") for p in caught.value.problems] == [
        "there is no file ",
        "the table has no column 'at'",
        "the table has no column 'printed'",
        "the table has no column 'line'",
    ]


REFUSED = {
    "dates of America": (
        TABLE.replace("2021-06-30", "6/30/2021"),
        ["4:12: the column 'period' has 5 dates as '6/30/2021': write year-month-day, as in 2010-05-31"],
    ),
    "a date of Germany": (
        TABLE.replace("costs,2021-06-30", "costs,30.06.2021"),
        ["10:7: '30.06.2021' is a date that not everybody reads alike: write year-month-day, as in 2010-05-31"],
    ),
    "decimal commas": (
        TABLE.replace(",900,", ',"900,5",').replace(",450,", ',"1.450,25",'),
        ["2:24: the column 'printed' has 2 numbers as '900,5': write a point before decimals, as in 900.5"],
    ),
    "a decimal comma": (
        TABLE.replace(",900,", ',"900,5",'),
        ["2:24: '900,5' is a number that not everybody reads alike: write a point before decimals, as in 900.5"],
    ),
    "points between thousands": (
        separated(";").replace("1,000;EUR", "1.000;EUR").replace("1,100", "1.100"),
        ["3:23: the column 'printed' has 2 numbers as '1.000': write 1,234 or 1234 or, if these are decimals, separate the columns by commas"],
    ),
    "rows that lack cells": (
        TABLE.replace(",report:4,feeds and ties,,", ""),
        ["5:1: the row has 4 cells; the table has 8 columns (2 more rows have too few)"],
    ),
    "thousands without quotes": (
        TABLE.replace('"1,390"', "1,390").replace('"1,100"', "1,100"),
        ["4:1: the row has 9 cells; the table has 8 columns (1 more row has too many) (put a cell that holds a separator, as 1,234 does, in quotes)"],
    ),
    "a cell of two lines": (
        TABLE.replace('"1,390"', '"1,\n390"'),
        ["10:1: a cell of the row runs over 2 lines: write it on one"],
    ),
    "a role that is none": (
        TABLE.replace(",ties,,\n", ",tie,,\n"),
        ["12:40: 'tie' is not a role: 'feeds and ties', 'ties', 'assumed'"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", list(REFUSED))
def test_what_may_be_read_in_two_ways_is_refused_once(what: str, tmp_path: Path) -> None:
    table, messages = REFUSED[what]
    assert said(deal(tmp_path, table)) == messages


def test_a_table_of_values_is_read_in_the_same_way(tmp_path: Path) -> None:
    given = ("extra: {values: {2021-05: '50'}", "extra: {csv: extra.csv, column: paid")
    rows = [f"{month}/28/2021;1,5" for month in range(1, 13)]
    folder = deal(tmp_path, TABLE, given)
    (folder / "extra.csv").write_text("\n".join(["period;paid", *rows]), encoding="utf-8")
    assert said(folder) == [
        "2:1: the column 'period' has 12 dates as '1/28/2021': write year-month-day, as in 2010-05-31",
        "2:11: the column 'paid' has 12 numbers as '1,5': write a point before decimals, as in 1.5",
    ]


@pytest.mark.parametrize(
    ("text", "number", "bare"),
    [
        ("€2,000,000", "2000000", "2,000,000"), ("£ 3.5", "3.5", "3.5"), ("¥--", "0", "--"), ("CHF 12", "12", "12"),
        ("12 CHF", "12", "12"), ("US$ 12.5", "12.5", "12.5"), ("A$3", "3", "3"), ("(£3.5)", "-3.5", "(3.5)"),
        ("£(3.5)", "-3.5", "(3.5)"), ("-€5", "-5", "-5"), ("12,5 kr", "", ""), ("ABC 5", "", ""), ("$", "", ""),
    ],
)  # fmt: skip
def test_a_currency_beside_a_number_is_left_out(text: str, number: str, bare: str) -> None:
    if not number:
        with pytest.raises(ValueError, match="is not a printed number"):
            printed_number(text)
        return
    assert printed_number(text)[0] == Decimal(number)
    assert without_typography(text) == bare
