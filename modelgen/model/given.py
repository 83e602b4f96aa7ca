"""Reads the values that a deal gives for an input, and notes what is wrong with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from modelgen.model.by_period import ByPeriod
from modelgen.model.expand import Declared
from modelgen.model.plain import Unit
from modelgen.model.worth import converted, parse_value
from modelgen.problem import Place, Problem, did_you_mean
from modelgen.text.citation import Citation, place_words
from modelgen.text.load import DealText
from modelgen.text.printed import BadValueError
from modelgen.text.schema import AssumptionText


@dataclass(frozen=True)
class Given:
    """Reads values as a deal's text gives them; problems are collected."""

    deal: DealText
    units: Mapping[str, Unit]
    problems: list[Problem]

    @property
    def periods(self) -> ByPeriod:
        """The reader of values by period."""
        return ByPeriod(self.deal, self.note)

    def by_period(
        self, declared: Declared, text: AssumptionText, periods: Sequence[date]
    ) -> dict[int, tuple[str, Place | None]]:
        """The values given by period, by the period's number, each with its position."""
        return self.periods.values(declared, text, periods)

    def from_csv(self, declared: Declared, text: AssumptionText) -> dict[int, float]:
        """The values of a CSV column by the month that each row's period ends or day falls in; the first row
        of each month counts.
        """
        unit = declared.unit
        if text.unit is not None:
            unit = self.unit(
                text.unit, declared, self.deal.place("assumptions", declared.id, "unit")
            )
        found: dict[int, float] = {}
        for row in self.deal.tables.get(text.csv or "", []):
            if text.column not in row.cells:
                place = self.deal.place("assumptions", declared.id, "column")
                hint = did_you_mean(text.column or "", row.cells)
                self.note(f"{text.csv} has no column '{text.column}'", place, hint)
                return {}
            span = self.periods.span(row.cells["period"], row.at("period"))
            if span is not None:
                value = self.typed(row.cells[text.column], unit, row.at(text.column))
                found.setdefault(self.periods.month(span), converted(value, unit, declared.unit))
        return found

    def unit(self, name: str, declared: Declared, place: Place | None) -> Unit:
        """The unit, by its id or label, in which a value for an input is given."""
        by_label = {unit.label: unit for unit in self.units.values()}
        found = self.units.get(name) or by_label.get(name)
        if found is None:
            hint = did_you_mean(name, [*self.units, *by_label])
            self.note(f"'{name}' is not a unit", place, hint)
        elif found.measure != declared.unit.measure:
            ours = declared.unit.label
            self.note(
                f"a value in {found.label} cannot be used for '{declared.id}', which is in {ours}",
                place,
            )
        return found or declared.unit

    def typed(self, text: str, unit: Unit, place: Place | None) -> float:
        """A typed value in a unit; nan, with the problem noted, if it cannot be read."""
        try:
            return parse_value(text, unit)
        except BadValueError as error:
            self.note(str(error), place)
            return float("nan")  # the problem stops the build; the value is not checked further

    def cited(self, at: Citation | None) -> str:
        """A citation as a basis: the title of the source and the place."""
        source = self.deal.document.sources.get(at.source) if at else None
        return f"{source.title}, {place_words(at.place)}" if source and at else ""

    def note(self, message: str, place: Place | None, hint: str = "") -> None:
        """Notes a problem."""
        self.problems.append(Problem(message, place, hint))
