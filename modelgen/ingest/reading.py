"""What a document says, as read: figures with their meaning, the tables that they stand in, what is
doubtful.

Plain data between the rooms: `meaning` makes it from a Document, footing adds to it, and a deal is
written from it.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

_DIGIT = re.compile(r"\d")

INCOME, BALANCE, CASH = "income", "balance", "cash"
COMPREHENSIVE, EQUITY, OTHER = "comprehensive", "equity", "other"
STATEMENT_WORDS = {
    INCOME: "income statement",
    BALANCE: "balance sheet",
    CASH: "statement of cash flows",
}

MONEY, PER_SHARE, SHARES, PERCENT, NUMBER = "money", "per share", "shares", "percent", "number"


COMPARES = "the column compares two periods"
"""Why a figure has no period of its own: it is a change, or a part of another."""


class IngestedFigure(NamedTuple):
    """A printed numeral and what it means.

    table, row, cell: its place in an HTML original, from 1; None in text. line: of the document's
    numbered text. statement: one of INCOME to OTHER. headings: those that stand above the row, outermost
    first. printed: as it stands, with currency, parentheses and dash. value: in whole units (a
    percentage: 0.05 for 5%), with the sign as printed; 0 for a dash. unit: one of MONEY to NUMBER.
    precision: what one step of the last printed digit is worth, in the value's unit. start, end: first
    and last day; start None: an instant; end None: no period was found. review: why a person should look,
    None if nothing is doubtful. column: the index of its period among the columns of its table, from 0.
    concept: of an inline XBRL tag, where there is one.
    """

    table: int | None
    row: int | None
    cell: int | None
    line: int
    statement: str
    label: str
    headings: tuple[str, ...]
    printed: str
    value: Decimal
    unit: str
    precision: Decimal
    start: date | None
    end: date | None
    review: str | None = None
    column: int = 0
    concept: str | None = None

    @property
    def is_nil(self) -> bool:
        """Whether a dash is printed, not a numeral."""
        return not self.value and _DIGIT.search(self.printed) is None

    @property
    def compares(self) -> bool:
        """Whether it stands in a column that compares two periods, and nothing else is doubtful."""
        return self.review == COMPARES

    def doubted(self, why: str | None) -> "IngestedFigure":
        """The figure with one reason more to look at it, if there is one."""
        return self._replace(review="; ".join(filter(None, (self.review, why))) or None)

    def report(self) -> dict[str, Any]:
        """The figure as JSON has it."""
        return {
            "table": self.table,
            "row": self.row,
            "cell": self.cell,
            "line": self.line,
            "statement": self.statement,
            "label": self.label,
            "headings": list(self.headings),
            "printed": self.printed,
            "value": _number(self.value),
            "unit": self.unit,
            "precision": _number(self.precision),
            "start": _day(self.start),
            "end": _day(self.end),
            "review": self.review,
        }


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """A column of periods: its first day (None: an instant, or none found) and last day, and the words
    above it.

    In a statement of cash flows the column has the period; a balance of cash in it has the instant as its
    own.
    """

    start: date | None
    end: date | None
    words: str


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row of a table: label, the headings above it, its line in the numbered text, how far it is set in
    (comparable within the table), and its figures from left to right. Without figures it is a heading.
    """

    label: str
    headings: tuple[str, ...]
    line: int
    indent: float
    figures: tuple[IngestedFigure, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A table that holds figures: its number, statement, title, the words of its scale and currency as
    found, its columns of periods and its rows, headings among them. A statement cut by a page is one
    table: `parts` are the numbers of the tables that it was printed in.
    """

    number: int
    statement: str
    title: str
    scale_words: str
    currency: str
    columns: tuple[ReadColumn, ...]
    rows: tuple[ReadRow, ...]
    parts: tuple[int, ...] = ()

    @property
    def figures(self) -> tuple[IngestedFigure, ...]:
        """The figures of all rows, in reading order."""
        return tuple(figure for row in self.rows for figure in row.figures)

    def report(self) -> dict[str, Any]:
        """The table as JSON has it."""
        return {
            "table": self.number,
            "statement": self.statement,
            "title": self.title,
            "scale": self.scale_words,
            "currency": self.currency,
            "columns": [
                {
                    "start": _day(column.start),
                    "end": _day(column.end),
                    "words": column.words,
                }
                for column in self.columns
            ],
            "rows": len(self.rows),
            "line": self.rows[0].line if self.rows else None,
        }


@dataclass(frozen=True, slots=True)
class SourceAnomaly:
    """A place where the document disagrees with itself: the line of its text, what is printed, and the
    reason.
    """

    line: int
    printed: str
    reason: str

    def report(self) -> dict[str, Any]:
        """The anomaly as JSON has it."""
        return {"line": self.line, "printed": self.printed, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read of a document: its tables with figures, all figures in reading order, what foots
    (filled by footing, which sets `footed`; data for JSON), anomalies, and the currency (a symbol or a
    code, "" if none is printed).
    """

    document: str
    tables: tuple[ReadTable, ...]
    figures: tuple[IngestedFigure, ...]
    footing: tuple[dict[str, Any], ...] = ()
    anomalies: tuple[SourceAnomaly, ...] = ()
    currency: str = ""
    notes: tuple[str, ...] = ()
    footed: bool = False

    @property
    def to_review(self) -> tuple[IngestedFigure, ...]:
        """The figures that a person should look at."""
        return tuple(f for f in self.figures if f.review and not f.compares)

    @property
    def doubtful(self) -> bool:
        """Whether something needs review: a figure, an anomaly, a part that could not be read."""
        return bool(self.to_review or self.anomalies or self.notes)

    def statement(self, name: str) -> ReadTable | None:
        """The first table that is such a statement, None if there is none."""
        return next((table for table in self.tables if table.statement == name), None)

    def report(self) -> dict[str, Any]:
        """The reading as `modelgen ingest --json` prints it: numerals only, a dash is not one."""
        return {
            "tables": [table.report() for table in self.tables],
            "figures": [figure.report() for figure in self.figures if not figure.is_nil],
            "footing": list(self.footing),
            "anomalies": [anomaly.report() for anomaly in self.anomalies],
            "notes": list(self.notes),
        }


@lru_cache(maxsize=4096)
def _number(value: Decimal) -> float | int:
    whole = int(value)
    return whole if whole == value else float(value)


@lru_cache(maxsize=256)
def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
