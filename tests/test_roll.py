"""The next quarter's deal: its text, its workbook, and the sheet of what was forecast against what came."""

import csv
from pathlib import Path

import openpyxl
import pytest

from modelgen.model.build import build_model
from modelgen.problem import ModelError
from modelgen.review.audit import audit
from modelgen.review.coverage import cover
from modelgen.review.verify import verify
from modelgen.roundtrip.roll import quarter_end, roll
from modelgen.text.figures import read_figures
from modelgen.text.load import load
from modelgen.workbook.recalculate import Workbook
from tests.calls import failing, untied
from tests.conftest import RELEASE, ROOT, Built, build, needs_shared
from tests.test_commands import run

QUARTER = ROOT / "tests" / "deals" / "second-quarter"
OPTIONS = ("--source", "Notes of the second quarter", "--published", "2006-08-14")


@pytest.fixture(scope="module")
def rolled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rolled") / "lexington-2006q2"
    code, out, errors = run(
        "roll", "lexington-2006q1", "--to", "2006q2", "--figures", QUARTER / "figures.csv", *OPTIONS,
        "-o", folder, "--json",
    )  # fmt: skip
    assert (code, errors) == (0, "")
    assert (out["figures"], out["assumed"], len(out["forecast"])) == (10, 5, 7)
    assert (out["untied"], out["failing"], out["ok"]) == ([], [], True)
    return folder


