"""Plans an ordinary sheet: header, headings, inputs, lines, and tables across."""

from dataclasses import replace

from modelgen.contract import SEALED
from modelgen.dates import from_serial, to_serial
from modelgen.excel.address import Address
from modelgen.excel.along import beside, input_values, shown
from modelgen.excel.chart import CHARTS_WIDTH
from modelgen.excel.header import own_formulas, title_rows
from modelgen.excel.layout import (
    BODY_ROW,
    FIRST,
    LABEL,
    PERIOD_ROW,
    UNIT,
    Placed,
    bands_on,
)
from modelgen.excel.measure import characters, column_pixels, text_pixels
from modelgen.excel.plan import (
    Allowed,
    Book,
    Formula,
    Link,
    SheetKind,
    SheetPlan,
    is_pure_link,
)
from modelgen.excel.styles import CHECK_FORMAT, INPUT_TAB, OUTPUT_TAB, PROOF_TAB
from modelgen.excel.years import fold_months, years_of
from modelgen.formula.syntax import Call, Row
from modelgen.model.plain import HeadingRow, Input, Item, ItemRow, Line, MemberRow, Recorded
from modelgen.model.worth import show_value

LABEL_WIDTHS = (24.0, 32.0)
"""The least and the greatest width of labels beside periods; longer ones take two lines."""
WIDE_LABEL_WIDTHS = (34.0, 46.0)
UNIT_WIDTH, VALUE_WIDTH, PERIOD_WIDTH, BLANK_WIDTH = 10.5, 11.5, 9.0, 2.0
STATUS_WIDTH, ALLOWED_WIDTH, BASIS_WIDTH, SOURCE_WIDTH, NOTE_WIDTH = 11.0, 22.0, 46.0, 12.0, 56.0
TABLE_WIDTH = 10.5


def plan_sheet(book: Book, name: str) -> SheetPlan:
    """The plan of an ordinary sheet, by its name."""
    plan = SheetPlan(name)
    for own in own_formulas(book, name):
        plan.put_own(own)
    text = book.model.sheets[name]
    at = book.layout.sheet_columns[name]
    for placed in book.layout.rows[name]:
        _row(book, plan, placed)
    cited = any(cell.column == at.source and cell.row >= BODY_ROW for cell in plan.cells)
    plan.widths |= {LABEL: _label_width(book, name), UNIT: UNIT_WIDTH, at.value: VALUE_WIDTH}
    _header(book, plan, cited)
    if text.timeline:
        columns = book.layout.columns(text.timeline)
        blank = FIRST + len(book.model.timelines[text.timeline].comparatives)
        plan.widths |= dict.fromkeys(columns, PERIOD_WIDTH) | {blank: BLANK_WIDTH}
        plan.years = years_of(book.model, text.timeline, columns)
        plan.folded_columns = fold_months(book.model, text.timeline, plan.years)
        for band in bands_on(book.model, name):
            of_band = book.layout.columns(band.id)
            left = range(max(plan.widths) + 1, of_band[-1])
            plan.widths |= dict.fromkeys(left, BLANK_WIDTH) | dict.fromkeys(of_band, PERIOD_WIDTH)
            plan.years.append(of_band)
    elif any(p.kind == "columns" for p in book.layout.rows[name]):
        plan.widths |= _table_widths(book, name)
    if text.charts:
        widths = [plan.widths[LABEL], plan.widths[UNIT], *([SOURCE_WIDTH] if cited else [])]
        kept = sum(column_pixels(width) for width in widths)
        plan.widths[at.value] = characters(CHARTS_WIDTH - kept)
    if cited:
        notes = any(c.column == at.source and c.role == "note" for c in plan.cells)
        plan.widths[at.source] = NOTE_WIDTH if notes and text.timeline else SOURCE_WIDTH
    if _lists_inputs(book, name):
        plan.widths |= {
            at.value + 1: STATUS_WIDTH,
            at.value + 2: ALLOWED_WIDTH,
            at.value + 3: BASIS_WIDTH,
        }
    plan.folded_rows = _details(book, name)
    plan.tab = tab_of(book, name)
    return plan


def tab_of(book: Book, name: str) -> str:
    """The colour of a sheet's tab: inputs, results, or proof."""
    text = book.model.sheets[name]
    if text.inputs:
        return INPUT_TAB
    tables = {section.table for section in book.model.sections if section.sheet == name}
    return PROOF_TAB if tables & SEALED else OUTPUT_TAB


