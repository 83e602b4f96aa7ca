"""The contract of a workbook: what its writer promises to programs that read it.

A workbook holds tables of a few kinds. Each column of a table has a key and is recorded as a
defined name, `modelgen.TABLE.KEY`: the cells of the column below its head. The cells that play a role
for the workbook as a whole have names too, `modelgen.role.ROLE`, and each sheet that runs by periods
names its row of period ends and its column of totals. Defined names survive what people do to a
workbook: rows, columns and sheets inserted, moved and renamed, and saving by spreadsheets and scripts (a
custom XML part is lost as soon as openpyxl saves it: docs/contract.md). The version of the contract and
the deal's name are document properties. No label is part of the contract: heads, titles and sheet
names may be in any words.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from modelgen.fiscal import BANDS

VERSION = "1"
PREFIX = "modelgen."
GIVEN = "given"
"""Stands for a formula where a workbook holds constants: the ends of comparative periods."""
NOTHING = "nothing"
"""Stands for a formula where comparative columns are blank."""
PERIOD_ENDS, PERIOD_FLAGS, TOTALS = "period_ends", "period_flags", "row_totals"
ACTUAL, FORECAST = "Actual", "Forecast"
"""What the cells of PERIOD_FLAGS hold."""
STATUS_CELL, CASE_CELL, CHOICES, ASSUMED = "status_cell", "case_cell", "choices", "assumed"
BAND_ENDS = {band: f"{band}_ends" for band in BANDS}
BAND_NAMES = {band: f"{band}_names" for band in BAND_ENDS}
AREAS = (
    *(PERIOD_ENDS, PERIOD_FLAGS, TOTALS, STATUS_CELL, CASE_CELL, CHOICES, ASSUMED),
    *BAND_ENDS.values(),
    *BAND_NAMES.values(),
)
"""The areas that a sheet names for itself: the ends of its periods and whether they are actual, the totals
before the periods, the sentence of the master check, the name of the scenario selected, the meanings of
selectors' codes, the values of what is assumed, and the ends and names of its bands."""
OF_SHEETS = "sheet"
"""Stands for a table's name where the formulas are those that sheets write in these areas."""
(
    VERSION_PROPERTY,
    DEAL_PROPERTY,
    TEXT_PROPERTY,
    BUILDER_PROPERTY,
    FISCAL_PROPERTY,
) = (f"{PREFIX}{name}" for name in ("contract", "deal", "text", "version", "fiscal"))

CARRIED_NAMESPACE = "urn:modelgen:model"
"""The namespace of the custom XML part that carries the model for add-ins. All else of the contract stands
without it.
"""


@dataclass(frozen=True, slots=True)
class TableKind:
    """A kind of table. `columns` gives the keys that each such table has, with what they hold; `many`
    says that a workbook may hold several. In formulas, a cell is named by its row's id and its column's key,
    with the kind's `prefix` before them.
    """

    name: str
    noun: str
    columns: Mapping[str, str]
    many: bool = False
    prefix: str = ""


LINES = TableKind(
    "lines",
    "the map",
    {
        "id": "the id of an input or line",
        "kind": "input, line, or the kind of a check",
        "label": "what a person calls it",
        "unit": "its unit in words",
        "basis": "its source or basis",
        "formula": "its formula in names",
        "comparative": "its formula in comparative columns where that is another, or GIVEN or NOTHING",
        "type": "number, date, flag or text",
        "percent": "1 where its values are shown in percent",
        "least": "the least value that an input may have",
        "most": "the greatest value that an input may have",
        "codes": "the values that an input may have, where they are listed",
        "optional": "1 where an input may be blank; 2 where it may be in an actual period, too",
        "whole": "1 where an input is a whole number",
        "total": "1 if the total of a row is shown before its periods",
        "blank": "the comparative columns in which it is blank, where others are not, counted from 1",
    },
)
FIGURES = TableKind(
    "figures",
    "the table of figures",
    {
        "id": "the id of a figure",
        "line": "the line that it ties to",
        "period": "the last day of its period",
        "published": "its value as published",
        "computed": "the line's value in the figure's unit",
        "difference": "computed less published",
        "tolerance": "half of the printed precision",
        "holds": "1 where it ties",
    },
)
CHECKS = TableKind(
    "checks",
    "the table of checks",
    {
        "id": "the id of a check",
        "kind": "integrity, alert or housekeeping",
        "largest": "the largest difference that it found",
        "holds": "1 where it holds",
    },
    prefix="check.",
)
STAMPS = TableKind(
    "stamps",
    "a stamp of inputs",
    {
        "id": "the id of an input",
        "built": "its value at build",
        "now": "its value now, for a row a sum that no change leaves as it was",
        "differs": "1 where it is not what it was",
    },
    many=True,
    prefix="stamp.",
)
FORMS = TableKind(
    "forms",
    "the formulas of the tables",
    {
        "table": "the name of a table of record",
        "column": "the key of one of its columns",
        "formula": "a formula of that column in names, with the word subject for its row's subject",
    },
)
OTHER = TableKind("table", "a table", {}, many=True)
KINDS: Mapping[str, TableKind] = {
    kind.name: kind for kind in (LINES, FIGURES, CHECKS, STAMPS, FORMS, OTHER)
}

ROLES: Mapping[str, str] = {
    "status": "the sentence that each sheet's header shows",
    "holds": "1 where the model holds",
    "scenario": "the input that selects the scenario",
}


