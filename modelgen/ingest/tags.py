"""Inline XBRL tags of a page as a second witness: what each says of its numeral. Nothing is read by them."""

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from modelgen.ingest.document import Tag

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?|\.\d+")


class Tags:
    """The tags of a page: contexts and units are read once."""

    def __init__(self, page: Any) -> None:
        self._contexts: dict[str, tuple[date | None, date | None, int]] = {}
        self._units: dict[str, str] = {}
        for node in page.iter():
            name = _local(node)
            if name == "context":
                self._contexts[node.get("id") or ""] = _context(node)
            elif name == "unit":
                measures = [
                    (part.text or "").strip() for part in node.iter() if _local(part) == "measure"
                ]
                self._units[node.get("id") or ""] = "/".join(measures)

    def of(self, cell: Any) -> Tag | None:
        """What the one tag of a cell says; None if there is none, or several, or it cannot be read."""
        found = [node for node in cell.iter() if _local(node) == "nonfraction"]
        if len(found) != 1:
            return None
        node = found[0]
        digits = _NUMBER.search("".join(node.itertext()))
        if not digits:
            return None
        try:
            value = Decimal(digits.group().replace(",", "")).scaleb(int(node.get("scale") or 0))
        except (InvalidOperation, ValueError):
            return None
        if node.get("sign") == "-":
            value = -value
        start, end, dimensions = self._contexts.get(node.get("contextref") or "", (None, None, 0))
        unit = self._units.get(node.get("unitref") or "", "")
        return Tag(value, unit, start, end, node.get("name") or "", dimensions)


def _local(node: Any) -> str:
    tag = node.tag
    return tag.rsplit(":", 1)[-1].lower() if isinstance(tag, str) and ":" in tag else ""


def _context(node: Any) -> tuple[date | None, date | None, int]:
    days: dict[str, date] = {}
    dimensions = 0
    for part in node.iter():
        name = _local(part)
        if name in ("startdate", "enddate", "instant"):
            text = (part.text or "").strip()
            try:
                # A day may be given with its time: midnight at its end is the start of the next.
                days[name] = date.fromisoformat(text[:10])
                if "T00:00:00" in text and name != "startdate":
                    days[name] -= timedelta(days=1)
            except ValueError:
                continue
        elif name in ("explicitmember", "typedmember"):
            dimensions += 1
    return days.get("startdate"), days.get("enddate") or days.get("instant"), dimensions
