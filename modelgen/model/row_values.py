"""The values of a row of inputs: one for all periods, a table's, a list, and those of single periods."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

_FEW = 4


@dataclass
class RowValues:
    """A row's values under way: None where none is given yet. `start` is the index of the first period that
    needs one: the first forecast period, or 0 on a timeline without actual periods.
    """

    periods: Sequence[date]
    start: int
    values: list[float | None] = field(default_factory=list)

    def filled(self, base: float | None) -> "RowValues":
        """The row with one value in all periods."""
        self.values = [base] * len(self.periods)
        return self

    def listed(self, given: Sequence[float]) -> str:
        """Puts a list of values from the first forecast period on; gives what is wrong with its length."""
        needed = len(self.periods) - self.start
        for index, value in enumerate(given[:needed]):
            self.values[self.start + index] = value
        if len(given) > needed:
            return f"has {counted(len(given), 'value')} for {self._forecast()}"
        if None in self.values[self.start :]:
            return f"has only {counted(len(given), 'value')} for {self._forecast()}"
        return ""

    def _forecast(self) -> str:
        ends = self.periods[self.start :]
        return f"the {counted(len(ends), 'period')} {span_words(ends)}"

    def lacking(self) -> list[date]:
        """The periods that need a value and have none."""
        return [
            end
            for index, end in enumerate(self.periods)
            if index >= self.start and self.values[index] is None
        ]

    def complete(self, otherwise: float) -> list[float]:
        """All values; in actual periods, which need none, `otherwise` stands for what is not given."""
        return [otherwise if value is None else value for value in self.values]


def counted(count: int, noun: str) -> str:
    """A count with its noun: "1 value", "3 values"."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def span_words(ends: Sequence[date]) -> str:
    """Periods by their last days: all of a few, the first and the last of many."""
    if len(ends) <= _FEW:
        return f"to {', '.join(end.isoformat() for end in ends)}"
    return f"from the one to {ends[0].isoformat()} to that to {ends[-1].isoformat()}"


def first_forecast(
    periods: Sequence[date], is_actual: Callable[[date], bool], has_actual: bool
) -> int:
    """The index of the first period that is not actual; 0 on a timeline without actual periods."""
    if not has_actual:
        return 0
    return next((n for n, end in enumerate(periods) if not is_actual(end)), len(periods))


def last_fed(
    periods: Sequence[date], fed: Mapping[str, set[date]]
) -> tuple[date | None, list[str]]:
    """The last of the periods in which any leaf is given a value, and the leaves given one there."""
    last = max((end for ends in fed.values() for end in ends if end in periods), default=None)
    return last, [leaf for leaf, ends in fed.items() if last in ends]
