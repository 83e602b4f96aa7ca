"""The forecast of balance sheet and cash flow, wired so that the balance sheet balances by construction.

Each line of cash flow is one of two: it carries the changes of balances that have drivers of their own, or it has a
driver and rolls one balance. Each balance is one of three: cash; rolled by flows; or driven, and its change is carried
by one line of cash flow (one that the company does not have takes what no other does). Net income rolls retained
earnings. So whatever the drivers, the change of cash is net income, plus each other flow, less each change of an
asset, plus each of a claim, once.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from modelgen.ingest.cash import EXCHANGE, FINANCING, INVESTING, OPERATING, CashFlow, run_rate
from modelgen.ingest.lines import Period, StatementLine
from modelgen.ingest.rules import NET_INCOME, PRECISE, Income, Rule, words_of
from modelgen.ingest.tree import Tree
from modelgen.ingest.years import months_of

CASH_WORDS = re.compile(r"\bcash\b", re.IGNORECASE)
_CATEGORIES = (
    ("restricted", r"\brestricted\b"),
    ("cash", r"\bcash\b"),
    ("lease", r"\blease|right-of-use"),
    ("receivable", r"\breceivables?\b"),
    (
        "inventory",
        r"\binventor(y|ies)\b|\bmerchandise\b|\bsupplies\b|\bfinished goods\b|\braw materials\b|\bwork in pro",
    ),
    ("property", r"\bproperty\b|\bplant\b|\bpremises\b|\bequipment\b|\bproperties\b"),
    ("intangible", r"\bgoodwill\b|\bintangibles?\b"),
    ("deferred tax", r"\bdeferred\b.*\btax|\btax.*\bdeferred\b"),
    (
        "debt",
        r"\bdebt\b|\bborrowings?\b|\bnotes\b(?! \d)|\bloans?\b|\bcommercial paper\b|\bcredit facilit|\bterm loan|\bdebentures\b",
    ),
    ("investment", r"\bsecurities\b|\binvestments?\b|\bfixed maturities\b"),
    ("payable", r"\bpayables?\b|\baccrued\b|\bexpenses\b"),
)
_EQUITY = (
    ("noncontrolling", r"\bnon-?controlling\b|\bminority\b"),
    (
        "earnings",
        r"\bretained\b|\breinvested\b|\baccumulated deficit\b|\bemployed in\b|\bdeficit\b|\baccumulated (loss|earnings|income)\b",
    ),
    ("other income", r"\baccumulated other\b|\bcomprehensive\b"),
    ("treasury", r"\btreasury\b|\brepurchased\b"),
    ("capital", r"\bcapital\b|\bpaid-?in\b|\bcommon\b|\bsurplus\b|\bshares\b"),
)
_FLOWS = (
    ("property", r"\bdepreciation\b|\bdepletion\b|\bamortization\b"),
    (
        "capital",
        r"\b(stock|share|equity)-?\s?based\b|\bcompensation\b.*\b(stock|share|equity)|\b(stock|share|unit) compensation",
    ),
    ("deferred tax", r"\bdeferred\b.*\btax|\btax.*\bdeferred\b"),
)
_CAPEX = r"\b(property|plant|equipment|capital expenditures?|additions to properties|capital investments?|capital spending|capitalized)\b"
_DIVIDENDS = r"\bdividends?\b|\bdistributions?\b"
_BUYBACK = r"\b(repurchase|buyback|treasury|reacquired?|acquired?|purchase)s?d?\b.*\b(stock|shares?|common|treasury)\b|\b(stock|shares?)\b.*\b(repurchase|acquired|reacquired|purchased)"
_DEBT = r"\bdebt\b|\bborrowings?\b|\bnotes\b|\bloans?\b|\bcommercial paper\b|\bcredit\b|\bfacilit|\bobligations?\b|\bdebentures?\b"
_STOCK = r"\bstock\b|\bshares?\b|\bequity\b|\boptions?\b|\bwithh"
_CHANGE = re.compile(r"\b(increase|decrease|change)s?\b|working capital", re.IGNORECASE)
_GENERAL = re.compile(r"working capital|(operating )?assets and liabilities", re.IGNORECASE)
_DROPPED = {
    *(
        "net",
        "and",
        "the",
        "of",
        "in",
        "increase",
        "decrease",
        "change",
        "total",
        "trade",
        "for",
        "a",
        "on",
        "to",
        "less",
        "from",
    ),
    *("current", "non", "noncurrent", "long", "term", "including", "allowance", "note"),
}
_MANY_DAYS = 720


@dataclass
class Wiring:
    """The forecast of each leaf of balance sheet and cash flow, as a formula; the rules of those that are driven; the
    lines of cash, and what each balance that no line carries adds to cash per unit of its change.
    """

    forecasts: dict[str, str] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    uncarried: list[tuple[str, int]] = field(default_factory=list)
    cash: str = ""
    watched: list[str] = field(default_factory=list)
    same: tuple[str, str] | None = None
    debt: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sides:
    """A balance sheet's two sides: the total of each, and its leaves with their signs."""

    assets: str
    claims: str
    signs_of_assets: Mapping[str, int]
    signs_of_claims: Mapping[str, int]


