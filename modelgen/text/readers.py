"""Readers of sources: for each format, its numerals with their places, in reading order.

Nothing else interprets a place. To add a format, write one class and register it in the entry point group
`modelgen.readers`, under the name that a deal's source gives as its `format`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from modelgen import plugins
from modelgen.problem import EngineError, did_you_mean, fail
from modelgen.text.citation import Citation, is_line
from modelgen.text.printed import printed_numerals
from modelgen.text.reading import read_text

TEXT = "text"
GROUP = "modelgen.readers"


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral or date as a source prints it, and where."""

    printed: str
    place: str


@dataclass(frozen=True)
class Document:
    """A source as read: the text at each place, and the numerals, in reading order."""

    texts: Mapping[str, str]
    numerals: tuple[Numeral, ...]


class Reader(Protocol):
    """Reads the sources of one format."""

    @property
    def form(self) -> str:
        """What a place looks like, with an example, for a message: "a line, as in 190"."""

    def is_place(self, place: str) -> bool:
        """Whether a source of this format can have such a place; no file is opened."""

    def order(self, place: str) -> tuple[int, ...]:
        """A sort key that puts places in reading order."""

    def read(self, path: Path) -> Document:
        """The document in a file. Raises ModelError if it cannot be read."""


class TextReader:
    """Reads text files: a place is a line number, from 1."""

    form = "a line, as in 190"

    def is_place(self, place: str) -> bool:
        """Whether a place is a line number."""
        return is_line(place)

    def order(self, place: str) -> tuple[int, ...]:
        """The line number."""
        return (int(place),)

    def read(self, path: Path) -> Document:
        """The lines of a file and their numerals; bytes that are not UTF-8 are kept as they are. Raises
        ModelError.
        """
        lines = read_text(path, errors="replace").splitlines()
        texts = {str(number): line for number, line in enumerate(lines, start=1)}
        numerals = tuple(
            Numeral(printed, place)
            for place, line in texts.items()
            for printed in printed_numerals(line)
        )
        return Document(texts, numerals)


_BUILT_IN: Mapping[str, Reader] = {TEXT: TextReader()}


def reader_of(format_: str) -> Reader:
    """The reader for a format. Raises ModelError if there is none, EngineError if its package cannot be
    loaded.
    """
    if format_ in _BUILT_IN:
        return _BUILT_IN[format_]
    offered = plugins.installed(GROUP)
    if format_ not in offered:
        known = [*_BUILT_IN, *offered]
        hint = did_you_mean(format_, known) or f"available formats: {', '.join(known)}"
        raise fail(f"no reader is installed for the format '{format_}'", hint=hint)
    entry = offered[format_]
    made = plugins.load(entry)
    try:
        reader: Reader = made()
    except Exception as error:  # another package's class may fail in any way
        raise EngineError(
            f"the reader {plugins.entry_words(entry)} cannot be created: {error}"
        ) from None
    lacking = [name for name in ("form", "is_place", "order", "read") if not hasattr(reader, name)]
    if lacking:
        raise EngineError(f"the reader {plugins.entry_words(entry)} has no {', '.join(lacking)}")
    return reader


def place_problem(reader: Reader, at: Citation) -> str:
    """The message if a citation's place cannot exist in its source's format; empty if it can."""
    if reader.is_place(at.place):
        return ""
    return f"'{at.place}' is not a place in '{at.source}': a place there is {reader.form}"


def in_order(reader: Reader, places: Iterable[str]) -> list[str]:
    """The distinct places of some citations, in reading order."""
    return sorted(set(places), key=reader.order)
