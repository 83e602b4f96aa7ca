"""Engines are given cells that mean what they mean to Excel, whichever program wrote the file, and others can
be added.
"""

import warnings
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from modelgen.problem import EngineError
from modelgen.review.verify import same
from modelgen.workbook import excel_rules
from modelgen.workbook.contents import Key, Value, a1, read_contents
from modelgen.workbook.engines import load_engine
from modelgen.workbook.formulas_engine import Formulas
from modelgen.workbook.stock_formulas import StockFormulas
from tests import onlyoffice
from tests.cells import write_cells
from tests.conftest import Built, needs_libreoffice
from tests.libreoffice import edited

LIBREOFFICE = pytest.param("libreoffice", marks=needs_libreoffice)
ENGINES = ["formulas", "ironcalc", LIBREOFFICE]
# How a cell is written, by what Excel takes it for.
TEXT_208 = {
    "shared": '<c r="{}" t="s"><v>0</v></c>',
    "inline": '<c r="{}" t="inlineStr"><is><t>208</t></is></c>',
    "a string without formula": '<c r="{}" t="str"><v>208</v></c>',
    "with an apostrophe": '<c r="{}" s="2" t="s"><v>0</v></c>',
    "rich": '<c r="{}" t="s"><v>8</v></c>',
    "rich, inline": '<c r="{}" t="inlineStr"><is><r><t>20</t></r><r><t>8</t></r></is></c>',
    "computed": '<c r="{}" t="str"><f>"20"&amp;"8"</f><v>208</v></c>',
}
BLANK = {
    "no cell": "",
    "a look": '<c r="{}" s="1"/>',
    "a look, as openpyxl writes it": '<c r="{}" s="1" t="n"></c>',
    "a look, as lxml writes it": '<c r="{}" s="1" t="n"/>',
    "no value": '<c r="{}" s="1"><v></v></c>',
    "a number without value": '<c r="{}" s="1" t="n"><v/></c>',
    "a string without value": '<c r="{}" s="1" t="str"></c>',
}
EMPTY = {
    "shared": '<c r="{}" t="s"><v>1</v></c>',
    "inline": '<c r="{}" t="inlineStr"><is><t></t></is></c>',
    "computed": '<c r="{}" t="str"><f>""</f><v></v></c>',
}
NUMBER = {
    "a number": '<c r="{}"><v>208</v></c>',
    "computed": '<c r="{}"><f>200+8</f><v>208</v></c>',
}
TRUTH = {
    "true": '<c r="{}" t="b"><v>1</v></c>',
    "computed": '<c r="{}" t="b"><f>1=1</f><v>1</v></c>',
}
ERROR = {
    "typed": '<c r="{}" t="e"><v>#N/A</v></c>',
    "computed": '<c r="{}" t="e"><f>NA()</f><v>#N/A</v></c>',
}
KINDS = {
    "text": TEXT_208,
    "blank": BLANK,
    "empty": EMPTY,
    "number": NUMBER,
    "truth": TRUTH,
    "error": ERROR,
}

