"""Numbers and lines as the sentences about a document have them: in the scale and with the decimals that it
prints.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from modelgen.ingest.numerals import decimals_of
from modelgen.ingest.reading import IngestedFigure

Period = tuple[date | None, date]

_DAYS_A_MONTH = 30.4375
_MOST_NAMED = 4  # lines, or runs of lines


def scale_of(figure: IngestedFigure) -> Decimal:
    """What one printed unit is worth: the precision, and the decimals that are printed."""
    return figure.precision.scaleb(decimals_of(figure.printed))


def as_printed(value: Decimal, like: IngestedFigure) -> str:
    """A value as the document would print it beside a figure; what is negative with a minus.

    Example: 100,000,000 beside "3,401" in millions is "100".
    """
    return f"{value / scale_of(like):,.{decimals_of(like.printed)}f}"


def of_period(period: Period) -> str:
    """A period in words.

    >>> of_period((date(2025, 1, 1), date(2025, 9, 30))), of_period((None, date(2025, 9, 30)))
    ('of the 9 months to 2025-09-30', 'of the day 2025-09-30')
    """
    start, end = period
    if start is None:
        return f"of the day {end}"
    months = round(((end - start).days + 1) / _DAYS_A_MONTH)
    return f"of the {months} months to {end}" if months > 1 else f"of {start} to {end}"


def counted(count: int, noun: str) -> str:
    """A count with its noun.

    >>> counted(1, "figure"), counted(1_200, "figure")
    ('1 figure', '1,200 figures')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def at_lines(numbers: Sequence[int]) -> str:
    """Some lines of the text, in words: all of them, or how many from the first to the last.

    >>> at_lines([27, 25, 26]), at_lines([4]), at_lines([4, 9])
    ('lines 25 to 27', 'line 4', 'lines 4 and 9')
    >>> at_lines([4, 6, 7, 8]), at_lines([1, 3, 5, 7, 9])
    ('lines 4 and 6 to 8', '5 of the lines 1 to 9')
    """
    ordered = sorted(set(numbers))
    runs: list[list[int]] = []
    for number in ordered:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    # Two that follow on are named both.
    told = [
        text
        for run in runs
        for text in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(one) for one in run])
    ]
    if len(told) > _MOST_NAMED:
        return f"{len(ordered)} of the lines {ordered[0]} to {ordered[-1]}"
    if len(ordered) == 1:
        return f"line {ordered[0]}"
    return f"lines {', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else f"lines {told[0]}"
