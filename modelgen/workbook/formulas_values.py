"""Converts the library's values to those an engine gives and those in the cache."""

from typing import Any

import numpy as np

from modelgen.workbook import excel_rules
from modelgen.workbook.contents import Value


def plain(value: Any) -> Value:
    """A value as an engine gives it: an error as its text."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, float, np.integer, np.floating)):
        try:
            return float(value) if np.isfinite(float(value)) else "#NUM!"
        except OverflowError:
            return "#NUM!"
    return None if value is None else str(value)


def written(value: Any) -> Any:
    """A value as it is cached: an error as a list with its text; None if it cannot be cached."""
    found = _simple(value)
    return [str(value)] if found is None and _is_error(value) else found


def read(kept: Any) -> Any:
    """The library's value for a cached one."""
    return excel_rules.error(kept[0]) if isinstance(kept, list) else kept


def equal(before: Any, now: Any) -> bool:
    """Whether two values are equal and of the same kind."""
    one, other = _simple(before), _simple(now)
    if one is None or other is None:
        return before is now and _is_error(now)
    alike = all(isinstance(one, kind) == isinstance(other, kind) for kind in (str, bool))
    return alike and bool(one == other)


def _simple(value: Any) -> bool | int | float | str | None:
    """A value as plain data that reads back as the same value; None for an error."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if type(value) in (bool, int, float, str) else None


def _is_error(value: Any) -> bool:
    return (
        isinstance(value, str) and type(value) is not str and value is excel_rules.error(str(value))
    )
