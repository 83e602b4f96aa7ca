"""The plan of a deal: plain data from which its text is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from modelgen.ingest.lines import Period, StatementLine
from modelgen.ingest.reading import BALANCE, CASH, INCOME, MONEY, NUMBER, PER_SHARE, PERCENT, SHARES
from modelgen.ingest.rules import Rule
from modelgen.ingest.years import Years

SHEETS = {INCOME: "Income statement", BALANCE: "Balance sheet", CASH: "Cash flow statement"}
UNITS = {
    MONEY: "money",
    PER_SHARE: "per_share",
    SHARES: "shares",
    PERCENT: "percent",
    NUMBER: "number",
}
OTHER_CHANGES = "cash_flow.other_changes"
OTHER_CASH = "cash_flow.other_cash"
REPORTED = "cash_flow.reported"


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
    note: str = ""


@dataclass(frozen=True)
class Difference:
    """A leaf that a document does not print: what a total prints less its lines, by id of the row and
    period.
    """

    id: str
    total: str
    values: Mapping[Period, Decimal]
    off: tuple[Period, ...]


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
    computed: set[str] = field(default_factory=set)
    sales: tuple[str, str, Decimal] | None = None
    checked_net_income: tuple[str, str, str] | None = None
