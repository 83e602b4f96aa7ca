"""ONLYOFFICE recalculates every shipped workbook as the evaluator computes it, after an input is changed on
its screen: a cell left as it was is a wrong number that looks right.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from modelgen.evaluate.evaluate import computed
from modelgen.excel.write import write_workbook
from modelgen.model.plain import Input
from modelgen.review.verify import same
from modelgen.text.load import shipped_deals
from modelgen.workbook.contents import Key, Value, a1, read_contents
from modelgen.workbook.package import cached_values
from tests import onlyoffice
from tests.conftest import SMALL, Built, build
from tests.onlyoffice import needs_onlyoffice

SHIPPED = [entry["name"] for entry in shipped_deals() if entry["kind"] == "deal"]
SPREAD = 6  # inputs changed in each workbook, spread over all its sheets


# The others take half a minute and more each.
DEALS = [pytest.param(deal, marks=pytest.mark.slow) for deal in SHIPPED]
DEALS += [pytest.param(SMALL)]


@pytest.fixture(scope="module", params=DEALS, ids=lambda deal: Path(deal).name)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("onlyoffice")
    return build(request.param, folder / "book.xlsx")


def _changed(built: Built, item: Input, value: float, folder: Path) -> dict[Key, Value]:
    """All formula cells with one input at another value in all its periods, by the evaluator."""
    model = built.model
    values = np.full((1, len(item.values)), value)
    after = replace(built.evaluation, values=computed(model, model.order, {item.id: values}))
    written = write_workbook(after, folder / "expected.xlsx")
    return {(s, row + 1, column + 1): v for (s, row, column), v in written.formulas.items()}


def _inputs(built: Built) -> list[Input]:
    """Rates first, which reach every debt, then inputs of all kinds; single values, filled in."""
    found = [
        item
        for item in built.model.inputs()
        if item.unit.kind == "number" and not item.optional and len(item.values) == 1
    ]
    rates = [item for item in found if item.id.endswith(".shift")]
    return [*rates[:1], *found[:: max(1, len(found) // SPREAD)]]


def _other(item: Input) -> float | None:
    """Another value that the input may have, near its own."""
    now = item.values[0]
    if item.choices:
        return next((code for code, _ in item.choices if code != now), None)
    tried = (now + 1, now - 1) if item.unit.whole else (now * 1.01, now + 0.01, now - 0.01)
    least = -np.inf if item.lowest is None else item.lowest
    most = np.inf if item.highest is None else item.highest
    return next((value for value in tried if value != now and least <= value <= most), None)


def _bare(value: Value) -> Value:
    """The value; a text without the spaces at its ends, which do not survive in the file."""
    return value.strip() if isinstance(value, str) else value


@needs_onlyoffice
def test_no_cell_is_stale_after_an_input_was_changed(built: Built, tmp_path: Path) -> None:
    contents = read_contents(built.path)
    tried = 0
    for item in _inputs(built):
        value = _other(item)
        if value is None:
            continue
        changed = _changed(built, item, value, tmp_path)
        if any(isinstance(one, float) and not np.isfinite(one) for one in changed.values()):
            continue  # an input of the calendar no longer fits the periods, and the book is in error
        tried += 1
        area = contents.names[item.id]
        cell = (area.sheet, area.row, area.column)
        path = onlyoffice.saved(built.path, tmp_path / f"{tried}.xlsx", {cell: value})
        assert read_contents(path).constants[cell] == pytest.approx(value, rel=1e-12)
        found = cached_values(path)
        # Its file gives a formula that shows an empty text no value.
        stale = [
            (a1(key), expected, found.get(key))
            for key, expected in changed.items()
            if not same(_bare(expected), _bare(found.get(key, "")))
        ]
        assert stale == [], (item.id, value, len(stale))
    assert tried > 1
