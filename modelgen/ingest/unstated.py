"""The scale of a document that states none: worked out from earnings per share, par values and sizes,
marked for review.

Two equations hold whatever the scales: net income is earnings per share times shares, and common stock is
par value times shares issued. They tell how many powers of ten lie between the scales of money and of
counts; how large a count is printed tells its scale: no company has 4,324 shares. A scale of counts that
a label states proves that of money.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from modelgen.ingest.reading import (
    INCOME,
    MONEY,
    OTHER,
    PER_SHARE,
    SHARES,
    IngestedFigure,
    ReadTable,
)
from modelgen.ingest.scale import row_scale
from modelgen.ingest.share_scale import is_earned

_COVER_NEAR = 3  # lines
_FULL_COUNT = re.compile(r"(?<![\d.,$])\d{1,3}(?:,\d{3}){2,}(?![\d.,]*\d)")
_ALIKE = Decimal(2)  # by which counts of a cover and of averages may differ
_WHOLE_COUNT = 20_000_000  # shares printed: more are whole ones, not thousands
_WHOLE_BOTH = 2_000_000  # the same where money has the same scale
_THOUSANDS_COUNT = 20_000  # fewer are millions
_WHOLE_MONEY, _THOUSANDS_MONEY = 10**8, 10**6
_CLOSE = 6 / 100
_PAR = re.compile(
    r"\$\s?(?P<par>\d*\.\d+|\d+(?:\.\d+)?)\s+(?:stated\s+)?par\b|\bpar\s+value\s+(?:of\s+)?\$\s?(?P<par2>\d*\.\d+|\d+)"
)
_COUNT = re.compile(r"(?<![\d.$])\d{1,3}(?:,\d{3})+(?![\d.])|(?<![\d.,$])\d{3}(?:\.\d)?(?![\d,.])")


def told_counts(lines: Sequence[str]) -> tuple[Decimal, ...]:
    """The counts of shares that the opening lines of a document tell in full, as a cover does.

    >>> told_counts(["20,012,345 shares of common stock were outstanding"])
    (Decimal('20012345'),)
    """
    found = []
    for at, line in enumerate(lines):
        near = " ".join(lines[max(0, at - _COVER_NEAR) : at + _COVER_NEAR + 1]).lower()
        if _FULL_COUNT.search(line) and "outstanding" in near:
            found += [Decimal(text.replace(",", "")) for text in _FULL_COUNT.findall(line)]
    return tuple(found)


def with_guessed_scale(
    tables: Sequence[ReadTable], told: Sequence[Decimal] = (), hint: int | None = None
) -> list[ReadTable]:
    """The tables, read with no scale where they state none, at the likeliest one: that of other tables (a
    `hint`, as a power of ten), or by sizes. Every figure that it changes is marked for review, unless it is
    proven: by a stated scale of share counts, or by counts that the document tells in full.
    """
    counted = [
        figure
        for table in tables
        if table.statement == INCOME and not table.scale_words
        for figure in table.figures
        if figure.unit == SHARES and not figure.is_nil
    ]
    stated = next((scale for figure in counted if (scale := _own_scale(figure)) is not None), None)
    apart = _apart([table for table in tables if table.statement == INCOME])
    if stated is not None and apart is not None:
        money, shares, why = stated + apart, stated, None
        if not any(_own_scale(figure) is None for figure in counted):
            return [_scaled(table, money, shares, why) for table in tables]
    whole = stated is None and any(
        count / _ALIKE < figure.value < count * _ALIKE for figure in counted for count in told
    )
    if apart == 0 and (whole or (hint is None and _largest(tables) >= _WHOLE_MONEY)):
        return list(tables)  # printed in full, as earnings per share and the cover confirm
    if hint is not None:
        why = "no scale is stated; that of other tables is taken"
        return [_scaled(table, hint, hint, why) for table in tables]
    if apart is None:
        apart = _by_par(tables)
    money, shares = _likeliest(tables, counted, apart)
    why = f"no scale is stated: {_NAMES[money]} are supposed"
    return [_scaled(table, money, shares, why) for table in tables]


_NAMES = {0: "whole units", 3: "thousands", 6: "millions"}


def _own_scale(figure: IngestedFigure) -> int | None:
    found = row_scale(figure.label)
    return (
        found if found is not None else row_scale(figure.headings[-1]) if figure.headings else None
    )


def _apart(tables: Sequence[ReadTable]) -> int | None:
    """By how many powers of ten the scale of money exceeds that of counts, by earnings per share."""
    votes: Counter[int] = Counter()
    for table in tables:
        groups: dict[object, list[IngestedFigure]] = {}
        for figure in table.figures:
            groups.setdefault((figure.start, figure.end), []).append(figure)
        for group in groups.values():
            earned = [f.value for f in group if f.unit == MONEY and f.value and is_earned(f.label)]
            each = [
                f.value for f in group if f.unit == PER_SHARE and abs(f.value) >= Decimal("0.05")
            ]
            counts = [f.value / _factor(f) for f in group if f.unit == SHARES and f.value]
            for total in earned:
                for one in each:
                    for count in counts:
                        power = _power(abs(one) * count / abs(total))
                        if power is not None:
                            votes[power] += 1
    return votes.most_common(1)[0][0] if votes else None


def _factor(figure: IngestedFigure) -> Decimal:
    return Decimal(10) ** (_own_scale(figure) or 0)


def _power(ratio: Decimal) -> int | None:
    if ratio <= 0:
        return None
    exact = math.log10(float(ratio))
    power = 3 * round(exact / 3)
    return power if abs(exact - power) < _CLOSE and -6 <= power <= 6 else None


def _by_par(tables: Sequence[ReadTable]) -> int | None:
    """The same by par value times shares issued."""
    votes: Counter[int] = Counter()
    for table in tables:
        for figure in table.figures:
            par = (
                _PAR.search(figure.label)
                if figure.unit == MONEY and abs(figure.value) >= 3
                else None
            )
            if par:
                value = Decimal(par["par"] or par["par2"])
                for text in _COUNT.findall(figure.label):
                    power = _power(value * Decimal(text.replace(",", "")) / abs(figure.value))
                    if power is not None and power >= 0:
                        votes[power] += 1
    return votes.most_common(1)[0][0] if votes else None


def _largest(tables: Sequence[ReadTable]) -> Decimal:
    """The largest amount of money that a statement prints."""
    return max(
        (
            abs(figure.value)
            for table in tables
            if table.statement != OTHER
            for figure in table.figures
            if figure.unit == MONEY
        ),
        default=Decimal(0),
    )


def _likeliest(
    tables: Sequence[ReadTable], counted: Sequence[IngestedFigure], apart: int | None
) -> tuple[int, int]:
    """The scales of money and of counts that are likeliest by size."""
    largest = _largest(tables)
    by_size = 0 if largest >= _WHOLE_MONEY else 3 if largest >= _THOUSANDS_MONEY else 6
    counts = [abs(figure.value) for figure in counted]
    counts = counts or [
        Decimal(text.replace(",", ""))
        for table in tables
        for figure in table.figures
        if _PAR.search(figure.label)
        for text in _COUNT.findall(figure.label)
    ]
    if not counts:
        return by_size, by_size
    count = max(counts)
    shares = (
        0
        if count >= (_WHOLE_BOTH if apart == 0 else _WHOLE_COUNT)
        else 3
        if count >= _THOUSANDS_COUNT
        else 6
    )
    if apart is None:
        return by_size, shares
    money = min(max(shares + apart, 0), 6)
    return money, shares


def _scaled(table: ReadTable, money: int, shares: int, why: str | None) -> ReadTable:
    if table.scale_words:
        return table
    rows = []
    for row in table.rows:
        figures = []
        for figure in row.figures:
            power = money if figure.unit == MONEY else shares
            if figure.unit not in (MONEY, SHARES) or _own_scale(figure) is not None:
                figures.append(figure)
                continue
            factor = Decimal(10) ** power
            figures.append(
                figure.doubted(why)._replace(
                    value=figure.value * factor, precision=figure.precision * factor
                )
            )
        rows.append(replace(row, figures=tuple(figures)))
    return replace(table, rows=tuple(rows))
