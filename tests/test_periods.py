"""Periods as documents name them: in figures, values, settings and rolls; and what is refused, and why."""

from pathlib import Path

import pytest

from modelgen.contract import FISCAL_PROPERTY
from modelgen.fiscal import CALENDAR_YEAR, Fiscal
from modelgen.model.build import build_model
from modelgen.model.plain import Input
from modelgen.problem import ModelError
from modelgen.roundtrip.roll import quarter_end
from modelgen.text.load import load
from modelgen.workbook.recalculate import Workbook
from tests.conftest import Built, build
from tests.test_calendar import made
from tests.test_text import DEAL, FIGURES, change, copied, refusal


def test_figures_name_their_periods_and_state_their_durations(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(
        folder,
        FIGURES,
        ("costs,2020-03-31", "costs,Q1 FY2020"),
        ("costs,2021-03-31", "costs,2021-01-01/2021-03-31"),
        ("costs,2021-06-30", "costs,q2 fy2021"),
    )
    plain, named = (
        build_model(load(str(copied(tmp_path / "plain")))),
        build_model(load(str(folder))),
    )
    assert [(f.id, f.line, f.column, f.period) for f in named.figures] == [
        (f.id, f.line, f.column, f.period) for f in plain.figures
    ]
    before, after = plain.items["actual.costs"], named.items["actual.costs"]
    assert isinstance(before, Input) and isinstance(after, Input)
    assert before.values == after.values


WRONG = {
    "nine months for a quarter": ("costs,2021-06-30", "costs,9M FY2021", "figures.csv:10:1: 'costs' runs by quarter, but this figure covers 9 months (9M FY2021)"),
    "a year for a quarter": ("costs,2021-06-30", "costs,FY2021", "figures.csv:10:1: 'costs' runs by quarter, but this figure covers 12 months (FY2021)"),
    "a month for a quarter": ("costs,2021-06-30", "costs,2021-06", "figures.csv:10:1: 'costs' runs by quarter, but this figure covers 1 month (June 2021)"),
    "days for a quarter": ("costs,2021-06-30", "costs,2021-04-10/2021-06-30", "figures.csv:10:1: 'costs' runs by quarter, but this figure covers 82 days (2021-04-10/2021-06-30)"),
    "a day that ends no period": ("costs,2021-06-30", "costs,2021-06-29", "figures.csv:10:1: 'costs' has no period ending 2021-06-29"),
    "no period at all": ("costs,2021-06-30", "costs,second quarter", "figures.csv:10:7: 'second quarter' is not a period: write FY2025, Q3 FY2024, H1 FY2024, 9M FY2024, 2024-08-04/2024-11-02, 2024-11-02 or 2024-11"),
}  # fmt: skip


@pytest.mark.parametrize("case", list(WRONG))
def test_a_figure_of_another_duration_is_refused(case: str, tmp_path: Path) -> None:
    old, new, message = WRONG[case]
    folder = copied(tmp_path)
    change(folder, FIGURES, (old, new))
    assert refusal(folder).splitlines()[0] == message


def test_a_balance_is_of_the_last_day_whatever_the_duration(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(folder, FIGURES, ("costs,2021-06-30", "costs,H1 FY2021"))
    assert "covers 6 months" in refusal(folder)
    change(folder, DEAL, ("costs: {label: Costs, unit: money, leaf", "costs: {label: Costs, unit: money, kind: balance, leaf"))  # fmt: skip
    assert build_model(load(str(folder))).figures[8].column == 2


def test_values_are_given_by_the_names_of_periods(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    change(
        folder,
        DEAL,
        ("extra: {values: {2021-05: '50'}", "extra: {values: {May 2021: '50', 2021-06-12: '7'}"),
    )
    item = build_model(load(str(folder))).items["extra"]
    assert isinstance(item, Input)
    assert item.values == (0, 0, 0, 0, 50, 7, 0, 0, 0, 0, 0, 0)


def test_a_rate_for_a_year_holds_in_each_of_its_periods_and_an_amount_does_not(
    tmp_path: Path,
) -> None:
    folder = copied(tmp_path)
    change(
        folder,
        DEAL,
        ("extra: {values: {2021-05: '50'}", "extra: {values: {FY2021: 5%, Q2 FY2021: 6%, 2021-05: 7%}"),
        ("extra: {label: Extra payment, unit: money, range: ['0', '10000'], value: '0'", "extra: {label: Extra rate, unit: fraction, range: [0%, 10%], value: 0%"),
        ("instalment + extra", "instalment * (1 + extra)"),
    )  # fmt: skip
    item = build_model(load(str(folder))).items["extra"]
    assert isinstance(item, Input)
    assert item.values == (0.05, 0.05, 0.05, 0.06, 0.07, 0.06, *[0.05] * 6)
    folder = copied(tmp_path / "amount")
    change(folder, DEAL, ("extra: {values: {2021-05: '50'}", "extra: {values: {FY2021: '50'}"))
    assert refusal(folder).splitlines()[0] == (
        "deal.yaml:55:20: 'extra' has a value for each month, and FY2021 is longer"
    )


def test_settings_name_their_periods(small: Built) -> None:
    model = build_model(small.text, {"extra@May 2021": "60", "costs@Q1 FY2021": "1300"})
    assert model.items["extra"].values[4] == 60  # type: ignore[union-attr]
    assert model.items["actual.costs"].values[1] == 1300  # type: ignore[union-attr]
    book = Workbook(small.path, "ironcalc").recalculate({"extra@May 2021": 60})
    assert book.report(["extra"])["inputs"]["extra"]["values"][4] == 60
    for wrong in ("FY2021", "Q1 FY2025", "soon"):
        with pytest.raises(ModelError, match=f"costs: it has no period {wrong}; its periods run"):
            build_model(small.text, {f"costs@{wrong}": "1"})


def test_a_roll_names_its_period() -> None:
    for text in ("2006q2", "Q2 FY2006", "2006-06-30", "2006-06"):
        assert quarter_end(text).isoformat() == "2006-06-30"
    assert quarter_end("FY2006", CALENDAR_YEAR).isoformat() == "2006-12-31"


def test_which_year_a_fiscal_year_is_called_after_reaches_the_workbook(tmp_path: Path) -> None:
    deal = made("weeks", tmp_path)
    book = Workbook(build(deal, tmp_path / "x.xlsx").path, "ironcalc")
    assert Fiscal.from_text(book.contents.properties[FISCAL_PROPERTY]) == load(str(deal)).fiscal
    found = book.recalculate({"net_sales@Q3 FY2024": 120}).report(["net_sales"])
    assert found["lines"]["net_sales"]["values"][1] == 120
