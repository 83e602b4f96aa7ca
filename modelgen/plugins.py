"""Extensions by other packages, such as engines and audit rules, found by entry point and imported on use.

An entry point names a group, its own name and an object:

    [project.entry-points."modelgen.engines"]
    mine = "my_package.my_engine"

A package that cannot be imported gives an EngineError that names it; packages that are not used cost only
the listing of their names.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from modelgen.problem import EngineError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


@cache
def installed(group: str) -> dict[str, EntryPoint]:
    """The entry points of a group by name, in alphabetical order; the first found of each name counts."""
    # Imported here so that commands that use no extensions do not pay for it.
    from importlib.metadata import entry_points  # noqa: PLC0415

    found: dict[str, EntryPoint] = {}
    for entry in sorted(entry_points(group=group), key=lambda entry: (entry.name, entry.value)):
        found.setdefault(entry.name, entry)
    return found


def load(entry: EntryPoint) -> Any:
    """The object of an entry point. Raises EngineError, naming it, if it cannot be loaded."""
    try:
        return entry.load()
    except Exception as error:  # another package may raise anything while it is imported
        raise EngineError(f"{entry_words(entry)} cannot be loaded: {_reason(error)}") from None


def entry_words(entry: EntryPoint) -> str:
    """An entry point in words: its name, and the package that installed it."""
    package = entry.dist.name if entry.dist is not None else "an unknown package"
    return f"'{entry.name}' of {package} ({entry.group}: {entry.value})"


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {next(iter(str(error).splitlines()), '')}".rstrip(": ")
