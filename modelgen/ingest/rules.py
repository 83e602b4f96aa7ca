"""Forecast rules of the income statement: by a line's place in the statement, and by the words of
accounting.

Every rule has a value and a basis that says where it is from, so that what a person changes is one blue
cell. No rule divides by what is not positive, and none carries what happens once into the forecast.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from modelgen.ingest.statement_line import Period, StatementLine
from modelgen.ingest.tree import Tree
from modelgen.ingest.vocabulary import OTHERS

TAX = re.compile(r"\btax(es)?\b", re.IGNORECASE)
_OTHER_TAX = re.compile(
    r"\b(real estate|property|payroll|sales|excise|employment|franchise|production|severance|ad valorem|"
    r"gross receipts|duties|licen[cs]es|other than|except income|exempt|equivalent|fuel)\b",
    re.IGNORECASE,
)
"""Of tax that is a cost like others, and none on income."""
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
GREATEST_TAX = Decimal("0.5")
GREATEST_SHARE = Decimal("0.5")
_GOES_ON = re.compile(
    r"\b(credit|loans?|bad debts?|doubtful|policyholders?|benefits|claims?|catastrophe|insurance|"
    r"underwriting)\b",
    re.IGNORECASE,
)
"""Of losses: those that a lender or an insurer has in every period."""
_ROUNDED = Decimal("1.5")
_GAINED = re.compile(r"\b(gains?|loss(es)?)\b", re.IGNORECASE)
_SELLING = re.compile(r"\b(selling|administrative|research)\b", re.IGNORECASE)
_OTHER = re.compile(r"^(total )?(other|\(?income\)?[ /]|non-?operating)", re.IGNORECASE)


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
    costs of sales where there is one, the rule of each leaf, and whether the line of sales is one: a
    company that sells nothing yet has its first line in its place.
    """

    sales: str
    net_income: str
    cost_of_sales: str
    rules: Mapping[str, Rule]
    sells: bool = True


