"""The add-in for LibreOffice without LibreOffice: what its modules say of a workbook is what modelgen says."""

import ast
import contextlib
import random
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest

from modelgen.addin import extension
from modelgen.addin.libreoffice import items, program
from modelgen.addin.libreoffice.allowed import value_words
from modelgen.addin.libreoffice.cells import ItemError, a1, in_excel_syntax, parse_area
from modelgen.addin.libreoffice.hosts import Host
from modelgen.addin.libreoffice.overlay import overlay_text
from modelgen.addin.libreoffice.reading import read_model
from modelgen.addin.libreoffice.sources import find_document, page_address, source_of
from modelgen.addin.libreoffice.tracing import Step, Tracer, find_key
from modelgen.addin.libreoffice.whatif import Trial
from modelgen.addin.libreoffice.xlsx import read_cells
from modelgen.review import trace as reference
from modelgen.workbook.contents import Value, read_contents
from modelgen.workbook.recalculate import Workbook
from modelgen.workbook.verdict import verdict_of
from tests.broken import break_file
from tests.calls import call, cell_of, typed
from tests.conftest import RELEASE, ROOT, Built, needs_shared
from tests.offices import Opened, StandIn, write_command
from tests.test_pull import edited, pulled

OFFICE = ROOT / "modelgen" / "addin" / "libreoffice"


@pytest.fixture(scope="module")
def office(ironcalc_book: Workbook) -> StandIn:
    return StandIn(ironcalc_book)


@pytest.fixture(scope="module")
def tracer(office: StandIn) -> Tracer:
    return Tracer(read_model(office.cells()))


def do(office: Host, item: str, **arguments: str) -> Any:
    return items.ITEMS[item](office, arguments)


def test_the_modules_need_nothing_but_an_old_python() -> None:
    """LibreOffice's own Python has no packages, and was 3.8 for years."""
    own = {path.stem for path in OFFICE.glob("*.py")}
    for path in OFFICE.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text, feature_version=(3, 8))
        assert "from __future__ import annotations" in text or path.name == "__init__.py"
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names = {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = {str(node.module).partition(".")[0]}
            else:
                continue
            assert names <= {*sys.stdlib_module_names, "uno", "unohelper", "com"}, (path, names)
        called = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
        assert not called & {"removeprefix", "removesuffix", "pairwise"}, path
    assert {"component", "office", "items"} <= own


def test_every_formula_is_put_in_the_names_that_modelgen_gives_it(
    tracer: Tracer, ironcalc_book: Workbook
) -> None:
    expected = reference.Tracer(ironcalc_book.recalculate()).naming
    formulas = ironcalc_book.contents.formulas
    assert {k: tracer.naming.formula(k) for k in formulas} == {
        k: expected.formula(k) for k in formulas
    }


def flat(step: Step) -> tuple[Any, ...]:
    return (
        *(step.level, step.cell, step.kind, step.name, step.period, step.label, step.value),
        *(step.unit, step.type, step.formula, step.why, step.again),
    )


def expected_steps(root: reference.Step) -> Iterator[tuple[Any, ...]]:
    for level, step in reference.steps_of(root):
        yield (
            *(level, step.cell, step.kind, step.name, step.period or "", step.label, step.value),
            *(step.unit, step.type, step.formula, step.why, step.again),
        )


def test_the_tree_of_a_cell_is_that_of_trace(tracer: Tracer, ironcalc_book: Workbook) -> None:
    expected = reference.Tracer(ironcalc_book.recalculate())
    formulas = sorted(ironcalc_book.contents.formulas)
    for key in formulas[::150]:
        assert list(map(flat, tracer.trace(key, 3))) == list(
            expected_steps(expected.trace(key, 3))
        ), key
    key = expected.key("equipment_term_loan.interest", "2006-07")
    assert list(map(flat, tracer.trace(key))) == list(expected_steps(expected.trace(key)))


def test_a_trace_ends_in_what_a_number_rests_on(office: StandIn) -> None:
    answer = do(office, "trace", Id="equipment_term_loan.interest", Period="2006-07")
    rests = {step["name"]: step["why"] for step in answer.data["rests_on"]}
    assert rests["equipment_term_loan.spread"] == "release, line 55"
    assert rests["equipment_term_loan.commitment"] == "release, line 23"
    assert rests["days_in_year"] == "Actual/360, the money-market convention"
    lines = [str(line) for line in answer.lines]
    assert lines[0].startswith("=equipment_term_loan.bearing_interest*equipment_term_loan.rate")
    assert any(line.startswith("It rests on") and "printed in a source" in line for line in lines)


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("=SUM($Debt.$E$40:$AV$40)", "=SUM(Debt!$E$40:$AV$40)"),
        ("=$'Cash flow'.B2;1", "='Cash flow'!B2,1"),
        ('=IF(A1;"a;b$Debt.A1";2)', '=IF(A1,"a;b$Debt.A1",2)'),
        ("=rate.x1+Debt.A1", "=rate.x1+Debt!A1"),
        ("=COM.SUN.STAR.SHEET.ADDIN.ANALYSIS.GETEOMONTH(A1;1)", "=EOMONTH(A1,1)"),
        ("=SUM({1;2|3;4})", "=SUM({1,2;3,4})"),
        ("=$'It''s'.A1", "='It''s'!A1"),
    ],
)
def test_a_formula_of_libreoffice_is_put_in_excels_syntax(formula: str, shown: str) -> None:
    assert in_excel_syntax(formula, ("Debt", "Cash flow", "It's")) == shown


