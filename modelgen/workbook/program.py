"""Programs: a formula as a sequence of the library's own functions, without its dispatcher.

`formulas` compiles a formula to a graph of functions that `schedula` walks again for every cell, which costs
far more than the functions themselves. Here the graph is walked once and becomes a list of steps, each a
function of the library with the slots it reads and the slot it fills. A graph that does more than that (one
with conditions on its nodes, for example) stays a single step. A program can be saved, with each function
by its name.
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
    """One step: the function's name in the library (empty if it has none), the callable, the slots of its
    arguments, and the slot of its result.
    """

    name: str
    function: Callable[..., Any]
    inputs: tuple[int, ...]
    output: int


@dataclass(frozen=True, slots=True)
class Program:
    """The steps of a formula. `arguments` are the numbers of the references that fill the first slots;
    `slots` holds the constants in their slots, and None elsewhere.
    """

    arguments: tuple[int, ...]
    slots: tuple[Any, ...]
    steps: tuple[Step, ...]
    result: int

    def __call__(self, *arguments: Any) -> Any:
        """The formula's value for the values of its references."""
        slots = list(self.slots)
        slots[: len(arguments)] = arguments
        for step in self.steps:
            slots[step.output] = step.function(*[slots[i] for i in step.inputs])
        return slots[self.result]

    def written(self) -> Written | None:
        """The program as plain data, or None if it cannot be saved."""
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
    """The program saved as plain data. Raises KeyError, TypeError or ValueError if the data is invalid."""
    arguments, slots = tuple(written["arguments"]), tuple(written["slots"])
    steps = tuple(
        _step(name, _function(name), tuple(inputs), output, len(arguments))
        for name, inputs, output in written["steps"]
    )
    used = [slot for step in steps for slot in (*step.inputs, step.output)]
    numbers = [*used, *arguments, written["result"]]
    if any(type(n) is not int or n < 0 for n in numbers) or max(used, default=0) >= len(slots):
        raise ValueError("the program uses slots that it does not have")
    return Program(arguments, slots, steps, written["result"])


def _step(
    name: str, function: Callable[..., Any], inputs: tuple[int, ...], output: int, references: int
) -> Step:
    """A step whose function receives its arguments as Excel's function would."""
    direct = [slot < references for slot in inputs]
    return Step(name, prepared(name, function, direct), inputs, output)


def _function(name: str) -> Callable[..., Any]:
    """The library's function with a name. Raises KeyError."""
    if name == _PASSES_ON:
        from schedula import bypass  # type: ignore[attr-defined]

        found: Callable[..., Any] = bypass
        return found
    return lean.functions()[name]


def compile_program(formula: str) -> Program:
    """The program for a formula whose references are A1, A2, ...: argument n is the reference A(n + 1)."""
    lean.functions()  # before the library imports them itself, with all of scipy
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
        # The filter of the result extracts the value from a range, which no function here returns.
        and nodes[result].get("filters") == _default_filter()
        and not any(nodes[n].get("filters") for n in dispatcher.data_nodes if n != result)
    )
    if not simple:
        step = Step("", pipe, tuple(range(len(names))), len(names))
        return Program(arguments, (None,) * (len(names) + 1), (step,), len(names))
    others = [name for name in dispatcher.data_nodes if name not in pipe.inputs]
    slots = {name: number for number, name in enumerate([*names, *others])}
    given = {name: value["value"] for name, value in dispatcher.default_values.items()}
    # The pipe lists the nodes in the order in which they are visited: each function once.
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
    """The name by which a function can be found again; empty if the library has another with that name."""
    name = _name(node)
    try:
        return name if _function(name) is function else ""
    except KeyError:
        return ""


def _folded(value: Any) -> Any:
    """A constant of the formula as a scalar: what the library computes from constants, such as -1, is an
    array with no dimensions.
    """
    if isinstance(value, np.ndarray) and not value.shape:
        item = value.item()
        return item if type(item) in (int, float) else value
    return value


def _name(node: object) -> str:
    """The library's name for the function at a node: it numbers the nodes of one function."""
    return _NUMBERED.sub("", str(node)).upper()
