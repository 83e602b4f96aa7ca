"""Makes the periods of a deal's timelines: from its calendar, or from their own first and last periods."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from modelgen.dates import month_end, to_serial
from modelgen.fiscal import MONTHS, STEPS, BadPeriodError, Fiscal
from modelgen.model.bands import with_bands
from modelgen.model.expand import Declared
from modelgen.model.plain import Timeline
from modelgen.problem import Problem, did_you_mean
from modelgen.text.calendar_text import CalendarText, listed_comparatives
from modelgen.text.load import DealText
from modelgen.text.schema import TimelineText

FISCAL = "fiscal"
"""The timeline whose step is the calendar's."""
CALENDAR = "calendar"
LONGEST = 1200
FIRST_YEAR, LAST_YEAR = (
    1901,
    9998,
)  # whole years of Excel's calendar, leaving a period on either side


def timelines_of(deal: DealText) -> tuple[dict[str, Timeline], list[Problem]]:
    """The timelines of a document by id, and the problems with them. Those that would follow from the
    calendar, and by which no sheet runs, are left out.
    """
    found: dict[str, Timeline] = {}
    problems: list[Problem] = []
    used = deal.timelines()
    calendar = deal.document.calendar
    of_calendar = _Maker(deal, FISCAL, calendar.step, (CALENDAR,)) if calendar else None
    if of_calendar is not None:
        of_calendar.make()
        problems += of_calendar.problems
    for id_, text in deal.document.timelines.items():
        own = text.first is not None and text.last is not None
        if not own and calendar is not None and id_ not in used:
            continue
        problems += _home_problems(deal, id_, text)
        if own:
            step = calendar.step if calendar and id_ == FISCAL else text.step
            maker = _Maker(deal, id_, step, ("timelines", id_))
            maker.make()
            problems += maker.problems
        elif of_calendar is not None:
            maker = of_calendar if id_ == FISCAL else of_calendar.by(text.step)
        else:
            message = f"the timeline '{id_}' has no first and last period"
            hint = (
                f"give the deal a calendar, or timelines: {{{id_}: {{first: 2010-03-31, last: "
                "2012-12-31}}"
            )
            problems.append(Problem(message, deal.own_place("timelines", id_), hint))
            continue
        within = {other: f"{id_}.{key}" for other, key in text.within.items() if other in used}
        found[id_] = Timeline(
            id_,
            maker.step,
            text.home,
            maker.compared,
            tuple(maker.periods),
            within,
            f"{id_}.{text.actual}" if text.actual else None,
            f"{id_}.{text.ends}",
            f"{id_}.{text.starts}",
            f"{id_}.{text.first_end}",
            f"{id_}.{text.last_actual}",
            f"{id_}.{text.month}",
            f"{id_}.{text.year_before}",
            lacking=maker.lacking,
        )
    if not problems:
        found, problems = with_bands(deal, _with_given(deal.fiscal, found))
    return found, problems


