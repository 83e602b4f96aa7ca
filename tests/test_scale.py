"""Large models: linear in their cells, streamed to the file alike, and proven by another engine."""

import time
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


def test_a_large_model_is_proven_and_grows_as_its_cells_do(tmp_path: Path) -> None:
    seconds = []
    for loans in (14, 56):
        deal = write_deal(tmp_path / f"loans{loans}", loans)
        began = time.perf_counter()
        built = build(deal, tmp_path / f"{loans}.xlsx")
        seconds.append(time.perf_counter() - began)
        cells = len(built.written.formulas)
        assert cells > loans * LINES * MONTHS
        if loans == 14:
            verdict = verify(built.written, "ironcalc")
            assert (verdict.differing, verdict.cells) == ((), cells)
    assert seconds[1] < 1.7 * 4 * seconds[0]
