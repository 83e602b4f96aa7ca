"""What foots in a reading: the totals of its statements, as data for programs, and the misprints among
them.
"""

from dataclasses import replace
from typing import Any

from modelgen.ingest.lines import PREFIX, Source, StatementLine, statement_lines
from modelgen.ingest.reading import Reading, SourceAnomaly
from modelgen.ingest.tree import Total, tree_of


def with_footing(reading: Reading) -> Reading:
    """The reading with what foots in its three statements, and its misprints as anomalies. A total is
    {"statement", "line", "label", "parts": [{"line", "sign"}, ...], "foots"}: false where a column
    differs by more than rounding.
    """
    lines = statement_lines([Source("", reading)])
    found: list[dict[str, Any]] = []
    anomalies: list[SourceAnomaly] = []
    for statement in PREFIX:
        tree = tree_of([line for line in lines if line.statement == statement])
        by_id = {line.id: line for line in tree.lines}
        for total in tree.totals.values():
            line = by_id[total.id]
            found.append(
                {
                    "statement": statement,
                    "line": _number(line),
                    "label": line.label,
                    "parts": [
                        {"line": _number(by_id[id_]), "sign": sign} for id_, sign in total.parts
                    ],
                    "foots": not total.off,
                }
            )
            anomalies += _misprints(line, total)
    return replace(reading, footing=tuple(found), anomalies=(*reading.anomalies, *anomalies))


def _number(line: StatementLine) -> int:
    return line.printed[0].figure.line


def _misprints(line: StatementLine, total: Total) -> list[SourceAnomaly]:
    found = []
    for printed in line.printed:
        if printed.period in total.off:
            difference = total.difference.get(printed.period, 0)
            reason = (
                f"{line.label} is not what its lines add up to: the difference is {difference:,}"
            )
            found.append(SourceAnomaly(printed.figure.line, printed.figure.printed.strip(), reason))
    return found