def broken(lexington: Built, target: Path) -> Path:
    """A workbook after much has gone wrong: each kind of thing that a check finds."""
    path = lexington.path
    statement = cell_of(path, "net_sales", 3)
    return typed(
        path,
        target,
        {
            cell_of(path, "actual.rubber.net_sales"): 20000,
            cell_of(path, "letters_of_credit"): "208",
            cell_of(path, "equipment_term_loan.spread"): 7,
            cell_of(path, "cash.minimum"): "=1+1",
            cell_of(path, "shares_outstanding"): "=1/0",
            statement: 5,
            (statement[0], "AX3"): "=A1",
            cell_of(path, "modelgen.figures.holds"): 1,
            cell_of(path, "modelgen.figures.tolerance"): 1e9,
        },
    )


@pytest.mark.parametrize("wrong", [False, True])
def test_a_check_finds_what_modelgen_check_finds(
    lexington: Built, tmp_path: Path, wrong: bool
) -> None:
    path = broken(lexington, tmp_path / "broken.xlsx") if wrong else lexington.path
    book = Workbook(path, "ironcalc")
    answer, expected = do(StandIn(book), "check"), verdict_of(book.recalculate())
    found = answer.data
    assert found["ok"] is expected.ok is not wrong
    assert found["untied"] == [tie.figure for tie in expected.untied]
    assert found["failing"] == [one.id for one in expected.failing]
    assert found["alerts"] == [one.id for one in expected.alerts]
    assert found["housekeeping"] == [one.id for one in expected.housekeeping]
    assert [one["cell"] for one in found["unreadable"]] == [o.cell for o in expected.unreadable]
    assert {(o["cell"], o["id"], o["now"]) for o in found["overtyped"]} == {
        (o.cell, o.id, o.now) for o in expected.overtyped
    }
    assert found["errors"] == [text.split()[0] for text in expected.errors]
    assert len(found["lost"]) == len(expected.lost)
    assert found["missing"] == list(expected.missing)
    assert all(str(line).endswith((".", ":")) for line in answer.lines)
    if wrong:
        assert found["lost"] and found["errors"] and found["overtyped"] and found["unreadable"]


def test_changes_are_those_that_pull_reads_and_build_takes(
    lexington: Built, tmp_path: Path
) -> None:
    path = edited(lexington, tmp_path / "edited.xlsx")
    expected = {(edit.id, edit.period, edit.new) for edit in pulled(path).edits}
    target = tmp_path / "overlay.yaml"
    opened = StandIn(Workbook(lexington.path, "ironcalc"))
    now = read_contents(path)
    opened.changes = {
        key: value
        for key, value in now.constants.items()
        if opened.book.contents.constants.get(key) != value
    }
    answer = do(opened, "overlay", Overlay=str(target))
    found = answer.data["changes"]
    assert {(c["id"], c["period"], c["new"]) for c in found} == expected
    assert "not known" not in {c["old"] for c in found}  # the file on disk says what they were
    code = call("build", "lexington-2006q1", "-o", tmp_path / "again.xlsx", "--with", target).code
    assert code == 1  # sales of another amount tie to no figure
    again = read_contents(tmp_path / "again.xlsx")
    for edit in pulled(path).edits:
        area = again.names.get(edit.id) or again.names[f"actual.{edit.id}"]
        assert again.constants[parse(edit.cell)] == now.constants[parse(edit.cell)], area


