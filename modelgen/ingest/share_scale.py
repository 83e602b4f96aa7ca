"""The scale of share counts, proven by earnings per share: net income over earnings per share is the
number of shares.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from modelgen.ingest.reading import INCOME, MONEY, PER_SHARE, SHARES, IngestedFigure, ReadTable
from modelgen.ingest.scale import row_scale

_LEAST_PER_SHARE = Decimal("0.05")
_CLOSE = 0.04
_EARNED = re.compile(
    r"\bnet\s+(?:and\s+comprehensive\s+)?\(?(?:income|earnings|loss|profit)\b"
    r"|(?<!gross )(?<!operating )\bprofit\b"
    r"|^\(?(?:income|earnings|loss)\b.*\b(?:attributable|available|applicable|continuing|for\s+the)\b"
)
_BEFORE_TAX = re.compile(r"\bbefore\b.*\btax")


def settle_shares(table: ReadTable) -> ReadTable:
    """The table with its share counts scaled as earnings per share prove, where the words do not say."""
    if table.statement != INCOME:
        return table
    shares = [figure for figure in table.figures if figure.unit == SHARES and not figure.is_nil]
    shifts = [shift for figure in shares if (shift := _shift(figure, table.figures)) is not None]
    if not shifts or len(set(shifts)) > 1 or shifts[0] == 0:
        return table
    shift = shifts[0]
    stated = any(row_scale(figure.label) is not None for figure in shares)
    doubt = (
        "the stated scale of share counts does not agree with earnings per share"
        if stated
        else None
    )
    return replace(
        table,
        rows=tuple(
            replace(row, figures=tuple(_shifted(figure, shift, doubt) for figure in row.figures))
            for row in table.rows
        ),
    )


def _shifted(figure: IngestedFigure, shift: int, doubt: str | None) -> IngestedFigure:
    if figure.unit != SHARES:
        return figure
    if doubt:
        return figure.doubted(doubt)
    factor = Decimal(10) ** shift
    return figure._replace(value=figure.value * factor, precision=figure.precision * factor)


def _shift(figure: IngestedFigure, every: Sequence[IngestedFigure]) -> int | None:
    """By which power of ten a count must be scaled for earnings per share to come out; None if nothing
    tells.
    """
    same = [other for other in every if other.end == figure.end and other.start == figure.start]
    earned = [
        abs(other.value)
        for other in same
        if other.unit == MONEY and other.value and is_earned(other.label)
    ]
    each = [
        abs(other.value)
        for other in same
        if other.unit == PER_SHARE and abs(other.value) >= _LEAST_PER_SHARE
    ]
    votes = set()
    for total in earned:
        for one in each:
            ratio = math.log10(float(total / one / abs(figure.value))) if figure.value else 0.0
            power = 3 * round(ratio / 3)
            if abs(ratio - power) < _CLOSE:
                votes.add(power)
    if 0 in votes:
        return 0
    return votes.pop() if len(votes) == 1 else None


def is_earned(label: str) -> bool:
    """Whether a line is what a company earned after tax, which earnings per share are of.

    >>> is_earned("Net (loss) income"), is_earned("Income before income taxes")
    (True, False)
    """
    low = label.lower()
    return _EARNED.search(low) is not None and _BEFORE_TAX.search(low) is None
