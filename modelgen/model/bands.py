"""Bands: the longer periods right of a timeline's own (fiscal years, year to date, last twelve months).

A band is a timeline with lines of its own, which follow from those beside it by their kinds: a flow is
the sum over the periods within, a balance that of the last day, a ratio its formula again on the band's
values, an average that of the periods within. A band's value is "n/a" where the periods beside it do not
make up the whole; a figure may give it there. A figure may give an average anywhere: that of a longer
period is published, and seldom is that of its parts as they were rounded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from modelgen.fiscal import STEPS, BadPeriodError, Fiscal
from modelgen.formula.syntax import (
    As,
    At,
    Binary,
    Call,
    Negative,
    Node,
    Number,
    Ref,
    Row,
    SumOf,
    Text,
    ValueOn,
    Within,
    rebuild,
)
from modelgen.model.expand import Declared
from modelgen.model.plain import Figure, Line, Timeline
from modelgen.problem import Problem
from modelgen.text.load import DealText
from modelgen.text.schema import LineText

BANDS = {"ytd": "year to date", "fy": "fiscal year", "ltm": "last twelve months"}
"""The bands in the order of their columns."""
NONE = Text("n/a")


def with_bands(
    deal: DealText, timelines: Mapping[str, Timeline]
) -> tuple[dict[str, Timeline], list[Problem]]:
    """The timelines, and after each the bands beside it that a sheet asks for."""
    found: dict[str, Timeline] = {}
    problems: list[Problem] = []
    used = deal.timelines()
    for id_, base in timelines.items():
        found[id_] = base
        for band in BANDS:
            if f"{id_}.{band}" in used:
                compared = _compared(deal, base, band, problems)
                found[f"{id_}.{band}"] = _band(deal.fiscal, base, band, compared)
    return found, problems


def months_of(band: str, fiscal: Fiscal, last: date) -> int:
    """The months in a band's period that ends on a day."""
    return fiscal.into_year(fiscal.index(last)) if band == "ytd" else 12


def _compared(
    deal: DealText, base: Timeline, band: str, problems: list[Problem]
) -> tuple[date, ...]:
    """The comparative periods of a band: those that the calendar gives it or, for the year to date, those of
    the timeline.
    """
    calendar, fiscal = deal.document.calendar, deal.fiscal
    given = calendar.bands.get(band) if calendar and base.id == "fiscal" else None  # type: ignore[call-overload]
    if given is None:
        of_flows = base.without("flow")
        days = tuple(day for n, day in enumerate(base.comparatives) if n not in of_flows)
        return days if band == "ytd" else ()
    found = []
    for number, text in enumerate(given):
        place = deal.place("calendar", "bands", band, number)
        try:
            span = fiscal.parse(text)
        except BadPeriodError as error:
            problems.append(Problem(str(error), place))
            continue
        months = months_of(band, fiscal, span.last)
        is_year = band != "fy" or fiscal.into_year(fiscal.index(span.last)) == 12
        if not fiscal.is_end(span.last) or not is_year or fiscal.months(span) not in (None, months):
            problems.append(Problem(f"'{text}' is no period of {BANDS[band]}", place))
        elif span.last >= base.periods[0]:
            problems.append(
                Problem(f"the comparative period ending {span.last} is not before the first", place)
            )
        else:
            found.append(span.last)
    return tuple(sorted(set(found)))


def _band(fiscal: Fiscal, base: Timeline, band: str, compared: tuple[date, ...]) -> Timeline:
    id_ = f"{base.id}.{band}"
    periods = base.periods
    if band == "fy":
        at = [fiscal.index(end) for end in base.periods]
        years = sorted({n + 12 - fiscal.into_year(n) for n in at})
        periods = tuple(fiscal.end(n) for n in years)
        compared = tuple(day for day in compared if day not in periods)
    own = {name: f"{id_}.{name}" for name in ("period_end", "period_start", "first_period_end")}
    return replace(
        base,
        id=id_,
        step="year" if band == "fy" else base.step,
        comparatives=compared,
        periods=periods,
        lacking={},
        within={},
        actual=None,
        ends=own["period_end"],
        starts=own["period_start"],
        first_end=own["first_period_end"],
        last_actual=f"{id_}.last_actual",
        month=f"{id_}.nearest_month",
        year_before=f"{id_}.month_year_before",
        given={},
        band=band,
        beside=base.id,
        label=f"{id_}.label",
    )


