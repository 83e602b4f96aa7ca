"""What depreciation and amortization take from: property, or its accumulated depreciation where that is a
line of its own; and intangible assets, where one line of cash flow is of both.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
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
    """The asset that a flow takes from, "" if there is none; and if a part of the flow is the amortization
    of intangible assets, their line and the part, as a rule.
    """

    asset: str
    intangible: str = ""
    part: Rule | None = None


def worn_by(
    flow: StatementLine,
    balances: Balances,
    lines: Mapping[str, StatementLine],
    to_date: Period | None,
    last: Period,
) -> Worn:
    """What a flow of depreciation or amortization takes from. The part of intangible assets is as these fell
    in the year to date; where they did not, by how large they are beside property, which is a judgement.
    `last` is the last actual day.
    """
    intangible = balances.amortized()
    if not _DEPRECIATION.search(flow.label):
        return Worn(_amortized(flow, balances, intangible, to_date))
    beside = balances.of("property", balances.assets) or balances.any_other(balances.assets)
    asset = balances.of("depreciation", balances.assets) or beside
    if not asset or not intangible or not _AMORTIZATION.search(flow.label):
        return Worn(asset or intangible)
    part = _part(flow, lines[intangible], lines[beside or asset], to_date, last)
    return Worn(asset, intangible, part) if part.value else Worn(asset)


def _amortized(
    flow: StatementLine, balances: Balances, intangible: str, to_date: Period | None
) -> str:
    """The balance of amortization alone: what is called like it, or else intangible assets; what takes cash
    from net income is that of a claim, such as deferred income. "" if operations change the balance of it.
    """
    value = flow.values.get(to_date, _NONE) if to_date else _NONE
    if value < 0:
        return balances.like(flow.label, balances.owed) or balances.any_other(balances.owed)
    if balances.follows(flow.label):
        return ""
    rest = _AMORTIZATION.sub("", flow.label)
    of_rights = not words.says_something(rest) or words.RIGHTS.search(rest)
    found = balances.like(flow.label, balances.assets)
    found = found or (intangible if of_rights else "")
    return found or balances.any_other(balances.assets) or intangible


def _part(
    flow: StatementLine,
    intangible: StatementLine,
    beside: StatementLine,
    to_date: Period | None,
    last: Period,
) -> Rule:
    """The part of a flow that is the amortization of intangible assets."""
    whole = flow.values.get(to_date, _NONE) if to_date else _NONE
    fell = _fall(intangible, to_date, last)
    own, other = abs(intangible.values.get(last, _NONE)), abs(beside.values.get(last, _NONE))
    if whole > 0 and to_date is not None and 0 < fell < whole:
        part = fell / whole
        basis = f"By what {intangible.label} fell in {words_of(to_date)}"
    else:
        part = own / (own + other) if own + other else _NONE
        basis = f"By the balances: {intangible.label} beside {beside.label}"
    return Rule("part", part.quantize(PRECISE), basis, "judgement", of=flow.id, of_label=flow.label)


def _fall(line: StatementLine, period: Period | None, last: Period) -> Decimal:
    """By how much a balance fell in a period; 0 if its beginning is not known."""
    first = period[0] if period else None
    opening = line.values.get((None, first - timedelta(days=1))) if first else None
    closing = line.values.get(last)
    return opening - closing if opening is not None and closing is not None else _NONE
