"""Changes to YAML at exact places: what is changed reads back, all else stays to the character."""

import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from modelgen.problem import ModelError
from modelgen.roundtrip.edit import edited, file_listed, first_dropped, scalar_replaced
from modelgen.roundtrip.roll import roll
from modelgen.text.figures import read_figures
from modelgen.text.load import load
from tests.conftest import SMALL
from tests.test_roll import QUARTER

NEW = 'It\'s 3, "maybe": {#1}'
VALUES = [
    "old",
    "'old'",
    '"old"',
    "|\n  old\n  older\n",
    ">-\n  old\n\n",
    "old\n  and older",
    "",
    "é 'x'",
]


@pytest.mark.parametrize("new", ["new", NEW, "2021-09-30", "yes", "", "ü\\n"])
@pytest.mark.parametrize("old", VALUES)
def test_a_value_in_any_style_is_replaced_and_nothing_else(old: str, new: str) -> None:
    before, after = "# é: a comment\na: &x {b: 1}   # kept\n", "z: [1,  2]   # kept too\n"
    text = f"{before}t: {old.rstrip() + chr(10)}{after}"
    changed = edited(text, [scalar_replaced(text, ("t",), new)])
    assert yaml.load(changed, Loader=yaml.BaseLoader)["t"] == new
    assert changed.startswith(f"{before}t: ")
    assert changed.endswith(after)


def test_several_values_of_one_line_are_replaced_together() -> None:
    text = "a: {b: {c: old, d: 'other'}, e: x}  # kept\n"
    edits = [scalar_replaced(text, ("a", "b", k), v) for k, v in (("d", "it's"), ("c", "1, 2"))]
    assert edited(text, edits) == "a: {b: {c: '1, 2', d: 'it''s'}, e: x}  # kept\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# x\nname: a\n", "# x\nfiles: [r.yaml]\nname: a\n"),
        ("  name: a\n  title: b\n", "  files: [r.yaml]\n  name: a\n  title: b\n"),
        ("{name: a}\n", "{files: [r.yaml], name: a}\n"),
        ("name: a\nfiles: []  # none\n", "name: a\nfiles: [r.yaml]  # none\n"),
        ("files: [a.yaml, 'b.yaml']\n", "files: [a.yaml, 'b.yaml', r.yaml]\n"),
        ("files:\n- a.yaml\n- b.yaml # c\nx: 1\n", "files:\n- a.yaml\n- b.yaml # c\n- r.yaml\nx: 1\n"),
        ("files:\n    - a.yaml", "files:\n    - a.yaml\n    - r.yaml"),
        ("files: [r.yaml]\n", "files: [r.yaml]\n"),
    ],
)  # fmt: skip
def test_a_file_is_added_to_the_list_of_a_deal(text: str, expected: str) -> None:
    assert edited(text, file_listed(text, "r.yaml")) == expected
    listed = yaml.load(expected, Loader=yaml.BaseLoader)["files"]
    assert listed[-1] == "r.yaml"


def third_quarter(tmp_path: Path, rows: str = "") -> Path:
    figures = tmp_path / "third.csv"
    head = "line,period,printed,unit,at,role\n"
    row = 'east.sales,2021-09-30,"1,150",money,report:9,feeds and ties\n'
    figures.write_text(head + (rows or row), encoding="utf-8")
    return figures


def test_a_small_deal_in_odd_styles_is_rolled_twice(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SMALL, tmp_path / "small-2021q2"))
    text = (folder / "deal.yaml").read_text(encoding="utf-8")
    text = text.replace(
        "title: Two quarters and two to come\n", "title: >-\n  Two quarters\n  and two\n"
    )
    text = text.replace("name: small\n", 'name: "small-2021q2" # é\n')
    (folder / "deal.yaml").write_text(
        "\ufeff" + text.replace("\n", "\r\n"), encoding="utf-8", newline=""
    )
    figures = third_quarter(tmp_path)
    done = roll(
        load(str(folder)), date(2021, 9, 30), read_figures(figures), tmp_path / "sub" / "q3"
    )
    rolled = load(str(done.folder))
    assert (rolled.document.name, rolled.document.title) == (
        "q3",
        "Quarter ended September 30, 2021",
    )
    assert rolled.document.rolled_from == "small-2021q2"
    assert 'name: "q3" # é\n' in (done.folder / "deal.yaml").read_text(encoding="utf-8")
    fourth = third_quarter(
        tmp_path, 'east.sales,2021-12-31,"1,170",money,report:12,feeds and ties\n'
    )
    again = roll(rolled, date(2021, 12, 31), read_figures(fourth), tmp_path / "q4")
    assert load(str(again.folder)).document.title == "Quarter ended December 31, 2021"


