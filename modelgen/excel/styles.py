"""The styles of a workbook: fonts, fills and borders for each role.

Blue on light yellow is an input, black a formula, green a value linked from another sheet.
"""

from collections.abc import Mapping

from modelgen.excel.measure import FONT_SIZE

Properties = Mapping[str, object]

_NAVY, _GREY, _RULE = "#1F3864", "#595959", "#A6A6A6"
_INPUT_FONT, _INPUT_FILL, _LINK_FONT, _EVIDENCE_FILL = "#0000FF", "#FFFFCC", "#00703C", "#EDEDED"
FONT = "Arial"
INPUT_TAB, OUTPUT_TAB, PROOF_TAB = "#FFC000", _NAVY, "#7F7F7F"
"""The colours of tabs by what a sheet holds."""

_INPUT = {"font_color": _INPUT_FONT, "bg_color": _INPUT_FILL, "border": 4, "border_color": _RULE}
# A cell may hold a text (n/a) instead of a number: both align right.
_LINK = {"font_color": _LINK_FONT, "align": "right"}
_GIVEN = {"font_color": "#44546A", "bg_color": _EVIDENCE_FILL, "align": "right"}
_FLAG = {"font_color": "#7F7F7F", "font_size": 8, "italic": True, "align": "right"}
_UNIT = {"font_color": _GREY, "font_size": 8}
_SOURCE = {"font_color": "#0563C1", "underline": 1}
_SUBTOTAL = {"bold": True, "top": 1, "align": "right"}
_TOTAL = {"bold": True, "top": 1, "bottom": 6, "align": "right"}
_HEAD = {"bold": True, "font_color": "#FFFFFF", "bg_color": _NAVY, "valign": "vcenter"}

ROLES: dict[str, Properties] = {
    "title": {"bold": True, "font_size": 16, "font_color": _NAVY},
    "subtitle": {"bold": True, "font_size": 12, "font_color": _NAVY},
    "intro": {"italic": True, "font_color": _GREY},
    "header": _HEAD,
    "header_right": {**_HEAD, "align": "right"},
    "header_note": {**_HEAD, "indent": 1},
    "header_date": {**_HEAD, "align": "right"},
    "header_flag": {"italic": True, "align": "right", "font_color": _GREY},
    "column_head": {
        "bold": True,
        "align": "right",
        "valign": "bottom",
        "text_wrap": True,
        "bottom": 1,
    },
    "column_head_left": {"bold": True, "valign": "bottom", "bottom": 1},
    "heading": {
        "bold": True,
        "font_size": 12,
        "font_color": _NAVY,
        "bottom": 1,
        "bottom_color": _NAVY,
    },
    "subheading": {"bold": True, "font_color": _NAVY},
    "label": {},
    "plain": {},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "top": {"valign": "top"},
    "running": {},
    "program": {"valign": "top"},
    "subtotal_label": {"bold": True},
    "total_label": {"bold": True},
    "unit": _UNIT,
    "unit_top": {**_UNIT, "valign": "top"},
    "aside": {"font_color": _GREY, "font_size": 9, "indent": 1},
    "note": {"font_color": _GREY, "text_wrap": True, "font_size": 9, "indent": 1},
    "unfounded_aside": {"font_color": "#9C0006", "font_size": 9, "indent": 1},
    "unfounded_note": {"font_color": "#9C0006", "text_wrap": True, "font_size": 9, "indent": 1},
    "source": _SOURCE,
    "source_top": {**_SOURCE, "valign": "top"},
    "status": {"bold": True},
    "case": {"bold": True},
    "chosen": {"bold": True},
    "formula": {"align": "right"},
    "sentence": {"bold": True},
    "headline": {"bold": True, "font_size": 12, "text_wrap": True, "align": "left"},
    "fact": {"align": "left"},
    "flag": _FLAG,
    "flag_label": {**_FLAG, "align": "left"},
    "subtotal": _SUBTOTAL,
    "total": _TOTAL,
    "input": _INPUT,
    "input_assumed": {**_INPUT, "italic": True, "bold": True},
    "link": _LINK,
    "given": _GIVEN,
    "given_text": _GIVEN,
    "input_sample": {**_INPUT, "align": "right"},
    "input_assumed_sample": {**_INPUT, "italic": True, "bold": True, "align": "right"},
    "formula_sample": {"align": "right"},
    "link_sample": _LINK,
    "given_sample": _GIVEN,
}

# A difference due only to floating point shows as zero; any other shows, however small.
CHECK_FORMAT = '[>0.000001]#,##0.00####_);[<-0.000001](#,##0.00####);"–"_)'
HOLDS: Properties = {"font_color": "#00703C", "bold": True}
FAILS: Properties = {"font_color": "#FFFFFF", "bg_color": "#C00000", "bold": True}
GOOD: Properties = {"font_color": "#00703C"}
BAD: Properties = {"font_color": "#C00000"}
"""The font of a sentence by whether it is good news."""
MUTED: Properties = {"font_color": "#A6A6A6"}
"""Of values that have no meaning in their period (n/a)."""
EMPTY: Properties = {"num_format": ";;;"}
"""Of zeros that stand for nothing yet: actual values of periods that are still to come."""
BOUNDARY: Properties = {"left": 1, "border_color": "#C00000"}


WRAPPED = "_wrapped"
"""The suffix for the form of any role whose text wraps over several lines."""


def is_wrapped(role: str) -> bool:
    """Whether the texts of a role take as many lines as they need."""
    return role.endswith(WRAPPED) or bool(ROLES[role].get("text_wrap"))


def type_of(role: str) -> tuple[float, bool]:
    """The size of a role's type, and whether it is bold."""
    found = ROLES[role.removesuffix(WRAPPED)]
    size = found.get("font_size", FONT_SIZE)
    assert isinstance(size, (int, float))
    return float(size), bool(found.get("bold"))


def properties(role: str, number_format: str) -> dict[str, object]:
    """XlsxWriter's properties for a role, or its wrapped form, with a number format."""
    base = role.removesuffix(WRAPPED)
    found: dict[str, object] = {
        "font_name": FONT,
        "font_size": FONT_SIZE,
        "valign": "vcenter",
        **ROLES[base],
    }
    if base != role:
        found["text_wrap"] = True
    if number_format:
        found["num_format"] = number_format
    return found
