"""Ties figures to items, and makes the sets of figures and checks for the template's ledgers."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from modelgen.contract import CHECKS
from modelgen.dates import to_serial
from modelgen.fiscal import STEPS, Fiscal, Span
from modelgen.formula.syntax import Ref, Row
from modelgen.model.bands import BANDS, is_whole, months_of
from modelgen.model.by_period import ByPeriod
from modelgen.model.expand import Declared, Member
from modelgen.model.leaves import kind_of, not_of_kind
from modelgen.model.plain import Figure, Line, Timeline, Unit
from modelgen.model.resolve import fixed
from modelgen.model.worth import converted, percent_worth, times
from modelgen.problem import ModelError, Place, Problem, did_you_mean
from modelgen.text.citation import Citation
from modelgen.text.figure_text import AssumedText, FigureText
from modelgen.text.load import DealText
from modelgen.text.readers import Reader, place_problem, reader_of
from modelgen.text.schema import CheckText, InputText, LineText
from modelgen.verdict import ALERT, INTEGRITY


def figures_of(
    deal: DealText,
    declared: Mapping[str, Declared],
    units: Mapping[str, Unit],
    timelines: Mapping[str, Timeline],
) -> tuple[list[Figure], list[Problem]]:
    """The figures of the ledger, each with the item and column that it ties to, and what is wrong with
    some.
    """
    found: list[Figure] = []
    problems: list[Problem] = []
    fed: dict[tuple[str, int | None], str] = {}
    by_role = [text for text in deal.figures if text.feeds is not None]
    stated = {(text.line, text.period) for text in by_role if text.feeds}
    for text in deal.figures:
        figure, wrong = _figure(text, declared, units, timelines, deal.fiscal)
        if figure is not None and text.feeds is None:
            target = declared[figure.line]
            open_ = (text.line, text.period) not in stated and _may_feed(deal, target, text)
            if target.band_of and text.period is not None:
                open_ = not _cannot_feed(target, declared, timelines, deal.fiscal, text.period)
            figure = replace(figure, feeds=open_ and (figure.line, figure.column) not in fed)
        if figure is not None and figure.feeds:
            first = fed.setdefault((figure.line, figure.column), figure.id)
            if first != figure.id:
                wrong.append(
                    Problem(f"two figures feed '{text.line}'", text.place, f"the first is {first}")
                )
        problems += wrong
        if figure is not None and not wrong:
            found.append(figure)
    wrong = [*_citation_problems(deal), *_assumed_problems(deal, declared, timelines)]
    return found, problems + wrong


def _may_feed(deal: DealText, target: Declared, text: FigureText) -> bool:
    """Whether a figure whose row states no role is the value of what it ties to: a leaf, or an input of one
    value, to which the deal gives no other value.
    """
    given = deal.document.assumptions.get(target.id) if target.id not in deal.overlaid else None
    if isinstance(target.text, InputText):
        return target.timeline is None and given is None
    if not target.is_leaf or text.period is None:
        return False
    assumed = any(a.line == target.id and a.period == text.period for a in deal.assumed)
    reader = ByPeriod(deal, lambda *_: None)  # what is wrong with a value is noted where it is read
    valued = reader.values(target, given, [text.period]) if given else {}
    return not assumed and not valued


def _figure(
    text: FigureText,
    declared: Mapping[str, Declared],
    units: Mapping[str, Unit],
    timelines: Mapping[str, Timeline],
    fiscal: Fiscal,
) -> tuple[Figure | None, list[Problem]]:
    """A figure with its item and column; None, with the problems, if it is not valid."""
    problems: list[Problem] = []

    def note(message: str, hint: str = "") -> None:
        problems.append(Problem(message, text.place, hint))

    by_label = {unit.label: unit for unit in units.values()}
    text = in_band(text, declared, timelines, fiscal)
    target = declared.get(text.line)
    unit = units.get(text.unit) or by_label.get(text.unit)
    if not text.unit and target is not None:
        unit = target.unit
    column: int | None = None
    if target is None:
        note(f"'{text.line}' is not a line or an input", did_you_mean(text.line, declared))
    if unit is None and text.unit:
        note(f"'{text.unit}' is not a unit", did_you_mean(text.unit, [*units, *by_label]))
    if unit and (unit.kind == "date") != text.is_date:
        what = "a number, but its unit" if unit.kind == "date" else "a date, but its unit"
        note(f"'{text.printed}' is {what} is {unit.label}")
    if target and unit and unit.measure != target.unit.measure:
        note(
            f"a figure in {unit.label} cannot tie to '{text.line}', which is in {target.unit.label}"
        )
    if target:
        column, wrong = _column(text, target, declared, timelines, fiscal)
        problems += [Problem(message, text.place, hint) for message, hint in wrong]
    per = percent_worth(unit) if unit and text.percent else 1.0
    if unit and per is None:
        note(f"'{text.printed}' is a percentage, but its unit is {unit.label}")
    if target is None or unit is None or per is None or problems:
        return None, problems
    figure = Figure(
        id=text.id,
        line=text.line,
        column=column,
        period=text.period,
        printed=text.printed,
        value=times(text.value, per),
        unit=unit,
        sign=text.sign,
        precision=times(text.precision, per),
        at=text.at,
        feeds=bool(text.feeds),
    )
    return figure, []


def _column(
    text: FigureText,
    target: Declared,
    declared: Mapping[str, Declared],
    timelines: Mapping[str, Timeline],
    fiscal: Fiscal,
) -> tuple[int | None, list[tuple[str, str]]]:
    """The column of its line that a figure ties to; message and hint if there is none, or if it cannot feed
    it.
    """
    if target.timeline is None:
        if text.period is None:
            return None, []
        return None, [(f"'{text.line}' has one value, but the figure names a period", "")]
    columns = timelines[target.timeline].columns
    if text.period is None:
        message = f"the figure names no period, but '{text.line}' has a value for each"
        return None, [(message, "")]
    wrong = duration_problem(text, target, timelines[target.timeline], fiscal)
    if wrong is None and text.period not in columns:
        ends = ", ".join(day.isoformat() for day in columns[:6])
        message = f"'{text.line}' has no period ending {text.period}"
        wrong = message, f"its periods end {ends} ..."
    if wrong is None:
        wrong = _kind_problem(target, timelines[target.timeline], columns.index(text.period))
    if wrong is None and target.band_of and text.feeds:
        wrong = _cannot_feed(target, declared, timelines, fiscal, text.period)
    return (None, [wrong]) if wrong else (columns.index(text.period), [])


def _kind_problem(target: Declared, timeline: Timeline, column: int) -> tuple[str, str] | None:
    """Message and hint for a value in a comparative column that is not for its line's kind. What a computed
    line has there follows from what it needs.
    """
    if not target.is_leaf or column not in timeline.without(kind_of(target)):
        return None
    return not_of_kind(target, timeline.columns[column])


def duration_problem(
    text: FigureText | AssumedText, target: Declared, timeline: Timeline, fiscal: Fiscal
) -> tuple[str, str] | None:
    """Message and hint for a value whose stated duration is not that of its line's periods; None if it is, or
    if none is stated. A balance is of the last day, whatever the duration.
    """
    of_balance = isinstance(target.text, LineText) and target.text.kind == "balance"
    if text.first is None or text.period is None or of_balance:
        return None
    span = Span(text.first, text.period)
    months = fiscal.months(span)
    step = STEPS[timeline.step]
    if months == (months_of(timeline.band, fiscal, span.last) if timeline.band else step):
        return None
    if months is None:
        covers = f"covers {(span.last - text.first).days + 1} days ({span})"
    else:
        covers = f"covers {months} month{'s' if months > 1 else ''} ({fiscal.name(span)})"
    what = "value" if isinstance(text, AssumedText) else "figure"
    runs = BANDS[timeline.band] if timeline.band else timeline.step
    hint = "a figure ties to a line whose periods have its duration"
    bands = [band for band in BANDS if months == months_of(band, fiscal, span.last)]
    if bands and not timeline.band:
        hint = (
            f"give the line a kind and its sheet bands: [{bands[0]}], so that it has a value for it"
        )
    return f"'{text.line}' runs by {runs}, but this {what} {covers}", hint


def in_band(
    text: FigureText,
    declared: Mapping[str, Declared],
    timelines: Mapping[str, Timeline],
    fiscal: Fiscal,
) -> FigureText:
    """The figure; if its duration is that of a band beside its line, as one of the band's line."""
    target = declared.get(text.line)
    if text.first is None or text.period is None or target is None or target.timeline is None:
        return text
    if duration_problem(text, target, timelines[target.timeline], fiscal) is None:
        return text
    months = fiscal.months(Span(text.first, text.period))
    for band in ("fy", "ytd", "ltm"):
        beside = declared.get(f"{band}.{text.line}")
        if beside is None or beside.timeline is None:
            continue
        has_column = text.period in timelines[beside.timeline].columns
        if has_column and months == months_of(band, fiscal, text.period):
            return text.model_copy(update={"line": beside.id})
    return text


