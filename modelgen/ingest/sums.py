"""The sentence about a total that its lines do not add up to, and what explains it: a sign that is lost,
where one that is turned round makes the sum hold; or else a row that is missing, or a misprint.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from modelgen.ingest.reading import CASH
from modelgen.ingest.sentences import as_printed, at_lines
from modelgen.ingest.statement_line import Period, Printed, StatementLine
from modelgen.ingest.total_words import CASH_SECTION
from modelgen.ingest.tree import Total, Tree

_NONE = Decimal(0)
_CHANGE = re.compile(r"\b(?:increase|decrease|change)s?\b.*\bcash\b", re.IGNORECASE)
_TAKEN_OFF = re.compile(
    r"\b(?:less|deduct\w*|uses?|used for|applied|application|disposition)\b", re.IGNORECASE
)
"""What says of a row, or above it, that it is taken off though it is printed without a sign."""


def line_number(line: StatementLine, period: Period | None = None) -> int:
    """Where a line is printed: of a period, if it is."""
    found = [p for p in line.printed if period in (None, p.period)] or list(line.printed)
    return found[0].figure.line


def why_off(
    line: StatementLine, total: Total, by_id: Mapping[str, StatementLine], printed: Printed
) -> str:
    """The sentence about a total in a period in which its lines do not add up to it."""
    figure = printed.figure
    difference = total.difference.get(printed.period, _NONE)
    whole = as_printed(figure.value - difference, figure)
    told = (
        f"{line.label} is not what its lines add up to: it prints {as_printed(figure.value, figure)}, and "
        f"{_summed(total, by_id, printed.period)} {whole}"
    )
    turned = _turned(line, total, by_id, printed.period)
    if turned is None:
        missing = as_printed(abs(difference), figure)
        return f"{told}; a row of {missing} is missing there, or a number is misprinted"
    value = turned.values[printed.period]
    which = "its own sign"
    if turned is not line:
        where = line_number(turned, printed.period)
        which = f"the sign of {turned.label}, {as_printed(value, figure)} on line {where},"
    return f"{told}; {which} is {'lost' if value > 0 else 'one too many'}, it seems"


def why_not_less(
    beginning: StatementLine,
    printed: Printed,
    ending: StatementLine,
    change: StatementLine | None,
    difference: Decimal,
) -> str:
    """The sentence about cash at the beginning that is not cash at the end less the `change`, if a line
    prints that.
    """
    figure, period = printed.figure, printed.period
    end = ending.values.get(period, _NONE)
    less = "the change of cash"
    if change is not None and period in change.values:
        moved = as_printed(change.values[period], figure)
        less = f"{change.label} of {moved} (line {line_number(change, period)})"
    return (
        f"{beginning.label} is not what the end less the change gives: it prints "
        f"{as_printed(figure.value, figure)}, and {ending.label} of {as_printed(end, figure)} (line "
        f"{line_number(ending, period)}) less {less} is {as_printed(figure.value - difference, figure)}; "
        "one of the three is misprinted"
    )


def ends_off(
    line: StatementLine, total: Total, by_id: Mapping[str, StatementLine]
) -> Iterator[tuple[Printed, str]]:
    """The figures of cash at the beginning that are not cash at the end, a total, less the change; those of
    the end itself if it is the sum of others than these two; and the sentences.
    """
    parts = [by_id[id_] for id_, sign in total.parts if sign > 0]
    first = next((one for one in parts if one.instant), None)
    change = next((one for one in parts if not one.instant), None)
    if first is None or change is None or len(total.parts) != 2:
        for printed in line.printed:
            if printed.period in total.off:
                yield printed, why_off(line, total, by_id, printed)
        return
    for printed in first.printed:
        if printed.period in total.off:
            apart = -total.difference.get(printed.period, _NONE)
            yield printed, why_not_less(first, printed, line, change, apart)


def _summed(total: Total, by_id: Mapping[str, StatementLine], period: Period) -> str:
    """The lines of a sum as its subject, with the verb: what is added, less what is taken off."""
    added = [line_number(by_id[id_], period) for id_, sign in total.parts if sign > 0]
    off = [line_number(by_id[id_], period) for id_, sign in total.parts if sign < 0]
    if len({*added, *off}) == 1:
        return f"its only line, {at_lines([*added, *off])}, is"
    if added and off:
        return f"{at_lines(added)} less {at_lines(off)} {'gives' if len(added) == 1 else 'give'}"
    return f"{at_lines([*added, *off])} add up to"


def _turned(
    line: StatementLine, total: Total, by_id: Mapping[str, StatementLine], period: Period
) -> StatementLine | None:
    """The line whose sign, turned round, makes the sum hold wherever it does not: a part, or the total
    itself. Of a total and its only part, that without a sign has lost it.
    """
    off = total.off or (period,)
    found = []
    for id_, sign in total.parts:
        values = by_id[id_].values
        if all(
            values.get(p) and total.difference.get(p, _NONE) == -2 * sign * values[p] for p in off
        ):
            found.append(by_id[id_])
    if all(line.values[p] and total.difference.get(p) == 2 * line.values[p] for p in off):
        found.append(line)
    lost = [one for one in found if period in one.values and one.values[period] > 0]
    return next(iter(lost or [one for one in found if period in one.values]), None)


def signs_lost(tree: Tree) -> Iterator[tuple[Printed, str]]:
    """What foots only with a sign that is not printed, and the sentences: in a total that foots in every
    column but one, within rounding, twice a line that is missing; in a statement of cash flows, a line
    without a sign that is taken off among others that have theirs.
    """
    by_id = {line.id: line for line in tree.lines}
    for total in tree.totals.values():
        line = by_id[total.id]
        if total.off:
            continue
        yield from _within_rounding(line, total, by_id)
        if line.statement == CASH and CASH_SECTION.search(line.label):
            yield from _unsigned(line, total, by_id)


def _within_rounding(
    line: StatementLine, total: Total, by_id: Mapping[str, StatementLine]
) -> Iterator[tuple[Printed, str]]:
    """The sentence about a sign so small that the sum holds within what rounding allows."""
    if len(total.difference) != 1 or len(line.values) < 2:
        return
    [(period, difference)] = total.difference.items()
    printed = next(p for p in line.printed if p.period == period)
    figure = printed.figure
    for id_, sign in total.parts:
        value = by_id[id_].values.get(period, _NONE)
        if value and len(total.parts) > 1 and difference == -2 * sign * value:
            where = line_number(by_id[id_], period)
            yield (
                printed,
                f"{line.label} prints {as_printed(figure.value, figure)}, and its lines add up to "
                f"{as_printed(figure.value - difference, figure)}: the difference is twice "
                f"{by_id[id_].label}, {as_printed(value, figure)} on line {where}: is its sign lost?",
            )
            return


def _unsigned(
    line: StatementLine, total: Total, by_id: Mapping[str, StatementLine]
) -> Iterator[tuple[Printed, str]]:
    """The sentences about lines that a sum of cash flows takes off though they have no sign, among others
    that have theirs.
    """
    signed = any(
        sign > 0 and id_ in by_id and any(v < 0 for v in by_id[id_].values.values())
        for id_, sign in total.parts
    )
    for id_, sign in total.parts if signed else ():
        part = by_id[id_]
        if sign > 0 or _TAKEN_OFF.search(f"{part.heading} {part.label}"):
            continue
        for printed in part.printed:
            figure = printed.figure
            if figure.value:
                yield (
                    printed,
                    f"{part.label} is {as_printed(figure.value, figure)}, and {line.label} (line "
                    f"{line_number(line, printed.period)}) is what its lines add up to only where that is "
                    f"taken off: its sign is {'lost' if figure.value > 0 else 'one too many'}, it seems",
                )


def untaken(tree: Tree) -> Iterator[tuple[Printed, str]]:
    """The lines of cash flows above the change of all cash that no total takes, and the sentences; not those
    that are printed twice.
    """
    taken = {part for total in tree.totals.values() for part, _ in total.parts}
    lines = [line for line in tree.lines if line.statement == CASH and not line.instant]
    ends = [n for n, one in enumerate(lines) if one.id in tree.totals and _CHANGE.search(one.label)]
    last = lines[ends[-1]] if ends else None
    for line in lines[: ends[-1]] if ends else ():
        said = line.id not in taken and line.label.strip() and any(line.values.values())
        if last is None or not said:
            continue
        if any(one is not line and one.values == line.values for one in lines):
            continue
        printed = next(p for p in line.printed if p.figure.value)
        yield (
            printed,
            f"{line.label} is {as_printed(printed.figure.value, printed.figure)}, and no total takes it: "
            f"{last.label} (line {line_number(last, printed.period)}) is what the others add up to, so a "
            "number is misprinted, or the line is too many",
        )
