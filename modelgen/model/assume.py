"""Gives inputs their values: an assumption of the deal, a figure that feeds them, or the template's
default.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from modelgen.contract import NO_VALUE
from modelgen.dates import to_serial
from modelgen.model.expand import Declared, Member
from modelgen.model.given import Given
from modelgen.model.leaves import Leaves
from modelgen.model.plain import Figure, Input, Timeline, Unit
from modelgen.model.row_values import RowValues, counted, first_forecast, span_words
from modelgen.model.worth import converted
from modelgen.problem import Problem, did_you_mean
from modelgen.text.load import DealText
from modelgen.text.schema import AssumptionText, InputText, Status
from modelgen.text.setting import BLANK, Allowed


@dataclass
class Assumer:
    """Gives each declared input its values and notes what is missing or wrong."""

    deal: DealText
    units: Mapping[str, Unit]
    timelines: Mapping[str, Timeline]
    sets: Mapping[str, tuple[Member, ...]]
    feeding: Mapping[str, list[Figure]]
    problems: list[Problem]
    figures_missing: bool = (
        False  # some figures were wrong: what they would feed is not reported again
    )

    @property
    def given(self) -> Given:
        """The reader of what the deal gives."""
        return Given(self.deal, self.units, self.problems)

    def inputs(self, declared: list[Declared]) -> dict[str, Input]:
        """All inputs by id, including the rows of leaves' actual values, in the order of the text."""
        leaves = Leaves(
            self.given,
            self.timelines,
            self.feeding,
            [d for d in declared if d.is_leaf and d.timeline],
            self.figures_missing,
        )
        # Which periods are actual depends on some inputs: they come first, and leaves last.
        dating = {t.last_actual for t in self.timelines.values()}
        asked = [d for d in declared if isinstance(d.text, InputText)]
        inputs: dict[str, Input] = {}
        for each in sorted(asked, key=lambda d: d.id not in dating):
            inputs[each.id] = self._input(each, leaves)
            if each.id in dating:
                leaves.dates[each.id] = inputs[each.id]
        found: dict[str, Input] = {}
        for each in declared:
            if each.id in inputs:
                found[each.id] = inputs[each.id]
            elif each.is_leaf and each.timeline:
                found[f"actual.{each.id}"] = leaves.leaf(each)
        return found

    def _input(self, declared: Declared, leaves: Leaves) -> Input:
        """An input that a section declares under `inputs`."""
        text = declared.text
        assert isinstance(text, InputText)
        place = self.deal.key_place(*declared.path)
        lowest, highest = self._range(declared, text)
        figures = self.feeding.get(declared.id, [])
        assumption = self.deal.document.assumptions.get(declared.id)
        if assumption is not None and figures and declared.id not in self.deal.overlaid:
            self.given.note(
                f"'{declared.id}' is given by a figure and also by an assumption",
                self.deal.key_place("assumptions", declared.id),
                f"{figures[0].at} feeds it",
            )
        status, basis, figure = text.status, text.basis or "", None
        timeline = self.timelines[declared.timeline] if declared.timeline else None
        count = len(timeline.periods) if timeline else 1
        of_calendar = self._of_calendar(declared.id, count)
        values: list[float] = []
        where = place
        if assumption is not None:
            where = self.deal.key_place("assumptions", declared.id)
            values = self._assumed(declared, assumption, timeline, leaves, (lowest, highest))
            # The status and basis of a default, or of a blank, are theirs, not those of the deal's value.
            unset = text.value is not None or text.optional
            status = assumption.status or (None if unset else status)
            own = assumption.basis or self.given.cited(assumption.at)
            basis = own or ("" if unset else basis)
        elif of_calendar is not None:
            values = of_calendar
        elif figures and timeline is None:
            fed = figures[0]
            value = converted(fed.sign * fed.value, fed.unit, declared.unit)
            values, status, figure = [value], "published", fed.id
            basis = basis or self.given.cited(fed.at)
        elif text.value is not None:
            where = self.deal.place(*declared.at("value")) or place
            values = [self.given.typed(text.value, declared.unit, where)] * count
        elif text.optional:
            values = [BLANK] * count
        else:
            bounds = (lowest, highest)
            values, status, basis = self._without(declared, text, count, leaves, bounds)
        fed_by_none = not figures or declared.id in self.deal.overlaid
        if status == "published" and fed_by_none and values:
            self.given.note(
                f"the input '{declared.id}' has the status published, but no figure feeds it",
                where,
                "add a row to figures.csv with the role 'feeds and ties', or use another status",
            )
        if status == "derived" and not basis and values:
            self.given.note(
                f"the input '{declared.id}' has the status derived, but no basis",
                where,
                "say what it follows from",
            )
        choices = self._choices(declared, text)
        codes = tuple(code for code, _ in choices)
        allowed = Allowed(
            declared.unit.kind,
            declared.unit.percent,
            lowest,
            highest,
            codes,
            True,
            declared.unit.whole,
        )
        for value in dict.fromkeys(values):
            wrong = allowed.problem(value)
            if wrong:
                words = "; ".join(f"{code:.15g} {meaning}" for code, meaning in choices)
                self.given.note(f"'{declared.id}': {wrong}", where, words)
        blank = (0.0,) * len(timeline.comparatives) if timeline else ()
        return Input(
            declared.id,
            declared.label,
            declared.row_label,
            declared.unit,
            declared.timeline,
            (*blank, *values),
            status or "judgement",
            basis,
            figure,
            lowest,
            highest,
            choices,
            text.note,
            place,
            optional=text.optional,
            redefined=bool(declared.redefined),
        )

    def _choices(self, declared: Declared, text: InputText) -> tuple[tuple[float, str], ...]:
        """The codes that an input may have, with their meanings: as given, or 1, 2, ... for the members of a
        set.
        """
        if text.choices_of is None:
            choices = []
            for code, words in (text.choices or {}).items():
                place = self.deal.key_place(*declared.at("choices"), code)
                choices.append((self.given.typed(code, declared.unit, place), words))
            wrong = any(math.isnan(code) for code, _ in choices)
            codes = [code for code, _ in choices]
            if not wrong and codes != [min(codes, default=0) + n for n in range(len(codes))]:
                self.given.note(
                    f"the choices of '{declared.id}' have gaps",
                    self.deal.key_place(*declared.at("choices")),
                    "give whole numbers in a row, as 1, 2, 3: the workbook tests a code by its ends",
                )
            return () if wrong else tuple(choices)
        members = self.sets.get(text.choices_of)
        if members is None:
            place = self.deal.place(*declared.at("choices_of"))
            self.given.note(
                f"'{text.choices_of}' is not a set", place, did_you_mean(text.choices_of, self.sets)
            )
            return ()
        return tuple((float(code), m.label) for code, m in enumerate(members, start=1))

    def _of_calendar(self, id_: str, count: int) -> list[float] | None:
        """The values that the deal's calendar gives to an input, None if it gives none."""
        found = (t.given[id_] for t in self.timelines.values() if id_ in t.given)
        return next((list(values) for values in found if len(values) == count), None)

    def _assumed(
        self,
        declared: Declared,
        text: AssumptionText,
        timeline: Timeline | None,
        leaves: Leaves,
        bounds: tuple[float | None, float | None],
    ) -> list[float]:
        """An input's values: one value, a list or a CSV column, overridden by the values of single periods.
        The assumption's unit is that of the CSV column.
        """
        path = ("assumptions", declared.id)
        if timeline is None:
            if text.value is None or text.values or text.csv is not None:
                self.given.note(f"'{declared.id}' takes one value", self.deal.key_place(*path))
                return []
            return [self.given.typed(text.value, declared.unit, self.deal.place(*path, "value"))]
        asked = declared.text
        assert isinstance(asked, InputText)
        base = BLANK if asked.optional else 0.0 if asked.forecast_of else None
        if text.value is not None:
            base = self.given.typed(text.value, declared.unit, self.deal.place(*path, "value"))
        elif asked.value is not None and text.csv is None:
            base = self.given.typed(
                asked.value, declared.unit, self.deal.place(*declared.at("value"))
            )
        start = first_forecast(
            timeline.periods, lambda end: leaves.is_actual(end, timeline), bool(timeline.actual)
        )
        row = RowValues(timeline.periods, start).filled(base)
        if text.csv is not None:
            by_month = self.given.from_csv(declared, text)
            for index, period in enumerate(timeline.periods):
                row.values[index] = by_month.get(self.deal.fiscal.index(period))
        if text.listed is not None:
            given = [
                BLANK
                if asked.optional and value == "blank"
                else self.given.typed(value, declared.unit, self.deal.place(*path, "listed", index))
                for index, value in enumerate(text.listed)
            ]
            if wrong := row.listed(given):
                self.given.note(f"'{declared.id}' {wrong}", self.deal.key_place(*path, "listed"))
                return []
        for column, (value, place) in self.given.by_period(
            declared, text, timeline.periods
        ).items():
            blank = asked.optional and value == "blank"
            row.values[column] = BLANK if blank else self.given.typed(value, declared.unit, place)
        lacking = row.lacking()
        if lacking and text.csv is not None:
            count = counted(len(lacking), "period")
            self.given.note(
                f"{text.csv} has no value for '{declared.id}' in {count} {span_words(lacking)}",
                self.deal.place(*path, "csv"),
            )
        elif lacking:
            self.given.note(
                f"'{declared.id}' has no value in {counted(len(lacking), 'period')} {span_words(lacking)}",
                self.deal.key_place(*path),
                "give each its own, or one value for all others: {value: ..., values: {...}}",
            )
        return row.complete(Allowed(declared.unit.kind, False, *bounds).nearest_to_zero())

    def _range(self, declared: Declared, text: InputText) -> tuple[float | None, float | None]:
        place = self.deal.key_place(*declared.path)
        if text.range is not None:
            where = self.deal.place(*declared.at("range"))
            low, high = (self.given.typed(end, declared.unit, where) for end in text.range)
            if low > high:
                self.given.note(f"the range of '{declared.id}' ends before it begins", where)
                return None, None
            return low, high
        if text.choices is None and text.choices_of is None:
            self.given.note(
                f"the input '{declared.id}' has no range",
                place,
                "give it or its unit range: [minimum, maximum]",
            )
        return None, None

    def _without(
        self,
        declared: Declared,
        text: InputText,
        count: int,
        leaves: Leaves,
        bounds: tuple[float | None, float | None],
    ) -> tuple[list[float], Status | None, str]:
        """Values, status and basis of an input to which the text gives no value: the last actual period
        follows from the leaves; in a draft, zero or what is nearest to it stands for others; else that is a
        problem.
        """
        last = leaves.last_actual(declared)
        if last is not None:
            return [float(to_serial(last[0]))], "derived", last[1]
        if self.deal.document.draft:
            codes = tuple(code for code, _ in self._choices(declared, text))
            allowed = Allowed(declared.unit.kind, least=bounds[0], most=bounds[1], codes=codes)
            return [allowed.nearest_to_zero()] * count, "judgement", NO_VALUE
        self.given.note(
            f"the input '{declared.id}' has no value",
            self.deal.own_place("assumptions", declared.id),
            f"values: {{{declared.id}: ...}}, or a figure; {self._asked(declared, *bounds)}",
        )
        return [], text.status, text.basis or ""

    @staticmethod
    def _asked(declared: Declared, lowest: float | None, highest: float | None) -> str:
        """What an input asks for: its label, unit and range."""
        allowed = Allowed(declared.unit.kind, declared.unit.percent, lowest, highest)
        return f"{declared.label}, {declared.unit.label}, {allowed.range_words()}"
