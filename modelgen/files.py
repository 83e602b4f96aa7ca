"""Files and folders are written whole or not at all: under a temporary name next to the target, then renamed.

The names of temporary files and folders contain the machine and the process. What a killed process left
behind is removed the next time something is written to the same folder.
"""

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from modelgen.problem import fail

_FILE, _FOLDER = ".modelgen-", "modelgen-"
# Anything older belongs to a process that has ended, whichever machine wrote it.
ABANDONED = 24 * 60 * 60


@contextmanager
def written_whole(target: Path, mode: int | None = None) -> Iterator[Path]:
    """A context that gives a path to write to. On success the file replaces the target, with the permissions
    of the file `mode`, or those of a new file; on failure the target is left as it was. Raises ModelError.
    """
    if "\0" in str(target):
        raise fail(f"{str(target)!r:.80} is not a valid file name")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(target.parent, _FILE)
        handle, name = tempfile.mkstemp(
            dir=target.parent, prefix=f"{_FILE}{_owner()}-", suffix=target.suffix
        )
        os.close(handle)
    except OSError as error:
        raise fail(f"{target} cannot be written: {error.strerror}") from None
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask() if mode is None else mode)
        temporary.replace(target)
    except PermissionError:
        reason = "is it open in Excel? Close it and try again"
        raise fail(f"{target} cannot be written: {reason}") from None
    except OSError as error:
        raise fail(f"{target} cannot be written: {error.strerror}") from None
    finally:
        temporary.unlink(missing_ok=True)


def write_text(target: Path, text: str, mode: int | None = None) -> None:
    """Writes a text file, whole or not at all. Raises ModelError."""
    with written_whole(target, mode) as temporary:
        temporary.write_text(text, encoding="utf-8")


@contextmanager
def folder_written_whole(target: Path) -> Iterator[Path]:
    """A context that gives a new folder to write into. On success it becomes the target, which must not exist
    yet; on failure it is removed, with any parent folders made for it. Raises ModelError.
    """
    made = [parent for parent in target.parents if not parent.exists()]
    temporary: Path | None = None
    if "\0" in str(target):
        raise fail(f"{str(target)!r:.80} is not a valid file name")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(target.parent, _FILE)
        temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=f"{_FILE}{_owner()}-"))
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
            with suppress(OSError):  # not created after all, or in use by another process
                parent.rmdir()


@contextmanager
def scratch() -> Iterator[Path]:
    """A context that gives a temporary folder, removed at the end. Raises ModelError."""
    try:
        place = Path(tempfile.gettempdir())
        _remove_abandoned(place, _FOLDER)
        folder = tempfile.TemporaryDirectory(
            prefix=f"{_FOLDER}{_owner()}-", ignore_cleanup_errors=True
        )
    except OSError as error:
        raise fail(f"cannot create a temporary folder: {error.strerror}") from None
    with folder as name:
        yield Path(name)


def checked_file(path: Path, most: int, what: str) -> None:
    """Raises ModelError unless the path is a regular file (not a folder, device or pipe) of at most `most`
    bytes. `what` says what it should be, for the message: "an Excel workbook".
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        raise fail(f"there is no file {path}") from None
    except ValueError:
        raise fail(f"{path!s:.80} is not a valid file name") from None
    except OSError as error:
        raise fail(f"{path!s:.200} cannot be read: {error.strerror}") from None
    if not stat.S_ISREG(found.st_mode):
        kind = "a folder" if stat.S_ISDIR(found.st_mode) else "a device or a pipe"
        raise fail(f"{path} is {kind}, not {what}")
    if found.st_size > most:
        raise fail(f"{path} has {found.st_size / 2**20:,.0f} MiB: too large to read safely")


def _owner() -> str:
    """The machine, as a short digest of its name, and the process id."""
    return f"{_machine()}-{os.getpid()}"


def _host() -> str:
    # socket.gethostname says the same, and costs the import of a fortieth of a build.
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")


def _machine() -> str:
    return sha256(_host().encode()).hexdigest()[:8]


def _remove_abandoned(folder: Path, prefix: str) -> None:
    """Removes what processes that have ended left in a folder. What cannot be removed stays."""
    oldest = time.time() - ABANDONED
    try:
        entries = [entry for entry in os.scandir(folder) if entry.name.startswith(prefix)]
    except OSError:
        return
    for entry in entries:
        machine, _, rest = entry.name.removeprefix(prefix).partition("-")
        process, _, rest = rest.partition("-")
        if not rest or not process.isdigit():
            continue  # not one of ours
        try:
            found = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        gone = machine == _machine() and not _runs(int(process))
        if _is_own(found) and (gone or found.st_mtime < oldest):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                Path(entry.path).unlink(missing_ok=True)


def _is_own(found: os.stat_result) -> bool:
    return not hasattr(os, "getuid") or found.st_uid == os.getuid()


def _runs(process: int) -> bool:
    """Whether a process is running on this machine; assumed so where that cannot be asked safely."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
