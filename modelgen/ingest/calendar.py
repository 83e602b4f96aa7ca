"""First days of periods: by months, by weeks for years of 52 or 53 weeks, and by the days that the
document itself tells.

A document tells where periods begin: the balance sheet's earlier date is the day before this year's
first; a balance "as of September 25, 2021" in the statement of equity is the day before that of the year
before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from modelgen.dates import month_end
from modelgen.ingest.words import TO_DATE

_NEAR = 9  # days by which a year of weeks may differ from one of months
_WEEKS_A_QUARTER = 13


@dataclass(frozen=True, slots=True)
class FirstDay:
    """The first day of a period, and whether the document tells it or the calendar leaves no doubt."""

    day: date
    sure: bool


@dataclass(frozen=True)
class Calendar:
    """What is known of a document's calendar: days on which balances are struck (of balance sheets), and
    days that other balances name.
    """

    balance_days: tuple[date, ...] = ()
    told_days: tuple[date, ...] = ()

    @classmethod
    def of(cls, balance_days: Iterable[date], told_days: Iterable[date]) -> "Calendar":
        """The calendar of some days, in order."""
        # A balance "at January 1" opens the year: it is that of the day before.
        told = {day - timedelta(days=1) if day.day == 1 else day for day in told_days}
        return cls(tuple(sorted(set(balance_days))), tuple(sorted(told)))

    @cached_property
    def by_weeks(self) -> bool:
        """Whether years have whole weeks: two balances stand weeks apart, not both at the end of a month."""
        return any(
            (later - day).days % 7 == 0 and not (is_month_end(day) and is_month_end(later))
            for day in self.balance_days
            for later in self.balance_days
            if later > day
        )

    def first_day(self, end: date, months: int | None, weeks: int | None) -> FirstDay:
        """The first day of a period that ends on `end` and lasts some months, or else weeks."""
        if months is None:
            before = end - timedelta(weeks=weeks or 0)
            # A balance struck a few days beside says that the weeks may be another column's.
            beside = any(0 < abs((day - before).days) <= _NEAR for day in self.balance_days)
            told = before in self.balance_days or not beside
            return FirstDay(before + timedelta(days=1), told)
        if months == TO_DATE:
            return self._year_began(end)
        before = self._counted(end, months)
        for days in (self.balance_days, self.told_days):
            near = [day for day in days if abs((day - before).days) <= _NEAR and day < end]
            if near:
                return FirstDay(
                    min(near, key=lambda day: abs((day - before).days)) + timedelta(days=1), True
                )
        if months == 3:
            # A first quarter of sixteen weeks.
            long = [day for day in self.balance_days if 98 < (end - day).days < 120]
            if long:
                return FirstDay(long[-1] + timedelta(days=1), True)
        year_ago = self._a_year_before(before)
        if year_ago:
            return FirstDay(year_ago + timedelta(days=1), True)
        return FirstDay(before + timedelta(days=1), is_month_end(end) and not self.by_weeks)

    def _year_began(self, end: date) -> FirstDay:
        """The first day of the fiscal year in which a day lies, by the balance sheet's earlier date."""
        for day in reversed(self.balance_days):
            if 80 < (end - day).days < 375:
                return FirstDay(day + timedelta(days=1), True)
        for day in reversed(self.balance_days):
            before = month_end(day, -12) if is_month_end(day) else day - timedelta(weeks=52)
            if 80 < (end - before).days < 375:
                return FirstDay(before + timedelta(days=1), is_month_end(day))
        return FirstDay(date(end.year, 1, 1), False)

    def _counted(self, end: date, months: int) -> date:
        """The day before the period, by counting: months from the end of a month, quarters of 13 weeks
        otherwise.
        """
        if is_month_end(end) and not self.by_weeks:
            return month_end(end, -months)
        if months % 3 == 0 and not self._by_month(end):
            return end - timedelta(weeks=_WEEKS_A_QUARTER * (months // 3))
        back = month_end(end, -months)
        return min(back, back.replace(day=min(end.day, back.day)))

    def _by_month(self, end: date) -> bool:
        """Whether periods end on a day of the month that is not its last, as on the 15th: balances show
        it.
        """
        return any(
            day.day == end.day and day != end and (end - day).days % 7 != 0
            for day in self.balance_days
        )

    def _a_year_before(self, before: date) -> date | None:
        """The year's end before the one the balance sheet tells, where years end with a month though
        quarters do not.
        """
        for day in self.balance_days:
            later = [other for other in self.balance_days if 20 < (other - day).days < 360]
            if is_month_end(day) and later and not self.by_weeks:
                for years in (1, 2):
                    earlier = month_end(date(day.year - years, day.month, 1))
                    if abs((earlier - before).days) <= _NEAR:
                        return earlier
        return None


def is_month_end(day: date) -> bool:
    """Whether a day is the last of its month."""
    return (day + timedelta(days=1)).day == 1
