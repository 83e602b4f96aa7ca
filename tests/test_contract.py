"""The seam between a workbook's writer and its readers, by itself: names of the contract, formulas in A1, in names
and in words, and the directory of a file."""

import pytest
from xlsxwriter import Workbook as Writer

from modelgen import contract
from modelgen.excel.names import name_problems
from modelgen.formula.describe import describe
from modelgen.formula.syntax import (
    ActualForecast,
    Binary,
    Call,
    Negative,
    Node,
    Number,
    Ref,
    Row,
    SumOf,
    Text,
    ValueOn,
)
from modelgen.model.settings import set_inputs, targets_of
from modelgen.problem import ModelError
from modelgen.text.setting import Setting, settings_of
from modelgen.workbook.contents import read_contents
from modelgen.workbook.directory import read_directory
from modelgen.workbook.naming import Naming
from modelgen.workbook.recalculate import Workbook
from tests.conftest import Built


@pytest.fixture(scope="module")
def naming(small: Built) -> Naming:
    book = Workbook(small.path, "ironcalc")
    return Naming(book.contents, book.directory, book.recalculate().values)


FORMULAS = {
    # id: the last cell's formula, in A1 by the renderer and in names by the map and by the reader
    "opening": ("=O19", "=closing[-1]"),
    "sales": ("=SUM(I9:I10)", "=SUM(east.sales:west.sales)"),
    "west.sales": (
        "=IF(Actuals!I12,Actuals!I16,H10*(1+Inputs!$D$14))",
        "=IF(quarterly.actual,actual.west.sales,west.sales[-1]*(1+growth))",
    ),
    "interest_expense": (
        "=-SUMPRODUCT(Months!$E$20:$P$20,1*(Months!$E$12:$P$12=I$5))",
        "=-SUMPRODUCT(interest[all],1*(monthly.quarter_end[all]=period_end))",
    ),
    "balance": (
        "=INDEX(Months!$E$19:$P$19,MATCH(I$5,Months!$E$10:$P$10,0))",
        "=INDEX(closing[all],MATCH(period_end,monthly.period_end[all],0))",
    ),
    "bonus_paid": (
        "=CHOOSE(Inputs!$D$19,Inputs!$D$20,Inputs!$D$21)",
        "=CHOOSE(selected,east.bonus,west.bonus)",
    ),
    "all_interest": ("=SUM(Months!$E$20:$P$20)", "=SUM(interest[all])"),
    "margin": ('=IF(I11>0,(I11-I14)/I11,"n/a")', '=IF(sales>0,(sales-costs)/sales,"n/a")'),
}


@pytest.mark.parametrize("id_", FORMULAS)
def test_a_formula_is_written_in_addresses_and_said_in_names(naming: Naming, id_: str) -> None:
    entry = naming.directory.lines[id_]
    written, said = FORMULAS[id_]
    assert naming.contents.formulas[entry.cells[-1]] == written
    assert naming.formula(entry.cells[-1]) == entry.formula == said


COMPARATIVES = {
    "margin": "", "west.sales": "=actual.west.sales", "quarterly.period_end": contract.GIVEN,
    "interest_expense": contract.NOTHING, "opening": "",
}  # fmt: skip


@pytest.mark.parametrize("id_", COMPARATIVES)
def test_the_map_says_what_stands_in_comparative_columns(naming: Naming, id_: str) -> None:
    assert naming.directory.lines[id_].comparative == COMPARATIVES[id_]


def test_the_directory_is_all_of_the_model(small: Built, naming: Naming) -> None:
    directory, model = naming.directory, small.model
    assert set(directory.inputs) == {item.leaf_of or item.id for item in model.inputs()}
    assert set(directory.lines) == {line.id for line in model.lines() if not line.record}
    assert [row.id for row in directory.figures] == [figure.id for figure in model.figures]
    assert [row.id for row in directory.checks] == list(model.checks)
    assert directory.lost == ()
    area = naming.contents.names[contract.SEAL]
    seal = contract.seal_from(str(naming.contents.constants[area.sheet, area.row, area.column]))
    assert seal is not None
    for table in directory.tables:
        if table.kind.name in contract.SEALED:
            assert seal.counts[table.name] == len(table.rows)
    for role, id_ in (("status", model.roles.status), ("holds", model.roles.holds)):
        assert id_ is not None
        assert directory.roles[role] == directory.lines[id_].cells[0]
    for item in model.inputs():
        assert directory.inputs[item.leaf_of or item.id].allowed == item.allowed


