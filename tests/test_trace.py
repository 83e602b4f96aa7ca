"""Every number leads back to inputs with a basis and to lines of the source."""

import json
from dataclasses import asdict
from pathlib import Path

import openpyxl
import pytest

from modelgen.problem import ModelError
from modelgen.review.trace import BLANK, FIGURE, INPUT, Step, Tracer, as_json, steps_of
from modelgen.workbook.fingerprint import overtyped
from modelgen.workbook.recalculate import Workbook
from tests.broken import run_in_process
from tests.conftest import Built
from tests.test_commands import run


@pytest.fixture(scope="module")
def tracer(ironcalc_book: Workbook) -> Tracer:
    return Tracer(ironcalc_book.recalculate({}))


def leaves(step: Step) -> list[Step]:
    return [leaf for below in step.below for leaf in leaves(below)] if step.below else [step]


def test_every_formula_cell_leads_to_inputs_with_a_basis_and_figures_with_a_line(
    lexington: Built, tracer: Tracer
) -> None:
    formulas = tracer.found.contents.formulas
    ends = set()
    for key in formulas:
        assert tracer.naming.formula(key).startswith("=")
        cells = [cell for area in tracer.naming.precedents(key) for cell in area.cells()]
        assert cells, key  # no formula stands on nothing
        ends |= {cell for cell in cells if cell not in formulas}
    kinds: dict[str, int] = {}
    for cell in ends:
        leaf = tracer.trace(cell)
        kinds[leaf.kind] = kinds.get(leaf.kind, 0) + 1
        if leaf.kind in (INPUT, FIGURE):
            assert leaf.why, cell
        elif leaf.kind != BLANK:
            assert cell[0] in ("Stamp", "Checks", "Events", "Scenarios"), cell
            assert leaf.why == "written at build"
    inputs = sum(len(item.values) for item in lexington.model.inputs())
    assert kinds[INPUT] > inputs / 2
    assert kinds[FIGURE] >= 147


def test_what_the_map_says_of_each_formula_is_what_the_cells_hold(tracer: Tracer) -> None:
    """Two ways to the same: from the text at build, and back from the A1 formulas of the file."""
    assert overtyped(tracer.naming) == []
    lines = tracer.found.directory.lines
    assert all(entry.formula.startswith("=") for entry in lines.values())
    assert lines["revolver.opening"].formula == "=revolver.closing[-1]"
    assert lines["net_sales"].formula == "=SUM(rubber.net_sales:metals.net_sales)"


def test_a_trace_in_names_values_and_lines(tracer: Tracer) -> None:
    step = tracer.trace(tracer.key("equipment_term_loan.interest", "2006-07"))
    assert step.formula == (
        "=equipment_term_loan.bearing_interest*equipment_term_loan.rate*equipment_term_loan.days/days_in_year"
    )
    assert step.value == pytest.approx(12500 * 0.0961063 * 31 / 360)
    assert step.period == "2006-07-31"
    names = [below.name for below in step.below]
    assert names == [
        "equipment_term_loan.bearing_interest",
        "equipment_term_loan.rate",
        "equipment_term_loan.days",
        "days_in_year",
    ]
    found = {leaf.name: leaf.why for leaf in leaves(step)}
    assert found["equipment_term_loan.spread"] == "release, line 55"
    assert found["equipment_term_loan.commitment"] == "release, line 23"
    assert found["days_in_year"] == "Actual/360, the money-market convention"
    opening = tracer.trace(tracer.key("equipment_term_loan.opening", "2006-06"), 1)
    assert opening.formula == "=equipment_term_loan.closing[-1]"
    first = tracer.trace(tracer.key("equipment_term_loan.opening", "2006-05"), 1)
    assert first.formula == "=equipment_term_loan.closing[-1]"
    assert first.below[0].kind == BLANK


def test_a_cell_is_traced_by_its_address_and_the_other_way(tracer: Tracer) -> None:
    key = tracer.key("net_sales", "2006-03-31")
    step = tracer.trace(tracer.key(f"{key[0]}!G{key[1]}", None), 1)
    assert step.name == "net_sales"
    upward = tracer.dependents(tracer.key("rubber.net_sales", "2006-03"), 1)
    assert "segments.net_sales" in [below.name for below in upward.below]
    assert any(below.kind == FIGURE for below in upward.below)


