"""Which balance a flow of cash moves: by its section, its words, and the side on which the balance stands.

What is invested moves an asset, what is financed a claim: a loan given is none that was taken, whatever
both are called. Of several balances, the one that is called most like the flow; or else the largest of the
kind that the flow's words say.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from modelgen.ingest import vocabulary as words

_LIKE = 0.6


@dataclass(frozen=True)
class Balances:
    """The leaves of a balance sheet that flows may move: the ids of assets and of claims, those of equity
    among these; label, kind and size of each; and `apart`, those that no such flow moves, since they are
    cash or follow what operations change.
    """

    assets: Sequence[str]
    claims: Sequence[str]
    equity: Collection[str]
    labels: Mapping[str, str]
    kinds: Mapping[str, str]
    sizes: Mapping[str, Decimal]
    cash: Collection[str]
    apart: Collection[str]

    def of(self, kind: str, among: Sequence[str] | None = None) -> str:
        """The largest balance of a kind, "" if there is none."""
        known = [*self.assets, *self.claims] if among is None else among
        found = [id_ for id_ in known if self.kinds[id_] == kind and id_ not in self.cash]
        return max(found, key=lambda id_: self.sizes[id_], default="")

    def like(self, label: str, among: Sequence[str]) -> str:
        """The balance that is called most like a flow, the largest of those that are; "" if none is."""
        found = [
            (likeness, self.sizes[id_], id_)
            for id_ in among
            if id_ not in self.cash
            and id_ not in self.apart
            and (likeness := round(words.likeness(label, self.labels[id_]), 1)) >= _LIKE
        ]
        return max(found, default=(0.0, Decimal(0), ""))[2]

    def invested(self, label: str) -> str:
        """The asset that a flow of investing moves, "" if there is none of its words."""
        if words.CAPITAL_EXPENDITURE.search(label):
            return self.of("property", self.assets) or self.like(label, self.assets)
        if words.says_little(label):
            return self.of("other", self.assets)
        if words.INVESTMENTS.search(label):
            return self.like(label, self.assets) or self.of("investment", self.assets)
        return self.like(label, self.assets) or self.of("intangible", self.assets)

    def any_asset(self) -> str:
        """The asset that a flow of investing moves which is like none: investments, or what is other."""
        kinds = ("investment", "other", "property")
        return next((found for kind in kinds if (found := self.of(kind, self.assets))), "")

    def financed(self, label: str) -> str:
        """The claim that a flow of financing moves, "" if there is none: debt, capital, or what is called
        like it.
        """
        others = [id_ for id_ in self.claims if id_ not in self.equity]
        if words.DEBT.search(label):
            owed = [id_ for id_ in others if words.OWED.search(self.labels[id_])]
            debts = [id_ for id_ in others if self.kinds[id_] == "debt"] or owed
            return self.like(label, debts) or self._largest(debts) or self.of("other", others)
        if words.STOCK.search(label):
            return self.of("capital", self.claims)
        if words.says_little(label):
            return ""
        leases = self.of("lease", others) if words.LEASE.search(label) else ""
        return self.like(label, others) or leases

    def _largest(self, among: Sequence[str]) -> str:
        return max(among, key=lambda id_: self.sizes[id_], default="")

    def of_others(self) -> str:
        """The balance of what others hold of the company's subsidiaries, "" if there is none."""
        found = [id_ for id_ in self.claims if words.OTHERS.search(self.labels[id_])]
        return max(found, key=lambda id_: (id_ in self.equity, self.sizes[id_]), default="")
