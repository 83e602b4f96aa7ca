"""The commands: what they print for programs, their exit codes, and the files they write."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from modelgen.workbook.recalculate import Workbook
from modelgen.workbook.verdict import verdict_of
from tests.conftest import RELEASE, ROOT, SMALL, Built, needs_shared


def run(*arguments: str | Path, cwd: Path | None = None) -> tuple[int, Any, str]:
    """Exit code, JSON from stdout, stderr."""
    command = [sys.executable, "-m", "modelgen", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=cwd, env=environment, check=False
    )
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


def test_list() -> None:
    code, found, _ = run("list", "--json")
    assert code == 0
    kinds = {kind: [i["name"] for i in found if i["kind"] == kind] for kind in ("deal", "template")}
    assert kinds["deal"] == ["buckle-2024q3", "granite-2026q1", "harbor-2026", "lexington-2006q1"]
    assert kinds["template"] == ["leveraged-credit"]
    modules = [path.parent.name for path in sorted(ROOT.glob("templates/*/module.yaml"))]
    assert [item["name"] for item in found if item["kind"] == "module"] == modules
    assert {"core", "statements", "liquidity"} <= set(modules)


def test_build_writes_below_generated_and_sums_up(tmp_path: Path) -> None:
    code, found, errors = run("build", "lexington-2006q1", "--json", cwd=tmp_path)
    assert (code, errors) == (0, "")
    assert found["workbook"] == str(Path("generated") / "lexington-2006q1.xlsx")
    assert (tmp_path / found["workbook"]).is_file()
    assert (found["sheets"], found["figures"], found["figures_tied"], found["alerts"]) == (
        22,
        147,
        147,
        0,
    )
    assert found["checks"] == found["checks_holding"] > 15
    assert found["formulas"] > 3000


def test_build_with_settings_scenario_and_overlay(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(
        "assumptions:\n  letters_of_credit: {value: '250', status: judgement, basis: A view}\n"
        "  equipment_term_loan.spread: {value: 5%, status: judgement, basis: A view}\n",
        encoding="utf-8",
    )
    target = tmp_path / "out.xlsx"
    code, _, errors = run(
        "build", "lexington-2006q1", "-o", target, "--scenario", "rates_up", "--with", overlay,
        "--set", "real_estate_term_loan.prepayment_requested@2007-11=3000",
        "--set", "rubber.net_sales@2006-03-31=21710", "--json",
    )  # fmt: skip
    assert (code, errors) == (1, "")  # sales of 21,710 tie to no figure
    recalculated = Workbook(target, "ironcalc").recalculate()
    report = recalculated.report()
    inputs = report["inputs"]
    assert inputs["scenario.selected"]["value"] == 3
    assert inputs["letters_of_credit"]["value"] == 250
    assert inputs["equipment_term_loan.spread"]["value"] == 0.05
    row = inputs["real_estate_term_loan.prepayment_requested"]
    assert dict(zip(row["periods"], row["values"], strict=True))["2007-11-30"] == 3000
    assert sum(row["values"]) == 3000
    assert inputs["rubber.net_sales"]["values"][:2] == [23004, 21710]
    # Letters of credit take from the loans with which the revolver opens: the availability is published.
    assert report["lines"]["revolver.availability"]["values"][0] == pytest.approx(7100)
    opening = report["lines"]["revolver.loans_at_start"]["value"]
    assert opening == pytest.approx(0.85 * 12399 + 0.65 * 9359.555556 - 7100 - 250)
    assert not verdict_of(recalculated).ok


def test_an_overlay_changes_single_periods_or_whole_rows(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(
        "assumptions:\n"
        "  libor_1m.realised: {values: {2007-03: 6%}, basis: A view}\n"
        "  prime.realised: {value: 7%, status: judgement, basis: A view}\n"
        "  rubber.growth: {values: {2007-03-31: 1%}, status: judgement, basis: A view}\n"
        "  rubber.net_sales: {values: {2006-03-31: '21,710'}, basis: A view}\n",
        encoding="utf-8",
    )
    target = tmp_path / "out.xlsx"
    assert run("build", "lexington-2006q1", "-o", target, "--with", overlay, "--json")[0] == 1
    inputs = Workbook(target, "ironcalc").recalculate({}).report()["inputs"]
    rates = dict(
        zip(
            inputs["libor_1m.realised"]["periods"],
            inputs["libor_1m.realised"]["values"],
            strict=True,
        )
    )
    assert (rates["2007-02-28"], rates["2007-03-31"], rates["2007-04-30"]) == (0.0532, 0.06, 0.0532)
    assert set(inputs["prime.realised"]["values"]) == {0.07}
    assert [v for v in inputs["rubber.growth"]["values"] if v is not None] == [0.01]
    assert inputs["rubber.net_sales"]["values"][:2] == [23004, 21710]


def test_recalc_json_is_the_contract(lexington: Built) -> None:
    code, found, errors = run("recalc", lexington.path, "--json", "--engine", "ironcalc")
    assert (code, errors) == (0, "")
    first = ["workbook", "engine", "inputs", "lines", "tieouts", "checks", "ok"]
    assert list(found)[: len(first)] == first
    assert found["engine"] == "ironcalc"
    assert found["ok"] is True
    sales = found["lines"]["net_sales"]
    assert sales["unit"] == "USD thousand"
    assert (sales["periods"][:3], sales["periods"][-1]) == (
        ["2005-03-31", "2006-03-31", "2006-06-30"],
        "2009-12-31",
    )
    assert sales["values"][:2] == [26284, 24798]
    debt = found["lines"]["total_debt"]
    assert (debt["periods"][0], debt["periods"][-1], len(debt["values"])) == (
        "2006-05-31",
        "2009-12-31",
        44,
    )
    opening = 0.85 * 12399 + 0.65 * 9359.555556 - 7100
    assert debt["values"][0] == pytest.approx(12500 + 15000 + opening + 34177)
    assert found["inputs"]["closing_date"] == {"unit": "date", "value": "2006-05-31"}
    tie = next(t for t in found["tieouts"] if t["line"] == 190)
    assert tie == {
        "figure": "release.190.1", "label": "Net sales", "period": "2006-03-31", "published": 24798,
        "computed": 24798, "difference": 0, "tolerance": 0.5, "unit": "USD thousand", "ties": True,
        "ties_to": "net_sales", "source": "release", "line": 190, "place": "190",
    }  # fmt: skip
    assert {"id", "label", "kind", "holds"} <= set(found["checks"][0])
    assert {c["kind"] for c in found["checks"]} == {"integrity", "alert", "housekeeping"}


SCRIPT_INPUTS = """
    rates.case libor_1m.shift prime.shift libor_1m.floor prime.floor libor_1m.flat prime.flat shares_outstanding
    closing_date financing_expenses letters_of_credit receivables.days inventories.days payables.days cash.at_closing
    cash.minimum revolver.commitment revolver.spread revolver.receivables_advance_rate revolver.inventory_advance_rate
    revolver.opening_balance equipment_term_loan.commitment equipment_term_loan.spread equipment_term_loan.instalment
    equipment_term_loan.first_instalment equipment_term_loan.maturity real_estate_term_loan.commitment
    real_estate_term_loan.instalment real_estate_term_loan.first_instalment real_estate_term_loan.maturity
    real_estate_term_loan.allocation real_estate_term_loan.libor.amount real_estate_term_loan.libor.spread
    real_estate_term_loan.prime.amount real_estate_term_loan.prime.spread subordinated_notes.principal
    subordinated_notes.rate equipment_term_loan.prepayment_requested real_estate_term_loan.prepayment_requested
    rubber.net_sales cost_of_sales interest_expense income_tax cash_from_operations corporate.capital_expenditures
