"""Modules: what a deal uses is merged, what it does not use leaves nothing, and sets say what their members have."""

import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from docs import render_modules
from modelgen.dates import to_serial
from modelgen.evaluate.study import complete
from modelgen.model.build import build_model
from modelgen.model.plain import HeadingRow, ItemRow, Model
from modelgen.problem import ModelError
from modelgen.text.load import load
from tests.calls import call
from tests.conftest import ROOT, build

HOUSE = ROOT / "tests" / "deals" / "house"
DEAL, LOANS, SECTIONS, CREDIT, CORE = (
    "harbor/deal.yaml",
    "loans/module.yaml",
    "loans/sections.yaml",
    "credit/module.yaml",
    "core/module.yaml",
)
USES = "uses: [loans, notes, credit, dashboard]"
BANK = "bank: {label: Bank loan, rhythm: quarterly, index: euribor}"
BRIDGE = "bridge: Bridge loan"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    return Path(shutil.copytree(HOUSE, tmp_path / "house"))


def change(house: Path, file: str, *changes: tuple[str, str]) -> None:
    text = (house / file).read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    (house / file).write_text(text, encoding="utf-8")


def model(house: Path, deal: str = "harbor") -> Model:
    return build_model(load(str(house / deal)))


def problems(house: Path, deal: str = "harbor") -> list[str]:
    """What is wrong with a deal: place, message and hint of each problem."""
    with pytest.raises(ModelError) as caught:
        model(house, deal)
    found = []
    for problem in caught.value.problems:
        place = str(problem.place).replace(f"{house}/", "")
        hint = f" ({problem.hint})" if problem.hint else ""
        found.append(f"{place}: {problem.message}{hint}")
    return found


# What is used


def test_modules_are_used_after_those_that_they_need() -> None:
    assert load(str(HOUSE / "harbor")).modules == ("core", "loans", "notes", "credit", "dashboard")


def test_a_module_that_is_needed_need_not_be_named() -> None:
    assert load(str(HOUSE / "bare")).modules == ("core", "loans", "credit")


def test_a_deal_of_modules_is_proven_as_any_other() -> None:
    said = call("verify", HOUSE / "harbor")
    assert said.code == 0, said.errors
    assert "The model holds" in said.out


def test_sheets_stand_in_their_order() -> None:
    assert list(model(HOUSE).sheets) == [
        "Cover", "Dashboard", "Inputs", "Rates", "Model", "Loans", "Notes", "Credit", "Figures", "Checks", "Map",
    ]  # fmt: skip


def test_a_sheet_without_order_stands_after_the_one_that_it_is_written_after(house: Path) -> None:
    change(house, LOANS, (", order: 110", ""))  # written after Loans, whose order is 300
    assert list(model(house).sheets)[3:6] == ["Model", "Loans", "Rates"]


def test_members_come_in_the_order_of_joining() -> None:
    assert model(HOUSE).sets["instrument"] == ("bank", "bridge", "senior")


def test_a_rule_picks_members_by_their_attributes_and_defaults() -> None:
    sets = model(HOUSE).sets
    picked = {
        name: sets[name]
        for name in ("amortising_loan", "bullet_loan", "floating_loan", "fixed_loan")
    }
    assert picked == {
        "amortising_loan": ("bank",),
        "bullet_loan": ("bridge",),
        "floating_loan": ("bank",),
        "fixed_loan": ("bridge",),
    }


def test_a_template_may_use_modules(house: Path) -> None:
    (house / "frame").mkdir()
    (house / "frame" / "template.yaml").write_text(
        "name: frame\nuses: [loans]\nsigns: Of the frame.\n"
    )
    change(house, DEAL, (USES, "extends: frame\nuses: [notes, credit, dashboard]"))
    text = load(str(house / "harbor"))
    assert text.modules == ("core", "loans", "notes", "credit", "dashboard")
    assert build_model(text).signs == "Of the frame."


