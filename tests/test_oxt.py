"""The extension in LibreOffice itself: installed by unopkg, and each item of its menu dispatched in a headless office on the
Lexington workbook; what it says is held against what modelgen says of the same file.
"""

import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from modelgen.review.verify import same
from modelgen.text.setting import Setting
from modelgen.workbook.contents import a1, read_contents
from modelgen.workbook.recalculate import Workbook
from tests.calls import call, cell_of
from tests.conftest import Built
from tests.offices import Step, drive, install, lacking, write_command
from tests.test_addin import broken

pytestmark = [
    pytest.mark.slow,  # a real LibreOffice, started several times
    pytest.mark.skipif(bool(lacking()), reason=lacking() or "at hand"),
]

TRACED = (
    ("net_sales", "2006-03-31"),
    ("equipment_term_loan.interest", "2006-07-31"),
    ("working_capital.start", "2007-03-31"),
)
HOSTILE = "<script>alert(1)</script> &amp; \u202e \n=1+1 " + "x" * 30_000
DOCUMENT = "\n".join(f"line {n}: net sales were 24,798 thousand" for n in range(1, 300))


@dataclass(frozen=True)
class Office:
    """What unopkg and LibreOffice said, each by the name of its step, and where the workbooks stand."""

    listed: str
    said: dict[str, Any]
    folder: Path

    def data(self, step: str) -> dict[str, Any]:
        """The JSON that an item answered."""
        assert self.said[step]["done"], self.said[step]["said"]
        found: dict[str, Any] = json.loads(self.said[step]["said"])
        return found


def address(path: Path, name: str, column: int = 0) -> str:
    return "!".join(cell_of(path, name, column))


def label_of(path: Path, id_: str) -> str:
    """The cell of the map with the label of a line."""
    contents = read_contents(path)
    ids, labels = contents.names["modelgen.lines.id"], contents.names["modelgen.lines.label"]
    (row,) = (c[1] for c in ids.cells() if contents.constants.get(c) == id_)
    return a1((labels.sheet, row, labels.column))