def income_of(
    tree: Tree, last: Period, scale: Decimal, periods: Decimal, seasons: bool = False
) -> Income | None:
    """The rules of an income statement whose last actual period is the last of the `periods` in `last`;
    None without lines. With `seasons`, four quarters are known, and sales are those of a year before.
    """
    lines = {line.id: line for line in tree.lines}
    sales = _sales(tree)
    net = net_income_of(tree)
    if not sales or not net:
        return None
    of_sales = tree.below(sales)
    counted = set(tree.signs(net))
    sells = bool(SALES.search(lines[sales].label)) or not COST.search(lines[sales].label)
    sells = sells and not _SELLING.search(lines[sales].label)
    value_of_sales = (lines[sales].values.get(last) or Decimal(0)) if sells else Decimal(0)
    words = words_of(last)
    rules: dict[str, Rule] = {}
    for line in tree.lines:
        if line.id in tree.totals:
            continue
        value = line.values.get(last) or Decimal(0)
        if line.id in of_sales and not (gained(line.label) and line.id != sales):
            rules[line.id] = (
                Rule("season", Decimal(0), "No change on the year before", "judgement")
                if seasons
                else Rule("growth", Decimal(0), "No change on the period before", "judgement")
            )
        elif line.id not in counted and (owned := _owned(line, tree, lines[net], last)):
            rules[line.id] = owned
        elif line.id not in counted:
            # A memorandum: it goes with sales where it is a part of them.
            is_part = 0 < value <= value_of_sales and not happens_once(line.label)
            rules[line.id] = (
                _part(value, lines[sales], value_of_sales, words, scale)
                if is_part
                else _amount(value / periods, scale, words)
            )
        elif (found := _charged(line, tree, lines, last, periods, scale)) is not None:
            rules[line.id] = found
        elif happens_once(line.label) or line.id in of_sales:
            rules[line.id] = Rule(
                "amount", Decimal(0), "What happens once is not repeated", "judgement"
            )
        elif _is_cost(line) and value_of_sales > 0 and abs(value) <= GREATEST_PART * value_of_sales:
            rules[line.id] = _part(value, lines[sales], value_of_sales, words, scale)
        else:
            rules[line.id] = _amount(value / periods, scale, words)
    cost = next(
        (
            t.id
            for t in tree.lines
            if re.search(r"\bcosts? of\b", t.label, re.IGNORECASE)
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
    return Income(sales, net, cost, rules, sells)


def _owned(line: StatementLine, tree: Tree, net: StatementLine, last: Period) -> Rule | None:
    """The rule of a line beside net income that says what of it is the parent's, or others': its part of
    that. The two parts are all of it; None if a line is neither.
    """
    whole, own = net.values, line.values
    if line.id == net.id or not whole.get(last) or not any(own.values()):
        return None
    for other in tree.lines:
        theirs = other.values
        if other.id in (line.id, net.id) or not OTHERS.search(f"{line.label} {other.label}"):
            continue
        step = max(p.figure.precision for p in line.printed)  # each of the three is rounded
        gaps = [own[p] + theirs.get(p, Decimal(0)) - (whole.get(p) or Decimal(0)) for p in own]
        if all(abs(gap) <= step * _ROUNDED for gap in gaps):
            is_others = bool(OTHERS.search(line.label))
            part = ((own if is_others else theirs).get(last, Decimal(0)) / whole[last]).quantize(
                PRECISE
            )
            if not 0 < part <= GREATEST_SHARE:
                continue
            share = part if is_others else 1 - part
            return Rule("part", share, f"As in {words_of(last)}", of=net.id, of_label=net.label)
    return None


def happens_once(label: str) -> bool:
    """Whether a line is of what is not expected again: a gain, an impairment; what the label says in
    passing, in parentheses, does not count, and a cost that goes on is none.

    >>> happens_once("Loss on disposal of property"), happens_once("Provision for credit losses")
    (True, False)
    """
    bare = re.sub(r"\([^)]*\)", " ", label)
    if re.search(r"\bimpairments?\b|^\s*restructuring\b", bare, re.IGNORECASE):
        return not re.search(r"\bdepreciation|\bdepletion|\bamorti[sz]ation", bare, re.IGNORECASE)
    return (
        bool(ONCE.search(bare))
        and not COST.search(bare)
        and not _GOES_ON.search(bare)
        and not re.search(r"depreciation|depletion|\bequity\b", bare, re.IGNORECASE)
    )


def gained(label: str) -> bool:
    """Whether a line among sales is a gain or a loss, which is not sold again."""
    return bool(_GAINED.search(label)) and not SALES.search(label)


def is_income_tax(label: str) -> bool:
    """Whether a label is of tax on income.

    >>> is_income_tax("Provision for income taxes"), is_income_tax("Production and ad valorem taxes")
    (True, False)
    """
    return bool(TAX.search(label)) and not _OTHER_TAX.search(label)


def words_of(period: Period) -> str:
    """A period in words, for a basis."""
    first, end = period
    return f"the period ended {end}" if first else f"{end}"


def _amount(value: Decimal, scale: Decimal, words: str) -> Rule:
    return Rule("amount", round(value / scale, 3), f"As in {words}")


def _part(value: Decimal, sales: StatementLine, worth: Decimal, words: str, scale: Decimal) -> Rule:
    return Rule(
        "part",
        (value / worth).quantize(PRECISE),
        f"As in {words}: {value / scale:,} of {worth / scale:,}",
        of=sales.id,
        of_label=sales.label,
    )


def _is_cost(line: StatementLine) -> bool:
    """Whether a line goes with sales: all that is operating. Interest, other income and shares of
    others' income do not.
    """
    if re.match(r"interest expense", line.heading, re.IGNORECASE):
        return False
    return not _OTHER.search(line.label) and not re.search(
        r"\binterest\b|\bfinance (costs?|income|expenses?)\b|non-?operating|equity (in|method)|dividend"
        r"|\bother \(?income|\bassociates\b|\bjoint ventures?\b",
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
        # "Total revenues net of interest expense" is what later costs are taken from: sales are
        # nothing above it. But all revenues are above those of a part of the business.
        first, known = worded[0].id, {line.id for line in worded}
        while (parent := tree.parent(first)) is not None and parent.id in known:
            first = parent.id
        return first
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
    line: StatementLine,
    tree: Tree,
    lines: Mapping[str, StatementLine],
    last: Period,
    periods: Decimal,
    scale: Decimal,
) -> Rule | None:
    """The rule of what is charged on a total before it: tax on income before tax, others' share on net
    income.
    """
    is_tax = (
        is_income_tax(line.label)
        and not BEFORE.search(line.label)
        and not re.search(r"net of", line.label, re.IGNORECASE)
    )
    if not is_tax and not OTHERS_SHARE.search(line.label):
        return None
    base, sign = _base(line, tree)
    if base is None:
        return None
    label, of = lines[base].label, lines[base].values
    if is_tax:
        rate, basis, status = _tax_rate(line, of, -sign, last, label)
        return Rule("rate", rate, basis, status, of=base, of_label=label)
    value, on = line.values.get(last) or Decimal(0), of.get(last) or Decimal(0)
    words = words_of(last)
    if on > 0 and abs(value) <= GREATEST_SHARE * on and not _PREFERRED.search(line.label):
        share = (value / on).quantize(PRECISE)
        return Rule("rate", share, f"As in {words}", of=base, of_label=label)
    # What is paid on preferred stock is a fixed amount; a share in a loss, or in most of an income, is
    # none that goes on.
    if _PREFERRED.search(line.label):
        return _amount(value / periods, scale, words)
    basis = f"None: that of {words} is no share of {label} that goes on"
    return Rule("rate", Decimal(0), basis, "judgement", of=base, of_label=label)


def _base(line: StatementLine, tree: Tree) -> tuple[str | None, int]:
    """The total that a line is charged on, and the line's sign in what is left of it: the total beside
    the line, or beside that which holds the line (taxes may be current and deferred).
    """
    id_, sign = line.id, 1
    while (parent := tree.parent(id_)) is not None:
        sign *= dict(parent.parts)[id_]
        base = next((p for p, _ in parent.parts if p in tree.totals and p != id_), None)
        if base is not None:
            return base, sign
        id_ = parent.id
    return None, sign


_PREFERRED = re.compile(r"\bpreferred\b", re.IGNORECASE)


def _tax_rate(
    line: StatementLine, of: Mapping[Period, Decimal], sign: int, last: Period, label: str
) -> tuple[Decimal, str, str]:
    """The rate of tax, its basis and status: that of the last period, or else of the year to date, the
    first that is a rate of tax; `sign` is that of a tax as it is printed.
    """
    longer = [p for p in of if p[0] is not None and p[1] == last[1] and p != last]
    for period in (last, *sorted(longer, key=lambda p: p[0] or p[1])):
        on, value = of.get(period) or Decimal(0), line.values.get(period) or Decimal(0)
        if on > 0 and 0 <= value * sign <= GREATEST_TAX * on:
            return (value / on).quantize(PRECISE), f"As in {words_of(period)}", "derived"
    if (of.get(last) or 0) <= 0:
        why = f"{label} of {words_of(last)} is not positive"
    else:
        why = f"that of {words_of(last)} is a benefit, or more than half of {label}"
    return Decimal(0), f"None: {why}", "judgement"
