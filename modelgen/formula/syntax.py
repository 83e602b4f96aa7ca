"""The syntax tree of a formula: one tree, read by renderer, evaluator, describer and graph.

The parser gives `Name` leaves; the model replaces each by a `Ref`, an `At` or a `Row` once it knows
what the name stands for. Nodes compare by content alone, never by where they stood in the text.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Span:
    """Where a node stood in the formula's text: zero-based offset and length."""

    start: int = 0
    length: int = 1


_NOWHERE = Span()


@dataclass(frozen=True, slots=True)
class Number:
    """A number literal; the language admits 0 and 1 alone."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A text literal."""

    value: str


@dataclass(frozen=True, slots=True)
class Flag:
    """TRUE or FALSE."""

    value: bool


@dataclass(frozen=True, slots=True)
class Name:
    """A name as written, `lag` periods back; stands only in unresolved trees."""

    id: str
    lag: int = 0
    span: Span = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Ref:
    """The value of a line or input in the period at hand, or `lag` periods before it."""

    id: str
    lag: int = 0


@dataclass(frozen=True, slots=True)
class At:
    """The value of a line in one column of its timeline (comparative columns count first)."""

    id: str
    column: int


@dataclass(frozen=True, slots=True)
class Row:
    """All periods of a line; with `comparatives`, its comparative columns and blanks too."""

    id: str
    comparatives: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the table, applied."""

    function: str
    arguments: tuple["Node", ...]
    span: Span = field(default=_NOWHERE, compare=False)


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


Node = Number | Text | Flag | Name | Ref | At | Row | Call | Binary | Negative


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below, in reading order."""
    match node:
        case Call(arguments=arguments):
            return arguments
        case Binary(left=left, right=right):
            return (left, right)
        case Negative(operand=operand):
            return (operand,)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, depth first, in reading order."""
    yield node
    for child in children(node):
        yield from walk(child)


def rebuild(node: Node, change: Callable[[Node], Node]) -> Node:
    """The same node with `change` applied to each child."""
    match node:
        case Call(function=function, arguments=arguments, span=span):
            return Call(function, tuple(change(argument) for argument in arguments), span)
        case Binary(operator=operator, left=left, right=right):
            return Binary(operator, change(left), change(right))
        case Negative(operand=operand):
            return Negative(change(operand))
        case _:
            return node
