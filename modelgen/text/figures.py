"""Reads the CSV tables of a deal's figures and of the numerals excluded from them."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from modelgen.fiscal import CALENDAR_YEAR, BadPeriodError, Fiscal, Span
from modelgen.problem import ModelError, Place, Problem
from modelgen.text.citation import Citation, typed_citation
from modelgen.text.figure_text import AssumedText, ExcludedText, FigureText
from modelgen.text.local_forms import local_forms
from modelgen.text.printed import (
    BadValueError,
    is_percentage,
    looks_like_date,
    printed_date,
    printed_number,
)
from modelgen.text.tables import Row, read_table

FEEDS, TIES, ASSUMED = "feeds and ties", "ties", "assumed"
ROLES = (FEEDS, TIES)
NEEDED = {
    "line": "the line or input that it ties to",
    "printed": "the number or date as printed",
    "at": "the citation: source:place; blank for an assumed value",
}
OPTIONAL = {
    "period": "the period, by its name or its last day; blank for what has one value",
    "unit": "id or label of a unit; blank for the line's own",
    "role": f"{FEEDS}, {TIES} or {ASSUMED}; blank for what follows from the line",
    "sign": "-1 where the source prints the opposite of the line",
    "precision": "what the last printed digit is worth; blank for the last digit",
    "basis": "the reason for an assumed value",
}
"""The columns of a table of figures, with what they hold."""


@dataclass(frozen=True)
class FigureTable:
    """The published figures of a table, and its assumed actual values, which no source gives."""

    figures: tuple[FigureText, ...] = ()
    assumed: tuple[AssumedText, ...] = ()


def read_figures(path: Path, fiscal: Fiscal = CALENDAR_YEAR) -> FigureTable:
    """The figures of a CSV table. Ids are made from source, place and order there (release.190.1); a row
    whose role is "assumed" is not a figure but a leaf's actual value with its basis. Periods are named as in
    the fiscal year; columns named by periods, as a document prints them side by side, may stand instead of
    the columns `period` and `printed`.

    Raises ModelError: a row without line item or citation; an invalid number, date or role.
    """
    rows = _one_figure_each(_table(path, fiscal), fiscal)
    problems, refused = local_forms(rows, ["period"], ["printed", "precision"])
    figures: list[FigureText] = []
    assumed: list[AssumedText] = []
    for row in rows:
        found = _Cells(row, problems, refused, fiscal)
        if row.cells.get("role") == ASSUMED:
            assumed += found.assumed()
            continue
        at = found.at()
        value, precision = found.number()
        period = found.period()
        figure = {
            "line": found.needed("line", "the figure names no line item to tie to"),
            "period": period and period.last,
            "first": period and period.first,
            "printed": found.needed("printed", "the figure has no printed value"),
            "value": value,
            "unit": row.cells.get("unit", ""),
            "sign": found.sign(),
            "precision": precision,
            "at": at,
            "feeds": found.feeds(),
            "place": row.place,
            "percent": is_percentage(row.cells["printed"]),
        }
        figures.append(FigureText(id="", **figure))  # type: ignore[arg-type]
    if problems:
        raise ModelError(problems)
    return FigureTable(numbered(figures), tuple(assumed))


def _table(path: Path, fiscal: Fiscal) -> list[Row]:
    """The rows of the table, with columns named by periods where it has any."""
    first = [name for name in NEEDED if name != "printed"]
    return read_table(
        path, [*first, "printed"], [*OPTIONAL], lambda name: _names_period(name, fiscal)
    )


def _names_period(name: str, fiscal: Fiscal) -> bool:
    try:
        fiscal.parse(name)
    except BadPeriodError:
        return False
    return True


def _one_figure_each(rows: Sequence[Row], fiscal: Fiscal) -> list[Row]:
    """The rows with one figure each: a row with columns by period gives one for each that is filled."""
    found: list[Row] = []
    columns = rows[0].cells if rows else ()
    periods = [name for name in columns if _names_period(name, fiscal)]
    for row in rows:
        filled = [name for name in periods if row.cells[name]]
        if row.cells.get("printed") or not filled:
            found.append(replace(row, cells={"printed": "", **row.cells}))
        for name in filled:
            cells = {**row.cells, "period": name, "printed": row.cells[name]}
            places = {**row.places, "printed": row.at(name)}
            found.append(replace(row, cells=cells, places=places))
    return found


def joined(tables: Iterable[FigureTable | None]) -> FigureTable:
    """The tables as one, in their order; None is a table that could not be read."""
    read = [table for table in tables if table is not None]
    return FigureTable(
        numbered(figure for table in read for figure in table.figures),
        tuple(assumed for table in read for assumed in table.assumed),
    )


def numbered(figures: Iterable[FigureText]) -> tuple[FigureText, ...]:
    """The figures with their ids: source, place and order at that place (release.190.1)."""
    counts: Counter[str] = Counter()
    found = []
    for figure in figures:
        key = figure.at.id
        counts[key] += 1
        found.append(figure.model_copy(update={"id": f"{key}.{counts[key]}"}))
    return tuple(found)


class _Cells:
    """Reads the cells of one row and notes what is wrong with each."""

    def __init__(
        self,
        row: Row,
        problems: list[Problem],
        refused: Collection[Place] = (),
        fiscal: Fiscal = CALENDAR_YEAR,
    ) -> None:
        self.row, self.problems, self.refused, self.fiscal = row, problems, refused, fiscal

    def note(self, column: str, message: str, hint: str = "") -> None:
        place = self.row.at(column) if self.row.cells.get(column) else self.row.place
        self.problems.append(Problem(message, place, hint))

    def needed(self, column: str, message: str) -> str:
        text = self.row.cells.get(column, "")
        if not text:
            self.note(column, message)
        return text

    def at(self) -> Citation:
        text = self.row.cells["at"]
        try:
            return typed_citation(text)
        except BadValueError as error:
            message = str(error) if text else "the row cites no source and place"
            self.note("at", message, "for example release:190")
            return Citation("", "")

    def assumed(self) -> list[AssumedText]:
        """The assumed value of the row; None, with the problems noted, if it is not valid."""
        before = len(self.problems)
        period = self.period()
        value = {
            "line": self.needed("line", "the assumed value names no leaf"),
            "period": period and period.last,
            "first": period and period.first,
            "value": self.sign() * self.number()[0],
            "unit": self.row.cells.get("unit", ""),
            "basis": self.needed(
                "basis", "the assumed value has no basis: say why it has this value"
            ),
            "place": self.row.place,
            "percent": is_percentage(self.row.cells["printed"]),
        }
        self.needed("period", "the assumed value names no period")
        self.needed("printed", "the row has no value in the column 'printed'")
        if self.row.cells["at"]:
            self.note("at", "an assumed value has no source: leave 'at' blank")
        return [] if len(self.problems) > before else [AssumedText(**value)]  # type: ignore[arg-type]

    def number(self) -> tuple[float, float]:
        """The value and its precision; a date is exact and has precision zero."""
        text = self.row.cells["printed"]
        if not text or {self.row.at("printed"), self.row.at("precision")} & set(self.refused):
            return 0.0, 0.0
        try:
            if looks_like_date(text):
                return float(printed_date(text)), 0.0
            number, last_digit = printed_number(text)
            given = self.row.cells.get("precision", "")
            precision = float(printed_number(given)[0] if given else last_digit)
            if not precision > 0:
                self.note("precision", f"a precision must be above zero, not '{given}'")
            if not (math.isfinite(float(number)) and math.isfinite(precision)):
                raise BadValueError("the number is too large")
            return float(number), precision
        except BadValueError as error:
            self.note("printed", str(error))
            return 0.0, 0.0

    def sign(self) -> int:
        text = self.row.cells.get("sign", "")
        if text not in ("", "1", "-1"):
            self.note("sign", f"a sign must be 1 or -1, not '{text}'")
        return -1 if text == "-1" else 1

    def feeds(self) -> bool | None:
        """Whether the figure feeds its line; None if the row leaves that open."""
        text = self.row.cells.get("role", "")
        if text not in ("", *ROLES):
            self.note("role", f"'{text}' is not a role: {', '.join(map(repr, (*ROLES, ASSUMED)))}")
        return text == FEEDS if text else None

    def period(self) -> Span | None:
        text = self.row.cells.get("period", "")
        if not text or self.row.at("period") in self.refused:
            return None
        try:
            return self.fiscal.parse(text)
        except BadPeriodError as error:
            self.note("period", str(error))
            return None


def read_excluded(path: Path) -> list[ExcludedText]:
    """The numerals that are not figures, each with its reason. Raises ModelError."""
    problems: list[Problem] = []
    found: list[ExcludedText] = []
    for row in read_table(path, ["printed", "at", "reason"]):
        cells = _Cells(row, problems)
        at = cells.at()
        printed = cells.needed("printed", "the row has no printed numeral")
        reason = cells.needed("reason", "the row gives no reason")
        found.append(ExcludedText(printed=printed, at=at, reason=reason, place=row.place))
    if problems:
        raise ModelError(problems)
    return found
