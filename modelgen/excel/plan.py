"""The plan of a sheet: what each cell holds, before any file is written."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from modelgen import kinds
from modelgen.excel.address import Address
from modelgen.excel.layout import Layout
from modelgen.formula.syntax import Node, Ref
from modelgen.model.plain import Figure, Input, Model
from modelgen.text.reading import LONGEST_TEXT


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula: an expression in one column of a timeline (None: a single value). `item` names the line
    whose own expression it is, so that its value need not be computed again.
    """

    node: Node
    timeline: str | None = None
    column: int | None = None
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A text with a link to a cell of the workbook, and what shows when the pointer rests on it."""

    text: str
    target: Address
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `role` names its style, `format` is its number format."""

    row: int
    column: int
    content: str | float | Formula | Link | None  # None: a blank cell with a style
    role: str
    format: str = ""


@dataclass(frozen=True, slots=True)
class Allowed:
    """A data validation for the cells of an input, from its first cell to the column `last`."""

    first: Address
    last_column: int
    input: Input


@dataclass(frozen=True, slots=True)
class OwnFormula:
    """A formula of the sheet itself rather than of a line: its area in the contract, its row, and the columns
    it fills (column of the sheet, column of the timeline).
    """

    area: str
    row: int
    columns: tuple[tuple[int, int | None], ...]
    formula: Formula
    role: str
    format: str = ""


@dataclass(frozen=True, slots=True)
class SheetKind:
    """A kind of sheet: the function that plans it, the one that gives the formulas of the sheet itself, and
    the first row below the header, with or without periods.
    """

    plan: Callable[["Book", str], "SheetPlan"]
    own: Callable[["Book", str], list[OwnFormula]]
    first_row: Callable[[bool], int]


def kind_of(name: str) -> SheetKind:
    """The kind of sheet by its name. Raises EngineError if another package's cannot be loaded."""
    found: SheetKind = kinds.load(kinds.SHEETS, name)
    return found


@dataclass
class SheetPlan:
    """The content of one sheet. `tables` holds the contract's tables on it by name: first and last row, and
    the column of each key. `years` are the columns of each fiscal year, which print on one page;
    `chart_rows` are the first row and the number of rows of each line of charts; with `one_page` it prints on
    one page if a large one holds it. `folded_rows` and `folded_columns` are details, which the outline can
    fold away. `coloured` cells are green where a line is 1, and red where it is not; `pending` are rows of
    actual values, which stand for nothing in periods to come.
    """

    name: str
    cells: list[Cell] = field(default_factory=list)
    validations: list[Allowed] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    flags: list[tuple[int, int, int]] = field(default_factory=list)
    differences: list[tuple[int, int, int]] = field(default_factory=list)
    freeze: tuple[int, int] = (0, 0)
    header_rows: int = 1
    printed_columns: int | None = None
    printed_rows: int | None = None
    tab: str = ""
    years: list[list[int]] = field(default_factory=list)
    chart_rows: list[tuple[int, int]] = field(default_factory=list)
    one_page: bool = False
    folded_rows: set[int] = field(default_factory=set)
    folded_columns: set[int] = field(default_factory=set)
    coloured: list[tuple[int, int, str]] = field(default_factory=list)
    pending: list[tuple[int, int, int]] = field(default_factory=list)
    tables: dict[str, tuple[int, int, dict[str, int]]] = field(default_factory=dict)

    def put(
        self,
        row: int,
        column: int,
        content: str | float | Formula | Link | None,
        role: str,
        format_: str = "",
    ) -> None:
        """Adds a cell. A text longer than a cell can hold is cut."""
        if isinstance(content, str):
            content = fitting(content)
        elif isinstance(content, Link):
            content = replace(content, text=fitting(content.text))
        self.cells.append(Cell(row, column, content, role, format_))

    def put_own(self, own: OwnFormula) -> None:
        """Adds the cells of a formula of the sheet itself."""
        for column, period in own.columns:
            formula = replace(own.formula, column=period)
            self.put(own.row, column, formula, own.role, own.format)


def fitting(text: str) -> str:
    """A text cut to what an Excel cell holds, with an ellipsis if it was longer."""
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


@dataclass(frozen=True)
class Book:
    """The layout of a model, with its figures by the item that they tie to."""

    layout: Layout
    figures: dict[str, list[Figure]]

    @property
    def model(self) -> Model:
        """The model that is laid out."""
        return self.layout.model

    def own(self, sheet: str) -> list[OwnFormula]:
        """The formulas of a sheet itself rather than of its lines."""
        return kind_of(self.model.sheets[sheet].kind).own(self, sheet)

    def first_figure(self, id_: str) -> Figure | None:
        """The figure that best documents an item: one that feeds it, otherwise the last one printed (a table
        rather than a sentence).
        """
        found = self.figures.get(id_, [])
        feeding = [figure for figure in found if figure.feeds]
        if feeding:
            return feeding[0]
        own_unit = [f for f in found if f.unit == self.unit(id_)]
        return next(iter(own_unit or found), None)

    def unit(self, id_: str) -> object:
        """The unit of an item."""
        return self.model.items[id_].unit

    def source_of(self, id_: str) -> Link | None:
        """The link from an item to its figure in the ledger, None if it has no figure."""
        figure = self.first_figure(id_)
        place = self.layout.row_of_member.get(figure.id) if figure else None
        if figure is None or place is None:
            return None
        return Link(str(figure.at), place)


def book_of(layout: Layout) -> Book:
    """The Book of a layout."""
    figures: dict[str, list[Figure]] = {}
    for figure in layout.model.figures:
        figures.setdefault(figure.line, []).append(figure)
    return Book(layout, figures)


def is_pure_link(node: Node, book: Book, sheet: str) -> bool:
    """Whether an expression is only a link to a cell of another sheet (shown in green)."""
    return isinstance(node, Ref) and not node.lag and book.layout.places[node.id].sheet != sheet
