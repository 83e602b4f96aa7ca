"""Inputs set from outside over the text, for one build."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from modelgen.model.plain import Input, Item, Line, Timeline
from modelgen.text.setting import Setting, Target, understood

BASIS = "Set when the workbook was built"


def set_inputs(
    items: Mapping[str, Item],
    settings: Sequence[Setting],
    timelines: Mapping[str, Timeline],
    force: bool = False,
) -> tuple[dict[str, Item], tuple[str, ...]]:
    """The inputs that settings change, and in words what was let through out of its range. Raises
    ModelError. An id means a leaf's actual values where a line has such.
    """
    inputs = {i.leaf_of or i.id: i for i in items.values() if isinstance(i, Input)}
    computed = [id_ for id_, item in items.items() if isinstance(item, Line)]
    found = understood(settings, targets_of(inputs, timelines), computed, force)
    changed: dict[str, Item] = {}
    for change in found.changes:
        item = inputs[change.id]
        before = changed.get(item.id)
        values = list(before.values if isinstance(before, Input) else item.values)
        values[change.index or 0] = change.value
        changed[item.id] = replace(item, values=tuple(values), status="judgement", basis=BASIS)
    return changed, found.forced


def targets_of(inputs: Mapping[str, Input], timelines: Mapping[str, Timeline]) -> dict[str, Target]:
    """The inputs of a model as settings reach them. The columns before the periods of an input that is
    no leaf are blank, and cannot be set.
    """
    found = {}
    for id_, item in inputs.items():
        if item.timeline is None:
            found[id_] = Target(item.allowed)
            continue
        timeline = timelines[item.timeline]
        before = timeline.comparatives if item.leaf_of else (None,) * len(timeline.comparatives)
        found[id_] = Target(item.allowed, (*before, *timeline.periods))
    return found