def parse(address: str) -> tuple[str, int, int]:
    area = parse_area(address)
    assert area is not None
    return area.first


def test_of_a_row_of_which_the_file_says_nothing_more_the_overlay_gives_the_whole(
    lexington: Built, tmp_path: Path
) -> None:
    """Saved after the edit: the stamp alone knows that the row is another."""
    answer = do(StandIn(Workbook(edited(lexington, tmp_path / "e.xlsx"), "ironcalc")), "overlay")
    row = [c for c in answer.data["changes"] if c["id"] == "rubber.margin_override"]
    assert [c["old"] for c in row] == ["not known"] * len(row)
    single = next(c for c in answer.data["changes"] if c["id"] == "letters_of_credit")
    assert (single["old"], single["new"]) == ("0", "250")
    assert "The bank's letter of May 3" in answer.data["overlay"]


def test_a_fresh_workbook_has_no_changes(office: StandIn) -> None:
    answer = do(office, "overlay")
    assert answer.title == "Every input is as the workbook was built."
    assert answer.data["overlay"].endswith("assumptions: {}\n")


def test_what_a_workbook_says_of_itself_cannot_add_to_an_overlay(office: StandIn) -> None:
    properties = {"modelgen.deal": "x\nassumptions: {cash.minimum: {value: 1}}"}
    model = read_model(replace(office.cells(), properties=properties))
    text = overlay_text(model, [])
    assert [line for line in text.splitlines() if not line.startswith("#")] == ["assumptions: {}"]


@pytest.mark.parametrize(
    ("id_", "period", "value"),
    [("cash.minimum", "", "500"), ("libor_1m.flat", "", "7%"), ("rubber.growth", "2007-03", "1%")],
)
def test_what_if_says_what_a_recalculation_says(
    ironcalc_book: Workbook, id_: str, period: str, value: str
) -> None:
    office = StandIn(ironcalc_book)
    answer = do(office, "whatif", Input=id_, Value=value, Period=period)
    before = ironcalc_book.recalculate()
    after = ironcalc_book.recalculate({f"{id_}@{period}" if period else id_: value})
    moved = {}
    for line, entry in before.directory.lines.items():
        cells = [(after.value(c), before.value(c)) for c in entry.cells]
        if any(not close(new, old) for new, old in cells):
            moved[line] = [[old, new] for new, old in cells if not close(new, old)]
    found = answer.data["moved"]
    assert {line: [one[1:3] for one in rows] for line, rows in found.items()} == moved
    assert set(answer.data["outputs"]) == set(moved) & set(before.directory.outputs)
    held = office.cells().values
    assert all(held[key] == v for key, v in ironcalc_book.contents.constants.items())


def close(one: Value, other: Value) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= 1e-9 * max(1.0, abs(one), abs(other))
    return one == other


def test_a_trial_is_put_back_before_the_next_and_at_its_end(ironcalc_book: Workbook) -> None:
    office = StandIn(ironcalc_book)
    trial = Trial(office)
    trial.set("cash.minimum", "500")
    trial.set("letters_of_credit", "250")
    assert sorted(value for value in office.changes.values() if value) == [250]
    trial.put_back()
    assert not any(office.changes.values())


@pytest.mark.parametrize(
    ("item", "arguments", "sentence"),
    [
        ("whatif", {"Input": "cash.minimum"}, "Say which input to set"),
        ("whatif", {"Input": "nothing", "Value": "1"}, "'nothing' is not an input"),
        ("whatif", {"Input": "total_debt", "Value": "1"}, "'total_debt' is computed"),
        ("whatif", {"Input": "cash.minimum", "Value": "much"}, "'much' is not a number"),
        ("whatif", {"Input": "cash.minimum", "Value": "1,23"}, "'1,23' is not a number"),
        ("whatif", {"Input": "closing_date", "Value": "5/6/07"}, "'5/6/07' is not a date"),
        ("whatif", {"Input": "cash.minimum", "Value": "-5"}, "-5 is out of range"),
        ("whatif", {"Input": "rubber.growth", "Value": "1%", "Period": "1999-01"}, "no period"),
        ("trace", {"Cell": "Nowhere!A1"}, "'Nowhere!A1' is not a cell"),
        ("trace", {"Id": "nothing"}, "'nothing' is not an input or a line"),
        ("trace", {"Cell": "Debt!XX999"}, "Debt!XX999 is blank"),
        ("trace", {"Id": "net_sales", "Depth": "all"}, "'all' is not a number of levels"),
        ("trace", {}, "Select one cell first."),
    ],
)
def test_what_cannot_be_done_is_said(
    office: StandIn, item: str, arguments: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ItemError, match=re.escape(sentence)):
        do(office, item, **arguments)


