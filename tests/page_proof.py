"""What the page must compute: the evaluator's values of every cell, as opened and after random changes."""

import json
import math
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modelgen.evaluate.evaluate import computed, expression
from modelgen.evaluate.study import Complete
from modelgen.excel.address import a1
from modelgen.excel.layout import lay_out
from modelgen.excel.plan import Formula, book_of, kind_of
from modelgen.formula.values import Array
from modelgen.model.plain import Input, Model, Recorded
from modelgen.page.carried import carried_text
from modelgen.page.write import write_page

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
TSC = shutil.which("tsc")
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
needs_chromium = pytest.mark.skipif(
    shutil.which("node") is None or not CHROMIUM, reason="node or Chromium is not installed"
)
SCRIPTS = Path(__file__).resolve().parent / "page"


def prove(
    evaluation: Complete, folder: Path, changes: int = 20, seed: int = 1, chromium: str = ""
) -> dict[str, Any]:
    """The comparison that tests/page/prove.mjs makes of a deal's page with the evaluator, in node or in
    Chromium.
    """
    page, cases = folder / "page.html", folder / "cases.json"
    write_page(evaluation, page)
    cases.write_text(json.dumps(_cases(evaluation, changes, seed)), encoding="utf-8")
    script = str(SCRIPTS / "prove.mjs")
    found: dict[str, Any] = run_node(
        script, str(page), str(cases), *([chromium] if chromium else [])
    )
    return found


def prove_carried(
    evaluation: Complete, folder: Path, changes: int = 20, seed: int = 1
) -> dict[str, Any]:
    """The same of the model that the deal's workbook carries, computed as the task pane does, in node."""
    carried, cases = folder / "carried.json", folder / "cases.json"
    carried.write_text(carried_text(evaluation), encoding="utf-8")
    cases.write_text(json.dumps(_cases(evaluation, changes, seed)), encoding="utf-8")
    found: dict[str, Any] = run_node(str(SCRIPTS / "prove_carried.mjs"), str(carried), str(cases))
    assert set(found["named"]) == set(evaluation.model.named())
    return found


def run_node(*arguments: str) -> Any:
    """What a script prints, as JSON."""
    done = subprocess.run(["node", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _cases(evaluation: Complete, changes: int, seed: int) -> dict[str, Any]:
    model, dice = evaluation.model, random.Random(seed)
    own = _own(evaluation)
    expected = [_expected(model, evaluation.values, own)]
    made: list[list[Any]] = []
    given: dict[str, Array] = {}
    for _ in range(changes):
        item, column, value = _change(model, dice)
        row = given.get(item.id, evaluation.values[item.id]).copy()
        row[0, column] = value
        given[item.id] = row
        timeline = model.timeline_of(item.id)
        period = timeline.columns[column].isoformat() if timeline else None
        made.append([item.id, period, value])
        expected.append(_expected(model, computed(model, model.order, given), own))
    return {"changes": made, "expected": expected}


def _change(model: Model, dice: random.Random) -> tuple[Input, int, float]:
    """An input at random, in a column at random, with a value at random in its range."""
    inputs = model.inputs()
    while True:
        item = dice.choice(inputs)
        column = dice.randrange(len(item.values))
        timeline = model.timeline_of(item.id)
        before = len(timeline.comparatives) if timeline else 0
        if column in item.blank or (item.leaf_of is None and column < before):
            continue
        if item.choices:
            return item, column, dice.choice(item.choices)[0]
        least = -1e12 if item.lowest is None else item.lowest
        most = 1e12 if item.highest is None else item.highest
        now = item.values[column]
        now = 0.0 if math.isnan(now) else now
        near = abs(now) / 2 or 1.0
        low, high = (least, most) if dice.random() < 0.2 else (now - near, now + near)
        value = min(max(dice.uniform(low, high), least), most)
        if item.unit.kind == "date" or item.unit.whole:
            value = float(round(value))
        return item, column, value


def _own(evaluation: Complete) -> dict[str, Formula]:
    """The formulas of sheets that are no lines of the model, by their cells."""
    model = evaluation.model
    book = book_of(lay_out(model, lambda kind, dated: kind_of(kind).first_row(dated)))
    return {
        f"{name}!{a1(cell.row, cell.column)}": cell.content
        for name, text in model.sheets.items()
        for cell in kind_of(text.kind).plan(book, name).cells
        if isinstance(cell.content, Formula) and cell.content.item is None
    }


def _expected(model: Model, values: dict[str, Array], own: dict[str, Formula]) -> dict[str, Any]:
    return {
        "values": {
            id_: [_plain(cell) for cell in values[id_][0]]
            for id_, item in model.items.items()
            if not isinstance(item, Recorded)
        },
        "cells": {
            at: _plain(expression(model, values, of.node, of.timeline, of.column)[0, 0])
            for at, of in own.items()
        },
    }


def _plain(cell: Any) -> Any:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, (bool, np.bool_)):
        return bool(cell)
    number = float(cell)
    return "#error" if math.isnan(number) else "#differs" if math.isinf(number) else number
