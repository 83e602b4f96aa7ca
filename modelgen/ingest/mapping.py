"""map.csv: each line of a deal's statements, as a person reads and edits it; ingesting again keeps what
was edited.

`id` is what the model calls the line; two labels with one id are one line that two filings call
otherwise. `role` is how it is forecast: growth, season, part, rate, amount, days or change for a line
with a driver; total and computed for what follows from others; rolled for what follows from flows.
`found` is the role that the figures suggest: a role that differs from it is a person's.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from modelgen.ingest.lines import PREFIX
from modelgen.ingest.own_ids import OWN_IDS
from modelgen.ingest.plan import Plan
from modelgen.ingest.reading import STATEMENT_WORDS
from modelgen.ingest.rules import Rule
from modelgen.ingest.statement_line import Kept, LineKey, Period, StatementLine
from modelgen.ingest.years import months_of
from modelgen.problem import ModelError, Problem, did_you_mean
from modelgen.text.kinds import ID
from modelgen.text.tables import Row, read_table

MAP_HEADER = ("at", "statement", "heading", "label", "id", "role", "found")
_ID = re.compile(r"[a-z_][\w.]*")
_FLOWS = ("growth", "season", "part", "amount")
"""The roles that a person may give to a flow that has a driver."""
_FOUND = ("total", "computed", "rolled", "as before")
_ROLES = (*_FLOWS, "rate", "days", "change", "interest", "interest_on_cash", *_FOUND)


@dataclass(frozen=True)
class KeptMap:
    """The map that a folder holds, by statement, heading and label; empty if there is none."""

    rows: dict[LineKey, Kept]

    def unknown(self, lines: Sequence[StatementLine]) -> list[str]:
        """Sentences about rows that are no line of the filings, with the label that is meant."""
        known = {key for line in lines for key in (line.key, *(name for name, _ in line.also))}
        found = []
        for key, row in self.rows.items():
            if key in known:
                continue
            statement, heading, label, _ = key
            near = [k for k in known if k[0] == statement and k not in self.rows]
            at_label = did_you_mean(label, [k[2] for k in near])
            at_heading = did_you_mean(heading, [k[1] for k in known if k[2] == label])
            hint = at_label if not at_heading or not heading else at_heading
            again = "another " if key[3] > 1 else ""
            below = f" below '{heading}'" if heading else ""
            found.append(
                f"{row.place}: no filing prints {again}'{label}'{below} in the {STATEMENT_WORDS[statement]}"
                + (f" ({hint})" if hint else "")
            )
        return found


def kept_map(path: Path) -> KeptMap:
    """The map in a file; what has one label below one heading stands there in the order of the filing.
    Raises ModelError, with the row and column, for what is no id, role or statement, and for a column
    that is missing.
    """
    found: dict[LineKey, Kept] = {}
    if not path.exists():
        return KeptMap(found)
    problems: list[Problem] = []
    counts: Counter[tuple[str, str, str]] = Counter()
    for row in read_table(path, ("statement", "label", "id"), ("at", "heading", "role", "found")):
        wrong = _problems(row)
        problems += wrong
        if wrong:
            continue
        name = (row.cells["statement"], row.cells.get("heading", ""), row.cells["label"])
        counts[name] += 1
        role = row.cells.get("role", "")
        if role == row.cells.get("found", ""):
            role = ""  # as it was found, and no wish of a person's
        kept = Kept(row.cells["id"], role, row.at("id"), row.at("role"))
        found[*name, counts[name]] = kept
    if problems:
        raise ModelError(problems)
    return KeptMap(found)


def _problems(row: Row) -> list[Problem]:
    """What is wrong with a row by itself."""
    cells = row.cells
    statement, id_, role = cells["statement"], cells["id"], cells.get("role", "")
    found: list[Problem] = []
    if statement not in PREFIX:
        hint = did_you_mean(statement, PREFIX) or f"write {', '.join(PREFIX)}"
        found.append(Problem(f"'{statement}' is not a statement", row.at("statement"), hint))
    if not id_:
        near = re.sub(r"[^a-z0-9]+", "_", cells["label"].lower()).strip("_")
        hint = f"write one, such as '{PREFIX.get(statement, 'income')}.{near or 'line'}', or take the row out"
        found.append(Problem("the row has no id", row.at("id"), hint))
    elif not ID.match(id_):
        hint = "use lower-case letters, digits and _, with dots between parts"
        found.append(Problem(f"'{id_}' is not an id", row.at("id"), hint))
    elif id_ in OWN_IDS:
        found.append(Problem(f"'{id_}' is a row that the model adds", row.at("id"), "give another"))
    if role and role not in _ROLES:
        hint = did_you_mean(role, _ROLES) or f"roles: {', '.join(_ROLES)}"
        found.append(Problem(f"'{role}' is not a role", row.at("role"), hint))
    return found


def map_rows(plan: Plan) -> list[tuple[str, ...]]:
    """The rows of the map, in the order of the statements."""
    found: list[tuple[str, ...]] = []
    for line in plan.lines:
        role = _role(plan, line)
        first = plan.found.get(line.id, role)
        found.append((line.at, *line.key[:3], line.id, role, first))
        found += [(at, *key[:3], line.id, role, first) for key, at in line.also]
    return found


def _role(plan: Plan, line: StatementLine) -> str:
    row = next((row for row in plan.rows if row.id == line.id), None)
    if row is None:
        return ""
    if line.id in plan.rules:
        return plan.rules[line.id].forecast
    if row.leaf:
        return "rolled" if row.unit == "money" else "as before"
    return "total" if row.style else "computed"


def with_map(plan: Plan, kept: KeptMap) -> None:
    """Gives lines with a driver the role that a person gave them in the map. Raises ModelError for a
    role that the line cannot have, with those that it can.
    """
    problems: list[Problem] = []
    plan.found = {line.id: _role(plan, line) for line in plan.lines}
    for line in plan.lines:
        row = kept.rows.get(line.key)
        if row is None or not row.role or row.role == _role(plan, line):
            continue
        try:
            _give(plan, line, row.role)
        except _CannotError as error:
            problems.append(Problem(str(error), row.role_place, error.hint))
    if problems:
        raise ModelError(problems)


class _CannotError(Exception):
    """A role that a line cannot have."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def _give(plan: Plan, line: StatementLine, role: str) -> None:
    rule, now = plan.rules.get(line.id), _role(plan, line)
    if rule is None:
        raise _CannotError(
            f"'{line.id}' cannot be forecast by '{role}': it is {_FOLLOWS.get(now, 'not in the model')}",
            f"leave its role '{now}'" if now else "take the row out",
        )
    flow = rule.forecast not in ("change", "days")
    roles = sorted({*(_FLOWS if flow else ("change",)), rule.forecast})
    rules = {one: _rule(one, line.values, plan) for one in roles}
    if line.id in _sold(plan):
        rules["part"] = None
    possible = [one for one in roles if rules[one] is not None or one == rule.forecast]
    new = rules.get(role)
    if new is not None:
        plan.rules[line.id] = new
        members = plan.sets["driven_line"]
        members[line.id] = {"label": members[line.id]["label"], "forecast": new.forecast}
        if new.of:
            members[line.id] |= {"of": new.of, "of_label": new.of_label}
        return
    why = _WHY_NOT.get(role, "a flow has another driver than a balance")
    if role == "part" and line.id in _sold(plan):
        why = "it is sales, or in them, and a part is one of sales"
    if role in _FOUND:
        why = "the figures do not make it one"
    raise _CannotError(
        f"'{line.id}' cannot be forecast by '{role}': {why}",
        f"roles that it can have: {', '.join(possible)}",
    )


