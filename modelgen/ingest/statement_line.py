"""A line of a deal's statements, as plain data."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from modelgen.ingest.reading import IngestedFigure
from modelgen.problem import Place

Period = tuple[date | None, date]
"""First and last day; the first is None for a balance."""

LineKey = tuple[str, str, str, int]
"""What a map knows a line by: statement, heading, label, and which of these it is, from 1."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure of a line: the source that prints it, the period of its column, and the figure."""

    source: str
    period: Period
    figure: IngestedFigure


@dataclass(frozen=True, slots=True)
class Kept:
    """What a map says of a line: its id, the role that a person gave it ("" if none did), and where in
    the map these stand.
    """

    id: str
    role: str
    place: Place | None = None
    role_place: Place | None = None


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A row of a statement: its id, the statement, its label, the nearest heading, where it stands in
    the latest source that has it, its unit, and what is printed of it. `instant`: a row of the cash
    flow statement that is a balance, at the beginning or the end of the period. `also`: how and where
    other filings print it, where they call it otherwise. `nth`: of those below a heading with a label.
    """

    id: str
    statement: str
    label: str
    heading: str
    at: str
    unit: str
    printed: tuple[Printed, ...]
    instant: bool = False
    also: tuple[tuple[LineKey, str], ...] = ()
    nth: int = 1

    @property
    def values(self) -> dict[Period, Decimal]:
        """The value of each period; of what two sources print, that of the latest."""
        return {p.period: p.figure.value for p in reversed(self.printed)}

    @property
    def key(self) -> LineKey:
        """What a map knows it by."""
        return self.statement, self.heading, self.label, self.nth
