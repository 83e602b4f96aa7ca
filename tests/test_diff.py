"""Two workbooks compared: what differs, and which input moved what."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from modelgen.review.diff import diff
from modelgen.workbook.contents import read_contents
from modelgen.workbook.recalculate import Workbook
from tests.conftest import ROOT, SMALL, Built, build
from tests.test_commands import run


def test_a_workbook_differs_from_itself_in_nothing(lexington: Built) -> None:
    book = Workbook(lexington.path, "ironcalc")
    assert diff(book, Workbook(lexington.path, "ironcalc")).nothing
    assert run("diff", lexington.path, lexington.path, "--engine", "ironcalc", "--json")[0] == 0


def test_inputs_lines_checks_and_the_attribution_that_sums_to_the_whole(
    lexington: Built, tmp_path: Path
) -> None:
    changes = {
        "libor_1m.shift": "0.02",
        "receivables.days": "40",
        "rubber.growth@2007-03": "-0.1",
        "real_estate_term_loan.prepayment_requested@2007-06": "2000",
    }
    other = build("lexington-2006q1", tmp_path / "other.xlsx", changes)
    found = diff(
        Workbook(lexington.path, "ironcalc"), Workbook(other.path, "ironcalc"), explained=400
    )
    assert {(c.id, c.period) for c in found.inputs} == {
        ("libor_1m.shift", None),
        ("receivables.days", None),
        ("rubber.growth", "2007-03-31"),
        ("real_estate_term_loan.prepayment_requested", "2007-06-30"),
    }
    assert found.formulas == []
    assert {c.id for c in found.lines} >= {
        "revolver.availability",
        "net_sales",
        "libor_1m.rate",
        "total_debt",
    }
    outputs = lexington.model.outputs
    moved_outputs = [c.id for c in found.lines if c.id in outputs]
    assert moved_outputs == [c.id for c in found.lines][: len(moved_outputs)]
    assert moved_outputs == [id_ for id_ in outputs if id_ in moved_outputs] != []
    others = [c.size for c in found.lines[len(moved_outputs) :]]
    assert others == sorted(others, reverse=True)
    assert len(found.attributions) > 100
    for whole in found.attributions:
        moved = sum(part.moved for part in whole.parts)
        assert moved + whole.remainder == pytest.approx(whole.after - whole.before, abs=1e-9)
        if not whole.id.startswith(
            ("stale_inputs", "sensitivities", "alerts", "cover.alerts", "key.")
        ):
            # Inputs alone differ: they explain all of it, to floating point.
            assert whole.remainder == pytest.approx(0, abs=1e-6 * max(1.0, abs(whole.after))), (
                whole.id
            )
    sales = next(a for a in found.attributions if a.id == "rubber.net_sales")
    assert [part.input for part in sales.parts] == ["rubber.growth"]


def test_a_formula_that_differs_is_said_in_names(lexington: Built, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(lexington.path)
    area = read_contents(lexington.path).names["income_from_operations"]
    for column in range(area.column, area.last_column + 1):
        cell = book[area.sheet].cell(area.row, column)
        cell.value = str(cell.value).replace("-", "+")
    book.save(tmp_path / "other.xlsx")
    found = diff(
        Workbook(lexington.path, "ironcalc"), Workbook(tmp_path / "other.xlsx", "ironcalc")
    )
    assert [(f.id, f.before, f.after) for f in found.formulas] == [
        (
            "income_from_operations",
            "=net_sales-SUM(cost_of_sales)-operating_expenses",
            "=net_sales+SUM(cost_of_sales)+operating_expenses",
        )
    ]
    assert ("segments.income_agrees", True, False) in found.checks


def test_the_command_writes_a_page(lexington: Built, tmp_path: Path) -> None:
    other = build("lexington-2006q1", tmp_path / "other.xlsx", {"cash.minimum": "100"})
    page = tmp_path / "diff.html"
    code, found, _ = run(
        "diff", lexington.path, other.path, "--engine", "ironcalc", "--html", page, "--json"
    )
    assert code == 1
    assert [c["id"] for c in found["inputs"]] == ["cash.minimum"]
    assert "cash.minimum" in page.read_text(encoding="utf-8")


def test_git_shows_what_differs_between_two_versions_of_a_workbook(tmp_path: Path) -> None:
    folder = tmp_path / "clone"
    folder.mkdir()
    book = folder / "model.xlsx"

    def git(*arguments: str) -> str:
        who = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
        done = subprocess.run(
            ["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True
        )
        return done.stdout

    python = f"{shlex.quote(sys.executable)} -m modelgen"
    page = (ROOT / "docs" / "git.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"```sh\n(.*)\n```", page)
    git("init", "-q")
    line = line.replace("modelgen diff", f"{python} diff").replace("'", '"')
    subprocess.run(line, shell=True, cwd=folder, check=True)
    build(SMALL, book)
    git("add", ".")
    git("commit", "-qm", "First")
    build(SMALL, book, {"growth": "3%"})
    said = git("diff")
    assert said.startswith("model.xlsx:\nInputs that differ")
    assert re.search(r"^growth .* 0\.02 +0\.03 ", said, re.MULTILINE)
    book.write_bytes(b"no workbook")
    said = git("diff")
    assert said.startswith("model.xlsx:\ncannot be compared as workbooks: model.xlsx ")
    git("add", ".")
    git("commit", "-qm", "Second")
    build(SMALL, book)
    said = git("diff")
    assert said.startswith("model.xlsx:\ncannot be compared as workbooks: model.xlsx, as it was, ")
    assert str(folder) not in said and "git-blob" not in said
    git("add", ".")
    git("commit", "-qm", "Third")
    git("mv", "model.xlsx", "later.xlsx")
    renamed = "model.xlsx, renamed to later.xlsx:\nThe workbooks do not differ\n"
    assert git("diff", "--cached", "-M") == renamed
    git("mv", "later.xlsx", "model.xlsx")
    book.unlink()
    assert git("diff") == "model.xlsx:\ndeleted\n"


def test_git_must_give_what_it_gives_a_driver(lexington: Built) -> None:
    code, _, said = run("diff", "--git", lexington.path)
    assert code == 2 and "git config diff.modelgen.command" in said
