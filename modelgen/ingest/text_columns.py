"""The columns of a table in fixed-width text: where its numerals stand, and over which of them a header's
words reach.
"""

from collections import Counter
from collections.abc import Sequence

from modelgen.ingest.numerals import year_of
from modelgen.ingest.tokens import Token
from modelgen.ingest.words import words_of

Column = tuple[int, int]


def columns_of(rows: Sequence[Sequence[Token]]) -> list[Column]:
    """The columns, [left, right) in characters, of rows of numerals. Numerals that overlap stand in one
    column; if two of a row would, the rows are out of line, and the fullest rows say where columns are.
    """
    spans = sorted({(token.left, token.right) for row in rows for token in row})
    merged: list[list[int]] = []
    for left, right in spans:
        if merged and left < merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], right)
        else:
            merged.append([left, right])
    columns = [(left, right) for left, right in merged]
    clash = any(len({column_at(token, columns) for token in row}) < len(row) for row in rows)
    counts = Counter(len(row) for row in rows)
    fullest = max((count for count in counts if counts[count] >= 2), default=max(counts))
    whole = any(len(row) == len(columns) for row in rows)
    if not clash and (len(columns) <= fullest or whole or not _sparse(rows, columns)):
        return columns
    return _by_fullest([row for row in rows if len(row) == fullest])


def _sparse(rows: Sequence[Sequence[Token]], columns: Sequence[Column]) -> bool:
    """Whether some column holds few of the numerals of a table whose rows are else alike: its rows are
    out of line.
    """
    counts = Counter(column_at(token, columns) for row in rows for token in row)
    return len(rows) >= 6 and min(counts.values()) <= 0.1 * len(rows)


def _by_fullest(rows: Sequence[Sequence[Token]]) -> list[Column]:
    """Columns between the middles of the gaps of the fullest rows."""
    width = len(rows[0])
    lefts = [min(row[at].left for row in rows) for at in range(width)]
    rights = [sorted(row[at].right for row in rows)[len(rows) // 2] for at in range(width)]
    bounds = [
        max(
            (rights[at - 1] + sorted(row[at].left for row in rows)[len(rows) // 2]) // 2,
            rights[at - 1],
        )
        for at in range(1, width)
    ]
    starts = [lefts[0], *bounds]
    ends = [*bounds, max(row[-1].right for row in rows)]
    return list(zip(starts, ends, strict=True))


def column_at(token: Token, columns: Sequence[Column]) -> int:
    """The column that a token overlaps most, or the nearest by right ends."""
    overlaps = [min(token.right, right) - max(token.left, left) for left, right in columns]
    most = max(overlaps)
    if most > 0:
        return overlaps.index(most)
    return min(range(len(columns)), key=lambda at: abs(columns[at][1] - token.right))


def placed(row: Sequence[Token], columns: Sequence[Column]) -> list[int]:
    """The column of each numeral of a row, from left to right; a row that is full fills them in order."""
    if len(row) == len(columns):
        return list(range(len(columns)))
    places = [column_at(token, columns) for token in row]
    for index in range(1, len(places)):
        if places[index] <= places[index - 1]:
            places[index] = min(places[index - 1] + 1, len(columns) - 1)
    return places


def reaches(
    tokens: Sequence[Token], columns: Sequence[Column], above: Sequence[tuple[Token, range]]
) -> list[range]:
    """The columns that each token of a header line stands over. `above`: the tokens of the line above
    with theirs.

    Words of a duration stand over a group of columns, wherever in it they are printed; what stands right
    below such words continues them; a year or a date stands over the column it overlaps.
    """
    count, size = len(tokens), len(columns)
    if count == size:
        return [range(at, at + 1) for at in range(size)]
    groups = size // count if count and size % count == 0 else 0
    found = [_overlapped(token, columns) for token in tokens]
    if groups and all(_spans(token, above) for token in tokens):
        equal = [range(at * groups, (at + 1) * groups) for at in range(count)]
        if all(_is_over(token, group, columns) for token, group in zip(tokens, equal, strict=True)):
            return equal
    if all(_spans(token, above) for token in tokens):
        return _nearest(tokens, columns)
    for at, token in enumerate(tokens):
        kept = _continued(token, above)
        if kept is not None and not year_of(token.text):
            found[at] = kept
    return found


def _is_over(token: Token, group: range, columns: Sequence[Column]) -> bool:
    """Whether the middle of a token stands over a group of columns, as far as the next group's."""
    left = columns[group[0]][0] - 4
    right = (
        columns[group[-1] + 1][0] if group[-1] + 1 < len(columns) else columns[group[-1]][1] + 40
    )
    return left <= (token.left + token.right) / 2 <= right


def _spans(token: Token, above: Sequence[tuple[Token, range]]) -> bool:
    words = words_of(token.text)
    if words.lasting or words.ended:
        return True
    kept = _continued(token, above)
    return kept is not None and len(kept) > 1 and not words.years and year_of(token.text) is None


def _continued(token: Token, above: Sequence[tuple[Token, range]]) -> range | None:
    """The columns of the token right above, set at the same left or about the same middle, if it stands
    over several.
    """
    for other, reach in above:
        middle = abs((other.left + other.right) - (token.left + token.right))
        if len(reach) > 1 and (abs(other.left - token.left) <= 2 or middle <= 4):
            return reach
    return None


def _overlapped(token: Token, columns: Sequence[Column]) -> range:
    over = [
        at
        for at, (left, right) in enumerate(columns)
        if min(token.right, right) > max(token.left, left)
    ]
    if over:
        if len(over) > 1 and (year_of(token.text) or not words_of(token.text).lasting):
            # A date wider than its column reaches into the next: it belongs where most of it stands.
            best = max(
                over,
                key=lambda at: min(token.right, columns[at][1]) - max(token.left, columns[at][0]),
            )
            starts = [at for at in over if abs(columns[at][0] - token.left) <= 2]
            at = starts[0] if len(starts) == 1 else best
            return (
                range(at, at + 1)
                if words_of(token.text).dates or words_of(token.text).years
                else range(over[0], over[-1] + 1)
            )
        return range(over[0], over[-1] + 1)
    middle = (token.left + token.right) / 2
    nearest = min(range(len(columns)), key=lambda at: abs(sum(columns[at]) / 2 - middle))
    return range(nearest, nearest + 1)


def _nearest(tokens: Sequence[Token], columns: Sequence[Column]) -> list[range]:
    """Each column under the header word nearest to it, by extent."""
    owner = []
    for left, right in columns:
        gaps = [max(token.left - right, left - token.right, 0) for token in tokens]
        owner.append(gaps.index(min(gaps)))
    found = []
    for at in range(len(tokens)):
        own = [index for index, which in enumerate(owner) if which == at]
        found.append(range(own[0], own[-1] + 1) if own else range(0))
    return found
