"""Two hundred faults of the kinds people make, planted into Lexington's workbook one at a time: what
changes a value is noticed, and where. docs/planted-faults.md states the score by kind.

Faults in formulas are planted into the cells as read; faults in inputs into the workbook as IronCalc holds it.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from modelgen.review.facts import Facts
from modelgen.review.rules import numbers_as_text
from modelgen.workbook.contents import Contents, Key, a1, read_contents
from modelgen.workbook.directory import read_directory
from modelgen.workbook.fingerprint import overwritten
from modelgen.workbook.naming import Naming
from modelgen.workbook.recalculate import Recalculation, Workbook, holds
from tests.conftest import ROOT, Built

COUNTS = {
    "overtyped with its value": 40,
    "overtyped with another number": 30,
    "a sign turned": 30,
    "a reference a row off": 30,
    "a reference a column off": 20,
    "a range cut short": 10,
    "a figure with digits swapped": 15,
    "an input as text": 10,
    "a unit off by 1,000": 15,
}
_REFERENCE = re.compile(r"(?<![A-Za-z0-9_])(\$?)([A-Z]{1,3})(\$?)(\d+)(?![\d(A-Za-z_])")


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


def with_cell(contents: Contents, key: Key, content: object) -> Contents:
    formulas, constants = dict(contents.formulas), dict(contents.constants)
    formulas.pop(key, None)
    constants.pop(key, None)
    if isinstance(content, str) and content.startswith("="):
        formulas[key] = content
    elif isinstance(content, (str, float)):
        constants[key] = content
    return replace(contents, formulas=formulas, constants=constants)


def formula_faults(contents: Contents, base: Recalculation) -> Iterator[tuple[str, Key, object]]:
    dice = random.Random(20060601)
    keys = sorted(contents.formulas)
    dice.shuffle(keys)
    # A header that repeats a period's end, and a text, are no numbers to overtype.
    keys = [
        key
        for key in keys
        if isinstance(base.values[key], float) and key[1] > 6 and key[0] != "Cover"
    ]
    make: dict[str, Callable[[Key], object]] = {
        "overtyped with its value": lambda key: base.values[key],
        "overtyped with another number": lambda key: float(base.values[key] or 0) * 1.1 + 1,
        "a sign turned": lambda key: turned(contents.formulas[key]),
        "a reference a row off": lambda key: shifted(contents.formulas[key], 1, 0),
        "a reference a column off": lambda key: shifted(contents.formulas[key], 0, 1),
        "a range cut short": lambda key: cut(contents.formulas[key]),
    }
    for kind, fault in make.items():
        planted = 0
        for key in keys:
            content = fault(key)
            if planted < COUNTS[kind] and content != contents.formulas[key]:
                planted += 1
                yield kind, key, content


def swapped(value: float) -> float | None:
    """The value with two neighbouring digits swapped."""
    digits = f"{abs(value):.0f}"
    for i in range(len(digits) - 1):
        if digits[i] != digits[i + 1]:
            return float(digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :]) * (
                1 if value > 0 else -1
            )
    return None


def test_two_hundred_planted_faults_are_noticed_where_they_are(
    lexington: Built, ironcalc_book: Workbook
) -> None:
    contents = read_contents(lexington.path)
    base = ironcalc_book.recalculate({})
    noticed: Counter[str] = Counter()
    missed: list[tuple[str, str, object]] = []
    for kind, key, content in formula_faults(contents, base):
        dirty = with_cell(contents, key, content)
        found = overwritten(Naming(dirty, read_directory(dirty), base.values))
        if any(odd.cell == a1(key) for odd in found):
            noticed[kind] += 1
        else:
            missed.append((kind, a1(key), content))
    dice = random.Random(20090515)
    published = [
        i
        for i in lexington.model.inputs()
        if i.figure and i.timeline is None and i.unit.id == "money"
    ]
    leaves = [i for i in lexington.model.inputs() if i.leaf_of and swapped(i.values[1])]
    for item in dice.sample(leaves, COUNTS["a figure with digits swapped"]):
        value = swapped(item.values[1])
        after = ironcalc_book.recalculate({f"{item.leaf_of}@2006-03-31": repr(value)})
        ties = [t["ties_to"] for t in after.tieouts() if not t["ties"]]
        noticed["a figure with digits swapped"] += item.leaf_of in ties
    for item in dice.sample(published + leaves, COUNTS["a unit off by 1,000"]):
        setting = item.id if item.leaf_of is None else f"{item.leaf_of}@2006-03-31"
        value = item.values[0] if item.leaf_of is None else item.values[1]
        after = ironcalc_book.recalculate({setting: repr(value * 1000)})
        ties = [t["ties_to"] for t in after.tieouts() if not t["ties"]]
        noticed["a unit off by 1,000"] += (item.leaf_of or item.id) in ties and not holds(
            after.tieouts(), after.checks()
        )
    for item in dice.sample(published + leaves, COUNTS["an input as text"]):
        area = contents.names[item.id]
        cell = (area.sheet, area.row, area.column)
        dirty = with_cell(contents, cell, f"{contents.constants[cell]:,.0f}")
        facts = Facts(dirty, base.values, frozenset(), (), (), {}, ())
        noticed["an input as text"] += a1(cell) in [where for where, _ in numbers_as_text(facts)]
    assert dict(noticed) == COUNTS, missed
    assert sum(COUNTS.values()) == 200


def test_the_docs_state_the_score() -> None:
    text = (ROOT / "docs" / "planted-faults.md").read_text(encoding="utf-8")
    for kind, count in COUNTS.items():
        assert f"| {kind} | {count} | {count} |" in text


@pytest.mark.parametrize(
    ("text", "faulty"),
    [("=F3+F4", "=F3-F4"), ("=SUM(E5:E7)", "=SUM(E5:E7)"), ("=-F3", "=-F3")],
)
def test_turned(text: str, faulty: str) -> None:
    assert turned(text) == faulty
