"""The rows of several filings as one list: which row of one is which of another.

A row is another's where heading, label and unit are the same, and it is the nth of these in both. What is
left is the same row where only the heading, or what stands in parentheses, is not: a heading is often
worded anew above the same lines. What is left then is the same where both filings print the same number of
one period, such as the end of the last year, which each quarter's balance sheet shows again. A map that
gives two names two ids keeps them apart.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from modelgen.ingest.reading import IngestedFigure, ReadRow
from modelgen.ingest.statement_line import Kept, LineKey, Period, Printed
from modelgen.ingest.vocabulary import likeness

_DIGITS = 100
"""Steps of the last printed digit: two lines may print a smaller number alike by chance."""
_LIKE = 0.5


@dataclass
class Joined:
    """A row of the joined list: its statement, unit and row in the latest source, what each source calls
    it, and what is printed of it, the latest first.
    """

    statement: str
    unit: str
    row: ReadRow
    source: str
    names: list[tuple[LineKey, str]] = field(default_factory=list)
    printed: list[Printed] = field(default_factory=list)

    @property
    def name(self) -> LineKey:
        """What the latest source calls it."""
        return self.names[0][0]

    @property
    def values(self) -> dict[Period, Decimal]:
        """The value of each period, of the latest source that prints it."""
        return {p.period: p.figure.value for p in reversed(self.printed)}


def joined(
    known: Sequence[Joined], new: Sequence[Joined], kept: Mapping[LineKey, Kept]
) -> list[Joined]:
    """The rows of later sources with those of the next earlier one, in the order of the latest; a row
    that only the earlier one has stands after its own predecessor.
    """
    pairs = _pairs(known, new, kept)
    made = list(known)
    before = -1
    for number, row in enumerate(new):
        place = pairs.get(number)
        if place is None:
            made.insert(before + 1, row)
            before += 1
            continue
        at = next(n for n, one in enumerate(made) if one is known[place])
        made[at].printed += row.printed
        made[at].names += [name for name in row.names if name[0] != made[at].name]
        before = at
    return made


def _pairs(
    known: Sequence[Joined], new: Sequence[Joined], kept: Mapping[LineKey, Kept]
) -> dict[int, int]:
    """By the index of a new row, that of the known row that it is."""
    pairs: dict[int, int] = {}

    def left(rows: Sequence[Joined], taken: set[int]) -> list[int]:
        return [n for n in range(len(rows)) if n not in taken]

    for key in (_exactly, _nearly, _loosely):
        free_known = _grouped(known, left(known, set(pairs.values())), key)
        free_new = _grouped(new, left(new, set(pairs)), key)
        for same, ours in free_new.items():
            theirs = free_known.get(same, [])
            if key is not _exactly and len(ours) != len(theirs):
                continue
            for mine, other in zip(ours, theirs, strict=False):
                if not _apart(new[mine], known[other], kept):
                    pairs[mine] = other
    mine_left, theirs_left = left(new, set(pairs)), left(known, set(pairs.values()))
    for mine in mine_left:
        alike = [n for n in theirs_left if _alike(new[mine], known[n])]
        if len(alike) == 1 and not _apart(new[mine], known[alike[0]], kept):
            twins = [n for n in mine_left if _alike(new[n], known[alike[0]])]
            if len(twins) == 1:
                pairs[mine] = alike[0]
    return pairs


def _grouped(
    rows: Sequence[Joined], numbers: Sequence[int], key: Callable[[Joined], Hashable]
) -> dict[Hashable, list[int]]:
    found: dict[Hashable, list[int]] = defaultdict(list)
    for number in numbers:
        found[key(rows[number])].append(number)
    return found


def _exactly(row: Joined) -> Hashable:
    _, heading, label, _ = row.name
    return row.unit, bare(heading), bare(label)


def _nearly(row: Joined) -> Hashable:
    return row.unit, bare(row.name[2])


def _loosely(row: Joined) -> Hashable:
    label = re.sub(r"\([^)]*\)", " ", row.name[2])
    return row.unit, bare(label) or bare(row.name[2])


def bare(text: str) -> str:
    """A label without numerals, marks and case, by which rows of two filings are compared."""
    return " ".join(re.findall(r"[a-z]+", text.lower().replace("’", "'").replace("'", "")))


def _apart(row: Joined, other: Joined, kept: Mapping[LineKey, Kept]) -> bool:
    """Whether a map calls the two otherwise."""
    mine = next((kept[name] for name, _ in row.names if name in kept), None)
    theirs = next((kept[name] for name, _ in other.names if name in kept), None)
    return mine is not None and theirs is not None and mine.id != theirs.id


def _alike(row: Joined, other: Joined) -> bool:
    """Whether two rows print the same of every period that both have, and it is no small number."""
    if row.unit != other.unit:
        return False
    a, b = row.values, other.values
    both = [p for p in a if p in b]
    if not both or any(a[p] != b[p] for p in both):
        return False
    figures: list[IngestedFigure] = [p.figure for p in row.printed if p.period in both]
    steps = max(abs(f.value) / f.precision for f in figures)
    return steps >= _DIGITS or (steps > 0 and likeness(row.name[2], other.name[2]) >= _LIKE)