def _cannot_feed(
    target: Declared,
    declared: Mapping[str, Declared],
    timelines: Mapping[str, Timeline],
    fiscal: Fiscal,
    end: date,
) -> tuple[str, str] | None:
    """Message and hint for a figure that cannot feed a band: its line is computed, or its periods are all
    there.
    """
    band = timelines[target.timeline or ""]
    if not declared[target.band_of].is_leaf:
        return f"'{target.id}' is computed, so no figure can feed it", "role: ties"
    kind = kind_of(target)
    if kind != "average" and is_whole(fiscal, band, timelines[band.beside], end, kind):
        return (
            f"the periods beside '{target.id}' make up this one, so no figure can feed it",
            "role: ties",
        )
    return None


def tied_to_blank(
    deal: DealText,
    figures: list[Figure],
    lines: Mapping[str, Line],
    timelines: Mapping[str, Timeline],
) -> Iterator[Problem]:
    """Problems with figures that tie to comparative columns in which their lines have no value."""
    places = {text.id: text.place for text in deal.figures}
    for figure in figures:
        line = lines.get(figure.line)
        if line is None or line.timeline is None or figure.column is None:
            continue
        if figure.column < len(timelines[line.timeline].comparatives) and line.is_blank(
            figure.column
        ):
            yield Problem(
                f"'{line.id}' has no value in the comparative period ending {figure.period}",
                places[figure.id],
                "it needs another period, or what has no value there",
            )