@dataclass
class _Maker:
    """Makes the periods of one timeline from what stands at a path of the document."""

    deal: DealText
    id: str
    step: str
    path: tuple[str, ...]
    periods: list[date] = field(default_factory=list)
    comparatives: dict[tuple[str, ...], list[date]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def fiscal(self) -> Fiscal:
        return self.deal.fiscal

    @property
    def text(self) -> CalendarText | TimelineText:
        """What the document says of the periods."""
        document = self.deal.document
        found = document.calendar if self.path == (CALENDAR,) else document.timelines[self.path[-1]]
        assert found is not None
        return found

    @property
    def compared(self) -> tuple[date, ...]:
        """The comparative periods of all kinds of lines."""
        return tuple(sorted({day for days in self.comparatives.values() for day in days}))

    @property
    def lacking(self) -> dict[str, frozenset[int]]:
        """For each kind that has comparative periods of its own, the columns of the others."""
        return {
            path[0]: frozenset(n for n, day in enumerate(self.compared) if day not in days)
            for path, days in self.comparatives.items()
            if path
        }

    def make(self) -> None:
        """Makes the periods, or notes what is wrong."""
        listed = self.text.periods if isinstance(self.text, CalendarText) else ()
        if listed and not self._list_holds(listed):
            return
        texts = (self.text.first, self.text.last)
        ends = (listed[0], listed[-1]) if listed else (None, None)
        first, last = (
            self._end(text, key) if text is not None else end
            for text, key, end in zip(texts, ("first", "last"), ends, strict=True)
        )
        compared = {
            path: [self._end(text, "comparatives", *path, n) for n, text in enumerate(texts)]
            for path, texts in listed_comparatives(self.text.comparatives).items()
        }
        if self.problems or first is None or last is None:
            return
        self.comparatives = {
            path: [day for day in days if day is not None] for path, days in compared.items()
        }
        months = STEPS[self.step]
        start, stop = self.fiscal.index(first), self.fiscal.index(last)
        count = max(0, stop - start) // months + 1
        self.periods = [self.fiscal.end(start + months * n) for n in range(min(count, LONGEST + 1))]
        self._check_ends(first, last)

    def _end(self, text: str, key: str, *index: str | int) -> date | None:
        """The last day of the period that is named as the first, the last or a comparative one; of a longer
        period, the first or last of its own periods.
        """
        place = self.deal.place(*self.path, key, *index)
        months = STEPS[self.step]
        try:
            span = self.fiscal.parse(text)
        except BadPeriodError as error:
            self.problems.append(Problem(str(error), place))
            return None
        found = span.last
        if span.first is not None and key == "first":
            before = self.fiscal.index(span.first - timedelta(days=1))
            found = self.fiscal.end(min(before + months, self.fiscal.index(span.last)))
        elif key == "comparatives" and self.fiscal.months(span) not in (None, 1, months):
            what = f"'{text}' is not a {self.step}, as the periods are"
            self.problems.append(Problem(what, place))
            return None
        wrong = self._wrong_end(found)
        if wrong:
            self.problems.append(Problem(wrong, place))
        return found

    def _wrong_end(self, day: date) -> str:
        """Why no period ends on a day; empty if one may."""
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            return f"{day} is outside the years {FIRST_YEAR} to {LAST_YEAR}"
        if not self.fiscal.is_end(day):
            if self.fiscal.weeks is None and not self.fiscal.listed:
                return f"{day} is not the end of a month: a period is named by its last day"
            near = self.fiscal.end(self.fiscal.index(day))
            return f"no period ends on {day}: the nearest day by the calendar is {near}"
        into, months = self.fiscal.into_year(self.fiscal.index(day)), STEPS[self.step]
        if self.deal.document.calendar is not None and into % months:
            ends = MONTHS[self.fiscal.month - 1]
            return f"{day} is not the end of a {self.step} in a fiscal year that ends in {ends}"
        return ""

    def _check_ends(self, first: date, last: date) -> None:
        """Notes periods that do not end on the last day given, and comparatives among them."""
        place = self.deal.place(*self.path, "last")
        if len(self.periods) > LONGEST:
            message = f"the timeline '{self.id}' has more than {LONGEST:,} periods"
            self.problems.append(Problem(message, place))
        elif first > last or self.periods[-1] != last:
            message = f"{last} is not the end of a {self.step}, counting from {first}"
            self.problems.append(Problem(message, place))
        for path, days in self.comparatives.items():
            for index, day in enumerate(days):
                place = self.deal.place(*self.path, "comparatives", *path, index)
                if day >= first:
                    message = f"the comparative period ending {day} is not before the first"
                    self.problems.append(Problem(message, place))
                elif day in days[:index]:
                    message = f"the comparative period ending {day} is given twice"
                    self.problems.append(Problem(message, place))

    def _list_holds(self, listed: Sequence[date]) -> bool:
        """Whether the days of a list follow each other by the timeline's step; notes where not."""
        months = STEPS[self.step]
        for number, day in enumerate(listed):
            place = self.deal.place(*self.path, "periods", number)
            wrong = self._wrong_end(day)
            if not wrong and number:
                before = listed[number - 1]
                if self.fiscal.index(day) - self.fiscal.index(before) != months:
                    wrong = f"{day} is not a {self.step} after {before}"
            if wrong:
                self.problems.append(Problem(wrong, place))
        return not self.problems

    def by(self, step: str) -> "_Maker":
        """The periods of another step that cover the same span."""
        made = _Maker(self.deal, self.id, step, self.path)
        if self.problems or not self.periods:
            return made
        fiscal, months = self.fiscal, STEPS[step]
        start = fiscal.index(self.periods[0]) - STEPS[self.step] + 1
        stop = fiscal.index(self.periods[-1])
        # From the period in which the span begins to the one in which it ends.
        first, last = (at + (-fiscal.into_year(at)) % months for at in (start, stop))
        made.periods = [fiscal.end(at) for at in range(first, last + 1, months)]
        return made


def _with_given(fiscal: Fiscal, timelines: Mapping[str, Timeline]) -> dict[str, Timeline]:
    """The timelines with the values that the calendar gives to their inputs."""
    found = {}
    for id_, timeline in timelines.items():
        months, first = STEPS[timeline.step], fiscal.index(timeline.periods[0])
        given: dict[str, tuple[float, ...]] = {
            timeline.first_end: _serials(timeline.periods[:1]),
            f"{id_}.months": (float(months),),
            f"{id_}.first_month_end": _serials([_month(first)]),
            f"{id_}.first_period_start": _serials([fiscal.span(first, months).first]),
            f"{CALENDAR}.year_month": (float(fiscal.month),),
            f"{CALENDAR}.called_by_start": (float(fiscal.by_start and fiscal.month < 12),),
        }
        if fiscal.weeks is not None:
            # Excel numbers the days so that a Saturday is divisible by seven.
            given[f"{CALENDAR}.weekday"] = (float((fiscal.weeks.weekday + 2) % 7),)
            given[f"{CALENDAR}.days_after_month"] = (3.0 if fiscal.weeks.nearest else 0.0,)
        if fiscal.listed:
            given |= _listed(fiscal, timeline, timelines)
        found[id_] = replace(timeline, given=given)
    return found


def _listed(
    fiscal: Fiscal, timeline: Timeline, timelines: Mapping[str, Timeline]
) -> dict[str, tuple[float, ...]]:
    """The rows of dates that a list gives: the end of each period, of its fiscal year, and of the coarser
    period that it is in.
    """
    at = [fiscal.index(end) for end in timeline.periods]
    years = [fiscal.end(n + 12 - fiscal.into_year(n)) for n in at]
    rows = {
        f"{timeline.id}.listed_end": _serials(timeline.periods),
        f"{timeline.id}.listed_year_end": _serials(years),
    }
    for other, key in timeline.within.items():
        months = STEPS[timelines[other].step]
        ends = [fiscal.end(n + (-fiscal.into_year(n)) % months) for n in at]
        rows[f"{timeline.id}.listed_{key.rpartition('.')[2]}"] = _serials(ends)
    return rows


def _serials(days: Iterable[date | None]) -> tuple[float, ...]:
    return tuple(float(to_serial(day)) for day in days if day is not None)


def _month(index: int) -> date:
    return month_end(date(index // 12, index % 12 + 1, 1))


def _home_problems(deal: DealText, id_: str, text: TimelineText) -> Iterator[Problem]:
    """Problems with a timeline's home sheet, on which its actual values are."""
    sheets = deal.sheets()
    place = deal.place("timelines", id_, "home")
    if text.home not in deal.document.sheets:
        yield Problem(f"'{text.home}' is not a sheet", place, did_you_mean(text.home, sheets))
    elif text.home in sheets and sheets[text.home].timeline != id_:
        yield Problem(
            f"the sheet '{text.home}' is the home of '{id_}', but is not on that timeline", place
        )


def leaf_home_problems(deal: DealText, declared: Iterable[Declared]) -> Iterator[Problem]:
    """Problems with timelines whose leaves would be on a sheet that is not for inputs."""
    sheets = deal.sheets()
    with_leaves = {d.timeline for d in declared if d.is_leaf}
    for id_, text in deal.document.timelines.items():
        if id_ in with_leaves and text.home in deal.document.drop:
            place = deal.place("drop", deal.document.drop.index(text.home))
            yield Problem(
                f"'{text.home}' cannot be dropped: it holds the actual values of '{id_}'", place
            )
        elif id_ in with_leaves and text.home in sheets and not sheets[text.home].inputs:
            fit = [name for name, s in sheets.items() if s.inputs and s.timeline == id_]
            message = (
                f"the actual values of '{id_}' go on its home sheet '{text.home}', which is not for "
                "inputs"
            )
            hint = f"home: {fit[0]}" if fit else "set inputs: true on a sheet of this timeline"
            yield Problem(message, deal.place("timelines", id_, "home"), hint)