def test_settings_mean_the_same_to_the_model_and_to_the_file(small: Built, naming: Naming) -> None:
    """Each input that the model can set, the workbook can, in the same periods."""
    inputs = {item.leaf_of or item.id: item for item in small.model.inputs()}
    for id_, target in targets_of(inputs, small.model.timelines).items():
        entry = naming.directory.inputs[id_]
        ends = [] if target.ends is None else [end.isoformat() for end in target.ends if end]
        assert ends == [naming.period(entry, index) for index in range(len(entry.ends))]


def test_a_setting_changes_its_input_and_no_other(small: Built) -> None:
    model = small.model
    changed, forced = set_inputs(
        model.items, settings_of({"growth": "3%", "extra@2021-05": 75}), model.timelines
    )
    assert (sorted(changed), forced) == (["extra", "growth"], ())
    assert model.items["growth"].values == (0.02,)  # type: ignore[union-attr]
    with pytest.raises(ModelError) as caught:
        set_inputs(
            model.items, [Setting.parse("growth=90%"), Setting.parse("x=1")], model.timelines
        )
    assert len(caught.value.problems) == 2  # all that is wrong, at once


def test_the_names_of_a_model_are_such_as_excel_takes(small: Built) -> None:
    assert name_problems(small.model) == []


@pytest.mark.parametrize(
    ("names", "tables"),
    [
        (["modelgen.figures.holds", "modelgen.figures.id"], [("figures", ["holds", "id"])]),
        (["modelgen.stamps.2.built", "modelgen.stamps.1.id"], [("stamps.2", ["built"]), ("stamps.1", ["id"])]),
        (["modelgen.role.status", "net_sales", "modelgen.other.x", "modelgen.figures"], []),
    ],
)  # fmt: skip
def test_tables_are_known_by_the_names_of_their_columns(
    names: list[str], tables: list[tuple[str, list[str]]]
) -> None:
    found = contract.tables_of(dict.fromkeys(names))
    assert [(table, list(columns)) for _, table, columns in found] == tables


@pytest.mark.parametrize(
    ("formula", "subject", "period", "form"),
    [
        ("=net_sales@2006-03-31*[sign]", "net_sales", "2006-03-31", "=subject@period*[sign]"),
        ("=MAX(MAX(a[all]),-MIN(a[all]))", "a", "", "=MAX(MAX(subject[all]),-MIN(subject[all]))"),
        ("=other.a+a.b", "a", "", "=other.a+a.b"),
        ("=1-[holds]", "", "", "=1-[holds]"),
    ],
)
def test_a_form_is_a_formula_with_its_subject_taken_out_and_put_back(
    formula: str, subject: str, period: str, form: str
) -> None:
    assert contract.as_form(formula, subject, period) == form
    assert contract.of_form(form, subject, period) == formula


def test_a_workbook_of_another_contract_or_of_nobody_is_refused(
    small: Built, tmp_path: object
) -> None:
    from dataclasses import replace
    from pathlib import Path

    contents = read_contents(small.path)
    later = {**contents.properties, contract.VERSION_PROPERTY: "99"}
    with pytest.raises(ModelError, match="contract 99, here 1"):
        read_directory(replace(contents, properties=later))
    path = Path(str(tmp_path)) / "own.xlsx"
    with Writer(str(path)) as book:
        book.add_worksheet().write(0, 0, 1)
    with pytest.raises(ModelError, match="is not a workbook that modelgen built"):
        read_directory(read_contents(path))


LABELS = {"a": "Net sales", "b": "Costs", "EPS": "EPS"}
WORDS: list[tuple[Node, str]] = [
    (Binary("-", Ref("a"), Ref("b")), "Net sales less costs"),
    (Binary("*", Binary("+", Ref("a"), Number(0)), Ref("b")), "(net sales plus zero) times costs"),
    (Ref("a", 1), "Net sales of the previous period"),
    (Ref("a", 3), "Net sales 3 periods earlier"),
    (Negative(Ref("b")), "Minus costs"),
    (Ref("EPS"), "EPS"),
    (Call("SUM", (Row("a"),)), "The sum of net sales over all periods"),
    (SumOf(Row("a"), Row("b"), Ref("b")), "The sum of net sales over the shorter periods within this one"),
    (ValueOn(Row("a"), Ref("b"), Row("c")), "Net sales in the period ending costs"),
    (Binary("=", Ref("a"), Text("n/a")), 'Net sales is "n/a"'),
    (ActualForecast(Ref("EPS"), Ref("a"), Ref("b")), "If EPS then net sales, otherwise costs"),
]  # fmt: skip


@pytest.mark.parametrize(("node", "words"), WORDS, ids=[words for _, words in WORDS])
def test_a_formula_in_words(node: Node, words: str) -> None:
    assert describe(node, LABELS.__getitem__) == words
