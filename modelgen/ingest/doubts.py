"""Doubts that show only when a table has been read: numerals printed otherwise than those around them."""

from collections import Counter
from dataclasses import replace

from modelgen.ingest.reading import MONEY, IngestedFigure, ReadTable

_CENTS = "printed with cents among amounts without: is it per share?"
_SCALED = 1000


def doubted(table: ReadTable) -> ReadTable:
    """The table with doubtful figures marked. An amount of money with cents, where the table's money is in
    thousands or millions and nearly all without, is rather one per share.
    """
    money = [figure for figure in table.figures if figure.unit == MONEY and not figure.is_nil]
    counts = Counter(_decimals(figure) >= 2 for figure in money)
    if counts[True] == 0 or counts[True] > counts[False] / 2:
        return table
    rows = tuple(
        replace(row, figures=tuple(_marked(figure) for figure in row.figures)) for row in table.rows
    )
    return replace(table, rows=rows)


def _marked(figure: IngestedFigure) -> IngestedFigure:
    scaled = figure.precision * 10 ** _decimals(figure) >= _SCALED
    if figure.unit != MONEY or figure.is_nil or _decimals(figure) < 2 or not scaled:
        return figure
    return replace(figure, review="; ".join(filter(None, (figure.review, _CENTS))))


def _decimals(figure: IngestedFigure) -> int:
    digits = figure.printed.rpartition(".")[2] if "." in figure.printed else ""
    return sum(character.isdigit() for character in digits)
