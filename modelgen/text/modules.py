"""The modules that a deal uses, with those that they need, merged into one text.

A module is a folder with `module.yaml`: a part of a model as text. It is found beside the deal's folder or
among those that ship, and knows no other module but those that it says it needs.
"""

from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from modelgen.problem import ModelError, Place, Problem
from modelgen.text.conditions import with_modules
from modelgen.text.folders import MODULE, Folder, found_folder, given_twice, known_names
from modelgen.text.yaml_text import Positioned

_OF_ITSELF = ("name", "description", "needs", "gives", "new")
"""What a module says of itself, which is no part of the model."""


@dataclass
class Modules:
    """The modules used, in order: each after those that it needs."""

    parents: list[Path]
    used: dict[str, Folder] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def use(self, text: Positioned) -> None:
        """Adds the modules that a text `uses`, and those that they need."""
        for name, place in _names(text, "uses", self.problems):
            self._use(name, place, ())

    @property
    def known(self) -> list[str]:
        """The names of all modules that there are."""
        return list(dict.fromkeys([*self.used, *known_names(MODULE, self.parents)]))

    def _use(self, name: str, place: Place | None, users: tuple[str, ...]) -> None:
        if name in users:
            ring = [*users[users.index(name) :], name]
            steps = ", ".join(f"'{a}' needs '{b}'" for a, b in pairwise(ring))
            self.problems.append(Problem(f"modules need each other: {steps}", place))
            return
        if name in self.used:
            return
        try:
            found = found_folder(MODULE, name, self.parents, place)
        except ModelError as error:
            self.problems += error.problems
            return
        for needed, where in _names(found.positions, "needs", self.problems):
            self._use(needed, where, (*users, name))
        self.used[name] = found

    def own_part(self, text: Positioned) -> Positioned:
        """The part of a deal's or template's text that applies with these modules."""
        kept, problems = with_modules(text, self.used, self.known)
        self.problems += problems
        return kept

    def merged(self) -> Positioned | None:
        """The text of all modules used; None if there are none. What one of them gives, no other may."""
        whole: Positioned | None = None
        for module in self.used.values():
            text = module.positions
            for key in _OF_ITSELF:
                text = text.without(key)
            text = self.own_part(text)
            if whole is None:
                whole = text
                continue
            self.problems += given_twice(whole, text)
            whole = whole.merged(text)
        return whole


def _names(text: Positioned, key: str, problems: list[Problem]) -> list[tuple[str, Place | None]]:
    """The modules that a text names under `uses` or `needs`."""
    given = text.plain.get(key, [])
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        problems.append(
            Problem(
                f"'{key}' should be a list of modules", text.place((key,)), f"{key}: [name, name]"
            )
        )
        return []
    return [(str(name), text.place((key, index))) for index, name in enumerate(given)]
