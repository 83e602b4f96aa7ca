"""The table of functions: name, arity, types, words, and meaning in NumPy.

Adding a function means one row here. Only functions that every engine computes alike stand in the
table (docs/formula-language.md); where they differ for some values, the meaning gives an infinite
result there (see `values`), and the line is refused. `OWN` holds the few that are the language's own:
they know sets, timelines and units, and the model turns them into nodes of their own.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from modelgen.formula import dates as d
from modelgen.formula import values as v
from modelgen.formula.types import Signature, signature
from modelgen.formula.values import Argument, Array, Floats, Series

Compute = Callable[[Sequence[Argument]], Array]


@dataclass(frozen=True)
class Function:
    """One function. `takes` is its signature (see `types.signature`); `words` takes {0}, {1}, ... or
    {all} (arguments joined by commas and "and"); `prefix` is what the file needs before the name of a
    function younger than Excel 2010: "_xlfn.".
    """

    name: str
    least: int
    most: int | None
    takes: str
    words: str
    compute: Compute
    prefix: str = ""

    @cached_property
    def signature(self) -> Signature:
        """The kinds and measures of its arguments and result."""
        return signature(self.takes)

    @cached_property
    def over_rows(self) -> bool:
        """Whether a whole row may be an argument."""
        return "*" in self.takes


@dataclass(frozen=True, slots=True)
class OwnFunction:
    """A function of the language alone."""

    name: str
    least: int
    most: int


def arity_words(function: Function | OwnFunction) -> str:
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


def _spreading(compute: Compute) -> Compute:
    """The meaning, with what cannot be told of an argument spread to the result."""

    def spread(arguments: Sequence[Argument]) -> Array:
        result = compute(arguments)
        for argument in arguments:
            untold = v.is_untold(_cell(argument))
            if untold is not None:
                if isinstance(argument, Series):
                    untold = np.asarray(untold.any(axis=-1, keepdims=True))
                result = v.with_errors(result, v.untold(untold))
        return result

    return spread


def _items(arguments: Sequence[Argument]) -> list[tuple[Floats, bool]]:
    """Each argument's numbers; True for a row, which is reduced over its periods."""
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


_CRITERION = re.compile(r"(<>|<=|>=|=|<|>)?(?:(-?\d+(?:\.\d+)?)|([A-Za-z][A-Za-z /._-]*))")


def criterion_parts(text: str) -> tuple[str, float | str] | None:
    """The operator and the number or text of a criterion such as ">30", "<>1" or "late"; None where
    spreadsheets may read something else in it: wildcards, dates, TRUE, parts of numbers.
    """
    found = _CRITERION.fullmatch(text)
    if found is None or (found[3] or "").upper() in ("TRUE", "FALSE"):
        return None
    return found[1] or "=", float(found[2]) if found[2] else found[3]


def _matches(row: Array, criterion: Array) -> tuple[Array, Floats | None]:
    """Where the row meets a criterion of shape (scenarios, periods), and what is wrong, both of shape
    (scenarios, periods, row). A text criterion is a literal, the same in all periods; blank cells and
    texts meet no number.
    """
    operator = "="
    if v.is_text(criterion) and isinstance(criterion.flat[0], str):
        parts = criterion_parts(criterion.flat[0])
        assert parts is not None, "the types admit only criteria that can be read"
        operator, wanted = parts
        if isinstance(wanted, str):
            same = [isinstance(c, str) and c.lower() == wanted.lower() for c in row.flat]
            met = np.array(same, dtype=np.bool_).reshape(row.shape)[:, None, :]
            return met if operator == "=" else ~met, None
        criterion = v.constant(wanted)
    cells = row
    if v.is_text(row):
        numeric = [item if isinstance(item, float) else np.nan for item in row.flat]
        cells = np.array(numeric, dtype=np.float64).reshape(row.shape)
    first, second = cells[:, None, :], _n(criterion)[:, :, None]
    wrong = v.incomparable(first, second)
    if wrong is not None:
        # Engines differ on a criterion that is an error; a cell that is one (or a text) does not count.
        wrong = np.where(np.isnan(second), np.inf, np.where(np.isnan(wrong), 0.0, wrong))
    met = v.COMPARISON[operator](first, second) & ~np.isnan(first)
    return met, wrong


def _sumifs(arguments: Sequence[Argument]) -> Array:
    keep: Array = np.ones((1, 1, 1), dtype=np.bool_)
    wrong: Floats | None = None
    for row, criterion in zip(arguments[1::2], arguments[2::2], strict=True):
        met, bad = _matches(_cell(row), _cell(criterion))
        keep = keep & met
        wrong = bad if wrong is None else wrong if bad is None else wrong + bad
    total: Floats = np.where(keep, _n(arguments[0])[:, None, :], 0.0).sum(axis=-1)
    return total if wrong is None else v.with_errors(total, wrong.sum(axis=-1))


