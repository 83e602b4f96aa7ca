"""A company's fiscal year, and the names of periods in it: "Q3 FY2024", "FY2025", "May 2006".

Every period is told by months. A period that ends in weeks (or on a day of a list) belongs to the month whose
end is nearest: November 2, 2024 ends the October of its fiscal year. So names, quarters and years follow
from that month, whatever the day.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from modelgen.dates import month_end

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
STEPS = {"month": 1, "quarter": 3, "year": 12}
BANDS = ("ytd", "fy", "ltm")
"""The longer periods beside others, as ids begin: year to date, fiscal year, last twelve months."""
HALF_MONTH = timedelta(days=15)
WEEKS_OF_MONTHS = (0, 4, 8, 13)
"""The weeks in none, one, two and three months of a quarter of 13 weeks."""

FORMS = "FY2025, Q3 FY2024, H1 FY2024, 9M FY2024, 2024-08-04/2024-11-02, 2024-11-02 or 2024-11"

_OF_YEAR = re.compile(r"(?:Q([1-4])|H([12])|(\d{1,2})M)?\s*FY\s?(\d{4})", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_NAMED_MONTH = re.compile(r"([A-Za-z]+)\.?\s+(\d{4})")


class BadPeriodError(ValueError):
    """A text that names no period; the message says why."""


@dataclass(frozen=True, slots=True)
class Span:
    """A period by its last day and, if it has a stated duration, its first."""

    first: date | None
    last: date

    def __str__(self) -> str:
        return f"{self.first}/{self.last}" if self.first else self.last.isoformat()


@dataclass(frozen=True, slots=True)
class Weeks:
    """A year of 52 or 53 weeks, that ends on a weekday (0 is Monday): the nearest to the end of its last
    month, or the last in it. Its quarters have 13 weeks, its months 4, 4 and 5; a 53rd week is the last.
    """

    weekday: int
    nearest: bool

    def year_end(self, nominal: date) -> date:
        """The last day of the year whose last month ends on `nominal`."""
        latest = nominal + timedelta(days=3 if self.nearest else 0)
        return latest - timedelta(days=(latest.weekday() - self.weekday) % 7)


@dataclass(frozen=True, slots=True)
class Fiscal:
    """A fiscal year: the month in which it ends; its weeks, or the ends of its periods by list, unless all
    end with a month; and whether it is called after the calendar year in which it starts.
    """

    month: int = 12
    weeks: Weeks | None = None
    by_start: bool = False
    listed: tuple[date, ...] = ()

    def index(self, day: date) -> int:
        """The number of the month that a period ending on a day belongs to, counted from year 0."""
        near = day - HALF_MONTH
        return near.year * 12 + near.month - 1

    def end(self, index: int) -> date:
        """The last day of the fiscal month of a number."""
        nominal = month_end(date(index // 12, index % 12 + 1, 1))
        if self.weeks is not None:
            into = self.into_year(index)
            if into == 12:
                return self.weeks.year_end(nominal)
            before = self.weeks.year_end(month_end(nominal, -into))
            return before + timedelta(weeks=13 * (into // 3) + WEEKS_OF_MONTHS[into % 3])
        return next((day for day in self.listed if self.index(day) == index), nominal)

    def is_end(self, day: date) -> bool:
        """Whether a fiscal month ends on a day."""
        return self.end(self.index(day)) == day

    def holding(self, day: date) -> int:
        """The number of the fiscal month that a day falls in."""
        near = self.index(day)
        return near if day <= self.end(near) else near + 1

    def into_year(self, index: int) -> int:
        """How many months of its fiscal year are over at the end of a month: 1 to 12."""
        return (index - self.month) % 12 + 1

    def year(self, index: int) -> int:
        """The fiscal year of a month, as the company calls it."""
        last = index + 12 - self.into_year(index)
        return (last - 11 if self.by_start else last) // 12

    def year_end(self, year: int) -> int:
        """The number of the last month of a fiscal year."""
        return year * 12 + self.month - 1 + (12 if self.by_start and self.month < 12 else 0)

    def span(self, last: int, months: int) -> Span:
        """The period of some months that ends with the month `last`."""
        return Span(self.end(last - months) + timedelta(days=1), self.end(last))

    def months(self, span: Span) -> int | None:
        """The number of months of a period whose first day is stated; None if it does not begin the day after
        a fiscal month and end with one.
        """
        if span.first is None:
            return None
        before = span.first - timedelta(days=1)
        if not (self.is_end(before) and self.is_end(span.last)):
            return None
        return self.index(span.last) - self.index(before)

    def parse(self, text: str) -> Span:
        """The period that a text names; a bare day has no first day. Raises BadPeriodError.

        >>> str(Fiscal(3).parse("Q1 FY2025")), str(Fiscal().parse("2006-05"))
        ('2024-04-01/2024-06-30', '2006-05-01/2006-05-31')
        """
        stripped = " ".join(text.split())
        if found := _OF_YEAR.fullmatch(stripped):
            return self._of_year(text, *found.groups())
        if re.fullmatch(r"\d{4}", stripped):
            return self._of_year(text, None, None, None, stripped)
        if found := _MONTH.fullmatch(stripped):
            return self._of_month(text, int(found[1]), int(found[2]))
        if found := _NAMED_MONTH.fullmatch(stripped):
            month = _month_number(found[1])
            if month:
                return self._of_month(text, int(found[2]), month)
        first, slash, last = stripped.partition("/")
        if slash:
            begins, ends = _day(text, first.strip()), _day(text, last.strip())
            if begins > ends:
                raise BadPeriodError(f"'{text}' ends before it begins")
            return Span(begins, ends)
        return Span(None, _day(text, stripped))

    def _of_year(
        self, text: str, quarter: str | None, half: str | None, months: str | None, year: str
    ) -> Span:
        number = int(year)
        _in_calendar(text, number)
        length = 3 if quarter else 6 if half else int(months) if months else 12
        into = 3 * int(quarter) if quarter else 6 * int(half) if half else length
        if not 1 <= length <= 12:
            raise BadPeriodError(f"'{text}' is no part of a year of 12 months")
        return self.span(self.year_end(number) - 12 + into, length)

    def _of_month(self, text: str, year: int, month: int) -> Span:
        _in_calendar(text, year)
        if not 1 <= month <= 12:
            raise BadPeriodError(f"'{text}' is not a month of the calendar")
        return self.span(year * 12 + month - 1, 1)

    def name(self, span: Span) -> str:
        """The name of a period; a day, or a period that no name fits, as it is written.

        >>> Fiscal(1).name(Fiscal(1).parse("2024-08-01/2024-10-31"))
        'Q3 FY2025'
        """
        months = self.months(span)
        if months is None or not 1 <= months <= 12:
            return str(span)
        last = self.index(span.last)
        into, year = self.into_year(last), self.year(last)
        if months == 1:
            return f"{MONTHS[last % 12]} {last // 12}"
        if months == into == 12:
            return f"FY{year}"
        if months == 3 and into % 3 == 0:
            return f"Q{into // 3} FY{year}"
        if months == 6 and into % 6 == 0:
            return f"H{into // 6} FY{year}"
        return f"{months}M FY{year}" if months == into else str(span)

    def key(self, last: date, step: str) -> str:
        """A period in the names of deals and folders: 2006q2, fy2025, 2006m05."""
        index = self.index(last)
        if step == "year":
            return f"fy{self.year(index)}"
        if step == "quarter":
            return f"{self.year(index)}q{(self.into_year(index) + 2) // 3}"
        return f"{index // 12}m{index % 12 + 1:02}"

    def to_text(self) -> str:
        """The fiscal year as one line of text, which `from_text` reads; without the ends by list, since names
        need only their months.
        """
        words = [f"ends {self.month:02}"]
        if self.weeks is not None:
            how = "nearest" if self.weeks.nearest else "last"
            words.append(f"weeks {how} {WEEKDAYS[self.weeks.weekday]}")
        if self.by_start:
            words.append("called by start")
        return "; ".join(words)

    @classmethod
    def from_text(cls, text: str) -> "Fiscal":
        """The fiscal year of a line of text; the calendar year if it cannot be read."""
        words = dict(part.partition(" ")[::2] for part in text.split("; "))
        try:
            weeks = None
            if "weeks" in words:
                how, weekday = words["weeks"].split()
                weeks = Weeks(WEEKDAYS.index(weekday), how == "nearest")
            return cls(int(words["ends"]), weeks, "called" in words)
        except (KeyError, ValueError):
            return CALENDAR_YEAR


CALENDAR_YEAR = Fiscal()


def _month_number(word: str) -> int:
    """The number of a month by its name or the first three letters; 0 if it is none."""
    known = [word.capitalize() in (month, month[:3]) for month in MONTHS]
    return known.index(True) + 1 if any(known) else 0


def _day(whole: str, text: str) -> date:
    if _DAY.fullmatch(text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise BadPeriodError(f"'{text}' is not a day in the calendar") from None
        _in_calendar(whole, day.year)
        return day
    raise BadPeriodError(f"'{whole}' is not a period: write {FORMS}")


def _in_calendar(text: str, year: int) -> None:
    if not 1901 <= year <= 9998:
        raise BadPeriodError(f"{text} is outside the years 1901 to 9998")
