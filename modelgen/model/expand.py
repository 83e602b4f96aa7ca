"""Expands sections over sets: each input and line with its id, labels and scope."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from modelgen.formula.syntax import Node
from modelgen.model.changes import Changes
from modelgen.model.plain import HeadingRow, ItemRow, MemberRow, Recorded, Section, Timeline, Unit
from modelgen.model.resolve import Scope
from modelgen.model.tables import column_keys, table_kind
from modelgen.problem import Problem, did_you_mean
from modelgen.text.citation import Citation
from modelgen.text.load import DealText
from modelgen.text.schema import CheckText, InputText, LineText, SectionText
from modelgen.text.yaml_text import Path_

ITSELF = "itself"
"""The key of a line that is the member's own: its id is the member's."""
OF_MEMBER = "member"
OF_MEMBER_DIFFERENCE = "member_difference"
_ATTRIBUTE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Member:
    """A member of a set: its attributes as text, aliases for names, and constants to record."""

    id: str
    label: str
    aliases: Mapping[str, str | Node] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, float | str] = field(default_factory=dict)
    unit: Unit | None = None
    source: Citation | None = None
    subject: str | None = None


@dataclass(frozen=True)
class Declared:
    """An input or line as a section declares it for one member, or what stands in a band right of the line
    `band_of`.
    """

    id: str
    label: str
    row_label: str
    text: InputText | LineText | CheckText
    unit: Unit
    timeline: str | None
    scope: Scope
    path: Path_
    record: bool
    band_of: str = ""
    redefined: str = ""
    redefined_keys: tuple[str, ...] = ()

    @property
    def is_leaf(self) -> bool:
        """Whether it is a line whose actual values are inputs."""
        return isinstance(self.text, LineText) and self.text.leaf

    @property
    def is_given(self) -> bool:
        """Whether a deal may give it values: an input or a leaf."""
        return isinstance(self.text, InputText) or self.is_leaf

    def at(self, key: str) -> Path_:
        """The path of one of its keys in the text: where the deal redefines it, if it does."""
        return (
            ("redefine", self.redefined, key) if key in self.redefined_keys else (*self.path, key)
        )


@dataclass
class Expanded:
    """The expanded sections of a document: what they declare, and their rows."""

    declared: list[Declared] = field(default_factory=list)
    recorded: list[Recorded] = field(default_factory=list)
    sections: dict[int, Section] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class Expander:
    """Expands sections one by one, so that the sets of figures and checks can be added in between."""

    def __init__(
        self,
        deal: DealText,
        units: Mapping[str, Unit],
        timelines: Mapping[str, Timeline],
        sets: Mapping[str, tuple[Member, ...]],
    ) -> None:
        self.deal, self.units, self.timelines, self.sets = deal, units, timelines, sets
        self.changes = Changes(deal)
        self.sets_of: dict[str, list[str]] = {}
        for name, members in sets.items():
            for member in members:
                self.sets_of.setdefault(member.id, []).append(name)

    def section(self, index: int, out: Expanded) -> None:
        """Adds what the document's section `index` declares."""
        text = self.deal.document.sections[index]
        if self._dropped(text):
            return
        problems = list(self._section_problems(index, text))
        out.problems += problems
        if problems:
            return
        members = self.sets[text.for_each] if text.for_each else (None,)
        empty = not members and not text.totals_when_empty
        if empty or (text.if_any and not self.sets[text.if_any]):
            return  # nothing is repeated, so nothing is left
        out.problems += self._recorded_problems(index, text, members)
        rows: list[HeadingRow | ItemRow | MemberRow] = []
        columns: tuple[str, ...] = ()
        if text.across:
            columns = (
                *(one.label for one in text.recorded.values() if not one.last),
                *(line.label for line in text.lines.values()),
                *(line.label for line in text.inputs.values()),
                *(one.label for one in text.recorded.values() if one.last),
            )
        for member in members:
            if text.across:
                assert member is not None
                rows.append(self._member_row(index, text, member, out))
                continue
            its = list(self._rows(index, text, member, out))
            if member is not None and text.heading_each and its:
                rows.append(HeadingRow(_filled(text.heading_each, member)))
            rows += its
        for key, total in text.totals.items():
            if not self.changes.drops(self._ids(key, None, text), text.sheet, text.heading):
                rows.append(ItemRow(self._declare(index, "totals", key, total, None, text, out).id))
        if not rows and any((text.inputs, text.lines, text.checks, text.totals)):
            return  # the deal dropped all of it
        kind = table_kind(text)
        out.sections[index] = Section(
            text.sheet,
            text.heading,
            text.note,
            text.timeline,
            columns,
            tuple(rows),
            kind.name if kind else "table" if text.across else "",
            column_keys(text) if text.across else (),
        )

    def _dropped(self, text: SectionText) -> bool:
        """Whether the deal drops a whole section, by its heading or its sheet; notes what was in it."""
        if self.changes.entry((), text.sheet, text.heading) is None:
            return False
        members = self.sets.get(text.for_each, ()) if text.for_each else (None,)
        keys = [(key, member) for member in members for _, key, _ in _declarations(text)]
        keys += [(key, None) for key in text.totals]
        for key, member in keys:
            self.changes.drops(self._ids(key, member, text), text.sheet, text.heading)
        return True

    def _section_problems(self, index: int, text: SectionText) -> Iterator[Problem]:
        sheets = self.deal.sheets()

        def unknown(key: str, noun: str, value: str, known: Mapping[str, object]) -> Problem:
            return Problem(
                f"'{value}' is not a {noun}",
                self.deal.place("sections", index, key),
                did_you_mean(value, known),
            )

        if text.sheet not in sheets:
            noun = "sheet in a deal that was not rolled"
            known = text.sheet in self.deal.document.sheets
            yield unknown("sheet", noun if known else "sheet", text.sheet, sheets)
        elif sheets[text.sheet].kind == "map":
            yield Problem(
                f"'{text.sheet}' is the map, which can have no sections",
                self.deal.place("sections", index, "sheet"),
            )
        elif text.inputs and not sheets[text.sheet].inputs:
            yield Problem(
                f"inputs must be on an input sheet, and '{text.sheet}' is not one",
                self.deal.key_place("sections", index, "inputs"),
            )
        if text.timeline and text.timeline not in self.timelines:
            yield unknown("timeline", "timeline", text.timeline, self.timelines)
        if text.for_each and text.for_each not in self.sets:
            hint = did_you_mean(text.for_each, self.sets)
            yield Problem(
                f"'{text.for_each}' is not a set",
                self.deal.place("sections", index, "for_each"),
                hint
                or f"declare it, if only without members: set_rules: {{{text.for_each}: {{}}}}",
            )
        if text.if_any and text.if_any not in self.sets:
            yield unknown("if_any", "set", text.if_any, self.sets)
        if text.across and (not text.for_each or text.timeline or text.checks):
            yield Problem(
                "a table across needs 'for_each' and may have no timeline or checks",
                self.deal.place("sections", index, "across"),
            )
        if text.across and not (text.recorded or text.lines or text.inputs):
            yield Problem(
                "a table across needs a column: recorded, lines or inputs",
                self.deal.place("sections", index, "across"),
            )
        if text.recorded and not text.across:
            yield Problem(
                "'recorded' columns are allowed only in tables across",
                self.deal.key_place("sections", index, "recorded"),
            )

    def _recorded_problems(
        self, index: int, text: SectionText, members: Sequence[Member | None]
    ) -> Iterator[Problem]:
        """Problems with recorded columns: an attribute that no member has, a line that is not of the row, an
        unknown unit.
        """
        carried = {key for m in members if m for key in (*m.constants, *m.texts)}
        for key, one in text.recorded.items():
            at = ("sections", index, "recorded", key)
            if one.member and carried and one.member not in carried:
                yield Problem(
                    f"no member of '{text.for_each}' has '{one.member}'",
                    self.deal.place(*at, "member"),
                    did_you_mean(one.member, carried),
                )
            if one.stamp and one.stamp not in text.lines:
                yield Problem(
                    f"'{one.stamp}' is not a line in the same row",
                    self.deal.place(*at, "stamp"),
                    did_you_mean(one.stamp, text.lines),
                )
            if one.unit and one.unit not in (OF_MEMBER, OF_MEMBER_DIFFERENCE, *self.units):
                yield Problem(
                    f"'{one.unit}' is not a unit",
                    self.deal.place(*at, "unit"),
                    did_you_mean(one.unit, self.units),
                )

    def _rows(
        self, index: int, text: SectionText, member: Member | None, out: Expanded
    ) -> Iterator[ItemRow]:
        for kind, key, item in _declarations(text):
            if not self.changes.drops(self._ids(key, member, text), text.sheet, text.heading):
                yield ItemRow(self._declare(index, kind, key, item, member, text, out).id)

    def _member_row(
        self, index: int, text: SectionText, member: Member, out: Expanded
    ) -> MemberRow:
        cells: dict[bool, list[str]] = {False: [], True: []}
        for key, one in text.recorded.items():
            value = member.constants.get(one.member, member.texts.get(one.member, ""))
            value = 0.0 if one.stamp else value
            unit = self._unit(one.unit, member) if one.unit else None
            id_ = f"{member.id}.{key}"
            stamp = f"{member.id}.{one.stamp}" if one.stamp else None
            out.recorded.append(Recorded(id_, f"{member.label}: {one.label}", unit, value, stamp))
            cells[one.last].append(id_)
        units = []
        for kind, lines in (("lines", text.lines), ("inputs", text.inputs)):
            for key, line in lines.items():
                declared = self._declare(index, kind, key, line, member, text, out)
                units.append(declared.unit)
                cells[False].append(declared.id)
        own = member.unit or (units[0] if units else None)
        return MemberRow(
            member.label,
            own.label if own else "",
            member.source,
            member.subject,
            (*cells[False], *cells[True]),
        )

    def _declare(
        self,
        index: int,
        kind: str,
        key: str,
        text: InputText | LineText | CheckText,
        member: Member | None,
        section: SectionText,
        out: Expanded,
    ) -> Declared:
        path: Path_ = ("sections", index, kind, key)
        before = [member.id if member else "", section.prefix or ""]
        ids = self._ids(key, member, section)
        text, redefined = self.changes.redefined(text, ids)
        aliases: Mapping[str, str | Node] = {}
        if member is not None:
            aliases = {ITSELF: member.id, **member.aliases}
        row_label = _filled(text.label, member)
        label = row_label
        if member is not None:
            label = _full_label(row_label, member, section)
        unit = self._unit(text.unit, member)
        anew = tuple(self.deal.document.redefine.get(redefined, ()))
        if unit is None:
            unit = next(iter(self.units.values()))
            at = ("redefine", redefined) if "unit" in anew else path
            out.problems.append(
                Problem(
                    f"'{text.unit}' is not a unit",
                    self.deal.place(*at, "unit"),
                    did_you_mean(text.unit, self.units),
                )
            )
        if isinstance(text, InputText):
            text = self._ranged(text, unit)
        prefixes = [part for part in (*before, section.timeline) if part]
        own_units: dict[str, Unit] = {}
        if member is not None and member.unit is not None:
            own_units[OF_MEMBER] = member.unit
            difference = self._unit(OF_MEMBER_DIFFERENCE, member)
            own_units |= {OF_MEMBER_DIFFERENCE: difference} if difference else {}
        declared = Declared(
            ids[0],
            label,
            row_label,
            text,
            unit,
            section.timeline,
            Scope(
                section.timeline,
                tuple(prefixes),
                aliases,
                own_units,
                member.id if member else None,
                ids[0],
            ),
            path,
            section.record,
            redefined=redefined,
            redefined_keys=anew,
        )
        out.declared.append(declared)
        return declared

    def _ranged(self, text: InputText, unit: Unit) -> InputText:
        """An input with its unit's range, if it has none of its own."""
        if text.range is not None or text.choices is not None or text.choices_of is not None:
            return text
        return text.model_copy(update={"range": self.deal.document.units[unit.id].range})

    def _ids(self, key: str, member: Member | None, section: SectionText) -> tuple[str, ...]:
        """The id of an item, and those by which a deal means it for all members of a set: loan.interest."""
        tail = ".".join(part for part in (section.prefix, key) if part)
        if member is None:
            return (tail,)
        own = member.id if key == ITSELF else f"{member.id}.{tail}"
        return own, *(f"{name}.{tail}" for name in self.sets_of.get(member.id, ()))

    def _unit(self, name: str, member: Member | None) -> Unit | None:
        if name == OF_MEMBER and member is not None:
            return member.unit
        if name == OF_MEMBER_DIFFERENCE and member is not None and member.unit is not None:
            days = self.units.get(self.deal.document.roles.days)
            return days if member.unit.kind == "date" else member.unit
        return self.units.get(name)


def _declarations(
    text: SectionText,
) -> Iterator[tuple[str, str, InputText | LineText | CheckText]]:
    """The inputs, lines and checks that a section declares for each member, with their kinds and keys."""
    for key, given in text.inputs.items():
        yield "inputs", key, given
    for key, line in text.lines.items():
        yield "lines", key, line
    for key, check in text.checks.items():
        yield "checks", key, check


def _filled(label: str, member: Member | None) -> str:
    """A label with {label} and the member's other attributes filled in."""
    if member is None:
        return label
    texts = {**member.texts, "label": member.label}
    return _ATTRIBUTE.sub(lambda found: texts.get(found[1], found[0]), label)


def _full_label(row_label: str, member: Member, section: SectionText) -> str:
    """The label of a member's row outside its section: "East shop: Net sales"."""
    if row_label == member.label:
        return f"{member.label}: {section.heading}" if section.heading else row_label
    return row_label if member.label in row_label else f"{member.label}: {row_label}"