def test_a_title_that_only_the_template_gives_is_renewed_by_each_roll(tmp_path: Path) -> None:
    """The title of a roll stands in rolled.yaml then, which the next roll writes anew."""
    folder = Path(shutil.copytree(SMALL, tmp_path / "small"))
    (tmp_path / "base").mkdir()
    text = (folder / "deal.yaml").read_text(encoding="utf-8")
    (tmp_path / "base" / "template.yaml").write_text(text, encoding="utf-8")
    (folder / "deal.yaml").write_text("name: small\nextends: base\n", encoding="utf-8")
    for number, end in ((3, date(2021, 9, 30)), (4, date(2021, 12, 31))):
        row = f'east.sales,{end},"1,150",money,report:9,feeds and ties\n'
        figures = read_figures(third_quarter(tmp_path, row))
        folder = roll(load(str(folder)), end, figures, tmp_path / f"q{number}").folder
        assert load(str(folder)).document.title == f"Quarter ended {end:%B} {end.day}, 2021"


def test_a_roll_that_fails_leaves_no_folder(tmp_path: Path) -> None:
    """The template stands beside the deal, and not beside the folder that the roll would write."""
    (tmp_path / "deals").mkdir()
    folder = Path(shutil.copytree(SMALL, tmp_path / "deals" / "small"))
    (tmp_path / "deals" / "base").mkdir()
    text = (folder / "deal.yaml").read_text(encoding="utf-8")
    (tmp_path / "deals" / "base" / "template.yaml").write_text(text, encoding="utf-8")
    (folder / "deal.yaml").write_text("name: small\nextends: base\n", encoding="utf-8")
    figures = read_figures(third_quarter(tmp_path))
    before = sorted(tmp_path.rglob("*"))
    target = tmp_path / "else" / "where" / "q3"
    with pytest.raises(ModelError) as caught:
        roll(load(str(folder)), date(2021, 9, 30), figures, target)
    assert f"{target}/deal.yaml:3:10: there is no template 'base'" in str(caught.value)
    assert sorted(tmp_path.rglob("*")) == before


def test_what_is_wrong_with_a_row_is_said_of_the_file_it_came_from(tmp_path: Path) -> None:
    figures = third_quarter(
        tmp_path, "\n# a comment\nwest.sales,2021-09-30,1,no unit,report:9,ties\n"
    )
    with pytest.raises(ModelError) as caught:
        roll(load(str(SMALL)), date(2021, 9, 30), read_figures(figures), tmp_path / "q3")
    assert str(caught.value).startswith(f"{figures}:4:1: 'no unit' is not a unit")
    assert not (tmp_path / "q3").exists()


def test_a_new_source_is_written_without_what_goes_without_saying(tmp_path: Path) -> None:
    done = roll(
        load("lexington-2006q1"), date(2006, 6, 30), read_figures(QUARTER / "figures.csv"),
        tmp_path / "q2", "Notes", date(2006, 8, 14),
    )  # fmt: skip
    text = (done.folder / "rolled.yaml").read_text(encoding="utf-8")
    assert "format" not in text.partition("assumptions")[0]
    assert "title: Notes" in text


def test_a_roll_whose_values_fail_leaves_no_folder(tmp_path: Path) -> None:
    """Sales of exactly the costs: a formula then divides by zero."""
    folder = Path(shutil.copytree(SMALL, tmp_path / "small"))
    text = (folder / "deal.yaml").read_text(encoding="utf-8")
    old = "'= IF(sales > 0, (sales - costs) / sales, \"n/a\")'"
    assert text.count(old) == 1
    text = text.replace(old, "'= sales / (east.sales - limit_sales)'")
    text = text.replace(
        "      growth: {label",
        "      limit_sales: {label: x, unit: money, range: ['0', '9999'], value: '1150', status: judgement, basis: x}\n      growth: {label",
    )
    (folder / "deal.yaml").write_text(text, encoding="utf-8")
    rows = (folder / "figures.csv").read_text(encoding="utf-8").splitlines()
    (folder / "figures.csv").write_text("\n".join(r for r in rows if not r.startswith("margin")))
    with pytest.raises(ModelError, match="margin"):
        roll(
            load(str(folder)),
            date(2021, 9, 30),
            read_figures(third_quarter(tmp_path)),
            tmp_path / "q3",
        )
    assert not (tmp_path / "q3").exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: {g: [45%, -35%, 3%]}  # kept\n", "a: {g: [-35%, 3%]}  # kept\n"),
        ("a:\n  g: [45%]\n  h: 1\n", "a:\n  g: []\n  h: 1\n"),
        ("a:\n  g:\n    - 45%  # Christmas\n    - 3%\n  h: 1\n", "a:\n  g:\n    - 3%\n  h: 1\n"),
        ("a:\n  g:\n    - 45%\n  h: 1\n", "a:\n  g:\n    []\n  h: 1\n"),
    ],
)
def test_the_first_of_a_list_is_dropped(text: str, expected: str) -> None:
    assert edited(text, [first_dropped(text, ("a", "g"))]) == expected


def test_what_is_no_list_cannot_lose_its_first() -> None:
    with pytest.raises(KeyError):
        first_dropped("a: {g: 1}", ("a", "g"))
