"""What a reader sees: what stays in view, what is printed and how small, and that no text or number is cut."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from PIL import ImageFont

from modelgen.excel.caveats import assumed
from modelgen.excel.chart import place_charts
from modelgen.excel.fit import FLOWING, fit, room, shown_text, width_of
from modelgen.excel.layout import FIRST, lay_out
from modelgen.excel.measure import lines_height, lines_of, number_text, text_pixels
from modelgen.excel.pages import LEAST_SCALE, MARGINS, PAPERS, pages
from modelgen.excel.plan import Cell, Formula, Link, SheetPlan, book_of, kind_of
from modelgen.excel.printing import footer
from modelgen.excel.styles import is_wrapped, type_of
from modelgen.excel.write import _first_row, _Writer
from modelgen.excel.years import years_of
from modelgen.model.build import build_model
from modelgen.problem import ModelError
from modelgen.text.load import load
from tests.conftest import SMALL, Built, build, needs_libreoffice

LAPTOP, FURNITURE = 1366, 50
"""The pixels of a laptop's screen, and of a spreadsheet's row numbers and scroll bar."""
YEAR = 12
ARIAL = Path("/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf")

Values = dict[tuple[int, int], object]


def plans(built: Built) -> Iterator[tuple[SheetPlan, Values]]:
    """The plans of a workbook's sheets as they are written, with the values of their formulas."""
    book = book_of(lay_out(built.model, _first_row))
    writer = _Writer(built.evaluation, book)
    for name, text in built.model.sheets.items():
        plan = kind_of(text.kind).plan(book, name)
        values: Values = dict(writer._values(plan))
        fit(plan, values)
        place_charts(book, plan, built.evaluation)
        yield plan, values


@pytest.fixture(scope="module")
def planned(lexington: Built) -> list[tuple[SheetPlan, Values]]:
    return list(plans(lexington))


def test_what_stays_in_view_leaves_room_for_a_year_on_a_laptop(
    lexington: Built, planned: list[tuple[SheetPlan, Values]]
) -> None:
    checked = 0
    for plan, _ in planned:
        text = lexington.model.sheets[plan.name]
        if not text.timeline:
            continue
        assert plan.freeze[1] == FIRST
        frozen = sum(width_of(plan, column) for column in range(FIRST))
        first = [column for year in plan.years for column in year][-YEAR:]
        periods = sum(width_of(plan, column) for column in first)
        assert frozen + periods <= LAPTOP - FURNITURE, plan.name
        checked += len(first) == YEAR
    assert checked > 8


def test_a_sheet_with_charts_keeps_nothing_in_view_above_them(lexington: Built) -> None:
    book = openpyxl.load_workbook(lexington.path)
    for name, text in lexington.model.sheets.items():
        assert (book[name].freeze_panes is None) == (
            bool(text.charts) or text.kind in ("cover", "caveats")
        )


def test_nothing_is_printed_smaller_than_eight_points(
    lexington: Built, planned: list[tuple[SheetPlan, Values]]
) -> None:
    for plan, _ in planned:
        printed = pages(plan, lexington.model.paper)
        assert printed.scale >= LEAST_SCALE, plan.name


def test_months_print_by_fiscal_year_with_the_columns_before_them(lexington: Built) -> None:
    book = openpyxl.load_workbook(lexington.path)
    by_month = [n for n, t in lexington.model.sheets.items() if t.timeline == "monthly"]
    assert by_month
    for name in by_month:
        sheet = book[name]
        assert sheet.print_title_cols == "$A:$C"
        assert sheet.print_title_rows
        assert (
            not sheet.sheet_properties.pageSetUpPr
            or not sheet.sheet_properties.pageSetUpPr.fitToPage
        )
        breaks = [found.id for found in sheet.col_breaks.brk]
        # 38 months from May 2006: the years 2006 to 2009 begin in the 9th, 21st and 33rd.
        assert breaks[:3] == [FIRST + 1 + n for n in (8, 20, 32)], name


def test_a_fiscal_year_ends_where_the_company_ends_it(lexington: Built) -> None:
    model = replace(lexington.model, fiscal=replace(lexington.model.fiscal, month=3))
    count = len(model.timelines["monthly"].columns)
    years = [len(year) for year in years_of(model, "monthly", list(range(count)))]
    assert years[:3] == [11, 12, 12]  # from May 2006
    assert sum(years) == count


def test_paper_is_letter_for_dollars_and_a4_otherwise_unless_the_deal_says(
    lexington: Built, small: Built
) -> None:
    assert (lexington.model.paper, small.model.paper) == ("letter", "a4")
    codes = {sheet.page_setup.paperSize for sheet in openpyxl.load_workbook(lexington.path)}
    assert {str(code) for code in codes} == {"1", "3"}
    codes = {sheet.page_setup.paperSize for sheet in openpyxl.load_workbook(small.path)}
    assert {str(code) for code in codes} <= {"8", "9"}


