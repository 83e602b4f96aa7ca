"""Doubts that show only when a table has been read: numerals printed otherwise than those around them."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from modelgen.ingest.frame import THREE
from modelgen.ingest.reading import MONEY, IngestedFigure, ReadTable

_CENTS = "printed with cents among amounts without: is it per share?"
_TOO_LARGE = "larger than any company's amounts: is the scale right?"
_LARGEST = Decimal(10) ** 15
_FEW = 100  # printed units
_SCALED = 1000
_EACH = re.compile(r"\b(?:basic|diluted)\b", re.IGNORECASE)  # of earnings a share


def doubted(tables: Sequence[ReadTable]) -> list[ReadTable]:
    """The tables with doubtful figures marked. An amount of money with cents, where money is in thousands or
    millions and nearly all of its table, or of the statements, is without, is rather one per share. An amount
    larger than any company's has a wrong scale.
    """
    every = Counter[bool]()
    for table in tables:
        if table.statement in THREE:
            every += _counts(table)
    return [_doubted(table, every) for table in tables]


def _doubted(table: ReadTable, every: Counter[bool]) -> ReadTable:
    counts = _counts(table)
    many = counts[True] > counts[False] / 2 and not _all_small(table)
    if table.statement in THREE:
        many = many and every[True] > every[False] / 2
    if (many or not counts[True]) and all(abs(f.value) < _LARGEST for f in table.figures):
        each = any(_EACH.search(row.label) for row in table.rows) if counts[True] else False
        if not each:
            return table
    rows = tuple(
        replace(
            row,
            figures=tuple(
                _marked(figure, not many or bool(_EACH.search(row.label))) for figure in row.figures
            ),
        )
        for row in table.rows
    )
    return replace(table, rows=rows)


def _all_small(table: ReadTable) -> bool:
    """Whether all amounts of money are printed with cents and are few units: rather amounts a share."""
    money = [figure for figure in table.figures if figure.unit == MONEY and not figure.is_nil]
    return all(
        _decimals(figure) == 2 and abs(figure.value) < _FEW * 100 * figure.precision
        for figure in money
    )


def _counts(table: ReadTable) -> Counter[bool]:
    """How many amounts of money are printed with cents, and how many without."""
    return Counter(
        _decimals(figure) >= 2
        for figure in table.figures
        if figure.unit == MONEY and not figure.is_nil
    )


def _marked(figure: IngestedFigure, cents: bool) -> IngestedFigure:
    if figure.unit != MONEY or figure.is_nil:
        return figure
    if abs(figure.value) >= _LARGEST:
        return figure.doubted(_TOO_LARGE)
    if not cents or _decimals(figure) < 2:
        return figure
    scaled = figure.precision * 10 ** _decimals(figure) >= _SCALED
    if not scaled:
        return figure
    return figure.doubted(_CENTS)


def _decimals(figure: IngestedFigure) -> int:
    _, point, digits = figure.printed.rpartition(".")
    return sum(character.isdigit() for character in digits) if point else 0
