"""Reports of made-up companies, as HTML: statements that foot, from quarters that are simulated.

A company is a seed. Its quarters follow one another by whole millions, so that every total is exact and each balance
sheet balances; a report prints the quarter, the year to date, and what they are compared with.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from modelgen.dates import month_end

INCOME = (
    ("Net sales", 1),
    ("Cost of sales", -1),
    ("Gross profit", 0),
    ("Selling, general and administrative", -1),
    ("Research and development", -1),
    ("Operating income", 0),
    ("Interest expense", -1),
    ("Other income (expense), net", 1),
    ("Income before income taxes", 0),
    ("Provision for income taxes", -1),
    ("Net income", 0),
)


@dataclass
class Quarter:
    """A quarter: its first and last day; flows of income and cash, and balances at its end, by label."""

    first: date
    end: date
    income: dict[str, int] = field(default_factory=dict)
    cash: dict[str, int] = field(default_factory=dict)
    balances: dict[str, int] = field(default_factory=dict)


def quarters(seed: int = 1, count: int = 12, first_year: int = 2023) -> list[Quarter]:
    """The quarters of a made-up company from a January on."""
    rng = random.Random(seed)
    held = {
        "Cash and cash equivalents": 400, "Accounts receivable, net": 310, "Inventories": 260, "Prepaid expenses": 45,
        "Property, plant and equipment, net": 900, "Goodwill": 350, "Other assets": 70,
        "Accounts payable": 210, "Accrued liabilities": 150, "Current portion of long-term debt": 40,
        "Long-term debt": 620, "Deferred income taxes": 95,
        "Common stock and additional paid-in capital": 500, "Accumulated other comprehensive loss": -35,
    }  # fmt: skip
    assets = sum(list(held.values())[:7])
    held["Retained earnings"] = assets - sum(list(held.values())[7:])
    made: list[Quarter] = []
    end = date(first_year - 1, 12, 31)
    sales = 800
    for _ in range(count):
        first, end = end + timedelta(days=1), month_end(end, 3)
        quarter = Quarter(first, end)
        sales = round(sales * rng.uniform(0.95, 1.09))
        _income(quarter, sales, rng)
        _cash(quarter, held, rng)
        quarter.balances = dict(held)
        made.append(quarter)
    return made


def _income(quarter: Quarter, sales: int, rng: random.Random) -> None:
    flows = quarter.income
    flows["Net sales"] = sales
    flows["Cost of sales"] = round(sales * rng.uniform(0.52, 0.6))
    flows["Gross profit"] = sales - flows["Cost of sales"]
    flows["Selling, general and administrative"] = round(sales * 0.18)
    flows["Research and development"] = round(sales * 0.06)
    operating = (
        flows["Gross profit"]
        - flows["Selling, general and administrative"]
        - flows["Research and development"]
    )
    flows["Operating income"] = operating
    flows["Interest expense"] = 9
    flows["Other income (expense), net"] = rng.randint(-8, 8)
    before = operating - 9 + flows["Other income (expense), net"]
    flows["Income before income taxes"] = before
    flows["Provision for income taxes"] = round(before * 0.22)
    flows["Net income"] = before - flows["Provision for income taxes"]


def _cash(quarter: Quarter, held: dict[str, int], rng: random.Random) -> None:
    """Moves balances, and notes what moved cash."""
    flows = quarter.cash
    flows["Net income"] = quarter.income["Net income"]
    flows["Depreciation and amortization"] = rng.randint(38, 46)
    flows["Stock-based compensation"] = rng.randint(8, 14)
    flows["Deferred income taxes"] = rng.randint(-4, 6)
    for label, claim in (
        ("Accounts receivable, net", False), ("Inventories", False), ("Prepaid expenses", False),
        ("Accounts payable", True), ("Accrued liabilities", True),
    ):  # fmt: skip
        change = rng.randint(-15, 22)
        held[label] += change
        flows[label] = change if claim else -change
    flows["Net cash provided by operating activities"] = sum(flows.values())
    flows["Purchases of property, plant and equipment"] = -rng.randint(40, 60)
    flows["Net cash used in investing activities"] = flows[
        "Purchases of property, plant and equipment"
    ]
    financing = {
        "Proceeds from long-term debt": rng.choice((0, 0, 50)),
        "Repayments of long-term debt": -rng.choice((0, 10, 20)),
        "Dividends paid": -25,
        "Repurchases of common stock": -rng.randint(10, 40),
    }
    flows |= financing
    flows["Net cash used in financing activities"] = sum(financing.values())
    held["Property, plant and equipment, net"] -= (
        flows["Depreciation and amortization"] + flows["Purchases of property, plant and equipment"]
    )
    held["Common stock and additional paid-in capital"] += flows["Stock-based compensation"]
    held["Deferred income taxes"] += flows["Deferred income taxes"]
    held["Long-term debt"] += (
        financing["Proceeds from long-term debt"] + financing["Repayments of long-term debt"]
    )
    held["Retained earnings"] += (
        flows["Net income"] + financing["Dividends paid"] + financing["Repurchases of common stock"]
    )
    change = sum(
        flows[f"Net cash {kind} activities"]
        for kind in ("provided by operating", "used in investing", "used in financing")
    )
    flows["Increase (decrease) in cash and cash equivalents"] = change
    held["Cash and cash equivalents"] += change


_WORDS = {3: "Three Months", 6: "Six Months", 9: "Nine Months", 12: "Twelve Months"}


def report(
    made: list[Quarter],
    number: int,
    company: str = "Marlow Instruments, Inc.",
    yearly: bool = False,
    to_date: bool = False,
) -> str:
    """The report of the quarter `number` (from 0) as HTML: three months and the year to date, each beside that of the
    year before; `yearly`: the year alone; `to_date`: the year to date alone, as in a half-year report.
    """
    into = number % 4 + 1
    spans = [12] if yearly else [3 * into] if to_date else [3] if into == 1 else [3, 3 * into]
    columns = [(months, number - back) for months in spans for back in (0, 4)]
    longest = [(spans[-1], number), (spans[-1], number - 4)]
    year_end = number - into if not yearly else number - 4
    return (
        f"<html><head><title>{company}</title></head><body><p>{company}</p><p>(Exact name of registrant as specified in its charter)</p>"
        f"<p>{'For the fiscal year' if yearly else 'For the quarterly period'} ended {_day(made[number].end)}</p>"
        + _income_table(made, columns)
        + _balance_table(made, (number, year_end))
        + _cash_table(made, longest)
        + "</body></html>"
    )


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _flow(made: list[Quarter], kind: str, label: str, months: int, number: int) -> int:
    within = made[number - months // 3 + 1 : number + 1]
    return sum((quarter.income if kind == "income" else quarter.cash)[label] for quarter in within)


def _cells(values: list[str], mark: str = "$") -> str:
    return "".join(
        f"<td>{mark}</td><td align=right>{v}</td><td></td>"
        if v[0] != "("
        else f"<td></td><td align=right>{v[:-1]}</td><td>)</td>"
        for v in values
    )


def _money(value: int) -> str:
    return f"({-value:,})" if value < 0 else f"{value:,}" if value else "—"


def _row(label: str, values: list[str], mark: str = "$") -> str:
    return f"<tr><td>{label}</td>{_cells(values, mark)}</tr>"


def _header(made: list[Quarter], columns: list[tuple[int, int]]) -> str:
    groups = list(dict.fromkeys(months for months, _ in columns))
    top = "".join(
        f"<td colspan={3 * sum(m == months for m, _ in columns)}>{_WORDS[months]} Ended<br>{made[columns[0][1]].end:%B %d,}</td>"
        for months in groups
    )
    years = "".join(f"<td colspan=3>{made[number].end.year}</td>" for _, number in columns)
    return f"<tr><td></td>{top}</tr><tr><td></td>{years}</tr>"


def _income_table(made: list[Quarter], columns: list[tuple[int, int]]) -> str:
    rows = [_header(made, columns)]
    for label, _ in INCOME:
        rows.append(
            _row(label, [_money(_flow(made, "income", label, *column)) for column in columns])
        )
    net = [_flow(made, "income", "Net income", *column) for column in columns]
    shares = [200.5 - 0.5 * (column[1] // 4) for column in columns]
    rows.append(
        _row(
            "Net income per share, basic",
            [f"{n / s:.2f}" for n, s in zip(net, shares, strict=True)],
        )
    )
    rows.append(_row("Weighted average shares, basic", [f"{s:.1f}" for s in shares], ""))
    return f"<p>CONDENSED CONSOLIDATED STATEMENTS OF INCOME</p><p>(In millions, except per share amounts)</p><table>{''.join(rows)}</table>"


def _balance_table(made: list[Quarter], numbers: tuple[int, int]) -> str:
    heads = "".join(f"<td colspan=3>{_day(made[n].end)}</td>" for n in numbers)
    rows = [f"<tr><td></td>{heads}</tr>"]
    labels = list(made[0].balances)

    def add(label: str, of: list[str]) -> None:
        rows.append(
            _row(label, [_money(sum(made[n].balances[one] for one in of)) for n in numbers])
        )

    for label in labels[:4]:
        add(label, [label])
    add("Total current assets", labels[:4])
    for label in labels[4:7]:
        add(label, [label])
    add("Total assets", labels[:7])
    for label in labels[7:10]:
        add(label, [label])
    add("Total current liabilities", labels[7:10])
    for label in labels[10:12]:
        add(label, [label])
    add("Total liabilities", labels[7:12])
    for label in labels[12:]:
        add(label, [label])
    add("Total shareholders’ equity", labels[12:])
    add("Total liabilities and shareholders’ equity", labels[7:])
    return f"<p>CONDENSED CONSOLIDATED BALANCE SHEETS</p><p>(In millions)</p><table>{''.join(rows)}</table>"


def _cash_table(made: list[Quarter], columns: list[tuple[int, int]]) -> str:
    rows = [_header(made, columns)]
    labels = list(made[0].cash)
    headings = {
        "Net income": "Operating activities:",
        "Accounts receivable, net": "Changes in operating assets and liabilities:",
        "Purchases of property, plant and equipment": "Investing activities:",
        "Proceeds from long-term debt": "Financing activities:",
    }
    for label in labels:
        if label in headings:
            rows.append(f"<tr><td>{headings[label]}</td></tr>")
        rows.append(
            _row(label, [_money(_flow(made, "cash", label, *column)) for column in columns])
        )
    ends = [made[number].balances["Cash and cash equivalents"] for _, number in columns]
    changes = [_flow(made, "cash", labels[-1], *column) for column in columns]
    rows.append(
        _row(
            "Cash and cash equivalents at beginning of period",
            [_money(e - c) for e, c in zip(ends, changes, strict=True)],
        )
    )
    rows.append(_row("Cash and cash equivalents at end of period", [_money(e) for e in ends]))
    return f"<p>CONDENSED CONSOLIDATED STATEMENTS OF CASH FLOWS</p><p>(In millions)</p><table>{''.join(rows)}</table>"