# By Microsoft's reference: what each formula gives of the text "208", a blank cell, the empty text, the number
# 208, TRUE and #N/A. In a reference SUM, MIN and their like skip texts, truth values and blanks; arithmetic
# reads a text as a number where it can.
N, V, X = "#N/A", "#VALUE!", "#DIV/0!"
RULES: dict[str, tuple[Value, Value, Value, Value, Value, Value]] = {
    "MIN({a},300)": (300, 300, 300, 208, 300, N),
    "MAX({a},100)": (100, 100, 100, 208, 100, N),
    "SUM({a},1)": (1, 1, 1, 209, 1, N),
    "AVERAGE({a},1)": (1, 1, 1, 104.5, 1, N),
    "COUNT({a})": (0, 0, 0, 1, 0, 0),
    "COUNTA({a})": (1, 0, 1, 1, 1, 1),
    "MIN({a}:{b},300)": (300, 300, 300, 208, 300, N),
    "SUM({a}:{b})": (0, 0, 0, 208, 0, N),
    "AVERAGE({a}:{b})": (X, X, X, 208, X, N),
    "STDEV({a}:{b},1,3)": (2**0.5, 2**0.5, 2**0.5, 118.93835938557976, 2**0.5, N),
    "NPV(0.1,{a},1)": (1 / 1.1, 1 / 1.1, 1 / 1.1, 208 / 1.1 + 1 / 1.21, 1 / 1.1, N),
    "SUMPRODUCT({a}:{b},{a}:{b})": (0, 0, 0, 208 * 208, 0, N),
    "SUMPRODUCT({a}:{b},1*({a}:{b}<>1))": (0, 0, 0, 208, 0, N),  # a roll-up
    "{a}+1": (209, 1, V, 209, 2, N),
    "-{a}": (-208, 0, V, -208, -1, N),
    "ROUND({a},-1)": (210, 0, V, 210, 0, N),
    "{a}=208": (False, False, False, True, False, N),
    '{a}=""': (False, True, True, False, False, N),
    '{a}&"x"': ("208x", "x", "x", "208x", "TRUEx", N),
    "ISNUMBER({a})": (False, False, False, True, False, False),
    "ISTEXT({a})": (True, False, True, False, False, False),
    "ISBLANK({a})": (False, True, False, False, False, False),
    "IFERROR({a},7)": ("208", 0, "", 208, True, 7),
    "SUMIF({a}:{b},208)": (0, 0, 0, 208, 0, 0),
    'COUNTIF({a}:{b},">100")': (0, 0, 0, 1, 0, 0),
    "MATCH(208,{a}:{b},0)": (N, N, N, 1, N, N),
    "INDEX({a}:{b},1)": ("208", 0, "", 208, True, N),
}  # fmt: skip
# To LibreOffice TRUE is the number 1, shown otherwise, and a cell that holds the empty text is blank.
OTHERWISE = ("truth", "empty")
CASES = [(kind, engine) for kind in KINDS for engine in ("formulas", "ironcalc")]
BY_LIBREOFFICE = [
    pytest.param(kind, "libreoffice", marks=needs_libreoffice)
    for kind in KINDS
    if kind not in OTHERWISE
]


@pytest.mark.parametrize(("kind", "engine"), [*CASES, *BY_LIBREOFFICE])
def test_a_cell_means_to_an_engine_what_it_means_to_excel(
    kind: str, engine: str, tmp_path: Path
) -> None:
    names = write_cells(tmp_path / "cells.xlsx", KINDS[kind], list(RULES))
    found = load_engine(engine, read_contents(tmp_path / "cells.xlsx")).calculate({})
    wrong = []
    for row, name in enumerate(names, 1):
        for column, (formula, expected) in enumerate(RULES.items(), 3):
            right = expected[list(KINDS).index(kind)]
            value = found["S", row, column]
            number = isinstance(right, (int, float)) and not isinstance(right, bool)
            # LibreOffice saves 15 digits.
            alike = value == pytest.approx(right, rel=1e-14) if number else same(value, right)
            if not alike or isinstance(value, bool) != isinstance(right, bool):
                wrong.append((name, formula, value, right))
    assert wrong == []


def test_texts_that_read_as_numbers_are_read_in_arithmetic_as_excel_reads_them(
    tmp_path: Path,
) -> None:
    cells = {str(number): f'<c r="{{}}" t="s"><v>{number}</v></c>' for number in range(8)}
    write_cells(tmp_path / "cells.xlsx", cells, ["{a}*1", "SUM({a})"])
    expected = [208.0, "#VALUE!", "#VALUE!", 208.0, 0.05, 1234.0, 1000.0, 38748.0]
    for engine in ("formulas", "ironcalc"):
        found = load_engine(engine, read_contents(tmp_path / "cells.xlsx")).calculate({})
        assert [found["S", row, 3] for row in range(1, 9)] == expected, engine
        assert {found["S", row, 4] for row in range(1, 9)} == {0.0}, engine


@pytest.mark.parametrize(
    ("text", "number"),
    [("208", 208), (" -1,234.50 ", -1234.5), ("5%", 0.05), ("1e3", 1000), (".5", 0.5), ("2006-01-31", 38748),
     ("", None), ("nan", None), ("inf", None), ("1_000", None), ("1,23", None), ("٢", None), ("2006-13-01", None), ("1e400", None)],
)  # fmt: skip
def test_numbers_in_texts(text: str, number: float | None) -> None:
    assert excel_rules.read_number(text) == number


def by_openpyxl(source: Path, target: Path) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        openpyxl.load_workbook(source).save(target)
    return target


