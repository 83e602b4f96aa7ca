"""The periods of a deal's timelines, from the first and last days it names."""

from datetime import date

from modelgen.dates import month_end
from modelgen.model.plain import Timeline
from modelgen.problem import Problem, did_you_mean
from modelgen.text.load import DealText

MONTHS = {"month": 1, "quarter": 3, "year": 12}
LONGEST = 1200


def timelines_of(deal: DealText) -> tuple[dict[str, Timeline], list[Problem]]:
    """The timelines of a document, and what is wrong with them."""
    found: dict[str, Timeline] = {}
    problems: list[Problem] = []
    for id_, text in deal.document.timelines.items():
        place = deal.key_place("timelines", id_)
        if text.home not in deal.document.sheets:
            problems.append(
                Problem(
                    f"'{text.home}' is not a sheet",
                    deal.place("timelines", id_, "home"),
                    did_you_mean(text.home, deal.document.sheets),
                )
            )
        if text.first is None or text.last is None:
            problems.append(Problem(f"the timeline '{id_}' has no first and last period", place))
            continue
        for key, day in (("first", text.first), ("last", text.last)):
            if day != month_end(day):
                problems.append(
                    Problem(
                        f"{day} is not the end of a month: a period is named by its last day",
                        deal.place("timelines", id_, key),
                    )
                )
        periods: list[date] = []
        step = MONTHS[text.step]
        while (end := month_end(text.first, step * len(periods))) <= text.last:
            periods.append(end)
            if len(periods) > LONGEST:
                break
        if not periods or periods[-1] != text.last:
            problems.append(
                Problem(
                    f"{text.last} is not the end of a {text.step} counted from {text.first}",
                    deal.place("timelines", id_, "last"),
                )
            )
        found[id_] = Timeline(
            id_,
            text.step,
            text.home,
            tuple(text.comparatives),
            tuple(periods),
            {other: f"{id_}.{key}" for other, key in text.within.items()},
            f"{id_}.{text.actual}" if text.actual else None,
            *(f"{id_}.{key}" for key in (text.ends, text.starts, text.first_end, text.last_actual)),
        )
    return found, problems
