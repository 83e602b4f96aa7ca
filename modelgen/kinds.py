"""The kinds of sheets and charts that a text may ask for: a table that other packages can extend.

A kind is a name and the place of its object, which is imported when a workbook is written. Another package
adds one by an entry point in the group `modelgen.sheet_kinds` or `modelgen.chart_kinds`; the object is an
`excel.plan.SheetKind` or an `excel.chart.ChartKind`.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from modelgen import plugins
from modelgen.problem import EngineError

SHEETS, CHARTS = "modelgen.sheet_kinds", "modelgen.chart_kinds"
_BUILT_IN: Mapping[str, Mapping[str, str]] = {
    SHEETS: {
        "lines": "modelgen.excel.body:KIND",
        "cover": "modelgen.excel.cover:KIND",
        "caveats": "modelgen.excel.caveats:KIND",
        "map": "modelgen.excel.map:KIND",
    },
    CHARTS: {
        "stacked": "modelgen.excel.chart:STACKED",
        "line": "modelgen.excel.chart:LINE",
    },
}

_PARTS: Mapping[str, tuple[str, ...]] = {
    SHEETS: ("plan", "own", "first_row"),
    CHARTS: ("options", "look", "from_zero"),
}


def names(group: str) -> list[str]:
    """The names of a group's kinds: those built in, then those of other packages.

    >>> names(CHARTS)[:2]
    ['stacked', 'line']
    """
    return [*_BUILT_IN[group], *plugins.installed(group)]


def is_known(group: str, name: str) -> bool:
    """Whether a group has a kind; other packages are asked only where it is none of those built in."""
    return name in _BUILT_IN[group] or name in plugins.installed(group)


def load(group: str, name: str) -> Any:
    """The object of a kind. Raises EngineError if another package's cannot be loaded."""
    where = _BUILT_IN[group].get(name)
    if where is not None:
        module, _, attribute = where.partition(":")
        return getattr(import_module(module), attribute)
    entry = plugins.installed(group)[name]
    found = plugins.load(entry)
    lacking = [part for part in _PARTS[group] if not hasattr(found, part)]
    if lacking:
        raise EngineError(f"the kind {plugins.entry_words(entry)} has no {', '.join(lacking)}")
    return found
