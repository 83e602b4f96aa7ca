"""The schema of templates and deals; the keys are documented in docs/writing-a-deal.md."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from modelgen.text.calendar_text import Band, CalendarText, Comparatives, Step
from modelgen.text.kinds import (
    ChartKind,
    Cited,
    DealName,
    Factor,
    Id,
    Label,
    Named,
    NumberFormat,
    SheetKind,
    SourceId,
)
from modelgen.text.set_rules import SetRuleText
from modelgen.text.strict import Beside, Conditional, Strict

Status = Literal["published", "derived", "judgement"]


def _sheet_name(text: str) -> str:
    if len(text) > 31:
        raise ValueError(f"the sheet name '{text}' has {len(text)} characters; Excel allows 31")
    if text.lower() == "history":
        raise ValueError("Excel reserves the sheet name 'History'")
    bad = sorted(set(text) & set("[]:*?/\\"))
    if bad:
        raise ValueError(
            f"the sheet name '{text}' contains {' '.join(bad)}; Excel allows none of []:*?/\\"
        )
    if not text or text.startswith("'") or text.endswith("'"):
        raise ValueError("a sheet name may not be empty, or begin or end with an apostrophe")
    return text


_MEASURE_NAME = re.compile(r"[A-Za-z][\w ]*")


def _measure(text: str) -> str:
    """A measure with one space around each operator, so that equal measures are equal texts."""
    first, *others = (part.strip() for part in re.split(r"[*/]", text))
    if not (first == "1" or _MEASURE_NAME.fullmatch(first)) or not all(
        _MEASURE_NAME.fullmatch(part) for part in others
    ):
        message = (
            f"'{text}' is not a measure: write a name, or names with * and /, as in money / shares"
        )
        raise ValueError(message)
    return " ".join(re.sub(r"([*/])", r" \1 ", text).split())


Measure = Annotated[str, AfterValidator(_measure)]
SheetName = Annotated[str, AfterValidator(_sheet_name)]
Member = Annotated[
    dict[str, str], BeforeValidator(lambda text: {"label": text} if isinstance(text, str) else text)
]
"""The attributes of a set's member; a text alone is its label."""


class UnitText(Strict):
    """A unit. `measure` is a name, or a product of names such as money / shares; `factor` is the number of
    the measure's base units in one unit; inputs in a `whole` unit are whole numbers. `range` is that of
    inputs in the unit which have none of their own.
    """

    label: Label
    measure: Measure
    factor: Factor = 1.0
    format: NumberFormat = "General"
    kind: Literal["number", "date", "flag", "text"] = "number"
    whole: bool = False
    range: tuple[str, str] | None = None


class TimelineText(Strict):
    """An ordered list of periods, and the roles of its items. Roles name items under the timeline's id
    (`period_end` of `quarterly` is `quarterly.period_end`): the lines for the first and last day of each
    period; the input for the end of the first period; with `actual`, the line that is 1 in actual periods,
    and the input for the end of the last actual period; the lines for the end of the month that a
    period ends nearest to, and for that of the month a year before. `within` names, for each coarser
    timeline, the line that holds the end of the coarser period. Periods are named as in `fiscal`; without
    `first` and `last`, they follow from the deal's calendar.
    """

    step: Step
    home: SheetName
    first: str | None = None
    last: str | None = None
    comparatives: Comparatives = ()
    within: dict[str, str] = {}
    actual: Named | None = None
    ends: Named = "period_end"
    starts: Named = "period_start"
    month: Named = "nearest_month"
    year_before: Named = "month_year_before"
    first_end: Named = "first_period_end"
    last_actual: Named = "last_actual"


class RolesText(Strict):
    """The items of a model that programs need, whatever it calls them: the sentence in each sheet's header
    and the flag that it puts in words, the input that selects the scenario, and the unit of the days
    between two dates.
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


class ChartText(Conditional):
    """A native chart of lines over their timeline. `categories` names the line that labels the periods;
    without it, their last days do. `names` gives the chart's own names for lines.
    """

    title: Label
    kind: ChartKind
    lines: list[str]
    unit: str
    categories: Named | None = None
    names: dict[str, Label] = {}


class SheetText(Conditional):
    """A sheet of the workbook, by `order` in reading order; a sheet `once_rolled` is only in deals that were
    rolled.
     `bands` are the longer
    periods shown right of its own: fiscal years, the year to date, the last twelve months.
    """

    title: Label
    order: int | None = None
    kind: SheetKind = "lines"
    intro: str = ""
    timeline: Named | None = None
    inputs: bool = False
    bands: list[Band] = []
    once_rolled: bool = False
    charts: list[ChartText] = []


class AssumptionText(Strict):
    """A deal's value for an input: one value, values from the first forecast period on (`listed`, which is
    written as a list under `values`), or a column of a CSV table in `unit`; `values` override it in single
    periods.
    """

    value: str | None = None
    listed: list[str] | None = None
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
            raise ValueError("give either value or csv, not both")
        if self.listed is not None and (self.value is not None or self.csv is not None):
            raise ValueError("give either a list of values, or value or csv, not both")
        if (self.csv is None) != (self.column is None):
            raise ValueError("csv needs column, and column needs csv")
        return self


class InputText(Beside):
    """An input that the template asks for. A value given here is the default, which a deal may replace; an
    `optional` input may stay blank, and formulas test it with ISNUMBER. `forecast_of` names the line whose
    forecast for a quarter is kept here when a deal is rolled forward to that quarter.
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