def _sold(plan: Plan) -> set[str]:
    """The line of sales, and all that it is the sum of."""
    formulas = {row.id: row.formula for row in plan.rows}
    found: set[str] = set()
    pending = [plan.sales[0]] if plan.sales else []
    while pending:
        id_ = pending.pop()
        if id_ not in found:
            found.add(id_)
            pending += [one for one in _ID.findall(formulas.get(id_, "")) if one in formulas]
    return found


_WHY_NOT = {
    "season": "fewer than four quarters are actual",
    "part": "it is a balance, or no line of sales is positive",
    **dict.fromkeys(
        ("days", "rate", "interest", "interest_on_cash"),
        "the figures give nothing to count it by",
    ),
}
_FOLLOWS = {
    "total": "a total of other lines",
    "computed": "computed from other lines",
    "rolled": "what follows from the flows that move it, or carries changes of balances",
    "as before": "as in the period before",
}


def _rule(role: str, values: Mapping[Period, Decimal], plan: Plan) -> Rule | None:
    """A rule of a kind, with a value from the last actual period; None if there is none."""
    flows = [p for p in values if p[0] is not None and p[1] == plan.years.actual[-1]]
    flows = [p for p in flows if plan.years.band(p) is not None]
    near = min(flows, key=lambda p: abs(months_of(p) - plan.years.months), default=None)
    periods = Decimal(max(months_of(near), plan.years.months)) / plan.years.months if near else 1
    last = values[near] / periods if near else Decimal(0)
    basis = "Chosen in map.csv"
    if role == "amount":
        return Rule("amount", round(last / plan.scale, 3), basis, "judgement")
    if role == "part" and plan.sales is not None:
        id_, label, worth = plan.sales
        part = (last / worth).quantize(Decimal("0.000001")) if worth > 0 else None
        return None if part is None else Rule("part", part, basis, "judgement", id_, label)
    if role == "season" and not plan.years.whole_year:
        return None
    zero = role in ("growth", "change", "season")
    return Rule(role, Decimal(0), basis, "judgement") if zero else None