def test_a_workbook_of_another_make_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(ItemError, match="was not built by modelgen"):
        read_model(read_cells(str(path)))
    path.write_text("no workbook", encoding="utf-8")
    with pytest.raises(ItemError, match=r"cannot be read as an \.xlsx workbook"):
        read_cells(str(path))


def test_a_broken_workbook_ends_in_an_answer_or_a_sentence(
    small: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(items, "find_program", lambda: None)
    answered = 0
    for seed in range(40):
        path = tmp_path / f"{seed}.xlsx"
        what = break_file(small.path, path, random.Random(seed))
        with contextlib.suppress(ItemError):
            opened = Opened(read_cells(str(path)))
            for item in items.ITEMS:
                with contextlib.suppress(ItemError):
                    assert str(do(opened, item, Input="instalment", Value="200")), (seed, what)
                    answered += 1
    assert answered > 80


def test_the_source_of_a_figure_is_its_line_in_the_document(
    office: StandIn, tmp_path: Path
) -> None:
    text = tmp_path / "release.txt"
    text.write_text("\n".join(f"line {n} $24,798 (end)" for n in range(1, 300)), encoding="utf-8")
    answer = do(office, "source", Id="net_sales", Period="2006-03", Document=str(text))
    facts = answer.data["figures"]
    assert [(f["source"], f["place"]) for f in facts] == [
        ("release", "97"), ("release", "190"), ("release", "256"),
    ]  # fmt: skip
    assert facts[1]["text"] == "line 190 $24,798 (end)"
    assert ">    97  line 97" in answer.lines[0].more and answer.document == str(text)
    elsewhere = do(office, "source", Id="net_sales", Period="2006-03")
    assert "put it beside the workbook as release.txt" in str(elsewhere)
    computed = do(office, "source", Id="ebitda", Period="2006-06")
    assert any(f["words"] == "release, line 23" for f in computed.data["behind"])
    judged = do(office, "source", Id="letters_of_credit")
    assert "No figure is printed for it. Its basis: Not disclosed." in str(judged)


@needs_shared
def test_every_figure_leads_to_its_numeral_in_the_release(tracer: Tracer) -> None:
    texts = RELEASE.read_text(encoding="utf-8").splitlines()
    for row in tracer.model.rows("figures"):
        answer = source_of(tracer, row.cells["published"], str(RELEASE))
        (fact,) = answer.data["figures"]
        assert fact["printed"] in fact["text"] == texts[int(fact["place"]) - 1]
        assert fact["printed"] in answer.lines[0].more == answer.lines[1].more


def test_the_document_is_found_beside_the_workbook_and_in_the_deals_folder(tmp_path: Path) -> None:
    workbook = str(tmp_path / "out" / "book.xlsx")
    assert find_document(workbook, "acme", "filing") is None
    assert find_document("", "acme", "filing") is None
    for folder in ("deals/acme", "acme", "out"):
        file = tmp_path / folder / "filing.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x", encoding="utf-8")
        assert find_document(workbook, "acme", "filing") == file
    assert page_address(str(tmp_path / "a.pdf"), "p4:17").endswith("/a.pdf#page=4")
    assert page_address(str(tmp_path / "a.txt"), "17").endswith("/a.txt")


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    script = tmp_path / "modelgen"
    write_command(script)
    monkeypatch.setenv(program.VARIABLE, str(script))
    return str(script)


def test_a_proof_compares_each_cell_with_another_engine(
    ironcalc_book: Workbook, command: str
) -> None:
    office = StandIn(ironcalc_book)
    answer = do(office, "prove")
    count = len(ironcalc_book.contents.formulas)
    assert answer.title == f"Proven: {count:,} formula cells, each as ironcalc computes it."
    key = find_key(read_model(office.cells()), "net_sales", "2006-03")
    assert key is not None
    office.spoilt = {key: 24798.001}
    answer = do(office, "prove")
    assert answer.data["differing"] == [a1(key)]
    assert answer.title.startswith(f"NOT PROVEN: 1 of {count:,}")
    with pytest.raises(ItemError, match="'nix' is not one of formulas, ironcalc"):
        do(office, "prove", Engine="nix")


