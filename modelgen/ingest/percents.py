"""Percent of a line that a statement prints beside its amounts: each row by what its own amount is of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from modelgen.ingest.reading import MONEY, PERCENT, IngestedFigure
from modelgen.ingest.sentences import as_printed
from modelgen.ingest.statement_line import Period, StatementLine

_ALL = Decimal(1)
_ROUNDED = Decimal("0.500001")
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
    """What the lines of percent are, of those of a statement, by id. The whole is the line that is 100
    percent of itself in every period; lines that are percent of nothing so found are left out.
    """
    printed = [line for line in lines if line.unit == PERCENT]
    amounts = {(line.heading, line.label, line.at): line for line in lines if line.unit == MONEY}
    beside = {line.id: amounts.get((line.heading, line.label, line.at)) for line in printed}
    wholes = [
        amount
        for line in printed
        if (amount := beside[line.id]) and all(v == _ALL for v in line.values.values())
    ]
    for whole in wholes:
        found = {
            line.id: percent
            for line in printed
            if (amount := beside[line.id]) and (percent := _percent(line, amount, whole))
        }
        count = sum(len(line.printed) for line in printed if line.id in found)
        if sum(len(one.off) for one in found.values()) <= count * _MOST_OFF:
            return found
    return {}


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
