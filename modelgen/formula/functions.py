"""The table of functions: name, arity, meaning in NumPy, and how a sentence says it.

Adding a function means one entry here. Only functions that every engine computes alike stand in it
(docs/formula-language.md). `LANGUAGE` holds the few that are the language's own: they know sets and
timelines, and the model turns them into functions of the table or into whole rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from modelgen.formula import dates as d
from modelgen.formula import values as v
from modelgen.formula.values import Argument, Array, Floats, Series

Compute = Callable[[Sequence[Argument]], Array]


@dataclass(frozen=True, slots=True)
class Function:
    """One function. `words` takes {0}, {1}, ... or {all} (arguments joined by commas and "and")."""

    name: str
    least: int
    most: int | None
    words: str
    compute: Compute


def arity_words(function: Function) -> str:
    """How many arguments, in words."""
    least, most = function.least, function.most
    if most is None:
        return f"at least {least} argument{'s' if least != 1 else ''}"
    if least == most:
        return f"{least} argument{'s' if least != 1 else ''}"
    return f"{least} to {most} arguments"


def _cell(argument: Argument) -> Array:
    return argument.values if isinstance(argument, Series) else argument


def _n(argument: Argument) -> Floats:
    return v.numbers(argument)


def _items(arguments: Sequence[Argument]) -> list[tuple[Floats, bool]]:
    """Each argument's numbers; True for a row, which is reduced over its periods. Texts in a row are
    skipped by SUM, MAX and MIN, as in Excel.
    """
    return [(_n(argument), isinstance(argument, Series)) for argument in arguments]


def _reduce(
    across: Callable[..., Floats], join: Callable[[Floats, Floats], Floats], nothing: float
) -> Compute:
    def compute(arguments: Sequence[Argument]) -> Array:
        total: Floats | None = None
        for numbers, is_row in _items(arguments):
            part = across(numbers, axis=-1, keepdims=True) if is_row else numbers
            total = part if total is None else join(total, part)
        return total if total is not None else v.constant(nothing)

    return compute


def _average(arguments: Sequence[Argument]) -> Array:
    sums: Floats = np.zeros((1, 1))
    count = 0
    for numbers, is_row in _items(arguments):
        sums = sums + (numbers.sum(axis=-1, keepdims=True) if is_row else numbers)
        count += numbers.shape[-1] if is_row else 1
    averaged: Floats = sums / count
    return averaged


def _sumproduct(arguments: Sequence[Argument]) -> Array:
    product: Floats = np.ones((1, 1))
    for argument in arguments:
        product = product * _n(argument)
    total: Floats = product.sum(axis=-1, keepdims=True)
    return total


_OPERATORS = ("<>", "<=", ">=", "=", "<", ">")


def _matches(row: Array, criterion: Array) -> Array:
    """Where the row meets a criterion of shape (scenarios, periods): (scenarios, periods, row).

    A text criterion may begin with an operator, as in SUMIF; it must be the same in all periods.
    """
    operator = "="
    if v.is_text(criterion):
        text = str(criterion.flat[0])
        for candidate in _OPERATORS:
            if text.startswith(candidate):
                operator, text = candidate, text[len(candidate) :]
                break
        try:
            criterion = v.constant(float(text))
        except ValueError:
            criterion = v.constant(text)
    if v.is_text(row):
        # A blank cell meets no criterion.
        cells = [np.nan if item is None else item for item in row.flat]
        row = np.array(cells, dtype=object).reshape(row.shape)
        met, _ = v.truth(v.binary(operator, row[:, None, :], criterion[:, :, None]))
        return met & ~v.is_error(row)[:, None, :]
    return v.binary(operator, row[:, None, :], criterion[:, :, None])


def _sumifs(arguments: Sequence[Argument]) -> Array:
    keep: Array = np.ones((1, 1, 1), dtype=np.bool_)
    for row, criterion in zip(arguments[1::2], arguments[2::2], strict=True):
        keep = keep & _matches(_cell(row), _cell(criterion))
    total: Floats = np.where(keep, _n(arguments[0])[:, None, :], 0.0).sum(axis=-1)
    return total


def _sumif(arguments: Sequence[Argument]) -> Array:
    summed = arguments[2] if len(arguments) > 2 else arguments[0]
    return _sumifs([summed, arguments[0], arguments[1]])


def _countif(arguments: Sequence[Argument]) -> Array:
    met: Array = _matches(_cell(arguments[0]), _cell(arguments[1])).sum(axis=-1)
    return met.astype(np.float64)


def _index(arguments: Sequence[Argument]) -> Array:
    row, position = _cell(arguments[0]), _n(arguments[1])
    bad = np.isnan(position) | (position < 1) | (position > row.shape[-1])
    places = np.where(bad, 1, position).astype(int) - 1
    scenarios = max(row.shape[0], places.shape[0])
    taken = np.take_along_axis(
        np.broadcast_to(row, (scenarios, row.shape[-1])),
        np.broadcast_to(places, (scenarios, places.shape[-1])),
        axis=-1,
    )
    return v.with_errors(taken, bad if bad.any() else None)


def _match(arguments: Sequence[Argument]) -> Array:
    wanted, row = _cell(arguments[0]), _cell(arguments[1])
    how = float(_n(arguments[2]).flat[0]) if len(arguments) > 2 else 1.0
    if how == 0:
        found = v.binary("=", row[:, None, :], wanted[:, :, None]).astype(np.bool_)
        first = found.argmax(axis=-1)
    else:
        found = v.binary("<=", row[:, None, :], wanted[:, :, None]).astype(np.bool_)
        first = found.sum(axis=-1) - 1
    return np.where(found.any(axis=-1), first + 1.0, np.nan)


def _choose(arguments: Sequence[Argument]) -> Array:
    position = np.floor(_n(arguments[0]))
    result: Array = v.constant(float("nan"))
    for number, option in enumerate(arguments[1:], start=1):
        result = v.choose(position == number, _cell(option), result)
    return result


def _if(arguments: Sequence[Argument]) -> Array:
    no = _cell(arguments[2]) if len(arguments) > 2 else v.constant(False)
    return v.choose(arguments[0], _cell(arguments[1]), no)


def _iferror(arguments: Sequence[Argument]) -> Array:
    first = _cell(arguments[0])
    return v.choose(v.is_error(first), _cell(arguments[1]), first)


def _logical(all_of_them: bool) -> Compute:
    def compute(arguments: Sequence[Argument]) -> Array:
        result: Array = v.constant(all_of_them)
        errors: Array = v.constant(False)
        for argument in arguments:
            holds, bad = v.truth(argument)
            if isinstance(argument, Series):
                reduce = np.all if all_of_them else np.any
                holds = np.asarray(reduce(holds, axis=-1, keepdims=True))
                bad = None if bad is None else np.any(bad, axis=-1, keepdims=True)
            result = (result & holds) if all_of_them else (result | holds)
            if bad is not None:
                errors = errors | bad
        return v.with_errors(result, errors.astype(np.bool_) if errors.any() else None)

    return compute


def _not(arguments: Sequence[Argument]) -> Array:
    holds, bad = v.truth(arguments[0])
    return v.with_errors(~holds, bad)


def _rounded(up: bool) -> Compute:
    def compute(arguments: Sequence[Argument]) -> Array:
        number, scale = _n(arguments[0]), np.power(10.0, _n(arguments[1]))
        size = np.abs(number) * scale
        # Excel rounds the decimal it shows: 15 significant digits, halves away from zero.
        size = np.round(size, 9)
        return np.sign(number) * (np.ceil(size) if up else np.floor(size + 0.5)) / scale

    return compute


def _unary(function: Callable[[Floats], Floats]) -> Compute:
    return lambda arguments: function(_n(arguments[0]))


def _mod(arguments: Sequence[Argument]) -> Array:
    with np.errstate(all="ignore"):
        return np.mod(_n(arguments[0]), _n(arguments[1]))


def _pmt(arguments: Sequence[Argument]) -> Array:
    rate, count, present = (_n(item) for item in arguments[:3])
    with np.errstate(all="ignore"):
        factor = np.where(rate == 0, count, (1 - np.power(1 + rate, -count)) / rate)
        return -present / factor


def _npv(arguments: Sequence[Argument]) -> Array:
    rate, total, position = _n(arguments[0]), np.zeros((1, 1)), 0
    for numbers, is_row in _items(arguments[1:]):
        if is_row:
            powers = position + 1 + np.arange(numbers.shape[-1])
            total = total + (numbers / np.power(1 + rate, powers)).sum(axis=-1, keepdims=True)
            position += numbers.shape[-1]
        else:
            position += 1
            total = total + numbers / np.power(1 + rate, position)
    return total


def _is_number(arguments: Sequence[Argument]) -> Array:
    cell = _cell(arguments[0])
    if cell.dtype == np.bool_:
        return np.zeros(cell.shape, dtype=np.bool_)
    if v.is_text(cell):
        numeric = [
            isinstance(item, (int, float)) and not isinstance(item, bool) for item in cell.flat
        ]
        return np.array(numeric, dtype=np.bool_).reshape(cell.shape) & np.isfinite(v.numbers(cell))
    return np.isfinite(v.numbers(cell))


def _concatenate(arguments: Sequence[Argument]) -> Array:
    joined: Array = v.constant("")
    for argument in arguments:
        joined = v.binary("&", joined, _cell(argument))
    return joined


def _never(_arguments: Sequence[Argument]) -> Array:
    raise AssertionError("the model replaces the language's own functions before they are computed")


def _table(*functions: Function) -> dict[str, Function]:
    return {function.name: function for function in functions}


FUNCTIONS: dict[str, Function] = _table(
    Function("SUM", 1, None, "the sum of {all}", _reduce(np.sum, np.add, 0.0)),
    Function("MAX", 1, None, "the greatest of {all}", _reduce(np.max, np.maximum, 0.0)),
    Function("MIN", 1, None, "the least of {all}", _reduce(np.min, np.minimum, 0.0)),
    Function("AVERAGE", 1, None, "the average of {all}", _average),
    Function("SUMPRODUCT", 1, None, "the sum of the products of {all}", _sumproduct),
    Function("SUMIF", 2, 3, "the sum of {2} where {0} is {1}", _sumif),
    Function("SUMIFS", 3, None, "the sum of {0} where {1} is {2}", _sumifs),
    Function("COUNTIF", 2, 2, "the number of periods in which {0} is {1}", _countif),
    Function("INDEX", 2, 2, "number {1} of {0}", _index),
    Function("MATCH", 2, 3, "the position of {0} in {1}", _match),
    Function("CHOOSE", 2, None, "by {0}, one of: {rest}", _choose),
    Function("IF", 2, 3, "if {0} then {1}, otherwise {2}", _if),
    Function("IFERROR", 2, 2, "{0}, or where that is an error {1}", _iferror),
    Function("AND", 1, None, "{and}", _logical(True)),
    Function("OR", 1, None, "{or}", _logical(False)),
    Function("NOT", 1, 1, "not ({0})", _not),
    Function("ABS", 1, 1, "the size of {0}", _unary(np.abs)),
    Function("SIGN", 1, 1, "the sign of {0}", _unary(np.sign)),
    Function("INT", 1, 1, "{0} rounded down to a whole number", _unary(np.floor)),
    Function("MOD", 2, 2, "the remainder of {0} divided by {1}", _mod),
    Function("ROUND", 2, 2, "{0} rounded to {1} decimals", _rounded(up=False)),
    Function("ROUNDUP", 2, 2, "{0} rounded up to {1} decimals", _rounded(up=True)),
    Function("EDATE", 2, 2, "the day {1} months after {0}", d.edate),
    Function("EOMONTH", 2, 2, "the end of the month {1} months after {0}", d.eomonth),
    Function("DATE", 3, 3, "the day {2} of month {1} of year {0}", d.date),
    Function(
        "YEAR",
        1,
        1,
        "the year of {0}",
        d.date_part(d.year_of),
    ),
    Function(
        "MONTH",
        1,
        1,
        "the month of {0}",
        d.date_part(d.month_of),
    ),
    Function("DAY", 1, 1, "the day of the month of {0}", d.date_part(d.day_of)),
    Function("WEEKDAY", 1, 1, "the day of the week of {0}", d.weekday),
    Function("DAYS360", 2, 2, "the days from {0} to {1} in a year of 360", d.days360),
    Function("PMT", 3, 3, "the level payment at {0} over {1} periods on {2}", _pmt),
    Function("NPV", 2, None, "the present value at {0} of {rest}", _npv),
    Function("ISNUMBER", 1, 1, "{0} is a number", _is_number),
    Function("ISERROR", 1, 1, "{0} is an error", lambda a: v.is_error(_cell(a[0]))),
    Function("CONCATENATE", 1, None, "{all} joined", _concatenate),
)

LANGUAGE: dict[str, Function] = _table(
    Function("SUM_EACH", 1, 1, "the sum of {0} over its members", _never),
    Function("MAX_EACH", 1, 1, "the greatest of {0} over its members", _never),
    Function("MIN_EACH", 1, 1, "the least of {0} over its members", _never),
    Function("CHOOSE_EACH", 2, 2, "by {0}, one of the members' {1}", _never),
    Function("SUM_OF", 1, 1, "the sum of {0} over the periods within this one", _never),
    Function("IN_PERIOD", 1, 1, "{0} falls in this period", _never),
    Function("VALUE_ON", 2, 2, "{0} in the period that ends on {1}", _never),
)
