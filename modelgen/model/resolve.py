"""Resolves the names in formulas to the items that they mean.

A name is looked up first among the attributes of the member for which a block is repeated, then prefixed
with the member's, the section's and the timeline's id, then as it is. The language's own functions
become nodes of the resolved tree here, or functions of the table over a set's members.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from modelgen.formula.functions import FUNCTIONS
from modelgen.formula.parse import FormulaError, parse
from modelgen.formula.syntax import (
    As,
    At,
    Binary,
    Call,
    Name,
    Node,
    Number,
    Ref,
    Row,
    SumOf,
    Text,
    ValueOn,
    rebuild,
)
from modelgen.model.plain import Timeline, Unit
from modelgen.model.tables import LEAVES
from modelgen.problem import Place, Problem, did_you_mean

UNKNOWN = "is not a line, an assumption or a function"


def unknown_name(name: str) -> str:
    """The message about a name that means nothing."""
    return f"'{name}' {UNKNOWN}"


DROPPED = "is dropped by the deal"


LEAF, OUTER = "actual.", "."


@dataclass(frozen=True, slots=True)
class Scope:
    """The scope of a formula: the prefixes for its names, the aliases of its member, its timeline, the
    units that only its member has, that member, and the id of the line whose formula it is.
    """

    timeline: str | None
    prefixes: tuple[str, ...] = ()
    aliases: Mapping[str, str | Node] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    member: str | None = None
    line: str = ""


@dataclass(frozen=True)
class Names:
    """What names can mean: the timeline of each item (None: one value) and where it is declared; and the ids
    that the deal dropped.
    """

    timeline_of: dict[str, str | None]
    places: dict[str, Place | None]
    sets: dict[str, tuple[str, ...]]
    timelines: dict[str, Timeline]
    units: dict[str, Unit]
    dropped: Collection[str] = ()

    def find(self, name: str, scope: Scope) -> str | None:
        """The id of the item that a name means in a scope, None if there is none. A name that begins with
        a dot means what it says: no prefix, member or timeline comes before it.
        """
        if name.startswith(OUTER):
            outer = name.removeprefix(OUTER)
            return outer if outer in self.timeline_of else None
        if name.startswith(LEAF):
            # The input row of a leaf: actual.net_sales is actual.<member>.net_sales inside a block.
            own = name.removeprefix(LEAF)
            alias = scope.aliases.get(own)
            leaf = alias if isinstance(alias, str) else self.find(own, scope)
            return f"{LEAF}{leaf}" if f"{LEAF}{leaf}" in self.timeline_of else None
        for prefix in scope.prefixes:
            if f"{prefix}.{name}" in self.timeline_of:
                return f"{prefix}.{name}"
        return name if name in self.timeline_of else None


def resolve(
    text: str, place: Place | None, scope: Scope, names: Names, constants: bool = False
) -> tuple[Node | None, list[Problem]]:
    """The resolved tree of a formula; None, with the errors, if it cannot be resolved."""
    try:
        tree = parse(text, constants)
    except FormulaError as error:
        return None, [problem_at(error, place)]
    errors: list[FormulaError] = []
    node = _Resolver(scope, names, errors).node(tree)
    if errors:
        return None, [problem_at(error, place) for error in errors]
    return node, []


def problem_at(error: FormulaError, place: Place | None) -> Problem:
    """An error in a formula as a problem, positioned at its part of the formula's place."""
    where = place.shifted(error.span.start, error.span.length) if place else None
    return Problem(error.message, where, error.hint)


