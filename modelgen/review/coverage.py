"""Coverage: whether every numeral and date that a source prints is a figure, an anomaly, or excluded.

The numerals of the file, as its format's reader finds them, and those that the deal accounts for are two
sequences. They are aligned, so that a numeral that was added, changed or removed is reported at its own
place, and an inserted line of text does not make all later numerals wrong.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from modelgen.problem import fail
from modelgen.text.citation import Citation
from modelgen.text.load import DealText
from modelgen.text.printed import without_typography
from modelgen.text.readers import in_order, reader_of
from modelgen.text.schema import AnomalyText


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral as a source prints it, or as the deal accounts for it; `text` is the text around it."""

    printed: str
    at: Citation
    kind: str  # figure, date, anomaly, excluded; source
    what: str = ""
    text: str = ""

    def report(self) -> dict[str, object]:
        """The numeral as JSON: `line` is a line number, null for a place of another format."""
        return {
            "printed": self.printed,
            "line": self.at.line,
            "place": self.at.place,
            "kind": self.kind,
            "what": self.what,
            "text": self.text,
        }


@dataclass(frozen=True)
class Coverage:
    """Which numerals of a source are accounted for. `moved` is how many are at another place in the file."""

    source: str
    numerals: int
    numerals_covered: int
    dates: int
    dates_covered: int
    excluded: int
    unaccounted: tuple[Numeral, ...]
    missing: tuple[Numeral, ...]
    moved: int
    anomalies: tuple[AnomalyText, ...]

    @property
    def complete(self) -> bool:
        """Whether every numeral on either side has a counterpart."""
        return not self.unaccounted and not self.missing

    def report(self) -> dict[str, object]:
        """The coverage as JSON."""
        return {
            "source": self.source,
            "numerals": self.numerals,
            "numerals_covered": self.numerals_covered,
            "dates": self.dates,
            "dates_covered": self.dates_covered,
            "excluded": self.excluded,
            "unaccounted": [numeral.report() for numeral in self.unaccounted],
            "missing": [numeral.report() for numeral in self.missing],
            "moved": self.moved,
            "anomalies": [{"at": a.at.typed, "reason": a.reason} for a in self.anomalies],
            "complete": self.complete,
        }


def cover(deal: DealText, path: Path, source: str | None = None) -> Coverage:
    """Compares the numerals of a file with those that a deal accounts for. `source` names which of the deal's
    sources the file is; by default, the first. Raises ModelError.
    """
    sources = deal.document.sources
    if not sources:
        raise fail("the deal has no source")
    source_id = source or next(iter(sources))
    if source_id not in sources:
        raise fail(
            f"'{source_id}' is not a source of the deal", hint=f"sources: {', '.join(sources)}"
        )
    reader = reader_of(sources[source_id].format)
    document = reader.read(path)
    printed = [
        Numeral(n.printed, Citation(source_id, n.place), "source", text=document.texts[n.place])
        for n in document.numerals
    ]
    expected = list(_accounted(deal, source_id))
    places = in_order(reader, (n.at.place for n in (*printed, *expected)))
    pairs = _aligned(printed, expected, {place: rank for rank, place in enumerate(places)})
    by_kind = {"figure": 0, "date": 0, "anomaly": 0, "excluded": 0}
    moved = 0
    for found, known in pairs:
        by_kind[known.kind] += 1
        moved += found.at != known.at
    matched_printed = {id(found) for found, _ in pairs}
    matched_expected = {id(known) for _, known in pairs}
    counts = {kind: sum(n.kind == kind for n in expected) for kind in by_kind}
    return Coverage(
        source=source_id,
        numerals=counts["figure"] + counts["anomaly"],
        numerals_covered=by_kind["figure"] + by_kind["anomaly"],
        dates=counts["date"],
        dates_covered=by_kind["date"],
        excluded=by_kind["excluded"],
        unaccounted=tuple(n for n in printed if id(n) not in matched_printed),
        missing=tuple(n for n in expected if id(n) not in matched_expected),
        moved=moved,
        anomalies=tuple(a for a in deal.document.anomalies if a.at.source == source_id),
    )


def _accounted(deal: DealText, source: str) -> Iterator[Numeral]:
    for figure in deal.figures:
        if figure.at.source == source:
            kind = "date" if figure.is_date else "figure"
            yield Numeral(without_typography(figure.printed), figure.at, kind, figure.line)
    for item in deal.excluded:
        if item.at.source == source:
            yield Numeral(without_typography(item.printed), item.at, "excluded", item.reason)
    for anomaly in deal.document.anomalies:
        if anomaly.at.source == source and anomaly.printed is not None:
            printed = without_typography(anomaly.printed)
            yield Numeral(printed, anomaly.at, "anomaly", anomaly.reason)


def _aligned(
    printed: list[Numeral], expected: list[Numeral], rank: Mapping[str, int]
) -> list[tuple[Numeral, Numeral]]:
    """Pairs of numerals that correspond: the places of both sides are aligned by what they print, and within
    a place the order does not matter. `rank` gives the position of each place in reading order.
    """
    ours, theirs = _by_place(expected, rank), _by_place(printed, rank)
    matcher = SequenceMatcher(
        None,
        [tuple(sorted(n.printed for n in group)) for group in theirs],
        [tuple(sorted(n.printed for n in group)) for group in ours],
        autojunk=False,
    )
    pairs: list[tuple[Numeral, Numeral]] = []
    for tag, low, high, other_low, other_high in matcher.get_opcodes():
        if tag == "equal":
            for there, here in zip(theirs[low:high], ours[other_low:other_high], strict=True):
                pairs += _paired(there, here, rank)
        else:
            left = [n for group in theirs[low:high] for n in group]
            right = [n for group in ours[other_low:other_high] for n in group]
            pairs += _paired(left, right, rank)
    return pairs


def _by_place(numerals: list[Numeral], rank: Mapping[str, int]) -> list[list[Numeral]]:
    places: dict[str, list[Numeral]] = {}
    for numeral in numerals:
        places.setdefault(numeral.at.place, []).append(numeral)
    return [places[place] for place in sorted(places, key=rank.__getitem__)]


def _paired(
    there: list[Numeral], here: list[Numeral], rank: Mapping[str, int]
) -> list[tuple[Numeral, Numeral]]:
    """Pairs of equal numerals from two groups, those at the same or the nearest place first."""
    pairs = []
    left = list(here)
    for found in there:
        at = rank[found.at.place]
        candidates = [n for n in left if n.printed == found.printed]
        if candidates:
            best = min(candidates, key=lambda n: abs(rank[n.at.place] - at))
            left.remove(best)
            pairs.append((found, best))
    return pairs
