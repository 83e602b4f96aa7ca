"""Reads YAML with positions: every scalar stays a string, which the schema types later.

PyYAML's C composer gives nodes with marks; its BaseLoader resolves nothing, so `no`, `1:30` and
`1e3` stay what the author wrote. A key given twice is a problem, not a silent overwrite.
"""

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from modelgen.problem import ModelError, Place, Problem, fail
from modelgen.text.reading import read_text, unfit

Plain = str | list["Plain"] | dict[str, "Plain"]
Path_ = tuple[str | int, ...]

DEEPEST = 40
"""The most levels of nested lists and mappings allowed; the schema has fewer than ten."""
MOST_REPEATED = 100_000
"""The most values that aliases may repeat in one file."""


@dataclass
class Positioned:
    """A plain document and the positions of its keys and values."""

    plain: dict[str, Plain] = field(default_factory=dict)
    keys: dict[Path_, Place] = field(default_factory=dict)
    values: dict[Path_, Place] = field(default_factory=dict)

    def place(self, path: Path_) -> Place | None:
        """The place of the value at a path or, failing that, of the nearest value that contains it."""
        for end in range(len(path), -1, -1):
            found = self.values.get(path[:end]) or self.keys.get(path[:end])
            if found is not None:
                return found
        return None

    def key_place(self, path: Path_) -> Place | None:
        """The place of the key at a path or, failing that, of the nearest key that contains it."""
        return self.keys.get(path) or self.place(path)

    def without(self, key: str) -> "Positioned":
        """The document without the value of one key, so that what is merged over it must give its own."""
        kept = Positioned(dict(self.plain), dict(self.keys), dict(self.values))
        kept.plain.pop(key, None)
        for places in (kept.keys, kept.values):
            places.pop((key,), None)
        return kept

    def merged(self, other: "Positioned") -> "Positioned":
        """The document merged with `other`: mappings merge, lists are joined, and other's scalars win."""
        merged = Positioned({}, dict(self.keys), dict(self.values))
        plain = _merge(self.plain, other.plain, (), merged, other)
        assert isinstance(plain, dict)
        merged.plain = plain
        return merged


def read_yaml(path: Path) -> Positioned:
    """The mapping in a YAML file. Raises ModelError: no such file, invalid YAML, a key given twice, a text
    that a workbook cannot hold, aliases that recur or repeat without end.
    """
    text = read_text(path)
    document = Positioned(values={(): Place(str(path), 1)})
    try:
        node = yaml.compose(text, Loader=yaml.CBaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(str(path), mark.line + 1, mark.column + 1) if mark else Place(str(path), 1)
        raise fail(f"the YAML cannot be read: {error.problem or error.context}", place) from None
    except yaml.reader.ReaderError as error:
        before = text.encode()[: error.position].decode(errors="replace")
        place = Place(str(path), before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise fail(f"the YAML cannot be read: {error.reason}", place) from None
    if node is None:
        return document
    if not isinstance(node, yaml.MappingNode):
        raise fail("the file should be a mapping of keys to values", Place(str(path), 1))
    taking = _Taking(str(path), document)
    plain = taking.plain(node, ())
    if taking.problems:
        raise ModelError(taking.problems)
    assert isinstance(plain, dict)
    document.plain = plain
    return document


@dataclass
class _Taking:
    """Converts nodes to plain values with their places, and notes what is wrong.

    An alias (*name) repeats the node of its anchor. Repeated values are counted, since ten lines of
    aliases can make more values than any machine holds.
    """

    file: str
    document: Positioned
    problems: list[Problem] = field(default_factory=list)
    _seen: set[int] = field(default_factory=set)
    _repeated: int = 0

    def plain(self, node: yaml.Node, path: Path_) -> Plain:
        """The plain value of the node at a path of the document."""
        here = _place(node, self.file)
        self.document.values[path] = here
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(str(node.value), here)
        self._admit(node, path, here)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        return [self.plain(item, (*path, index)) for index, item in enumerate(node.value)]

    def _scalar(self, text: str, here: Place) -> str:
        wrong = unfit(text)
        if wrong:
            self.problems.append(Problem(wrong, here))
        return text

    def _admit(self, node: yaml.Node, path: Path_, here: Place) -> None:
        """Stops at a list or mapping that is nested too deeply, or that aliases repeat too often."""
        if id(node) in self._seen:
            self._repeated += 1 + len(node.value)
        self._seen.add(id(node))
        if self._repeated > MOST_REPEATED:
            message = f"aliases repeat more than {MOST_REPEATED:,} values"
        elif len(path) > DEEPEST:
            message = f"lists and mappings are nested more than {DEEPEST} deep"
        else:
            return
        raise ModelError([*self.problems, Problem(message, here)])

    def _mapping(self, node: yaml.MappingNode, path: Path_) -> dict[str, Plain]:
        out: dict[str, Plain] = {}
        for key_node, value_node in node.value:
            here = _place(key_node, self.file)
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(Problem("a key should be a word", here))
                continue
            key = self._scalar(str(key_node.value), here)
            if key in out:
                first = self.document.keys[(*path, key)]
                self.problems.append(
                    Problem(f"the key '{key}' is given twice", here, f"first in {first.short}")
                )
                continue
            self.document.keys[(*path, key)] = here
            out[key] = self.plain(value_node, (*path, key))
        return out


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
                merged.keys[here] = other.keys[here]
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
    """Copies the places at and below `path` from the other document."""
    for source, target in ((other.keys, merged.keys), (other.values, merged.values)):
        if path in source:
            target[as_path] = source[path]
    if isinstance(value, dict):
        for key, below in value.items():
            _take(below, (*path, key), (*as_path, key), merged, other)
    elif isinstance(value, list):
        for index, below in enumerate(value):
            _take(below, (*path, index), (*as_path, index), merged, other)
