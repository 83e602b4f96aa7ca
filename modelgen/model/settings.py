"""Applies settings to a model's inputs for one build."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from modelgen.fiscal import CALENDAR_YEAR, Fiscal
from modelgen.model.plain import Input, Item, Line, Timeline
from modelgen.text.setting import Setting, Target, resolved

BASIS = "Set when the workbook was built"


def set_inputs(
    items: Mapping[str, Item],
    settings: Sequence[Setting],
    timelines: Mapping[str, Timeline],
    force: bool = False,
    fiscal: Fiscal = CALENDAR_YEAR,
) -> tuple[dict[str, Item], tuple[str, ...]]:
    """The inputs after some settings, and in words which settings were accepted out of range. The id of a
    leaf means its actual values. Raises ModelError.
    """
    inputs = {i.leaf_of or i.id: i for i in items.values() if isinstance(i, Input)}
    computed = [id_ for id_, item in items.items() if isinstance(item, Line)]
    found = resolved(settings, targets_of(inputs, timelines, fiscal), computed, force)
    changed: dict[str, Item] = {}
    for change in found.changes:
        item = inputs[change.id]
        before = changed.get(item.id)
        values = list(before.values if isinstance(before, Input) else item.values)
        values[change.index or 0] = change.value
        changed[item.id] = replace(item, values=tuple(values), status="judgement", basis=BASIS)
    return changed, found.forced


def targets_of(
    inputs: Mapping[str, Input], timelines: Mapping[str, Timeline], fiscal: Fiscal = CALENDAR_YEAR
) -> dict[str, Target]:
    """The inputs of a model as targets of settings, by the ids used in settings. The columns before the first
    period of an input that is not a leaf are blank and cannot be set; nor can a
    leaf's that are not for its kind.
    """
    found = {}
    for id_, item in inputs.items():
        if item.timeline is None:
            found[id_] = Target(item.allowed)
            continue
        timeline = timelines[item.timeline]
        before = [
            end if item.leaf_of and column not in item.blank else None
            for column, end in enumerate(timeline.comparatives)
        ]
        found[id_] = Target(item.allowed, (*before, *timeline.periods), fiscal)
    return found
