"""The syntax tree of a formula: one tree, read by renderer, evaluator, describer and graph.

The parser gives `Name` leaves; the model replaces each by a `Ref`, an `At` or a `Row` once it knows
what the name stands for, and the language's own functions by nodes of their own (`SumOf`, `ValueOn`,
`ActualForecast`, `As`). Nodes compare only by content, never by their position in the text.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from modelgen.formula.types import Type


@dataclass(frozen=True, slots=True)
class Span:
    """The position of a node in the formula's text: zero-based offset and length."""

    start: int = 0
    length: int = 1


NOWHERE = Span()


@dataclass(frozen=True, slots=True)
class Number:
    """A number literal; a model's formulas admit only 0 and 1."""

    value: float
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A text literal."""

    value: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Flag:
    """TRUE or FALSE."""

    value: bool
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A name as written, `lag` periods back; found only in unresolved trees."""

    id: str
    lag: int = 0
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Ref:
    """The value of a line or input in the current period, or `lag` periods earlier."""

    id: str
    lag: int = 0
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class At:
    """The value of a line in one column of its timeline, counted from 0, comparative columns first."""

    id: str
    column: int
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Row:
    """All periods of a line; with `comparatives`, also its comparative columns and blanks."""

    id: str
    comparatives: bool = False
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the table with its arguments."""

    function: str
    arguments: tuple["Node", ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class SumOf:
    """The sum of a finer timeline's row over the periods whose `key` (the end of the coarser period
    that each lies in) is `end`.
    """

    row: Row
    key: Row
    end: Ref
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Within:
    """The sum of a row over the periods that end after `after` and not after `until` or, with `count`, the
    number of them in which it is a number.
    """

    row: Row
    ends: Row
    after: Ref
    until: Ref
    count: bool = False


@dataclass(frozen=True, slots=True)
class ValueOn:
    """A row's value in the period whose end, among `ends`, is `day`."""

    row: Row
    day: "Node"
    ends: Row
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class ActualForecast:
    """A line's two formulas: `actual` where the timeline's `flag` is 1, otherwise `forecast`."""

    flag: Ref
    actual: "Node"
    forecast: "Node"


@dataclass(frozen=True, slots=True)
class As:
    """An operand for which the author states what it measures. Once checked, it is replaced by the operand:
    readers of a typed formula never see it.
    """

    type: Type
    operand: "Node"
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and one of + - * / ^ & = <> < > <= >=."""

    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus one operand. It binds tighter than ^, as in Excel: -2^2 is 4."""

    operand: "Node"


Leaf = Number | Text | Flag | Name | Ref | At | Row
Node = Leaf | Call | SumOf | Within | ValueOn | ActualForecast | As | Binary | Negative


def children(node: Node) -> tuple[Node, ...]:
    """The direct children of a node, in reading order."""
    match node:
        case Call(arguments=arguments):
            return arguments
        case Binary(left=left, right=right):
            return (left, right)
        case Negative(operand=operand) | As(operand=operand):
            return (operand,)
        case SumOf(row=row, key=key, end=end):
            return (row, key, end)
        case Within(row=row, ends=ends, after=after, until=until):
            return (row, ends, after, until)
        case ValueOn(row=row, day=day, ends=ends):
            return (row, day, ends)
        case ActualForecast(flag=flag, actual=actual, forecast=forecast):
            return (flag, actual, forecast)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and all its descendants, depth first, in reading order."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting += reversed(children(here))


def rebuild(node: Node, change: Callable[[Node], Node]) -> Node:
    """The same node with `change` applied to each child."""
    match node:
        case Call(function=function, arguments=arguments, span=span):
            return Call(function, tuple([change(argument) for argument in arguments]), span)
        case Binary(operator=operator, left=left, right=right):
            return Binary(operator, change(left), change(right))
        case Negative(operand=operand):
            return Negative(change(operand))
        case As(operand=operand):
            return replace(node, operand=change(operand))
        case ValueOn(day=day):
            return replace(node, day=change(day))
        case ActualForecast(flag=flag, actual=actual, forecast=forecast):
            return ActualForecast(flag, change(actual), change(forecast))
        case _:
            return node


def without_as(node: Node) -> Node:
    """The formula as it is computed, with each AS(unit, x) replaced by x."""
    if isinstance(node, As):
        return without_as(node.operand)
    return rebuild(node, without_as)


def extent(node: Node) -> Span:
    """The span of a node in the formula's text, from its first leaf to its last."""
    spans = [
        found.span
        for found in walk(node)
        if not isinstance(found, (Binary, Negative, ActualForecast, Within))
        and found.span is not NOWHERE
    ]
    if not spans:
        return NOWHERE
    start = min(span.start for span in spans)
    return Span(start, max(span.start + span.length for span in spans) - start)
