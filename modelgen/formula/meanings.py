"""The functions in NumPy: from arguments of shape (scenarios, periods), or whole rows, to a result.

An infinite result means that spreadsheets compute these arguments differently (see `values`).
"""

import re
from collections.abc import Callable, Sequence

import numpy as np

from modelgen.formula import values as v
from modelgen.formula.values import Argument, Array, Floats, Series

Compute = Callable[[Sequence[Argument]], Array]


def _cell(argument: Argument) -> Array:
    return argument.values if isinstance(argument, Series) else argument


def _n(argument: Argument) -> Floats:
    return v.numbers(argument)


def spreading(compute: Compute) -> Compute:
    """The meaning, except that an infinite argument makes the result infinite."""

    def spread(arguments: Sequence[Argument]) -> Array:
        result = compute(arguments)
        for argument in arguments:
            differing = v.is_differing(_cell(argument))
            if differing is not None:
                if isinstance(argument, Series):
                    differing = np.asarray(differing.any(axis=-1, keepdims=True))
                result = v.with_errors(result, v.differing(differing))
        return result

    return spread


def _items(arguments: Sequence[Argument]) -> list[tuple[Floats, bool]]:
    """Each argument's numbers, with True for a row, which is reduced over its periods."""
    return [(_n(argument), isinstance(argument, Series)) for argument in arguments]


def reduced(
    across: Callable[..., Floats], join: Callable[[Floats, Floats], Floats], nothing: float
) -> Compute:
    """A function that reduces each row over its periods and combines the results with single values: SUM,
    MAX, MIN.
    """

    def compute(arguments: Sequence[Argument]) -> Array:
        total: Floats | None = None
        for numbers, is_row in _items(arguments):
            part = across(numbers, axis=-1, keepdims=True) if is_row else numbers
            total = part if total is None else join(total, part)
        return total if total is not None else v.constant(nothing)

    return compute


def average(arguments: Sequence[Argument]) -> Array:
    """AVERAGE over single values and rows, of shape (scenarios, periods); an error if nothing is averaged."""
    sums: Floats = np.zeros((1, 1))
    count = 0
    for numbers, is_row in _items(arguments):
        sums = sums + (numbers.sum(axis=-1, keepdims=True) if is_row else numbers)
        count += numbers.shape[-1] if is_row else 1
    averaged: Floats = sums / count
    return averaged


def sumproduct(arguments: Sequence[Argument]) -> Array:
    """SUMPRODUCT: rows multiplied period by period, then added up."""
    product: Floats = np.ones((1, 1))
    for argument in arguments:
        product = product * _n(argument)
    total: Floats = product.sum(axis=-1, keepdims=True)
    return total


def sum_of(arguments: Sequence[Argument]) -> Array:
    """SUM_OF, a row, its keys and the key wanted: SUMPRODUCT(row, 1*(keys = wanted)). An error in any period
    of the row, wanted or not, is one of the sum.
    """
    row, keys, wanted = (_n(argument) for argument in arguments)
    summed, first, second = row[:, None, :], keys[:, None, :], wanted[:, :, None]
    total: Floats = np.where(first == second, summed, summed * 0).sum(axis=-1)
    wrong = v.incomparable(first, second)
    return total if wrong is None else v.with_errors(total, wrong.sum(axis=-1))


_CRITERION = re.compile(r"(<>|<=|>=|=|<|>)?(?:(-?\d+(?:\.\d+)?)|([A-Za-z][A-Za-z /._-]*))")


def criterion_parts(text: str) -> tuple[str, float | str] | None:
    """The operator and the number or text of a criterion such as ">30", "<>1" or "late". None if
    spreadsheets may read something else into it: wildcards, dates, TRUE, parts of numbers.
    """
    found = _CRITERION.fullmatch(text)
    if found is None or (found[3] or "").upper() in ("TRUE", "FALSE"):
        return None
    return found[1] or "=", float(found[2]) if found[2] else found[3]


