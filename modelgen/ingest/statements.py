"""Which statement a table is, by its title and by the rows that only such a statement has."""

import re
from collections.abc import Sequence

from modelgen.ingest.reading import BALANCE, CASH, COMPREHENSIVE, EQUITY, INCOME, OTHER

_TITLES = {
    BALANCE: re.compile(r"\bbalance\s+sheets?\b|\bfinancial\s+(?:position|condition)\b"),
    CASH: re.compile(r"\bcash\s+flows?\b"),
    COMPREHENSIVE: re.compile(r"\bcomprehensive\s+(?:income|loss|earnings|\(loss\))"),
    EQUITY: re.compile(r"\b(?:equity|deficit|capital|retained\s+earnings|investment)\b"),
    INCOME: re.compile(r"\b(?:income|operations|earnings|profit|loss|results)\b"),
}
# One look that most lines end with.
_OF_STATEMENT = re.compile(r"statement|consolidated|condensed|balance|cash|results")
_STATEMENT = re.compile(
    r"\bstatements?\b|\bconsolidated\b|\bcondensed\b|\bbalance\s+sheets?\b"
    r"|^(?:the\s+)?cash\s+flows?$|^results\s+of\s+operations$"
)
_NOT_TITLE = re.compile(
    r"\bsee\b.*\bnotes\b|\bnotes\s+to\b|\bintegral\s+part\b|\baccompanying\b|\bitem\s+\d|\brefer\s+to\b"
)
_TOTAL_ASSETS = re.compile(r"^total\s+assets\b|^assets,?\s+total", re.MULTILINE)
_BOTH_SIDES = re.compile(
    r"\bliabilities\b.*\b(?:equity|deficit|capital|deficiency|investment|interests?)\b|\bliabilities\s+and\b"
)
_ACTIVITIES = {
    part: re.compile(
        rf"\b{part}\s+activities\b|\b{part}\s+operations\b|\bfor\s+{part}\b|^{part}:?$"
    )
    for part in ("operating", "investing", "financing")
}
_CASH_END = re.compile(
    r"\bcash\b.*\b(?:end|beginning|begin|opening|ending|start|closing)\b|^(?:end|beginning)\s+of\b",
    re.MULTILINE,
)
_NET_INCOME = re.compile(
    r"\bnet\s+(?:\(?(?:income|earnings|loss|profit))|\bprofit\b.*\b(?:period|year|quarter)\b|\bprofit\b|\bloss\s+for\s+the\b"
)
_PER_SHARE = re.compile(r"\bper\s+(?:\w+\s+){0,3}?(?:share|unit)\b")
_TAX = re.compile(r"\btax(?:es)?\b")
_SALES = re.compile(r"\brevenues?\b|\bsales\b|\bpremiums\b|\binterest\s+income\b|\bexpenses?\b")
_OTHER_INCOME = re.compile(r"\bcomprehensive\b|\btranslation\b")
_BALANCE_ROW = re.compile(r"\bbalances?\b.*\d|^balances?\b|\bbeginning\b|\bending\b", re.MULTILINE)
_FEWEST = 5  # rows of a statement


def title_of(before: Sequence[str], top: Sequence[str]) -> str:
    """The line that names a table: among its own first rows, or the nearest before it; "" if none does."""
    for line in [*top, *reversed(before)]:
        low = line.lower()
        if len(line) >= 160 or not _OF_STATEMENT.search(low):
            continue
        if not _STATEMENT.search(low) or _NOT_TITLE.search(low):
            continue
        if any(pattern.search(low) for pattern in _TITLES.values()):
            return line
    return ""


def statement_of(title: str, labels: Sequence[str]) -> tuple[str, bool]:
    """Which statement rows with such labels under such a title are, and whether the title says so too."""
    low = "\n".join(labels).lower()
    count = len(labels)
    named = {name for name, pattern in _TITLES.items() if pattern.search(title.lower())}

    if count < _FEWEST and not named & {EQUITY, COMPREHENSIVE}:
        return OTHER, False

    def has(pattern: re.Pattern[str]) -> bool:
        return pattern.search(low) is not None

    parts = sum(part in low and has(pattern) for part, pattern in _ACTIVITIES.items())
    by_name = CASH in named and (parts >= 2 or (parts and count >= 8))
    by_rows = (parts >= 2 and has(_CASH_END)) or (parts == 3 and count >= 15)
    if count >= _FEWEST and (by_name or by_rows):
        return CASH, CASH in named
    assets = "assets" in low and has(_TOTAL_ASSETS)
    sides = "liabilities" in low and has(_BOTH_SIDES)
    if count >= _FEWEST and ((assets and sides) or (BALANCE in named and (assets or sides))):
        return BALANCE, BALANCE in named
    if EQUITY in named and not named & {BALANCE, CASH, INCOME} and has(_BALANCE_ROW):
        return EQUITY, True
    by_title = INCOME in named and COMPREHENSIVE not in named and has(_TAX) and has(_SALES)
    earned = count >= _FEWEST and has(_NET_INCOME) and (has(_SALES) or has(_TAX))
    if earned and (has(_PER_SHARE) or by_title):
        return INCOME, INCOME in named
    if COMPREHENSIVE in named and has(_OTHER_INCOME):
        return COMPREHENSIVE, True
    if EQUITY in named and BALANCE not in named and has(_BALANCE_ROW):
        return EQUITY, True
    return OTHER, False
