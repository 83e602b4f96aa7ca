"""Plans the map: each input and line once, with its place and its formula in words."""

from collections import Counter
from collections.abc import Iterator, Mapping

from modelgen.contract import (
    FIGURES,
    FORMS,
    GIVEN,
    KINDS,
    LINES,
    MAY_LACK,
    NO_BASIS,
    NO_VALUE,
    NOTHING,
    OF_SHEETS,
    SEAL,
    SEALED,
    TOTALS,
    Seal,
    as_form,
    evidence_digest,
    table_name,
)
from modelgen.excel.address import Address
from modelgen.excel.caveats import Columns, put_caveats
from modelgen.excel.header import CAVEATS, own_formulas, title_rows
from modelgen.excel.layout import BODY_ROW, INTRO_ROW
from modelgen.excel.plan import Book, Link, SheetKind, SheetPlan
from modelgen.excel.render import in_names
from modelgen.excel.styles import PROOF_TAB
from modelgen.formula.describe import describe
from modelgen.model.plain import Input, Line, MemberRow, Model, Recorded
from modelgen.text.setting import Allowed

# Each column: its key in the contract (None if programs do not need it), head and width. The columns
# after the first PRINTED are for programs: visible on screen, but not printed.
_COLUMNS = (
    ("label", "Line", 44),
    ("unit", "Unit", 11),
    ("id", "Id", 38),
    ("kind", "Kind", 10),
    (None, "Sheet", 13),
    (None, "Signs", 14),
    (None, "Formula in words", 80),
    ("basis", "Source or basis", 40),
    ("formula", "Formula in names", 90),
    ("comparative", "In comparative columns", 44),
    ("type", "Type", 9),
    ("percent", "Is in percent (1)", 9),
    ("least", "Minimum", 12),
    ("most", "Maximum", 12),
    ("codes", "Codes", 12),
    ("optional", "May be blank (1)", 9),
    ("whole", "Whole number (1)", 9),
    ("total", "Has a total (1)", 9),
    ("blank", "Blank comparative columns", 9),
)
PRINTED = 8
_BY_KEY = {key: column for column, (key, _, _) in enumerate(_COLUMNS) if key}
_FORM_COLUMNS = {"table": 0, "column": 2, "formula": 8}
_CAVEATS_HERE = Columns(value=5, status=3, basis=6, live=False)


def plan_map(book: Book, name: str) -> SheetPlan:
    """The plan of the map, by its sheet's name, with the contract's tables on it."""
    plan = SheetPlan(name, widths={n: float(width) for n, (_, _, width) in enumerate(_COLUMNS)})
    plan.printed_columns, plan.tab = PRINTED, PROOF_TAB
    for own in own_formulas(book, name):
        plan.put_own(own)
    title_rows(book, plan)
    header = INTRO_ROW + 2
    for column, (_, head, _) in enumerate(_COLUMNS):
        plan.put(header, column, head, "header")
    plan.freeze, plan.header_rows = (header + 1, 1), header + 1
    row = header + 1
    for id_ in map_ids(book):
        _entry(book, plan, row, id_)
        row += 1
    plan.tables[LINES.name] = (header + 1, row - 1, dict(_BY_KEY))
    row = _caveats(book, plan, row + 1)
    plan.printed_rows = row
    first, last = _forms(book, plan, row + 1)
    if last >= first:
        plan.tables[FORMS.name] = (first, last, dict(_FORM_COLUMNS))
    plan.put(last + 2, 0, "Seal of the tables as they were built", "plain")
    plan.put(last + 2, _FORM_COLUMNS["column"], str(_seal(book, plan)), "plain")
    plan.tables[SEAL] = (last + 2, last + 2, {"seal": _FORM_COLUMNS["column"]})
    return plan


def _seal(book: Book, plan: SheetPlan) -> Seal:
    """The seal of the workbook: its tables' constants, those of the map as it is planned."""
    rows = [*_recorded_rows(book), *_planned_rows(plan)]
    counts = Counter(table for table, _ in rows)
    for sheet, sheet_text in book.model.sheets.items():
        counts.update(
            f"sheet.{area}" for area in dict.fromkeys(one.area for one in book.own(sheet))
        )
        counts[f"sheet.{TOTALS}"] += sheet_text.timeline is not None
    counts["roles"] = len(book.model.roles.cells())
    return Seal(counts, evidence_digest(rows))


def _recorded_rows(book: Book) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The constants of the tables of figures, checks and stamps."""
    names = table_names(book.model)
    for section in book.model.sections:
        if section.table in SEALED:
            for row in section.rows:
                assert isinstance(row, MemberRow)
                items = zip(section.keys, (book.model.items[id_] for id_ in row.cells), strict=True)
                cells = {key: item.value for key, item in items if isinstance(item, Recorded)}
                cited = (
                    {"cited": str(row.source)}
                    if row.source and section.table == FIGURES.name
                    else {}
                )
                yield names[id(section)], {**cells, **cited}


def _planned_rows(plan: SheetPlan) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The constants of the map's own tables."""
    contents = {(cell.row, cell.column): cell.content for cell in plan.cells}
    for table, (first, last, columns) in plan.tables.items():
        for row in range(first, last + 1):
            yield table, {key: contents.get((row, column)) for key, column in columns.items()}


def map_ids(book: Book) -> list[str]:
    """The ids of all inputs and lines that have defined names, in workbook order; those in the bands right of
    the periods come last.
    """
    order = {sheet: index for index, sheet in enumerate(book.model.sheets)}
    places = book.layout.places
    named = book.model.named()
    return sorted(
        named,
        key=lambda i: (
            bool(named[i].band_of),
            order[places[i].sheet],
            places[i].row,
            places[i].column,
        ),
    )


