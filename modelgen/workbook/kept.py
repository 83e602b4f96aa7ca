"""Caches the contents of workbooks, by the bytes of the file and the text of the modules that read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple, fields
from functools import cache as once
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from modelgen.files import checked_file
from modelgen.workbook import cache
from modelgen.workbook.contents import Area, Contents, Key

MOST_CELLS = 200_000  # a larger entry would take longer to load than it saves
LARGEST = 256 * 2**20


def key_of_file(path: Path) -> str:
    """The cache key of a file. Raises ModelError if it is not a file or is too large."""
    checked_file(path, LARGEST, "an Excel workbook")
    try:
        digest = sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""  # opening it will report why it cannot be read
    return cache.key_of(("contents", _own_text(), digest))


def contents(key: str, path: Path) -> Contents | None:
    """The cached contents for a key, with `path` as their file; None if there are none."""
    found = cache.load(key) if key else None
    try:
        return None if found is None else _read(found, path)
    except (TypeError, KeyError, ValueError):
        return None


def keep_contents(key: str, found: Contents) -> None:
    """Caches the contents of a file, unless they are very large."""
    if key and len(found.constants) + len(found.formulas) <= MOST_CELLS:
        cache.store(key, _written(found))


@once
def _own_text() -> str:
    """A digest of the modules that decide what is read."""
    folder = Path(__file__).parent
    modules = ("contents.py", "package.py", "kept.py", "../contract.py", "../dates.py")
    texts = b"".join((folder / module).read_bytes() for module in modules)
    return sha256(texts + version("openpyxl").encode()).hexdigest()


def _written(found: Contents) -> dict[str, Any]:
    """Contents as plain data, field by field."""
    return {
        field.name: _plain(getattr(found, field.name))
        for field in fields(found)
        if field.name != "path"
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Area):
        return list(astuple(value))
    if isinstance(value, Mapping):
        return [[_plain(key), _plain(item)] for key, item in value.items()]
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return sorted(_plain(item) for item in value) if isinstance(value, frozenset) else value


def _read(kept: Mapping[str, Any], path: Path) -> Contents:
    """Contents from plain data. Raises KeyError, TypeError or ValueError if the data is invalid."""
    return Contents(
        path=path,
        sheets=tuple(kept["sheets"]),
        constants=_by_cell(kept["constants"]),
        formulas=_by_cell(kept["formulas"]),
        names={name: Area(*area) for name, area in kept["names"]},
        areas={
            name: {sheet: Area(*area) for sheet, area in found} for name, found in kept["areas"]
        },
        arrays=_cells(kept["arrays"]),
        properties=dict(kept["properties"]),
        comments=_by_cell(kept["comments"]),
        errors=_cells(kept["errors"]),
        from_1904=bool(kept["from_1904"]),
        bulky=bool(kept["bulky"]),
    )


def _by_cell(items: Iterable[Any]) -> dict[Key, Any]:
    return {(sheet, row, column): value for (sheet, row, column), value in items}


def _cells(items: Iterable[Any]) -> frozenset[Key]:
    return frozenset((sheet, row, column) for sheet, row, column in items)