@pytest.fixture(scope="module")
def office(lexington: Built, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """One LibreOffice for all tests, also where these are shared out among processes: it takes seconds to start."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder = base / "modelgen-office"
    told = folder / "told.json"
    try:
        folder.mkdir()
    except FileExistsError:  # another process asks LibreOffice
        for _ in range(3000):
            if told.exists():
                break
            time.sleep(0.1)
        else:
            pytest.fail("the process that asks LibreOffice has not told what it said")
    else:
        answered = asked(folder, lexington)
        (folder / "telling.json").write_text(json.dumps(answered), encoding="utf-8")
        (folder / "telling.json").replace(told)
    listed, said = json.loads(told.read_text(encoding="utf-8"))
    return Office(listed, said, folder)


def asked(folder: Path, lexington: Built) -> tuple[str, dict[str, Any]]:
    """What unopkg lists, and what LibreOffice says to each step."""
    # unopkg runs as an ordinary user, who must be able to pass through the folders above.
    for parent in (folder, folder.parent, folder.parent.parent):
        parent.chmod(0o755)
    extension, command = folder / "modelgen.oxt", folder / "modelgen"
    assert call("addin", "--libreoffice", "-o", extension).code == 0
    write_command(command)
    listed = install(extension, folder / "profile")
    book = Path(shutil.copy(lexington.path, folder / "book.xlsx"))
    bad = broken(lexington, folder / "broken.xlsx")
    (folder / "release.txt").write_text(DOCUMENT, encoding="utf-8")
    minimum, sales = address(book, "cash.minimum"), address(book, "net_sales")
    growth = address(book, "rubber.growth", 3)
    as_json = {"Form": "json"}
    steps: dict[str, Step] = {
        "open": ["open", str(book)],
        **{
            f"trace {id_}": ["do", "trace", {**as_json, "Id": id_, "Period": end, "Depth": "40"}]
            for id_, end in TRACED
        },
        "select": ["select", sales],
        "trace": ["do", "trace", {}],
        "trace dialog": ["do", "trace", {"Form": "dialog"}],
        "source": ["do", "source", {**as_json, "Id": "net_sales", "Period": "2006-03"}],
        "source dialog": [
            "do", "source", {"Form": "dialog", "Id": "net_sales", "Period": "2006-03"},
        ],
        "check": ["do", "check", as_json],
        "check dialog": ["do", "check", {"Form": "dialog", "File": str(folder / "said.txt")}],
        "what if": ["do", "whatif", {**as_json, "Input": "cash.minimum", "Value": "500"}],
        "what if row": [
            "do", "whatif", {**as_json, "Input": "rubber.growth", "Value": "3%", "Period": "2007-03"},
        ],
        "what if dialog": [
            "do", "whatif", {"Form": "dialog", "Input": "cash.minimum", "Value": "500"},
        ],
        "what if wrong": [
            "do", "whatif", {"Form": "dialog", "Input": "cash.minimum", "Value": "much"},
        ],
        "read back": ["read", minimum],
        "modified": ["modified"],
        "undo": ["undo"],
        "no changes": ["do", "overlay", as_json],
        "refused": ["do", "whatif", {"Input": "cash.minimum", "Value": "-5"}],
        "rename": ["rename", "Liquidity", "Cash & 'more'"],
        "insert": ["insert_rows", "Segments", 8, 2],
        "check moved": ["do", "check", as_json],
        "no item": ["known", "nothing"],
        "type": ["type", minimum, 750],
        "type row": ["type", growth, 0.03],
        "changes": ["do", "overlay", {**as_json, "Overlay": str(folder / "overlay.yaml")}],
        "prove": ["do", "prove", as_json],
        "far": ["type", "Debt!XFD1048576", 5],
        "hostile label": ["type", label_of(book, "net_sales"), HOSTILE],
        "hostile trace": ["do", "trace", {"Form": "dialog", "Cell": sales}],
        "hostile what if": [
            "do", "whatif", {"Form": "dialog", "Input": "rubber.growth", "Value": "4%"},
        ],
        "overtype": ["formula", sales, "=24798"],
        "check overtyped": ["do", "check", as_json],
        "open broken": ["open", str(bad)],
        "check broken": ["do", "check", as_json],
        "new": ["new"],
        "check new": ["do", "check", {}],
    }  # fmt: skip
    environment = {"MODELGEN": str(command)}
    said = drive(folder / "profile", list(steps.values()), environment)
    return listed, dict(zip(steps, said, strict=True))


def test_it_is_installed(office: Office) -> None:
    assert "org.modelgen.libreoffice" in office.listed
    assert office.listed.count("is registered: yes") == 4
    assert office.said["no item"] is False


@pytest.mark.parametrize(("id_", "period"), TRACED)
def test_trace_this_cell(office: Office, id_: str, period: str) -> None:
    """The same tree as `modelgen trace`, formula by formula, down to the lines of the source."""
    options = ["--period", period, "--depth", "40", "--engine", "ironcalc", "--json"]
    expected = call("trace", office.folder / "book.xlsx", id_, *options).json
    found = office.data(f"trace {id_}")["steps"]
    said = list(flat(expected))
    assert len(found) == len(said)
    for one, (level, other) in zip(found, said, strict=True):
        assert (one["level"], one["period"]) == (level, other["period"] or "")
        keys = ("cell", "kind", "name", "label", "unit", "type", "formula", "why", "again")
        assert {key: one[key] for key in keys} == {key: other[key] for key in keys}
        assert same(one["value"], other["value"]), one


def flat(step: dict[str, Any], level: int = 0) -> Iterator[tuple[int, dict[str, Any]]]:
    yield level, step
    for below in step["below"]:
        yield from flat(below, level + 1)


def test_the_selected_cell_is_traced_and_shown(office: Office) -> None:
    text, shown = office.said["trace"]["said"], office.said["trace dialog"]["said"]
    assert text.startswith("net_sales 2006-03-31 = 24,798 USD thousand  (release, line 97;")
    assert "=SUM(rubber.net_sales:metals.net_sales)" in text
    lines = [line.strip() for line in text.splitlines()]
    assert [line.strip() for line in shown.splitlines()][: len(lines)] == lines
    assert shown.endswith("buttons: close, go, trace")


def test_open_the_source(office: Office) -> None:
    found = office.data("source")
    assert found["document"] == str(office.folder / "release.txt")
    (_, fact, _) = found["figures"]
    assert (fact["source"], fact["place"], fact["printed"]) == ("release", "190", "24,798")
    assert fact["text"] == DOCUMENT.splitlines()[189]
    shown = office.said["source dialog"]["said"]
    assert ">    97  line 97: net sales" in shown
    assert shown.endswith("buttons: close, document, go, trace")


def test_check(office: Office) -> None:
    expected = call("check", office.folder / "book.xlsx", "--engine", "ironcalc", "--json").json
    found = office.data("check")
    assert found["ok"] is expected["ok"] is True
    held = sum(c["holds"] for c in expected["checks"] if c["kind"] == "integrity")
    assert found["lines"][0].startswith(f"147 of 147 figures tie, {held} of {held} checks hold")
    assert office.said["check dialog"]["said"].startswith("The model holds.\n147 of 147 figures")
    written = (office.folder / "said.txt").read_text(encoding="utf-8")
    assert written == office.said["check dialog"]["said"]


def test_a_sheet_renamed_and_rows_inserted_change_nothing(office: Office) -> None:
    """Nor does it for the changes, the proof and the trace, which were asked for after it."""
    found = office.data("check moved")
    assert found["ok"] is True and found["overtyped"] == found["lost"] == []


def test_check_a_workbook_in_which_much_is_wrong(office: Office) -> None:
    expected = call("check", office.folder / "broken.xlsx", "--engine", "ironcalc", "--json").json
    found = office.data("check broken")
    assert found["ok"] is expected["ok"] is False
    kinds = {"failing": "integrity", "alerts": "alert", "housekeeping": "housekeeping"}
    for key, kind in kinds.items():
        bad = [c["id"] for c in expected["checks"] if c["kind"] == kind and not c["holds"]]
        assert found[key] == bad
    assert found["untied"] == [t["figure"] for t in expected["tieouts"] if not t["ties"]]
    assert [u["cell"] for u in found["unreadable"]] == [u["cell"] for u in expected["unreadable"]]
    assert {o["cell"] for o in found["overtyped"]} == {o["cell"] for o in expected["overtyped"]}
    assert found["errors"] == [text.split()[0] for text in expected["errors"]]
    assert len(found["lost"]) == len(expected["lost"]) == 1


def test_a_formula_that_is_overtyped_is_found_at_once(office: Office) -> None:
    (one,) = office.data("check overtyped")["overtyped"]
    assert (one["id"], one["now"]) == ("net_sales", "=24798")
    assert one["was"] == "=SUM(rubber.net_sales:metals.net_sales)"


@pytest.mark.parametrize(
    ("step", "setting"),
    [("what if", "cash.minimum=500"), ("what if row", "rubber.growth@2007-03=3%")],
)
def test_what_if(office: Office, ironcalc_book: Workbook, step: str, setting: str) -> None:
    """What moves is what a recalculation with the input set gives."""
    found = office.data(step)
    before = ironcalc_book.recalculate()
    after = ironcalc_book.recalculate((Setting.parse(setting),))
    assert found["moved"]
    for id_, entry in before.directory.lines.items():
        pairs = [(before.value(cell), after.value(cell)) for cell in entry.cells]
        moved = [pair for pair in pairs if not same(*pair)]
        told = [one[1:] for one in found["moved"].get(id_, [])]
        assert len(told) == len(moved), id_
        for one, other in zip(told, moved, strict=True):
            assert all(same(a, b) for a, b in zip(one, other, strict=True)), id_


def test_the_dialog_of_what_if(office: Office) -> None:
    shown = office.said["what if dialog"]["said"].splitlines()
    assert shown[0] == "If cash.minimum were 500 and not 0:"
    assert any("(liquidity)" in line for line in shown) and shown[-1] == "Put back."
    wrong = office.said["what if wrong"]["said"]
    assert wrong.startswith("'much' is not a number: write it as 1,234 or 2.5%.")


def test_what_was_set_for_a_while_leaves_no_trace(office: Office) -> None:
    said = office.said
    assert (said["read back"], said["modified"], said["undo"]) == (0, False, 0)
    assert office.data("no changes")["changes"] == []
    assert said["refused"]["done"] is False
    assert said["refused"]["said"].startswith("cash.minimum: -5 is out of range")


def test_changes_as_overlay(office: Office, tmp_path: Path, ironcalc_book: Workbook) -> None:
    """Two inputs typed: the overlay builds a workbook that holds them."""
    found = [(c["id"], c["period"], c["new"]) for c in office.data("changes")["changes"]]
    assert set(found) == {("cash.minimum", None, "750"), ("rubber.growth", "2006-12-31", "3%")}
    overlay, target = office.folder / "overlay.yaml", tmp_path / "again.xlsx"
    assert call("build", "lexington-2006q1", "-o", target, "--with", overlay).code == 0
    settings = {"cash.minimum": "750", "rubber.growth@2006-12": "3%"}
    expected = ironcalc_book.recalculate(settings).report(["total_debt"])
    again = Workbook(target, "ironcalc").recalculate().report(["total_debt"])
    assert again["lines"] == expected["lines"]


def test_recalculate_and_prove(office: Office) -> None:
    """With inputs changed, every formula cell of LibreOffice is the other engine's."""
    found = office.data("prove")
    assert (found["ok"], found["engine"], found["differing"]) == (True, "ironcalc", [])
    assert found["formulas"] > 16_000 and found["moved"] == []


def test_a_label_of_any_kind_is_shown_as_text(office: Office) -> None:
    """Markup, a change of direction, a second line, and more than a list can show."""
    traced, moved = (office.said[f"hostile {step}"] for step in ("trace", "what if"))
    assert traced["done"] and moved["done"]
    assert "<script>alert(1)</script> &amp; \u202e" in traced["said"]
    assert all(len(line) < 21_000 for line in traced["said"].splitlines())
    assert moved["said"].startswith("If rubber.growth in all periods were 4%")


def test_a_sheet_that_modelgen_did_not_build_is_told_apart(office: Office) -> None:
    said = office.said["check new"]
    assert said["done"] is False
    assert said["said"].startswith("This workbook was not built by modelgen")
