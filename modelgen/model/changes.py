"""What a deal changes in the modules that it uses: what it drops, redefines, and inserts beside a row.

Drops are known while sections are expanded, so that what is dropped is declared nowhere; what still needs it
is reported once, where the deal drops it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from modelgen.model.plain import HeadingRow, ItemRow, MemberRow, Section
from modelgen.model.resolve import DROPPED
from modelgen.problem import Place, Problem, did_you_mean
from modelgen.text.load import DealText
from modelgen.text.schema import CheckText, InputText, LineText

Text = InputText | LineText | CheckText
_FORMULAS = ("formula", "actual", "forecast", "leaf")
_NOUNS = {InputText: "an input", LineText: "a line", CheckText: "a check"}
_MOST_NAMED = 5


@dataclass
class Changes:
    """The changes of a deal, and which of them were met. `dropped` gives for each id that was left out its
    entry under `drop`.
    """

    deal: DealText
    dropped: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _met: set[str] = field(default_factory=set)
    _ids: set[str] = field(default_factory=set)

    def entry(self, ids: Iterable[str], sheet: str, heading: str) -> int | None:
        """The entry under `drop` that leaves out an item with one of these ids, in a section."""
        entries = self.deal.document.drop
        for name in (*ids, f"{sheet}/{heading}" if heading else "", sheet):
            if name in entries:
                self._met.add(name)
                return entries.index(name)
        return None

    def drops(self, ids: Sequence[str], sheet: str, heading: str) -> bool:
        """Whether the deal drops an item; notes it if so. The first id is its own."""
        found = self.entry(ids, sheet, heading)
        self._ids.update(ids)
        if found is not None:
            self.dropped[ids[0]] = found
        return found is not None

    def redefined(self, text: Text, ids: Sequence[str]) -> tuple[Text, str]:
        """An item's text as the deal redefines it, and the id under which it does; "" if it does not."""
        key = next((id_ for id_ in ids if id_ in self.deal.document.redefine), "")
        if not key:
            return text, ""
        self._met.add(key)
        given = self.deal.document.redefine[key]
        known = [name for name in type(text).model_fields if name not in ("when", "unless")]
        wrong = [name for name in given if name not in known]
        for name in wrong:
            self.problems.append(
                Problem(
                    f"'{name}' is not a key of {_NOUNS[type(text)]}",
                    self.deal.key_place("redefine", key, name),
                    did_you_mean(name, known),
                )
            )
        if wrong:
            return text, key
        before = text.model_dump(exclude_unset=True)
        if "formula" in given:
            before = {name: value for name, value in before.items() if name not in _FORMULAS}
        elif any(name in given for name in _FORMULAS):
            before.pop("formula", None)
        try:
            return type(text).model_validate({**before, **given}), key
        except ValidationError as error:
            for found in error.errors(include_url=False):
                place = self.deal.place("redefine", key, *found["loc"][:1])
                self.problems.append(Problem(found["msg"].removeprefix("Value error, "), place))
            return text, key

    def unmet(self) -> list[Problem]:
        """Changes to what there is not."""
        document = self.deal.document
        headings = {f"{s.sheet}/{s.heading}" for s in document.sections if s.heading}
        known = {*self._ids, *document.sheets, *headings}
        found = []
        for index, name in enumerate(document.drop):
            if name not in self._met and name not in document.sheets:
                place = self.deal.place("drop", index)
                message = f"there is no sheet, heading or line '{name}' to drop"
                found.append(Problem(message, place, did_you_mean(name, known)))
        for name in document.redefine:
            if name not in self._met:
                place = self.deal.key_place("redefine", name)
                message = f"'{name}' is not a line, input or check, so it cannot be redefined"
                found.append(Problem(message, place, did_you_mean(name, self._ids)))
        return found

    def reported(self, problems: list[Problem]) -> list[Problem]:
        """The problems, with those about what was dropped gathered where the deal drops it."""
        needed: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        others = []
        for problem in problems:
            id_ = problem.message.split("'")[1] if problem.message.startswith("'") else ""
            if id_ not in self.dropped:
                others.append(problem)
            elif problem.message.endswith(DROPPED):
                needed[self.dropped[id_]][id_].add(problem.hint)
            elif self.deal.is_own(problem.place):
                others.append(replace(problem, hint=f"dropped in {self._place(id_)}"))
            else:
                where = problem.place.short if problem.place else "a module"
                needed[self.dropped[id_]][id_].add(where)
        return [*others, *(self._needed(*each) for each in needed.items())]

    def _place(self, id_: str) -> str:
        place = self.deal.place("drop", self.dropped[id_])
        return place.short if place else "the deal"

    def _needed(self, index: int, by_id: Mapping[str, set[str]]) -> Problem:
        """The one problem of an entry under `drop`: who needs what it drops."""
        entry = self.deal.document.drop[index]
        parts = []
        for id_, users in sorted(by_id.items()):
            named = sorted(users)[:_MOST_NAMED]
            more = len(users) - len(named)
            who = ", ".join(named) + (f" and {more} more" if more else "")
            parts.append(
                f"{who} need{'s' * (len(users) == 1)} {'it' if id_ == entry else repr(id_)}"
            )
        return Problem(
            f"'{entry}' cannot be dropped: {'; '.join(parts)}",
            self.deal.place("drop", index),
            "redefine what needs it, or drop that, too",
        )


