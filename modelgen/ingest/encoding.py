"""The text of bytes whose encoding nobody states, or states wrongly."""

import re
from typing import NamedTuple

_DECLARED = re.compile(rb"charset\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)
_HEAD = 4_000  # bytes in which a page declares its encoding
# Those of the web that are neither UTF-8 nor, as pages mean it, cp1252.
_OTHER = re.compile(
    r"iso-?8859-(?:[2-9]|1\d)|windows-\d{3,4}|shift[_-]jis|euc-(?:jp|kr)|iso-2022-jp|gbk|gb2312|gb18030|big5|koi8-[ru]"
)
_SINGLE = "cp1252", "mac_roman"  # of a byte a letter; the first where both may be
_HIGH = re.compile(rb"[^\x80-\xff]?[\x80-\xff][^\x80-\xff]?")
_MOST = 2_000  # letters that are looked at
_TYPOGRAPHY = frozenset("‘’“”–—…•·£€¥¢§©®™°½¼¾«»†‡×±÷¶´¹²³\xa0")


class Decoded(NamedTuple):
    """The text of some bytes, its encoding, and a sentence on what looks odd in it, "" if nothing does."""

    text: str
    encoding: str
    doubt: str = ""


def decoded(data: bytes) -> Decoded:
    """The text of some bytes and its encoding: by a byte order mark, as UTF-8, as declared, or as cp1252 or
    Mac Roman, in whichever more of the letters are words and more of the signs are typography.
    """
    for mark, encoding in (
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
        (b"\xef\xbb\xbf", "utf-8-sig"),
    ):
        if data.startswith(mark):
            return Decoded(data.decode(encoding, "replace"), encoding)
    if data[:200].count(b"\0") > 40:
        encoding = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
        return Decoded(data.decode(encoding, "replace"), encoding)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    declared = _DECLARED.search(data[:_HEAD])
    encoding = declared[1].decode().lower() if declared else ""
    if _OTHER.fullmatch(encoding):
        try:
            return Decoded(data.decode(encoding), encoding)
        except (LookupError, UnicodeDecodeError):
            pass
    pieces = [found[0] for _, found in zip(range(_MOST), _HIGH.finditer(data), strict=False)]
    likely = {
        encoding: sum(_likely(p.decode(encoding, "replace")) for p in pieces)
        for encoding in _SINGLE
    }
    encoding = max(likely, key=lambda one: likely[one])
    text = data.decode(encoding, "replace")
    if likely[encoding] >= 0:
        return Decoded(text, encoding)
    odd = next(p for p in pieces if _likely(p.decode(encoding, "replace")) < 0)
    return Decoded(
        text,
        encoding,
        "in what encoding the document is written is not known, and what is no ASCII looks odd as it is "
        f"read ('{odd.decode(encoding, 'replace').strip()}'): save a copy as UTF-8, and ingest that",
    )


def _likely(piece: str) -> int:
    """How likely a letter beyond ASCII is between those beside it: 1 for one of a word and for a sign of
    typography, -1 for any other.

    >>> _likely("s’ "), _likely("sÕ "), _likely("fé "), _likely("É")
    (1, -1, 1, -1)
    """
    at = next((n for n, letter in enumerate(piece) if letter > "\x7f"), 0)
    letter, before = piece[at], piece[:at]
    if not letter.isalpha():
        return 1 if letter in _TYPOGRAPHY else -1
    beside = before.isalpha() or piece[at + 1 :].isalpha()
    return 1 if beside and not (letter.isupper() and before.islower()) else -1
