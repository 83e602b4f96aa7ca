"""The sets of a deal: who their members are, and whether each member has what its sets ask for.

A set's members are those that a text defines in it (a mapping) or picks for it (a list), then those of the
sets that join it, in the order of joining; or, by a rule, those of another set with certain attributes.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from modelgen.model.expand import ITSELF, Declared, Member
from modelgen.model.resolve import DROPPED
from modelgen.model.tables import OWN_SETS
from modelgen.problem import Place, Problem, did_you_mean
from modelgen.text.load import DealText
from modelgen.text.schema import InputText, LineText
from modelgen.text.set_rules import AttributeText, SetRuleText

GIVEN, ABSENT = "given", "absent"
_WORD = re.compile(r"[a-z_][a-z0-9_]*")
_KINDS = {
    "flow": "a line over a timeline",
    "balance": "a line over a timeline",
    "ratio": "a line over a timeline",
    "value": "an input or line of one value",
    "date": "an input or line of one date",
    "text": "an input or line of one text",
}


def sets_of(deal: DealText) -> tuple[dict[str, tuple[Member, ...]], list[Problem]]:
    """The members of each set that the text names, and the problems with them."""
    making = _Sets(deal)
    making.define()
    making.check_rules()
    if not making.problems:
        making.fill()
        making.pick()
        making.check_attributes()
    making.problems += _unknown_sets(deal)
    found = {
        name: tuple(making.member(id_) for id_ in making.members(name)) for name in making.names
    }
    return found, making.problems


@dataclass
class _Sets:
    """The sets while they are made. `attributes` are those of each member, with defaults once filled; `home`
    is the set that defines it.
    """

    deal: DealText
    problems: list[Problem] = field(default_factory=list)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    home: dict[str, str] = field(default_factory=dict)
    known: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def rules(self) -> Mapping[str, SetRuleText]:
        return self.deal.document.set_rules

    @property
    def names(self) -> list[str]:
        """All sets: those with members of their own, and those that rules name."""
        named = [name for rule in self.rules.values() for name in (*rule.joins, rule.picks) if name]
        return list(dict.fromkeys([*self.deal.document.sets, *self.rules, *named]))

    def note(self, message: str, place: Place | None, hint: str = "") -> None:
        self.problems.append(Problem(message, place, hint))

    def define(self) -> None:
        """Takes the members that the text defines, and checks those that it lists."""
        sets = self.deal.document.sets
        for name in self.names:
            if name in OWN_SETS:
                self.note(
                    f"the model itself makes the set '{name}'",
                    self.deal.key_place("sets" if name in sets else "set_rules", name),
                    f"choose another name; the model's own sets are {', '.join(OWN_SETS)}",
                )
        for name, members in sets.items():
            for id_, attributes in members.items() if isinstance(members, dict) else ():
                place = self.deal.key_place("sets", name, id_)
                if id_ in self.attributes:
                    self.note(f"the member '{id_}' is defined twice", place)
                if not attributes.get("label"):
                    self.note(f"the member '{id_}' needs 'label'", place)
                self.attributes.setdefault(id_, dict(attributes))
                self.home.setdefault(id_, name)
        for name, members in sets.items():
            for index, id_ in enumerate(members if isinstance(members, list) else ()):
                if id_ not in self.attributes:
                    self.note(
                        f"'{id_}' is not a member of any set",
                        self.deal.place("sets", name, index),
                        did_you_mean(id_, self.attributes),
                    )

    def check_rules(self) -> None:
        """Checks the rules by themselves: no circles, and conditions on attributes that there are."""
        for name, rule in self.rules.items():
            path = ("set_rules", name)
            if rule.picks and name in self.deal.document.sets and self.deal.document.sets[name]:
                self.note(
                    f"the members of '{name}' are picked from '{rule.picks}' by a rule, not listed",
                    self.deal.key_place("sets", name),
                )
            if rule.where and not rule.picks:
                self.note("'where' needs 'picks'", self.deal.key_place(*path, "where"))
            for index, joined in enumerate(rule.joins):
                if joined in self.rules and self.rules[joined].picks:
                    self.note(
                        f"'{name}' cannot join '{joined}', whose members a rule picks",
                        self.deal.place(*path, "joins", index),
                    )
            if name in self._below(name):
                self.note(
                    f"the set '{name}' joins or picks itself",
                    self.deal.key_place(*path),
                )
            declared = self._declared_near(rule.picks) if rule.picks else {}
            for attribute in rule.where:
                if rule.picks and attribute not in declared:
                    self.note(
                        f"'{attribute}' is not an attribute of '{rule.picks}'",
                        self.deal.key_place(*path, "where", attribute),
                        did_you_mean(attribute, declared),
                    )
            for key, attribute_text in (rule.attributes or {}).items():
                self._check_attribute((*path, "attributes", key), key, attribute_text)

    def _check_attribute(self, path: tuple[str, ...], key: str, text: AttributeText) -> None:
        if text.default is not None and text.choices and text.default not in text.choices:
            self.note(
                f"'{text.default}' is not one of {', '.join(text.choices)}",
                self.deal.place(*path, "default"),
                did_you_mean(text.default, text.choices),
            )
        if text.required and (text.optional or text.default is not None):
            self.note(
                f"the attribute '{key}' is required, so it is not optional and has no default",
                self.deal.place(*path, "required"),
            )
        if text.of is not None and text.of not in self.names:
            self.note(
                f"'{text.of}' is not a set",
                self.deal.place(*path, "of"),
                did_you_mean(text.of, self.names),
            )

    def _below(self, name: str) -> set[str]:
        """The sets whose members are in a set: those that join it and the one that it picks from."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            here = waiting.pop()
            rule = self.rules.get(here)
            parts = [n for n, r in self.rules.items() if here in r.joins]
            parts += [rule.picks] if rule and rule.picks else []
            waiting += [part for part in parts if part not in found]
            found |= set(parts)
        return found

    def _above(self, name: str) -> list[str]:
        """A set and those that it joins, and those that these join."""
        found = [name]
        for here in found:
            rule = self.rules.get(here)
            found += [n for n in (rule.joins if rule else ()) if n not in found]
        return found

    def _declared_near(self, name: str) -> dict[str, AttributeText]:
        """The attributes that members of a set may have."""
        near = [*self._above(name), *self._below(name)]
        near += [above for part in self._below(name) for above in self._above(part)]
        return self._declared(near)

    def _declared(self, names: Sequence[str]) -> dict[str, AttributeText]:
        found: dict[str, AttributeText] = {}
        for name in names:
            rule = self.rules.get(name)
            found |= (rule.attributes or {}) if rule else {}
        return found

    def fill(self) -> None:
        """Gives members the defaults of the sets that they are in by definition."""
        for name, members in self.deal.document.sets.items():
            for id_ in members:
                self._fill(id_, self._above(name))

    def _fill(self, id_: str, names: Sequence[str]) -> None:
        for key, text in self._declared(names).items():
            if text.default is not None:
                self.attributes[id_].setdefault(key, text.default)

    def pick(self) -> None:
        """Makes the sets in turn, and gives those that a rule picks the defaults of those they are now in."""
        for name in self.names:
            rule = self.rules.get(name)
            picked = self.members(name)
            if rule and rule.picks:
                for id_ in picked:
                    self._fill(id_, self._above(name))

    def members(self, name: str) -> tuple[str, ...]:
        """The ids of a set's members."""
        if name not in self.known:
            self.known[name] = ()  # a circle is reported by check_rules
            self.known[name] = tuple(dict.fromkeys(self._members(name)))
        return self.known[name]

    def _members(self, name: str) -> Iterator[str]:
        rule = self.rules.get(name)
        if rule and rule.picks:
            for id_ in self.members(rule.picks):
                if all(self._fits(id_, key, wanted) for key, wanted in rule.where.items()):
                    yield id_
            return
        yield from (m for m in self.deal.document.sets.get(name, ()) if m in self.attributes)
        for joining, its in self.rules.items():
            if name in its.joins:
                yield from self.members(joining)

    def _fits(self, id_: str, key: str, wanted: str | list[str]) -> bool:
        value = self.attributes[id_].get(key, "")
        if wanted in (GIVEN, ABSENT):
            return bool(value) is (wanted == GIVEN)
        return value in (wanted if isinstance(wanted, list) else [wanted])

    def check_attributes(self) -> None:
        """Checks each member's attributes against those that its sets declare."""
        for id_, attributes in self.attributes.items():
            path = ("sets", self.home[id_], id_)
            within = [name for name in self.names if id_ in self.members(name)]
            declared = self._declared(within)
            strict = any(self.rules[n].attributes is not None for n in within if n in self.rules)
            for key, value in attributes.items():
                if key == "label" or not strict:
                    continue
                text = declared.get(key)
                if text is None:
                    known = ["label", *declared]
                    self.note(
                        f"'{key}' is not an attribute of '{id_}'",
                        self.deal.key_place(*path, key),
                        did_you_mean(key, known)
                        or f"attributes of '{self.home[id_]}': {', '.join(known)}",
                    )
                elif text.choices is not None and value not in text.choices:
                    near = did_you_mean(value, text.choices)
                    self.note(
                        f"'{key}' of '{id_}' is '{value}', which is not one of {', '.join(text.choices)}",
                        self.deal.place(*path, key),
                        near,
                    )
                elif text.of is not None and value not in self.members(text.of):
                    members = self.members(text.of)
                    self.note(
                        f"'{key}' of '{id_}' is '{value}', which is not a member of '{text.of}'",
                        self.deal.place(*path, key),
                        did_you_mean(value, members) or f"members: {', '.join(members) or 'none'}",
                    )
            for key, text in declared.items():
                if text.optional or text.default is not None or attributes.get(key):
                    continue
                words = f": {', '.join(text.choices)}" if text.choices else ""
                self.note(
                    f"the member '{id_}' has no '{key}'",
                    self.deal.key_place(*path),
                    f"{text.label or key}{words}",
                )

    def member(self, id_: str) -> Member:
        """A member with its attributes."""
        attributes = self.attributes[id_]
        aliases = {key: value for key, value in attributes.items() if key != "label"}
        return Member(id_, attributes.get("label") or id_, aliases, attributes)


