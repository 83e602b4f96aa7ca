"""What a part of a formula must be: a number, a date, a condition, or of the same type as others.

Each demand notes an error and a hint for a part that does not meet it; `check` walks through a
formula and makes the demands.
"""

from dataclasses import replace

from modelgen.formula import types as t
from modelgen.formula.meanings import criterion_parts
from modelgen.formula.parse import FormulaError
from modelgen.formula.syntax import Call, Node, Number, Ref, Text, extent, walk
from modelgen.formula.types import Fit, Instead, Kind, Type

BEFORE = "blank before the first period"
UNREPORTED = "blank until its period is actual"
AS_ZERO = (BEFORE, UNREPORTED)
"""Why a cell may be blank that can be added and compared all the same: all spreadsheets take it for zero."""
AS_NUMBER = "IF({0}, 1, 0) turns it into a number"
GUARD = "guard it: IF(ISNUMBER(x), x, otherwise)"
_WILDCARDS = frozenset("*?~")
MEANT = "if this is intended, AS(unit, x) states what x measures"


class Demands:
    """Checks parts of formulas and collects their errors in `errors`."""

    def __init__(self) -> None:
        self.errors: list[FormulaError] = []

    def fail(self, message: str, node: Node, hint: str = "") -> None:
        """Notes an error in a part of the formula."""
        self.errors.append(FormulaError(message, extent(node), hint))

    def number(
        self, node: Node, found: Type, taker: str, *, dates: bool = False, rows: bool = False
    ) -> Type | None:
        """The type, if it is a number (with `dates`, or a date) that is never a text or blank and, unless
        `rows`, one value. Otherwise None, with the error noted; `taker` is what asks for the number, in
        quotes or by its function name.
        """
        if found.kind is Kind.FLAG:
            self.fail(
                f"{taker} takes a number, but a comparison is TRUE or FALSE",
                node,
                AS_NUMBER.format("x = y"),
            )
        elif found.kind is Kind.TEXT:
            self.fail(f"{taker} takes a number, not a text", node)
        elif found.kind is Kind.DATE and not dates:
            self.fail(f"{taker} takes a number, not a date", node, MEANT)
        elif found.text is Instead.MAYBE or (found.text is Instead.MEANT and rows):
            self.fail(f"{taker} takes a number, but this may be a text", node, GUARD)
        elif found.blank:
            self.blank(node, found, taker)
        elif found.row and not rows:
            self.fail(f"{taker} takes one value, not a whole row", node)
        else:
            return found
        return None

    def blank(self, node: Node, found: Type, taker: str) -> None:
        """Notes that a part may be blank where a value is needed."""
        hint = GUARD
        if found.blank == BEFORE:
            hint = "put the previous period's value on a line of its own and use that line"
        elif found.blank == UNREPORTED:
            hint = "use the line itself, which has a value in every period"
        self.fail(
            f"{taker} does not take a blank, but this may be blank ({found.blank})", node, hint
        )

    def part(self, node: Node, found: Type | None) -> bool:
        """Whether a part can be joined to a text: a text, or a whole number. Otherwise the error is noted."""
        if found is None:
            return False
        if found.blank:
            self.blank(node, found, "'&'")
        elif found.row:
            self.fail("'&' takes one value, not a whole row", node)
        elif found.kind is Kind.DATE:
            self.fail("a date cannot be joined to a text", node, "join its YEAR, MONTH or DAY")
        elif found.kind is Kind.FLAG:
            self.fail("TRUE or FALSE cannot be joined to a text", node, 'IF(x = y, "yes", "no")')
        elif found.kind is Kind.NUMBER and not found.whole:
            self.fail(
                "a number with decimals cannot be joined to a text: spreadsheets write it in different ways",
                node,
                "join ROUND(x, 0) or INT(x)",
            )
        else:
            return True
        return False

    def condition(self, node: Node, found: Type | None, taker: str, rows: bool = False) -> bool:
        """Whether a part is a condition: a comparison, or a plain number. Otherwise the error is noted."""
        if found is None:
            return False
        if found.kind is Kind.FLAG:
            return True
        number = self.number(node, found, taker, rows=rows)
        if number is not None and number.measure:
            self.fail(f"{number} is not a condition", node, "compare it: x > 0")
            return False
        return number is not None

    def date(self, node: Node, found: Type, taker: str) -> bool:
        """Whether a part is one date. Otherwise the error is noted."""
        if found.blank or found.row or found.text is not Instead.NEVER or found.kind is Kind.FLAG:
            return (
                self.number(node, replace(found, text=strict(found.text)), taker, dates=True)
                is not None
            )
        if found.kind is not Kind.DATE:
            self.fail(f"{taker} takes a date, not {found}", node, "AS(date, x) makes x a date")
            return False
        return True

    def asked_of(self, node: Node, found: Type, taker: str) -> bool:
        """Whether ISNUMBER or ISERROR can test a part. Otherwise the error is noted."""
        if found.row:
            self.fail(f"{taker} takes one value, not a whole row", node)
        elif found.kind is Kind.FLAG and taker == "ISNUMBER":
            self.fail("a comparison is TRUE or FALSE, never a number", node)
        elif taker == "ISNUMBER" and any(
            isinstance(part, Call) and part.function == "CHOOSE" for part in walk(node)
        ):
            self.fail(
                "ISNUMBER is asked of a choice, which spreadsheets treat differently",
                node,
                "give the choice a line of its own, and ask that line",
            )
        elif found.blank and not (isinstance(node, Ref) and not node.lag):
            self.fail(
                f"this may be blank ({found.blank}), which spreadsheets treat differently",
                node,
                f"use {taker} directly on an optional input",
            )
        else:
            return True
        return False

    def unified(self, parts: list[tuple[Node, Type | None]]) -> Type | None:
        """The common type of values of which a formula gives one, as IF does. None, with the error noted, if
        they have none.
        """
        result: Type | None = None
        for node, found in parts:
            if found is None:
                return None
            alone = replace(found, row="") if found.row else found
            result = alone if result is None else self._either(result, alone, node)
            if result is None:
                return None
        return result

    def _either(self, first: Type, second: Type, node: Node) -> Type | None:
        if first is second:
            return first
        blank = first.blank or second.blank
        if first.kind is second.kind is Kind.FLAG:
            return t.FLAG
        if Kind.FLAG in (first.kind, second.kind):
            other = second if first.kind is Kind.FLAG else first
            self.fail(
                f"the alternatives differ: one is TRUE or FALSE, the other {other}",
                node,
                AS_NUMBER.format("x = y"),
            )
            return None
        if first.kind is second.kind is Kind.TEXT:
            return replace(t.TEXT, blank=blank)
        whole = first.whole and second.whole
        if Kind.TEXT in (first.kind, second.kind):
            number = second if first.kind is Kind.TEXT else first
            return replace(number, text=Instead.MAYBE, blank=blank)
        text = _weaker(first.text, second.text)
        if first.kind is second.kind is Kind.DATE or (
            Kind.DATE in (first.kind, second.kind) and Fit.ANY in (first.fit, second.fit)
        ):
            return replace(t.DATE, text=text, blank=blank)
        measure = measure_of_both(first, second) if first.kind is second.kind else None
        if measure is None:
            self.fail(f"the alternatives differ: one is {first}, the other {second}", node, MEANT)
            return None
        return Type(
            Kind.NUMBER, measure, fit_of_both(first, second), text=text, blank=blank, whole=whole
        )

    def criterion(self, node: Node, found: Type, cells: Type) -> bool:
        """Whether a part is a valid criterion for a row of cells. Otherwise the error is noted."""
        if not isinstance(node, Text):
            if found.kind is Kind.TEXT:
                self.fail("a criterion must be a number or a quoted text", node)
                return False
            clean = self.number(
                node, replace(found, text=strict(found.text)), "a criterion", dates=True
            )
            alone = replace(cells, row="", blank="")
            if clean is not None and cells.kind is Kind.TEXT:
                self.fail("the cells hold texts, but the criterion is a number", node)
                return False
            return clean is not None and self._either(alone, clean, node) is not None
        parts = criterion_parts(node.value)
        if parts is None:
            self.fail(
                "spreadsheets may read this criterion in different ways",
                node,
                'write an operator and a number, ">=0.5", or a text of letters, "late"',
            )
            return False
        operator, wanted = parts
        uncertain = cells.blank or cells.text is not Instead.NEVER
        if isinstance(wanted, str):
            if operator != "=":
                self.fail(
                    "a text criterion must be the text itself", node, "leave out the operator"
                )
            elif cells.kind is not Kind.TEXT and cells.text is Instead.NEVER:
                self.fail(f"the cells hold {cells}, but the criterion is a text", node)
            else:
                return True
            return False
        if cells.kind is Kind.TEXT:
            self.fail("the cells hold texts, but the criterion is a number", node)
        elif operator == "<>" and uncertain:
            self.fail("in some spreadsheets '<>' also counts texts and blanks", node)
        else:
            return True
        return False

    def no_decimals(self, node: Call) -> bool:
        """Whether FIXED is asked for no decimals. Otherwise the error is noted."""
        how = node.arguments[1]
        if isinstance(how, Number) and how.value == 0:
            return True
        self.fail("FIXED writes whole numbers only", how, "write FIXED(x, 0)")
        return False

    def exact(self, node: Call, types: list[Type | None]) -> bool:
        """Whether MATCH looks for what is exactly so. Otherwise the error is noted."""
        how = node.arguments[2] if len(node.arguments) > 2 else None
        if not (isinstance(how, Number) and how.value == 0):
            self.fail(
                "MATCH must look for an exact match: other modes depend on the order of the row",
                how or node,
                "write MATCH(x, row, 0)",
            )
            return False
        wanted, found = node.arguments[0], types[0]
        if found is not None and found.kind is Kind.TEXT:
            plain = isinstance(wanted, Text) and not set(wanted.value) & _WILDCARDS
            if not plain:
                self.fail(
                    "MATCH reads * ? and ~ in text as wildcards",
                    wanted,
                    "look for a quoted text without these characters",
                )
                return False
        return True


