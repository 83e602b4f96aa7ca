"""The engines by name: one table, which other packages extend through the entry points `modelgen.engines`.

An engine is a module. `is_available()` says whether it can be used on this machine; `load(contents)`
gives a workbook in it, as Engine below. It reads the file by itself (`contents.path`) or what was read
of it, and recalculates all formulas. This module imports no engine, and nothing that reads a workbook.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from modelgen import plugins
from modelgen.problem import EngineError, ModelError, did_you_mean

if TYPE_CHECKING:
    from modelgen.workbook.contents import Contents, Key, Value

Report = Callable[[int, int], None]
"""Called with the number of cells done and the total."""
GROUP = "modelgen.engines"
# The first is the default; those of other packages follow.
BUILT_IN = {
    "formulas": "modelgen.workbook.formulas_engine",
    "ironcalc": "modelgen.workbook.ironcalc_engine",
    "libreoffice": "modelgen.workbook.libreoffice_engine",
}
DEFAULT = "formulas"


class Engine(Protocol):
    """A workbook loaded into an engine."""

    def calculate(
        self,
        changes: Mapping[Key, Value],
        report: Report | None = None,
        wanted: Collection[Key] | None = None,
    ) -> dict[Key, Value]:
        """The values of all formula cells, or of those wanted, after constants have been changed; an error is
        given as its text (#DIV/0!).

        Raises EngineError.
        """


def names() -> tuple[str, ...]:
    """The names of all engines, built in and from other packages, whether or not they can be used here."""
    return tuple(dict.fromkeys([*BUILT_IN, *plugins.installed(GROUP)]))


def load_engine(name: str, contents: Contents) -> Engine:
    """The workbook loaded into an engine. Raises EngineError if the engine is missing or fails."""
    module = _module(name)
    if contents.from_1904:
        raise EngineError(
            f"{contents.path} counts its days from 1904, which engines read as from 1900: "
            "turn the 1904 date system off in Excel's options, correct its dates and save it"
        )
    if name in BUILT_IN:
        engine: Engine = module.load(contents)
        return engine
    try:
        engine = module.load(contents)
    except (EngineError, ModelError):
        raise
    except Exception as error:
        raise EngineError(f"the engine '{name}' failed: {type(error).__name__}: {error}") from None
    return _Guarded(name, engine, contents)


def available() -> list[str]:
    """The names of the engines that can be used on this machine. A broken engine of another package is left
    out here; loading it by name reports what is wrong.
    """
    found = []
    for name in names():
        try:
            if _module(name).is_available():
                found.append(name)
        except Exception:  # a stranger's package may raise anything
            continue
    return found


def selected(contents: Contents, wanted: Collection[Key] | None) -> Collection[Key]:
    """The formula cells wanted, or all of them if `wanted` is None."""
    formulas = contents.formulas
    return formulas if wanted is None else [key for key in wanted if key in formulas]


def _module(name: str) -> Any:
    """The module of an engine. Raises EngineError."""
    if name in BUILT_IN:
        try:
            return importlib.import_module(BUILT_IN[name])
        except ImportError as error:
            raise EngineError(f"the engine '{name}' is not installed: {error}") from None
    entry = plugins.installed(GROUP).get(name)
    if entry is None:
        hint = did_you_mean(name, names()) or f"engines: {', '.join(names())}"
        raise EngineError(f"there is no engine '{name}'; {hint}")
    module = plugins.load(entry)
    lacking = [
        part for part in ("is_available", "load") if not callable(getattr(module, part, None))
    ]
    if lacking:
        raise EngineError(f"the engine {plugins.entry_words(entry)} has no function {lacking[0]}()")
    return module


class _Guarded:
    """Wraps an engine of another package: whatever it raises becomes an EngineError that names it."""

    def __init__(self, name: str, engine: Engine, contents: Contents) -> None:
        self._name, self._engine, self._contents = name, engine, contents

    def calculate(
        self,
        changes: Mapping[Key, Value],
        report: Report | None = None,
        wanted: Collection[Key] | None = None,
    ) -> dict[Key, Value]:
        """As the engine's own."""
        try:
            found = self._engine.calculate(changes, report, wanted)
            missing = [key for key in selected(self._contents, wanted) if key not in found]
            if missing:
                from modelgen.workbook.contents import a1

                raise EngineError(f"the engine '{self._name}' gives no value for {a1(missing[0])}")
            return found
        except (EngineError, ModelError):
            raise
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            raise EngineError(f"the engine '{self._name}' failed: {reason}") from None
