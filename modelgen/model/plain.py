"""The plain data of a model. Dates are Python dates; values are floats in the item's unit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from modelgen.contract import NO_BASIS, NO_VALUE
from modelgen.fiscal import CALENDAR_YEAR, Fiscal
from modelgen.formula.syntax import Node
from modelgen.formula.types import Type, cell_type
from modelgen.problem import Place
from modelgen.text.citation import Citation
from modelgen.text.schema import AnomalyText, SheetText, SourceText
from modelgen.text.setting import Allowed


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit; `factor` is the number of its measure's base units in one unit."""

    id: str
    label: str
    measure: str
    factor: float
    format: str
    kind: str
    whole: bool = False

    @property
    def percent(self) -> bool:
        """Whether values in this unit are shown in percent."""
        return "%" in self.format

    @property
    def type(self) -> Type:
        """The type of a cell in this unit."""
        return cell_type(self.kind, self.measure)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A timeline: comparative periods, and the periods proper; each is named by its last day. `ends`,
    `starts` and `actual` are the ids of its lines, `first_end` and `last_actual` those of its inputs;
    `month` and `year_before` are those of its lines for the month that a period ends nearest to, and for the
    month a year before; `within` names, for each coarser timeline, the line that holds the end of the
    coarser period; `given` are the values that the calendar gives to inputs, by their ids: one, or one for
    each period. A `band` has the longer periods beside those of another timeline. `lacking` names the
    comparative periods, by their columns, that are not for the leaves of a kind.
    """

    id: str
    step: str
    home: str
    comparatives: tuple[date, ...]
    periods: tuple[date, ...]
    within: dict[str, str]
    actual: str | None
    ends: str
    starts: str
    first_end: str
    last_actual: str
    month: str = ""
    year_before: str = ""
    given: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    band: str = ""
    beside: str = ""
    label: str = ""
    lacking: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def without(self, kind: str | None) -> frozenset[int]:
        """The comparative columns in which a leaf of a kind is blank. What is given as an average or a ratio
        stands with the flows.
        """
        found = "flow" if kind in ("average", "ratio") else kind
        return self.lacking.get(found or "", frozenset())

    @property
    def columns(self) -> tuple[date, ...]:
        """The last days of all columns that hold values: comparative periods first, then the periods
        proper.
        """
        return self.comparatives + self.periods


@dataclass(frozen=True, slots=True)
class Roles:
    """The items of a model that programs need, None where there is none: the sentence in each sheet's
    header, the flag that it puts in words, and the input that selects one of the scenarios.
    """

    status: str | None
    holds: str | None
    scenario: str | None
    scenarios: tuple[str, ...]

    def cells(self) -> dict[str, str]:
        """The ids of the items that play a role, by the role's name in the contract."""
        found = {"status": self.status, "holds": self.holds, "scenario": self.scenario}
        return {role: id_ for role, id_ in found.items() if id_ is not None}


