"""The text of bytes whose encoding nobody states, or states wrongly."""

import re

_DECLARED = re.compile(rb"charset\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)
_HEAD = 4_000  # bytes in which a page declares its encoding
# Those of the web that are neither UTF-8 nor, as pages mean it, cp1252.
_OTHER = re.compile(
    r"iso-?8859-(?:[2-9]|1\d)|windows-\d{3,4}|shift[_-]jis|euc-(?:jp|kr)|iso-2022-jp|gbk|gb2312|gb18030|big5|koi8-[ru]"
)


def decoded(data: bytes) -> tuple[str, str]:
    """The text of some bytes and its encoding: by a byte order mark, as UTF-8, as declared, or as cp1252."""
    for mark, encoding in (
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
        (b"\xef\xbb\xbf", "utf-8-sig"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, "replace"), encoding
    if data[:200].count(b"\0") > 40:
        encoding = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
        return data.decode(encoding, "replace"), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    declared = _DECLARED.search(data[:_HEAD])
    encoding = declared[1].decode().lower() if declared else ""
    if _OTHER.fullmatch(encoding):
        try:
            return data.decode(encoding), encoding
        except (LookupError, UnicodeDecodeError):
            pass
    return data.decode("cp1252", "replace"), "cp1252"
