"""What may stand in a template or a deal, typed; the keys are documented in docs/writing-a-deal.md."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from modelgen import kinds
from modelgen.problem import Place, did_you_mean
from modelgen.text.citation import Citation
from modelgen.text.kinds import Cited, DealName, Factor, Named, NumberFormat, SourceId

ID = re.compile(r"^[a-z_][a-z0-9_]*(\.[a-z0-9_]+)*$")
Status = Literal["published", "derived", "judgement"]


def _label(text: str) -> str:
    if text.lstrip().startswith("="):
        raise ValueError("a label may not begin with '=': it is text, not a formula")
    return text


def _sheet_name(text: str) -> str:
    if len(text) > 31:
        raise ValueError(f"the sheet name '{text}' has {len(text)} characters; Excel takes 31")
    if text.lower() == "history":
        raise ValueError("Excel keeps the sheet name 'History' for itself")
    bad = sorted(set(text) & set("[]:*?/\\"))
    if bad:
        raise ValueError(
            f"the sheet name '{text}' holds {' '.join(bad)}; Excel takes none of []:*?/\\"
        )
    if not text or text.startswith("'") or text.endswith("'"):
        raise ValueError("a sheet name may not be empty, nor begin or end with an apostrophe")
    return text


def _id(text: str) -> str:
    if not ID.match(text):
        raise ValueError(
            f"'{text}' is not an id: small letters, digits and _, parts joined by dots"
        )
    return text


_MEASURE_NAME = re.compile(r"[A-Za-z][\w ]*")


def _measure(text: str) -> str:
    """A measure with one space about each operator, so that two ways to write one are one."""
    first, *others = (part.strip() for part in re.split(r"[*/]", text))
    if not (first == "1" or _MEASURE_NAME.fullmatch(first)) or not all(
        _MEASURE_NAME.fullmatch(part) for part in others
    ):
        message = f"'{text}' is not a measure: a name, or names and * and /, as money / shares"
        raise ValueError(message)
    return " ".join(re.sub(r"([*/])", r" \1 ", text).split())


Measure = Annotated[str, AfterValidator(_measure)]
Label = Annotated[str, AfterValidator(_label)]
SheetName = Annotated[str, AfterValidator(_sheet_name)]
Id = Annotated[str, AfterValidator(_id)]


def _kind(group: str) -> AfterValidator:
    """One of the kinds of a group."""

    def check(text: str) -> str:
        if not kinds.is_known(group, text):
            known = kinds.names(group)
            near = did_you_mean(text, known)
            raise ValueError(
                f"'{text}' is not one of {', '.join(known)}{f' ({near})' if near else ''}"
            )
        return text

    return AfterValidator(check)


SheetKind = Annotated[str, _kind(kinds.SHEETS)]
ChartKind = Annotated[str, _kind(kinds.CHARTS)]


class Strict(BaseModel):
    """No unknown keys, no change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class UnitText(Strict):
    """A unit. `measure` is a name, or a product of names such as money / shares; `factor`, how many of the
    measure's base unit one of it is worth.
    """

    label: Label
    measure: Measure
    factor: Factor = 1.0
    format: NumberFormat = "General"
    kind: Literal["number", "date", "flag", "text"] = "number"


class TimelineText(Strict):
    """An ordered list of periods, and the roles that its items play. Roles name items under the
    timeline's id (`period_end` of `quarterly` is `quarterly.period_end`): the lines of the first and
    last day of each period; the input that the first end is taken from; with `actual`, the line that is
    1 in actual periods, and the input of the last actual one. `within` gives, for each coarser
    timeline, the line that holds the end of its period.
    """

    step: Literal["month", "quarter", "year"]
    home: SheetName
    first: date | None = None
    last: date | None = None
    comparatives: list[date] = []
    within: dict[str, str] = {}
    actual: Named | None = None
    ends: Named = "period_end"
    starts: Named = "period_start"
    first_end: Named = "first_period_end"
    last_actual: Named = "last_actual"


class RolesText(Strict):
    """The items that programs need of a model, whatever it calls them: the sentence in each sheet's
    header and the flag it says in words, the input that selects the scenario, and the unit of the
    days between two dates.
    """

    status: Id = "model.status"
    holds: Id = "model.ok"
    scenario: Id = "scenario.selected"
    days: str = "days"


class SourceText(Strict):
    """A document that publishes figures; `format` names the reader that knows its places."""

    title: str
    date: date
    publisher: str
    format: str = "text"


class ChartText(Strict):
    """A native chart of lines over their timeline. `categories` names a line that labels the periods,
    else their ends do; `names` say what a line is called here.
    """

    title: Label
    kind: ChartKind
    lines: list[str]
    unit: str
    categories: Named | None = None
    names: dict[str, Label] = {}


class SheetText(Strict):
    """A sheet of the workbook, in reading order; `once_rolled`, of a deal that was rolled alone."""

    title: Label
    kind: SheetKind = "lines"
    intro: str = ""
    timeline: Named | None = None
    inputs: bool = False
    once_rolled: bool = False
    charts: list[ChartText] = []


class AssumptionText(Strict):
    """A deal's value for an input: one value, or a column of a CSV table in `unit`; and values of
    single periods over it.
    """

    value: str | None = None
    values: dict[str, str] | None = None
    csv: Named | None = None
    column: Named | None = None
    unit: Named | None = None
    status: Status | None = None
    basis: str | None = None
    at: Cited | None = None

    @model_validator(mode="after")
    def _one_value(self) -> "AssumptionText":
        if self.value is not None and self.csv is not None:
            raise ValueError("give value or csv, not both")
        if (self.csv is None) != (self.column is None):
            raise ValueError("csv and column go together")
        return self


