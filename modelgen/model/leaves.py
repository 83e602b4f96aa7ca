"""The rows of leaves' actual values, and the last actual period, which follows from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import isnan

from modelgen.contract import NO_BASIS, NO_VALUE
from modelgen.dates import to_serial
from modelgen.model.expand import Declared
from modelgen.model.given import Given
from modelgen.model.plain import Figure, Input, Timeline
from modelgen.model.row_values import counted, last_fed, span_words
from modelgen.model.worth import converted, percent_worth, times
from modelgen.problem import Place
from modelgen.text.figure_text import AssumedText
from modelgen.text.schema import AssumptionText, LineText
from modelgen.text.setting import BLANK

PUBLISHED = "As published; source and line are in the ledger of figures"


def may_be_unreported(leaf: Declared, timelines: Mapping[str, Timeline]) -> bool:
    """Whether a leaf's cells may be blank: until their period is actual, or in a band."""
    return bool(leaf.band_of) or timelines[leaf.timeline or ""].actual is not None


def may_lack(leaf: Declared) -> bool:
    """Whether a leaf says that some of its actual values are published by nobody."""
    return isinstance(leaf.text, LineText) and leaf.text.may_lack


def _unfed(leaf: Declared, timeline: Timeline, values: list[float]) -> frozenset[int]:
    """The comparative columns in which a leaf that may lack values has none."""
    columns = range(len(timeline.comparatives)) if may_lack(leaf) else ()
    return frozenset(n for n in columns if isnan(values[n]))


def kind_of(declared: Declared) -> str | None:
    """What a line says it is of a longer period."""
    return declared.text.kind if isinstance(declared.text, LineText) else None


def not_of_kind(leaf: Declared, end: date) -> tuple[str, str]:
    """Message and hint for a value of a leaf in a comparative period that is not for its kind."""
    kind = kind_of(leaf) or ""
    other = "flows" if kind == "balance" else "balances"
    own = "balance" if kind == "balance" else "flow"
    what = "an average" if kind == "average" else f"a {kind}"
    message = f"'{leaf.id}' is {what}, but the comparative period ending {end} is only for {other}"
    return message, f"name that period under comparatives: {{{own}: [...]}}, too"


