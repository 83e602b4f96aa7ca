"""Inputs that hold what is no value: pasted text, a blank, a truth value, a number out of range, a formula. Pasting
goes around a cell's validation, and MIN, MAX and SUM pass over a text in silence; so the workbook counts
such cells itself, in its own header and whatever computes it, and the verdict names each of them."""

import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests import libreoffice
from tests.calls import Cells, call, cell_of, typed
from tests.conftest import ROOT, Built, needs_libreoffice

DEALS = ROOT / "tests" / "deals"
ENGINES = ["ironcalc", "formulas", pytest.param("libreoffice", marks=needs_libreoffice)]
SAID = "EINGABEN UNLESBAR"  # what the deal's own header says
VALUES: dict[tuple[str, int], dict[str, object]] = {
    # an input of one value, one that may be blank, a date, a selector, a row, a leaf, a leaf's comparative
    ("wachstum", 0): {"text": "viel", "digits": "0.02", "blank": None, "truth": True, "range": 0.6},
    ("notiz", 0): {"text": "keiner", "digits": "1", "truth": False, "range": -0.1},
    ("auszahlung", 0): {"text": "2021-02-10", "blank": None, "range": 36000},
    ("lage.nummer", 0): {"text": "Schwach", "digits": "2", "blank": None, "range": 4, "half": 1.5},
    ("sondertilgung", 3): {"text": "x", "digits": "50", "blank": None, "truth": True, "range": -1},
    ("sondertilgung", 5): {"range": 10001},
    ("actual.nord.umsatz", 0): {"text": "k. A.", "blank": None, "truth": True, "range": 1e13},
    ("actual.kosten", -2): {"text": "1,200", "blank": None},
}  # fmt: skip
CASES = [(*place, what) for place, some in VALUES.items() for what in some]
WORDS = {
    "text": "holds the text '", "digits": "holds the text '", "blank": "is blank, but should hold a number",
    "truth": "E, but should hold a number", "range": "out of range", "half": "out of range: one of 1, 2, 3",
}  # fmt: skip


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unreadable")
    assert call("build", DEALS / "fremd", "-o", folder / "good.xlsx", "--no-proof").code == 0
    return folder / "good.xlsx"


@pytest.fixture(scope="module")
def places(good: Path) -> dict[tuple[str, int], tuple[str, str]]:
    return {place: cell_of(good, *place) for place in VALUES}


def header(workbook: Path) -> str:
    """The sentence that a sheet's header shows, as the file has it cached."""
    sheet, cell = cell_of(workbook, "modelgen.role.status")
    return str(openpyxl.load_workbook(workbook, data_only=True)[sheet][cell].value)


@pytest.mark.parametrize(("id_", "column", "what"), CASES)
def test_what_is_no_value_is_named_by_its_cell_and_by_the_header(
    good: Path,
    places: dict[tuple[str, int], tuple[str, str]],
    tmp_path: Path,
    id_: str,
    column: int,
    what: str,
) -> None:
    sheet, cell = places[id_, column]
    file = typed(good, tmp_path / "typed.xlsx", {(sheet, cell): VALUES[id_, column][what]})
    again = tmp_path / "again.xlsx"
    said = call("recalc", file, "--engine", "ironcalc", "--json", "-o", again)
    assert said.json["ok"] is False
    assert [(odd["cell"], odd["id"]) for odd in said.json["unreadable"]] == [
        (f"{sheet}!{cell}", id_.removeprefix("actual."))
    ]
    assert WORDS[what] in said.json["unreadable"][0]["message"]
    # Of a comparative period, the check of the leaves alone counts what is blank.
    compared = (column, what) == (-2, "blank")
    failing = [check["id"] for check in said.json["checks"] if not check["holds"]]
    assert ("quartal.luecken" if compared else "lesbar") in failing
    assert header(again) == ("ES STIMMT NICHT" if compared else SAID)
    assert call("check", file, "--engine", "ironcalc").code == 1


