"""What other packages add: engines and audit rules, found by entry point and imported when they are used.

An entry point names the group, a name of its own and an object:

    [project.entry-points."modelgen.engines"]
    mine = "my_package.my_engine"

A package that cannot be imported is an EngineError that names it; packages that are not asked for cost
nothing but the listing of their names.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from modelgen.problem import EngineError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


@cache
def installed(group: str) -> dict[str, EntryPoint]:
    """The entry points of a group by their names, the first of each name, in order of their names."""
    # No command pays for this that asks for nothing of other packages.
    from importlib.metadata import entry_points  # noqa: PLC0415

    found: dict[str, EntryPoint] = {}
    for entry in sorted(entry_points(group=group), key=lambda entry: (entry.name, entry.value)):
        found.setdefault(entry.name, entry)
    return found


def load(entry: EntryPoint) -> Any:
    """The object of an entry point. Raises EngineError, which names it, where it cannot be had."""
    try:
        return entry.load()
    except Exception as error:  # a stranger's package may raise anything while it is imported
        raise EngineError(f"{said(entry)} cannot be loaded: {_reason(error)}") from None


def said(entry: EntryPoint) -> str:
    """An entry point as a person knows it: its name, and the package that brought it."""
    package = entry.dist.name if entry.dist is not None else "an unknown package"
    return f"'{entry.name}' of {package} ({entry.group}: {entry.value})"


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {next(iter(str(error).splitlines()), '')}".rstrip(": ")
