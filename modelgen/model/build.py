"""From a specification to the model: the stages in their order, all problems of a stage together."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from modelgen.formula.syntax import Call, Node, Ref, Row, walk
from modelgen.model.assume import Assumer, parse_value
from modelgen.model.expand import Declared, Expanded, Expander, Member, set_members
from modelgen.model.figures import check_members, figure_members, figures_of
from modelgen.model.graph import cycles, groups, needs
from modelgen.model.plain import (
    Figure,
    HeadingRow,
    Input,
    Item,
    ItemRow,
    Line,
    Model,
    Section,
    Timeline,
    Unit,
)
from modelgen.model.resolve import Names, Scope, resolve
from modelgen.model.timeline import timelines_of
from modelgen.problem import ModelError, Place, Problem, did_you_mean
from modelgen.spec.load import Spec
from modelgen.spec.printed import BadValue
from modelgen.spec.schema import CheckText, InputText, LineText

FIGURES, CHECKS = "figure", "check"


def build_model(spec: Spec, settings: Mapping[str, str] | None = None) -> Model:
    """The model of a specification, with inputs set by hand over it (id to typed value; a row's
    period as id@2007-03). Raises ModelError with all the problems of the first stage that has some."""
    document = spec.document
    units = {id_: Unit(id_, u.label, u.measure, u.factor, u.format, u.kind) for id_, u in document.units.items()}
    timelines, problems = timelines_of(spec)
    sets, set_problems = set_members(spec)
    _stop(problems + set_problems + _document_problems(spec, units))

    expander = Expander(spec, units, timelines, sets)
    expanded = Expanded()
    of_record = {FIGURES, CHECKS}
    for index, section in enumerate(document.sections):
        if section.for_each not in of_record:
            expander.section(index, expanded)
    # The stages go on after problems in one section, so that one run shows those of all of them.
    modelled = {d.id: d for d in expanded.declared}
    figures, problems = figures_of(spec, modelled, units, timelines)
    problems = expanded.problems + problems + _twice(spec, expanded.declared)
    feeding: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        if figure.feeds:
            feeding[figure.line].append(figure)
    expander.sets = {
        **sets,
        FIGURES: figure_members(figures, modelled),
        CHECKS: check_members(expanded.declared),
    }
    for index, section in enumerate(document.sections):
        if section.for_each in of_record:
            expander.section(index, expanded)
    problems += [p for p in expanded.problems if p not in problems]

    assumer = Assumer(spec, units, timelines, expander.sets, feeding, problems)
    items: dict[str, Item] = {}
    for declared in expanded.declared:
        if isinstance(declared.text, InputText):
            items[declared.id] = assumer.input(declared)
        elif isinstance(declared.text, LineText) and declared.text.leaf and declared.timeline:
            items[f"actual.{declared.id}"] = assumer.leaf(declared)
    items |= {given.id: given for given in expanded.givens}
    problems += _unused_assumptions(spec, expanded.declared)

    names = Names(
        {id_: None if not isinstance(i, Input) else i.timeline for id_, i in items.items()}
        | {d.id: d.timeline for d in expanded.declared},
        {d.id: spec.key_place(*d.path) for d in expanded.declared},
        {name: tuple(m.id for m in members) for name, members in expander.sets.items()},
        timelines,
    )
    lines: dict[str, Line] = {}
    for declared in expanded.declared:
        if not isinstance(declared.text, InputText):
            line, found = _line(spec, declared, names)
            problems += found
            if line is not None:
                lines[line.id] = line
    _stop(problems)

    reads = {id_: needs(line.expression) for id_, line in lines.items()}
    _stop([_cycle_problem(circle, lines, spec, names.places) for circle in cycles(reads)])
    order = groups(reads)
    lines = _with_comparatives(order, lines, timelines)
    items |= lines
    _stop([p for line in lines.values() for p in _look_back(line, timelines, items)])
    if settings:
        items |= _set_inputs(items, settings, timelines)
    sections = [expanded.sections[index] for index in sorted(expanded.sections)]
    assert document.as_of is not None
    return Model(
        name=document.name,
        company=document.company,
        title=document.title,
        description=document.description,
        signs=document.signs,
        as_of=document.as_of,
        units=units,
        timelines=timelines,
        sources=document.sources,
        sheets=document.sheets,
        sections=(*sections, *_leaf_sections(sections, items, timelines)),
        items=items,
        figures=tuple(figures),
        checks=tuple(id_ for id_, line in lines.items() if line.check),
        order=tuple(order),
        anomalies=tuple(document.anomalies),
        undisclosed=tuple(document.undisclosed),
        sets=names.sets,
    )


def _stop(problems: list[Problem]) -> None:
    if problems:
        raise ModelError(problems)


def _document_problems(spec: Spec, units: Mapping[str, Unit]) -> list[Problem]:
    document = spec.document
    place = spec.place("name")
    problems = [
        Problem(f"a deal needs '{key}'", place)
        for key in ("company", "title", "as_of")
        if not getattr(document, key)
    ]
    if not units:
        problems.append(Problem("the deal and its template define no units", place))
    folded: dict[str, str] = {}
    for name, sheet in document.sheets.items():
        if name.lower() in folded:
            problems.append(
                Problem(
                    f"the sheets '{folded[name.lower()]}' and '{name}' differ in case alone",
                    spec.key_place("sheets", name),
                )
            )
        folded[name.lower()] = name
        if sheet.timeline and sheet.timeline not in document.timelines:
            problems.append(
                Problem(
                    f"'{sheet.timeline}' is not a timeline",
                    spec.place("sheets", name, "timeline"),
                    did_you_mean(sheet.timeline, document.timelines),
                )
            )
    for index, section in enumerate(document.sections):
        home = document.sheets.get(section.sheet)
        if home and section.timeline and section.timeline != home.timeline:
            problems.append(
                Problem(
                    f"the sheet '{section.sheet}' does not run by '{section.timeline}'",
                    spec.place("sections", index, "timeline"),
                )
            )
    return problems


def _twice(spec: Spec, declared: list[Declared]) -> list[Problem]:
    first: dict[str, Declared] = {}
    problems = []
    for item in declared:
        before = first.setdefault(item.id, item)
        if before is not item:
            where = spec.key_place(*before.path)
            problems.append(
                Problem(
                    f"'{item.id}' is defined twice",
                    spec.key_place(*item.path),
                    f"first in {where.short}" if where else "",
                )
            )
    folded: dict[str, str] = {}
    for id_ in first:
        other = folded.setdefault(id_.lower(), id_)
        if other != id_:
            problems.append(Problem(f"'{id_}' and '{other}' differ in case alone"))
    return problems


def _unused_assumptions(spec: Spec, declared: list[Declared]) -> list[Problem]:
    known = [
        d.id
        for d in declared
        if isinstance(d.text, InputText) or (isinstance(d.text, LineText) and d.text.leaf)
    ]
    return [
        Problem(
            f"'{id_}' is not an input of the model",
            spec.key_place("assumptions", id_),
            did_you_mean(id_, known),
        )
        for id_ in spec.document.assumptions
        if id_ not in known
    ]


def _line(spec: Spec, declared: Declared, names: Names) -> tuple[Line | None, list[Problem]]:
    text = declared.text
    assert isinstance(text, (LineText, CheckText))
    expression, problems = _expression(spec, declared, names)
    if expression is None:
        return None, problems
    line = Line(
        id=declared.id,
        label=declared.label,
        row_label=declared.row_label,
        unit=declared.unit,
        timeline=declared.timeline,
        expression=expression,
        comparatives=False,
        total=isinstance(text, LineText) and text.total,
        style=text.style if isinstance(text, LineText) else "check",
        note=text.note,
        place=spec.key_place(*declared.path),
        record=declared.record,
        check=text.kind if isinstance(text, CheckText) else None,
    )
    return line, problems


def _expression(spec: Spec, declared: Declared, names: Names) -> tuple[Node | None, list[Problem]]:
    """The one formula of a line; an actual and a forecast formula stand behind the period's flag."""
    text, place = declared.text, spec.key_place(*declared.path)

    def read(key: str) -> tuple[Node | None, list[Problem]]:
        formula = getattr(text, key)
        return resolve(formula, spec.place(*declared.path, key), declared.scope, names)

    if isinstance(text, CheckText):
        return read("formula")
    assert isinstance(text, LineText)
    given = [k for k in ("formula", "actual", "forecast") if getattr(text, k) is not None]
    if "formula" in given:
        if len(given) > 1 or text.leaf:
            return None, [Problem(f"'{declared.id}' has a formula and another beside it", place)]
        return read("formula")
    if text.leaf:
        if declared.timeline is None or "actual" in given:
            what = "runs over a timeline and has no actual formula"
            return None, [Problem(f"'{declared.id}' is a leaf: a leaf {what}", place)]
        actual, problems = Ref(f"actual.{declared.id}"), []
        if not given:
            return actual, []
    elif given != ["actual", "forecast"]:
        return None, [Problem(f"'{declared.id}' has no formula", place, "give formula, or actual and forecast")]
    else:
        found, problems = read("actual")
        if found is None:
            return None, problems + read("forecast")[1]
        actual = found  # type: ignore[assignment]
    forecast, more = read("forecast")
    timeline = names.timelines.get(declared.timeline or "")
    if timeline is None or timeline.actual is None:
        more = [*more, Problem(f"the timeline of '{declared.id}' has no flag of actual periods", place)]
    if forecast is None or more or timeline is None:
        return None, problems + more
    return Call("IF", (Ref(f"{timeline.id}.{timeline.actual}"), actual, forecast)), problems