def _sumif(arguments: Sequence[Argument]) -> Array:
    summed = arguments[2] if len(arguments) > 2 else arguments[0]
    return _sumifs([summed, arguments[0], arguments[1]])


def _countif(arguments: Sequence[Argument]) -> Array:
    met, wrong = _matches(_cell(arguments[0]), _cell(arguments[1]))
    count = met.sum(axis=-1).astype(np.float64)
    return count if wrong is None else v.with_errors(count, wrong.sum(axis=-1))


def _index(arguments: Sequence[Argument]) -> Array:
    row, position = _cell(arguments[0]), _n(arguments[1])
    inside = (position >= 1) & (position < row.shape[-1] + 1)
    places = np.where(inside, position, 1).astype(int) - 1
    scenarios = max(row.shape[0], places.shape[0])
    taken = np.take_along_axis(
        np.broadcast_to(row, (scenarios, row.shape[-1])),
        np.broadcast_to(places, (scenarios, places.shape[-1])),
        axis=-1,
    )
    if inside.all():
        return taken
    # INDEX(row, 0) is the row itself to some, and an error to others.
    differs = ((position > -1) & (position < 1)) | np.isinf(position)
    return v.with_errors(taken, np.where(inside, 0.0, np.where(differs, np.inf, np.nan)))


def _match(arguments: Sequence[Argument]) -> Array:
    wanted, row = _cell(arguments[0]), _cell(arguments[1])
    if v.is_text(wanted) or v.is_text(row):
        found = v.binary("=", row[:, None, :], wanted[:, :, None])
        wrong = v.is_wrong(found)
        met = np.where(wrong, False, found).astype(np.bool_)
    else:
        first, second = row[:, None, :], wanted[:, :, None]
        met, bad = first == second, v.incomparable(first, second)
        wrong = np.zeros(met.shape, dtype=np.bool_) if bad is None else bad != 0
    position = np.where(met.any(axis=-1), met.argmax(axis=-1) + 1.0, np.nan)
    if not wrong.any():
        return position
    # An error that is looked for is one; so, to some, is one in the row before what is found.
    missing = np.isnan(_n(wanted)) if not v.is_text(wanted) else v.is_error(wanted)
    return v.with_errors(
        position, np.where(missing, np.nan, np.where(wrong.any(axis=-1), np.inf, 0.0))
    )


def _choose(arguments: Sequence[Argument]) -> Array:
    position = np.floor(_n(arguments[0]))
    result: Array = np.where(np.isinf(position), np.inf, np.nan)
    for number, option in enumerate(arguments[1:], start=1):
        result = v.choose(position == number, _cell(option), result)
    return result


def _if(arguments: Sequence[Argument]) -> Array:
    no = _cell(arguments[2]) if len(arguments) > 2 else v.constant(False)
    return v.choose(arguments[0], _cell(arguments[1]), no)


def _iferror(arguments: Sequence[Argument]) -> Array:
    first = _cell(arguments[0])
    return v.choose(v.is_error(first), _cell(arguments[1]), first)


def _is_error(arguments: Sequence[Argument]) -> Array:
    cell = _cell(arguments[0])
    error = v.is_error(cell)
    return v.with_errors(error, v.untold(v.is_wrong(cell) & ~error))


def _logical(all_of_them: bool) -> Compute:
    def compute(arguments: Sequence[Argument]) -> Array:
        result: Array = v.constant(all_of_them)
        wrong: Floats | None = None
        for argument in arguments:
            holds, bad = v.truth(argument)
            if isinstance(argument, Series):
                reduce = np.all if all_of_them else np.any
                holds = np.asarray(reduce(holds, axis=-1, keepdims=True))
                bad = None if bad is None else bad.sum(axis=-1, keepdims=True)
            result = (result & holds) if all_of_them else (result | holds)
            if bad is not None:
                wrong = bad if wrong is None else wrong + bad
        # Some stop at the first argument that decides, and never see an error behind it.
        return v.with_errors(result, None if wrong is None else v.untold(wrong != 0))

    return compute


def _not(arguments: Sequence[Argument]) -> Array:
    holds, wrong = v.truth(arguments[0])
    return v.with_errors(~holds, wrong)