def _entry(book: Book, plan: SheetPlan, row: int, id_: str) -> None:
    item = book.model.items[id_]
    assert isinstance(item, (Input, Line))
    place = book.layout.places[id_]
    plan.put(row, 0, Link(item.label, place), "source_top")
    plan.put(row, 1, item.unit.label, "unit_top")
    plan.put(row, 2, id_, "top")
    plan.put(row, 4, place.sheet, "top")
    if isinstance(item, Input):
        plan.put(row, 3, "input", "top")
        plan.put(row, 5, "as published" if item.leaf_of else "as labelled", "top")
        plan.put(row, 6, f"Input ({item.status})", "wrapped")
        basis = item.basis_words
        _allowed(plan, row, item.allowed)
        if item.may_lack:
            plan.put(row, _BY_KEY["optional"], MAY_LACK, "top")
    else:
        plan.put(row, 3, item.check or "line", "top")
        plan.put(row, 5, _signs(item), "top")
        words = describe(item.expression, lambda other: book.model.items[other].label)
        plan.put(row, 6, words, "wrapped")
        basis = item.note
        names = in_names(item.expression, book.layout, place)
        plan.put(row, 8, names, "program")
        comparative = _comparative(book, item)
        if comparative:
            plan.put(row, _BY_KEY["comparative"], comparative, "program")
        if item.total:
            plan.put(row, _BY_KEY["total"], 1.0, "top")
    if item.blank:
        blank = " ".join(str(column + 1) for column in sorted(item.blank))
        plan.put(row, _BY_KEY["blank"], blank, "top")
    if item.unit.kind != "number":
        plan.put(row, _BY_KEY["type"], item.unit.kind, "top")
    if item.unit.percent:
        plan.put(row, _BY_KEY["percent"], 1.0, "top")
    lines = [
        str(f.at)
        for f in book.figures.get(item.leaf_of or id_ if isinstance(item, Input) else id_, [])
    ]
    if lines and not (isinstance(item, Input) and not item.leaf_of):
        lacks = next((words for words in (NO_VALUE, NO_BASIS) if words in basis), "")
        without = f"; {lacks} for the other values" if lacks else ""
        basis = f"ties to {', '.join(dict.fromkeys(lines))}{without}"
    if item.redefined:
        basis = "; ".join(part for part in ("Redefined by the deal", basis) if part)
    plan.put(row, 7, basis, "wrapped")


def _comparative(book: Book, item: Line) -> str:
    """The formula in comparative columns, in names; empty if it is the row's own."""
    timeline = book.model.timeline_of(item.id)
    if timeline is None or not timeline.comparatives:
        return ""
    if item.comparative is None:
        return NOTHING
    if item.id == timeline.ends:
        return GIVEN
    if item.comparative is item.expression:
        return ""
    return in_names(item.comparative, book.layout, book.layout.places[item.id])


def _allowed(plan: SheetPlan, row: int, allowed: Allowed) -> None:
    """Puts what an input may hold, for programs that set it."""
    for key, value in (("least", allowed.least), ("most", allowed.most)):
        if value is not None:
            plan.put(row, _BY_KEY[key], value, "top")
    if allowed.codes:
        plan.put(row, _BY_KEY["codes"], " ".join(f"{code:.15g}" for code in allowed.codes), "top")
    for key, holds in (("optional", allowed.optional), ("whole", allowed.whole)):
        if holds:
            plan.put(row, _BY_KEY[key], 1.0, "top")


def _forms(book: Book, plan: SheetPlan, row: int) -> tuple[int, int]:
    """Puts each distinct formula of the tables of record and of the sheets; returns its first and last
    row.
    """
    names = table_names(book.model)
    forms: dict[tuple[str, str, str], None] = {}
    for id_, keyed in book.layout.keyed.items():
        item = book.model.items[id_]
        if isinstance(item, Line):
            text = in_names(item.expression, book.layout, book.layout.places[id_])
            forms[
                names[id(keyed.section)], keyed.key, as_form(text, keyed.subject, keyed.period)
            ] = None
    for sheet in book.model.sheets:
        for own in book.own(sheet):
            here = Address(sheet, own.row, own.columns[0][0])
            forms[OF_SHEETS, own.area, in_names(own.formula.node, book.layout, here)] = None
    if forms:
        plan.put(row, 0, "Formulas of the tables of record and of the sheets themselves", "heading")
    for offset, texts in enumerate(forms, start=1):
        for column, text in zip(_FORM_COLUMNS.values(), texts, strict=True):
            plan.put(row + offset, column, text, "plain")
    return row + 1, row + len(forms)


def table_names(model: Model) -> dict[int, str]:
    """The contract's names for the sections that are tables across, by the section's `id()`."""
    counts: Counter[str] = Counter()
    found = {}
    for section in model.sections:
        if section.table:
            counts[section.table] += 1
            found[id(section)] = table_name(KINDS[section.table], counts[section.table])
    return found


def _signs(item: Line) -> str:
    if item.check:
        return "zero when it holds"
    return item.unit.kind if item.unit.kind in ("date", "flag", "text") else "as labelled"


def _caveats(book: Book, plan: SheetPlan, row: int) -> int:
    """Puts where the page of caveats is, or the caveats themselves if there is none; returns the row after
    it.
    """
    page = next((n for n, text in book.model.sheets.items() if text.kind == CAVEATS), None)
    if page is None:
        return put_caveats(book, plan, row, _CAVEATS_HERE)
    words = f"{page}: what the sources do not disclose, and what the model assumes"
    plan.put(row, 0, Link(words, Address(page, 0, 0)), "source")
    return row + 1


KIND = SheetKind(plan_map, own_formulas, lambda _: BODY_ROW)