def _cycle_problem(
    circle: list[str], lines: Mapping[str, Line], spec: Spec, places: Mapping[str, Place | None]
) -> Problem:
    ring = [*circle, circle[0]]
    steps = ", ".join(f"{a} needs {b}" for a, b in zip(ring, ring[1:], strict=False))
    return Problem(
        f"lines need each other in the same period: {steps}",
        lines[circle[0]].place,
        f"a balance of the period before is written {circle[-1].rpartition('.')[2]}[-1]",
    )


def _with_comparatives(
    order: list[tuple[str, ...]], lines: dict[str, Line], timelines: Mapping[str, Timeline]
) -> dict[str, Line]:
    """Marks the lines that have values in comparative columns: those that look at no other period,
    nor at a line that does. The ends of comparative periods are inputs."""
    has: dict[str, bool] = {}
    for group in order:
        for id_ in group:
            line = lines[id_]
            if line.timeline is None:
                continue
            here = bool(timelines[line.timeline].comparatives)
            ends = id_ == f"{line.timeline}.period_end"
            for node in walk(line.expression):
                if isinstance(node, Ref) and (node.lag or not has.get(node.id, True)):
                    here = here and ends
                if isinstance(node, Row) and not node.comparatives:
                    here = here and ends
            has[id_] = here
    return {id_: replace(line, comparatives=has.get(id_, False)) for id_, line in lines.items()}


