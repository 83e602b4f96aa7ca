"""Periods in words, as headers print them: dates with and without a year, years, durations."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
_MONTH_NUMBER = dict(
    [(name, number) for number, name in enumerate(_MONTHS, 1)]
    + [(name[:3], number) for number, name in enumerate(_MONTHS, 1)]
    + [("sept", 9)]
)
_MONTH = "(?:" + "|".join(sorted(_MONTH_NUMBER, key=len, reverse=True)) + r")\b\.?"
_TO_SIXTEEN = (
    *(
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ),
    *("thirteen", "fourteen", "fifteen", "sixteen"),
)
_COUNT = dict(
    [(word, number) for number, word in enumerate(_TO_SIXTEEN, 1)]
    + [("twenty-four", 24), ("twenty-five", 25), ("twenty-six", 26), ("twenty-seven", 27)]
    + [("twenty-eight", 28), ("thirty-six", 36), ("thirty-nine", 39), ("forty", 40)]
    + [("fifty-two", 52), ("fifty-three", 53)]
)
_NUMBER = r"(?:\d{1,2}|" + "|".join(sorted(_COUNT, key=len, reverse=True)) + ")"
_DATE = re.compile(
    rf"(?P<month>{_MONTH})\s*(?P<day>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?\s*,?\s*(?P<year>(?:19|20)\d\d\b)?"
    rf"|(?P<day2>\d{{1,2}})\s+(?P<month2>{_MONTH})(?!\s*\d{{1,2}}(?!\d)),?\s*(?P<year2>(?:19|20)\d\d)?"
    r"|(?P<month3>\d{1,2})/(?P<day3>\d{1,2})/(?P<year3>(?:19|20)?\d\d)\b"
    r"|(?P<year4>(?:19|20)\d\d)-(?P<month4>\d\d)-(?P<day4>\d\d)\b"
    rf"|(?P<month5>{_MONTH})\s*,?\s*(?P<year5>(?:19|20)\d\d)\b"
)
_YEAR = re.compile(r"(?<![\d/,.$-])(?:19|20)\d\d(?![\d/]|,\d|\.\d)")
_MONTHS_LONG = re.compile(rf"(?<!than )(?<!over )\b(?P<count>{_NUMBER})[\s-]+months?\b(?!\s+or\b)")
_WEEKS_LONG = re.compile(rf"\b(?P<count>{_NUMBER})(?:\s*\(\d+\))?[\s-]+weeks?\b")
_HALF = re.compile(
    r"\bh[12]\b|\b[12]h(?:\d\d)?\b|\b(?:first|second)[\s-]+half\b|\bhalf[\s-]+year\b"
)
_QUARTERS = re.compile(r"\b(?:first|last)\s+(?P<count>two|three|four)\s+(?:fiscal\s+)?quarters\b")
_NAMED = re.compile(
    r"\b(?:q(?P<quarter>[1-4])|(?P<quarter2>[1-4])q|h(?P<half>[12])|(?P<half2>[12])h)"
    r"[\s,'’]*(?:fy\s?)?(?P<year>(?:20)?\d\d)\b"
)
_QUARTER = re.compile(r"\bquarter(?:s|ly)?\b|\bq[1-4]\b|\b[1-4]q(?:\d\d)?\b|\bqtr\b")
_YEARLY = re.compile(
    r"\b(?:fiscal\s+)?(?:full[\s-]+)?years?[\s-]+ended\b|\bfor\s+the\s+(?:fiscal\s+)?years?\b"
    r"|\bfull[\s-]year\b|\bfiscal\s+years?\b|\byears?\s+(?:ending|to)\b"
)
_SPAN = re.compile(
    rf"(?P<month>{_MONTH})\s*(?P<day>\d{{1,2}})\s*,?\s*(?P<year>(?:19|20)\d\d)?\s*(?:to|through|-|–|—)\s*"
    rf"(?P<month2>{_MONTH})\s*(?P<day2>\d{{1,2}})\s*,?\s*(?P<year2>(?:19|20)\d\d)?"
)
_STRUCK = re.compile(rf"\(?(?:as\s+(?:of|at)|at|on)\b|\(?(?:{_MONTH})\s*\d")
_STRUCK_WITHIN = re.compile(rf"\bas of {_MONTH}\s*\d")
_TO_DATE = re.compile(r"\byear[\s-]+to[\s-]+date\b|\bytd\b")
_MIXED = re.compile(
    rf"\b{_NUMBER}(?:[\s-]+(?:months?|weeks?))?\s*(?:,|and|&|/)\s*{_NUMBER}[\s-]+(?:months?|weeks?)\b"
)
# One look that most texts end with: no digit, no word of time.
_OF_TIME = re.compile(r"\d|month|week|quarter|qtr|year|half|date|ytd|end(?:ed|ing)")
_OF_DURATION = re.compile(r"month|week|quarter|qtr|year|half|date|ytd|q[1-4]|[1-4]q|h[12]|[12]h")
_DIGIT = re.compile(r"\d")
_ENDED = re.compile(
    rf"\bend(?:ed|ing)\b|\b(?:months|weeks|years?|quarters?|periods?)\s+to\s+(?:\d|{_MONTH})"
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date in words: month, day (None: the month alone is printed) and year, each None if it is not
    printed.
    """

    month: int
    day: int | None
    year: int | None

    def on(self, year: int | None = None) -> date | None:
        """The date, in `year` if none is printed; None if there is no such date."""
        which = self.year or year
        if which is None:
            return None
        last = monthrange(which, self.month)[1]
        if self.day is not None and self.day > last and not (self.month == 2 and self.day == 29):
            return None
        return date(which, self.month, min(self.day or last, last))


