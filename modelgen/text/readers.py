"""What reads a source: for each format the numerals with their places, in reading order.

A place is opaque to everybody else. A further format is one class, named by the entry point group
`modelgen.readers`: the entry's name is what a source of the deal says under `format`.
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
    """A source as its reader found it: the text of each place, and the numerals, in reading order."""

    texts: Mapping[str, str]
    numerals: tuple[Numeral, ...]


class Reader(Protocol):
    """Reads the sources of one format."""

    @property
    def form(self) -> str:
        """What a place looks like, with an example, for a message: "a line, as 190"."""

    def is_place(self, place: str) -> bool:
        """Whether a source of this format can have such a place; a file is not looked at."""

    def order(self, place: str) -> tuple[int, ...]:
        """What sorts places in reading order."""

    def read(self, path: Path) -> Document:
        """The document in a file. Raises ModelError when it cannot be read."""


class TextReader:
    """A text: a place is the number of a line, from 1."""

    form = "a line, as 190"

    def is_place(self, place: str) -> bool:
        """Whether a place is the number of a line."""
        return is_line(place)

    def order(self, place: str) -> tuple[int, ...]:
        """Lines in their order."""
        return (int(place),)

    def read(self, path: Path) -> Document:
        """The lines of a file; bytes that are no UTF-8 stand for themselves. Raises ModelError."""
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
    """The reader of a format. Raises ModelError where there is none, EngineError where its package
    cannot be loaded.
    """
    if format_ in _BUILT_IN:
        return _BUILT_IN[format_]
    offered = plugins.installed(GROUP)
    if format_ not in offered:
        known = [*_BUILT_IN, *offered]
        hint = did_you_mean(format_, known) or f"formats at hand: {', '.join(known)}"
        raise fail(f"no reader is installed for sources of the format '{format_}'", hint=hint)
    entry = offered[format_]
    made = plugins.load(entry)
    try:
        reader: Reader = made()
    except Exception as error:  # a stranger's class may fail in any way
        raise EngineError(f"the reader {plugins.said(entry)} cannot be made: {error}") from None
    lacking = [name for name in ("form", "is_place", "order", "read") if not hasattr(reader, name)]
    if lacking:
        raise EngineError(f"the reader {plugins.said(entry)} has no {', '.join(lacking)}")
    return reader


def place_problem(reader: Reader, at: Citation) -> str:
    """What is wrong with a citation's place, as a message; nothing when it can exist."""
    if reader.is_place(at.place):
        return ""
    return f"'{at.place}' is no place in '{at.source}': a place there is {reader.form}"


def in_order(reader: Reader, places: Iterable[str]) -> list[str]:
    """Places in reading order, each once."""
    return sorted(set(places), key=reader.order)
