"""YAML as text with positions: every scalar stays a string, for the schema to type.

PyYAML's C composer gives nodes with marks; its BaseLoader resolves nothing, so `no`, `1:30` and
`1e3` stay what the author wrote. A key given twice is a problem, not a silent overwrite.
"""

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from modelgen.problem import ModelError, Place, Problem, fail

Plain = str | list["Plain"] | dict[str, "Plain"]
Path_ = tuple[str | int, ...]


@dataclass
class Positioned:
    """A plain document and where each of its keys and values stands."""

    plain: dict[str, Plain] = field(default_factory=dict)
    keys: dict[Path_, Place] = field(default_factory=dict)
    values: dict[Path_, Place] = field(default_factory=dict)

    def place(self, path: Path_) -> Place | None:
        """The place of the value at the path, or of the nearest thing that holds it."""
        for end in range(len(path), -1, -1):
            found = self.values.get(path[:end]) or self.keys.get(path[:end])
            if found is not None:
                return found
        return None

    def key_place(self, path: Path_) -> Place | None:
        """The place of the key at the path, or of the nearest thing that holds it."""
        return self.keys.get(path) or self.place(path)

    def merged(self, other: "Positioned") -> "Positioned":
        """The document with `other` over it: mappings merge, lists join, scalars are replaced."""
        merged = Positioned({}, dict(self.keys), dict(self.values))
        plain = _merge(self.plain, other.plain, (), merged, other)
        assert isinstance(plain, dict)
        merged.plain = plain
        return merged


def read_yaml(path: Path) -> Positioned:
    """The mapping in a YAML file. Raises ModelError: missing file, bad YAML, a key given twice."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise fail(f"there is no file {path}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise fail(f"{path} cannot be read: {_reason(error)}") from None
    try:
        node = yaml.compose(text, Loader=yaml.CBaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(str(path), mark.line + 1, mark.column + 1) if mark else Place(str(path), 1)
        raise fail(f"the YAML does not parse: {error.problem or error.context}", place) from None
    except yaml.YAMLError as error:
        raise fail(f"the YAML does not parse: {error}", Place(str(path), 1)) from None
    document = Positioned()
    if node is None:
        return document
    if not isinstance(node, yaml.MappingNode):
        raise fail("the file should hold keys and values", Place(str(path), 1))
    problems: list[Problem] = []
    plain = _plain(node, (), str(path), document, problems)
    if problems:
        raise ModelError(problems)
    assert isinstance(plain, dict)
    document.plain = plain
    return document


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8 text (byte {error.start})"
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)


def _plain(
    node: yaml.Node, path: Path_, file: str, document: Positioned, problems: list[Problem]
) -> Plain:
    document.values[path] = _place(node, file)
    if isinstance(node, yaml.MappingNode):
        out: dict[str, Plain] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            here = _place(key_node, file)
            if not isinstance(key_node, yaml.ScalarNode):
                problems.append(Problem("a key should be a word", here))
                continue
            if key in out:
                first = document.keys[(*path, key)]
                problems.append(
                    Problem(f"the key '{key}' is given twice", here, f"first in {first.short}")
                )
                continue
            document.keys[(*path, key)] = here
            out[key] = _plain(value_node, (*path, key), file, document, problems)
        return out
    if isinstance(node, yaml.SequenceNode):
        return [
            _plain(item, (*path, index), file, document, problems)
            for index, item in enumerate(node.value)
        ]
    return str(node.value)


def _place(node: yaml.Node, file: str) -> Place:
    start, end = node.start_mark, node.end_mark
    width = end.column - start.column if end.line == start.line else 1
    column = start.column + 1
    if isinstance(node, yaml.ScalarNode) and node.style in ("'", '"'):
        column, width = column + 1, max(1, width - 2)
    return Place(file, start.line + 1, column, max(1, width))


def _merge(below: Plain, above: Plain, path: Path_, merged: Positioned, other: Positioned) -> Plain:
    if isinstance(below, dict) and isinstance(above, dict):
        out = dict(below)
        for key, value in above.items():
            here = (*path, key)
            if key in below:
                out[key] = _merge(below[key], value, here, merged, other)
            else:
                out[key] = value
                _take(value, here, here, merged, other)
        return out
    if isinstance(below, list) and isinstance(above, list):
        for index, item in enumerate(above):
            _take(item, (*path, index), (*path, len(below) + index), merged, other)
        return [*below, *above]
    _take(above, path, path, merged, other)
    return above


def _take(value: Plain, path: Path_, as_path: Path_, merged: Positioned, other: Positioned) -> None:
    """Carries over the places at and below `path` of the other document."""
    for source, target in ((other.keys, merged.keys), (other.values, merged.values)):
        if path in source:
            target[as_path] = source[path]
    if isinstance(value, dict):
        for key, below in value.items():
            _take(below, (*path, key), (*as_path, key), merged, other)
    elif isinstance(value, list):
        for index, below in enumerate(value):
            _take(below, (*path, index), (*as_path, index), merged, other)