def band_declared(
    deal: DealText, declared: Iterable[Declared], timelines: Mapping[str, Timeline]
) -> dict[str, Declared]:
    """What stands in the bands, by its ids: each line with a kind, on the sheets that show the band."""
    sheets = deal.sheets()
    found = {}
    for item in declared:
        text = item.text
        if not isinstance(text, LineText) or text.kind is None or item.timeline is None:
            continue
        sheet = sheets[deal.document.sections[int(item.path[1])].sheet]
        for band, words in BANDS.items():
            id_, timeline = f"{band}.{item.id}", f"{item.timeline}.{band}"
            if band in sheet.bands and timeline in timelines:
                found[id_] = replace(
                    item,
                    id=id_,
                    label=f"{item.label}, {words}",
                    text=text.model_copy(update={"leaf": False, "total": False}),
                    timeline=timeline,
                    band_of=item.id,
                )
    return found


def is_whole(fiscal: Fiscal, band: Timeline, base: Timeline, end: date, kind: str | None) -> bool:
    """Whether the periods beside a band in which a line of a kind has values make up its period that ends on
    a day.
    """
    months, step, last = months_of(band.band, fiscal, end), STEPS[base.step], fiscal.index(end)
    needed = {last - n for n in range(0, months, step)}
    without = base.without(kind)
    return needed <= {fiscal.index(day) for n, day in enumerate(base.columns) if n not in without}


def with_given(
    deal: DealText, bands: Mapping[str, Declared], figures: Iterable[Figure]
) -> dict[str, Declared]:
    """The bands' lines; those to which a figure or the deal gives values are leaves."""
    given = {figure.line for figure in figures if figure.feeds}
    given |= {assumed.line for assumed in deal.assumed} | set(deal.document.assumptions)
    found = dict(bands)
    for id_ in given.intersection(bands):
        text = bands[id_].text
        found[id_] = replace(bands[id_], text=text.model_copy(update={"leaf": True}))
    return found


def band_lines(
    declared: Iterable[Declared],
    lines: Mapping[str, Line],
    timelines: Mapping[str, Timeline],
    timeline_of: Mapping[str, str | None],
    problems: list[Problem],
) -> dict[str, Line]:
    """The lines of the bands, from those beside them; ratios of lines that have none there are noted."""
    items = list(declared)
    leaves = {d.id for d in items if d.is_leaf}
    banded = {item.id: item for item in items if item.band_of}
    made: dict[str, Line] = {}
    for id_, item in banded.items():
        line = lines.get(item.band_of)
        if line is None or item.timeline is None:
            continue
        assert isinstance(item.text, LineText)
        timeline = timelines[item.timeline]
        maker = _Formula(line, timeline, timelines[timeline.beside], banded, timeline_of)
        actual = f"actual.{id_}"
        node = maker.of(str(item.text.kind), actual if actual in timeline_of else None)
        if isinstance(node, str):
            words = BANDS[timeline.band]
            message = f"'{line.id}' has no value by {words}: its formula reads {node}"
            hint = (
                f"give that line a kind and its sheet bands: [{timeline.band}]; or this one no kind"
            )
            if line.id in leaves:
                hint = f"kind: average, if it is given for longer periods, too; {hint}"
            problems.append(Problem(message, line.place, hint))
            continue
        made[id_] = replace(
            line,
            id=id_,
            label=item.label,
            timeline=timeline.id,
            expression=node,
            comparative=node,
            total=False,
            note="",
            check=None,
            band_of=line.id,
        )
    return made


def _given(id_: str | None, otherwise: Node) -> Node:
    """What a band's leaf gives, if there is one and it holds a number."""
    if id_ is None:
        return otherwise
    return Call("IF", (Call("ISNUMBER", (Ref(id_),)), Ref(id_), otherwise))