@pytest.fixture(scope="module")
def worst(good: Path, places: dict[tuple[str, int], tuple[str, str]]) -> tuple[Path, list[str]]:
    """One workbook with a fault in each of many inputs, and the cells that hold them."""
    several: Cells = {}
    value: Any
    row = cell_of(good, "sondertilgung")
    leaf = cell_of(good, "actual.sued.umsatz")
    book = openpyxl.load_workbook(good)
    for offset, value in enumerate(("x", "50", None, True, -1, 10001)):
        several[row[0], book[row[0]][row[1]].offset(0, offset).coordinate] = value
    # The comparative stands left of the blank column, which is left of the first period.
    for offset, value in zip((-2, 0, 1, 2), ("k. A.", "540", None, True), strict=True):
        several[leaf[0], book[leaf[0]][leaf[1]].offset(0, offset).coordinate] = value
    for id_, value in {
        "wachstum": "0.02", "darlehen": "viel", "rate": None, "zinssatz": True, "tage_im_jahr": 1000,
        "auszahlung": "2021-02-10", "notiz": "keiner", "lage.nummer": 1.5, "oben.zuschlag": 0.9,
    }.items():  # fmt: skip
        several[cell_of(good, id_)] = value
    file = typed(good, good.parent / "worst.xlsx", several)
    return file, sorted(f"{sheet}!{cell}" for sheet, cell in several)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_counts_the_same_cells(
    worst: tuple[Path, list[str]], tmp_path: Path, engine: str
) -> None:
    file, cells = worst
    again = tmp_path / "again.xlsx"
    said = call("recalc", file, "--engine", engine, "--json", "-o", again)
    assert said.json["ok"] is False
    assert sorted(odd["cell"] for odd in said.json["unreadable"]) == cells
    # To LibreOffice a truth value is a number in a format of its own, and COUNTIF counts the two in rows;
    # the verdict, which reads the file, names them by that engine too.
    seen = len(cells) - (2 if engine == "libreoffice" else 0)
    assert said.json["lines"]["urteil.unlesbar"]["value"] == seen
    assert said.json["lines"]["urteil.satz"]["value"] == SAID
    assert header(again) == SAID


@needs_libreoffice
def test_what_was_typed_in_libreoffice_is_named_too(good: Path, tmp_path: Path) -> None:
    """Texts as LibreOffice stores them: shared strings and its own kinds of cells."""
    book = openpyxl.load_workbook(good)
    steps, cells = [], []
    for (id_, column), value in {
        ("wachstum", 0): "0,02", ("sondertilgung", 2): "50", ("actual.kosten", 1): "n/a",
    }.items():  # fmt: skip
        sheet, address = cell_of(good, id_, column)
        cell = book[sheet][address]
        steps.append(libreoffice.text(sheet, cell.row, cell.column, value))
        cells.append(f"{sheet}!{address}")
    sheet, address = cell_of(good, "rate")
    cell = book[sheet][address]
    steps.append(libreoffice.formula(sheet, cell.row, cell.column, "=50+50"))
    file = libreoffice.edited(good, tmp_path / "edited.xlsx", steps)
    for engine in ("ironcalc", "formulas"):
        said = call("recalc", file, "--engine", engine, "--json")
        found = {odd["cell"]: odd["message"] for odd in said.json["unreadable"]}
        assert sorted(found) == sorted([*cells, f"{sheet}!{address}"])
        assert "holds the formula =50+50" in found[f"{sheet}!{address}"]
        assert said.json["lines"]["urteil.unlesbar"]["value"] == len(cells)
        assert said.json["lines"]["urteil.satz"]["value"] == SAID


