"""The two sides of a balance sheet, and which of its lines are equity."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from modelgen.ingest import vocabulary as words
from modelgen.ingest.statement_line import StatementLine
from modelgen.ingest.tree import Tree

_ASSETS = re.compile(r"\btotal\b.*\bassets\b|\bassets,? total", re.IGNORECASE)
_PART_OF_ASSETS = re.compile(r"\b(current|fixed|net|other|intangible|long-?lived)\b", re.IGNORECASE)
ALL_CLAIMS = re.compile(
    r"\bliabilit.*\b(equity|deficit|deficiency|capital|net assets)\b|\btotal claims\b",
    re.IGNORECASE,
)
_OF_EQUITY = re.compile(r"equity|deficit|deficiency|capital")


@dataclass(frozen=True)
class Sides:
    """A balance sheet's two sides: the total of each, and its leaves with their signs."""

    assets: str
    claims: str
    signs_of_assets: Mapping[str, int]
    signs_of_claims: Mapping[str, int]


def sides_of(tree: Tree) -> Sides | None:
    """The two sides: the total of assets, and the last total that is none of assets and prints the same;
    or else the totals whose words say so, which then do not balance. None if there are none.
    """
    totals = [line for line in tree.lines if line.id in tree.totals]
    assets = [line for line in totals if _ASSETS.search(line.label)]
    # Total current assets may be all assets: the wider total is the side.
    assets.sort(key=lambda line: len(tree.below(line.id)), reverse=True)
    claims = [line for line in reversed(totals) if not _is_of_assets(line.id, assets, tree)]
    for line in claims:
        same = next((a for a in assets if a.values == line.values), None)
        if same is not None:
            return Sides(same.id, line.id, tree.signs(same.id), tree.signs(line.id))
    whole = next((a for a in assets if is_all_assets(a.label)), None)
    said = next((line for line in claims if ALL_CLAIMS.search(line.label)), None)
    if whole is None or said is None:
        return None
    return Sides(whole.id, said.id, tree.signs(whole.id), tree.signs(said.id))


def is_all_assets(label: str) -> bool:
    """Whether a label is that of the total of all assets, by its words."""
    return bool(_ASSETS.search(label)) and not _PART_OF_ASSETS.search(label)


def _is_of_assets(id_: str, assets: Sequence[StatementLine], tree: Tree) -> bool:
    """Whether a total is one of assets, is within one, or holds one."""
    own = tree.below(id_)
    return any(id_ in tree.below(side.id) or side.id in own for side in assets)


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
