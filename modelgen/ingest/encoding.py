"""The text of bytes whose encoding nobody states, or states wrongly."""


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
        return data.decode("cp1252", "replace"), "cp1252"