def test_a_changed_module_changes_the_digest(house: Path) -> None:
    before = load(str(house / "harbor")).digest
    assert before == load(str(HOUSE / "harbor")).digest
    change(house, SECTIONS, ("heading: Balances", "heading: All balances"))
    assert load(str(house / "harbor")).digest != before


# What is not used


def texts_of(house: Path, deal: str, tmp_path: Path) -> str:
    book = openpyxl.load_workbook(build(house / deal, tmp_path / "book.xlsx").path)
    cells = [
        cell.value for sheet in book for row in sheet for cell in row if isinstance(cell.value, str)
    ]
    return "\n".join([*book.sheetnames, *book.defined_names, *cells]).lower()


def test_what_is_not_used_leaves_no_word(tmp_path: Path) -> None:
    used = texts_of(HOUSE, "harbor", tmp_path)
    assert all(word in used for word in ("loan", "note", "dashboard", "euribor"))
    bare = texts_of(HOUSE, "bare", tmp_path)
    assert "share of notes" in used
    for word in ("loan", "notes", "dashboard", "rates", "figures", "index"):
        assert word not in bare, word


def test_a_set_without_members_leaves_no_sheet_heading_or_check() -> None:
    bare = model(HOUSE, "bare")
    assert list(bare.sheets) == ["Cover", "Inputs", "Model", "Credit", "Checks", "Map"]
    assert bare.checks == ("debt_agrees",)
    assert [section.heading for section in bare.sections if section.sheet == "Inputs"] == [
        "Calendar and conventions"
    ]
    assert {name: members for name, members in bare.sets.items() if members} == {
        "check": ("check.debt_agrees",),
        "build": ("build",),
        "input_value": (
            "stamp.fiscal.first_period_end",
            "stamp.months_in_quarter",
            "stamp.rounding",
        ),
    }


def test_a_sum_over_nothing_is_zero_and_a_least_is_what_its_second_argument_says() -> None:
    values = complete(model(HOUSE, "bare")).values
    assert values["total_debt"].tolist() == [[0, 0, 0, 0]]
    assert values["first_maturity"].tolist() == [[to_serial(date(2021, 3, 31))]]


def test_a_least_over_nothing_without_a_second_argument_is_an_error(house: Path) -> None:
    change(
        house,
        CORE,
        ("MIN_EACH(instrument.maturity, fiscal.first_period_end)", "MIN_EACH(instrument.maturity)"),
    )
    assert model(house).sets["instrument"]
    assert problems(house, "bare") == [
        "core/module.yaml:56:71: the set 'instrument' has no members, so MIN_EACH has no value "
        "(say what it is then: MIN_EACH(instrument.maturity, value without members))"
    ]


def test_totals_of_a_block_over_nothing_stay_if_the_section_says_so(house: Path) -> None:
    totals = "    totals:\n      notes_total: {label: All notes, unit: money, formula: '= SUM_EACH(note.closing)'}\n"
    (house / "notes" / "module.yaml").write_text(
        (house / "notes" / "module.yaml").read_text() + totals, encoding="utf-8"
    )
    change(house, "bare/deal.yaml", ("uses: [core, credit]", "uses: [core, notes]"))
    assert "notes_total" not in model(house, "bare").items
    change(
        house,
        "notes/module.yaml",
        ("heading: Balances", "heading: Balances\n    totals_when_empty: true"),
    )
    assert "notes_total" in model(house, "bare").items


