"""Reads a document of any format that has a reader: HTML, text, PDF."""

import gzip
from pathlib import Path

from modelgen.files import checked_file
from modelgen.ingest.document import Document
from modelgen.problem import fail

LARGEST_DOCUMENT = 64 * 2**20
"""Bytes. The largest annual reports have some 20 MB with their tags."""


def read(path: Path) -> Document:
    """The document in a file. Raises ModelError: no such file, too large, not to be read; EngineError if
    a library for the format is missing.
    """
    checked_file(path, LARGEST_DOCUMENT, "a document")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise fail(f"{path} cannot be read: {error.strerror}") from None
    if data.startswith(b"\x1f\x8b"):
        data = _unpacked(path, data)
    if data.startswith(b"%PDF-"):
        from modelgen.ingest.pdf import read_pdf  # noqa: PLC0415

        return read_pdf(str(path), data)
    if _is_html(data):
        from modelgen.ingest.html import read_html  # noqa: PLC0415

        return read_html(str(path), data)
    from modelgen.ingest.text import read_plain  # noqa: PLC0415

    return read_plain(str(path), data)


def _unpacked(path: Path, data: bytes) -> bytes:
    import io  # noqa: PLC0415
    import zlib  # noqa: PLC0415

    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            found = packed.read(LARGEST_DOCUMENT + 1)
    except (OSError, EOFError, zlib.error):
        raise fail(f"{path} is a damaged gzip file") from None
    if len(found) > LARGEST_DOCUMENT:
        raise fail(f"{path} unpacks to more than {LARGEST_DOCUMENT // 2**20} MB")
    return found


def _is_html(data: bytes) -> bool:
    head = data[:200_000].replace(b"\0", b"").lower()
    return b"<html" in head or b"<table" in head or b"<!doctype html" in head or b"<div" in head
