"""The plan of a deal: plain data from which its text is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from modelgen.ingest.held_cash import Holding
from modelgen.ingest.reading import BALANCE, CASH, INCOME, MONEY, NUMBER, PER_SHARE, PERCENT, SHARES
from modelgen.ingest.rules import Rule
from modelgen.ingest.statement_line import Period, StatementLine
from modelgen.ingest.years import Years

SHEETS = {INCOME: "Income statement", BALANCE: "Balance sheet", CASH: "Cash flow statement"}
UNITS = {
    MONEY: "money",
    PER_SHARE: "per_share",
    SHARES: "shares",
    PERCENT: "fraction",
    NUMBER: "number",
}


@dataclass(frozen=True)
class Row:
    """A row to be written: a leaf with its forecast, or a formula, or one formula for actual and one
    for forecast.
    """

    id: str
    statement: str
    heading: str
    label: str
    unit: str
    kind: str
    formula: str = ""
    actual: str = ""
    forecast: str = ""
    leaf: bool = False
    style: str = ""


@dataclass(frozen=True)
class Difference:
    """A leaf that a document does not print: what a total prints less its lines, by id of the row and
    period; and the sentences about those of more than rounding.
    """

    id: str
    total: str
    values: Mapping[Period, Decimal]
    off: Mapping[Period, str]


@dataclass
class Plan:
    """All that a deal is written from."""

    lines: tuple[StatementLine, ...]
    years: Years
    scale: Decimal
    rows: list[Row] = field(default_factory=list)
    rules: dict[str, Rule] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    sets: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    """Sentences about what a person should look at, as `notes` are about what is to be known."""
    quarters_to_date: int = 0
    found: dict[str, str] = field(default_factory=dict)
    sales: tuple[str, str, Decimal] | None = None
    checked_net_income: tuple[str, str, str] | None = None
    sides: tuple[str, str] | None = None
    disagreeing: list[tuple[str, Period, str]] = field(default_factory=list)
    """Lines that print another figure than the line that they are to be, with the periods and the reason."""


@dataclass
class Wiring:
    """The forecast of each leaf of balance sheet and cash flow, as a formula; the rules of those that
    are driven; what each balance that no line carries adds to cash per unit of its change; and where the
    balance sheet has cash. `named`: the rules that are of no line, each with what it is called.
    `rolled`: the balances that flows move and that cannot be less than nothing.
    """

    forecasts: dict[str, str] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    uncarried: list[tuple[str, int]] = field(default_factory=list)
    holding: Holding = field(default_factory=Holding)
    same: tuple[str, str] | None = None
    debt: tuple[str, ...] = ()
    named: dict[str, str] = field(default_factory=dict)
    rolled: tuple[str, ...] = ()

    @property
    def cash(self) -> str:
        """The line of the balance sheet that moves with the cash flow."""
        return self.holding.cash

    @property
    def all_cash(self) -> str:
        """The line that the cash flow's end is compared with: the total of cash, where that is one."""
        return self.holding.total or self.holding.cash


def added(terms: Sequence[tuple[str, int]]) -> str:
    """A sum in the formula language; what is added stands first, so that it begins with no sign where
    it can.
    """
    ordered = [t for t in terms if t[1] > 0][:1]
    rest = [t for t in terms if t not in ordered]
    text = ""
    for id_, sign in [*ordered, *rest]:
        text += (f" {'+' if sign > 0 else '-'} {id_}") if text else (id_ if sign > 0 else f"-{id_}")
    return text or "0"
