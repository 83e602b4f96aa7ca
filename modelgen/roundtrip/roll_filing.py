"""Rolls an ingested deal forward by the next filing: the deal is written anew from what it was written
from and the filing, with the same ids for the same labels, and what it forecast is kept beside what came.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from modelgen.evaluate.study import Complete
from modelgen.files import folder_written_whole, write_text
from modelgen.ingest.company import check_one_company, company_of, may_be_one
from modelgen.ingest.deal import renamed, source_ids, write_deal
from modelgen.ingest.deal_text import DEAL, MAP, OWN, ROLLED
from modelgen.ingest.document import Document
from modelgen.ingest.kept import read_back
from modelgen.ingest.lines import Source, statement_lines
from modelgen.ingest.mapping import kept_map
from modelgen.ingest.reading import MONEY, PER_SHARE, STATEMENT_WORDS, Reading
from modelgen.ingest.statement_line import StatementLine
from modelgen.ingest.vocabulary import likeness
from modelgen.ingest.years import months_of, years_of
from modelgen.problem import ModelError, fail, nearest
from modelgen.review.build import solved
from modelgen.text.load import DealText, load
from modelgen.text.reading import read_text

_LIKE = 0.5
_NEAR = timedelta(days=16)
_COMPARED = {MONEY: "money", PER_SHARE: "per_share"}


@dataclass(frozen=True)
class RolledByFiling:
    """What a roll by a filing did: the new deal, its last actual period, how many figures tie, sentences
    about lines that are new, gone or called otherwise, and its values.
    """

    folder: Path
    name: str
    period: date
    figures: int
    compared: int
    sentences: tuple[str, ...]
    evaluation: Complete = field(repr=False)


def roll_by_filing(
    deal: DealText, read: tuple[Document, Reading], folder: Path | None = None
) -> RolledByFiling:
    """Writes the deal with one filing more, in a new folder. Raises ModelError and then leaves no folder:
    the deal was not written by ingest, the filing is not of its next period, or the folder exists.
    """
    before = kept_map(deal.folder / MAP)
    if not before.rows:
        raise fail(
            f"{deal.folder} has no {MAP}: only a deal that modelgen ingest wrote rolls by a filing",
            hint="give the figures in a table: --to QUARTER --figures FILE.csv",
        )
    old = read_back(deal, before)
    company = company_of(read[0])
    if company and not may_be_one(company, deal.document.company):
        told = [(f"the deal {deal.document.name}", company_of(one)) for one, _ in old]
        check_one_company(
            [*told, (read[0].name, company)],
            f"if it has a new name, write that as company in {deal.folder / DEAL}",
        )
    evaluation = solved(deal)
    to, column = _next_period(deal, evaluation, read)
    name = folder.resolve().name if folder is not None else f"{deal.document.name}-{to}"
    folder = folder or Path(name)
    if folder.exists():
        raise fail(
            f"{folder} already exists: roll writes a new folder", hint="name another with -o"
        )
    ids = source_ids(len(old) + 1)
    sources = [
        Source(id_, one) for id_, (_, one) in zip(ids, [read, *old], strict=True)
    ]  # the latest first
    lines = statement_lines(sources, before.rows)
    sentences = [*renamed(lines), *_differing(lines, ids[0], ids[1], deal.folder)]
    forecasts = {
        line.id: float(evaluation.values[line.id][0, column])
        for line in lines
        if line.unit in _COMPARED and line.id in evaluation.values
    }
    forecasts = {id_: value for id_, value in forecasts.items() if math.isfinite(value)}
    with folder_written_whole(folder) as temporary:
        if (deal.folder / OWN).is_file():
            write_text(temporary / OWN, read_text(deal.folder / OWN))
        write_text(temporary / ROLLED, _rolled(deal, lines, forecasts, to))
        written = write_deal(temporary, [read, *old], deal.document.company, before, name=name)
        own = [one for one in written.of_statements if one[0].startswith(f"{ids[0]}:")]
        sentences += [f"{at} {printed}: {reason}" for at, printed, reason in own]
        sentences += written.doubts
        try:
            new = solved(load(str(temporary)))
        except ModelError as error:
            raise _in(error, temporary, folder) from None
    return RolledByFiling(folder, name, to, written.figures, len(forecasts), tuple(sentences), new)


def _next_period(
    deal: DealText, evaluation: Complete, read: tuple[Document, Reading]
) -> tuple[date, int]:
    """The last day of the period that the filing reports, and the column of the forecast of it."""
    document, reading = read
    years = years_of(statement_lines([Source("filing", reading)]))
    if years is None:
        raise fail(
            f"{document.name} holds no statement of income or cash flows whose periods are found"
        )
    timeline = next(t for t in evaluation.model.timelines.values() if t.actual is not None)
    last = deal.document.as_of
    assert last is not None  # ingest writes it
    following = [end for end in timeline.periods if end > last]
    to = years.actual[-1]
    column = next((end for end in timeline.periods if abs(end - to) <= _NEAR), None)
    yearly = timeline.step == "year"
    if yearly != (years.step == "year") and yearly:
        raise fail(
            f"{document.name} reports {months_of(_longest(reading, to))} months to {to}, and the "
            "deal goes by years: roll it by the next annual report",
        )
    if column is not None and column <= last:
        raise fail(
            f"{document.name} reports the period ended {to}, which is already actual: the last "
            f"actual period ended {last}"
        )
    if not following or column != following[0]:
        expected = following[0] if following else "none"
        raise fail(
            f"{document.name} reports the period ended {to}, and the next after {last} ends "
            f"{expected}",
            hint="one period at a time; to leave periods out, ingest the filing alone",
        )
    return to, timeline.columns.index(column)


def _longest(reading: Reading, to: date) -> tuple[date | None, date]:
    flows = [(f.start, f.end) for f in reading.figures if f.start and f.end == to]
    return max(((s, e) for s, e in flows if e is not None), key=months_of)


def _differing(lines: Sequence[StatementLine], new: str, last: str, folder: Path) -> list[str]:
    """Sentences about lines that only the new filing prints, and those of the last that it does not."""
    printed = {line.id: {p.source for p in line.printed} for line in lines}
    fresh = [line for line in lines if printed[line.id] == {new}]
    gone = [line for line in lines if new not in printed[line.id] and last in printed[line.id]]
    found: list[str] = []
    for line in fresh:
        near = _nearest(line, gone)
        hint = (
            f"; if it is '{near}' by another name, give it that id in a row of {folder / MAP}, and "
            "roll again"
            if near
            else ""
        )
        found.append(f"New: {_words(line)}, {line.id}{hint}")
    found += [
        f"Gone: {_words(line)}, {line.id}: nothing is printed of it any more" for line in gone
    ]
    return found


def _nearest(line: StatementLine, gone: Sequence[StatementLine]) -> str:
    """The label, of those gone from the same statement, that is most like that of a new line."""
    labels = [one.label for one in gone if one.statement == line.statement]
    best = max(labels, key=lambda label: likeness(line.label, label), default="")
    return (
        best if best and likeness(line.label, best) >= _LIKE else nearest(line.label, labels) or ""
    )


def _words(line: StatementLine) -> str:
    below = f" below '{line.heading}'" if line.heading else ""
    return f"'{line.label}'{below} in the {STATEMENT_WORDS[line.statement]}"


def _rolled(
    deal: DealText, lines: Sequence[StatementLine], forecasts: Mapping[str, float], to: date
) -> str:
    """The text of rolled.yaml: the deal before, the lines that are compared, and what it forecast."""
    compared, values = [], []
    for line in lines:
        if line.id not in forecasts:
            continue
        id_ = f"variance.{line.id}"
        label = json.dumps(line.label, ensure_ascii=False)
        measure = _COMPARED[line.unit]
        compared.append(
            f"    {id_}: {{label: {label}, line: {line.id}, measure: {measure}, "
            f"statement: {line.statement}}}\n"
        )
        before = deal.document.assumptions.get(f"{id_}.forecast")
        kept = (
            {str(day): str(value) for day, value in (before.values or {}).items()} if before else {}
        )
        kept[to.isoformat()] = f"{forecasts[line.id]:.10g}"
        each = ", ".join(f"{day}: {json.dumps(value)}" for day, value in kept.items())
        basis = json.dumps(f"Forecast by {deal.document.name}", ensure_ascii=False)
        values.append(
            f"  {id_}.forecast: {{values: {{{each}}}, status: derived, basis: {basis}}}\n"
        )
    first = next((f"variance.{line.id}" for line in lines if line.id in forecasts), "")
    return (
        "# Written by modelgen roll: what the deal before forecast of the period that is actual now.\n"
        f"rolled_from: {json.dumps(deal.document.name, ensure_ascii=False)}\n"
        "sets:\n"
        f"  kept_forecasts: {{variance: {{label: Forecasts, first: {first}.forecast}}}}\n"
        "  compared_line:\n" + "".join(compared) + "assumptions:\n" + "".join(values)
    )


def _in(error: ModelError, temporary: Path, folder: Path) -> ModelError:
    """An error placed in the folder that was to be written."""
    found = []
    for problem in error.problems:
        place = problem.place
        if place is not None and Path(place.file).is_relative_to(temporary):
            file = folder / Path(place.file).relative_to(temporary)
            place = replace(place, file=str(file))
        found.append(replace(problem, place=place))
    return ModelError(found)
