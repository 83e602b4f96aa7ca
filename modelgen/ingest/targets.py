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
_PAR = Decimal("0.02")  # of retained earnings: capital below it is the par value of shares


@dataclass(frozen=True)
class Balances:
    """The leaves of a balance sheet that flows may move: the ids of assets and of claims, those of equity
    among these; label, kind and size of each, and what stands `above` it; and `apart`, those that no such
    flow moves, since they are cash or follow what operations change.
    """

    assets: Sequence[str]
    claims: Sequence[str]
    equity: Collection[str]
    labels: Mapping[str, str]
    above: Mapping[str, Sequence[str]]
    kinds: Mapping[str, str]
    sizes: Mapping[str, Decimal]
    cash: Collection[str]
    apart: Collection[str]

    def of(self, kind: str, among: Sequence[str] | None = None) -> str:
        """The largest balance of a kind, "" if there is none."""
        known = [*self.assets, *self.claims] if among is None else among
        found = [id_ for id_ in known if self.kinds[id_] == kind and id_ not in self.cash]
        return max(found, key=lambda id_: self.sizes[id_], default="")

    def amortized(self) -> list[str]:
        """The intangible assets that are not said to be kept as they are, as goodwill is."""
        return [
            id_
            for id_ in self.assets
            if self.kinds[id_] == "intangible" and not words.NOT_AMORTIZED.search(self.labels[id_])
        ]

    def paid_in(self) -> str:
        """The capital that shares add to: what is paid in beyond the par value of shares, where that is a
        line of its own; "" where the lines of capital are no more than par value.
        """
        claims = [id_ for id_ in self.claims if id_ in self.equity]
        beyond = [id_ for id_ in claims if words.PAID_IN.search(self.labels[id_])]
        capital = [id_ for id_ in beyond if self.kinds[id_] == "capital"]
        found = self.largest(capital or beyond)
        if found:
            return found
        shares, earnings = self.of("capital", self.claims), self.of("earnings", self.claims)
        if shares and earnings and self.sizes[shares] < self.sizes[earnings] * _PAR:
            return ""
        return shares

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

    def follows(self, label: str) -> bool:
        """Whether a flow is called like an asset that follows what operations change."""
        found = (
            words.likeness(label, self.labels[id_]) for id_ in self.assets if id_ in self.apart
        )
        return max(found, default=0.0) >= _LIKE

    def invested(self, label: str) -> str:
        """The asset that a flow of investing moves, "" if there is none of its words."""
        if words.adds_to_property(label):
            return self._property(label)
        if words.kind_of(label, words.BALANCES) == "property":
            return self._property(label)
        if words.says_little(label):
            return self.any_other(self.assets)
        if words.INVESTMENTS.search(label):
            return self.like(label, self.assets) or self.of("investment", self.assets)
        found = self.like(label, self.assets)
        if not found and (words.ACQUISITION.search(label) or words.RIGHTS.search(label)):
            return self.of("intangible", self.assets)
        return found

    def _property(self, label: str) -> str:
        """The asset that capital expenditure moves: the right that it is of, such as software; the property
        that is called like it, or else the largest.
        """
        is_both = words.kind_of(label, words.BALANCES) == "property"
        right = None if is_both else words.RIGHTS.search(label)
        rights = [
            id_ for id_ in self.assets if right and right[0].lower() in self.labels[id_].lower()
        ]
        properties = [id_ for id_ in self.assets if self.kinds[id_] == "property"]
        found = self.largest(rights) or self.like(label, properties)
        is_capital = is_both or words.SECURITIES.search(
            label
        )  # "capital investments" are none in securities
        own = "" if is_capital else self.like(label, self.assets)
        return found or own or self.largest_property()

    def largest_property(self) -> str:
        """The largest property that wears off: land alone does not, if there is other."""
        properties = [id_ for id_ in self.assets if self.kinds[id_] == "property"]
        lasting = [id_ for id_ in properties if words.LAND.match(self.labels[id_])]
        return self.largest([id_ for id_ in properties if id_ not in lasting] or properties)

    def any_other(self, among: Sequence[str]) -> str:
        """The largest balance that is called other and is of no kind, "" if there is none: one that no change
        of operations moves, if there is one.
        """
        called = [id_ for id_ in among if words.OTHER.search(self.labels[id_])]
        free = [id_ for id_ in called if id_ not in self.apart]
        return self.of("other", free) or self.of("other", called)

    def any_asset(self) -> str:
        """The asset that a flow of investing moves which is like none: investments, or what is other."""
        found = self.of("investment", self.assets) or self.any_other(self.assets)
        return found or self.of("other", self.assets) or self.of("property", self.assets)

    def financed(self, label: str) -> str:
        """The claim that a flow of financing moves, "" if there is none: debt, capital, or what is called
        like it.
        """
        if words.DEBT.search(label):
            return self.borrowed(label)
        if words.STOCK.search(label):
            return self.paid_in()
        if words.says_little(label):
            return ""
        leases = self.of("lease", self.owed) if words.LEASE.search(label) else ""
        return self.like(label, self.owed) or leases or self._below(label, self.owed)

    def _below(self, label: str, among: Sequence[str]) -> str:
        """The largest balance below a heading, or in a total, that is called like a flow: deposits, of which
        the lines say only which; "" if there is none.
        """
        found = [
            id_
            for id_ in among
            if any(words.likeness(label, text) >= _LIKE for text in self.above[id_])
        ]
        return self.largest(found)

    def borrowed(self, label: str) -> str:
        """The debt that a flow moves, or else what is owed otherwise; "" if there is none."""
        called = [id_ for id_ in self.owed if words.OWED.search(self.labels[id_])]
        debts = [id_ for id_ in self.owed if self.kinds[id_] == "debt"] or called
        short = [id_ for id_ in debts if words.is_short_term(self.labels[id_])]
        if words.is_short_term(label) and short:
            debts = short
        return self.like(label, debts) or self.largest(debts) or self.of("other", self.owed)

    @property
    def owed(self) -> list[str]:
        """The claims that are not equity."""
        return [id_ for id_ in self.claims if id_ not in self.equity]

    def largest(self, among: Sequence[str]) -> str:
        """The largest of some balances, "" if there is none."""
        return max(among, key=lambda id_: self.sizes[id_], default="")

    def of_others(self) -> str:
        """The balance of what others hold of the company's subsidiaries, "" if there is none."""
        found = [id_ for id_ in self.claims if words.OTHERS.search(self.labels[id_])]
        return max(found, key=lambda id_: (id_ in self.equity, self.sizes[id_]), default="")