def test_a_part_for_a_module_comes_and_goes_with_it(house: Path) -> None:
    with_notes = model(house)
    assert {"note_share"} == set(with_notes.items) & {"note_share", "debt_agrees"}
    assert [chart.title for chart in with_notes.sheets["Dashboard"].charts] == [
        "Total debt",
        "Notes",
    ]
    assert with_notes.outputs == ("total_debt", "note_share")
    assert [event.label for event in with_notes.events] == ["Debt above the limit"]
    change(
        house,
        DEAL,
        (USES, "uses: [loans, credit, dashboard]"),
        ("  note:\n    senior: Senior notes\n", ""),
    )
    text = (house / DEAL).read_text()
    (house / DEAL).write_text("\n".join(line for line in text.splitlines() if "senior" not in line))
    (house / "harbor" / "figures.csv").write_text("line,period,printed,unit,at,role\n")
    without = model(house)
    assert {"debt_agrees"} == set(without.items) & {"note_share", "debt_agrees"}
    assert [chart.title for chart in without.sheets["Dashboard"].charts] == ["Total debt"]
    assert without.outputs == ("total_debt",)
    assert without.events == ()


def test_a_member_may_depend_on_a_module(house: Path) -> None:
    change(
        house,
        DEAL,
        (BANK, "bank: {label: Bank loan, rhythm: quarterly, index: euribor, unless: notes}"),
    )
    assert model_sets_only(house) == ("bridge", "senior")


def model_sets_only(house: Path) -> tuple[str, ...]:
    text = (house / DEAL).read_text()
    (house / DEAL).write_text(
        "\n".join(line for line in text.splitlines() if not line.startswith("  bank."))
    )
    (house / "harbor" / "figures.csv").write_text("line,period,printed,unit,at,role\n")
    return model(house).sets["instrument"]


# What is wrong


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (DEAL, "loans, notes", "loan, notes",
         "harbor/deal.yaml:5:8: there is no module 'loan' (did you mean 'loans'?; available modules: core, credit, dashboard, loans, notes"),
        (DEAL, USES, "uses: loans", "harbor/deal.yaml:5:7: 'uses' should be a list of modules (uses: [name, name])"),
        (CORE, "gives: The calendar", "needs: [credit]\ngives: The calendar",
         "credit/module.yaml:4:9: modules need each other: 'core' needs 'credit', 'credit' needs 'core'"),
        (CREDIT, "unless: notes", "unless: note",
         "credit/module.yaml:25:128: 'note' is not a module (did you mean 'notes'?)"),
        ("dashboard/module.yaml", "Dashboard: {title: Dashboard", "Credit: {title: Ratios}\n  Dashboard: {title: Dashboard",
         "dashboard/module.yaml:5:19: 'sheets.Credit.title' is given twice (first in credit/module.yaml:6)"),
        ("dashboard/module.yaml", "gives:", "give:",
         "dashboard/module.yaml:3:1: 'give' is not a key of a deal or template"),
        (DEAL, "  note:\n", "  notes:\n",
         "harbor/deal.yaml:15:3: no module, template or section uses a set 'notes' (did you mean 'note'?)"),
        (DEAL, "rhythm: quarterly", "rhythm: quaterly",
         "harbor/deal.yaml:13:38: 'rhythm' of 'bank' is 'quaterly', which is not one of bullet, quarterly (did you mean 'quarterly'?)"),
        (DEAL, "rhythm: quarterly", "rythm: quarterly",
         "harbor/deal.yaml:13:30: 'rythm' is not an attribute of 'bank' (did you mean 'rhythm'?)"),
        (DEAL, "index: euribor", "index: libor",
         "harbor/deal.yaml:13:56: 'index' of 'bank' is 'libor', which is not a member of 'rate_index' (did you mean 'euribor'?)"),
        (LOANS, ", default: bullet", "",
         "harbor/deal.yaml:14:5: the member 'bridge' has no 'rhythm' (Rhythm of instalments: bullet, quarterly)"),
        (LOANS, "default: bullet", "default: bulet",
         "loans/module.yaml:12:85: 'bulet' is not one of bullet, quarterly (did you mean 'bullet'?)"),
        (LOANS, "where: {index: given}", "where: {indx: given}",
         "loans/module.yaml:19:40: 'indx' is not an attribute of 'loan' (did you mean 'index'?)"),
        (LOANS, "joins: [instrument]", "joins: [instrument, floating_loan]",
         "loans/module.yaml:10:25: 'loan' cannot join 'floating_loan', whose members a rule picks"),
        (CORE, "    label: Instruments\n", "    joins: [loan]\n",
         "core/module.yaml:21:3: the set 'instrument' joins or picks itself"),
    ],
)  # fmt: skip
def test_a_message_names_the_place_and_the_nearest(
    house: Path, file: str, old: str, new: str, expected: str
) -> None:
    change(house, file, (old, new))
    said = problems(house)[0]  # the list of modules goes on with those that ship
    assert said == expected or ("modules: " in expected and said.startswith(expected))


