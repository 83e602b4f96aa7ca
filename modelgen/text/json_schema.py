"""The JSON Schema (draft 2020-12) of a deal's, template's or module's YAML, by which an editor completes.

It is made from the schema that types the text. Where YAML's own types are at odds with it, the text decides:
a number or a yes is a text to modelgen until the schema types it, so both are admitted. `Ids` narrows it
to the names that one deal knows.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from modelgen.text.figures import ASSUMED, FEEDS, NEEDED, OPTIONAL, TIES
from modelgen.text.kinds import ID
from modelgen.text.schema import DocumentText

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
EDITOR_LINE = "# yaml-language-server: $schema="
"""What a YAML file begins with so that editors find its schema."""
_SCALAR: Schema = {"type": ["string", "number", "boolean"]}
_ID: Schema = {"type": "string", "pattern": ID.pattern}
_ONE_OR_MORE: Schema = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
}
_CONDITIONS: Schema = {"when": _ONE_OR_MORE, "unless": _ONE_OR_MORE}
_PERIOD_KEY = r"\d"

_INSTEAD: dict[tuple[str, str], Schema] = {
    ("CalendarText", "ends"): {"type": "string", "pattern": r"^\d{2}-\d{2}$"},
    ("WeeksText", "year_end"): {"type": "string"},
    ("AnomalyText", "at"): {"type": "string", "pattern": r"^[a-z0-9_]+:\S+$"},
    ("AssumptionText", "at"): {"type": "string", "pattern": r"^[a-z0-9_]+:\S+$"},
    ("UnitText", "factor"): {"anyOf": [{"type": "number"}, {"const": "{one}"}]},
    ("AssumptionText", "values"): {
        "anyOf": [
            {"type": "array", "items": _SCALAR},
            {"type": "object", "additionalProperties": _SCALAR},
        ]
    },
}
"""Keys whose text is read by a rule of its own."""

_CONDITIONAL_LISTS = (
    ("ChartText", "lines"),
    ("SetRuleText", "joins"),
    ("", "outputs"),
    ("", "undisclosed"),
)
_CONDITIONAL_MAPPINGS = (("LimitsText", "limits"), ("", "events"))
"""Where {line: x, when: module} may stand for a value (see `conditions`)."""


@dataclass(frozen=True)
class Ids:
    """The names that a deal knows: inputs and leaves with a description of each, lines, sets with the
    attributes of their members, units, timelines, sheets, modules and templates.
    """

    inputs: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    sets: Mapping[str, Mapping[str, Schema]] = field(default_factory=dict)
    made_sets: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    timelines: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()


def schema_of(ids: Ids | None = None) -> Schema:
    """The JSON Schema of any file of a deal, template or module or, with `ids`, of one deal's deal.yaml."""
    found = DocumentText.model_json_schema()
    definitions: Schema = found["$defs"]
    for name in ("Citation", "Weeks"):
        definitions.pop(name, None)
    for (name, key), instead in _INSTEAD.items():
        definitions[name]["properties"][key] = instead
    properties: Schema = found["properties"]
    for name, key in _CONDITIONAL_LISTS:
        holder = (definitions[name]["properties"] if name else properties)[key]
        holder["items"] = _or_conditional(holder["items"])
    for name, key in _CONDITIONAL_MAPPINGS:
        holder = (definitions[name]["properties"] if name else properties)[key]
        holder["additionalProperties"] = _or_conditional(holder["additionalProperties"])
    # What one file says of a timeline, unit or sheet is laid over what others say of it.
    for name in ("TimelineText", "UnitText", "SheetText"):
        definitions[name].pop("required", None)
    value = _value(definitions["AssumptionText"])
    del definitions["AssumptionText"]
    definitions["Value"] = value
    whole: Schema = {"$ref": "#/$defs/Value"}
    values: Schema = {"type": "object", "additionalProperties": whole, "propertyNames": _ID}
    member = {"anyOf": [_SCALAR, {"type": "object", "additionalProperties": _ONE_OR_NONE}]}
    properties |= {
        "values": {**values, "description": "The values of inputs, by their ids."},
        "assumptions": {**values, "description": "Another word for values."},
        "sets": {
            "type": "object",
            "description": "The members of sets: defined, with their attributes, or picked by id.",
            "additionalProperties": _members(member),
        },
        "figures": {**_ONE_OR_MORE, "description": "The CSV tables of figures; see x-tables."},
        "files": {"type": "array", "items": {"type": "string"}, "description": "More YAML files."},
        "needs": {"type": "array", "items": {"type": "string"}, "description": "Modules it needs."},
        "gives": {"description": "Of a module: what it gives, in words."},
        "new": {"description": "Of a module: what `modelgen new` asks and writes."},
    }  # fmt: skip
    out: Schema = {
        "$schema": DRAFT,
        "title": "A deal, template or module of modelgen",
        "description": found.get("description", ""),
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "x-tables": _tables(ids),
        "$defs": definitions,
    }
    out = deepcopy(out)  # its parts are shared
    _loosened(out)
    if ids is not None:
        _narrowed(out, ids)
    return out