@pytest.mark.parametrize(
    ("what", "period", "message"),
    [
        ("net_sale", None, "'net_sale' is not an input, a line or a cell"),
        ("net_sales", "2011-03", "'net_sales' has no period 2011-03"),
        ("Statement!A1", None, "there is no sheet 'Statement'"),
    ],
)
def test_what_cannot_be_traced_is_said(
    tracer: Tracer, what: str, period: str | None, message: str
) -> None:
    with pytest.raises(ModelError) as caught:
        tracer.key(what, period)
    assert caught.value.problems[0].message == message
    assert caught.value.problems[0].hint


def test_the_command(lexington: Built) -> None:
    code, found, _ = run(
        "trace",
        lexington.path,
        "total_debt",
        "--period",
        "2006-05",
        "--depth",
        "2",
        "--engine",
        "ironcalc",
        "--json",
    )
    assert (code, found["name"]) == (0, "total_debt")
    opening = 0.85 * 12399 + 0.65 * 9359.555556 - 7100
    assert found["value"] == pytest.approx(12500 + 15000 + opening + 34177)
    assert [below["name"] for below in found["below"]] == [
        "equipment_term_loan.closing", "real_estate_term_loan.closing", "revolver.closing",
        "subordinated_notes.closing", "take_out.closing",
    ]  # fmt: skip


def test_a_tree_of_any_depth_is_traced_both_ways(small: Built, tmp_path: Path) -> None:
    """5,000 cells, each of which reads the one above it."""
    book = openpyxl.load_workbook(small.path)
    sheet = book.create_sheet("Chain")
    sheet["A1"] = "=Model!$E$8"
    for row in range(2, 5001):
        sheet[f"A{row}"] = f"=A{row - 1}+1"
    book.save(tmp_path / "chain.xlsx")
    tracer = Tracer(Workbook(tmp_path / "chain.xlsx", "ironcalc").recalculate({}))
    last, first = ("Chain", 5000, 1), ("Chain", 1, 1)
    levels = [level for level, _ in steps_of(tracer.trace(last))]
    assert max(levels) > 4999
    assert [step.cell for _, step in steps_of(tracer.dependents(first))][-1] == "Chain!A5000"
    near = list(steps_of(tracer.trace(last, 3)))
    assert [(level, step.cell) for level, step in near] == [
        (0, "Chain!A5000"), (1, "Chain!A4999"), (2, "Chain!A4998"), (3, "Chain!A4997"),
    ]  # fmt: skip
    command = ["trace", str(tmp_path / "chain.xlsx"), "Chain!A5000", "--engine", "ironcalc"]
    for options in ([], ["--json"], ["--dependents"]):
        assert run_in_process([*command, *options]).code == 0


def test_a_tree_is_written_as_the_json_of_its_steps(small: Built) -> None:
    tracer = Tracer(Workbook(small.path, "ironcalc").recalculate({}))
    root = tracer.trace(tracer.key("closing", None))
    assert json.loads("\n".join(as_json(root))) == json.loads(json.dumps(asdict(root)))


def test_drivers_come_first_and_the_calendar_takes_a_line(tracer: Tracer) -> None:
    root = tracer.trace(tracer.key("revolver.availability", "2007-03"))
    names = [step.name for step in root.below]
    calendar = [step for _, step in steps_of(root) if step.why == "the calendar"]
    assert names[-1].endswith("period_end")
    assert "revolver.closing" in names
    assert calendar
    assert all(not step.below and not step.formula for step in calendar)
    everything = tracer.trace(tracer.key("revolver.availability", "2007-03"), None, True)
    assert not any(step.why == "the calendar" for _, step in steps_of(everything))
    assert any(step.name == "monthly.period_number" for _, step in steps_of(everything))


def test_of_a_row_that_is_looked_up_or_rolled_up_only_what_counts_is_followed(
    tracer: Tracer,
) -> None:
    """Three months of a quarter, not the row from its beginning."""
    key = tracer.key("interest_expense.planned", "2007-03")
    rolled = {step.period for step in tracer.trace(key, 1).below if step.name == "interest.accrued"}
    assert rolled == {"2007-01-31", "2007-02-28", "2007-03-31"}
    found = tracer.trace(tracer.key("working_capital.start", "2007-03"), 1)
    assert {s.period for s in found.below if s.name == "fiscal.period_start"} == {"2007-03-31"}
