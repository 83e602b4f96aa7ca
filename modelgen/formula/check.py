"""The static check of a resolved formula: the type of each part, and what cannot be intended.

Anything that spreadsheets compute differently (a comparison used as a number, a blank in MIN, text in
arithmetic) is an error here, with the operand and a hint, and so are measures that do not match (money plus
days). See `types` for what a type records, and docs/formula-language.md for the full rules.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache

from modelgen.formula import types as t
from modelgen.formula.demands import (
    AS_NUMBER,
    AS_ZERO,
    BEFORE,
    MEANT,
    Demands,
    fit_of_both,
    measure_of_both,
    strict,
)
from modelgen.formula.functions import FUNCTIONS
from modelgen.formula.known import NOTHING_KNOWN, Known, known_otherwise, known_where
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
)
from modelgen.formula.types import Fit, Instead, Kind, Parameter, Type


class Checker:
    """Gives formulas their types. `cells` holds the type of each item's cell, `timelines` its timeline,
    `blank` the lines that have no value in comparative columns. Errors are collected in `demand`; a part
    with an error has no type (None).
    """

    def __init__(
        self,
        cells: Mapping[str, Type],
        timelines: Mapping[str, str | None],
        blank: Collection[str] = (),
    ) -> None:
        self.cells, self.timelines, self.blank = cells, timelines, blank
        self.demand = Demands()

    def type(self, node: Node, known: Known = NOTHING_KNOWN) -> Type | None:
        """The type of an expression, None if it has an error; `known` are parts that ISNUMBER has shown to be
        numbers.
        """
        found = self._type(node, known)
        if known and found is not None and node in known:
            return replace(found, text=Instead.NEVER, blank="")
        return found

    def _type(self, node: Node, known: Known) -> Type | None:
        # The most frequent first.
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
                self.demand.fail("a date cannot be negated", node.operand, MEANT)
                return None
            return operand and replace(operand, whole=False)
        if isinstance(node, Row):
            periods = (
                f"{self.timelines[node.id]}{' with comparatives' if node.comparatives else ''}"
            )
            return replace(self.cells[node.id], row=periods)
        if isinstance(node, At):
            return self.cells[node.id]
        if isinstance(node, Flag):
            return t.FLAG
        return self._own(node, known)

    def _own(self, node: Node, known: Known) -> Type | None:
        """The type of a node that only this language has."""
        match node:
            case ValueOn():
                return self._value_on(node, known)
            case SumOf(row=row):
                return self.demand.number(row, self.cells[row.id], "SUM_OF", rows=True)
            case As():
                return self._as(node, known)
            case ActualForecast(actual=actual, forecast=forecast):
                parts = [(part, self.type(part, known)) for part in (actual, forecast)]
                return self.demand.unified(parts)
            case _:
                raise AssertionError(f"{node} is not resolved")

    def _value_on(self, node: ValueOn, known: Known) -> Type | None:
        day = self.type(node.day, known)
        if day is not None:
            self.demand.date(node.day, day, "VALUE_ON")
        cell = self.cells[node.row.id]
        return _before(cell) if node.row.id in self.blank else cell

    def _as(self, node: As, known: Known) -> Type | None:
        operand = self.type(node.operand, known)
        if operand is None:
            return None
        if operand.kind is Kind.FLAG:
            self.demand.fail(
                "AS takes a number, not TRUE or FALSE", node.operand, AS_NUMBER.format("x")
            )
            return None
        if operand.kind is Kind.TEXT:
            self.demand.fail("AS takes a number or a date, not a text", node.operand)
            return None
        text = Instead.NEVER if operand.text is Instead.NEVER else Instead.MEANT
        its = node.type
        return Type(
            its.kind, its.measure, Fit.NOTHING, text, operand.blank, operand.row, operand.whole
        )

    def condition(self, node: Node) -> list[FormulaError]:
        """The errors of an expression that is to be a condition; empty if it is a valid one."""
        self.demand.errors = []
        self.demand.condition(node, self.type(node), "a condition")
        return self.demand.errors

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
                self.demand.fail(f"a date cannot be an operand of {operator}", side, MEANT)
                return None
        if operator == "^":
            for operand, side in ((left, node.left), (right, node.right)):
                if operand.measure:
                    words = f"^ takes plain numbers, not {operand}"
                    self.demand.fail(words, side, "AS(number, x) makes x a plain number")
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
        elif found.blank in AS_ZERO and not found.row and found.kind is not Kind.TEXT:
            found = replace(
                found, blank=""
            )  # a blank before the first period counts as zero in arithmetic
        return self.demand.number(node, found, f"'{operator}'", dates=True)

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
            self.demand.fail(
                f"cannot compute {left} {word} {right}",
                side,
                f"only days, or 1, can be added to a date; {MEANT}",
            )
            return None
        measure = measure_of_both(left, right)
        if measure is None:
            word = "plus" if node.operator == "+" else "less"
            self.demand.fail(f"cannot compute {left} {word} {right}", node.right, MEANT)
            return None
        return Type(
            Kind.NUMBER, measure, fit_of_both(left, right), whole=left.whole and right.whole
        )

    def _joined(self, node: Binary, known: Known) -> Type | None:
        sides = [self.demand.part(side, self.type(side, known)) for side in (node.left, node.right)]
        return t.TEXT if all(sides) else None

    def _compared(self, node: Binary, known: Known) -> Type | None:
        left, right = self.type(node.left, known), self.type(node.right, known)
        if left is None or right is None:
            return None
        texts = [side.kind is Kind.TEXT or side.text is not Instead.NEVER for side in (left, right)]
        if Kind.TEXT in (left.kind, right.kind) and all(texts):
            return self._compared_texts(node, left, right)
        for side, found in ((node.left, left), (node.right, right)):
            clean = replace(found, text=strict(found.text))
            if found.blank in AS_ZERO and not found.row and found.kind is not Kind.TEXT:
                clean = replace(clean, blank="")
            if self.demand.number(side, clean, f"'{node.operator}'", dates=True) is None:
                return None
        if left.kind is right.kind is Kind.NUMBER and measure_of_both(left, right) is not None:
            return t.FLAG
        alike = left.kind is right.kind or Fit.ANY in (left.fit, right.fit)
        if alike and Kind.DATE in (left.kind, right.kind):
            return t.FLAG
        self.demand.fail(f"cannot compare {left} with {right}", node.right, MEANT)
        return None

    def _compared_texts(self, node: Binary, left: Type, right: Type) -> Type | None:
        for side, found in ((node.left, left), (node.right, right)):
            if found.blank:
                self.demand.blank(side, found, f"'{node.operator}'")
                return None
            if found.row:
                self.demand.fail(f"'{node.operator}' takes one value, not a whole row", side)
                return None
        if node.operator in ("=", "<>"):
            return t.FLAG
        self.demand.fail(
            "texts cannot be ordered: each spreadsheet sorts them its own way",
            node,
            "compare texts only with = and <>",
        )
        return None

    # Functions

    def _if(self, node: Call, known: Known) -> Type | None:
        condition, *branches = node.arguments
        holds = self.demand.condition(condition, self.type(condition, known), "IF")
        if len(branches) < 2:
            self.demand.fail(
                "IF without a third argument gives FALSE",
                node,
                "give a value for the other case: IF(x, y, 0)",
            )
            return None
        yes = self.type(branches[0], known | known_where(condition))
        no = self.type(branches[1], known | known_otherwise(condition))
        found = self.demand.unified([(branches[0], yes), (branches[1], no)])
        return found if holds else None

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
            if not self._fits(argument, found, parameter, node.function):
                fine = False
            elif parameter.takes == "criterion":
                cells = types[position - 1]
                fine = cells is not None and self.demand.criterion(argument, found, cells) and fine
            elif parameter.takes in ("x", "order", "any"):
                alike.setdefault(parameter.takes, []).append((argument, found))
            elif parameter.takes == "factor":
                product = t.times(product, found.measure)
            if not parameter.value:
                rows.add(found.row)
        if not fine:
            return None
        if len(rows) > 1:
            self.demand.fail(f"the rows in {node.function} cover different periods", node)
            return None
        if node.function == "MATCH" and not self.demand.exact(node, types):
            return None
        if node.function == "FIXED" and not self.demand.no_decimals(node):
            return None
        if "criterion" in function.takes and node.function != "COUNTIF" and not alike:
            alike["x"] = [(node.arguments[0], types[0])]  # SUMIF without a third argument
        unified = {takes: self.demand.unified(parts) for takes, parts in alike.items()}
        if None in unified.values():
            return None
        return self._given(node, signature.gives, unified, product)

    def _given(
        self, node: Call, gives: str, unified: Mapping[str, Type | None], product: t.Measure
    ) -> Type | None:
        """The type of a function's result."""
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

    def _fits(self, node: Node, found: Type, parameter: Parameter, taker: str) -> bool:
        """Whether an argument fits a parameter; otherwise the error is noted."""
        takes = parameter.takes
        if takes == "what":
            return self.demand.asked_of(node, found, taker)
        if found.row and not parameter.row:
            self.demand.fail(f"{taker} takes one value here, not a whole row", node)
            return False
        if not found.row and not parameter.value:
            self.demand.fail(
                f"{taker} takes a whole row here",
                node,
                "in a line with one value, the name of a line over a timeline means its whole row",
            )
            return False
        if found.blank and not parameter.blank:
            self.demand.blank(node, found, taker)
            return False
        match takes:
            case "any" | "cells" | "criterion" | "exact":
                return True
            case "cell":
                if isinstance(node, Ref) and not node.lag:
                    return True
                self.demand.fail(f"{taker} takes the name of an input or a line", node)
                return False
            case "condition":
                return self.demand.condition(node, found, taker, rows=parameter.row)
            case "date":
                return self.demand.date(node, found, taker)
            case "text":
                return self.demand.part(node, found)
        if found.blank or found.row:
            found = replace(found, blank="", row="")
        dates = takes == "order"
        number = self.demand.number(node, found, taker, dates=dates, rows=parameter.row)
        if number is None:
            return False
        if takes == "number" and number.measure:
            self.demand.fail(f"{taker} takes a plain number here, not {number}", node, MEANT)
            return False
        return True


_ANY_NUMBER = Type(
    Kind.NUMBER, fit=Fit.ANY
)  # a number in a condition that is not part of a model, such as a sweep's event
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
    """The type of a cell in the previous period: it may be blank."""
    return replace(cell, blank=BEFORE)
