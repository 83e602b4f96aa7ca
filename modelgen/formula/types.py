"""What kind of value an expression has, and what it measures.

A type is a kind (a number, a date, a text, TRUE or FALSE) and of a number its measure: a product of
base measures with exponents, so that money / shares is per share and money * days / days is money
again. A type says too whether the cell may hold a text instead of a number ("n/a"), whether it may be
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

# Measures that the language knows; any other name in a unit is a base measure of its own.
KNOWN: dict[str, Measure] = {
    **dict.fromkeys(
        ("number", "ratio", "multiple", "count", "code", "months", "flag", "switch", "1"), PLAIN
    ),
    "per share": (("money", 1), ("shares", -1)),
}


class Kind(Enum):
    """What a value is, in the words of a message."""

    NUMBER = "a number"
    DATE = "a date"
    TEXT = "a text"
    FLAG = "TRUE or FALSE"


class Fit(Enum):
    """What a literal fits beyond its own measure."""

    NOTHING = ""
    DAYS = "days"  # 1, and sums of it: a plain number, or so many days
    ANY = "any"  # 0: of any measure


class Instead(Enum):
    """Whether a text may stand where a number or date is meant."""

    NEVER = "never"
    MAYBE = "maybe"  # "n/a": to be asked about by ISNUMBER
    MEANT = "meant"  # AS(unit, x) says that it is a number: in arithmetic a text would be an error


@dataclass(frozen=True, slots=True)
class Type:
    """The type of an expression. `blank` says why the cell may be blank; `row`, of a whole row, which
    periods it has; `whole`, that a number has no decimals.
    """

    kind: Kind
    measure: Measure = PLAIN
    fit: Fit = Fit.NOTHING
    text: Instead = Instead.NEVER
    blank: str = ""
    row: str = ""
    whole: bool = False

    def __str__(self) -> str:
        words = said(self.measure) if self.kind is Kind.NUMBER else self.kind.value
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
    """The measure of a product (of a quotient: with sign -1)."""
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
    """What a cell in a unit of some kind (number, date, flag, text) and measure holds."""
    if kind in ("date", "text"):
        return DATE if kind == "date" else TEXT
    return Type(Kind.NUMBER, measure_of(measure))


def said(measure: Measure) -> str:
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
    """One parameter of a function: what it takes, and whether a whole row may or must stand there, and
    a blank.
    """

    takes: str
    row: bool = False
    value: bool = True
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """What a function takes and gives; `repeats` are the parameters that may follow once more."""

    parameters: tuple[Parameter, ...]
    repeats: int
    gives: str

    def parameter(self, position: int) -> Parameter:
        """The parameter of an argument, counted from 0."""
        if position < len(self.parameters):
            return self.parameters[position]
        first = len(self.parameters) - self.repeats
        return self.parameters[first + (position - first) % self.repeats]


@lru_cache(maxsize=256)
def signature(text: str) -> Signature:
    """A signature as the table of functions writes it: "number, x* ... -> x".

    Each word says what a parameter takes:
        x          a number of any measure, the same for all that say x
        order      a number or a date, the same for all that say order
        any        a number, date, text or condition, the same kind and measure for all that say any
                   (a text may stand instead of a number)
        cells      a row of numbers, dates or texts that a criterion asks about
        factor     a number; the function gives the product of their measures
        number     a plain number;  date, text (or a whole number, for joining), condition
        what       anything at all, a blank too
        criterion  what the cells of the row before it must be
        exact      the literal 0
    `*` after it lets a whole row stand there too, `**` asks for one, `?` lets cells be blank, and
    `...` repeats the word (`...2` the two words) before it. After the arrow, what it gives: one of these
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
