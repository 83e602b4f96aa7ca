"""Footing: from the values alone, which rows are sums and differences of the rows above them.

A total stands below what it adds. So the rows are walked once, from the top, with a stack of those that
no total has taken yet; a row is a total where it is the sum of the last few of the stack, in every
column, within what rounding allows, each with a sign that is found. What it adds leaves the stack, and
it takes their place, so that totals of totals nest as they are printed. A leaf is what no sum gives.

Signs: the words of a label are a first guess (a cost is taken off), and a few signs that differ from it
are found by looking for what is missing, not by trying all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from modelgen.ingest.footing_rows import Footed, FootingRow
from modelgen.ingest.total_words import (
    CASH_SECTION,
    OF_ALL,
    RESULT,
    TAKEN_OFF,
    beyond_section,
    is_cost,
    is_total,
    must_be_total,
)

Values = tuple[int, ...]

LONGEST = 60
"""The most rows that one total adds: longer blocks are not looked at, so that the search stays linear."""
MOST_ROWS = 2000
"""A table of more rows is no statement, and is not footed."""
_CHANCE = 500
_FLIPPED = 20
_FURTHEST = 10  # of a total that may be missing from the rows above it
PATIENCE = 25
"""After so many rows that are called totals and are none, misprints are looked for by the words alone: it
is no statement.
"""
FEW_LACKING = 6
"""More rows that can only be totals and are none: then it is rather the reading that fails."""
FREELY = 24
"""The most rows of a block in which two signs are searched at once."""


def footed(rows: Sequence[FootingRow], *, costs: bool = False) -> tuple[Footed, ...]:
    """The totals among rows, in their order. With `costs`, rows whose words say so are taken off unless
    the values say otherwise. A row that can only be a total, and that no rows above it give in any column,
    is one of the nearest rows, off in every column, if that costs no other total: a row is missing there.

    Example: rows 100, 60 and 40 under Sales, Costs, Gross profit give Footed(2, ((0, 1), (1, -1)),
    (0,)).
    """
    if len(rows) > MOST_ROWS:
        return ()
    found, barred = _without_chance(rows, costs, _walked(rows, costs, frozenset(), frozenset()))
    known = {total.row for total in found}
    lacking = [
        n
        for n, row in enumerate(rows)
        if n not in known and must_be_total(row.label) and not _is_again(rows, n, costs)
    ]
    if len(lacking) > FEW_LACKING:
        return found
    taken: frozenset[int] = frozenset()
    for index in lacking:
        tried = _walked(rows, costs, taken | {index}, barred)
        if known | {index} <= {total.row for total in tried}:
            found, known, taken = tried, {total.row for total in tried}, taken | {index}
    return found


def _without_chance(
    rows: Sequence[FootingRow], costs: bool, found: tuple[Footed, ...]
) -> tuple[tuple[Footed, ...], frozenset[int]]:
    """The totals without those that come out by chance, and these rows: a dividend that is what was borrowed
    less what was repaid. No word calls them totals, and without them a row is one that must be.
    """
    barred: frozenset[int] = frozenset()
    for index, row in enumerate(rows):
        if not must_be_total(row.label) or any(t.row == index and not t.off for t in found):
            continue
        near = [t.row for t in found if index - LONGEST < t.row < index]
        for suspect in [n for n in near if not is_total(rows[n].label)][-FEW_LACKING:]:
            tried = _walked(rows, costs, frozenset(), barred | {suspect})
            rows_found = {total.row for total in tried if not total.off}
            if {t.row for t in found if not t.off} - {suspect} | {index} <= rows_found:
                found, barred = tried, barred | {suspect}
                break
    return found, barred


def _is_again(rows: Sequence[FootingRow], index: int, costs: bool) -> bool:
    """Whether a row repeats one above it, by its label, or of income by what it prints: a memorandum."""
    own = rows[index]
    return any(
        row.label.lower() == own.label.lower() or (costs and row.values == own.values)
        for row in rows[:index]
    )


def _walked(
    rows: Sequence[FootingRow], costs: bool, lacking: frozenset[int], barred: frozenset[int]
) -> tuple[Footed, ...]:
    """The totals, those among them whose rows do not all stand above them: `lacking` names these. None of
    `barred` is one.
    """
    stack: list[int] = []
    found: list[Footed] = []
    fruitless = 0
    for index, row in enumerate(rows):
        search = _Search(rows, stack, index, costs, fruitless < PATIENCE)
        total = search.total() if index not in barred else None
        if total is None and index in lacking:
            total = search.lacking()
        fruitless += total is None and is_total(row.label)
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
    patient: bool

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
                if len(parts) == 1 and not (worded and many == 1 and self._one(parts[0])):
                    continue
                made = self._made(parts)
                if not worded and self._by_chance(made, there, many):
                    continue
                rank = (sum(1 for d in made.difference if d), cost, many)
                if best is None or rank < best[0]:
                    best = rank, made
            if best is not None and best[0][:2] == (0, 0):
                break
        if best is not None and not (best[0][1] and all(best[1].difference[c] for c in there)):
            return best[1]
        # Signs that no word tells, and in no column the exact sum: rather a misprint, if it is one.
        found = self._misprinted(there) if worded and len(there) > 1 else None
        return found or (best[1] if best is not None else None)

    def _one(self, part: tuple[int, int]) -> bool:
        """Whether a total of one row is one: the same again, or a loss that is nothing but costs."""
        row, sign = part
        return sign > 0 or (
            self.costs
            and bool(TAKEN_OFF.search(self.rows[row].label))
            and bool(RESULT.search(self.rows[self.index].label))
        )

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
        total, rows = 0, self.rows  # asked for a hundred thousand times a page
        for row, sign in parts:
            total += sign * (rows[row].values[column] or 0)
        return total

    def _guessed(self, block: Sequence[int]) -> list[int]:
        """The signs that the words give: a cost is taken off, except where a total adds nothing but
        costs.
        """
        if not self.costs:
            return [1] * len(block)
        costs = [is_cost(self.rows[row].label) for row in block]
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
            others = ([1] * len(block), [1] + [-1] * (len(block) - 1), [-1] * len(block))
            guesses += [g for g in others[: 3 if len(block) == 1 else 2] if g not in guesses]
        for start, signs in enumerate(guesses):
            parts = tuple(zip(block, signs, strict=True))
            missing = self._target(there[0]) - self._sum(parts, there[0])
            if abs(missing) <= self._slack(parts) and self._holds(parts, there):
                found.append((start, parts))
            elif len(block) > 1:
                changed = self._changed(parts, there, worded, missing)
                found += [(start + n, p) for n, p in changed]
        return found

    def _changed(
        self, parts: tuple[tuple[int, int], ...], there: Sequence[int], worded: bool, missing: int
    ) -> list[tuple[int, tuple[tuple[int, int], ...]]]:
        """Signs that differ from a guess in one row or two, or leave one out, found by what is missing in
        the first column.
        """
        first, slack = there[0], self._slack(parts)
        found = []
        # Leaving a row out moves the sum by its value, a change of sign by twice that.
        moves = [-sign * (self.rows[row].values[first] or 0) for row, sign in parts]
        for n, move in enumerate(moves):
            if move and abs(missing - 2 * move) <= slack:
                changed = _with(parts, ((n, -parts[n][1]),))
                if self._holds(changed, there):
                    found.append((2, changed))
        for n, move in enumerate(moves if worded and len(parts) > 2 else ()):
            if n and move and abs(missing - move) <= slack:
                changed = _with(parts, ((n, 0),))
                if self._holds(changed, there):
                    found.append((4, changed))
        if found or not (worded or self.costs) or len(parts) > FREELY:
            return found
        flips = [(n, -parts[n][1], 2 * move) for n, move in enumerate(moves)]
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
        least = 1 if OF_ALL.match(self.rows[self.index].label) else 2
        for many in range(least, min(len(self.stack), LONGEST) + 1):
            block = self.stack[-many:]
            parts = tuple(zip(block, self._guessed(block), strict=True))
            off = tuple(
                c for c in there if abs(self._target(c) - self._sum(parts, c)) > self._slack(parts)
            )
            right = [c for c in there if self._target(c) == self._sum(parts, c) and self._target(c)]
            if right and len(off) <= len(there) // 2:
                return self._whole(self._made(parts, off), many, there)
            found = self._but_one(block, there) if self.patient and many <= FREELY else None
            if found is not None:
                return self._whole(found, many, there)
        return None

    def _whole(self, found: Footed, many: int, there: Sequence[int]) -> Footed:
        """A misprinted total with the rows of its section above its block that print nothing in the columns
        which foot: what they print in the others is its to add, too.
        """
        own = self.rows[self.index].label
        above: list[int] = []
        for row in reversed(self.stack[:-many]):
            label = self.rows[row].label
            printed = any(self._value(row, c) for c in there if c not in found.off)
            if printed or is_total(label) or beyond_section(own, label):
                break
            above.insert(0, row)
        if not above:
            return found
        parts = (*zip(above, self._guessed(above), strict=True), *found.parts)
        apart = {c: abs(self._target(c) - self._sum(parts, c)) for c in found.off}
        return self._made(parts, tuple(c for c in apart if apart[c] > self._slack(parts)))

    def lacking(self) -> Footed | None:
        """What a row that must be a total lacks: of the blocks of its own section, that which comes
        nearest (of cash flows, all of the section), off in every column; None if none comes near.
        """
        there = [c for c, value in enumerate(self.rows[self.index].values) if value]
        best: tuple[float, Footed] | None = None
        widest = bool(CASH_SECTION.search(self.rows[self.index].label))
        for block in self._section():
            parts = tuple(zip(block, self._guessed(block), strict=True))
            if not there or not any(self._value(row, c) for row in block for c in there):
                continue
            most = max(abs(self._target(c)) for c in there)
            far = max(abs(self._target(c) - self._sum(parts, c)) for c in there) / most
            if far <= _FURTHEST and (widest or best is None or far < best[0]):
                off = [c for c in there if self._target(c) != self._sum(parts, c)]
                best = far, self._made(parts, tuple(off))
        return best[1] if best is not None else None

    def _section(self) -> Iterator[Sequence[int]]:
        """The blocks that a total may be of: none that reaches beyond its section; results go on from the
        result before.
        """
        own = self.rows[self.index].label
        for many in range(1, min(len(self.stack), LONGEST) + 1):
            block = self.stack[-many:]
            first = self.rows[block[0]].label
            if beyond_section(own, first):
                return
            if many > 1 or must_be_total(first) or OF_ALL.match(own):
                yield block
            if self.costs and not OF_ALL.match(own) and must_be_total(first):
                return

    def _but_one(self, block: Sequence[int], there: Sequence[int]) -> Footed | None:
        """What a block gives in all columns but one, in one exactly; a sign that no word tells is found
        only where the number is too large to come out by chance.
        """
        best: tuple[int, Footed] | None = None
        for column in there:
            rest = [c for c in there if c != column]
            for cost, parts in self._signed(block, rest, worded=True):
                exact = [
                    c for c in rest if self._target(c) and self._target(c) == self._sum(parts, c)
                ]
                if not exact or len(parts) < max(2, len(block)):
                    continue
                least = _FLIPPED * (len(block) + 3) if cost > 1 else 0
                if max(abs(self._target(c)) for c in exact) < least:
                    continue
                if best is None or cost < best[0]:
                    best = cost, self._made(parts, (column,))
        return best[1] if best is not None else None


def _with(
    parts: tuple[tuple[int, int], ...], changes: tuple[tuple[int, int], ...]
) -> tuple[tuple[int, int], ...]:
    """Parts with other signs in some places; a part with sign 0 is left out."""
    new = list(parts)
    for place, sign in changes:
        new[place] = (new[place][0], sign)
    return tuple((row, sign) for row, sign in new if sign)