class LineText(Beside):
    """A line: one formula, or one for actual and one for forecast periods; a leaf's actual values are
    inputs. Its kind says what it is of a longer period: a flow is the sum, a balance the last, a ratio its
    formula again, an average that of its periods. `good_if` names a line of one value: where it is 1 the
    value is good news and shown in green, else in red. A leaf that `may_lack` values is blank in an actual
    period that no figure gives it: a quarter of which only the year to date is published.
    """

    label: Label
    unit: str
    kind: Literal["flow", "balance", "ratio", "average"] | None = None
    formula: str | None = None
    actual: str | None = None
    forecast: str | None = None
    leaf: bool = False
    may_lack: bool = False
    total: bool = False
    style: Literal["line", "subtotal", "total"] = "line"
    good_if: Named | None = None
    note: str = ""


class CheckText(Beside):
    """A check, whose formula is a difference that must be zero to within rounding. Integrity checks decide
    whether the model holds; alerts flag a state of the credit, and housekeeping a state of the workbook.
    """

    label: Label
    unit: str
    formula: str
    kind: Literal["integrity", "alert", "housekeeping"] = "integrity"
    note: str = ""


class RecordedText(Conditional):
    """A column of constants in a table across: an attribute of the set's members or, with `stamp`, the value
    that a line of the same row had at build. With `last` it comes after the lines.
    """

    label: Label
    member: str = ""
    stamp: Named | None = None
    unit: Named | None = None
    last: bool = False


class SectionText(Conditional):
    """Rows of one sheet under a heading; with `for_each`, repeated for each member of a set.

    `across` puts each member on one row, with its lines as columns. `record` marks rows that are evidence or
    summaries: they get no defined names and are not on the Map. `roles` names the columns that programs
    need in a table of figures, checks or stamps, if their keys differ. A section `once_rolled` is only in
    deals that were rolled; one with a `rule` or `timelines`, in deals whose periods end by that rule and
    that have those timelines. Over a set without members it leaves nothing or, with
    `totals_when_empty`, its totals; `if_any` names another set without whose members it leaves nothing.
    """

    sheet: SheetName
    heading: Label = ""
    heading_each: Label | None = None
    note: str = ""
    timeline: Named | None = None
    for_each: Named | None = None
    if_any: Named | None = None
    prefix: Id | None = None
    across: bool = False
    record: bool = False
    roles: dict[str, str] = {}
    once_rolled: bool = False
    rule: Literal["months", "weeks", "list"] | None = None
    timelines: list[str] = []
    totals_when_empty: bool = False
    recorded: dict[Id, RecordedText] = {}
    inputs: dict[Id, InputText] = {}
    lines: dict[Id, LineText] = {}
    checks: dict[Id, CheckText] = {}
    totals: dict[Id, LineText] = {}


class AxisText(Strict):
    """An axis of a grid: an input and its values."""

    label: Label
    input: Id
    values: list[str]


class GridText(Conditional):
    """A sensitivity table: a line with one value under two inputs, computed at build and written as
    values.
    """

    sheet: SheetName
    heading: Label
    note: str = ""
    result: str
    down: AxisText
    across: AxisText


class MovedText(Conditional):
    """An input whose break-even for each limit is searched, from its value at build up to `to`. A limit is a
    line over a timeline that is 1 where the limit is breached.
    """

    label: Label
    input: Id
    to: str


class LimitsText(Conditional):
    """A table of break-evens: for each limit and input, the smallest change that breaches it, solved at
    build.
    """

    sheet: SheetName
    heading: Label
    note: str = ""
    limits: dict[str, str]
    moved: list[MovedText]


class AnomalyText(Strict):
    """A place where the source disagrees with itself; `printed` is the numeral, if it concerns one."""

    at: Cited
    printed: str | None = None
    reason: str


def _listed(value: object) -> object:
    """A name as the list of one."""
    return [value] if isinstance(value, str) else value


class DocumentText(Strict):
    """The merged content of a template's and a deal's files. `outputs` are the lines that a sweep reports
    unless told otherwise; `events` are conditions, by label, whose probability it gives. `paper` is what the
    workbook is printed on, and its double; unless given, it goes by the currency. In a `draft`, inputs may
    lack a value: the workbook counts them and does not hold until all have one.
    """

    name: DealName
    company: Label = ""
    title: Label = ""
    description: str = ""
    signs: str = ""
    uses: list[str] = []
    extends: Named | None = None
    rolled_from: Named | None = None
    as_of: date | None = None
    draft: bool = False
    currency: Named | None = None
    paper: Literal["letter", "a4"] | None = None
    roles: RolesText = Field(default_factory=RolesText)
    units: dict[str, UnitText] = {}
    calendar: CalendarText | None = None
    timelines: dict[str, TimelineText] = {}
    sources: dict[SourceId, SourceText] = {}
    sets: dict[str, dict[Id, Member] | list[Id]] = {}
    set_rules: dict[Id, SetRuleText] = {}
    sheets: dict[SheetName, SheetText] = {}
    sections: list[SectionText] = []
    grids: list[GridText] = []
    limits: list[LimitsText] = []
    outputs: list[str] = []
    events: dict[Label, str] = {}
    assumptions: dict[Id, AssumptionText] = {}
    figures: Annotated[tuple[Named, ...], BeforeValidator(_listed)] = ()
    excluded: Named | None = None
    anomalies: list[AnomalyText] = []
    undisclosed: list[str] = []
    drop: list[str] = []
    redefine: dict[Id, dict[str, Any]] = {}
