"""Keeps a forecast sane: nothing is paid out, and nothing written off, that the company does not bear."""

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from modelgen.ingest.cash import FINANCING, INVESTING, OPERATING
from modelgen.ingest.rules import PRECISE, Rule

PART = "part"  # the section of a part of a flow that moves another balance
PLANNED = ".planned"  # of the id of such a part, which no row of the company is
NOTHING = Decimal(0)
TO_THE_THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True)
class Flows:
    """Flows of cash: what one of each does to cash (1 or -1), its section, and its amount a period by
    the year to date, in whole units.
    """

    effects: Mapping[str, int]
    sections: Mapping[str, str]
    rates: Mapping[str, Decimal]

    def of(self, ids: Sequence[str]) -> Decimal:
        """What some of them do to cash in a period."""
        return sum((self.rates[id_] * self.effects[id_] for id_ in ids), NOTHING)

    def moving(self, rolls: Sequence[tuple[str, int]]) -> Decimal:
        """What some of them, each with its effect, do to cash in a period."""
        return sum((self.rates[id_] * effect for id_, effect in rolls), NOTHING)

    def within(self, section: str) -> list[str]:
        """Those of a section."""
        return [id_ for id_ in self.effects if self.sections[id_] == section]


def bear_payments(
    flows: Flows,
    rules: MutableMapping[str, Rule],
    net_income: Decimal,
    worth: Callable[[Rule], Decimal],
) -> Decimal:
    """Cuts what is paid to shareholders to what the forecast's operations less capital expenditure bring
    in: net income, and each other flow that is expected. `worth` is what a rule gives a period, in whole
    units. Returns what is left.
    """
    paid = [
        id_
        for id_ in flows.within(FINANCING)
        if id_ in rules and rules[id_].forecast == "amount" and rules[id_].value
    ]
    others = [*flows.within(OPERATING), *flows.within(INVESTING)]
    expected = (worth(rules[id_]) * flows.effects[id_] for id_ in others if id_ in rules)
    free = max(NOTHING, net_income + sum(expected, NOTHING))
    out = -flows.of(paid)
    if out <= free:
        return free - out
    for id_ in paid:
        value = (rules[id_].value * free / out).quantize(TO_THE_THOUSANDTH)
        basis = f"{rules[id_].basis}, cut to what operations less capital expenditure bear"
        rules[id_] = Rule("amount", value, basis, "judgement")
    return NOTHING


def bear_investments(
    flows: Flows,
    rules: MutableMapping[str, Rule],
    invested: Sequence[str],
    left: Decimal,
    scale: Decimal,
    words: str,
) -> None:
    """Goes on investing as in the year to date, where more was bought than sold, with what is `left` of
    the forecast's cash: so that it does not pile up. What was sold on balance is not sold on.
    """
    out = -flows.of(invested)
    if out <= 0 or left <= 0:
        return
    part = min(Decimal(1), left / out)
    basis = f"A period's part of {words}"
    if part < 1:
        basis += ", cut to what is left after payments to shareholders"
    for id_ in invested:
        value = (flows.rates[id_] * part / scale).quantize(TO_THE_THOUSANDTH)
        rules[id_] = Rule("amount", value + 0, basis, "judgement")


def bear_depreciation(
    flows: Flows,
    rules: MutableMapping[str, Rule],
    rolls: Sequence[tuple[str, int]],
    worth: Decimal,
    periods: int,
    label: str,
) -> None:
    """Cuts depreciation to what leaves half of a balance's `worth` after the forecast's periods, where it
    would take more. `rolls` are the flows that move the balance, each with what one of it does to cash.
    """
    moved = [(id_, effect) for id_, effect in rolls if _is_expected(rules, id_)]
    wear = [roll for roll in moved if flows.sections[roll[0]] in (OPERATING, PART)]
    # A part of a flow that is another balance's is cut with the flow.
    off = [id_ for id_, effect in wear if flows.sections[id_] == OPERATING or effect > 0]
    taken, whole, most = flows.moving(moved), flows.moving(wear), worth / 2 / periods
    if not off or whole <= 0 or taken <= most:
        return
    left = max(NOTHING, whole - taken + most) / whole
    for id_ in off:
        rule = rules[_ruled(id_)]
        places = PRECISE if rule.forecast == "part" else TO_THE_THOUSANDTH
        basis = f"{rule.basis}, cut: at most half of {label} wears off in the forecast"
        value = (rule.value * left).quantize(places)
        rules[_ruled(id_)] = replace(rule, value=value, basis=basis, status="judgement")


def _ruled(id_: str) -> str:
    """The id by which a flow, or the planned part of one, has its rule."""
    return id_.removesuffix(PLANNED)


def _is_expected(rules: Mapping[str, Rule], id_: str) -> bool:
    return _ruled(id_) in rules and bool(rules[_ruled(id_)].value)
