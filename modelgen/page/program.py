"""The model as a program for the page: its items with their values, and its lines as JavaScript.

The program is plain data for JSON, and a script of the factories that the data name by number. Items are
named by their places in a list, so that a page of a hundred thousand cells stays small.
"""

from dataclasses import dataclass, field
from math import isnan
from typing import Any

from modelgen.dates import to_serial
from modelgen.excel.plan import Formula
from modelgen.formula.syntax import At, Node, Ref, Row, walk
from modelgen.model.plain import Input, Item, Line, Model, Recorded, Unit
from modelgen.page.javascript import Compiled, Tree, compiled

Json = dict[str, Any]


@dataclass
class Program:
    """A model's program as it grows: `data` is for JSON, `factories` the texts of the script, and `trees` the
    same as data.
    """

    model: Model
    data: Json = field(default_factory=dict)
    factories: list[str] = field(default_factory=list)
    trees: list[Tree] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)
    _places: dict[str, int] = field(default_factory=dict)
    _known: dict[Node, list[object]] = field(default_factory=dict)

    def place(self, id_: str) -> int:
        """The number of an item in the list of items."""
        return self._places[id_]

    def add_own(self, address: str, formula: Formula) -> None:
        """Adds a cell's formula that is no line of the model: a total, or one of the sheet's own."""
        reads = sorted(
            {
                self._places[node.id]
                for node in walk(formula.node)
                if isinstance(node, (Ref, At, Row))
            }
        )
        code = self.code(formula.node)
        column = formula.column or 0
        self.data["own"].append({"at": address, "code": code, "column": column, "reads": reads})

    def code(self, node: Node) -> list[object]:
        """A formula for JSON: the number of its factory, its parameters, what it reads, and its flag."""
        made = compiled(node, self.model)
        if made.text not in self._numbers:
            self._numbers[made.text] = len(self.factories)
            self.factories.append(made.text)
            self.trees.append(made.tree)
        reads = [[read.parameter, read.how, read.number, read.when] for read in made.reads]
        return [self._numbers[made.text], self._parameters(made), reads, made.flag]

    def _parameters(self, made: Compiled) -> list[object]:
        return [
            self._places[what]
            if isinstance(what, str)
            else [self._places[what[0]], what[1], list(what[2])]
            for what in made.parameters
        ]

    def script(self) -> str:
        """The factories as the text of a script, one on each line."""
        return "const FACTORIES = [\n" + ",\n".join(self.factories) + "\n];\n"


def program_of(model: Model) -> Program:
    """The program of a model whose studies have been computed, without the sheets' own formulas."""
    program = Program(model)
    program._places.update((id_, number) for number, id_ in enumerate(model.items))
    timelines = list(model.timelines)
    program.data = {
        "timelines": [_timeline(model, id_) for id_ in timelines],
        "units": {
            id_: [_shown(unit), unit.format, unit.kind, unit.percent]
            for id_, unit in model.units.items()
        },
        "items": [_item(program, item, timelines) for item in model.items.values()],
        "order": [_group(program, group) for group in model.order],
        "own": [],
    }
    return program


def _shown(unit: Unit) -> str:
    """A unit's label beside a value; empty where it would say nothing."""
    return "" if unit.measure in ("number", "switch", "code") else unit.label


def _timeline(model: Model, id_: str) -> Json:
    timeline = model.timelines[id_]
    return {
        "id": id_,
        "ends": [end.isoformat() for end in timeline.columns],
        "before": len(timeline.comparatives),
        "step": timeline.step,
        "actual": timeline.actual,
        "label": timeline.label,
    }


def _item(program: Program, item: Item, timelines: list[str]) -> Json:
    found: Json = {"id": item.id, "label": item.label, "unit": item.unit.id if item.unit else None}
    if isinstance(item, Recorded):
        return {**found, "kind": "recorded", "values": [item.value]}
    if item.timeline is not None:
        found["timeline"] = timelines.index(item.timeline)
    if isinstance(item, Input):
        return found | _input(item)
    found["kind"] = "line"
    if item.check:
        found["check"] = item.check
    if item.record:
        found["record"] = 1
    found["code"] = program.code(item.expression)
    timeline = program.model.timeline_of(item.id)
    if timeline is not None and timeline.comparatives:
        found |= _comparatives(program, item)
    return found


def _comparatives(program: Program, item: Line) -> Json:
    """How a line's comparative columns are made: given (the ends of periods), computed, or blank."""
    timeline = program.model.timeline_of(item.id)
    assert timeline is not None
    if item.id == timeline.ends:
        return {"given": [to_serial(end) for end in timeline.comparatives]}
    if item.comparative is None:
        return {"blank": list(range(len(timeline.comparatives)))}
    found: Json = {"blank": sorted(item.blank)} if item.blank else {}
    if item.comparative is not item.expression and item.comparative != item.expression:
        found["comparative"] = program.code(item.comparative)
    return found


def _input(item: Input) -> Json:
    allowed = item.allowed
    found: Json = {
        "kind": "input",
        "values": [None if isnan(value) else value for value in item.values],
        "least": allowed.least,
        "most": allowed.most,
        "status": item.status,
        "basis": item.basis_words,
    }
    if item.choices:
        found["choices"] = [list(choice) for choice in item.choices]
    for key, holds in (
        ("optional", item.optional),
        ("whole", allowed.whole),
        ("leaf", item.leaf_of),
        ("closed", sorted(item.blank)),
    ):
        if holds:
            found[key] = holds
    return found


def _group(program: Program, group: tuple[str, ...]) -> Json:
    """A group of lines in the order of computation: `together` if they need each other's earlier periods."""
    reads: set[str] = set()
    for id_ in group:
        needs = program.model.reads[id_]
        reads |= needs.now | needs.earlier
    together = len(group) > 1 or group[0] in program.model.reads[group[0]].earlier
    return {
        "lines": [program.place(id_) for id_ in group],
        "reads": sorted(program.place(id_) for id_ in reads - set(group)),
        "together": together,
    }
