"""Figures tied to items, and the sets of figures and checks that the template's ledgers repeat over."""

from collections.abc import Mapping
from datetime import date

from modelgen.contract import CHECKS
from modelgen.dates import to_serial
from modelgen.formula.syntax import Ref, Row
from modelgen.model.assume import converted
from modelgen.model.expand import Declared, Member
from modelgen.model.plain import Figure, Timeline, Unit
from modelgen.model.resolve import fixed
from modelgen.problem import Place, Problem, did_you_mean
from modelgen.text.load import DealText
from modelgen.text.schema import CheckText, LineText
from modelgen.verdict import ALERT, INTEGRITY


def figures_of(
    deal: DealText,
    declared: Mapping[str, Declared],
    units: Mapping[str, Unit],
    timelines: Mapping[str, Timeline],
) -> tuple[list[Figure], list[Problem]]:
    """The figures of the ledger, each with the item and column it ties to."""
    found: list[Figure] = []
    problems: list[Problem] = []
    by_label = {unit.label: unit for unit in units.values()}
    fed: dict[tuple[str, int | None], str] = {}
    for text in deal.figures:
        target = declared.get(text.line)
        unit = units.get(text.unit) or by_label.get(text.unit)
        column = None
        before = len(problems)

        def note(message: str, hint: str = "", place: Place = text.place) -> None:
            problems.append(Problem(message, place, hint))

        if target is None:
            note(f"'{text.line}' is not a line or an input", did_you_mean(text.line, declared))
        if unit is None:
            note(f"'{text.unit}' is not a unit", did_you_mean(text.unit, [*units, *by_label]))
        if text.source not in deal.document.sources:
            note(
                f"'{text.source}' is not a source", did_you_mean(text.source, deal.document.sources)
            )
        if target and unit and unit.measure != target.unit.measure:
            note(f"a figure in {unit.label} cannot tie to '{text.line}' in {target.unit.label}")
        if target and target.timeline:
            columns = timelines[target.timeline].columns
            if text.period is None:
                note(f"the figure names no period, and '{text.line}' has a value for each")
            elif text.period not in columns:
                ends = ", ".join(day.isoformat() for day in columns[:6])
                note(f"'{text.line}' has no period to {text.period}", f"its periods end {ends} ...")
            else:
                column = columns.index(text.period)
        elif target and text.period is not None:
            note(f"'{text.line}' has one value, and the figure names a period")
        if text.feeds and len(problems) == before:
            other = fed.setdefault((text.line, column), text.id)
            if other != text.id:
                note(f"'{text.line}' is fed twice", f"first by {other}")
        if len(problems) > before or target is None or unit is None:
            continue
        found.append(
            Figure(
                id=text.id,
                line=text.line,
                column=column,
                period=text.period,
                printed=text.printed,
                value=text.value,
                unit=unit,
                sign=text.sign,
                precision=text.precision,
                at=text.at,
                feeds=text.feeds,
            )
        )
    return found, problems + _assumed_problems(deal, declared, timelines)


def _assumed_problems(
    deal: DealText, declared: Mapping[str, Declared], timelines: Mapping[str, Timeline]
) -> list[Problem]:
    """What is assumed of no leaf, of a period that is none, or twice."""
    problems: list[Problem] = []
    leaves = [id_ for id_, d in declared.items() if isinstance(d.text, LineText) and d.text.leaf]
    first: dict[tuple[str, date], Place] = {}
    for assumed in deal.assumed:
        target = declared.get(assumed.line)
        before = first.setdefault((assumed.line, assumed.period), assumed.place)
        if assumed.line not in leaves or target is None or target.timeline is None:
            hint = did_you_mean(assumed.line, leaves)
            problems.append(
                Problem(
                    f"'{assumed.line}' is no leaf: its values are computed", assumed.place, hint
                )
            )
        elif assumed.period not in timelines[target.timeline].columns:
            problems.append(
                Problem(f"'{assumed.line}' has no period to {assumed.period}", assumed.place)
            )
        elif before != assumed.place:
            problems.append(
                Problem(
                    f"'{assumed.line}' is assumed twice", assumed.place, f"first in {before.short}"
                )
            )
    return problems


def figure_members(figures: list[Figure], declared: Mapping[str, Declared]) -> tuple[Member, ...]:
    """The set of figures: what the template's ledger may show and compute of each."""
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
    """The set of checks."""
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
