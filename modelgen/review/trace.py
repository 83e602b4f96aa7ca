"""Where a number comes from: the tree of a cell, down to inputs and to lines of a source.

References are said in the model's names: this period's value by its id, an earlier one as id[-1], the
value of another column as id@2007-03-31, a whole row as id[all]. A cell that was traced before is not
traced again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from openpyxl.formula import Tokenizer

from modelgen.problem import did_you_mean, fail
from modelgen.recalc.contents import Area, Key, Value, a1, parse_area
from modelgen.recalc.directory import LEAF, Entry, FigureRow
from modelgen.recalc.recalculate import Recalculation

INPUT, FIGURE, LINE, CELL, BLANK = "input", "figure", "line", "cell", "blank"


@dataclass(frozen=True, slots=True)
class Step:
    """One cell of a trace. `why` is the basis of an input or the source of a figure; `again` marks a
    cell whose own tree stands further up.
    """

    cell: str
    kind: str
    name: str
    period: str | None
    label: str
    value: Value
    unit: str
    formula: str
    why: str
    again: bool = False
    below: tuple["Step", ...] = ()


@dataclass
class Tracer:
    """Traces the cells of a recalculated workbook."""

    found: Recalculation
    _named: dict[Key, tuple[Entry, int]] = field(init=False)
    _figures: dict[Key, FigureRow] = field(init=False)
    _columns: dict[str, dict[int, int]] = field(init=False)
    _dependents: dict[Key, list[Key]] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        directory = self.found.directory
        self._named = {}
        for entry in [*directory.inputs.values(), *directory.lines.values()]:
            for index, cell in enumerate(entry.cells):
                self._named[cell] = (entry, index)
        self._figures = {}
        for row in directory.figures:
            sheet, number = row.published[0], row.published[1]
            ledger = self.found.contents.names["modelgen.figures"]
            for column in range(ledger.column, ledger.last_column + 1):
                self._figures[(sheet, number, column)] = row
        self._columns = {
            sheet: {column: i for i, column in enumerate(range(area.column, area.last_column + 1))}
            for sheet, area in self.found.contents.header_of_sheet.items()
        }

    def key(self, what: str, period: str | None) -> Key:
        """The cell that an id (with a period, for a row) or an address names. Raises ModelError."""
        directory = self.found.directory
        area = parse_area(what if "!" in what else "")
        if area is not None:
            if area.sheet not in self.found.contents.sheets:
                hint = did_you_mean(area.sheet, self.found.contents.sheets)
                raise fail(f"there is no sheet '{area.sheet}'", hint=hint)
            return (area.sheet, area.row, area.column)
        entry = directory.lines.get(what) or directory.inputs.get(what)
        if entry is None:
            known = [*directory.lines, *directory.inputs]
            raise fail(
                f"'{what}' is not an input, a line or a cell", hint=did_you_mean(what, known)
            )
        if not entry.is_row:
            return entry.cells[0]
        periods = [self.found.period(end) or "" for end in entry.ends]
        if period is None:
            return entry.cells[-1]
        for cell, end in zip(entry.cells, periods, strict=True):
            if period in (end, end[:7]):
                return cell
        raise fail(f"'{what}' has no period {period}", hint=f"from {periods[0]} to {periods[-1]}")

    def precedents(self, key: Key) -> list[Area]:
        """The areas that a cell's formula refers to."""
        text = self.found.contents.formulas.get(key)
        if text is None:
            return []
        areas = []
        for token in Tokenizer(text).items:
            if token.type == "OPERAND" and token.subtype == "RANGE":
                area = self._area(token.value, key[0])
                if area is not None and area not in areas:
                    areas.append(area)
        return areas

    def _area(self, text: str, sheet: str) -> Area | None:
        where = text if "!" in text else f"'{sheet}'!{text}"
        return parse_area(where.replace("''", "'") if "!" not in text else where) or (
            self.found.contents.names.get(text)
        )

    def trace(self, key: Key, depth: int | None = None) -> Step:
        """The tree of what a cell is computed from."""
        return self._step(key, depth, set(), self._cells_before)

    def dependents(self, key: Key, depth: int | None = None) -> Step:
        """The tree of what is computed from a cell."""
        return self._step(key, depth, set(), self._cells_after)

    def _cells_before(self, key: Key) -> Iterator[Key]:
        for area in self.precedents(key):
            for cell in area.cells():
                if area.is_cell or self._holds(cell):
                    yield cell

    def _cells_after(self, key: Key) -> Iterator[Key]:
        if self._dependents is None:
            self._dependents = {}
            for cell in self.found.contents.formulas:
                for before in dict.fromkeys(self._cells_before(cell)):
                    self._dependents.setdefault(before, []).append(cell)
        yield from self._dependents.get(key, [])

    def _holds(self, key: Key) -> bool:
        contents = self.found.contents
        return key in contents.formulas or key in contents.constants

    def _step(self, key: Key, depth: int | None, seen: set[Key], following: object) -> Step:
        assert callable(following)
        again = key in seen
        seen.add(key)
        below: list[Step] = []
        if not again and depth != 0:
            deeper = None if depth is None else depth - 1
            cells = dict.fromkeys(following(key))
            below = [self._step(cell, deeper, seen, following) for cell in cells]
        return self._described(key, again, tuple(below))

    def _described(self, key: Key, again: bool, below: tuple[Step, ...]) -> Step:
        contents = self.found.contents
        value = self.found.value(key)
        formula = self.in_names(key) if key in contents.formulas else ""
        named, figure = self._named.get(key), self._figures.get(key)
        period, unit, why = None, "", ""
        if named is not None:
            entry, index = named
            name, label, unit = entry.id, entry.label, entry.unit
            period = self.found.period(entry.ends[index]) if entry.ends else None
            kind = INPUT if entry.kind == "input" or key in contents.constants else LINE
            why = self._source(entry, period) or (entry.basis if entry.kind == "input" else "")
            if kind == INPUT and not why:
                why = "given by the deal"  # the end of a comparative period
        elif figure is not None:
            name, label, unit = f"{figure.id} {self._head(key)}", figure.label, figure.unit
            kind, why = FIGURE, f"{figure.source}, line {figure.line}"
        elif self._is_header(key) and self._holds(key):
            name, label, unit, kind = f"{key[0]} period_end", "Period ends", "date", CELL
        else:
            name, label = a1(key), self._row_label(key)
            kind = CELL if self._holds(key) else BLANK
            written = "written at build" if key in contents.constants else ""
            why = "blank: nil" if kind == BLANK else written
        return Step(a1(key), kind, name, period, label, value, unit, formula, why, again, below)

    def _source(self, entry: Entry, period: str | None) -> str:
        """The lines of a source that print an input's or a line's value."""
        id_ = entry.id.removeprefix(LEAF)
        lines = [
            f"{row.source}, line {row.line}"
            for row in self.found.directory.figures
            if row.ties_to == id_ and (period is None or self.found.iso(row.period) == period)
        ]
        return "; ".join(lines)

    def _is_header(self, key: Key) -> bool:
        header = self.found.contents.header_of_sheet.get(key[0])
        return header is not None and key[1] == header.row and key[2] >= header.column

    def _head(self, key: Key) -> str:
        """The head of a column of the ledger of figures."""
        ledger = self.found.contents.names["modelgen.figures"]
        return str(self.found.contents.constants.get((key[0], ledger.row, key[2]), "")).lower()

    def _row_label(self, key: Key) -> str:
        texts = (self.found.contents.constants.get((key[0], key[1], c)) for c in range(1, key[2]))
        return next((text for text in texts if isinstance(text, str)), "")

    def in_names(self, key: Key) -> str:
        """A formula with its references said in the model's names."""
        out = ["="]
        for token in Tokenizer(self.found.contents.formulas[key]).items:
            if token.type == "OPERAND" and token.subtype == "RANGE":
                area = self._area(token.value, key[0])
                out.append(token.value if area is None else self._said(area, key))
            else:
                out.append(token.value)
        return "".join(out)

    def _said(self, area: Area, key: Key) -> str:
        first = (area.sheet, area.row, area.column)
        if area.is_cell:
            return self._said_cell(first, key)
        last = (area.sheet, area.last_row, area.last_column)
        one, other = self._named.get(first), self._named.get(last)
        if one is not None and other is not None and one[0] is other[0]:
            return f"{one[0].id}[all]"
        return f"{self._said_cell(first, key)}:{self._said_cell(last, key)}"

    def _said_cell(self, cell: Key, key: Key) -> str:
        named = self._named.get(cell)
        if named is None:
            if self._is_header(cell) and cell[0] == key[0] and cell[2] == key[2]:
                return "period_end"
            if cell in self._figures and cell[:2] == key[:2]:
                return f"[{self._head(cell)}]"
            return self._blank_before(cell, key) or a1(cell)
        entry, index = named
        if not entry.is_row:
            return entry.id
        here, there = self._columns.get(key[0], {}), self._columns.get(cell[0], {})
        if key[2] in here and cell[2] in there and len(here) == len(there):
            lag = here[key[2]] - there[cell[2]]
            if lag >= 0:
                return entry.id if lag == 0 else f"{entry.id}[-{lag}]"
        return f"{entry.id}@{self.found.period(entry.ends[index])}"

    def _blank_before(self, cell: Key, key: Key) -> str:
        """The blank before a row's first period, said as the row's period before."""
        following = self._named.get((cell[0], cell[1], cell[2] + 1))
        if (
            following is not None
            and following[0].is_row
            and not self._holds(cell)
            and cell[0] == key[0]
        ):
            return f"{following[0].id}[-1]"
        return ""
