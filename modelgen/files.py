"""Files are written whole or not at all: to a temporary file beside the target, then renamed."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