def _unknown_sets(deal: DealText) -> Iterator[Problem]:
    """Sets that the deal's own text fills and nothing uses: misspelt, or of a module that is not used."""
    document = deal.document
    ours = [
        n for n in document.sets if deal.is_own(deal.key_place("sets", n)) and n not in OWN_SETS
    ]
    if not ours:
        return
    known = {name for name in document.sets if name not in ours} | set(document.set_rules)
    for rule in document.set_rules.values():
        known |= {*rule.joins, rule.picks or ""}
    used = _used_words(deal)
    for name in ours:
        if name not in known and name not in used:
            near = did_you_mean(name, known | {s.for_each for s in document.sections if s.for_each})
            names = ", ".join(sorted(known))
            yield Problem(
                f"no module, template or section uses a set '{name}'",
                deal.key_place("sets", name),
                near or (f"sets: {names}" if names else ""),
            )


def _used_words(deal: DealText) -> set[str]:
    """All words by which a section, formula, chart or member's attribute may mean a set."""
    document = deal.document
    found: set[str] = set()
    texts: list[str] = [*document.outputs, *document.events.values()]
    texts += [line for sheet in document.sheets.values() for c in sheet.charts for line in c.lines]
    for members in document.sets.values():
        if isinstance(members, dict):
            given = [
                value for one in members.values() for key, value in one.items() if key != "label"
            ]
            found |= set(given)  # an attribute may name a set
    for section in document.sections:
        texts += [section.for_each or "", section.if_any or ""]
        texts += [text.choices_of or "" for text in section.inputs.values()]
        for line in (*section.lines.values(), *section.totals.values()):
            texts += [line.formula or "", line.actual or "", line.forecast or ""]
        texts += [check.formula for check in section.checks.values()]
    for text in texts:
        found |= set(_WORD.findall(text))
    return found