def _matches(row: Array, criterion: Array) -> tuple[Array, Floats | None]:
    """Where a row meets a criterion of shape (scenarios, periods), and the errors, both of shape
    (scenarios, periods, row). A text criterion is a literal, the same in all periods; blank cells and
    texts never meet a numeric criterion.
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


def sumifs(arguments: Sequence[Argument]) -> Array:
    """SUMIFS: the sum of a row where other rows meet their criteria."""
    keep: Array = np.ones((1, 1, 1), dtype=np.bool_)
    wrong: Floats | None = None
    for row, criterion in zip(arguments[1::2], arguments[2::2], strict=True):
        met, bad = _matches(_cell(row), _cell(criterion))
        keep = keep & met
        wrong = bad if wrong is None else wrong if bad is None else wrong + bad
    total: Floats = np.where(keep, _n(arguments[0])[:, None, :], 0.0).sum(axis=-1)
    return total if wrong is None else v.with_errors(total, wrong.sum(axis=-1))


def sumif(arguments: Sequence[Argument]) -> Array:
    """SUMIF: the sum of a row where it, or another, meets a criterion."""
    summed = arguments[2] if len(arguments) > 2 else arguments[0]
    return sumifs([summed, arguments[0], arguments[1]])


def countif(arguments: Sequence[Argument]) -> Array:
    """COUNTIF: the number of cells of a row that meet a criterion."""
    met, wrong = _matches(_cell(arguments[0]), _cell(arguments[1]))
    count = met.sum(axis=-1).astype(np.float64)
    return count if wrong is None else v.with_errors(count, wrong.sum(axis=-1))


def index(arguments: Sequence[Argument]) -> Array:
    """INDEX: the cell of a row at a one-based position."""
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
    # INDEX(row, 0) is the row itself in some spreadsheets and an error in others; some count back below it.
    differs = (position < 1) | np.isinf(position)
    return v.with_errors(taken, np.where(inside, 0.0, np.where(differs, np.inf, np.nan)))


def match(arguments: Sequence[Argument]) -> Array:
    """MATCH, exact: the one-based position of the first equal cell; an error if there is none."""
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
    # Looking for an error gives one; in some spreadsheets so does an error in the row before the match.
    missing = np.isnan(_n(wanted)) if not v.is_text(wanted) else v.is_error(wanted)
    return v.with_errors(
        position, np.where(missing, np.nan, np.where(wrong.any(axis=-1), np.inf, 0.0))
    )


def choose_one(arguments: Sequence[Argument]) -> Array:
    """CHOOSE: the option at a one-based position, which is cut to a whole number."""
    position = np.floor(_n(arguments[0]))
    result: Array = np.where(np.isinf(position), np.inf, np.nan)
    for number, option in enumerate(arguments[1:], start=1):
        result = v.choose(position == number, _cell(option), result)
    return result


def if_else(arguments: Sequence[Argument]) -> Array:
    """IF."""
    no = _cell(arguments[2]) if len(arguments) > 2 else v.constant(False)
    return v.choose(arguments[0], _cell(arguments[1]), no)


def if_error(arguments: Sequence[Argument]) -> Array:
    """IFERROR."""
    first = _cell(arguments[0])
    return v.choose(v.is_error(first), _cell(arguments[1]), first)


def is_error(arguments: Sequence[Argument]) -> Array:
    """ISERROR."""
    cell = _cell(arguments[0])
    error = v.is_error(cell)
    return v.with_errors(error, v.differing(v.is_wrong(cell) & ~error))


def logical(all_of_them: bool) -> Compute:
    """AND, or OR, over single values and rows."""

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
        # Some stop at the first argument that decides and never see an error after it.
        return v.with_errors(result, None if wrong is None else v.differing(wrong != 0))

    return compute


def negation(arguments: Sequence[Argument]) -> Array:
    """NOT."""
    holds, wrong = v.truth(arguments[0])
    return v.with_errors(~holds, wrong)


def _near(size: Floats, step: float) -> Floats:
    """The multiple of `step` that equals `size` to 15 digits, NaN if none does."""
    with np.errstate(all="ignore"):
        digit = np.power(10.0, np.floor(np.log10(size)) - 14)
    multiple = np.rint(size / step) * step
    return np.where(np.abs(size - multiple) <= digit / 2, multiple, np.nan)


def rounded(up: bool) -> Compute:
    """ROUND and ROUNDUP: halves round away from zero. Spreadsheets round differently what is a half (or
    whole) to 15 digits but not to 16, and a number of more than 15 digits: the result is infinite.
    """

    def compute(arguments: Sequence[Argument]) -> Array:
        number, decimals = _n(arguments[0]), np.trunc(_n(arguments[1]))
        scale = np.power(10.0, decimals)
        size = np.abs(number) * scale
        near = _near(size, 1.0 if up else 0.5)
        inexact = (~np.isnan(near) & (near != size)) | (size >= v.WHOLE_TO)
        differs = (inexact & (number != 0)) | (np.abs(decimals) > 15)
        floor = np.floor(size)
        whole = np.ceil(size) if up else floor + (size - floor >= 0.5)
        # Some give -0 for a negative number rounded to zero: see values._as_text.
        sign = np.where(number > 0, 1.0, -1.0)
        missing = np.isnan(number) | np.isnan(decimals)
        wrong = np.where(missing, np.nan, np.where(differs, np.inf, 0.0))
        return v.with_errors(sign * whole / scale, wrong if (wrong != 0).any() else None)

    return compute


def rounded_down(arguments: Sequence[Argument]) -> Array:
    """INT: rounded down. What is whole to 15 digits but not to 16 is cut differently, and is infinite."""
    number = _n(arguments[0])
    near = _near(np.abs(number), 1.0)
    differs = (~np.isnan(near) & (near != np.abs(number))) | (np.abs(number) >= v.WHOLE_TO)
    floor = np.where(number == 0, -0.0, np.floor(number))
    return v.with_errors(floor, v.differing(differs))


def unary(function: Callable[[Floats], Floats]) -> Compute:
    """A function of one number, applied element by element; errors and infinite values pass through."""
    return lambda arguments: function(_n(arguments[0]))


_MOST_TIMES = 1e12  # a remainder after more multiples than this has too few significant digits left


def remainder(arguments: Sequence[Argument]) -> Array:
    """MOD, with the sign of the divisor. If the quotient is whole only to 15 digits, some spreadsheets give
    zero and others the divisor: the result is infinite.
    """
    number, divisor = _n(arguments[0]), _n(arguments[1])
    quotient = number / divisor
    near = _near(np.abs(quotient), 1.0)
    result = np.mod(number, divisor)
    unclear = ~np.isnan(near) & (result != 0) & (quotient != 0)
    differs = (divisor != 0) & (unclear | (np.abs(quotient) > _MOST_TIMES))
    return v.with_errors(result, v.differing(differs))


def payment(arguments: Sequence[Argument]) -> Array:
    """PMT: the level payment that repays an amount."""
    rate, count, present = (_n(item) for item in arguments[:3])
    with np.errstate(all="ignore"):
        factor = np.where(rate == 0, count, (1 - np.power(1 + rate, -count)) / rate)
        level = -present / factor
        growth = np.power(1 + rate, count)
    # A rate so small that 1 + rate loses its digits, a rate of -100% or less, or too many periods.
    small = (rate != 0) & (np.abs(rate * count) < 1e-6) & (count != 0)
    differs = small | (rate <= -1) | np.isinf(growth)
    level = np.where(np.isinf(level) & np.isfinite(present), np.nan, level)
    return v.with_errors(level, v.differing(differs))


def present_value(arguments: Sequence[Argument]) -> Array:
    """NPV: each value discounted by one period more than the previous one. Undefined at -100%."""
    rate, total, position = _n(arguments[0]), np.zeros((1, 1)), 0
    for numbers, is_row in _items(arguments[1:]):
        if is_row:
            powers = position + 1 + np.arange(numbers.shape[-1])
            total = total + (numbers / np.power(1 + rate, powers)).sum(axis=-1, keepdims=True)
            position += numbers.shape[-1]
        else:
            position += 1
            total = total + numbers / np.power(1 + rate, position)
    return np.where(rate == -1, np.inf, total)


def is_number(arguments: Sequence[Argument]) -> Array:
    """ISNUMBER: not a text, a blank or an error."""
    cell = _cell(arguments[0])
    if v.is_text(cell):
        numeric = [isinstance(item, float) for item in cell.flat]
        number = np.array(numeric, dtype=np.bool_).reshape(cell.shape) & ~v.is_wrong(cell)
    else:
        number = ~v.is_wrong(cell)
    return v.with_errors(number, v.differing(v.is_wrong(cell) & ~v.is_error(cell)))


def count_held(arguments: Sequence[Argument]) -> Array:
    """COUNTA: the cells of a row that are not blank."""
    held: Floats = (~is_blank(arguments)).sum(axis=-1, keepdims=True).astype(np.float64)
    return held


def count_blank(arguments: Sequence[Argument]) -> Array:
    """COUNTBLANK: how many of the cells are blank, or hold the empty text."""
    count: Floats = np.zeros((1, 1))
    for argument in arguments:
        cell = _cell(argument)
        if v.is_text(cell):
            blank = [item is None or item == "" for item in cell.flat]
            count = count + np.array(blank, dtype=np.float64).reshape(cell.shape)
    return count


def is_blank(arguments: Sequence[Argument]) -> Array:
    """ISBLANK: whether an input's cell is blank; a formula's cell never is."""
    cell = _cell(arguments[0])
    if not v.is_text(cell):
        return np.zeros(cell.shape, dtype=np.bool_)
    return np.array([item is None for item in cell.flat], dtype=np.bool_).reshape(cell.shape)


_WHOLE = rounded(up=False)


def fixed(arguments: Sequence[Argument]) -> Array:
    """FIXED(x, 0): the number rounded, with separators of thousands. Some write -0 for what rounds to it:
    infinite.
    """
    number = _n(arguments[0])
    whole = v.numbers(_WHOLE(arguments))
    wrong = np.where(np.isfinite(whole), np.where((whole == 0) & (number < 0), np.inf, 0.0), whole)
    texts = [f"{int(item):,}" if np.isfinite(item) else "" for item in whole.flat]
    found: Array = np.array(texts, dtype=object).reshape(whole.shape)
    return v.with_errors(found, wrong if (wrong != 0).any() else None)


def concatenate(arguments: Sequence[Argument]) -> Array:
    """CONCATENATE: all arguments joined as by &."""
    joined: Array = v.constant("")
    for argument in arguments:
        joined = v.binary("&", joined, _cell(argument))
    return joined
