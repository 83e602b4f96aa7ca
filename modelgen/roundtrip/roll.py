"""Rolls a deal forward a quarter: the forecast quarter becomes actual, and its forecast is kept.

The new deal is text like any other: the old deal's folder with the quarter's figures added to its table, the
date of the last actual quarter moved forward, and the old forecast added in rolled.yaml.
"""

import math
import re
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from modelgen.dates import from_serial
from modelgen.evaluate.evaluate import evaluate
from modelgen.evaluate.study import Complete
from modelgen.files import folder_written_whole
from modelgen.fiscal import CALENDAR_YEAR, BadPeriodError, Fiscal
from modelgen.model.build import build_model
from modelgen.model.plain import Input, Model, Timeline
from modelgen.problem import ModelError, Problem, fail
from modelgen.review.build import solved
from modelgen.roundtrip.rolled_text import Additions, write_rolled
from modelgen.text.figure_text import AssumedText
from modelgen.text.figures import FigureTable
from modelgen.text.load import DealText, load
from modelgen.text.readers import TEXT
from modelgen.text.schema import AssumptionText, SourceText

_QUARTER = re.compile(r"^(\d{4})-?[qQ]([1-4])$")


@dataclass(frozen=True)
class Rolled:
    """What a roll did, and the new deal's values. `forecast` are the leaves that had no figure and keep their
    forecast as actual value.
    """

    folder: Path
    name: str
    quarter: date
    figures: int
    assumed: int
    forecast: tuple[str, ...]
    evaluation: Complete = field(repr=False)


def quarter_end(text: str, fiscal: Fiscal = CALENDAR_YEAR) -> date:
    """The last day of the period written as "2006q2", "Q2 FY2006" or "2006-06-30". Raises ModelError."""
    found = _QUARTER.match(text)
    try:
        return fiscal.parse(f"Q{found[2]} FY{found[1]}" if found else text).last
    except BadPeriodError:
        hint = "write 2006q2, Q2 FY2006, FY2006 or 2006-06-30"
        raise fail(f"'{text}' is not a period", hint=hint) from None


def roll(
    deal: DealText,
    to: date,
    table: FigureTable,
    folder: Path | None = None,
    source: str | None = None,
    published: date | None = None,
    title: str | None = None,
    format_: str = TEXT,
) -> Rolled:
    """Writes the deal for the quarter ending on `to`, the next after the deal's last actual quarter.

    `table` is the CSV table of the quarter's figures and assumed values; `source` and `published` are the
    title and date of the document that they cite, if it is not yet in the deal, and `format_` is the format
    of its places. Raises ModelError and then leaves no folder.
    """
    before = _with(deal, rolled_from=deal.document.name)
    model = build_model(before)
    timeline, last = _last_actual(model)
    _is_next(timeline, last, to)
    name, folder = _named(deal, timeline.step, last, to, folder)
    values = evaluate(model).values
    column = timeline.columns.index(to)

    def forecast(line: str) -> float:
        return float(values[line][0, column])

    given = {f.line for f in table.figures if f.feeds is not False and f.period == to}
    given |= {a.line for a in table.assumed if a.period == to}
    at = deal.place("name")
    assert at is not None
    leaves = [i for i in model.inputs() if i.leaf_of and i.timeline == timeline.id]
    filled = tuple(
        AssumedText(
            line=leaf.leaf_of or "",
            period=to,
            value=float(f"{forecast(leaf.leaf_of or ''):.10g}"),
            unit=leaf.unit.label,
            basis=f"No figure given; forecast of {deal.document.name}",
            place=at,
        )
        for leaf in leaves
        if leaf.leaf_of not in given
    )
    additions = Additions(
        name=name,
        title=title or f"Quarter ended {_words(to)}",
        rolled_from=deal.document.name,
        as_of=published,
        last_actual=(timeline.last_actual, to),
        sources=_new_sources(deal, table, source, published, format_),
        comparatives={timeline.id: _comparatives(timeline, table)},
        forecasts={
            item.id: _kept(item, deal, to, forecast(item.forecast_of))
            for item in model.inputs()
            if item.forecast_of is not None
        },
        figures=table.figures,
        assumed=(*table.assumed, *filled),
        lists=tuple(
            id_
            for id_, given in deal.document.assumptions.items()
            if given.listed and _runs_with(model, id_, timeline)
        ),
    )
    with folder_written_whole(folder) as temporary:
        written = write_rolled(deal, additions, temporary)
        try:
            rolled = load(str(temporary))
            written.proven(rolled)
            evaluation = solved(rolled)
        except ModelError as error:
            raise written.in_origins(error, folder) from None
    return Rolled(
        folder,
        name,
        to,
        len(table.figures),
        len(table.assumed),
        tuple(a.line for a in filled),
        evaluation,
    )