def _near(size: Floats, step: float) -> Floats:
    """The multiple of a step that a size is to 15 digits, NaN where it is none."""
    with np.errstate(all="ignore"):
        digit = np.power(10.0, np.floor(np.log10(size)) - 14)
    multiple = np.rint(size / step) * step
    return np.where(np.abs(size - multiple) <= digit / 2, multiple, np.nan)


def _rounded(up: bool) -> Compute:
    """ROUND and ROUNDUP: halves go away from zero. What is a half (or whole) to 15 digits but not in
    all 16 is rounded in two ways, and so is a number of more than 15 digits.
    """

    def compute(arguments: Sequence[Argument]) -> Array:
        number, decimals = _n(arguments[0]), np.trunc(_n(arguments[1]))
        scale = np.power(10.0, decimals)
        size = np.abs(number) * scale
        near = _near(size, 1.0 if up else 0.5)
        differs = (
            (~np.isnan(near) & (near != size)) | (size >= v.WHOLE_TO) | (np.abs(decimals) > 15)
        )
        floor = np.floor(size)
        whole = np.ceil(size) if up else floor + (size - floor >= 0.5)
        # A zero that came from no more than zero is -0 to some: see values._as_text.
        sign = np.where(number > 0, 1.0, -1.0)
        wrong = np.where(np.isnan(size), np.nan, np.where(differs & (number != 0), np.inf, 0.0))
        return v.with_errors(sign * whole / scale, wrong if (wrong != 0).any() else None)

    return compute


def _int(arguments: Sequence[Argument]) -> Array:
    number = _n(arguments[0])
    near = _near(np.abs(number), 1.0)
    differs = (~np.isnan(near) & (near != np.abs(number))) | (np.abs(number) >= v.WHOLE_TO)
    floor = np.where(number == 0, -0.0, np.floor(number))
    return v.with_errors(floor, v.untold(differs))


def _unary(function: Callable[[Floats], Floats]) -> Compute:
    return lambda arguments: function(_n(arguments[0]))


_MOST_TIMES = 1e12  # a remainder after more multiples than this has too few digits left


def _mod(arguments: Sequence[Argument]) -> Array:
    """MOD, of the sign of the divisor; where the quotient is whole to 15 digits only, some say nothing
    remains and others the divisor.
    """
    number, divisor = _n(arguments[0]), _n(arguments[1])
    quotient = number / divisor
    near = _near(np.abs(quotient), 1.0)
    result = np.mod(number, divisor)
    unclear = ~np.isnan(near) & (result != 0) & (quotient != 0)
    differs = (divisor != 0) & (unclear | (np.abs(quotient) > _MOST_TIMES))
    return v.with_errors(result, v.untold(differs))


def _pmt(arguments: Sequence[Argument]) -> Array:
    rate, count, present = (_n(item) for item in arguments[:3])
    with np.errstate(all="ignore"):
        factor = np.where(rate == 0, count, (1 - np.power(1 + rate, -count)) / rate)
        payment = -present / factor
        growth = np.power(1 + rate, count)
    # A rate so small that 1 + rate keeps too few of its digits, one of -100% or less, too many periods.
    small = (rate != 0) & (np.abs(rate * count) < 1e-6) & (count != 0)
    differs = small | (rate <= -1) | np.isinf(growth)
    payment = np.where(np.isinf(payment) & np.isfinite(present), np.nan, payment)
    return v.with_errors(payment, v.untold(differs))


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
    return np.where(rate == -1, np.nan, total)


def _is_number(arguments: Sequence[Argument]) -> Array:
    cell = _cell(arguments[0])
    if v.is_text(cell):
        numeric = [isinstance(item, float) for item in cell.flat]
        number = np.array(numeric, dtype=np.bool_).reshape(cell.shape) & ~v.is_wrong(cell)
    else:
        number = ~v.is_wrong(cell)
    return v.with_errors(number, v.untold(v.is_wrong(cell) & ~v.is_error(cell)))


def _concatenate(arguments: Sequence[Argument]) -> Array:
    joined: Array = v.constant("")
    for argument in arguments:
        joined = v.binary("&", joined, _cell(argument))
    return joined


def _table(*functions: Function) -> dict[str, Function]:
    return {function.name: function for function in functions}


