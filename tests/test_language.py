"""The formula language: what parses, what it means, and what it says when it does not."""

import math
from pathlib import Path
from typing import Any

import pytest

from modelgen.formula.functions import FUNCTIONS
from modelgen.formula.parse import FormulaError, parse
from modelgen.formula.syntax import Binary, Call, Name, Negative, Number
from modelgen.model.plain import Line
from modelgen.review.verify import same, verify
from modelgen.workbook.contents import read_contents
from modelgen.workbook.engines import load_engine
from tests.conftest import Built, build, needs_libreoffice


def test_unary_minus_binds_tighter_than_power_and_power_is_left_associative() -> None:
    assert parse("= -a ^ b") == Binary("^", Negative(Name("a")), Name("b"))
    assert parse("= a ^ b ^ c") == Binary("^", Binary("^", Name("a"), Name("b")), Name("c"))
    assert parse("= a - b - c") == Binary("-", Binary("-", Name("a"), Name("b")), Name("c"))
    assert parse("= a + b & c = d") == Binary(
        "=", Binary("&", Binary("+", Name("a"), Name("b")), Name("c")), Name("d")
    )


def test_names_have_dots_and_lags() -> None:
    assert parse("= a.b[-1] + c_1.d[ -2 ]") == Binary("+", Name("a.b", 1), Name("c_1.d", 2))
    assert parse("= release.1.2.value") == Name("release.1.2.value")
    assert parse("= IF(a, 1, 0)") == Call("IF", (Name("a"), Number(1), Number(0)))


@pytest.mark.parametrize(
    ("text", "message", "start"),
    [
        ("= a + ", "the formula ends too early", 5),
        ("= MAX(a, b", "the formula ends too early: a ')' is missing", 9),
        ("= a b", "the formula cannot be read at 'b'", 4),
        ("= a ; b", "the formula cannot be read at ';'", 4),
        ("= 2 * a", "the constant 2 is not allowed in a formula", 2),
        ("= SUMM(a)", "SUMM is not a function of the language", 2),
        ("= OFFSET(a, 1, 1)", "OFFSET is not a function of the language", 2),
        ("= ROUND(a)", "ROUND takes 2 arguments, not 1", 2),
        ("= IF(a)", "IF takes 2 to 3 arguments, not 1", 2),
        ("= SUM()", "SUM takes at least 1 argument, not 0", 2),
        ("a + b", "a formula must begin with '='", 0),
    ],
)
def test_a_formula_that_is_wrong_says_where(text: str, message: str, start: int) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert (caught.value.message, caught.value.span.start) == (message, start)


# Each function of the table by formulas on the inputs below; every engine must compute them alike.
SCALARS = {
    "SUM": "= SUM(p, q, row)",
    "MAX": "= MAX(p, q, row)",
    "MIN": "= MIN(p, m, row)",
    "AVERAGE": "= AVERAGE(row)",
    "SUMPRODUCT": "= SUMPRODUCT(row, row)",
    "SUMIF": '= SUMIF(row, ">30")',
    "SUMIFS": "= SUMIFS(row, row, two)",
    "COUNTIF": '= COUNTIF(row, "<=40")',
    "INDEX": "= INDEX(row, two)",
    "MATCH": "= MATCH(p, row, 0)",
    "CHOOSE": "= CHOOSE(two, p, q, m)",
    "IF": '= IF(p > q, "more", "not more")',
    "IFERROR": '= IFERROR(p / 0, "n/a")',
    "AND": "= IF(AND(p > 0, q > 0, m > 0), 1, 0)",
    "OR": "= IF(OR(p < 0, m < 0), 1, 0)",
    "NOT": "= IF(NOT(p > q), 1, 0)",
    "ABS": "= ABS(m)",
    "SIGN": "= SIGN(m) + SIGN(p)",
    "INT": "= INT(m) + INT(q)",
    "MOD": "= MOD(m, two) + MOD(p, two)",
    "ROUND": "= ROUND(q, 0) + ROUND(m, 1) + ROUND(q, -1)",
    "ROUNDUP": "= ROUNDUP(q, 0) + ROUNDUP(m, 1)",
    "EDATE": "= EDATE(day, 1) + (EDATE(day, -two) - day)",
    "EOMONTH": "= EOMONTH(day, 0) + (EOMONTH(day, -1) - EOMONTH(day, two))",
    "DATE": "= DATE(YEAR(day), MONTH(day) + 1, DAY(day))",
    "YEAR": "= YEAR(day)",
    "MONTH": "= MONTH(day)",
    "DAY": "= DAY(day)",
    "WEEKDAY": "= WEEKDAY(day)",
    "DAYS360": "= DAYS360(day, EDATE(day, two)) + DAYS360(day, EOMONTH(day, 1))",
    "PMT": "= PMT(rate, p, q) + PMT(0, p, q)",
    "NPV": "= NPV(rate, row) + NPV(rate, p, q)",
    "ISNUMBER": '= IF(ISNUMBER(p), 1, 0) + IF(ISNUMBER("p"), 1, 0)',
    "ISBLANK": "= IF(ISBLANK(p), 1, 0)",
    "COUNTA": "= COUNTA(row)",
    "COUNTBLANK": "= COUNTBLANK(p, none, q, none)",
    "ISERROR": "= IF(ISERROR(p / 0), 1, 0) + IF(ISERROR(p), 1, 0)",
    "FIXED": '= FIXED(p * p * p, 0) & " " & FIXED(m, 0) & " " & FIXED(p, 0)',
    "CONCATENATE": '= CONCATENATE("a", INT(two), "b")',
    "joined": '= "n " & ROUND(two, 0) & " of " & INT(p - two)',
    "precedence": "= -two ^ two + p - q * (two - 1) / two - (p - q)",
    "minus_minus": "= p - -q - (-m)",
    "texts": '= IF("abc" = "ABC", 1, 0) + IF("a" <> "b", 1, 0)',
    "compared": "= IF(p <= p, 1, 0) + IF(p <> q, 1, 0) + IF(p >= q, 1, 0)",
}

