"""What of a company's income is not its shareholders': the part of those who hold shares of subsidiaries."""

from decimal import Decimal

from modelgen.ingest import vocabulary as words
from modelgen.ingest.reading import MONEY
from modelgen.ingest.statement_line import StatementLine
from modelgen.ingest.tree import Tree


def others_share(income: Tree, net_income: str) -> tuple[str, int] | None:
    """The line of the part of others in a line of net income that holds it, and the sign that makes the
    line their income; None where the statement tells of none, or the line is after it.
    """
    named = [
        line for line in income.lines if line.unit == MONEY and words.OTHERS.search(line.label)
    ]
    named = [
        line for line in named if line.id not in income.totals or _is_rest(income, line, net_income)
    ]
    # Up from the line that the cash flow begins with, which may be that of operations that go on.
    above, of = income.totals.values(), net_income
    while (total := next((t for t in above if (of, 1) in t.parts), None)) is not None:
        signs, of = dict(total.parts), total.id
        for line in named:
            if line.id in signs:
                return line.id, -signs[line.id]
    # The statement may say how its last line is divided: then a line of the parent's is beside it.
    whole = next(line for line in income.lines if line.id == net_income).values
    for line in named:
        if line.id in income.below(net_income) or not any(line.values.values()):
            continue
        for own in income.lines:
            if own.id in (line.id, net_income) or not set(whole) <= set(own.values):
                continue
            for sign in (1, -1):
                if all(
                    own.values[p] + sign * line.values.get(p, Decimal(0)) == value
                    for p, value in whole.items()
                ):
                    return line.id, sign
    return None


def _is_rest(income: Tree, line: StatementLine, net_income: str) -> bool:
    """Whether a line is what net income is more than another line: that of the parent's shareholders."""
    parts = income.totals[line.id].parts
    return len(parts) == 2 and (net_income, 1) in parts and sum(sign for _, sign in parts) == 0


def others_in_flow(income: Tree, net_income: str, flow: StatementLine) -> str:
    """The forecast of a line of cash flow that adds the part of others to a net income which is without it:
    their line of the income statement, with the sign of the flow. "" if the line is none of these.
    """
    if not words.OTHERS.search(flow.label):
        return ""
    within = income.signs(net_income)
    for line in income.lines:
        if line.id not in within or not words.OTHERS.search(line.label):
            continue
        both = [p for p in flow.values if p in line.values]
        for sign in (1, -1):
            if any(flow.values[p] for p in both) and all(
                flow.values[p] == sign * line.values[p] for p in both
            ):
                return f"= {line.id}" if sign > 0 else f"= -{line.id}"
    return ""
