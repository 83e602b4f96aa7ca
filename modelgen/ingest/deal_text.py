"""The text of an ingested deal: deal.yaml, the rows of its statements, and tables."""

import csv
import io
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from modelgen.ingest.document import Document
from modelgen.ingest.ledger import Ledger
from modelgen.ingest.plan import SHEETS, Plan, Row
from modelgen.ingest.reading import CASH, INCOME, Reading
from modelgen.text.printed import without_typography

DEAL, ROWS, FIGURES, MAP = "deal.yaml", "statements.yaml", "figures.csv", "map.csv"
EXCLUDED = "excluded.csv"
OWN, ROLLED = "own.yaml", "rolled.yaml"
"""What a person adds to the deal, and what a roll keeps of the one before: ingest reads neither, and
lists them where they are.
"""


def latest_of(reading: Reading) -> date:
    """The last day of the last period of income or cash flows that a filing reports."""
    ends = [
        f.end for t in reading.tables if t.statement in (INCOME, CASH) for f in t.figures if f.end
    ]
    return max(ends, default=date.min)


def deal_text(
    name: str,
    plan: Plan,
    ledger: Ledger,
    read: Sequence[tuple[Document, Reading]],
    ids: Sequence[str],
    currency: str,
    company: str,
    files: Sequence[str],
    own: Collection[str] = (),
) -> str:
    """The text of deal.yaml; `own` are the ids whose values a person's own file gives."""
    years = plan.years
    calendar: dict[str, object] = {"step": years.step, **years.rule}
    if "periods" not in years.rule:
        calendar |= {"first": years.actual[0].isoformat(), "last": years.forecast[-1].isoformat()}
    compared = {
        "flow": [d.isoformat() for d in years.compared_flows],
        "balance": [d.isoformat() for d in years.compared_balances],
    }
    calendar["comparatives"] = {kind: days for kind, days in compared.items() if days}
    company = company or name
    document: dict[str, object] = {
        "name": re.sub(r"[^\w .-]", "-", name) or "deal",
        "company": company,
        "title": f"As reported at {years.actual[-1]}",
        "as_of": years.actual[-1].isoformat(),
        "uses": ["three_statements"],
        "currency": currency,
        "calendar": calendar,
        "files": list(files),
        "figures": FIGURES,
        "excluded": EXCLUDED,
        "sources": {
            id_: {
                "title": f"Filing of the period ended {latest_of(reading)}",
                "date": max(latest_of(reading), date(1950, 1, 1)).isoformat(),
                "publisher": company,
            }
            for id_, (_, reading) in zip(ids, read, strict=True)
        },
    }
    if years.to_date:
        document["sheets"] = {SHEETS[INCOME]: {"bands": ["ytd"]}, SHEETS[CASH]: {"bands": ["ytd"]}}
    units: dict[str, object] = {
        id_: {"label": label, "measure": measure, "factor": float(factor)}
        for id_, (label, measure, factor) in ledger.units.items()
    }
    if units:
        document["units"] = units
    if plan.sets:
        document["sets"] = plan.sets
    values = {id_: value for id_, value in _values(plan).items() if id_ not in own}
    if values:
        document["values"] = values
    if ledger.anomalies:
        figures = ledger.accounted()
        document["anomalies"] = [
            {"at": at, "reason": reason}
            if (at, without_typography(printed)) in figures
            else {"at": at, "printed": printed, "reason": reason}
            for at, printed, reason in ledger.anomalies
        ]
    notes = [*plan.doubts, *plan.notes]
    if ledger.blank:
        notes.append(
            "Cash flows of a quarter whose earlier quarters are in none of the filings: only the "
            "year to date is published, and the quarter is blank."
        )
    if years.step == "quarter" and not years.whole_year:
        notes.append(
            "Seasons: fewer than four quarters are actual, so each forecast quarter is like the last. "
            "The filings of a year, ingested together, give each its season."
        )
    if notes:
        document["undisclosed"] = notes
    return (
        f"# {company}: written from its filings by modelgen ingest, which rewrites it. Ids and "
        f"roles are edited in {MAP}, what is added stands in {OWN}.\n" + _yaml(document)
    )


