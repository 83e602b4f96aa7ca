"""Where an add-in may be written: not over what others wrote, and not under a name that misleads."""

import re
from collections.abc import Callable, Collection
from pathlib import Path

from modelgen.problem import fail

IsOwn = Callable[[bytes], bool]
"""Whether the content of an add-in's main file is one that modelgen wrote."""
_LIKE_A_FILE = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}")


def must_be_folder(target: Path) -> None:
    """Raises ModelError if a target is a file, or ends as one would and is not a folder yet."""
    if target.is_file():
        raise fail(f"{target} is a file", hint="name a folder, or a file that ends in .oxt")
    if _LIKE_A_FILE.fullmatch(target.suffix) and not target.is_dir():
        raise fail(
            f"{target} would be a folder, and its name ends like that of a file",
            hint="name a folder, or a file that ends in .oxt; or make the folder first",
        )


def must_be_own_file(path: Path, is_own: IsOwn) -> None:
    """Raises ModelError if there is something at a path that modelgen did not write."""
    if path.exists() and not _is_own(path, is_own):
        raise fail(f"{path} is there already and is no add-in of modelgen's", hint="name another")


def must_be_own_folder(folder: Path, main: str, is_own: IsOwn, beside: Collection[str]) -> None:
    """Raises ModelError if a folder holds files and is no add-in that modelgen wrote, which its `main` file
    tells. The add-ins `beside`, and what is hidden, may be in it.
    """
    if not folder.is_dir() or _is_own(folder / main, is_own):
        return
    others = sorted(
        path.name
        for path in folder.iterdir()
        if path.name not in beside and not path.name.startswith(".")
    )
    if others:
        raise fail(
            f"{folder} holds other files ({', '.join(others[:3])}{', ...' if others[3:] else ''}) and is no "
            "add-in of modelgen's",
            hint="name a new folder, or an empty one",
        )


def _is_own(path: Path, is_own: IsOwn) -> bool:
    return path.is_file() and is_own(path.read_bytes())