def test_a_deal_says_its_paper(tmp_path: Path) -> None:
    folder = shutil.copytree(SMALL, tmp_path / "deal")
    text = (folder / "deal.yaml").read_text(encoding="utf-8")
    (folder / "deal.yaml").write_text(text + "\npaper: letter\n", encoding="utf-8")
    assert build_model(load(str(folder))).paper == "letter"
    (folder / "deal.yaml").write_text(text + "\npaper: legal\n", encoding="utf-8")
    with pytest.raises(ModelError, match="paper"):
        load(str(folder))


def test_every_page_names_company_day_case_and_builder(lexington: Built, tmp_path: Path) -> None:
    assert footer(lexington.model).startswith(
        "&L&8Lexington Precision Corporation, 2006-06-01&C&8&A, case at build: Base&R&8modelgen "
    )
    stressed = build("lexington-2006q1", tmp_path / "book.xlsx", {"scenario.selected": "6"})
    for sheet in openpyxl.load_workbook(stressed.path):
        footing = sheet.oddFooter
        assert footing is not None and footing.center is not None and footing.right is not None
        assert "case at build: Stress" in str(footing.center.text)
        assert "page" in str(footing.right.text)
    long = replace(lexington.model, company="A & B " * 60)
    assert len(footer(long)) <= 255


def test_every_header_names_the_case_selected_and_leads_to_the_cover(lexington: Built) -> None:
    book = openpyxl.load_workbook(lexington.path, data_only=True)
    for sheet in book:
        assert sheet["A4"].value == "Case: Base"
        assert sheet["B4"].value == "All checks hold"
        link = sheet["A1"].hyperlink
        assert (link is None) == (sheet.title == "Cover")
        assert link is None or link.location == "Cover!A1"


def test_tabs_are_coloured_by_what_a_sheet_holds(lexington: Built) -> None:
    book = openpyxl.load_workbook(lexington.path)
    colours: dict[str, set[str]] = {}
    for sheet in book:
        assert sheet.sheet_properties.tabColor is not None
        colours.setdefault(str(sheet.sheet_properties.tabColor.rgb), set()).add(sheet.title)
    by_size = {frozenset(names) for names in colours.values()}
    assert frozenset(("Checks", "Figures", "Stamp", "Map")) in by_size
    inputs = {n for n, t in lexington.model.sheets.items() if t.inputs and t.kind != "cover"}
    assert frozenset(inputs) in by_size


def test_months_and_the_rows_of_a_total_fold_away_and_stand_open(lexington: Built) -> None:
    book = openpyxl.load_workbook(lexington.path)
    debt = book["Debt"]
    levels = {c for c, d in debt.column_dimensions.items() if d.outlineLevel}
    assert levels
    rows = {r for r, d in debt.row_dimensions.items() if d.outlineLevel}
    assert rows
    for sheet in book:
        dimensions = [*sheet.row_dimensions.values(), *sheet.column_dimensions.values()]
        assert not any(d.hidden or d.collapsed for d in dimensions)


def cut_texts(plan: SheetPlan, values: Values) -> Iterator[tuple[str, int, str]]:
    """The texts that have no room in their cell or over the empty ones beside it, and the numbers that are
    wider than their column.
    """
    taken: dict[int, set[int]] = {}
    for cell in plan.cells:
        if cell.content not in (None, ""):
            taken.setdefault(cell.row, set()).add(cell.column)
    last = max(cell.column for cell in plan.cells)
    for cell in plan.cells:
        size, bold = type_of(cell.role)
        text = shown_text(cell, values)
        own = room(plan, cell.column, cell.role) + 2
        if text is None:
            number = values.get((cell.row, cell.column), cell.content)
            if isinstance(number, float) and not isinstance(cell.content, str):
                shown = number_text(number, cell.format)
                if text_pixels(shown, size, bold) > width_of(plan, cell.column):
                    yield plan.name, cell.row, shown
        elif is_wrapped(cell.role):
            height = lines_height(lines_of(text, own, size, bold), size)
            if height > plan.heights.get(cell.row, 15.0) + 0.1:
                yield plan.name, cell.row, text
        elif cell.role not in FLOWING and cell.role != "sentence":
            beside = min((c for c in taken[cell.row] if c > cell.column), default=last + 40)
            free = own + sum(width_of(plan, c) for c in range(cell.column + 1, beside))
            if text_pixels(text, size, bold) > free:
                yield plan.name, cell.row, text


@pytest.mark.parametrize("deal", ["small", "lexington"])
def test_no_label_is_cut_and_no_number_too_wide(deal: str, request: pytest.FixtureRequest) -> None:
    built: Built = request.getfixturevalue(deal)
    found = [cut for plan, values in plans(built) for cut in cut_texts(plan, values)]
    assert found == []


