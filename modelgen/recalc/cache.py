"""What was worked out once and may be again, in the user's cache folder, by a key of all that it came from.

Nothing depends on it: an entry that is missing, damaged or cannot be written is worked out anew.
MODELGEN_CACHE names another folder; set and empty, it turns the cache off.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from modelgen.files import write_text
from modelgen.problem import ModelError

# The newest entries are kept. One of a large workbook takes a few megabytes.
KEPT = 64


def folder() -> Path | None:
    """Where entries lie, or None when the cache is off."""
    named = os.environ.get("MODELGEN_CACHE")
    if named is not None:
        return Path(named) if named else None
    from platformdirs import user_cache_path

    return user_cache_path("modelgen", appauthor=False)


def key_of(parts: Iterable[object]) -> str:
    """A key of all that a result depends on."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(repr(part).encode())
        digest.update(b"\n")
    return digest.hexdigest()


def load(key: str) -> Any | None:
    """The entry of a key, or None."""
    place = folder()
    if place is None:
        return None
    try:
        return json.loads((place / f"{key}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def store(key: str, entry: Any) -> None:
    """Keeps an entry of plain data, and lets the oldest go."""
    place = folder()
    if place is None:
        return
    try:
        write_text(place / f"{key}.json", json.dumps(entry, separators=(",", ":")))
        entries = sorted(place.glob("*.json"), key=lambda path: path.stat().st_mtime)
        for old in entries[:-KEPT]:
            old.unlink(missing_ok=True)
    except (OSError, ModelError):
        return
