"""Footing: from the values alone, which rows are sums and differences of the rows above them.

A total stands below what it adds. So the rows are walked once, from the top, with a stack of those that
no total has taken yet; a row is a total where it is the sum of the last few of the stack, in every
column, within what rounding allows, each with a sign that is found. What it adds leaves the stack, and
it takes their place, so that totals of totals nest as they are printed. A leaf is what no sum gives.

Signs: the words of a label are a first guess (a cost is taken off), and a few signs that differ from it
are found by looking for what is missing, not by trying all.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

Values = tuple[int, ...]

LONGEST = 60
"""The most rows that one total adds: longer blocks are not looked at, so that the search stays linear.
"""
MOST_ROWS = 2000
"""A table of more rows is no statement, and is not footed."""
_CHANCE = 500
FREELY = 24
"""The most rows of a block in which two signs are searched at once."""

TOTAL_WORDS = re.compile(
    r"\b(total|net (cash|income|earnings|loss|sales|revenues?|change|increase|decrease)"
    r"|gross (profit|margin)|operating (income|profit|loss|earnings)"
    r"|(income|earnings|profit|loss)\b.*\b(before|from|attributable|operations)"
    r"|(net|increase|decrease|change)\b.*\bcash|cash\b.*\b(provided|used|generated|end)"
    r"|end(ing)? of|comprehensive (income|loss))\b",
    re.IGNORECASE,
)
TAKEN_OFF = re.compile(
    r"\b(costs?|expenses?|provision|taxes|tax|depreciation|amortization|impairment|charges?|less"
    r"|losses|deductions?|selling|administrative|research|benefits and claims|treasury"
    r"|attributable to (redeemable )?non-?controlling)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FootingRow:
    """A row to be footed: its label, and its value in each column in steps of the least precision; None
    where nothing is printed.
    """

    label: str
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Footed:
    """A total: the index of its row, of each row that it adds with the sign, and in each column what it
    is less their sum: 0 where it foots, and None where it prints nothing. `off` are the columns in
    which more is missing than rounding explains.
    """

    row: int
    parts: tuple[tuple[int, int], ...]
    difference: tuple[int | None, ...]
    off: tuple[int, ...] = ()


def in_steps(values: Sequence[Decimal | None], step: Decimal) -> tuple[int | None, ...]:
    """Values as whole numbers of steps."""
    return tuple(None if v is None else int((v / step).to_integral_value()) for v in values)


def is_total(label: str) -> bool:
    """Whether the words of a label are those of a total."""
    return bool(TOTAL_WORDS.search(label))


def footed(rows: Sequence[FootingRow], *, costs: bool = False) -> tuple[Footed, ...]:
    """The totals among rows, in their order. With `costs`, rows whose words say so are taken off unless
    the values say otherwise.

    Example: rows 100, 60 and 40 under Sales, Costs, Gross profit give Footed(2, ((0, 1), (1, -1)),
    (0,)).
    """
    stack: list[int] = []
    found: list[Footed] = []
    if len(rows) > MOST_ROWS:
        return ()
    for index, row in enumerate(rows):
        total = _Search(rows, stack, index, costs).total()
        if total is not None:
            taken = {part for part, _ in total.parts}
            first = next(n for n, part in enumerate(stack) if part in taken)
            # What stands between the parts and is none of them is a memorandum: no later total
            # takes it.
            del stack[first:]
            found.append(total)
        if any(row.values):
            stack.append(index)
    return tuple(found)


@dataclass(frozen=True)
class _Search:
    """The search for what one row adds, among the last rows of a stack."""

    rows: Sequence[FootingRow]
    stack: Sequence[int]
    index: int
    costs: bool

    def total(self) -> Footed | None:
        """What the row adds; None for a leaf. Of several, what leaves no difference, then what changes
        the fewest guessed signs, then the shortest.
        """
        target = self.rows[self.index].values
        there = [n for n, value in enumerate(target) if value is not None]
        if not any(target):
            return None
        worded = is_total(self.rows[self.index].label)
        best: tuple[tuple[int, ...], Footed] | None = None
        for many in range(1, min(len(self.stack), LONGEST) + 1):
            block = self.stack[-many:]
            for cost, parts in self._signed(block, there, worded):
                if len(parts) == 1 and (not worded or many > 1 or parts[0][1] < 0):
                    continue
                made = self._made(parts)
                if not worded and self._by_chance(made, there, many):
                    continue
                rank = (sum(1 for d in made.difference if d), cost, many)
                if best is None or rank < best[0]:
                    best = rank, made
            if best is not None and best[0][:2] == (0, 0):
                break
        if best is not None:
            return best[1]
        return self._misprinted(there) if worded and len(there) > 1 else None

    def _by_chance(self, made: Footed, there: Sequence[int], many: int) -> bool:
        """Whether numbers so small, in so few columns, would add up like this by chance: a row that no
        word calls a total must say more.
        """
        width = 2 * self._slack(made.parts) + 1 if any(made.difference) else 1
        odds = 1.0
        for column in there:
            odds *= max(1.0, abs(self._target(column)) / width)
        return odds < _CHANCE * many

    def _made(self, parts: tuple[tuple[int, int], ...], off: tuple[int, ...] = ()) -> Footed:
        target = self.rows[self.index].values
        difference = tuple(
            None if value is None else value - self._sum(parts, column)
            for column, value in enumerate(target)
        )
        return Footed(self.index, parts, difference, off)

    def _value(self, row: int, column: int) -> int:
        return self.rows[row].values[column] or 0

    def _sum(self, parts: Sequence[tuple[int, int]], column: int) -> int:
        return sum(sign * self._value(row, column) for row, sign in parts)

    def _guessed(self, block: Sequence[int]) -> list[int]:
        """The signs that the words give: a cost is taken off, except where a total adds nothing but
        costs.
        """
        if not self.costs:
            return [1] * len(block)
        costs = [bool(TAKEN_OFF.search(self.rows[row].label)) for row in block]
        if all(costs) or (
            TAKEN_OFF.search(self.rows[self.index].label)
            and not any(
                word in self.rows[self.index].label.lower()
                for word in ("income", "earnings", "profit", "before", "loss")
            )
        ):
            return [1] * len(block)
        return [-1 if cost else 1 for cost in costs]

    def _signed(
        self, block: Sequence[int], there: Sequence[int], worded: bool
    ) -> list[tuple[int, tuple[tuple[int, int], ...]]]:
        """The signs with which a block gives the row in every column, each with how many guesses it
        changes.
        """
        found: list[tuple[int, tuple[tuple[int, int], ...]]] = []
        guesses = [self._guessed(block)]
        if self.costs:
            guesses += [
                g for g in ([1] * len(block), [1] + [-1] * (len(block) - 1)) if g not in guesses
            ]
        for start, signs in enumerate(guesses):
            parts = tuple(zip(block, signs, strict=True))
            if self._holds(parts, there):
                found.append((start, parts))
                continue
            if len(block) == 1:
                continue
            found += [(start + n, p) for n, p in self._changed(parts, there, worded)]
        return found

    def _changed(
        self, parts: tuple[tuple[int, int], ...], there: Sequence[int], worded: bool
    ) -> list[tuple[int, tuple[tuple[int, int], ...]]]:
        """Signs that differ from a guess in one row or two, or leave one out, found by what is missing."""
        first = there[0]
        missing = self._target(first) - self._sum(parts, first)
        slack = self._slack(parts)
        found = []
        # A change of sign moves the sum by twice the value, leaving out by once.
        moves = [
            (n, -sign, -2 * sign * self._value(row, first)) for n, (row, sign) in enumerate(parts)
        ]
        if worded and len(parts) > 2:
            moves += [
                (n, 0, -sign * self._value(row, first))
                for n, (row, sign) in enumerate(parts)
                if n > 0
            ]
        for n, sign, move in moves:
            if move and abs(missing - move) <= slack:
                changed = _with(parts, ((n, sign),))
                if self._holds(changed, there):
                    found.append((2 if sign else 4, changed))
        if found or not (worded or self.costs) or len(parts) > FREELY:
            return found
        flips = [m for m in moves if m[1]]
        by_move: dict[int, list[tuple[int, int]]] = {}
        for n, sign, move in flips:
            by_move.setdefault(move, []).append((n, sign))
        for n, sign, move in flips:
            for near in range(missing - move - slack, missing - move + slack + 1):
                for other, its in by_move.get(near, ()):
                    if other > n and self._holds(
                        changed := _with(parts, ((n, sign), (other, its))), there
                    ):
                        found.append((3, changed))
        return found

    def _target(self, column: int) -> int:
        return self.rows[self.index].values[column] or 0

    def _slack(self, parts: Sequence[tuple[int, int]]) -> int:
        """The steps by which a sum of rounded numbers may differ: half of one for each, that of the sum
        too. In practice documents are off by one or two, whatever the number of rows.
        """
        return min((len(parts) + 1) // 2, 3) if len(parts) > 1 else 0

    def _holds(self, parts: Sequence[tuple[int, int]], there: Sequence[int]) -> bool:
        slack = self._slack(parts)
        if not any(sign and any(self.rows[row].values) for row, sign in parts):
            return False
        return all(abs(self._target(c) - self._sum(parts, c)) <= slack for c in there)

    def _misprinted(self, there: Sequence[int]) -> Footed | None:
        """A total that foots in most columns, or in one of two, exactly and by the guessed signs: the
        others are misprints of the source.
        """
        for many in range(2, min(len(self.stack), LONGEST) + 1):
            block = self.stack[-many:]
            parts = tuple(zip(block, self._guessed(block), strict=True))
            off = tuple(
                c for c in there if abs(self._target(c) - self._sum(parts, c)) > self._slack(parts)
            )
            right = [c for c in there if self._target(c) == self._sum(parts, c) and self._target(c)]
            if right and len(off) <= len(there) // 2:
                return self._made(parts, off)
        return None


def _with(
    parts: tuple[tuple[int, int], ...], changes: tuple[tuple[int, int], ...]
) -> tuple[tuple[int, int], ...]:
    """Parts with other signs in some places; a part with sign 0 is left out."""
    new = list(parts)
    for place, sign in changes:
        new[place] = (new[place][0], sign)
    return tuple((row, sign) for row, sign in new if sign)