@dataclass(frozen=True)
class _Formula:
    """Makes a band's formula of a line beside it."""

    line: Line
    band: Timeline
    base: Timeline
    banded: Mapping[str, Declared]
    timeline_of: Mapping[str, str | None]

    def of(self, kind: str, given: str | None) -> Node | str:
        """The formula; in words, what keeps a ratio from having one."""
        if kind == "balance":
            return self._on_last_day(given)
        if kind == "average":
            return self._average(given)
        if kind == "flow" and (given is not None or not self._adds_up(self.line.expression)):
            return self._sum(given)
        return self._again()

    def _sum(self, given: str | None) -> Node:
        """The sum over the periods within, if all are there; otherwise what is given, or n/a."""
        whole, total, _ = self._periods()
        return Call("IF", (whole, total, _given(given, NONE)))

    def _average(self, given: str | None) -> Node:
        """What is given; otherwise the average of the periods within, if all are there, or n/a."""
        whole, total, number = self._periods()
        return _given(given, Call("IF", (whole, Binary("/", total, number), NONE)))

    def _periods(self) -> tuple[Node, Node, Node]:
        """Whether the periods within are all there, the sum over them, and how many they are."""
        row, ends = Row(self.line.id, True), Row(self.base.ends, True)
        after, until = Ref(f"{self.band.id}.after"), Ref(self.band.ends)
        number = Ref(f"{self.band.id}.periods")
        whole = Binary("=", Within(row, ends, after, until, True), number)
        return whole, Within(row, ends, after, until), number

    def _on_last_day(self, given: str | None) -> Node:
        """The balance in the period that ends on the band's last day; if there is none, what is given, or
        n/a.
        """
        row, ends = Row(self.line.id, True), Row(self.base.ends, True)
        before, until = Ref(f"{self.band.id}.before_last"), Ref(self.band.ends)
        there = Binary("=", Within(row, ends, before, until, True), Number(1))
        return Call("IF", (there, Within(row, ends, before, until), _given(given, NONE)))

    def _again(self) -> Node | str:
        """The line's formula on the band's values, n/a where one of them is."""
        lacking: list[str] = []
        parts: dict[str, None] = {}
        actual = self.line.comparative or self.line.expression

        def change(node: Node) -> Node:
            if isinstance(node, Ref) and self.base.id == self.timeline_of.get(node.id):
                return self._part(node, parts, lacking)
            if isinstance(node, ValueOn) and node.ends.id == self.base.month:
                return self._year_before(node, lacking)
            if isinstance(node, (SumOf, Within, ValueOn)):
                lacking.append("lines by other periods")
            elif isinstance(node, (Row, At)):
                lacking.append(f"other periods of '{node.id}'")
            return rebuild(node, change)

        again = change(actual)
        if lacking:
            return lacking[0]
        asked = tuple(Call("ISNUMBER", (Ref(part),)) for part in parts)
        if not asked:
            return again
        there = asked[0] if len(asked) == 1 else Call("AND", asked)
        return Call("IF", (there, again, NONE))

    def _year_before(self, node: ValueOn, lacking: list[str]) -> Node:
        """What YOY compares with, among the band's own periods; as a text, it is an error."""
        id_ = f"{self.band.band}.{node.row.id}"
        if id_ not in self.banded:
            lacking.append(f"'{node.row.id}', which has none")
        months = Row(self.band.month, comparatives=True)
        before = ValueOn(Row(id_, comparatives=True), Ref(self.band.year_before), months)
        return Binary("*", Number(1), before)

    def _part(self, node: Ref, parts: dict[str, None], lacking: list[str]) -> Node:
        id_ = f"{self.band.band}.{node.id}"
        if node.lag:
            lacking.append(f"earlier periods of '{node.id}'")
        elif id_ not in self.banded:
            lacking.append(f"'{node.id}', which has none")
        parts[id_] = None
        return Ref(id_, 0, node.span)

    def _adds_up(self, node: Node) -> bool:
        """Whether a formula only adds flows that the band has: then it holds for the band's values, too."""
        match node:
            case Ref(id=id_, lag=lag):
                text = getattr(self.banded.get(f"{self.band.band}.{id_}"), "text", None)
                return not lag and isinstance(text, LineText) and text.kind == "flow"
            case Negative(operand=operand) | As(operand=operand):
                return self._adds_up(operand)
            case Binary(operator=operator, left=left, right=right):
                return operator in "+-" and self._adds_up(left) and self._adds_up(right)
            case Call(function="SUM", arguments=arguments):
                return all(self._adds_up(argument) for argument in arguments)
            case _:
                return False
