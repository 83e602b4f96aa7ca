"""What depreciation and amortization take from: property, or its accumulated depreciation where that is a
line of its own; and intangible assets, where one line of cash flow is of both.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from modelgen.ingest import vocabulary as words
from modelgen.ingest.rules import PRECISE, Rule, words_of
from modelgen.ingest.statement_line import Period, StatementLine
from modelgen.ingest.targets import Balances

_DEPRECIATION = re.compile(r"\b(depreciation|depletion)\b", re.IGNORECASE)
_AMORTIZATION = re.compile(r"\bamorti[sz]ation\b", re.IGNORECASE)
_NONE = Decimal(0)


@dataclass(frozen=True)
class Worn:
    """The asset that a flow takes from, "" if there is none; and the `parts` of the flow that are the
    amortization of intangible assets, by their ids, as rules.
    """

    asset: str
    parts: Mapping[str, Rule] = field(default_factory=dict)


def worn_by(
    flow: StatementLine,
    balances: Balances,
    lines: Mapping[str, StatementLine],
    to_date: Period | None,
    last: Period,
) -> Worn:
    """What a flow of depreciation or amortization takes from. The part of an intangible asset is as it fell
    in the year to date; where it did not, what is left is parted by how large it is beside property, which
    is a judgement. `last` is the last actual day.
    """
    intangible = balances.amortized()
    if not _DEPRECIATION.search(flow.label):
        return Worn(_amortized(flow, balances, intangible, to_date))
    own = balances.like(flow.label, balances.assets)
    if own and balances.kinds[own] not in ("property", "depreciation"):
        return Worn(own)  # of right-of-use assets, or what else has a line of its own
    beside = balances.largest_property() or balances.any_other(balances.assets)
    asset = balances.of("depreciation", balances.assets) or beside
    if not asset or not intangible or not _AMORTIZATION.search(flow.label):
        return Worn(asset or balances.largest(intangible))
    known = {id_: lines[id_] for id_ in intangible}
    return Worn(asset, _parts(flow, known, lines[beside or asset], to_date, last))


def _amortized(
    flow: StatementLine, balances: Balances, intangible: list[str], to_date: Period | None
) -> str:
    """The balance of amortization alone: what is called like it, or else intangible assets; what takes cash
    from net income is that of a claim, such as deferred income. "" if operations change the balance of it.
    """
    value = flow.values.get(to_date, _NONE) if to_date else _NONE
    if words.SECURITIES.search(flow.label):
        return balances.of("investment", balances.assets)
    if value < 0:
        return balances.like(flow.label, balances.owed) or balances.any_other(balances.owed)
    if balances.follows(flow.label):
        return ""
    rest = _AMORTIZATION.sub("", flow.label)
    of_rights = not words.says_something(rest) or words.RIGHTS.search(rest)
    largest = balances.largest(intangible)
    found = balances.like(flow.label, balances.assets) or (largest if of_rights else "")
    return found or balances.any_other(balances.assets) or largest


def _parts(
    flow: StatementLine,
    intangible: Mapping[str, StatementLine],
    beside: StatementLine,
    to_date: Period | None,
    last: Period,
) -> dict[str, Rule]:
    """The parts of a flow that are the amortization of intangible assets."""
    whole = flow.values.get(to_date, _NONE) if to_date else _NONE
    falls = {id_: _fall(line, to_date, last) for id_, line in intangible.items()}
    fallen = {id_: fall for id_, fall in falls.items() if fall is not None and fall > 0}
    # More than wear: something was sold or written off.
    shares = (
        {i: v / whole for i, v in fallen.items()} if sum(fallen.values(), _NONE) < whole else {}
    )
    left = 1 - sum(shares.values(), _NONE)
    # One that stayed what it was wears off by nothing.
    others = {i: one for i, one in intangible.items() if i not in shares and falls[i] != 0}
    sizes = {i: abs(one.values.get(last, _NONE)) for i, one in others.items()}
    all_sizes = sum(sizes.values(), abs(beside.values.get(last, _NONE)))
    parts: dict[str, Rule] = {}
    for id_, line in intangible.items():
        if id_ in shares and to_date is not None:
            part, basis = shares[id_], f"By what {line.label} fell in {words_of(to_date)}"
        else:
            part = left * sizes.get(id_, _NONE) / all_sizes if all_sizes else _NONE
            basis = f"By the balances: {line.label} beside {beside.label}"
        if part:
            rule = Rule("part", part.quantize(PRECISE), basis, "judgement", flow.id, flow.label)
            parts[id_] = rule
    return parts


def _fall(line: StatementLine, period: Period | None, last: Period) -> Decimal | None:
    """By how much a balance fell in a period; None if its beginning is not known."""
    first = period[0] if period else None
    opening = line.values.get((None, first - timedelta(days=1))) if first else None
    closing = line.values.get(last)
    return opening - closing if opening is not None and closing is not None else None
