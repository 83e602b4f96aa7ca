"""Formulas as JavaScript: the reading of the syntax tree by which the page computes in a browser.

A formula becomes a *factory*: a function that takes the rows it reads and gives the function of a column.
Rows of one formula, such as those of all loans, share a factory, so that the browser parses and compiles it
once.
What the functions mean stands in scripts/values.js, functions.js and dates.js, as the evaluator has it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from modelgen.formula.functions import FUNCTIONS
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
from modelgen.model.plain import Input, Line, Model

OPERATORS: Mapping[str, str] = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
    "^": "power",
    "&": "join",
    "=": "eq",
    "<>": "ne",
    "<": "lt",
    "<=": "le",
    ">": "gt",
    ">=": "ge",
}
"""The function of scripts/values.js for each operator."""

WRITTEN_OUT = frozenset(("IF",))
"""The functions that become an operator of JavaScript; all others are called by their own names."""

OF_TWO: Mapping[str, str] = {"MAX": "max2", "MIN": "min2", "AND": "and2", "OR": "or2"}
"""Functions of any number of arguments that are most often called with two, and then by these names."""

BOTH, ACTUAL, FORECAST = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Read:
    """What a formula reads, for the tree of a number: a parameter, how (`here`, `back`, `at`, `all`, or
    `picked` by a look-up, which tells itself), the lag or column, and in which periods (BOTH, ACTUAL,
    FORECAST).
    """

    parameter: int
    how: str
    number: int = 0
    when: int = BOTH


@dataclass(frozen=True)
class Compiled:
    """A formula as JavaScript. `text` is its factory; `parameters` are what to call it with: an item's id,
    or a row with its first column and its blank columns. `flag` is the parameter that says whether a
    period is actual, None for a line of one formula.
    """

    text: str
    parameters: tuple[str | tuple[str, int, tuple[int, ...]], ...]
    reads: tuple[Read, ...]
    flag: int | None


def compiled(node: Node, model: Model) -> Compiled:
    """The JavaScript of a resolved formula.

    The factory of `net_sales - costs[-1]` is `(a,b)=>(i,t)=>subtract(a[i],back(b,i,1,4))`, of the rows
    `net_sales` and `costs`, where the first 4 columns are comparative periods.
    """
    writer = _Writer(model)
    body = writer.text(node)
    names = ",".join(_name(number) for number in range(len(writer.parameters)))
    reads = tuple(dict.fromkeys(writer.reads))
    return Compiled(f"({names})=>(i,t)=>{body}", tuple(writer.parameters), reads, writer.flag)


def _name(number: int) -> str:
    """The name of a parameter: a, b, ... h, j, ... (not i and t, which every function has), a1, ..."""
    letters = "abcdefghjklmnopqrsuvwxyz"
    turn, letter = divmod(number, len(letters))
    return f"{letters[letter]}{turn or ''}"


@dataclass
class _Writer:
    model: Model
    parameters: list[str | tuple[str, int, tuple[int, ...]]] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    flag: int | None = None
    when: int = BOTH

    def text(self, node: Node) -> str:
        match node:
            case Number(value=number):
                return f"{number:g}"
            case Text(value=text):
                return safe_json(text)
            case Flag(value=flag):
                return "true" if flag else "false"
            case Ref():
                return self.ref(node)
            case At(id=id_, column=column):
                return f"{self.row_of(id_, 'at', column)}[{column}]"
            case Row():
                return self.row(node, "all")
            case Negative(operand=operand):
                return f"negative({self.text(operand)})"
            case Binary(operator=operator, left=left, right=right):
                return f"{OPERATORS[operator]}({self.text(left)},{self.text(right)})"
            case Call(function="IF", arguments=arguments):
                condition, yes, *no = (self.text(argument) for argument in arguments)
                return choice(condition, yes, no[0] if no else "false")
            case Call(function=function, arguments=arguments):
                assert function in FUNCTIONS
                name = OF_TWO.get(function, function) if len(arguments) == 2 else function
                return f"{name}({','.join(self.text(argument) for argument in arguments)})"
            case ActualForecast():
                return self.actual_forecast(node)
            case _:
                return self.picked(node)

    def picked(self, node: Node) -> str:
        """A look-up or roll-up, which tells itself what it picked."""
        match node:
            case SumOf(row=row, key=key, end=end):
                rows = f"{self.row(row, 'picked')},{self.row(key, 'picked')}"
                return f"sumOf({rows},{self.text(end)})"
            case Within(row=row, ends=ends, after=after, until=until, count=count):
                # What is blank stays so: it is no number, and not counted.
                rows = f"{self.row(row, 'picked', blanks=False)},{self.row(ends, 'picked')}"
                days = f"{self.text(after)},{self.text(until)}"
                return f"within({rows},{days},{'true' if count else 'false'})"
            case ValueOn(row=row, day=day, ends=ends):
                wanted = self.text(day)
                return f"valueOn({self.row(row, 'picked')},{wanted},{self.row(ends, 'picked')},i)"
            case _:
                raise AssertionError(f"{node} is not resolved")

    def actual_forecast(self, node: ActualForecast) -> str:
        flag = self.text(node.flag)
        self.flag = self.reads[-1].parameter
        self.when = ACTUAL
        actual = self.text(node.actual)
        if isinstance(node.actual, Ref) and isinstance(self.model.items[node.actual.id], Input):
            actual = f"num({actual})"  # a leaf's cell is blank until its period is actual
        self.when = FORECAST
        forecast = self.text(node.forecast)
        self.when = BOTH
        return choice(flag, actual, forecast)

    def ref(self, node: Ref) -> str:
        timeline = self.model.timeline_of(node.id)
        if timeline is None:
            return f"{self.row_of(node.id, 'at', 0)}[0]"
        if not node.lag:
            return f"{self.row_of(node.id, 'here', 0)}[i]"
        before = len(timeline.comparatives)
        return f"back({self.row_of(node.id, 'back', node.lag)},i,{node.lag},{before})"

    def row_of(self, id_: str, how: str, number: int) -> str:
        """The parameter for an item's values."""
        return self.parameter(id_, how, number)

    def row(self, node: Row, how: str, blanks: bool = True) -> str:
        """The parameter for a whole row. Blank comparative columns of a line read as zero, if `blanks`."""
        timeline, item = self.model.timeline_of(node.id), self.model.items[node.id]
        before = 0 if timeline is None else len(timeline.comparatives)
        blank: tuple[int, ...] = ()
        if blanks and node.comparatives and isinstance(item, Line):
            blank = tuple(column for column in range(before) if item.is_blank(column))
        return self.parameter((node.id, 0 if node.comparatives else before, blank), how, 0)

    def parameter(self, what: str | tuple[str, int, tuple[int, ...]], how: str, number: int) -> str:
        if what not in self.parameters:
            self.parameters.append(what)
        place = self.parameters.index(what)
        self.reads.append(Read(place, how, number, self.when))
        return _name(place)


def choice(condition: str, yes: str, no: str) -> str:
    """IF: `t` holds the condition, and is the result where that is an error."""
    return f"((t=truth({condition}))===1?{yes}:t===0?{no}:t)"


def safe_json(value: object) -> str:
    """JSON that may stand inside a script of an HTML page: no tag can begin or end in it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text
