"""Formulas in words, for the reviewer who reads the map."""

from collections.abc import Callable
from functools import lru_cache

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

_WORDS = {
    "+": "plus",
    "-": "less",
    "*": "times",
    "/": "divided by",
    "^": "to the power of",
    "&": "joined with",
    "=": "is",
    "<>": "is not",
    "<": "is below",
    "<=": "is at most",
    ">": "is above",
    ">=": "is at least",
}
LONGEST_LIST = 8
_STRENGTH = {"+": 2, "-": 2, "*": 3, "/": 3, "^": 4, "&": 1}


def describe(node: Node, label_of: Callable[[str], str]) -> str:
    """The formula as a phrase that begins with a capital; `label_of` gives the label of an item's id."""
    words = _describe(node, label_of)
    return words[:1].upper() + words[1:]


def _describe(node: Node, label_of: Callable[[str], str]) -> str:
    match node:
        case Number(value=value):
            return "zero" if value == 0 else f"{value:g}"
        case Text(value=text):
            return f'"{text}"'
        case Flag(value=flag):
            return "true" if flag else "false"
        case Ref(id=id_, lag=lag):
            label = _lower(label_of(id_))
            if lag:
                return (
                    f"{label} of the previous period"
                    if lag == 1
                    else f"{label} {lag} periods earlier"
                )
            return label
        case At(id=id_) | Row(id=id_):
            return _lower(label_of(id_))
        case Negative(operand=operand):
            return f"minus {_operand(operand, 5, label_of)}"
        case Binary(operator=operator, left=left, right=right):
            strength = _STRENGTH.get(operator, 0)
            first = _operand(left, strength, label_of)
            second = _operand(right, strength + 1, label_of)
            return f"{first} {_WORDS[operator]} {second}"
        case Call():
            return _call(node, label_of)
        case ActualForecast(flag=flag_, actual=actual, forecast=forecast):
            return _call(Call("IF", (flag_, actual, forecast)), label_of)
        case SumOf(row=row):
            return f"the sum of {_describe(row, label_of)} over the shorter periods within this one"
        case Within(row=row, count=count):
            what = "the number of periods with" if count else "the sum of"
            return f"{what} {_describe(row, label_of)} among the periods within this one"
        case ValueOn(row=row, day=day):
            return f"{_describe(row, label_of)} in the period ending {_describe(day, label_of)}"
        case _:
            raise AssertionError(f"{node} is not resolved")


def _operand(node: Node, strength: int, label_of: Callable[[str], str]) -> str:
    words = _describe(node, label_of)
    weaker = isinstance(node, Binary) and _STRENGTH.get(node.operator, 0) < strength
    compound = isinstance(node, ActualForecast) or (
        isinstance(node, Call) and node.function in ("IF", "CHOOSE", "IFERROR", "AND", "OR")
    )
    return f"({words})" if weaker or compound else words


def _call(call: Call, label_of: Callable[[str], str]) -> str:
    parts = [_describe(argument, label_of) for argument in call.arguments]
    if call.function == "SUM" and len(parts) == 1:
        kind = call.arguments[0]
        return f"the sum of {parts[0]}{' over all periods' if isinstance(kind, Row) else ''}"
    words = FUNCTIONS[call.function].words
    filled = {
        "{all}": _listed(parts),
        "{rest}": "; ".join(parts[1:]),
        "{and}": " and ".join(parts),
        "{or}": " or ".join(parts),
    }
    for mark, text in filled.items():
        words = words.replace(mark, text)
    for index in range(3):
        words = words.replace(
            "{" + str(index) + "}", parts[index] if index < len(parts) else "nothing"
        )
    return words


def _listed(parts: list[str]) -> str:
    if len(parts) > LONGEST_LIST:
        return f"{parts[0]}, {parts[1]}, ... and {parts[-1]} ({len(parts)} in all)"
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


@lru_cache(maxsize=4096)
def _lower(label: str) -> str:
    """A label inside a sentence: its first letter in lower case, unless the word is an abbreviation."""
    first = label.split(" ", 1)[0]
    return label if sum(c.isupper() for c in first) > 1 else label[:1].lower() + label[1:]
