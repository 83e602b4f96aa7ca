"""Renders a resolved tree as an A1 formula, anchored so that it copies correctly.

References to rows are relative, so that the whole row is one formula in R1C1. References to single values are
absolute, unless the value is in the formula's own row (a table across). The ends of a sheet's periods are
read from its own header row.
"""

import math
import re
from collections.abc import Callable

from modelgen.contract import OTHER
from modelgen.excel.address import Address, a1, column_letters, quoted
from modelgen.excel.layout import PERIOD_ROW, Layout, bands_on
from modelgen.formula.functions import FUNCTIONS
from modelgen.formula.parse import MOST_ARGUMENTS, FormulaError
from modelgen.formula.syntax import (
    ActualForecast,
    At,
    Binary,
    Call,
    Flag,
    Negative,
    Node,
    Number,
    Ref,
    Row,
    SumOf,
    Text,
    ValueOn,
    Within,
)
from modelgen.model.plain import Input, Line

_LEVEL = {
    **dict.fromkeys(("=", "<>", "<", "<=", ">", ">="), 1),
    "&": 2,
    "+": 3,
    "-": 3,
    "*": 4,
    "/": 4,
    "^": 5,
}
_UNARY = 6
_MERGED = frozenset(("SUM", "MAX", "MIN"))
_BLANKS = "COUNTBLANK"  # Excel's takes one range: those of several are added up


# Marks a column relative to the formula's own, with the number of columns before it.
_OPEN, _CLOSE = "\x01", "\x02"
_RELATIVE = re.compile(f"{_OPEN}(\\d+){_CLOSE}")


def render(node: Node, layout: Layout, here: Address) -> Callable[[int], str]:
    """The formula of a row, as a function of the sheet's column (from 0).

    A row is one formula: its text is made once, and each column only fills in the letters.
    """
    parts = _RELATIVE.split("=" + _Renderer(layout, here).text(node))
    literals, lags = parts[::2], [int(lag) for lag in parts[1::2]]

    def at(column: int) -> str:
        filled = [literals[0]]
        for lag, literal in zip(lags, literals[1:], strict=True):
            filled += (column_letters(column - lag), literal)
        return "".join(filled)

    return at


