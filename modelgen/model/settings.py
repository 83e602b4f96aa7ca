"""Inputs set by hand over the text, for one build."""

from collections.abc import Mapping
from dataclasses import replace

from modelgen.model.assume import parse_value
from modelgen.model.plain import Input, Item, Timeline
from modelgen.problem import ModelError, Problem, did_you_mean
from modelgen.text.printed import BadValueError


def set_inputs(
    items: Mapping[str, Item], settings: Mapping[str, str], timelines: Mapping[str, Timeline]
) -> dict[str, Item]:
    """The inputs that are set by hand, as id or id@period to a typed value. Raises ModelError."""
    changed: dict[str, Item] = {}
    problems: list[Problem] = []
    inputs = {i.leaf_of or i.id: i for i in items.values() if isinstance(i, Input)}
    for setting, text in settings.items():
        id_, _, period = setting.partition("@")
        found = inputs.get(id_)
        if found is None:
            problems.append(Problem(f"'{id_}' is not an input", None, did_you_mean(id_, inputs)))
            continue
        before = changed.get(found.id)
        found = before if isinstance(before, Input) else found
        try:
            value = parse_value(text, found.unit)
        except BadValueError as error:
            problems.append(Problem(f"{id_}: {error}"))
            continue
        if (found.timeline is None) == bool(period):
            how = "one value: no @period" if period else f"a value a period: {id_}@2007-03={text}"
            problems.append(Problem(f"'{id_}' has {how}"))
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
    if problems:
        raise ModelError(problems)
    return changed


def column_of(timeline: Timeline, period: str) -> int | None:
    """The column of a period named by its last day or its month (2007-03)."""
    for column, end in enumerate(timeline.columns):
        if period in (end.isoformat(), end.isoformat()[:7]):
            return column
    return None