""".split()
SCRIPT_LINES = """
    net_sales cost_of_sales gross_profit selling_and_administrative income_from_operations interest_expense
    income_before_taxes income_tax income_continuing income_discontinued net_income eps.continuing eps.discontinued eps.net
    ebitda depreciation_and_amortization cash_from_operations capital_expenditures rubber.net_sales metals.net_sales
    rubber.income_from_operations corporate.depreciation_and_amortization metals.ebitda corporate.capital_expenditures
    segments.income_from_operations segments.ebitda libor_1m.rate prime.rate equipment_term_loan.opening
    equipment_term_loan.instalment_paid equipment_term_loan.prepayment equipment_term_loan.balloon
    equipment_term_loan.closing equipment_term_loan.interest real_estate_term_loan.opening
    real_estate_term_loan.interest real_estate_term_loan.libor.closing real_estate_term_loan.libor.interest
    real_estate_term_loan.prime.closing real_estate_term_loan.prime.interest revolver.opening revolver.draw
    revolver.repayment revolver.closing revolver.interest revolver.borrowing_base revolver.availability total_debt
""".split()


def test_the_ids_that_scripts_rely_on(ironcalc_book: Workbook) -> None:
    directory = ironcalc_book.directory
    assert [id_ for id_ in SCRIPT_INPUTS if id_ not in directory.inputs] == []
    assert [id_ for id_ in SCRIPT_LINES if id_ not in directory.lines] == []


def test_recalc_of_chosen_ids_and_a_copy_with_the_new_values(
    lexington: Built, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.xlsx"
    code, found, _ = run(
        "recalc", lexington.path, "--engine", "ironcalc", "--set", "libor_1m.shift=1%", "--get", "libor_1m.rate",
        "--get", "libor_1m.shift", "-o", copy, "--json",
    )  # fmt: skip
    assert code == 0
    assert list(found["lines"]) == ["libor_1m.rate"]
    assert found["inputs"] == {"libor_1m.shift": {"unit": "fraction", "value": 0.01}}
    again = Workbook(copy, "formulas").recalculate({}).report(["libor_1m.rate"])
    assert again["lines"] == found["lines"]
    cached = openpyxl.load_workbook(copy, data_only=True)
    place = Workbook(copy, "ironcalc").directory.lines["libor_1m.rate"].cells[1]
    assert cached[place[0]].cell(place[1], place[2]).value == pytest.approx(0.0611063)
    with zipfile.ZipFile(copy) as new, zipfile.ZipFile(lexington.path) as old:
        assert new.namelist() == old.namelist()
        assert new.read("xl/charts/chart1.xml") == old.read("xl/charts/chart1.xml")


def test_check_exits_with_1_when_a_figure_does_not_tie(lexington: Built) -> None:
    code, found, _ = run("check", lexington.path, "--engine", "ironcalc", "--json")
    assert (code, found["ok"], list(found)[:3]) == (0, True, ["tieouts", "checks", "ok"])
    code, found, _ = run(
        "check",
        lexington.path,
        "--engine",
        "ironcalc",
        "--json",
        "--set",
        "cost_of_sales@2006-03=21060",
    )
    assert (code, found["ok"]) == (1, False)
    assert 191 in [t["line"] for t in found["tieouts"] if not t["ties"]]


def test_an_alert_fails_the_check_only_when_strict(lexington: Built) -> None:
    beyond = ["--set", "equipment_term_loan.prepayment_requested@2006-12=20000"]
    # What is asked for beyond the balance and the funds at hand is not paid, and nothing else suffers.
    code, found, _ = run("check", lexington.path, "--engine", "ironcalc", "--json", *beyond)
    alerts = [c["id"] for c in found["checks"] if not c["holds"]]
    assert code == 0
    assert alerts == [
        "equipment_term_loan.prepayment_in_full",
        "sensitivities.current",
    ]
    assert (
        run("check", lexington.path, "--engine", "ironcalc", "--json", "--strict", *beyond)[0] == 1
    )


def test_verify_names_the_engines(tmp_path: Path) -> None:
    code, found, errors = run(
        "verify", SMALL, "--engine", "formulas", "--engine", "ironcalc", "--json", cwd=tmp_path
    )
    assert (code, errors) == (0, "")
    assert [(e["engine"], e["agrees"]) for e in found["engines"]] == [
        ("formulas", True),
        ("ironcalc", True),
    ]
    assert list(tmp_path.iterdir()) == []


@needs_shared
def test_coverage_in_json() -> None:
    code, found, _ = run("coverage", "lexington-2006q1", "--source", RELEASE, "--json")
    assert (code, found["complete"]) == (0, True)
    assert (found["numerals"], found["numerals_covered"]) == (141, 141)


def test_a_workbook_is_read_back_after_rows_columns_and_names_of_sheets_changed(
    small: Built, tmp_path: Path
) -> None:
    """As an analyst leaves it: the ids are found by defined names, not by addresses."""
    book = openpyxl.load_workbook(small.path)
    book["Inputs"].title = "My inputs"
    for name in list(book.defined_names):
        defined = book.defined_names[name]
        defined.attr_text = defined.attr_text.replace("Inputs!", "'My inputs'!")
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    cell.value = str(cell.value).replace("Inputs!", "'My inputs'!")
    edited = tmp_path / "edited.xlsx"
    book.save(edited)
    before = Workbook(small.path, "ironcalc").recalculate({"growth": "5%"}).report()
    for engine in ("ironcalc", "formulas"):
        after = Workbook(edited, engine).recalculate({"growth": "5%"}).report()
        assert after["lines"]["result"]["values"] == pytest.approx(
            before["lines"]["result"]["values"]
        )


def test_recalc_prints_a_leaf_once_with_its_actual_and_its_forecast_values(small: Built) -> None:
    command = [sys.executable, "-m", "modelgen", "recalc", str(small.path), "--get", "costs"]
    done = subprocess.run(
        [*command, "--engine", "ironcalc"], capture_output=True, text=True, check=True
    )
    periods = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("costs ")]
    assert periods == ["2020-03-31", "2021-03-31", "2021-06-30", "2021-09-30", "2021-12-31"]
