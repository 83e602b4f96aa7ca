"""Random formulas over every function and operator: each is refused with a place, or evaluator,
formulas and IronCalc compute it alike.

The deal is tiny, its inputs of every type: plain numbers, money, days, rates, dates, optional inputs
that are blank or not, rows of them, a line that may be a text, a text; zero, negative, huge and tiny
values. Many formulas go into one workbook; one that is refused drops out, and the rest is built again.

More than the suite does: MODELGEN_FUZZ="1 2 3" MODELGEN_FUZZ_SIZE=1500 pytest tests/test_random_formulas.py
"""

import os
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from modelgen.excel.layout import lay_out
from modelgen.formula.functions import FUNCTIONS
from modelgen.problem import ModelError
from modelgen.review.verify import verify
from tests.conftest import build

SEEDS = [int(seed) for seed in os.environ.get("MODELGEN_FUZZ", "1 2").split()]
SIZE = int(os.environ.get("MODELGEN_FUZZ_SIZE", "300"))
A_WORKBOOK = 300

UNITS = {
    "number": "plain",
    "ratio": "fraction",
    "money": "money",
    "days": "days",
    "per_share": "money / shares",
    "shares": "shares",
    "date": "date",
    "text": "text",
    "flag": "flag",
}
# Inputs of one value by unit, and each with values of which a seed takes one.
VALUES: dict[str, tuple[str, list[str]]] = {
    "n": ("number", ["3", "-2.5", "0", "12.345", "1e3", "7"]),
    "k": ("number", ["2", "1", "4", "-1", "0"]),
    "zero": ("number", ["0"]),
    "huge": ("number", ["1e200", "1e15", "123456789012345678", "-1e300"]),
    "tiny": ("number", ["1e-200", "1e-12", "-1e-17", "0.0000001"]),
    "rate": ("ratio", ["0.05", "-0.1", "-1", "0", "1.5"]),
    "m": ("money", ["1200", "-350.75", "0", "0.1"]),
    "owed": ("money", ["0.2", "99.995", "-1200"]),
    "d": ("days", ["30", "0", "-45", "365.25"]),
    "s": ("shares", ["100", "0", "49.8"]),
    "day": ("date", ["2020-01-31", "2021-02-28", "2020-02-29"]),
    "later": ("date", ["2021-12-31", "1999-05-30", "2020-08-31"]),
}
ROWS: dict[str, tuple[str, list[list[str]]]] = {
    "row": ("number", [["30", "2", "41.5", "40"], ["0", "0", "-1", "1"], ["1", "2", "3", "4"]]),
    "paid": ("money", [["1", "-2", "3.5", "0"], ["100", "100", "0.1", "0.2"]]),
    "rates": ("ratio", [["0.01", "0.02", "-0.5", "0"]]),
}


