"""Plans an ordinary sheet: header, headings, inputs, lines, and tables across."""

from dataclasses import replace
from math import ceil, isnan

from modelgen.contract import PERIOD_ENDS, PERIOD_FLAGS, STATUS_CELL
from modelgen.dates import from_serial, to_serial
from modelgen.excel.address import Address
from modelgen.excel.layout import (
    BODY_ROW,
    FIRST,
    FLAG_ROW,
    INTRO_ROW,
    LABEL,
    PERIOD_ROW,
    SOURCE,
    SUBTITLE_ROW,
    TITLE_ROW,
    UNIT,
    VALUE,
    Placed,
)
from modelgen.excel.plan import (
    Allowed,
    Book,
    Formula,
    Link,
    OwnFormula,
    SheetKind,
    SheetPlan,
    is_pure_link,
)
from modelgen.excel.styles import CHECK_FORMAT, WRAPPED
from modelgen.formula.syntax import Binary, Call, Number, Ref, Row, Text
from modelgen.model.plain import HeadingRow, Input, Item, ItemRow, Line, MemberRow, Recorded
from modelgen.model.worth import show_value

STATUS, ALLOWED, BASIS = VALUE + 1, VALUE + 2, VALUE + 3
BASIS_WIDTH, ALLOWED_WIDTH, SOURCE_WIDTH, WIDE_SOURCE_WIDTH = 64, 24, 20, 38
NARROW_SOURCE_WIDTH, PERIOD_WIDTH, TABLE_WIDTH, WIDEST_LABEL = 14, 9.7, 13, 64.0
ROW_HEIGHT = 15.0


ACTUAL, FORECAST = "Actual", "Forecast"


def plan_sheet(book: Book, name: str) -> SheetPlan:
    """The plan of an ordinary sheet, by its name."""
    plan = SheetPlan(name)
    for own in own_formulas(book, name):
        plan.put_own(own)
    text = book.model.sheets[name]
    source_width = WIDE_SOURCE_WIDTH if text.inputs and text.timeline else SOURCE_WIDTH
    if text.timeline and not text.inputs:
        source_width = NARROW_SOURCE_WIDTH
    plan.widths |= {LABEL: _label_width(book, name), UNIT: 15, SOURCE: source_width, VALUE: 14}
    _header(book, plan)
    for placed in book.layout.rows[name]:
        _row(book, plan, placed)
    if text.timeline:
        columns = book.layout.columns(text.timeline)
        blank = FIRST + len(book.model.timelines[text.timeline].comparatives)
        plan.widths |= dict.fromkeys(columns, PERIOD_WIDTH) | {blank: 2.0}
    elif any(p.kind == "columns" for p in book.layout.rows[name]):
        plan.widths |= _table_widths(book, name)
    if _lists_inputs(book, name):
        plan.widths |= {STATUS: 12, ALLOWED: ALLOWED_WIDTH, BASIS: BASIS_WIDTH}
    return plan


def title_rows(book: Book, plan: SheetPlan) -> None:
    """Puts company, title and introduction at the top of a sheet."""
    plan.put(TITLE_ROW, LABEL, book.model.company, "title")
    plan.put(SUBTITLE_ROW, LABEL, book.model.sheets[plan.name].title, "subtitle")
    intro = book.model.sheets[plan.name].intro
    if intro:
        plan.put(INTRO_ROW, LABEL, intro, "intro")


def _header(book: Book, plan: SheetPlan) -> None:
    title_rows(book, plan)
    text = book.model.sheets[plan.name]
    row = PERIOD_ROW if text.timeline else BODY_ROW - 2
    heads = ["Line", "Unit", "Source or note", _value_head(book, plan.name)]
    if _lists_inputs(book, plan.name):
        heads += ["Status", "Allowed", "Basis"]
    if not _is_table(book, plan.name):
        for column, head in enumerate(heads):
            plan.put(row, column, head, _head_role(column))
    if not text.timeline:
        plan.freeze, plan.header_rows = (row + 1, VALUE), row + 1
        return
    plan.freeze, plan.header_rows = (BODY_ROW, FIRST), BODY_ROW