@dataclass(frozen=True, slots=True)
class Input:
    """A value, or a row of values (one for each column of its timeline), that an analyst may edit. `assumed`
    are the columns of a leaf that no figure feeds, `blank` the comparative ones that are not for its kind;
    one that `may_lack` values may be blank in actual periods. `forecast_of` is the line
    whose forecast is kept here.
    """

    id: str
    label: str
    row_label: str
    unit: Unit
    timeline: str | None
    values: tuple[float, ...]
    status: str
    basis: str
    figure: str | None
    lowest: float | None
    highest: float | None
    choices: tuple[tuple[float, str], ...]
    note: str
    place: Place | None
    leaf_of: str | None = None
    optional: bool = False
    assumed: tuple[int, ...] = ()
    forecast_of: str | None = None
    band_of: str = ""
    redefined: bool = False
    blank: frozenset[int] = frozenset()
    may_lack: bool = False

    @property
    def basis_words(self) -> str:
        """The basis as a workbook shows it, which says so if there is none."""
        return self.basis or NO_BASIS

    @property
    def missing(self) -> bool:
        """Whether, in a draft, nobody has given its value or some of its values."""
        return NO_VALUE in self.basis

    @property
    def allowed(self) -> Allowed:
        """The values that its cells may hold."""
        return Allowed(
            self.unit.kind,
            self.unit.percent,
            self.lowest,
            self.highest,
            tuple(code for code, _ in self.choices),
            self.optional,
            self.unit.whole,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A row with one formula; a check's formula is a difference that must be zero. `comparative` is the
    formula in comparative columns, None for a line that has no value there, and `blank` are those in which
    it needs what is for another kind; `good_if` the line of one value that is 1 where this one is good news.
    A line with `band_of` is what stands in a band right of that line's row. `redefined` says that the deal
    redefined what a module says of it.
    """

    id: str
    label: str
    row_label: str
    unit: Unit
    timeline: str | None
    expression: Node
    comparative: Node | None
    total: bool
    style: str
    note: str
    place: Place | None
    record: bool = False
    check: str | None = None
    good_if: str | None = None
    band_of: str = ""
    redefined: bool = False
    blank: frozenset[int] = frozenset()

    def is_blank(self, comparative: int) -> bool:
        """Whether it has no value in a comparative column."""
        return self.comparative is None or comparative in self.blank


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded constant: evidence, not an input."""

    id: str
    label: str
    unit: Unit | None
    value: float | str
    stamp_of: str | None = None


Item = Input | Line | Recorded


@dataclass(frozen=True, slots=True)
class Grid:
    """A sensitivity table: a line with one value under two inputs; `cells` are the ids of its Recorded
    constants, row by row.
    """

    result: str
    down: str
    down_values: tuple[float, ...]
    across: str
    across_values: tuple[float, ...]
    cells: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """A table of break-evens: how far each input may move before each limit is breached. `moved` gives each
    input with the value to search up to; `cells` are the ids of its Recorded constants, a row for each
    limit and a column for each input.
    """

    fails: tuple[str, ...]
    moved: tuple[tuple[str, float], ...]
    cells: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Event:
    """A condition whose probability a sweep gives: that it holds in at least one period of its timeline."""

    label: str
    expression: Node
    timeline: str | None


@dataclass(frozen=True, slots=True)
class HeadingRow:
    """A heading inside a section."""

    text: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """The row of one input or line."""

    id: str


@dataclass(frozen=True, slots=True)
class MemberRow:
    """The row of a member of a set, with its items side by side. `subject` is the item that the row is
    about.
    """

    label: str
    unit: str
    source: Citation | None
    subject: str | None
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of one sheet under a heading; with `columns`, a table of MemberRows, whose columns have these
    `keys` in the workbook contract and whose kind there is `table`.
    """

    sheet: str
    heading: str
    note: str
    timeline: str | None
    columns: tuple[str, ...]
    rows: tuple[HeadingRow | ItemRow | MemberRow, ...]
    table: str = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A published figure, and the item and column that it ties to."""

    id: str
    line: str
    column: int | None
    period: date | None
    printed: str
    value: float
    unit: Unit
    sign: int
    precision: float
    at: Citation
    feeds: bool


@dataclass(frozen=True, slots=True)
class Needs:
    """The ids that a line reads: in its own period (or as whole rows), and only in earlier periods."""

    now: frozenset[str]
    earlier: frozenset[str]
    rows: frozenset[str]


@dataclass(frozen=True, slots=True)
class Model:
    """A whole model. `order` lists the lines in groups, each after what it needs; lines that need each other
    through earlier periods form one group. `reads` holds what each line reads, `forced` the settings
    accepted out of range, `paper` what it is printed on; `studied` says that the stamps, grids and
    break-evens have been computed and are among its items.
    """

    name: str
    company: str
    title: str
    description: str
    signs: str
    as_of: date
    units: dict[str, Unit]
    timelines: dict[str, Timeline]
    roles: Roles
    sources: dict[str, SourceText]
    sheets: dict[str, SheetText]
    sections: tuple[Section, ...]
    items: dict[str, Item]
    figures: tuple[Figure, ...]
    checks: tuple[str, ...]
    order: tuple[tuple[str, ...], ...]
    anomalies: tuple[AnomalyText, ...] = ()
    undisclosed: tuple[str, ...] = ()
    digest: str = ""
    grids: tuple[Grid, ...] = ()
    limits: tuple[Limits, ...] = ()
    outputs: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    forced: tuple[str, ...] = ()
    fiscal: Fiscal = CALENDAR_YEAR
    paper: Literal["letter", "a4"] = "a4"
    studied: bool = False
    sets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    reads: dict[str, Needs] = field(default_factory=dict)

    def named(self) -> dict[str, Input | Line]:
        """The inputs and lines that a workbook names by their ids: all but those of tables of record."""
        return {
            id_: item
            for id_, item in self.items.items()
            if isinstance(item, Input) or (isinstance(item, Line) and not item.record)
        }

    def lines(self) -> list[Line]:
        """All lines by id."""
        return [item for item in self.items.values() if isinstance(item, Line)]

    def inputs(self) -> list[Input]:
        """All inputs by id."""
        return [item for item in self.items.values() if isinstance(item, Input)]

    def timeline_of(self, id_: str) -> Timeline | None:
        """The timeline of an item, None if it has one value."""
        item = self.items[id_]
        if isinstance(item, Recorded) or item.timeline is None:
            return None
        return self.timelines[item.timeline]
