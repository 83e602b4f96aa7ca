"""Citations: a source, and a place in it that only the source's reader understands."""

import re
from dataclasses import dataclass

from modelgen.text.printed import BadValueError

SOURCE_ID = re.compile(r"^[a-z][a-z0-9_]*\Z")
_PLACE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._:#/-]{0,63}\Z")
_LINE = re.compile(r"^[1-9]\d{0,8}\Z")


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a source: line 190 of the source `release`, row 3 of a table, page 4 of a PDF.

    The place is carried unchanged; only its reader knows whether it exists and how it sorts. One rule
    holds for all formats: a place of digits only is a line of a text, and no other format gives one.
    """

    source: str
    place: str

    def __str__(self) -> str:
        """As a person reads it and as a cell of the workbook holds it: "release 190"."""
        return f"{self.source} {self.place}"

    @property
    def typed(self) -> str:
        """As an author types it in the column `at`: "release:190"."""
        return f"{self.source}:{self.place}"

    @property
    def line(self) -> int | None:
        """The number of the line, None if the place is of another format."""
        return int(self.place) if _LINE.match(self.place) else None

    @property
    def words(self) -> str:
        """As it reads in a sentence: "release, line 190" or "release, p4:17"."""
        return f"{self.source}, {place_words(self.place)}"

    @property
    def id(self) -> str:
        """An id made from the citation: "release.190"; characters that no id may hold become "_"."""
        return f"{self.source}.{re.sub('[^a-z0-9_]', '_', self.place.lower())}"


def place_words(place: str) -> str:
    """A place as it reads in a sentence: "line 190"; a place of another format unchanged."""
    return f"line {place}" if _LINE.match(place) else place


def is_line(place: str) -> bool:
    """Whether a place is a line of a text: a number of 1 or more."""
    return bool(_LINE.match(place))


def typed_citation(text: str) -> Citation:
    """The citation typed as "release:190", the reverse of `Citation.typed`. Raises BadValueError."""
    source, _, place = text.partition(":")
    if not (SOURCE_ID.match(source) and _PLACE.match(place)):
        raise BadValueError(f"'{text}' is not a source and a place")
    return Citation(source, place)


def written_citation(text: str) -> Citation | None:
    """The citation written as "release 190", the reverse of `str(Citation)`; None for any other text."""
    source, _, place = text.partition(" ")
    known = SOURCE_ID.match(source) and _PLACE.match(place)
    return Citation(source, place) if known else None
