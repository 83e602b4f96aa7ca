"""The period of a column, from the words above it and, where they say too little, from those beside and
before the table.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from modelgen.ingest.reading import BALANCE, CASH, COMPREHENSIVE, INCOME
from modelgen.ingest.words import Dated, Words, words_of

_NEAR = 9  # days by which years of weeks may end apart
_FLOWS = frozenset((INCOME, CASH, COMPREHENSIVE))


@dataclass(frozen=True, slots=True)
class Period:
    """A column's period: last day (None: not found), its months or weeks, or its first day where that is
    printed; all three None for an instant. `doubt` says what is not certain.
    """

    end: date | None
    months: int | None = None
    weeks: int | None = None
    start: date | None = None
    doubt: str = ""

    @property
    def lasts(self) -> bool:
        """Whether it is a period of days, not one day."""
        return self.months is not None or self.weeks is not None or self.start is not None


@dataclass(frozen=True, slots=True)
class Around:
    """Words that hold for a whole table: of its stub and top rows, then of the lines before it, nearest
    first; the day on which the document's own period ends; how many of the words, the first, stand in the
    table itself; the whole dates above columns of other tables; and whether the end is known for certain.
    """

    near: tuple[str, ...]
    document_end: date | None = None
    inside: int = 0
    told: frozenset[date] = frozenset()
    sure: bool = False


NO_PERIOD = Period(None, doubt="no period is printed above the column")


class _Near:
    """The words of some texts, each read only when it is asked for: most columns say all of themselves."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        self._texts = texts

    def __iter__(self) -> Iterator[Words]:
        return map(words_of, self._texts)


def period_of(own: str, around: Around, statement: str) -> Period:
    """The period of a column with some words above it in a table that is such a statement."""
    words = words_of(own)
    near = _Near(around.near)
    if words.span:
        return _spanned(words, near, around)
    end, doubt = _end(words, near, around)
    if end is None:
        return NO_PERIOD
    if statement == BALANCE:
        return Period(end, doubt=doubt)
    lasting, sure = (
        (words, True) if words.lasting else _lasting(words, near, statement, around.inside)
    )
    if lasting is None:
        if statement in _FLOWS:
            return Period(end, doubt=doubt or "how long the period lasts is not printed")
        return Period(end, doubt=doubt)
    if lasting.mixed:
        doubt = doubt or "several durations may hold for the column"
    if not sure:
        doubt = doubt or "how long the period lasts is taken from the words before the table"
    return Period(end, lasting.months, lasting.weeks, doubt=doubt)


def _lasting(
    words: Words, near: Iterable[Words], statement: str, inside: int
) -> tuple[Words | None, bool]:
    """The duration that holds for a column which says none, and whether it is sure. Above a whole date, in a
    table that is no statement of flows, only one that stands in the table itself: else the column is one of
    balances. Before the table, one with "ended" is sure; another may be a page's foot.
    """
    dated = any(date_.day and date_.year for date_ in words.dates)
    for index, said in enumerate(near):
        if (
            dated
            and statement not in _FLOWS
            and (index >= inside or (said.dates and not said.lasting))
        ):
            return None, True
        if said.lasting:
            return said, index < inside or said.ended
        if said.struck and index >= inside and statement not in _FLOWS:
            return None, True  # the nearest words are of balances
    return None, True


def _spanned(words: Words, near: Iterable[Words], around: Around) -> Period:
    assert words.span is not None
    first, last = words.span
    years = [*words.years, *(dated.year for dated in words.dates if dated.year)]
    year = years[-1] if years else _year_near(near)
    doubt = ""
    if year is None and last.year is None:
        year, doubt = (
            (around.document_end.year if around.document_end else None),
            "no year is printed",
        )
    start, end = first.on(year), last.on(year)
    if start is None or end is None or start > end:
        return NO_PERIOD
    return Period(end, start=start, doubt=doubt)


def _year_near(near: Iterable[Words]) -> int | None:
    for said in near:
        if said.years:
            return said.years[0]
    return None