def test_a_member_that_lacks_a_line_is_one_error_that_names_both(house: Path) -> None:
    change(
        house,
        SECTIONS,
        ("      drawn: {label: Drawn,", "      taken: {label: Drawn,"),
        ("+ drawn -", "+ taken -"),
    )
    assert problems(house) == [
        f"harbor/deal.yaml:{line}:5: the member '{member}' has no 'drawn' (flow: a line over a timeline), which each "
        "member of 'instrument' must have (asked for in core/module.yaml:23)"
        for line, member in ((13, "bank"), (14, "bridge"))
    ]


def test_a_member_with_a_line_of_another_kind_is_an_error(house: Path) -> None:
    change(house, CORE, ("maturity: date", "maturity: flow"))
    assert (
        "loans/sections.yaml:8:7: 'bank.maturity' is one value; 'instrument' asks for a flow: a line over a "
        "timeline (asked for in core/module.yaml:23)"
    ) in problems(house)


def test_two_modules_that_define_one_line_are_named_both(house: Path) -> None:
    change(
        house,
        CREDIT,
        ("debt_again:", "total_debt:"),
        ("'= total_debt'", "'= SUM_EACH(loan.closing)'"),
    )
    assert problems(house) == [
        "credit/module.yaml:23:7: 'total_debt' is defined twice (first in core/module.yaml:52)"
    ]


# The list


def test_list_shows_modules_with_what_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modelgen.text.load.shipped_folder", lambda: HOUSE)
    found = {item["name"]: item for item in call("list", "--json").json}
    assert found["credit"] == {
        "name": "credit",
        "kind": "module",
        "extends": None,
        "needs": ["core", "loans"],
        "about": "What a lender asks first.",
    }
    assert found["harbor"]["needs"] == ["loans", "notes", "credit", "dashboard"]
    assert "core, loans" in call("list").out


# What a deal changes


def add(house: Path, text: str, deal: str = "harbor") -> None:
    path = house / deal / "deal.yaml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def rows_of(found: Model, sheet: str) -> list[str]:
    return [
        row.id if isinstance(row, ItemRow) else f"- {row.text}" if isinstance(row, HeadingRow) else row.label
        for section in found.sections
        if section.sheet == sheet
        for row in section.rows
    ]  # fmt: skip


def test_a_deal_drops_a_line_with_its_place_in_a_chart_and_among_outputs(house: Path) -> None:
    add(house, "drop: [note_share, loans.interest, loan.interest, senior.drawn]\n")
    change(house, CORE, ("drawn: flow, ", ""))
    change(house, "notes/module.yaml", ("+ drawn -", "+ IF(period_number = 1, principal, 0) -"))
    found = model(house)
    assert {"note_share", "bank.interest", "bridge.interest", "senior.drawn"}.isdisjoint(
        found.items
    )
    assert found.outputs == ("total_debt",)
    assert rows_of(found, "Credit") == ["debt_again"]