def _header(book: Book, plan: SheetPlan, cited: bool) -> None:
    title_rows(book, plan)
    text = book.model.sheets[plan.name]
    at = book.layout.sheet_columns[plan.name]
    row = PERIOD_ROW if text.timeline else BODY_ROW - 2
    heads = {LABEL: "Line", UNIT: "Unit", at.value: _value_head(book, plan.name)}
    if cited or not (text.timeline or text.charts):  # the bar runs on over an empty column
        long = "Source or note" if text.timeline else "Source"
        heads[at.source] = long if cited else ""
    if _lists_inputs(book, plan.name):
        heads |= {at.value + 1: "Status", at.value + 2: "Allowed", at.value + 3: "Basis"}
    if not _is_table(book, plan.name):
        for column, head in sorted(heads.items()):
            plan.put(row, column, head, "header" if text.charts else _head_role(column, at.value))
    if text.charts:
        return  # charts stand below the rows: nothing may stay in view above them
    if text.timeline:
        plan.freeze, plan.header_rows = (BODY_ROW, FIRST), BODY_ROW
    elif not _is_table(book, plan.name):
        plan.freeze, plan.header_rows = (row + 1, LABEL + 1), row + 1


def _details(book: Book, name: str) -> set[int]:
    """The rows that a total below them adds up, which the outline can fold away."""
    found: set[int] = set()
    waiting: set[int] = set()
    for placed in book.layout.rows[name]:
        item = book.model.items[placed.content.id] if isinstance(placed.content, ItemRow) else None
        if not isinstance(item, Line) or item.check:
            waiting = set()
        elif item.style == "line":
            waiting.add(placed.row)
        else:
            found |= waiting
            waiting = set()
    return found


def _table_widths(book: Book, name: str) -> dict[int, float]:
    """Widths for the columns of tables across, from their longest texts."""
    first = book.layout.sheet_columns[name].value
    widest: dict[int, float] = {}
    for placed in book.layout.rows[name]:
        if isinstance(placed.content, MemberRow):
            for column, id_ in enumerate(placed.content.cells, start=first):
                item = book.model.items[id_]
                text = item.value if isinstance(item, Recorded) else ""
                pixels = text_pixels(text) if isinstance(text, str) else 0.0
                widest[column] = max(widest.get(column, 0.0), pixels)
    return {
        column: min(WIDE_LABEL_WIDTHS[1], max(TABLE_WIDTH, characters(pixels)))
        for column, pixels in widest.items()
    }


def _lists_inputs(book: Book, name: str) -> bool:
    """Whether a sheet lists single inputs, each with status, allowed range and basis."""
    if book.model.sheets[name].timeline:
        return False
    rows = [p.content.id for p in book.layout.rows[name] if isinstance(p.content, ItemRow)]
    return any(isinstance(book.model.items[id_], Input) for id_ in rows)


def _head_role(column: int, value: int) -> str:
    return "header_right" if column == value else "header_note" if column > value else "header"


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
        _column_heads(book, plan, placed)
    elif isinstance(content, HeadingRow):
        plan.put(placed.row, LABEL, content.text, "subheading")
    elif isinstance(content, ItemRow):
        item = book.model.items[content.id]
        if isinstance(item, Input):
            input_row(book, plan, placed.row, item)
        elif isinstance(item, Line):
            _line_row(book, plan, placed.row, item)
        for id_ in book.layout.beside.get(content.id, []):
            beside(book, plan, placed.row, book.model.items[id_])
    elif isinstance(content, MemberRow):
        _member_row(book, plan, placed.row, content)


def _column_heads(book: Book, plan: SheetPlan, placed: Placed) -> None:
    at = book.layout.sheet_columns[plan.name]
    cited = any(isinstance(row, MemberRow) and row.source for row in placed.section.rows)
    for column, head in ((LABEL, "Line"), (UNIT, "Unit"), (at.source, "Source" if cited else "")):
        plan.put(placed.row, column, head, "column_head_left")
    if _is_table(book, plan.name):
        plan.freeze, plan.header_rows = (placed.row + 1, LABEL + 1), placed.row + 1
    for offset, head in enumerate(placed.section.columns):
        plan.put(placed.row, at.value + offset, head, "column_head")


def input_row(book: Book, plan: SheetPlan, row: int, item: Input) -> None:
    """Puts the row of an input: label, unit, source or basis, values, and validation."""
    at = book.layout.sheet_columns[plan.name]
    plan.put(row, LABEL, item.row_label, "label")
    plan.put(row, UNIT, unit_shown(item), "unit")
    source = book.source_of(item.leaf_of or item.id)
    on_timeline = book.model.sheets[plan.name].timeline is not None
    # Beside a single value the columns of periods are empty: its note stands there, in view.
    place = FIRST if on_timeline and item.timeline is None else at.source
    if source is not None:
        assumed = "; assumed where in bold italics" if item.assumed else ""
        plan.put(row, place, replace(source, text=f"{source.text}{assumed}"), "source")
    elif on_timeline:
        allowed = f". Allowed: {allowed_words(item)}" if allowed_words(item) else ""
        role = "aside" if place == FIRST else "note"
        role = role if item.basis and not item.missing else f"unfounded_{role}"
        plan.put(row, place, f"{item.status}: {item.basis_words.rstrip('.')}{allowed}", role)
    if item.timeline is None:
        plan.put(row, at.value, shown(item.values[0]), "input", item.unit.format)
        plan.validations.append(Allowed(book.layout.places[item.id], at.value, item))
    else:
        input_values(book, plan, row, item, item.timeline)
    if not on_timeline:
        plan.put(row, at.value + 1, item.status, "note")
        plan.put(row, at.value + 2, allowed_words(item), "note")
        role = "note" if item.basis and not item.missing else "unfounded_note"
        plan.put(row, at.value + 3, item.basis_words, role)


