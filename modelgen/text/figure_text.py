"""The rows of a deal's tables of figures and of numerals that are none, as typed values."""

from datetime import date

from modelgen.problem import Place
from modelgen.text.citation import Citation
from modelgen.text.strict import Strict


class FigureText(Strict):
    """A published figure: the line it ties to, its value as printed, and whether it feeds that line (None: as
    follows from the line). Without a unit it is in the line's; a value in percent has its sign beside it.
    `first` is the first day of its period, where the table states its duration.
    """

    id: str
    line: str
    period: date | None
    printed: str
    value: float
    unit: str
    sign: int
    precision: float
    at: Citation
    feeds: bool | None
    place: Place
    percent: bool = False
    first: date | None = None

    @property
    def is_date(self) -> bool:
        """Whether the figure is a date, which is exact and has no precision."""
        return self.precision == 0


class AssumedText(Strict):
    """A leaf's actual value that no source gives: assumed, with the basis."""

    line: str
    period: date
    value: float
    unit: str
    basis: str
    place: Place
    percent: bool = False
    first: date | None = None


class ExcludedText(Strict):
    """A numeral of the source that is not a figure, with the reason (a heading, an address, a year)."""

    printed: str
    at: Citation
    reason: str
    place: Place
