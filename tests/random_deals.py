"""Deals at random, as text: any modules, periods and instruments. A seed gives the same deal on every machine."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

CALENDARS = (
    ("quarter", ""),
    ("quarter", "ends: 03-31"),
    ("quarter", "weeks: {year_end: nearest saturday to 01-31}"),
    ("quarter", "weeks: {year_end: last sunday of september}"),
    ("month", "ends: 06-30"),
    ("year", ""),
    ("year", "ends: 09-30"),
)
FIRST = {"quarter": "Q1 FY2024", "month": "2024-02", "year": "FY2024"}


@dataclass
class Writing:
    """A deal as it is made: its modules, sets, values and assumed actual values."""

    dice: random.Random
    uses: list[str] = field(default_factory=list)
    sets: dict[str, dict[str, str]] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    leaves: dict[str, int] = field(default_factory=dict)

    def chance(self, part: float) -> bool:
        return self.dice.random() < part

    def amount(self, most: int = 5000) -> str:
        return str(self.dice.randint(0, most))

    def percent(self, most: int = 12) -> str:
        return f"{self.dice.randint(0, most * 4) / 4}%"

    def day(self) -> str:
        return str(date(2024, 6, 1) + timedelta(days=self.dice.randint(0, 1200)))


def write(seed: int, folder: Path) -> Path:
    """The folder of the deal with this seed."""
    making = Writing(random.Random(seed))
    step, rule = making.dice.choice(CALENDARS)
    _statements(making)
    if making.chance(0.9):
        _debt(making)
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        f"{line},{FIRST[step]},{value},,assumed,Made up" for line, value in making.leaves.items()
    ]
    text = "\n".join(["line,period,printed,at,role,basis", *rows])
    (folder / "figures.csv").write_text(text + "\n", encoding="utf-8")
    calendar = f"calendar: {{step: {step}, {rule + ', ' if rule else ''}first: {FIRST[step]}, last: FY{2025 if step != 'year' else 2026}}}"
    sets = "\n".join(
        f"  {name}: {{{', '.join(f'{m}: {{{t}}}' for m, t in members.items())}}}"
        for name, members in making.sets.items()
    )
    values = "\n".join(f"  {id_}: '{value}'" for id_, value in making.values.items())
    (folder / "deal.yaml").write_text(
        f"name: random-{seed}\ncompany: Random\ntitle: Any\nas_of: 2024-06-30\n"
        f"uses: [{', '.join(making.uses)}]\ncurrency: USD thousand\n{calendar}\n"
        f"figures: figures.csv\nsets:\n{sets}\nvalues:\n{values or '  {}'}\n",
        encoding="utf-8",
    )
    return folder


def _statements(making: Writing) -> None:
    """Sales and costs, by segment or as a whole."""
    making.leaves |= {"income_tax": -making.dice.randint(0, 200)}
    making.sets["operating_expense"] = {"expense": "label: Expense"}
    making.leaves["expense"] = making.dice.randint(100, 2000)
    if making.chance(0.6):
        making.uses.append("segments")
        making.sets["segment"] = {}
        for number in range(making.dice.randint(1, 3)):
            overhead = number > 0 and making.chance(0.3)
            kind = "overhead" if overhead else "selling"
            making.sets["segment"][f"seg_{number}"] = f"label: Segment {number}, kind: {kind}"
            making.leaves |= {
                f"seg_{number}.income_from_operations": making.dice.randint(-300, 900),
                f"seg_{number}.depreciation_and_amortization": making.dice.randint(0, 300),
                f"seg_{number}.capital_expenditures": making.dice.randint(0, 400),
            }
            if not overhead:
                making.leaves[f"seg_{number}.net_sales"] = making.dice.randint(500, 9000)
        making.sets["cost_of_sales_item"] = {"cost": "label: Cost, forecast: balancing"}
        segments = making.leaves
        sales = sum(v for k, v in segments.items() if k.endswith(".net_sales"))
        income = sum(v for k, v in segments.items() if k.endswith(".income_from_operations"))
        making.leaves["cost"] = sales - income - making.leaves["expense"]
    else:
        making.uses.append("ebitda")
        making.sets["cost_of_sales_item"] = {"cost": "label: Cost"}
        making.leaves |= {
            "net_sales": making.dice.randint(2000, 9000),
            "cost": making.dice.randint(500, 5000),
            "depreciation_and_amortization": making.dice.randint(0, 300),
            "capital_expenditures": making.dice.randint(0, 400),
        }
    if making.chance(0.4):
        making.uses.append("discontinued")
        making.leaves["income_discontinued"] = making.dice.randint(-100, 100)
    if making.chance(0.3):
        making.sets["below_operations"] = {"other_income": "label: Other income"}
        making.leaves["other_income"] = making.dice.randint(-100, 200)
    if making.chance(0.3):
        making.sets["tax_item"] = {"income_tax": "forecast: by_rate"}
        making.values["income_tax.rate"] = making.percent(40)
    if making.chance(0.3):
        making.uses.append("year_on_year")


def _debt(making: Writing) -> None:
    """Any loans, revolving lines and notes, with what they meet in."""
    making.uses.append("liquidity")
    making.leaves["interest_expense"] = -making.dice.randint(0, 300)
    making.values["cash.at_closing"] = making.amount(1500)
    making.sets["index"] = {"base_rate": "label: Base rate"}
    making.values["base_rate.flat"] = making.percent(8)
    if making.chance(0.5):
        making.values["cash.minimum"] = making.amount(300)
    index = ", index: base_rate"
    if making.chance(0.8):
        making.uses.append("term_loans")
        making.sets["term_loan"] = {}
        for number in range(making.dice.randint(1, 3)):
            _loan(making, f"loan_{number}", index)
    if making.chance(0.6):
        making.uses.append("revolvers")
        making.sets["revolving_facility"] = {}
        for number in range(making.dice.randint(1, 2)):
            name = f"line_{number}"
            making.sets["revolving_facility"][name] = f"label: Line {number}{index}"
            making.values |= {
                f"{name}.commitment": making.amount(), f"{name}.spread": making.percent(5),
                f"{name}.maturity": making.day(), f"{name}.opening_balance": making.amount(800),
                f"{name}.unused_fee": making.percent(1),
            }  # fmt: skip
    _notes(making, index)
    if making.chance(0.5):
        making.uses.append("take_out")
        making.sets["take_out"] = {"take_out": f"label: Take-out{index}"}
        making.values |= {"take_out.spread": making.percent(8), "take_out.fee": making.percent(3)}
    if "rates" not in making.uses and making.uses[-1] == "liquidity":
        making.uses.append("rates")
    for module in ("reported_cash", "credit", "covenants", "dashboard", "scenarios"):
        if making.chance(0.5):
            making.uses.append(module)
    if "reported_cash" in making.uses:
        making.leaves["cash_from_operations"] = making.dice.randint(-300, 600)
    if "covenants" in making.uses:
        making.values["covenant.leverage"] = str(making.dice.randint(0, 6))
    if "scenarios" in making.uses:
        making.sets["scenario"] = {"scenario.base": "label: Base", "scenario.low": "label: Low"}
        making.values["scenario.low.sales"] = "-10%"


def _loan(making: Writing, name: str, index: str) -> None:
    kind, floats = making.dice.choice(["none", "level", "percent", "list"]), making.chance(0.5)
    making.sets["term_loan"][name] = (
        f"label: Loan {name[-1]}, instalments: {kind}{index if floats else ''}"
    )
    making.values |= {
        f"{name}.commitment": making.amount(), f"{name}.maturity": making.day(),
        f"{name}.{'spread' if floats else 'rate'}": making.percent(),
    }  # fmt: skip
    if making.chance(0.4):
        making.values[f"{name}.drawn_on"] = making.day()
    if kind in ("level", "percent"):
        making.values |= {
            f"{name}.first_instalment": making.day(),
            f"{name}.instalment_months": making.dice.choice("136"),
            f"{name}.{'instalment' if kind == 'level' else 'instalment_part'}": making.amount(900)
            if kind == "level"
            else making.percent(15),
        }


def _notes(making: Writing, index: str) -> None:
    if making.chance(0.6):
        making.uses.append("notes")
        making.sets["note"] = {}
        for number in range(making.dice.randint(1, 2)):
            name, floats = f"note_{number}", making.chance(0.4)
            making.sets["note"][name] = f"label: Notes {number}{index if floats else ''}"
            making.values |= {
                f"{name}.principal": making.amount(), f"{name}.maturity": making.day(),
                f"{name}.{'spread' if floats else 'rate'}": making.percent(10),
                f"{name}.coupon_months": making.dice.choice("136") if making.chance(0.7) else "12",
                f"{name}.coupon_month": str(making.dice.randint(1, 12)),
            }  # fmt: skip