def own_formulas(book: Book, name: str) -> list[OwnFormula]:
    """The formulas that a sheet has besides its lines: the master check's sentence and, on a timeline, the
    ends of its periods and whether they are actual.
    """
    found = []
    roles, text = book.model.roles, book.model.sheets[name]
    if roles.status is not None:
        sentence = Formula(Ref(roles.status))
        found.append(OwnFormula(STATUS_CELL, TITLE_ROW, ((SOURCE, None),), sentence, "status"))
    if text.timeline is None:
        return found
    timeline = book.model.timelines[text.timeline]
    columns = tuple((at, n) for n, at in enumerate(book.layout.columns(timeline.id)))
    ends = Formula(Ref(timeline.ends), timeline.id, item=timeline.ends)
    found.append(OwnFormula(PERIOD_ENDS, PERIOD_ROW, columns, ends, "header_date", "mmm-yy"))
    if timeline.actual is not None:
        is_actual = Binary("=", Ref(timeline.actual), Number(1))
        flag = Formula(Call("IF", (is_actual, Text(ACTUAL), Text(FORECAST))), timeline.id)
        found.append(OwnFormula(PERIOD_FLAGS, FLAG_ROW, columns, flag, "header_flag"))
    return found


def _table_widths(book: Book, name: str) -> dict[int, float]:
    """Widths for the columns of tables across, from their longest texts."""
    longest: dict[int, int] = {}
    for placed in book.layout.rows[name]:
        if isinstance(placed.content, MemberRow):
            for offset, id_ in enumerate(placed.content.cells):
                item = book.model.items[id_]
                text = (
                    item.value if isinstance(item, Recorded) and isinstance(item.value, str) else ""
                )
                longest[VALUE + offset] = max(longest.get(VALUE + offset, 0), len(text))
    return {column: max(TABLE_WIDTH, length * 0.95 + 2) for column, length in longest.items()}


def _lists_inputs(book: Book, name: str) -> bool:
    """Whether a sheet lists single inputs, each with status, allowed range and basis."""
    if book.model.sheets[name].timeline:
        return False
    rows = [p.content.id for p in book.layout.rows[name] if isinstance(p.content, ItemRow)]
    return any(isinstance(book.model.items[id_], Input) for id_ in rows)


def _head_role(column: int) -> str:
    return "header" if column < VALUE else "header_right" if column == VALUE else "header_note"


def _value_head(book: Book, name: str) -> str:
    """The head of the column before the periods: "Value", "Total", both or neither."""
    rows = [p.content.id for p in book.layout.rows[name] if isinstance(p.content, ItemRow)]
    items = [book.model.items[id_] for id_ in rows]
    totals = any(isinstance(item, Line) and item.total for item in items)
    values = any(not isinstance(item, Recorded) and item.timeline is None for item in items)
    return " or ".join(head for head, shown in (("Value", values), ("Total", totals)) if shown)


def _is_table(book: Book, name: str) -> bool:
    """Whether a sheet begins with a table across, which has its own column heads."""
    rows = book.layout.rows[name]
    return bool(rows) and rows[0].kind == "columns"


def _row(book: Book, plan: SheetPlan, placed: Placed) -> None:
    content = placed.content
    if placed.kind == "heading":
        assert isinstance(content, str)
        plan.put(placed.row, LABEL, content, "heading")
    elif placed.kind == "note":
        assert isinstance(content, str)
        plan.put(placed.row, LABEL, content, "intro")
    elif placed.kind == "columns":
        heads = placed.section.columns
        plan.heights[placed.row] = max(
            2 * ROW_HEIGHT, *(note_height(head, TABLE_WIDTH) for head in heads)
        )
        for column, head in enumerate(("Line", "Unit", "Source")):
            plan.put(placed.row, column, head, "column_head_left")
        if _is_table(book, plan.name):
            plan.freeze, plan.header_rows = (placed.row + 1, LABEL + 1), placed.row + 1
        for offset, head in enumerate(placed.section.columns):
            plan.put(placed.row, VALUE + offset, head, "column_head")
    elif isinstance(content, HeadingRow):
        plan.put(placed.row, LABEL, content.text, "subheading")
    elif isinstance(content, ItemRow):
        item = book.model.items[content.id]
        if isinstance(item, Input):
            input_row(book, plan, placed.row, item)
        elif isinstance(item, Line):
            _line_row(book, plan, placed.row, item)
    elif isinstance(content, MemberRow):
        _member_row(book, plan, placed.row, content)