def _runs_with(model: Model, id_: str, timeline: Timeline) -> bool:
    """Whether an input has a value for each period of a timeline."""
    item = model.items.get(id_)
    return isinstance(item, Input) and item.timeline == timeline.id


def _with(deal: DealText, **changes: object) -> DealText:
    return replace(deal, document=deal.document.model_copy(update=changes))


def _last_actual(model: Model) -> tuple[Timeline, date]:
    """The timeline with actual and forecast periods, and its last actual period."""
    for timeline in model.timelines.values():
        item = model.items.get(timeline.last_actual)
        if timeline.actual is not None and isinstance(item, Input):
            return timeline, from_serial(item.values[0])
    raise fail("the deal has no timeline with actual and forecast periods to roll forward")


def _is_next(timeline: Timeline, last: date, to: date) -> None:
    following = [end for end in timeline.periods if end > last]
    if to not in timeline.periods:
        raise fail(
            f"the timeline '{timeline.id}' has no period ending {to}",
            hint=f"its last period ends {timeline.periods[-1]}",
        )
    if to <= last:
        raise fail(f"the period ending {to} is already actual: the last actual period ends {last}")
    if to != following[0]:
        raise fail(
            f"the last actual period ends {last}: roll to {following[0]} first",
            hint="one period at a time, so that each has its figures",
        )


def _named(
    deal: DealText, step: str, last: date, to: date, folder: Path | None
) -> tuple[str, Path]:
    """The new deal's name and folder; by default, the old name with the new quarter."""
    old, fiscal = deal.document.name, deal.fiscal
    quarter = fiscal.key(to, step)
    name = old.replace(fiscal.key(last, step), quarter)
    name = f"{old}-{quarter}" if name == old else name
    if folder is not None:
        name = folder.resolve().name
    folder = folder or Path(name)
    if folder.exists():
        raise fail(
            f"{folder} already exists: roll writes a new folder", hint="name another with -o"
        )
    return name, folder


def _new_sources(
    deal: DealText, table: FigureTable, title: str | None, published: date | None, format_: str
) -> dict[str, SourceText]:
    """The document that the figures cite and the deal does not have yet."""
    known = deal.document.sources
    unknown = sorted({f.at.source for f in table.figures} - set(known))
    if not unknown:
        return {}
    if len(unknown) > 1 or title is None or published is None:
        first = {f.at.source: f.place for f in reversed(table.figures)}
        hint = "describe it: --source TITLE --published DATE"
        if len(unknown) > 1:
            hint = "add figures from one new source at a time"
        raise ModelError(Problem(f"'{s}' is not a source", first[s], hint) for s in unknown)
    publisher = next((s.publisher for s in known.values()), deal.document.company)
    new = SourceText(title=title, date=published, publisher=publisher, format=format_)
    return {unknown[0]: new}


def _comparatives(timeline: Timeline, table: FigureTable) -> tuple[date, ...]:
    """Periods of the figures that are before the timeline and have no column in the deal."""
    periods = {f.period for f in table.figures} | {a.period for a in table.assumed}
    return tuple(
        sorted(
            p
            for p in periods
            if p is not None and p < timeline.periods[0] and p not in timeline.comparatives
        )
    )


def _kept(item: Input, deal: DealText, to: date, value: float) -> AssumptionText:
    """An assumption that keeps forecasts, with this quarter's forecast added."""
    before = deal.document.assumptions.get(item.id)
    values = dict(before.values or {}) if before else {}
    values[to.isoformat()] = f"{value:.10g}" if not math.isnan(value) else "0"
    origin = f"{to.isoformat()} by {deal.document.name}"
    basis = f"{before.basis}; {origin}" if before and before.basis else f"Forecast of {origin}"
    return AssumptionText(values=values, status="derived", basis=basis)


def _words(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