class _Resolver:
    def __init__(self, scope: Scope, names: Names, errors: list[FormulaError]) -> None:
        self.scope, self.names, self.errors = scope, names, errors
        self.own: dict[str, Callable[[Call], Node]] = {
            "SUM_EACH": self.over_members,
            "MAX_EACH": self.over_members,
            "MIN_EACH": self.over_members,
            "JOIN_EACH": self.join_each,
            "SUM_BEFORE": self.over_neighbours,
            "SUM_AFTER": self.over_neighbours,
            "COUNTBLANK_EACH": self.over_members,
            "CHOOSE_EACH": self.choose_each,
            "SUM_OF": self.sum_of,
            "VALUE_ON": self.value_on,
            "IN_PERIOD": self.in_period,
            "YEAR_AGO": self.year_ago,
            "YOY": self.year_on_year,
        }

    def node(self, node: Node, in_rows: bool = False) -> Node:
        if isinstance(node, Name):
            return self.name(node, in_rows)
        if isinstance(node, Call):
            if node.function == "AS":
                return self.as_(node, in_rows)
            if node.function in self.own:
                return self.own[node.function](node)
            over_rows = FUNCTIONS[node.function].over_rows
            if node.function == "INDEX" and isinstance(node.arguments[0], Name):
                return self.index(node, node.arguments[0])
            return Call(
                node.function, tuple([self.node(a, over_rows) for a in node.arguments]), node.span
            )
        return rebuild(node, self.node)

    def fail(self, message: str, at: Name | Call, hint: str = "") -> Node:
        self.errors.append(FormulaError(message, at.span, hint))
        return Number(0)

    def target(self, name: Name) -> str | Node | None:
        """The id that a name means, a node if an alias gives one, or None with the error noted."""
        head, _, rest = name.id.partition(".")
        alias = self.scope.aliases.get(head)  # none for .name, whose head is empty
        if isinstance(alias, str):
            whole = f"{alias}.{rest}" if rest else alias
            if whole in self.names.timeline_of:
                return whole
        elif alias is not None and not rest:
            return alias
        found = self.names.find(name.id, self.scope)
        if found is None:
            lost = self.lost(name.id)
            if lost:
                self.fail(f"'{lost}' {DROPPED}", name, f"'{self.scope.line}'")
                return None
            known = list(self.names.timeline_of)
            near = known + [k.rpartition(".")[2] for k in known] + list(self.scope.aliases)
            hint = did_you_mean(name.id, near)
            if hint:
                word = hint.split("'")[1]
                at = self.names.places.get(self.names.find(word, self.scope) or word)
                hint += f" ({at.short})" if at else ""
            self.fail(unknown_name(name.id), name, hint)
        return found

    def lost(self, name: str) -> str:
        """The id of what the deal dropped that a name would mean, otherwise ""."""
        head, _, rest = name.partition(".")
        alias = self.scope.aliases.get(head)
        meant = [f"{alias}.{rest}"] if isinstance(alias, str) and rest else []
        bare = name.removeprefix(LEAF).removeprefix(OUTER)
        meant += [f"{prefix}.{bare}" for prefix in self.scope.prefixes]
        return next((id_ for id_ in (*meant, bare) if id_ in self.names.dropped), "")

    def name(self, name: Name, in_rows: bool) -> Node:
        found = self.target(name)
        if found is None:
            return Number(0)
        if not isinstance(found, str):
            return _at_name(found, name)
        theirs, ours = self.names.timeline_of[found], self.scope.timeline
        if theirs is None:
            if name.lag:
                return self.fail(f"'{found}' has one value: it has no previous period", name)
            return Ref(found, 0, name.span)
        if theirs == ours:
            return Ref(found, name.lag, name.span)
        if ours is None:
            if in_rows and not name.lag:
                return Row(found, False, name.span)
            return self.fail(
                f"'{found}' has a value for each {self.names.timelines[theirs].step}, but this line has "
                "only one",
                name,
                "use SUM, MAX or MIN of it, or VALUE_ON(line, date)",
            )
        return self.fail(
            f"'{found}' is by {self.names.timelines[theirs].step}, but this line is by "
            f"{self.names.timelines[ours].step}",
            name,
            "use SUM_OF(line) to roll up, or VALUE_ON(line, date) to look up",
        )

    def members(self, argument: Node, call: Call) -> tuple[list[Node], bool]:
        """The items that `set.line` means, one for each member."""
        if not isinstance(argument, Name):
            self.fail(f"{call.function} takes set.line", call)
            return [], False
        head, _, rest = argument.id.partition(".")
        set_name = self.set_name(argument)
        if set_name not in self.names.sets:
            self.fail(f"'{head}' is not a set", argument, did_you_mean(head, self.names.sets))
            return [], False
        found = [
            self.name(Name(f"{m}.{rest}" if rest else m, argument.lag, argument.span), False)
            for m in self.names.sets[set_name]
            # The model's own set of leaves means those that run by this line's periods.
            if set_name != LEAVES or self.names.timeline_of.get(m) == self.scope.timeline
        ]
        return found, True

    def set_name(self, argument: Name) -> str:
        """The set of `set.line`: named as it stands, or by an attribute of the member."""
        head = argument.id.partition(".")[0]
        alias = self.scope.aliases.get(head)
        return alias if isinstance(alias, str) else head

    def over_members(self, call: Call) -> Node:
        found, known = self.members(call.arguments[0], call)
        otherwise = [self.node(part) for part in call.arguments[1:]]
        if known and not found:
            return self.over_nothing(call, otherwise)
        return Call(call.function.removesuffix("_EACH"), tuple(found), call.span)

    def over_nothing(self, call: Call, otherwise: list[Node]) -> Node:
        """What a function is over a set without members: a sum of nothing is zero, a greatest or least is
        what its second argument says.
        """
        if otherwise or call.function in ("SUM_EACH", "COUNTBLANK_EACH"):
            return otherwise[0] if otherwise else Number(0)
        argument = call.arguments[0]
        written = argument.id if isinstance(argument, Name) else "x"
        return self.fail(
            f"the set '{written.partition('.')[0]}' has no members, so {call.function} has no value",
            call,
            f"say what it is then: {call.function}({written}, value without members)",
        )

    def join_each(self, call: Call) -> Node:
        """The texts of all members, one after another; an empty text over an empty set."""
        found, known = self.members(call.arguments[0], call)
        return Call("CONCATENATE", tuple(found), call.span) if found or not known else Text("")

    def over_neighbours(self, call: Call) -> Node:
        """The sum over the members of a set that stand before or after the one of this block: what is left
        for it of something that they share in their order.
        """
        found, known = self.members(call.arguments[0], call)
        if not known:
            return Number(0)
        argument = call.arguments[0]
        assert isinstance(argument, Name)
        members = self.names.sets[self.set_name(argument)]
        if self.scope.member not in members:
            return self.fail(
                f"{call.function} adds up to the member of this block, which is not in the set "
                f"'{self.set_name(argument)}'",
                argument,
                "use it in a section with 'for_each' over members of the set",
            )
        here = members.index(self.scope.member)
        chosen = found[:here] if call.function == "SUM_BEFORE" else found[here + 1 :]
        return Call("SUM", tuple(chosen), call.span) if chosen else Number(0)

    def choose_each(self, call: Call) -> Node:
        selector = self.node(call.arguments[0])
        found, known = self.members(call.arguments[1], call)
        if known and not found:
            return self.fail("CHOOSE_EACH is over a set that has no members", call)
        return Call("CHOOSE", (selector, *found), call.span)

    def sum_of(self, call: Call) -> Node:
        found = self.row_argument(call)
        if found is None:
            return Number(0)
        theirs = self.names.timelines[self.names.timeline_of[found] or ""]
        key = theirs.within.get(self.scope.timeline or "")
        if key is None:
            return self.fail(f"'{found}' is not on a timeline within this line's", call)
        end = Ref(self.names.timelines[self.scope.timeline or ""].ends)
        return SumOf(Row(found), Row(key), end, call.span)

    def value_on(self, call: Call) -> Node:
        found = self.row_argument(call)
        day = self.node(call.arguments[1])
        if found is None:
            return Number(0)
        theirs = self.names.timelines[self.names.timeline_of[found] or ""]
        ends = Row(theirs.ends, comparatives=True)
        return ValueOn(Row(found, comparatives=True), day, ends, call.span)

    def year_ago(self, call: Call) -> Node:
        """YEAR_AGO(x): the value of x in the period a year before; an error where there is none."""
        found = self.row_argument(call)
        if found is None:
            return Number(0)
        timeline = self.names.timelines[self.names.timeline_of[found] or ""]
        if timeline.id != self.scope.timeline:
            step = timeline.step
            return self.fail(f"{call.function} is for lines by {step}, as '{found}' is", call)
        for line in (timeline.month, timeline.year_before):
            if line not in self.names.timeline_of:
                hint = "the calendar gives a period's month and that a year before"
                return self.fail(f"{call.function} needs the line '{line}'", call, hint)
        row, months = Row(found, comparatives=True), Row(timeline.month, comparatives=True)
        return ValueOn(row, Ref(timeline.year_before), months, call.span)

    def year_on_year(self, call: Call) -> Node:
        """YOY(x): the change on the period a year before, "n/a" where x has no positive value there."""
        before = self.year_ago(call)
        if not isinstance(before, ValueOn):
            return before
        change = Binary("-", Binary("/", Ref(before.row.id, 0, call.span), before), Number(1))
        positive = Call("IF", (Binary(">", before, Number(0)), change, Text("n/a")), call.span)
        return Call("IFERROR", (positive, Text("n/a")), call.span)

    def as_(self, call: Call, in_rows: bool) -> Node:
        unit, operand = call.arguments[0], self.node(call.arguments[1], in_rows)
        if not isinstance(unit, Name) or unit.lag:
            return self.fail("AS takes a unit and an expression: AS(money, x)", call)
        found = self.scope.units.get(unit.id) or self.names.units.get(unit.id)
        if found is None:
            known = [*self.names.units, *self.scope.units]
            return self.fail(f"'{unit.id}' is not a unit", unit, did_you_mean(unit.id, known))
        if found.kind == "text":
            return self.fail(
                f"AS takes a unit for numbers or dates, but '{unit.id}' is for texts", unit
            )
        return As(found.type, operand, call.span)

    def row_argument(self, call: Call) -> str | None:
        name = call.arguments[0]
        if not isinstance(name, Name) or name.lag:
            self.fail(f"{call.function} takes the name of a line", call)
            return None
        found = self.target(name)
        if isinstance(found, str) and self.names.timeline_of[found] is not None:
            return found
        if found is not None:
            self.fail(f"'{name.id}' has one value, not one for each period", name)
        return None

    def index(self, call: Call, name: Name) -> Node:
        """INDEX, whose row may be of another timeline than the line: its position is counted from 1."""
        found = self.target(name)
        theirs = self.names.timeline_of[found] if isinstance(found, str) else None
        foreign = theirs is not None and theirs != self.scope.timeline and not name.lag
        row = Row(str(found), False, name.span) if foreign else self.node(name, True)
        rest = [self.node(argument) for argument in call.arguments[1:]]
        return Call(call.function, (row, *rest), call.span)

    def in_period(self, call: Call) -> Node:
        day = self.node(call.arguments[0])
        timeline = self.names.timelines.get(self.scope.timeline or "")
        if timeline is None:
            return self.fail("IN_PERIOD can be used only in lines over a timeline", call)
        start, end = (
            self.node(Name(name, 0, call.span)) for name in (timeline.starts, timeline.ends)
        )
        return Call("AND", (Binary(">=", day, start), Binary("<=", day, end)))


def _at_name(node: Node, name: Name) -> Node:
    """The node that a member's alias means, with the span of its name."""
    match node:
        case Ref(id=id_, lag=lag):
            return Ref(id_, lag, name.span)
        case At(id=id_, column=column):
            return At(id_, column, name.span)
        case Row(id=id_, comparatives=comparatives):
            return Row(id_, comparatives, name.span)
        case _:
            return node


def fixed(id_: str, column: int | None) -> Node:
    """The node for a figure's subject: one column of a row, or the one value."""
    return Ref(id_) if column is None else At(id_, column)