def input_row(book: Book, plan: SheetPlan, row: int, item: Input) -> None:
    """Puts the row of an input: label, unit, source or basis, values, and validation."""
    plan.put(row, LABEL, item.row_label, "label")
    plan.put(row, UNIT, unit_shown(item), "unit")
    source = book.source_of(item.leaf_of or item.id)
    on_timeline = book.model.sheets[plan.name].timeline is not None
    basis = f"{item.status}: {item.basis}" if on_timeline else item.basis
    if source is not None:
        assumed = "; assumed where in bold italics" if item.assumed else ""
        plan.put(row, SOURCE, replace(source, text=f"{source.text}{assumed}"), "source")
    elif on_timeline:
        plan.put(row, SOURCE, basis, "note")
        plan.heights[row] = note_height(basis, WIDE_SOURCE_WIDTH)
    place = book.layout.places[item.id]
    if item.timeline is None:
        plan.put(row, VALUE, _shown(item.values[0]), "input", item.unit.format)
        plan.validations.append(Allowed(place, VALUE, item))
    else:
        columns = book.layout.columns(item.timeline)
        for index, (column, value) in enumerate(zip(columns, item.values, strict=True)):
            if column >= place.column:
                role = "input_assumed" if index in item.assumed else "input"
                plan.put(row, column, _shown(value), role, item.unit.format)
        plan.validations.append(Allowed(place, columns[-1], item))
    if not on_timeline:
        plan.put(row, STATUS, item.status, "note")
        plan.put(row, ALLOWED, allowed_words(item), "note")
        plan.put(row, BASIS, item.basis, "note")
        plan.heights[row] = max(
            note_height(item.basis, BASIS_WIDTH), note_height(allowed_words(item), ALLOWED_WIDTH)
        )


def unit_shown(item: Input | Line) -> str | None:
    """The unit shown next to an item; None for a text or a flag, whose unit would say nothing."""
    return None if item.unit.kind in ("text", "flag") else item.unit.label


def _shown(value: float) -> float | None:
    """The value of an input's cell, None if an optional input is blank."""
    return None if isnan(value) else value


def allowed_words(item: Input) -> str:
    """The allowed range or choices of an input in words; empty if anything is allowed."""
    if item.choices:
        return "; ".join(f"{code:.15g} {words}" for code, words in item.choices)
    if item.lowest is None or item.highest is None:
        return ""
    shown = [
        from_serial(end).strftime("%b %Y")
        if item.unit.kind == "date"
        else show_value(end, item.unit)
        for end in (item.lowest, item.highest)
    ]
    return f"{shown[0]} to {shown[1]}"


def note_height(text: str, width: float) -> float:
    """The height, in points, of a row with a wrapped note, whose small type fits more than `width`
    characters.
    """
    return ROW_HEIGHT * max(1, ceil(len(text) / (width * 1.3)))


def _label_width(book: Book, name: str) -> float:
    """The width for the longest label on a sheet, within limits."""
    longest = 0
    for placed in book.layout.rows[name]:
        if isinstance(placed.content, ItemRow):
            item = book.model.items[placed.content.id]
            longest = max(
                longest, len(item.label if isinstance(item, Recorded) else item.row_label)
            )
        elif isinstance(placed.content, MemberRow):
            longest = max(longest, len(placed.content.label))
    return min(WIDEST_LABEL, max(34.0, longest * 0.92 + 1))