def test_a_dropped_line_leaves_its_chart_and_an_empty_chart_goes(house: Path) -> None:
    change(
        house,
        CREDIT,
        ("lines: [note.closing], when: notes", "lines: [note.drawn, note_share], when: notes"),
    )
    change(house, CORE, ("drawn: flow, ", ""))
    change(house, "notes/module.yaml", ("+ drawn -", "+ IF(period_number = 1, principal, 0) -"))
    add(house, "drop: [note.drawn]\n")
    assert model(house).sheets["Dashboard"].charts[1].lines == ["note_share"]
    change(house, CREDIT, ("lines: [note.drawn, note_share]", "lines: [note.drawn]"))
    assert [chart.title for chart in model(house).sheets["Dashboard"].charts] == ["Total debt"]


def test_a_deal_drops_a_heading_and_a_sheet(house: Path) -> None:
    change(
        house,
        CORE,
        ("MIN_EACH(instrument.maturity, fiscal.first_period_end)", "MIN_EACH(instrument.maturity)"),
    )
    add(house, "drop: [Credit, Dashboard, Loans/Interest on all loans, Model/Maturities]\n")
    found = model(house)
    assert {"Credit", "Dashboard"}.isdisjoint(found.sheets)
    assert {"note_share", "loans.interest", "first_maturity"}.isdisjoint(found.items)


def test_a_dropped_module_part_leaves_a_workbook_that_is_proven(
    house: Path, tmp_path: Path
) -> None:
    add(
        house,
        "drop: [Credit, Dashboard, loan.not_below_zero, Loans/Interest on all loans, loan.interest]\n",
    )
    said = call("build", house / "harbor", "-o", tmp_path / "book.xlsx")
    assert said.code == 0, said.errors
    assert call("check", tmp_path / "book.xlsx", "--engine", "ironcalc").code == 0


@pytest.mark.parametrize(
    ("drop", "expected"),
    [
        ("[total_debt]", ["harbor/deal.yaml:31:8: 'total_debt' cannot be dropped: 'debt_again', 'note_share' need it "
                          "(redefine what needs it, or drop that, too)",
                          "harbor/figures.csv:2:1: 'total_debt' is not a line or an input (dropped in deal.yaml:31)"]),
        ("[loan.repaid]", ["harbor/deal.yaml:31:8: 'loan.repaid' cannot be dropped: 'bank.closing' needs 'bank.repaid'; "
                           "'bridge.closing' needs 'bridge.repaid' (redefine what needs it, or drop that, too)"]),
        ("[bank.drawn]", ["harbor/deal.yaml:31:8: 'bank.drawn' cannot be dropped: 'bank.closing', the set 'instrument' need it "
                          "(redefine what needs it, or drop that, too)"]),
        ("[Model/Debt]", ["harbor/deal.yaml:31:8: 'Model/Debt' cannot be dropped: 'debt_again', 'note_share' need 'total_debt' "
                          "(redefine what needs it, or drop that, too)",
                          "harbor/figures.csv:2:1: 'total_debt' is not a line or an input (dropped in deal.yaml:31)"]),
        ("[Lones]", ["harbor/deal.yaml:31:8: there is no sheet, heading or line 'Lones' to drop (did you mean 'Loans'?)"]),
        ("[bank.amount]", ["harbor/deal.yaml:20:3: 'bank.amount' is not an input of the model (dropped in deal.yaml:31)",
                           "harbor/deal.yaml:31:8: 'bank.amount' cannot be dropped: 'bank.drawn' needs it "
                           "(redefine what needs it, or drop that, too)"]),
    ],
)  # fmt: skip
def test_what_is_needed_cannot_be_dropped(house: Path, drop: str, expected: list[str]) -> None:
    add(house, f"drop: {drop}\n")
    assert problems(house) == expected


