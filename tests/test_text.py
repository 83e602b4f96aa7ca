"""Text that is odd, hostile or huge: each ends in a sentence that says where, in well under a second."""

import os
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from modelgen.contract import CHECKS, STAMPS
from modelgen.dates import to_serial
from modelgen.excel.plan import SheetPlan, fitting
from modelgen.excel.styles import ROLES, properties
from modelgen.model.build import build_model
from modelgen.model.expand import OF_MEMBER, OF_MEMBER_DIFFERENCE
from modelgen.model.resolve import LEAF
from modelgen.model.tables import OWN_SETS
from modelgen.model.timeline import FIRST_YEAR, LAST_YEAR, LONGEST
from modelgen.problem import ModelError
from modelgen.text.figures import ASSUMED
from modelgen.text.figures import ROLES as FIGURE_ROLES
from modelgen.text.load import load
from modelgen.text.reading import LARGEST_FILE, LONGEST_TEXT, file_in, read_text
from modelgen.text.schema import RolesText
from modelgen.text.tables import read_table
from modelgen.text.yaml_text import DEEPEST, MOST_REPEATED, read_yaml
from tests.conftest import LEXINGTON, ROOT, SMALL, build
from tests.mutants import SECONDS, limited

DEAL, FIGURES = "deal.yaml", "figures.csv"


def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "deal"))


def change(folder: Path, file: str, *changes: tuple[str, str]) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    (folder / file).write_text(text, encoding="utf-8")


def refusal(folder: Path) -> str:
    """The message with which a deal is refused, its folder left out."""
    with pytest.raises(ModelError) as caught:
        build_model(load(str(folder)))
    return str(caught.value).replace(f"{folder}/", "")