@dataclass
class Writer:
    """Writes random formulas, by a grammar that knows types only by preference: most fit, some do not."""

    random: random.Random
    one_value: bool
    names: dict[str, list[str]] = field(default_factory=dict)

    def pick(self, *options: str) -> str:
        return self.random.choice(options)

    def made(self, makers: list[Callable[[], str]]) -> str:
        """What one of the makers makes; the others are not asked."""
        return self.random.choice(makers)()

    def name(self, unit: str) -> str:
        if self.random.random() < 0.04:
            unit = self.random.choice(list(self.names))
        name = self.random.choice(self.names.get(unit) or self.names["number"])
        over_time = name in ("row_line", "paid_line", "text_line", "ratio_line", "opt_row")
        if over_time and not self.one_value and self.random.random() < 0.4:
            name += "[-1]"
        return name

    def number(self, depth: int, unit: str = "number") -> str:
        if depth <= 0:
            return self.pick("0", "1") if self.random.random() < 0.25 else self.name(unit)
        if self.random.random() < (0.3 if self.one_value else 0.03):
            return self.over_row(depth)
        one: Callable[[], str] = lambda: self.number(depth - 1, unit)  # noqa: E731
        two: Callable[[], str] = lambda: self.number(depth - 1)  # noqa: E731
        day: Callable[[], str] = lambda: self.date(depth - 1)  # noqa: E731
        if self.random.random() < 0.03:
            return self.condition(depth - 1) if self.random.random() < 0.5 else self.text(depth - 1)
        return self.made(
            [
                lambda: f"{one()} + {one()}",
                lambda: f"{one()} - {one()}",
                lambda: f"({one()}) * ({two()})",
                lambda: f"({one()}) / ({two()})",
                lambda: f"({two()}) ^ ({two()})",
                lambda: f"-({one()})",
                lambda: f"IF({self.condition(depth - 1)}, {one()}, {one()})",
                lambda: f"IF({self.condition(depth - 1)}, {one()}, {self.text(0)})",
                lambda: f"CHOOSE({two()}, {one()}, {one()}, {one()})",
                lambda: f"IFERROR({one()}, {one()})",
                lambda: f"IF(ISNUMBER(opt), opt, {one()})",
                lambda: f"SUM({one()}, {one()})",
                lambda: f"MAX({one()}, {one()})",
                lambda: f"MIN({one()}, {one()})",
                lambda: f"AVERAGE({one()}, {one()})",
                lambda: f"{self.pick('SUM_EACH', 'MAX_EACH', 'MIN_EACH')}(part.share)",
                lambda: f"CHOOSE_EACH({two()}, part.share)",
                lambda: f"ABS({one()})",
                lambda: f"SIGN({one()})",
                lambda: f"INT({one()})",
                lambda: f"MOD({one()}, {one()})",
                lambda: f"ROUND({one()}, {self.pick('0', '1', 'k', 'n')})",
                lambda: f"ROUNDUP({one()}, {self.pick('0', '1', 'k')})",
                lambda: f"{self.pick('YEAR', 'MONTH', 'DAY', 'WEEKDAY')}({day()})",
                lambda: f"DAYS360({day()}, {day()})",
                lambda: f"{day()} - {day()}",
                lambda: f"PMT({self.name('ratio')}, {two()}, {one()})",
                lambda: f"NPV({self.name('ratio')}, {self.row()}, {one()})",
                lambda: (
                    f"AS({unit}, {self.number(depth - 1, self.pick('money', 'days', 'number'))})"
                ),
                lambda: f"VALUE_ON({self.pick('paid', 'row', 'opt_row')}, {day()})",
            ]
        )

    def over_row(self, depth: int) -> str:
        row = self.row
        two: Callable[[], str] = lambda: self.number(depth - 1)  # noqa: E731
        return self.made(
            [
                lambda: f"{self.pick('SUM', 'MAX', 'MIN', 'AVERAGE')}({row()})",
                lambda: f"SUMPRODUCT({row()}, {row()})",
                lambda: f"SUMIF({row()}, {self.criterion()})",
                lambda: f"SUMIF({row()}, {self.criterion()}, {row()})",
                lambda: f"SUMIFS({row()}, {row()}, {self.criterion()})",
                lambda: f"COUNTIF({row()}, {self.criterion()})",
                lambda: f"COUNTA({row()})",
                lambda: f"COUNTBLANK(opt, {self.pick('blank', 'n', 'text_line')})",
                lambda: f"INDEX({row()}, {two()})",
                lambda: f"MATCH({two()}, {row()}, {self.pick('0', '0', '1', '-1')})",
            ]
        )

    def row(self) -> str:
        if self.random.random() < 0.2:
            return self.pick("rates", "ratio_line", "opt_row", "text_line")
        return self.pick("row", "paid", "row_line", "paid_line")

    def criterion(self) -> str:
        return self.pick(
            '">1"',
            '"<=0"',
            '"<>2"',
            '"=100"',
            '"low"',
            '"l*"',
            '""',
            '"<>low"',
            "n",
            "m",
            "0",
            "1 / 0",
            self.number(1),
        )

    def condition(self, depth: int) -> str:
        operator = self.pick("=", "<>", "<", "<=", ">", ">=")
        unit = self.pick("number", "money", "days", "ratio")
        return self.made(
            [
                lambda: f"{self.number(depth - 1, unit)} {operator} {self.number(depth - 1, unit)}",
                lambda: f"{self.date(depth - 1)} {operator} {self.date(depth - 1)}",
                lambda: f"{self.text(depth - 1)} {operator} {self.text(depth - 1)}",
                lambda: f"AND({self.condition(depth - 1)}, {self.number(depth - 1)} > 0)",
                lambda: f"OR({self.condition(depth - 1)}, {self.number(depth - 1)} > 0)",
                lambda: f"{self.pick('AND', 'OR')}({self.row()})",
                lambda: f"NOT({self.condition(depth - 1)})",
                lambda: f"NOT({self.condition(depth - 1)})" if self.one_value else "IN_PERIOD(day)",
                lambda: f"ISNUMBER({self.number(depth - 1)})",
                lambda: f"ISERROR({self.number(depth - 1)})",
                lambda: f"ISBLANK({self.pick('opt', 'blank', self.number(depth - 1))})",
                lambda: self.pick("TRUE", "FALSE"),
            ]
            if depth > 0
            else [lambda: f"{self.name('number')} > {self.pick('0', '1', 'n')}"]
        )

    def date(self, depth: int) -> str:
        if depth <= 0:
            return self.name("date")
        part: Callable[[], str] = lambda: self.number(depth - 1)  # noqa: E731
        return self.made(
            [
                lambda: self.name("date"),
                lambda: f"EDATE({self.date(depth - 1)}, {part()})",
                lambda: f"EOMONTH({self.date(depth - 1)}, {part()})",
                lambda: f"DATE({part()}, {part()}, {part()})",
                lambda: f"DATE(YEAR({self.date(depth - 1)}), {part()}, 1)",
                lambda: f"({self.date(depth - 1)} + {self.number(depth - 1, 'days')})",
                lambda: (
                    f"{self.pick('MAX', 'MIN')}({self.date(depth - 1)}, {self.date(depth - 1)})"
                ),
                lambda: f"AS(date, {part()})",
            ]
        )

    def text(self, depth: int) -> str:
        if depth <= 0:
            return self.pick('"low"', '"n/a"', '""', '"LOW"', "text_line", '"Y*"')
        return self.made(
            [
                lambda: f"{self.text(depth - 1)} & {self.text(depth - 1)}",
                lambda: f"{self.text(depth - 1)} & {self.number(depth - 1)}",
                lambda: f"INT({self.number(depth - 1)}) & {self.text(0)}",
                lambda: f"FIXED({self.number(depth - 1)}, 0)",
                lambda: (
                    f"CONCATENATE({self.text(0)}, {self.pick('YEAR', 'MONTH')}(day), {self.text(0)})"
                ),
                lambda: f"IF({self.condition(depth - 1)}, {self.text(depth - 1)}, {self.text(0)})",
                lambda: f"IFERROR({self.text(depth - 1)}, {self.text(0)})",
            ]
        )

    def formula(self) -> tuple[str, str]:
        """A unit and a formula that is likely to fit it."""
        unit = self.pick("number", "number", "money", "days", "ratio", "date", "text", "flag")
        depth = self.random.choice([1, 2, 2, 3])
        if unit == "date":
            return unit, self.date(depth)
        if unit == "text":
            return unit, self.text(depth)
        if unit == "flag":
            return unit, f"IF({self.condition(depth)}, 1, 0)"
        return unit, self.number(depth, unit)


