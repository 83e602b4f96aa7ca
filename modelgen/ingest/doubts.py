"""Doubts that show only when a table has been read: numerals printed otherwise than those around them."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from modelgen.ingest.frame import THREE
from modelgen.ingest.numerals import decimals_of
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
    money = [_money(table) for table in tables]
    counts = [Counter(map(_with_cents, figures)) for figures in money]
    every = Counter[bool]()
    for table, count in zip(tables, counts, strict=True):
        if table.statement in THREE:
            every += count
    return [
        _doubted(table, figures, count, every)
        if count[True] or any(abs(figure.value) >= _LARGEST for figure in figures)
        else table
        for table, figures, count in zip(tables, money, counts, strict=True)
    ]


def _doubted(
    table: ReadTable, money: Sequence[IngestedFigure], counts: Counter[bool], every: Counter[bool]
) -> ReadTable:
    many = counts[True] > counts[False] / 2 and not _all_small(money)
    if table.statement in THREE:
        many = many and every[True] > every[False] / 2
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


def _money(table: ReadTable) -> list[IngestedFigure]:
    """The printed amounts of money."""
    return [
        figure
        for row in table.rows
        for figure in row.figures
        if figure.unit == MONEY and not figure.is_nil
    ]


def _with_cents(figure: IngestedFigure) -> bool:
    return "." in figure.printed and decimals_of(figure.printed) >= 2


def _all_small(money: Sequence[IngestedFigure]) -> bool:
    """Whether all amounts of money are printed with cents and are few units: rather amounts a share."""
    return all(
        decimals_of(figure.printed) == 2 and abs(figure.value) < _FEW * 100 * figure.precision
        for figure in money
    )


def _marked(figure: IngestedFigure, cents: bool) -> IngestedFigure:
    if figure.unit != MONEY or figure.is_nil:
        return figure
    if abs(figure.value) >= _LARGEST:
        return figure.doubted(_TOO_LARGE)
    if not cents or decimals_of(figure.printed) < 2:
        return figure
    scaled = figure.precision * 10 ** decimals_of(figure.printed) >= _SCALED
    if not scaled:
        return figure
    return figure.doubted(_CENTS)
