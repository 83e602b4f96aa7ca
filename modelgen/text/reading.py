"""Reads text files within limits: regular files in the deal's own folder, in UTF-8, of reasonable size."""

import re
from codecs import BOM_UTF8
from pathlib import Path, PurePosixPath, PureWindowsPath

from modelgen.files import checked_file
from modelgen.problem import Place, fail

LARGEST_FILE = 64 * 2**20
"""Bytes. A table of 100,000 figures takes about 8 MB."""
LONGEST_TEXT = 32_767
"""The characters that an Excel cell can hold."""
_LONGEST_NAME = 255  # bytes, the limit of file systems

# Characters that XML 1.0, and therefore a workbook, cannot hold.
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_text(path: Path, errors: str = "strict") -> str:
    """The text of a UTF-8 file, without a byte order mark and with line feeds as line ends.

    Raises ModelError: no such file, not a regular file, too large, not UTF-8 (with line and column).
    """
    checked_file(path, LARGEST_FILE, "a file")
    try:
        data = path.read_bytes().removeprefix(BOM_UTF8)
    except OSError as error:
        raise fail(f"{path} cannot be read: {error.strerror}") from None
    try:
        text = data.decode("utf-8", errors)
    except UnicodeDecodeError as error:
        raise fail(
            f"the file is not UTF-8 text: it holds the byte 0x{data[error.start]:02X}",
            _place_of_byte(path, data, error.start),
            "save it as UTF-8",
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _place_of_byte(path: Path, data: bytes, offset: int) -> Place:
    before = data[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    start = before.rfind(b"\n") + 1
    return Place(str(path), before.count(b"\n") + 1, len(before[start:].decode()) + 1)


def file_in(folder: Path, name: str) -> Path:
    """The path of a file that a text names, which must be inside the folder. Raises ModelError."""
    windows = PureWindowsPath(name)
    outside = windows.drive or windows.root or PurePosixPath(name).is_absolute()
    if "\0" in name or not name.strip():
        raise fail("a file name may not be empty or contain the character U+0000")
    if any(len(part.encode()) > _LONGEST_NAME for part in windows.parts):
        raise fail(f"a file name of {len(name):,} characters is too long")
    path = folder / name
    try:
        outside = outside or not path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a loop of symbolic links
        outside = True
    if outside or ".." in windows.parts:
        raise fail(f"'{name}' is outside the folder: a deal can read only files in its own folder")
    return path


def unfit(text: str) -> str:
    """The message if a text cannot be written to a workbook; empty if it can."""
    found = _UNFIT.search(text)
    if found:
        return (
            f"the text contains the character U+{ord(found[0]):04X}, which a workbook cannot hold"
        )
    if len(text) > LONGEST_TEXT:
        return f"the text has {len(text):,} characters; an Excel cell holds {LONGEST_TEXT:,}"
    return ""
