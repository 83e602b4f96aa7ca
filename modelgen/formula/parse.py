"""Parses the text of a formula into its tree; errors name the column."""

from functools import lru_cache
from importlib.resources import files

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from modelgen.formula.functions import FUNCTIONS, OWN, arity_words
from modelgen.formula.syntax import (
    Binary,
    Call,
    Flag,
    Name,
    Negative,
    Node,
    Number,
    Span,
    Text,
    children,
    extent,
    walk,
)
from modelgen.problem import nearest

LONGEST_TEXT, MOST_ARGUMENTS, DEEPEST_CALLS = 255, 255, 63
"""Excel's limits on a formula: characters in a text, arguments of a function, nested functions (64, one
of which is the IF for actual and forecast).
"""

DEEPEST = 160
"""How deeply operators and functions may be nested. Every reader of a tree is recursive, and Python
allows a thousand nested calls by default.
"""


class FormulaError(Exception):
    """An error in a formula: message, span in its text, hint."""

    def __init__(self, message: str, span: Span, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.span, self.hint = message, span, hint


def parse(text: str, constants: bool = False) -> Node:
    """The syntax tree of a formula that begins with `=`.

    Raises FormulaError: text that is not a formula, a function that is not in the table or has the
    wrong number of arguments, a constant other than 0 and 1 (unless `constants`: in a condition
    that is not part of a model), anything too large for Excel or for a reader of the tree.
    """
    if not text.startswith("="):
        raise FormulaError("a formula must begin with '='", Span(0, len(text)))
    return _parse(text, constants)


@lru_cache(maxsize=4096)
def _parse(text: str, constants: bool) -> Node:
    try:
        node: Node = _grammar().parse(text)  # type: ignore[assignment]
    except UnexpectedInput as error:
        raise _unexpected(text, error) from None
    _check_size(node)
    for part in walk(node):
        if isinstance(part, Call):
            _check_call(part)
        elif isinstance(part, Number) and part.value not in (0.0, 1.0) and not constants:
            literal = text[part.span.start : part.span.start + part.span.length]
            raise FormulaError(
                f"the constant {literal} is not allowed in a formula",
                part.span,
                "make it an input with a name, unit and basis; only 0 and 1 are allowed",
            )
        elif isinstance(part, Text) and len(part.value) > LONGEST_TEXT:
            raise FormulaError(
                f"the text has {len(part.value)} characters; Excel allows {LONGEST_TEXT} in a formula",
                part.span,
                "join parts with &, or give the text a line of its own",
            )
    return node


_CALLS = {"VALUE_ON": 2, "AS": 0, "YOY": 4}
"""How many nested functions a function of the language becomes in a workbook: VALUE_ON is INDEX of MATCH."""


def _check_size(node: Node) -> None:
    """Raises FormulaError for a formula nested more deeply than Excel or a reader of trees allows."""
    waiting: list[tuple[Node, int, int]] = [(node, 1, 0)]
    while waiting:
        here, level, calls = waiting.pop()
        if isinstance(here, Call):
            calls += _CALLS.get(here.function, 1)
        if calls > DEEPEST_CALLS:
            raise FormulaError(
                f"more than {DEEPEST_CALLS} nested functions; Excel allows no more",
                extent(here),
                "split the formula into lines",
            )
        if level > DEEPEST:
            raise FormulaError(
                f"more than {DEEPEST} nested operators and functions",
                extent(here),
                "split the formula into lines; SUM and SUM_EACH add up many terms",
            )
        waiting += [(child, level + 1, calls) for child in children(here)]


def _unexpected(text: str, error: UnexpectedInput) -> FormulaError:
    position = error.pos_in_stream
    at_end = position is None or position < 0 or position >= len(text)
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        at_end = True
    if at_end:
        missing = "the formula ends too early"
        if text.count("(") > text.count(")"):
            missing += ": a ')' is missing"
        return FormulaError(missing, Span(len(text) - 1, 1))
    assert position is not None
    if isinstance(error, UnexpectedCharacters):
        found, length = text[position], 1
    elif isinstance(error, UnexpectedToken):
        found, length = str(error.token), len(str(error.token))
    else:
        found, length = text[position], 1
    hint = ""
    if found == ";":
        hint = "separate arguments with commas"
    elif found == "[":
        hint = "the period before is written name[-1]"
    return FormulaError(f"the formula cannot be read at '{found}'", Span(position, length), hint)


def _check_call(call: Call) -> None:
    function = FUNCTIONS.get(call.function) or OWN.get(call.function)
    if function is None:
        near = nearest(call.function, [*FUNCTIONS, *OWN])
        hint = f"did you mean {near}?" if near else "docs/formula-language.md lists the functions"
        raise FormulaError(f"{call.function} is not a function of the language", call.span, hint)
    count = len(call.arguments)
    if count > MOST_ARGUMENTS:
        raise FormulaError(
            f"{call.function} has {count} arguments; Excel allows {MOST_ARGUMENTS}",
            call.span,
            "split the formula into lines",
        )
    if count < function.least or (function.most is not None and count > function.most):
        raise FormulaError(f"{call.function} takes {arity_words(function)}, not {count}", call.span)


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    text = files("modelgen.formula").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", maybe_placeholders=True, transformer=_ToTree())


class _ToTree(Transformer[Token, Node]):
    """Makes our tree from Lark's while it parses; each method is a rule of the grammar."""

    def start(self, items: list[Node]) -> Node:
        return items[0]

    def binary(self, items: list[Node | Token]) -> Node:
        left, operator, right = items
        assert not isinstance(left, Token) and not isinstance(right, Token)
        return Binary(str(operator), left, right)

    def negative(self, items: list[Node]) -> Node:
        return Negative(items[1])

    def positive(self, items: list[Node]) -> Node:
        return items[1]

    def number(self, items: list[Token]) -> Node:
        return Number(float(items[0]), _span(items[0]))

    def text(self, items: list[Token]) -> Node:
        return Text(str(items[0])[1:-1].replace('""', '"'), _span(items[0]))

    def flag(self, items: list[Token]) -> Node:
        return Flag(str(items[0]) == "TRUE", _span(items[0]))

    def name(self, items: list[Token | None]) -> Node:
        token, lag = items
        assert token is not None
        back = -int(str(lag).replace(" ", "")) if lag is not None else 0
        return Name(str(token), back, _span(token))

    def call(self, items: list[Token | list[Node] | None]) -> Node:
        token, arguments = items
        assert isinstance(token, Token)
        given = tuple(arguments) if isinstance(arguments, list) else ()
        return Call(str(token), given, _span(token))

    def arguments(self, items: list[Node]) -> list[Node]:
        return items


def _span(token: Token) -> Span:
    return Span(token.start_pos or 0, len(token))
