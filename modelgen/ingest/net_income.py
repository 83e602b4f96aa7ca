"""Which lines are net income: that which a cash flow begins with, and that of the income statement."""

from collections.abc import Sequence

from modelgen.ingest import vocabulary as words
from modelgen.ingest.rules import NET_INCOME
from modelgen.ingest.statement_line import StatementLine


def net_income_flow(flows: Sequence[StatementLine]) -> str:
    """The line of cash flow that is net income: the first, if it says so; "" without lines."""
    first = flows[0] if flows else None
    if first is None or words.INCOME.search(first.label):
        return first.id if first else ""
    named = [line.id for line in flows if NET_INCOME.search(line.label)]
    return named[0] if named else first.id


def net_income_line(flow: StatementLine, income: Sequence[StatementLine], expected: str) -> str:
    """The line of the income statement that a cash flow begins with: the last that prints the same, or else,
    since a figure may be misprinted, the one that does most often; `expected` if none does.
    """
    values = flow.values
    named = [line for line in income if words.INCOME.search(line.label)]
    for line in reversed(named):
        both = [p for p in values if p in line.values]
        if both and all(values[p] == line.values[p] for p in both):
            return line.id
    alike = {line.id: sum(values[p] == line.values.get(p) for p in values) for line in named}
    best = max(alike, key=lambda id_: alike[id_], default="")
    return best if alike.get(best) else expected
