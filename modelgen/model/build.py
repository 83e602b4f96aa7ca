"""Builds the model from a deal's text, in stages; each stage reports all its problems together."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Literal

from modelgen.model.assume import Assumer
from modelgen.model.bands import band_declared, band_lines, with_given
from modelgen.model.changes import Inserted, inserted
from modelgen.model.decimals import as_printed
from modelgen.model.expand import Declared, Expanded, Expander
from modelgen.model.figures import check_members, figure_members, figures_of, tied_to_blank
from modelgen.model.graph import cycles, groups, needs
from modelgen.model.ids import reserved_ids, twice, unknown_once, unused_assumptions
from modelgen.model.lines import lines_of
from modelgen.model.outcomes import outcomes_of
from modelgen.model.periods import look_back_problems, with_comparatives
from modelgen.model.plain import (
    Figure,
    HeadingRow,
    Input,
    Item,
    ItemRow,
    Line,
    Model,
    Roles,
    Section,
    Timeline,
    Unit,
)
from modelgen.model.resolve import Names
from modelgen.model.roles import role_problems, roles_of
from modelgen.model.sets import lacking, sets_of
from modelgen.model.settings import set_inputs
from modelgen.model.sheets import chart_problems, sheet_problems, sheets_in_use
from modelgen.model.study import build_members, input_members, studies_of
from modelgen.model.tables import BUILD, CHECK, FIGURE, OWN_SETS
from modelgen.model.timeline import leaf_home_problems, timelines_of
from modelgen.model.types import typed
from modelgen.problem import ModelError, Problem, did_you_mean, fail
from modelgen.text.load import DealText
from modelgen.text.schema import InputText
from modelgen.text.setting import Setting, Typed, settings_of


def build_model(
    deal: DealText,
    settings: Mapping[str, Typed] | Sequence[Setting] = (),
    force: bool = False,
    scenario: str | None = None,
) -> Model:
    """The model of a deal's text. `scenario` names one of the deal's scenarios; `settings` set inputs over
    the text. Raises ModelError with all the problems of the first stage that has any. With `force`, a setting
    out of its range is accepted and listed in the model's `forced`.
    """
    document = deal.document
    units = {
        id_: Unit(id_, u.label, u.measure, u.factor, u.format, u.kind, u.whole)
        for id_, u in document.units.items()
    }
    timelines, problems = timelines_of(deal)
    sets, set_problems = sets_of(deal)
    early = _document_problems(deal, units)
    expander, expanded = Expander(deal, units, timelines, sets), Expanded()
    if units:
        _expand(expander, expanded, of_record=False)
    _stop_early(deal, problems + set_problems, early, expanded, expander.changes.problems)

    modelled = {d.id: d for d in expanded.declared}
    roles = roles_of(deal, modelled)
    settings = settings_of(settings)
    if not any(setting.id == roles.scenario for setting in settings):
        settings = (*_selected(roles, scenario), *settings)
    bands = band_declared(deal, expanded.declared, timelines)
    figures, problems = figures_of(deal, modelled | bands, units, timelines)
    modelled |= with_given(deal, bands, figures)
    figures_missing = bool(problems)
    problems = early + problems
    expander.sets = {
        **sets,
        FIGURE: figure_members(figures, modelled),
        CHECK: check_members(expanded.declared),
        **input_members(modelled.values(), timelines, sets),
        BUILD: build_members(sets, modelled.get(roles.scenario or ""), deal, settings),
    }
    _expand(expander, expanded, of_record=True)
    expanded.declared += [modelled[id_] for id_ in bands]
    studies = studies_of(deal, modelled)
    problems += [
        *leaf_home_problems(deal, expanded.declared),
        *role_problems(deal, {d.id: d for d in expanded.declared}, units),
        *studies.problems,
        *expanded.problems,
        *twice(deal, expanded.declared),
        *reserved_ids(deal, expanded.declared, [*expanded.recorded, *studies.recorded]),
        *unused_assumptions(deal, expanded.declared),
        *expander.changes.unmet(),
    ]

    assumer = Assumer(
        deal, units, timelines, expander.sets, _feeding(figures), problems, figures_missing
    )
    items: dict[str, Item] = {
        **assumer.inputs(expanded.declared),
        **{given.id: given for given in [*expanded.recorded, *studies.recorded]},
    }
    names = Names(
        {id_: None if not isinstance(i, Input) else i.timeline for id_, i in items.items()}
        | {d.id: d.timeline for d in expanded.declared},
        {d.id: deal.key_place(*d.path) for d in expanded.declared},
        {name: tuple(m.id for m in members) for name, members in expander.sets.items()},
        timelines,
        units,
        expander.changes.dropped,
    )
    lines, written = lines_of(deal, expanded.declared, names, problems)
    lines |= band_lines(expanded.declared, lines, timelines, names.timeline_of, problems)
    _forecasts_kept(expanded.declared, names, items, problems)
    problems = unknown_once(problems, lacking(deal, expanded.declared, sets, names.dropped))
    _stop(expander.changes.reported(problems))

    reads = {id_: needs(line.expression) for id_, line in lines.items()}
    _stop([_cycle_problem(circle, lines, names) for circle in cycles(reads)])
    order = groups(reads)
    lines = with_comparatives(order, lines, items, timelines)
    _stop(list(tied_to_blank(deal, figures, lines, timelines)))
    lines, checker, problems = typed(order, lines, written, items, timelines)
    items |= lines
    problems += [p for line in lines.values() for p in look_back_problems(line, timelines, items)]
    outputs, events, found = outcomes_of(deal, lines, items, names, checker)
    placed, moves = inserted(expanded.sections, _insertions(deal, expanded.declared), deal)
    problems += [*chart_problems(deal, lines, names), *found, *moves]
    _stop(expander.changes.reported(problems))
    changed, forced = set_inputs(items, settings, timelines, force, deal.fiscal)
    items |= changed
    own = [placed[index] for index in sorted(placed)]
    sections = [*own, *studies.sections, *_leaf_sections(own, items, timelines)]
    assert document.as_of is not None
    return as_printed(
        Model(
            name=document.name,
            company=document.company,
            title=document.title,
            description=document.description,
            signs=document.signs,
            as_of=document.as_of,
            units=units,
            timelines=timelines,
            roles=roles,
            sources=document.sources,
            sheets=sheets_in_use(deal, sections, names),
            sections=tuple(sections),
            items=items,
            figures=tuple(figures),
            checks=tuple(id_ for id_, line in lines.items() if line.check),
            order=tuple(order),
            anomalies=tuple(document.anomalies),
            undisclosed=tuple(document.undisclosed),
            sets=names.sets,
            digest=deal.digest,
            grids=tuple(studies.grids),
            limits=tuple(studies.limits),
            reads=reads,
            outputs=outputs,
            events=events,
            forced=forced,
            fiscal=deal.fiscal,
            paper=document.paper or _paper_of(units),
        )
    )


LETTER_CURRENCIES = ("USD", "CAD", "MXN", "US$", "dollar")
"""The currencies of countries whose offices print on Letter; all others print on A4."""


def _paper_of(units: Mapping[str, Unit]) -> Literal["letter", "a4"]:
    """The paper that a model is printed on by its currency, which its first unit names."""
    label = next(iter(units.values())).label
    return "letter" if any(currency in label for currency in LETTER_CURRENCIES) else "a4"


def _feeding(figures: list[Figure]) -> dict[str, list[Figure]]:
    """The figures that feed each item."""
    found: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        if figure.feeds:
            found[figure.line].append(figure)
    return found


def _selected(roles: Roles, scenario: str | None) -> tuple[Setting, ...]:
    """The setting of the selector that selects a scenario by its name."""
    if scenario is None:
        return ()
    if roles.scenario is None or scenario not in roles.scenarios:
        known = ", ".join(roles.scenarios) or "none"
        hint = did_you_mean(scenario, roles.scenarios) or f"scenarios: {known}"
        raise fail(f"the deal has no scenario '{scenario}'", hint=hint)
    return (Setting.of(roles.scenario, str(roles.scenarios.index(scenario) + 1)),)


def _expand(expander: Expander, expanded: Expanded, of_record: bool) -> None:
    """Expands the sections. Those over figures and checks come last, when their members are known."""
    for index, section in expander.deal.sections():
        if (section.for_each in OWN_SETS) == of_record:
            expander.section(index, expanded)


def _forecasts_kept(
    declared: list[Declared], names: Names, items: dict[str, Item], problems: list[Problem]
) -> None:
    """Problems with inputs that keep the forecast of something that is not a line."""
    for each in declared:
        item = items.get(each.id)
        if not isinstance(each.text, InputText) or each.text.forecast_of is None:
            continue
        assert isinstance(item, Input)
        name = each.text.forecast_of
        alias = each.scope.aliases.get(name, name)
        line = names.find(alias, each.scope) if isinstance(alias, str) else None
        if line is None:
            problems.append(
                Problem(
                    f"'{name}' is not a line", item.place, did_you_mean(name, names.timeline_of)
                )
            )
        items[each.id] = replace(item, forecast_of=line)


def _stop_early(
    deal: DealText,
    broken: list[Problem],
    early: list[Problem],
    expanded: Expanded,
    changes: list[Problem],
) -> None:
    """Stops if timelines, sets or sections cannot be made; with what the document lacks otherwise, which
    alone does not stop the build here.

    A section that could not be read declares nothing, and its missing lines are not reported again; nor is
    what follows from a timeline or set that is not as it should be.
    """
    if broken or expanded.problems or changes or not deal.document.units:
        follow = ("is not a timeline", "is not a set") if broken else ()
        found = [*expanded.problems, *changes]
        own = [p for p in found if not p.message.endswith(follow)]
        _stop([*broken, *early, *own, *twice(deal, expanded.declared)])


def _stop(problems: list[Problem]) -> None:
    if problems:
        raise ModelError(problems)


def _document_problems(deal: DealText, units: Mapping[str, Unit]) -> list[Problem]:
    document = deal.document
    place = deal.place()
    problems = [
        Problem(f"a deal needs '{key}'", place)
        for key in ("company", "title", "as_of")
        if not getattr(document, key)
    ]
    if not units:
        problems.append(Problem("the deal and its template define no units", place))
    sheets = deal.sheets()
    problems += sheet_problems(deal)
    for index, section in deal.sections():
        home = sheets.get(section.sheet)
        if home and section.timeline and not f"{section.timeline}.".startswith(f"{home.timeline}."):
            problems.append(
                Problem(
                    f"the sheet '{section.sheet}' is not on the timeline '{section.timeline}'",
                    deal.place("sections", index, "timeline"),
                )
            )
    return problems


def _insertions(deal: DealText, declared: Sequence[Declared]) -> Iterator[Inserted]:
    """The rows that stand beside others."""
    for item in declared:
        for key, named in (("after", item.text.after), ("before", item.text.before)):
            if named is not None:
                meant = (*(f"{prefix}.{named}" for prefix in item.scope.prefixes), named)
                is_input = isinstance(item.text, InputText)
                place = deal.place(*item.path, key)
                yield Inserted(
                    item.id, key == "after", named, meant, item.timeline, is_input, place
                )


def _cycle_problem(circle: list[str], lines: Mapping[str, Line], names: Names) -> Problem:
    ring = [*circle, circle[0]]
    steps = ", ".join(f"{a} needs {b}" for a, b in pairwise(ring))
    tail = circle[-1].rpartition(".")[2]
    hint = f"to break the circle, take one of them from the period before, as in {tail}[-1]"
    captured = [id_ for id_ in circle if id_.partition(".")[2] in names.timeline_of]
    if captured:
        outer = captured[0].partition(".")[2]
        hint = f"'{outer}' means '{captured[0]}' there; the line '{outer}' is written .{outer}"
    elif len(circle) == 1 or any(lines[id_].style == "total" for id_ in circle):
        hint = f"a balance of the previous period is written {tail}[-1]"
    return Problem(
        f"lines need each other in the same period: {steps}", lines[circle[0]].place, hint
    )


def _leaf_sections(
    sections: list[Section], items: Mapping[str, Item], timelines: Mapping[str, Timeline]
) -> list[Section]:
    """Sections on the timeline's home sheet with the leaves' input rows, under the headings of their
    lines.
    """
    found = []
    for section in sections:
        rows: list[HeadingRow | ItemRow] = []
        for row in section.rows:
            if isinstance(row, ItemRow) and f"actual.{row.id}" in items:
                rows.append(ItemRow(f"actual.{row.id}"))
        if rows and section.timeline:
            home = timelines[section.timeline].home
            found.append(Section(home, section.heading, "", section.timeline, (), tuple(rows)))
    return found
