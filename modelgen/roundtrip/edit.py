"""Changes to a YAML text at exact places, all else left as it stands: comments, quotes, spacing.

A library that reads and writes the whole text anew (ruamel.yaml 0.19.1) rewrote 39 of the 186 lines
of a shipped deal; here the parser says where a value stands, and nothing but that value changes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import yaml

# What may stand without quotes anywhere, in a list of one line too.
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/()-]*\Z")


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """A stretch of a text, by its first character and the one after its last, and what replaces it."""

    start: int
    end: int
    new: str


def edited(text: str, edits: Iterable[Edit]) -> str:
    """A text with stretches replaced that do not overlap."""
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


def scalar_replaced(text: str, path: tuple[str, ...], new: str) -> Edit:
    """The edit that gives the value at a path of keys another text, in the quotes it stands in.

    KeyError when no single value stands there.
    """
    node = yaml.compose(text, Loader=yaml.CBaseLoader)
    for step in path:
        node = _value(node, step)
    if not isinstance(node, yaml.ScalarNode):
        raise KeyError(path)
    start, end = node.start_mark.index, node.end_mark.index
    before = " " if start == end else ""  # where nothing stands, not even a blank need
    after = "\n" if node.style in ("|", ">") else ""  # such a value ends with its last line
    return Edit(start, end, before + _scalar(new, node.style) + after)


def file_listed(text: str, name: str) -> list[Edit]:
    """The edit that adds a file to the list `files` of a deal; none when it is there already."""
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
    """A text as YAML has it: in double quotes or none if it stood so and may, else in single ones."""
    if style == '"':
        return '"' + new.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if style == "" and _PLAIN.match(new):
        return new
    return "'" + new.replace("'", "''") + "'"
