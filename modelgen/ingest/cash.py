"""What the statement of cash flows says of itself: the line of net change, those of cash at the
beginning and the end, and the section of each line.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from modelgen.ingest.own_ids import NET_CHANGE
from modelgen.ingest.statement_line import Period, StatementLine
from modelgen.ingest.tree import Total, Tree

OPERATING, INVESTING, FINANCING, EXCHANGE = "operating", "investing", "financing", "exchange"
_SECTION = {
    INVESTING: re.compile(r"\binvest(ing|ment)\b", re.IGNORECASE),
    FINANCING: re.compile(r"\bfinancing\b", re.IGNORECASE),
    OPERATING: re.compile(
        r"\boperat(ing|ions)\b", re.IGNORECASE
    ),  # last: all may be "of continuing operations"
}
_CASH_TOTAL = re.compile(r"\b(cash|net|total)\b", re.IGNORECASE)
_EXCHANGE = re.compile(r"\b(exchange|currency|translation)\b", re.IGNORECASE)
_CHANGE = re.compile(r"\b(increase|decrease|change)s?\b", re.IGNORECASE)
_BEGIN = re.compile(r"\b(begin|beginning|start|opening)\b", re.IGNORECASE)
_END = re.compile(r"\b(end|ending|close|closing)\b", re.IGNORECASE)


@dataclass(frozen=True)
class CashFlow:
    """The lines of a statement of cash flows: net change; cash at the end and at the beginning, ""
    where not printed; the leaves with what one of them does to cash (1 or -1), and the section of each.
    `parts`: what the net change is made of, where the document prints no line of all of it.
    """

    net_change: str
    ending: str
    beginning: str
    effects: Mapping[str, int]
    sections: Mapping[str, str]
    parts: tuple[tuple[str, int], ...] = ()


def cash_flow_of(tree: Tree) -> CashFlow | None:
    """The lines that matter; None if no net change is found and made of others."""
    instants = [line for line in tree.lines if line.instant]
    flows = [line for line in tree.lines if not line.instant]
    pairs = [
        (b, e) for b in instants for e in instants if b is not e and begins(b) and not begins(e)
    ]
    pairs.sort(key=lambda pair: not _END.search(_words(pair[1])))
    for beginning, ending in pairs:
        for line in reversed(flows):
            if line.id in tree.totals and _is_change(line, beginning, ending):
                return _made(tree, line.id, ending.id, beginning.id)
    for beginning, ending in pairs:
        total = tree.totals.get(ending.id)
        parts = tuple(part for part in total.parts if part[0] != beginning.id) if total else ()
        if total and parts and (beginning.id, 1) in total.parts:
            effects = {id_: sign * s for part, sign in parts for id_, s in tree.signs(part).items()}
            labels = {line.id: line.label for line in tree.lines}
            sections = {id_: _section(tree, id_, ending.id, labels) for id_ in effects}
            return CashFlow(NET_CHANGE, ending.id, beginning.id, effects, sections, parts)
    named = [
        line
        for line in flows
        if line.id in tree.totals
        and _CHANGE.search(line.label)
        and re.search(r"\bcash\b", line.label, re.IGNORECASE)
    ]
    if named:
        return _made(tree, named[-1].id, "", "")
    return None


def begins(line: StatementLine) -> bool:
    """Whether a balance of the statement is that of the period's beginning: by its words, or by the day
    that its figures are of ("Cash at January 1").
    """
    days = [(p.figure.end, p.period[1]) for p in line.printed if p.figure.end is not None]
    return bool(_BEGIN.search(_words(line))) or any(day < end for day, end in days)


def _words(line: StatementLine) -> str:
    return f"{line.label} {line.heading}" if len(line.label) < 30 else line.label


def _is_change(line: StatementLine, beginning: StatementLine, ending: StatementLine) -> bool:
    change, begin, end = line.values, beginning.values, ending.values
    both = [p for p in change if p in begin and p in end]
    slack = max(p.figure.precision for p in line.printed)
    return bool(both) and all(abs(end[p] - begin[p] - change[p]) <= slack for p in both)


def _made(tree: Tree, net_change: str, ending: str, beginning: str) -> CashFlow:
    effects = tree.signs(net_change)
    labels = {line.id: line.label for line in tree.lines}
    return CashFlow(
        net_change,
        ending,
        beginning,
        effects,
        {id_: _section(tree, id_, net_change, labels) for id_ in effects},
    )


def _section(tree: Tree, id_: str, root: str, labels: Mapping[str, str]) -> str:
    """The section of a line: by the totals above it, from the outermost."""
    above: list[str] = []
    total: Total | None = tree.parent(id_)
    while total is not None and total.id != root:
        above.append(total.id)
        total = tree.parent(total.id)
    for total_id in reversed(above):
        label = labels[total_id]
        is_change = (
            _CHANGE.search(label) and "activities" not in label.lower()
        )  # of cash, from continuing operations
        if _CASH_TOTAL.search(label) and not is_change:
            for section, pattern in _SECTION.items():
                if pattern.search(labels[total_id]):
                    return section
    return EXCHANGE if _EXCHANGE.search(labels[id_]) else OPERATING


def run_rate(line: StatementLine, last: Period | None, months: int, step: int) -> Decimal:
    """A line's amount a period, from the year to date that ends with the last actual period."""
    if last is None:
        return Decimal(0)
    return (line.values.get(last) or Decimal(0)) * step / (months or step)
