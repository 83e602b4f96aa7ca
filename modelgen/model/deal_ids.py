"""The names that a deal knows, for an editor: its inputs, lines, sets, units, sheets and so on."""

from modelgen.model.expand import OF_MEMBER, OF_MEMBER_DIFFERENCE, Declared, Expanded, Expander
from modelgen.model.plain import Unit
from modelgen.model.sets import sets_of
from modelgen.model.tables import OWN_SETS
from modelgen.model.timeline import timelines_of
from modelgen.problem import ModelError
from modelgen.text.folders import MODULE, TEMPLATE, beside, known_names, shipped_folder
from modelgen.text.json_schema import Ids, Schema
from modelgen.text.load import DealText
from modelgen.text.schema import InputText, LineText


def declared_of(deal: DealText) -> list[Declared]:
    """The inputs and lines that a deal's text declares; values may be missing. Raises ModelError if it cannot
    be understood so far.
    """
    units = {
        id_: Unit(id_, u.label, u.measure, u.factor, u.format, u.kind, u.whole)
        for id_, u in deal.document.units.items()
    }
    timelines, problems = timelines_of(deal)
    sets, more = sets_of(deal)
    if problems or more:
        raise ModelError([*problems, *more])
    expander, expanded = Expander(deal, units, timelines, sets), Expanded()
    for index, section in deal.sections():
        if section.for_each not in OWN_SETS:
            expander.section(index, expanded)
    if expanded.problems:
        raise ModelError(expanded.problems)
    return expanded.declared


def ids_of(deal: DealText) -> Ids:
    """The names that a deal's text knows. Raises ModelError: see `declared_of`."""
    declared, document = declared_of(deal), deal.document
    parents = [beside(deal.folder), shipped_folder()]
    rules = document.set_rules
    named = [name for rule in rules.values() for name in (*rule.joins, rule.picks) if name]
    return Ids(
        inputs={d.id: words(d) for d in declared if d.is_given},
        lines=tuple(d.id for d in declared),
        sets={name: _attributes(deal, name) for name in sorted({*document.sets, *rules, *named})},
        made_sets=OWN_SETS,
        units=(*document.units, OF_MEMBER, OF_MEMBER_DIFFERENCE),
        timelines=tuple(document.timelines),
        sheets=tuple(deal.sheets()),
        modules=tuple(known_names(MODULE, parents)),
        templates=tuple(known_names(TEMPLATE, parents)),
    )


def words(declared: Declared) -> str:
    """What an input asks for, in words: label, unit, range or choices, and the default."""
    text, unit = declared.text, declared.unit
    parts = [declared.label, unit.label]
    if isinstance(text, InputText):
        if text.range is not None:
            parts.append(f"from {text.range[0]} to {text.range[1]}")
        if text.choices:
            parts.append("; ".join(f"{code}: {meaning}" for code, meaning in text.choices.items()))
        if text.optional:
            parts.append("may be left blank")
        if text.value is not None:
            parts.append(f"default {text.value}")
    elif isinstance(text, LineText):
        parts.append("actual values by period")
    return ", ".join(parts)


def _attributes(deal: DealText, name: str) -> dict[str, Schema]:
    """The attributes that a set's rule and those of the sets it joins know, with their choices."""
    rules = deal.document.set_rules
    found: dict[str, Schema] = {}
    rule = rules.get(name)
    for joined in rule.joins if rule else ():
        found |= _attributes(deal, joined) if joined != name else {}
    for key, attribute in ((rule.attributes or {}) if rule else {}).items():
        about: Schema = {"description": attribute.label} if attribute.label else {}
        found[key] = {**about, "enum": attribute.choices} if attribute.choices else about
    return found
