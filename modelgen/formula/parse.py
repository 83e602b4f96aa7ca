"""From the text of a formula to its tree, with problems that name the column."""

from functools import lru_cache
from importlib.resources import files

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.exceptions import VisitError

from modelgen.formula.functions import FUNCTIONS, LANGUAGE, arity_words
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
    walk,
)
from modelgen.problem import nearest


class FormulaError(Exception):
    """What is wrong with a formula: message, span in its text, hint."""

    def __init__(self, message: str, span: Span, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.span, self.hint = message, span, hint


def parse(text: str, constants: bool = False) -> Node:
    """The tree of a formula that begins with `=`.

    Raises FormulaError: text that does not parse, a function that is not in the table or has the
    wrong number of arguments, a constant other than 0 and 1 (unless `constants`: in a question
    that is no part of a model).
    """
    if not text.startswith("="):
        raise FormulaError("a formula begins with '='", Span(0, len(text)))
    return _parse(text, constants)


@lru_cache(maxsize=4096)
def _parse(text: str, constants: bool) -> Node:
    try:
        tree = _grammar().parse(text)
        node: Node = _ToTree(constants).transform(tree)
    except UnexpectedInput as error:
        raise _unexpected(text, error) from None
    except VisitError as error:
        if isinstance(error.orig_exc, FormulaError):
            raise error.orig_exc from None
        raise
    for call in walk(node):
        if isinstance(call, Call):
            _check_call(call)
    return node


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
        hint = "arguments are parted by commas"
    elif found == "[":
        hint = "the period before is written name[-1]"
    return FormulaError(f"the formula does not parse at '{found}'", Span(position, length), hint)


def _check_call(call: Call) -> None:
    function = FUNCTIONS.get(call.function) or LANGUAGE.get(call.function)
    if function is None:
        near = nearest(call.function, [*FUNCTIONS, *LANGUAGE])
        hint = f"did you mean {near}?" if near else "docs/formula-language.md lists what is"
        raise FormulaError(f"{call.function} is not a function of the language", call.span, hint)
    count = len(call.arguments)
    if count < function.least or (function.most is not None and count > function.most):
        raise FormulaError(f"{call.function} takes {arity_words(function)}, not {count}", call.span)


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    text = files("modelgen.formula").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", maybe_placeholders=True)


class _ToTree(Transformer[Token, Node]):
    """Lark's tree to ours; each method is a rule of the grammar."""

    def __init__(self, constants: bool) -> None:
        super().__init__()
        self.constants = constants

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
        token = items[0]
        value = float(token)
        if value not in (0.0, 1.0) and not self.constants:
            raise FormulaError(
                f"the constant {token} stands in a formula",
                Span(token.start_pos or 0, len(token)),
                "make it an input with a name, unit and basis; only 0 and 1 may stand here",
            )
        return Number(value)

    def text(self, items: list[Token]) -> Node:
        return Text(str(items[0])[1:-1].replace('""', '"'))

    def flag(self, items: list[Token]) -> Node:
        return Flag(str(items[0]) == "TRUE")

    def name(self, items: list[Token | None]) -> Node:
        token, lag = items
        assert token is not None
        back = -int(str(lag).replace(" ", "")) if lag is not None else 0
        return Name(str(token), back, Span(token.start_pos or 0, len(token)))

    def call(self, items: list[Token | list[Node] | None]) -> Node:
        token, arguments = items
        assert isinstance(token, Token)
        given = tuple(arguments) if isinstance(arguments, list) else ()
        return Call(str(token), given, Span(token.start_pos or 0, len(token)))

    def arguments(self, items: list[Node]) -> list[Node]:
        return items
