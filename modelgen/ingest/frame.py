"""What holds for all rows of a table while it is read, and what changes from row to row."""

from dataclasses import dataclass, field
from datetime import date

from modelgen.ingest.calendar import Calendar
from modelgen.ingest.document import Table
from modelgen.ingest.grid import GridRow
from modelgen.ingest.periods import Around, Period
from modelgen.ingest.reading import BALANCE, CASH, INCOME, ReadColumn
from modelgen.ingest.scale import Scale

THREE = frozenset((INCOME, BALANCE, CASH))
BETWEEN = Period(None, doubt="the column compares two periods")


@dataclass(frozen=True, slots=True)
class Frame:
    """What holds for all rows of a table: its statement, the words around, the calendar, the scale with
    what is doubtful of it; the columns once they are read; and the frame of the table before, whose
    columns hold where a table has none.
    """

    table: Table
    statement: str
    around: Around
    calendar: Calendar
    scale: Scale | None
    scale_doubt: str
    columns: tuple[ReadColumn, ...] = ()
    previous: "Frame | None" = None
    periods: tuple[Period, ...] = ()


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
    of_rows: Period | None = None
    twice: frozenset[int] = frozenset()
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