def measure_of_both(left: Type, right: Type) -> t.Measure | None:
    """The measure that two numbers share, None if they differ. The literal 0 fits any measure; 1 fits
    plain numbers and days.
    """
    if left.measure == right.measure:
        return left.measure
    for one, other in ((left, right), (right, left)):
        if one.fit is Fit.ANY or (one.fit is Fit.DAYS and other.measure == t.DAYS):
            return other.measure
    return None


def fit_of_both(first: Type, second: Type) -> Fit:
    """The fit of a value made from two others."""
    if first.fit is second.fit:
        return first.fit
    return Fit.NOTHING if Fit.NOTHING in (first.fit, second.fit) else Fit.DAYS


def _weaker(first: Instead, second: Instead) -> Instead:
    for one in (Instead.MAYBE, Instead.MEANT):
        if one in (first, second):
            return one
    return Instead.NEVER


def strict(text: Instead) -> Instead:
    """The stricter reading where a text would pass unnoticed: what AS declares a number may still be a
    text.
    """
    return Instead.NEVER if text is Instead.NEVER else Instead.MAYBE


def result_problem(found: Type, wanted: Type, unit: str) -> tuple[str, str] | None:
    """Message and hint if a line's formula gives a type other than its unit asks for; None if they agree."""
    if found.kind is Kind.FLAG:
        return (
            "the formula gives TRUE or FALSE, which spreadsheets do not treat as 1 or 0",
            AS_NUMBER.format("x = y"),
        )
    if wanted.kind is Kind.TEXT:
        if found.kind is not Kind.TEXT:
            return f"the formula gives {found}, but a line in '{unit}' holds a text", ""
        return (
            (f"this may be blank ({found.blank}), which would show as 0", "")
            if found.blank
            else None
        )
    if found.kind is Kind.TEXT:
        return f"the formula gives a text, but a line in '{unit}' holds {wanted}", ""
    if found.fit is Fit.ANY:
        return None
    fits = found.kind is wanted.kind and (
        found.measure == wanted.measure or (found.fit is Fit.DAYS and wanted.measure == t.DAYS)
    )
    if fits:
        return None
    return f"the formula gives {found}, but a line in '{unit}' holds {wanted}", MEANT
