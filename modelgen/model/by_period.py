"""Reads values that a deal gives by period, by the names of periods."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from modelgen.fiscal import STEPS, BadPeriodError, Span
from modelgen.model.expand import Declared
from modelgen.problem import Place
from modelgen.text.load import DealText
from modelgen.text.schema import AssumptionText, InputText

_STEP = {months: step for step, months in STEPS.items()}


@dataclass(frozen=True)
class ByPeriod:
    """Reads a deal's values by period; problems go to `note`: message, place and hint."""

    deal: DealText
    note: Callable[..., None]

    def values(
        self, declared: Declared, text: AssumptionText, periods: Sequence[date]
    ) -> dict[int, tuple[str, Place | None]]:
        """The values given by period, by the period's number, each with its position. A plain number, such as
        a rate, that is given for a longer period holds in each of its periods.
        """
        fiscal = self.deal.fiscal
        at = [fiscal.index(end) for end in periods]
        step = min((after - before for before, after in pairwise(at)), default=12)
        spans = []
        for named, value in (text.values or {}).items():
            path = ("assumptions", declared.id, "values", named)
            span = self.span(named, self.deal.key_place(*path))
            if span is None:
                continue
            one = span.first is None or declared.band_of  # in a band, periods differ
            months = 1 if one else fiscal.months(span) or step
            spans.append((months, self.month(span), named, value, path))
        found: dict[int, tuple[str, Place | None]] = {}
        for months, last, named, value, path in sorted(spans, key=lambda span: -span[0]):
            numbers = [n for n, index in enumerate(at) if last - months < index <= last]
            place = self.deal.key_place(*path)
            is_leaf = not isinstance(declared.text, InputText)
            if not numbers:
                self.note(f"'{declared.id}' has no period {named}", place)
            elif months > step and (is_leaf or declared.unit.type.measure):
                self.note(
                    f"'{declared.id}' has a value for each {_STEP[step]}, and {named} is longer",
                    place,
                    "give each period its own",
                )
            found |= {number: (value, self.deal.place(*path)) for number in numbers}
        return found

    def span(self, period: str, place: Place | None) -> Span | None:
        """The period that a text names."""
        try:
            return self.deal.fiscal.parse(period)
        except BadPeriodError as error:
            self.note(str(error), place)
            return None

    def month(self, span: Span) -> int:
        """The fiscal month that a period ends with or, without a stated duration, its day falls in."""
        fiscal = self.deal.fiscal
        return fiscal.index(span.last) if span.first else fiscal.holding(span.last)