def by_openpyxl_with_a_comment(source: Path, target: Path) -> Path:
    book = openpyxl.load_workbook(source)
    book.worksheets[1]["A3"].comment = Comment("Agreed on May 3", "me")
    book.save(target)
    return target


def by_libreoffice(source: Path, target: Path) -> Path:
    return edited(source, target, [])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "save",
    [
        by_openpyxl,
        by_openpyxl_with_a_comment,
        pytest.param(by_libreoffice, marks=needs_libreoffice),
        pytest.param(onlyoffice.saved, marks=onlyoffice.needs_onlyoffice),
    ],
)
@pytest.mark.parametrize("deal", ["small", pytest.param("lexington", marks=pytest.mark.slow)])
def test_a_workbook_saved_by_another_program_gives_the_same_lines(
    deal: str, save: Callable[[Path, Path], Path], engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:  # fmt: skip
    built: Built = request.getfixturevalue(deal)
    path = save(built.path, tmp_path / "saved.xlsx")
    found = load_engine(engine, read_contents(path)).calculate({})
    expected = {
        (sheet, row + 1, column + 1): v
        for (sheet, row, column), v in built.written.formulas.items()
    }
    assert [
        (a1(k), v, found.get(k)) for k, v in expected.items() if not same(v, found.get(k))
    ] == []
    assert found.keys() == expected.keys()


def key_of(built: Built, id_: str) -> Key:
    area = read_contents(built.path).names[id_]
    return area.sheet, area.row, area.column


def test_an_instalment_held_as_text_is_alike_to_every_engine(
    lexington: Built, tmp_path: Path
) -> None:
    """ "208" where the loan's level instalment belongs means the same to every engine."""
    book = openpyxl.load_workbook(lexington.path)
    sheet, row, column = key_of(lexington, "equipment_term_loan.instalment")
    book[sheet].cell(row, column).value = "208"
    book.save(tmp_path / "text.xlsx")
    contents = read_contents(tmp_path / "text.xlsx")
    one, other = (
        load_engine(engine, contents).calculate({}) for engine in ("formulas", "ironcalc")
    )
    assert [(a1(k), one[k], other[k]) for k in one if not same(one[k], other[k])] == []
    before = {(s, r + 1, c + 1): v for (s, r, c), v in lexington.written.formulas.items()}
    assert any(not same(one[k], before[k]) for k in one)


@pytest.mark.parametrize("deal", ["small", pytest.param("lexington", marks=pytest.mark.slow)])
def test_what_formulas_computes_after_changes_is_what_the_stock_library_computes(
    deal: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without anything that was kept, cell by cell, with several inputs changed at once."""
    built: Built = request.getfixturevalue(deal)
    monkeypatch.setenv("MODELGEN_CACHE", "")
    contents = read_contents(built.path)
    inputs = [i for i in built.model.inputs() if i.unit.kind == "number" and not i.optional]
    changes: dict[Key, Value] = {}
    for item in inputs[:: 3 if deal == "small" else 17]:
        cell = key_of(built, item.id)
        now = contents.constants.get(cell)
        if isinstance(now, float):
            changes[cell] = now * 1.02
    ours = Formulas(contents).calculate(changes)
    stock = StockFormulas(contents, most=10**6).calculate(changes)
    assert [(a1(k), ours[k], stock[k]) for k in stock if not same(ours[k], stock[k])] == []


def test_rows_and_columns_are_told_from_the_formula(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    texts = [
        "=ROW()",
        "=ROW(B7)",
        "=COLUMN( D2 )",
        "=ROWS(A1:A3)*COLUMN()",
        '="ROW()"',
        "=COLUMNS(B2:D9)",
    ]
    for row, text in enumerate(texts, 1):
        sheet[f"C{row}"] = text
    book.save(tmp_path / "rows.xlsx")
    for engine in ("formulas", "ironcalc"):
        found = load_engine(engine, read_contents(tmp_path / "rows.xlsx")).calculate({})
        assert list(found.values()) == [1.0, 7.0, 4.0, 9.0, "ROW()", 3.0], engine


def test_a_large_workbook_with_an_offset_is_left_to_another_engine(
    lexington: Built, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(lexington.path)
    book.worksheets[1]["A60"] = "=OFFSET(A1,1,1)"
    book.save(tmp_path / "offset.xlsx")
    with pytest.raises(EngineError, match="use another engine"):
        load_engine("formulas", read_contents(tmp_path / "offset.xlsx"))
