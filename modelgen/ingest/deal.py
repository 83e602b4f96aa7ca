"""From filings to a deal: the folder with deal.yaml, its rows, figures.csv, map.csv and the numbered
text of each source.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from modelgen.files import write_text
from modelgen.ingest.document import Document
from modelgen.ingest.ledger import HEADER, Ledger, ledger_of, scale_of
from modelgen.ingest.lines import Source, StatementLine, statement_lines
from modelgen.ingest.mapping import MAP_HEADER, kept_map, map_rows, with_map
from modelgen.ingest.model_rows import plan_of
from modelgen.ingest.plan import SHEETS, Plan, Row
from modelgen.ingest.reading import CASH, INCOME, MONEY, Reading
from modelgen.ingest.years import years_of
from modelgen.problem import fail
from modelgen.text.currency import SCALES

DEAL, ROWS, FIGURES, MAP = "deal.yaml", "statements.yaml", "figures.csv", "map.csv"
_CODES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "": "USD"}
_LONGEST = Decimal(10**9)  # the range of the unit of money, in which each input must lie
_REGISTRANT = re.compile(r"exact name of (the )?registrant", re.IGNORECASE)


@dataclass(frozen=True)
class IngestedDeal:
    """A deal as it was written: its folder, the lines of the statements, how many figures tie to them,
    the anomalies (citation, printed, reason), how many figures no column of the model takes, and what
    else is to be known.
    """

    folder: Path
    lines: tuple[StatementLine, ...]
    figures: int
    anomalies: tuple[tuple[str, str, str], ...]
    unplaced: int
    notes: tuple[str, ...]

    def words(self) -> str:
        """What was written, what is to be looked at, and what to do next."""
        parts = [f"{self.folder}: {self.figures} figures tie to {len(self.lines)} lines"]
        if self.anomalies:
            parts.append(f"{len(self.anomalies)} places where the source disagrees with itself")
            parts += [f"  {at} {printed}: {reason}" for at, printed, reason in self.anomalies[:10]]
        if self.unplaced:
            parts.append(f"{self.unplaced} figures are of periods that the model does not have")
        parts += self.notes
        parts.append(
            f"Next: modelgen build {self.folder}; the lines and their roles are in {self.folder / MAP}"
        )
        return "\n".join(parts)


def write_deal(
    folder: Path, read: Sequence[tuple[Document, Reading]], company: str = ""
) -> IngestedDeal:
    """Writes the folder of a deal from filings that were read; a map.csv that is there keeps its ids
    and roles.

    Raises ModelError if the filings hold no statement of some periods, or the folder cannot be written.

    Example: `document = read(path); write_deal(Path("acme"), [(document, figures(document))])`.
    """
    ordered = sorted(read, key=lambda one: _latest(one[1]), reverse=True)
    ids = _source_ids([document for document, _ in ordered])
    sources = [Source(id_, reading) for id_, (_, reading) in zip(ids, ordered, strict=True)]
    kept = kept_map(folder / MAP)
    lines = statement_lines(sources, {key: (row.id, row.role) for key, row in kept.items()})
    years = years_of(lines)
    if years is None:
        raise fail(
            f"{ordered[0][0].name} holds no statement of income or cash flows whose periods are found"
        )
    scale = _scale(lines)
    plan = plan_of(lines, years, scale)
    with_map(plan, kept)
    code = _CODES.get(sources[0].reading.currency, sources[0].reading.currency) or "USD"
    ledger = ledger_of(plan, code)
    names = {
        one: word for word, one in ((w, Decimal(1) / Decimal(str(v))) for w, v in SCALES.items())
    }
    currency = f"{code} {names.get(scale.normalize(), '')}".strip() if scale != 1 else code
    texts = {
        DEAL: _deal_text(folder.resolve().name, plan, ledger, ordered, ids, currency, company),
        ROWS: _rows_text(plan, ledger),
        FIGURES: _table(HEADER, ledger.rows),
        MAP: _table(MAP_HEADER, map_rows(plan)),
        **{f"{id_}.txt": document.text for id_, (document, _) in zip(ids, ordered, strict=True)},
    }
    for file, text in texts.items():
        write_text(folder / file, text)
    return IngestedDeal(
        folder,
        lines,
        sum(1 for row in ledger.rows if row[4]),
        tuple(ledger.anomalies),
        len(ledger.unplaced),
        tuple(plan.notes),
    )


def _latest(reading: Reading) -> date:
    ends = [
        f.end for t in reading.tables if t.statement in (INCOME, CASH) for f in t.figures if f.end
    ]
    return max(ends, default=date.min)


def _source_ids(documents: Sequence[Document]) -> list[str]:
    if len(documents) == 1:
        return ["filing"]
    return [f"filing_{n}" for n in range(len(documents), 0, -1)]


def _scale(lines: Sequence[StatementLine]) -> Decimal:
    """What one printed unit of money is worth in most figures; more, if amounts would be too long to
    read.
    """
    scales = Counter(
        scale_of(p.figure)
        for line in lines
        if line.unit == MONEY
        for p in line.printed
        if not p.figure.is_nil
    )
    known = [(count, scale) for scale, count in scales.items() if scale in (1, 1000, 10**6, 10**9)]
    scale = max(known)[1] if known else Decimal(1)
    most = max(
        (abs(p.figure.value) for line in lines if line.unit == MONEY for p in line.printed),
        default=Decimal(0),
    )
    while most >= _LONGEST * scale:
        scale *= 1000
    return scale


def _deal_text(
    name: str,
    plan: Plan,
    ledger: Ledger,
    read: Sequence[tuple[Document, Reading]],
    ids: Sequence[str],
    currency: str,
    company: str,
) -> str:
    years = plan.years
    calendar: dict[str, object] = {"step": years.step, **years.rule}
    if "periods" not in years.rule:
        calendar |= {"first": years.actual[0].isoformat(), "last": years.forecast[-1].isoformat()}
    compared = {
        "flow": [d.isoformat() for d in years.compared_flows],
        "balance": [d.isoformat() for d in years.compared_balances],
    }
    calendar["comparatives"] = {kind: days for kind, days in compared.items() if days}
    company = company or _company(read[0][0]) or name
    document: dict[str, object] = {
        "name": re.sub(r"[^\w .-]", "-", name) or "deal",
        "company": company,
        "title": f"As reported at {years.actual[-1]}",
        "as_of": years.actual[-1].isoformat(),
        "uses": ["three_statements"],
        "currency": currency,
        "calendar": calendar,
        "files": [ROWS],
        "figures": FIGURES,
        "sources": {
            id_: {
                "title": f"Filing of the period ended {_latest(reading)}",
                "date": max(_latest(reading), date(1950, 1, 1)).isoformat(),
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
    values = _values(plan)
    if values:
        document["values"] = values
    if ledger.anomalies:
        document["anomalies"] = [
            {"at": at, "printed": printed, "reason": reason}
            for at, printed, reason in ledger.anomalies
        ]
    notes = [*plan.notes]
    if any(row.statement == CASH for row in plan.rows) and years.to_date:
        notes.append(
            "Cash flows of a quarter whose earlier quarters are in none of the filings: only the "
            "year to date is published, and the quarter is blank."
        )
    if notes:
        document["undisclosed"] = notes
    return (
        f"# {company}: written from its filings by modelgen ingest. Edit map.csv and ingest again, "
        "or edit this.\n" + _yaml(document)
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
}


def _values(plan: Plan) -> dict[str, object]:
    return {
        f"{id_}.{_INPUT[rule.forecast]}": {
            "value": _plain(rule.value),
            "status": rule.status,
            "basis": rule.basis,
        }
        for id_, rule in plan.rules.items()
        if rule.forecast not in ("growth", "change")
    }


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _company(document: Document) -> str:
    """The company's name: on the cover of a report, the line above what says that it is the
    registrant's.
    """
    for number, line in enumerate(document.lines[:120]):
        if _REGISTRANT.search(line):
            before = _REGISTRANT.split(line)[0].strip(" (")
            above = [
                text.strip()
                for text in document.lines[max(0, number - 6) : number]
                if text.strip(" _-|")
            ]
            return (before or (above[-1] if above else ""))[:80].strip()
    return ""


def _rows_text(plan: Plan, ledger: Ledger) -> str:
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
        formula = f"= IF(actual = 1, IF(ISNUMBER(actual.{second}), 1, 0), 1)"
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


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
