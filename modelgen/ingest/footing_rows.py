"""What is footed, and what comes of it: rows of whole numbers, and totals with what they add."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class FootingRow:
    """A row to be footed: its label, and its value in each column in steps of the least precision; None
    where nothing is printed.
    """

    label: str
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Footed:
    """A total: the index of its row, of each row that it adds with the sign, and in each column what it
    is less their sum: 0 where it foots, and None where it prints nothing. `off` are the columns in
    which more is missing than rounding explains.
    """

    row: int
    parts: tuple[tuple[int, int], ...]
    difference: tuple[int | None, ...]
    off: tuple[int, ...] = ()


def in_steps(values: Sequence[Decimal | None], step: Decimal) -> tuple[int | None, ...]:
    """Values as whole numbers of steps."""
    return tuple(None if v is None else int((v / step).to_integral_value()) for v in values)
