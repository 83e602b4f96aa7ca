"""Plans the page of caveats: what the sources do not disclose, what the model assumes instead, and where a
source disagrees with itself. A reader of the results needs these first.
"""

from dataclasses import dataclass
from math import isnan

from modelgen.contract import ASSUMED
from modelgen.excel import header
from modelgen.excel.body import unit_shown
from modelgen.excel.layout import BODY_ROW, LABEL, UNIT
from modelgen.excel.measure import broken
from modelgen.excel.plan import Book, Formula, Link, OwnFormula, SheetKind, SheetPlan
from modelgen.excel.styles import OUTPUT_TAB
from modelgen.formula.syntax import Call, Node, Ref, Text
from modelgen.model.plain import Input, ItemRow, Model
from modelgen.model.worth import show_value

UNDISCLOSED = "What the sources do not disclose"
ASSUMPTIONS = "What the model assumes"
DISAGREES = "Where a source is inconsistent or imprecise"
_BY_PERIOD = "by period"
_LINE = 1200.0  # pixels
FIRST_ROW, HEADS_OF_ASSUMED = BODY_ROW - 2, 3


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a sheet has the value, the status and the basis of an assumption; `live` if its values follow
    the inputs.
    """

    value: int
    status: int
    basis: int
    live: bool


PAGE = Columns(2, 3, 4, live=True)


def plan_caveats(book: Book, name: str) -> SheetPlan:
    """The plan of the page, by its sheet's name."""
    widths = {LABEL: 66.0, UNIT: 11.0, PAGE.value: 14.0, PAGE.status: 11.0, PAGE.basis: 100.0}
    plan = SheetPlan(name, widths=widths, tab=OUTPUT_TAB, one_page=True, header_rows=BODY_ROW - 2)
    for own in own_formulas(book, name):
        plan.put_own(own)
    header.title_rows(book, plan)
    put_caveats(book, plan, FIRST_ROW, PAGE)
    return plan


def put_caveats(book: Book, plan: SheetPlan, row: int, at: Columns) -> int:
    """Puts what is not disclosed, what is assumed, and where a source disagrees with itself, from a row on;
    returns the row after it.
    """
    model = book.model
    if model.undisclosed:
        plan.put(row, LABEL, UNDISCLOSED, "heading")
        lines = _undisclosed(model)
        for offset, line in enumerate(lines, start=1):
            plan.put(row + offset, LABEL, line, "running")
        row += len(lines) + 2
    plan.put(row, LABEL, ASSUMPTIONS, "heading")
    plan.put(row + 1, LABEL, _intro(model), "intro")
    heads = {
        LABEL: "Assumption",
        UNIT: "Unit",
        at.value: "Value",
        at.status: "Status",
        at.basis: "Basis",
    }
    for column, head in heads.items():
        role = (
            "header_right" if column == at.value else "header_note" if column > UNIT else "header"
        )
        plan.put(row + 2, column, head, role)
    row += HEADS_OF_ASSUMED
    for item in assumed(model):
        _assumption(book, plan, row, item, at)
        row += 1
    for line in _nothing_assumed(model):
        plan.put(row, LABEL, line, "running")
        row += 1
    if model.anomalies:
        row += 1
        plan.put(row, LABEL, DISAGREES, "heading")
    for anomaly in model.anomalies:
        row += 1
        printed = f": printed '{anomaly.printed}'" if anomaly.printed else ""
        plan.put(row, LABEL, f"{anomaly.at}{printed}", "plain")
        plan.put(row, at.basis, anomaly.reason, "note")
    return row + 1


def assumed(model: Model) -> list[Input]:
    """The inputs that are somebody's view and other than zero at build, in the order of the sheets."""
    return [item for item in _views(model) if _values(model, item) != {0.0}]


def _nothing_assumed(model: Model) -> list[str]:
    """The inputs that are somebody's view and zero at build, in lines that fit the page."""
    zeros = [item.label for item in _views(model) if _values(model, item) == {0.0}]
    return broken(f"Zero, or off, when built: {'; '.join(zeros)}", _LINE) if zeros else []


def _views(model: Model) -> list[Input]:
    """The inputs that are somebody's view, in the order of the sheets. Those of a table across are left out
    (scenarios differ from the base by design), as are the cover's selectors, and blanks, which assume
    nothing.
    """
    order = {sheet: number for number, sheet in enumerate(model.sheets)}
    found = []
    for section in sorted(model.sections, key=lambda section: order[section.sheet]):
        for row in section.rows if model.sheets[section.sheet].kind != header.COVER else ():
            item = model.items[row.id] if isinstance(row, ItemRow) else None
            if isinstance(item, Input) and item.status == "judgement" and _values(model, item):
                found.append(item)
    return found


def _values(model: Model, item: Input) -> set[float]:
    """The values that an input has, in periods other than comparative ones; none if it is blank."""
    timeline = model.timeline_of(item.id)
    before = len(timeline.comparatives) if timeline and item.leaf_of is None else 0
    return {value for value in item.values[before:] if not isnan(value)}


def own_formulas(book: Book, name: str) -> list[OwnFormula]:
    """The formulas of a sheet and, for each assumption with one value, the one that shows it as it is now."""
    found = header.own_formulas(book, name)
    for row, item in enumerate(assumed(book.model), start=_first_assumed(book.model)):
        if item.timeline is None:
            node: Node = Ref(item.id)
            if item.choices:
                node = Call("CHOOSE", (node, *(Text(words) for _, words in item.choices)))
            columns = ((PAGE.value, None),)
            shown = OwnFormula(ASSUMED, row, columns, Formula(node), "link", item.unit.format)
            found.append(shown)
    return found


def _first_assumed(model: Model) -> int:
    """The row of the first assumption on the page."""
    before = len(_undisclosed(model)) + 2 if model.undisclosed else 0
    return FIRST_ROW + before + HEADS_OF_ASSUMED


def _undisclosed(model: Model) -> list[str]:
    """What the sources do not disclose, in lines that fit the page."""
    return [line for text in model.undisclosed for line in broken(text, _LINE)]


def _intro(model: Model) -> str:
    derived = sum(item.status == "derived" for item in model.inputs())
    views = sum(item.status == "judgement" for item in model.inputs())
    return (
        f"Views that no source gives. Of {views:,} inputs that are somebody's view, those of scenarios and "
        f"those left blank are not listed; {derived:,} more are derived from what is published."
    )


def _assumption(book: Book, plan: SheetPlan, row: int, item: Input, at: Columns) -> None:
    plan.put(row, LABEL, Link(item.label, book.layout.places[item.id]), "source")
    plan.put(row, UNIT, unit_shown(item), "unit")
    if item.timeline is not None or not at.live:
        values = _values(book.model, item)
        same = len(values) == 1
        shown = f"{show_value(values.pop(), item.unit)} throughout" if same else _BY_PERIOD
        plan.put(row, at.value, shown, "formula")
    plan.put(row, at.status, item.status, "note")
    plan.put(row, at.basis, item.basis, "note")


KIND = SheetKind(plan_caveats, own_formulas, lambda _: BODY_ROW)
