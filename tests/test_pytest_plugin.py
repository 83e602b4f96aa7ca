"""The pytest plugin, as somebody's own tests meet it: what passes, and what a failure says."""

import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import SMALL, Built

pytest_plugins = ["pytester"]

# 50 too many in one shop: two published figures of the quarter no longer tie.
WRONG_SALES = {"east.sales@2021-06-30": 1150}


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with the small deal in its folder, recalculated by the quickest engine."""
    shutil.copytree(SMALL, pytester.path / "small")
    pytester.makeini("[pytest]\nmodelgen_engine = ironcalc\n")
    return pytester


def outcome(project: pytest.Pytester, source: str, *arguments: str) -> pytest.RunResult:
    project.makepyfile(source)
    # A process of its own: within this one, modules imported by the run would be forgotten after it.
    return project.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:xdist", *arguments)


def test_a_model_that_holds_passes(project: pytest.Pytester) -> None:
    found = outcome(
        project,
        """
        from datetime import date

        def test_model(modelgen_model):
            model = modelgen_model("small")
            model.assert_holds()
            model.assert_holds({"growth": "3%"})
            model.assert_ties()
            model.assert_ties("sales", "margin")
            model.assert_value("sales", 1640, period="2021-06")
            model.assert_value("margin", 0.152, period="2021-06-30", within=0.001)
            model.assert_value("loan_date", date(2021, 2, 10))
            model.assert_value("model.status", "All checks hold")
            assert model.recalc({"loan": 2400})["closing"]["2021-03"] == 2300
        """,
    )
    found.assert_outcomes(passed=1)


def test_a_figure_that_does_not_tie_is_named_with_its_line_and_difference(
    project: pytest.Pytester,
) -> None:
    found = outcome(
        project,
        f"""
        def test_holds(modelgen_model):
            modelgen_model("small").assert_holds({WRONG_SALES})

        def test_ties(modelgen_model):
            modelgen_model("small").assert_ties("sales", settings={WRONG_SALES})

        def test_others_tie(modelgen_model):
            modelgen_model("small").assert_ties("costs", settings={WRONG_SALES})

        def test_built_so(modelgen_model):
            modelgen_model("small", {WRONG_SALES}).assert_holds()
        """,
    )
    found.assert_outcomes(passed=1, failed=3)
    line = "does not tie: sales 2021-06-30, printed at report 7: published 1,640,000, computed 1,690,000, difference 50,000 EUR"
    failures = found.stdout.str().partition("short test summary")[0]  # under CI that repeats them
    assert failures.count(line) == 3
    found.stdout.fnmatch_lines(["E*small.xlsx: THE MODEL DOES NOT HOLD: Figures tied * of 11;*"])
    # The test's own line is shown, and nothing of the plugin.
    found.stdout.fnmatch_lines([">*assert_holds({'east.sales@2021-06-30': 1150})"])
    found.stdout.no_fnmatch_line("*pytest_plugin.py*")


def test_a_line_without_a_figure_ties_to_nothing(project: pytest.Pytester) -> None:
    found = outcome(
        project,
        """
        def test_ties(modelgen_model):
            modelgen_model("small").assert_ties("cost", "sales")
        """,
    )
    found.assert_outcomes(failed=1)
    found.stdout.fnmatch_lines(["E*no figure ties to 'cost' (did you mean 'costs'?)"])


def overtyped(book: Path, target: Path) -> None:
    """A workbook in which somebody typed a number over a formula."""
    workbook = openpyxl.load_workbook(book)
    sheet, cells = next(workbook.defined_names["result"].destinations)
    last = workbook[sheet][cells][0][-1]
    last.value = 100
    workbook.save(target)


def test_a_formula_that_was_overtyped_fails_and_can_be_allowed(
    project: pytest.Pytester, small: Built
) -> None:
    overtyped(small.path, project.path / "edited.xlsx")
    found = outcome(
        project,
        """
        def test_strict(modelgen_model):
            modelgen_model("edited.xlsx").assert_holds()

        def test_allowed(modelgen_model):
            modelgen_model("edited.xlsx").assert_holds(allow_overtyped=True)
        """,
    )
    found.assert_outcomes(passed=1, failed=1)
    found.stdout.fnmatch_lines(["E*Model!* (result): =sales-costs+interest_expense * 100*"])


OTHERS = [
    ('"sales", 1600, period="2021-06"', "sales in 2021-06 is 1,640, expected 1,600, difference 40 (EUR thousand)"),
    ('"sales", 1600, period="2021-06", within=5', "*difference 40, allowed 5 (EUR thousand)"),
    ('"sales", 1640.0000001, period="2021-06"', "sales in 2021-06 is 1640.0, expected 1640.0000001, difference*"),
    ('"sales", 1640', "*'sales' has a value for each period*"),
    ('"sales", 1640, period="2031-06"', "*'2031-06' is not a period of 'sales'*"),
    ('"sale", 1640', "*'sale' is not an input or a line; did you mean 'sales'?"),
    ('"model.status", "CHECKS FAIL"', "*model.status is All checks hold, expected CHECKS FAIL"),
    ('"sales", 1, settings={"growth": 9}', "*growth: 900% is out of range: from -50% to 50%*"),
]  # fmt: skip


def test_a_value_that_is_another_says_both(project: pytest.Pytester) -> None:
    tests = (
        f"""
        def test_{number}(modelgen_model):
            modelgen_model("small").assert_value({asserted})
        """
        for number, (asserted, _) in enumerate(OTHERS)
    )
    found = outcome(project, "".join(tests))
    found.assert_outcomes(failed=len(OTHERS))
    found.stdout.fnmatch_lines([f"E*{said.replace('[', '[[]')}" for _, said in OTHERS])
    found.stdout.no_fnmatch_line("*pytest_plugin.py*")


def test_a_deal_that_is_wrong_fails_with_its_own_message(project: pytest.Pytester) -> None:
    text = (project.path / "small" / "deal.yaml").read_text(encoding="utf-8")
    (project.path / "small" / "deal.yaml").write_text(
        text.replace("= sales - costs + interest_expense", "= sale - costs"), encoding="utf-8"
    )
    found = outcome(
        project,
        """
        def test_deal(modelgen_model):
            modelgen_model("small")

        def test_name(modelgen_model):
            modelgen_model("lexington-2006q9")

        def test_settings_of_a_workbook(modelgen_model):
            modelgen_model("some.xlsx", {"growth": 0})
        """,
    )
    found.assert_outcomes(failed=3)
    found.stdout.fnmatch_lines(["E*deal.yaml:*'sale' is not a line, an assumption or a function"])
    found.stdout.fnmatch_lines(["E*there is no deal or folder 'lexington-2006q9'*"])
    found.stdout.fnmatch_lines(["E*some.xlsx is opened, not built*"])
    found.stdout.no_fnmatch_line("*pytest_plugin.py*")


def test_a_model_is_made_once_a_session_and_settings_once(project: pytest.Pytester) -> None:
    project.makeconftest(
        """
        import modelgen.api.book, modelgen.api.deals, pytest

        counted = {"built": 0, "computed": 0}
        build, recalculate = modelgen.build, modelgen.api.book.Book.recalc

        def counting_build(*args, **kwargs):
            counted["built"] += 1
            return build(*args, **kwargs)

        def counting_recalc(*args, **kwargs):
            counted["computed"] += 1
            return recalculate(*args, **kwargs)

        modelgen.build, modelgen.api.book.Book.recalc = counting_build, counting_recalc

        def pytest_sessionfinish():
            modelgen.build, modelgen.api.book.Book.recalc = build, recalculate

        @pytest.fixture(scope="session")
        def count():
            return counted
        """
    )
    found = outcome(
        project,
        """
        import os, pytest

        @pytest.mark.parametrize("time", range(3))
        def test_again(modelgen_model, time):
            model = modelgen_model("small")
            model.assert_holds()
            model.assert_holds({"growth": "3%"})
            assert modelgen_model(os.path.abspath("small")) is model

        def test_count(modelgen_model, count):
            assert count == {"built": 1, "computed": 2}
            assert modelgen_model("small", {"growth": "3%"}) is not modelgen_model("small")
            assert count["built"] == 2
        """,
    )
    found.assert_outcomes(passed=4)


def test_the_engine_is_the_options_or_the_configurations(project: pytest.Pytester) -> None:
    source = """
        def test_engine(modelgen_model):
            model = modelgen_model("small")
            assert model.recalc().recalculation.engine == model.book.engine == "{}"
        """
    outcome(project, source.format("ironcalc")).assert_outcomes(passed=1)
    outcome(project, source.format("formulas"), "--modelgen-engine", "formulas").assert_outcomes(
        passed=1
    )
    found = outcome(
        project,
        'def test_engine(modelgen_model): modelgen_model("small").assert_holds()',
        "--modelgen-engine",
        "ironclac",
    )
    found.assert_outcomes(failed=1)
    found.stdout.fnmatch_lines(["E*ironclac*ironcalc*"])
