"""Rows of a flow statement that print a balance: cash at the beginning and at the end of the period."""

import re
from collections.abc import Sequence

from modelgen.ingest.words import Dated, words_of

BEGINNING, END, NEITHER = "beginning", "end", ""

_OF_EDGE = re.compile(r"begin|start|open|commence|end|clos")  # one look that most labels end with
_FROM = re.compile(r"\b(?:increase|decrease|change)\b.*\bfrom\b")
_BEGINNING = re.compile(
    r"\b(?:beginning|begin|start|opening|commencement)\s+of\b|\b(?:beginning|opening)\s+(?:cash|balances?)\b"
    r"|\bbalances?,?\s*(?:at\s+)?(?:beginning|opening)\b|\bcash\b.*[,–—-]\s*beginning\b|\bbeginning\s*$"
)
_END = re.compile(
    r"\b(?:end|ending|close)\s+of\b|\b(?:ending|closing)\s+(?:cash|balances?)\b"
    r"|\bbalances?,?\s*(?:at\s+)?(?:ending|end|closing)\b|\bcash\b.*[,–—-]\s*end(?:ing)?\b|\bending\s*$"
)
_PERIOD_END = re.compile(r"\bat\s+(?:period|quarter|year)[\s-]+end\b|\bat\s+(?:the\s+)?end\s+of\b")
_HOLDING = re.compile(
    r"\bcash\b|\bbalances?\b|^(?:at\s+)?(?:the\s+)?(?:beginning|end|start|opening|closing)\b"
)
_AT_DAY = re.compile(
    r"\b(?:at|as\s+of|on)\s+(?:[a-z]{3,9}\.?\s+\d|\d{1,2}\s+[a-z]{3,9}\b)|,\s+[a-z]{3,9}\.?\s+\d{1,2}(?:,|$)"
)
_RECONCILED = re.compile(
    r"\breconcil.*\bcash\b|\bcash\b.*\b(?:consist|compris|compos|components|as\s+(?:shown|reported|presented))|\bbalance\s+sheets?\b"
    r"|\bfinancial\s+position\b|\bcash\b.*\bend\s+of\b"
)
_HELD = re.compile(r"\bcash\b|\brestricted\b|\bincluded\s+in\b|^total\b|\bassets\b|\boverdraft")
_PART_OF_CASH = re.compile(
    r"^(?:less|plus|add|deduct|minus)?[:\s,-]*(?:total\s+)?(?:restricted\s+cash|cash|bank\s+overdrafts)\b(?!\s*flows?)"
)
_TOTAL_HELD = re.compile(
    r"^(?:total\s+|identifiable\s+|segment\s+|operating\s+)*assets\b[^:]{0,12}$"
    r"|^(?:total\b.*|.*['’]s?\s+)?(?:stock|share)(?:holders|owners)?['’]?s?['’]?\s+(?:equity|deficit)\b[^:]{0,20}$|^total\s+equity$"
)
_UNCLEAR = re.compile(r"^(?:total\s+)?cash(?:,|\s+and|\s*&)\s+(?:due|cash|restricted)\b|^cash$")
_MOVED = re.compile(
    r"\bpaid\b|\bpayments?\b|\breceived\b|\bprovided\b|\bused\b|\bincrease|\bdecrease|\bchange|\beffect|\bacquired\b|\bnet\s+of\b|\bnon-?cash\b|\bproceeds\b"
)


def edge_of(label: str, headings: Sequence[str]) -> str:
    """Whether a row prints a balance at the beginning or at the end of the columns' periods, or neither."""
    low = label.lower()
    if not _OF_EDGE.search(low):
        return NEITHER
    low = " ".join(low.split())
    holding = _HOLDING.search(low) or any("cash" in heading.lower() for heading in headings[-1:])
    if _PERIOD_END.search(low):
        return END
    if not holding or _FROM.search(low):
        return NEITHER
    if _BEGINNING.search(low):
        return BEGINNING
    if _END.search(low):
        return END
    return NEITHER


def day_in(label: str) -> Dated | None:
    """The day of a balance of cash that its label names: "Cash and cash equivalents at June 30"."""
    low = label.lower()
    if not ("cash" in low or "balance" in low) or not _AT_DAY.search(low):
        return None
    dates = [dated for dated in words_of(label).dates if dated.day]
    return dates[-1] if dates else None


def is_total_held(label: str) -> bool:
    """Whether a row prints all assets or all equity, which are balances wherever they stand.

    >>> is_total_held("Total stockholders' equity")
    True
    """
    low = label.lower()
    if "assets" not in low and "equity" not in low and "deficit" not in low:
        return False
    return bool(_TOTAL_HELD.search(" ".join(low.split())))


def is_unclear(label: str) -> bool:
    """Whether a row of a statement of cash flows may be a balance of cash though no word says which.

    >>> is_unclear("Cash and cash equivalents and restricted"), is_unclear("Cash paid for interest")
    (True, False)
    """
    low = label.lower()
    return bool(_UNCLEAR.search(low)) and not _MOVED.search(low) and "flow" not in low


def is_held(label: str, headings: Sequence[str]) -> bool:
    """Whether a row below the end of cash prints a part of it, as the balance sheet shows it."""
    low = label.lower()
    above = " ".join(headings[-2:]).lower()
    if _MOVED.search(low):
        return False
    return bool((_RECONCILED.search(above) and _HELD.search(low)) or _PART_OF_CASH.search(low))
