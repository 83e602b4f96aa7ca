"""Excel's rules for reading the cells that a function refers to, where `formulas` reads them differently.

In a cell that a formula refers to, a text is a text: SUM, MIN, MAX, AVERAGE and similar functions skip it,
even "208", along with booleans and blanks. Arithmetic and numeric functions read it as a number where they
can: "208" + 1 is 209, "5%" + 1 is 1.05. ISNUMBER says that it is not a number. Microsoft's pages on SUM, MIN,
AVERAGE, COUNT, ISNUMBER and COUNTIF say so, and IronCalc and LibreOffice compute so. `formulas` 1.3.4 treats
any text that Python reads as a number as one, and the value of a single cell as if it were typed into the
formula.
"""

import math
import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy as np

from modelgen.dates import to_serial

Function = Callable[..., Any]
Rule = Callable[[Any], Any]

# These functions skip texts, booleans and blanks in references; the rate of NPV is not such a reference.
_SKIP = {
    "SUM", "MIN", "MAX", "AVERAGE", "COUNT", "PRODUCT", "MEDIAN", "MODE", "STDEV", "STDEVP", "STDEV.S",
    "STDEV.P", "VAR", "VARP", "VAR.S", "VAR.P", "SUMSQ", "GEOMEAN", "HARMEAN", "AVEDEV", "DEVSQ", "LARGE",
    "SMALL", "KURT", "SKEW", "IRR", "NPV",
}  # fmt: skip
_ONLY_FIRST_SKIPS = {"LARGE", "SMALL", "IRR"}  # the arguments after it are numbers
_LOGICAL = {"AND", "OR", "XOR"}
_COUNTING = {"COUNTA", "COUNTBLANK", "MAXA", "MINA", "AVERAGEA"}
_ARITHMETIC = {"+", "-", "*", "/", "^", "%", "U-"}
_COMPARISONS = {"=", "<>", "<", ">", "<=", ">="}
_OF_NUMBERS = {
    "ABS", "SIGN", "INT", "MOD", "ROUND", "ROUNDUP", "ROUNDDOWN", "MROUND", "TRUNC", "CEILING", "FLOOR",
    "SQRT", "EXP", "LN", "LOG", "LOG10", "POWER", "PMT", "IPMT", "PPMT", "PV", "FV", "NPER", "RATE",
    "CUMIPMT", "CUMPRINC", "CHOOSE", "NPV",
}  # fmt: skip
_ONLY_FIRST_IS_NUMBER = {"CHOOSE", "NPV"}
_OF_DATES = {
    "EDATE", "EOMONTH", "DATE", "YEAR", "MONTH", "DAY", "WEEKDAY", "DAYS360", "YEARFRAC",
}  # fmt: skip
# With a large number, these give a result that no cell can hold and no machine finishes computing.
EXPLOSIVE = {
    "FACT", "FACTDOUBLE", "COMBIN", "COMBINA", "PERMUT", "PERMUTATIONA", "MULTINOMIAL", "REPT",
}  # fmt: skip
MOST = 32_767  # characters that a cell can hold
# By name, the position of the values that are added up; None if cells are counted.
_CRITERIA = {
    "COUNTIF": None, "COUNTIFS": None, "SUMIF": 2, "AVERAGEIF": 2, "SUMIFS": 0, "AVERAGEIFS": 0,
}  # fmt: skip
_NUMBERS = {float, int, np.float64}
_INEQUALITY = re.compile(r"\s*(<=|>=|<(?!>)|>)\s*[-+.\d]")
_DAY = re.compile(r"\s*\d{4}-\d{2}-\d{2}\s*", re.ASCII)
_NUMBER = re.compile(
    r"\s*([-+]?(?:\d{1,3}(?:,\d{3})+|\d+|(?=\.\d))(?:\.\d*)?(?:[eE][-+]?\d{1,3})?)\s*(%?)\s*",
    re.ASCII,
)


def prepared(name: str, function: Function, direct: Sequence[bool]) -> Function:
    """A function of the library, wrapped so that it is given what Excel's function would be. `direct` says
    for each argument whether it is a reference itself rather than computed from one.
    """
    base = name.removeprefix("_XLFN.")
    if base in _CRITERIA:
        return _by_criteria(base, function)
    if base in _ARITHMETIC or base in _COMPARISONS:
        function = _for_numbers(function, as_pairs=base in _COMPARISONS)
    rules = [_rule(base, place, is_direct) for place, is_direct in enumerate(direct)]
    if not any(rules):
        return function

    def call(*arguments: Any) -> Any:
        return function(
            *[
                argument if rule is None else rule(argument)
                for rule, argument in zip(rules, arguments, strict=True)
            ]
        )

    return call


def _for_numbers(function: Function, as_pairs: bool) -> Function:
    """An operator of the library with a fast path for plain numbers, which bypasses its handling of arrays
    and texts. With `as_pairs`, values are compared as pairs of kind and value, as the library does.
    """
    own = function
    while hasattr(own, "__wrapped__"):
        own = own.__wrapped__

    def call(*arguments: Any) -> Any:
        given: list[Any] = []
        for argument in arguments:
            number = (
                argument.item()
                if isinstance(argument, np.ndarray) and argument.size == 1
                else argument
            )
            if type(number) not in _NUMBERS:
                return function(*arguments)
            given.append((0, float(number)) if as_pairs else float(number))
        try:
            found = own(*given)
        except (ArithmeticError, ValueError, TypeError):
            return function(*arguments)
        if type(found) is bool or (type(found) is float and math.isfinite(found)):
            return found
        return function(*arguments)

    return call


