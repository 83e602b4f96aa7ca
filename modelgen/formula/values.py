"""How the values of cells are held in NumPy, and the operators on them.

A value is an array of shape (scenarios, periods), an axis having length 1 where the value does not vary:
float64 for numbers and dates (Excel day numbers), bool for TRUE and FALSE, object if there are texts.
An Excel error is NaN: it propagates through arithmetic and comparison as errors do in Excel. A value
that spreadsheets compute differently (too large for a number, an equality that depends on the 16th
digit, a date before March 1900) is infinite: it propagates like an error, and nothing masks it, so that a
line which shows or needs it is refused. A blank cell is None in an object array.
"""

import math
import operator as operators
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
else:  # importing numpy.typing would take a fiftieth of a build
    Array = Floats = Flags = np.ndarray


@dataclass(frozen=True, slots=True)
class Series:
    """A whole row as an argument, of shape (scenarios, all its periods); functions reduce it over its
    periods.
    """

    values: Array


Argument = Array | Series


def constant(value: float | str | bool) -> Array:
    """A value that is the same in all scenarios and periods, of shape (1, 1)."""
    if isinstance(value, bool):
        return np.array([[value]])
    if isinstance(value, str):
        out = np.empty((1, 1), dtype=object)
        out[0, 0] = value
        return out
    return np.array([[float(value)]])


def is_text(value: Array) -> bool:
    """Whether the array may hold texts or blanks."""
    return value.dtype == object


def numbers(argument: Argument) -> Floats:
    """The argument as float64, of the same shape; a text becomes an error (NaN), a blank zero."""
    value = argument.values if isinstance(argument, Series) else argument
    if not is_text(value):
        return value.astype(np.float64, copy=False)
    # Most are floats already; a million are asked for while limits are searched.
    found = [item if type(item) is float else _to_number(item) for item in value.ravel().tolist()]
    return np.array(found, dtype=np.float64).reshape(value.shape)


def _to_number(item: object) -> float:
    if item is None:
        return 0.0  # a blank cell
    return float(item) if isinstance(item, (int, float, bool)) else float("nan")


def truth(argument: Argument) -> tuple[Flags, Floats | None]:
    """The argument as a condition, and its errors: zero (none), NaN or infinite by element, None if there are
    none at all.
    """
    value = argument.values if isinstance(argument, Series) else argument
    if value.dtype == np.bool_:
        return value.astype(np.bool_, copy=False), None
    as_numbers = numbers(value)
    finite = np.isfinite(as_numbers)
    if finite.all():
        return as_numbers != 0, None
    wrong: Floats = np.where(finite, 0.0, as_numbers)
    return as_numbers != 0, wrong


def choose(condition: Argument, yes: Array, no: Array) -> Array:
    """IF: each element from `yes` or `no`; an error in the condition gives an error in the result."""
    where, wrong = truth(condition)
    if yes.dtype != no.dtype:
        kind = object if is_text(yes) or is_text(no) else np.float64
        yes, no = yes.astype(kind), no.astype(kind)
    result: Array = np.where(where, yes, no)
    return with_errors(result, wrong)


def with_errors(result: Array, wrong: Floats | None) -> Array:
    """The result, replaced by `wrong` where that is not zero (NaN: an error; infinite: spreadsheets
    differ).
    """
    if wrong is None:
        return result
    kind = object if is_text(result) else np.float64
    return np.where(wrong == 0, result.astype(kind), wrong.astype(kind))


def differing(where: Flags) -> Floats | None:
    """The errors, for `with_errors`, of elements that spreadsheets compute differently; None if there are
    none.
    """
    return np.where(where, np.inf, 0.0) if where.any() else None


def is_differing(value: Array) -> Flags | None:
    """Where spreadsheets compute the value differently; None if nowhere."""
    if value.size == 1:
        item = value.item()
        return np.isinf(_floats(value)) if isinstance(item, float) and math.isinf(item) else None
    found: Flags = np.isinf(_floats(value))
    return found if found.any() else None


def is_error(value: Array) -> Flags:
    """Where the value is an Excel error."""
    return np.isnan(_floats(value))


def is_wrong(value: Array) -> Flags:
    """Where the value is an error or one that spreadsheets compute differently."""
    return ~np.isfinite(_floats(value))


def _floats(value: Array) -> Floats:
    """The numbers of an array, with zero for texts and blanks."""
    if not is_text(value):
        return value.astype(np.float64, copy=False)
    found = [item if isinstance(item, float) else 0.0 for item in value.flat]
    return np.array(found, dtype=np.float64).reshape(value.shape)


def as_displayed(value: Array) -> Array:
    """What a formula's cell shows: zero for a reference to a blank cell, and never -0."""
    if not is_text(value):
        return value + 0.0 if value.dtype == np.float64 else value
    blank = np.array([item is None for item in value.ravel().tolist()], dtype=np.bool_)
    return np.where(blank.reshape(value.shape), 0.0, value) if blank.any() else value


def negative(value: Array) -> Array:
    """Unary minus; zero stays 0."""
    return np.subtract(0.0, numbers(value))  # not -x: a cell shows 0, never -0


def binary(operator: str, left: Array, right: Array) -> Array:
    """The result of one of Excel's binary operators. The caller silences NumPy's warnings."""
    if operator in _ARITHMETIC:
        return _ARITHMETIC[operator](numbers(left), numbers(right))
    if operator == "&":
        return _elementwise(_joined, left, right)
    if is_text(left) and is_text(right):
        return _elementwise(_COMPARISON_OF_ITEMS[operator], left, right)
    first, second = _against_numbers(left), _against_numbers(right)
    compared: Array = COMPARISON[operator](first, second)
    return with_errors(compared, incomparable(first, second))