def _citation_problems(deal: DealText) -> Iterator[Problem]:
    """Citations of an unknown source, or of a place that the source's format cannot have."""
    readers: dict[str, Reader] = {}
    for id_, source in deal.document.sources.items():
        try:
            readers[id_] = reader_of(source.format)
        except ModelError as error:
            place = deal.place("sources", id_, "format")
            yield from (Problem(p.message, p.place or place, p.hint) for p in error.problems)
    cited: list[tuple[Citation, Place | None]] = [(f.at, f.place) for f in deal.figures]
    cited += [(item.at, item.place) for item in deal.excluded]
    cited += [
        (anomaly.at, deal.place("anomalies", index, "at"))
        for index, anomaly in enumerate(deal.document.anomalies)
    ]
    cited += [
        (given.at, deal.place("assumptions", id_, "at"))
        for id_, given in deal.document.assumptions.items()
        if given.at is not None
    ]
    known = deal.document.sources
    for at, place in cited:
        if at.source not in known:
            yield Problem(f"'{at.source}' is not a source", place, did_you_mean(at.source, known))
        elif at.source in readers and (wrong := place_problem(readers[at.source], at)):
            yield Problem(wrong, place)


def _assumed_problems(
    deal: DealText, declared: Mapping[str, Declared], timelines: Mapping[str, Timeline]
) -> list[Problem]:
    """Assumed values for what is not a leaf, for an unknown period, or given twice."""
    problems: list[Problem] = []
    leaves = [
        id_
        for id_, d in declared.items()
        if d.is_leaf or (d.band_of and declared[d.band_of].is_leaf)  # in a band it is one if given
    ]
    first: dict[tuple[str, date], Place] = {}
    for assumed in deal.assumed:
        target = declared.get(assumed.line)
        before = first.setdefault((assumed.line, assumed.period), assumed.place)
        if assumed.line not in leaves or target is None or target.timeline is None:
            hint = did_you_mean(assumed.line, leaves)
            problems.append(
                Problem(
                    f"'{assumed.line}' is not a leaf: its values are computed", assumed.place, hint
                )
            )
        elif wrong := duration_problem(assumed, target, timelines[target.timeline], deal.fiscal):
            problems.append(Problem(wrong[0], assumed.place, wrong[1]))
        elif assumed.period not in (columns := timelines[target.timeline].columns):
            problems.append(
                Problem(f"'{assumed.line}' has no period ending {assumed.period}", assumed.place)
            )
        elif wrong := _kind_problem(
            target, timelines[target.timeline], columns.index(assumed.period)
        ):
            problems.append(Problem(wrong[0], assumed.place, wrong[1]))
        elif before != assumed.place:
            problems.append(
                Problem(
                    f"'{assumed.line}' is assumed twice", assumed.place, f"first in {before.short}"
                )
            )
    return problems


def figure_members(figures: list[Figure], declared: Mapping[str, Declared]) -> tuple[Member, ...]:
    """The set of figures: the attributes of each that the template's ledger may show and compute with."""
    members = []
    for figure in figures:
        target = declared[figure.line]
        constants: dict[str, float | str] = {
            "id": figure.id,
            "printed": figure.printed,
            "period": float(to_serial(figure.period)) if figure.period else "",
            "value": figure.value,
            "sign": float(figure.sign),
            "scale": converted(1.0, figure.unit, target.unit),
            "tolerance": figure.precision / 2,
            "role": "feeds and ties" if figure.feeds else "ties",
            "line": figure.line,
        }
        members.append(
            Member(
                id=figure.id,
                label=target.label,
                aliases={"subject": fixed(figure.line, figure.column)},
                constants=constants,
                unit=figure.unit,
                source=figure.at,
                subject=figure.line,
            )
        )
    return tuple(members)


def check_members(declared: list[Declared]) -> tuple[Member, ...]:
    """The set of checks: the attributes of each that the template's list may show and compute with."""
    return tuple(
        Member(
            id=f"{CHECKS.prefix}{item.id}",
            label=item.label,
            aliases={"subject": Row(item.id, comparatives=True) if item.timeline else Ref(item.id)},
            constants={
                "id": item.id,
                "kind": item.text.kind,
                "integrity": float(item.text.kind == INTEGRITY),
                "alert": float(item.text.kind == ALERT),
            },
            unit=item.unit,
            subject=item.id,
        )
        for item in declared
        if isinstance(item.text, CheckText)
    )
