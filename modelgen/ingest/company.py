"""Whose document it is: the company's name on its cover, above its statements, or where it announces them;
and whether two names may be one company's.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from modelgen.ingest.document import Document
from modelgen.ingest.frame import THREE
from modelgen.ingest.reading import Reading
from modelgen.problem import fail

_REGISTRANT = re.compile(r"exact name of (the )?registrant", re.IGNORECASE)
_NO_NAME = re.compile(r"commission|file\s+(?:number|no)", re.IGNORECASE)
_FORMS = frozenset(
    (
        *("the", "and", "of", "inc", "incorporated", "corp", "corporation", "co", "company"),
        *("companies", "plc", "ltd", "limited", "llc", "lp", "sa", "ag", "nv", "se", "group"),
        *("holding", "holdings"),
    )
)

_OPENING = 60  # lines in which a release says whose it is
_ABOVE = 8  # lines above a statement's first row that hold its title, and the name above that
_LONGEST = 80
_WORDS_IN_NAME = 8
_NUMBERS = re.compile(r"\$|\d[\d,.)]*\s+\(?\d")  # of a row, not of a name
_TITLE = re.compile(
    r"\bstatements?\b|\bbalance sheets?\b|\bcash flows?\b|\bfinancial position\b"
    r"|^(?:condensed )?consolidated (?:income|operations|earnings|results)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\bunaudited\b|\b(?:in|of) (?:thousands|millions|dollars)\b|\bexhibit\b|\bcontents\b|\bended\b"
    r"|\bschedule\b|\bpage\b|\bnotes\b|\bcontinued\b|\bpart [iv]+\b|\bitem \d|\bcondensed\b"
    r"|\bfinancial (?:statements|data)\b"
    r"|\btable\b|\bsupplement\w*\b|\breconciliation\b|\bper share\b|[:;|]",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"\b(?:inc|incorporated|corp|corporation|company|co|plc|ltd|limited|llc|group|holdings?|subsidiar\w+"
    r"|s\.?a|a\.?g|n\.?v|s\.?e)\b",
    re.IGNORECASE,
)
_SUBSIDIARIES = re.compile(r",?\s+and\s+(?:its\s+)?(?:consolidated\s+)?subsidiar.*$", re.IGNORECASE)
_PRONOUN = re.compile(r"(?:we|our|it|its|this|these|the company)\b", re.IGNORECASE)
_LISTED = re.compile(
    r"(?:^|[-–—]\s*)([A-Z][^–—()]{1,60}?)\s*\((?:NYSE|NASDAQ|AMEX|OTC\w*|LSE|TSX)\b", re.IGNORECASE
)
_ANNOUNCES = re.compile(
    r"(?:^|[-–—]\s*)([A-Z][^–—()]{1,60}?),? (?:today )?(?:announced|announces|reported|reports)\b"
)


def name_in(document: Document, reading: Reading) -> str:
    """The company's name as the document has it: on the cover, or above most statements, or where a release
    announces its results; "" if nowhere.
    """
    cover = company_of(document)
    if cover:
        return cover
    above = Counter(_above_statements(document, reading))
    found = [(times, name) for name, times in above.items() if times > 1 or _FORM.search(name)]
    if found:
        return max(found, key=lambda one: one[0])[1]
    for pattern in (_LISTED, _ANNOUNCES):
        for line in document.lines[:_OPENING]:
            said = pattern.search(" ".join(line.split()))
            if said and not _ASIDE.search(said[1]) and _is_proper(said[1]):
                return said[1].strip(" ,")
    return ""


def _is_proper(name: str) -> bool:
    """Whether all words of a name have capitals, but for the small ones, and none is a pronoun."""
    found = re.findall(r"[A-Za-z]{4,}", name)
    return all(word[0].isupper() for word in found) and not _PRONOUN.match(name)


def _above_statements(document: Document, reading: Reading) -> Iterator[str]:
    """The line above the title of each statement, where it is a name."""
    for table in reading.tables:
        if table.statement not in THREE or not table.rows:
            continue
        first = table.rows[0].line - 1
        near = [line.strip(" |*") for line in document.lines[max(0, first - _ABOVE) : first]]
        titled = [n for n, line in enumerate(near) if _TITLE.search(line)]
        names = [line for line in near[: titled[-1]] if line] if titled else []
        if names and _is_name(names[-1]):
            yield _SUBSIDIARIES.sub("", " ".join(names[-1].split()))


def _is_name(line: str) -> bool:
    """Whether a line may be a company's name: short, and no words of a table or a page."""
    words = re.findall(r"[A-Za-z]{2,}", line)
    short = len(line) <= _LONGEST and len(words) <= _WORDS_IN_NAME
    return bool(words) and short and not (_ASIDE.search(line) or _NUMBERS.search(line))


def company_of(document: Document) -> str:
    """The company's name: on the cover of a report, the line above what says that it is the
    registrant's.
    """
    for number, line in enumerate(document.lines[:120]):
        if _REGISTRANT.search(line):
            before = _REGISTRANT.split(line)[0].strip(" (")
            if _NO_NAME.search(before):
                return ""  # heads of a table of several registrants
            above = [
                text.strip()
                for text in document.lines[max(0, number - 6) : number]
                if text.strip(" _-|") and not _NO_NAME.search(text)
            ]
            return (before or (above[-1] if above else ""))[:80].strip()
    return ""


def may_be_one(one: str, other: str) -> bool:
    """Whether two names share a word that is no legal form."""
    return bool(_words(one) & _words(other))


def check_one_company(
    named: Iterable[tuple[str, str]], hint: str = "if they are one, give its name with --company"
) -> None:
    """Raises ModelError if two documents' names, each with its company's (or ""), are of different companies:
    if the names share no word but those of legal forms.

    >>> check_one_company([("a.html", "Acme Tools, Inc."), ("b.html", "ACME TOOLS CORP")])
    """
    known = [(name, company, _words(company)) for name, company in named if _words(company)]
    for name, company, words in known[1:]:
        first, other, same = known[0]
        if not words & same:
            raise fail(
                f"{name} is of {company} and {first} of {other}: a deal is of one company",
                hint=hint,
            )


def _words(company: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]{2,}", company.lower())) - _FORMS
