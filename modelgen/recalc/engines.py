"""The engines, by name. Each reads the file by itself and recalculates all of its formulas."""

import importlib
from collections.abc import Callable, Collection, Mapping
from typing import Protocol

from modelgen.problem import EngineError, did_you_mean
from modelgen.recalc.contents import Contents, Key, Value

Report = Callable[[int, int], None]
"""Called with how many cells are done, and of how many."""


class Engine(Protocol):
    """A workbook loaded into an engine."""

    def calculate(
        self,
        changes: Mapping[Key, Value],
        report: Report | None = None,
        wanted: Collection[Key] | None = None,
    ) -> dict[Key, Value]:
        """The values of all formula cells, or of those wanted, after constants were changed; an error is its
        text (#DIV/0!).

        Raises EngineError.
        """


_MODULES = {
    "formulas": "modelgen.recalc.formulas_engine",
    "ironcalc": "modelgen.recalc.ironcalc_engine",
    "libreoffice": "modelgen.recalc.libreoffice_engine",
}
NAMES = tuple(_MODULES)


def load_engine(name: str, contents: Contents) -> Engine:
    """The workbook in the engine of that name. Raises EngineError when it is missing or fails."""
    if name not in _MODULES:
        hint = did_you_mean(name, NAMES) or f"engines: {', '.join(NAMES)}"
        raise EngineError(f"there is no engine '{name}'; {hint}")
    try:
        module = importlib.import_module(_MODULES[name])
    except ImportError as error:
        raise EngineError(f"the engine '{name}' is not installed: {error}") from None
    engine: Engine = module.load(contents)
    return engine


def available() -> list[str]:
    """The engines that can be used on this machine."""
    found = []
    for name, module in _MODULES.items():
        try:
            if importlib.import_module(module).is_available():
                found.append(name)
        except ImportError:
            continue
    return found


def among(contents: Contents, wanted: Collection[Key] | None) -> Collection[Key]:
    """The formula cells that are wanted; all of them where none are named."""
    formulas = contents.formulas
    return formulas if wanted is None else [key for key in wanted if key in formulas]