def test_a_deal_redefines_a_line_and_the_map_says_so(house: Path, tmp_path: Path) -> None:
    add(house, "redefine:\n  debt_again: {label: Debt twice, formula: '= total_debt + total_debt'}\n"
               "  bridge.interest: {formula: '= 0'}\n  rounding: {value: 0.00001}\n")  # fmt: skip
    built = build(house / "harbor", tmp_path / "book.xlsx")
    values = built.evaluation.values
    assert (values["debt_again"] == 2 * values["total_debt"]).all()
    assert not values["bridge.interest"].any()
    assert values["bank.interest"].any()
    assert values["rounding"].tolist() == [[0.00001]]
    book = openpyxl.load_workbook(built.path)
    said = {row[2].value: row[7].value for row in book["Map"] if row[2].value}
    assert said["debt_again"] == "Redefined by the deal"
    assert said["rounding"] == "Redefined by the deal; Floating point"
    assert not said["bank.interest"]


@pytest.mark.parametrize(
    ("redefine", "expected"),
    [
        ("debt_agan: {label: X}", "harbor/deal.yaml:32:3: 'debt_agan' is not a line, input or check, so it cannot be redefined (did you mean 'debt_again'?)"),
        ("debt_again: {formla: '= 0'}", "harbor/deal.yaml:32:16: 'formla' is not a key of a line (did you mean 'formula'?)"),
        ("bank.amount: {formula: '= 0'}", "harbor/deal.yaml:32:17: 'formula' is not a key of an input"),
        ("debt_again: {formula: '= total_deb'}", "harbor/deal.yaml:32:28: 'total_deb' is not a line, an assumption or a function (did you mean 'total_debt'? (module.yaml:52))"),
        ("rounding: {value: '2'}", "harbor/deal.yaml:32:22: 'rounding': 2 is out of range: from 0 to 0.001"),
    ],
)  # fmt: skip
def test_a_redefinition_is_read_at_its_place(house: Path, redefine: str, expected: str) -> None:
    add(house, f"redefine:\n  {redefine}\n")
    assert problems(house) == [expected]


INSERT = """
sections:
  - sheet: Loans
    timeline: fiscal
    for_each: loan
    lines:
      half: {label: Half of it, unit: money, formula: '= closing / (1 + 1)', after: closing}
      less: {label: Before it, unit: money, formula: '= closing', before: closing}
  - sheet: Credit
    heading: Gone
    timeline: fiscal
    lines:
      more: {label: More, unit: money, formula: '= total_debt', after: note_share}
      again: {label: Again, unit: money, formula: '= total_debt', after: note_share}
"""


def test_a_line_stands_beside_another(house: Path) -> None:
    add(house, INSERT)
    found = model(house)
    assert rows_of(found, "Loans")[:10] == [
        "- Bank loan", "bank.drawn", "bank.less", "bank.closing", "bank.half",
        "- Bridge loan", "bridge.drawn", "bridge.less", "bridge.closing", "bridge.half",
    ]  # fmt: skip
    assert rows_of(found, "Credit") == ["note_share", "more", "again", "debt_again"]
    assert "Gone" not in [section.heading for section in found.sections]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("unit: money, formula: '= total_debt', after: note_share}\n      again", "unit: money, formula: '= total_debt', after: note_shar}\n      again",
         "harbor/deal.yaml:43:72: 'note_shar' is not a row after which a line could stand (did you mean 'note_share'?)"),
        ("unit: money, formula: '= total_debt', after: note_share}\n      again", "unit: money, formula: '= total_debt', after: first_maturity}\n      again",
         "harbor/deal.yaml:43:72: 'more' (fiscal) cannot stand beside 'first_maturity' (one value) (give the section the same timeline)"),
    ],
)  # fmt: skip
def test_a_line_beside_nothing_is_an_error(house: Path, old: str, new: str, expected: str) -> None:
    add(house, INSERT)
    change(house, DEAL, (old, new))
    assert problems(house) == [expected]


OUTER = """
sections:
  - sheet: Credit
    timeline: fiscal
    prefix: year
    lines:
      total_debt: {label: Debt of the year, unit: money, formula: '= %s'}
"""


