"""A new deal builds at once, names what it lacks, and holds when that is given."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from modelgen.api.deals import build
from modelgen.cli.main import cli
from modelgen.text.load import load
from tests.conftest import ROOT

HOUSE = ROOT / "tests" / "deals" / "house"
ASKED = """
new:
  always: true
  members:
    loan: {set: loan, asks: Loans, attributes: {rhythm: quarterly}}
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A folder with modules, of which one asks for loans."""
    for module in ("core", "credit", "dashboard", "loans", "notes"):
        shutil.copytree(HOUSE / module, tmp_path / module)
    loans = tmp_path / "loans" / "module.yaml"
    loans.write_text(loans.read_text(encoding="utf-8") + ASKED, encoding="utf-8")
    return tmp_path


def run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(cli, [*map(str, arguments)])


def test_a_new_deal_builds_at_once_and_says_what_it_lacks(house: Path) -> None:
    folder = house / "harbor"
    done = run(
        "new", folder, "--company", "Harbor: Foods", "--currency", "EUR million", "--year-end", "03-31",
        "--step", "quarter", "--as-of", "2026-05-15", "--loan", "bank=Bank loan", "--uses", "notes",
        "--member", "note:senior",
    )  # fmt: skip
    assert done.output.splitlines() == [
        f"Wrote {folder}: deal.yaml, figures.csv, schema.json",
        "Modules: core, loans, notes",
        "7 inputs and lines have no value yet: the comments in both files name them",
        f"It builds as it is: modelgen build {folder}",
    ]
    text = (folder / "deal.yaml").read_text(encoding="utf-8")
    assert text.splitlines()[0] == "# yaml-language-server: $schema=schema.json"
    assert text[text.index("values:") :].splitlines() == [
        "values:",
        "  # Loans",
        "  # bank.amount: ...  # Bank loan, amount, EUR thousand, from 0 to 100000",
        "  # bank.drawn_on: ...  # Bank loan, drawn on, date, from 2000-01-01 to 2100-12-31",
        "  # bank.maturity: ...  # Bank loan, maturity, date, from 2000-01-01 to 2100-12-31",
        "  # Fixed rates",
        "  # bank.coupon: ...  # Bank loan, rate, fraction, from 0% to 50%",
        "  # Instalments",
        "  # bank.instalment: ...  # Bank loan, instalment, EUR thousand, from 0 to 100000",
        "  # Notes",
        "  # senior.principal: ...  # Senior, principal, EUR thousand, from 0 to 100000",
        "  # senior.maturity: ...  # Senior, maturity, date, from 2000-01-01 to 2100-12-31",
    ]
    document = load(str(folder)).document
    assert document.company == "Harbor: Foods"
    assert (document.sets["loan"], document.calendar and document.calendar.first) == (
        {"bank": {"label": "Bank loan", "rhythm": "quarterly"}},
        "Q1 FY2025",
    )
    schema = json.loads((folder / "schema.json").read_text(encoding="utf-8"))
    assert "bank.amount" in schema["properties"]["values"]["properties"]
    book = build(folder, house / "draft.xlsx")
    assert not book.verdict.ok
    assert len(book.verdict.missing) == 7
    assert book.verdict.failing == ()


def test_a_new_deal_holds_when_its_comments_are_filled_in(house: Path) -> None:
    folder = house / "harbor"
    assert run("new", folder, "--yes", "--as-of", "2026-05-15", "--loan", "bank").exit_code == 0
    text = (folder / "deal.yaml").read_text(encoding="utf-8")
    given = {
        "amount": "100",
        "drawn_on": "2025-02-10",
        "maturity": "2028-03-31",
        "instalment": "5",
        "coupon": "4%",
    }
    for key, value in given.items():
        text = re.sub(rf"# (bank\.{key}): \.\.\. ", rf"\1: {value} ", text)
    (folder / "deal.yaml").write_text(text, encoding="utf-8")
    book = build(folder, house / "whole.xlsx")
    assert book.verdict.ok
    assert book.verdict.missing == ()
    assert len(book.verdict.unfounded) == 5


def test_leaves_stand_as_rows_of_the_table(house: Path) -> None:
    core = house / "core" / "module.yaml"
    text = core.read_text(encoding="utf-8").replace(
        "  fiscal: {step: quarter, home: Model}",
        "  fiscal: {step: quarter, home: Actuals, actual: actual}",
    )
    text = text.replace(
        "  Model: {title: Model",
        "  Actuals: {title: Actuals, timeline: fiscal, inputs: true, order: 150}\n  Model: {title: Model",
    )
    text = text.replace(
        "      months_in_quarter:",
        "      fiscal.last_actual: {label: Last actual quarter, unit: date, range: [2000-01-01, 2100-12-31]}\n      months_in_quarter:",
    )
    text = text.replace(
        "      period_start: {",
        "      actual: {label: Actual, unit: count, formula: '= IF(period_end <= last_actual, 1, 0)'}\n      period_start: {",
    )
    text = text.replace(
        "  - sheet: Model\n    heading: Debt",
        "  - sheet: Model\n    heading: Sales\n    timeline: fiscal\n    lines:\n      net_sales: {label: Net sales, unit: money, leaf: true, forecast: '= net_sales[-1]'}\n  - sheet: Model\n    heading: Debt",
    )
    core.write_text(text, encoding="utf-8")
    folder = house / "shop"
    done = run(
        "new",
        folder,
        "--yes",
        "--as-of",
        "2026-05-15",
        "--uses",
        "core",
        "--first",
        "Q3 FY2025",
        "--last",
        "Q4 FY2026",
        "--json",
    )
    assert json.loads(done.output)["missing"] == ["net_sales"]
    assert (folder / "figures.csv").read_text(encoding="utf-8").splitlines() == [
        "line,printed,at,period,unit,role,sign,precision,basis",
        "# Take away the # and write what is printed and its line for each row.",
        "# net_sales,,report:,2025-09-30,,,,,",
        "# net_sales,,report:,2025-12-31,,,,,",
        "# net_sales,,report:,2026-03-31,,,,,",
    ]  # fmt: skip


REFUSED = {
    "a kind that no module asks for": (["--loan", "b", "--member", "lone:x"], "no module asks for a 'lone' (did you mean 'loan'?)"),
    "an id that is none": (["--loan", "Bank Loan"], "'Bank Loan' is not an id: use lower-case letters, digits and _"),
    "an id given twice": (["--loan", "b", "--loan", "b"], "'b' is given twice"),
    "a module that is not": (["--uses", "lons"], "there is no module 'lons' (did you mean 'loans'"),
    "a currency that is none": (["--currency", "EUR millions"], "'millions' is not a scale"),
}  # fmt: skip


@pytest.mark.parametrize("what", list(REFUSED))
def test_a_wrong_answer_leaves_no_folder(what: str, house: Path) -> None:
    options, message = REFUSED[what]
    done = run("new", house / "x", "--yes", "--as-of", "2026-05-15", *options)
    assert done.exit_code != 0
    assert message in str(done.exception)
    assert not (house / "x").exists()


def test_a_folder_that_exists_is_left_alone(house: Path) -> None:
    done = run("new", house / "core", "--yes")
    assert "already exists: new writes a new folder" in str(done.exception)


def test_a_module_that_asks_wrongly_is_said_at_its_place(house: Path) -> None:
    notes = house / "notes" / "module.yaml"
    notes.write_text(
        notes.read_text(encoding="utf-8") + "\nnew: {members: {note: {sets: note}}}\n",
        encoding="utf-8",
    )
    done = run("new", house / "x", "--yes")
    assert "the kind of member 'note' names no set" in str(done.exception)


def test_the_shipped_modules_ask_and_a_deal_of_all_kinds_builds(tmp_path: Path) -> None:
    folder = tmp_path / "zeta"
    done = run(
        "new", folder, "--yes", "--as-of", "2026-05-15", "--segment", "foods", "--loan", "bank",
        "--revolver", "rcf", "--notes", "senior", "--uses", "dashboard", "--json",
    )  # fmt: skip
    said = json.loads(done.output)
    assert {"core", "segments", "term_loans", "revolvers", "notes", "dashboard"} <= set(
        said["modules"]
    )
    assert {"bank.commitment", "rcf.commitment", "senior.principal", "foods.net_sales"} <= set(
        said["missing"]
    )
    assert said["verdict"]["missing"] == said["missing"]
    assert not said["verdict"]["ok"]