def table_name(kind: TableKind, number: int) -> str:
    """The name of a workbook's table: `figures`, or `stamps.2` for the second of many.

    >>> table_name(FIGURES, 1), table_name(STAMPS, 2)
    ('figures', 'stamps.2')
    """
    return f"{kind.name}.{number}" if kind.many else kind.name


def column_name(table: str, key: str) -> str:
    """The defined name of a table's column.

    >>> column_name("figures", "holds")
    'modelgen.figures.holds'
    """
    return f"{PREFIX}{table}.{key}"


def role_name(role: str) -> str:
    """The defined name of the cell that plays a role.

    >>> role_name("status")
    'modelgen.role.status'
    """
    return f"{PREFIX}role.{role}"


def output_name(number: int) -> str:
    """The defined name of the first cell of an output, the first of them number 1.

    >>> output_name(1)
    'modelgen.output.1'
    """
    return f"{PREFIX}output.{number}"


def tables_of(names: Mapping[str, object]) -> Iterator[tuple[TableKind, str, dict[str, str]]]:
    """The tables that a workbook's defined names describe: kind, name of the table, and the defined name of
    each column by its key.

    >>> [(kind.name, table, columns) for kind, table, columns in tables_of({"modelgen.checks.id": ""})]
    [('checks', 'checks', {'id': 'modelgen.checks.id'})]
    """
    found: dict[str, tuple[TableKind, dict[str, str]]] = {}
    for name in names:
        if not name.startswith(PREFIX):
            continue
        parts = name.removeprefix(PREFIX).split(".")
        kind = KINDS.get(parts[0])
        size = 2 if kind is not None and kind.many else 1
        if kind is None or len(parts) <= size:
            continue
        table, key = ".".join(parts[:size]), ".".join(parts[size:])
        found.setdefault(table, (kind, {}))[1][key] = name
    for table, (kind, columns) in found.items():
        yield kind, table, columns


_NAME = re.compile(r"[\w.]+")


def as_form(formula: str, subject: str, period: str = "") -> str:
    """A formula in names with the words `subject` and `period` for the row's own: the form that the rows of a
    column share.

    >>> as_form("=net_sales@2006-03-31*[sign]", "net_sales", "2006-03-31")
    '=subject@period*[sign]'
    """
    if not subject:
        return formula
    form = _NAME.sub(lambda found: "subject" if found[0] == subject else found[0], formula)
    return form.replace(f"subject@{period}", "subject@period") if period else form


def of_form(form: str, subject: str, period: str = "") -> str:
    """The formula of a row, from the form of its column; the reverse of `as_form`.

    >>> of_form("=subject@period*[sign]", "net_sales", "2006-03-31")
    '=net_sales@2006-03-31*[sign]'
    """
    formula = re.sub(r"(?<![\w.])subject(?![\w.])", lambda _: subject or "subject", form)
    return formula.replace("@period", f"@{period}") if period else formula


NO_BASIS = "no basis given"
"""The basis on the map of an input whose value is a judgement for which nobody has given a reason."""
MAY_LACK = 2.0
"""In the column `optional` of the Map: a leaf whose actual values may lack."""
NO_VALUE = "no value given yet"
"""The basis on the map of an input of a draft to which nobody has given a value: its cell holds zero, or
what is nearest to it."""
SEAL = f"{PREFIX}seal"
"""The defined name of the cell that holds a workbook's seal."""
SEALED = frozenset((FIGURES.name, CHECKS.name, STAMPS.name, LINES.name, FORMS.name))
"""The kinds of tables whose constants the seal covers."""
FREE = frozenset(("label", "unit", "basis"))
"""The columns whose words anybody may change: the seal does not cover them."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What a workbook was built with: how many rows each table has, how many sheets name each area, how many
    roles have a cell, and a digest of the constants in the tables.
    """

    counts: Mapping[str, int]
    digest: str

    def __str__(self) -> str:
        return " ".join([*(f"{name}={count}" for name, count in self.counts.items()), self.digest])


def seal_from(text: str) -> Seal | None:
    """The seal that a cell holds; None if it holds none.

    >>> seal_from("figures=147 checks=26 9f2c").counts
    {'figures': 147, 'checks': 26}
    """
    *counts, digest = text.split() or [""]
    pairs = [part.partition("=") for part in counts]
    if not digest or not all(count.isdigit() for _, _, count in pairs):
        return None
    return Seal({name: int(count) for name, _, count in pairs}, digest)


def evidence_digest(rows: Iterable[tuple[str, Mapping[str, object]]]) -> str:
    """A digest of the constants of tables, whatever the order of their rows. Numbers count to 12 digits,
    since a program that saves the workbook may write the last ones otherwise; a blank counts as an empty
    text.

    >>> evidence_digest([("figures", {"id": "a", "label": "A"})]) == evidence_digest(
    ...     [("figures", {"id": "a", "label": "B", "period": None})]
    ... )
    True
    """
    texts = []
    for table, cells in rows:
        text = [table]
        for key in sorted(cells.keys() - FREE):
            value = cells[key]
            said = f"{value:.12g}" if isinstance(value, float) else str(value or "")
            text += [key, said] if said else []
        texts.append("\x1f".join(text))
    return sha256("\x1e".join(sorted(texts)).encode()).hexdigest()[:16]