def _end(words: Words, near: Iterable[Words], around: Around) -> tuple[date | None, str]:
    """The last day, and what is uncertain about it."""
    years = sorted(set(words.years))
    year = years[0] if len(years) == 1 else None
    whole = [dated for dated in words.dates if dated.year]
    if words.named is not None:
        return _of_name(words.named, around)
    if whole:
        return _of_whole(whole, year, words)
    if words.dates:
        return _without_year(words.dates[-1], year, near, around)
    if year is None:
        return _from_near(near) if not years else (None, "")
    return _of_year(year, near, around)


def _of_name(named: Dated, around: Around) -> tuple[date | None, str]:
    """The last day of a quarter or half that is named, not dated: as calendar years have it, which is sure
    only of the one that the document ends with.
    """
    day = named.on()
    if day == around.document_end:
        return day, ""
    return day, "the period is named, not dated: calendar years are supposed"


def _of_whole(whole: Sequence[Dated], year: int | None, words: Words) -> tuple[date | None, str]:
    days = list(dict.fromkeys(day for dated in whole if (day := dated.on())))
    if not days:
        return None, ""
    if year is not None:
        of_year = [day for day in days if day.year == year]
        if of_year:
            return of_year[-1], "" if len(of_year) == 1 else "several dates stand above the column"
        if len(days) == 1 and len(words.dates) == 1:
            # "June 30, 2023 and 2022" over a column 2022.
            return Dated(whole[0].month, whole[0].day, None).on(year), ""
    return days[-1], "" if len(days) == 1 else "several dates stand above the column"


def _without_year(
    dated: Dated, year: int | None, near: Iterable[Words], around: Around
) -> tuple[date | None, str]:
    if year is not None:
        return dated.on(year), ""
    said_near = [
        said
        for index, said in enumerate(near)
        if index < around.inside or said.ended or said.struck
    ]
    years = {
        day.year
        for said in said_near
        for day in said.dates
        if day.year and day.month == dated.month
    }
    years = years or {value for said in said_near for value in said.years}
    if len(years) == 1:
        return dated.on(years.pop()), ""
    if around.document_end:
        return dated.on(around.document_end.year), "the year is not printed above the column"
    return None, ""


def _from_near(near: Iterable[Words]) -> tuple[date | None, str]:
    """The one date that the words around a table give, for a column that says nothing."""
    for said in near:
        days = {day for dated in said.dates if (day := dated.on())}
        if len(days) == 1 and not said.years:
            return days.pop(), "the date is taken from the words before the table"
        if days:
            return None, ""
    return None, ""


def _of_year(year: int, near: Iterable[Words], around: Around) -> tuple[date | None, str]:
    """The last day of a column with a year alone above it: month and day stand elsewhere."""
    for index, said in enumerate(near):
        dates = [dated for dated in said.dates if dated.day]
        if index >= around.inside and not (said.ended or said.struck):
            continue
        of_year = [dated for dated in dates if dated.year == year]
        if of_year:
            return of_year[-1].on(), ""
        loose = [dated for dated in dates if dated.year is None]
        chosen = loose or dates
        if chosen:
            months = {(dated.month, dated.day) for dated in chosen}
            doubt = "" if len(months) == 1 else "several dates may hold for the column"
            return Dated(chosen[-1].month, chosen[-1].day, None).on(year), doubt
    if around.document_end:
        return _supposed(year, around.document_end, around)
    return None, ""


def _supposed(year: int, end: date, around: Around) -> tuple[date | None, str]:
    """The last day of a column with a year alone, as the document's own period ends; in another year, the day
    near it that another table of the document has.
    """
    same = Dated(end.month, end.day, None).on(year)
    if same is None:
        return None, ""
    near = {abs((other - same).days): other for other in sorted(around.told)}
    told = [near[days] for days in sorted(near) if days <= _NEAR]
    day = told[0] if told else same
    if around.sure and (told or year == end.year):
        return day, ""
    where = "as above other tables" if told else "as the document's period ends"
    return day, (
        f"month and day are not printed with the table: {day} is supposed, {where} "
        "(--ended DATE says when it ends)"
    )
