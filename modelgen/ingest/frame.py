"""What holds for all rows of a table while it is read, and what changes from row to row."""

from dataclasses import dataclass, field
from datetime import date

from modelgen.ingest.calendar import Calendar
from modelgen.ingest.columns import Heads
from modelgen.ingest.document import Table
from modelgen.ingest.grid import GridRow
from modelgen.ingest.periods import Around, Period
from modelgen.ingest.reading import BALANCE, CASH, COMPARES, INCOME, ReadColumn
from modelgen.ingest.scale import Scale

THREE = frozenset((INCOME, BALANCE, CASH))
BETWEEN = Period(None, doubt=COMPARES)


@dataclass(frozen=True, slots=True)
class Carried:
    """What a table hands on to the next, which may carry it on over a page: its statement, where its
    columns stand, the words and periods above them, its last headings, and whether cash at the end is past.
    """

    statement: str
    spans: tuple[tuple[int, int], ...]
    heads: tuple[str, ...]
    periods: tuple[Period, ...]
    headings: tuple[tuple[float, str], ...]
    ended: bool
    of_rows: Period | None

    def places(
        self, spans: tuple[tuple[int, int], ...], first: int
    ) -> tuple[int | None, ...] | None:
        """For each column that stands at such a span, which of the table's it is, none before the `first`;
        None for one that the table lacks. None if it lacks all, or two are the same.
        """
        if len(spans) == len(self.spans) - first:
            return tuple(range(first, len(self.spans)))
        found: list[int | None] = []
        for left, right in spans:
            over = [
                at for at, span in enumerate(self.spans) if min(right, span[1]) > max(left, span[0])
            ]
            if len(over) > 1 or (over and over[0] in found):
                return None
            found.append(over[0] if over else None)
        return tuple(found) if any(at is not None for at in found) else None


@dataclass(frozen=True, slots=True)
class Frame:
    """What holds for all rows of a table: its statement, the heads of its top rows, the words around, the
    calendar, the scale with what is doubtful of it; the columns once they are read; what the table before
    hands on; and whether this one carries that one on.
    """

    table: Table
    statement: str
    heads: Heads
    around: Around
    calendar: Calendar
    scale: Scale | None
    scale_doubt: str
    columns: tuple[ReadColumn, ...] = ()
    carried: Carried | None = None
    is_part: bool = False


@dataclass
class State:
    """What changes from row to row."""

    periods: tuple[Period, ...] = ()
    heads: tuple[str, ...] = ()
    columns: list[ReadColumn] = field(default_factory=list)
    starts: tuple[tuple[date | None, bool], ...] = ()
    at: tuple[int, ...] = ()
    percent: frozenset[int] = frozenset()
    notes: frozenset[int] = frozenset()
    apart: frozenset[int] = frozenset()  # columns that say nothing of a row's unit
    of_rows: Period | None = None
    twice: frozenset[int] = frozenset()
    counted: set[int] = field(default_factory=set)  # undated columns that hold counts of shares
    headings: list[tuple[float, str]] = field(default_factory=list)
    since_heading: bool = True
    ended: bool = False
    last: GridRow | None = None


def start_of(period: Period, calendar: Calendar) -> tuple[date | None, bool]:
    """The first day of a period, None for an instant, and whether it is sure."""
    if period.end is None or not period.lasts:
        return None, True
    if period.start is not None:
        return period.start, True
    first = calendar.first_day(period.end, period.months, period.weeks)
    return first.day, first.sure
