"""The table of functions: name, arity, types, words, and meaning in NumPy.

To add a function, add a row here. The table holds only functions that every engine computes alike
(docs/formula-language.md); where engines differ for some values, the meaning gives an infinite
result (see `values`) and the line is refused. `OWN` holds the few functions that only this language has:
they work on sets, timelines and units, and the model turns them into nodes of their own.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from modelgen.formula import dates as d
from modelgen.formula import meanings as m
from modelgen.formula.meanings import Compute
from modelgen.formula.types import Signature, signature


@dataclass(frozen=True)
class Function:
    """One function. `takes` is its signature (see `types.signature`); `words` is the phrase that describes
    it, with {0}, {1}, ... or {all} for its arguments (joined by commas and "and"); `prefix` is what the
    file needs before the name of a function newer than Excel 2010: "_xlfn.".
    """

    name: str
    least: int
    most: int | None
    takes: str
    words: str
    compute: Compute
    prefix: str = ""

    @cached_property
    def signature(self) -> Signature:
        """The kinds and measures of its arguments and result."""
        return signature(self.takes)

    @cached_property
    def over_rows(self) -> bool:
        """Whether a whole row may be an argument."""
        return "*" in self.takes


@dataclass(frozen=True, slots=True)
class OwnFunction:
    """A function that only this language has: its name, and how many arguments it takes."""

    name: str
    least: int
    most: int


def arity_words(function: Function | OwnFunction) -> str:
    """How many arguments a function takes, in words: "2 to 4 arguments"."""
    least, most = function.least, function.most
    if most is None:
        return f"at least {least} argument{'s' if least != 1 else ''}"
    if least == most:
        return f"{least} argument{'s' if least != 1 else ''}"
    return f"{least} to {most} arguments"


def _table(*functions: Function) -> dict[str, Function]:
    return {function.name: function for function in functions}


FUNCTIONS: dict[str, Function] = _table(
    Function(
        "SUM",
        1,
        None,
        "x* ... -> x",
        "the sum of {all}",
        m.spreading(m.reduced(np.sum, np.add, 0.0)),
    ),
    Function(
        "MAX",
        1,
        None,
        "order* ... -> order",
        "the greatest of {all}",
        m.spreading(m.reduced(np.max, np.maximum, 0.0)),
    ),
    Function(
        "MIN",
        1,
        None,
        "order* ... -> order",
        "the least of {all}",
        m.spreading(m.reduced(np.min, np.minimum, 0.0)),
    ),
    Function("AVERAGE", 1, None, "x* ... -> x", "the average of {all}", m.spreading(m.average)),
    Function(
        "SUMPRODUCT",
        1,
        None,
        "factor**? ... -> factor",
        "the sum of the products of {all}",
        m.sumproduct,
    ),
    Function(
        "SUMIF", 2, 3, "cells**?, criterion, x**? -> x", "the sum of {2} where {0} is {1}", m.sumif
    ),
    Function(
        "SUMIFS",
        3,
        None,
        "x**?, cells**?, criterion ...2 -> x",
        "the sum of {0} where {1} is {2}",
        m.sumifs,
    ),
    Function(
        "COUNTIF",
        2,
        2,
        "cells**?, criterion -> whole",
        "the number of periods in which {0} is {1}",
        m.countif,
    ),
    Function("INDEX", 2, 2, "any**?, number -> any", "{0} at {1}", m.index),
    Function(
        "COUNTA",
        1,
        1,
        "cells**? -> whole",
        "the number of cells of {0} that are not blank",
        m.count_held,
    ),
    Function(
        "COUNTBLANK",
        1,
        None,
        "cell? ... -> whole",
        "the number of blanks among {all}",
        m.spreading(m.count_blank),
    ),
    Function("MATCH", 2, 3, "any, any**, exact -> whole", "the position of {0} in {1}", m.match),
    Function("CHOOSE", 2, None, "number, any? ... -> any", "by {0}, one of: {rest}", m.choose_one),
    Function(
        "IF", 2, 3, "condition, any?, any? -> any", "if {0} then {1}, otherwise {2}", m.if_else
    ),
    Function("IFERROR", 2, 2, "any?, any? -> any", "{0}, or if that is an error {1}", m.if_error),
    Function("AND", 1, None, "condition* ... -> flag", "{and}", m.logical(True)),
    Function("OR", 1, None, "condition* ... -> flag", "{or}", m.logical(False)),
    Function("NOT", 1, 1, "condition -> flag", "not ({0})", m.negation),
    Function("ABS", 1, 1, "x -> x", "the absolute value of {0}", m.unary(np.abs)),
    Function("SIGN", 1, 1, "x -> number", "the sign of {0}", m.spreading(m.unary(np.sign))),
    Function(
        "INT",
        1,
        1,
        "x -> whole x",
        "{0} rounded down to a whole number",
        m.spreading(m.rounded_down),
    ),
    Function(
        "MOD", 2, 2, "x, x -> x", "the remainder of {0} divided by {1}", m.spreading(m.remainder)
    ),
    Function(
        "ROUND",
        2,
        2,
        "x, number -> whole x",
        "{0} rounded to {1} decimals",
        m.spreading(m.rounded(up=False)),
    ),
    Function(
        "ROUNDUP",
        2,
        2,
        "x, number -> whole x",
        "{0} rounded up to {1} decimals",
        m.spreading(m.rounded(up=True)),
    ),
    Function("EDATE", 2, 2, "date, number -> date", "the day {1} months after {0}", d.edate),
    Function(
        "EOMONTH",
        2,
        2,
        "date, number -> date",
        "the end of the month {1} months after {0}",
        d.eomonth,
    ),
    Function(
        "DATE",
        3,
        3,
        "number, number, number -> date",
        "the day {2} of month {1} of year {0}",
        d.date,
    ),
    Function("YEAR", 1, 1, "date -> whole", "the year of {0}", d.date_part(d.year_of)),
    Function("MONTH", 1, 1, "date -> whole", "the month of {0}", d.date_part(d.month_of)),
    Function("DAY", 1, 1, "date -> whole", "the day of the month of {0}", d.date_part(d.day_of)),
    Function("WEEKDAY", 1, 1, "date -> whole", "the day of the week of {0}", d.weekday),
    Function(
        "DAYS360",
        2,
        2,
        "date, date -> days",
        "the days from {0} to {1} in a 360-day year",
        d.days360,
    ),
    Function(
        "PMT",
        3,
        3,
        "number, number, x -> x",
        "the level payment at {0} over {1} periods on {2}",
        m.spreading(m.payment),
    ),
    Function(
        "NPV",
        2,
        None,
        "number, x* ... -> x",
        "the present value at {0} of {rest}",
        m.spreading(m.present_value),
    ),
    Function("ISNUMBER", 1, 1, "what -> flag", "{0} is a number", m.is_number),
    Function("ISBLANK", 1, 1, "what -> flag", "{0} is blank", m.spreading(m.is_blank)),
    Function("ISERROR", 1, 1, "what -> flag", "{0} is an error", m.is_error),
    Function(
        "FIXED", 2, 2, "x, exact -> text", "{0} as a text, with thousands separators", m.fixed
    ),
    Function("CONCATENATE", 1, None, "text ... -> text", "{all} joined", m.concatenate),
)

OWN: dict[str, OwnFunction] = {
    name: OwnFunction(name, arguments, arguments)
    for name, arguments in {
        "SUM_EACH": 1,
        "SUM_BEFORE": 1,
        "SUM_AFTER": 1,
        "JOIN_EACH": 1,
        "COUNTBLANK_EACH": 1,
        "CHOOSE_EACH": 2,
        "SUM_OF": 1,
        "IN_PERIOD": 1,
        "VALUE_ON": 2,
        "YEAR_AGO": 1,
        "YOY": 1,
        "AS": 2,
    }.items()
}
# The second argument is what it is over a set without members.
OWN |= {name: OwnFunction(name, 1, 2) for name in ("MAX_EACH", "MIN_EACH")}
