"""What a value must be to stand somewhere: a number, a date, a condition, one of several alike.

Each demand says what is wrong with a part that does not meet it, with a hint; `check` goes through a
formula and makes the demands.
"""

from dataclasses import replace

from modelgen.formula import types as t
from modelgen.formula.meanings import criterion_parts
from modelgen.formula.parse import FormulaError
from modelgen.formula.syntax import Call, Node, Ref, Text, extent, walk
from modelgen.formula.types import Fit, Instead, Kind, Type

BEFORE = "it is blank before the first period"
AS_NUMBER = "IF({0}, 1, 0) makes a number of it"
GUARD = "ask first: IF(ISNUMBER(x), x, otherwise)"
MEANT = "AS(unit, x) says what x measures, where that is meant"


class Demands:
    """Collects in `errors` what is wrong with the parts of formulas."""

    def __init__(self) -> None:
        self.errors: list[FormulaError] = []

    def fail(self, message: str, node: Node, hint: str = "") -> None:
        """Notes an error at a part of the formula."""
        self.errors.append(FormulaError(message, extent(node), hint))

    def number(
        self, node: Node, found: Type, taker: str, *, dates: bool = False, rows: bool = False
    ) -> Type | None:
        """The type, where it is a number (or a date) without a text or a blank; else what is wrong."""
        if found.kind is Kind.FLAG:
            self.fail(
                f"a comparison is TRUE or FALSE, and {taker} takes a number",
                node,
                AS_NUMBER.format("x = y"),
            )
        elif found.kind is Kind.TEXT:
            self.fail(f"a text stands where {taker} takes a number", node)
        elif found.kind is Kind.DATE and not dates:
            self.fail(f"a date stands where {taker} takes a number", node, MEANT)
        elif found.text is Instead.MAYBE or (found.text is Instead.MEANT and rows):
            self.fail(f"this may be a text, and {taker} takes a number", node, GUARD)
        elif found.blank:
            self.blank(node, found, taker)
        elif found.row and not rows:
            self.fail(f"a whole row stands where {taker} takes one value", node)
        else:
            return found
        return None

    def blank(self, node: Node, found: Type, taker: str) -> None:
        """Says that a part may be blank where no blank may stand."""
        hint = GUARD
        if found.blank == BEFORE:
            hint = "give the value of the period before a line of its own, and take that line"
        self.fail(f"this may be blank ({found.blank}), and {taker} takes no blank", node, hint)

    def part(self, node: Node, found: Type | None) -> bool:
        """Whether a type can be joined to a text: a text, or a number that has no decimals."""
        if found is None:
            return False
        if found.blank:
            self.blank(node, found, "'&'")
        elif found.row:
            self.fail("a whole row stands where '&' takes one value", node)
        elif found.kind is Kind.DATE:
            self.fail("a date is joined to a text", node, "join its YEAR, MONTH or DAY")
        elif found.kind is Kind.FLAG:
            self.fail("TRUE or FALSE is joined to a text", node, 'IF(x = y, "yes", "no")')
        elif found.kind is Kind.NUMBER and not found.whole:
            self.fail(
                "a number with decimals is joined to a text, which spreadsheets write in many ways",
                node,
                "join ROUND(x, 0) or INT(x)",
            )
        else:
            return True
        return False

    def condition(self, node: Node, found: Type | None, taker: str, rows: bool = False) -> bool:
        """Whether a part may stand as a condition: a comparison, or a plain number."""
        if found is None:
            return False
        if found.kind is Kind.FLAG:
            return True
        number = self.number(node, found, taker, rows=rows)
        if number is not None and number.measure:
            self.fail(f"{number} stands as a condition", node, "compare it: x > 0")
            return False
        return number is not None

    def date(self, node: Node, found: Type, taker: str) -> bool:
        """Whether a part is a date."""
        if found.blank or found.row or found.text is not Instead.NEVER or found.kind is Kind.FLAG:
            return (
                self.number(node, replace(found, text=strict(found.text)), taker, dates=True)
                is not None
            )
        if found.kind is not Kind.DATE:
            self.fail(
                f"{found} stands where {taker} takes a date", node, "AS(date, x) takes x as a date"
            )
            return False
        return True

    def asked_of(self, node: Node, found: Type, taker: str) -> bool:
        """Whether ISNUMBER or ISERROR may ask of a part."""
        if found.row:
            self.fail(f"a whole row stands where {taker} takes one value", node)
        elif found.kind is Kind.FLAG and taker == "ISNUMBER":
            self.fail("a comparison is TRUE or FALSE, and never a number", node)
        elif taker == "ISNUMBER" and any(
            isinstance(part, Call) and part.function == "CHOOSE" for part in walk(node)
        ):
            self.fail(
                "ISNUMBER is asked of a choice, of which spreadsheets think differently",
                node,
                "give the choice a line of its own, and ask that line",
            )
        elif found.blank and not (isinstance(node, Ref) and not node.lag):
            self.fail(
                f"this may be blank ({found.blank}), of which spreadsheets think differently",
                node,
                f"ask {taker} of an optional input itself",
            )
        else:
            return True
        return False

    def unified(self, parts: list[tuple[Node, Type | None]]) -> Type | None:
        """The type of a value that is one of several."""
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
            self.fail(f"one is TRUE or FALSE, the other {other}", node, AS_NUMBER.format("x = y"))
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
            self.fail(f"one is {first}, the other {second}", node, MEANT)
            return None
        return Type(
            Kind.NUMBER, measure, fit_of_both(first, second), text=text, blank=blank, whole=whole
        )

    def criterion(self, node: Node, found: Type, cells: Type) -> bool:
        """Whether cells can be asked for a criterion."""
        if not isinstance(node, Text):
            if found.kind is Kind.TEXT:
                self.fail("a criterion is a number, or a text in quotes", node)
                return False
            clean = self.number(
                node, replace(found, text=strict(found.text)), "a criterion", dates=True
            )
            alone = replace(cells, row="", blank="")
            if clean is not None and cells.kind is Kind.TEXT:
                self.fail("texts are asked for a number", node)
                return False
            return clean is not None and self._either(alone, clean, node) is not None
        parts = criterion_parts(node.value)
        if parts is None:
            self.fail(
                "spreadsheets may read this criterion in other ways",
                node,
                'a criterion is an operator and a number, ">=0.5", or a text of letters, "late"',
            )
            return False
        operator, wanted = parts
        uncertain = cells.blank or cells.text is not Instead.NEVER
        if isinstance(wanted, str):
            if operator != "=":
                self.fail(
                    "texts may be asked for only by what they are", node, "leave out the operator"
                )
            elif cells.kind is not Kind.TEXT and cells.text is Instead.NEVER:
                self.fail(f"{cells} is asked for a text", node)
            else:
                return True
            return False
        if cells.kind is Kind.TEXT:
            self.fail("texts are asked for a number", node)
        elif operator == "<>" and uncertain:
            self.fail("'<>' counts texts and blanks too, to some spreadsheets", node)
        else:
            return True
        return False