def lacking(
    deal: DealText,
    declared: Sequence[Declared],
    sets: Mapping[str, Sequence[Member]],
    dropped: Collection[str] = (),
) -> dict[str, Problem]:
    """What members lack of the lines and inputs that their sets say each has: a problem for each id."""
    found: dict[str, Problem] = {}
    by_id = {item.id: item for item in declared}
    homes = {
        id_: name
        for name, members in deal.document.sets.items()
        if isinstance(members, dict)
        for id_ in members
    }
    for name, rule in deal.document.set_rules.items():
        for key, kind in rule.each_has.items():
            asked = deal.key_place("set_rules", name, "each_has", key)
            for member in sets.get(name, ()):
                item = by_id.get(f"{member.id}.{key}" if key != ITSELF else member.id)
                wrong = _unfit(item, kind) if item is not None else ""
                if item is not None and not wrong:
                    continue
                id_ = f"{member.id}.{key}"
                if id_ in dropped:
                    asked_by = f"the set '{name}'"
                    found[id_] = Problem(f"'{id_}' {DROPPED}", hint=asked_by)
                    continue
                place = deal.key_place("sets", homes[member.id], member.id)
                need = f"'{key}' ({kind}: {_KINDS[kind]}), which each member of '{name}' must have"
                message = f"the member '{member.id}' has no {need}"
                if wrong:
                    message = f"'{member.id}.{key}' is {wrong}; '{name}' asks for a {kind}: {_KINDS[kind]}"
                    place = deal.key_place(*item.path) if item is not None else place
                hint = f"asked for in {asked.seen_from(place)}" if asked else ""
                found.setdefault(f"{member.id}.{key}", Problem(message, place, hint))
    return found


def _unfit(item: Declared, kind: str) -> str:
    """What an item is, if it is not of the kind that is asked for."""
    over_time = item.timeline is not None
    unit = item.unit.kind
    if not isinstance(item.text, (InputText, LineText)):
        return "a check"
    if kind in ("flow", "balance", "ratio"):
        if not over_time:
            return "one value"
        said = getattr(item.text, "kind", None)
        return f"a {said}" if said is not None and said != kind else ""
    if over_time:
        return "a line over a timeline"
    if kind == "value":
        return "" if unit in ("number", "flag") else f"a {unit}"
    return "" if unit == kind else f"a {unit}"
