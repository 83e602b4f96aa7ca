"""map.csv: each line of a deal's statements, as a person reads and edits it; ingesting again keeps what
was edited.

`id` is what the model calls the line; `role` is how it is forecast: growth, part, rate, amount, days or
change for a line with a driver; total and computed for what follows from others; rolled for what
follows from flows.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from modelgen.ingest.lines import Period
from modelgen.ingest.plan import Plan
from modelgen.ingest.rules import Rule
from modelgen.problem import ModelError, Place, Problem
from modelgen.text.kinds import ID

MAP_HEADER = ("at", "statement", "heading", "label", "id", "role")
_EDITABLE = ("growth", "part", "amount", "change")


@dataclass(frozen=True, slots=True)
class MapRow:
    """A row of the map: the line's id and its role."""

    id: str
    role: str


def kept_map(path: Path) -> dict[tuple[str, str, str], MapRow]:
    """The map that a folder holds, by statement, heading and label; empty if there is none. Raises
    ModelError for a row whose id is none, or is given twice.
    """
    if not path.exists():
        return {}
    found: dict[tuple[str, str, str], MapRow] = {}
    used: dict[str, int] = {}
    problems: list[Problem] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            id_ = (row.get("id") or "").strip()
            place = Place(str(path), number, 1)
            if not ID.match(id_):
                problems.append(
                    Problem(
                        f"'{id_}' is not an id",
                        place,
                        "use lower-case letters, digits and _, with dots between parts",
                    )
                )
            elif id_ in used:
                problems.append(
                    Problem(
                        f"'{id_}' is the id of two lines", place, f"the first is in row {used[id_]}"
                    )
                )
            else:
                used[id_] = number
                key = (row.get("statement") or "", row.get("heading") or "", row.get("label") or "")
                found.setdefault(key, MapRow(id_, (row.get("role") or "").strip()))
    if problems:
        raise ModelError(problems)
    return found


def map_rows(plan: Plan) -> list[tuple[str, ...]]:
    """The rows of the map, in the order of the statements."""
    rows = {row.id: row for row in plan.rows}
    found: list[tuple[str, ...]] = []
    for line in plan.lines:
        row = rows.get(line.id)
        if row is None:
            role = ""
        elif line.id in plan.rules:
            role = plan.rules[line.id].forecast
        elif row.leaf:
            role = "rolled" if row.unit == "money" else "as before"
        else:
            role = "total" if row.style else "computed"
        found.append((line.at, line.statement, line.heading, line.label, line.id, role))
    return found


def with_map(plan: Plan, kept: Mapping[tuple[str, str, str], MapRow]) -> None:
    """Gives lines with a driver the role that a person gave them in the map."""
    for line in plan.lines:
        row = kept.get((line.statement, line.heading, line.label))
        rule = plan.rules.get(line.id)
        if row is None or rule is None or row.role == rule.forecast or row.role not in _EDITABLE:
            continue
        new = _rule(row.role, line.values, plan)
        if new is not None and (row.role == "change") == (rule.forecast in ("change", "days")):
            plan.rules[line.id] = new
            members = plan.sets["driven_line"]
            members[line.id] = {"label": members[line.id]["label"], "forecast": new.forecast}
            if new.of:
                members[line.id] |= {"of": new.of, "of_label": new.of_label}


def _rule(role: str, values: Mapping[Period, Decimal], plan: Plan) -> Rule | None:
    """A rule of a kind, with a value from the last actual period."""
    last = next(
        (
            v
            for (first, end), v in values.items()
            if first is not None and end == plan.years.actual[-1]
        ),
        Decimal(0),
    )
    basis = "Chosen in map.csv"
    if role == "amount":
        return Rule("amount", last / plan.scale, basis, "judgement")
    if role == "part" and plan.sales is not None:
        id_, label, worth = plan.sales
        return (
            Rule(
                "part", (last / worth).quantize(Decimal("0.000001")), basis, "judgement", id_, label
            )
            if worth > 0
            else None
        )
    return Rule(role, Decimal(0), basis, "judgement") if role in ("growth", "change") else None
