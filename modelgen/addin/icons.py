"""The icons of the add-in for Excel: a number and the tree that it follows from, drawn here as PNG files."""

import struct
import zlib

Box = tuple[float, float, float, float]
_TREE: tuple[Box, ...] = (
    (0.15, 0.15, 0.58, 0.32),  # the number
    (0.22, 0.32, 0.28, 0.80),  # the stem
    (0.22, 0.46, 0.42, 0.52),
    (0.22, 0.74, 0.42, 0.80),
    (0.42, 0.40, 0.86, 0.58),  # what it follows from
    (0.42, 0.68, 0.86, 0.86),
)
_NAVY, _WHITE, _CLEAR = b"\x1f\x38\x64\xff", b"\xff\xff\xff\xff", b"\x00\x00\x00\x00"


def icon(size: int, outline: bool = False) -> bytes:
    """The icon as a PNG of `size` pixels a side, white on navy, or with `outline` white on nothing.

    >>> icon(16)[1:4]
    b'PNG'
    """
    ground = _CLEAR if outline else _NAVY
    rows = b"".join(
        b"\0" + b"".join(_WHITE if _drawn(x, y, size) else ground for x in range(size))
        for y in range(size)
    )
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(name, data) for name, data in parts)


def _drawn(x: int, y: int, size: int) -> bool:
    across, down = (x + 0.5) / size, (y + 0.5) / size
    return any(left <= across < right and top <= down < end for left, top, right, end in _TREE)


def _part(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
