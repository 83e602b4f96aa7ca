"""The forecast of balance sheet and cash flow, wired so that the balance sheet balances by
construction.

Each line of cash flow is one of two: it carries the changes of balances that have drivers of their own,
or it has a driver and rolls one balance. Each balance is one of three: cash; rolled by flows; or
driven, and its change is carried by one line of cash flow (one that the company does not have takes
what no other does). Net income rolls retained earnings. So whatever the drivers, the change of cash is
net income, plus each other flow, less each change of an asset, plus each of a claim, once.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from modelgen.ingest import vocabulary as words
from modelgen.ingest.basis import Basis
from modelgen.ingest.bearing import (
    PART,
    PLANNED,
    Flows,
    bear_depreciation,
    bear_investments,
    bear_payments,
)
from modelgen.ingest.cash import FINANCING, INVESTING, OPERATING, CashFlow
from modelgen.ingest.days import days_rule
from modelgen.ingest.held_cash import Holding, holding_of
from modelgen.ingest.memoranda import NONE, memoranda
from modelgen.ingest.net_income import net_income_flow, net_income_line
from modelgen.ingest.others import others_in_flow, others_share
from modelgen.ingest.pace import Pace
from modelgen.ingest.plan import Wiring, added
from modelgen.ingest.rules import Income, Rule
from modelgen.ingest.sides import Sides, equity_of
from modelgen.ingest.targets import Balances
from modelgen.ingest.tree import Tree
from modelgen.ingest.vocabulary import kind_of
from modelgen.ingest.wearing import worn_by

_CARRIES = 0.5  # how like a balance the line of cash flow is that carries its change
LEVEL = Rule("change", Decimal(0), "Level", "judgement")


@dataclass
class _Wirer:
    tree: Tree
    sides: Sides
    flow: Tree
    cash_flow: CashFlow
    income: Income
    income_tree: Tree
    basis: Basis
    made: Wiring = field(default_factory=Wiring)
    rolled: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    carried: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    invested: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lines = {line.id: line for line in (*self.tree.lines, *self.flow.lines)}
        self.income_lines = {line.id: line for line in self.income_tree.lines}
        self.last, self.scale = self.basis.last, self.basis.scale
        self.to_date = self.basis.to_date(self.flow.periods)
        flows = {line.id: line for line in self.flow.lines}
        self.pace: Pace = Pace(flows, self.income, self.income_lines, self.basis, self.to_date)
        self.equity = equity_of(self.tree, self.sides)
        self.category = {id_: self._kind(id_) for id_ in self._leaves()}

    def _kind(self, id_: str) -> str:
        """The kind of a balance: by its label, or by its heading where the label stands below several."""
        line = self.lines[id_]
        kinds = words.EQUITY if id_ in self.equity else words.BALANCES
        kind = kind_of(line.label, kinds)
        again = any(o.label == line.label and o.heading != line.heading for o in self.tree.lines)
        return kind_of(line.heading, kinds) if kind == "other" and again else kind

    def _leaves(self) -> list[str]:
        both = {*self.sides.signs_of_assets, *self.sides.signs_of_claims}
        return [line.id for line in self.tree.lines if line.id in both]

    def sign(self, id_: str) -> int:
        """What one more of a balance does to cash: an asset takes it, a claim gives it."""
        if id_ in self.sides.signs_of_assets:
            return -self.sides.signs_of_assets[id_]
        return self.sides.signs_of_claims[id_]

    def value(self, id_: str) -> Decimal:
        """A balance at the end of the last actual period."""
        return self.lines[id_].values.get(self.basis.day) or Decimal(0)

    def _is_positive(self, id_: str) -> bool:
        """Whether a balance has never been below zero, and is something."""
        values = self.lines[id_].values.values()
        return any(values) and min(values) >= 0

    # Where flows go.
    def wire(self) -> Wiring:
        self.made.holding = self._holding()
        self.balances = self._balances()
        earnings = (
            self.balances.of("earnings")
            or self.balances.of("capital")
            or next((id_ for id_ in self._leaves() if id_ in self.equity), "")
            or self._largest_claim()
        )
        flows = [line for line in self.flow.lines if line.id in self.cash_flow.effects]
        net_income = net_income_flow(flows)
        line = net_income_line(
            self.lines[net_income], self.income_tree.lines, self.income.net_income
        )
        for id_ in self.cash_flow.effects:
            section = self.cash_flow.sections[id_]
            theirs = others_in_flow(self.income_tree, line, self.lines[id_])
            if id_ == net_income:
                self.made.forecasts[id_] = f"= {line}"
                self.made.same = (line, id_)
                self.rolled[earnings].append((id_, self.cash_flow.effects[id_]))
                self._share_out(line, earnings)
            elif section == OPERATING and theirs:
                self.made.forecasts[id_] = theirs
                target = self.balances.of_others() or earnings
                self.rolled[target].append((id_, self.cash_flow.effects[id_]))
            elif section == OPERATING and self._is_change(id_):
                self.carried[id_] = []
            else:
                self._drive(id_, section, earnings)
        paid, beside = memoranda(self.flow, self.cash_flow, self.income_tree, self.pace)
        self.made.forecasts |= paid
        self.made.rules |= beside
        self._bear()
        self._carry()
        for id_ in self._leaves():
            self._balance(id_)
        for id_, balances in self.carried.items():
            self.made.forecasts[id_] = self._carrying(id_, balances)
        apart = self.equity | {self.made.cash}
        self.made.rolled = tuple(
            i
            for i in self._leaves()
            if i in self.rolled and i not in apart and self._is_positive(i)
        )
        self.made.debt = tuple(i for i in self.sides.signs_of_claims if self.category[i] == "debt")
        return self.made

    def _holding(self) -> Holding:
        """Where the balance sheet has cash."""
        assets = [id_ for id_ in self._leaves() if id_ in self.sides.signs_of_assets]
        named = [id_ for id_ in assets if self.category[id_] == "cash"]
        ends = self.lines.get(self.cash_flow.ending), self.lines.get(self.cash_flow.beginning)
        return holding_of(self.tree, self.sides, named or assets, *ends, self.basis.day[1])

    def _above(self, id_: str) -> list[str]:
        """What stands above a balance: its heading, and the label of its total."""
        total = self.tree.parent(id_)
        return [self.lines[id_].heading, *([self.lines[total.id].label] if total else [])]

    def _balances(self) -> Balances:
        """The balances that flows may move. What operations change is none that is invested or borrowed."""
        leaves = self._leaves()
        changes = [
            id_
            for id_, section in self.cash_flow.sections.items()
            if section == OPERATING and self._is_change(id_)
        ]
        return Balances(
            [id_ for id_ in leaves if id_ in self.sides.signs_of_assets],
            [id_ for id_ in leaves if id_ in self.sides.signs_of_claims],
            self.equity,
            {id_: self.lines[id_].label for id_ in leaves},
            {id_: self._above(id_) for id_ in leaves},
            self.category,
            {id_: abs(self.value(id_)) for id_ in leaves},
            {self.made.cash, *(id_ for id_, _ in self.made.holding.held)},
            {
                id_
                for id_ in leaves
                if any(self._like(change, id_) >= _CARRIES for change in changes)
            },
        )

    def _share_out(self, net_income: str, earnings: str) -> None:
        """Of net income with the part of others, theirs goes to what they hold."""
        theirs = others_share(self.income_tree, net_income)
        target = self.balances.of_others()
        if theirs is not None and target and target != earnings:
            id_, sign = theirs
            self.rolled[earnings].append((id_, -sign))
            self.rolled[target].append((id_, sign))

    def _largest_claim(self) -> str:
        return max(self.sides.signs_of_claims, key=lambda id_: abs(self.value(id_)))

    def _is_change(self, id_: str) -> bool:
        """Whether a line of operating cash flow is the change of balances: by its words, or what stands
        above it.
        """
        line = self.lines[id_]
        if any(pattern.search(line.label) for _, pattern in words.NON_CASH):
            return False
        if words.CHANGE.search(line.heading) and not words.ADJUSTMENTS.search(line.heading):
            return True
        return bool(words.CHANGE.search(line.label)) or any(
            words.likeness(line.label, self.lines[b].label) >= 0.6
            for b in self.category
            if self.category[b] in ("receivable", "inventory", "payable", "other")
            and b not in self.equity
        )

    def _drive(self, id_: str, section: str, earnings: str) -> None:
        """A flow with a driver: which balance it rolls, and what it is."""
        label = self.lines[id_].label
        if section == OPERATING:
            target, rule = self._operating(id_, label)
        elif section == INVESTING:
            target, rule = self._investing(id_, label)
        elif section == FINANCING:
            target, rule = self._financing(id_, label, earnings)
        else:
            target, rule = self.balances.of("other income"), NONE
        self.rolled[target or earnings].append((id_, self.cash_flow.effects[id_]))
        self.made.rules[id_] = rule

    def _operating(self, id_: str, label: str) -> tuple[str, Rule]:
        kind = next((name for name, pattern in words.NON_CASH if pattern.search(label)), "")
        if kind == "property":
            target = self._wears(id_)
            return target, self.pace.part_of_sales(id_) if target else NONE
        if kind == "capital":
            return self.balances.paid_in(), self.pace.part_of_sales(id_)
        if kind == "accretion":
            target = self.balances.like(label, self.balances.owed)
            return target, self.pace.amount(id_) if target else NONE
        if kind == "financing cost":
            return self.balances.borrowed(label), self.pace.amount(id_)
        return (self.balances.of(kind) if kind else ""), NONE

    def _wears(self, id_: str) -> str:
        """The asset that depreciation or amortization takes from; a part of it may be another's."""
        flow, (_, end) = self.lines[id_], self.basis.day
        worn = worn_by(flow, self.balances, self.lines, self.to_date, (None, end))
        effect = self.cash_flow.effects[id_]
        for number, (intangible, rule) in enumerate(worn.parts.items(), 1):
            part = f"{id_}.intangible" + (f"_{number}" if number > 1 else "")
            self.made.rules[part] = rule
            self.made.named[part] = f"Amortization of {self.lines[intangible].label}"
            self.rolled[worn.asset].append((part + PLANNED, -effect))
            self.rolled[intangible].append((part + PLANNED, effect))
        return worn.asset

    def _investing(self, id_: str, label: str) -> tuple[str, Rule]:
        rule = NONE
        target = self.balances.invested(label)
        if words.adds_to_property(label):
            if self.pace.rate(id_) * self.cash_flow.effects[id_] < 0:
                rule = self.pace.part_of_sales(id_)
        elif words.INVESTMENTS.search(label) and target:
            self.invested.append(id_)
        return target or self.balances.any_asset(), rule

    def _financing(self, id_: str, label: str, earnings: str) -> tuple[str, Rule]:
        if words.DIVIDENDS.search(label):
            if words.OTHERS.search(label):
                return self.balances.of_others(), NONE
            return earnings, self.pace.amount(id_)
        if words.BUYBACK.search(label) and not words.DEBT.search(label):
            return self.balances.of("treasury") or earnings, self.pace.amount(id_)
        return self.balances.financed(label), NONE

    def _bear(self) -> None:
        for group in self._worn():
            rolls = [roll for target in group for roll in self.rolled[target]]
            worth = sum((-self.sign(id_) * self.value(id_) for id_ in group), Decimal(0))
            label, periods = self.lines[group[0]].label, len(self.basis.years.forecast)
            bear_depreciation(self._flows(), self.made.rules, rolls, abs(worth), periods, label)
        flows = self._flows()
        left = bear_payments(flows, self.made.rules, self._expected_income(), self._worth)
        words = f"the year to date ended {self.last[1]}"
        bear_investments(flows, self.made.rules, self.invested, left, self.scale, words)

    def _flows(self) -> Flows:
        """The flows as they go on, and the parts of some that are of intangible assets."""
        rates = {id_: self.pace.rate(id_) for id_ in self.cash_flow.effects}
        sections = dict(self.cash_flow.sections)
        for id_ in self.made.named:
            rule = self.made.rules[id_]
            rates[id_ + PLANNED], sections[id_ + PLANNED] = rule.value * rates[rule.of], PART
        return Flows(self.cash_flow.effects, sections, rates)

    def _worn(self) -> list[list[str]]:
        """The balances that depreciation and amortization take from: each intangible asset first, since what
        it does not bear is property's; then property, with its accumulated depreciation.
        """
        kinds = {id_: self.category[id_] for id_ in self.rolled if id_ in self.category}
        property_ = [id_ for id_ in kinds if kinds[id_] in ("property", "depreciation")]
        split = any(kinds[id_] == "depreciation" for id_ in property_)
        intangible = [[id_] for id_ in kinds if kinds[id_] == "intangible"]
        return [*intangible, *([property_] if split else [[id_] for id_ in property_])]

    def _expected_income(self) -> Decimal:
        """Net income of a period as it is expected: the last, without what happens once."""
        net, part = self.income.net_income, self.basis.periods
        found = (self.income_lines[net].values.get(self.last) or Decimal(0)) / part
        for id_, sign in self.income_tree.signs(net).items():
            rule = self.income.rules.get(id_)
            if rule is not None and rule.forecast == "amount" and not rule.value:
                found -= sign * (self.income_lines[id_].values.get(self.last) or Decimal(0)) / part
        return found

    def _worth(self, rule: Rule) -> Decimal:
        """What a rule gives in a period, in whole units."""
        if rule.forecast == "part":
            sales = self.income_lines[rule.of].values.get(self.last) or Decimal(0)
            return rule.value * sales / self.basis.periods
        return rule.value * self.scale if rule.forecast == "amount" else Decimal(0)

    def _carry(self) -> None:
        """Gives each driven balance to the line of cash flow that is most like it."""
        general = next(
            (flow for flow in self.carried if words.ALL_CHANGES.search(self.lines[flow].label)), ""
        )
        for balance in self._leaves():
            if balance in self.balances.cash or balance in self.rolled or balance in self.equity:
                continue
            best = max(
                ((self._like(flow, balance), -n, flow) for n, flow in enumerate(self.carried)),
                default=(0.0, 0, ""),
            )
            if best[0] >= _CARRIES:
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
        return words.likeness(label, self.lines[balance].label)

    def _balance(self, id_: str) -> None:
        """The forecast of a balance."""
        if id_ == self.made.cash:
            return
        if id_ in self.rolled:
            sign = self.sign(id_)
            terms = [(flow, effect * sign) for flow, effect in self.rolled[id_]]
            self.made.forecasts[id_] = "= " + added([(f"{id_}[-1]", 1), *terms])
            return
        self.made.rules[id_] = self._driver(id_)
        if id_ in self.balances.cash:
            return  # it moves within the cash of the cash flow statement
        if not any(id_ in balances for balances in self.carried.values()):
            self.made.uncarried.append((id_, self.sign(id_)))

    def _driver(self, id_: str) -> Rule:
        """Days of sales or of costs for what goes with them; otherwise level."""
        if id_ in self.equity:
            return LEVEL
        line, kind = self.lines[id_], self.category[id_]
        found = days_rule(line, kind, self.income, self.income_lines, self.basis)
        return found or LEVEL

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
    income_tree: Tree,
    basis: Basis,
) -> Wiring:
    """The forecast of the leaves of a balance sheet and a statement of cash flows."""
    wirer = _Wirer(tree, sides, flow, cash_flow, income, income_tree, basis)
    made = wirer.wire()
    made.rules = {id_: basis.said(rule) for id_, rule in made.rules.items()}
    return made
