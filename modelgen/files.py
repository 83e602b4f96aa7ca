"""Files and folders are written whole or not at all: beside the target, then renamed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from modelgen.problem import fail


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """A path to write to, which takes the target's place when all went well. Raises ModelError."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            dir=target.parent, prefix=".modelgen-", suffix=target.suffix
        )
        os.close(handle)
    except OSError as error:
        raise fail(f"{target} cannot be written: {error.strerror}") from None
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(target)
    except PermissionError:
        reason = "is it open in Excel? Close it and try again"
        raise fail(f"{target} cannot be written: {reason}") from None
    except OSError as error:
        raise fail(f"{target} cannot be written: {error.strerror}") from None
    finally:
        temporary.unlink(missing_ok=True)


def write_text(target: Path, text: str) -> None:
    """Writes a text file, whole or not at all. Raises ModelError."""
    with written_whole(target) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def folder_written_whole(target: Path) -> Iterator[Path]:
    """A new folder to write into, which becomes the target when all went well, and is gone otherwise,
    with the folders above that were made for it. The target may not exist. Raises ModelError.
    """
    made = [parent for parent in target.parents if not parent.exists()]
    temporary: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=".modelgen-"))
        yield temporary
        temporary.chmod(0o777 & ~_umask())
        temporary.rename(target)
        temporary, made = None, []
    except OSError as error:
        raise fail(f"{target} cannot be written: {error.strerror or error}") from None
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
        for parent in made:
            with suppress(OSError):  # not made after all, or somebody else uses it
                parent.rmdir()
