"""What docs/for-analysts.md says to do works: a quarter typed into the workbook, the same quarter rolled by a
command, a number traced. The examples are taken from the page.
"""

import csv
import io
import re
import shlex
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import column_index_from_string
from openpyxl.utils.cell import coordinate_from_string

from tests import libreoffice
from tests.calls import call, cell_of, typed
from tests.conftest import ROOT, Built, needs_libreoffice

PAGE = (ROOT / "docs" / "for-analysts.md").read_text(encoding="utf-8")
ENGINES = [
    "ironcalc",
    pytest.param("formulas", marks=pytest.mark.slow),
    pytest.param("libreoffice", marks=[needs_libreoffice, pytest.mark.slow]),
]
DAY = ("fiscal.last_actual", 0)
QUARTER = "2006-06-30"


def example(name: str) -> str:
    """The block of code under a mark of the page."""
    found = re.search(rf"<!-- example: {re.escape(name)} -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)
    assert found, name
    return found[1]


def quarter() -> dict[str, float]:
    """The page's figures of the quarter, by leaf."""
    rows = csv.DictReader(io.StringIO(example("second-quarter.csv")))
    return {
        row["line"]: float(re.sub(r"[(),]", lambda c: "-" if c[0] == "(" else "", row["printed"]))
        for row in rows
        if row["role"] != "ties"
    }


def cells_of(built: Built, leaves: dict[str, float]) -> dict[tuple[str, str], float | datetime]:
    """The quarter's cells on Actuals, and the date moved."""
    assert DAY[0] in built.model.items
    cells: dict[tuple[str, str], float | datetime] = {
        cell_of(built.path, f"actual.{leaf}", 1): value for leaf, value in leaves.items()
    }
    return cells | {cell_of(built.path, *DAY): datetime.fromisoformat(QUARTER)}


@pytest.fixture(scope="module")
def moved(lexington: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The date moved, and nothing typed."""
    folder = tmp_path_factory.mktemp("moved")
    return typed(lexington.path, folder / "moved.xlsx", cells_of(lexington, {}))


@pytest.fixture(scope="module")
def entered(lexington: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("entered")
    return typed(lexington.path, folder / "entered.xlsx", cells_of(lexington, quarter()))


def header(workbook: Path) -> object:
    sheet, cell = cell_of(workbook, "modelgen.role.status")
    return openpyxl.load_workbook(workbook, data_only=True)[sheet][cell].value


def test_leaves_are_blank_where_nothing_was_reported(lexington: Built) -> None:
    book = openpyxl.load_workbook(lexington.path)
    for leaf in quarter():
        sheet, now = cell_of(lexington.path, f"actual.{leaf}")
        _, then = cell_of(lexington.path, f"actual.{leaf}", 1)
        assert isinstance(book[sheet][now].value, (int, float)), leaf
        assert book[sheet][then].value is None, leaf


def test_the_page_gives_every_leaf_a_value(lexington: Built) -> None:
    leaves = {i.leaf_of for i in lexington.model.inputs() if i.leaf_of}
    assert leaves == set(quarter())


@pytest.mark.parametrize("engine", ENGINES)
def test_a_date_moved_before_figures_were_typed_fails_with_the_quarter_in_words(
    lexington: Built, moved: Path, tmp_path: Path, engine: str
) -> None:
    again = tmp_path / "again.xlsx"
    call("recalc", moved, "--engine", engine, "-o", again)
    assert header(again) == "FIGURES LACKING in Q2 FY2006 A: see Actuals"
    said = call("check", moved, "--engine", engine, "--json")
    assert said.code == 1
    check = next(c for c in said.json["checks"] if c["id"] == "fiscal.figures_lacking")
    assert (check["holds"], check["difference"], check["period"]) == (False, 17, QUARTER)
    assert {one["id"] for one in said.json["unreadable"]} == set(quarter())
    expected = {"!".join(cell) for cell in cells_of(lexington, quarter()) if cell[0] == "Actuals"}
    assert {one["cell"] for one in said.json["unreadable"]} == expected
    words = call("check", moved, "--engine", engine).out
    assert (
        f"cost_of_sales) is blank, but should hold a number: the period ending {QUARTER}" in words
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_a_quarter_typed_as_the_page_says_leaves_the_book_green(
    entered: Path, tmp_path: Path, engine: str
) -> None:
    again = tmp_path / "again.xlsx"
    said = call("recalc", entered, "--engine", engine, "--json", "-o", again)
    assert said.code == 0
    assert (said.json["ok"], said.json["unreadable"], said.json["alerts"]) == (True, [], [])
    assert [t["figure"] for t in said.json["tieouts"] if not t["ties"]] == []
    assert header(again) == "All checks hold"
    lines = said.json["lines"]
    column = lines["net_sales"]["periods"].index(QUARTER)
    assert lines["fiscal.actual"]["values"][column : column + 2] == [1, 0]
    assert lines["net_sales"]["values"][column] == 24439
    assert lines["net_income"]["values"][column] == -1102
    assert lines["rubber.net_sales"]["values"][column + 1] == 21070  # the forecast goes on from it


@needs_libreoffice
def test_a_quarter_typed_in_a_real_spreadsheet_leaves_the_book_green(
    lexington: Built, tmp_path: Path
) -> None:
    steps = []
    for (sheet, cell), value in cells_of(lexington, quarter()).items():
        column, row = coordinate_from_string(cell)
        number = (
            float((value.date() - date(1899, 12, 30)).days)
            if isinstance(value, datetime)
            else value
        )
        steps.append(libreoffice.number(sheet, row, column_index_from_string(column), number))
    edited = libreoffice.edited(lexington.path, tmp_path / "edited.xlsx", steps)
    said = call("check", edited, "--engine", "ironcalc", "--json")
    assert (said.code, said.json["ok"], said.json["unreadable"]) == (0, True, [])


def test_one_figure_left_out_is_named(lexington: Built, tmp_path: Path) -> None:
    leaves = quarter()
    del leaves["income_tax"]
    file = typed(lexington.path, tmp_path / "typed.xlsx", cells_of(lexington, leaves))
    said = call("check", file, "--engine", "ironcalc", "--json")
    assert said.code == 1
    assert [one["id"] for one in said.json["unreadable"]] == ["income_tax"]
    assert [
        c["id"] for c in said.json["checks"] if not c["holds"] and c["kind"] == "integrity"
    ] == ["fiscal.figures_lacking"]


def test_the_quarter_typed_is_pulled_and_built_green(entered: Path, tmp_path: Path) -> None:
    overlay, built = tmp_path / "overlay.yaml", tmp_path / "built.xlsx"
    assert call("pull", entered, "-o", overlay).code == 0
    said = call("build", "lexington-2006q1", "--with", overlay, "-o", built)
    assert (said.code, said.errors) == (0, "")
    assert "The model holds" in said.out


def test_the_roll_of_the_page_leaves_nothing_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("second-quarter.csv").write_text(example("second-quarter.csv"), encoding="utf-8")
    for command in example("roll").splitlines():
        said = call(*shlex.split(command)[1:], "--json")
        assert (said.code, said.errors) == (0, ""), said.out
        assert said.json["ok"] is True
        assert said.json.get("forecast", []) == []  # no leaf was left out


def test_the_traces_of_the_page_lead_to_a_line(
    lexington: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("edited.xlsx").write_bytes(lexington.path.read_bytes())
    for command in example("trace").splitlines():
        said = call(*shlex.split(command)[1:], "--engine", "ironcalc")
        assert (said.code, said.errors) == (0, ""), said.out
        assert " = " in said.out.splitlines()[0], said.out
        assert "blank" not in said.out.splitlines()[0]
