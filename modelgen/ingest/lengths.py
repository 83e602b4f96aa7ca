"""Whether the statements of income and of cash flows are of the same periods: a year to date that the one
prints of nine months, and the other of six; and a statement of which the model has no column at all.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from modelgen.ingest.reading import CASH, INCOME, STATEMENT_WORDS
from modelgen.ingest.statement_line import Period, Printed, StatementLine
from modelgen.ingest.sums import line_number
from modelgen.ingest.years import Years, months_of

_QUARTER = 3  # months


def lengths_apart(lines: Sequence[StatementLine]) -> Iterator[tuple[Printed, str]]:
    """The first figure of a statement of cash flows none of whose periods the income statement has, though it
    has longer ones than quarters to the same day; and the sentence.
    """
    income = [line for line in lines if line.statement == INCOME]
    flows = [line for line in lines if line.statement == CASH and not line.instant]
    own, others = _months(flows), _months(income)
    if not own or not others or own & others:
        return
    last = max(day for _, day in own)
    mine = sorted(months for months, day in own if day == last)
    its = sorted(months for months, day in others if day == last)
    if not its or max(its) <= _QUARTER:
        return
    printed = flows[0].printed[0]
    yield (
        printed,
        f"The statement of cash flows is of {_counted(mine)} months to {last}, and the income statement "
        f"(line {line_number(income[0])}) of {_counted(its)}: the words above one of the two are misread or "
        "misprinted",
    )


def _months(lines: Iterable[StatementLine]) -> set[tuple[int, date]]:
    """The periods of some lines, as months and last day."""
    periods = {p.period for line in lines for p in line.printed if p.period[0] is not None}
    return {(months_of(period), period[1]) for period in periods}


def _counted(numbers: Sequence[int]) -> str:
    """Numbers in words: 3 and 9."""
    told = [str(number) for number in dict.fromkeys(numbers)]
    return " and ".join(filter(None, (", ".join(told[:-1]), told[-1])))


def unused(lines: Sequence[StatementLine], unplaced: Sequence[Printed], years: Years) -> list[str]:
    """A sentence about each statement of flows of which the model has no column, and so no figure."""
    left = {id(printed) for printed in unplaced}
    found = []
    for statement in (INCOME, CASH):
        flows = [line for line in lines if line.statement == statement and not line.instant]
        printed = [p for line in flows for p in line.printed]
        if not printed or any(id(p) not in left for p in printed):
            continue
        periods = sorted({p.period for p in printed}, key=lambda period: period[1], reverse=True)
        columns = f"{years.step}s" + " and the year to date" * years.to_date
        found.append(
            f"No figure of the {STATEMENT_WORDS[statement]} is used: it is of {_told(periods)}, and the "
            f"columns of the model are {columns}. Where the words above it are misprinted, correct a copy of "
            "the document and ingest that"
        )
    return found


def _told(periods: Sequence[Period]) -> str:
    """Periods in words: 6 months to 2025-09-30."""
    return " and ".join(f"{months_of(period)} months to {period[1]}" for period in periods)
