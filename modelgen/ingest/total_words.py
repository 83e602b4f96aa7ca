"""The words of totals and of costs: which labels are those of a sum of the rows above."""

import re
from functools import lru_cache

_NO_TOTAL = re.compile(r"\baccumulated\b", re.IGNORECASE)
TOTAL_WORDS = re.compile(
    r"\b(total|net (cash|income|earnings|loss|sales|revenues?|change|increase|decrease)"
    r"|gross (profit|margin)|operating (income|profit|loss|earnings)"
    r"|(income|earnings|profit|loss)\b.*\b(before|from|attributable|operations)"
    r"|(net|increase|decrease|change)\b.*\bcash|cash\b.*\b(provided|used|generated|end)"
    r"|end(ing)? of|comprehensive (income|loss))\b",
    re.IGNORECASE,
)
TAKEN_OFF = re.compile(
    r"\b(costs?|expenses?|provision|taxes|tax|depreciation|amortization|impairment|charges?|less"
    r"|losses|deductions?|selling|administrative|research|benefits and claims|treasury"
    r"|attributable to (redeemable )?non-?controlling)\b",
    re.IGNORECASE,
)


OF_ALL = re.compile(r"total\b|net cash\b", re.IGNORECASE)
_BEFORE = re.compile(r"\b(income|earnings|profit|loss)\b.*\bbefore\b", re.IGNORECASE)
_MUST = re.compile(
    r"total (?!debt\b|number\b|shares\b|capitali)\w"
    r"|(?:net )?cash (?:and cash equivalents )?(?:flows? )?(?:provided|used|generated|from|\w+ by)\b"
    r".*\b(?:activities|operations)\b"
    r"|gross (?:profit|margin)$"
    r"|equity attributable to\b|(?:share|stock)(?:holders|owners)['’]?s? equity$"
    r"|(?:consolidated )?(?:operating (?:income|profit|earnings|loss)"
    r"|(?:income|earnings|profit|loss)\b.*\bbefore\b.*\btax(?:es)?"
    r"|(?:income|earnings|profit|loss) from operations"
    r"|net (?:income|earnings|loss)(?: including non-?controlling interests?)?)$",
    re.IGNORECASE,
)
_MUST_NOT = re.compile(
    r"\b(?:discontinued|per|average|income attributable|loss attributable)\b", re.IGNORECASE
)
_OF_OWNERS = re.compile(r"\bequity\b|\bdeficit\b", re.IGNORECASE)
_OF_LIABILITIES = re.compile(r"\btotal\b.*\bliabilities\b", re.IGNORECASE)
CASH_SECTION = re.compile(r"\bactivities\b|\bcash\b.*\bby operations\b", re.IGNORECASE)
ALL_ASSETS = re.compile(r"total assets\b|assets,? total", re.IGNORECASE)
RESULT = re.compile(r"\b(loss|income|earnings|profit)\b", re.IGNORECASE)


@lru_cache(maxsize=4096)
def is_total(label: str) -> bool:
    """Whether the words of a label are those of a total."""
    bare = re.sub(r"[()]", "", label)
    return bool(
        (TOTAL_WORDS.search(label) or TOTAL_WORDS.search(bare)) and not _NO_TOTAL.search(label)
    )


@lru_cache(maxsize=4096)
def must_be_total(label: str) -> bool:
    """Whether a row with such a label can only be a total of rows above it: gross profit, total assets.

    >>> must_be_total("Total current assets"), must_be_total("Income from equity affiliates")
    (True, False)
    """
    bare = re.sub(r"\([^)]*\)", " ", label)
    return bool(_MUST.match(" ".join(bare.split()))) and not _MUST_NOT.search(bare)


def beyond_section(own: str, other: str) -> bool:
    """Whether a row stands before the section of a total: the total of other cash flows, all assets, all
    liabilities.

    >>> beyond_section("Net cash used in financing activities", "Net cash used in investing activities")
    True
    """
    if CASH_SECTION.search(own):
        return bool(CASH_SECTION.search(other)) and must_be_total(other)
    of_owners = _OF_OWNERS.search(own) and "liabilit" not in own.lower()
    return bool(ALL_ASSETS.match(other) or (of_owners and _OF_LIABILITIES.search(other)))


@lru_cache(maxsize=4096)
def is_cost(label: str) -> bool:
    """Whether the words of a label are those of a cost: income before taxes is none."""
    return bool(TAKEN_OFF.search(label)) and not _BEFORE.search(re.sub(r"[()]", "", label))