class InputText(Strict):
    """An input the template asks for. A value here is the default that a deal may replace; an
    `optional` one may stay blank, for a formula to ask about by ISNUMBER. `forecast_of` names the line
    whose forecast of a quarter is kept here when a deal is rolled to it.
    """

    label: Label
    unit: str
    range: tuple[str, str] | None = None
    choices: dict[str, str] | None = None
    choices_of: Named | None = None
    optional: bool = False
    forecast_of: Named | None = None
    value: str | None = None
    status: Status | None = None
    basis: str | None = None
    note: str = ""


class LineText(Strict):
    """A line: one formula, or an actual and a forecast one; a leaf's actual values are inputs."""

    label: Label
    unit: str
    formula: str | None = None
    actual: str | None = None
    forecast: str | None = None
    leaf: bool = False
    total: bool = False
    style: Literal["line", "subtotal", "total"] = "line"
    note: str = ""


class CheckText(Strict):
    """A check: its formula is a difference that must be zero to within rounding. An integrity check decides
    whether the model holds, an alert points at a state of the credit, and housekeeping at the workbook.
    """

    label: Label
    unit: str
    formula: str
    kind: Literal["integrity", "alert", "housekeeping"] = "integrity"
    note: str = ""


class RecordedText(Strict):
    """A column of a table across that states what a member of a set carries, or with `stamp` the
    value that a line of the same row had at build; `last`, after the lines.
    """

    label: Label
    member: str = ""
    stamp: Named | None = None
    unit: Named | None = None
    last: bool = False


class SectionText(Strict):
    """Rows of one sheet under a heading; repeated for each member of a set with `for_each`.

    `across` lays each member out as one row, with the lines as columns. `record` marks rows that are
    evidence or summaries: they get no defined names and do not stand on the Map. `roles` names the
    columns that programs need of a table of figures, checks or stamps, where their keys are others. A section
    `once_rolled` is part of a deal that was rolled alone.
    """

    sheet: SheetName
    heading: Label = ""
    heading_each: Label | None = None
    note: str = ""
    timeline: Named | None = None
    for_each: Named | None = None
    prefix: Id | None = None
    across: bool = False
    record: bool = False
    roles: dict[str, str] = {}
    once_rolled: bool = False
    recorded: dict[Id, RecordedText] = {}
    inputs: dict[Id, InputText] = {}
    lines: dict[Id, LineText] = {}
    checks: dict[Id, CheckText] = {}
    totals: dict[Id, LineText] = {}


class AxisText(Strict):
    """An input and the values it takes in a study."""

    label: Label
    input: Id
    values: list[str]


class GridText(Strict):
    """A line of one value under two inputs, computed at build and written as values."""

    sheet: SheetName
    heading: Label
    note: str = ""
    result: str
    down: AxisText
    across: AxisText


class MovedText(Strict):
    """How far an input may go before each limit fails: a line over a timeline that is 1 where it does.
    `to` is as far as is searched, from the input's value at build.
    """

    label: Label
    input: Id
    to: str


class LimitsText(Strict):
    """For each limit and each input, the least change at which the limit first fails, solved at build."""

    sheet: SheetName
    heading: Label
    note: str = ""
    limits: dict[str, str]
    moved: list[MovedText]


class AnomalyText(Strict):
    """A place where the source disagrees with itself; `printed` when a numeral is concerned."""

    at: Cited
    printed: str | None = None
    reason: str


class DocumentText(Strict):
    """All that a template's and a deal's files say together. `outputs` are the lines that a sweep reports
    unless it is asked for others; `events`, conditions by label whose probability it gives.
    """

    name: DealName
    company: Label = ""
    title: Label = ""
    description: str = ""
    signs: str = ""
    extends: Named | None = None
    rolled_from: Named | None = None
    as_of: date | None = None
    roles: RolesText = Field(default_factory=RolesText)
    units: dict[str, UnitText] = {}
    timelines: dict[str, TimelineText] = {}
    sources: dict[SourceId, SourceText] = {}
    sets: dict[str, dict[Id, dict[str, str]] | list[Id]] = {}
    sheets: dict[SheetName, SheetText] = {}
    sections: list[SectionText] = []
    grids: list[GridText] = []
    limits: list[LimitsText] = []
    outputs: list[str] = []
    events: dict[Label, str] = {}
    assumptions: dict[Id, AssumptionText] = {}
    figures: Named | None = None
    excluded: Named | None = None
    anomalies: list[AnomalyText] = []
    undisclosed: list[str] = []


class FigureText(Strict):
    """A published numeral: what it ties to, as printed, and what it feeds."""

    id: str
    line: str
    period: date | None
    printed: str
    value: float
    unit: str
    sign: int
    precision: float
    at: Citation
    feeds: bool
    place: Place

    @property
    def is_date(self) -> bool:
        """Whether a date is printed: it is exact, and has no precision."""
        return self.precision == 0


class AssumedText(Strict):
    """A leaf's actual value that no source gives: assumed, with the reason."""

    line: str
    period: date
    value: float
    unit: str
    basis: str
    place: Place


class ExcludedText(Strict):
    """A numeral of the source that is no figure, with the reason (a heading, an address, a year)."""

    printed: str
    at: Citation
    reason: str
    place: Place
