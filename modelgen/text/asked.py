"""What the modules that there are ask for a new deal, under `new` in their own text.

    new:
      always: true              # every new deal uses the module
      members:
        loan:
          set: term_loan
          asks: Term loans
          attributes: {index: base_rate}
          also: {index: {base_rate: Base rate}}

A kind of member (`loan`) is what a person names; its set and attributes are what the deal's text then holds,
and with them members of other sets (`also`) that such a member needs.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from modelgen.problem import ModelError, Problem, did_you_mean, fail
from modelgen.text.folders import MODULE, holding
from modelgen.text.yaml_text import Plain, Positioned, read_yaml

NEW = "new"


@dataclass(frozen=True)
class Kind:
    """A kind of member that a module asks for: the set it goes into, in words, its attributes, and the
    members of other sets that it needs.
    """

    module: str
    set: str
    asks: str
    attributes: dict[str, Plain] = field(default_factory=dict)
    also: dict[str, Plain] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """What the modules ask: those that every new deal uses, all that there are, and kinds of members."""

    always: tuple[str, ...]
    known: tuple[str, ...]
    kinds: dict[str, Kind]

    def kind(self, name: str) -> Kind:
        """The kind of member of that name. Raises ModelError."""
        if name not in self.kinds:
            listed = f"kinds of members: {', '.join(self.kinds) or 'none'}"
            hint = did_you_mean(name, self.kinds) or listed
            raise fail(f"no module asks for a '{name}'", hint=hint)
        return self.kinds[name]


def asked(folders: Iterable[Path]) -> Asked:
    """What the modules in some folders ask; of two modules, or kinds,
    with one name, the first. Raises ModelError for a `new`
    that cannot be read.
    """
    found: dict[str, Positioned] = {}
    for folder in folders:
        for path in holding(folder, MODULE):
            found.setdefault(path.name, read_yaml(path / f"{MODULE}.yaml"))
    problems: list[Problem] = []
    always: list[str] = []
    kinds: dict[str, Kind] = {}
    for name, text in found.items():
        given = text.plain.get(NEW, {})
        members = given.get("members", {}) if isinstance(given, dict) else None
        if not isinstance(given, dict) or not isinstance(members, dict):
            form = "new: {always: true, members: {loan: {set: term_loan, asks: Term loans}}}"
            problems.append(
                Problem("'new' says what a new deal is asked", text.place((NEW,)), form)
            )
            continue
        if given.get("always") == "true":
            always.append(name)
        for kind, of in members.items():
            place = text.place((NEW, "members", kind))
            if not isinstance(of, dict) or not isinstance(of.get("set"), str):
                problems.append(Problem(f"the kind of member '{kind}' names no set", place))
                continue
            attributes, also = of.get("attributes", {}), of.get("also", {})
            asks = Kind(
                name,
                str(of["set"]),
                str(of.get("asks", kind)),
                attributes if isinstance(attributes, dict) else {},
                also if isinstance(also, dict) else {},
            )
            kinds.setdefault(kind, asks)
    if problems:
        raise ModelError(problems)
    return Asked(tuple(always), tuple(found), kinds)
