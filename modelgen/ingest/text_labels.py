"""Labels of fixed-width text: one that goes over several lines is put to the line of its numerals."""

from collections.abc import Sequence

from modelgen.ingest.numerals import year_of
from modelgen.ingest.text_lines import Line, is_header
from modelgen.ingest.tokens import Token

_BELOW = 5  # lines in which the numerals below a heading stand
_JOINING = frozenset(
    [
        "and",
        "or",
        "of",
        "in",
        "to",
        "for",
        "the",
        "at",
        "on",
        "with",
        "from",
        "by",
        "per",
        "a",
        "under",
    ]
)
_INSIDE = frozenset(["OF", "AND", "OR", "TO", "FOR", "FROM", "WITH", "BY", "PER", "&"])


def labelled(lines: Sequence[Line], margin: int) -> list[tuple[Line, str, float]]:
    """Each line with its whole label and how far that is set in: a label that goes over several lines is
    put to the line of its numerals.
    """
    found: list[tuple[Line, str, float]] = []
    until = 0  # the last line of the label before
    for at, line in enumerate(lines):
        words = words_left(line, margin)
        after = lines[at + 1] if at + 1 < len(lines) else None
        if not line.numbers and found and words and not is_header(line):
            last, label, indent = found[-1]
            near = max(last.number, until) >= line.number - 2
            deeper = indent_in(line) > indent + 1 and not _is_heading(lines[at:], words)
            continues = near and (begins_inside(words) or hangs(label) or deeper)
            leads = after is not None and after.numbers and words_left(after, margin)[:1].islower()
            if last.numbers and continues and not leads and label:
                found[-1], until = (last, f"{label} {words}", indent), line.number
                continue
        if found and not found[-1][0].numbers and found[-1][0].number >= line.number - 2 and words:
            last, label, indent = found[-1]
            deeper = indent_in(line) > indent_in(last) and not label.endswith(":")
            if (
                (begins_inside(words) or hangs(label))
                and not is_header(last)
                and (deeper or line.numbers or not label.endswith(":"))
            ):
                found[-1] = (line, f"{label} {words}", indent)
                continue
        found.append((line, words, float(indent_in(line))))
    return found


def _is_heading(lines: Sequence[Line], words: str) -> bool:
    """Whether words are a heading: they end with a colon, or the next row is set in as far."""
    if words.endswith(":"):
        return True
    first = lines[0]
    below = next((line for line in lines[1:_BELOW] if line.numbers), None)
    return below is not None and indent_in(below) >= indent_in(first)


def begins_inside(words: str) -> bool:
    """Whether words go on a label: they begin small, or with a word that joins them to others."""
    return words[:1].islower() or words.split(maxsplit=1)[0] in _INSIDE


def hangs(label: str) -> bool:
    """Whether a label cannot end here: with a comma, or a word that joins another."""
    last = label.split()[-1:]
    return label.endswith((",", "(", " –", " —", " -")) or bool(
        last and last[0].lower() in _JOINING
    )


def words_left(line: Line, margin: int) -> str:
    """The words of a line left of its numerals, or all of them."""
    if not line.numbers:
        return " ".join(token.text for token in line.tokens)
    first = at_right(line)[0].left if at_right(line) else margin
    return " ".join(token.text for token in line.tokens if token.right <= first)


def indent_in(line: Line) -> int:
    """How many characters a line is set in."""
    return len(line.text) - len(line.text.lstrip())


def at_right(line: Line) -> list[Token]:
    """A line's numerals, without one at the margin that is its label."""
    numbers = list(line.numbers)
    if (
        len(numbers) > 1
        and numbers[0] is line.tokens[0]
        and numbers[0].left < 12
        and year_of(numbers[0].text)
    ):
        return numbers[1:]
    return numbers