_INPUT = {
    "interest": "rate",
    "interest_on_cash": "rate",
    "growth": "growth",
    "part": "part",
    "rate": "rate",
    "amount": "amount",
    "days": "days",
    "change": "change",
    "season": "growth",
}


def _values(plan: Plan) -> dict[str, object]:
    found: dict[str, object] = {}
    if plan.quarters_to_date:
        found["season.quarters"] = {
            "value": str(plan.quarters_to_date),
            "status": "derived",
            "basis": f"To {plan.years.actual[-1]}",
        }
    return found | {
        f"{id_}.{_INPUT[rule.forecast]}": {
            "value": _plain(rule.value),
            "status": rule.status,
            "basis": rule.basis,
        }
        for id_, rule in plan.rules.items()
        if rule.forecast not in ("growth", "season", "change")
    }


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rows_text(plan: Plan, ledger: Ledger) -> str:
    """The sections with the rows, a new one where the heading of the document changes."""
    parts = [
        "# The statements in the company's own lines: actual values are figures, forecasts formulas.",
        "sections:",
    ]
    for statement, sheet in SHEETS.items():
        heading: str | None = None
        for row in plan.rows:
            if row.statement != statement:
                continue
            if row.heading != heading:
                heading = row.heading
                parts.append(f"  - sheet: {sheet}")
                if heading:
                    parts.append(f"    heading: {_quoted(heading)}")
                parts += ["    timeline: fiscal", "    lines:"]
            parts.append(f"      {row.id}: {_row(row, row.id in ledger.lacking)}")
    if plan.checked_net_income:
        _, second, flag = plan.checked_net_income
        reported = f"IF(ISNUMBER(actual.{second}), 1, 0)"
        formula = f"= IF(actual = 1, {reported}, 1)"
        label = "Cash flows of the period alone are published (1)"
        parts += [
            f"  - sheet: {SHEETS[CASH]}",
            "    timeline: fiscal",
            "    lines:",
            f"      {flag}: {{label: {label}, unit: switch, formula: {_quoted(formula)}}}",
        ]
    return "\n".join(parts) + "\n"


def _row(row: Row, lacks: bool) -> str:
    keys: list[str] = [
        f"label: {_quoted(row.label)}",
        f"unit: {row.unit}",
        *([f"kind: {row.kind}"] if row.kind else []),
    ]
    if row.leaf:
        keys.append("leaf: true")
    if lacks:
        keys.append("may_lack: true")
    keys += [
        f"{key}: {_quoted(text)}"
        for key, text in (
            ("formula", row.formula),
            ("actual", row.actual),
            ("forecast", row.forecast),
        )
        if text
    ]
    if row.style:
        keys.append(f"style: {row.style}")
    return "{" + ", ".join(keys) + "}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _yaml(value: Mapping[str, object], indent: int = 0) -> str:
    """Plain data as YAML: mappings one key a line, what is small on one line; texts in quotes."""
    pad = "  " * indent
    parts: list[str] = []
    for key, item in value.items():
        if (
            isinstance(item, Mapping)
            and indent < 2
            and any(isinstance(v, (Mapping, list)) for v in item.values())
        ):
            parts.append(f"{pad}{key}:\n{_yaml(item, indent + 1)}")
        elif isinstance(item, list) and item and isinstance(item[0], Mapping):
            parts.append(f"{pad}{key}:\n" + "".join(f"{pad}  - {_inline(one)}\n" for one in item))
        else:
            parts.append(f"{pad}{key}: {_inline(item)}\n")
    return "".join(parts)


def _inline(item: object) -> str:
    if isinstance(item, Mapping):
        return "{" + ", ".join(f"{key}: {_inline(v)}" for key, v in item.items()) + "}"
    if isinstance(item, list):
        return "[" + ", ".join(_inline(one) for one in item) + "]"
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, (int, float)):
        return f"{item:.15g}"
    return _quoted(str(item))


def table_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A CSV table."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
