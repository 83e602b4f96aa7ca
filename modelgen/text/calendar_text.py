"""The schema of a deal's calendar; its keys are documented in docs/writing-a-deal.md."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Tag, model_validator

from modelgen.fiscal import Fiscal
from modelgen.text.kinds import WeeksYearEnd, YearEnd

Step = Literal["month", "quarter", "year"]
Band = Literal["fy", "ytd", "ltm"]


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


class _Part(BaseModel):
    """The base of the calendar's parts, as strict as the schema's."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ComparativesText(_Part):
    """Comparative periods by the kind of line that has a value there."""

    flow: tuple[str, ...] = ()
    balance: tuple[str, ...] = ()


def _listed(value: Any) -> str:
    return "dict[]" if isinstance(value, (dict, ComparativesText)) else "list[]"


Comparatives = Annotated[
    Annotated[tuple[str, ...], Tag("list[]")] | Annotated[ComparativesText, Tag("dict[]")],
    Discriminator(_listed),
]
"""Comparative periods: a list holds for every kind of line."""


def listed_comparatives(given: Comparatives) -> dict[tuple[str, ...], tuple[str, ...]]:
    """The lists of comparative periods, each by its path below the key: that of a kind, or () for all."""
    if isinstance(given, ComparativesText):
        return {("flow",): given.flow, ("balance",): given.balance}
    return {(): given}


class WeeksText(_Part):
    """Years of 52 or 53 weeks, by the rule for the day on which they end."""

    year_end: WeeksYearEnd


class CalendarText(_Part):
    """The deal's calendar, from which its timelines follow: the step of the statements' periods, the last
    month of the fiscal year, the first and the last period, and the comparative periods. Periods end with a
    month, in `weeks`, or on the days listed in `periods`. `bands` holds the comparative periods of the bands
    beside the fiscal periods. A fiscal year is called after the calendar year in which it ends, or starts.
    """

    step: Step
    ends: YearEnd | None = None
    first: str | None = None
    last: str | None = None
    comparatives: Comparatives = ()
    bands: dict[Band, tuple[str, ...]] = {}
    weeks: WeeksText | None = None
    periods: tuple[date, ...] = ()
    fiscal_year: Literal["ends", "starts"] = "ends"

    @model_validator(mode="after")
    def _one_rule(self) -> "CalendarText":
        if self.weeks is not None and self.periods:
            raise ValueError("give either weeks or periods, not both")
        if self.weeks is not None and self.ends not in (None, self.weeks.year_end[0]):
            raise ValueError("weeks say when the year ends: leave out ends, or give the same month")
        if not self.periods and (self.first is None or self.last is None):
            raise ValueError("a calendar needs first and last, or periods")
        return self

    @property
    def fiscal(self) -> Fiscal:
        """The fiscal year, by which periods are named."""
        starts = self.fiscal_year == "starts"
        if self.weeks is not None:
            month, weeks = self.weeks.year_end
            return Fiscal(month, weeks, starts)
        compared = listed_comparatives(self.comparatives).values()
        named = (text.rpartition("/")[2].strip() for texts in compared for text in texts)
        before = [date.fromisoformat(day) for day in named if _is_day(day)]
        return Fiscal(
            self.ends or 12, None, starts, (*before, *self.periods) if self.periods else ()
        )

    @property
    def rule(self) -> str:
        """How its periods end: by months, by weeks, or by a list."""
        return "list" if self.periods else "weeks" if self.weeks else "months"
