"""Whether what filings print of longer and of shorter periods agrees: nine months are the half and the
quarter after it, whichever filings print them.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from modelgen.ingest.reading import MONEY
from modelgen.ingest.sentences import as_printed
from modelgen.ingest.statement_line import Period, Printed, StatementLine
from modelgen.ingest.years import months_of

_NEAR = timedelta(days=3)
_ROUNDED = Decimal("1.5")  # steps: each of three numbers may be rounded by half of one


def spans_apart(lines: Sequence[StatementLine]) -> Iterator[tuple[Printed, str]]:
    """The figures of a year to date that are not those of the shorter one and of the quarter between, where
    all three are printed; and the sentences.
    """
    for line in lines:
        if line.unit != MONEY or line.instant:
            continue
        by_period = {p.period: p for p in reversed(line.printed)}
        for long in by_period.values():
            parts = _parts(long.period, by_period)
            if parts is None:
                continue
            short, quarter = by_period[parts[0]], by_period[parts[1]]
            figures = long.figure, short.figure, quarter.figure
            apart = figures[0].value - figures[1].value - figures[2].value
            if abs(apart) > _ROUNDED * max(figure.precision for figure in figures):
                yield long, _sentence(line, long, short, quarter)


def _parts(period: Period, printed: dict[Period, Printed]) -> tuple[Period, Period] | None:
    """The year to date that begins on the same day and is a quarter shorter, and that quarter."""
    months = months_of(period)
    if months not in (6, 9, 12):
        return None
    for short in printed:
        if short[0] != period[0] or months_of(short) != months - 3:
            continue
        for quarter in printed:
            begins = short[1] + timedelta(days=1)
            same = quarter[1] == period[1] and months_of(quarter) == 3
            if same and quarter[0] is not None and abs(quarter[0] - begins) <= _NEAR:
                return short, quarter
    return None


def _sentence(line: StatementLine, long: Printed, short: Printed, quarter: Printed) -> str:
    figure = long.figure

    def told(one: Printed) -> str:
        where = f"line {one.figure.line}"
        if one.source != long.source:
            where = f"{one.source}, {where}"
        value = as_printed(one.figure.value, figure)
        return f"{value} of the {months_of(one.period)} months to {one.period[1]} ({where})"

    both = as_printed(short.figure.value + quarter.figure.value, figure)
    return (
        f"{line.label} of {months_of(long.period)} months is {as_printed(figure.value, figure)}, and "
        f"{told(short)} with {told(quarter)} is {both}: one of the three is misprinted, or has been restated"
    )
