"""Formulas as JavaScript: the reading of the syntax tree by which the page computes in a browser.

A formula becomes a *factory*: a function that takes the rows it reads and gives the function of a column.
Rows of one formula, such as those of all loans, share a factory, so that the browser parses and compiles it
once.
What the functions mean stands in scripts/values.js, functions.js and dates.js, as the evaluator has it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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

Tree = Any
"""A formula as plain data for JSON: a number, text or flag, or a list of a function's name and its arguments.
`["here", 0]` is the first parameter's value of the same column, `["at", 0, 3]` that of the fourth column,
`["back", 0, 1, 4]` that of the period before where 4 columns are comparative, `["row", 0]` the whole row;
`["if", ...]` and `["when", flag, actual, forecast]` compute only the branch that holds.
"""


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
    """A formula as JavaScript. `text` is its factory, and `tree` the same as data; `parameters` are what to
    call it with: an item's id, or a row with its first column and its blank columns. `flag` is the parameter
    that says whether a period is actual, None for a line of one formula.
    """

    text: str
    tree: Tree
    parameters: tuple[str | tuple[str, int, tuple[int, ...]], ...]
    reads: tuple[Read, ...]
    flag: int | None


def compiled(node: Node, model: Model) -> Compiled:
    """The JavaScript of a resolved formula.

    The factory of `net_sales - costs[-1]` is `(a,b)=>(i,t)=>subtract(a[i],back(b,i,1,4))`, of the rows
    `net_sales` and `costs`, where the first 4 columns are comparative periods.
    """
    writer = _Writer(model)
    tree = writer.tree(node)
    body = script_of(tree)
    names = ",".join(_name(number) for number in range(len(writer.parameters)))
    reads = tuple(dict.fromkeys(writer.reads))
    text = f"({names})=>(i,t)=>{body}"
    return Compiled(text, tree, tuple(writer.parameters), reads, writer.flag)


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

    def tree(self, node: Node) -> Tree:
        match node:
            case Number(value=number):
                return int(number) if number == int(number) else number
            case Text(value=text):
                return text
            case Flag(value=flag):
                return flag
            case Ref():
                return self.ref(node)
            case At(id=id_, column=column):
                return ["at", self.row_of(id_, "at", column), column]
            case Row():
                return self.row(node, "all")
            case Negative(operand=operand):
                return ["negative", self.tree(operand)]
            case Binary(operator=operator, left=left, right=right):
                return [OPERATORS[operator], self.tree(left), self.tree(right)]
            case Call(function="IF", arguments=arguments):
                condition, yes, *no = (self.tree(argument) for argument in arguments)
                return ["if", condition, yes, no[0] if no else False]
            case Call(function=function, arguments=arguments):
                assert function in FUNCTIONS
                name = OF_TWO.get(function, function) if len(arguments) == 2 else function
                return [name, *(self.tree(argument) for argument in arguments)]
            case ActualForecast():
                return self.actual_forecast(node)
            case _:
                return self.picked(node)

    def picked(self, node: Node) -> Tree:
        """A look-up or roll-up, which tells itself what it picked."""
        match node:
            case SumOf(row=row, key=key, end=end):
                rows = [self.row(row, "picked"), self.row(key, "picked")]
                return ["sumOf", *rows, self.tree(end)]
            case Within(row=row, ends=ends, after=after, until=until, count=count):
                # What is blank stays so: it is no number, and not counted.
                rows = [self.row(row, "picked", blanks=False), self.row(ends, "picked")]
                return ["within", *rows, self.tree(after), self.tree(until), count]
            case ValueOn(row=row, day=day, ends=ends):
                wanted = self.tree(day)
                return ["valueOn", self.row(row, "picked"), wanted, self.row(ends, "picked")]
            case _:
                raise AssertionError(f"{node} is not resolved")

    def actual_forecast(self, node: ActualForecast) -> Tree:
        flag = self.tree(node.flag)
        self.flag = self.reads[-1].parameter
        self.when = ACTUAL
        actual = self.tree(node.actual)
        if isinstance(node.actual, Ref) and isinstance(self.model.items[node.actual.id], Input):
            actual = ["num", actual]  # a leaf's cell is blank until its period is actual
        self.when = FORECAST
        forecast = self.tree(node.forecast)
        self.when = BOTH
        return ["when", flag, actual, forecast]

    def ref(self, node: Ref) -> Tree:
        timeline = self.model.timeline_of(node.id)
        if timeline is None:
            return ["at", self.row_of(node.id, "at", 0), 0]
        if not node.lag:
            return ["here", self.row_of(node.id, "here", 0)]
        before = len(timeline.comparatives)
        return ["back", self.row_of(node.id, "back", node.lag), node.lag, before]

    def row_of(self, id_: str, how: str, number: int) -> int:
        """The parameter for an item's values."""
        return self.parameter(id_, how, number)

    def row(self, node: Row, how: str, blanks: bool = True) -> Tree:
        """The parameter for a whole row. Blank comparative columns of a line read as zero, if `blanks`."""
        timeline, item = self.model.timeline_of(node.id), self.model.items[node.id]
        before = 0 if timeline is None else len(timeline.comparatives)
        blank: tuple[int, ...] = ()
        if blanks and node.comparatives and isinstance(item, Line):
            blank = tuple(column for column in range(before) if item.is_blank(column))
        what = (node.id, 0 if node.comparatives else before, blank)
        return ["row", self.parameter(what, how, 0)]

    def parameter(self, what: str | tuple[str, int, tuple[int, ...]], how: str, number: int) -> int:
        if what not in self.parameters:
            self.parameters.append(what)
        place = self.parameters.index(what)
        self.reads.append(Read(place, how, number, self.when))
        return place


def script_of(tree: Tree) -> str:
    """A tree as an expression of JavaScript.

    >>> script_of(["subtract", ["here", 0], ["back", 1, 1, 4]])
    'subtract(a[i],back(b,i,1,4))'
    """
    if isinstance(tree, bool):
        return "true" if tree else "false"
    if isinstance(tree, str):
        return safe_json(tree)
    if not isinstance(tree, list):
        return f"{tree:g}"
    match tree:
        case ["here", int(row)]:
            return f"{_name(row)}[i]"
        case ["at", int(row), column]:
            return f"{_name(row)}[{column}]"
        case ["back", int(row), lag, before]:
            return f"back({_name(row)},i,{lag},{before})"
        case ["row", int(row)]:
            return _name(row)
        case ["if" | "when", condition, yes, no]:
            return choice(script_of(condition), script_of(yes), script_of(no))
        case ["valueOn", *arguments]:
            return f"valueOn({','.join(map(script_of, arguments))},i)"
        case [name, *arguments]:
            return f"{name}({','.join(map(script_of, arguments))})"
    raise AssertionError(tree)


def choice(condition: str, yes: str, no: str) -> str:
    """IF: `t` holds the condition, and is the result where that is an error."""
    return f"((t=truth({condition}))===1?{yes}:t===0?{no}:t)"


def safe_json(value: object) -> str:
    """JSON that may stand inside a script of an HTML page: no tag can begin or end in it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text
