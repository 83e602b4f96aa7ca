"""Keeps a forecast sane: nothing is paid out, and nothing written off, that the company does not bear."""

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from modelgen.ingest.cash import FINANCING, INVESTING, OPERATING
from modelgen.ingest.rules import PRECISE, Rule

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

    def within(self, section: str) -> list[str]:
        """Those of a section."""
        return [id_ for id_ in self.effects if self.sections[id_] == section]


def bear_payments(flows: Flows, rules: MutableMapping[str, Rule]) -> None:
    """Cuts what is paid to shareholders to what operations less capital expenditure bring in."""
    paid = [
        id_
        for id_ in flows.within(FINANCING)
        if id_ in rules and rules[id_].forecast == "amount" and rules[id_].value
    ]
    spent = [id_ for id_ in flows.within(INVESTING) if id_ in rules and rules[id_].value]
    free = max(NOTHING, flows.of(flows.within(OPERATING)) + flows.of(spent))
    out = -flows.of(paid)
    if out <= free:
        return
    for id_ in paid:
        value = (rules[id_].value * free / out).quantize(TO_THE_THOUSANDTH)
        basis = f"{rules[id_].basis}, cut to what operations less capital expenditure bear"
        rules[id_] = Rule("amount", value, basis, "judgement")


def bear_depreciation(
    flows: Flows,
    rules: MutableMapping[str, Rule],
    rolls: Sequence[str],
    worth: Decimal,
    periods: int,
    label: str,
) -> None:
    """Cuts depreciation to capital expenditure where it would take half of a balance's `worth` in the
    forecast's periods. `rolls` are the flows that move the balance.
    """
    moved = [id_ for id_ in rolls if id_ in rules and rules[id_].value]
    off = [id_ for id_ in moved if flows.sections[id_] == OPERATING]
    if not off or flows.of(moved) * periods <= worth / 2:
        return
    whole = flows.of(off)
    added = max(NOTHING, whole - flows.of(moved))
    for id_ in off:
        rule = rules[id_]
        value = rule.value * added / whole if whole else NOTHING
        places = PRECISE if rule.forecast == "part" else TO_THE_THOUSANDTH
        basis = f"{rule.basis}, cut to capital expenditure: {label} does not bear more"
        rules[id_] = replace(rule, value=value.quantize(places), basis=basis, status="judgement")
