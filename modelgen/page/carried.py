"""The model as a workbook carries it, for an add-in that has nothing but the workbook.

It is the program of a page without what the workbook's own cells say: no labels, no formulas in names, no
looks. Formulas are trees (`javascript.Tree`), each once, since a task pane may not run a text as a script.
What is recorded or computed in tables stands there only as far as lines, checks and figures ask for it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from modelgen.evaluate.study import Complete
from modelgen.excel.layout import lay_out
from modelgen.excel.plan import book_of, kind_of
from modelgen.page.javascript import safe_json
from modelgen.page.program import Json, program_of
from modelgen.page.proof import proof_data
from modelgen.page.sources import source_data
from modelgen.page.turned import laws_of, output_ids, said_turned, turned_inputs

VERSION = 1
_FIGURE = ("id", "line", "column", "period", "printed", "source", "words", "holds", "difference")
_CHECK = ("id", "label", "kind", "item", "holds", "largest")
_POINTING = ("line", "holds", "difference", "item", "largest")
"""What of a figure or check is the place of an item."""
_ROLES = ("status", "holds", "scenario")
_INPUT = ("least", "most", "status", "choices", "optional", "whole", "leaf", "closed")
_LINE = ("check", "given", "blank")


def carried_text(evaluation: Complete) -> str:
    """The carried model of an evaluated one, as JSON; `unpacked` in scripts/carried.js reads it.

    `inputs` holds `[id, unit, timeline, values, rest]`; `recorded` the values of those; `lines` `[id, unit,
    timeline, code]`, in the order of computation, with a fifth part where there is more to say. A code is the
    number of a tree, followed by its parameters: the place of an item, counted through all three lists in
    turn, or `[place, first column, blank columns]` for a row. Numbers of units and timelines are those of
    their lists, -1 for none. `together` holds from which line on how many need each other's earlier periods.
    """
    model = evaluation.model
    program = program_of(model)
    book = book_of(lay_out(model, lambda kind, dated: kind_of(kind).first_row(dated)))
    proof, data = proof_data(program, book), program.data
    # What moves the model most takes long to find, where it does not say so itself.
    turned = said_turned(model) or turned_inputs(evaluation)
    kept = _kept(data, proof)
    items: Sequence[Json] = data["items"]
    groups = [group for group in data["order"] if group["lines"][0] in kept]
    lines = [place for group in groups for place in group["lines"]]
    inputs = [place for place, item in enumerate(items) if item["kind"] == "input"]
    recorded = [place for place in sorted(kept) if items[place]["kind"] == "recorded"]
    new = {old: place for place, old in enumerate([*inputs, *recorded, *lines])}
    units = {id_: place for place, id_ in enumerate(data["units"])}
    first = len(inputs) + len(recorded)

    def head(item: Json) -> list[object]:
        id_ = "" if item.get("record") else item["id"]
        return [id_, units.get(item["unit"], -1), item.get("timeline", -1)]

    carried = {
        "version": VERSION,
        "deal": model.name,
        "company": model.company,
        "title": model.title,
        "as_of": model.as_of.isoformat(),
        "timelines": data["timelines"],
        "units": [[id_, *unit] for id_, unit in data["units"].items()],
        "trees": program.trees,
        "inputs": [
            [*head(items[place]), items[place]["values"], _some(items[place], _INPUT)]
            for place in inputs
        ],
        "recorded": [items[place]["values"][0] for place in recorded],
        "lines": [_line(head(items[place]), items[place], new) for place in lines],
        "together": [
            [new[group["lines"][0]] - first, len(group["lines"])]
            for group in groups
            if group["together"]
        ],
        "proof": {
            "figures": [_moved(figure, _FIGURE, new) for figure in proof["figures"]],
            "checks": [_moved(check, _CHECK, new) for check in proof["checks"]],
            **{role: new.get(proof[role]) for role in _ROLES},
        },
        "sources": source_data(model, {}),
        "outputs": [new[program.place(id_)] for id_ in output_ids(model)],
        "turned": [[new[program.place(id_)], end] for id_, end in turned.items()],
        "vary": laws_of(evaluation, turned),
    }
    return safe_json(carried)


def _kept(data: Json, proof: Json) -> set[int]:
    """The places of the items that a pane computes with: inputs, lines, what figures and checks point to, and
    all that these read.
    """
    items: Sequence[Json] = data["items"]
    groups = {place: group["lines"] for group in data["order"] for place in group["lines"]}
    front = [
        place
        for place, item in enumerate(items)
        if item["kind"] == "input" or (item["kind"] == "line" and not item.get("record"))
    ]
    front += [
        row[key] for row in [*proof["figures"], *proof["checks"]] for key in _POINTING if key in row
    ]
    kept: set[int] = set()
    while front:
        place = front.pop()
        if place in kept:
            continue
        kept.add(place)
        front += groups.get(place, ())
        for code in (items[place].get("code"), items[place].get("comparative")):
            front += (
                [what if isinstance(what, int) else what[0] for what in code[1]] if code else ()
            )
    return kept


def _code(code: list[Any], new: dict[int, int]) -> list[object]:
    moved = [new[what] if isinstance(what, int) else [new[what[0]], *what[1:]] for what in code[1]]
    return [code[0], *moved]


def _line(head: list[object], item: Json, new: dict[int, int]) -> list[object]:
    more = _some(item, _LINE)
    if "comparative" in item:
        more["comparative"] = _code(item["comparative"], new)
    return [*head, _code(item["code"], new), *([more] if more else [])]


def _some(item: Json, keys: Iterable[str]) -> Json:
    return {key: item[key] for key in keys if item.get(key) is not None}


def _moved(row: Json, keys: Iterable[str], new: dict[int, int]) -> Json:
    return {key: new[row[key]] if key in _POINTING else row[key] for key in keys if key in row}