@dataclass(frozen=True)
class Inserted:
    """A row that a text puts beside another: its id, the ids that it may mean, and the place that says so."""

    id: str
    after: bool
    named: str
    meant: tuple[str, ...]
    timeline: str | None
    is_input: bool
    place: Place | None


def inserted(
    sections: Mapping[int, Section], rows: Iterable[Inserted], deal: DealText
) -> tuple[dict[int, Section], list[Problem]]:
    """The sections with the rows that stand beside others moved there, and the problems with some."""
    found = dict(sections)
    problems: list[Problem] = []
    sheets = deal.sheets()
    behind: dict[str, int] = defaultdict(int)
    for row in rows:
        homes = {
            each.id: index
            for index, section in found.items()
            for each in section.rows
            if isinstance(each, ItemRow)
        }
        target = next((id_ for id_ in row.meant if id_ in homes and id_ != row.id), None)
        if target is None:
            where = "after" if row.after else "before"
            message = f"'{row.named}' is not a row {where} which a line could stand"
            problems.append(Problem(message, row.place, did_you_mean(row.named, homes)))
            continue
        home = found[homes[target]]
        if home.timeline != row.timeline:
            ours, theirs = (name or "one value" for name in (row.timeline, home.timeline))
            message = f"'{row.id}' ({ours}) cannot stand beside '{target}' ({theirs})"
            problems.append(Problem(message, row.place, "give the section the same timeline"))
            continue
        if row.is_input and not sheets[home.sheet].inputs:
            message = f"'{row.id}' is an input, and '{home.sheet}' is not an input sheet"
            problems.append(Problem(message, row.place))
            continue
        _take_out(found, homes[row.id], row.id)
        into = found[homes[target]]
        at = into.rows.index(ItemRow(target)) + (1 + behind[target] if row.after else 0)
        behind[target] += row.after
        moved = (*into.rows[:at], ItemRow(row.id), *into.rows[at:])
        found[homes[target]] = replace(into, rows=moved)
    left = {
        index: section
        for index, section in found.items()
        if section.rows or not sections[index].rows
    }
    return left, problems


def _take_out(sections: dict[int, Section], index: int, id_: str) -> None:
    rows: list[HeadingRow | ItemRow | MemberRow] = [
        row for row in sections[index].rows if row != ItemRow(id_)
    ]
    sections[index] = replace(sections[index], rows=without_empty_headings(rows))


def without_empty_headings(
    rows: Sequence[HeadingRow | ItemRow | MemberRow],
) -> tuple[HeadingRow | ItemRow | MemberRow, ...]:
    """The rows without headings under which nothing is left."""
    following: list[HeadingRow | ItemRow | MemberRow | None] = [*rows, None]
    return tuple(
        row
        for number, row in enumerate(rows, start=1)
        if not isinstance(row, HeadingRow) or not isinstance(following[number], HeadingRow | None)
    )