class _Renderer:
    most_arguments: float = MOST_ARGUMENTS

    def __init__(self, layout: Layout, here: Address) -> None:
        self.layout, self.here = layout, here

    def text(self, node: Node) -> str:
        match node:
            case Number(value=value):
                return f"{value:g}"
            case Text(value=text):
                return '"' + text.replace('"', '""') + '"'
            case Flag(value=flag):
                return "TRUE" if flag else "FALSE"
            case Ref() | At() | Row():
                return self.reference(node)
            case Negative(operand=operand):
                return "-" + self.operand(operand, _UNARY)
            case Binary(operator=operator, left=left, right=right):
                level = _LEVEL[operator]
                return f"{self.operand(left, level)}{operator}{self.operand(right, level + 1)}"
            case Call(function=function, arguments=arguments):
                if function == _BLANKS:
                    return self.blanks(arguments)
                merged = function in _MERGED
                given = self.merged(arguments) if merged else [self.text(a) for a in arguments]
                if len(given) > self.most_arguments:
                    raise FormulaError(
                        f"{function} has {len(given)} arguments; Excel allows {MOST_ARGUMENTS}",
                        node.span,
                    )
                return f"{FUNCTIONS[function].prefix}{function}({','.join(given)})"
            case ActualForecast(flag=flag_, actual=actual, forecast=forecast):
                return f"IF({self.text(flag_)},{self.text(actual)},{self.text(forecast)})"
            case SumOf(row=row, key=key, end=end):
                # Not SUMIFS: ONLYOFFICE leaves a line that hangs on one as it was when an input changes.
                return f"SUMPRODUCT({self.text(row)},1*({self.text(key)}={self.text(end)}))"
            case Within(row=row, ends=ends, after=after, until=until, count=count):
                days, summed = self.text(ends), self.text(row)
                # A number is less than any text, and a blank is "" beside one: every engine counts so, while
                # IronCalc gives no array for ISNUMBER of a row.
                summed = f'1*({summed}<"")' if count else summed
                within = f"1*({days}>{self.text(after)}),1*({days}<={self.text(until)})"
                return f"SUMPRODUCT({summed},{within})"
            case ValueOn(row=row, day=day, ends=ends):
                return f"INDEX({self.text(row)},MATCH({self.text(day)},{self.text(ends)},0))"
            case _:
                raise AssertionError(f"{node} is not resolved")

    def operand(self, node: Node, level: int) -> str:
        weaker = isinstance(node, Binary) and _LEVEL[node.operator] < level
        return f"({self.text(node)})" if weaker else self.text(node)

    def reference(self, node: Ref | At | Row) -> str:
        if isinstance(node, Row):
            return self.row(node)
        sheet, row, column = self.cell(node)
        fixed = self.is_fixed(node, sheet, row)
        if column is None:
            assert isinstance(node, Ref)
            header = "$" if row == PERIOD_ROW else ""
            return f"{self.on(sheet)}{_OPEN}{node.lag}{_CLOSE}{header}{row + 1}"
        return self.on(sheet) + a1(row, column, fixed, fixed)

    def cell(self, node: Ref | At) -> tuple[str, int, int | None]:
        """Sheet, row and column of a cell; the column is None if it is the formula's own period."""
        place = self.layout.places[node.id]
        timeline = self.layout.model.timeline_of(node.id)
        if timeline is None:
            return place.sheet, place.row, place.column
        if isinstance(node, At):
            return place.sheet, place.row, self.layout.columns(timeline.id)[node.column]
        if self.has_header(node.id, timeline.id):
            return self.here.sheet, PERIOD_ROW, None
        return place.sheet, place.row, None

    def has_header(self, id_: str, timeline: str) -> bool:
        """Whether a row holds the ends of the periods that this sheet's own header shows."""
        model = self.layout.model
        if id_ != model.timelines[timeline].ends or self.here.row == PERIOD_ROW:
            return False
        own = model.sheets[self.here.sheet].timeline == timeline
        return own or any(band.id == timeline for band in bands_on(model, self.here.sheet))

    def is_fixed(self, node: Ref | At, sheet: str, row: int) -> bool:
        if isinstance(node, At):
            return True
        if self.layout.model.timeline_of(node.id) is not None:
            return False
        return not (sheet == self.here.sheet and row == self.here.row)

    def row(self, node: Row) -> str:
        place = self.layout.places[node.id]
        timeline = self.layout.model.timeline_of(node.id)
        assert timeline is not None
        columns = self.layout.columns(timeline.id)
        first = columns[0 if node.comparatives else len(timeline.comparatives)]
        sheet, row = place.sheet, place.row
        if self.has_header(node.id, timeline.id):
            sheet, row = self.here.sheet, PERIOD_ROW
        return f"{self.on(sheet)}{a1(row, first, True, True)}:{a1(row, columns[-1], True, True)}"

    def on(self, sheet: str) -> str:
        return "" if sheet == self.here.sheet else f"{quoted(sheet)}!"

    def merged(self, arguments: tuple[Node, ...]) -> list[str]:
        """Arguments with runs of adjacent cells joined into ranges: D5,D6,D7 becomes D5:D7."""
        out: list[str] = []
        run: list[Ref] = []
        for argument in (*arguments, None):
            if isinstance(argument, Ref) and (not run or self.follows(run[-1], argument)):
                run.append(argument)
                continue
            if run:
                first, last = self.reference(run[0]), self.reference(run[-1])
                out.append(first if len(run) == 1 else f"{first}:{last.rpartition('!')[2]}")
            run = []
            if isinstance(argument, Ref):
                run = [argument]
            elif argument is not None:
                out.append(self.text(argument))
        return out

    def blanks(self, arguments: tuple[Node, ...]) -> str:
        """The number of blank cells in all ranges that the arguments join into."""
        counts = [f"{_BLANKS}({cells})" for cells in self.merged(arguments)]
        while len(counts) > 1:
            most = MOST_ARGUMENTS
            groups = [counts[start : start + most] for start in range(0, len(counts), most)]
            counts = [f"SUM({','.join(group)})" for group in groups]
        return counts[0]

    def follows(self, first: Ref, second: Ref) -> bool:
        """Whether the second cell is directly below the first."""
        one, two = self.cell(first), self.cell(second)
        same_anchor = self.is_fixed(first, one[0], one[1]) == self.is_fixed(second, two[0], two[1])
        return same_anchor and (one[0], one[1] + 1, one[2]) == two


def in_names(node: Node, layout: Layout, here: Address) -> str:
    """The formula with the model's names in place of addresses, as `workbook.naming` reads it back from a
    workbook: x, x[-1], x[all], x:y. It does not change when rows and columns are inserted or sheets renamed.
    """
    return "=" + _Namer(layout, here).text(node)


class _Namer(_Renderer):
    most_arguments = math.inf  # the result is not an Excel formula

    def reference(self, node: Ref | At | Row) -> str:
        timeline = self.layout.model.timeline_of(node.id)
        header = timeline is not None and self.has_header(node.id, timeline.id)
        # One fixed cell is that of the line itself.
        name = "period_end" if header and not isinstance(node, At) else self._name(node.id)
        if isinstance(node, Row):
            return f"{name}[all]"
        if isinstance(node, At):
            assert timeline is not None
            return f"{name}@{timeline.columns[node.column].isoformat()}"
        return f"{name}[-{node.lag}]" if node.lag else name

    def _name(self, id_: str) -> str:
        """An item's name: its id or, for a cell of a table without a defined name, the column's key in the
        same row, the row and key of a table of the contract elsewhere, and otherwise "record".
        """
        keyed = self.layout.keyed.get(id_)
        if keyed is None:
            item = self.layout.model.items[id_]
            return id_ if isinstance(item, (Input, Line)) else "record"
        place = self.layout.places[id_]
        if (place.sheet, place.row) == (self.here.sheet, self.here.row):
            return f"[{keyed.key}]"
        return "record" if keyed.section.table == OTHER.name else f"{keyed.member}.{keyed.key}"
