"""How a cell's value stands in NumPy, and the operators on it.

A value is an array of shape (scenarios, periods), either axis of length 1 where it does not vary:
float64 for numbers and dates (Excel day numbers), bool for TRUE and FALSE, object where texts mix
in. An Excel error is NaN: it spreads through arithmetic and comparison as errors do in Excel.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
else:  # numpy.typing alone takes a fiftieth of a build to import
    Array = Floats = Flags = np.ndarray


@dataclass(frozen=True, slots=True)
class Series:
    """A whole row as an argument, of shape (scenarios, all its periods); functions reduce it."""

    values: Array


Argument = Array | Series


def constant(value: float | str | bool) -> Array:
    """A value that varies with nothing, of shape (1, 1)."""
    if isinstance(value, bool):
        return np.array([[value]])
    if isinstance(value, str):
        out = np.empty((1, 1), dtype=object)
        out[0, 0] = value
        return out
    return np.array([[float(value)]])


def is_text(value: Array) -> bool:
    """Whether texts may stand in the array."""
    return value.dtype == object


def numbers(argument: Argument) -> Floats:
    """The argument as float64; a text where a number belongs is an error (NaN)."""
    value = argument.values if isinstance(argument, Series) else argument
    if not is_text(value):
        return value.astype(np.float64, copy=False)
    return np.array([_to_number(item) for item in value.flat], dtype=np.float64).reshape(
        value.shape
    )


def _to_number(item: object) -> float:
    if item is None:
        return 0.0  # a blank cell
    return float(item) if isinstance(item, (int, float, bool)) else float("nan")


def truth(argument: Argument) -> tuple[Flags, Flags | None]:
    """The argument as a condition, and where it is an error (None: nowhere)."""
    value = argument.values if isinstance(argument, Series) else argument
    if value.dtype == np.bool_:
        return value.astype(np.bool_, copy=False), None
    as_numbers = numbers(value)
    bad = np.isnan(as_numbers)
    return as_numbers != 0, bad if bad.any() else None


def choose(condition: Argument, yes: Array, no: Array) -> Array:
    """IF: each element from one side or the other; an error in the condition is one in the result."""
    where, bad = truth(condition)
    if yes.dtype != no.dtype:
        kind = object if is_text(yes) or is_text(no) else np.float64
        yes, no = yes.astype(kind), no.astype(kind)
    result: Array = np.where(where, yes, no)
    return with_errors(result, bad)


def with_errors(result: Array, bad: Flags | None) -> Array:
    """The result with NaN where `bad`."""
    if bad is None:
        return result
    kind = object if is_text(result) else np.float64
    return np.where(bad, np.array(np.nan, dtype=kind), result.astype(kind))


def is_error(value: Array) -> Flags:
    """Where the value is an Excel error."""
    if value.dtype == np.bool_:
        return np.zeros(value.shape, dtype=np.bool_)
    if is_text(value):
        bad = [isinstance(item, float) and math.isnan(item) for item in value.flat]
        return np.array(bad, dtype=np.bool_).reshape(value.shape)
    return ~np.isfinite(value.astype(np.float64, copy=False))


def shown(value: Array) -> Array:
    """What a formula's cell shows: a formula that leads to a blank cell shows nil."""
    if not is_text(value):
        return value
    blank = np.array([item is None for item in value.flat], dtype=np.bool_)
    return np.where(blank.reshape(value.shape), 0.0, value) if blank.any() else value


def negative(value: Array) -> Array:
    """Unary minus."""
    return np.subtract(0.0, numbers(value))  # not -x: a cell shows 0, never -0


def binary(operator: str, left: Array, right: Array) -> Array:
    """One of Excel's binary operators. The caller silences NumPy's warnings, once for all."""
    if operator in _ARITHMETIC:
        result: Floats = _ARITHMETIC[operator](numbers(left), numbers(right))
        # Division by nil and a power out of bounds are errors; sums and products of cells stay finite.
        return np.where(np.isinf(result), np.nan, result) if operator in "/^" else result
    if operator == "&":
        return _elementwise(_joined, left, right, object)
    if is_text(left) and is_text(right):
        return _elementwise(_COMPARISON_OF_ITEMS[operator], left, right, np.bool_)
    first, second = _beside_numbers(left), _beside_numbers(right)
    bad = np.isnan(first) | np.isnan(second)
    compared: Array = _COMPARISON[operator](first, second)
    return with_errors(compared, bad if bad.any() else None)


def _beside_numbers(value: Array) -> Floats:
    """A side of a comparison whose other side holds numbers alone: any text is greater than they."""
    if not is_text(value):
        return value.astype(np.float64, copy=False)
    found = [
        item if type(item) is float else 0.0 if item is None else math.inf for item in value.flat
    ]
    return np.array(found, dtype=np.float64).reshape(value.shape)


_ARITHMETIC: dict[str, Callable[[Floats, Floats], Floats]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
}
_COMPARISON: dict[str, Callable[[Floats, Floats], Array]] = {
    "=": np.equal,
    "<>": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def _rank(item: object) -> tuple[int, float | str]:
    """Excel's order across types: numbers, then texts (whatever their case), then FALSE and TRUE."""
    if isinstance(item, (bool, np.bool_)):
        return (2, float(item))
    if isinstance(item, str):
        return (1, item.lower())
    return (0, float(item))  # type: ignore[arg-type]


_COMPARISON_OF_ITEMS: dict[str, Callable[[object, object], object]] = {
    "=": lambda a, b: _rank(a) == _rank(b),
    "<>": lambda a, b: _rank(a) != _rank(b),
    "<": lambda a, b: _rank(a) < _rank(b),
    "<=": lambda a, b: _rank(a) <= _rank(b),
    ">": lambda a, b: _rank(a) > _rank(b),
    ">=": lambda a, b: _rank(a) >= _rank(b),
}


def as_text(item: object) -> str:
    """A value as & joins it: whole numbers without a point, as Excel's General format."""
    if isinstance(item, (bool, np.bool_)):
        return "TRUE" if item else "FALSE"
    if isinstance(item, str):
        return item
    number = float(item)  # type: ignore[arg-type]
    return str(int(number)) if number == int(number) else f"{number:.15g}"


def _joined(left: object, right: object) -> object:
    for item in (left, right):
        if isinstance(item, float) and math.isnan(item):
            return float("nan")
    return as_text(left) + as_text(right)


def _elementwise(
    function: Callable[[object, object], object], left: Array, right: Array, kind: type
) -> Array:
    first, second = np.broadcast_arrays(left.astype(object), right.astype(object))
    out: Array = np.empty(first.shape, dtype=kind)
    for index in np.ndindex(first.shape):
        out[index] = function(first[index], second[index])
    return out
