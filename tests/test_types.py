"""Types and units of formulas: what cannot be meant is refused at its place, the rest computed as Excel does."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from modelgen.excel.address import name_problem
from modelgen.formula.functions import FUNCTIONS, Function
from modelgen.formula.parse import FormulaError, parse
from modelgen.formula.types import measure_of, measure_words, times
from modelgen.formula.values import Argument, Array, numbers
from modelgen.problem import ModelError
from modelgen.review.verify import verify
from modelgen.workbook.contents import read_contents
from tests.conftest import SMALL, Built, build, needs_libreoffice

DEAL = """
name: typed
company: Typed
title: Types and units
as_of: 2020-01-01
units:
  number: {label: number, measure: number}
  money: {label: EUR, measure: money}
  shares: {label: shares, measure: shares}
  per_share: {label: EUR a share, measure: money / shares}
  money_days: {label: EUR days, measure: money * days}
  fraction: {label: fraction, measure: ratio}
  days: {label: days, measure: days}
  date: {label: date, measure: date, kind: date}
  flag: {label: flag, measure: flag, kind: flag}
  text: {label: text, measure: text, kind: text}
timelines:
  monthly: {step: month, home: Row, first: 2020-01-31, last: 2020-04-30}
sheets:
  Inputs: {title: Inputs, inputs: true}
  Row: {title: Row, timeline: monthly, inputs: true}
  Map: {title: Map, kind: map}
assumptions:
  row: {values: {2020-01: '30', 2020-02: '2', 2020-03: '41.5', 2020-04: '40'}}
  given: {values: {2020-02: '1.75'}}
sections:
  - sheet: Inputs
    inputs:
      n: {label: n, unit: number, range: ['-100', '100'], value: '12.5', status: judgement, basis: b}
      edge: {label: edge, unit: number, range: ['-100', '100'], value: '2.4999999999', status: judgement, basis: b}
      decimals: {label: decimals, unit: number, range: ['-9', '9'], value: '1.9', status: judgement, basis: b}
      small: {label: small, unit: number, range: ['0', '1'], value: '0.0000000001', status: judgement, basis: b}
      thirty: {label: thirty, unit: number, range: ['-100', '100'], value: '30', status: judgement, basis: b}
      huge: {label: huge, unit: number, range: ['0', '1e300'], value: '1e200', status: judgement, basis: b}
      rate: {label: rate, unit: fraction, range: ['-1', '1'], value: 5%, status: judgement, basis: b}
      loan: {label: loan, unit: money, range: ['0', '10000'], value: '1200', status: judgement, basis: b}
      count: {label: count, unit: shares, range: ['0', '10000'], value: '100', status: judgement, basis: b}
      term: {label: term, unit: days, range: ['0', '10000'], value: '360', status: judgement, basis: b}
      year: {label: year, unit: days, range: ['0', '10000'], value: '360', status: judgement, basis: b}
      day: {label: day, unit: date, range: [2000-01-01, 2030-01-01], value: 2020-01-31, status: judgement, basis: b}
      due: {label: due, unit: date, range: [2000-01-01, 2030-01-01], value: 2021-01-31, status: judgement, basis: b}
      waiver: {label: waiver, unit: money, range: ['0', '10000'], optional: true, status: judgement, basis: b}
      monthly.first_period_end: {label: first, unit: date, range: [2000-01-01, 2030-01-01], status: derived, basis: b}
  - sheet: Row
    timeline: monthly
    prefix: monthly
    lines:
      period_number: {label: number, unit: number, formula: '= period_number[-1] + 1'}
      period_end: {label: ends, unit: date, formula: '= EOMONTH(first_period_end, period_number - 1)'}
      period_start: {label: starts, unit: date, formula: '= EOMONTH(period_end, -1) + 1'}
  - sheet: Row
    timeline: monthly
    inputs:
      row: {label: row, unit: money, range: ['0', '100'], status: judgement, basis: b}
      given: {label: given, unit: number, range: ['0', '100'], optional: true, status: judgement, basis: b}
    lines:
      late: {label: late, unit: text, formula: '= IF(row > AS(money, thirty), "late", "in time")'}
      ratio: {label: ratio, unit: fraction, formula: '= IF(row > AS(money, thirty), row / loan, "n/a")'}
      balance: {label: balance, unit: money, formula: '= balance[-1] + row'}
