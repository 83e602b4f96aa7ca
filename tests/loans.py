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


INSTALMENTS = {"bullet": "none", "level": "level", "percent": "percent", "listed": "list"}
INDEX = ", index: libor_1m"


def _text(deal: Deal) -> str:
    loans = {
        name: f"label: {name}, instalments: {INSTALMENTS[_kind(loan, INSTALMENTS)]}"
        + (INDEX if "floating" in loan.values() else "")
        for name, loan in deal.term_loans.items()
    }
    notes = {
        name: f"label: {name}" + (INDEX if kind == "floating" else "")
        for name, kind in deal.notes.items()
    }
    sets = {
        "segment": {"plant": "label: Plant", "office": "label: Office, kind: overhead"},
        "cost_of_sales_item": {"cost_of_sales": "label: Cost, forecast: balancing"},
        "operating_expense": {"selling_and_administrative": "label: Selling"},
        "index": {"libor_1m": "label: LIBOR"},
        "term_loan": loans,
        "revolving_facility": {name: f"label: {name}{INDEX}" for name in deal.revolvers},
        "note": notes,
        "take_out": {"take_out": f"label: Take-out{INDEX}"} if deal.take_out else {},
    }
    given = {"cash.at_closing": "0", "libor_1m.flat": "4%", **deal.inputs}
    return (
        "name: loans\ncompany: Loans\ntitle: Any debt\nas_of: 2024-04-30\n"
        "uses: [discontinued, segments, term_loans, revolvers, notes, take_out, reported_cash, credit]\n"
        "currency: USD thousand\nfigures: figures.csv\n"
        "timelines:\n"
        "  fiscal: {first: 2024-03-31, last: 2026-03-31}\n"
        "  monthly: {first: 2024-04-30, last: 2026-03-31}\n"
        "  yearly: {first: 2024-12-31, last: 2026-12-31}\n"
        "sets:\n"
        + "\n".join(f"  {name}: {_members(members)}" for name, members in sets.items())
        + "\nvalues:\n"
        + "\n".join(f"  {id_}: '{value}'" for id_, value in given.items())
        + "\n"
    )


def _kind(loan: Mapping[str, str], kinds: Mapping[str, str]) -> str:
    return next(kind for kind in loan.values() if kind in kinds)


def _members(members: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{name}: {{{text}}}" for name, text in members.items()) + "}"