def unit_shown(item: Input | Line) -> str | None:
    """The unit shown next to an item; None where it would say nothing: of a text or a flag, and of a line's
    dates, switches and plain numbers. Who types an input is told them.
    """
    if isinstance(item, Input):
        return None if item.unit.kind in ("text", "flag") else item.unit.label
    silent = item.unit.kind != "number" or item.unit.measure in ("number", "switch", "code")
    return None if silent else item.unit.label


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


def _label_width(book: Book, name: str) -> float:
    """The width for the longest label on a sheet, within limits."""
    widest = 0.0
    for placed in book.layout.rows[name]:
        if isinstance(placed.content, ItemRow):
            item = book.model.items[placed.content.id]
            label = item.label if isinstance(item, Recorded) else item.row_label
            bold = isinstance(item, Line) and item.style in ("subtotal", "total")
            widest = max(widest, text_pixels(label, bold=bold))
        elif isinstance(placed.content, MemberRow):
            widest = max(widest, text_pixels(placed.content.label))
    least, most = LABEL_WIDTHS if book.model.sheets[name].timeline else WIDE_LABEL_WIDTHS
    return min(most, max(least, characters(widest)))


def _line_row(book: Book, plan: SheetPlan, row: int, item: Line) -> None:
    at = book.layout.sheet_columns[plan.name]
    role = {"subtotal": "subtotal", "total": "total"}.get(item.style, "formula")
    if item.unit.measure == "switch":
        role = "flag"
    plan.put(row, LABEL, item.row_label, "label" if role == "formula" else f"{role}_label")
    plan.put(row, UNIT, unit_shown(item), "unit")
    source = book.source_of(item.id)
    on_timeline = book.model.sheets[plan.name].timeline is not None
    single = on_timeline and item.timeline is None
    if source is not None:
        plan.put(row, FIRST if single else at.source, source, "source")
    elif item.note:
        plan.put(row, FIRST if single else at.source, item.note, "aside" if single else "note")
    if is_pure_link(item.expression, book, plan.name):
        role = {"formula": "link"}.get(role, role)
    number_format = CHECK_FORMAT if item.check else item.unit.format
    if item.timeline is None:
        _single_value(book, plan, row, item, role, number_format)
        return
    timeline = book.model.timelines[item.timeline]
    if item.total:
        plan.put(row, at.value, Formula(Call("SUM", (Row(item.id),))), role, number_format)
    columns = book.layout.columns(timeline.id)
    before = len(timeline.comparatives)
    for column, place in enumerate(columns):
        if column < before and item.is_blank(column):
            continue
        if column < before and item.id == timeline.ends:
            end = book.model.timelines[timeline.id].comparatives[column]
            plan.put(row, place, float(to_serial(end)), "input", number_format)
            continue
        node = item.comparative if column < before and item.comparative else item.expression
        plan.put(row, place, Formula(node, timeline.id, column, item.id), role, number_format)
    _flag_cells(plan, item, row, columns[0], columns[-1])


def _single_value(
    book: Book, plan: SheetPlan, row: int, item: Line, role: str, number_format: str
) -> None:
    """Puts the value of a line that has one. Beside charts it is read with its label, not down a column."""
    value = book.layout.sheet_columns[plan.name].value
    if book.model.sheets[plan.name].charts:
        role = "headline" if item.unit.kind == "text" else "fact"
    elif item.unit.kind == "text":
        role = "sentence"
    plan.put(row, value, Formula(item.expression, item=item.id), role, number_format)
    if item.good_if is not None:
        plan.coloured.append((row, value, item.good_if))
    _flag_cells(plan, item, row, value, value)


def _flag_cells(plan: SheetPlan, item: Line, row: int, first: int, last: int) -> None:
    if item.unit.kind == "flag":
        plan.flags.append((row, first, last))
    if item.check is not None:
        plan.differences.append((row, first, last))


def _member_row(book: Book, plan: SheetPlan, row: int, content: MemberRow) -> None:
    at = book.layout.sheet_columns[plan.name]
    label: str | Link = content.label
    if content.subject is not None and content.subject in book.layout.places:
        label = Link(content.label, _subject_cell(book, content))
    plan.put(row, LABEL, label, "source" if isinstance(label, Link) else "label")
    plan.put(row, UNIT, content.unit, "unit")
    if content.source is not None:
        plan.put(row, at.source, str(content.source), "note")
    for offset, id_ in enumerate(content.cells):
        _member_cell(book, plan, row, at.value + offset, book.model.items[id_])


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
        plan.put(row, column, shown(item.values[0]), "input", item.unit.format)
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
