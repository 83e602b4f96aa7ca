"""Made-up companies of any shape, as reports in HTML: a seed gives the lines, their order and nesting, the calendar,
the scale and the numbers.

Each quarter moves every balance, and the statement of cash flows says how: so the statements foot, and the balance
sheet balances, whatever the shape. A report can have one figure misprinted.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from modelgen.dates import month_end

_REVENUES = ("Product revenue", "Service revenue", "Subscription revenue", "Licence revenue")
_COSTS = (
    "Selling and marketing expenses", "General and administrative expenses", "Research and development expenses",
    "Depreciation and amortization expense", "Advertising costs", "Pre-opening costs", "Technology expenses",
)  # fmt: skip
_ONCE = ("Impairment of goodwill", "Restructuring charges")
_CURRENT = (
    ("Accounts receivable, net", "Accounts receivable"), ("Inventories", "Inventories"),
    ("Prepaid expenses", "Prepaid expenses"), ("Contract assets", "Contract assets"),
    ("Income taxes receivable", "Income taxes receivable"), ("Other current assets", "Other current assets"),
)  # fmt: skip
_LONG = (("Other assets", "Other assets"), ("Deferred contract costs", "Deferred contract costs"))
_PAYABLE = (
    ("Accounts payable", "Accounts payable"), ("Accrued liabilities", "Accrued liabilities"),
    ("Deferred revenue", "Deferred revenue"), ("Accrued compensation", "Accrued compensation"),
    ("Other current liabilities", "Other current liabilities"),
)  # fmt: skip
_FAR = (
    ("Other long-term liabilities", "Other long-term liabilities"),
    ("Pension obligations", "Pension obligations"),
)


@dataclass(frozen=True)
class Shape:
    """What a company has: the labels of its lines, by their place in the statements."""

    revenues: tuple[str, ...]
    gross: bool
    costs: tuple[str, ...]
    once: tuple[str, ...]
    interest: bool
    discontinued: bool
    others: bool
    current: tuple[tuple[str, str], ...]
    long: tuple[tuple[str, str], ...]
    payable: tuple[tuple[str, str], ...]
    far: tuple[tuple[str, str], ...]
    restricted: bool
    securities: bool
    exchange: bool
    sub_equity: bool
    loss: bool
    year_end: int
    scale: int


def shape_of(rng: random.Random) -> Shape:
    """A shape at random."""

    def some(of: Sequence[object], least: int) -> list[int]:
        return sorted(rng.sample(range(len(of)), rng.randint(least, len(of))))

    def maybe() -> bool:
        return rng.random() < 0.5

    return Shape(
        tuple(_REVENUES[n] for n in some(_REVENUES, 1)),
        maybe(),
        tuple(_COSTS[n] for n in some(_COSTS, 2)),
        tuple(_ONCE[n] for n in some(_ONCE, 0)),
        maybe(), maybe(), maybe(),
        tuple(_CURRENT[n] for n in some(_CURRENT, 2)),
        tuple(_LONG[n] for n in some(_LONG, 1)),
        tuple(_PAYABLE[n] for n in some(_PAYABLE, 2)),
        tuple(_FAR[n] for n in some(_FAR, 1)),
        maybe(), maybe(), maybe(), maybe(),
        rng.random() < 0.25,
        rng.choice((3, 6, 9, 12)),
        rng.choice((1, 1000, 10**6)),
    )  # fmt: skip


Row = tuple[str, str]
"""A label, and the name of its value in the period: "" for a heading."""


@dataclass
class Quarter:
    """A quarter: its first and last day, its flows and the balances at its end, by name."""

    first: date
    end: date
    flows: dict[str, int] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)


@dataclass
class Company:
    """A company of a shape, with its quarters of three years."""

    seed: int
    shape: Shape
    quarters: list[Quarter] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its name."""
        return f"Company {self.seed}, Inc."


