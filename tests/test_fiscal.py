"""The names of periods: they lead to their days and back, in any fiscal year."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelgen.fiscal import CALENDAR_YEAR, WEEKDAYS, BadPeriodError, Fiscal, Span, Weeks

RETAILER = Fiscal(1, Weeks(5, nearest=True), by_start=True)
FISCALS = st.builds(
    Fiscal,
    st.integers(1, 12),
    st.none() | st.builds(Weeks, st.integers(0, 6), st.booleans()),
    st.booleans(),
)
INDEXES = st.integers(1950 * 12, 2150 * 12)


@pytest.mark.parametrize(
    ("fiscal", "text", "first", "last", "name"),
    [
        (CALENDAR_YEAR, "FY2025", "2025-01-01", "2025-12-31", "FY2025"),
        (CALENDAR_YEAR, "2025", "2025-01-01", "2025-12-31", "FY2025"),
        (CALENDAR_YEAR, "2006-05", "2006-05-01", "2006-05-31", "May 2006"),
        (CALENDAR_YEAR, "May 2006", "2006-05-01", "2006-05-31", "May 2006"),
        (Fiscal(3), "FY2025", "2024-04-01", "2025-03-31", "FY2025"),
        (Fiscal(3), "Q3 FY2025", "2024-10-01", "2024-12-31", "Q3 FY2025"),
        (Fiscal(3, by_start=True), "Q3 FY2024", "2024-10-01", "2024-12-31", "Q3 FY2024"),
        (Fiscal(6), "h1 fy2024", "2023-07-01", "2023-12-31", "H1 FY2024"),
        (Fiscal(2), "9M FY2024", "2023-03-01", "2023-11-30", "9M FY2024"),
        (Fiscal(2), "9M  FY2024", "2023-03-01", "2023-11-30", "9M FY2024"),
        # The Buckle: fiscal 2024 runs from February 4, 2024 to February 1, 2025.
        (RETAILER, "FY2024", "2024-02-04", "2025-02-01", "FY2024"),
        (RETAILER, "Q3 FY2024", "2024-08-04", "2024-11-02", "Q3 FY2024"),
        (RETAILER, "9M FY2024", "2024-02-04", "2024-11-02", "9M FY2024"),
        (RETAILER, "2024-08-04/2024-11-02", "2024-08-04", "2024-11-02", "Q3 FY2024"),
        (RETAILER, "FY2023", "2023-01-29", "2024-02-03", "FY2023"),  # 53 weeks
        (RETAILER, "2024-02", "2024-02-04", "2024-03-02", "February 2024"),
        (CALENDAR_YEAR, "2024-02-10/2024-03-17", "2024-02-10", "2024-03-17", "2024-02-10/2024-03-17"),
    ],
)  # fmt: skip
def test_a_name_and_its_days(fiscal: Fiscal, text: str, first: str, last: str, name: str) -> None:
    span = fiscal.parse(text)
    assert span == Span(date.fromisoformat(first), date.fromisoformat(last))
    assert fiscal.name(span) == name


def test_a_bare_day_has_no_first_day() -> None:
    span = RETAILER.parse("2024-11-02")
    assert (span.first, span.last, RETAILER.name(span)) == (None, date(2024, 11, 2), "2024-11-02")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Q5 FY2024", "'Q5 FY2024' is not a period: write FY2025, Q3 FY2024, H1 FY2024, 9M FY2024, 2024-08-04/2024-11-02, 2024-11-02 or 2024-11"),
        ("13M FY2024", "'13M FY2024' is no part of a year of 12 months"),
        ("0M FY2024", "'0M FY2024' is no part of a year of 12 months"),
        ("2024-13", "'2024-13' is not a month of the calendar"),
        ("2024-02-30", "'2024-02-30' is not a day in the calendar"),
        ("2024-05-01/2024-04-30", "'2024-05-01/2024-04-30' ends before it begins"),
        ("FY9999", "FY9999 is outside the years 1901 to 9998"),
        ("Mar", "'Mar' is not a period: write FY2025, Q3 FY2024, H1 FY2024, 9M FY2024, 2024-08-04/2024-11-02, 2024-11-02 or 2024-11"),
    ],
)  # fmt: skip
def test_what_names_no_period_says_why(text: str, message: str) -> None:
    with pytest.raises(BadPeriodError) as caught:
        CALENDAR_YEAR.parse(text)
    assert str(caught.value) == message


@given(FISCALS, INDEXES, st.integers(1, 12))
def test_every_name_leads_back_to_its_period(fiscal: Fiscal, last: int, months: int) -> None:
    span = fiscal.span(last, months)
    assert fiscal.months(span) == months
    assert fiscal.parse(fiscal.name(span)) == span
    assert Fiscal.from_text(fiscal.to_text()) == fiscal


@given(FISCALS, INDEXES)
def test_months_follow_each_other_without_gaps_and_years_have_twelve(
    fiscal: Fiscal, index: int
) -> None:
    here, after = fiscal.end(index), fiscal.end(index + 1)
    assert 28 <= (after - here).days <= (31 if fiscal.weeks is None else 42)
    assert (fiscal.index(here), fiscal.is_end(here)) == (index, True)
    assert not fiscal.is_end(here + timedelta(days=1))
    assert fiscal.into_year(index + 1) == fiscal.into_year(index) % 12 + 1
    assert fiscal.year(fiscal.year_end(fiscal.year(index))) == fiscal.year(index)


@given(st.integers(1, 12), st.integers(0, 6), st.booleans(), st.integers(1950, 2150))
def test_a_year_of_weeks_ends_on_its_weekday_near_the_month_s_end(
    month: int, weekday: int, nearest: bool, year: int
) -> None:
    fiscal = Fiscal(month, Weeks(weekday, nearest))
    span = fiscal.span(fiscal.year_end(year), 12)
    assert span.last.strftime("%A").lower() == WEEKDAYS[weekday]
    assert span.first is not None
    weeks = (span.last - span.first).days + 1
    assert weeks in (52 * 7, 53 * 7)
    off = (span.last - Fiscal(month).end(fiscal.year_end(year))).days
    assert -3 <= off <= 3 if nearest else -6 <= off <= 0
    quarters = [fiscal.span(fiscal.year_end(year) - 3 * n, 3) for n in range(4)]
    lengths = [(q.last - q.first).days + 1 for q in quarters if q.first]
    assert lengths[1:] == [91] * 3
