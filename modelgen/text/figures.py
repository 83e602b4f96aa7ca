"""The ledger of a deal's figures, and the numerals beside them, as their CSV tables say."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from modelgen.problem import ModelError, Problem
from modelgen.text.printed import BadValueError, printed_date, printed_number
from modelgen.text.schema import AssumedText, ExcludedText, FigureText
from modelgen.text.tables import Row, read_table

_AT = re.compile(r"^([a-z][a-z0-9_]*):(\d+)$")
ROLES = ("feeds and ties", "ties")
ASSUMED = "assumed"


def parse_at(text: str) -> tuple[str, int]:
    """The source and line of "release:190". Raises BadValueError."""
    found = _AT.match(text)
    if not found:
        raise BadValueError(
            f"'{text}' names no source and line" if text else "the figure has no source and line"
        )
    return found[1], int(found[2])


@dataclass(frozen=True)
class FigureTable:
    """The published figures of a table, and the actual values that no source gives."""

    figures: tuple[FigureText, ...] = ()
    assumed: tuple[AssumedText, ...] = ()


def read_figures(path: Path) -> FigureTable:
    """The figures of a CSV table, ids by source, line and order on the line (release.190.1); a row
    whose role is "assumed" is no figure but a leaf's actual value with its basis.

    Raises ModelError: a row without line item, source line or unit; a bad number, date or role.
    """
    rows = read_table(
        path, ["line", "period", "printed", "unit", "at", "role"], ["sign", "precision", "basis"]
    )
    problems: list[Problem] = []
    figures: list[FigureText] = []
    assumed: list[AssumedText] = []
    for row in rows:
        found = _Cells(row, problems)
        if row.cells["role"] == ASSUMED:
            assumed += found.assumed()
            continue
        source, source_line = found.at()
        value, precision = found.number()
        figure = {
            "line": found.needed("line", "the figure names no line item it ties to"),
            "period": found.period(),
            "printed": found.needed("printed", "the figure has no printed value"),
            "value": value,
            "unit": found.needed("unit", "the figure has no unit"),
            "sign": found.sign(),
            "precision": precision,
            "source": source,
            "source_line": source_line,
            "feeds": found.role() == "feeds and ties",
            "place": row.place,
        }
        figures.append(FigureText(id="", **figure))  # type: ignore[arg-type]
    if problems:
        raise ModelError(problems)
    return FigureTable(numbered(figures), tuple(assumed))


def numbered(figures: Iterable[FigureText]) -> tuple[FigureText, ...]:
    """The figures with their ids: source, line and order on the line."""
    counts: Counter[str] = Counter()
    found = []
    for figure in figures:
        key = f"{figure.source}.{figure.source_line}"
        counts[key] += 1
        found.append(figure.model_copy(update={"id": f"{key}.{counts[key]}"}))
    return tuple(found)


class _Cells:
    """Reads the cells of one row, noting what is wrong with each."""

    def __init__(self, row: Row, problems: list[Problem]) -> None:
        self.row, self.problems = row, problems

    def note(self, column: str, message: str, hint: str = "") -> None:
        place = self.row.at(column) if self.row.cells.get(column) else self.row.place
        self.problems.append(Problem(message, place, hint))

    def needed(self, column: str, message: str) -> str:
        text = self.row.cells.get(column, "")
        if not text:
            self.note(column, message)
        return text

    def at(self) -> tuple[str, int]:
        try:
            return parse_at(self.row.cells["at"])
        except BadValueError as error:
            self.note("at", str(error), "as release:190")
            return "", 0

    def assumed(self) -> list[AssumedText]:
        """The assumed value of the row, or none with what is wrong noted."""
        before = len(self.problems)
        value = {
            "line": self.needed("line", "the assumed value names no leaf"),
            "period": self.period(),
            "value": self.sign() * self.number()[0],
            "unit": self.needed("unit", "the assumed value has no unit"),
            "basis": self.needed("basis", "the assumed value has no basis: say why this value"),
            "place": self.row.place,
        }
        self.needed("period", "the assumed value names no period")
        self.needed("printed", "the row has no value under printed")
        if self.row.cells["at"]:
            self.note("at", "an assumed value has no source: leave 'at' blank")
        return [] if len(self.problems) > before else [AssumedText(**value)]  # type: ignore[arg-type]

    def number(self) -> tuple[float, float]:
        text = self.row.cells["printed"]
        if not text:
            return 0.0, 0.0
        try:
            if self.row.cells["unit"] == "date":
                return float(printed_date(text)), 0.0
            number, last_digit = printed_number(text)
            given = self.row.cells.get("precision", "")
            return float(number), float(printed_number(given)[0] if given else last_digit)
        except BadValueError as error:
            self.note("printed", str(error))
            return 0.0, 0.0

    def sign(self) -> int:
        text = self.row.cells.get("sign", "")
        if text not in ("", "1", "-1"):
            self.note("sign", f"a sign is 1 or -1, not '{text}'")
        return -1 if text == "-1" else 1

    def role(self) -> str:
        text = self.row.cells["role"]
        if text not in ROLES:
            self.note("role", f"'{text}' is not a role: {', '.join(map(repr, (*ROLES, ASSUMED)))}")
        return text

    def period(self) -> date | None:
        text = self.row.cells["period"]
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.note("period", f"'{text}' is not a date (year-month-day, as 2010-03-31)")
            return None


def read_excluded(path: Path) -> list[ExcludedText]:
    """The numerals that are no figures, each with its reason. Raises ModelError."""
    problems: list[Problem] = []
    found: list[ExcludedText] = []
    for row in read_table(path, ["printed", "at", "reason"]):
        cells = _Cells(row, problems)
        source, line = cells.at()
        printed = cells.needed("printed", "the row has no printed numeral")
        reason = cells.needed("reason", "the row gives no reason")
        found.append(
            ExcludedText(
                printed=printed, source=source, source_line=line, reason=reason, place=row.place
            )
        )
    if problems:
        raise ModelError(problems)
    return found