def company(seed: int) -> Company:
    """The company of a seed."""
    rng = random.Random(seed)
    made = Company(seed, shape_of(rng))
    shape = made.shape
    # Of small numbers, others come out by chance: no reader tells a misprint from a sign then.
    size = rng.choice((5000, 30000, 600000))
    held = _first_balances(shape, rng, size)
    end = month_end(date(2021, shape.year_end, 1))
    for _ in range(12):
        quarter = Quarter(end + timedelta(days=1), end := month_end(end, 3))
        _income(quarter.flows, shape, rng, size)
        _flows(quarter.flows, shape, held, rng, size)
        quarter.held = _with_totals(shape, held)
        made.quarters.append(quarter)
    return made


def _first_balances(shape: Shape, rng: random.Random, size: int) -> dict[str, int]:
    held = {"cash": size * 40, "property": size * 3, "goodwill": size * 40, "debt due": size // 5}
    held |= {"debt": size * 2, "stock": size, "other income": -size // 10}
    if shape.securities:
        held["securities"] = size * 5
    if shape.restricted:
        held["restricted"] = size // 20
    if shape.others:
        held["others"] = size // 4
    for label, _ in (*shape.current, *shape.long, *shape.payable, *shape.far):
        held[label] = round(size * rng.uniform(0.3, 0.9))
    held["earnings"] = 0
    held["earnings"] = _assets(shape, held) - _claims(shape, held)
    return held


def _named(shape: Shape, held: dict[str, int], names: Sequence[str]) -> int:
    return sum(held.get(name, 0) for name in names)


def _assets(shape: Shape, held: dict[str, int]) -> int:
    own = [label for label, _ in (*shape.current, *shape.long)]
    return _named(shape, held, ["cash", "securities", "restricted", "property", "goodwill", *own])


def _claims(shape: Shape, held: dict[str, int]) -> int:
    own = [label for label, _ in (*shape.payable, *shape.far)]
    equity = ["stock", "earnings", "other income", "others"]
    return _named(shape, held, ["debt due", "debt", *own, *equity])


def _income(flows: dict[str, int], shape: Shape, rng: random.Random, size: int) -> None:
    for label in shape.revenues:
        flows[label] = round(size * rng.uniform(0.2, 0.6))
    flows["revenue"] = sum(flows[label] for label in shape.revenues)
    flows["cost of revenue"] = round(flows["revenue"] * rng.uniform(0.3, 0.5))
    flows["gross"] = flows["revenue"] - flows["cost of revenue"]
    dear = 2.5 if shape.loss else 0.6
    for label in shape.costs:
        flows[label] = round(flows["gross"] * dear * rng.uniform(0.6, 1.1) / len(shape.costs))
    for label in shape.once:
        flows[label] = rng.choice((0, round(size * rng.uniform(0.05, 0.2))))
    flows["costs"] = sum(flows[label] for label in (*shape.costs, *shape.once))
    flows["all costs"] = flows["costs"] + flows["cost of revenue"]
    flows["operating"] = flows["gross"] - flows["costs"]
    flows["interest"] = round(size * 0.03) if shape.interest else 0
    flows["other"] = rng.randint(-size // 50, size // 50) or 1
    flows["before tax"] = flows["operating"] - flows["interest"] + flows["other"]
    flows["tax"] = round(flows["before tax"] * rng.uniform(0.15, 0.3))
    flows["continuing"] = flows["before tax"] - flows["tax"]
    flows["discontinued"] = -round(size * 0.04) if shape.discontinued else 0
    flows["net income"] = flows["continuing"] + flows["discontinued"]
    flows["of others"] = round(flows["net income"] * 0.03) if shape.others else 0
    flows["own income"] = flows["net income"] - flows["of others"]


def _flows(
    flows: dict[str, int], shape: Shape, held: dict[str, int], rng: random.Random, size: int
) -> None:
    """What moves balances and cash in a quarter; each is taken from or given to a balance."""

    def moves(name: str, amount: int, balance: str, claim: bool) -> None:
        flows[name] = amount
        held[balance] += amount if claim else -amount

    # Net income, and what it holds that is not cash.
    held["earnings"] += flows["own income"]
    if shape.others:
        held["others"] += flows["of others"]
    moves("depreciation", round(size * rng.uniform(0.05, 0.09)), "property", claim=False)
    moves("stock pay", round(size * rng.uniform(0.01, 0.05)), "stock", claim=True)
    impairment = "Impairment of goodwill"
    flows["impairment"] = flows.get(impairment, 0)
    held["goodwill"] -= flows["impairment"]
    working = [(label, True) for label, _ in (*shape.payable, *shape.far)]
    working += [(label, False) for label, _ in (*shape.current, *shape.long)]
    for label, claim in working:
        change = rng.randint(-size // 40, size // 30)
        held[label] += change
        flows[f"change {label}"] = change if claim else -change
    flows["from operations"] = sum(
        flows[name] for name in ("net income", "depreciation", "stock pay", "impairment")
    ) + sum(flows[f"change {label}"] for label, _ in working)
    moves("capital expenditure", -round(size * rng.uniform(0.05, 0.1)), "property", claim=False)
    if shape.securities:
        moves("bought", -round(size * rng.uniform(0.1, 0.3)), "securities", claim=False)
        moves("sold", round(size * rng.uniform(0.1, 0.3)), "securities", claim=False)
    flows["from investing"] = sum(
        flows.get(n, 0) for n in ("capital expenditure", "bought", "sold")
    )
    moves("borrowed", rng.choice((0, round(size * 0.1))), "debt", claim=True)
    moves("repaid", -rng.choice((0, round(size * 0.08))), "debt", claim=True)
    moves("dividends", -round(size * 0.02), "earnings", claim=True)
    moves("bought back", -round(size * rng.uniform(0.01, 0.05)), "earnings", claim=True)
    financing = ("borrowed", "repaid", "dividends", "bought back")
    flows["from financing"] = sum(flows[name] for name in financing)
    if shape.exchange:
        moves("exchange", rng.randint(-size // 90, size // 90) or 1, "other income", claim=True)
    change = sum(flows[f"from {kind}"] for kind in ("operations", "investing", "financing"))
    flows["change of cash"] = change + flows.get("exchange", 0)
    restricted = held.get("restricted", 0)
    if shape.restricted:
        held["restricted"] += rng.randint(0, size // 90)
    held["cash"] += flows["change of cash"] - (held.get("restricted", 0) - restricted)


def _with_totals(shape: Shape, held: dict[str, int]) -> dict[str, int]:
    made = dict(held)
    current = ["cash", "securities", *(label for label, _ in shape.current)]
    made["current assets"] = _named(shape, held, current)
    made["assets"] = _assets(shape, held)
    payable = ["debt due", *(label for label, _ in shape.payable)]
    made["current liabilities"] = _named(shape, held, payable)
    far = ["debt", *(label for label, _ in shape.far)]
    made["liabilities"] = made["current liabilities"] + _named(shape, held, far)
    made["own equity"] = _named(shape, held, ["stock", "earnings", "other income"])
    made["equity"] = made["own equity"] + held.get("others", 0)
    made["claims"] = made["liabilities"] + made["equity"]
    made["all cash"] = held["cash"] + held.get("restricted", 0)
    assert made["claims"] == made["assets"]
    return made


def income_rows(shape: Shape) -> list[Row]:
    """The rows of the income statement."""
    rows: list[Row] = []
    if len(shape.revenues) > 1:
        rows += [
            ("Revenue:", ""),
            *((label, label) for label in shape.revenues),
            ("Total revenue", "revenue"),
        ]
    else:
        rows += [("Revenue", "revenue")]
    cost: Row = ("Cost of revenue", "cost of revenue")
    costs = [(label, label) for label in (*shape.costs, *shape.once)]
    if shape.gross:
        rows += [
            cost,
            ("Gross profit", "gross"),
            ("Operating expenses:", ""),
            *costs,
            ("Total operating expenses", "costs"),
        ]
    else:
        rows += [
            ("Costs and expenses:", ""),
            cost,
            *costs,
            ("Total costs and expenses", "all costs"),
        ]
    rows += [("Operating income (loss)", "operating")]
    if shape.interest:
        rows += [("Interest expense", "interest")]
    rows += [
        ("Other income (expense), net", "other"),
        ("Income (loss) before income taxes", "before tax"),
    ]
    rows += [("Provision for (benefit from) income taxes", "tax")]
    if shape.discontinued:
        rows += [("Income (loss) from continuing operations", "continuing")]
        rows += [("Loss from discontinued operations, net of tax", "discontinued")]
    rows += [("Net income (loss)", "net income")]
    if shape.others:
        rows += [("Less: net income attributable to noncontrolling interests", "of others")]
        rows += [("Net income (loss) attributable to the company", "own income")]
    return rows


def balance_rows(shape: Shape) -> list[Row]:
    """The rows of the balance sheet."""
    rows: list[Row] = [("Current assets:", ""), ("Cash and cash equivalents", "cash")]
    if shape.securities:
        rows += [("Marketable securities", "securities")]
    rows += [(label, label) for label, _ in shape.current]
    rows += [
        ("Total current assets", "current assets"),
        ("Property and equipment, net", "property"),
    ]
    if shape.restricted:
        rows += [("Restricted cash", "restricted")]
    rows += [
        ("Goodwill", "goodwill"),
        *((label, label) for label, _ in shape.long),
        ("Total assets", "assets"),
    ]
    rows += [("Current liabilities:", ""), ("Current portion of long-term debt", "debt due")]
    rows += [(label, label) for label, _ in shape.payable]
    rows += [("Total current liabilities", "current liabilities"), ("Long-term debt", "debt")]
    rows += [(label, label) for label, _ in shape.far]
    rows += [("Total liabilities", "liabilities"), ("Stockholders’ equity:", "")]
    rows += [
        ("Common stock and additional paid-in capital", "stock"),
        ("Retained earnings", "earnings"),
    ]
    rows += [("Accumulated other comprehensive loss", "other income")]
    if shape.others:
        rows += [
            ("Total stockholders’ equity of the company", "own equity"),
            ("Noncontrolling interests", "others"),
        ]
    rows += [("Total equity", "equity"), ("Total liabilities and equity", "claims")]
    return rows


def cash_rows(shape: Shape) -> list[Row]:
    """The rows of the statement of cash flows."""
    rows: list[Row] = [
        ("Cash flows from operating activities:", ""),
        ("Net income (loss)", "net income"),
    ]
    rows += [("Adjustments to reconcile net income to net cash:", "")]
    rows += [
        ("Depreciation and amortization", "depreciation"),
        ("Stock-based compensation", "stock pay"),
    ]
    if _ONCE[0] in shape.once:
        rows += [("Impairment of goodwill", "impairment")]
    rows += [("Changes in operating assets and liabilities:", "")]
    rows += [
        (flow, f"change {label}")
        for label, flow in (*shape.current, *shape.long, *shape.payable, *shape.far)
    ]
    rows += [("Net cash provided by (used in) operating activities", "from operations")]
    rows += [
        ("Cash flows from investing activities:", ""),
        ("Purchases of property and equipment", "capital expenditure"),
    ]
    if shape.securities:
        rows += [
            ("Purchases of marketable securities", "bought"),
            ("Proceeds from sales of marketable securities", "sold"),
        ]
    rows += [("Net cash provided by (used in) investing activities", "from investing")]
    rows += [
        ("Cash flows from financing activities:", ""),
        ("Proceeds from issuance of debt", "borrowed"),
    ]
    rows += [
        ("Repayments of debt", "repaid"),
        ("Dividends paid", "dividends"),
        ("Repurchases of common stock", "bought back"),
    ]
    rows += [("Net cash provided by (used in) financing activities", "from financing")]
    if shape.exchange:
        rows += [("Effect of exchange rate changes on cash", "exchange")]
    cash = (
        "cash, cash equivalents and restricted cash"
        if shape.restricted
        else "cash and cash equivalents"
    )
    rows += [(f"Net increase (decrease) in {cash}", "change of cash")]
    rows += [
        (f"{cash.capitalize()} at beginning of period", "begin"),
        (f"{cash.capitalize()} at end of period", "all cash"),
    ]
    return rows


_SPANS = {3: "Three Months", 6: "Six Months", 9: "Nine Months"}
_SCALES = {1: "", 1000: "(In thousands)", 10**6: "(In millions)"}
Misprint = Callable[[str, str, int, int], int]
"""Statement, label, column and value to what is printed."""


@dataclass(frozen=True)
class Page:
    """A report in the making."""

    made: Company
    number: int
    misprint: Misprint

    def flow(self, name: str, months: int, number: int) -> int:
        """A flow of the months that end with a quarter."""
        quarters = self.made.quarters[number - months // 3 + 1 : number + 1]
        if name == "begin":
            last = self.made.quarters[number].held["all cash"]
            return last - self.flow("change of cash", months, number)
        if name == "all cash":
            return quarters[-1].held[name]
        return sum(quarter.flows[name] for quarter in quarters)

    def table(
        self,
        statement: str,
        title: str,
        heads: str,
        rows: Sequence[Row],
        columns: Sequence[Callable[[str], int]],
    ) -> str:
        """A table in HTML."""
        body = [heads]
        for label, name in rows:
            cells = ""
            if name:
                for number, value in enumerate(columns):
                    printed = self.misprint(statement, label, number, value(name))
                    text = f"{abs(printed):,}" if printed else "—"
                    mark = "(" if printed < 0 else ""
                    close = ")" if printed < 0 else ""
                    cells += f"<td>$</td><td align=right>{mark}{text}</td><td>{close}</td>"
            body.append(f"<tr><td>{label}</td>{cells}</tr>")
        scale = _SCALES[self.made.shape.scale]
        return f"<p>CONDENSED CONSOLIDATED {title}</p><p>{scale}</p><table>{''.join(body)}</table>"


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _heads(made: Company, columns: Sequence[tuple[int, int]]) -> str:
    groups = list(dict.fromkeys(months for months, _ in columns))
    top = "".join(
        f"<td colspan={3 * sum(m == months for m, _ in columns)}>{_SPANS[months]} Ended {made.quarters[columns[0][1]].end:%B} {made.quarters[columns[0][1]].end.day},</td>"
        for months in groups
    )
    years = "".join(f"<td colspan=3>{made.quarters[n].end.year}</td>" for _, n in columns)
    return f"<tr><td></td>{top}</tr><tr><td></td>{years}</tr>"


def page_of(
    made: Company,
    number: int,
    misprint: Misprint = lambda _statement, _label, _column, value: value,
) -> str:
    """The report of a quarter, the eighth to the eleventh (from 0: 8, 9 or 10)."""
    page, into = Page(made, number, misprint), number % 4 + 1
    spans = [3] if into == 1 else [3, 3 * into]
    columns = [(months, number - back) for months in spans for back in (0, 4)]
    to_date = [(spans[-1], number), (spans[-1], number - 4)]

    def flows(of: Sequence[tuple[int, int]]) -> list[Callable[[str], int]]:
        return [lambda name, m=m, n=n: page.flow(name, m, n) for m, n in of]  # type: ignore[misc]

    days = (number, number - into)
    heads = "".join(f"<td colspan=3>{_day(made.quarters[n].end)}</td>" for n in days)
    held = [lambda name, n=n: made.quarters[n].held[name] for n in days]
    return (
        f"<html><body><p>{made.name}</p><p>(Exact name of registrant as specified in its charter)</p>"
        f"<p>For the quarterly period ended {_day(made.quarters[number].end)}</p>"
        + page.table(
            "income",
            "STATEMENTS OF OPERATIONS",
            _heads(made, columns),
            income_rows(made.shape),
            flows(columns),
        )
        + page.table(
            "balance",
            "BALANCE SHEETS",
            f"<tr><td></td>{heads}</tr>",
            balance_rows(made.shape),
            held,
        )
        + page.table(
            "cash",
            "STATEMENTS OF CASH FLOWS",
            _heads(made, to_date),
            cash_rows(made.shape),
            flows(to_date),
        )
        + "</body></html>"
    )