def _line_row(book: Book, plan: SheetPlan, row: int, item: Line) -> None:
    role = {"subtotal": "subtotal", "total": "total"}.get(item.style, "formula")
    plan.put(row, LABEL, item.row_label, f"{role}_label" if role != "formula" else "label")
    _wrap_long_label(plan, row, item.row_label)
    plan.put(row, UNIT, unit_shown(item), "unit")
    source = book.source_of(item.id)
    if source is not None:
        plan.put(row, SOURCE, source, "source")
    elif item.note:
        plan.put(row, SOURCE, item.note, "note")
        plan.heights[row] = note_height(item.note, SOURCE_WIDTH)
    if is_pure_link(item.expression, book, plan.name):
        role = {"formula": "link"}.get(role, role)
    number_format = CHECK_FORMAT if item.check else item.unit.format
    if item.timeline is None:
        role = "sentence" if item.unit.kind == "text" else role
        plan.put(row, VALUE, Formula(item.expression, item=item.id), role, number_format)
        _flag_cells(plan, item, row, VALUE, VALUE)
        return
    timeline = book.model.timelines[item.timeline]
    if item.total:
        plan.put(row, VALUE, Formula(Call("SUM", (Row(item.id),))), role, number_format)
    columns = book.layout.columns(timeline.id)
    before = len(timeline.comparatives)
    for column, at in enumerate(columns):
        if column < before and item.comparative is None:
            continue
        if column < before and item.id == timeline.ends:
            end = book.model.timelines[timeline.id].comparatives[column]
            plan.put(row, at, float(to_serial(end)), "input", number_format)
            continue
        node = item.comparative if column < before and item.comparative else item.expression
        plan.put(row, at, Formula(node, timeline.id, column, item.id), role, number_format)
    _flag_cells(plan, item, row, columns[0], columns[-1])


def _wrap_long_label(plan: SheetPlan, row: int, label: str) -> None:
    """Wraps a label that is too long over two lines, in the cell put last."""
    if len(label) * 0.92 > WIDEST_LABEL:
        last = plan.cells[-1]
        plan.cells[-1] = replace(last, role=last.role + WRAPPED)
        plan.heights[row] = max(plan.heights.get(row, 0), 2 * ROW_HEIGHT)


def _flag_cells(plan: SheetPlan, item: Line, row: int, first: int, last: int) -> None:
    if item.unit.kind == "flag":
        plan.flags.append((row, first, last))
    if item.check is not None:
        plan.differences.append((row, first, last))


def _member_row(book: Book, plan: SheetPlan, row: int, content: MemberRow) -> None:
    label: str | Link = content.label
    if content.subject is not None and content.subject in book.layout.places:
        label = Link(content.label, _subject_cell(book, content))
    plan.put(row, LABEL, label, "source" if isinstance(label, Link) else "label")
    _wrap_long_label(plan, row, content.label)
    plan.put(row, UNIT, content.unit, "unit")
    if content.source is not None:
        plan.put(row, SOURCE, str(content.source), "note")
    for offset, id_ in enumerate(content.cells):
        _member_cell(book, plan, row, VALUE + offset, book.model.items[id_])


def _subject_cell(book: Book, content: MemberRow) -> Address:
    figure_id = content.cells[0].rpartition(".")[0]
    for figure in book.figures.get(content.subject or "", []):
        if figure.id == figure_id:
            return book.layout.address(figure.line, figure.column)
    return book.layout.places[content.subject or ""]


def _member_cell(book: Book, plan: SheetPlan, row: int, column: int, item: Item) -> None:
    if isinstance(item, Recorded):
        number_format = item.unit.format if item.unit else ""
        plan.put(row, column, item.value, "given" if item.unit else "given_text", number_format)
    elif isinstance(item, Input):
        plan.put(row, column, _shown(item.values[0]), "input", item.unit.format)
        plan.validations.append(Allowed(Address(plan.name, row, column), column, item))
    else:
        pure = is_pure_link(item.expression, book, plan.name)
        plan.put(
            row,
            column,
            Formula(item.expression, item=item.id),
            "link" if pure else "formula",
            item.unit.format,
        )
        _flag_cells(plan, item, row, column, column)


KIND = SheetKind(
    plan_sheet, own_formulas, lambda with_periods: BODY_ROW + 1 if with_periods else BODY_ROW
)
