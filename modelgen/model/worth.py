"""What a value in one unit is worth in another, and how it is typed."""

import math
from decimal import Decimal

from modelgen.model.plain import Unit
from modelgen.text.setting import Allowed, value_words

_PERCENT = 1 / 100  # one percent, as a fraction


def parse_value(text: str, unit: Unit) -> float:
    """The number for a typed value in a unit; for a date, its Excel day number. Raises BadValueError."""
    return Allowed(unit.kind).value(text)


def show_value(value: float, unit: Unit) -> str:
    """The value as an author would type it in the unit."""
    return value_words(value, unit.kind, unit.percent)


def converted(value: float, unit: Unit, target: Unit) -> float:
    """A value converted to another unit of the same measure; in decimals, so that 1.1% is exactly 0.011."""
    if unit.factor == target.factor or math.isnan(value):
        return value
    worth = Decimal(repr(value)) * Decimal(repr(unit.factor)) / Decimal(repr(target.factor))
    return float(worth)


def percent_worth(unit: Unit) -> float | None:
    """What a number followed by a percent sign is multiplied by to be in a unit: 1 in percent, a hundredth
    in a fraction shown in percent; None for a unit that has nothing to do with percent.
    """
    if unit.factor == _PERCENT:
        return 1.0
    return _PERCENT / unit.factor if unit.percent else None


def times(value: float, by: float) -> float:
    """A product in decimals, so that 5% is exactly 0.05."""
    return value if by == 1 else float(Decimal(repr(value)) * Decimal(repr(by)))