REFUSED = {
    "a factor of infinity": (DEAL, "factor: 0.001", "factor: inf", "deal.yaml:11:47: a factor must be a number above zero and at most 1e+15"),
    "a factor that is no number": (DEAL, "factor: 0.001", "factor: nan", "deal.yaml:11:47: a factor must be a number above zero and at most 1e+15"),
    "a factor of zero": (DEAL, "factor: 0.001", "factor: 0", "deal.yaml:11:47: a factor must be a number above zero and at most 1e+15"),
    "a factor below zero": (DEAL, "factor: 0.001", "factor: -1", "deal.yaml:11:47: a factor must be a number above zero and at most 1e+15"),
    "a list that holds itself": (DEAL, "signs: As printed.", "signs: As printed.\nundisclosed: &a [*a]", "deal.yaml:8:14: lists and mappings are nested more than 40 deep"),
    "aliases upon aliases": (DEAL, "signs: As printed.", "signs: As printed.\nundisclosed:\n- &a [x,x,x,x,x,x,x,x,x,x]\n- &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n- &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n- &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n- &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n- [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]", "deal.yaml:9:3: aliases repeat more than 100,000 values"),
    "a character that no workbook holds": (DEAL, "title: Two quarters and two to come", 'title: "Two\\0quarters"', "deal.yaml:4:9: the text contains the character U+0000, which a workbook cannot hold"),
    "a control character": (DEAL, "title: Two quarters", "title: Two\x07quarters", "deal.yaml:4:11: the YAML cannot be read: control characters are not allowed"),
    "a text longer than a cell": (DEAL, "title: Two quarters", f"title: {'x' * 40_000} Two quarters", "deal.yaml:4:8: the text has 40,029 characters; an Excel cell holds 32,767"),
    "a template's name of 5,000 letters": (DEAL, "name: small", f"name: small\nextends: {'x' * 5000}", "deal.yaml:3:10: a file name of 5,000 characters is too long"),
    "a template outside": (DEAL, "name: small", "name: small\nextends: ../../small", "deal.yaml:3:10: '../../small' is outside the folder: a deal can read only files in its own folder"),
    "a file with a null character": (DEAL, "name: small", 'name: small\nfiles: ["a\\0b"]', "deal.yaml:3:10: the text contains the character U+0000, which a workbook cannot hold"),
    "figures of another folder": (DEAL, "figures: figures.csv", "figures: ../figures.csv", "deal.yaml:28:10: '../figures.csv' is outside the folder: a deal can read only files in its own folder"),
    "figures by an absolute path": (DEAL, "figures: figures.csv", "figures: /etc/passwd", "deal.yaml:28:10: '/etc/passwd' is outside the folder: a deal can read only files in its own folder"),
    "figures by a path of Windows": (DEAL, "figures: figures.csv", "figures: 'C:\\x\\figures.csv'", "deal.yaml:28:11: 'C:\\x\\figures.csv' is outside the folder: a deal can read only files in its own folder"),
    "excluded by an absolute path": (DEAL, "figures: figures.csv", "figures: figures.csv\nexcluded: /etc/passwd", "deal.yaml:29:11: '/etc/passwd' is outside the folder: a deal can read only files in its own folder"),
    "a column of values by an absolute path": (DEAL, "  extra: {values: {2021-05: '50'}", "  extra: {csv: /etc/passwd, column: x", "deal.yaml:55:16: '/etc/passwd' is outside the folder: a deal can read only files in its own folder"),
    "a further file outside": (DEAL, "name: small", "name: small\nfiles: [../more.yaml]", "deal.yaml:3:9: '../more.yaml' is outside the folder: a deal can read only files in its own folder"),
    "figures that are a folder": (DEAL, "figures: figures.csv", "figures: .", "deal.yaml:28:10: . is a folder, not a file"),
    "a column twice": (FIGURES, "line,period,printed,unit,at,role,sign,precision", "line,period,printed,unit,at,role,sign,printed", "figures.csv:1:39: the table has the column 'printed' twice"),
    "a cell of 200,000 characters": (FIGURES, "report:5,feeds and ties,,\ncosts,2021-03-31", f"report:5,feeds and ties,{'x' * 200_000},\ncosts,2021-03-31", "figures.csv:8:1: a cell has more than 32,767 characters"),
    "a cell of 40,000 characters": (FIGURES, "report:5,feeds and ties,,\ncosts,2021-03-31", f"report:5,feeds and ties,{'x' * 40_000},\ncosts,2021-03-31", "figures.csv:8:63: the text has 40,000 characters; an Excel cell holds 32,767"),
    "quotes that do not pair": (FIGURES, '"1,390"', '"1,390', "figures.csv:10:1: a quote in the row is not closed"),
    "a number of 400 digits": (FIGURES, '"1,390"', "9" * 400, "figures.csv:10:18: the number is too large"),
    "a precision of zero": (FIGURES, 'ties,,"1,000"', "ties,,0", "figures.csv:11:49: a precision must be above zero, not '0'"),
    "no name": (DEAL, "name: small\n", "", "deal.yaml:2:1: a deal or template needs 'name'"),
    "no company": (DEAL, "company: Small Company\n", "", "deal.yaml:2:1: a deal needs 'company'"),
    "an empty reference": (DEAL, "  - sheet: Months\n    heading: Loan\n    timeline: monthly", "  - sheet: Months\n    heading: Loan\n    timeline: ''", "deal.yaml:99:16: the name is empty: give one or leave the key out"),
    "a choice that is no number": (DEAL, "choices_of: shop", "choices: {east: East}", "deal.yaml:72:67: 'east' is not a number"),
    "too many periods": (DEAL, "first: 2021-01-31, last: 2021-12-31", "first: 2021-01-31, last: 9021-12-31", "deal.yaml:23:99: the timeline 'monthly' has more than 1,200 periods"),
    "a period before the calendar": (DEAL, "first: 2021-01-31", "first: 0001-01-31", "deal.yaml:23:81: 0001-01-31 is outside the years 1901 to 9998"),
    "a comparative period among the periods": (DEAL, "comparatives: [2020-03-31]", "comparatives: [2020-03-31, 2021-03-31]", "deal.yaml:22:125: the comparative period ending 2021-03-31 is not before the first"),
    "a published value that no figure feeds": (DEAL, "growth: {value: 2%, status: judgement", "growth: {value: 2%, status: published", "deal.yaml:47:3: the input 'growth' has the status published, but no figure feeds it"),
    "leaves on a sheet that is not for inputs": (DEAL, "home: Actuals", "home: Model", "deal.yaml:22:36: the actual values of 'quarterly' go on its home sheet 'Model', which is not for inputs"),
    "a home of another timeline": (DEAL, "home: Actuals", "home: Months", "deal.yaml:22:36: the sheet 'Months' is the home of 'quarterly', but is not on that timeline"),
    "a recorded column of nothing": (DEAL, "{label: As printed, member: printed}", "{label: As printed, member: printet}", "deal.yaml:147:44: no member of 'figure' has 'printet'"),
    "a value of a leaf without its period": (DEAL, "  growth: {value: 2%", "  costs: {value: '5', basis: x}\n  growth: {value: 2%", "deal.yaml:47:3: 'costs' is a leaf: its actual values are given by period"),
    "a value of a leaf that a figure feeds": (DEAL, "  growth: {value: 2%", "  costs: {values: {2021-03: '5'}, basis: x}\n  growth: {value: 2%", "deal.yaml:47:30: 'costs' is given by a figure and also by an assumption"),
    "a value of a leaf in no period": (DEAL, "  growth: {value: 2%", "  costs: {values: {2022-03: '5'}, basis: x}\n  growth: {value: 2%", "deal.yaml:47:20: 'costs' has no period 2022-03"),
    "values by period of an input of one value": (DEAL, "growth: {value: 2%", "growth: {value: 2%, values: {2021-03: 3%}", "deal.yaml:47:3: 'growth' takes one value"),
    "an assumed value in a unit of another measure": (FIGURES, 'costs,2021-06-30,"1,390",EUR thousand,report:5,feeds and ties,,', 'costs,2021-06-30,"1,390",percent,,assumed,,', "figures.csv:10:1: the assumed value has no basis: say why it has this value"),
    "an id that the model makes itself": (DEAL, "      result: {label: Result", "      actual.costs: {label: Result", "deal.yaml:126:7: the model itself makes the id 'actual.costs': choose another"),
    "an id of the contract": (DEAL, "      result: {label: Result", "      modelgen.role.status: {label: Result", "deal.yaml:126:7: the model itself makes the id 'modelgen.role.status': choose another"),
    "a section on the map": (DEAL, "  - sheet: Model\n    heading: Shares", "  - sheet: Map\n    heading: Shares", "deal.yaml:129:12: 'Map' is the map, which can have no sections"),
    "a second map": (DEAL, "  Map: {title: Map, kind: map}", "  Map: {title: Map, kind: map}\n  Atlas: {title: Map, kind: map}", "deal.yaml:44:3: there can be only one map, and 'Map' is one already"),
    "a grid on the map": (DEAL, "sheets:\n", "grids: [{sheet: Map, heading: x, result: all_interest, down: {label: x, input: rate, values: [1%]}, across: {label: y, input: growth, values: [1%, 2%]}}]\nsheets:\n", "deal.yaml:35:17: 'Map' is the map, which can have no studies"),
    "a grid of one input": (DEAL, "sheets:\n", "grids: [{sheet: Inputs, heading: x, result: all_interest, down: {label: x, input: rate, values: [1%]}, across: {label: y, input: rate, values: [1%, 2%]}}]\nsheets:\n", "deal.yaml:35:130: a grid needs two different inputs, but both are 'rate'"),
    "a grid out of range": (DEAL, "sheets:\n", "grids: [{sheet: Inputs, heading: x, result: all_interest, down: {label: x, input: rate, values: [900%]}, across: {label: y, input: growth, values: [1%, 2%]}}]\nsheets:\n", "deal.yaml:35:98: 'rate': 900% is out of range: from 0% to 50%"),
    "a range upside down": (DEAL, "range: [0%, 50%]", "range: [50%, 0%]", "deal.yaml:71:50: the range of 'rate' ends before it begins"),
    "a date before Excel's": (DEAL, "loan_date: {value: 2021-02-10", "loan_date: {value: 1890-02-10", "deal.yaml:49:22: 1890-02-10 is before 1900-03-01, the first day that Excel numbers correctly"),
    "a number format that Excel does not take": (DEAL, "measure: ratio, format: 0.00%}", "measure: ratio, format: '0.00\"x'}", "deal.yaml:12:56: Excel does not accept this format: use up to 255 characters, with quotes and brackets in pairs"),
    "a name with a path": (DEAL, "name: small", "name: ../small", "deal.yaml:2:7: '../small' is not a valid name for a deal: use letters, digits, spaces and . _ -"),
    "a prefix that is no id": (DEAL, "prefix: monthly", "prefix: by month", "deal.yaml:91:13: 'by month' is not an id: use lower-case letters, digits and _, with dots between parts"),
}  # fmt: skip


