"""Which tables across are in the workbook contract, and the keys of their columns there.

These are the tables that repeat over the sets that the model itself makes (of figures, checks, inputs).
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
LEAVES = "leaf"
"""The set of the input rows of all leaves."""
OWN_SETS = (FIGURE, CHECK, BUILD, INPUT_VALUE, INPUT_ROW, LEAVES)
_TABLES: Mapping[str, TableKind] = {
    FIGURE: FIGURES,
    CHECK: CHECKS,
    INPUT_VALUE: STAMPS,
    INPUT_ROW: STAMPS,
}
# A column that shows one of these attributes of a member has the role of that name.
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
    """The contract's kind of table for a section, None if the section is not such a table."""
    return _TABLES.get(text.for_each or "") if text.across else None


def column_keys(text: SectionText) -> tuple[str, ...]:
    """The contract's key for each column of a table across: its role, or otherwise its own key."""
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
