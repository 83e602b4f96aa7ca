"""Plans the cover: description, selectors, master check, legend and contents."""

from modelgen.contract import CHOICES, NO_BASIS, NO_VALUE
from modelgen.excel import body, header
from modelgen.excel.address import Address
from modelgen.excel.body import allowed_words
from modelgen.excel.header import title_rows
from modelgen.excel.layout import INTRO_ROW, LABEL, UNIT
from modelgen.excel.plan import Allowed, Book, Formula, Link, OwnFormula, SheetKind, SheetPlan
from modelgen.excel.styles import OUTPUT_TAB
from modelgen.formula.syntax import Call, Ref, Text
from modelgen.model.plain import Input, ItemRow, Line

NOTE, NOTE_WIDTH, FIRST_ROW = 4, 56.0, 10
_LEGEND = (
    (
        "1,234",
        "input",
        "Input: edit only these cells; selecting one shows its allowed range",
    ),
    ("1,234", "formula", "Formula on this sheet"),
    ("1,234", "link", "Value linked from another sheet"),
    ("1,234", "given", "Published figure in the ledger: evidence, used in no calculation"),
)
_TABS = "Tabs of sheets: amber for inputs, blue for results, grey for proof"
_ASSUMED = (
    "1,234",
    "input_assumed",
    "Assumed actual value that no source gives; the Map says why",
)


def plan_cover(book: Book, name: str) -> SheetPlan:
    """The plan of the cover, by its sheet's name."""
    model = book.model
    at = book.layout.sheet_columns[name]
    widths = {LABEL: 32.0, UNIT: 16.0, at.source: 34.0, at.value: 12.0, NOTE: NOTE_WIDTH}
    plan = SheetPlan(name, widths=widths, tab=OUTPUT_TAB, one_page=True)
    for own in own_formulas(book, name):
        plan.put_own(own)
    title_rows(book, plan)
    plan.put(1, LABEL, model.title, "subtitle")
    plan.put(INTRO_ROW, LABEL, model.description, "intro")
    facts: tuple[tuple[str, str], ...] = (
        ("As of", model.as_of.strftime("%B %d, %Y").replace(" 0", " ")),
        ("Units", f"Each row states its unit; money is in {_money(book)}"),
        ("Signs", model.signs),
        (
            "Sources",
            "; ".join(
                f"{id_}: {s.title}, {s.publisher}, {s.date.strftime('%B %d, %Y').replace(' 0', ' ')}"
                for id_, s in model.sources.items()
            ),
        ),
    )
    without = [item for item in model.inputs() if NO_BASIS in item.basis_words]
    if without:
        count = f"{len(without)} of {len(model.inputs())} inputs: the Map marks them '{NO_BASIS}'"
        facts = (*facts, ("Judgements without a basis", count))
    missing = sum(item.missing for item in model.inputs())
    if missing:
        count = f"{missing} of {len(model.inputs())}: the Map marks them '{NO_VALUE}'"
        facts = (*facts, ("Inputs without a value", count))
    for offset, (label, text) in enumerate(facts):
        plan.put(INTRO_ROW + 2 + offset, LABEL, label, "label")
        plan.put(INTRO_ROW + 2 + offset, UNIT, text, "running")
    for placed in book.layout.rows[name]:
        if placed.kind == "heading":
            assert isinstance(placed.content, str)
            plan.put(placed.row, LABEL, placed.content, "heading")
        elif isinstance(placed.content, ItemRow):
            item = model.items[placed.content.id]
            if isinstance(item, Input):
                _selector(book, plan, placed.row, item)
            elif isinstance(item, Line):
                plan.put(placed.row, LABEL, item.row_label, "label")
                plan.put(placed.row, UNIT, body.unit_shown(item), "unit")
                plan.put(
                    placed.row,
                    at.value,
                    Formula(item.expression, item=item.id),
                    "link",
                    item.unit.format,
                )
                if item.note:
                    plan.put(placed.row, at.source, item.note, "plain")
                if item.unit.kind == "flag":
                    plan.flags.append((placed.row, at.value, at.value))
    row = book.layout.next_row[name]
    _contents(book, plan, row, name)
    _legend(plan, row, at.value, any(item.assumed for item in model.inputs()))
    return plan


def own_formulas(book: Book, name: str) -> list[OwnFormula]:
    """The formulas of a sheet and, next to each selector, the one that puts its code in words."""
    found = header.own_formulas(book, name)
    for placed in book.layout.rows[name]:
        item = book.model.items[placed.content.id] if isinstance(placed.content, ItemRow) else None
        if isinstance(item, Input) and item.choices:
            words = tuple(Text(text) for _, text in item.choices)
            chosen = Formula(Call("CHOOSE", (Ref(item.id), *words)))
            found.append(OwnFormula(CHOICES, placed.row, ((UNIT, None),), chosen, "chosen"))
    return found


def _money(book: Book) -> str:
    """The label of the unit of money: the first unit that the template and the deal define."""
    return next(iter(book.model.units.values())).label


def _selector(book: Book, plan: SheetPlan, row: int, item: Input) -> None:
    """Puts the row of a selector: its label, its code, and the codes with their meanings."""
    place = book.layout.places[item.id]
    plan.put(row, LABEL, item.row_label, "label")
    plan.put(row, place.column, item.values[0], "input", item.unit.format)
    plan.validations.append(Allowed(place, place.column, item))
    plan.put(row, NOTE, allowed_words(item), "note")


def _legend(plan: SheetPlan, row: int, column: int, some_assumed: bool) -> None:
    """Puts the legend, beside the contents."""
    plan.put(row, NOTE, "Legend", "heading")
    legend = (_LEGEND[0], _ASSUMED, *_LEGEND[1:]) if some_assumed else _LEGEND
    for offset, (sample, role, words) in enumerate(legend, start=1):
        plan.put(row + offset, column, sample, f"{role}_sample")
        plan.put(row + offset, NOTE, words, "note")
    plan.put(row + len(legend) + 1, NOTE, _TABS, "note")


def _contents(book: Book, plan: SheetPlan, row: int, name: str) -> None:
    plan.put(row, LABEL, "Contents", "heading")
    others = [(n, s) for n, s in book.model.sheets.items() if n != name]
    for offset, (sheet, text) in enumerate(others, start=1):
        plan.put(row + offset, LABEL, Link(sheet, Address(sheet, 0, 0)), "source")
        plan.put(row + offset, UNIT, text.title, "running")


KIND = SheetKind(plan_cover, own_formulas, lambda _: FIRST_ROW)
