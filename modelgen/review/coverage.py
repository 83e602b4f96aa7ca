"""Coverage: every numeral and date that a source prints is a figure, an anomaly, or stands beside.

The numerals of the file and those the deal accounts for are two sequences; they are aligned, so
that a numeral added, changed or taken away is named by its own line, and an inserted line of text
does not set all later numerals wrong.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from modelgen.problem import fail
from modelgen.text.figures import parse_at
from modelgen.text.load import DealText
from modelgen.text.printed import BadValueError

_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_NUMERAL = re.compile(
    rf"(?P<date>\b(?:{_MONTH})\s+\d{{1,2}}(?:,\s*\d{{4}})?(?!\d))"
    r"|(?P<number>\(\s*\d[\d,]*(?:\.\d+)?\s*\)|\d[\d,]*(?:\.\d+)?\s?%|\d(?:[\d,]*\d)?(?:\.\d+)?)"
    r"|(?P<nil>(?<=\s\s)--(?=\s\s|\s*$))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral as a source prints it, or as the deal accounts for it."""

    printed: str
    line: int
    kind: str  # figure, date, anomaly, excluded; source
    what: str = ""


@dataclass(frozen=True)
class Coverage:
    """Which numerals of a source are accounted for."""

    source: str
    numerals: int
    numerals_covered: int
    dates: int
    dates_covered: int
    excluded: int
    unaccounted: tuple[Numeral, ...]
    missing: tuple[Numeral, ...]
    moved: int
    anomalies: tuple[tuple[str, str], ...]

    @property
    def complete(self) -> bool:
        """Whether nothing is left over on either side."""
        return not self.unaccounted and not self.missing


def cover(deal: DealText, path: Path, source: str | None = None) -> Coverage:
    """Compares the numerals of a file with those that a deal accounts for. `source` names which of
    the deal's sources the file is; with one source, that one. Raises ModelError.
    """
    sources = list(deal.document.sources)
    if not sources:
        raise fail("the deal names no source")
    chosen = source or sources[0]
    if chosen not in sources:
        raise fail(f"'{chosen}' is not a source of the deal", hint=f"sources: {', '.join(sources)}")
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise fail(f"the source {path} cannot be read: {error.strerror}") from None
    printed = list(numerals(text))
    expected = sorted(_accounted(deal, chosen), key=lambda n: n.line)
    pairs = _aligned(printed, expected)
    by_kind = {"figure": 0, "date": 0, "anomaly": 0, "excluded": 0}
    moved = 0
    for found, known in pairs:
        by_kind[known.kind] += 1
        moved += found.line != known.line
    matched_printed = {id(found) for found, _ in pairs}
    matched_expected = {id(known) for _, known in pairs}
    counts = {kind: sum(n.kind == kind for n in expected) for kind in by_kind}
    return Coverage(
        source=chosen,
        numerals=counts["figure"] + counts["anomaly"],
        numerals_covered=by_kind["figure"] + by_kind["anomaly"],
        dates=counts["date"],
        dates_covered=by_kind["date"],
        excluded=by_kind["excluded"],
        unaccounted=tuple(n for n in printed if id(n) not in matched_printed),
        missing=tuple(n for n in expected if id(n) not in matched_expected),
        moved=moved,
        anomalies=tuple(
            (a.at, a.reason) for a in deal.document.anomalies if a.at.startswith(f"{chosen}:")
        ),
    )


def numerals(text: str) -> Iterator[Numeral]:
    """The numerals and dates of a text, in reading order."""
    for number, line in enumerate(text.splitlines(), start=1):
        for found in _NUMERAL.finditer(line):
            yield Numeral(normal(found.group()), number, "source")


def normal(printed: str) -> str:
    """A numeral without what is only typography: currency signs and spaces."""
    return " ".join(re.sub(r"(?<=[\d(])\s+(?=[\d%)])|\$", "", printed).split())


def _accounted(deal: DealText, source: str) -> Iterator[Numeral]:
    for figure in deal.figures:
        if figure.source == source:
            kind = "date" if figure.unit == "date" else "figure"
            yield Numeral(normal(figure.printed), figure.source_line, kind, figure.line)
    for item in deal.excluded:
        if item.source == source:
            yield Numeral(normal(item.printed), item.source_line, "excluded", item.reason)
    for anomaly in deal.document.anomalies:
        try:
            where, line = parse_at(anomaly.at)
        except BadValueError as error:
            raise fail(str(error)) from None
        if where == source and anomaly.printed is not None:
            yield Numeral(normal(anomaly.printed), line, "anomaly", anomaly.reason)


def _aligned(printed: list[Numeral], expected: list[Numeral]) -> list[tuple[Numeral, Numeral]]:
    """Pairs that account for each other: the lines of both sides are aligned by what they print,
    and within a line the order does not matter.
    """
    ours, theirs = _by_line(expected), _by_line(printed)
    matcher = SequenceMatcher(
        None,
        [tuple(sorted(n.printed for n in line)) for line in theirs],
        [tuple(sorted(n.printed for n in line)) for line in ours],
        autojunk=False,
    )
    pairs: list[tuple[Numeral, Numeral]] = []
    for tag, low, high, other_low, other_high in matcher.get_opcodes():
        if tag == "equal":
            for there, here in zip(theirs[low:high], ours[other_low:other_high], strict=True):
                pairs += _paired(there, here)
        else:
            left = [n for line in theirs[low:high] for n in line]
            right = [n for line in ours[other_low:other_high] for n in line]
            pairs += _paired(left, right)
    return pairs


def _by_line(numerals_: list[Numeral]) -> list[list[Numeral]]:
    lines: dict[int, list[Numeral]] = {}
    for numeral in numerals_:
        lines.setdefault(numeral.line, []).append(numeral)
    return [lines[line] for line in sorted(lines)]


def _paired(there: list[Numeral], here: list[Numeral]) -> list[tuple[Numeral, Numeral]]:
    """Equal numerals of two groups, those on the same line first."""
    pairs = []
    left = list(here)
    for found in there:
        candidates = [n for n in left if n.printed == found.printed]
        if candidates:
            best = min(candidates, key=lambda n: abs(n.line - found.line))
            left.remove(best)
            pairs.append((found, best))
    return pairs
