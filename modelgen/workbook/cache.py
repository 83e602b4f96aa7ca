"""A cache in the user's cache folder: results that can be recomputed, each by a key of all its inputs.

Nothing depends on it: an entry that is missing, damaged or cannot be written is recomputed.
MODELGEN_CACHE names another folder; set to an empty text, it turns the cache off.

Each entry is signed with a key kept in the folder (HMAC-SHA256 over the entry's name and text), and only the
user can read or write the folder and its files (0700, 0600); a folder that belongs to somebody else, or that
others can write to, is not used. So an entry that was damaged, changed, or put there by a program that cannot
read the key is never used. This does not protect against a program that runs as the user, which can read the
key just as it can change the workbook or this module.
"""

import hmac
import json
import os
import secrets
import stat
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from modelgen.files import write_text
from modelgen.problem import ModelError

# The newest entries are kept. The entry for a large workbook takes a few megabytes.
KEPT = 64
LARGEST = 256 * 2**20
_KEY = "key"
_KEY_BYTES = 32


def folder() -> Path | None:
    """The folder of the entries, or None if the cache is off."""
    named = os.environ.get("MODELGEN_CACHE")
    if named is not None:
        return Path(named) if named else None
    from platformdirs import user_cache_path

    return user_cache_path("modelgen", appauthor=False)


def key_of(parts: Iterable[object]) -> str:
    """The key, a digest, of everything that a result depends on."""
    digest = sha256()
    for part in parts:
        digest.update(repr(part).encode())
        digest.update(b"\n")
    return digest.hexdigest()


def load(key: str) -> Any | None:
    """The entry for a key, or None. An entry that was not signed here, or was changed since, is removed."""
    place = folder()
    secret = _secret(place, make=False) if place is not None else None
    if place is None or secret is None:
        return None
    path = place / f"{key}.json"
    try:
        if not _is_private(path, stat.S_ISREG) or path.stat().st_size > LARGEST:
            return None
        signature, _, text = path.read_bytes().partition(b"\n")
        if hmac.compare_digest(signature, _signature(secret, key, text)):
            return json.loads(text)
        path.unlink()
    except (OSError, ValueError, RecursionError):
        pass
    return None


def store(key: str, entry: Any) -> None:
    """Stores an entry of plain data and removes the oldest entries."""
    place = folder()
    secret = _secret(place, make=True) if place is not None else None
    if place is None or secret is None:
        return
    text = json.dumps(entry, separators=(",", ":"))
    signature = _signature(secret, key, text.encode()).decode()
    try:
        write_text(place / f"{key}.json", f"{signature}\n{text}", 0o600)
        entries = sorted(place.glob("*.json"), key=lambda path: path.stat().st_mtime)
        for old in entries[:-KEPT]:
            old.unlink(missing_ok=True)
    except (OSError, ModelError):
        return


def _signature(secret: bytes, key: str, text: bytes) -> bytes:
    return hmac.new(secret, key.encode() + b"\n" + text, sha256).hexdigest().encode()


def _secret(place: Path, make: bool) -> bytes | None:
    """The folder's key, created when first needed; None if the folder is not private to the user."""
    path = place / _KEY
    try:
        if make:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not _is_private(place, stat.S_ISDIR):
            return None
        found = _read_key(path)
        if make and found is None:
            place.chmod(0o700)
            write_text(path, secrets.token_hex(_KEY_BYTES), 0o600)
            found = _read_key(path)
    except (OSError, ModelError):
        return None
    return found


def _read_key(path: Path) -> bytes | None:
    try:
        found = path.read_bytes() if _is_private(path, stat.S_ISREG) else b""
    except FileNotFoundError:
        return None
    return found if len(found) == 2 * _KEY_BYTES else None


def _is_private(path: Path, kind: Any) -> bool:
    """Whether a path is of the right type, belongs to the user and can be written to by nobody else."""
    found = path.lstat()
    if not kind(found.st_mode):
        return False
    if os.name != "posix":
        return True  # Windows protects a user's folders by other means
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
