"""The words of accounting by which a line is told to be of a kind; no label of any company is here.

A kind is a name and the words that make it, as regular expressions between the bounds of words. Of
several kinds, the first in its list holds.
"""

import re
from functools import lru_cache

Kinds = tuple[tuple[str, re.Pattern[str]], ...]


def _any(*words: str) -> re.Pattern[str]:
    """A pattern of some words, whatever their case."""
    return re.compile("|".join(rf"\b(?:{word})\b" for word in words), re.IGNORECASE)


_DEBT_WORDS = (
    *(
        "debt",
        "borrowings?",
        r"notes(?! \d)",
        "loans?",
        "commercial paper",
        "term loan",
        "debentures?",
    ),
    *("credit facility", "credit facilities"),
)
_STOCK_PAY = (
    *(r"(?:stock|share|equity)-?\s?based", r"compensation\b.*\b(?:stock|share|equity)"),
    r"(?:stock|share|unit) (?:compensation|options? expense)",
)
_DEFERRED_TAX = (r"deferred\b.*\btax(?:es)?", r"tax(?:es)?\b.*\bdeferred")

BALANCES: Kinds = (
    ("restricted", _any("restricted")),
    ("cash", _any("cash")),
    ("lease", re.compile(r"^(?!.*\bintangibles?\b).*\b(?:leases?|right-of-use)\b", re.IGNORECASE)),
    (
        "depreciation",
        re.compile(
            r"^\W*(?:less\W+)?(?:accumulated|allowances? for) (?:depreciation|depletion)\b",
            re.IGNORECASE,
        ),
    ),
    ("receivable", _any("receivables?")),
    (
        "inventory",
        _any(
            "inventor(?:y|ies)",
            "merchandise",
            "supplies",
            "finished (?:goods|products)",
            "raw materials",
            r"work in pro\w+",
        ),
    ),
    (
        "property",
        _any(
            *("property", "plant", "premises", "equipment", "properties", "buildings?", "land"),
            *("machinery", "construction (?:work )?in progress", "fixtures"),
            *(
                r"real estate(?! (?:investments|securities|loans|taxes))",
                *("vessels", "vehicles", "aircraft", "nuclear fuel"),
            ),
        ),
    ),
    ("intangible", _any("goodwill", "intangibles?", "software")),
    ("deferred tax", _any(*_DEFERRED_TAX)),
    ("debt", _any(*_DEBT_WORDS)),
    ("investment", _any("securities", "investments?", "fixed maturities")),
    ("payable", _any("payables?", "accrued", "expenses")),
)
EQUITY: Kinds = (
    ("noncontrolling", _any("non-?controlling", "minority")),
    (
        "earnings",
        _any(
            "retained",
            "reinvested",
            "employed in",
            "deficit",
            r"distributions in excess\b.*",
            r"(?:cumulative|accumulated) (?:net income|earnings|distributions)",
            r"accumulated \(?(?:deficit|loss|earnings|income)",
        ),
    ),
    ("other income", _any("accumulated other", "comprehensive")),
    ("treasury", _any("treasury", "repurchased")),
    ("capital", _any("capital", "paid-?in", "common", "surplus", "shares", "share premium")),
)
NON_CASH: Kinds = (
    (
        "financing cost",
        re.compile(
            r"^(?!.*\bdepreciation\b).*\b(?:amorti[sz]ation|accretion)\b.*"
            r"\b(?:debt|notes|borrowings?|financing|issuance)\b",
            re.IGNORECASE,
        ),
    ),
    ("accretion", _any("accretion")),
    ("property", _any("depreciation", "depletion", r"amorti[sz]ation")),
    ("capital", _any(*_STOCK_PAY)),
    ("deferred tax", _any(*_DEFERRED_TAX)),
)
ADDITIONS = _any(
    *("additions?", "purchases?", "expenditures?", "payments?", "development", "drilling"),
    *("improvements?", "construction", "investments? in"),
)
"""Of property: what is added to it in the course of business; a business that is acquired is not."""
CAPITAL_EXPENDITURE = _any(
    *("drilling", "exploration", "mine development", "nuclear fuel", r"dry-?docking", "facilities"),
    *("construction expenditures?", "expenditures for construction", "capital improvements"),
    *("(?:leasing|development) (?:costs|expenditures)", "tenant improvements"),
    r"(?:improvements?|additions?|development|expenditures?)\b.*\b(?:real estate|buildings?|vessels)",
    *("property", "plant", "equipment", "capital expenditures?", "additions to properties"),
    *("capital investments?", "capital spending", r"capitali[sz](?:ed|ation)"),
)
INVESTMENTS = _any("securit(?:y|ies)", "investments?", "maturit(?:y|ies)", "loans", "receivables")
SECURITIES = _any("securit(?:y|ies)", "investments?")
DIVIDENDS = _any("dividends?", "distributions?")
BUYBACK = _any(
    r"(?:repurchased?|repurchases|buyback|treasury|reacquired?|acquired?|purchased?|purchases)\b.*\b(?:stock|shares?|common)",
    r"treasury stock",
    r"(?:stock|shares?)\b.*\b(?:repurchased?|acquired|reacquired|purchased)",
)
DEBT = _any(
    *(*_DEBT_WORDS, "credit", r"facilit\w+", "obligations?"),
    r"(?:long-term|short-term|vendor) financing",
)
OWED = _any(*_DEBT_WORDS)
LEASE = _any("leases?")
STOCK = _any("stock", "shares?", "equity", "options?", r"withh\w+")
OTHERS = _any("non-?controlling", "minority")
CHANGE = re.compile(r"\b(?:increase|decrease|change)s?\b|working capital", re.IGNORECASE)
ADJUSTMENTS = _any("adjustments")
ALL_CHANGES = re.compile(r"working capital|(?:operating )?assets and liabilities", re.IGNORECASE)
INCOME = _any("income", "earnings", "loss", "profit")
ACQUISITION = _any("acquisitions?", r"business(?:es)?", r"compan(?:y|ies)", "acquired?")
RIGHTS = _any("intangibles?", "software", "patents?", r"licen[cs]es?", "trademarks?", "acquired")
PAID_IN = _any(
    r"paid-?\s?in", "surplus", "share premium", "in excess of par", "contributed capital"
)
NOT_AMORTIZED = _any("goodwill", "indefinite", "not subject to amortization", "indefinite-lived")
_SHORT_TERM = _any("short-?term", "commercial paper", "notes payable", "current", "within one year")
_NOT_SHORT = _any("long-?term(?! debt)", "non-?current", r"(?:excluding|less|net of)\b.*\bcurrent")
LAND = re.compile(r"land\b(?!.*\b(?:buildings?|property|equipment)\b)", re.IGNORECASE)
OTHER = _any("other", "miscellaneous", "sundry")
OF_TRADE = _any("trade", "accounts?", r"inventor\w+", "merchandise", "receivables?", "accrued")

