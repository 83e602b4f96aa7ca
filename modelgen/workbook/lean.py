"""Imports the library `formulas` without the parts of scipy that a workbook hardly ever uses.

Its statistical functions import all of scipy.stats, which takes longer than the rest of a recalculation, for
a few distributions. During the import, stand-ins replace the scipy modules; whatever is asked of one later
comes from the real module, which is imported then.
"""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

_STANDING_IN = ("scipy", "scipy.stats", "scipy.linalg", "scipy.interpolate")


@cache
def functions() -> dict[str, Callable[..., Any]]:
    """The library's functions and operators, by the names that its graphs use."""
    # Failures in the library are reported in our messages, not also in its log.
    logging.getLogger("schedula").addHandler(logging.NullHandler())
    with _without_scipy():
        from formulas.functions import COMPILING, get_functions
        from formulas.functions.operators import OPERATORS

        every = {**get_functions(), **OPERATORS}
    found = {}
    for name, function in every.items():
        if not isinstance(function, dict):
            found[name] = function
        elif set(function.get("extra_inputs", ())) <= {
            COMPILING
        }:  # others depend on their own position
            found[name] = function["function"]
    return found


@contextmanager
def _without_scipy() -> Iterator[None]:
    """A context in which stand-ins replace the scipy modules that have not been imported yet."""
    if "scipy.stats" in sys.modules:
        yield
        return
    placed = {name: _StandIn(name) for name in _STANDING_IN if name not in sys.modules}
    sys.modules.update(placed)
    try:
        yield
    finally:
        for name, module in placed.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


class _StandIn(ModuleType):
    """A module that is imported only when something in it is used."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        whole = f"{self.__name__}.{name}"
        if sys.modules.get(self.__name__) is not self:
            return getattr(import_module(self.__name__), name)
        return sys.modules[whole] if whole in _STANDING_IN else _Later(self.__name__, name)


class _Later:
    """A function whose module is imported only when the function is called."""

    def __init__(self, module: str, name: str) -> None:
        self._place = module, name

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        module, name = self._place
        return getattr(import_module(module), name)(*arguments, **options)
