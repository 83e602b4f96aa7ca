"""Broken specifications, each with the exact message it must give: place, line, caret, hint."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from modelgen.cli.main import cli, main
from modelgen.problem import ModelError
from tests.conftest import SMALL, build

DEAL, FIGURES = "deal.yaml", "figures.csv"

# file, old text, new text, message. {at} is the folder of the broken copy.
BROKEN = {
    "unknown key": (
        DEAL,
        "growth: {label: Growth a quarter, unit",
        "growth: {label: Growth a quarter, basi: x, unit",
        "{at}/deal.yaml:67:41: 'basi' is not a key of an input\n"
        "    growth: {label: Growth a quarter, basi: x, unit: fraction, range: [-50%, 50%]}\n"
        "                                      ^^^^  did you mean 'basis'?",
    ),
    "unknown name": (
        DEAL,
        "'= sales - costs + interest_expense'",
        "'= sale - costs + interest_expense'",
        "{at}/deal.yaml:126:56: 'sale' is not a line, an assumption or a function\n"
        "    result: {label: Result, unit: money, formula: '= sale - costs + interest_expense', style: total}\n"
        "                                                     ^^^^  did you mean 'sales'? (deal.yaml:119)",
    ),
    "wrong type": (
        DEAL,
        "factor: 0.001",
        "factor: a lot",
        "{at}/deal.yaml:11:47: 'factor' should be a number, not 'a lot'\n"
        "    euros: {label: EUR, measure: money, factor: a lot, format: '#,##0'}\n"
        "                                                ^^^^^",
    ),
    "keys where a list belongs": (
        DEAL,
        "range: [-50%, 50%]",
        "range: wide",
        "{at}/deal.yaml:67:64: 'range' should be a list\n"
        "    growth: {label: Growth a quarter, unit: fraction, range: wide}\n"
        "                                                             ^^^^",
    ),
    "text where a number is needed": (
        DEAL,
        "loan: {value: '1,200'",
        "loan: {value: 'twelve'",
        "{at}/deal.yaml:48:18: 'twelve' is not a number\n"
        "    loan: {value: 'twelve', status: judgement, basis: A view}\n"
        "                   ^^^^^^",
    ),
    "bad date": (
        DEAL,
        "as_of: 2021-07-15",
        "as_of: 15.7.2021",
        "{at}/deal.yaml:5:8: '15.7.2021' is not a date: write year-month-day, as in 2010-05-31\n"
        "    as_of: 15.7.2021\n"
        "           ^^^^^^^^^",
    ),
    "day that is not in the calendar": (
        DEAL,
        "loan_date: {value: 2021-02-10",
        "loan_date: {value: 2021-02-30",
        "{at}/deal.yaml:49:22: '2021-02-30' is not a date: write year-month-day, as in 2010-05-31\n"
        "    loan_date: {value: 2021-02-30, status: judgement, basis: A view}\n"
        "                       ^^^^^^^^^^",
    ),
    "duplicate id": (
        DEAL,
        "      result: {label: Result",
        "      sales: {label: Result",
        "{at}/deal.yaml:126:7: 'sales' is defined twice\n"
        "    sales: {label: Result, unit: money, formula: '= sales - costs + interest_expense', style: total}\n"
        "    ^^^^^  first in deal.yaml:119",
    ),
    "duplicate key": (
        DEAL,
        "  loan: {value: '1,200'",
        "  growth: {value: 3%}\n  loan: {value: '1,200'",
        "{at}/deal.yaml:48:3: the key 'growth' is given twice\n"
        "    growth: {value: 3%}\n"
        "    ^^^^^^  first in deal.yaml:47",
    ),
    "missing file": (
        DEAL,
        "figures: figures.csv",
        "figures: figure.csv",
        "{at}/deal.yaml:28:10: there is no file {at}/figure.csv\n"
        "    figures: figure.csv\n"
        "             ^^^^^^^^^^",
    ),
    "cycle": (
        DEAL,
        "formula: '= closing[-1]'}",
        "formula: '= closing'}",
        "{at}/deal.yaml:103:7: lines need each other in the same period: opening needs closing, closing needs opening\n"
        "    opening: {label: Opening, unit: money, formula: '= closing'}\n"
        "    ^^^^^^^  a balance of the previous period is written closing[-1]",
    ),
    "formula that does not parse": (
        DEAL,
        "'= MIN(opening, instalment + extra)'",
        "'= MIN(opening, instalment + extra'",
        "{at}/deal.yaml:105:82: the formula ends too early: a ')' is missing\n"
        "    paid: {label: Paid, unit: money, formula: '= MIN(opening, instalment + extra', total: true}\n"
        "                                                                               ^",
    ),
    "wrong number of arguments": (
        DEAL,
        "'= MIN(0, closing)'",
        "'= ABS(0, closing)'",
        "{at}/deal.yaml:110:72: ABS takes 1 argument, not 2\n"
        "    loan_positive: {label: Loan below zero, unit: money, formula: '= ABS(0, closing)'}\n"
        "                                                                     ^^^",
    ),
    "function not allowed": (
        DEAL,
        "'= MIN(0, closing)'",
        "'= OFFSET(closing, 0, 1)'",
        "{at}/deal.yaml:110:72: OFFSET is not a function of the language\n"
        "    loan_positive: {label: Loan below zero, unit: money, formula: '= OFFSET(closing, 0, 1)'}\n"
        "                                                                     ^^^^^^  docs/formula-language.md lists the functions",
    ),
    "constant in a formula": (
        DEAL,
        "'= sales - costs + interest_expense'",
        "'= sales * 1.1 - costs'",
        "{at}/deal.yaml:126:64: the constant 1.1 is not allowed in a formula\n"
        "    result: {label: Result, unit: money, formula: '= sales * 1.1 - costs', style: total}\n"
        "                                                             ^^^  make it an input with a name, unit and basis; only 0 and 1 are allowed",
    ),
    "unit missing": (
        DEAL,
        "loan: {label: Loan, unit: money, range",
        "loan: {label: Loan, range",
        "{at}/deal.yaml:68:7: an input needs 'unit'\n"
        "    loan: {label: Loan, range: ['0', '10000']}\n"
        "    ^^^^",
    ),
    "a percentage of money": (
        FIGURES,
        'costs,2021-06-30,"1,390"',
        "costs,2021-06-30,5%",
        "{at}/figures.csv:10:1: '5%' is a percentage, but its unit is EUR thousand\n"
        "    costs,2021-06-30,5%,EUR thousand,report:5,feeds and ties,,\n"
        "    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
    ),
    "period missing": (
        FIGURES,
        "costs,2021-06-30,",
        "costs,,",
        "{at}/figures.csv:10:1: the figure names no period, but 'costs' has a value for each\n"
        '    costs,,"1,390",EUR thousand,report:5,feeds and ties,,\n'
        "    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
    ),
    "figure without source line": (
        FIGURES,
        '"1,390",EUR thousand,report:5',
        '"1,390",EUR thousand,',
        "{at}/figures.csv:10:1: the row cites no source and place\n"
        '    costs,2021-06-30,"1,390",EUR thousand,,feeds and ties,,\n'
        "    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^  for example release:190",
    ),
    "figure without line item": (
        FIGURES,
        'costs,2021-06-30,"1,390"',
        ',2021-06-30,"1,390"',
        "{at}/figures.csv:10:1: the figure names no line item to tie to\n"
        '    ,2021-06-30,"1,390",EUR thousand,report:5,feeds and ties,,\n'
        "    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
    ),
    "figure that is no number": (
        FIGURES,
        '"1,390"',
        '"1,39o"',
        "{at}/figures.csv:10:19: '1,39o' is not a printed number\n"
        '    costs,2021-06-30,"1,39o",EUR thousand,report:5,feeds and ties,,\n'
        "                      ^^^^^",
    ),
    "figure in a unit of another measure": (
        FIGURES,
        "15%,percent",
        "15,EUR",
        "{at}/figures.csv:12:1: a figure in EUR cannot tie to 'margin', which is in fraction\n"
        "    margin,2021-06-30,15,EUR,report:7,ties,,\n"
        "    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
    ),
    "label beginning with =": (
        DEAL,
        "label: Growth a quarter",
        "label: '=Growth'",
        "{at}/deal.yaml:67:24: a label may not begin with '=': it is a text, not a formula\n"
        "    growth: {label: '=Growth', unit: fraction, range: [-50%, 50%]}\n"
        "                     ^^^^^^^",
    ),
    "sheet name too long": (
        DEAL,
        "  Map: {title",
        "  The map of all the lines of the model: {title",
        "{at}/deal.yaml:43:3: the sheet name 'The map of all the lines of the model' has 37 characters; Excel allows 31\n"
        "    The map of all the lines of the model: {title: Map, kind: map}\n"
        "    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
    ),
    "sheet name with a slash": (
        DEAL,
        "  Map: {title",
        "  Map/lines: {title",
        "{at}/deal.yaml:43:3: the sheet name 'Map/lines' contains /; Excel allows none of []:*?/\\\n"
        "    Map/lines: {title: Map, kind: map}\n"
        "    ^^^^^^^^^",
    ),
    "value NaN": (
        DEAL,
        "rate: {value: 6%",
        "rate: {value: .NaN",
        "{at}/deal.yaml:51:17: '.NaN' is not a finite number\n"
        "    rate: {value: .NaN, status: judgement, basis: A view}\n"
        "                  ^^^^",
    ),
    "value infinite": (
        DEAL,
        "rate: {value: 6%",
        "rate: {value: -inf",
        "{at}/deal.yaml:51:17: '-inf' is not a finite number\n"
        "    rate: {value: -inf, status: judgement, basis: A view}\n"
        "                  ^^^^",
    ),
    "value out of range": (
        DEAL,
        "rate: {value: 6%",
        "rate: {value: 60%",
        "{at}/deal.yaml:51:3: 'rate': 60% is out of range: from 0% to 50%\n"
        "    rate: {value: 60%, status: judgement, basis: A view}\n"
        "    ^^^^",
    ),
    "unknown status": (
        DEAL,
        "rate: {value: 6%, status: judgement",
        "rate: {value: 6%, status: judgment",
        "{at}/deal.yaml:51:29: 'judgment' is not one of published, derived, judgement\n"
        "    rate: {value: 6%, status: judgment, basis: A view}\n"
        "                              ^^^^^^^^  did you mean 'judgement'?",
    ),
    "unknown sheet": (
        DEAL,
        "  - sheet: Model\n    heading: Result",
        "  - sheet: Modell\n    heading: Result",
        "{at}/deal.yaml:120:12: 'Modell' is not a sheet\n"
        "    - sheet: Modell\n"
        "             ^^^^^^  did you mean 'Model'?",
    ),
    "timelines mixed": (
        DEAL,
        "'= -SUM_OF(interest)'",
        "'= -interest'",
        "{at}/deal.yaml:125:69: 'interest' is by month, but this line is by quarter\n"
        "    interest_expense: {label: Interest, unit: money, formula: '= -interest'}\n"
        "                                                                  ^^^^^^^^  use SUM_OF(line) to roll up, or VALUE_ON(line, date) to look up",
    ),
    "row where one value belongs": (
        DEAL,
        "'= SUM(interest)'",
        "'= interest'",
        "{at}/deal.yaml:133:68: 'interest' has a value for each month, but this line has only one\n"
        "    all_interest: {label: All interest, unit: money, formula: '= interest'}\n"
        "                                                                 ^^^^^^^^  use SUM, MAX or MIN of it, or VALUE_ON(line, date)",
    ),
    "looking back across a gap": (
        DEAL,
        "forecast: '= costs[-1]'",
        "forecast: '= costs[-4]'",
        "{at}/deal.yaml:124:7: 'costs' looks back 4 periods, before the first of its timeline\n"
        "    costs: {label: Costs, unit: money, leaf: true, forecast: '= costs[-4]'}\n"
        "    ^^^^^  only the previous period may be missing, and it reads as zero",
    ),
    "division by zero": (
        DEAL,
        '(sales - costs) / sales, "n/a")\'',
        '(sales - costs) / (sales - sales), "n/a")\'',
        "{at}/deal.yaml:127:7: 'margin' is an error in the period ending 2020-03-31\n"
        "    margin: {label: Margin, unit: fraction, formula: '= IF(sales > 0, (sales - costs) / (sales - sales), \"n/a\")'}\n"
        "    ^^^^^^  it divides by zero or uses text as a number; guard it with IF or IFERROR",
    ),
    "name that Excel reads as a cell": (
        DEAL,
        "all_interest:",
        "tax2006:",
        "{at}/deal.yaml:133:7: Excel reads the name 'tax2006' as a cell\n"
        "    tax2006: {label: All interest, unit: money, formula: '= SUM(interest)'}\n"
        "    ^^^^^^^",
    ),
    "input that the model has not": (
        DEAL,
        "  growth: {value: 2%",
        "  growht: {value: 1%, status: judgement, basis: A view}\n  growth: {value: 2%",
        "{at}/deal.yaml:47:3: 'growht' is not an input of the model\n"
        "    growht: {value: 1%, status: judgement, basis: A view}\n"
        "    ^^^^^^  did you mean 'growth'?",
    ),
    "template that is missing": (
        DEAL,
        "name: small\n",
        "name: small\nextends: leveraged-credits\n",
        "{at}/deal.yaml:3:10: there is no template 'leveraged-credits'\n"
        "    extends: leveraged-credits\n"
        "             ^^^^^^^^^^^^^^^^^  did you mean 'leveraged-credit'?",
    ),
    "YAML that does not parse": (
        DEAL,
        "name: small\n",
        "name: [small\n",
        "{at}/deal.yaml:3:8: the YAML cannot be read: did not find expected ',' or ']'\n"
        "    company: Small Company\n"
        "           ^",
    ),
}


@pytest.mark.parametrize("case", list(BROKEN))
def test_a_broken_deal_says_what_is_wrong_and_where(case: str, tmp_path: Path) -> None:
    file, old, new, message = BROKEN[case]
    folder = tmp_path / "deal"
    shutil.copytree(SMALL, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        build(folder, tmp_path / "out.xlsx")
    assert str(caught.value) == message.replace("{at}", str(folder))
    assert not (tmp_path / "out.xlsx").exists()


def test_all_problems_are_reported_in_one_run(tmp_path: Path) -> None:
    folder = tmp_path / "deal"
    shutil.copytree(SMALL, folder)
    text = (folder / DEAL).read_text(encoding="utf-8")
    for old, new in (
        ("'= sales - costs + interest_expense'", "'= sale - cost + interest_expense'"),
        ("'= MIN(0, closing)'", "'= ABS(0, closing)'"),
        ("loan: {value: '1,200'", "loan: {value: 'twelve'"),
    ):
        text = text.replace(old, new)
    (folder / DEAL).write_text(text, encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        build(folder, tmp_path / "out.xlsx")
    assert [p.message for p in caught.value.problems] == [
        "'twelve' is not a number",
        "ABS takes 1 argument, not 2",
        "'sale' is not a line, an assumption or a function",
        "'cost' is not a line, an assumption or a function",
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ["build", "lexington"],
            2,
            "there is no deal or folder 'lexington' (did you mean 'lexington-2006q1'?)",
        ),
        (
            ["build", "lexington-2006q1", "--set", "libor_1m.shfit=1%", "-o", "OUT"],
            2,
            "'libor_1m.shfit' is not an input (did you mean 'libor_1m.shift'?)",
        ),
        (
            ["build", "lexington-2006q1", "--set", "libor_1m.shift=high", "-o", "OUT"],
            2,
            "libor_1m.shift: 'high' is not a number",
        ),
        (
            ["build", "lexington-2006q1", "--scenario", "rates", "-o", "OUT"],
            2,
            "the deal has no scenario 'rates' (did you mean 'rates_up'?)",
        ),
        (["build", "lexington-2006q1", "-o", "model.xls"], 2, "model.xls must end in .xlsx"),
        (["check", "nothing.xlsx"], 2, "there is no file nothing.xlsx"),
        (["check", "README.md"], 2, "README.md is not an Excel workbook (.xlsx)"),
        (
            ["coverage", "lexington-2006q1", "--source", "nothing.txt"],
            2,
            "there is no file nothing.txt",
        ),
    ],
)
def test_the_command_line_says_it_in_a_sentence(
    arguments: list[str],
    code: int,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text("text", encoding="utf-8")
    monkeypatch.setattr(
        "sys.argv", ["modelgen", *[a.replace("OUT", str(tmp_path / "o.xlsx")) for a in arguments]]
    )
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == code
    assert capsys.readouterr().err.strip() == message


@pytest.mark.parametrize(
    "arguments",
    [
        ["build"],
        ["bild", "x"],
        ["check", "x.xlsx", "--engine", "excel"],
        ["build", "x", "--set", "a"],
    ],
)
def test_bad_usage_exits_with_2(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["modelgen", *arguments])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2


def test_help_names_every_command() -> None:
    text = CliRunner().invoke(cli, ["--help"]).output
    for command in (
        "list",
        "build",
        "recalc",
        "check",
        "verify",
        "coverage",
        "audit",
        "trace",
        "pull",
        "diff",
    ):
        assert f"\n  {command} " in text
        assert CliRunner().invoke(cli, [command, "--help"]).exit_code == 0


def test_a_workbook_that_modelgen_did_not_build_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import openpyxl

    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    monkeypatch.setattr("sys.argv", ["modelgen", "check", str(tmp_path / "other.xlsx")])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert "is not a workbook that modelgen built" in capsys.readouterr().err


def test_an_existing_file_is_left_whole_when_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.xlsx"
    target.write_bytes(b"kept")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.replace", refuse)
    with pytest.raises(ModelError) as caught:
        build(SMALL, target)
    assert (
        str(caught.value)
        == f"{target} cannot be written: is it open in Excel? Close it and try again"
    )
    assert target.read_bytes() == b"kept"
    assert [p.name for p in tmp_path.iterdir()] == ["out.xlsx"]
