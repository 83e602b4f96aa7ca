"""Finds dates and numbers in the forms of one country (10/31/2024, 412,6), which another reads otherwise.

A column in such a form is one mistake, however many rows it has, and is reported once.
"""

from collections.abc import Callable, Iterable, Sequence

from modelgen.problem import Place, Problem
from modelgen.text.printed import has_decimal_comma, has_pointed_thousands, is_local_date
from modelgen.text.tables import Row

ASKED_DATE = "write year-month-day, as in 2010-05-31"


def local_forms(
    rows: Sequence[Row], dates: Iterable[str], numbers: Iterable[str]
) -> tuple[list[Problem], set[Place]]:
    """What is wrong with the dates and numbers of a table's columns, one problem for a column and form; and
    the places of all cells concerned.
    """
    problems: list[Problem] = []
    places: set[Place] = set()

    def refuse(column: str, noun: str, is_local: Callable[[str], bool], asked: str) -> None:
        found = [row for row in rows if is_local(row.cells.get(column, ""))]
        if not found:
            return
        first, count = found[0], len(found)
        text = first.cells[column]
        many = f"the column '{column}' has {count} {noun}s as '{text}'"
        message = many if count > 1 else f"'{text}' is a {noun} that not everybody reads alike"
        problems.append(Problem(f"{message}: {asked.format(_pointed(text))}", first.at(column)))
        places.update(row.at(column) for row in found)

    for column in dates:
        refuse(column, "date", is_local_date, ASKED_DATE)
    for column in numbers:
        refuse(column, "date", is_local_date, ASKED_DATE)
        refuse(column, "number", has_decimal_comma, "write a point before decimals, as in {}")
        if _points_may_be_thousands(rows, column):
            asked = "write 1,234 or 1234 or, if these are decimals, separate the columns by commas"
            refuse(column, "number", has_pointed_thousands, asked)
    return problems, places


def _pointed(text: str) -> str:
    """A number with a comma before its decimals, as it is asked for."""
    return text.translate(str.maketrans(",.", ".,"))


def _points_may_be_thousands(rows: Sequence[Row], column: str) -> bool:
    """Whether the points in a column's numbers may separate thousands: in a table whose columns are separated
    by semicolons, as where the comma is for decimals, two or more numbers have exactly three digits after
    each point, and none says otherwise.
    """
    pointed = [row.cells.get(column, "") for row in rows if row.separator == ";"]
    pointed = [text for text in pointed if "." in text and not is_local_date(text)]
    return len(pointed) > 1 and all(map(has_pointed_thousands, pointed))