def sides_of(tree: Tree) -> Sides | None:
    """The two sides: the totals that say so, which print the same; None if there are none."""
    totals = [line for line in tree.lines if line.id in tree.totals]
    assets = [
        line
        for line in totals
        if re.search(r"\btotal\b.*\bassets\b|\bassets,? total", line.label, re.IGNORECASE)
    ]
    for line in reversed(totals):
        same = next((a for a in assets if a.values == line.values and a is not line), None)
        if same is not None:
            return Sides(same.id, line.id, tree.signs(same.id), tree.signs(line.id))
    return None


@dataclass
class _Wirer:
    tree: Tree
    sides: Sides
    flow: Tree
    cash_flow: CashFlow
    income: Income
    income_lines: Mapping[str, StatementLine]
    last: Period  # of flows
    scale: Decimal
    step: int
    periods: int
    made: Wiring = field(default_factory=Wiring)
    rolled: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    carried: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.lines = {line.id: line for line in (*self.tree.lines, *self.flow.lines)}
        self.day: Period = (None, self.last[1])
        spans = [p for p in self.flow.periods if p[0] is not None and p[1] == self.last[1]]
        self.to_date = max(spans, key=months_of, default=None)
        self.months = months_of(self.to_date) if self.to_date else self.step
        self.equity = self._equity()
        self.category = {id_: self._category(id_) for id_ in self._leaves()}

    def _leaves(self) -> list[str]:
        both = {*self.sides.signs_of_assets, *self.sides.signs_of_claims}
        return [line.id for line in self.tree.lines if line.id in both]

    def _equity(self) -> set[str]:
        """The leaves of equity: those below a total that says equity or deficit and not liabilities, or by words."""
        for line in self.tree.lines:
            words = line.label.lower()
            if (
                line.id in self.tree.totals
                and re.search(r"equity|deficit|deficiency|capital", words)
                and "liabilit" not in words
                and "total" in words
            ):
                found = set(self.tree.signs(line.id)) & set(self.sides.signs_of_claims)
                if len(found) > 1:
                    wider = self.tree.parent(line.id)
                    label = self.lines[wider.id].label.lower() if wider else ""
                    if wider and re.search(r"equity|deficit", label) and "liabilit" not in label:
                        found |= set(self.tree.signs(wider.id)) & set(self.sides.signs_of_claims)
                    return found
        words_ = "|".join(pattern for _, pattern in _EQUITY)
        return {
            id_
            for id_ in self.sides.signs_of_claims
            if re.search(words_, self.lines[id_].label, re.IGNORECASE)
        }

    def _category(self, id_: str) -> str:
        """What a balance is, by its words: those of equity for equity."""
        kinds = _EQUITY if id_ in self.equity else _CATEGORIES
        label = self.lines[id_].label
        short = label.split(",")[0]
        for text in (short, label):
            for name, pattern in kinds:
                if re.search(pattern, text, re.IGNORECASE):
                    return name
        return "other"

    def sign(self, id_: str) -> int:
        """What one more of a balance does to cash: an asset takes it, a claim gives it."""
        if id_ in self.sides.signs_of_assets:
            return -self.sides.signs_of_assets[id_]
        return self.sides.signs_of_claims[id_]

    def value(self, id_: str) -> Decimal:
        """A balance at the end of the last actual period."""
        return self.lines[id_].values.get(self.day) or Decimal(0)

    def of(self, category: str, among: Sequence[str] | None = None) -> str:
        """The largest balance of a category, "" if there is none."""
        known = among if among is not None else list(self.category)
        found = [id_ for id_ in known if self.category[id_] == category and id_ != self.made.cash]
        return max(found, key=lambda id_: abs(self.value(id_)), default="")

    # Where flows go.
    def wire(self) -> Wiring:
        self.made.cash = self._cash()
        earnings = (
            self.of("earnings")
            or self.of("capital")
            or next(iter(self.equity), "")
            or self._largest_claim()
        )
        net_income = self._net_income_flow()
        for id_ in self.cash_flow.effects:
            section = self.cash_flow.sections[id_]
            if id_ == net_income:
                line = self._net_income_line()
                self.made.forecasts[id_] = f"= {line}"
                self.made.same = (line, id_)
                self.rolled[earnings].append((id_, self.cash_flow.effects[id_]))
            elif section == OPERATING and self._is_change(id_):
                self.carried[id_] = []
            else:
                self._drive(id_, section, earnings)
        self._bear()
        self._carry()
        for id_ in self._leaves():
            self._balance(id_)
        for id_, balances in self.carried.items():
            self.made.forecasts[id_] = self._carrying(id_, balances)
        self.made.debt = tuple(i for i in self.sides.signs_of_claims if self.category[i] == "debt")
        self.made.watched = [self.made.cash] if self.made.cash else []
        return self.made

    def _cash(self) -> str:
        assets = [id_ for id_ in self._leaves() if id_ in self.sides.signs_of_assets]
        cash = [id_ for id_ in assets if self.category[id_] == "cash"]
        return (cash or assets or [""])[0]

    def _largest_claim(self) -> str:
        return max(self.sides.signs_of_claims, key=lambda id_: abs(self.value(id_)))

    def _net_income_flow(self) -> str:
        """The line of cash flow that is net income: the first, if it says so."""
        first = next(iter(self._in_order()), "")
        if re.search(r"\b(income|earnings|loss|profit)\b", self.lines[first].label, re.IGNORECASE):
            return first
        named = [id_ for id_ in self._in_order() if NET_INCOME.search(self.lines[id_].label)]
        return named[0] if named else first

    def _in_order(self) -> list[str]:
        return [line.id for line in self.flow.lines if line.id in self.cash_flow.effects]

    def _net_income_line(self) -> str:
        """The line of the income statement that cash flow begins with: the one that prints the same."""
        flow = self.lines[self._net_income_flow()].values
        for line in reversed(list(self.income_lines.values())):
            both = [p for p in flow if p in line.values]
            same = both and all(flow[p] == line.values[p] for p in both)
            if same and re.search(r"\b(income|earnings|loss|profit)\b", line.label, re.IGNORECASE):
                return line.id
        return self.income.net_income

    def _is_change(self, id_: str) -> bool:
        """Whether a line of operating cash flow is the change of balances: by its words, or what stands above it."""
        line = self.lines[id_]
        if any(re.search(pattern, line.label, re.IGNORECASE) for _, pattern in _FLOWS):
            return False
        if _CHANGE.search(line.heading) and not re.search(
            r"adjustments", line.heading, re.IGNORECASE
        ):
            return True
        return bool(_CHANGE.search(line.label)) or any(
            _likeness(line.label, self.lines[b].label) >= 0.6
            for b in self.category
            if self.category[b] in ("receivable", "inventory", "payable", "other")
            and b not in self.equity
        )

    def _drive(self, id_: str, section: str, earnings: str) -> None:
        """A flow with a driver: which balance it rolls, and what it is."""
        label = self.lines[id_].label
        rate = run_rate(self.lines[id_], self.to_date, self.months, self.step)
        target, rule = "", Rule("amount", Decimal(0), "None is expected", "judgement")

        def said(pattern: str) -> bool:
            return bool(re.search(pattern, label, re.IGNORECASE))

        if section == OPERATING:
            kind = next((name for name, pattern in _FLOWS if said(pattern)), "")
            target = self.of(kind) if kind else ""
            if kind in ("property", "capital"):
                rule = self._part_of_sales(id_)
        elif section == INVESTING:
            if said(_CAPEX) and rate * self.cash_flow.effects[id_] < 0:
                target, rule = self.of("property"), self._part_of_sales(id_)
            elif said(_CAPEX):
                target = self.of("property")
            elif said(r"securit|investment|maturit|loans|receivables"):
                target = self.of("investment")
            else:
                target = self.of("intangible")
            target = (
                target
                or self.of("investment")
                or self.of("other", list(self.sides.signs_of_assets))
                or self.of("property")
            )
        elif section == FINANCING:
            if said(_DIVIDENDS) and not said("noncontrolling|non-controlling"):
                target, rule = earnings, self._at_run_rate(rate)
            elif said(_DIVIDENDS):
                target = self.of("noncontrolling")
            elif said(_BUYBACK) and not said(_DEBT):
                target, rule = self.of("treasury") or earnings, self._at_run_rate(rate)
            elif said(_DEBT):
                target = self.of("debt", list(self.sides.signs_of_claims))
            elif said(_STOCK):
                target = self.of("capital")
        elif section == EXCHANGE:
            target = self.of("other income")
        self.rolled[target or earnings].append((id_, self.cash_flow.effects[id_]))
        self.made.rules[id_] = rule

    def _part_of_sales(self, id_: str) -> Rule:
        """As part of sales in the year to date, which both statements have; none without sales."""
        line, sales = self.lines[id_], self.income_lines[self.income.sales]
        period = self.to_date if self.to_date in sales.values else self.last
        value, of = (
            line.values.get(period) if period else None,
            sales.values.get(period) if period else None,
        )
        if not of or of <= 0 or value is None or abs(value) > 2 * of:
            return Rule(
                "amount",
                self._amount(run_rate(line, self.to_date, self.months, self.step)),
                "As in the year to date",
            )
        basis = f"As in {words_of(period)}: {value / self.scale:,} of {of / self.scale:,}"
        return Rule(
            "part",
            (value / of).quantize(PRECISE),
            basis,
            of=self.income.sales,
            of_label=sales.label,
        )

    def _amount(self, value: Decimal) -> Decimal:
        return (value / self.scale).quantize(Decimal("0.001")).normalize() + 0

    def _at_run_rate(self, rate: Decimal) -> Rule:
        return Rule(
            "amount",
            self._amount(rate),
            f"A period's part of the year to date ended {self.last[1]}",
        )

    def _bear(self) -> None:
        """Keeps forecasts sane: what is paid to shareholders is borne by operations after capital expenditure; and
        depreciation does not take more off a balance than it and what is added bear.
        """
        paid = [
            id_
            for id_, rule in self.made.rules.items()
            if self.cash_flow.sections[id_] == FINANCING
            and rule.forecast == "amount"
            and rule.value
        ]
        operating = sum(
            (
                run_rate(self.lines[i], self.to_date, self.months, self.step) * e
                for i, e in self.cash_flow.effects.items()
                if self.cash_flow.sections[i] == OPERATING
            ),
            Decimal(0),
        )
        capital = sum(
            (
                run_rate(self.lines[i], self.to_date, self.months, self.step)
                * self.cash_flow.effects[i]
                for i, r in self.made.rules.items()
                if self.cash_flow.sections[i] == INVESTING and r.value
            ),
            Decimal(0),
        )
        out = (
            -sum((self.made.rules[i].value * self.cash_flow.effects[i] for i in paid), Decimal(0))
            * self.scale
        )
        free = max(Decimal(0), operating + capital)
        if out > free:
            for id_ in paid:
                rule = self.made.rules[id_]
                value = self._amount(rule.value * self.scale * free / out)
                basis = f"{rule.basis}, cut to what operations less capital expenditure bear"
                self.made.rules[id_] = Rule("amount", value, basis, "judgement")
        for target, flows in self.rolled.items():
            if self.category.get(target) == "property":
                self._bear_depreciation(target, [id_ for id_, _ in flows])

    def _bear_depreciation(self, target: str, flows: Sequence[str]) -> None:
        rate = {
            i: run_rate(self.lines[i], self.to_date, self.months, self.step)
            for i in flows
            if self.made.rules.get(i) and self.made.rules[i].value
        }
        off = {i: r for i, r in rate.items() if self.cash_flow.sections[i] == OPERATING}
        net = sum(r * self.cash_flow.effects[i] for i, r in rate.items())
        worth = abs(self.value(target))
        if off and net * self.periods > worth / 2:
            added = -sum(r * self.cash_flow.effects[i] for i, r in rate.items() if i not in off)
            whole = sum(r * self.cash_flow.effects[i] for i, r in off.items())
            for id_ in off:
                rule = self.made.rules[id_]
                value = rule.value * added / whole if whole else Decimal(0)
                places = PRECISE if rule.forecast == "part" else Decimal("0.001")
                basis = f"{rule.basis}, cut to capital expenditure: {self.lines[target].label} does not bear more"
                self.made.rules[id_] = Rule(
                    rule.forecast,
                    value.quantize(places),
                    basis,
                    "judgement",
                    rule.of,
                    rule.of_label,
                )

    def _carry(self) -> None:
        """Gives each driven balance to the line of cash flow that is most like it."""
        general = next(
            (flow for flow in self.carried if _GENERAL.search(self.lines[flow].label)), ""
        )
        for balance in self._leaves():
            if balance == self.made.cash or balance in self.rolled or balance in self.equity:
                continue
            best = max(
                ((self._like(flow, balance), -n, flow) for n, flow in enumerate(self.carried)),
                default=(0.0, 0, ""),
            )
            if best[0] >= 0.5:
                self.carried[best[2]].append(balance)
            elif general and self.category[balance] in (
                "receivable",
                "inventory",
                "payable",
                "other",
                "lease",
            ):
                self.carried[general].append(balance)

    def _like(self, flow: str, balance: str) -> float:
        """How like a flow's label is to a balance's; a flow of assets takes no liability."""
        label = self.lines[flow].label.lower()
        is_asset = balance in self.sides.signs_of_assets
        if ("asset" in label or "receivable" in label) and not is_asset and "liabilit" not in label:
            return 0.0
        if ("liabilit" in label or "payable" in label) and is_asset and "asset" not in label:
            return 0.0
        if self.category[balance] in ("cash", "investment", "property", "intangible", "debt"):
            return 0.0
        return _likeness(label, self.lines[balance].label)

    def _balance(self, id_: str) -> None:
        """The forecast of a balance."""
        if id_ == self.made.cash:
            return
        if id_ in self.rolled:
            sign = self.sign(id_)
            terms = [(flow, effect * sign) for flow, effect in self.rolled[id_]]
            self.made.forecasts[id_] = "= " + added([(f"{id_}[-1]", 1), *terms])
            return
        self.made.rules[id_] = self._days(id_)
        if not any(id_ in balances for balances in self.carried.values()):
            self.made.uncarried.append((id_, self.sign(id_)))

    def _days(self, id_: str) -> Rule:
        """Days of sales or of costs for what goes with them; otherwise level."""
        category = self.category[id_]
        level = Rule("change", Decimal(0), "Level", "judgement")
        of = (
            self.income.cost_of_sales if category in ("inventory", "payable") else self.income.sales
        )
        of = of or self.income.sales
        if category not in ("receivable", "inventory", "payable") or id_ in self.equity:
            return level
        if not re.search(
            r"\btrade\b|\baccounts?\b|\binventor|\bmerchandise|\breceivables?\b|\baccrued\b",
            self.lines[id_].label,
            re.IGNORECASE,
        ):
            return level
        driver = self.income_lines[of].values.get(self.last) or Decimal(0)
        value = self.value(id_)
        if driver <= 0 or value <= 0:
            return level
        days = (value * 30 * max(months_of(self.last), self.step) / driver).quantize(Decimal("0.01"))
        if days > _MANY_DAYS:
            return level
        label = self.income_lines[of].label
        return Rule(
            "days",
            days,
            f"As at {self.last[1]}: {value / self.scale:,} by {driver / self.scale:,}",
            of=of,
            of_label=label,
        )

    def _carrying(self, flow: str, balances: Sequence[str]) -> str:
        effect = self.cash_flow.effects[flow]
        terms: list[tuple[str, int]] = []
        for id_ in balances:
            sign = self.sign(id_) * effect
            terms += [(id_, sign), (f"{id_}[-1]", -sign)]
        return "= " + added(terms) if terms else "= 0"


