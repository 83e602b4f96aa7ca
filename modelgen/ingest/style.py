"""What a page's styles say: hidden elements, those set high, how far a label is set in, rules drawn."""

import re
from typing import Any

_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_RAISED = re.compile(r"vertical-align\s*:\s*super|top\s*:\s*-")
_HIDDEN_TAGS = frozenset(("ix:header", "ix:hidden"))
_INDENT = re.compile(r"(padding-left|text-indent|margin-left)\s*:\s*(-?[\d.]+)\s*(pt|px|em|in|%)?")
_PADDING = re.compile(r"padding\s*:\s*[\d.]+\w*\s+[\d.]+\w*\s+[\d.]+\w*\s+([\d.]+)(pt|px|em|in|%)?")
_POINTS = {"pt": 1.0, "px": 0.75, "em": 10.0, "in": 72.0, "%": 5.0, "": 0.75}
_RULE = re.compile(r"border-(?:top|bottom)\s*:\s*(?!0|none)[^;]*(?:solid|double)")


def by_style(every: list[Any]) -> tuple[set[Any], set[Any]]:
    """The elements that are hidden, and those set high, as marks of footnotes are."""
    hidden, raised = set(), set()
    for node in every:
        tag, style = node.tag, node.get("style")
        if style:
            if ("none" in style or "hidden" in style) and _HIDING.search(style):
                hidden.add(node)
            elif ("top:" in style or "super" in style) and _RAISED.search(style):
                raised.add(node)
        if tag == "sup":
            raised.add(node)
        elif tag in _HIDDEN_TAGS:
            hidden.add(node)
    return hidden, raised


def is_ruled(cell: Any) -> bool:
    """Whether a line is drawn above or below a cell."""
    style = cell.get("style")
    return bool(style) and ("solid" in style or "double" in style) and bool(_RULE.search(style))


def indent_of(cell: Any) -> float:
    """How far a cell's text is set in, in points: the sum over the cell and its first descendants."""
    total, node = 0.0, cell
    for _ in range(3):
        style = node.get("style") or ""
        for _, size, unit in _INDENT.findall(style):
            total += float(size) * _POINTS[unit] if _is_number(size) else 0.0
        short = _PADDING.search(style)
        if short and "padding-left" not in style:
            total += float(short[1]) * _POINTS[short[2] or ""]
        text = node.text or ""
        if text.strip() or not len(node):
            total += 3.0 * (len(text) - len(text.lstrip("\xa0 \u2003\u2002")))
            break
        node = node[0]
    return total


def _is_number(text: str) -> bool:
    return text.count(".") <= 1 and text not in {"-", ".", "-."}
