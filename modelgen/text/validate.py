"""Types a positioned document with pydantic and puts its errors in the model's own words."""

from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from modelgen.problem import ModelError, Problem, did_you_mean
from modelgen.text.schema import DocumentText
from modelgen.text.yaml_text import Positioned

_NOUNS = {
    "DocumentText": "a deal or template",
    "UnitText": "a unit",
    "TimelineText": "a timeline",
    "CalendarText": "a calendar",
    "WeeksText": "the weeks",
    "ComparativesText": "the comparatives by kind",
    "RolesText": "the roles",
    "SourceText": "a source",
    "ChartText": "a chart",
    "SheetText": "a sheet",
    "AssumptionText": "an assumption",
    "InputText": "an input",
    "LineText": "a line",
    "CheckText": "a check",
    "RecordedText": "a column",
    "SectionText": "a section",
    "SetRuleText": "the rule of a set",
    "AttributeText": "an attribute",
    "AnomalyText": "an anomaly",
    "GridText": "a grid",
    "AxisText": "an axis",
    "LimitsText": "a table of limits",
    "MovedText": "an input to move",
}


def validated(document: Positioned) -> DocumentText:
    """The typed document. Raises ModelError with every problem that pydantic finds, each at its position."""
    try:
        return DocumentText.model_validate(document.plain)
    except ValidationError as error:
        problems = [
            _problem(document, found["type"], tuple(found["loc"]), found["msg"], found.get("input"))
            for found in error.errors(include_url=False)
        ]
        raise ModelError(problem for problem in problems if problem is not None) from None


def _problem(
    document: Positioned, kind: str, loc: tuple[str | int, ...], message: str, value: Any
) -> Problem:
    path = _real_path(document, loc)
    name = str(path[-1]) if path else ""
    holder = _holder(path)
    noun = _NOUNS.get(holder.__name__, "this") if holder else "this"
    if kind == "extra_forbidden":
        known = list(holder.model_fields) if holder else []
        return Problem(
            f"'{name}' is not a key of {noun}", document.key_place(path), did_you_mean(name, known)
        )
    if kind == "missing":
        return Problem(f"{noun} needs '{name}'", document.key_place(path[:-1]))
    place = document.key_place(path) if "[key]" in loc else document.place(path)
    if kind.startswith("date"):
        return Problem(f"'{value}' is not a date: write year-month-day, as in 2010-05-31", place)
    if kind in ("float_parsing", "int_parsing", "float_type", "int_type"):
        return Problem(f"'{name}' should be a number, not '{value}'", place)
    if kind == "bool_parsing":
        return Problem(f"'{name}' should be true or false, not '{value}'", place)
    if kind == "literal_error" and holder is not None:
        choices = [str(c) for c in _literals(holder.model_fields[name].annotation)]
        return Problem(
            f"'{value}' is not one of {', '.join(choices)}",
            place,
            did_you_mean(str(value), choices),
        )
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        return Problem(f"'{name}' should be a mapping of keys to values", place)
    if kind in ("list_type", "tuple_type"):
        return Problem(f"'{name}' should be a list", place)
    if kind == "string_type":
        return Problem(f"'{name}' should be a text", place)
    return Problem(message.removeprefix("Value error, "), place)


def _real_path(document: Positioned, loc: Sequence[str | int]) -> tuple[str | int, ...]:
    """The path in the text for pydantic's location, which adds marks of its own for keys and for the
    branches of a union.
    """
    path: tuple[str | int, ...] = ()
    for index, part in enumerate(loc):
        longer = (*path, part)
        if (
            longer in document.values
            or longer in document.keys
            or (
                index == len(loc) - 1
                and part != "[key]"
                and not str(part).startswith(("list[", "dict["))
            )
        ):
            path = longer
    return path


def _holder(path: Sequence[str | int]) -> type[BaseModel] | None:
    """The class of the schema that holds the last part of the path."""
    model: type[BaseModel] | None = DocumentText
    for part in path[:-1]:
        if model is None:
            return None
        field = model.model_fields.get(str(part))
        if field is not None:
            found = _models(field.annotation)
            model = found[0] if found else model
    return model


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in _models(inner)]


def _literals(annotation: Any) -> list[Any]:
    found: list[Any] = []
    for inner in get_args(annotation):
        found += _literals(inner) if get_args(inner) else [inner]
    return [item for item in found if item is not type(None)]