@pytest.mark.parametrize("case", list(REFUSED))
def test_a_bad_text_is_refused_with_its_place(case: str, tmp_path: Path) -> None:
    file, old, new, message = REFUSED[case]
    folder = copied(tmp_path)
    change(folder, file, (old, new))
    with limited(SECONDS):
        said = refusal(folder)
    assert said.splitlines()[0].replace(str(folder), ".") == message, said[:500]


def test_a_text_that_is_not_utf8_is_said_by_line_and_column(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    path = folder / DEAL
    path.write_bytes(path.read_bytes().replace(b"Small Company", "Société".encode("latin-1"), 1))
    assert refusal(folder).splitlines()[0] == (
        "deal.yaml:3:14: the file is not UTF-8 text: it holds the byte 0xE9"
    )
    figures = tmp_path / "figures.csv"
    figures.write_bytes(b"\xef\xbb\xbf" + "line\nétage\nb\xff".encode("latin-1"))
    with pytest.raises(ModelError) as caught:
        read_table(figures, ["line"])
    assert f"{figures}:2:1: the file is not UTF-8 text" in str(caught.value)


@pytest.mark.parametrize("head", ["\ufeff", ""])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_byte_order_mark_and_the_line_ends_of_windows_change_nothing(
    head: str, ends: str, tmp_path: Path
) -> None:
    folder = copied(tmp_path)
    for file in (DEAL, FIGURES):
        text = (folder / file).read_text(encoding="utf-8").replace("\n", ends)
        (folder / file).write_bytes((head + text).encode())
    plain, found = build_model(load(str(SMALL))), build_model(load(str(folder)))
    assert list(found.items) == list(plain.items)
    assert [f.id for f in found.figures] == [f.id for f in plain.figures]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files on this system")
def test_only_regular_files_are_read(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / FIGURES).unlink()
    os.mkfifo(folder / FIGURES)
    assert "deal.yaml:28:10: figures.csv is a device or a pipe, not a file" in refusal(folder)
    (folder / FIGURES).unlink()
    (folder / FIGURES).symlink_to("/dev/zero")
    assert "'figures.csv' is outside the folder" in refusal(folder)
    with pytest.raises(ModelError, match="is a device or a pipe, not a file"):
        read_text(Path("/dev/zero"))


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(65 * 2**20)
    with pytest.raises(ModelError, match="has 65 MiB: too large to read safely"):
        read_yaml(path)


def test_a_link_within_the_folder_is_followed_and_one_out_of_it_is_not(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out.csv").write_text("x")
    (tmp_path / "in" / "real.csv").write_text("x")
    (tmp_path / "in" / "link.csv").symlink_to("real.csv")
    (tmp_path / "in" / "leak.csv").symlink_to(tmp_path / "out.csv")
    assert file_in(tmp_path / "in", "link.csv") == tmp_path / "in" / "link.csv"
    with pytest.raises(ModelError, match=r"'leak\.csv' is outside the folder"):
        file_in(tmp_path / "in", "leak.csv")


def test_a_folder_without_a_deal_and_an_empty_deal_have_a_place(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "deal.yaml:1:1: the folder has no deal.yaml"
    (tmp_path / DEAL).write_text("", encoding="utf-8")
    assert refusal(tmp_path) == "deal.yaml:1:1: a deal or template needs 'name'"
    (tmp_path / DEAL).write_text("extends: leveraged-credit", encoding="utf-8")
    assert "deal.yaml:1:1: a deal or template needs 'name'" in refusal(tmp_path)


def test_braces_in_a_label_are_no_program(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(
        folder, DEAL,
        ("sales: {label: '{label}', unit", "sales: {label: 'Sales {label.__class__} {net {label}', unit"),
    )  # fmt: skip
    model = build_model(load(str(folder)))
    assert model.items["east.sales"].row_label == "Sales {label.__class__} {net East"  # type: ignore[union-attr]


def test_the_last_actual_period_may_be_a_default_of_the_template(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    said = "  quarterly.last_actual: {value: 2021-06-30, status: derived, basis: The last quarter reported}\n"
    change(
        folder, DEAL, (said, ""),
        ("{label: Last actual quarter, unit: date,", "{label: Last actual quarter, value: 2021-06-30, status: derived, basis: x, unit: date,"),
    )  # fmt: skip
    default = build_model(load(str(folder)))
    assert list(default.items) == list(build_model(load(str(SMALL))).items)


def test_an_assumed_value_and_a_column_in_a_unit_of_another_measure_are_refused(
    tmp_path: Path,
) -> None:
    folder = copied(tmp_path)
    change(
        folder, FIGURES,
        ("line,period,printed,unit,at,role,sign,precision", "line,period,printed,unit,at,role,sign,basis"),
        ('report:7,ties,,"1,000"', "report:7,ties,,"),
        ('costs,2021-06-30,"1,390",EUR thousand,report:5,feeds and ties,,', 'costs,2021-06-30,"1,390",percent,,assumed,,A view'),
    )  # fmt: skip
    (folder / "extra.csv").write_text(
        "period,extra\n" + "".join(f"2021-{m:02},1\n" for m in range(1, 13))
    )
    change(
        folder, DEAL,
        ("extra: {values: {2021-05: '50'}", "extra: {csv: extra.csv, column: extra, unit: percents"),
    )  # fmt: skip
    said = refusal(folder)
    assert (
        "figures.csv:10:1: a value in percent cannot be used for 'costs', which is in EUR thousand"
        in said
    )
    assert "deal.yaml:55:48: 'percents' is not a unit" in said


def test_a_date_is_known_by_its_form_and_its_unit_by_its_kind(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    unit = "  day: {label: calendar day, measure: date, format: d mmm yyyy, kind: date}\n"
    change(folder, DEAL, ("  flag: {label", unit + "  flag: {label"))
    row = 'loan_date,,"February 10, 2021",day,report:9,ties,,\n'
    figures = (folder / FIGURES).read_text(encoding="utf-8")
    (folder / FIGURES).write_text(figures + row, encoding="utf-8")
    assert build_model(load(str(folder))).figures[-1].value == to_serial(date(2021, 2, 10))
    (folder / FIGURES).write_text(figures + row.replace(",day,", ",count,"), encoding="utf-8")
    assert "'February 10, 2021' is a date, but its unit is number" in refusal(folder)
    (folder / FIGURES).write_text(
        figures + row.replace('"February 10, 2021"', "3"), encoding="utf-8"
    )
    assert "'3' is a number, but its unit is calendar day" in refusal(folder)


def test_an_unknown_name_is_said_once_with_how_often_it_is_used(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(
        folder, DEAL,
        ("      rate: {label: Rate, unit: fraction, range: [0%, 50%]}\n", ""),
        ("  rate: {value: 6%, status: judgement, basis: A view}\n", ""),
        ("'= -SUM_OF(interest)'", "'= -SUM_OF(interest) * rate'"),
    )  # fmt: skip
    with pytest.raises(ModelError) as caught:
        build_model(load(str(folder)))
    (problem,) = caught.value.problems
    assert problem.message == "'rate' is not a line, an assumption or a function"
    assert problem.hint.endswith("and in 1 more place")


def test_what_only_a_rolled_deal_has_is_not_checked_before(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    text = (folder / DEAL).read_text(encoding="utf-8")
    text = text.replace(
        "  Checks: {title: Checks}\n",
        "  Checks: {title: Checks}\n"
        "  Later: {title: Later, once_rolled: true, timeline: unheard, charts: [{title: x, kind: line, lines: [nothing], unit: none}]}\n",
    )
    text += (
        "  - sheet: Later\n    once_rolled: true\n    for_each: nobody\n    timeline: unheard\n"
        "    lines:\n      unknown: {label: x, unit: none, formula: '= no_such_line'}\n"
        "grids:\n  - {sheet: Later, heading: x, result: nothing, down: {label: x, input: y, values: []}, across: {label: x, input: y, values: []}}\n"
    )
    (folder / DEAL).write_text(text, encoding="utf-8")
    assert "Later" not in build_model(load(str(folder))).sheets
    (folder / DEAL).write_text(text + "rolled_from: small-before\n", encoding="utf-8")
    said = refusal(folder)
    for message in ("'unheard' is not a timeline",):
        assert message in said


def test_the_digest_of_a_text_does_not_depend_on_where_it_lies(tmp_path: Path) -> None:
    for parent in ("one", "other"):
        shutil.copytree(LEXINGTON, tmp_path / parent / f"{parent}-deal")
        shutil.copytree(ROOT / "templates" / "core", tmp_path / parent / "core")
    digests = {load(str(tmp_path / p / f"{p}-deal")).digest for p in ("one", "other")}
    digests.add(load("lexington-2006q1").digest)
    assert len(digests) == 1
    change(tmp_path / "one" / "one-deal", DEAL, ("as_of: 2006-06-01", "as_of: 2006-06-02"))
    assert load(str(tmp_path / "one" / "one-deal")).digest not in digests


def test_a_template_beside_the_deal_is_named_in_the_hint(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (tmp_path / "three-statement").mkdir()
    (tmp_path / "three-statement" / "template.yaml").write_text("name: three-statement")
    change(folder, DEAL, ("name: small", "name: small\nextends: three-statements"))
    assert "did you mean 'three-statement'?" in refusal(folder)


@pytest.mark.parametrize("style", ["line", "subtotal", "total"])
def test_a_long_label_wraps_in_every_style(style: str, tmp_path: Path) -> None:
    folder = copied(tmp_path)
    label = "A label that no column of a sheet is wide enough to show " * 3
    change(
        folder, DEAL,
        ("interest_expense: {label: Interest, unit: money,", f"interest_expense: {{label: '{label}', style: {style}, unit: money,"),
    )  # fmt: skip
    built = build(folder, tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(built.path)["Model"]
    (cell,) = [row[0] for row in sheet.iter_rows() if row[0].value == label]
    assert cell.alignment.wrap_text
    assert bool(cell.font.b) == (style != "line")


@pytest.mark.parametrize("role", list(ROLES))
def test_every_role_of_a_text_has_a_form_that_wraps(role: str) -> None:
    assert properties(f"{role}_wrapped", "") == {**properties(role, ""), "text_wrap": True}


def test_a_text_put_together_is_cut_where_a_cell_ends() -> None:
    plan = SheetPlan("x")
    plan.put(0, 0, "y" * 40_000, "plain")
    assert plan.cells[0].content == "y" * (LONGEST_TEXT - 1) + "…"
    assert fitting("y" * LONGEST_TEXT) == "y" * LONGEST_TEXT


def test_the_guide_lists_what_is_reserved_and_what_is_limited() -> None:
    guide = (ROOT / "docs" / "writing-a-deal.md").read_text(encoding="utf-8")
    reserved = guide.partition("## Reserved names")[2]
    names = [*OWN_SETS, OF_MEMBER, OF_MEMBER_DIFFERENCE, *RolesText().model_dump().values()]
    names += [
        f"{LEAF}LEAF",
        *(f"{kind.prefix}ID.COLUMN" for kind in (CHECKS, STAMPS)),
        *FIGURE_ROLES,
        ASSUMED,
    ]
    roles = list(RolesText.model_fields)
    assert [name for name in [*names, *roles] if f"`{name}`" not in reserved] == []
    limits = guide.partition("## Limits")[2]
    sizes = [
        LARGEST_FILE // 2**20,
        LONGEST_TEXT,
        DEEPEST,
        MOST_REPEATED,
        LONGEST,
        FIRST_YEAR,
        LAST_YEAR,
    ]
    assert [n for n in sizes if str(n) not in limits.replace(",", "")] == []
