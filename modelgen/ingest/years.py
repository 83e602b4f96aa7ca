"""The deal's calendar from the days that filings print: which quarters or years are actual, which only
compared, and by which rule the fiscal year ends.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from modelgen.dates import month_end
from modelgen.fiscal import MONTHS, WEEKDAYS, Fiscal, Weeks
from modelgen.ingest.reading import BALANCE, CASH, INCOME
from modelgen.ingest.statement_line import Period, StatementLine

ONE_DAY = timedelta(days=1)
FORECAST = {"quarter": 10, "year": 5}
"""The periods that are forecast, at least: to the end of a fiscal year."""
_DAYS_A_MONTH = 30.44


@dataclass(frozen=True)
class Years:
    """The deal's periods: the step; the rule as text of the calendar; the last days of the actual
    periods, of those for comparison by kind, and of all that are forecast; and whether the year to date
    is shown beside.
    """

    step: str
    fiscal: Fiscal
    rule: dict[str, object]
    actual: tuple[date, ...]
    compared_flows: tuple[date, ...]
    compared_balances: tuple[date, ...]
    forecast: tuple[date, ...]
    to_date: bool

    @property
    def months(self) -> int:
        """The months in a period."""
        return 3 if self.step == "quarter" else 12

    @property
    def whole_year(self) -> bool:
        """Whether four quarters or more are actual, so that the seasons are known."""
        return self.step == "quarter" and len(self.actual) >= 4

    def place(self, line: StatementLine, period: Period) -> tuple[str, date] | None:
        """The id, with its band's, and the column that a figure ties to; None if the model has no such
        column.
        """
        band = self.band(period)
        return None if band is None else (f"{band}{line.id}", period[1])

    def band(self, period: Period) -> str | None:
        """The band in which a period has a column: "" for the model's own periods, "ytd." for the year to
        date; None if it has none, as the stub of a year.
        """
        first, end = period
        if first is None:
            return "" if end in (*self.actual, *self.compared_balances) else None
        if end not in (*self.actual, *self.compared_flows):
            return None
        months = months_of(period)
        if months == self.months:
            return ""
        into = self.fiscal.into_year(self.fiscal.index(end))
        return "ytd." if self.to_date and months == into else None


def months_of(period: Period) -> int:
    """The months of a period with a first day, to the nearest."""
    first, end = period
    return 0 if first is None else round(((end - first).days + 1) / _DAYS_A_MONTH)


def years_of(lines: Sequence[StatementLine]) -> Years | None:
    """The calendar of some lines; None if they have no period that a model could stand on."""
    flows = _periods(lines, INCOME) or _periods(lines, CASH)
    to_date = {
        p for p in _periods(lines, CASH) + _periods(lines, INCOME) if months_of(p) in (6, 9, 12)
    }
    balances = sorted({end for _, end in _periods(lines, BALANCE)})
    lengths = {months_of(p) for p in flows}
    ends = sorted({end for _, end in [*flows, *to_date]} | set(balances))
    if not flows or not ends:
        return None
    latest = max(end for _, end in flows)
    step = "year" if lengths <= {12} else "quarter"
    months = 12 if step == "year" else 3
    own = {end for p in flows if (end := p[1]) and months_of(p) == months} | told_by_less(flows)
    actual = _chain(latest, own | {latest}, set(balances), months)
    fiscal, rule = _rule(
        _year_end(lines, latest, balances, step), ends, _starts(lines), actual, step
    )
    longer = {end for p in to_date if (end := p[1])} if step == "quarter" else set()
    compared = tuple(day for day in sorted(own | longer) if day < actual[0])
    cash = {end for p in _periods(lines, CASH) if months_of(p) == months and (end := p[1])}
    before = tuple(day for day in sorted(cash | set(balances)) if day < actual[0])
    return Years(
        step,
        fiscal,
        rule,
        tuple(actual),
        compared,
        before,
        _forecast(fiscal, actual[-1], months, FORECAST[step]),
        bool(longer),
    )


def told_by_less(flows: Sequence[Period]) -> set[date]:
    """The last days of quarters that are a year to date less the one before it."""
    return {
        end
        for first, end in flows
        if any(
            other[0] == first and months_of(other) == months_of((first, end)) - 3 for other in flows
        )
    }


def _periods(lines: Iterable[StatementLine], statement: str) -> list[Period]:
    found = dict.fromkeys(
        p.period for line in lines if line.statement == statement for p in line.printed
    )
    return [p for p in found if (p[0] is None) == (statement == BALANCE)]


def _starts(lines: Iterable[StatementLine]) -> set[date]:
    """The last days before periods begin."""
    return {
        p.period[0] - ONE_DAY for line in lines for p in line.printed if p.period[0] is not None
    }


def _chain(latest: date, flows: set[date], balances: set[date], months: int) -> list[date]:
    """The periods up to the latest that follow one another, each with flows and a balance."""
    chain = [latest]
    while True:
        before = month_end(chain[0] - timedelta(days=15), -months)
        near = [day for day in flows & balances if abs((day - before).days) <= 16]
        if not near:
            return chain
        chain.insert(0, min(near, key=lambda day: (abs((day - before).days), day)))


def _year_end(
    lines: Sequence[StatementLine], latest: date, balances: Sequence[date], step: str
) -> date:
    """A day on which a fiscal year ends: the day before the year to date begins, or the end of a year."""
    if step == "year":
        return latest
    runs = [p for p in _periods(lines, CASH) + _periods(lines, INCOME) if p[1] == latest]
    whole = [p for p in runs if months_of(p) in (3, 6, 9, 12)]
    earlier = [day for day in balances if day < latest]
    longest = max(whole or runs, key=months_of)
    told = months_of(longest) > 3 or any(p in whole for p in _periods(lines, CASH))
    if earlier and not told:  # a quarter of income alone, or the stub of a year
        return earlier[-1]
    assert longest[0] is not None
    return longest[0] - ONE_DAY


def _rule(
    year_end: date, ends: Sequence[date], starts: set[date], actual: Sequence[date], step: str
) -> tuple[Fiscal, dict[str, object]]:
    """The rule by which the printed days are ends of periods: months, weeks, or else a list."""
    days = {*ends, year_end, *starts}
    by_months = Fiscal(Fiscal().index(year_end) % 12 + 1)
    if all(by_months.is_end(day) for day in days):
        return by_months, {"ends": f"{by_months.month:02}-{year_end.day:02}"}
    month = by_months.month
    for nearest in (True, False):
        fiscal = Fiscal(month, Weeks(year_end.weekday(), nearest))
        if all(fiscal.is_end(day) for day in days):
            name = WEEKDAYS[year_end.weekday()]
            last = month_end(
                date(2023, month, 1)
            )  # no leap year: a month has the same last day in all
            how = (
                f"nearest {name} to {month:02}-{last.day:02}"
                if nearest
                else f"last {name} of {_month(month)}"
            )
            return fiscal, {"weeks": {"year_end": how}}
    ahead = _forecast(by_months, actual[-1], 12 if step == "year" else 3, FORECAST[step])
    listed = [day.isoformat() for day in (*actual, *ahead)]
    fiscal = Fiscal(month, None, False, tuple(sorted({*days, *ahead})))
    return fiscal, {
        "ends": f"{month:02}-{month_end(date(2023, month, 1)).day:02}",
        "periods": listed,
    }


def _month(number: int) -> str:
    return MONTHS[number - 1].lower()


def _forecast(fiscal: Fiscal, last: date, months: int, least: int) -> tuple[date, ...]:
    """The last days of the periods after the last actual one, to the end of a fiscal year."""
    index = fiscal.index(last)
    found: list[date] = []
    # A year that no such step ends in is that of a stub period: then the forecast ends after a
    # year more.
    while len(found) < least or (
        fiscal.into_year(index) != 12 and len(found) < least + 12 // months
    ):
        index += months
        found.append(fiscal.end(index))
    return tuple(found)