_ONE_OR_NONE: Schema = {
    "anyOf": [_SCALAR, {"type": "array", "items": {"type": "string"}}, {"type": "null"}]
}


def _members(member: Schema) -> Schema:
    picked = {"type": "array", "items": _or_conditional(_ID)}
    return {"anyOf": [{"type": "object", "additionalProperties": member}, picked]}


def _or_conditional(value: Schema) -> Schema:
    """A value, or a mapping that holds it beside the modules with which it is used."""
    held = {
        "type": "object",
        "properties": _CONDITIONS,
        "additionalProperties": _SCALAR,
        "anyOf": [{"required": ["when"]}, {"required": ["unless"]}],
    }
    return {"anyOf": [value, held]}


def _value(full: Schema) -> Schema:
    """An input's value: alone, as a list, by period, or in full."""
    keys = {key: of for key, of in full["properties"].items() if key != "listed"}
    return {
        "description": "One value; a list from the first forecast period on; values by period; or in full.",
        "anyOf": [
            _SCALAR,
            {"type": "array", "items": _SCALAR},
            {
                "type": "object",
                "minProperties": 1,
                "propertyNames": {"pattern": _PERIOD_KEY},
                "additionalProperties": _SCALAR,
            },
            {**full, "properties": keys},
        ],
    }


def _loosened(schema: Any) -> None:  # any part of a schema
    """Admits numbers and booleans where the text is a text, and leaves out titles and defaults, which say
    nothing that the keys do not.
    """
    if isinstance(schema, list):
        for part in schema:
            _loosened(part)
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "string" and not schema.keys() & {"enum", "pattern", "format"}:
        schema["type"] = _SCALAR["type"]
    for key, part in schema.items():
        if key == "properties":
            for below in part.values():
                if isinstance(below, dict):
                    below.pop("title", None)
                    below.pop("default", None)
                _loosened(below)
        elif key not in ("enum", "const", "required", "default", "x-tables"):
            _loosened(part)


def _narrowed(schema: Schema, ids: Ids) -> None:
    """Narrows a schema to the names of one deal."""
    properties, definitions = schema["properties"], schema["$defs"]
    schema["required"] = ["name", "company", "title", "as_of"]
    known = {
        id_: {"description": words, "$ref": "#/$defs/Value"} for id_, words in ids.inputs.items()
    }
    for word in ("values", "assumptions"):
        about = properties[word]["description"]
        properties[word] = {
            "type": "object",
            "description": about,
            "properties": known,
            "additionalProperties": False,
        }
    properties["sets"]["properties"] = {
        name: _members(
            {
                "anyOf": [
                    _SCALAR,
                    {
                        "type": "object",
                        "properties": {"label": _SCALAR, **attributes, **_CONDITIONS},
                        "additionalProperties": _ONE_OR_NONE,
                    },
                ]
            }
        )
        for name, attributes in ids.sets.items()
    }
    properties["sets"]["additionalProperties"] = False
    if ids.modules:
        properties["uses"]["items"] = {"enum": list(ids.modules)}
    if ids.templates:
        properties["extends"] = {"enum": list(ids.templates)}
    timelines = properties["timelines"]
    timelines["propertyNames"] = {"enum": list(ids.timelines)}
    for name, key, names in (
        ("InputText", "unit", ids.units),
        ("LineText", "unit", ids.units),
        ("CheckText", "unit", ids.units),
        ("SectionText", "sheet", ids.sheets),
    ):
        definitions[name]["properties"][key] = {"enum": sorted(names)}
    for name, key, names in (
        ("SectionText", "timeline", ids.timelines),
        ("SectionText", "for_each", (*ids.sets, *ids.made_sets)),
    ):
        definitions[name]["properties"][key] = {"enum": [*sorted(names), None]}


def _tables(ids: Ids | None) -> Schema:
    """The columns of the CSV tables, each as the fields of a table schema (Frictionless)."""
    enumerated: dict[str, Iterable[str]] = {
        "role": ("", FEEDS, TIES, ASSUMED),
        "sign": ("", "1", "-1"),
    }
    if ids is not None:
        enumerated["line"] = sorted({*ids.inputs, *ids.lines})
    fields = []
    for name, about in {**NEEDED, **OPTIONAL}.items():
        constraints: Schema = {"required": name in NEEDED and name != "at"}
        if name in enumerated:
            constraints["enum"] = list(enumerated[name])
        fields.append(
            {"name": name, "type": "string", "description": about, "constraints": constraints}
        )
    excluded = {
        "printed": "the numeral as printed",
        "at": "the citation: source:place",
        "reason": "why it is no figure",
    }
    return {
        "figures": {"fields": fields, "missingValues": [""]},
        "excluded": {
            "fields": [
                {"name": name, "type": "string", "description": about, "constraints": {"required": True}}
                for name, about in excluded.items()
            ]
        },
    }  # fmt: skip
