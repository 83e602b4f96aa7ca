"""Text files read within limits: a regular file of the deal's own folder, in UTF-8, of a sane size."""

import re
from codecs import BOM_UTF8
from pathlib import Path, PurePosixPath, PureWindowsPath

from modelgen.files import checked_file
from modelgen.problem import Place, fail

LARGEST_FILE = 64 * 2**20
"""Bytes. A table of 100,000 figures takes about 8 MB."""
LONGEST_TEXT = 32_767
"""Characters that a cell of Excel holds."""
_LONGEST_NAME = 255  # bytes; what file systems take

# What neither XML 1.0 nor therefore a workbook can hold.
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_text(path: Path, errors: str = "strict") -> str:
    """The text of a UTF-8 file, without a byte order mark, its lines ended by line feeds.

    Raises ModelError: no such file, no regular file, too large, not UTF-8 (with line and column).
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
    """The path of a file that a text names: one of the folder's own. Raises ModelError."""
    windows = PureWindowsPath(name)
    outside = windows.drive or windows.root or PurePosixPath(name).is_absolute()
    if "\0" in name or not name.strip():
        raise fail("a file name may not be empty nor hold the character U+0000")
    if any(len(part.encode()) > _LONGEST_NAME for part in windows.parts):
        raise fail(f"a file name of {len(name):,} characters is too long")
    path = folder / name
    try:
        outside = outside or not path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a circle of links
        outside = True
    if outside or ".." in windows.parts:
        raise fail(f"'{name}' is outside the folder: a deal reads only files of its own folder")
    return path


def unfit(text: str) -> str:
    """What keeps a text out of a workbook, as a message; nothing when it fits."""
    found = _UNFIT.search(text)
    if found:
        return f"the text holds the character U+{ord(found[0]):04X}, which no workbook can hold"
    if len(text) > LONGEST_TEXT:
        return f"the text has {len(text):,} characters; a cell of Excel holds {LONGEST_TEXT:,}"
    return ""