def deal_text(rnd: random.Random) -> str:
    """A deal whose inputs take one of their values, up to the lines of the formulas."""
    judged = "status: judgement, basis: b"
    inputs = []
    for name, (unit, values) in VALUES.items():
        more: list[str] = []
        if unit != "date" and name not in ("zero", "huge", "tiny"):
            decimals = rnd.choice([0, 1, 2, 6, 12])
            more = [str(round(rnd.uniform(-10, 10) ** rnd.choice([1, 3]), decimals))]
        ends = "[1900-03-01, 2100-12-31]" if unit == "date" else "['-1e308', '1e308']"
        value = rnd.choice([*values, *more])
        inputs.append(
            f"      {name}: {{label: {name}, unit: {unit}, range: {ends}, value: '{value}', {judged}}}"
        )
    assumptions = []
    rows = []
    for name, (unit, choices) in ROWS.items():
        drawn = [str(round(rnd.uniform(-50, 50), rnd.choice([0, 2, 9]))) for _ in range(4)]
        given = rnd.choice([*choices, drawn])
        months = ", ".join(f"2020-0{n}: '{v}'" for n, v in enumerate(given, start=1))
        assumptions.append(f"  {name}: {{values: {{{months}}}}}")
        rows.append(
            f"      {name}: {{label: {name}, unit: {unit}, range: ['-1e9', '1e9'], {judged}}}"
        )
    filled = rnd.choice(["", "2020-02: '5'", "2020-01: '1', 2020-04: '0'"])
    if filled:
        assumptions.append(f"  opt_row: {{values: {{{filled}}}}}")
    opt = rnd.choice(["", "value: '4', "])
    units = "\n".join(
        f"  {id_}: {{label: {id_}, measure: {measure if measure != 'plain' else 'number'}"
        + (f", kind: {id_}" if id_ in ("date", "text", "flag") else "")
        + "}"
        for id_, measure in UNITS.items()
    ).replace("measure: fraction", "measure: ratio")
    newline = "\n"
    return f"""
name: random
company: Random
title: Random formulas
as_of: 2020-01-01
units:
{units}
sets:
  part:
    first_part: {{label: First part}}
    second_part: {{label: Second part}}
timelines:
  monthly: {{step: month, home: Row, first: 2020-01-31, last: 2020-04-30}}
sheets:
  Inputs: {{title: Inputs, inputs: true}}
  Row: {{title: Row, timeline: monthly, inputs: true}}
  Map: {{title: Map, kind: map}}
assumptions:
{newline.join(assumptions)}
sections:
  - sheet: Inputs
    inputs:
{newline.join(inputs)}
      opt: {{label: opt, unit: number, range: ['-100', '100'], {opt}optional: true, {judged}}}
      blank: {{label: blank, unit: money, range: ['-100', '100'], optional: true, {judged}}}
      monthly.first_period_end: {{label: first, unit: date, range: [2000-01-01, 2030-01-01], {judged}}}
  - sheet: Inputs
    for_each: part
    inputs:
      share: {{label: share, unit: number, range: ['-9', '9'], value: '{rnd.choice(["2.5", "-1", "0"])}', {judged}}}
  - sheet: Row
    timeline: monthly
    prefix: monthly
    lines:
      period_number: {{label: number, unit: number, formula: '= period_number[-1] + 1'}}
      period_end: {{label: ends, unit: date, formula: '= EOMONTH(first_period_end, period_number - 1)'}}
      period_start: {{label: starts, unit: date, formula: '= EOMONTH(period_end, -1) + 1'}}
  - sheet: Row
    timeline: monthly
    inputs:
{newline.join(rows)}
      opt_row: {{label: opt_row, unit: number, range: ['-1e9', '1e9'], optional: true, {judged}}}
    lines:
      row_line: {{label: row_line, unit: number, formula: '= row + n'}}
      paid_line: {{label: paid_line, unit: money, formula: '= paid + m'}}
      text_line: {{label: text_line, unit: text, formula: '= IF(row > 1, "low", "LOWER")'}}
      ratio_line: {{label: ratio_line, unit: ratio, formula: '= IF(row > 1, rates, "n/a")'}}
"""


