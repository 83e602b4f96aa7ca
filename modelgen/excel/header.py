"""The head of every sheet: company, title, case and status; the heads of its columns and of its periods."""

from modelgen.contract import (
    ACTUAL,
    BAND_ENDS,
    BAND_NAMES,
    CASE_CELL,
    FORECAST,
    PERIOD_ENDS,
    PERIOD_FLAGS,
    STATUS_CELL,
)
from modelgen.excel.address import Address
from modelgen.excel.layout import (
    FLAG_ROW,
    INTRO_ROW,
    LABEL,
    PERIOD_ROW,
    STATUS_ROW,
    SUBTITLE_ROW,
    TITLE_ROW,
    UNIT,
    bands_on,
)
from modelgen.excel.plan import Book, Formula, Link, OwnFormula, SheetPlan
from modelgen.formula.syntax import Binary, Call, Node, Number, Ref, Text
from modelgen.model.plain import Input, Model

COVER, CAVEATS = "cover", "caveats"
BACK = "Back to the cover"


def title_rows(book: Book, plan: SheetPlan) -> None:
    """Puts company, title and introduction at the top of a sheet. The company leads back to the cover."""
    sheets = book.model.sheets
    cover = next((name for name, text in sheets.items() if text.kind == COVER), plan.name)
    title: str | Link = book.model.company
    if cover != plan.name:
        title = Link(book.model.company, Address(cover, 0, 0), BACK)
    plan.put(TITLE_ROW, LABEL, title, "title")
    plan.put(SUBTITLE_ROW, LABEL, sheets[plan.name].title, "subtitle")
    if sheets[plan.name].intro:
        plan.put(INTRO_ROW, LABEL, sheets[plan.name].intro, "intro")


def own_formulas(book: Book, name: str) -> list[OwnFormula]:
    """The formulas that a sheet has besides its lines: the case and the master check's sentence and, on a
    timeline, the ends of its periods and whether they are actual, and the ends and names of its bands.
    """
    found = []
    roles, text = book.model.roles, book.model.sheets[name]
    case = selected_case(book.model)
    if case is not None:
        shown = Formula(Binary("&", Text("Case: "), case))
        found.append(OwnFormula(CASE_CELL, STATUS_ROW, ((LABEL, None),), shown, "case"))
    if roles.status is not None:
        sentence = Formula(_status(book.model, roles.status))
        found.append(OwnFormula(STATUS_CELL, STATUS_ROW, ((UNIT, None),), sentence, "status"))
    if text.timeline is None:
        return found
    timeline = book.model.timelines[text.timeline]
    columns = tuple((at, n) for n, at in enumerate(book.layout.columns(timeline.id)))
    ends = Formula(Ref(timeline.ends), timeline.id, item=timeline.ends)
    found.append(OwnFormula(PERIOD_ENDS, PERIOD_ROW, columns, ends, "header_date", "mmm-yy"))
    for band in bands_on(book.model, name):
        of_band = tuple((at, n) for n, at in enumerate(book.layout.columns(band.id)))
        ends = Formula(Ref(band.ends), band.id, item=band.ends)
        area, names = BAND_ENDS[band.band], BAND_NAMES[band.band]
        found.append(OwnFormula(area, PERIOD_ROW, of_band, ends, "header_date", "mmm-yy"))
        label = Formula(Ref(band.label), band.id, item=band.label)
        found.append(OwnFormula(names, FLAG_ROW, of_band, label, "header_flag"))
    if timeline.actual is not None:
        is_actual = Binary("=", Ref(timeline.actual), Number(1))
        flag = Formula(Call("IF", (is_actual, Text(ACTUAL), Text(FORECAST))), timeline.id)
        found.append(OwnFormula(PERIOD_FLAGS, FLAG_ROW, columns, flag, "header_flag"))
    return found


def _status(model: Model, status: str) -> Node:
    """The master check's sentence; in a draft, with how many inputs had no value when it was built."""
    missing = sum(item.missing for item in model.inputs())
    if not missing:
        return Ref(status)
    words = "1 INPUT HAS" if missing == 1 else f"{missing} INPUTS HAVE"
    return Binary("&", Text(f"DRAFT: {words} NO VALUE YET. "), Ref(status))


def selected_case(model: Model) -> Node | None:
    """The name of the scenario selected, as a formula; None for a model without scenarios."""
    selector = model.items.get(model.roles.scenario or "")
    if not isinstance(selector, Input) or not selector.choices:
        return None
    names = tuple(Text(name) for _, name in selector.choices)
    return Call("IFERROR", (Call("CHOOSE", (Ref(selector.id), *names)), Text("none selected")))


def case_at_build(model: Model) -> str:
    """The name of the scenario that a model is built with; empty if it has none."""
    selector = model.items.get(model.roles.scenario or "")
    if not isinstance(selector, Input):
        return ""
    return next((name for code, name in selector.choices if code == selector.values[0]), "")
