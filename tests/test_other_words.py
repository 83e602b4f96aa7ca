"""A template in other words passes every command: tests/deals/rahmen has labels, sheets, and ids of units, lines,
sets and columns of its own, in German, and the workbook's programs find all they need by roles."""

import re
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import yaml

from tests.calls import call, cell_of, lines_of, typed
from tests.conftest import ROOT, needs_libreoffice

DEALS = ROOT / "tests" / "deals"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template and its deal, side by side, in a folder of their own."""
    where = tmp_path_factory.mktemp("words")
    for name in ("rahmen", "fremd"):
        shutil.copytree(DEALS / name, where / name)
    return where


@pytest.fixture(scope="module")
def workbook(folder: Path) -> Path:
    target = folder / "fremd.xlsx"
    said = call("build", folder / "fremd", "-o", target, "--json")
    assert (said.code, said.errors) == (0, "")
    assert (said.json["figures"], said.json["figures_tied"]) == (12, 12)
    assert (said.json["checks"], said.json["checks_holding"], said.json["ok"]) == (3, 3, True)
    return target


def test_check_counts_what_build_counts(workbook: Path) -> None:
    said = call("check", workbook, "--engine", "ironcalc", "--json")
    assert said.code == 0
    assert [tie["ties"] for tie in said.json["tieouts"]] == [True] * 12
    assert {c["id"]: c["kind"] for c in said.json["checks"]} == {
        "quartal.luecken": "integrity", "schuld_positiv": "integrity", "verlust": "alert", "lesbar": "integrity", "frisch": "housekeeping",
    }  # fmt: skip
    assert said.json["overtyped"] == said.json["unreadable"] == said.json["lost"] == []
    (day,) = [tie for tie in said.json["tieouts"] if tie["ties_to"] == "quartal.stand"]
    assert (day["published"], day["computed"], day["difference"]) == ("2021-06-30", "2021-06-30", 0)


@pytest.mark.parametrize(
    "engine", ["ironcalc", "formulas", pytest.param("libreoffice", marks=needs_libreoffice)]
)
def test_recalc_finds_inputs_lines_periods_and_dates(workbook: Path, engine: str) -> None:
    said = call("recalc", workbook, "--engine", engine, "--json")
    assert (said.code, said.errors) == (0, "") or engine == "formulas"
    found = said.json
    assert found["lines"]["ergebnis"]["periods"][:2] == ["2021-03-31", "2021-06-30"]
    assert found["lines"]["umsatz"]["values"][:4] == [1350, 1500, 1640, pytest.approx(1672.8)]
    assert found["inputs"]["auszahlung"] == {"unit": "Datum", "value": "2021-02-10"}
    assert found["inputs"]["quartal.stand"]["value"] == "2021-06-30"
    said = call(
        "recalc", workbook, "--engine", engine, "--json", "--set", "lage.nummer=2", "--set",
        "quartal.stand=2021-03-31", "--get", "umsatz",
    )  # fmt: skip
    assert said.json["lines"]["umsatz"]["values"][1:3] == [1500, pytest.approx(1500 * 0.99)]


def test_a_scenario_is_selected_by_its_name(folder: Path) -> None:
    target = folder / "unten.xlsx"
    said = call("build", folder / "fremd", "-o", target, "--scenario", "unten", "--json")
    assert said.code == 0
    found = call("recalc", target, "--engine", "ironcalc", "--json").json
    assert found["inputs"]["lage.nummer"]["value"] == 2
    assert found["lines"]["umsatz"]["values"][3] == pytest.approx(1640 * 0.99)
    said = call("build", folder / "fremd", "-o", target, "--scenario", "unter")
    assert (said.code, said.errors.strip()) == (
        2,
        "the deal has no scenario 'unter' (did you mean 'unten'?)",
    )


def test_every_engine_agrees_with_the_evaluator_in_every_cell(folder: Path) -> None:
    said = call(
        "verify", folder / "fremd", "--engine", "formulas", "--engine", "ironcalc", "--json"
    )
    assert said.code == 0
    assert [engine["agrees"] for engine in said.json["engines"]] == [True, True]


def test_the_source_is_covered_and_the_audit_finds_nothing(folder: Path, workbook: Path) -> None:
    said = call(
        "coverage", folder / "fremd", "--source", folder / "fremd" / "bericht.txt", "--json"
    )
    assert (said.code, said.json["numerals"], said.json["numerals_covered"]) == (0, 11, 11)
    said = call("audit", workbook, "--json")
    assert (said.code, said.json["findings"]) == (0, [])


def test_a_trace_leads_to_the_source(workbook: Path) -> None:
    said = call(
        "trace", workbook, "umsatz", "--period", "2021-06", "--engine", "ironcalc", "--json"
    )
    assert said.code == 0
    (of_shops,) = [said.json["formula"]]
    assert of_shops == "=SUM(nord.umsatz:sued.umsatz)"
    leaves = [leaf for shop in said.json["below"] for leaf in shop["below"]]
    why = [leaf["why"] for leaf in leaves if leaf["name"].startswith("actual.")]
    assert why == ["bericht, line 3", "bericht, line 4"]


def test_edits_are_read_back_and_build_the_same_values(folder: Path, workbook: Path) -> None:
    edited = typed(
        workbook,
        folder / "edited.xlsx",
        {
            cell_of(workbook, "wachstum"): 0.03,
            cell_of(workbook, "auszahlung"): date(2021, 3, 10),
            cell_of(workbook, "sondertilgung", 6): 25,
            cell_of(workbook, "oben.zuschlag"): 0.02,
        },
    )
    overlay = folder / "overlay.yaml"
    said = call(
        "pull", edited, "--deal", folder / "fremd", "--engine", "ironcalc", "-o", overlay, "--json"
    )
    assert said.code == 0, said
    assert set(yaml.safe_load(overlay.read_text("utf-8"))["assumptions"]) == {
        "wachstum",
        "auszahlung",
        "sondertilgung",
        "oben.zuschlag",
    }
    again = folder / "again.xlsx"
    assert call("build", folder / "fremd", "--with", overlay, "-o", again, "--json").code == 0
    one, other = (
        call("recalc", book, "--engine", "ironcalc", "--json").json["lines"]
        for book in (edited, again)
    )
    assert one["umsatz"] == other["umsatz"]
    assert one["restschuld"] == other["restschuld"]
    said = call("diff", workbook, again, "--engine", "ironcalc", "--json")
    assert said.code == 1
    assert {change["id"] for change in said.json["inputs"]} == {
        "wachstum",
        "auszahlung",
        "sondertilgung",
        "oben.zuschlag",
    }


def test_housekeeping_says_that_what_was_made_at_build_is_stale(workbook: Path) -> None:
    said = call("check", workbook, "--engine", "ironcalc", "--json", "--set", "wachstum=3%")
    assert (said.code, said.json["ok"], said.json["housekeeping"]) == (0, True, ["frisch"])
    said = call("check", workbook, "--engine", "ironcalc", "--json", "--set", "lage.nummer=3")
    assert said.json["housekeeping"] == ["frisch"]  # what was made at build is another scenario's


def test_the_next_quarter_is_rolled(folder: Path) -> None:
    target = folder / "fremd-2021q3"
    said = call(
        "roll", folder / "fremd", "--to", "2021q3", "--figures", folder / "fremd" / "naechstes.csv",
        "--source", "Herbstbericht", "--published", "2021-10-15", "-o", target, "--json",
    )  # fmt: skip
    assert (said.code, said.errors) == (0, "")
    assert (said.json["ok"], said.json["untied"], said.json["failing"]) == (True, [], [])
    book = folder / "rolled.xlsx"
    assert call("build", target, "-o", book, "--json").code == 0
    found = call("recalc", book, "--engine", "ironcalc", "--json").json
    assert found["inputs"]["quartal.stand"]["value"] == "2021-09-30"
    assert found["lines"]["umsatz"]["values"][3] == 1710
    assert found["ok"]


def test_scenarios_are_swept_and_deals_built_side_by_side(folder: Path, tmp_path: Path) -> None:
    said = call(
        "sweep", folder / "fremd", "--vary", "wachstum=0%,2%", "--vary", "lage.nummer=1,3", "--check", "2", "--json"
    )  # fmt: skip
    assert (said.code, said.json["scenarios"]) == (0, 4)
    said = call(
        "batch", folder / "fremd", DEALS / "small", "-o", tmp_path, "--workers", "1", "--engine", "ironcalc", "--json"
    )  # fmt: skip
    assert said.code == 0
    assert [deal["ok"] for deal in said.json["deals"]] == [True, True]


def test_a_misprint_is_found_by_build_and_by_check(folder: Path, tmp_path: Path) -> None:
    for name in ("rahmen", "fremd"):
        shutil.copytree(folder / name, tmp_path / name)
    lines_of(tmp_path / "fremd" / "figures.csv", [('"1,640,000"', '"1,641,000"')])
    target = tmp_path / "wrong.xlsx"
    said = call("build", tmp_path / "fremd", "-o", target, "--json")
    assert (said.code, said.json["figures_tied"], said.json["figures"]) == (1, 11, 12)
    said = call("check", target, "--engine", "ironcalc", "--json")
    assert (said.code, said.json["ok"]) == (1, False)
    assert [t["ties_to"] for t in said.json["tieouts"] if not t["ties"]] == ["umsatz"]
    assert said.json["overtyped"] == []


def test_no_sheet_shows_a_word_of_ours_where_the_template_gives_one(workbook: Path) -> None:
    """The German heads are those in the file; renamed cells and sheets change nothing for programs."""
    book = openpyxl.load_workbook(workbook)
    heads = {cell.value for row in book["Belege"].iter_rows(max_row=8) for cell in row}
    assert {"Stimmt", "Abweichung", "Genauigkeit"} <= heads
    assert not {"Holds", "Tolerance", "Difference"} & heads


LABELS = {
    # Renamed one at a time: an earlier reader knew the heads by these words.
    "label: Holds,": "label: Tolerance,",
    "label: Tolerance,": "label: Holds,",
    "label: Computed,": "label: Was er rechnet,",
    "label: Largest difference,": "label: x,",
    "label: Ties to,": "label: At build,",
    "label: Check,": "label: '',",
    "label: Kind,": "label: Kind of check,",
}


@pytest.mark.parametrize("old", LABELS)
def test_a_renamed_head_changes_nothing(tmp_path: Path, old: str) -> None:
    """A figure that did not tie passed as "0 of 0" once a head was renamed: labels were the format of the
    file. The misprint stays found, whatever the heads say."""
    folder = Path(shutil.copytree(DEALS / "small", tmp_path / "small"))
    lines_of(folder / "deal.yaml", [(old, LABELS[old])])
    lines_of(folder / "figures.csv", [('"1,640,000"', '"1,641,000"')])
    target = tmp_path / "small.xlsx"
    assert call("build", folder, "-o", target, "--no-proof").code == 1
    said = call("check", target, "--engine", "ironcalc", "--json")
    assert said.code == 1
    assert [t["ties_to"] for t in said.json["tieouts"] if not t["ties"]] == ["sales"]
    assert len(said.json["tieouts"]) == 11
    assert said.json["overtyped"] == []


def _labels() -> set[str]:
    """Heads, headings, titles and labels of the shipped template that read as words of a sheet."""
    found: set[str] = set()

    def walk(node: object) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                if key in ("label", "heading", "title") and isinstance(value, str):
                    found.add(value)
                if key == "sheets" and isinstance(value, dict):
                    found.update(value)
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    for file in ROOT.glob("templates/*/*.yaml"):
        walk(yaml.safe_load(file.read_text(encoding="utf-8")))
    return found


def test_python_compares_nothing_with_a_label_or_a_unit() -> None:
    """No string that Python compares is a label of the shipped template, and no unit is known by its id."""
    import ast

    labels = {label for label in _labels() if label[:1].isupper()}
    assert {"Holds", "Tolerance", "Largest difference", "Figures"} <= labels
    compared: list[str] = []
    for file in sorted((ROOT / "modelgen").rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, (ast.Compare, ast.Subscript, ast.MatchValue)):
                continue
            for part in ast.walk(node):
                if isinstance(part, ast.Constant) and part.value in labels:
                    compared.append(f"{file.name}:{part.lineno}: {part.value!r}")
        compared += [
            f"{file.name}: {found[0]}" for found in re.finditer(r'unit\.id\s*[=!]=\s*"', text)
        ]
    assert compared == []