def _rule(name: str, place: int, direct: bool) -> Rule | None:
    skips = place > 0 if name == "NPV" else place == 0 or name not in _ONLY_FIRST_SKIPS
    if name in _SKIP and skips:
        return only_numbers if direct else None
    if name in _ARITHMETIC or (
        name in _OF_NUMBERS and (place == 0 or name not in _ONLY_FIRST_IS_NUMBER)
    ):
        return as_number
    if name in _OF_DATES:
        return as_number_or_text
    if name == "SUMPRODUCT":
        return numbers_or_zero if direct else None
    if name in _LOGICAL:
        return without_text if direct else None
    if name in _COUNTING:
        return as_range if direct else None
    if name == "ISNUMBER":
        return never_numeric
    if name in EXPLOSIVE:
        return bounded
    return as_truth if name in ("IF", "NOT") and place == 0 else None


def empty() -> Any:
    """The library's value for a blank cell."""
    from schedula import EMPTY  # type: ignore[attr-defined]

    return EMPTY


def error(text: str) -> Any:
    """The library's error value for a text such as #N/A."""
    from formulas.tokens.operand import Error

    return Error.errors.get(text, Error.errors["#VALUE!"])


def read_number(text: str) -> float | None:
    """The number that Excel reads in a text such as 208, 1,234.5, 5% or 2006-01-31; None if it reads none."""
    found = _NUMBER.fullmatch(text)
    if found:
        value = float(found[1].replace(",", "")) / (100 if found[2] else 1)
        return value if math.isfinite(value) else None
    if _DAY.fullmatch(text):
        try:
            return float(to_serial(date.fromisoformat(text.strip())))
        except ValueError:
            pass
    return None


def only_numbers(value: Any) -> Any:
    """A reference without its texts, booleans and blanks."""
    if type(value) in _NUMBERS:
        return value
    if isinstance(value, np.ndarray) and all(type(v) in _NUMBERS for v in value.ravel().tolist()):
        return value
    return _each(value, lambda one: empty() if _is_truth(one) or _is_text(one) else one)


def numbers_or_zero(value: Any) -> Any:
    """A reference with zero for its texts and booleans."""
    return _each(value, lambda one: 0.0 if _is_truth(one) or _is_text(one) else one)


def without_text(value: Any) -> Any:
    """A reference without its texts."""
    return _each(value, lambda one: empty() if _is_text(one) else one)


def as_range(value: Any) -> Any:
    """A reference as a range, even if it is one cell."""
    return _each(value, lambda one: one)


def as_number(value: Any) -> Any:
    """The number that a text reads as, or #VALUE!; anything else unchanged."""
    return _of_texts(value, lambda text: _first(read_number(text), error("#VALUE!")))


def as_number_or_text(value: Any) -> Any:
    """The number that a text reads as, otherwise the text: the library itself reads dates in words."""
    return _of_texts(value, lambda text: _first(read_number(text), text))


def never_numeric(value: Any) -> Any:
    """For a text, one that does not read as a number; anything else unchanged."""
    return _of_texts(value, lambda _: "text")


def as_truth(value: Any) -> Any:
    """The text TRUE or FALSE as a boolean; anything else unchanged."""
    return _of_texts(
        value, lambda text: {"TRUE": True, "FALSE": False}.get(text.strip().upper(), text)
    )


def bounded(value: Any) -> Any:
    """#NUM! for a number so large that no cell could hold the result; anything else unchanged."""
    number = value.item() if isinstance(value, np.ndarray) and value.size == 1 else value
    large = isinstance(number, (int, float)) and not abs(number) <= MOST
    return error("#NUM!") if large else value


def _by_criteria(name: str, function: Function) -> Function:
    """A function that counts or adds up what meets criteria. Only numbers meet an inequality with a number,
    and only numbers are added up.
    """
    place = _CRITERIA[name]
    first = 1 if place == 0 else 0

    def call(*arguments: Any) -> Any:
        given = list(arguments)
        if place is not None and len(given) <= place:
            given.append(given[0])
        if place is not None:
            given[place] = only_numbers(given[place])
        for at in range(first, min(len(arguments), first + 2 if place == 2 else len(given)) - 1, 2):
            criterion = given[at + 1]
            if isinstance(criterion, np.ndarray) and criterion.size == 1:
                criterion = criterion.item()
            if _is_text(criterion) and _INEQUALITY.match(criterion):
                given[at] = never_numeric(given[at])
        return function(*given)

    return call


def _is_truth(value: Any) -> bool:
    return isinstance(value, (bool, np.bool_))


def _is_text(value: Any) -> bool:
    # The library's values for blanks and errors are subclasses of str.
    return type(value) is str or type(value) is np.str_


def _first(number: float | None, other: Any) -> Any:
    return other if number is None else number


def _each(value: Any, change: Rule) -> Any:
    """A range with `change` applied to each of its values; a single value is treated as a range of one
    cell.
    """
    if isinstance(value, np.ndarray) and value.shape:
        cells = [change(one) for one in value.flat]
        shape = value.shape
    else:
        cells = [change(value.item() if isinstance(value, np.ndarray) else value)]
        shape = (1, 1)
    found = np.empty(len(cells), dtype=object)
    found[:] = cells
    return found.reshape(shape)


def _of_texts(value: Any, change: Callable[[str], Any]) -> Any:
    """`change` applied to a value, or to each value of a range, if it is a text."""
    if _is_text(value):
        return change(value)
    if (
        isinstance(value, np.ndarray)
        and value.dtype == object
        and any(_is_text(v) for v in value.flat)
    ):
        if not value.shape:
            return change(value.item())
        return _each(value, lambda one: change(one) if _is_text(one) else one)
    return value