# The units of those that give something else than a plain number.
UNITS = {
    **dict.fromkeys(("EDATE", "EOMONTH", "DATE"), "d"),
    **dict.fromkeys(("IF", "FIXED", "CONCATENATE", "joined"), "t"),
    "DAYS360": "days",
}

DEAL = """
name: functions
company: Functions
title: Each function once
as_of: 2020-01-01
units:
  n: {label: number, measure: number}
  d: {label: date, measure: date, kind: date}
  days: {label: days, measure: days}
  t: {label: text, measure: text, kind: text}
timelines:
  monthly: {step: month, home: Row, first: 2020-01-31, last: 2020-04-30}
sheets:
  Inputs: {title: Inputs, inputs: true}
  Row: {title: Row, timeline: monthly, inputs: true}
  Map: {title: Map, kind: map}
assumptions:
  row: {values: {2020-01: '30', 2020-02: '2', 2020-03: '41.5', 2020-04: '40'}}
sections:
  - sheet: Inputs
    inputs:
      p: {label: p, unit: n, range: ['-100', '100'], value: '30', status: judgement, basis: b}
      q: {label: q, unit: n, range: ['-100', '100'], value: '12.5', status: judgement, basis: b}
      m: {label: m, unit: n, range: ['-100', '100'], value: '-7.25', status: judgement, basis: b}
      none: {label: none, unit: n, range: ['0', '1'], optional: true, status: judgement, basis: b}
      two: {label: two, unit: n, range: ['-100', '100'], value: '2', status: judgement, basis: b}
      rate: {label: rate, unit: n, range: ['0', '1'], value: '0.03', status: judgement, basis: b}
      day: {label: day, unit: d, range: [2000-01-01, 2030-01-01], value: 2020-01-31, status: judgement, basis: b}
      monthly.first_period_end: {label: first, unit: d, range: [2000-01-01, 2030-01-01], status: derived, basis: b}
  - sheet: Row
    timeline: monthly
    prefix: monthly
    lines:
      period_number: {label: number, unit: n, formula: '= period_number[-1] + 1'}
      period_end: {label: ends, unit: d, formula: '= EOMONTH(first_period_end, period_number - 1)'}
      period_start: {label: starts, unit: d, formula: '= EOMONTH(period_end, -1) + 1'}
  - sheet: Row
    timeline: monthly
    inputs:
      row: {label: row, unit: n, range: ['0', '100'], status: judgement, basis: b}
  - sheet: Inputs
    lines:
"""


