"""Lines that two filings call otherwise: told by what both print of one period, such as the end of the
last year, which every quarter's balance sheet shows again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from modelgen.ingest.lines import Kept, LineKey, Printed, StatementLine
from modelgen.ingest.vocabulary import likeness

_DIGITS = 100
"""Steps of the last printed digit: two lines may print a smaller number alike by chance."""
_LIKE = 0.5


@dataclass(frozen=True)
class Renamed:
    """A line that a later filing calls otherwise: what the map knows it by there, and a sentence."""

    key: LineKey
    kept: Kept
    sentence: str


def renamed(lines: Sequence[StatementLine], order: Sequence[str]) -> list[Renamed]:
    """The lines that are one: of different filings, alike in all periods that both print, and no third
    like either. `order` names the filings, the latest first.
    """
    found: list[Renamed] = []
    for later in lines:
        alike = [one for one in lines if _alike(later, one)]
        if len(alike) != 1 or len([one for one in lines if _alike(alike[0], one)]) != 1:
            continue
        earlier = alike[0]
        if _latest(later, order) > _latest(earlier, order):
            continue  # told from the other end
        period = next(p for p in later.values if p in earlier.values)
        found.append(
            Renamed(
                (later.statement, later.heading, later.label),
                Kept(earlier.id, later.role),
                f"'{earlier.label}' is '{later.label}' now, by what both filings print of "
                f"{period[1]}: the id is {earlier.id}",
            )
        )
    return found


def _latest(line: StatementLine, order: Sequence[str]) -> int:
    return min(order.index(p.source) for p in line.printed)


def _alike(line: StatementLine, other: StatementLine) -> bool:
    """Whether two lines of different filings print the same of every period that both have."""
    if line is other or (line.statement, line.unit) != (other.statement, other.unit):
        return False
    if {p.source for p in line.printed} & {p.source for p in other.printed}:
        return False
    a, b = line.values, other.values
    both = [p for p in a if p in b]
    if not both or any(a[p] != b[p] for p in both):
        return False
    steps = max(abs(p.figure.value) / p.figure.precision for p in _of(line, both))
    return steps >= _DIGITS or (steps > 0 and likeness(line.label, other.label) >= _LIKE)


def _of(line: StatementLine, periods: Sequence[object]) -> list[Printed]:
    return [p for p in line.printed if p.period in periods]
