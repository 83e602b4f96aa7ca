"""What of a source's text is no figure of the deal: each numeral with the reason, so that coverage accounts
for every one.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from modelgen.ingest.ledger import Ledger
from modelgen.ingest.statement_line import StatementLine
from modelgen.text.printed import printed_numerals, without_typography

EXCLUDED_HEADER = ("printed", "at", "reason")
OUTSIDE = "Outside the three statements"
IN_WORDS = "In the words of a statement: a label, a note, a heading"
UNDATED = "In a statement, below a column whose period is not found"
NO_COLUMN = "Of the period {first} to {end}, which the model has no column of"


def excluded_rows(
    texts: Mapping[str, str],
    lines: Sequence[StatementLine],
    ledger: Ledger,
    undated: Collection[tuple[str, str]] = (),
) -> list[tuple[str, str, str]]:
    """The rows of excluded.csv: each numeral of the sources' texts, by id, that is neither a figure nor an
    anomaly. `undated`: place and numeral of the figures of statements whose period is not found.
    """
    counted = Counter(_counted(ledger))
    unplaced: dict[tuple[str, str], str] = {}
    for printed in ledger.unplaced:
        first, end = printed.period
        bare = without_typography(printed.figure.printed)
        reason = NO_COLUMN.format(first=first or end, end=end)
        unplaced[f"{printed.source}:{printed.figure.line}", bare] = reason
    within = {f"{p.source}:{p.figure.line}" for line in lines for p in line.printed}
    found: list[tuple[str, str, str]] = []
    for source, text in texts.items():
        for number, line in enumerate(text.splitlines(), start=1):
            at = f"{source}:{number}"
            for numeral in printed_numerals(line):
                if counted[at, numeral] > 0:
                    counted[at, numeral] -= 1
                    continue
                lone = UNDATED if (at, numeral) in undated else ""
                other = IN_WORDS if at in within else OUTSIDE
                found.append((numeral, at, unplaced.get((at, numeral)) or lone or other))
    return found


def _counted(ledger: Ledger) -> Iterable[tuple[str, str]]:
    """Each figure and anomaly of the deal, by place and numeral."""
    for row in ledger.rows:
        if row[4]:
            yield row[4], without_typography(row[2])
    figures = ledger.accounted()
    for at, printed, _ in ledger.anomalies:
        if (at, without_typography(printed)) not in figures:
            yield at, without_typography(printed)
