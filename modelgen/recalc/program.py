"""A formula as the library's own functions in a row: what its compiled form does, without its dispatcher.

`formulas` compiles a formula to a graph of functions that `schedula` walks anew for every cell, which
costs far more than the functions. Here the graph is walked once: what is left is a list of steps, each a
function of the library with the slots it reads and the slot it fills. A graph that does more than that
(conditions on its nodes, say) stays one step. A program can be written down: each function by its name.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

_NUMBERED = re.compile(r"<\d+>$")
_OF_RANGES = {",", " ", ":", "@"}
_KNOWN = {"type", "index", "inputs", "outputs", "function", "wait_inputs", "solve_cycle"}
Written = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One function: its name, the slots of its arguments, and the slot of its result."""

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
        known = _functions()
        plain = all(value is None or isinstance(value, (int, float, str)) for value in self.slots)
        if not plain or any(known.get(step.name) is not step.function for step in self.steps):
            return None
        return {
            "arguments": self.arguments,
            "slots": self.slots,
            "steps": [(step.name, step.inputs, step.output) for step in self.steps],
            "result": self.result,
        }


def read_program(written: Written) -> Program:
    """A program that was written down. Raises KeyError when the library has no such function."""
    known = _functions()
    steps = tuple(
        Step(name, known[name], tuple(inputs), output) for name, inputs, output in written["steps"]
    )
    return Program(tuple(written["arguments"]), tuple(written["slots"]), steps, written["result"])


def compile_program(formula: str) -> Program:
    """The program of a formula whose references are A1, A2, ...: argument n is reference A(n + 1)."""
    from formulas import Parser  # type: ignore[attr-defined]
    from formulas.builder import _default_filter

    parser: Any = Parser
    pipe = parser().ast(formula)[1].compile()
    names = list(pipe.inputs)
    arguments = tuple(int(str(name).partition(":")[0][1:]) - 1 for name in names)
    dispatcher = pipe.dsp
    nodes, functions = dispatcher.nodes, dict(dispatcher.function_nodes.items())
    result = pipe.outputs[0]
    simple = (
        all(
            set(node) <= _KNOWN and len(node["outputs"]) == 1 and _name(key) not in _OF_RANGES
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
        Step(
            _name(name),
            functions[name]["function"],
            tuple(slots[i] for i in functions[name]["inputs"] or ()),
            slots[functions[name]["outputs"][0]],
        )
        for name in order
    )
    return Program(arguments, tuple(given.get(name) for name in slots), steps, slots[result])


def _name(node: object) -> str:
    """The library's name of the function at a node: the nodes of one function are numbered."""
    return _NUMBERED.sub("", str(node)).upper()


@cache
def _functions() -> dict[str, Callable[..., Any]]:
    """The library's functions and operators by the names its graphs have for them."""
    from formulas.functions import get_functions
    from formulas.functions.operators import OPERATORS

    found = {}
    for name, function in {**get_functions(), **OPERATORS}.items():
        if not isinstance(function, dict):
            found[name] = function
        elif "extra_inputs" not in function:  # those look at where they stand
            found[name] = function["function"]
    return found
