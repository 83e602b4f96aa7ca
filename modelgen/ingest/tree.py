"""The structure of a statement: which of its lines are totals of which, as footing finds it.

What does not foot to the last digit gets a line of its own for the difference, so that each total of
the model is what is printed: rounding where it is small, and otherwise an anomaly of the source.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from modelgen.ingest.footing import footed
from modelgen.ingest.footing_rows import Footed, FootingRow, in_steps
from modelgen.ingest.reading import INCOME, MONEY
from modelgen.ingest.statement_line import Period, StatementLine


@dataclass(frozen=True)
class Total:
    """A total: the ids that it adds with their signs, by period what it prints less their sum (only
    where that is not zero), and the periods in which that is more than rounding.
    """

    id: str
    parts: tuple[tuple[str, int], ...]
    difference: Mapping[Period, Decimal]
    off: tuple[Period, ...] = ()


@dataclass(frozen=True)
class Tree:
    """The money lines of a statement in their order, its periods, and its totals by id."""

    lines: tuple[StatementLine, ...]
    periods: tuple[Period, ...]
    totals: Mapping[str, Total]

    def signs(self, root: str) -> dict[str, int]:
        """The sign with which each leaf below a total enters it; a leaf itself with 1."""
        found: dict[str, int] = {}
        pending = [(root, 1)]
        while pending:
            id_, sign = pending.pop()
            if id_ in self.totals:
                pending += [(part, sign * s) for part, s in self.totals[id_].parts]
            else:
                found[id_] = sign
        return found

    def below(self, root: str) -> set[str]:
        """All lines below a total, totals among them, and itself."""
        found: set[str] = set()
        pending = [root]
        while pending:
            id_ = pending.pop()
            found.add(id_)
            if id_ in self.totals:
                pending += [part for part, _ in self.totals[id_].parts]
        return found

    def parent(self, id_: str) -> Total | None:
        """The total that adds a line."""
        return next((t for t in self.totals.values() if any(p == id_ for p, _ in t.parts)), None)


def tree_of(lines: Sequence[StatementLine]) -> Tree:
    """The structure of a statement's lines."""
    money = tuple(line for line in lines if line.unit == MONEY)
    periods = tuple(dict.fromkeys(p.period for line in money for p in line.printed))
    if not money:
        return Tree((), (), {})
    # What most figures are rounded to: one that is printed to more digits allows no finer sums.
    steps = Counter(
        p.figure.precision for line in money for p in line.printed if not p.figure.is_nil
    )
    step = steps.most_common(1)[0][0] if steps else Decimal(1)  # of dashes alone
    values = [line.values for line in money]
    rows = [
        FootingRow(line.label, in_steps([v.get(p) for p in periods], step))
        for line, v in zip(money, values, strict=True)
    ]
    found = footed(rows, costs=lines[0].statement == INCOME)
    totals = {money[one.row].id: _total(one, money, values, periods) for one in found}
    return Tree(money, periods, totals)


def _total(
    one: Footed,
    lines: Sequence[StatementLine],
    values: Sequence[Mapping[Period, Decimal]],
    periods: Sequence[Period],
) -> Total:
    differences = {
        p: value
        - sum((sign * values[row].get(p, Decimal(0)) for row, sign in one.parts), Decimal(0))
        for p, value in values[one.row].items()
    }
    return Total(
        lines[one.row].id,
        tuple((lines[row].id, sign) for row, sign in one.parts),
        {p: difference for p, difference in differences.items() if difference},
        tuple(periods[column] for column in one.off),
    )
