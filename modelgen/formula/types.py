"""The types of expressions: the kind of value, and what it measures.

A type is a kind (a number, a date, a text, TRUE or FALSE) and, for a number, its measure: a product of
base measures with exponents, so that money / shares is per share and money * days / days is money
again. A type also says whether the cell may hold a text instead of a number ("n/a"), whether it may be
blank, and whether it is a whole row. `check` gives every expression its type.
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

Measure = tuple[tuple[str, int], ...]
"""Base measures with their exponents, in alphabetical order; () is a plain number."""

PLAIN: Measure = ()
DAYS: Measure = (("days", 1),)

# Measures that the language defines; any other name in a unit is a base measure of its own.
KNOWN: dict[str, Measure] = {
    **dict.fromkeys(
        ("number", "ratio", "multiple", "count", "code", "months", "flag", "switch", "1"), PLAIN
    ),
    "per share": (("money", 1), ("shares", -1)),
}


class Kind(Enum):
    """The kind of a value, in the words of a message."""

    NUMBER = "a number"
    DATE = "a date"
    TEXT = "a text"
    FLAG = "TRUE or FALSE"


class Fit(Enum):
    """The measures that a literal fits beyond its own."""

    NOTHING = ""
    DAYS = "days"  # 1, and sums of it: a plain number, or a number of days
    ANY = "any"  # 0: of any measure


class Instead(Enum):
    """Whether a cell may hold a text where a number or date is expected."""

    NEVER = "never"
    MAYBE = "maybe"  # "n/a": to be tested with ISNUMBER
    MEANT = (
        "meant"  # AS(unit, x) states that it is a number: in arithmetic, a text would give an error
    )


@dataclass(frozen=True, slots=True)
class Type:
    """The type of an expression. `blank` says why the cell may be blank (empty: it cannot be); `row` names
    the periods of a whole row (empty: one value); `whole` says that a number has no decimals.
    """

    kind: Kind
    measure: Measure = PLAIN
    fit: Fit = Fit.NOTHING
    text: Instead = Instead.NEVER
    blank: str = ""
    row: str = ""
    whole: bool = False

    def __str__(self) -> str:
        words = measure_words(self.measure) if self.kind is Kind.NUMBER else self.kind.value
        return f"{words} or a text" if self.text is not Instead.NEVER else words


NUMBER = Type(Kind.NUMBER)
WHOLE = Type(Kind.NUMBER, whole=True)
DATE = Type(Kind.DATE)
TEXT = Type(Kind.TEXT)
FLAG = Type(Kind.FLAG)
IN_DAYS = Type(Kind.NUMBER, DAYS)
ZERO = Type(Kind.NUMBER, fit=Fit.ANY, whole=True)
ONE = Type(Kind.NUMBER, fit=Fit.DAYS, whole=True)


def times(first: Measure, second: Measure, sign: int = 1) -> Measure:
    """The measure of a product; with `sign` -1, of a quotient."""
    if not second:
        return first
    powers = dict(first)
    for base, exponent in second:
        powers[base] = powers.get(base, 0) + sign * exponent
    return tuple(sorted((base, exponent) for base, exponent in powers.items() if exponent))


@lru_cache(maxsize=256)
def measure_of(text: str) -> Measure:
    """The measure that a unit's text names: "money", "money / shares", "money * days", "1 / days"."""
    if text.strip() in KNOWN:
        return KNOWN[text.strip()]
    measure, sign = PLAIN, 1
    for part in re.split(r"([*/])", text):
        word = part.strip()
        if word in ("*", "/"):
            sign = 1 if word == "*" else -1
        else:
            measure = times(measure, KNOWN.get(word, ((word, 1),)), sign)
    return measure


@lru_cache(maxsize=256)
def cell_type(kind: str, measure: str) -> Type:
    """The type of a cell in a unit of a kind (number, date, flag, text) and measure."""
    if kind in ("date", "text"):
        return DATE if kind == "date" else TEXT
    return Type(Kind.NUMBER, measure_of(measure))


def measure_words(measure: Measure) -> str:
    """A measure in words: "money / shares"; "a plain number"."""
    over = [_power(base, exponent) for base, exponent in measure if exponent > 0]
    under = [_power(base, -exponent) for base, exponent in measure if exponent < 0]
    if not over and not under:
        return "a plain number"
    return " / ".join([" * ".join(over) or "1", *under])


def _power(base: str, exponent: int) -> str:
    return base if exponent == 1 else f"{base}^{exponent}"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a function: the word for what it takes (see `signature`), whether it accepts a whole
    row, one value, and a blank.
    """

    takes: str
    row: bool = False
    value: bool = True
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """What a function takes and gives; the last `repeats` parameters may be repeated."""

    parameters: tuple[Parameter, ...]
    repeats: int
    gives: str

    def parameter(self, position: int) -> Parameter:
        """The parameter for the argument at a zero-based position."""
        if position < len(self.parameters):
            return self.parameters[position]
        first = len(self.parameters) - self.repeats
        return self.parameters[first + (position - first) % self.repeats]


@lru_cache(maxsize=256)
def signature(text: str) -> Signature:
    """The signature that the table of functions writes as "number, x* ... -> x".

    Each word states what a parameter takes:
        x          a number of any measure, the same for all parameters x
        order      a number or a date, the same for all parameters order
        any        a number, date, text or condition, the same kind and measure for all parameters any
                   (a text is accepted for a number)
        cell       an input or a line itself, nothing computed from it
        cells      a row of numbers, dates or texts that a criterion tests
        factor     a number; the result has the product of their measures
        number     a plain number;  date, text (or a whole number, for joining), condition
        what       anything, including a blank
        criterion  what the cells of the preceding row must be
        exact      the literal 0
    A word followed by `*` also accepts a whole row, by `**` accepts only a row, and by `?` accepts blanks;
    `...` repeats the word before it (`...2` the two words). After the arrow comes the result: one of these
    words, or whole, days, flag.
    """
    taken, _, gives = text.partition("->")
    repeats = 0
    words = taken.strip()
    if "..." in words:
        words, _, count = words.partition("...")
        repeats = int(count.strip() or 1)
    parameters = []
    for word in words.split(","):
        takes = word.strip()
        parameters.append(
            Parameter(takes.rstrip("*?"), "*" in takes, "**" not in takes, "?" in takes)
        )
    return Signature(tuple(parameters), repeats, gives.strip())
