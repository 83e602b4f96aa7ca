"""Every cell of every deal: the evaluator, which never saw the workbook, against engines that never
saw the text."""

import os
from datetime import datetime, time
from pathlib import Path

import pytest

from modelgen.review.verify import same, verify
from modelgen.workbook import cache
from modelgen.workbook.contents import Key, read_contents
from modelgen.workbook.engines import load_engine
from modelgen.workbook.formulas_engine import Formulas
from modelgen.workbook.stock_formulas import StockFormulas
from tests.conftest import Built, needs_libreoffice


@pytest.mark.parametrize("deal", ["small", "lexington"])
@pytest.mark.parametrize(
    "engine", ["formulas", "ironcalc", pytest.param("libreoffice", marks=needs_libreoffice)]
)
def test_every_cell_agrees(deal: str, engine: str, request: pytest.FixtureRequest) -> None:
    built: Built = request.getfixturevalue(deal)
    verdict = verify(built.written, engine)
    assert verdict.differing == ()
    assert verdict.failure == ""
    assert verdict.cells == len(read_contents(built.path).formulas) > 250


def test_the_cached_values_are_the_evaluators(lexington: Built) -> None:
    import openpyxl

    book = openpyxl.load_workbook(lexington.path, data_only=True)
    for (sheet, row, column), value in lexington.written.formulas.items():
        cached = book[sheet].cell(row + 1, column + 1).value
        if isinstance(cached, (datetime, time)):
            continue  # a date, or none: openpyxl has converted the number
        if cached is None:
            assert value == "", (sheet, row, column)  # openpyxl reads an empty text as nothing
            continue
        assert same(cached, value) or float(cached) == value, (sheet, row, column)  # type: ignore[arg-type]


def key(built: Built, id_: str, offset: int = 0) -> Key:
    """The cell of an input."""
    area = read_contents(built.path).names[id_]
    return area.sheet, area.row, area.column + offset


@pytest.mark.slow  # the stock library takes a minute
def test_formulas_cold_and_warm_equals_stock(
    lexington: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cold: nothing is kept. Warm: other inputs, in a workbook loaded anew from what was kept."""
    monkeypatch.setenv("MODELGEN_CACHE", "")
    contents = read_contents(lexington.path)
    monkeypatch.setenv("MODELGEN_CACHE", str(tmp_path))
    change = {key(lexington, "libor_1m.shift"): 0.01}
    ours = Formulas(contents)
    cold = ours.calculate({})
    warm = Formulas(contents).calculate(change)
    stock = StockFormulas(contents, most=10**6)
    expected = stock.calculate({})
    assert [k for k in expected if not same(cold[k], expected[k])] == []
    changed = stock.calculate(change)
    assert [k for k in changed if not same(warm[k], changed[k])] == []
    assert sum(changed[k] != expected[k] for k in changed) > 1000
    assert len(cold) == len(expected) == len(lexington.written.formulas)
    assert ours.distinct < len(cold) / 20


@pytest.mark.slow  # whole calculations of the library, without its cache
def test_what_changes_reach_is_what_a_whole_calculation_gives(
    lexington: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = read_contents(lexington.path)
    fast = Formulas(contents)
    monkeypatch.setenv("MODELGEN_CACHE", "")
    names = [i.id for i in lexington.model.inputs() if i.unit.kind == "number" and not i.optional]
    for id_ in names[::9]:
        cell = key(lexington, id_)
        now = contents.constants[cell]
        assert isinstance(now, float)
        change = {cell: now * 1.01 + 0.001}
        # Without values to start from, and with all cells wanted, every cell is computed.
        whole = Formulas(contents).calculate(change, wanted=list(contents.formulas))
        assert fast.calculate(change) == whole, id_


@pytest.mark.slow  # whole calculations of the library, without its cache
def test_wanted_cells_alone_are_computed_alike(
    lexington: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = read_contents(lexington.path)
    whole = Formulas(contents).calculate({})
    monkeypatch.setenv("MODELGEN_CACHE", "")
    wanted = [key(lexington, "liquidity", month) for month in range(38)]
    found = Formulas(contents).calculate({}, wanted=wanted)
    assert found == {k: whole[k] for k in wanted}
    # Also from values to start from, and by the other engine.
    change = {key(lexington, "libor_1m.shift"): 0.02}
    book = Formulas(contents)
    changed = book.calculate(change)
    assert book.calculate(change, wanted=wanted) == {k: changed[k] for k in wanted}
    other = load_engine("ironcalc", contents).calculate(change, wanted=wanted)
    assert [k for k in wanted if not same(other[k], changed[k])] == []


def test_the_cache_lets_the_oldest_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELGEN_CACHE", str(tmp_path))
    for number in range(cache.KEPT + 5):
        cache.store(f"entry{number}", number)
        os.utime(tmp_path / f"entry{number}.json", (number, number))
    assert len(list(tmp_path.glob("*.json"))) == cache.KEPT
    assert cache.load("entry0") is None
    assert cache.load(f"entry{cache.KEPT + 4}") == cache.KEPT + 4


def test_a_change_of_inputs_is_computed_as_stock_computes_it(small: Built) -> None:
    contents = read_contents(small.path)
    area = contents.names["growth"]
    change = {(area.sheet, area.row, area.column): 0.1}
    fast = Formulas(contents).calculate(change)
    stock = StockFormulas(contents, most=10**6).calculate(change)
    assert [key for key in stock if not same(fast[key], stock[key])] == []
    assert fast != Formulas(contents).calculate({})
