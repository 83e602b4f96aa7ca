"""The table of figures of an ingested deal: each numeral with the line, column and place that it ties
to; and the leaf values that no numeral gives, each with the reason.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from modelgen.ingest.own_ids import DISAGREES, SIDES_APART
from modelgen.ingest.plan import Difference, Plan
from modelgen.ingest.reading import (
    BALANCE,
    CASH,
    INCOME,
    MONEY,
    PER_SHARE,
    PERCENT,
    SHARES,
    IngestedFigure,
    SourceAnomaly,
)
from modelgen.ingest.sentences import as_printed, scale_of
from modelgen.ingest.source_gaps import net_income_apart_by, sides_apart_by
from modelgen.ingest.spans import spans_apart
from modelgen.ingest.statement_line import Period, Printed, StatementLine
from modelgen.ingest.years import months_of
from modelgen.text.printed import (
    NIL,
    BadValueError,
    is_percentage,
    printed_number,
    without_typography,
)

HEADER = ("line", "period", "printed", "unit", "at", "role", "basis")
SAME_PERIOD = "Another column has the same period in this row"
"""How the reason begins of a figure whose column seems to be another once more."""
NOT_PRINTED = "Nothing is printed in this column"


@dataclass
class Ledger:
    """The rows of figures.csv, the anomalies (citation, printed, reason), the units that figures need
    beside the deal's own (id: label, measure, factor), the leaves whose values lack in some column,
    the actual days on which the cash flow statement has no flow, and the figures that have no column.
    """

    rows: list[tuple[str, ...]] = field(default_factory=list)
    anomalies: list[tuple[str, str, str]] = field(default_factory=list)
    units: dict[str, tuple[str, str, Decimal]] = field(default_factory=dict)
    lacking: set[str] = field(default_factory=set)
    blank: list[date] = field(default_factory=list)
    unplaced: list[Printed] = field(default_factory=list)

    def accounted(self) -> set[tuple[str, str]]:
        """Place and numeral of each figure: an anomaly of such a one accounts for no numeral beside it."""
        return {(row[4], without_typography(row[2])) for row in self.rows if row[4]}


def ledger_of(plan: Plan, currency: str) -> Ledger:
    """The table of figures of a plan."""
    return _Ledgers(plan, currency).made()


def add_read(ledger: Ledger, read: Iterable[tuple[str, SourceAnomaly]]) -> None:
    """Adds the anomalies that reading found, each with the id of its source, where the ledger has nothing
    of that numeral itself.
    """
    known = {(at, without_typography(printed)) for at, printed, _ in ledger.anomalies}
    for source, one in read:
        at = f"{source}:{one.line}"
        row = at, one.printed.strip(), one.reason
        if (at, without_typography(one.printed)) not in known and row not in ledger.anomalies:
            ledger.anomalies.append(row)


def place_of(plan: Plan, line: StatementLine, period: Period) -> tuple[str, date] | None:
    """The id and column that a figure of a line ties to. A balance in the statement of cash flows
    stands on its day where the model has one, and beside the year to date otherwise.
    """
    years = plan.years
    if not line.instant:
        return years.place(line, period)
    first, end = period
    rolls = next(row for row in plan.rows if row.id == line.id).kind == "balance"
    if rolls and end in (*years.actual, *years.compared_balances):
        return line.id, end
    placed = years.place(line, period)
    return placed if first is not None else None


@dataclass
class _Ledgers:
    plan: Plan
    currency: str
    ledger: Ledger = field(default_factory=Ledger)
    given: dict[tuple[str, date], Decimal] = field(default_factory=dict)
    at: dict[tuple[str, date], str] = field(default_factory=dict)
    by_less: dict[tuple[str, date], tuple[Period, Period]] = field(default_factory=dict)
    """Of a quarter that is one period less another: both."""

    def made(self) -> Ledger:
        for line in self.plan.lines:
            for printed in line.printed:
                self._figure(line, printed)
        self._quarters()
        for difference in self.plan.differences:
            self._difference(difference)
        self._gaps()
        self._fill()
        self._disagreeing()
        for printed, reason in spans_apart(self.plan.lines):
            at = f"{printed.source}:{printed.figure.line}", printed.figure.printed.strip()
            if at not in {anomaly[:2] for anomaly in self.ledger.anomalies}:
                self._anomaly(at[0], printed.figure, reason)
        self._blank()
        return self.ledger

    def _disagreeing(self) -> None:
        """An anomaly for each figure that another line, which is to be the same, prints otherwise."""
        lines = {line.id: line for line in self.plan.lines}
        for id_, period, reason in self.plan.disagreeing:
            printed = next(p for p in lines[id_].printed if p.period == period)
            at = f"{printed.source}:{printed.figure.line}"
            self._anomaly(at, printed.figure, reason)

    def _gaps(self) -> None:
        """What the source prints otherwise of the two sides, and of net income."""
        lines = {line.id: line for line in self.plan.lines}
        rows = {row.id for row in self.plan.rows}
        found: dict[tuple[str, date], Decimal] = {}
        if self.plan.sides and SIDES_APART in rows:
            found |= sides_apart_by(self.plan, *self.plan.sides)
        if self.plan.checked_net_income and DISAGREES in rows:
            first, second, _ = self.plan.checked_net_income
            found |= net_income_apart_by(self.plan, lines[first], lines[second], self.by_less)
        years = self.plan.years
        shown = {*years.actual, *years.compared_balances, *years.compared_flows}
        for key, value in found.items():
            if key[1] in shown and not self._whole(key):
                self._assumed(*key, value, "As the source prints the two, the one less the other")

    def _blank(self) -> None:
        """The actual days of which no flow of cash is known."""
        flows = [o.id for o in self.plan.lines if o.statement == CASH and not o.instant]
        if flows:
            days = self.plan.years.actual
            self.ledger.blank = [
                d for d in days if not any((id_, d) in self.given for id_ in flows)
            ]

    def _figure(self, line: StatementLine, printed: Printed) -> None:
        placed = place_of(self.plan, line, printed.period)
        figure = printed.figure
        if placed is None:
            self.ledger.unplaced.append(printed)
            return
        id_, day = placed
        at = f"{printed.source}:{figure.line}"
        known = self.given.get((id_, day))
        if known is not None:
            if abs(known - figure.value) > figure.precision / 2:
                self._anomaly(at, figure, self._otherwise(printed, (id_, day)))
                return
        elif self._breaks_sum(line, printed, id_):
            self._anomaly(at, figure, self._other_sum(line, printed))
            return
        self.given.setdefault((id_, day), figure.value)
        self.at.setdefault((id_, day), at)
        self.ledger.rows.append(
            (id_, day.isoformat(), _text(figure), self._unit(figure), at, "", _doubt(figure))
        )

    def _otherwise(self, printed: Printed, key: tuple[str, date]) -> str:
        """The reason why a figure is none of the model's: what else is printed of its line and period."""
        known, at = self.given[key], self.at.get(key, "")
        value = f"{known / self.plan.scale:,f}"
        value = value.rstrip("0").rstrip(".") if "." in value else value
        source, _, line = at.partition(":")
        if source in ("", printed.source):
            if line == str(printed.figure.line):
                return (
                    f"{SAME_PERIOD}, and prints {value}: the first is taken, and the dates above one of the "
                    "two are misread or misprinted"
                )
            return f"Another figure of the same line and period is {value}, on line {line}"
        return (
            f"Restated: the later filing ({source}, line {line}) prints {value} of the same period"
        )

    def _breaks_sum(self, line: StatementLine, printed: Printed, id_: str) -> bool:
        """Whether the year to date is not the sum of its quarters, all of which the model has as
        printed.
        """
        if not id_.startswith("ytd.") or line.instant or line.unit != MONEY:
            return False
        inside = self._within(line, printed.period)
        if len(inside) * self.plan.years.months != months_of(printed.period):
            return False
        whole = sum((line.values[p] for p in inside), Decimal(0))
        return abs(whole - printed.figure.value) > printed.figure.precision / 2

    def _other_sum(self, line: StatementLine, printed: Printed) -> str:
        """The sentence about a year to date whose quarters are another sum."""
        figure, inside = printed.figure, self._within(line, printed.period)
        parts = [as_printed(line.values[p], figure) for p in inside]
        whole = as_printed(sum((line.values[p] for p in inside), Decimal(0)), figure)
        return (
            f"{line.label} of {months_of(printed.period)} months is {as_printed(figure.value, figure)}, and "
            f"its quarters ({', '.join(parts)}) add up to {whole}: one of them is misprinted, or has been "
            "restated"
        )

    def _within(self, line: StatementLine, period: Period) -> list[Period]:
        """The periods of the model, as a line prints them, that a longer period holds."""
        first, end = period
        return [
            p
            for p in line.values
            if p[0] is not None
            and first is not None
            and first <= p[0]
            and p[1] <= end
            and months_of(p) == self.plan.years.months
            and p[1] in self.plan.years.actual
        ]

    def _anomaly(self, at: str, figure: IngestedFigure, reason: str) -> None:
        self.ledger.anomalies.append((at, figure.printed.strip(), reason))

    def _quarters(self) -> None:
        """Quarters of flows that only years to date tell: each less the one before. An average of a
        fourth quarter is taken for that of its year.
        """
        if self.plan.years.step != "quarter":
            return
        kinds = {row.id: row for row in self.plan.rows if row.leaf}
        lines = {line.id: line for line in self.plan.lines}
        for line in self.plan.lines:
            row = kinds.get(line.id)
            if row is not None and row.unit == "money" and row.kind == "flow":
                self._quarters_of(line.id, line, line.values)
            elif row is not None and row.unit == "shares" and line.statement == INCOME:
                self._of_year(line)
        for difference in self.plan.differences:
            line = lines[difference.total]
            if not line.instant and line.statement != BALANCE:
                values = {p: difference.values.get(p, Decimal(0)) for p in line.values}
                self._quarters_of(difference.id, line, values)

    def _quarters_of(self, id_: str, line: StatementLine, values: Mapping[Period, Decimal]) -> None:
        years = self.plan.years
        told = {p for one in self.plan.lines if one.statement == line.statement for p in one.values}
        for period in sorted(told, key=lambda p: p[1]):
            first, end = period
            months = months_of(period)
            # A difference is that of its total, which may print the quarter itself.
            known = (id_, end) in self.given or (line.id, end) in self.given
            shown = end in (*years.actual, *years.compared_flows)
            if first is None or months <= 3 or known or not shown:
                continue
            before = next((p for p in told if p[0] == first and months_of(p) == months - 3), None)
            # What the longer period does not print any more is nothing in it: so the quarter takes
            # back what those before it printed, and the year to date is what is printed.
            if before is not None and (period in values or before in values):
                own = values.get(period, Decimal(0)) - values.get(before, Decimal(0))
                self._assumed(id_, end, own, f"{months} months less {months - 3}, as printed")
                self.by_less[id_, end] = period, before

    def _of_year(self, line: StatementLine) -> None:
        for day in self.plan.years.actual:
            if (line.id, day) not in self.given:
                longer = [p for p in line.values if p[0] is not None and p[1] == day]
                if longer:
                    told = max(longer, key=months_of)
                    is_longer = months_of(told) > self.plan.years.months
                    what = "the longer period" if is_longer else f"{told[0]} to {told[1]}"
                    self._assumed(line.id, day, line.values[told], f"That of {what}, as printed")

    def _difference(self, difference: Difference) -> None:
        line = next(one for one in self.plan.lines if one.id == difference.total)
        total, id_, values = difference.total, difference.id, difference.values
        for period in line.values:
            placed = place_of(self.plan, line, period)
            if placed is None:
                continue
            band = placed[0].removesuffix(total)
            value = values.get(period, Decimal(0))
            key = (f"{band}{id_}", placed[1])
            if key not in self.given and (line.instant or not self._whole(key)):
                self._assumed(*key, value, "What the total prints less what its lines print")
            if period in difference.off:
                printed = next(p for p in line.printed if p.period == period)
                at = f"{printed.source}:{printed.figure.line}"
                self._anomaly(at, printed.figure, difference.off[period])
        for day in self.plan.years.actual:
            if line.instant or (id_, day) in self.given or (line.id, day) not in self.given:
                continue
            self._assumed(id_, day, Decimal(0), "Nothing is left")

    def _whole(self, key: tuple[str, date]) -> bool:
        """Whether the model has all quarters of a year to date, so that nothing may be given for it."""
        if not key[0].startswith("ytd."):
            return False
        years = self.plan.years
        last = years.fiscal.index(key[1])
        there = {years.fiscal.index(day) for day in (*years.actual, *years.compared_flows)}
        return all(last - n in there for n in range(0, years.fiscal.into_year(last), 3))

    def _fill(self) -> None:
        """Zero where a leaf prints nothing in a column in which its statement does; otherwise it lacks
        there.
        """
        columns: dict[str, set[tuple[str, date]]] = defaultdict(set)
        by_id = {line.id: line for line in self.plan.lines}
        for id_, day in self.given:
            bare = id_.removeprefix("ytd.")
            line = by_id.get(bare)
            if line is not None and line.unit == MONEY and not line.instant:
                columns[line.statement].add((id_.removesuffix(bare), day))
        years = self.plan.years
        for row in self.plan.rows:
            if not row.leaf:
                continue
            line = by_id.get(row.id)
            fills = row.unit == "money" and not (line and line.instant)
            if fills:
                for band, day in sorted(columns[row.statement]):
                    if (f"{band}{row.id}", day) not in self.given and not self._whole(
                        (f"{band}{row.id}", day)
                    ):
                        self._assumed(f"{band}{row.id}", day, Decimal(0), NOT_PRINTED)
            compared = years.compared_balances if row.kind == "balance" else years.compared_flows
            if any((row.id, day) not in self.given for day in (*years.actual, *compared)):
                self.ledger.lacking.add(row.id)

    def _assumed(self, id_: str, day: date, value: Decimal, basis: str) -> None:
        self.given[id_, day] = value
        amount = value / self.plan.scale
        text = f"({-amount:,f})" if amount < 0 else f"{amount:,f}"
        self.ledger.rows.append((id_, day.isoformat(), _short(text), "", "", "assumed", basis))

    def _unit(self, figure: IngestedFigure) -> str:
        """The unit of a figure, blank if it is the line's own; one that another scale needs is noted."""
        if figure.unit == PERCENT and not figure.is_nil and not is_percentage(_text(figure)):
            return PERCENT
        if figure.unit not in (MONEY, SHARES) or figure.is_nil:
            return ""
        scale = scale_of(figure)
        if scale == self.plan.scale:
            return ""
        words = {1: "", 1000: "thousand", 10**6: "million", 10**9: "billion"}.get(
            int(scale), f"{scale:,}"
        )
        id_ = f"{figure.unit}_{int(scale)}"
        label = f"{self.currency} {words}" if figure.unit == MONEY else f"{words} shares"
        self.ledger.units[id_] = (
            label.strip() + (", as printed" if not words else ""),
            figure.unit,
            scale / self.plan.scale,
        )
        return id_


def _doubt(figure: IngestedFigure) -> str:
    """Why a person should look at a figure, as its basis; "" if nothing is doubtful."""
    return f"To review: {figure.review}" if figure.review else ""


def _text(figure: IngestedFigure) -> str:
    """The numeral as the table of figures takes it: as printed, where that reads as the value."""
    if figure.is_nil:
        bare = without_typography(figure.printed)
        return bare if bare in NIL else "—"
    bare = figure.printed.replace("\xa0", " ").strip()
    worth = figure.value / scale_of(figure) if figure.unit not in (PER_SHARE,) else figure.value
    try:
        if printed_number(bare)[0] == worth:
            return bare
    except BadValueError:
        pass
    decimals = max(
        0, -int(figure.precision.normalize().as_tuple().exponent) + int(scale_of(figure).adjusted())
    )
    text = f"{abs(worth):,.{decimals}f}"
    return f"({text})" if worth < 0 else text


def _short(text: str) -> str:
    """A number without the zeros after its last decimal."""
    if "." not in text:
        return text
    negative = text.endswith(")")
    bare = text.rstrip(")").rstrip("0").rstrip(".")
    return bare + (")" if negative else "")