FUNCTIONS: dict[str, Function] = _table(
    Function("SUM", 1, None, "x* ... -> x", "the sum of {all}", _reduce(np.sum, np.add, 0.0)),
    Function(
        "MAX",
        1,
        None,
        "order* ... -> order",
        "the greatest of {all}",
        _spreading(_reduce(np.max, np.maximum, 0.0)),
    ),
    Function(
        "MIN",
        1,
        None,
        "order* ... -> order",
        "the least of {all}",
        _spreading(_reduce(np.min, np.minimum, 0.0)),
    ),
    Function("AVERAGE", 1, None, "x* ... -> x", "the average of {all}", _average),
    Function(
        "SUMPRODUCT",
        1,
        None,
        "factor**? ... -> factor",
        "the sum of the products of {all}",
        _sumproduct,
    ),
    Function(
        "SUMIF", 2, 3, "cells**?, criterion, x**? -> x", "the sum of {2} where {0} is {1}", _sumif
    ),
    Function(
        "SUMIFS",
        3,
        None,
        "x**?, cells**?, criterion ...2 -> x",
        "the sum of {0} where {1} is {2}",
        _sumifs,
    ),
    Function(
        "COUNTIF",
        2,
        2,
        "cells**?, criterion -> whole",
        "the number of periods in which {0} is {1}",
        _countif,
    ),
    Function("INDEX", 2, 2, "any**?, number -> any", "{0} at {1}", _index),
    Function("MATCH", 2, 3, "any, any**, exact -> whole", "the position of {0} in {1}", _match),
    Function("CHOOSE", 2, None, "number, any? ... -> any", "by {0}, one of: {rest}", _choose),
    Function("IF", 2, 3, "condition, any?, any? -> any", "if {0} then {1}, otherwise {2}", _if),
    Function("IFERROR", 2, 2, "any?, any? -> any", "{0}, or where that is an error {1}", _iferror),
    Function("AND", 1, None, "condition* ... -> flag", "{and}", _logical(True)),
    Function("OR", 1, None, "condition* ... -> flag", "{or}", _logical(False)),
    Function("NOT", 1, 1, "condition -> flag", "not ({0})", _not),
    Function("ABS", 1, 1, "x -> x", "the size of {0}", _unary(np.abs)),
    Function("SIGN", 1, 1, "x -> number", "the sign of {0}", _spreading(_unary(np.sign))),
    Function("INT", 1, 1, "x -> whole x", "{0} rounded down to a whole number", _spreading(_int)),
    Function("MOD", 2, 2, "x, x -> x", "the remainder of {0} divided by {1}", _spreading(_mod)),
    Function(
        "ROUND",
        2,
        2,
        "x, number -> whole x",
        "{0} rounded to {1} decimals",
        _spreading(_rounded(up=False)),
    ),
    Function(
        "ROUNDUP",
        2,
        2,
        "x, number -> whole x",
        "{0} rounded up to {1} decimals",
        _spreading(_rounded(up=True)),
    ),
    Function("EDATE", 2, 2, "date, number -> date", "the day {1} months after {0}", d.edate),
    Function(
        "EOMONTH",
        2,
        2,
        "date, number -> date",
        "the end of the month {1} months after {0}",
        d.eomonth,
    ),
    Function(
        "DATE",
        3,
        3,
        "number, number, number -> date",
        "the day {2} of month {1} of year {0}",
        d.date,
    ),
    Function("YEAR", 1, 1, "date -> whole", "the year of {0}", d.date_part(d.year_of)),
    Function("MONTH", 1, 1, "date -> whole", "the month of {0}", d.date_part(d.month_of)),
    Function("DAY", 1, 1, "date -> whole", "the day of the month of {0}", d.date_part(d.day_of)),
    Function("WEEKDAY", 1, 1, "date -> whole", "the day of the week of {0}", d.weekday),
    Function(
        "DAYS360",
        2,
        2,
        "date, date -> days",
        "the days from {0} to {1} in a year of 360",
        d.days360,
    ),
    Function(
        "PMT",
        3,
        3,
        "number, number, x -> x",
        "the level payment at {0} over {1} periods on {2}",
        _spreading(_pmt),
    ),
    Function(
        "NPV",
        2,
        None,
        "number, x* ... -> x",
        "the present value at {0} of {rest}",
        _spreading(_npv),
    ),
    Function("ISNUMBER", 1, 1, "what -> flag", "{0} is a number", _is_number),
    Function("ISERROR", 1, 1, "what -> flag", "{0} is an error", _is_error),
    Function("CONCATENATE", 1, None, "text ... -> text", "{all} joined", _concatenate),
)

OWN: dict[str, OwnFunction] = {
    name: OwnFunction(name, arguments, arguments)
    for name, arguments in {
        "SUM_EACH": 1,
        "MAX_EACH": 1,
        "MIN_EACH": 1,
        "CHOOSE_EACH": 2,
        "SUM_OF": 1,
        "IN_PERIOD": 1,
        "VALUE_ON": 2,
        "AS": 2,
    }.items()
}
