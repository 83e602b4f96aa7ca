"""Large models: streamed to the file alike, and proven by another engine."""

from pathlib import Path

import pytest

from benchmarks.synthetic import LINES, MONTHS, write_deal
from modelgen.excel import write
from modelgen.review.verify import verify
from modelgen.workbook.contents import read_contents
from modelgen.workbook.package import open_book
from tests.conftest import SMALL, build, needs_shared
from tests.test_workbook import invalid_parts


@needs_shared
@pytest.mark.parametrize("deal", [str(SMALL), "lexington-2006q1"])
def test_a_streamed_workbook_says_what_another_does(
    deal: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "STREAMED_FROM", 10**9)
    whole = build(deal, tmp_path / "whole.xlsx")
    monkeypatch.setattr(write, "STREAMED_FROM", 0)
    streamed, again = build(deal, tmp_path / "streamed.xlsx"), build(deal, tmp_path / "again.xlsx")
    assert streamed.path.read_bytes() == again.path.read_bytes() != whole.path.read_bytes()
    one, other = read_contents(whole.path), read_contents(streamed.path)
    assert (one.sheets, one.names, one.properties) == (other.sheets, other.names, other.properties)
    assert (one.constants, one.formulas) == (other.constants, other.formulas)
    books = [open_book(built.path, values=True) for built in (whole, streamed)]
    for sheet, row, column in one.formulas:
        values = [book[sheet].cell(row, column).value for book in books]
        assert values[0] == values[1], (sheet, row, column)
    assert invalid_parts(streamed.path) == []
    assert verify(streamed.written, "ironcalc").differing == ()


def test_a_large_model_is_proven(tmp_path: Path) -> None:
    """How its time grows with its cells is measured by benchmarks/run.py."""
    loans = 14
    built = build(write_deal(tmp_path / "loans", loans), tmp_path / "loans.xlsx")
    cells = len(built.written.formulas)
    assert cells > loans * LINES * MONTHS
    verdict = verify(built.written, "ironcalc")
    assert (verdict.differing, verdict.cells) == ((), cells)
