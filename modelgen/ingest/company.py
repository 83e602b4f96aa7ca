"""Whose document it is: the company's name on its cover, and whether two names may be one company's."""

import re
from collections.abc import Iterable

from modelgen.ingest.document import Document
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
