"""Deals made of any term loans, revolving lines, notes and a take-out, as text: one segment, 24 months from April 2024."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LEAVES = {
    "plant.net_sales": 9000,
    "plant.income_from_operations": 500,
    "plant.depreciation_and_amortization": 300,
    "plant.capital_expenditures": 300,
    "office.income_from_operations": -100,
    "office.depreciation_and_amortization": 0,
    "office.capital_expenditures": 0,
    "cost_of_sales": 8000,
    "selling_and_administrative": 600,
    "interest_expense": -200,
    "income_tax": -50,
    "income_discontinued": 0,
    "cash_from_operations": 100,
}


@dataclass(frozen=True)
class Deal:
    """What the debt of a deal is: each member with its attributes, and its inputs."""

    term_loans: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    revolvers: Sequence[str] = ()
    notes: Mapping[str, str] = field(default_factory=dict)  # fixed or floating
    take_out: bool = False
    inputs: Mapping[str, str] = field(default_factory=dict)


def write(deal: Deal, folder: Path) -> Path:
    """The deal's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [f"{line},2024-03-31,{value},money,,assumed,Made up" for line, value in LEAVES.items()]
    (folder / "figures.csv").write_text(
        "\n".join(["line,period,printed,unit,at,role,basis", *rows]) + "\n", encoding="utf-8"
    )
    (folder / "deal.yaml").write_text(_text(deal), encoding="utf-8")
    return folder


def _text(deal: Deal) -> str:
    loans, lines, notes = list(deal.term_loans), list(deal.revolvers), list(deal.notes)
    kinds = {
        kind: [name for name, loan in deal.term_loans.items() if kind in loan.values()]
        for kind in ("fixed", "floating", "bullet", "level", "percent", "listed")
    }
    maturing = [*loans, *lines, *notes]
    take_out = ["take_out"] if deal.take_out else []
    index = ", index: libor_1m, index_label: LIBOR"

    def members(names: list[str], more: str = "") -> str:
        return "{" + ", ".join(f"{n}: {{label: {n}{more}}}" for n in names) + "}"

    def picked(names: list[str]) -> str:
        return "[" + ", ".join(names) + "]"

    sets = {
        "segment": members(["plant", "office"]),
        "selling_segment": picked(["plant"]),
        "overhead_segment": picked(["office"]),
        "index": members(["libor_1m"]),
        "scenario": members(["scenario.base"]),
        "term_loan": members(loans, index),
        "dated_loan": picked(loans),
        "single_rate_loan": picked(loans),
        "fixed_loan": picked(kinds["fixed"]),
        "floating_loan": picked(kinds["floating"]),
        **{
            f"{kind}_loan": picked(kinds[kind]) for kind in ("bullet", "level", "percent", "listed")
        },
        "revolving_facility": members(lines, index),
        "plain_revolver": picked(lines),
        "note": members(notes, index),
        "dated_note": picked(notes),
        "unrestricted_note": picked(notes),
        "fixed_note": picked([n for n, kind in deal.notes.items() if kind == "fixed"]),
        "floating_note": picked([n for n, kind in deal.notes.items() if kind == "floating"]),
        "take_out": members(take_out, index),
        "floating_take_out": picked(take_out),
        "facility": picked([*loans, *lines]),
        "maturing_instrument": picked(maturing),
        "instrument": picked([*maturing, *take_out]),
    }
    given = {
        "fiscal.last_actual": "2024-03-31",
        "closing_date": "2024-04-01",
        "financing_expenses": "0",
        "availability.before": "0",
        "payment_restriction.threshold": "0",
        "payment_restriction.test_date": "2026-12-31",
        "shares_outstanding": "1,000",
        "cash.at_closing": "0",
        "cash.minimum": "0",
        "libor_1m.flat": "4%",
        **{f"{item}.days": "0" for item in ("receivables", "inventories", "payables")},
        **{f"{item}.eligible": "100%" for item in ("receivables", "inventories")},
        **{f"scenario.base.{change}": "0%" for change in ("sales", "margin", "rates")},
        "scenario.base.rate_case": "0",
        **deal.inputs,
    }
    values = "\n".join(
        f"  {id_}: {{value: '{value}', status: judgement, basis: Made up}}"
        for id_, value in given.items()
    )
    return (
        "name: loans\nextends: leveraged-credit\ncompany: Loans\ntitle: Any debt\nas_of: 2024-04-30\n"
        "figures: figures.csv\n"
        "timelines:\n"
        "  fiscal: {first: 2024-03-31, last: 2026-03-31}\n"
        "  monthly: {first: 2024-04-30, last: 2026-03-31}\n"
        "  yearly: {first: 2024-12-31, last: 2026-12-31}\n"
        "sets:\n" + "\n".join(f"  {name}: {text}" for name, text in sets.items()) + "\n"
        "assumptions:\n" + values + "\n"
    )
