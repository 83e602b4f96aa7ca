"""The values of an input or a line, with their periods and unit."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from modelgen.problem import ModelgenError, nearest

Shown = float | str | bool | None


def plain(item: object) -> str:
    """A value as text: numbers with separators and no more digits than they need.

    >>> plain(12_345_000.0), plain(-1000.0000000001), plain(0.0961063), plain(None)
    ('12,345,000', '-1,000', '0.0961063', '')
    """
    if isinstance(item, bool):
        return "yes" if item else "no"
    if isinstance(item, float):
        item = item or 0.0  # not -0
        size = abs(item)
        if size >= 1000:
            # What is left after the sixth decimal of a thousand is floating point.
            return f"{item:,.0f}" if round(item, 6).is_integer() else f"{item:,.2f}"
        return f"{item:.6g}" if size >= 1e-6 or item == 0 else f"{item:.2e}"
    return "" if item is None else str(item)


class UnknownNameError(ModelgenError, KeyError):
    """A name that does not exist; the message proposes the nearest one that does."""

    def __str__(self) -> str:
        return str(self.args[0])


def unknown(what: str, name: str, known: list[str]) -> UnknownNameError:
    """The error, to raise, for a name that is not among those known; `what` says what it should name."""
    near = nearest(name, known)
    return UnknownNameError(f"'{name}' is not {what}{f'; did you mean {near!r}?' if near else ''}")


@dataclass(frozen=True, slots=True)
class Series:
    """The values of an input or a line: one for each period, named by its last day, or a single one without
    a period. Dates are ISO texts; where a line has no meaningful value, it holds the text its cell shows.

    >>> ends = ("2006-06-30", "2006-07-31")
    >>> liquidity = Series("liquidity", "Liquidity", "USD thousand", ends, (7100.0, 6900.0))
    >>> liquidity["2006-07"], liquidity.values
    (6900.0, (7100.0, 6900.0))
    >>> liquidity
    <Series liquidity: 2 periods, 2006-06-30 to 2006-07-31, USD thousand>
    """

    id: str
    label: str
    unit: str
    periods: tuple[str, ...]
    values: tuple[Shown, ...]

    def __getitem__(self, period: str | date) -> Shown:
        """The value in a period, named by its last day or its month. Raises UnknownNameError, a KeyError,
        with the nearest period.
        """
        period = str(period)  # a date as its ISO text
        for end, value in zip(self.periods, self.values, strict=False):
            if period in (end, end[:7]):
                return value
        if not self.periods:
            raise UnknownNameError(f"'{self.id}' has one value and no periods: use .value")
        raise unknown(f"a period of '{self.id}'", period, [*self.periods])

    @property
    def value(self) -> Shown:
        """The single value. Raises ValueError if there is one for each period."""
        if self.periods:
            raise ValueError(f"'{self.id}' has a value for each period: use ['{self.periods[-1]}']")
        return self.values[0]

    def __iter__(self) -> Iterator[Shown]:
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        if not self.periods:
            return f"<Series {self.id}: {self.values[0]!r} {self.unit}>"
        span = f"{self.periods[0]} to {self.periods[-1]}"
        return f"<Series {self.id}: {len(self.periods)} periods, {span}, {self.unit}>"

    def to_pandas(self) -> Any:
        """A pandas Series indexed by the last days of the periods. Raises ImportError without pandas."""
        import pandas  # noqa: PLC0415  # pandas is not needed but here

        index = pandas.to_datetime(list(self.periods)) if self.periods else None
        return pandas.Series(list(self.values), index=index, name=self.id)
