"""The static pass over a resolved formula: what type each part has, and what cannot be meant.

What spreadsheets compute differently (a comparison used as a number, a blank in MIN, a text in
arithmetic) is an error here, with the operand and a hint; so are measures that do not fit (money plus
days). See `types` for what a type says, and docs/formula-language.md for the rules in full.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache

from modelgen.formula import types as t
from modelgen.formula.functions import FUNCTIONS, criterion_parts
from modelgen.formula.parse import FormulaError
from modelgen.formula.syntax import (
    ActualForecast,
    As,
    At,
    Binary,
    Call,
    Flag,
    Negative,
    Node,
    Number,
    Ref,
    Row,
    SumOf,
    Text,
    ValueOn,
    extent,
)
from modelgen.formula.types import Fit, Instead, Kind, Parameter, Type

Known = frozenset[Node]
_NOTHING_KNOWN: Known = frozenset()
_WILDCARDS = frozenset("*?~")

BEFORE = "it is blank before the first period"
AS_NUMBER = "IF({0}, 1, 0) makes a number of it"
GUARD = "ask first: IF(ISNUMBER(x), x, otherwise)"
MEANT = "AS(unit, x) says what x measures, where that is meant"


class Checker:
    """Types formulas; `cells` gives the type of each item's cell, `timelines` the timeline it runs over;
    `blank` are lines without values in comparative columns. What is wrong is added to `errors`, and the part that is wrong has no type (None).
    """

    def __init__(
        self,
        cells: Mapping[str, Type],
        timelines: Mapping[str, str | None],
        blank: Collection[str] = (),
    ) -> None:
        self.cells, self.timelines, self.blank = cells, timelines, blank
        self.errors: list[FormulaError] = []

    def fail(self, message: str, node: Node, hint: str = "") -> None:
        """Notes an error at a part of the formula."""
        self.errors.append(FormulaError(message, extent(node), hint))

    def type(self, node: Node, known: Known = _NOTHING_KNOWN) -> Type | None:
        """The type of an expression; `known` are the parts that ISNUMBER has found to be numbers."""
        found = self._type(node, known)
        if known and found is not None and node in known:
            return replace(found, text=Instead.NEVER, blank="")
        return found

    def _type(self, node: Node, known: Known) -> Type | None:
        # In the order of how often.
        if isinstance(node, Ref):
            cell = self.cells[node.id]
            return _before(cell) if node.lag else cell
        if isinstance(node, Binary):
            return self._binary(node, known)
        if isinstance(node, Call):
            return self._if(node, known) if node.function == "IF" else self._call(node, known)
        if isinstance(node, Number):
            return t.ZERO if node.value == 0 else t.ONE if node.value == 1 else _ANY_NUMBER
        if isinstance(node, Text):
            return t.TEXT
        if isinstance(node, Negative):
            operand = self.operand(node.operand, known, "minus")
            if operand is not None and operand.kind is Kind.DATE:
                self.fail("minus stands before a date", node.operand, MEANT)
                return None
            return operand and replace(operand, whole=False)
        if isinstance(node, Row):
            periods = (
                f"{self.timelines[node.id]}{' with comparatives' if node.comparatives else ''}"
            )
            return replace(self.cells[node.id], row=periods)
        if isinstance(node, At):
            return self.cells[node.id]
        if isinstance(node, ValueOn):
            return self._value_on(node, known)
        if isinstance(node, SumOf):
            return self._number(node.row, self.cells[node.row.id], "SUM_OF", rows=True)
        if isinstance(node, As):
            return self._as(node, known)
        if isinstance(node, Flag):
            return t.FLAG
        if isinstance(node, ActualForecast):
            return self.unified(
                [
                    (node.actual, self.type(node.actual, known)),
                    (node.forecast, self.type(node.forecast, known)),
                ]
            )
        raise AssertionError(f"{node} is not resolved")

    def _value_on(self, node: ValueOn, known: Known) -> Type | None:
        day = self.type(node.day, known)
        if day is not None:
            self._date(node.day, day, "VALUE_ON")
        cell = self.cells[node.row.id]
        return _before(cell) if node.row.id in self.blank else cell

    def _as(self, node: As, known: Known) -> Type | None:
        operand = self.type(node.operand, known)
        if operand is None:
            return None
        if operand.kind is Kind.FLAG:
            self.fail("AS takes a number, not TRUE or FALSE", node.operand, AS_NUMBER.format("x"))
            return None
        if operand.kind is Kind.TEXT:
            self.fail("AS takes a number or a date, not a text", node.operand)
            return None
        text = Instead.NEVER if operand.text is Instead.NEVER else Instead.MEANT
        its = node.type
        return Type(
            its.kind, its.measure, Fit.NOTHING, text, operand.blank, operand.row, operand.whole
        )

    def condition(self, node: Node) -> list[FormulaError]:
        """What is wrong with an expression as a condition."""
        self.errors = []
        self._condition(node, self.type(node), "a condition")
        return self.errors

    # Operators

    def _binary(self, node: Binary, known: Known) -> Type | None:
        operator = node.operator
        if operator == "&":
            return self._joined(node, known)
        if operator not in ("+", "-", "*", "/", "^"):
            return self._compared(node, known)
        left = self.operand(node.left, known, operator)
        right = self.operand(node.right, known, operator)
        if left is None or right is None:
            return None
        if operator in ("+", "-"):
            return self._sum(node, left, right)
        for operand, side in ((left, node.left), (right, node.right)):
            if operand.kind is Kind.DATE:
                self.fail(f"a date stands beside {operator}", side, MEANT)
                return None
        if operator == "^":
            for operand, side in ((left, node.left), (right, node.right)):
                if operand.measure:
                    words = f"{operand} stands beside ^, which takes plain numbers"
                    self.fail(words, side, "AS(number, x) takes x as a plain number")
                    return None
        measure = t.times(left.measure, right.measure, -1 if operator == "/" else 1)
        literal = left.fit is not Fit.NOTHING and right.fit is not Fit.NOTHING
        return Type(Kind.NUMBER, measure, Fit.DAYS if literal else Fit.NOTHING)

    def operand(self, node: Node, known: Known, operator: str) -> Type | None:
        """The type of an operand of arithmetic: a number or a date."""
        found = self.type(node, known)
        if found is None:
            return None
        if found.kind is Kind.NUMBER and not found.blank and not found.row:
            if found.text is not Instead.MAYBE:
                return found
        elif found.blank == BEFORE and not found.row and found.kind is not Kind.TEXT:
            found = replace(found, blank="")  # a blank before the first period adds up as zero
        return self._number(node, found, f"'{operator}'", dates=True)

    def _number(
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
            self._blank(node, found, taker)
        elif found.row and not rows:
            self.fail(f"a whole row stands where {taker} takes one value", node)
        else:
            return found
        return None

    def _blank(self, node: Node, found: Type, taker: str) -> None:
        hint = GUARD
        if found.blank == BEFORE:
            hint = "give the value of the period before a line of its own, and take that line"
        self.fail(f"this may be blank ({found.blank}), and {taker} takes no blank", node, hint)

    def _sum(self, node: Binary, left: Type, right: Type) -> Type | None:
        first, second = left.kind is Kind.DATE, right.kind is Kind.DATE
        if first and second and node.operator == "-":
            return t.IN_DAYS
        if first or second:
            number, side = (right, node.right) if first else (left, node.left)
            in_days = number.measure == t.DAYS or number.fit is not Fit.NOTHING
            if first != second and in_days and not (second and node.operator == "-"):
                return t.DATE
            word = "plus" if node.operator == "+" else "less"
            self.fail(f"{left} {word} {right}", side, f"a date takes days or 1; {MEANT}")
            return None
        measure = self._measure(left, right)
        if measure is None:
            word = "plus" if node.operator == "+" else "less"
            self.fail(f"{left} {word} {right}", node.right, MEANT)
            return None
        return Type(Kind.NUMBER, measure, _fit(left, right), whole=left.whole and right.whole)

    @staticmethod
    def _measure(left: Type, right: Type) -> t.Measure | None:
        """The measure of two numbers side by side: zero fits any, and 1 plain numbers and days."""
        if left.measure == right.measure:
            return left.measure
        for one, other in ((left, right), (right, left)):
            if one.fit is Fit.ANY or (one.fit is Fit.DAYS and other.measure == t.DAYS):
                return other.measure
        return None

    def _joined(self, node: Binary, known: Known) -> Type | None:
        sides = [self.part(side, self.type(side, known)) for side in (node.left, node.right)]
        return t.TEXT if all(sides) else None

    def part(self, node: Node, found: Type | None) -> bool:
        """Whether a type can be joined to a text: a text, or a number that has no decimals."""
        if found is None:
            return False
        if found.blank:
            self._blank(node, found, "'&'")
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

    def _compared(self, node: Binary, known: Known) -> Type | None:
        left, right = self.type(node.left, known), self.type(node.right, known)
        if left is None or right is None:
            return None
        texts = [side.kind is Kind.TEXT or side.text is not Instead.NEVER for side in (left, right)]
        if Kind.TEXT in (left.kind, right.kind) and all(texts):
            return self._compared_texts(node, left, right)
        fine = True
        for side, found in ((node.left, left), (node.right, right)):
            if found.blank == BEFORE and not found.row and found.kind is not Kind.TEXT:
                found = replace(found, blank="")
            clean = replace(found, text=Instead.MAYBE) if found.text is Instead.MEANT else found
            fine = self._number(side, clean, f"'{node.operator}'", dates=True) is not None and fine
        if not fine:
            return None
        if left.kind is right.kind is Kind.NUMBER and self._measure(left, right) is not None:
            return t.FLAG
        if left.kind is right.kind or Fit.ANY in (left.fit, right.fit):
            if left.kind is Kind.DATE or right.kind is Kind.DATE:
                return t.FLAG
        self.fail(f"{left} is compared with {right}", node.right, MEANT)
        return None

    def _compared_texts(self, node: Binary, left: Type, right: Type) -> Type | None:
        for side, found in ((node.left, left), (node.right, right)):
            if found.blank:
                self._blank(side, found, f"'{node.operator}'")
                return None
            if found.row:
                self.fail(f"a whole row stands where '{node.operator}' takes one value", side)
                return None
        if node.operator in ("=", "<>"):
            return t.FLAG
        self.fail(
            "texts are put in order, which each spreadsheet does by its own alphabet",
            node,
            "texts may be compared by = and <>",
        )
        return None

    # Functions

    def _if(self, node: Call, known: Known) -> Type | None:
        condition, *branches = node.arguments
        holds = self._condition(condition, self.type(condition, known), "IF")
        if len(branches) < 2:
            self.fail(
                "IF without a third argument gives FALSE", node, "say what otherwise: IF(x, y, 0)"
            )
            return None
        yes = self.type(branches[0], known | _asked(condition))
        no = self.type(branches[1], known | _asked_in_vain(condition))
        found = self.unified([(branches[0], yes), (branches[1], no)])
        return found if holds else None

    def _condition(self, node: Node, found: Type | None, taker: str, rows: bool = False) -> bool:
        if found is None:
            return False
        if found.kind is Kind.FLAG:
            return True
        number = self._number(node, found, taker, rows=rows)
        if number is not None and number.measure:
            self.fail(f"{number} stands as a condition", node, "compare it: x > 0")
            return False
        return number is not None

    def unified(self, parts: list[tuple[Node, Type | None]]) -> Type | None:
        """The type of a value that is one of several."""
        result: Type | None = None
        for node, found in parts:
            if found is None:
                return None
            if found.row:
                found = replace(found, row="")
            result = found if result is None else self._either(result, found, node)
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
        measure = self._measure(first, second) if first.kind is second.kind else None
        if measure is None:
            self.fail(f"one is {first}, the other {second}", node, MEANT)
            return None
        return Type(Kind.NUMBER, measure, _fit(first, second), text=text, blank=blank, whole=whole)

    def _call(self, node: Call, known: Known) -> Type | None:
        function = FUNCTIONS[node.function]
        signature = function.signature
        types = [self.type(argument, known) for argument in node.arguments]
        alike: dict[str, list[tuple[Node, Type | None]]] = {}
        product, rows, fine = t.PLAIN, set[str](), True
        for position, (argument, found) in enumerate(zip(node.arguments, types, strict=True)):
            if found is None:
                fine = False
                continue
            parameter = signature.parameter(position)
            if not self._stands(argument, found, parameter, node.function):
                fine = False
            elif parameter.takes == "criterion":
                cells = types[position - 1]
                fine = cells is not None and self._criterion(argument, found, cells) and fine
            elif parameter.takes in ("x", "order", "any"):
                alike.setdefault(parameter.takes, []).append((argument, found))
            elif parameter.takes == "factor":
                product = t.times(product, found.measure)
            if not parameter.value:
                rows.add(found.row)
        if not fine:
            return None
        if len(rows) > 1:
            self.fail(f"the rows of {node.function} run over different periods", node)
            return None
        if node.function == "MATCH" and not self._exact(node, types):
            return None
        if "criterion" in function.takes and node.function != "COUNTIF" and not alike:
            alike["x"] = [(node.arguments[0], types[0])]  # SUMIF without a third argument
        unified = {takes: self.unified(parts) for takes, parts in alike.items()}
        if None in unified.values():
            return None
        return self._given(node, signature.gives, unified, product)

    def _given(
        self, node: Call, gives: str, unified: Mapping[str, Type | None], product: t.Measure
    ) -> Type | None:
        """What a function gives."""
        if gives == "factor":
            return Type(Kind.NUMBER, product)
        if gives == "whole x":
            found = unified["x"]
            digits = node.arguments[1] if len(node.arguments) > 1 else Number(0)
            whole = isinstance(digits, Number) and digits.value == 0
            return found and replace(found, whole=whole, text=Instead.NEVER)
        if gives in unified:
            found = unified[gives]
            return found if gives == "any" else found and replace(found, whole=False)
        return _GIVEN[gives]

    def _stands(self, node: Node, found: Type, parameter: Parameter, taker: str) -> bool:
        """Whether an argument may stand for a parameter."""
        takes = parameter.takes
        if takes == "what":
            return self._asked_of(node, found, taker)
        if found.row and not parameter.row:
            self.fail(f"a whole row stands where {taker} takes one value", node)
            return False
        if not found.row and not parameter.value:
            self.fail(
                f"{taker} takes a whole row here",
                node,
                "in a line of one value, the name of a line over a timeline is its row",
            )
            return False
        if found.blank and not parameter.blank:
            self._blank(node, found, taker)
            return False
        match takes:
            case "any" | "cells" | "criterion" | "exact":
                return True
            case "condition":
                return self._condition(node, found, taker, rows=parameter.row)
            case "date":
                return self._date(node, found, taker)
            case "text":
                return self.part(node, found)
        if found.blank or found.row:
            found = replace(found, blank="", row="")
        dates = takes == "order"
        number = self._number(node, found, taker, dates=dates, rows=parameter.row)
        if number is None:
            return False
        if takes == "number" and number.measure:
            self.fail(f"{number} stands where {taker} takes a plain number", node, MEANT)
            return False
        return True

    def _asked_of(self, node: Node, found: Type, taker: str) -> bool:
        """Whether ISNUMBER or ISERROR may ask of a part."""
        if found.row:
            self.fail(f"a whole row stands where {taker} takes one value", node)
        elif found.kind is Kind.FLAG and taker == "ISNUMBER":
            self.fail("a comparison is TRUE or FALSE, and never a number", node)
        elif found.blank and not (isinstance(node, Ref) and not node.lag):
            self.fail(
                f"this may be blank ({found.blank}), of which spreadsheets think differently",
                node,
                f"ask {taker} of an optional input itself",
            )
        else:
            return True
        return False

    def _date(self, node: Node, found: Type, taker: str) -> bool:
        if found.blank or found.row or found.text is not Instead.NEVER or found.kind is Kind.FLAG:
            return (
                self._number(node, replace(found, text=_strict(found.text)), taker, dates=True)
                is not None
            )
        if found.kind is not Kind.DATE:
            self.fail(
                f"{found} stands where {taker} takes a date", node, "AS(date, x) takes x as a date"
            )
            return False
        return True

    def _exact(self, node: Call, types: list[Type | None]) -> bool:
        how = node.arguments[2] if len(node.arguments) > 2 else None
        if not (isinstance(how, Number) and how.value == 0):
            self.fail(
                "MATCH finds what is exactly so: other ways hang on the order of the row",
                how or node,
                "write MATCH(x, row, 0)",
            )
            return False
        wanted, found = node.arguments[0], types[0]
        if found is not None and found.kind is Kind.TEXT:
            if not isinstance(wanted, Text) or set(wanted.value) & _WILDCARDS:
                self.fail(
                    "MATCH reads * ? and ~ in a text as wildcards",
                    wanted,
                    "look for a text in quotes",
                )
                return False
        return True

    def _criterion(self, node: Node, found: Type, cells: Type) -> bool:
        """Whether cells can be asked for a criterion."""
        if not isinstance(node, Text):
            if found.kind is Kind.TEXT:
                self.fail("a criterion is a number, or a text in quotes", node)
                return False
            clean = self._number(
                node, replace(found, text=_strict(found.text)), "a criterion", dates=True
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


_ANY_NUMBER = Type(Kind.NUMBER, fit=Fit.ANY)  # a number in a question that is no part of a model
_GIVEN = {
    "number": t.NUMBER,
    "whole": t.WHOLE,
    "days": t.IN_DAYS,
    "date": t.DATE,
    "flag": t.FLAG,
    "text": t.TEXT,
}


@lru_cache(maxsize=256)
def _before(cell: Type) -> Type:
    """The type of a cell in the period before."""
    return replace(cell, blank=BEFORE)


def _fit(first: Type, second: Type) -> Fit:
    """What a value fits that is made of two."""
    if first.fit is second.fit:
        return first.fit
    return Fit.NOTHING if Fit.NOTHING in (first.fit, second.fit) else Fit.DAYS


def _weaker(first: Instead, second: Instead) -> Instead:
    for one in (Instead.MAYBE, Instead.MEANT):
        if one in (first, second):
            return one
    return Instead.NEVER


def _strict(text: Instead) -> Instead:
    """What is meant to be a number, where a text would pass in silence."""
    return Instead.NEVER if text is Instead.NEVER else Instead.MAYBE


def _asked(condition: Node) -> Known:
    """The parts that are numbers where a condition holds."""
    if isinstance(condition, Call) and condition.function == "ISNUMBER":
        return frozenset(condition.arguments)
    if isinstance(condition, Call) and condition.function == "AND":
        return frozenset().union(*map(_asked, condition.arguments))
    if isinstance(condition, Call) and condition.function == "NOT":
        return _asked_in_vain(condition.arguments[0])
    return _NOTHING_KNOWN


def _asked_in_vain(condition: Node) -> Known:
    """The parts that are numbers where a condition does not hold."""
    if isinstance(condition, Call) and condition.function == "NOT":
        return _asked(condition.arguments[0])
    if isinstance(condition, Call) and condition.function == "OR":
        return frozenset().union(*map(_asked_in_vain, condition.arguments))
    return _NOTHING_KNOWN


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
