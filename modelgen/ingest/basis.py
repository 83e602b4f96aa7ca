"""What the drivers of a forecast rest on: a period that the model has a column of, so that each can be seen
beside the figures that it was taken from.

A document may end with the stub of a year, as where a company was taken over within a quarter. Such a
period is no quarter, and has no column: no driver follows from it unless nothing else is there, and then
its basis says so.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from modelgen.ingest.rules import Income, Rule, words_of
from modelgen.ingest.statement_line import Period, Printed, StatementLine
from modelgen.ingest.years import Years, months_of, told_by_less


@dataclass(frozen=True)
class Basis:
    """The last period of flows that drivers rest on, the model's periods, and what one unit of its money
    is worth. `longer`: the last period is longer than the model's, as a half year is, and no shorter one
    tells what its last part was: the last actual column is blank.
    """

    last: Period
    years: Years
    scale: Decimal
    longer: bool = False

    @property
    def day(self) -> Period:
        """The last actual day, as the period of a balance."""
        return None, self.years.actual[-1]

    @property
    def months(self) -> int:
        """The months that the last period counts as: a period of the model, or more."""
        return max(months_of(self.last), self.years.months)

    @property
    def periods(self) -> Decimal:
        """How many of the model's periods it is: several where only a year tells of its last quarter."""
        return Decimal(self.months) / self.years.months

    @property
    def has_column(self) -> bool:
        """Whether the model has a column of it."""
        return self.years.band(self.last) is not None

    @property
    def is_last(self) -> bool:
        """Whether it is what the last actual column shows."""
        return self.has_column and self.last[1] == self.years.actual[-1]

    def to_date(self, periods: Sequence[Period]) -> Period | None:
        """The longest of some periods that ends with the last one and has a column; None if none does."""
        ends = [p for p in periods if p[0] is not None and p[1] == self.last[1]]
        shown = [p for p in ends if self.years.band(p) is not None]
        return max(shown or ends, key=months_of, default=None)

    def said(self, rule: Rule) -> Rule:
        """A rule whose basis also says if it is not the last actual column that it rests on."""
        if self.is_last or rule.status != "derived":
            return rule
        end = self.years.actual[-1]
        why = (
            f"of that ended {end}, the model has no column"
            if self.has_column
            else f"the model has no column of it: it is no {self.years.step}"
        )
        return replace(rule, basis=f"{rule.basis}; {why}", status="judgement")

    def founded(self, income: Income, lines: Mapping[str, StatementLine]) -> Income:
        """The rules of income, where the last actual column is blank: what would grow on it is an amount."""
        if self.is_last and not self.longer:
            return income
        words = words_of(self.last)
        basis = f"A {self.years.step}'s part of {words}" if self.longer else f"As in {words}"
        rules = {id_: self.said(rule) for id_, rule in income.rules.items()}
        for id_, rule in rules.items():
            if rule.forecast == "growth":
                value = (lines[id_].values.get(self.last) or Decimal(0)) / self.periods / self.scale
                amount = Rule("amount", round(value, 3), basis)
                rules[id_] = self.said(amount)
        return replace(income, rules=rules)


def basis_of(lines: Sequence[StatementLine], years: Years, scale: Decimal) -> Basis:
    """What drivers rest on: of the periods that the model has a column of, the one that ends last and is
    nearest in length to its own; if it has none, that of the document's last day.
    """
    flows = {p.period for line in lines for p in line.printed if p.period[0] is not None}
    shown = [p for p in flows if years.band(p) is not None]
    ending = [p for p in flows if p[1] == years.actual[-1]]
    last = max(
        shown or ending,
        key=lambda p: (p[1], -abs(months_of(p) - years.months), p[0] or date.min),
    )
    longer = months_of(last) > years.months and last[1] not in told_by_less(list(flows))
    return Basis(last, years, scale, longer)


def without_column(unplaced: Sequence[Printed], basis: Basis) -> list[str]:
    """Sentences about the figures whose periods have no column: which these are, by first and last day, and
    what the drivers of the forecast rest on instead.
    """
    years, counts = basis.years, Counter(printed.period for printed in unplaced)
    said = []
    for period in sorted(counts, key=lambda one: (one[1], one[0] or one[1])):
        first, end = period
        if first is None:
            said.append(f"{counts[period]} of {end}")
            continue
        is_stub = months_of(period) not in (3, 6, 9, 12) or not years.fiscal.is_end(end)
        days = f"{(end - first).days + 1} days" + ", the stub of a year" * is_stub
        said.append(f"{counts[period]} of {first} to {end} ({days})")
    found = [f"Figures without a column: {'; '.join(said)}"] if said else []
    if basis.longer:
        found.append(
            f"No {years.step} alone is printed of {years.actual[-1]}: each {years.step} of the forecast is a "
            f"part of the {months_of(basis.last)} months ended {basis.last[1]}"
        )
    if not basis.is_last and basis.has_column:
        found.append(
            f"The period ended {years.actual[-1]} has no column of flows: the forecast rests on that ended "
            f"{basis.last[1]}, until its drivers are given"
        )
    return found
