"""What foots in a reading: the totals of its statements, as data for programs, and what the document
contradicts.
"""

from dataclasses import replace
from typing import Any

from modelgen.ingest.agreement import Known, contradictions
from modelgen.ingest.lines import PREFIX, Source, statement_lines
from modelgen.ingest.misprints import misprints
from modelgen.ingest.reading import Reading, SourceAnomaly
from modelgen.ingest.sums import line_number
from modelgen.ingest.tree import Tree, tree_of


def with_footing(reading: Reading) -> Reading:
    """The reading with what foots in its three statements, and what they contradict as anomalies. A total is
    {"statement", "line", "label", "parts": [{"line", "sign"}, ...], "foots"}: false where a column
    differs by more than rounding.
    """
    lines = statement_lines([Source("", reading)])
    found: list[dict[str, Any]] = []
    anomalies: list[SourceAnomaly] = []
    trees: dict[str, Tree] = {}
    for statement in PREFIX:
        own = [line for line in lines if line.statement == statement]
        tree = trees[statement] = tree_of(own)
        by_id = {line.id: line for line in tree.lines}
        found += [
            {
                "statement": statement,
                "line": line_number(by_id[total.id]),
                "label": by_id[total.id].label,
                "parts": [
                    {"line": line_number(by_id[id_]), "sign": sign} for id_, sign in total.parts
                ],
                "foots": not total.off,
            }
            for total in tree.totals.values()
        ]
        anomalies += misprints(own, tree)
    anomalies += contradictions(Known(reading, lines, trees))
    every = tuple(dict.fromkeys((*reading.anomalies, *anomalies)))
    return replace(reading, footing=tuple(found), anomalies=every, footed=True)
