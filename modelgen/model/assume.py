"""Gives inputs their values: an assumption of the deal, a figure that feeds them, or the template's
default.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from modelgen.dates import to_serial
from modelgen.model.by_period import ByPeriod
from modelgen.model.expand import Declared, Member
from modelgen.model.plain import Figure, Input, Timeline, Unit
from modelgen.model.worth import converted, parse_value, percent_worth, times
from modelgen.problem import Place, Problem, did_you_mean
from modelgen.text.citation import Citation, place_words
from modelgen.text.figure_text import AssumedText
from modelgen.text.load import DealText
from modelgen.text.printed import BadValueError
from modelgen.text.schema import AssumptionText, InputText, LineText
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

    _inputs: dict[str, Input] = field(default_factory=dict)

    @property
    def _periods(self) -> ByPeriod:
        return ByPeriod(self.deal, self._note)

    def inputs(self, declared: list[Declared]) -> dict[str, Input]:
        """All inputs by id, including the rows of leaves' actual values, in the order of the text."""
        # Leaves come afterwards: which periods are actual depends on an input.
        self._inputs = {d.id: self._input(d) for d in declared if isinstance(d.text, InputText)}
        found: dict[str, Input] = {}
        for each in declared:
            if each.id in self._inputs:
                found[each.id] = self._inputs[each.id]
            elif isinstance(each.text, LineText) and each.text.leaf and each.timeline:
                found[f"actual.{each.id}"] = self._leaf(each)
        return found

    def _input(self, declared: Declared) -> Input:
        """An input that a section declares under `inputs`."""
        text = declared.text
        assert isinstance(text, InputText)
        place = self.deal.key_place(*declared.path)
        lowest, highest = self._range(declared, text)
        figures = self.feeding.get(declared.id, [])
        assumption = self.deal.document.assumptions.get(declared.id)
        if assumption is not None and figures and declared.id not in self.deal.overlaid:
            self._note(
                f"'{declared.id}' is given by a figure and also by an assumption",
                self.deal.key_place("assumptions", declared.id),
                f"{figures[0].at} feeds it",
            )
        status, basis, figure = text.status, text.basis or "", None
        timeline = self.timelines[declared.timeline] if declared.timeline else None
        count = len(timeline.periods) if timeline else 1
        given = self._of_calendar(declared.id, count)
        values: list[float] = []
        where = place
        if assumption is not None:
            where = self.deal.key_place("assumptions", declared.id)
            values = self._assumed(declared, assumption, timeline)
            status = assumption.status or status or "judgement"
            basis = assumption.basis or self._cited(assumption.at) or basis
        elif given is not None:
            values = given
        elif figures and timeline is None:
            fed = figures[0]
            value = converted(fed.sign * fed.value, fed.unit, declared.unit)
            values, status, figure = [value], "published", fed.id
            basis = basis or self._cited(fed.at)
        elif text.value is not None:
            where = self.deal.place(*declared.path, "value") or place
            values = [self._typed(text.value, declared.unit, where)] * count
        elif text.optional:
            values = [BLANK] * count
        else:
            self._note(
                f"the input '{declared.id}' has no value",
                place,
                "give it under assumptions, or let a figure feed it",
            )
        fed_by_none = not figures or declared.id in self.deal.overlaid
        if status == "published" and fed_by_none and values:
            self._note(
                f"the input '{declared.id}' has the status published, but no figure feeds it",
                where,
                "add a row to figures.csv with the role 'feeds and ties', or use another status",
            )
        if status is None and values:
            self._note(
                f"the input '{declared.id}' has no status",
                where,
                "give published, derived or judgement",
            )
        if not basis and values:
            self._note(
                f"the input '{declared.id}' has no basis", where, "say why it has this value"
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
                self._note(f"'{declared.id}': {wrong}", where, words)
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
        )

    def _leaf(self, declared: Declared) -> Input:
        """The row of inputs for a leaf's actual values: a figure for each actual period."""
        assert declared.timeline is not None
        timeline = self.timelines[declared.timeline]
        by_column = {f.column: f for f in self.feeding.get(declared.id, [])}
        assumption = self.deal.document.assumptions.get(declared.id)
        given = self._periods.values(declared, assumption, timeline.columns) if assumption else {}
        if assumption and (assumption.value is not None or assumption.csv is not None):
            self._note(
                f"'{declared.id}' is a leaf: its actual values are given by period",
                self.deal.key_place("assumptions", declared.id),
                "values: {2010-03-31: ...}",
            )
        assumed = {a.period: a for a in self.deal.assumed if a.line == declared.id}
        basis = (assumption.basis if assumption else None) or (
            "As published; source and line are in the ledger of figures"
        )
        columns: list[int] = []
        lacking: list[str] = []
        notes: list[str] = []
        values: list[float] = []
        place = self.deal.key_place(*declared.path)
        for column, period in enumerate(timeline.columns):
            fed = by_column.get(column)
            judged = assumed.get(period)
            if fed is not None and judged is not None:
                self._note(
                    f"'{declared.id}' is given by a figure and also assumed", judged.place, fed.id
                )
            if column in given:
                text, where = given[column]
                values.append(self._typed(text, declared.unit, where))
                if fed is not None and declared.id not in self.deal.overlaid:
                    what = f"'{declared.id}' is given by a figure and also by an assumption"
                    self._note(what, where, f"{fed.at} feeds it")
            elif fed is not None:
                values.append(converted(fed.sign * fed.value, fed.unit, declared.unit))
            elif judged is not None:
                columns.append(column)
                notes.append(f"{period.isoformat()} assumed: {judged.basis}")
                values.append(self._judged(judged, declared))
            else:
                values.append(0.0)
                if self._is_actual(period, timeline) and not self.figures_missing:
                    lacking.append(period.isoformat())
        if lacking:
            periods = "the period" if len(lacking) == 1 else f"{len(lacking)} actual periods:"
            self._note(
                f"no figure feeds '{declared.id}' in {periods} to {', '.join(lacking)}", place
            )
        first = next(iter(by_column.values()), None)
        return Input(
            f"actual.{declared.id}",
            declared.label,
            declared.row_label,
            declared.unit,
            declared.timeline,
            tuple(values),
            "published" if by_column else "judgement",
            "; ".join([basis, *notes]),
            first.id if first else None,
            None,
            None,
            (),
            "",
            place,
            leaf_of=declared.id,
            assumed=tuple(columns),
        )

    def _judged(self, judged: AssumedText, declared: Declared) -> float:
        """The assumed value of a leaf, in the leaf's unit."""
        unit = self._unit(judged.unit, declared, judged.place) if judged.unit else declared.unit
        per = percent_worth(unit) if judged.percent else 1.0
        if per is None:
            self._note(
                f"the assumed value is a percentage, but its unit is {unit.label}", judged.place
            )
        return converted(times(judged.value, per or 1.0), unit, declared.unit)

    def _unit(self, name: str, declared: Declared, place: Place | None) -> Unit:
        """The unit, by its id or label, in which a value for an input is given."""
        by_label = {unit.label: unit for unit in self.units.values()}
        found = self.units.get(name) or by_label.get(name)
        if found is None:
            hint = did_you_mean(name, [*self.units, *by_label])
            self._note(f"'{name}' is not a unit", place, hint)
        elif found.measure != declared.unit.measure:
            ours = declared.unit.label
            self._note(
                f"a value in {found.label} cannot be used for '{declared.id}', which is in {ours}",
                place,
            )
        return found or declared.unit

    def _choices(self, declared: Declared, text: InputText) -> tuple[tuple[float, str], ...]:
        """The codes that an input may have, with their meanings: as given, or 1, 2, ... for the members of a
        set.
        """
        if text.choices_of is None:
            choices = []
            for code, words in (text.choices or {}).items():
                place = self.deal.key_place(*declared.path, "choices", code)
                choices.append((self._typed(code, declared.unit, place), words))
            wrong = any(math.isnan(code) for code, _ in choices)
            codes = [code for code, _ in choices]
            if not wrong and codes != [min(codes, default=0) + n for n in range(len(codes))]:
                self._note(
                    f"the choices of '{declared.id}' have gaps",
                    self.deal.key_place(*declared.path, "choices"),
                    "give whole numbers in a row, as 1, 2, 3: the workbook tests a code by its ends",
                )
            return () if wrong else tuple(choices)
        members = self.sets.get(text.choices_of)
        if members is None:
            place = self.deal.place(*declared.path, "choices_of")
            self._note(
                f"'{text.choices_of}' is not a set", place, did_you_mean(text.choices_of, self.sets)
            )
            return ()
        return tuple((float(code), m.label) for code, m in enumerate(members, start=1))

    def _of_calendar(self, id_: str, count: int) -> list[float] | None:
        """The values that the deal's calendar gives to an input, None if it gives none."""
        found = (t.given[id_] for t in self.timelines.values() if id_ in t.given)
        return next((list(values) for values in found if len(values) == count), None)

    def _is_actual(self, period: date, timeline: Timeline) -> bool:
        """Whether a period is actual at build; on a timeline without actual flags, all are. If the date of
        the last actual period is missing or wrong, which is reported there, none is.
        """
        if timeline.actual is None:
            return True
        last = self._inputs.get(timeline.last_actual)
        return last is not None and bool(last.values) and to_serial(period) <= last.values[0]

    def _cited(self, at: Citation | None) -> str:
        """A citation as a basis: the title of the source and the place."""
        source = self.deal.document.sources.get(at.source) if at else None
        return f"{source.title}, {place_words(at.place)}" if source and at else ""

    def _assumed(
        self, declared: Declared, text: AssumptionText, timeline: Timeline | None
    ) -> list[float]:
        """An input's values: one value or a CSV column for all periods, overridden by the values of single
        periods. The assumption's unit is that of the CSV column.
        """
        path = ("assumptions", declared.id)
        if timeline is None:
            if text.value is None or text.values or text.csv is not None:
                self._note(f"'{declared.id}' takes one value", self.deal.key_place(*path))
                return [0.0]
            return [self._typed(text.value, declared.unit, self.deal.place(*path, "value"))]
        asked = declared.text
        assert isinstance(asked, InputText)
        base = BLANK if asked.optional else 0.0
        if text.value is not None:
            base = self._typed(text.value, declared.unit, self.deal.place(*path, "value"))
        elif asked.value is not None and text.csv is None:
            base = self._typed(asked.value, declared.unit, self.deal.place(*declared.path, "value"))
        by_month = self._from_csv(declared, text)
        values = []
        for period in timeline.periods:
            found = by_month.get(self.deal.fiscal.index(period))
            if found is None and text.csv is not None:
                self._note(
                    f"{text.csv} has no value for '{declared.id}' in the period ending {period.isoformat()}",
                    self.deal.place(*path, "csv"),
                )
            values.append(base if found is None else found)
        for column, (value, place) in self._periods.values(
            declared, text, timeline.periods
        ).items():
            blank = asked.optional and value == "blank"
            values[column] = BLANK if blank else self._typed(value, declared.unit, place)
        return values

    def _from_csv(self, declared: Declared, text: AssumptionText) -> dict[int, float]:
        """The values of a CSV column by the month that each row's period ends or day falls in; the first row
        of each month counts.
        """
        unit = declared.unit
        if text.unit is not None:
            unit = self._unit(
                text.unit, declared, self.deal.place("assumptions", declared.id, "unit")
            )
        found: dict[int, float] = {}
        for row in self.deal.tables.get(text.csv or "", []):
            if text.column not in row.cells:
                place = self.deal.place("assumptions", declared.id, "column")
                hint = did_you_mean(text.column or "", row.cells)
                self._note(f"{text.csv} has no column '{text.column}'", place, hint)
                return {}
            span = self._periods.span(row.cells["period"], row.at("period"))
            if span is not None:
                value = self._typed(row.cells[text.column], unit, row.at(text.column))
                month = self._periods.month(span)
                found.setdefault(month, converted(value, unit, declared.unit))
        return found

    def _typed(self, text: str, unit: Unit, place: Place | None) -> float:
        try:
            return parse_value(text, unit)
        except BadValueError as error:
            self._note(str(error), place)
            return float("nan")  # the problem stops the build; the value is not checked further

    def _range(self, declared: Declared, text: InputText) -> tuple[float | None, float | None]:
        place = self.deal.key_place(*declared.path)
        if text.range is not None:
            where = self.deal.place(*declared.path, "range")
            low, high = (self._typed(end, declared.unit, where) for end in text.range)
            if low > high:
                self._note(f"the range of '{declared.id}' ends before it begins", where)
                return None, None
            return low, high
        if text.choices is None and text.choices_of is None:
            self._note(
                f"the input '{declared.id}' has no range", place, "give range: [minimum, maximum]"
            )
        return None, None

    def _note(self, message: str, place: Place | None, hint: str = "") -> None:
        self.problems.append(Problem(message, place, hint))
