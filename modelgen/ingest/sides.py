"""The two sides of a balance sheet, and which of its lines are equity."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from modelgen.ingest import vocabulary as words
from modelgen.ingest.tree import Tree

_OF_EQUITY = re.compile(r"equity|deficit|deficiency|capital")


@dataclass(frozen=True)
class Sides:
    """A balance sheet's two sides: the total of each, and its leaves with their signs."""

    assets: str
    claims: str
    signs_of_assets: Mapping[str, int]
    signs_of_claims: Mapping[str, int]


def sides_of(tree: Tree) -> Sides | None:
    """The two sides: the totals that say so, which print the same; None if there are none."""
    totals = [line for line in tree.lines if line.id in tree.totals]
    assets = [
        line
        for line in totals
        if re.search(r"\btotal\b.*\bassets\b|\bassets,? total", line.label, re.IGNORECASE)
    ]
    for line in reversed(totals):
        same = next((a for a in assets if a.values == line.values and a is not line), None)
        if same is not None:
            return Sides(same.id, line.id, tree.signs(same.id), tree.signs(line.id))
    return None


def equity_of(tree: Tree, sides: Sides) -> set[str]:
    """The leaves of equity: those below a total that says equity or deficit, and not liabilities; or by
    words.
    """
    labels = {line.id: line.label.lower() for line in tree.lines}
    claims = set(sides.signs_of_claims)
    for id_ in tree.totals:
        label = labels[id_]
        if not _OF_EQUITY.search(label) or "liabilit" in label or "total" not in label:
            continue
        found = set(tree.signs(id_)) & claims
        if len(found) > 1:
            wider = tree.parent(id_)
            above = labels[wider.id] if wider else ""
            if wider and _OF_EQUITY.search(above) and "liabilit" not in above:
                found |= set(tree.signs(wider.id)) & claims
            return found
    return {id_ for id_ in claims if words.kind_of(labels[id_], words.EQUITY) != "other"}
