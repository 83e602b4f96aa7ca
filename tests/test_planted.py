"""Two hundred faults of the kinds people make, planted into workbooks of the first deal as openpyxl saves them,
and read by the real `modelgen check`: each is noticed where it is, and nothing else is. Several are planted in one
file where each is found by its own cell. docs/planted-faults.md states the score by kind.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from modelgen.contract import STATUS_CELL, TOTALS, column_name
from modelgen.verdict import INTEGRITY
from modelgen.workbook.contents import Contents, Key, Value, a1
from modelgen.workbook.directory import Directory
from modelgen.workbook.recalculate import Workbook
from tests.calls import call
from tests.conftest import ROOT, Built

FORMULAS = {
    "overtyped with its value": 35,
    "overtyped with another number": 25,
    "a sign turned": 25,
    "a reference a row off": 25,
    "a reference a column off": 20,
    "a range cut short": 10,
}
SHEETS = {"a total overtyped": 5, "a header's status overtyped": 5, "a check's formula changed": 5}
NUMBERS = {"a figure with digits swapped": 15, "a unit off by 1,000": 15}
LOST = {"an input as text": 10, "a figure's row cleared": 3, "a name deleted": 2}
_REFERENCE = re.compile(r"(?<![A-Za-z0-9_])(\$?)([A-Z]{1,3})(\$?)(\d+)(?![\d(A-Za-z_])")


@dataclass
class Planted:
    """The faults of one file: the kind of each by what names it, and what is typed."""

    kinds: dict[str, str] = field(default_factory=dict)
    cells: dict[Key, Value] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def cell(self, kind: str, key: Key, content: Value) -> None:
        self.kinds[a1(key)] = kind
        self.cells[key] = content

    def check(self, source: Path, target: Path) -> Any:
        """What `check` says of the file."""
        book = openpyxl.load_workbook(source)
        for (sheet, row, column), content in self.cells.items():
            book[sheet].cell(row, column).value = content
        for name in self.names:
            del book.defined_names[name]
        book.save(target)
        said = call("check", target, "--engine", "ironcalc", "--json")
        assert said.code == 1, said.errors
        assert said.json["ok"] is False
        return said.json


def turned(text: str) -> str:
    """The first + or - between operands, turned."""
    found = re.search(r"(?<=[A-Z0-9)])[+-]", text)
    return (
        text
        if found is None
        else text[: found.start()] + ("-" if found[0] == "+" else "+") + text[found.end() :]
    )


def shifted(text: str, rows: int, columns: int) -> str:
    """The last reference, shifted."""
    found = list(_REFERENCE.finditer(text))
    if not found:
        return text
    last = found[-1]
    letter = chr(ord(last[2][-1]) + columns) if last[2][-1] != "Z" else last[2][-1]
    moved = f"{last[1]}{last[2][:-1]}{letter}{last[3]}{int(last[4]) + rows}"
    return text[: last.start()] + moved + text[last.end() :]


def cut(text: str) -> str:
    """A range, one row or column shorter."""
    found = re.search(r"SUM\((\$?[A-Z]+\$?\d+):(\$?[A-Z]+)(\$?)(\d+)\)", text)
    return (
        text
        if found is None
        else text.replace(
            f":{found[2]}{found[3]}{found[4]})", f":{found[2]}{found[3]}{int(found[4]) - 1})"
        )
    )


def formula_faults(
    contents: Contents, values: dict[Key, Value]
) -> Iterator[tuple[str, Key, Value]]:
    """Faults in formulas, at cells drawn by chance, each in a cell of its own."""
    dice = random.Random(20060601)
    # A text, and a header that repeats a period's end, are no numbers to overtype.
    keys = [
        key
        for key in sorted(contents.formulas)
        if isinstance(values[key], float) and key[1] > 6 and key[0] != "Cover"
    ]
    dice.shuffle(keys)
    make: dict[str, Callable[[Key], Value]] = {
        "overtyped with its value": lambda key: values[key],
        "overtyped with another number": lambda key: float(values[key] or 0) * 1.1 + 1,
        "a sign turned": lambda key: turned(contents.formulas[key]),
        "a reference a row off": lambda key: shifted(contents.formulas[key], 1, 0),
        "a reference a column off": lambda key: shifted(contents.formulas[key], 0, 1),
        "a range cut short": lambda key: cut(contents.formulas[key]),
    }
    for kind in sorted(FORMULAS, key=FORMULAS.__getitem__):  # the rarest kinds choose first
        chosen = [key for key in keys if make[kind](key) != contents.formulas[key]]
        for key in chosen[: FORMULAS[kind]]:
            keys.remove(key)
            yield kind, key, make[kind](key)


def swapped(value: float) -> float | None:
    """The value with two neighbouring digits swapped."""
    digits = f"{abs(value):.0f}"
    for i in range(len(digits) - 1):
        if digits[i] != digits[i + 1]:
            return float(digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :]) * (
                1 if value > 0 else -1
            )
    return None


def sheet_faults(book: Workbook, planted: Planted) -> None:
    """Faults in what no line owns: totals before the periods, headers, and the checks."""
    dice = random.Random(19990101)
    contents, directory = book.contents, book.directory
    totals = [
        (area.sheet, entry.cells[0][1], area.column)
        for entry in directory.lines.values()
        if entry.total and (area := contents.areas[TOTALS].get(entry.cells[0][0]))
    ]
    for key in dice.sample(totals, SHEETS["a total overtyped"]):
        planted.cell("a total overtyped", key, 1.0)
    headers = [next(iter(area.cells())) for area in contents.areas[STATUS_CELL].values()]
    for key in dice.sample(headers, SHEETS["a header's status overtyped"]):
        planted.cell("a header's status overtyped", key, "All checks hold")
    checks = [row for row in directory.checks if row.kind == INTEGRITY]
    first, *others = dice.sample(checks, SHEETS["a check's formula changed"])
    planted.cell("a check's formula changed", first.largest, "=0")
    for row in others:
        planted.cell("a check's formula changed", directory.lines[row.id].cells[0], "=0")


def number_faults(built: Built, directory: Directory, planted: Planted) -> None:
    """Published numbers mistyped, each told by the tie-out of its own line and period."""
    dice = random.Random(20090515)
    ids = [i.id for i in built.model.inputs() if i.leaf_of and swapped(i.values[1])]
    leaves = {id_.removeprefix("actual."): built.model.items[id_].values[1] for id_ in ids}  # type: ignore[union-attr]
    swaps = dice.sample(sorted(leaves), NUMBERS["a figure with digits swapped"])
    singles = {
        item.id: item.values[0]
        for item in built.model.inputs()
        if item.figure and item.timeline is None and item.unit.id == "money"
    }
    scaled = dice.sample(
        sorted((set(leaves) | set(singles)) - set(swaps)), NUMBERS["a unit off by 1,000"]
    )
    for id_ in (*swaps, *scaled):
        cells = directory.inputs[id_].cells
        value = leaves[id_] if id_ in leaves else singles[id_]
        wrong = swapped(value) if id_ in swaps else value * 1000
        planted.cells[cells[1] if id_ in leaves else cells[0]] = wrong
        kind = "a figure with digits swapped" if id_ in swaps else "a unit off by 1,000"
        planted.kinds[f"{id_} {'2006-03-31' if id_ in leaves else None}"] = kind


def lost_faults(book: Workbook, planted: Planted) -> None:
    """Numbers typed as text, figures cleared from the ledger, and names deleted."""
    dice = random.Random(19540401)
    contents, directory = book.contents, book.directory
    named = [entry.cells[0] for entry in directory.inputs.values() if not entry.allowed.optional]
    for key in dice.sample(named, LOST["an input as text"]):
        planted.cell("an input as text", key, f"{contents.constants[key]:,.2f}")
    for row in dice.sample(directory.figures, LOST["a figure's row cleared"]):
        sheet, line, _ = row.holds
        columns = {
            key[2] for key in (*contents.formulas, *contents.constants) if key[:2] == (sheet, line)
        }
        planted.cells |= {(sheet, line, column): None for column in columns}
        planted.kinds[f"figure {row.id}"] = "a figure's row cleared"
    for id_ in dice.sample(sorted(directory.lines), LOST["a name deleted"]):
        planted.names.append(id_)
        planted.kinds[f"the name {id_}, or the cells it referred to, have been deleted"] = (
            "a name deleted"
        )


@pytest.fixture(scope="module")
def score(
    lexington: Built, ironcalc_book: Workbook, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Counter[str], Counter[str]]:
    """How many faults were planted and how many noticed, by kind."""
    folder = tmp_path_factory.mktemp("planted")
    values = dict(ironcalc_book.recalculate({}).values)
    planted, noticed = Counter[str](), Counter[str]()

    def count(faults: Planted, names: set[str]) -> None:
        planted.update(faults.kinds.values())
        noticed.update(kind for name, kind in faults.kinds.items() if name in names)

    formulas = list(formula_faults(ironcalc_book.contents, values))
    for number, part in enumerate((formulas[::2], formulas[1::2])):
        faults = Planted()
        for kind, key, content in part:
            faults.cell(kind, key, content)
        if number:
            sheet_faults(ironcalc_book, faults)
        found = faults.check(lexington.path, folder / f"formulas{number}.xlsx")
        cells = {odd["cell"] for odd in found["overtyped"]}
        assert cells <= set(faults.kinds)  # and nothing that is as it was built
        # A table's formula that became a number breaks the seal of the tables, too.
        assert found["unreadable"] == []
        assert all("a constant in the tables" in said for said in found["lost"])
        count(faults, cells)
    faults = Planted()
    number_faults(lexington, ironcalc_book.directory, faults)
    found = faults.check(lexington.path, folder / "numbers.xlsx")
    assert found["overtyped"] == found["lost"] == []
    count(faults, {f"{t['ties_to']} {t['period']}" for t in found["tieouts"] if not t["ties"]})
    faults = Planted()
    lost_faults(ironcalc_book, faults)
    found = faults.check(lexington.path, folder / "lost.xlsx")
    figures = {f"figure {row.id}" for row in ironcalc_book.directory.figures}
    left = {f"figure {tie['figure']}" for tie in found["tieouts"]}
    said = f"of figures, only {len(left)} of {len(figures)} are left"
    missing = figures - left if said in found["lost"] else set()
    count(faults, {odd["cell"] for odd in found["unreadable"]} | set(found["lost"]) | missing)
    return planted, noticed


def test_two_hundred_planted_faults_are_noticed_where_they_are(
    score: tuple[Counter[str], Counter[str]],
) -> None:
    planted, noticed = score
    assert dict(planted) == {**FORMULAS, **SHEETS, **NUMBERS, **LOST}
    assert sum(planted.values()) == 200
    assert noticed == planted


def test_the_docs_state_the_score(score: tuple[Counter[str], Counter[str]]) -> None:
    planted, noticed = score
    text = (ROOT / "docs" / "planted-faults.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if re.match(r"\| .* \| \d+ \| \d+ \|", line)]
    kinds = (*FORMULAS, *SHEETS, *NUMBERS, *LOST)
    assert rows == [f"| {kind} | {planted[kind]} | {noticed[kind]} |" for kind in kinds]


@pytest.mark.parametrize("key", ["holds", "id", "computed"])
def test_a_column_of_the_contract_that_lost_its_name_is_said(
    small: Built, tmp_path: Path, key: str
) -> None:
    book = openpyxl.load_workbook(small.path)
    del book.defined_names[column_name("figures", key)]
    book.save(tmp_path / "lost.xlsx")
    said = call("check", tmp_path / "lost.xlsx", "--engine", "ironcalc")
    assert said.code == 2
    assert f"the table of figures has lost its column '{key}'" in said.errors


@pytest.mark.parametrize(
    ("text", "faulty"),
    [("=F3+F4", "=F3-F4"), ("=SUM(E5:E7)", "=SUM(E5:E7)"), ("=-F3", "=-F3")],
)
def test_turned(text: str, faulty: str) -> None:
    assert turned(text) == faulty
