"""Seasons of sales: what shows that quarters are unlike, and what is said where nothing can.

A forecast of quarters repeats the last one until four are known. The year to date may show that the last
quarter is unlike the others; or the document says so in words; a first quarter alone shows nothing.
"""

import re
from collections.abc import Iterable, Sequence

from modelgen.ingest.document import Document
from modelgen.ingest.plan import Plan
from modelgen.ingest.statement_line import StatementLine
from modelgen.ingest.years import months_of

_SEASONAL = re.compile(r"\bseasonal(?:ity)?\b", re.IGNORECASE)
_ALL = r"(?:business|sales|revenues?|operations|results)"
_SAID = re.compile(
    rf"\b{_ALL}\b[^.]{{0,80}}\b(?:is|are|be|being|has been)\b[^.]{{0,40}}\bseasonal\b"
    rf"|\bseasonal(?:ity| nature)? of (?:\S+ ){{1,3}}{_ALL}\b"
    r"|\b(?:higher|highest|lower|lowest|largest|greater|greatest)\b[^.]*\bquarters?\b[^.]*\bseasonal",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.;:])\s+")
_LONGEST = 500


def watch_season(plan: Plan, sales: StatementLine) -> None:
    """Compares sales of the last quarter with the year to date, where that is longer and is printed."""
    end = plan.years.actual[-1]
    quarters = plan.years.fiscal.into_year(plan.years.fiscal.index(end)) // 3
    lengths = {months_of(p) for p in sales.values if p[0] is not None and p[1] == end}
    if quarters > 1 and {3, quarters * 3} <= lengths:
        plan.sets["season_watch"] = {
            "season": {"label": sales.label, "line": sales.id, "to_date": f"ytd.{sales.id}"}
        }
        plan.quarters_to_date = quarters


def tell_of_seasons(plan: Plan, sources: Iterable[tuple[str, Document]]) -> list[str]:
    """Adds to a plan that its forecast repeats a quarter, where fewer than four are known: an alert if a
    document says that sales have seasons, and otherwise only the words. Returns a sentence for each that
    nothing in the figures shows.
    """
    if plan.sales is None or plan.years.step != "quarter" or plan.years.whole_year:
        return []
    id_, label, worth = plan.sales
    if worth <= 0:
        return []
    said = next(
        (f"{source}.txt, line {at}" for source, one in sources if (at := _said(one.lines))), ""
    )
    member = {"label": label, "line": id_, "said": "yes" if said else "no"}
    plan.sets["season_unknown"] = {"seasons": member}
    count = len(plan.years.actual)
    known = "One quarter is" if count == 1 else f"{count} quarters are"
    if said:
        return [
            f"{known} known, and the document says that sales have seasons ({said}): the forecast repeats "
            "the last quarter, and an alert says so"
        ]
    if plan.quarters_to_date:
        return []
    return [
        f"{known} known: the forecast repeats the last, and no figure here shows whether sales have seasons"
    ]


def _said(lines: Sequence[str]) -> int:
    """The first line, from 1, that says of sales or of the business that they are seasonal; 0 if none."""
    for number, line in enumerate(lines, start=1):
        if _SEASONAL.search(line) is None:
            continue
        for sentence in _SENTENCE.split(line):
            if len(sentence) <= _LONGEST and _SAID.search(sentence):
                return number
    return 0
