"""Short values, and what follows from the text unless the deal gives it."""

import shutil
from pathlib import Path

import pytest

from modelgen.api.deals import build as build_book
from modelgen.api.workbooks import check
from modelgen.dates import from_serial
from modelgen.evaluate.verdict import verdict_of
from modelgen.model.build import build_model
from modelgen.model.plain import Input, Model
from modelgen.problem import ModelError
from modelgen.review.build import solved
from modelgen.text.load import load
from modelgen.workbook.contents import read_contents
from tests.conftest import SMALL

DEAL, FIGURES = "deal.yaml", "figures.csv"
LAST = "  quarterly.last_actual: {value: 2021-06-30, status: derived, basis: The last quarter reported}\n"
EXTRA = "  extra: {values: {2021-05: '50'}, status: judgement, basis: A view}\n"
PLANNED = (
    "      growth: {label: Growth a quarter",
    "      planned: {label: Planned, unit: money, range: ['0', '10000']}\n      growth: {label: Growth a quarter",
)


def changed(tmp_path: Path, *changes: tuple[str, str], file: str = DEAL) -> Path:
    folder = tmp_path / "deal"
    if not folder.is_dir():
        shutil.copytree(SMALL, folder)
    text = (folder / file).read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    (folder / file).write_text(text, encoding="utf-8")
    return folder


def quarterly(tmp_path: Path, value: str, declared: str = "range: ['0', '100']") -> Path:
    """The small deal with an input for each quarter, and a value for it."""
    return changed(
        tmp_path,
        ("    lines:\n      costs: {label", f"    inputs:\n      paid_out: {{label: Paid out, unit: money, {declared}}}\n    lines:\n      costs: {{label"),
        ("  Model: {title: Model, timeline: quarterly}", "  Model: {title: Model, timeline: quarterly, inputs: true}"),
        (EXTRA, f"{EXTRA}  paid_out: {value}\n"),
    )  # fmt: skip


def model(folder: Path) -> Model:
    return build_model(load(str(folder)))


def given(folder: Path, id_: str) -> Input:
    found = model(folder).items[id_]
    assert isinstance(found, Input)
    return found


def said(folder: Path) -> list[str]:
    with pytest.raises(ModelError) as caught:
        model(folder)
    return [
        f"{Path(p.place.file).name}:{p.place.line}:{p.place.column}: {p.message}{f' ({p.hint})' if p.hint else ''}"
        for p in caught.value.problems
        if p.place
    ]


def test_values_is_another_word_for_assumptions(tmp_path: Path) -> None:
    same = model(changed(tmp_path, ("assumptions:\n", "values:\n")))
    assert [(i.id, i.values, i.basis) for i in same.inputs()] == [
        (i.id, i.values, i.basis) for i in model(SMALL).inputs()
    ]


def test_one_input_may_be_given_under_one_word_only(tmp_path: Path) -> None:
    folder = changed(tmp_path, ("sections:\n", "values: {growth: 3%}\nsections:\n"))
    assert said(folder) == [
        "deal.yaml:57:10: the value of 'growth' is given twice (also in deal.yaml:47)"
    ]


def test_a_value_alone_is_a_judgement_without_basis(tmp_path: Path) -> None:
    folder = changed(
        tmp_path, ("growth: {value: 2%, status: judgement, basis: A view}", "growth: 2%")
    )
    growth = given(folder, "growth")
    assert (growth.values, growth.status, growth.basis) == ((0.02,), "judgement", "")
    assert verdict_of(solved(load(str(folder)))).unfounded == ("growth",)


def test_the_workbook_its_cover_and_all_reports_say_what_has_no_basis(tmp_path: Path) -> None:
    folder = changed(
        tmp_path,
        ("growth: {value: 2%, status: judgement, basis: A view}", "growth: 2%"),
        ("rate: {value: 6%, status: judgement, basis: A view}", "rate: {value: 6%}"),
    )
    book = build_book(folder, tmp_path / "book.xlsx")
    constants = read_contents(book.path).constants
    beside = {sheet for (sheet, _, _), value in constants.items() if value == "no basis given"}
    assert beside == {"Inputs", "Map"}
    count = [
        v
        for (sheet, _, _), v in constants.items()
        if sheet == "Cover" and "the Map marks" in str(v)
    ]
    assert count == [
        f"2 of {len(model(folder).inputs())} inputs: the Map marks them 'no basis given'"
    ]
    assert book.verdict.ok
    assert (
        book.verdict.unfounded
        == check(book.path, engine="ironcalc").unfounded
        == ("growth", "rate")
    )
    assert book.verdict.as_json()["unfounded"] == ["growth", "rate"]
    assert "no basis given: growth, rate" in list(book.verdict.details())
    assert ("Judgements without a basis", "2") in book.verdict.facts()