def measure_of_both(left: Type, right: Type) -> t.Measure | None:
    """The measure of two numbers side by side: zero fits any, and 1 plain numbers and days."""
    if left.measure == right.measure:
        return left.measure
    for one, other in ((left, right), (right, left)):
        if one.fit is Fit.ANY or (one.fit is Fit.DAYS and other.measure == t.DAYS):
            return other.measure
    return None


def fit_of_both(first: Type, second: Type) -> Fit:
    """What a value fits that is made of two."""
    if first.fit is second.fit:
        return first.fit
    return Fit.NOTHING if Fit.NOTHING in (first.fit, second.fit) else Fit.DAYS


def _weaker(first: Instead, second: Instead) -> Instead:
    for one in (Instead.MAYBE, Instead.MEANT):
        if one in (first, second):
            return one
    return Instead.NEVER


def strict(text: Instead) -> Instead:
    """What is meant to be a number, where a text would pass in silence."""
    return Instead.NEVER if text is Instead.NEVER else Instead.MAYBE


def result_problem(found: Type, wanted: Type, unit: str) -> tuple[str, str] | None:
    """What is wrong with a line whose formula gives one type and whose unit asks for another: message
    and hint.
    """
    if found.kind is Kind.FLAG:
        return (
            "the formula gives TRUE or FALSE, which spreadsheets do not take for 1 or 0",
            AS_NUMBER.format("x = y"),
        )
    if wanted.kind is Kind.TEXT:
        if found.kind is not Kind.TEXT:
            return f"the formula gives {found}, and a line in '{unit}' holds a text", ""
        return (f"this may be blank ({found.blank}), which reads as 0", "") if found.blank else None
    if found.kind is Kind.TEXT:
        return f"the formula gives a text, and a line in '{unit}' holds {wanted}", ""
    if found.fit is Fit.ANY:
        return None
    fits = found.kind is wanted.kind and (
        found.measure == wanted.measure or (found.fit is Fit.DAYS and wanted.measure == t.DAYS)
    )
    if fits:
        return None
    return f"the formula gives {found}, and a line in '{unit}' holds {wanted}", MEANT
