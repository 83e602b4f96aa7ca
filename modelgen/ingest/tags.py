"""Inline XBRL tags of a page as a second witness: what each says of its numeral. Nothing is read by them."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from modelgen.ingest.document import Tag

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?|\.\d+")
_LARGEST_SCALE = 15  # a power of ten: no numeral is printed in more than billions
_LONGEST = 60  # characters of a numeral
_DAYS = frozenset(("startdate", "enddate", "instant"))


class Tags:
    """The contexts of a page, taken in as its elements come, and what a numeral's tag says by
    them. `missing` is set when a tag named a context that had not come yet.
    """

    def __init__(self) -> None:
        self.missing = False
        self._contexts: dict[str, dict[str, date]] = {}
        self._days: dict[str, date] = {}  # of the context that is being read
        self._text: list[str] | None = None  # of a day that is being read

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element of another name space than HTML's begins."""
        name = _local(tag)
        if name in _DAYS:
            self._text = []
        elif name == "context":
            self._days = self._contexts[attributes.get("id", "")] = {}

    def data(self, text: str) -> None:
        """Text within such elements."""
        if self._text is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """Such an element ends."""
        if self._text is not None and (name := _local(tag)) in _DAYS:
            text = "".join(self._text).strip()
            self._text = None
            try:
                day = date.fromisoformat(text[:10])
                # A day may be given with its time: midnight at its end is the start of the next.
                if "T00:00:00" in text and name != "startdate":
                    day -= timedelta(days=1)
            except (ValueError, OverflowError):
                return
            self._days[name] = day

    def tag(self, attributes: Mapping[str, str], printed: str) -> Tag | None:
        """What a numeral's tag says of it; None where that cannot be read."""
        digits = _NUMBER.search(printed)
        if not digits:
            return None
        try:
            scale = int(attributes.get("scale") or 0)
            value = Decimal(digits.group().replace(",", ""))
            value = value.scaleb(scale) if scale else value
        except (InvalidOperation, ValueError):
            return None
        if abs(scale) > _LARGEST_SCALE or len(digits.group()) > _LONGEST:
            return None
        if attributes.get("sign") == "-":
            value = -value
        days = self._contexts.get(attributes.get("contextref", ""))
        if days is None:
            self.missing = True
            days = {}
        end = days.get("enddate") or days.get("instant")
        return Tag(value, days.get("startdate"), end, attributes.get("name", ""))


def is_numeral_tag(tag: str) -> bool:
    """Whether an element is the tag of a numeral."""
    return ":" in tag and _local(tag) == "nonfraction"


@lru_cache(maxsize=512)
def _local(tag: str) -> str:
    return tag.rsplit(":", 1)[-1].lower()
