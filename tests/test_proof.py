"""Every cell of every deal: the evaluator, which never saw the workbook, against engines that never
saw the text."""

import time

import pytest

from modelgen.recalc.contents import read_contents
from modelgen.recalc.engines import load_engine
from modelgen.recalc.formulas_engine import Formulas, StockFormulas
from modelgen.review.verify import same, verify
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
        if hasattr(cached, "year"):
            continue  # a date: openpyxl has converted the number
        assert same(cached, value) or float(cached) == value, (sheet, row, column)  # type: ignore[arg-type]


def test_formulas_compiled_once_equals_stock_and_is_three_times_faster(lexington: Built) -> None:
    contents = read_contents(lexington.path)
    load_engine("formulas", read_contents(lexington.path)).calculate(
        {}
    )  # the library's own imports
    began = time.perf_counter()
    ours = Formulas(contents)
    fast = ours.calculate({})
    middle = time.perf_counter()
    stock = StockFormulas(contents).calculate({})
    ended = time.perf_counter()
    assert [k for k in stock if not same(fast[k], stock[k])] == []
    assert len(fast) == len(stock) == len(lexington.written.formulas)
    assert ours.distinct < len(fast) / 20
    assert ended - middle >= 3 * (middle - began)


def test_a_change_of_inputs_is_computed_as_stock_computes_it(small: Built) -> None:
    contents = read_contents(small.path)
    area = contents.names["growth"]
    change = {(area.sheet, area.row, area.column): 0.1}
    fast = Formulas(contents).calculate(change)
    stock = StockFormulas(contents).calculate(change)
    assert [key for key in stock if not same(fast[key], stock[key])] == []
    assert fast != Formulas(contents).calculate({})