def test_what_is_cut_is_found() -> None:
    plan = SheetPlan("Sheet", widths={0: 20.0, 1: 9.0})
    plan.cells = [
        Cell(0, 0, "A label that is far too long for its column", "label"),
        Cell(0, 1, 123456789.0, "input", "#,##0"),
    ]
    assert {text for _, _, text in cut_texts(plan, {})} == {
        "A label that is far too long for its column",
        "123,456,789",
    }
    fit(plan, {})
    assert list(cut_texts(plan, {})) == []
    assert plan.heights[0] > 15


@pytest.mark.skipif(not ARIAL.exists(), reason=f"{ARIAL} is missing")
def test_widths_of_letters_are_those_of_the_font() -> None:
    font = ImageFont.truetype(str(ARIAL), 1000)
    for text in ("(34,177)", "31-May-06", "Cash and availability less shortfall", "85% x 24,798"):
        assert text_pixels(text, size=750) == pytest.approx(font.getlength(text), rel=0.01)


def test_the_caveats_stand_on_one_page_after_the_dashboard_with_live_values(
    lexington: Built, planned: list[tuple[SheetPlan, Values]]
) -> None:
    names = list(lexington.model.sheets)
    assert names[:3] == ["Cover", "Dashboard", "Read first"]
    assert names[-4:] == ["Checks", "Figures", "Stamp", "Map"]
    plan, values = next(p for p in planned if p[0].name == "Read first")
    assert pages(plan, lexington.model.paper).high == 1
    texts = " ".join(filter(None, (shown_text(cell, values) for cell in plan.cells)))
    for text in lexington.model.undisclosed:
        assert all(word in texts for word in text.split())
    for anomaly in lexington.model.anomalies:
        assert anomaly.reason in texts
    listed = {item.id for item in assumed(lexington.model)}
    assert {
        "receivables.days",
        "subordinated_notes.rate",
        "real_estate_term_loan.allocation",
    } <= listed
    live = {
        cell.content.item or str(cell.content.node)
        for cell in plan.cells
        if isinstance(cell.content, Formula)
    }
    assert any("receivables.days" in text for text in live)
    assert "Read first" in {
        cell.target.sheet
        for map_plan, _ in planned
        if map_plan.name == "Map"
        for cell in (c.content for c in map_plan.cells)
        if isinstance(cell, Link)
    }


LINE = "      bonus_paid: {label: Bonus paid,"
FLAG = "      good: {label: Good, unit: flag, formula: '= IF(bonus_paid > 0, 1, 0)'}\n"


def coloured_by(flag: str, tmp_path: Path) -> Path:
    """The small deal with a line that is good news by another."""
    folder = shutil.copytree(SMALL, tmp_path / "deal")
    text = (folder / "deal.yaml").read_text(encoding="utf-8")
    assert text.count(LINE) == 1
    text = text.replace(LINE, f"{FLAG}{LINE} good_if: {flag},")
    (folder / "deal.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_line_is_coloured_by_the_flag_it_names(tmp_path: Path) -> None:
    built = build(coloured_by("good", tmp_path), tmp_path / "book.xlsx")
    sheet = openpyxl.load_workbook(built.path)["Model"]
    rules = [
        r.formula[0] for rules in sheet.conditional_formatting for r in rules.rules if r.formula
    ]
    for test in ("=1", "<>1"):
        assert any(re.fullmatch(rf"IFERROR\(Model!\$\w+\$\d+,0\){test}", rule) for rule in rules)


@pytest.mark.parametrize(
    ("flag", "message"),
    [
        ("goods", "'goods' is not a line"),
        ("result", "'bonus_paid' is good news by 'result': both must have one value"),
    ],
)
def test_what_colours_a_line_must_be_one_value(tmp_path: Path, flag: str, message: str) -> None:
    with pytest.raises(ModelError) as error:
        build_model(load(str(coloured_by(flag, tmp_path))))
    assert message in str(error.value)


@pytest.mark.slow
@needs_libreoffice
def test_no_page_is_empty_and_months_take_a_page_a_year(lexington: Built, tmp_path: Path) -> None:
    from modelgen.workbook.libreoffice_engine import convert

    pdf = convert(lexington.path, tmp_path, "pdf")
    said = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True
    )
    found = said.stdout.split("\f")[:-1]
    feet = [re.search(r"(\S.*), case at build: Base", page) for page in found]
    assert all(feet)
    assert not [n for n, page in enumerate(found) if len(page.split()) < 25]
    of_rates = [page for page in found if "Rates, case at build" in page]
    sheet = openpyxl.load_workbook(lexington.path)["Rates"]
    assert len(of_rates) == len(sheet.col_breaks.brk) + 1
    assert not any("###" in page for page in found)


def test_margins_leave_room_for_the_footer() -> None:
    assert MARGINS["bottom"] > 0.5
    assert {sheet.width > sheet.height for both in PAPERS.values() for sheet in both} == {True}
