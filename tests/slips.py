"""Slips of a document, made in the release of the docs: a row dropped, a digit or a sign lost, a heading that is
another's. Each makes the document disagree with itself, or hold less than a model needs.
"""

import re
from collections.abc import Callable
from pathlib import Path

RELEASE = Path(__file__).parents[1] / "docs" / "examples" / "marlow-2025q3.html"
INCOME, BALANCE, CASH = 1, 2, 3
_TITLE = "<p>CONDENSED CONSOLIDATED"
_ROW = re.compile(r"<tr>.*?</tr>\n?", re.DOTALL)

Slip = Callable[[str], str]


def release() -> str:
    """The release as it is, which disagrees with itself in nothing."""
    return RELEASE.read_text(encoding="utf-8")


def _in(text: str, statement: int, change: Slip) -> str:
    """The release with one of its three statements changed."""
    parts = text.split(_TITLE)
    parts[statement] = change(parts[statement])
    return _TITLE.join(parts)


def in_rows(statement: int, label: str, change: Slip) -> Slip:
    """Changes the row of a label."""

    def of_part(part: str) -> str:
        def of_row(found: re.Match[str]) -> str:
            return change(found[0]) if f"<tr><td>{label}</td>" in found[0] else found[0]

        made = _ROW.sub(of_row, part)
        assert made != part, label
        return made

    return lambda text: _in(text, statement, of_part)


def in_words(statement: int, old: str, new: str) -> Slip:
    """Changes some words of a statement, wherever they stand in it."""

    def of_part(part: str) -> str:
        assert old in part, old
        return part.replace(old, new)

    return lambda text: _in(text, statement, of_part)


def printed(statement: int, label: str, old: str, new: str) -> Slip:
    """Prints another numeral in the row of a label, once."""
    return in_rows(statement, label, lambda row: row.replace(f">{old}<", f">{new}<", 1))


def dropped(statement: int, label: str) -> Slip:
    """Drops a row."""
    return in_rows(statement, label, lambda row: "")


def doubled(statement: int, label: str) -> Slip:
    """Prints a row twice."""
    return in_rows(statement, label, lambda row: row + row)


def unsigned(columns: int = 0) -> Slip:
    """Takes the parentheses from the numerals of a row; from the first so many, if not from all."""
    return lambda row: re.sub(r"\((\d+)</td><td>\)", r"\1</td><td>", row, count=columns)


def exchanged(statement: int, one: str, other: str, *columns: int) -> Slip:
    """Exchanges the numerals of two rows in some columns, the first of which is 0."""
    cell = re.compile(r"<td>\$?</td><td align=right>[^<]*</td><td>\)?</td>")

    def of_part(part: str) -> str:
        rows = {
            label: found[0]
            for found in _ROW.finditer(part)
            for label in (one, other)
            if f"<tr><td>{label}</td>" in found[0]
        }
        cells = {label: cell.findall(row) for label, row in rows.items()}
        for label, its in ((one, other), (other, one)):
            mine = [cells[its if n in columns else label][n] for n in range(len(cells[label]))]
            part = part.replace(rows[label], f"<tr><td>{label}</td>{''.join(mine)}</tr>\n")
        return part

    return lambda text: _in(text, statement, of_part)


def together(*slips: Slip) -> Slip:
    """Several slips, one after the other."""

    def made(text: str) -> str:
        for slip in slips:
            text = slip(text)
        return text

    return made


def swapped_dates(text: str) -> str:
    """The two dates above the balance sheet, the one where the other is."""

    def change(part: str) -> str:
        part = part.replace("September 30, 2025", "@").replace(
            "December 31, 2024", "September 30, 2025"
        )
        return part.replace("@", "December 31, 2024")

    return _in(text, BALANCE, change)


def cash_of_balance(more: int) -> Slip:
    """Other cash at the end on the balance sheet, which balances: its totals and its equity follow."""
    changed = {
        "Cash and cash equivalents": 1_251,
        "Total current assets": 1_992,
        "Total assets": 3_401,
        "Retained earnings": 1_661,
        "Total shareholders’ equity": 2_249,
        "Total liabilities and shareholders’ equity": 3_401,
    }
    return together(
        *(
            printed(BALANCE, label, f"{value:,}", f"{value + more:,}")
            for label, value in changed.items()
        )
    )


def with_margin(first: str) -> Slip:
    """A row of gross profit as a part of sales, whose first numeral is given."""
    cells = "".join(
        f"<td></td><td align=right>{one}</td><td>%</td>" for one in (first, "45.5", "43.6", "44.3")
    )
    row = f"<tr><td>Gross margin</td>{cells}</tr>"
    return lambda text: _in(text, INCOME, lambda part: part.replace("</table>", row + "</table>"))


def loss_without_sign(text: str) -> str:
    """A quarter with a loss, which its own line prints without the sign."""
    return together(
        printed(INCOME, "Interest expense", "9", "409"),
        printed(INCOME, "Income before income taxes", "157", "(243)"),
        printed(INCOME, "Net income", "122", "278"),
        printed(INCOME, "Net income per share, basic", "0.61", "(1.39)"),
    )(text)


def in_euros(text: str) -> str:
    """The balance sheet with another sign of currency."""
    return _in(text, BALANCE, lambda part: part.replace("$", "€"))


def printed_again(text: str) -> str:
    """The income statement a second time, with other sales in the first column."""
    part = text.split(_TITLE)[INCOME].replace(">933<", ">993<")
    return text.replace("</body>", f"{_TITLE}{part}</body>")


def in_two_tables(text: str) -> str:
    """The income statement in two tables: three months, and nine months."""
    part = text.split(_TITLE)[INCOME]
    words = part[: part.index("<table>")]
    rows = [re.findall(r"<td.*?</td>", row, re.DOTALL) for row in _ROW.findall(part)]
    made = ""
    for first, months in ((0, "Three"), (6, "Nine")):
        lines = [
            f"<tr><td></td><td colspan=6>{months} Months Ended<br>September 30,</td></tr>",
            "<tr><td></td><td colspan=3>2025</td><td colspan=3>2024</td></tr>",
        ]
        lines += [
            "<tr>" + "".join([row[0], *row[1 + first : 7 + first]]) + "</tr>"
            for row in rows
            if len(row) == 13
        ]
        made += _TITLE + words + "<table>" + "\n".join(lines) + "</table>\n"
    return (
        _TITLE.join(text.split(_TITLE)[:INCOME])
        + made
        + _TITLE
        + _TITLE.join(text.split(_TITLE)[BALANCE:])
    )


def without_dates(text: str) -> str:
    """The income statement alone, its quarters named and not dated: a release of tables for an announcement."""
    part = text.split(_TITLE)[INCOME].replace("<br>September 30,", "")
    head = "<html><body><p>Marlow Instruments, Inc.</p><p>Our annual report on Form 10-K for the fiscal year ended December 31, 2024 lists risks.</p>"
    return head + "<p>Marlow Instruments, Inc.</p>" + _TITLE + part + "</body></html>"
