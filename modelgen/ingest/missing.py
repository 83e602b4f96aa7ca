"""Rows that a statement must have, and does not print: sales, debt, a side of the balance sheet, the total of
a section of cash flows or its lines, cash at one of the two ends.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise

from modelgen.ingest import vocabulary as words
from modelgen.ingest.cash import FINANCING, INVESTING, OPERATING, CashFlow, begins
from modelgen.ingest.reading import BALANCE, CASH, INCOME
from modelgen.ingest.rules import SALES
from modelgen.ingest.sentences import as_printed, of_period
from modelgen.ingest.sides import ALL_CLAIMS, is_all_assets, sides_of
from modelgen.ingest.statement_line import Printed
from modelgen.ingest.sums import line_number
from modelgen.ingest.total_words import CASH_SECTION, must_be_total
from modelgen.ingest.tree import Tree

_COST_OF_SALES = re.compile(
    r"\bcosts? of (?:goods|sales|revenues?|products?|services)\b|\bgross (?:profit|margin)\b",
    re.IGNORECASE,
)
_GROSS = re.compile(r"gross (?:profit|margin)\W*", re.IGNORECASE)
_FEWEST = 2  # lines that print something where their total does not
_SECTIONS = {
    OPERATING: re.compile(r"\boperat", re.IGNORECASE),
    INVESTING: re.compile(r"\binvest", re.IGNORECASE),
    FINANCING: re.compile(r"\bfinanc", re.IGNORECASE),
}

Found = Iterator[tuple[Printed, str]]


def missing(trees: Mapping[str, Tree], flow: CashFlow | None) -> Found:
    """The figures beside which a row is missing, and the sentences, of statements by name; `flow`: what the
    statement of cash flows says of itself.
    """
    yield from _no_sales(trees[INCOME])
    yield from _no_cost(trees[INCOME])
    yield from _no_debt(trees[CASH], flow, trees[BALANCE])
    yield from _no_side(trees[BALANCE])
    yield from _no_lines(trees[CASH])
    yield from _no_total(trees[CASH])
    yield from _no_cash(trees[CASH])
    yield from _no_line_of_cash(trees[CASH], flow, trees[BALANCE])
    for tree in trees.values():
        yield from _blank(tree)


def _no_sales(tree: Tree) -> Found:
    """An income statement with a cost of sales or a gross profit, and nothing sold above it."""
    lines = tree.lines
    at = next((n for n, line in enumerate(lines) if _COST_OF_SALES.search(line.label)), None)
    if at is None or any(
        SALES.search(line.label) and not _COST_OF_SALES.search(line.label) for line in lines
    ):
        return
    if at == 0:
        yield (
            lines[0].printed[0],
            f"The income statement begins with {lines[0].label} (line {line_number(lines[0])}): no line of "
            "sales or revenue stands above it, so that costs are no part of sales; the row is missing",
        )


def _no_cost(tree: Tree) -> Found:
    """A gross profit right below sales, which are more."""
    for before, line in pairwise(tree.lines):
        if line.id in tree.totals or not _GROSS.fullmatch(line.label.strip()):
            continue
        if not SALES.search(before.label) or _COST_OF_SALES.search(before.label):
            continue
        for printed in line.printed[:1]:
            figure, sales = printed.figure, before.values.get(printed.period)
            if sales is not None and sales != figure.value:
                yield (
                    printed,
                    f"{line.label} is {as_printed(figure.value, figure)}, and no line stands between it and "
                    f"{before.label} of {as_printed(sales, figure)} (line {line_number(before)}): a row of "
                    f"{as_printed(sales - figure.value, figure)} is missing there",
                )


def _no_debt(cash: Tree, flow: CashFlow | None, balance: Tree) -> Found:
    """Debt that is borrowed or repaid, where the balance sheet has no line of debt."""
    owed = any(words.DEBT.search(f"{line.heading} {line.label}") for line in balance.lines)
    if flow is None or not balance.lines or owed:
        return
    for line in cash.lines:
        section = flow.sections.get(line.id)
        moved = [p for p in line.printed if p.figure.value]
        if section == FINANCING and moved and words.kind_of(line.label, words.BALANCES) == "debt":
            yield (
                moved[0],
                f"{line.label} is {moved[0].figure.printed.strip()}, and the balance sheet "
                "has no line of debt: the row is missing there, or its name does not say debt",
            )
            return


def _no_side(tree: Tree) -> Found:
    """A balance sheet that prints the total of one of its sides alone."""
    if sides_of(tree) is not None:
        return
    assets = next((line for line in tree.lines if is_all_assets(line.label)), None)
    claims = next((line for line in tree.lines if ALL_CLAIMS.search(line.label)), None)
    line = assets or claims
    if line is None or (assets and claims):
        return
    printed = line.printed[0]
    lacking = "no total of liabilities and equity" if assets else "no total of assets"
    yield (
        printed,
        f"{line.label} is {as_printed(printed.figure.value, printed.figure)}, and the balance sheet prints "
        f"{lacking}: the row is missing, or its name does not say so, and the two sides cannot be compared",
    )


def _no_lines(tree: Tree) -> Found:
    """Totals of a section of cash flows that stand below its heading alone."""
    known = {""}
    for before, line in zip((None, *tree.lines), tree.lines, strict=False):
        first = line.heading not in known and bool(CASH_SECTION.search(line.heading))
        known.add(line.heading)
        if not first or line.instant or line.id in tree.totals:
            continue
        follows = before is None or before.id in tree.totals
        printed = next((p for p in line.printed if p.figure.value), None)
        if follows and printed and CASH_SECTION.search(line.label) and must_be_total(line.label):
            figure = printed.figure
            yield (
                printed,
                f"{line.label} prints {as_printed(figure.value, figure)}, and no line stands between it and "
                f"the heading above it, '{line.heading}': its rows are missing",
            )


def _no_total(tree: Tree) -> Found:
    """A section of cash flows without a total, where the two others have theirs."""
    totals = [
        line
        for line in tree.lines
        if CASH_SECTION.search(line.label) and must_be_total(line.label) and not line.instant
    ]
    there = {
        name: [line for line in totals if of.search(line.label)] for name, of in _SECTIONS.items()
    }
    lacking = [name for name, lines in there.items() if not lines]
    if len(lacking) != 1 or not tree.totals:
        return
    printed = next(line for lines in there.values() for line in lines).printed[0]
    others = " and ".join(name for name in there if name not in lacking)
    yield (
        printed,
        f"The statement of cash flows prints totals of {others} activities, and none of {lacking[0]} "
        "activities: the row is missing, or its name does not say so",
    )


def _no_cash(tree: Tree) -> Found:
    """Cash at the beginning without that at the end, or the other way round."""
    instants = [line for line in tree.lines if line.instant]
    first = [line for line in instants if begins(line)]
    if not instants or (first and len(first) < len(instants)):
        return
    line = instants[-1]
    printed = line.printed[0]
    edge = "end" if first else "beginning"
    yield (
        printed,
        f"{line.label} is {as_printed(printed.figure.value, printed.figure)}, and the statement of cash "
        f"flows prints no cash at the {edge} of the period: the row is missing",
    )


def _no_line_of_cash(cash: Tree, flow: CashFlow | None, balance: Tree) -> Found:
    """Cash at the end, and none on the balance sheet."""
    kinds = {words.kind_of(line.label, words.BALANCES) for line in balance.lines}
    if flow is None or not flow.ending or not kinds or kinds & {"cash", "restricted"}:
        return
    line = next(one for one in cash.lines if one.id == flow.ending)
    printed = line.printed[0]
    yield (
        printed,
        f"{line.label} is {as_printed(printed.figure.value, printed.figure)}, and the balance sheet has no "
        "line of cash: the row is missing there, or its name does not say cash",
    )


def _blank(tree: Tree) -> Found:
    """Totals that print nothing in a column in which their lines print something."""
    by_id = {line.id: line for line in tree.lines}
    for total in tree.totals.values():
        line, parts = by_id[total.id], [(by_id[id_], sign) for id_, sign in total.parts]
        for period in tree.periods:
            found = [(part.values[period], sign) for part, sign in parts if part.values.get(period)]
            if period in line.values or len(found) < _FEWEST:
                continue
            printed = line.printed[0]
            like = next(p.figure for part, _ in parts for p in part.printed if p.period == period)
            own = as_printed(sum((value * sign for value, sign in found), Decimal(0)), like)
            yield (
                printed,
                f"{line.label} prints nothing {of_period(period)}, and its lines (line {like.line} is the "
                f"first) give {own}: the number is missing, or cannot be read",
            )