def test_a_formula_where_an_input_belongs_is_named(good: Path, tmp_path: Path) -> None:
    """A formula gives a number, and the workbook's own header cannot know: the verdict does."""
    sheet, cell = cell_of(good, "wachstum")
    file = typed(good, tmp_path / "typed.xlsx", {(sheet, cell): "=1%+1%"})
    said = call("check", file, "--engine", "ironcalc", "--json")
    assert (said.code, said.json["ok"]) == (1, False)
    (odd,) = said.json["unreadable"]
    assert (odd["cell"], odd["message"]) == (
        f"{sheet}!{cell}",
        "holds the formula =1%+1%, but should hold an input's value",
    )
    said = call("recalc", file, "--engine", "ironcalc", "--set", "wachstum=3%")
    assert said.code == 2 and f"{sheet}!{cell} holds a formula" in said.errors


TEXTS = {
    "wachstum": ["viel", "true", "60%", "", "=1%"],
    "notiz": ["keiner", "-10%"],
    "auszahlung": ["soon", "36000", "1998-07-24"],
    "lage.nummer": ["Schwach", "4", "1.5", "blank"],
    "darlehen": ["blank", "1e13", "nan", "inf"],
}


@pytest.mark.parametrize(("id_", "value"), [(i, v) for i, some in TEXTS.items() for v in some])
def test_the_evaluator_never_meets_such_a_value(tmp_path: Path, id_: str, value: str) -> None:
    """The text is refused at build, with its place; nothing is written."""
    overlay = tmp_path / "overlay.yaml"
    said_value = value.replace("'", "''")
    overlay.write_text(
        f"assumptions:\n  {id_}: {{value: '{said_value}', status: judgement, basis: A view}}\n",
        encoding="utf-8",
    )
    said = call("build", DEALS / "fremd", "--with", overlay, "-o", tmp_path / "out.xlsx")
    assert said.code == 2
    assert f"{overlay}:2:" in said.errors
    assert not (tmp_path / "out.xlsx").exists()


@pytest.mark.parametrize("value", ["viel", "true", "-1", "10001", "1e13"])
def test_nor_in_a_row_or_a_leaf(tmp_path: Path, value: str) -> None:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(
        f"assumptions:\n  sondertilgung: {{values: {{2021-03: '{value}'}}, basis: A view}}\n",
        encoding="utf-8",
    )
    said = call("build", DEALS / "fremd", "--with", overlay, "-o", tmp_path / "out.xlsx")
    assert (said.code, "overlay.yaml:2:" in said.errors) == (2, True)
    for name in ("rahmen", "fremd"):
        shutil.copytree(DEALS / name, tmp_path / name)
    if value in ("viel", "true", "1e13"):
        figures = tmp_path / "fremd" / "figures.csv"
        figures.write_text(figures.read_text("utf-8").replace(",540,", f",{value},"), "utf-8")
        said = call("build", tmp_path / "fremd", "-o", tmp_path / "out.xlsx")
        assert said.code == 2, said.out
        assert "figures.csv:" in said.errors


def test_the_deal_that_ships_says_so_in_its_header(lexington: Built, tmp_path: Path) -> None:
    cells: Cells = {
        cell_of(lexington.path, "libor_1m.shift"): "1%",
        cell_of(lexington.path, "closing_date"): None,
        cell_of(lexington.path, "scenario.selected"): 2.5,
        cell_of(lexington.path, "letters_of_credit"): True,
        cell_of(lexington.path, "libor_1m.realised", 4): "5.11%",
        cell_of(lexington.path, "rubber.margin_override", 2): "n/a",
        cell_of(lexington.path, "actual.cost_of_sales"): "21,059",
    }
    file = typed(lexington.path, tmp_path / "typed.xlsx", cells)
    for engine in ("ironcalc", "formulas"):
        found = call("recalc", file, "--engine", engine, "--json").json
        assert found["ok"] is False
        assert sorted(odd["cell"] for odd in found["unreadable"]) == sorted(
            f"{sheet}!{cell}" for sheet, cell in cells
        )
        assert found["lines"]["inputs.unreadable"]["value"] == len(cells)
        assert found["lines"]["model.status"]["value"] == "INPUTS CANNOT BE READ: see Stamp"
        assert "inputs.readable" in [c["id"] for c in found["checks"] if not c["holds"]]