NAMES = {
    unit: [name for name, (its, _) in {**VALUES, **ROWS}.items() if its == unit]
    for unit in ("number", "money", "days", "ratio", "date", "shares")
}
LAGGED = {
    "number": ["row_line"],
    "money": ["paid_line"],
    "ratio": ["ratio_line"],
    "text": ["text_line"],
}


def random_formulas(rnd: random.Random, count: int) -> dict[str, tuple[str, str, bool]]:
    """Unit, formula, and whether it is of one value, by the id of the line."""
    found = {}
    for number in range(count):
        one_value = rnd.random() < 0.6
        names = {unit: list(names) for unit, names in NAMES.items()}
        names["blank"] = ["opt", "blank", "opt_row"]
        for unit, more in LAGGED.items():
            names[unit] = [*names.get(unit, []), *more]
        if one_value:  # rows stand in functions over rows
            names = {
                u: [n for n in ns if n in VALUES or n in ("opt", "blank")]
                for u, ns in names.items()
            }
        writer = Writer(rnd, one_value, {unit: ns for unit, ns in names.items() if ns})
        found[f"line_{number:04d}x"] = (*writer.formula(), one_value)
    return found


def text_of(head: str, lines: dict[str, tuple[str, str, bool]]) -> str:
    """The deal with the lines; a formula stands in double quotes on one line."""
    parts = [head]
    for one_value in (True, False):
        own = {id_: line for id_, line in lines.items() if line[2] is one_value}
        if own:
            parts.append(f"  - sheet: {'Inputs' if one_value else 'Row'}")
            parts += [] if one_value else ["    timeline: monthly"]
            parts.append("    lines:")
        for id_, (unit, formula, _) in own.items():
            said = formula.replace("'", "''")
            parts.append(f"      {id_}: {{label: {id_}, unit: {unit}, formula: '= {said}'}}")
    return "\n".join(parts) + "\n"


