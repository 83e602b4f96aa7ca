"""Percents that a statement prints: a column of what each amount is of sales, or a margin on its own line."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from modelgen.ingest.reading import MONEY, PERCENT, IngestedFigure
from modelgen.ingest.rules import BEFORE, SALES
from modelgen.ingest.sentences import as_printed
from modelgen.ingest.statement_line import Period, StatementLine

_ALL = Decimal(1)
_ROUNDED = Decimal("0.500001")
_TELLING = 2  # figures, not alike, by which a line is told to be of two others
_MOST_OFF = Decimal(
    "0.2"
)  # of all figures in percent: beyond that they are percent of something else


@dataclass(frozen=True)
class Percent:
    """A line of percent: the line whose amounts it is of, the line that they are parts of, and sentences
    about the figures that are not so, by period. `exact`: whether it gives each figure to its last digit; a
    document may have worked them out from amounts before these were rounded.
    """

    amount: StatementLine
    whole: StatementLine
    exact: bool
    off: tuple[tuple[Period, str], ...] = ()


def percents(lines: Sequence[StatementLine]) -> dict[str, Percent]:
    """What the lines of percent are, of those of a statement, by id. Of a column, the whole is the line that
    is 100 percent of itself in every period; lines that are percent of nothing so found are left out.
    """
    printed = [line for line in lines if line.unit == PERCENT]
    amounts = {(line.heading, line.label, line.at): line for line in lines if line.unit == MONEY}
    beside = {line.id: amounts.get((line.heading, line.label, line.at)) for line in printed}
    wholes = [
        amount
        for line in printed
        if (amount := beside[line.id]) and all(v == _ALL for v in line.values.values())
    ]
    found = {line.id: margin for line in printed if (margin := _margin(line, lines)) is not None}
    for whole in wholes:
        columns = {
            line.id: percent
            for line in printed
            if (amount := beside[line.id]) and (percent := _percent(line, amount, whole))
        }
        count = sum(len(line.printed) for line in printed if line.id in columns)
        if sum(len(one.off) for one in columns.values()) <= count * _MOST_OFF:
            return found | columns
    return found


def _margin(line: StatementLine, lines: Sequence[StatementLine]) -> Percent | None:
    """A line of its own that is, to its last digit, an amount of sales or of income before tax, such as a
    margin or a rate of tax; None if none is, or one figure alone could be it by chance.
    """
    money = [one for one in lines if one.unit == MONEY]
    wholes = [one for one in money if SALES.search(one.label) or BEFORE.search(one.label)]
    if len({p.figure.value for p in line.printed if p.figure.value}) < _TELLING:
        return None
    tried = (_percent(line, amount, whole) for whole in wholes for amount in money)
    return next((one for one in tried if one and one.exact and one.amount is not one.whole), None)


def _percent(line: StatementLine, amount: StatementLine, whole: StatementLine) -> Percent | None:
    """The line as percent of the whole; None if all of it is something else."""
    off: list[tuple[Period, str]] = []
    exact = True
    for printed in line.printed:
        period, figure = printed.period, printed.figure
        of, value = _figure(whole, period), _figure(amount, period)
        if of is None or value is None or not of.value:
            return None
        part = value.value / of.value
        apart = abs(figure.value - part)
        exact &= apart <= figure.precision * _ROUNDED
        # Amounts are rounded, too; and so that a column adds up, a percent may be one more or less.
        rounded = (value.precision + abs(part) * of.precision) / abs(of.value) * _ROUNDED
        if apart > figure.precision + rounded:
            off.append((period, _is_not(line, figure, part, whole)))
    if len(off) == len(line.printed) > 1:
        return None
    return Percent(amount, whole, exact, tuple(off))


def _figure(line: StatementLine, period: Period) -> IngestedFigure | None:
    return next((p.figure for p in line.printed if p.period == period), None)


def _is_not(
    line: StatementLine, figure: IngestedFigure, part: Decimal, whole: StatementLine
) -> str:
    """The sentence about a percent that its amount does not give."""
    return (
        f"{line.label} is {as_printed(figure.value, figure)} percent of {whole.label}, and by the amounts "
        f"it is {as_printed(part, figure)}: one of them is misprinted"
    )