@pytest.fixture(scope="module")
def functions(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("functions")
    lines = [
        f"      f_{name.lower()}x: {{label: {name}, unit: {UNITS.get(name, 'n')}, formula: '{text}'}}"
        for name, text in SCALARS.items()
    ]
    (folder / "deal.yaml").write_text(DEAL + "\n".join(lines) + "\n", encoding="utf-8")
    return build(folder, folder / "functions.xlsx")


def test_every_function_of_the_table_is_tried() -> None:
    assert set(FUNCTIONS) <= set(SCALARS)


@pytest.mark.parametrize(
    "engine", ["formulas", "ironcalc", pytest.param("libreoffice", marks=needs_libreoffice)]
)
def test_every_function_means_the_same_to_every_engine(functions: Built, engine: str) -> None:
    assert verify(functions.written, engine).differing == ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sum", 156.0),
        ("max", 41.5),
        ("mod", 0.75),  # MOD takes the sign of the divisor: -7.25 mod 2 is 0.75
        ("int", 4.0),  # INT rounds down: -8 and 12
        ("round", 13 - 7.3 + 10),  # halves away from zero
        ("day", 31),
        ("weekday", 6),  # a Friday, Sunday being 1
        ("precedence", 4 + 30 - 6.25 - 17.5),  # -2^2 is 4
        ("iferror", "n/a"),
        ("concatenate", "a2b"),
        ("joined", "n 2 of 28"),
        ("sumif", 81.5),
        ("countif", 3),
        ("match", 1),
    ],
)
def test_by_hand(functions: Built, name: str, expected: Any) -> None:
    value = functions.evaluation.cell(f"f_{name}x", None)
    assert value == expected if isinstance(expected, str) else math.isclose(float(value), expected)


def test_a_row_is_one_formula_and_the_first_period_reads_the_blank_column_as_nil(
    small: Built,
) -> None:
    formulas = read_contents(small.path).formulas
    place: dict[tuple[str, int], list[str]] = {(key[0], key[1]): [] for key in formulas}
    for key in sorted(formulas):
        place[key[0], key[1]].append(formulas[key])
    opening = next(v for (sheet, _), v in place.items() if sheet == "Months" and v[0] == "=D19")
    assert opening[:3] == ["=D19", "=E19", "=F19"]
    assert ("Months", 19, 4) not in formulas
    assert small.evaluation.cell("opening", 0) == 0


def test_actual_and_forecast_stand_behind_the_flag(small: Built) -> None:
    formulas = read_contents(small.path).formulas
    row = [
        text
        for (sheet, _, _), text in sorted(formulas.items())
        if sheet == "Model" and "Actuals!G16" in text
    ]
    assert row == ["=IF(Actuals!G12,Actuals!G16,F10*(1+Inputs!$D$14))"]
    values = small.evaluation.values["east.sales"][0]
    assert list(values) == pytest.approx([900, 1000, 1100, 1122, 1144.44])


def test_months_roll_up_into_quarters_and_look_a_quarter_up(small: Built) -> None:
    values = small.evaluation.values
    monthly, quarterly = values["interest"][0], values["interest_expense"][0]
    # The first column is the comparative quarter, which has no months.
    assert math.isnan(float(quarterly[0]))
    assert list(quarterly[1:]) == pytest.approx([-sum(monthly[i : i + 3]) for i in (0, 3, 6, 9)])
    assert list(values["sales_of_quarter"][0][3:6]) == [1640.0] * 3
    assert list(values["balance"][0][1:]) == [values["closing"][0][i] for i in (2, 5, 8, 11)]


def test_blocks_repeat_over_sets_and_choose_among_members(small: Built) -> None:
    evaluation = small.evaluation
    assert evaluation.cell("bonus_paid", None) == 2
    assert evaluation.cell("east.lead", None) == 560
    assert evaluation.cell("west.lead", None) == -560


def test_the_order_of_lines_does_not_matter(small: Built, tmp_path: Path) -> None:
    """The same deal with the lines of every section turned round gives the same values."""
    import yaml

    from tests.conftest import SMALL

    text = yaml.safe_load((SMALL / "deal.yaml").read_text(encoding="utf-8"))
    turned = yaml.load((SMALL / "deal.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    assert text["name"] == turned["name"]
    for section in turned["sections"]:
        if "lines" in section and not section.get("across"):
            section["lines"] = dict(reversed(section["lines"].items()))
    turned["sections"].reverse()
    (tmp_path / "deal.yaml").write_text(yaml.safe_dump(turned, sort_keys=False), encoding="utf-8")
    (tmp_path / "figures.csv").write_bytes((SMALL / "figures.csv").read_bytes())
    other = build(tmp_path, tmp_path / "turned.xlsx")
    lines = [item.id for item in small.model.items.values() if isinstance(item, Line)]
    for id_ in lines:
        mine, theirs = small.evaluation.values[id_][0], other.evaluation.values[id_][0]
        assert all(
            same(a, b) or (math.isnan(a) and math.isnan(b))
            for a, b in zip(mine.tolist(), theirs.tolist(), strict=True)
        ), id_
    values = load_engine("ironcalc", read_contents(other.path)).calculate({})
    assert len(values) == len(other.written.formulas)