_PASSED_OVER = frozenset(
    [
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
        "current",
        "non",
        "noncurrent",
        "long",
        "term",
        "including",
        "allowance",
        "note",
    ]
)


_SAYS_LITTLE = frozenset(["other", "all", "activity", "investing", "financing", "item"])


def says_little(label: str) -> bool:
    """Whether a label tells no more than that something is other.

    >>> says_little("Other investing activities, net"), says_little("Other investments")
    (True, False)
    """
    return _words(label) <= _SAYS_LITTLE


def adds_to_property(label: str) -> bool:
    """Whether a flow of investing is capital expenditure, as far as its words say.

    >>> adds_to_property("Additions to oil and natural gas properties")
    True
    >>> adds_to_property("Acquisitions of oil and natural gas properties")
    False
    """
    of_property = kind_of(label, BALANCES) == "property" and ADDITIONS.search(label)
    return bool(CAPITAL_EXPENDITURE.search(label) or of_property)


def says_something(label: str) -> bool:
    """Whether a label has words beyond those that only join others."""
    return bool(_words(label))


def is_short_term(label: str) -> bool:
    """Whether a label of debt, or of a flow of it, is of what is due within a year.

    >>> is_short_term("Current maturities of long-term debt"), is_short_term("Repayments of long-term debt")
    (True, False)
    >>> is_short_term("Long-term debt, excluding current installments")
    False
    """
    return bool(_SHORT_TERM.search(label)) and not _NOT_SHORT.search(label)


def kind_of(label: str, kinds: Kinds) -> str:
    """The kind of a label: by what stands before its first comma, or else by all of it; "other" if by
    none.
    """
    for text in (label.split(",", maxsplit=1)[0], label):
        for name, pattern in kinds:
            if pattern.search(text):
                return name
    return "other"


def likeness(one: str, other: str) -> float:
    """How many of the words of two labels are the same, of those of the shorter: 0 to 1.

    >>> likeness("Accounts receivable, net", "Receivables") > 0.9
    True
    >>> likeness("Inventories", "Prepaid expenses")
    0.0
    """
    a, b = _words(one), _words(other)
    if not a or not b:
        return 0.0
    both = len(a & b)
    return both / min(len(a), len(b)) * (0.9 + 0.1 * both / max(len(a), len(b)))


@lru_cache(maxsize=2_000)  # each line of one statement is compared with each of another
def _words(label: str) -> frozenset[str]:
    """The words that count, in the singular."""
    bare = re.sub(r"\([^)]*\)", " ", label.lower())
    words = re.findall(r"[a-z]+", bare.split(", less")[0])
    found = {w[:-3] + "y" if w.endswith("ies") else w.rstrip("s") for w in words}
    return frozenset(found - _PASSED_OVER)
