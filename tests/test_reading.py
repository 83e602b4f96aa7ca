"""The room text by itself: printed and typed numbers, tables and YAML with their places."""

from decimal import Decimal
from pathlib import Path

import pytest

from modelgen.problem import ModelError
from modelgen.text import printed
from modelgen.text.tables import read_table
from modelgen.text.yaml_text import read_yaml


@pytest.mark.parametrize(
    ("text", "number", "last_digit"),
    [
        ("1,234", "1234", "1"), ("(1,234)", "-1234", "1"), ("$5,678,000", "5678000", "1"), ("$ (12.50)", "-12.50", "0.01"),
        ("2.50%", "2.50", "0.01"), ("--", "0", "1"), ("–", "0", "1"), (".25", "0.25", "0.01"), ("-3", "-3", "1"),
    ],
)  # fmt: skip
def test_a_printed_number_has_a_value_and_a_last_digit(
    text: str, number: str, last_digit: str
) -> None:
    assert printed.printed_number(text) == (Decimal(number), Decimal(last_digit))


@pytest.mark.parametrize("text", ["", "n/a", "1.2.3", "12a", "(5", "5)", "1 234", "1e5"])
def test_what_is_no_printed_number_is_refused(text: str) -> None:
    with pytest.raises(printed.BadValueError, match="is not a printed number"):
        printed.printed_number(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,234", 1234), ("2.50%", 0.025), (" -3 ", -3), ("1e3", 1000), ("-0.5%", -0.005)],
)
def test_a_typed_number(text: str, number: float) -> None:
    assert printed.typed_number(text) == number


@pytest.mark.parametrize("text", ["nan", "-inf", "Infinity", "1e999", "x", "", "%", "1%%"])
def test_what_is_no_finite_number_is_refused(text: str) -> None:
    with pytest.raises(printed.BadValueError, match="is not a"):
        printed.typed_number(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [("May 15, 2010", 40313), ("may 15,  2010", 40313), ("2010-05-15", 40313), ("1900-03-01", 61)],
)
def test_a_printed_date_is_a_day_number(text: str, day: int) -> None:
    assert printed.printed_date(text) == day
    assert printed.looks_like_date(text)


@pytest.mark.parametrize("text", ["February 30, 2010", "2010-13-01", "1900-02-28", "15 May 2010"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(printed.BadValueError):
        printed.printed_date(text)


def test_the_numerals_of_a_line_stand_in_their_order() -> None:
    line = "Net sales of $24,798 fell 6% (1,486) to May 15, 2006;   --   0.75"
    assert list(printed.printed_numerals(line)) == [
        "24,798",
        "6%",
        "(1,486)",
        "May 15, 2006",
        "--",
        "0.75",
    ]


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_keeps_the_place_of_each_cell(tmp_path: Path) -> None:
    path = table(tmp_path, '# a note\nline,printed\n\nsales,"1,234"\ncosts, 7 \n')
    rows = read_table(path, ["line"], ["printed"])
    assert [row.cells for row in rows] == [
        {"line": "sales", "printed": "1,234"},
        {"line": "costs", "printed": "7"},
    ]
    places = [(row.at("printed").line, row.at("printed").column) for row in rows]
    assert places == [(4, 8), (5, 7)]
    assert rows[0].at("none").line == 4


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("", ["1:1: the table has no header row"]),
        ("line,printd\n", ["1:6: 'printd' is not a column of this table"]),
        ("printed\n1\n", ["1:1: the table has no column 'line'"]),
        ("line,line\n", ["1:6: the table has the column 'line' twice"]),
        ("line\na,b\n\nc,d,e\n", ["2:1: the row has 2 cells; the table has 1 columns (1 more row has too many)"]),
        ('line\n"a\n', ["2:1: a quote in the row is not closed"]),
    ],
)  # fmt: skip
def test_all_that_is_wrong_with_a_table_is_said_at_once(
    tmp_path: Path, text: str, messages: list[str]
) -> None:
    path = table(tmp_path, text)
    with pytest.raises(ModelError) as caught:
        read_table(path, ["line"], ["printed"])
    said = [line for line in str(caught.value).splitlines() if line.startswith(str(path))]
    assert [line.partition(" (did you mean")[0] for line in said] == [
        f"{path}:{message}" for message in messages
    ]


def yaml_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "deal.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_scalar_stays_what_the_author_wrote(tmp_path: Path) -> None:
    found = read_yaml(yaml_file(tmp_path, "a: no\nb: 1:30\nc: 1e3\nd: 2021-05-01\ne: ''\n"))
    assert found.plain == {"a": "no", "b": "1:30", "c": "1e3", "d": "2021-05-01", "e": ""}


def test_a_key_and_a_value_have_their_places_and_a_part_that_is_not_there_its_holders(
    tmp_path: Path,
) -> None:
    found = read_yaml(yaml_file(tmp_path, "lines:\n  sales: {label: 'Net sales', unit: money}\n"))
    value, key = found.place(("lines", "sales", "label")), found.key_place(("lines", "sales"))
    assert value is not None and key is not None
    assert (value.line, value.column, value.width) == (2, 19, 9)
    assert (key.line, key.column) == (2, 3)
    nearest = found.place(("lines", "sales", "formula"))
    assert nearest is not None and nearest.line == 2


def test_mappings_merge_lists_join_and_scalars_are_replaced(tmp_path: Path) -> None:
    below = read_yaml(yaml_file(tmp_path, "a: {x: 1, y: 2}\nb: [1]\nc: 3\n"))
    other = tmp_path / "over.yaml"
    other.write_text("a: {y: 5, z: 6}\nb: [2]\nc: 4\n", encoding="utf-8")
    found = below.merged(read_yaml(other))
    assert found.plain == {"a": {"x": "1", "y": "5", "z": "6"}, "b": ["1", "2"], "c": "4"}
    files = [found.place(path) for path in (("a", "x"), ("a", "y"), ("b", 0), ("b", 1), ("c",))]
    assert [Path(place.file).name for place in files if place] == [
        "deal.yaml", "over.yaml", "deal.yaml", "over.yaml", "over.yaml",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2\n", "2:1: the key 'a' is given twice"),
        ("- a\n", "1: the file should be a mapping of keys to values"),
        ("a: [\n", "the YAML cannot be read"),
        ("? [a]\n: 1\n", "a key should be a word"),
        ("a: &a [*a]\n", "nested more than 40 deep"),
    ],
)
def test_what_is_wrong_with_yaml_has_a_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ModelError) as caught:
        read_yaml(yaml_file(tmp_path, text))
    assert message in str(caught.value)
    assert "deal.yaml:" in str(caught.value)