def _look_back(
    line: Line, timelines: Mapping[str, Timeline], items: Mapping[str, Item]
) -> list[Problem]:
    """One blank column stands before the first period: looking back one period reads nil there,
    looking back further would read a comparative column or a label."""
    if line.timeline is None:
        return []
    timeline = timelines[line.timeline]
    actual_count = 0
    if timeline.actual is not None:
        last = items.get(f"{timeline.id}.last_actual")
        if isinstance(last, Input):
            from modelgen.dates import to_serial

            actual_count = sum(to_serial(p) <= last.values[0] for p in timeline.periods)
    problems = []

    def visit(node: Node, first_live: int) -> None:
        if isinstance(node, Ref) and node.lag > max(1, first_live):
            problems.append(
                Problem(
                    f"'{line.id}' looks back {node.lag} periods, before the first period of the timeline",
                    line.place,
                    "only the period before may be missing, and reads as nil",
                )
            )
        if isinstance(node, Call):
            flag = Ref(f"{timeline.id}.{timeline.actual}")
            if node.function == "IF" and node.arguments[0] == flag and len(node.arguments) == 3:
                visit(node.arguments[1], 0)
                visit(node.arguments[2], actual_count)
                return
        for child in _children(node):
            visit(child, first_live)

    visit(line.expression, 0)
    return problems


def _leaf_sections(
    sections: list[Section], items: Mapping[str, Item], timelines: Mapping[str, Timeline]
) -> list[Section]:
    """The input rows of the leaves, under the headings of their lines, on the timeline's home."""
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


def _set_inputs(
    items: Mapping[str, Item], settings: Mapping[str, str], timelines: Mapping[str, Timeline]
) -> dict[str, Item]:
    changed: dict[str, Item] = {}
    problems: list[Problem] = []
    inputs = {i.leaf_of or i.id: i for i in items.values() if isinstance(i, Input)}
    for setting, text in settings.items():
        id_, _, period = setting.partition("@")
        found = inputs.get(id_)
        if found is None:
            problems.append(Problem(f"'{id_}' is not an input", None, did_you_mean(id_, inputs)))
            continue
        found = changed.get(found.id, found)  # type: ignore[assignment]
        assert isinstance(found, Input)
        try:
            value = parse_value(text, found.unit)
        except BadValue as error:
            problems.append(Problem(f"{id_}: {error}"))
            continue
        if found.timeline is None and period or found.timeline is not None and not period:
            problems.append(
                Problem(f"'{id_}' {'has one value: no @period' if period else 'has a value a period: say which, as ' + id_ + '@2007-03'}")
            )
            continue
        values = list(found.values)
        if found.timeline is None:
            values = [value]
        else:
            column = column_of(timelines[found.timeline], period)
            if column is None:
                problems.append(Problem(f"'{id_}' has no period {period}"))
                continue
            values[column] = value
        changed[found.id] = replace(
            found, values=tuple(values), status="judgement", basis="Set when the workbook was built"
        )
    _stop(problems)
    return changed


def column_of(timeline: Timeline, period: str) -> int | None:
    """The column of a period named by its last day or its month (2007-03)."""
    for column, end in enumerate(timeline.columns):
        if period in (end.isoformat(), end.isoformat()[:7]):
            return column
    return None


def _children(node: Node) -> tuple[Node, ...]:
    from modelgen.formula.syntax import children

    return children(node)


__all__ = ["CHECKS", "FIGURES", "Member", "Scope", "build_model", "column_of"]
