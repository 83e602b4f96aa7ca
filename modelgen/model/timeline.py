"""Makes the periods of a deal's timelines from their first and last days."""

from collections.abc import Iterable, Iterator
from datetime import date

from modelgen.dates import month_end
from modelgen.model.expand import Declared
from modelgen.model.plain import Timeline
from modelgen.problem import Problem, did_you_mean
from modelgen.text.load import DealText
from modelgen.text.schema import LineText, TimelineText

MONTHS = {"month": 1, "quarter": 3, "year": 12}
LONGEST = 1200
FIRST_YEAR, LAST_YEAR = (
    1901,
    9998,
)  # whole years of Excel's calendar, leaving a period on either side


def timelines_of(deal: DealText) -> tuple[dict[str, Timeline], list[Problem]]:
    """The timelines of a document by id, and the problems with them."""
    found: dict[str, Timeline] = {}
    problems: list[Problem] = []
    for id_, text in deal.document.timelines.items():
        problems += _home_problems(deal, id_, text)
        if text.first is None or text.last is None:
            message = f"the timeline '{id_}' has no first and last period"
            hint = f"timelines: {{{id_}: {{first: 2010-03-31, last: 2012-12-31}}}}"
            problems.append(Problem(message, deal.own_place("timelines", id_), hint))
            continue
        wrong = list(_day_problems(deal, id_, text))
        periods = [] if wrong else _periods(text.first, text.last, MONTHS[text.step])
        if not wrong:
            wrong = list(_end_problems(deal, id_, text, periods))
        problems += wrong
        found[id_] = Timeline(
            id_,
            text.step,
            text.home,
            tuple(sorted(set(text.comparatives))),
            tuple(periods),
            {other: f"{id_}.{key}" for other, key in text.within.items()},
            f"{id_}.{text.actual}" if text.actual else None,
            *(f"{id_}.{key}" for key in (text.ends, text.starts, text.first_end, text.last_actual)),
        )
    return found, problems


def _periods(first: date, last: date, step: int) -> list[date]:
    """The ends of the periods from the first to the last, or one more than the longest timeline allowed."""
    periods: list[date] = []
    while len(periods) <= LONGEST and (end := month_end(first, step * len(periods))) <= last:
        periods.append(end)
    return periods


def _home_problems(deal: DealText, id_: str, text: TimelineText) -> Iterator[Problem]:
    """Problems with a timeline's home sheet, on which its actual values are."""
    sheets = deal.sheets()
    place = deal.place("timelines", id_, "home")
    if text.home not in sheets:
        yield Problem(f"'{text.home}' is not a sheet", place, did_you_mean(text.home, sheets))
    elif sheets[text.home].timeline != id_:
        yield Problem(
            f"the sheet '{text.home}' is the home of '{id_}', but is not on that timeline", place
        )


def _day_problems(deal: DealText, id_: str, text: TimelineText) -> Iterator[Problem]:
    """Problems with days that name no period: not the end of a month, or outside the calendar."""
    named = [(text.first, deal.place("timelines", id_, "first"))]
    named += [(text.last, deal.place("timelines", id_, "last"))]
    named += [
        (day, deal.place("timelines", id_, "comparatives", index))
        for index, day in enumerate(text.comparatives)
    ]
    for day, place in named:
        if day is None:
            continue
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            yield Problem(f"{day} is outside the years {FIRST_YEAR} to {LAST_YEAR}", place)
        elif day != month_end(day):
            yield Problem(
                f"{day} is not the end of a month: a period is named by its last day", place
            )


def _end_problems(
    deal: DealText, id_: str, text: TimelineText, periods: list[date]
) -> Iterator[Problem]:
    """Problems with periods that do not end on the last day given, or with comparatives among them."""
    last = deal.place("timelines", id_, "last")
    if len(periods) > LONGEST:
        yield Problem(f"the timeline '{id_}' has more than {LONGEST:,} periods", last)
    elif not periods or periods[-1] != text.last:
        yield Problem(
            f"{text.last} is not the end of a {text.step}, counting from {text.first}", last
        )
    for index, day in enumerate(text.comparatives):
        place = deal.place("timelines", id_, "comparatives", index)
        if text.first is not None and day >= text.first:
            yield Problem(f"the comparative period ending {day} is not before the first", place)
        elif day in text.comparatives[:index]:
            yield Problem(f"the comparative period ending {day} is given twice", place)


def leaf_home_problems(deal: DealText, declared: Iterable[Declared]) -> Iterator[Problem]:
    """Problems with timelines whose leaves would be on a sheet that is not for inputs."""
    sheets = deal.sheets()
    with_leaves = {d.timeline for d in declared if isinstance(d.text, LineText) and d.text.leaf}
    for id_, text in deal.document.timelines.items():
        if id_ in with_leaves and text.home in sheets and not sheets[text.home].inputs:
            fit = [name for name, s in sheets.items() if s.inputs and s.timeline == id_]
            message = (
                f"the actual values of '{id_}' go on its home sheet '{text.home}', which is not for "
                "inputs"
            )
            hint = f"home: {fit[0]}" if fit else "set inputs: true on a sheet of this timeline"
            yield Problem(message, deal.place("timelines", id_, "home"), hint)
