"""The deals that ship: each ties, holds, is proven and audited; the smallest is as short as the docs promise."""

import re

import pytest

from modelgen.evaluate.verdict import verdict_of
from modelgen.review.audit import audit
from modelgen.review.coverage import cover
from modelgen.review.verify import verify
from modelgen.text.load import load
from tests.conftest import ROOT, Built, build

FIRST = "lexington-2006q1"  # tests/test_lexington.py and many more
DEALS = sorted(
    path.parent.name for path in ROOT.glob("templates/*/deal.yaml") if path.parent.name != FIRST
)
OWN_REPORT = [name for name in DEALS if (ROOT / "templates" / name / "report.txt").is_file()]
SHORT = "harbor-2026"


@pytest.fixture(scope="module", params=DEALS)
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(request.param, tmp_path_factory.mktemp(request.param) / "book.xlsx")


def test_all_figures_tie_and_all_checks_hold(example: Built) -> None:
    verdict = verdict_of(example.evaluation)
    assert verdict.ok, verdict
    assert len(example.model.figures) > 20


def test_every_cell_is_alike_by_another_engine(example: Built) -> None:
    assert verify(example.written, "ironcalc").differing == ()


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["formulas", "libreoffice"])
def test_every_cell_is_alike_by_every_engine(example: Built, engine: str) -> None:
    assert verify(example.written, engine).differing == ()


def test_the_audit_finds_nothing(example: Built) -> None:
    assert audit(example.path).findings == ()


def test_money_is_shown_with_the_decimals_that_the_source_prints(example: Built) -> None:
    printed = [f.printed for f in example.model.figures if f.unit.id == "money"]
    decimals = max(len(text.rstrip(")").partition(".")[2]) for text in printed)
    shown = example.model.units["money"].format.split("_)")[0]
    assert shown == f"[>={0.5 * 10**-decimals:g}]#,##0{'.' + '0' * decimals if decimals else ''}"
    assert {i.unit.format for i in example.model.lines() if i.unit.id == "money"} == {
        example.model.units["money"].format
    }


def test_no_input_stands_in_for_nothing(example: Built) -> None:
    """No value is given that the company does not have: what the deal does not use asks for nothing."""
    given = set(example.text.document.assumptions)
    assert given <= {item.id for item in example.model.inputs()}
    assert not [i.id for i in example.model.inputs() if i.status == "placeholder"]


@pytest.mark.parametrize("name", OWN_REPORT)
def test_a_report_of_our_own_is_covered(name: str) -> None:
    found = cover(load(name), ROOT / "templates" / name / "report.txt")
    assert found.numerals_covered == found.numerals > 20


def test_a_small_company_takes_forty_lines() -> None:
    folder = ROOT / "templates" / SHORT
    lines = [
        line
        for name in ("deal.yaml", "figures.csv")
        for line in (folder / name).read_text("utf-8").splitlines()
    ]
    assert len(lines) <= 40


def test_the_first_deal_is_short() -> None:
    assert len((ROOT / "templates" / FIRST / "deal.yaml").read_text("utf-8").splitlines()) <= 150


def test_the_docs_show_the_files_as_they_are() -> None:
    text = (ROOT / "docs" / "first-model.md").read_text("utf-8")
    shown = re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", text, re.DOTALL)
    assert len(shown) == 2
    for name, content in shown:
        assert (ROOT / name).read_text("utf-8") == content, name
