"""Edits a YAML text at exact places and leaves everything else unchanged: comments, quotes, spacing.

A library that reads and rewrites the whole text (ruamel.yaml 0.19.1) changed 39 of the 186 lines of a shipped
deal; here the parser gives the position of a value, and only that value changes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import yaml

# Texts that need no quotes anywhere, even in a one-line list.
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/()-]*\Z")


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """A replacement: the offsets of the first character and of the one after the last, and the new text."""

    start: int
    end: int
    new: str


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text after some edits, which must not overlap."""
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


def scalar_replaced(text: str, path: tuple[str, ...], new: str) -> Edit:
    """The edit that replaces the value at a path of keys, keeping its quotes.

    Raises KeyError if there is no single value there.
    """
    node = yaml.compose(text, Loader=yaml.CBaseLoader)
    for step in path:
        node = _value(node, step)
    if not isinstance(node, yaml.ScalarNode):
        raise KeyError(path)
    start, end = node.start_mark.index, node.end_mark.index
    before = " " if start == end else ""  # an empty value may not even have a space before it
    after = "\n" if node.style in ("|", ">") else ""  # such a value ends with its last line
    return Edit(start, end, before + _scalar(new, node.style) + after)


def first_dropped(text: str, path: tuple[str, ...]) -> Edit:
    """The edit that drops the first item of the list at a path of keys.

    Raises KeyError if there is no list with an item there.
    """
    node = yaml.compose(text, Loader=yaml.CBaseLoader)
    for step in path:
        node = _value(node, step)
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        raise KeyError(path)
    first, *others = node.value
    if others:
        return Edit(first.start_mark.index, others[0].start_mark.index, "")
    return Edit(node.start_mark.index, first.end_mark.index + node.flow_style, "[]")


def file_listed(text: str, name: str) -> list[Edit]:
    """The edit that adds a file to a deal's list `files`; None if it is already there."""
    root = yaml.compose(text, Loader=yaml.CBaseLoader)
    assert isinstance(root, yaml.MappingNode)
    files = _value(root, "files")
    if files is None:
        first = root.value[0][0].start_mark
        between = ", " if text[root.start_mark.index] == "{" else "\n" + " " * first.column
        return [Edit(first.index, first.index, f"files: [{name}]{between}")]
    names = files.value if isinstance(files, yaml.SequenceNode) else []
    if name in [item.value for item in names]:
        return []
    if not names:
        return [Edit(files.start_mark.index, files.end_mark.index, f"[{name}]")]
    end = names[-1].end_mark.index
    if text[files.start_mark.index] == "[":
        return [Edit(end, end, f", {name}")]
    end = text.find("\n", end) if "\n" in text[end:] else len(text)  # after a comment
    return [Edit(end, end, f"\n{' ' * files.start_mark.column}- {name}")]


def _value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _scalar(new: str, style: str | None) -> str:
    """A text as a YAML scalar: in double quotes or none as before if possible, otherwise in single quotes."""
    if style == '"':
        return '"' + new.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if style == "" and _PLAIN.match(new):
        return new
    return "'" + new.replace("'", "''") + "'"