def tried(seed: int, count: int, folder: Path) -> tuple[Counter[str], list[str]]:
    """How many formulas were refused and how many computed, and those that an engine computes otherwise."""
    rnd = random.Random(seed)
    head = deal_text(rnd)
    counts: Counter[str] = Counter()
    lines = random_formulas(rnd, count)
    (folder / "deal").mkdir(parents=True)
    while True:
        text = text_of(head, lines)
        (folder / "deal" / "deal.yaml").write_text(text, encoding="utf-8")
        try:
            built = build(folder / "deal", folder / "out.xlsx")
            break
        except ModelError as error:
            printed = text.splitlines()
            for problem in error.problems:
                assert problem.place is not None, problem.render()
                id_ = printed[problem.place.line - 1].split(":")[0].strip()
                assert id_.startswith("line_"), problem.render()
                counts["refused"] += lines.pop(id_, None) is not None
                if os.environ.get("MODELGEN_FUZZ_SHOW"):
                    print(problem.render())
    counts["computed"] = len(lines)
    places = lay_out(built.model).places
    of_row = {(place.sheet, place.row + 1): id_ for id_, place in places.items()}
    shown = []
    for engine in ("formulas", "ironcalc"):
        verdict = verify(built.written, engine)
        assert not verdict.failure, verdict.failure
        for cell in verdict.differing:
            sheet, _, address = cell.cell.partition("!")
            id_ = of_row.get((sheet, int(address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))), "")
            shown.append(f"{engine}: {cell.evaluator!r}, not {cell.engine!r}: {lines.get(id_)}")
    return counts, shown


@pytest.mark.parametrize("seed", SEEDS)
def test_a_formula_is_refused_with_a_place_or_computed_alike(seed: int, tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    differing: list[str] = []
    for number, start in enumerate(range(0, SIZE, A_WORKBOOK)):
        count = min(A_WORKBOOK, SIZE - start)
        more, shown = tried(seed * 1000 + number, count, tmp_path / str(number))
        counts += more
        differing += [f"seed {seed * 1000 + number}: {line}" for line in shown]
    print(f"seed {seed}: {dict(counts)}, {len(differing)} cells differ")
    assert counts["computed"] > SIZE / 10, counts
    assert not differing, "\n".join(differing)


def test_the_random_formulas_use_every_function() -> None:
    rnd = random.Random(1)
    text = " ".join(formula for _, formula, _ in random_formulas(rnd, 2000).values())
    assert {name for name in FUNCTIONS if f"{name}(" not in text} == set()
