"""Which tables across the contract knows, and the key that each of their columns has there.

The sets that the model itself makes (of figures, checks, inputs) are what such tables repeat over.
"""

from collections.abc import Mapping

from modelgen.contract import CHECKS, FIGURES, STAMPS, TableKind
from modelgen.text.schema import SectionText

FIGURE, CHECK, BUILD, INPUT_VALUE, INPUT_ROW = (
    "figure",
    "check",
    "build",
    "input_value",
    "input_row",
)
OWN_SETS = (FIGURE, CHECK, BUILD, INPUT_VALUE, INPUT_ROW)
_TABLES: Mapping[str, TableKind] = {
    FIGURE: FIGURES,
    CHECK: CHECKS,
    INPUT_VALUE: STAMPS,
    INPUT_ROW: STAMPS,
}
# The column that shows one of these of a member plays the role of that name.
_OF_MEMBER = {
    FIGURES.name: {
        "id": "id",
        "period": "period",
        "value": "published",
        "tolerance": "tolerance",
        "line": "line",
    },
    CHECKS.name: {"id": "id", "kind": "kind"},
    STAMPS.name: {"id": "id"},
}


def table_kind(text: SectionText) -> TableKind | None:
    """The kind of the contract's table that a section is, None where it is another or none."""
    return _TABLES.get(text.for_each or "") if text.across else None


def column_keys(text: SectionText) -> tuple[str, ...]:
    """The contract's key of each column of a table across: its role, or else the key it was given."""
    kind = table_kind(text)
    of_member = _OF_MEMBER.get(kind.name, {}) if kind else {}
    named = {key: role for role, key in text.roles.items()}
    recorded = {}
    for key, one in text.recorded.items():
        role = "built" if one.stamp and kind is STAMPS else of_member.get(one.member, key)
        recorded[key] = named.get(key, role)
    lines = [named.get(key, key) for key in (*text.lines, *text.inputs)]
    first = [recorded[key] for key, one in text.recorded.items() if not one.last]
    last = [recorded[key] for key, one in text.recorded.items() if one.last]
    return (*first, *lines, *last)