def test_a_deals_value_does_not_take_the_basis_of_a_default(tmp_path: Path) -> None:
    folder = changed(tmp_path, (EXTRA, "  days_in_year: '365'\n" + EXTRA))
    days = given(folder, "days_in_year")
    assert (days.values, days.basis, days.status) == ((365.0,), "", "judgement")


def test_an_overlay_takes_the_short_forms_and_no_other_values_basis(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text("values:\n  growth: 3%\n  extra: {2021-06-30: '7'}\n", encoding="utf-8")
    built = build_model(load(str(SMALL), (overlay,)))
    growth, extra = built.items["growth"], built.items["extra"]
    assert isinstance(growth, Input)
    assert isinstance(extra, Input)
    assert (growth.values, growth.basis) == ((0.03,), "")
    assert extra.values[4:6] == (50.0, 7.0)


@pytest.mark.parametrize(
    "value",
    ["['5', '6']", "{values: ['5', '6'], basis: A plan}", "{2021-09-30: '5', 2021-12: '6'}"],
)
def test_values_by_list_or_by_period_begin_with_the_first_forecast(
    tmp_path: Path, value: str
) -> None:
    assert given(quarterly(tmp_path, value), "paid_out").values == (0.0, 0.0, 0.0, 5.0, 6.0)


def test_periods_before_the_first_value_hold_what_the_range_admits(tmp_path: Path) -> None:
    folder = quarterly(tmp_path, "['5', '6']", "range: ['2', '100']")
    assert given(folder, "paid_out").values[1:] == (2.0, 2.0, 5.0, 6.0)


@pytest.mark.parametrize(
    "declared", ["value: '1', status: judgement, basis: A default", "optional: true"]
)
def test_a_list_may_be_shorter_where_the_rest_has_a_default(tmp_path: Path, declared: str) -> None:
    folder = quarterly(tmp_path, "['5']", f"range: ['0', '100'], {declared}")
    values = given(folder, "paid_out").values
    assert values[3] == 5.0
    assert values[4] == 1.0 or values[4] != values[4]


VALUES = {
    "a list that is too long": (
        "['5', '6', '7']",
        "deal.yaml:56:13: 'paid_out' has 3 values for the 2 periods to 2021-09-30, 2021-12-31",
    ),
    "a list that is too short": (
        "['5']",
        "deal.yaml:56:13: 'paid_out' has only 1 value for the 2 periods to 2021-09-30, 2021-12-31",
    ),
    "a value in a list that is none": ("['5', 'six']", "deal.yaml:56:20: 'six' is not a number"),
    "a value in a list out of range": ("['5', '600']", "deal.yaml:56:3: 'paid_out': 600 is out of range: from 0 to 100"),
    "a period that lacks": (
        "{2021-12-31: '5'}",
        "deal.yaml:56:3: 'paid_out' has no value in 1 period to 2021-09-30 (give each its own, or one value for all others: {value: ..., values: {...}})",
    ),
    "a word that is no key": ("{valeu: '5'}", "deal.yaml:56:14: 'valeu' is not a key of an assumption (did you mean 'value'?)"),
    "a list beside a value": ("{value: '5', values: ['6', '7']}", "deal.yaml:56:13: give either a list of values, or value or csv, not both"),
    "a derived value that says not from what": (
        "{values: ['5', '6'], status: derived}",
        "deal.yaml:56:3: the input 'paid_out' has the status derived, but no basis (say what it follows from)",
    ),
    "a published value without a figure": (
        "{values: ['5', '6'], status: published}",
        "deal.yaml:56:3: the input 'paid_out' has the status published, but no figure feeds it (add a row to figures.csv with the role 'feeds and ties', or use another status)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", list(VALUES))
def test_a_wrong_short_value_is_refused_at_its_place(what: str, tmp_path: Path) -> None:
    value, message = VALUES[what]
    assert said(quarterly(tmp_path, value)) == [message]


def test_a_list_for_one_value_is_refused(tmp_path: Path) -> None:
    folder = changed(
        tmp_path, ("growth: {value: 2%, status: judgement, basis: A view}", "growth: [2%, 3%]")
    )
    assert said(folder) == ["deal.yaml:47:3: 'growth' takes one value"]


def test_an_input_without_a_value_is_said_at_the_deal_with_what_it_asks_for(tmp_path: Path) -> None:
    folder = changed(tmp_path, ("  growth: {value: 2%, status: judgement, basis: A view}\n", ""))
    assert said(folder) == [
        "deal.yaml:46:3: the input 'growth' has no value (values: {growth: ...}, or a figure; Growth a quarter, fraction, from -50% to 50%)"
    ]


def test_the_range_of_a_unit_is_that_of_its_inputs_and_an_own_range_wins(tmp_path: Path) -> None:
    folder = changed(
        tmp_path,
        ("measure: money, format: '#,##0_);(#,##0);\"–\"_)'}", "measure: money, format: '#,##0_);(#,##0);\"–\"_)', range: ['0', '2000']}"),
        ("loan: {label: Loan, unit: money, range: ['0', '10000']}", "loan: {label: Loan, unit: money}"),
    )  # fmt: skip
    assert (given(folder, "loan").lowest, given(folder, "loan").highest) == (0.0, 2000.0)
    assert given(folder, "instalment").highest == 10000.0


def test_an_input_and_a_unit_without_a_range_are_one_problem(tmp_path: Path) -> None:
    folder = changed(
        tmp_path,
        (
            "loan: {label: Loan, unit: money, range: ['0', '10000']}",
            "loan: {label: Loan, unit: money}",
        ),
    )
    assert said(folder) == [
        "deal.yaml:68:7: the input 'loan' has no range (give it or its unit range: [minimum, maximum])"
    ]


def test_the_last_actual_period_is_the_last_with_values_of_leaves(tmp_path: Path) -> None:
    last = given(changed(tmp_path, (LAST, "")), "quarterly.last_actual")
    assert from_serial(last.values[0]).isoformat() == "2021-06-30"
    assert (last.status, last.basis) == (
        "derived",
        "The last period with actual values (east.sales)",
    )


def test_an_assumed_value_makes_its_period_actual(tmp_path: Path) -> None:
    changed(tmp_path, (LAST, ""))
    more = "".join(
        f"{line},2021-09-30,100,,,assumed,,,A view\n"
        for line in ("east.sales", "west.sales", "costs")
    )
    table = (
        SMALL.joinpath(FIGURES)
        .read_text(encoding="utf-8")
        .replace("precision\n", "precision,basis\n")
    )
    (tmp_path / "deal" / FIGURES).write_text(table + more, encoding="utf-8")
    last = given(tmp_path / "deal", "quarterly.last_actual")
    assert from_serial(last.values[0]).isoformat() == "2021-09-30"


def test_a_leaf_without_figures_is_said_once_and_at_the_deal(tmp_path: Path) -> None:
    folder = changed(tmp_path, (LAST, ""))
    rows = SMALL.joinpath(FIGURES).read_text(encoding="utf-8").splitlines()
    (folder / FIGURES).write_text(
        "\n".join(r for r in rows if not r.startswith("costs")), encoding="utf-8"
    )
    assert said(folder) == [
        "deal.yaml:28:10: no figure feeds 'costs' in 3 actual periods to 2020-03-31, 2021-03-31, 2021-06-30 "
        "(add rows to a table of figures, or values: {costs: {2020-03-31: ...}})"
    ]


def test_a_deal_without_any_actual_value_is_one_problem(tmp_path: Path) -> None:
    folder = changed(tmp_path, (LAST, ""), ("figures: figures.csv\n", ""))
    assert said(folder) == [
        "deal.yaml:2:1: no figure feeds any of the 3 leaves of 'quarterly', so no period is actual "
        "(add rows to a table of figures, or give 'quarterly.last_actual' a value)"
    ]


def test_a_leafs_values_of_the_deal_are_marked_where_they_have_no_basis(tmp_path: Path) -> None:
    table = SMALL.joinpath(FIGURES).read_text(encoding="utf-8").splitlines(keepends=True)
    folder = changed(tmp_path, (EXTRA, EXTRA + "  costs: {2021-06-30: '1,390'}\n"))
    kept = "".join(row for row in table if not row.startswith("costs,2021-06"))
    (folder / FIGURES).write_text(kept, encoding="utf-8")
    costs = given(folder, "actual.costs")
    assert costs.values[:3] == (1200.0, 1250.0, 1390.0)
    assert costs.basis.endswith("; no basis given (the values to 2021-06-30)")
    assert verdict_of(solved(load(str(folder)))).unfounded == ("costs",)


def test_the_text_and_its_tables_are_checked_in_one_run(tmp_path: Path) -> None:
    folder = changed(
        tmp_path, ("growth: {label: Growth a quarter", "growth: {labl: Growth a quarter")
    )
    table = SMALL.joinpath(FIGURES).read_text(encoding="utf-8").replace(",900,", ",9OO,")
    (folder / FIGURES).write_text(table, encoding="utf-8")
    assert [line.partition(" (")[0] for line in said(folder)] == [
        "deal.yaml:67:7: an input needs 'label'",
        "deal.yaml:67:16: 'labl' is not a key of an input",
        "figures.csv:2:23: '9OO' is not a printed number",
    ]


def test_what_a_deal_lacks_is_said_with_its_timelines_sections_and_values(tmp_path: Path) -> None:
    folder = changed(
        tmp_path,
        ("company: Small Company\n", ""),
        ("loan_date: {label: Drawn on, unit: date", "loan_date: {label: Drawn on, unit: dat"),
        ("first: 2021-03-31, last: 2021-12-31", "first: 2021-03-31, last: 2021-11-30"),
    )
    assert [line.partition(" (")[0] for line in said(folder)] == [
        "deal.yaml:2:1: a deal needs 'company'",
        "deal.yaml:21:86: 2021-11-30 is not the end of a quarter, counting from 2021-03-31",
        "deal.yaml:68:42: 'dat' is not a unit",
    ]


def test_a_missing_company_does_not_hide_a_missing_value(tmp_path: Path) -> None:
    folder = changed(
        tmp_path,
        ("company: Small Company\n", ""),
        ("  growth: {value: 2%, status: judgement, basis: A view}\n", ""),
    )
    assert [line.partition(" (")[0] for line in said(folder)] == [
        "deal.yaml:2:1: a deal needs 'company'",
        "deal.yaml:45:3: the input 'growth' has no value",
    ]


def test_a_draft_builds_without_values_and_does_not_hold_until_all_have_one(tmp_path: Path) -> None:
    folder = changed(
        tmp_path,
        ("name: small\n", "name: small\ndraft: true\n"),
        ("  growth: {value: 2%, status: judgement, basis: A view}\n", ""),
        ("  selected: {value: '2', status: judgement, basis: A view}\n", ""),
        (LAST, ""),
    )
    (folder / FIGURES).write_text("line,printed,at\n", encoding="utf-8")
    book = build_book(folder, tmp_path / "book.xlsx")
    lacking = ("costs", "east.sales", "growth", "selected", "west.sales")
    assert book.verdict.missing == lacking
    assert not book.verdict.ok
    assert ("Inputs without a value", "5") in book.verdict.facts()
    assert f"no value given yet: {', '.join(lacking)}" in list(book.verdict.details())
    constants = read_contents(book.path).constants
    assert [v for (sheet, _, _), v in constants.items() if sheet == "Cover" and "the Map marks" in str(v)] == [
        f"5 of {len(model(folder).inputs())}: the Map marks them 'no value given yet'"
    ]  # fmt: skip
    found = check(book.path, engine="ironcalc")
    assert found.missing == lacking
    assert not found.ok
    headers = [f for f in read_contents(book.path).formulas.values() if "NO VALUE YET" in f]
    assert len(headers) == len(model(folder).sheets)
    assert headers[0].startswith('="DRAFT: 5 INPUTS HAVE NO VALUE YET. "&')
    given_one = check(book.path, {"growth": "3%"}, engine="ironcalc")
    assert "growth" not in given_one.missing


def test_a_draft_with_all_its_values_is_as_any_deal(tmp_path: Path) -> None:
    folder = changed(tmp_path, ("name: small\n", "name: small\ndraft: true\n"))
    found = verdict_of(solved(load(str(folder))))
    assert found.ok
    assert found.missing == ()