@pytest.fixture(scope="module")
def second(rolled: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(rolled, tmp_path_factory.mktemp("second") / "second.xlsx")


def test_the_forecast_quarter_is_actual_and_all_holds(second: Built) -> None:
    for engine in ("ironcalc", "formulas"):
        found = Workbook(second.path, engine).recalculate({})
        assert (untied(found), failing(found)) == ([], [])
        lines = found.report()["lines"]
        column = lines["net_sales"]["periods"].index("2006-06-30")
        assert lines["fiscal.actual"]["values"][column] == 1
        for id_, value in {
            "net_sales": 24439, "rubber.net_sales": 21070, "metals.net_sales": 3369,
            "income_from_operations": 1572, "rubber.income_from_operations": 2445,
            "metals.income_from_operations": -235, "income_continuing": -1033,
            "income_discontinued": -69, "net_income": -1102,
        }.items():  # fmt: skip
            assert lines[id_]["values"][column] == value, id_
        assert lines["rubber.net_sales"]["values"][column + 1] == 21070  # the rest goes on from it
    assert verify(second.written, "formulas").differing == ()
    assert audit(second.path).findings == ()


def test_the_variance_is_what_came_less_what_the_deal_before_forecast(
    second: Built, lexington: Built
) -> None:
    forecast = lexington.evaluation.values
    column = lexington.model.timelines["fiscal"].columns.index(quarter_end("2006q2"))
    values = second.evaluation.values
    compared = [i for i in second.model.inputs() if i.forecast_of]
    assert len(compared) == 15 + 2 + 3 + 3 + 3
    for item in compared:
        before = item.id.removesuffix(".forecast")
        line = item.forecast_of or ""
        came = values[line][0, column]
        assert values[f"{before}.foreseen"][0, 0] == pytest.approx(
            forecast[line][0, column], rel=1e-9
        )
        assert values[f"{before}.came"][0, 0] == came
        assert values[f"{before}.difference"][0, 0] == pytest.approx(
            came - forecast[line][0, column], abs=1e-6
        )
    sheet = openpyxl.load_workbook(second.path, data_only=True)["Variance"]
    rows = {row[0]: row[3:6] for row in sheet.iter_rows(values_only=True) if row[0]}
    assert rows["Net sales"] == pytest.approx((24798, 24439, -359))


def test_assumed_values_are_marked_and_no_figures(second: Built) -> None:
    item = second.model.items["actual.cost_of_sales"]
    assert item.assumed == (2,)  # type: ignore[union-attr]
    assert "2006-06-30 assumed: Not given; with selling and administrative" in item.basis  # type: ignore[union-attr]
    assert not any(f.line == "cost_of_sales" and f.column == 2 for f in second.model.figures)
    book = openpyxl.load_workbook(second.path)
    name = book.defined_names["actual.cost_of_sales"].attr_text
    area = book["Actuals"][str(name).split("!")[1].replace("$", "")]
    assert [bool(cell.font.i) for cell in area[0][:3]] == [False, True, False]


@needs_shared
def test_both_sources_stay_accounted_for(rolled: Path) -> None:
    deal = load(str(rolled))
    notes = cover(deal, QUARTER / "notes.txt", "notes")
    assert notes.complete
    assert (notes.numerals, notes.dates) == (9, 1)
    assert cover(deal, RELEASE, "release").complete


def test_the_text_changes_where_the_roll_changes_it_alone(rolled: Path) -> None:
    old = (ROOT / "templates" / "lexington-2006q1" / "deal.yaml").read_text(encoding="utf-8")
    new = (rolled / "deal.yaml").read_text(encoding="utf-8")
    removed = [line for line in old.splitlines() if line not in new.splitlines()]
    assert [line.split(":")[0] for line in removed] == ["name", "title", "as_of"]
    with (rolled / "figures.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    assert [r["printed"] for r in rows if r["line"] == "fiscal.last_actual"] == ["June 30, 2006"]
    # The date that the old release prints is the end of the first period, which does not move.
    assert [r["line"] for r in rows if r["at"] == "release:86"] == ["fiscal.first_period_end"]


def test_a_roll_of_a_roll_keeps_both_forecasts(rolled: Path, tmp_path: Path) -> None:
    third = tmp_path / "third.csv"
    third.write_text(
        "line,period,printed,unit,at,role\n"
        'rubber.net_sales,2006-09-30,"20,000",money,notes:2,feeds and ties\n',
        encoding="utf-8",
    )
    done = roll(load(str(rolled)), quarter_end("2006-09-30"), read_figures(third), tmp_path / "q3")
    model = build_model(load(str(done.folder)))
    kept = model.items["rubber.net_sales.forecast"].values  # type: ignore[union-attr]
    assert kept[2] == pytest.approx(21709)
    assert kept[3] == pytest.approx(21070)
    assert len(done.forecast) == 16
    code, out, _ = run("roll", rolled, "--to", "2006q3", "--figures", third, "-o", tmp_path / "q3")
    assert (code, out) == (2, None)


def test_a_deal_that_was_not_rolled_has_no_such_sheets(lexington: Built) -> None:
    assert not {"Variance", "Forecasts"} & set(lexington.model.sheets)


@pytest.mark.parametrize(
    ("to", "text", "options", "message"),
    [
        ("2006q4", "", OPTIONS, "the last actual period ends 2006-03-31: roll to 2006-06-30 first"),
        ("2006q1", "", OPTIONS, "the period ending 2006-03-31 is already actual"),
        ("2016q1", "", OPTIONS, "the timeline 'fiscal' has no period ending 2016-03-31"),
        (
            "soon",
            "",
            OPTIONS,
            "'soon' is not a period (write 2006q2, Q2 FY2006, FY2006 or 2006-06-30)",
        ),
        (
            "2006q2",
            "net_sales,2006-06-30,1,money,notes:1,ties,",
            (),
            "figures.csv:2:1: 'notes' is not a source",
        ),
        (
            "2006q2",
            "net_sale,2006-06-30,1,money,notes:1,ties,",
            OPTIONS,
            "figures.csv:2:1: 'net_sale' is not a line or an input",
        ),
        (
            "2006q2",
            "net_sales,2006-06-30,1,money,,assumed,Because",
            OPTIONS,
            "figures.csv:2:1: 'net_sales' is not a leaf: its values are computed",
        ),
        (
            "2006q2",
            "cost_of_sales,2006-06-30,1,money,,assumed,",
            OPTIONS,
            "figures.csv:2:1: the assumed value has no basis: say why it has this value",
        ),
        (
            "2006q2",
            "cost_of_sales,2006-06-30,1,mony,,assumed,Because",
            OPTIONS,
            "figures.csv:2:1: 'mony' is not a unit",
        ),
        (
            "2006q2",
            "cost_of_sales,2006-06-30,1,money,notes:1,assumed,Because",
            OPTIONS,
            "figures.csv:2:34: an assumed value has no source: leave 'at' blank",
        ),
    ],
)
def test_what_is_wrong_with_the_quarter_is_said_of_its_own_file(
    tmp_path: Path, to: str, text: str, options: tuple[str, ...], message: str
) -> None:
    figures = tmp_path / "figures.csv"
    figures.write_text(f"line,period,printed,unit,at,role,basis\n{text}\n", encoding="utf-8")
    code, _, errors = run(
        "roll",
        "lexington-2006q1",
        "--to",
        to,
        "--figures",
        figures,
        *options,
        "-o",
        tmp_path / "new",
    )
    assert code == 2
    assert message in errors
    assert "Traceback" not in errors
    assert not (tmp_path / "new").exists()
    assert list(tmp_path.iterdir()) == [figures]


def test_errors_raised_leave_the_deal_alone(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        roll(load("lexington-2006q1"), quarter_end("2007q1"), read_figures(QUARTER / "figures.csv"))
