"""Forecast rules of the income statement: by a line's place in the statement, and by the words of
accounting.

Every rule has a value and a basis that says where it is from, so that what a person changes is one blue
cell. No rule divides by what is not positive, and none carries what happens once into the forecast.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from modelgen.ingest.lines import Period, StatementLine
from modelgen.ingest.tree import Tree

TAX = re.compile(r"\b(income )?tax(es)?\b", re.IGNORECASE)
BEFORE = re.compile(r"\bbefore\b", re.IGNORECASE)
OTHERS_SHARE = re.compile(r"\bnon-?controlling|minority|preferred|participating", re.IGNORECASE)
ONCE = re.compile(
    r"\b(impairments?|restructuring|gains?|loss(es)?|discontinued|extraordinary|litigation|settlement|disposals?|disposition|"
    r"fair value|merger|acquisition|divestiture|separation|extinguishment|unusual|special|sale of)\b",
    re.IGNORECASE,
)
SALES = re.compile(r"\b(net )?(sales|revenues?|premiums?)\b", re.IGNORECASE)
COST = re.compile(r"\bcosts?\b|\bexpenses?\b", re.IGNORECASE)
NET_INCOME = re.compile(
    r"\bnet\b.*\b(income|earnings|loss|profit)|^(profit|loss|earnings)\b", re.IGNORECASE
)
PRECISE = Decimal("0.000001")
GREATEST_PART = 5


@dataclass(frozen=True)
class Rule:
    """How a line is forecast: one of the choices of `driven_line`, the value of its input, the basis of
    that value, and for a part, a rate or days the line that it is of. Interest on cash also has the
    lines of the cash `before` it, and of what is `kept` of one more of it.
    """

    forecast: str
    value: Decimal
    basis: str
    status: str = "derived"
    of: str = ""
    of_label: str = ""
    before: str = ""
    kept: str = ""


@dataclass(frozen=True)
class Income:
    """What the other statements take from an income statement: the line of sales, of net income, of
    costs of sales where there is one, and the rule of each leaf.
    """

    sales: str
    net_income: str
    cost_of_sales: str
    rules: Mapping[str, Rule]


def income_of(tree: Tree, last: Period, scale: Decimal, periods: Decimal) -> Income | None:
    """The rules of an income statement whose last actual period is the last of the `periods` in `last`;
    None without lines.
    """
    lines = {line.id: line for line in tree.lines}
    sales = _sales(tree)
    net = net_income_of(tree)
    if not sales or not net:
        return None
    of_sales = tree.below(sales)
    counted = set(tree.signs(net))
    value_of_sales = lines[sales].values.get(last) or Decimal(0)
    words = words_of(last)
    rules: dict[str, Rule] = {}
    for line in tree.lines:
        if line.id in tree.totals:
            continue
        value = line.values.get(last) or Decimal(0)
        if line.id in of_sales:
            rules[line.id] = Rule(
                "growth", Decimal(0), "No change on the period before", "judgement"
            )
        elif line.id not in counted:
            rules[line.id] = _amount(value / periods, scale, words)
        elif (found := _charged(line, tree, lines, last)) is not None:
            rules[line.id] = found
        elif happens_once(line.label):
            rules[line.id] = Rule(
                "amount", Decimal(0), "What happens once is not repeated", "judgement"
            )
        elif _is_cost(line) and value_of_sales > 0 and abs(value) <= GREATEST_PART * value_of_sales:
            rules[line.id] = Rule(
                "part",
                (value / value_of_sales).quantize(PRECISE),
                f"As in {words}: {value / scale:,} of {value_of_sales / scale:,}",
                of=sales,
                of_label=lines[sales].label,
            )
        else:
            rules[line.id] = _amount(value / periods, scale, words)
    cost = next(
        (
            t.id
            for t in tree.lines
            if t.id in counted | set(tree.totals)
            and re.search(r"\bcosts? of\b", t.label, re.IGNORECASE)
            and t.id in tree.below(net)
            and (t.values.get(last) or 0) > 0
            and t.id in tree.totals
        ),
        "",
    ) or next(
        (
            t.id
            for t in tree.lines
            if re.search(r"\bcosts? of\b", t.label, re.IGNORECASE)
            and t.id in counted
            and (t.values.get(last) or 0) > 0
        ),
        "",
    )
    return Income(sales, net, cost, rules)


def happens_once(label: str) -> bool:
    """Whether a line is of what is not expected again: a gain, an impairment; what the label says in
    passing, in parentheses, does not count, and a cost that goes on is none.
    """
    bare = re.sub(r"\([^)]*\)", " ", label)
    if re.match(r"\s*(asset )?impairments?\b|\s*restructuring\b", bare, re.IGNORECASE):
        return True
    return (
        bool(ONCE.search(bare))
        and not COST.search(bare)
        and not re.search(r"depreciation|depletion", bare, re.IGNORECASE)
    )


def words_of(period: Period) -> str:
    """A period in words, for a basis."""
    first, end = period
    return f"the period ended {end}" if first else f"{end}"


def _amount(value: Decimal, scale: Decimal, words: str) -> Rule:
    return Rule("amount", round(value / scale, 3), f"As in {words}")


def _is_cost(line: StatementLine) -> bool:
    """Whether a line goes with sales: all that is operating. Interest, other income and shares of
    others' income do not.
    """
    return not re.search(
        r"\binterest\b|\bother (income|\(income|expense|\(expense)|non-?operating"
        r"|equity (in|method)|dividend",
        line.label,
        re.IGNORECASE,
    )


def _sales(tree: Tree) -> str:
    """The line of all sales: a total that says so, or else the first line that does, or the first at
    all.
    """
    total = [
        line for line in tree.lines if SALES.search(line.label) and not COST.search(line.label)
    ]
    worded = [
        line for line in total if line.label.lower().startswith("total") or line.id in tree.totals
    ]
    if worded:
        first = worded[0]
        # "Total revenues net of interest expense" is what later costs are taken from: sales are
        # nothing above it.
        return first.id
    if total:
        return total[0].id
    return tree.lines[0].id if tree.lines else ""


def net_income_of(tree: Tree) -> str:
    """The last total of the statement that says it is net income, or else its last total."""
    totals = [line for line in tree.lines if line.id in tree.totals]
    roots = [
        line for line in totals if tree.parent(line.id) is None and NET_INCOME.search(line.label)
    ]
    named = roots or [line for line in totals if NET_INCOME.search(line.label)] or totals
    return max(named, key=lambda line: len(tree.below(line.id))).id if named else ""


def _charged(
    line: StatementLine, tree: Tree, lines: Mapping[str, StatementLine], last: Period
) -> Rule | None:
    """The rule of what is charged on a total before it: tax on income before tax, others' share on net
    income.
    """
    is_tax = (
        bool(TAX.search(line.label))
        and not BEFORE.search(line.label)
        and not re.search(r"net of", line.label, re.IGNORECASE)
    )
    if not is_tax and not OTHERS_SHARE.search(line.label):
        return None
    parent = tree.parent(line.id)
    if parent is None:
        return None
    base = next((p for p, _ in parent.parts if p in tree.totals and p != line.id), None)
    if base is None:
        return None
    on = lines[base].values.get(last) or Decimal(0)
    value = line.values.get(last) or Decimal(0)
    rate = Decimal(0)
    basis = f"None: {lines[base].label} of {words_of(last)} is not positive"
    if on > 0:
        rate = max(Decimal(-1), min(Decimal(1), value / on)).quantize(PRECISE)
        basis = f"As in {words_of(last)}"
    return Rule("rate", rate, basis, of=base, of_label=lines[base].label)