# Excel compares 15 significant digits; IronCalc treats as equal what differs by less than the spacing
# of floating-point numbers at 1; others compare all 16 digits.
_DIGITS = 5e-15
_STEP = float(np.finfo(np.float64).eps)


def incomparable(first: Floats, second: Floats) -> Floats | None:
    """The errors of a comparison, None if there are none: NaN where a side is an error, infinite where
    numbers differ by so little that spreadsheets disagree whether they are equal.
    """
    if first.size == second.size == 1:  # computed period by period, as most comparisons are
        one, other = first.item(), second.item()
        apart = abs(one - other)
        if apart == 0 or _DIGITS * (abs(one) + abs(other)) + _STEP < apart < math.inf:
            return None
    difference = np.abs(first - second)
    finite = np.isfinite(difference)
    if finite.all():
        small = difference < _DIGITS * (np.abs(first) + np.abs(second)) + _STEP
        if not small.any() or not (difference[small] != 0).any():
            return None
    size = np.maximum(np.abs(first), np.abs(second))
    near = (difference != 0) & (difference <= np.maximum(_DIGITS * size, _STEP))
    missing = np.isnan(first) | np.isnan(second)
    wrong: Floats = np.where(missing, np.nan, np.where(near | ~finite, np.inf, 0.0))
    return wrong


def _against_numbers(value: Array) -> Floats:
    """One side of a comparison whose other side holds only numbers: a text is greater than any number."""
    if not is_text(value):
        return value.astype(np.float64, copy=False)
    found = [
        item if type(item) is float else 0.0 if item is None else np.finfo(np.float64).max
        for item in value.ravel().tolist()
    ]
    return np.array(found, dtype=np.float64).reshape(value.shape)


def _kept(operation: Callable[[Floats, Floats], Floats]) -> Callable[[Floats, Floats], Floats]:
    """An operation whose result is finite, the error of an operand, or otherwise infinite: a number too
    large, or computed from one (zero times it is not zero).
    """

    def of(left: Floats, right: Floats) -> Floats:
        result = operation(left, right)
        if math.isfinite(result.item()) if result.size == 1 else np.isfinite(result).all():
            return result
        wrong = np.where(np.isnan(left) | np.isnan(right), np.nan, np.inf)
        return np.where(np.isfinite(result), result, wrong)

    return of


def _quotient(left: Floats, right: Floats) -> Floats:
    """Division; by zero, an error."""
    result: Floats = np.divide(left, right)
    if np.isfinite(result).all() and np.isfinite(right).all():
        return result
    wrong = np.where(np.isnan(left) | np.isnan(right) | (right == 0), np.nan, np.inf)
    return np.where(np.isfinite(result) & np.isfinite(right), result, wrong)


def _power(left: Floats, right: Floats) -> Floats:
    """A power. Zero to the power of zero or less, and roots of negative numbers, are infinite: an error in
    Excel and a number elsewhere.
    """
    result: Floats = np.power(left, right)
    differs = ((left == 0) & (right <= 0)) | ((left < 0) & (right != np.floor(right)))
    result = np.where(differs | np.isinf(left) | np.isinf(right), np.inf, result)
    return np.where(np.isnan(left) | np.isnan(right), np.nan, result)


_ARITHMETIC: dict[str, Callable[[Floats, Floats], Floats]] = {
    "+": _kept(np.add),
    "-": _kept(np.subtract),
    "*": _kept(np.multiply),
    "/": _quotient,
    "^": _power,
}
COMPARISON: dict[str, Callable[[Floats, Floats], Array]] = {
    "=": np.equal,
    "<>": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def _rank(item: object) -> tuple[int, float | str]:
    """Excel's order across types: numbers, then texts (ignoring case), then FALSE and TRUE."""
    if isinstance(item, (bool, np.bool_)):
        return (2, float(item))
    if isinstance(item, str):
        return (1, item.lower())
    return (0, 0.0 if item is None else float(item))  # type: ignore[arg-type]


def _compared(compare: Callable[[Any, Any], Any]) -> Callable[[object, object], object]:
    """A comparison of two cells, either of which may hold a text; an error on either side is the result."""

    def of(first: object, second: object) -> object:
        for item in (first, second):
            if isinstance(item, float) and not math.isfinite(item):
                return item
        return bool(compare(_rank(first), _rank(second)))

    return of


_COMPARISON_OF_ITEMS: dict[str, Callable[[object, object], object]] = {
    "=": _compared(operators.eq),
    "<>": _compared(operators.ne),
    "<": _compared(operators.lt),
    "<=": _compared(operators.le),
    ">": _compared(operators.gt),
    ">=": _compared(operators.ge),
}

WHOLE_TO = 1e15
"""Whole numbers below this have at most 15 digits, and every spreadsheet writes them alike in a text."""


def _joined(left: object, right: object) -> object:
    for item in (left, right):
        if isinstance(item, float) and not math.isfinite(item):
            return item
    first, second = _as_text(left), _as_text(right)
    return math.inf if first is None or second is None else first + second


def _as_text(item: object) -> str | None:
    """A text, or a whole number in digits; None for a number that spreadsheets write differently."""
    if isinstance(item, str):
        return item
    number = float(item)  # type: ignore[arg-type]
    unclear = number == 0 and math.copysign(1, number) < 0  # IronCalc writes -0
    if unclear or number != int(number) or abs(number) >= WHOLE_TO:
        return None
    return str(int(number))


def _elementwise(function: Callable[[object, object], object], left: Array, right: Array) -> Array:
    first, second = np.broadcast_arrays(left.astype(object), right.astype(object))
    out: Array = np.empty(first.shape, dtype=object)
    for index in np.ndindex(first.shape):
        out[index] = function(first[index], second[index])
    return out
