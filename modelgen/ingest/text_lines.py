"""A line of fixed-width text: its tokens and numerals, whether it is running text or a header."""

from dataclasses import dataclass

from modelgen.ingest.numerals import year_of
from modelgen.ingest.tokens import Token
from modelgen.ingest.words import words_of

_PROSE = 55  # characters of one unbroken piece: running text if several lines have it
RIGHT = 20  # characters left of what stands above columns, at least


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its number and tokens; its numerals, if they are data of a table."""

    number: int
    text: str
    tokens: tuple[Token, ...]
    numbers: tuple[Token, ...]

    @property
    def is_prose(self) -> bool:
        """Whether it is running text."""
        if self.numbers or not self.tokens or len(self.text.strip()) <= _PROSE:
            return False
        short = self.tokens[0].left >= RIGHT and max(len(t.text) for t in self.tokens) < 30
        if len(self.tokens) > 1 and (
            short or all(not words_of(token.text).blank for token in self.tokens)
        ):
            return False
        gaps = [
            after.left - token.right
            for token, after in zip(self.tokens, self.tokens[1:], strict=False)
        ]
        return max(gaps, default=0) <= 3


def is_page_mark(text: str) -> bool:
    """Whether a line holds nothing but the number of a page."""
    bare = text.strip()
    return bare.strip("- ").isdigit() and len(bare) <= 8


def is_header(line: Line) -> bool:
    """Whether a line stands above columns: years, dates or durations set to the right, and no data."""
    if line.numbers or not line.tokens:
        return False
    right = [token for token in line.tokens if token.left >= RIGHT or len(line.tokens) > 1]
    if not right or line.is_prose:
        return False
    years = [token for token in right if year_of(token.text)]
    said = [token for token in right if not words_of(token.text).blank and len(token.text) < 45]
    last = line.tokens[-1]
    return bool(years) or (bool(said) and last.left >= RIGHT)
