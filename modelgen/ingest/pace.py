"""What a flow of cash is in a period of the forecast, by the year to date: an amount, or a part of sales."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from modelgen.ingest.basis import Basis
from modelgen.ingest.cash import run_rate
from modelgen.ingest.rules import PRECISE, Income, Rule, words_of
from modelgen.ingest.statement_line import Period, StatementLine
from modelgen.ingest.years import months_of


@dataclass(frozen=True)
class Pace:
    """The flows of a statement of cash flows by id, the lines of income with what follows from them, what
    drivers rest on, and the year to date, None if there is none.
    """

    flows: Mapping[str, StatementLine]
    income: Income
    income_lines: Mapping[str, StatementLine]
    basis: Basis
    to_date: Period | None

    def rate(self, id_: str) -> Decimal:
        """A flow's amount a period of the model, in whole units."""
        step = self.basis.years.months
        months = months_of(self.to_date) if self.to_date else step
        return run_rate(self.flows[id_], self.to_date, months, step)

    def amount(self, id_: str) -> Rule:
        """A flow that goes on as in the year to date."""
        basis = f"A period's part of the year to date ended {self.basis.last[1]}"
        return Rule("amount", self._in_units(self.rate(id_)), basis)

    def part_of_sales(self, id_: str) -> Rule:
        """A flow as part of sales in the year to date; an amount without sales."""
        line, sales = self.flows[id_], self.income_lines[self.income.sales]
        period = self.to_date if self.to_date in sales.values else self.basis.last
        value = line.values.get(period) if period else None
        of = sales.values.get(period) if period else None
        if not self.income.sells or not of or of <= 0 or value is None or abs(value) > 2 * of:
            basis = f"As in the year to date ended {self.basis.last[1]}"
            return Rule("amount", self._in_units(self.rate(id_)), basis)
        scale = self.basis.scale
        return Rule(
            "part",
            (value / of).quantize(PRECISE),
            f"As in {words_of(period)}: {value / scale:,} of {of / scale:,}",
            of=self.income.sales,
            of_label=sales.label,
        )

    def _in_units(self, value: Decimal) -> Decimal:
        return (value / self.basis.scale).quantize(Decimal("0.001")).normalize() + 0