"""


def deal(folder: Path, *lines: tuple[str, str], over: str = "") -> Path:
    """The deal with lines of one value (or over a timeline), each a unit and a formula."""
    folder.mkdir(parents=True, exist_ok=True)
    head = f"  - sheet: {'Row' if over else 'Inputs'}\n" + (
        f"    timeline: {over}\n" if over else ""
    )
    written = [
        "      line_{}x: {{label: line {}, unit: {}, formula: '{}'}}".format(
            number, number, unit, formula.replace("'", "''")
        )
        for number, (unit, formula) in enumerate(lines)
    ]
    text = DEAL + head + "    lines:\n" + "\n".join(written) + "\n"
    (folder / "deal.yaml").write_text(text, encoding="utf-8")
    return folder


BOOLEAN = "IF(x = y, 1, 0) turns it into a number"
GUARD = "guard it: IF(ISNUMBER(x), x, otherwise)"
MEANT = "if this is intended, AS(unit, x) states what x measures"

# Unit, formula, what is wrong with which part of it, and the hint.
REFUSED = {
    "a comparison as a line": (
        "number",
        "= n < 1",
        "the formula gives TRUE or FALSE, which spreadsheets do not treat as 1 or 0",
        "n < 1",
        BOOLEAN,
    ),
    "a comparison compared with 1": (
        "flag",
        "= IF((n < 1) = 1, 1, 0)",
        "'=' takes a number, but a comparison is TRUE or FALSE",
        "n < 1",
        BOOLEAN,
    ),
    "a comparison added up": (
        "number",
        "= SUM(n > 0, n > 1)",
        "SUM takes a number, but a comparison is TRUE or FALSE",
        "n > 0",
        BOOLEAN,
    ),
    "a blank in an aggregate": (
        "money",
        "= MIN(waiver, loan)",
        "MIN does not take a blank, but this may be blank (the input is optional)",
        "waiver",
        GUARD,
    ),
    "a row with blanks, averaged": (
        "number",
        "= AVERAGE(given)",
        "AVERAGE does not take a blank, but this may be blank (the input is optional)",
        "given",
        GUARD,
    ),
    "a row with blanks, discounted": (
        "number",
        "= NPV(rate, given)",
        "NPV does not take a blank, but this may be blank (the input is optional)",
        "given",
        GUARD,
    ),
    "a blank in arithmetic": (
        "money",
        "= loan - waiver",
        "'-' does not take a blank, but this may be blank (the input is optional)",
        "waiver",
        GUARD,
    ),
    "a blank compared with a text": (
        "money",
        '= IF(waiver = "", 0, waiver)',
        "'=' does not take a blank, but this may be blank (the input is optional)",
        "waiver",
        GUARD,
    ),
    "a blank joined to a text": (
        "text",
        '= "Waiver " & waiver',
        "'&' does not take a blank, but this may be blank (the input is optional)",
        "waiver",
        GUARD,
    ),
    "money plus days": ("money", "= loan + term", "cannot compute money plus days", "term", MEANT),
    "a rate in a money line": (
        "money",
        "= rate",
        "the formula gives a plain number, but a line in 'money' holds money",
        "rate",
        MEANT,
    ),
    "money in a line per share": (
        "per_share",
        "= loan / count * term",
        "the formula gives days * money / shares, but a line in 'per_share' holds money / shares",
        "loan / count * term",
        MEANT,
    ),
    "money plus 1": ("money", "= loan + 1", "cannot compute money plus a plain number", "1", MEANT),
    "a date plus a plain number": (
        "date",
        "= day + n",
        "cannot compute a date plus a plain number",
        "n",
        f"only days, or 1, can be added to a date; {MEANT}",
    ),
    "a date plus a date": (
        "date",
        "= day + due",
        "cannot compute a date plus a date",
        "due",
        f"only days, or 1, can be added to a date; {MEANT}",
    ),
    "a date times two": ("number", "= n * day", "a date cannot be an operand of *", "day", MEANT),
    "a text in arithmetic": (
        "number",
        '= n + "1"',
        "'+' takes a number, not a text",
        '"1"',
        "",
    ),
    "what may be a text, in arithmetic": (
        "fraction",
        "= INDEX(ratio, 1) * n",
        "'*' takes a number, but this may be a text",
        "INDEX(ratio, 1",
        GUARD,
    ),
    "a row that may hold texts, added up": (
        "fraction",
        "= SUM(ratio)",
        "SUM takes a number, but this may be a text",
        "ratio",
        GUARD,
    ),
    "money compared with days": (
        "flag",
        "= IF(loan > term, 1, 0)",
        "cannot compare money with days",
        "term",
        MEANT,
    ),
    "texts put in order": (
        "flag",
        '= IF("a" < "b", 1, 0)',
        "texts cannot be ordered: each spreadsheet sorts them its own way",
        '"a" < "b"',
        "compare texts only with = and <>",
    ),
    "decimals in a text": (
        "text",
        "= FIXED(n, 1)",
        "FIXED writes whole numbers only",
        "1",
        "write FIXED(x, 0)",
    ),
    "a number joined to a text": (
        "text",
        '= "n " & n',
        "a number with decimals cannot be joined to a text: spreadsheets write it in different ways",
        "n",
        "join ROUND(x, 0) or INT(x)",
    ),
    "a row found in its order": (
        "number",
        "= MATCH(loan, row, -1)",
        "MATCH must look for an exact match: other modes depend on the order of the row",
        "1",
        "write MATCH(x, row, 0)",
    ),
    "a wildcard": (
        "number",
        '= COUNTIF(late, "l*")',
        "spreadsheets may read this criterion in different ways",
        '"l*"',
        'write an operator and a number, ">=0.5", or a text of letters, "late"',
    ),
    "an empty criterion": (
        "number",
        '= COUNTIF(given, "")',
        "spreadsheets may read this criterion in different ways",
        '""',
        'write an operator and a number, ">=0.5", or a text of letters, "late"',
    ),
    "IF without an otherwise": (
        "number",
        "= IF(n > 1, 1)",
        "IF without a third argument gives FALSE",
        "IF(n > 1, 1",
        "give a value for the other case: IF(x, y, 0)",
    ),
    "a choice asked whether it is a number": (
        "flag",
        "= IF(ISNUMBER(CHOOSE(1, n, thirty)), 1, 0)",
        "ISNUMBER is asked of a choice, which spreadsheets treat differently",
        "CHOOSE(1, n, thirty",
        "give the choice a line of its own, and ask that line",
    ),
    "a unit that is none": (
        "money",
        "= AS(monei, n)",
        "'monei' is not a unit",
        "monei",
        "did you mean 'money'?",
    ),
    "a flag that may be a text": (
        "flag",
        '= IF(n > 1, 1, "n/a")',
        "a flag must be a number, but this may be a text",
        'IF(n > 1, 1, "n/a"',
        "",
    ),
}


@pytest.mark.parametrize("case", list(REFUSED))
def test_what_cannot_be_meant_is_refused_at_its_place(case: str, tmp_path: Path) -> None:
    unit, formula, message, part, hint = REFUSED[case]
    folder = deal(tmp_path / "deal", (unit, formula))
    with pytest.raises(ModelError) as caught:
        build(folder, tmp_path / "out.xlsx")
    problems = [(p.message, p.hint) for p in caught.value.problems]
    assert problems[0] == (message, hint), problems
    place = caught.value.problems[0].place
    assert place is not None
    line = (folder / "deal.yaml").read_text(encoding="utf-8").splitlines()[place.line - 1]
    assert line[place.column - 1 : place.column - 1 + place.width] == part
    assert not (tmp_path / "out.xlsx").exists()


@pytest.mark.parametrize(
    "formula",
    [
        "= (n - n) ^ (n - n)",
        "= (-n) ^ rate",
        "= IF(huge * huge > 1, 1, 0)",
        "= IFERROR(huge * huge, 1)",
        "= IF(rate + rate + rate = thirty * (1 + 1 + 1) * (1 + 1) / AS(number, loan), 1, 0)",
        "= YEAR(DATE(n - n, 1, 1))",
        "= MONTH(AS(date, huge))",
        "= MOD(huge, thirty)",
        "= ROUND(n - n, huge)",
        '= IF(FIXED(-rate, 0) = "0", 1, 0)',
        "= IFERROR(NPV(-1, n), 0)",
        "= IFERROR((n - n) * (huge * huge), 1)",
        "= SUMIF(row, AS(money, 1 / 0)) / loan",
    ],
)
def test_what_spreadsheets_compute_differently_is_refused(formula: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        build(deal(tmp_path / "deal", ("number", formula)), tmp_path / "out.xlsx")
    (problem,) = caught.value.problems
    assert problem.message == "'line_0x' is not computed alike by all spreadsheets"
    assert problem.place is not None


@pytest.mark.parametrize(
    "formula",
    [
        "= MATCH(AS(money, 1 / 0), row, 0)",
        "= PMT(-rate, n - n, n)",
        "= IF(PMT(-rate, n - n, n) <= 1, 1, 0)",
        "= 1 / (n - n)",
        "= CHOOSE(n - n, 1, 0)",
    ],
)
def test_an_error_is_not_masked(formula: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        build(deal(tmp_path / "deal", ("number", formula)), tmp_path / "out.xlsx")
    (problem,) = caught.value.problems
    assert problem.message == "'line_0x' is an error"
    assert (
        problem.hint == "it divides by zero or uses text as a number; guard it with IF or IFERROR"
    )


# Unit, formula, and the value that Excel gives: each engine must give it, too.
COMPUTED: list[tuple[str, str, float | str]] = [
    ("number", "= ROUND(edge, 0)", 2.0),
    ("number", "= ROUND(n, decimals)", 12.5),
    ("number", "= ROUNDUP(1 + small, 0)", 2.0),
    ("number", "= YEAR(DATE(thirty, 1, 1))", 1930.0),
    ("number", '= COUNTIF(late, "late")', 2.0),
    ("number", '= COUNTIF(late, "LATE")', 2.0),
    ("number", '= COUNTIF(given, ">1")', 1.0),
    ("money", '= SUMIF(late, "late", row)', 81.5),
    ("money", "= IF(ISNUMBER(waiver), waiver, loan)", 1200.0),
    ("money", "= waiver", 0.0),
    ("number", "= MATCH(AS(money, thirty), row, 0)", 1.0),
    ("text", '= "Q" & MONTH(day) & " of " & YEAR(day)', "Q1 of 2020"),
    ("text", '= FIXED(loan * thirty * thirty, 0) & " of " & FIXED(loan, 0)', "1,080,000 of 1,200"),
    ("per_share", "= loan / count", 12.0),
    ("money", "= loan / count * count", 1200.0),
    ("money", "= loan * rate * term / year", 60.0),
    ("days", "= due - day + 1", 367.0),
    ("date", "= day + term", 44221.0),
    ("money_days", "= loan * (due - day)", 439200.0),
    ("money", "= loan * (due - day) / (due - day)", 1200.0),
    ("money", "= MAX(0, loan - AS(money, thirty))", 1170.0),
    ("money", "= IF(loan > 0, loan, 0)", 1200.0),
    ("days", "= MAX(1, term)", 360.0),
    ("date", "= MIN(day, due)", 43861.0),
    ("number", "= IF(ISNUMBER(INDEX(ratio, 1 + 1 + 1)), INDEX(ratio, 1 + 1 + 1), 0)", 41.5 / 1200),
    ("fraction", '= IF(ISERROR(1 / (n - n)), "n/a", rate)', "n/a"),
    ("number", "= SUMPRODUCT(given, given)", 1.75**2),
]


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("computed")
    return build(
        deal(folder, *[(unit, formula) for unit, formula, _ in COMPUTED]), folder / "out.xlsx"
    )


@pytest.mark.parametrize("number", range(len(COMPUTED)))
def test_the_rest_is_computed_as_excel_does(computed: Built, number: int) -> None:
    value, expected = computed.evaluation.cell(f"line_{number}x", None), COMPUTED[number][2]
    assert value == (expected if isinstance(expected, str) else pytest.approx(expected)), COMPUTED[
        number
    ]


@pytest.mark.parametrize(
    "engine", ["formulas", "ironcalc", pytest.param("libreoffice", marks=needs_libreoffice)]
)
def test_and_by_every_engine(computed: Built, engine: str) -> None:
    assert verify(computed.written, engine).differing == ()


def test_what_is_blank_before_the_first_period_adds_up_as_zero_and_does_nothing_else(
    tmp_path: Path,
) -> None:
    built = build(
        deal(tmp_path / "ok", ("money", "= balance[-1] + row"), over="monthly"), tmp_path / "a.xlsx"
    )
    assert built.evaluation.cell("line_0x", 0) == 30
    for unit, formula in (
        ("money", "= MIN(balance[-1], row)"),
        ("text", '= "was " & late[-1]'),
        ("text", "= late[-1]"),
        ("flag", "= IF(ISNUMBER(balance[-1]), 1, 0)"),
    ):
        with pytest.raises(ModelError, match="blank before the first period"):
            build(deal(tmp_path / "bad", (unit, formula), over="monthly"), tmp_path / "b.xlsx")


def test_a_row_in_a_line_over_its_own_timeline_is_one_value(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="COUNTIF takes a whole row here"):
        build(
            deal(tmp_path / "deal", ("number", "= COUNTIF(row, 1)"), over="monthly"),
            tmp_path / "out.xlsx",
        )


def test_as_leaves_no_trace_in_a_workbook(computed: Built) -> None:
    formulas = read_contents(computed.path).formulas.values()
    assert not any("AS(" in text.replace("HAS(", "") for text in formulas)


def test_measures_multiply_and_divide() -> None:
    money, shares = measure_of("money"), measure_of("shares")
    assert times(money, shares, -1) == measure_of("money / shares") == measure_of("per share")
    assert times(times(money, shares, -1), shares) == money
    assert times(measure_of("money * days"), measure_of("days"), -1) == money
    assert measure_of("ratio") == measure_of("number") == measure_of("days / days") == ()
    assert measure_words(measure_of("money * money / days")) == "money^2 / days"
    assert measure_words(()) == "a plain number"


# What Excel refuses.


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('= "' + "x" * 256 + '"', "the text has 256 characters; Excel allows 255 in a formula"),
        ("= SUM(" + ", ".join(["a"] * 256) + ")", "SUM has 256 arguments; Excel allows 255"),
        (
            "= " + "ABS(" * 64 + "a" + ")" * 64,
            "more than 63 nested functions; Excel allows no more",
        ),
        (
            "= " + " + ".join(["a"] * 600),
            "more than 160 nested operators and functions",
        ),
        ("= " + "-" * 600 + "a", "more than 160 nested operators and functions"),
    ],
)
def test_a_formula_beyond_what_excel_takes_is_refused(text: str, message: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert caught.value.message == message


def test_parentheses_and_long_sums_up_to_the_limit_are_read_and_built(tmp_path: Path) -> None:
    parse("= " + "(" * 5000 + "a" + ")" * 5000)
    terms = " + ".join(["n"] * 150)
    built = build(deal(tmp_path / "deal", ("number", f"= {terms}")), tmp_path / "out.xlsx")
    assert built.evaluation.cell("line_0x", None) == 150 * 12.5
    assert verify(built.written, "ironcalc").differing == ()


def test_a_formula_of_too_many_characters_is_refused_at_its_line(tmp_path: Path) -> None:
    folder = deal(tmp_path / "deal", ("number", "= 0"))
    text = (folder / "deal.yaml").read_text(encoding="utf-8")
    long = "A sheet of a very long name too"
    text = text.replace("sheets:\n", f"sheets:\n  {long}: {{title: Long}}\n")
    formula = "= SUM(" + ", ".join(["n, decimals"] * 120) + ")"
    text += f"  - sheet: {long}\n    lines:\n      total: {{label: Total, unit: number, formula: '{formula}'}}\n"
    text = text.replace(
        "  Inputs: {title: Inputs, inputs: true}",
        "  'Inputs: of all': {title: Inputs, inputs: true}",
    )
    text = text.replace("'Inputs: of all'", "Inputs that are many and various").replace(
        "sheet: Inputs\n", "sheet: Inputs that are many and various\n"
    )
    (folder / "deal.yaml").write_text(text.replace("various", "varied"), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        build(folder, tmp_path / "out.xlsx")
    (problem,) = caught.value.problems
    assert problem.message.startswith("the formula has ")
    assert problem.message.endswith(" characters; Excel allows 8,192")
    assert problem.place is not None
    assert not (tmp_path / "out.xlsx").exists()


def test_a_set_too_large_for_one_sum_is_refused_unless_its_cells_stand_together(
    tmp_path: Path,
) -> None:
    members = "".join(f"    part{number}z: {{label: Part {number}}}\n" for number in range(300))
    section = (
        "  - sheet: Inputs\n    for_each: part\n    lines:\n"
        "      one: {label: '{label}', unit: number, formula: '= n'}\n"
        "      two: {label: '{label} too', unit: number, formula: '= n'}\n"
    )
    folder = deal(tmp_path / "deal", ("number", "= SUM_EACH(part.one)"))
    text = (folder / "deal.yaml").read_text(encoding="utf-8")
    text = text.replace("timelines:\n", f"sets:\n  part:\n{members}timelines:\n") + section
    (folder / "deal.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        build(folder, tmp_path / "out.xlsx")
    assert [p.message for p in caught.value.problems] == ["SUM has 300 arguments; Excel allows 255"]
    alone = text.replace("      two: {label: '{label} too', unit: number, formula: '= n'}\n", "")
    (folder / "deal.yaml").write_text(alone, encoding="utf-8")
    assert build(folder, tmp_path / "out.xlsx").evaluation.cell("line_0x", None) == 300 * 12.5


def test_texts_of_all_members_are_joined_and_none_are_an_empty_text(tmp_path: Path) -> None:
    section = (
        "  - sheet: Inputs\n    for_each: part\n    lines:\n"
        "      said: {label: '{label}', unit: text, formula: '= IF(n > factor, \"more \", \"less \")'}\n"
    )
    for members, joined in ((" {}\n", "."), ("\n    one: {label: One, factor: thirty}\n    two: {label: Two, factor: rate}\n", "less more .")):  # fmt: skip
        folder = deal(tmp_path / f"deal{len(joined)}", ("text", '= JOIN_EACH(part.said) & "."'))
        text = (folder / "deal.yaml").read_text(encoding="utf-8")
        text = text.replace("timelines:\n", f"sets:\n  part:{members}timelines:\n") + section
        (folder / "deal.yaml").write_text(text, encoding="utf-8")
        assert build(folder, tmp_path / "out.xlsx").evaluation.cell("line_0x", None) == joined


def test_a_sheet_called_history_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "deal"
    shutil.copytree(SMALL, folder)
    text = (folder / "deal.yaml").read_text(encoding="utf-8")
    (folder / "deal.yaml").write_text(text.replace("Model:", "HISTORY:"), encoding="utf-8")
    with pytest.raises(ModelError, match="Excel reserves the sheet name 'History'"):
        build(folder, tmp_path / "out.xlsx")


@pytest.mark.parametrize(
    "name", ["q20061231", "ab2000000", "abd9999999", "r", "R1C1", "true", "tax2006"]
)
def test_a_name_that_excel_or_its_writer_would_not_take_is_refused(name: str) -> None:
    assert name_problem(name)


@pytest.mark.parametrize(
    "name", ["q2006.sales", "abe2000000", "q_20061231", "tax_2006", "quarterly.actual"]
)
def test_and_others_are_taken(name: str) -> None:
    assert name_problem(name) == ""


# One row adds a function.


def _product(arguments: Sequence[Argument]) -> Array:
    product: Array = numbers(arguments[0]).prod(axis=-1, keepdims=True)
    return product


def _maxifs(arguments: Sequence[Argument]) -> Array:
    row, cells, criterion = (numbers(argument) for argument in arguments)
    greatest: Array = np.where(cells == criterion, row, -np.inf).max(axis=-1, keepdims=True)
    return greatest


def test_a_function_is_added_by_one_row_of_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = [
        Function("PRODUCT", 1, 1, "number** -> number", "the product of {all}", _product),
        Function(
            "MAXIFS",
            3,
            3,
            "x**, cells**, criterion -> x",
            "the greatest {0} where {1} is {2}",
            _maxifs,
            "_xlfn.",
        ),
    ]
    for function in added:
        monkeypatch.setitem(FUNCTIONS, function.name, function)
    lines = [
        ("number", "= PRODUCT(AS(number, row))"),
        ("money", "= MAXIFS(row, row, AS(money, thirty))"),
    ]
    built = build(deal(tmp_path / "deal", *lines), tmp_path / "out.xlsx")
    assert built.evaluation.cell("line_0x", None) == 30 * 2 * 41.5 * 40
    assert built.evaluation.cell("line_1x", None) == 30
    formulas = list(read_contents(built.path).formulas.values())
    assert any(text.startswith("=PRODUCT(") for text in formulas)
    assert any(text.startswith("=_xlfn.MAXIFS(") for text in formulas)
    for engine in ("formulas", "ironcalc", *(["libreoffice"] if shutil.which("soffice") else [])):
        assert verify(built.written, engine).differing == (), engine