def test_a_name_with_a_dot_before_it_is_the_outer_one(house: Path) -> None:
    add(house, OUTER % ".total_debt + .total_debt[-1]")
    values = complete(model(house)).values
    assert values["year.total_debt"].tolist() == [[4500, 8900, 8700, 8000]]


def test_an_outer_name_is_not_that_of_a_member(house: Path) -> None:
    add(house, OUTER % ".closing")
    assert problems(house) == [
        "harbor/deal.yaml:37:70: '.closing' is not a line, an assumption or a function (did you mean 'closing'?)"
    ]


def test_a_captured_name_is_explained(house: Path) -> None:
    add(house, OUTER % "total_debt")
    assert problems(house) == [
        "harbor/deal.yaml:37:7: lines need each other in the same period: year.total_debt needs year.total_debt "
        "('total_debt' means 'year.total_debt' there; the line 'total_debt' is written .total_debt)"
    ]


# The pages


def test_the_pages_of_shipped_modules_are_current() -> None:
    assert list(render_modules.stale()) == [], "run: python docs/render_modules.py"


def test_a_page_says_what_a_module_needs_gives_and_asks_for() -> None:
    page = render_modules.page(HOUSE / "loans").splitlines()
    for line in (
        "# loans",
        "Needs: [core](core.md).",
        "**`loan`**: Loans. Its members are members of `instrument`, too.",
        "| `rhythm` | Rhythm of instalments | `bullet`, `quarterly` | `bullet` |",
        "| `index` | Index of the rate | a member of `rate_index` | may be left out |",
        "**`floating_loan`**. Its members are those of `loan` with `index` given.",
        "| `<fixed_loan>.coupon` | *label*, rate | fraction | 0% to 50% |  |",
        "| `<loan>.drawn` | Drawn | money | If drawn on falls in the period then amount, otherwise zero |",
        "| `loans.interest` | Interest | money | The sum of interest over all `loan` |",
        "| `<loan>.not_below_zero` | *label*, balance below zero | integrity | The least of zero and closing balance |",
    ):
        assert line in page, line
    assert (
        "Each member must have `drawn` (a flow), `closing` (a balance) and `maturity` (a date)."
        in (render_modules.page(HOUSE / "core"))
    )
    assert "(only with notes)" in render_modules.page(HOUSE / "credit")


# What a deal forgot is said at the deal


def test_what_a_deal_lacks_is_said_in_its_own_file(house: Path) -> None:
    (house / "bare" / "deal.yaml").write_text(
        "name: bare\nuses: [loans]\nsets:\n  loan: {bank: Bank loan}\n"
    )
    said = problems(house, "bare")
    assert all(problem.startswith("bare/deal.yaml:") for problem in said), said
    assert [problem.partition(": ")[2] for problem in said] == [
        "a deal needs 'as_of'",
        "a deal needs 'company'",
        "a deal needs 'title'",
        "the timeline 'fiscal' has no first and last period (give the deal a calendar, or "
        "timelines: {fiscal: {first: 2010-03-31, last: 2012-12-31}})",
    ]
    add(house, "company: Bare\ntitle: A loan\nas_of: 2021-07-15\n"
               "timelines: {fiscal: {first: 2021-03-31, last: 2021-12-31}}\n", "bare")  # fmt: skip
    said = problems(house, "bare")
    assert all(problem.startswith("bare/deal.yaml:") for problem in said), said
    assert [problem.split("'")[1] for problem in said] == [
        f"bank.{name}" for name in ("amount", "coupon", "drawn_on", "maturity")
    ]


def test_a_block_over_what_is_no_set_says_how_to_declare_it(house: Path) -> None:
    change(
        house,
        "dashboard/module.yaml",
        (
            "gives: The dashboard.",
            "gives: The dashboard.\nsections:\n  - {sheet: Model, for_each: zebra}",
        ),
    )
    assert problems(house) == [
        "dashboard/module.yaml:5:30: 'zebra' is not a set (declare it, if only without members: set_rules: {zebra: {}})"
    ]
