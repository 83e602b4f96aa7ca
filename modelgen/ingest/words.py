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
    rf"|(?P<day2>\d{{1,2}})\s+(?P<month2>{_MONTH}),?\s*(?P<year2>(?:19|20)\d\d)?"
    r"|(?P<month3>\d{1,2})/(?P<day3>\d{1,2})/(?P<year3>(?:19|20)?\d\d)\b"
    r"|(?P<year4>(?:19|20)\d\d)-(?P<month4>\d\d)-(?P<day4>\d\d)\b"
    rf"|(?P<month5>{_MONTH})\s*,?\s*(?P<year5>(?:19|20)\d\d)\b"
)
_YEAR = re.compile(r"(?<![\d/,.$-])(?:19|20)\d\d(?![\d/]|,\d|\.\d)")
_MONTHS_LONG = re.compile(rf"(?<!than )(?<!over )\b(?P<count>{_NUMBER})[\s-]+months?\b(?!\s+or\b)")
_WEEKS_LONG = re.compile(rf"\b(?P<count>{_NUMBER})(?:\s*\(\d+\))?[\s-]+weeks?\b")
_HALF = re.compile(r"\b(?:first|second)[\s-]+half\b|\bhalf[\s-]+year\b|\bsix[\s-]months?\b")
_QUARTERS = re.compile(r"\b(?:first|last)\s+(?P<count>two|three|four)\s+(?:fiscal\s+)?quarters\b")
_QUARTER = re.compile(r"\bquarter(?:s|ly)?\b|\bq[1-4]\b|\b[1-4]q\b|\bqtr\b")
_YEARLY = re.compile(
    r"\b(?:fiscal\s+)?(?:full[\s-]+)?years?[\s-]+ended\b|\bfor\s+the\s+(?:fiscal\s+)?years?\b|\btwelve\s+months\b"
    r"|\bfull[\s-]year\b|\bfiscal\s+years?\b|\byears?\s+ending\b"
)
_SPAN = re.compile(
    rf"(?P<month>{_MONTH})\s*(?P<day>\d{{1,2}})\s*,?\s*(?P<year>(?:19|20)\d\d)?\s*(?:to|through|-|–|—)\s*"
    rf"(?P<month2>{_MONTH})\s*(?P<day2>\d{{1,2}})\s*,?\s*(?P<year2>(?:19|20)\d\d)?"
)
_STRUCK = re.compile(
    rf"^\(?(?:as\s+(?:of|at)|at|on)\b|^\(?(?:{_MONTH})\s*\d|\bas\s+of\s+{_MONTH}\s*\d"
)
_TO_DATE = re.compile(r"\byear[\s-]+to[\s-]+date\b|\bytd\b")
_MIXED = re.compile(
    rf"\b{_NUMBER}(?:[\s-]+(?:months?|weeks?))?\s*(?:,|and|&|/)\s*{_NUMBER}[\s-]+(?:months?|weeks?)\b"
)
_ENDED = re.compile(r"\bend(?:ed|ing)\b")


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
    durations ("three and six months ended"). Months are 0 for the year to date.
    """

    dates: tuple[Dated, ...]
    years: tuple[int, ...]
    months: int | None
    weeks: int | None
    span: tuple[Dated, Dated] | None = None
    ended: bool = False
    struck: bool = False
    mixed: bool = False

    @property
    def lasting(self) -> bool:
        """Whether a duration is said."""
        return self.months is not None or self.weeks is not None or self.span is not None

    @property
    def blank(self) -> bool:
        """Whether nothing is said of a period."""
        return not (self.dates or self.years or self.lasting)


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
    months, weeks = _duration(low)
    ended, struck = bool(_ENDED.search(low)), len(low) < 300 and bool(_STRUCK.search(low))
    return Words(
        tuple(dates), years, months, weeks, _span(low), ended, struck, bool(_MIXED.search(low))
    )


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


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _COUNT[word]