@dataclass
class Leaves:
    """Gives the leaves of a deal their actual values. `dates` are the inputs that hold the last actual
    period of a timeline, as soon as they are known; if some figures were wrong (`figures_missing`), what they
    would feed is not reported again.
    """

    given: Given
    timelines: Mapping[str, Timeline]
    feeding: Mapping[str, list[Figure]]
    leaves: list[Declared]
    figures_missing: bool = False
    dates: dict[str, Input] = field(default_factory=dict)
    _none_fed: bool = False

    def leaf(self, declared: Declared) -> Input:
        """The row of inputs for a leaf's actual values: a figure for each actual period."""
        assert declared.timeline is not None
        timeline = self.timelines[declared.timeline]
        by_column = {f.column: f for f in self.feeding.get(declared.id, [])}
        assumption = self.given.deal.document.assumptions.get(declared.id)
        without = timeline.without(kind_of(declared))
        given = self._by_column(declared, timeline, assumption) if assumption else {}
        assumed = {a.period: a for a in self.given.deal.assumed if a.line == declared.id}
        columns: list[int] = []
        lacking: list[date] = []
        notes: list[str] = []
        values: list[float] = []
        place = self.given.deal.key_place(*declared.path)
        draft = self.given.deal.document.draft
        for column, period in enumerate(timeline.columns):
            fed = by_column.get(column)
            judged = assumed.get(period)
            if fed is not None and judged is not None:
                self.given.note(
                    f"'{declared.id}' is given by a figure and also assumed", judged.place, fed.id
                )
            if column in given:
                text, where = given[column]
                blank = text == "blank"
                values.append(BLANK if blank else self.given.typed(text, declared.unit, where))
                if fed is not None and declared.id not in self.given.deal.overlaid:
                    what = f"'{declared.id}' is given by a figure and also by an assumption"
                    self.given.note(what, where, f"{fed.at} feeds it")
            elif fed is not None:
                values.append(converted(fed.sign * fed.value, fed.unit, declared.unit))
            elif judged is not None:
                columns.append(column)
                notes.append(f"{period.isoformat()} assumed: {judged.basis}")
                values.append(self._judged(judged, declared))
            else:
                values.append(BLANK)  # in a band, the periods beside it give it
                asked = not (declared.band_of or may_lack(declared)) and column not in without
                actual = asked and self.is_actual(period, timeline)
                if actual and not self.figures_missing:
                    lacking.append(period)
                if actual and draft:
                    values[-1] = 0.0
        if lacking and not self._none_fed and not draft:
            periods = counted(len(lacking), "actual period")
            self.given.note(
                f"no figure feeds '{declared.id}' in {periods} {span_words(lacking)}",
                self.given.deal.place("figures"),
                f"add rows to a table of figures, or values: {{{declared.id}: "
                f"{{{lacking[0].isoformat()}: ...}}}}",
            )
        basis = [PUBLISHED] if by_column or not given else []
        if assumption and given:
            own = assumption.basis or self.given.cited(assumption.at) or NO_BASIS
            ends = span_words([timeline.columns[column] for column in sorted(given)])
            basis = [*basis, f"{own} (the values {ends})"] if by_column else [own]
        if lacking and draft:
            basis = [*(basis if by_column or given else []), f"{NO_VALUE} ({span_words(lacking)})"]
        first = next(iter(by_column.values()), None)
        return Input(
            f"actual.{declared.id}",
            declared.label,
            declared.row_label,
            declared.unit,
            declared.timeline,
            tuple(values),
            "published" if by_column else "judgement",
            "; ".join([*basis, *notes]),
            first.id if first else None,
            None,
            None,
            (),
            "",
            place,
            leaf_of=declared.id,
            optional=may_be_unreported(declared, self.timelines),
            assumed=tuple(columns),
            band_of=f"actual.{declared.band_of}" if declared.band_of else "",
            blank=without | _unfed(declared, timeline, values),
            may_lack=may_lack(declared),
        )

    def _by_column(
        self, declared: Declared, timeline: Timeline, assumption: AssumptionText
    ) -> dict[int, tuple[str, Place | None]]:
        """The values that the deal gives a leaf under `values`, by column, each with its position."""
        given = self.given.by_period(declared, assumption, timeline.columns)
        for column in sorted(timeline.without(kind_of(declared)) & given.keys()):
            message, hint = not_of_kind(declared, timeline.columns[column])
            self.given.note(message, given[column][1], hint)
        if assumption.value is not None or assumption.csv is not None:
            self.given.note(
                f"'{declared.id}' is a leaf: its actual values are given by period",
                self.given.deal.key_place("assumptions", declared.id),
                "values: {2010-03-31: ...}",
            )
        return given

    def _judged(self, judged: AssumedText, declared: Declared) -> float:
        """The assumed value of a leaf, in the leaf's unit."""
        unit = (
            self.given.unit(judged.unit, declared, judged.place) if judged.unit else declared.unit
        )
        per = percent_worth(unit) if judged.percent else 1.0
        if per is None:
            self.given.note(
                f"the assumed value is a percentage, but its unit is {unit.label}", judged.place
            )
        return converted(times(judged.value, per or 1.0), unit, declared.unit)

    def last_actual(self, declared: Declared) -> tuple[date, str] | None:
        """The last actual period, if an input holds it, as follows from the leaves: the last period in which
        one is given a value; and why. None for any other input, or if no leaf is given one.
        """
        timeline = next((t for t in self.timelines.values() if t.last_actual == declared.id), None)
        if timeline is None or not (leaves := self._leaves_of(timeline)):
            return None
        fed = {leaf.id: self._fed(leaf, timeline) for leaf in leaves}
        last, there = last_fed(timeline.periods, fed)
        if last is None and self.figures_missing:  # reported there
            last, there = timeline.periods[0], []
        if last is None and self.given.deal.document.draft:
            return self._by_date(timeline)
        if last is None:
            self.given.note(
                f"no figure feeds any of the {len(leaves)} leaves of '{timeline.id}', so no "
                "period is actual",
                self.given.deal.place("figures"),
                f"add rows to a table of figures, or give '{declared.id}' a value",
            )
            self._none_fed = True
            last, there = timeline.periods[0], []
        return last, f"The last period with actual values ({', '.join(there[:1])})"

    def _by_date(self, timeline: Timeline) -> tuple[date, str]:
        """The last actual period of a draft without any actual value: the last to end by its date."""
        as_of = self.given.deal.document.as_of
        ended = [end for end in timeline.periods if as_of and end <= as_of]
        return (ended or timeline.periods)[-1 if ended else 0], "The last period that has ended"

    def _leaves_of(self, timeline: Timeline) -> list[Declared]:
        return [leaf for leaf in self.leaves if leaf.timeline == timeline.id]

    def _fed(self, leaf: Declared, timeline: Timeline) -> set[date]:
        """The periods in which a leaf is given a value: by a figure, assumed, or under values."""
        columns = timeline.columns
        fed = {columns[f.column] for f in self.feeding.get(leaf.id, []) if f.column is not None}
        fed |= {a.period for a in self.given.deal.assumed if a.line == leaf.id}
        text = self.given.deal.document.assumptions.get(leaf.id)
        given = self.given.by_period(leaf, text, columns) if text else {}
        return fed | {columns[column] for column in given}

    def is_actual(self, period: date, timeline: Timeline) -> bool:
        """Whether a period is actual at build; on a timeline without actual flags, all are. If the date of
        the last actual period is missing or wrong, which is reported there, none is.
        """
        if timeline.actual is None:
            return True
        last = self.dates.get(timeline.last_actual)
        return last is not None and bool(last.values) and to_serial(period) <= last.values[0]
