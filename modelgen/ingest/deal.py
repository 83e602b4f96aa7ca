"""From filings to a deal: the folder with deal.yaml, its rows, figures.csv, map.csv and the numbered
text of each source.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from modelgen.files import write_text
from modelgen.ingest.accounting import EXCLUDED_HEADER, excluded_rows
from modelgen.ingest.basis import basis_of, without_column
from modelgen.ingest.company import check_one_company, company_of, name_in
from modelgen.ingest.currency import DOLLARS
from modelgen.ingest.deal_text import (
    DEAL,
    EXCLUDED,
    FIGURES,
    MAP,
    OWN,
    ROLLED,
    ROWS,
    deal_text,
    latest_of,
    rows_text,
    table_text,
)
from modelgen.ingest.document import Document
from modelgen.ingest.foots import with_footing
from modelgen.ingest.further import apart, lines_printed
from modelgen.ingest.joining import bare
from modelgen.ingest.ledger import HEADER, SAME_PERIOD, add_read, ledger_of
from modelgen.ingest.lengths import unused
from modelgen.ingest.lines import Source, statement_lines, undated
from modelgen.ingest.mapping import (
    MAP_HEADER,
    KeptMap,
    kept_map,
    map_rows,
    with_map,
)
from modelgen.ingest.model_rows import plan_of
from modelgen.ingest.reading import MONEY, STATEMENT_WORDS, IngestedFigure, Reading
from modelgen.ingest.seasons import tell_of_seasons
from modelgen.ingest.sentences import counted, scale_of
from modelgen.ingest.statement_line import StatementLine
from modelgen.ingest.years import Years, years_of
from modelgen.problem import fail
from modelgen.text.currency import SCALES
from modelgen.text.printed import without_typography
from modelgen.text.yaml_text import read_yaml

_SOURCE = re.compile(r"filing(_\d+)?\.txt")
_CODES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "": "USD"}
_MOST_SHOWN = 10
_WHAT_TO_DO = (
    "  Where a number or a row is misread or missing, correct a copy of the document and ingest that; what\n"
    "  is misprinted stays as printed, and a row of the statement shows the difference"
)
_LONGEST = Decimal(10**9)  # the range of the unit of money, in which each input must lie


@dataclass(frozen=True)
class IngestedDeal:
    """A deal as it was written: its folder, the lines of the statements, how many figures tie to them,
    the anomalies (citation, printed, reason; `elsewhere` of them, the last, outside the statements), how
    many figures no column of the model takes, sentences about what a person should decide, and what else is
    to be known.
    """

    folder: Path
    lines: tuple[StatementLine, ...]
    figures: int
    anomalies: tuple[tuple[str, str, str], ...]
    unplaced: int
    notes: tuple[str, ...]
    elsewhere: int = 0
    doubts: tuple[str, ...] = ()

    @property
    def of_statements(self) -> tuple[tuple[str, str, str], ...]:
        """The anomalies of the three statements."""
        return self.anomalies[: len(self.anomalies) - self.elsewhere]

    @property
    def doubtful(self) -> bool:
        """Whether something of the statements needs review."""
        return bool(self.of_statements or self.unplaced or self.doubts)

    def words(self) -> str:
        """What was written, what is to be looked at, and what to do next."""
        parts = [
            f"{self.folder}: {counted(self.figures, 'figure')} tie to {counted(len(self.lines), 'line')}"
        ]
        found = self.of_statements
        if found:
            parts.append(f"{counted(len(found), 'place')} where the source disagrees with itself")
            told = _grouped(found)
            parts += told[:_MOST_SHOWN]
            if len(told) > _MOST_SHOWN:
                parts.append(
                    f"  and {len(told) - _MOST_SHOWN} more: {DEAL} lists them as anomalies"
                )
            parts.append(_WHAT_TO_DO)
        if self.unplaced:
            parts.append(
                f"Left out: {counted(self.unplaced, 'figure')} of periods that the model has no column of; "
                f"{EXCLUDED} has the list"
            )
        parts += self.doubts
        parts += self.notes
        if self.elsewhere:
            parts.append(
                f"Outside the statements, {counted(self.elsewhere, 'place')} where the source disagrees "
                f"with itself: {DEAL} lists them as anomalies, and the model takes none"
            )
        parts.append(
            f"Next: modelgen build {self.folder}; the lines and their roles are in {self.folder / MAP}"
        )
        return "\n".join(parts)

    def report(self) -> dict[str, Any]:
        """The deal as `modelgen ingest --json -o` prints it."""
        return {
            "folder": str(self.folder),
            "lines": len(self.lines),
            "figures": self.figures,
            "anomalies": [
                {"at": at, "printed": printed, "reason": reason}
                for at, printed, reason in self.anomalies
            ],
            "unplaced": self.unplaced,
            "notes": [*self.doubts, *self.notes],
        }


def write_deal(
    folder: Path,
    read: Sequence[tuple[Document, Reading]],
    company: str = "",
    kept: KeptMap | None = None,
    *,
    name: str = "",
) -> IngestedDeal:
    """Writes the folder of a deal, which names it, from filings that were read; a map.csv that is there
    (or `kept`) keeps its ids and roles.

    Raises ModelError if the filings hold no statement of some periods or are of several companies (unless
    `company` names it), if the folder holds another deal, or cannot be written.

    Example: `write_deal(Path("acme"), [ingested(Path("acme-2025q2.html"))])`.
    """
    if (folder / DEAL).exists() and not (folder / MAP).exists():
        raise fail(
            f"{folder} holds a deal that modelgen ingest did not write: it has no {MAP}",
            hint="name another folder with -o",
        )
    if not company:
        check_one_company((document.name, company_of(document)) for document, _ in read)
    read = [(d, r if r.footed else with_footing(r)) for d, r in read]
    ordered, notes = _in_order(read)
    ids = source_ids(len(ordered))
    sources = [Source(id_, reading) for id_, (_, reading) in zip(ids, ordered, strict=True)]
    kept = kept_map(folder / MAP) if kept is None else kept
    lines = statement_lines(sources, kept.rows)
    years = years_of(lines)
    if years is None:
        raise fail(
            f"{ordered[0][0].name} holds no statement of income or cash flows whose periods are found",
            hint="where a document prints no dates, --ended DATE says when its period ends",
        )
    scale = _scale(lines)
    unsure: list[str] = []
    if not company:
        company = next((found for d, r in ordered if (found := name_in(d, r))), "")
    if not company:
        unsure.append(
            f"No company is named on the cover, or above the statements: '{name or folder.resolve().name}', "
            "the name of the folder, stands for it; --company gives it"
        )
    plan = plan_of(lines, years, scale)
    with_map(plan, kept)
    documents = [(id_, document) for id_, (document, _) in zip(ids, ordered, strict=True)]
    basis = basis_of(lines, years, scale)
    notes += [one for one in tell_of_seasons(plan, documents) if not basis.longer]
    printed = _currencies(ordered)
    if not printed:
        unsure.append("No currency is printed: USD is supposed")
    code = next(iter(printed), _CODES[""])
    ledger = ledger_of(plan, code)
    names = {
        one: word for word, one in ((w, Decimal(1) / Decimal(str(v))) for w, v in SCALES.items())
    }
    currency = f"{code} {names.get(scale.normalize(), '')}".strip() if scale != 1 else code
    add_read(ledger, [(one.id, anomaly) for one in sources for anomaly in one.reading.anomalies])
    files = [ROWS, *(name for name in (OWN, ROLLED) if (folder / name).is_file())]
    texts = {
        DEAL: deal_text(
            name or folder.resolve().name,
            plan,
            ledger,
            ordered,
            ids,
            currency,
            company,
            files,
            _own_values(folder / OWN),
        ),
        ROWS: rows_text(plan, ledger),
        FIGURES: table_text(HEADER, ledger.rows),
        MAP: table_text(MAP_HEADER, map_rows(plan)),
    }
    sources_text = {id_: document.text for id_, document in documents}
    lone = undated(sources)
    places = {(f"{id_}:{f.line}", without_typography(f.printed)) for id_, f in lone}
    rows = excluded_rows(sources_text, lines, ledger, places)
    texts[EXCLUDED] = table_text(EXCLUDED_HEADER, rows)
    texts |= {f"{id_}.txt": text for id_, text in sources_text.items()}
    for file, text in texts.items():
        write_text(folder / file, text)
    for stale in folder.glob("filing*.txt"):  # of an ingest of more filings, or fewer
        if _SOURCE.fullmatch(stale.name) and stale.name not in texts:
            stale.unlink()
    doubts = [*plan.doubts, *unsure, *(one for _, r in ordered for one in apart(r))]
    doubts += [
        *_lone(one for one in lone if not one[1].compares),
        *unused(lines, ledger.unplaced, years),
    ]
    notes += _comparing(sum(figure.compares for _, figure in lone)) + _apart(ordered, years)
    notes += without_column(ledger.unplaced, basis)
    inside = {f"{source.id}:{line}" for source in sources for line in lines_printed(source.reading)}
    ledger.anomalies.sort(key=lambda one: one[0] not in inside)
    return IngestedDeal(
        folder,
        lines,
        sum(1 for row in ledger.rows if row[4]),
        tuple(ledger.anomalies),
        len(ledger.unplaced),
        (*plan.notes, *notes, *renamed(lines), *kept.unknown(lines)),
        sum(one[0] not in inside for one in ledger.anomalies),
        tuple(doubts),
    )


def _grouped(found: Sequence[tuple[str, str, str]]) -> list[str]:
    """A line about each anomaly; those of a column that seems to be another once more in one."""
    again = [one for one in found if one[2].startswith(SAME_PERIOD)]
    told = []
    for at, printed, reason in found:
        if (at, printed, reason) in again[1:]:
            continue
        more = f"; so it is with {counted(len(again) - 1, 'more figure')}" if len(again) > 1 else ""
        first = (at, printed, reason) in again
        told.append(f"  {at} {printed}: {reason}{more if first else ''}")
    return told


def _own_values(path: Path) -> set[str]:
    """The ids of the inputs whose values a person gives beside the deal: theirs hold. Raises ModelError if
    the file cannot be read.
    """
    if not path.is_file():
        return set()
    text = read_yaml(path).plain
    found: set[str] = set()
    for key in ("values", "assumptions"):
        given = text.get(key)
        found |= set(given) if isinstance(given, dict) else set()
    return found


def _in_order(
    read: Sequence[tuple[Document, Reading]],
) -> tuple[list[tuple[Document, Reading]], list[str]]:
    """The filings, the latest first, each once; and sentences about those left out. Raises ModelError if
    they are in several currencies.
    """
    found: dict[str, tuple[Document, Reading]] = {}
    notes = []
    for one in sorted(read, key=lambda one: latest_of(one[1]), reverse=True):
        first = found.setdefault(one[0].text, one)
        if first is not one:
            notes.append(f"{one[0].name} is the same as {first[0].name}: it counts once")
    ordered = list(found.values())
    codes = _currencies(ordered)
    if len(codes) > 1:
        (code, name), (other, second) = list(codes.items())[:2]
        raise fail(f"{name} is in {code}, and {second} in {other}: they cannot be joined")
    return ordered, notes


def _currencies(ordered: Sequence[tuple[Document, Reading]]) -> dict[str, str]:
    """The codes of the filings' currencies, that of the latest first, with the name of a filing of each. A
    sign alone is that of the dollar which another filing names.
    """
    dollars = {reading.currency for _, reading in ordered} & DOLLARS
    return {
        _CODES.get(reading.currency, reading.currency): document.name
        for document, reading in ordered
        if reading.currency and not (dollars and reading.currency == "$")
    }


def _apart(ordered: Sequence[tuple[Document, Reading]], years: Years) -> list[str]:
    """A sentence about each filing whose period does not follow on: it is only compared."""
    return [
        f"{document.name} reports the period ended {latest_of(reading)}, which the actual periods "
        f"(from {years.actual[0]}) do not follow on: it is compared with, and a filing between is missing"
        for document, reading in ordered
        if latest_of(reading) < years.actual[0]
    ]


def _comparing(count: int) -> list[str]:
    """A sentence about figures that compare two periods, such as changes in percent."""
    if not count:
        return []
    return [
        f"Left out: {counted(count, 'figure')} in columns that compare two periods; {EXCLUDED} has the list"
    ]


def _lone(undated: Iterable[tuple[str, IngestedFigure]]) -> list[str]:
    """A sentence about each statement that prints figures whose period is not found."""
    counts = Counter((id_, figure.statement) for id_, figure in undated)
    return [
        f"Left out: {counted(count, 'figure')} of the {STATEMENT_WORDS.get(statement, 'income statement')} "
        f"({id_}.txt) whose period is not found; {EXCLUDED} has the list"
        for (id_, statement), count in counts.items()
    ]


def renamed(lines: Iterable[StatementLine]) -> list[str]:
    """A sentence about each line that an earlier filing calls otherwise."""
    found = []
    for line in lines:
        names = {bare(key[2]): key[2] for key, _ in line.also}
        for other, label in names.items():
            if other != bare(line.label):
                found.append(f"'{label}' is '{line.label}' now: the id of both is {line.id}")
    return found


def source_ids(count: int) -> list[str]:
    """The ids of so many filings, the latest first."""
    return [f"filing_{n}" for n in range(count, 0, -1)] if count > 1 else ["filing"]


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