def wired(
    tree: Tree,
    sides: Sides,
    flow: Tree,
    cash_flow: CashFlow,
    income: Income,
    income_lines: Mapping[str, StatementLine],
    last: Period,
    scale: Decimal,
    step: int,
    periods: int,
) -> Wiring:
    """The forecast of the leaves of a balance sheet and a statement of cash flows."""
    return _Wirer(
        tree, sides, flow, cash_flow, income, income_lines, last, scale, step, periods
    ).wire()


def added(terms: Sequence[tuple[str, int]]) -> str:
    """A sum in the formula language; what is added stands first, so that it begins with no sign where it can."""
    ordered = [t for t in terms if t[1] > 0][:1]
    rest = [t for t in terms if t not in ordered]
    text = ""
    for id_, sign in [*ordered, *rest]:
        text += (f" {'+' if sign > 0 else '-'} {id_}") if text else (id_ if sign > 0 else f"-{id_}")
    return text or "0"


def _tokens(label: str) -> set[str]:
    bare = re.sub(r"\([^)]*\)", " ", label.lower())
    words = re.findall(r"[a-z]+", bare.split(", less")[0])
    return {w[:-3] + "y" if w.endswith("ies") else w.rstrip("s") for w in words} - _DROPPED


def _likeness(one: str, other: str) -> float:
    """How many of the words of two labels are the same, of those of the shorter; 0 to 1."""
    a, b = _tokens(one), _tokens(other)
    if not a or not b:
        return 0.0
    return len(a & b) / min(len(a), len(b)) * (0.9 + 0.1 * len(a & b) / max(len(a), len(b)))
