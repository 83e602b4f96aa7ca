"""The roles that programs need a template to fill, whatever its own names are.

A template may use any names. What a program must find (the ends of the periods, the table in which
figures tie, the sentence that says whether the model holds) is declared as a role; each role is looked
up here, and one that nothing fills is a problem that names it.
"""

from collections.abc import Iterator, Mapping, Sequence

from modelgen.contract import CHECKS, FIGURES, TableKind
from modelgen.model.expand import Declared
from modelgen.model.plain import Roles, Unit
from modelgen.model.tables import CHECK, FIGURE, column_keys, table_kind
from modelgen.problem import Problem, did_you_mean
from modelgen.text.load import DealText
from modelgen.text.schema import CheckText, InputText, LineText, SectionText


def roles_of(deal: DealText, declared: Mapping[str, Declared]) -> Roles:
    """The items that fill the roles of the model as a whole; None where nothing does."""
    text = deal.document.roles

    def line(id_: str) -> str | None:
        return id_ if id_ in declared and isinstance(declared[id_].text, LineText) else None

    selector = declared.get(text.scenario)
    scenarios: tuple[str, ...] = ()
    if selector is not None and isinstance(selector.text, InputText):
        members = deal.document.sets.get(selector.text.choices_of or "", ())
        scenarios = tuple(id_.removeprefix(f"{selector.text.choices_of}.") for id_ in members)
    return Roles(line(text.status), line(text.holds), selector.id if selector else None, scenarios)


def role_problems(
    deal: DealText, declared: Mapping[str, Declared], units: Mapping[str, Unit]
) -> Iterator[Problem]:
    """Problems with roles that nothing fills. Sections that the deal does not use are left out."""
    yield from _of_timelines(deal, declared)
    yield from _of_document(deal, declared, units)
    yield from _of_tables(deal, declared)


def _of_timelines(deal: DealText, declared: Mapping[str, Declared]) -> Iterator[Problem]:
    used = {item.timeline for item in declared.values()}
    for id_, text in deal.document.timelines.items():
        if id_ not in used:
            continue
        needed: list[tuple[str, str, type[LineText | InputText], str, str]]
        needed = [("ends", text.ends, LineText, "line", "the last day of each period")]
        if text.actual is not None:
            needed += [
                ("actual", text.actual, LineText, "line", "1 in actual periods"),
                ("last_actual", text.last_actual, InputText, "input", "the last actual period"),
            ]
        needed += [
            (f"within.{other}", key, LineText, "line", f"the end of the period in {other}")
            for other, key in text.within.items()
        ]
        for role, key, kind, noun, what in needed:
            full = f"{id_}.{key}"
            found = declared.get(full)
            if found is None or not isinstance(found.text, kind):
                names = [d.id for d in declared.values() if isinstance(d.text, kind)]
                yield Problem(
                    f"the timeline '{id_}' has no {noun} for its role '{role}' ({what}): "
                    f"'{full}' is not one",
                    deal.key_place("timelines", id_),
                    did_you_mean(full, names) or f"declare it, or name another: {role}: ...",
                )


def _of_document(
    deal: DealText, declared: Mapping[str, Declared], units: Mapping[str, Unit]
) -> Iterator[Problem]:
    text = deal.document.roles
    given = text.model_fields_set
    proven = bool(deal.figures) or any(isinstance(d.text, CheckText) for d in declared.values())
    for role, id_, what in (
        ("status", text.status, "the sentence in each sheet's header"),
        ("holds", text.holds, "1 where the model holds"),
    ):
        found = declared.get(id_)
        if (proven or role in given) and (found is None or not isinstance(found.text, LineText)):
            lines = [d.id for d in declared.values() if isinstance(d.text, LineText)]
            yield Problem(
                f"the deal has no line for the role '{role}' ({what}): '{id_}' is not a line",
                deal.place("roles", role),
                did_you_mean(id_, lines) or f"declare it, or name another: roles: {{{role}: ...}}",
            )
    if "scenario" in given and not isinstance(
        getattr(declared.get(text.scenario), "text", None), InputText
    ):
        yield Problem(
            f"the deal has no input for the role 'scenario': '{text.scenario}' is not an input",
            deal.place("roles", "scenario"),
        )
    dated = any(
        figure.unit in units and units[figure.unit].kind == "date" for figure in deal.figures
    )
    if text.days not in units and (dated or "days" in given):
        yield Problem(
            f"the deal has no unit for the role 'days' (the days between two dates): "
            f"'{text.days}' is not a unit",
            deal.place("roles", "days"),
            did_you_mean(text.days, units) or "define it, or name another: roles: {days: ...}",
        )
    if not any(sheet.kind == "map" for sheet in deal.sheets().values()):
        yield Problem(
            "no sheet is the map, which programs use to find inputs and lines in the workbook",
            deal.key_place("sheets"),
            "give one sheet the key kind: map",
        )


def _of_tables(deal: DealText, declared: Mapping[str, Declared]) -> Iterator[Problem]:
    sections = list(deal.sections())
    checked = any(isinstance(d.text, CheckText) for d in declared.values())
    for kind, set_name, needed in ((FIGURES, FIGURE, bool(deal.figures)), (CHECKS, CHECK, checked)):
        shown = [index for index, section in sections if table_kind(section) is kind]
        if needed and not shown:
            yield Problem(
                f"the deal has {kind.name}, but no section is {kind.noun}",
                deal.place("figures") if kind is FIGURES else deal.key_place("sections"),
                f"a section with for_each: {set_name} and across: true",
            )
        for index in shown[1:]:
            yield Problem(f"{kind.noun} is given twice", deal.place("sections", index, "for_each"))
    for index, section in sections:
        found = table_kind(section)
        if found is not None:
            yield from _of_table(deal, index, section, found)


def _of_table(
    deal: DealText, index: int, section: SectionText, kind: TableKind
) -> Iterator[Problem]:
    columns: Sequence[str] = (*section.recorded, *section.lines, *section.inputs)
    for role, key in section.roles.items():
        if role not in kind.columns:
            yield Problem(
                f"'{role}' is not a role of {kind.noun}",
                deal.key_place("sections", index, "roles", role),
                did_you_mean(role, kind.columns) or f"roles: {', '.join(kind.columns)}",
            )
        elif key not in columns:
            yield Problem(
                f"'{key}' is not a column of the table",
                deal.place("sections", index, "roles", role),
                did_you_mean(key, columns),
            )
    keys = column_keys(section)
    for role, what in kind.columns.items():
        if role not in keys:
            yield Problem(
                f"{kind.noun} has no column for the role '{role}' ({what})",
                deal.place("sections", index, "for_each"),
                f"name one '{role}', or write roles: {{{role}: ...}}",
            )
