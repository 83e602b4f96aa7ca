"""A formula as the library's own functions in a row: what its compiled form does, without its dispatcher.

`formulas` compiles a formula to a graph of functions that `schedula` walks anew for every cell, which
costs far more than the functions. Here the graph is walked once: what is left is a list of steps, each a
function of the library with the slots it reads and the slot it fills. A graph that does more than that
(conditions on its nodes, say) stays one step. A program can be written down: each function by its name.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from modelgen.workbook import lean
from modelgen.workbook.excel_rules import prepared

_NUMBERED = re.compile(r"<\d+>$")
_OF_RANGES = {",", " ", ":", "@"}
_KNOWN = {
    "type",
    "index",
    "inputs",
    "outputs",
    "function",
    "wait_inputs",
    "solve_cycle",
    "extra_inputs",
}
_PASSES_ON = "BYPASS"
Written = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One function: its name in the library (empty where it has none), what is called, the slots of its
    arguments, and the slot of its result.
    """

    name: str
    function: Callable[..., Any]
    inputs: tuple[int, ...]
    output: int


@dataclass(frozen=True, slots=True)
class Program:
    """The steps of a formula. `arguments` are the references that fill the first slots, by number;
    `slots` holds the constants where they stand, and None elsewhere.
    """

    arguments: tuple[int, ...]
    slots: tuple[Any, ...]
    steps: tuple[Step, ...]
    result: int

    def __call__(self, *arguments: Any) -> Any:
        """The formula's value with its references filled in."""
        slots = list(self.slots)
        slots[: len(arguments)] = arguments
        for step in self.steps:
            slots[step.output] = step.function(*[slots[i] for i in step.inputs])
        return slots[self.result]

    def written(self) -> Written | None:
        """The program as plain data, or None where it cannot be written down."""
        plain = all(value is None or type(value) in (bool, int, float, str) for value in self.slots)
        if not plain or not all(step.name for step in self.steps):
            return None
        return {
            "arguments": self.arguments,
            "slots": self.slots,
            "steps": [(step.name, step.inputs, step.output) for step in self.steps],
            "result": self.result,
        }


def read_program(written: Written) -> Program:
    """A program that was written down. Raises KeyError, TypeError or ValueError where it is none."""
    arguments, slots = tuple(written["arguments"]), tuple(written["slots"])
    steps = tuple(
        _step(name, _function(name), tuple(inputs), output, len(arguments))
        for name, inputs, output in written["steps"]
    )
    used = [slot for step in steps for slot in (*step.inputs, step.output)]
    numbers = [*used, *arguments, written["result"]]
    if any(type(n) is not int or n < 0 for n in numbers) or max(used, default=0) >= len(slots):
        raise ValueError("the program's slots are not its own")
    return Program(arguments, slots, steps, written["result"])


def _step(
    name: str, function: Callable[..., Any], inputs: tuple[int, ...], output: int, references: int
) -> Step:
    """A step, whose function is given what Excel's would be given."""
    direct = [slot < references for slot in inputs]
    return Step(name, prepared(name, function, direct), inputs, output)


def _function(name: str) -> Callable[..., Any]:
    """The library's function of a name. Raises KeyError."""
    if name == _PASSES_ON:
        from schedula import bypass  # type: ignore[attr-defined]

        found: Callable[..., Any] = bypass
        return found
    return lean.functions()[name]


def compile_program(formula: str) -> Program:
    """The program of a formula whose references are A1, A2, ...: argument n is reference A(n + 1)."""
    lean.functions()  # before the library imports them for itself, with all of scipy
    from formulas import Parser  # type: ignore[attr-defined]
    from formulas.builder import _default_filter
    from formulas.functions import COMPILING  # an argument that is False when a formula is computed

    parser: Any = Parser
    pipe = parser().ast(formula)[1].compile()
    names = list(pipe.inputs)
    arguments = tuple(int(str(name).partition(":")[0][1:]) - 1 for name in names)
    dispatcher = pipe.dsp
    nodes, functions = dispatcher.nodes, dict(dispatcher.function_nodes.items())
    result = pipe.outputs[0]
    simple = (
        all(
            set(node) <= _KNOWN
            and len(node["outputs"]) == 1
            and _name(key) not in _OF_RANGES
            and all(name is COMPILING for name in node.get("extra_inputs", ()))
            for key, node in functions.items()
        )
        # The filter of the result takes the value out of a range, and no function here gives one.
        and nodes[result].get("filters") == _default_filter()
        and not any(nodes[n].get("filters") for n in dispatcher.data_nodes if n != result)
    )
    if not simple:
        step = Step("", pipe, tuple(range(len(names))), len(names))
        return Program(arguments, (None,) * (len(names) + 1), (step,), len(names))
    others = [name for name in dispatcher.data_nodes if name not in pipe.inputs]
    slots = {name: number for number, name in enumerate([*names, *others])}
    given = {name: value["value"] for name, value in dispatcher.default_values.items()}
    # The pipe lists the nodes in the order in which it visits them: each function once.
    visited = [step[0][2][0] for step in pipe.pipe]
    order = dict.fromkeys(node for node in visited if node in functions)
    steps = tuple(
        _step(
            _known_name(name, functions[name]["function"]),
            functions[name]["function"],
            tuple(slots[i] for i in functions[name]["inputs"] or ()),
            slots[functions[name]["outputs"][0]],
            len(names),
        )
        for name in order
    )
    return Program(arguments, tuple(_folded(given.get(n)) for n in slots), steps, slots[result])


def _known_name(node: object, function: Callable[..., Any]) -> str:
    """The name by which a function is found again; none where the library has another of that name."""
    name = _name(node)
    try:
        return name if _function(name) is function else ""
    except KeyError:
        return ""


def _folded(value: Any) -> Any:
    """A constant of the formula as plain data: what the library works out of constants, such as -1, is an
    array of no dimension.
    """
    if isinstance(value, np.ndarray) and not value.shape:
        item = value.item()
        return item if type(item) in (int, float) else value
    return value


def _name(node: object) -> str:
    """The library's name of the function at a node: the nodes of one function are numbered."""
    return _NUMBERED.sub("", str(node)).upper()
