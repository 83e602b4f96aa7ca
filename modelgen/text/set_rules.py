"""The schema of `set_rules`: what is true of a set, whoever its members are."""

from typing import Literal

from modelgen.text.kinds import Id, Label
from modelgen.text.strict import Conditional

HasKind = Literal["flow", "balance", "ratio", "value", "date", "text"]


class AttributeText(Conditional):
    """An attribute of a set's members, which each must give unless it is `optional` or has a `default`. It is
    one of `choices`, the name of a member of the set `of`, or any text.
    """

    label: Label = ""
    choices: list[str] | None = None
    of: Id | None = None
    default: str | None = None
    optional: bool = False
    required: bool = False


class SetRuleText(Conditional):
    """What is true of a set: whose members are members of other sets, too (`joins`); what its members must
    have (`each_has`: lines or inputs, by kind; `attributes`); that its members are those of another set
    (`picks`) whose attributes are as said (`where`).
    """

    label: Label = ""
    joins: list[Id] = []
    each_has: dict[Id, HasKind] = {}
    attributes: dict[str, AttributeText] | None = None
    picks: Id | None = None
    where: dict[str, str | list[str]] = {}