def test_without_modelgen_a_proof_says_so_and_compares_what_the_workbook_carried(
    office: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(items, "find_program", lambda: None)
    answer = do(office, "prove")
    assert answer.data["ok"] is True and answer.data["engine"] is None
    assert "modelgen is not installed here: `pip install modelgen-finance`" in str(answer)


def test_the_command_is_found_by_name_by_path_or_in_this_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(program.VARIABLE, "python -m modelgen")
    assert program.find_program() == ["python", "-m", "modelgen"]
    monkeypatch.delenv(program.VARIABLE)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program.find_program() == [sys.executable, "-m", "modelgen"]
    write_command(tmp_path / "modelgen")
    assert program.find_program() == [str(tmp_path / "modelgen")]
    with pytest.raises(ItemError, match="modelgen cannot be started"):
        program.run([str(tmp_path / "nothing")], "list")


def test_a_file_is_read_by_the_standard_library_as_by_openpyxl(
    lexington: Built, office: StandIn
) -> None:
    found, contents = read_cells(str(lexington.path)), read_contents(lexington.path)
    assert found.sheets == contents.sheets
    assert found.formulas.keys() == contents.formulas.keys()
    expected = office.cells()
    assert found.names == expected.names
    assert found.properties == contents.properties
    for key, value in expected.values.items():
        assert close(found.value(key), value) or (found.value(key), value) == ("", None), key


def test_a_value_is_written_as_an_author_types_it(office: StandIn) -> None:
    model = read_model(office.cells())
    words = {
        "cash.minimum": (1234.5, "1,234.5"),
        "libor_1m.floor": (0.0135, "1.35%"),
        "closing_date": (44286.0, "2021-03-31"),
    }
    for id_, (value, text) in words.items():
        assert value_words(model.inputs[id_], value) == text
    assert value_words(model.inputs["cash.minimum"], None) == "blank"


def test_the_command_writes_the_extension(tmp_path: Path) -> None:
    said = call("addin", "--libreoffice", "-o", tmp_path / "addins", "--json")
    (one,) = said.json["addins"]
    assert (said.code, one["program"]) == (0, "libreoffice")
    file = tmp_path / "addins" / "modelgen.oxt"
    assert one["files"] == [str(file)] and str(file) in one["install"]
    other = tmp_path / "other.oxt"
    assert call("addin", "--libreoffice", "-o", other).code == 0
    assert other.read_bytes() == file.read_bytes()
    (tmp_path / "file").write_text("", encoding="utf-8")
    refused = call("addin", "-o", tmp_path / "file")
    assert (refused.code, "is a file" in refused.errors) == (2, True)


def test_the_command_refuses_what_does_not_fit(tmp_path: Path) -> None:
    other = tmp_path / "x.oxt"
    other.write_text("mine", encoding="utf-8")
    for said, *arguments in (
        ("--host does not apply", "--libreoffice", "--host", "https://a.example"),
        ("--host does not apply", "--host", "https://a.example", "-o", tmp_path / "y.oxt"),
        ("ends like that of a file", "--libreoffice", "-o", tmp_path / "x.zip"),
        ("no add-in of modelgen's", "--libreoffice", "-o", other),
    ):
        refused = call("addin", *arguments)
        assert refused.code == 2 and said in refused.errors and not refused.out
    assert other.read_text(encoding="utf-8") == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["x.oxt"]


def test_the_extension_holds_what_its_manifest_names(tmp_path: Path) -> None:
    path = tmp_path / "m.oxt"
    path.write_bytes(extension.extension())
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        manifest = ElementTree.fromstring(archive.read("META-INF/manifest.xml"))
        for name in names:
            if name.endswith((".xml", ".xcu")):
                ElementTree.fromstring(archive.read(name))
        menu = archive.read("Addons.xcu").decode()
        assert b"@VERSION@" not in archive.read("description.xml")
    space = "{http://openoffice.org/2001/manifest}"
    assert {one.get(f"{space}full-path") for one in manifest} <= set(names)
    assert all(f"vnd.modelgen:{item}<" in menu for item in items.ITEMS)