@dataclass(frozen=True, slots=True)
class Words:
    """What the words of a header say: dates, years that stand alone, a duration in months or in weeks, a
    first and a last date ("July 22 to September 30"), whether a period is said to end, and whether the
    text is a heading of balances ("As of June 30, 2023", or a date alone), and whether it names several
    durations ("three and six months ended"). Months are 0 for the year to date. `named`: the month in which
    a quarter or a half that is named ("2Q31", "H1 2031") ends if years are calendar years.
    """

    dates: tuple[Dated, ...]
    years: tuple[int, ...]
    months: int | None
    weeks: int | None
    span: tuple[Dated, Dated] | None = None
    ended: bool = False
    struck: bool = False
    mixed: bool = False
    named: Dated | None = None

    @property
    def lasting(self) -> bool:
        """Whether a duration is said."""
        return self.months is not None or self.weeks is not None or self.span is not None

    @property
    def period(self) -> tuple[object, ...]:
        """What is said of a period alone: two texts that say the same have the same."""
        return self.dates, self.years, self.months, self.weeks, self.span, self.named

    @property
    def blank(self) -> bool:
        """Whether nothing is said of a period."""
        return not (self.dates or self.years or self.lasting or self.named)


TO_DATE = 0  # months of a period that begins with the fiscal year
NOTHING = Words((), (), None, None)


@lru_cache(maxsize=4096)
def words_of(text: str) -> Words:
    """What a text says of periods.

    >>> words_of("Three Months Ended June 28, 2025").months
    3
    """
    low = " ".join(text.lower().split())
    if not low:
        return NOTHING
    struck = len(low) < 300 and bool(
        _STRUCK.match(low) or ("as of " in low and _STRUCK_WITHIN.search(low))
    )
    if not _OF_TIME.search(low):
        return Words((), (), None, None, struck=struck) if struck else NOTHING
    ended = bool(_ENDED.search(low))
    months, weeks = _duration(low)
    mixed = bool(_MIXED.search(low)) or len(_lengths(low)) > 1
    if not _DIGIT.search(low):
        return Words((), (), months, weeks, None, ended, struck, mixed)
    dates, left, at = [], [], 0
    for found in _DATE.finditer(low):
        dated = _dated(found)
        if dated:
            dates.append(dated)
            left.append(low[at : found.start()])
            at = found.end()
    left.append(low[at:])
    rest = " ".join(left)
    years = tuple(int(year) for year in _YEAR.findall(rest))
    name = _NAMED.search(low)
    if name and not dates:
        return Words((), (), months, weeks, named=_named(name), mixed=mixed)
    return Words(tuple(dates), years, months, weeks, _span(low), ended, struck, mixed)


def ends_in_month(text: str) -> bool:
    """Whether a text ends with the name of a month: its day stands on the next line."""
    return text.lower().split()[-1].rstrip(".") in _MONTH_NUMBER if text.split() else False


def _dated(found: re.Match[str]) -> Dated | None:
    for tail in ("", "2", "3", "4"):
        month, day = found[f"month{tail}"], found[f"day{tail}"]
        if month:
            number = int(month) if month.isdigit() else _MONTH_NUMBER[month.rstrip(".")]
            year = found[f"year{tail}"]
            full = (int(year) + (2000 if len(year) == 2 else 0)) if year else None
            return (
                Dated(number, int(day), full) if 1 <= number <= 12 and 1 <= int(day) <= 31 else None
            )
    return Dated(_MONTH_NUMBER[found["month5"].rstrip(".")], None, int(found["year5"]))


def _span(low: str) -> tuple[Dated, Dated] | None:
    found = _SPAN.search(low)
    if not found:
        return None
    year, year2 = found["year"], found["year2"]
    last = int(year2) if year2 else None
    first = Dated(
        _MONTH_NUMBER[found["month"].rstrip(".")], int(found["day"]), int(year) if year else last
    )
    return first, Dated(_MONTH_NUMBER[found["month2"].rstrip(".")], int(found["day2"]), last)


def _duration(low: str) -> tuple[int | None, int | None]:
    """The months and weeks that are said, the first that is said counting."""
    if not _OF_DURATION.search(low):
        return None, None
    weeks = _WEEKS_LONG.search(low)
    if weeks:
        count = _count(weeks["count"])
        return (None, count) if 4 <= count <= 53 else (None, None)
    months = _MONTHS_LONG.search(low)
    if months and 1 <= _count(months["count"]) <= 24:
        return _count(months["count"]), None
    if months is None and _HALF.search(low):
        return 6, None
    if _TO_DATE.search(low):
        return TO_DATE, None
    quarters = _QUARTERS.search(low)
    if quarters:
        return 3 * _count(quarters["count"]), None
    if _QUARTER.search(low):
        return 3, None
    return (12, None) if _YEARLY.search(low) else (None, None)


def _named(found: re.Match[str]) -> Dated:
    """The month in which a named quarter or half ends, if years are calendar years."""
    quarter, half = found["quarter"] or found["quarter2"], found["half"] or found["half2"]
    month = 3 * int(quarter) if quarter else 6 * int(half)
    year = int(found["year"])
    return Dated(month, None, year + (2000 if year < 100 else 0))


def _lengths(low: str) -> set[int]:
    """The months that a text counts, each number once."""
    if low.count("month") < 2:
        return set()
    return {_count(found["count"]) for found in _MONTHS_LONG.finditer(low)}


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _COUNT[word]
