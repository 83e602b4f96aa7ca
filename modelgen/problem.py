"""Errors as data: where, what is wrong, and the nearest right thing.

Every room returns or raises problems with positions; only the command line prints them. A stage
collects all the problems it can find and raises them together, so that one run shows them all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from modelgen import DISTRIBUTION

_LONGEST_WORD = 200  # a longer word is not a misspelt name


@dataclass(frozen=True, slots=True)
class Place:
    """A span of a text file: one-based line and column, and its width in characters."""

    file: str
    line: int
    column: int = 1
    width: int = 1

    def shifted(self, columns: int, width: int) -> "Place":
        """The place `columns` further right on the same line."""
        return Place(self.file, self.line, self.column + columns, width)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    @property
    def short(self) -> str:
        """File name and line, as used inside a hint."""
        return f"{Path(self.file).name}:{self.line}"

    def seen_from(self, other: "Place | None") -> str:
        """The short form, with the folder's name if `other` is in another folder."""
        here = Path(self.file)
        away = other is not None and Path(other.file).parent != here.parent
        return f"{here.parent.name}/{self.short}" if away else self.short


@dataclass(frozen=True, slots=True)
class Problem:
    """One error in a text: what is wrong, where (None if nowhere in a file), and in `hint` what to do."""

    message: str
    place: Place | None = None
    hint: str = ""

    def render(self) -> str:
        """The message for a person: position, sentence, the line of the file and a caret under the span."""
        if self.place is None:
            return f"{self.message}{f' ({self.hint})' if self.hint else ''}"
        head = f"{self.place}: {self.message}"
        text = _line_of(self.place)
        if text is None:
            return f"{head}{f' ({self.hint})' if self.hint else ''}"
        stripped = text.lstrip()
        before = max(0, self.place.column - 1 - (len(text) - len(stripped)))
        width = max(1, min(self.place.width, len(stripped) - before))
        caret = " " * before + "^" * width
        return f"{head}\n    {stripped}\n    {caret}{'  ' + self.hint if self.hint else ''}"


class ModelgenError(Exception):
    """The base class of every error that modelgen raises for a caller to handle."""


class ModelError(ModelgenError):
    """Bad input: one or more problems, shown together. Exit code 2."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(
            set(problems),
            key=lambda p: (
                (p.place.file, p.place.line, p.place.column) if p.place else ("", 0, 0),
                p.message,
            ),
        )
        super().__init__("\n".join(problem.render() for problem in self.problems))

    def __reduce__(self) -> tuple[type["ModelError"], tuple[list[Problem]]]:
        """Pickles the error as its problems, so that it can travel from worker to caller."""
        return ModelError, (self.problems,)


class EngineError(ModelgenError):
    """An engine or a dependency is missing or has failed. Exit code 3."""


def needs_extra(what: str, library: str, extra: str) -> EngineError:
    """The error, to raise, for a missing library that one of modelgen's extras installs."""
    return EngineError(f"{what} needs {library}: pip install '{DISTRIBUTION}[{extra}]'")


def fail(message: str, place: Place | None = None, hint: str = "") -> ModelError:
    """A ModelError with one problem, to raise."""
    return ModelError([Problem(message, place, hint)])


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice most like `word`, or None if nothing is close."""
    # Imported only when something is wrong, not at every start.
    from rapidfuzz.distance import Indel  # noqa: PLC0415
    from rapidfuzz.process import extract  # noqa: PLC0415

    found = extract(
        word[:_LONGEST_WORD],
        sorted(set(choices)),
        scorer=Indel.normalized_similarity,
        score_cutoff=0.6,
        limit=8,
    )

    def rank(match: tuple[str, float, int]) -> tuple[float, bool]:
        """The likeness of a match; among equals, a choice that begins with the word, or the word with it."""
        choice, likeness, _ = match
        return likeness, choice.startswith(word) or word.startswith(choice)

    return max(found, key=rank)[0] if found else None


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """The hint "did you mean 'x'?", or an empty text if no choice is close."""
    found = nearest(word, choices)
    return f"did you mean '{found}'?" if found else ""


def _line_of(place: Place) -> str | None:
    lines = _lines(place.file)
    return lines[place.line - 1].rstrip("\n") if 0 < place.line <= len(lines) else None


@lru_cache(maxsize=64)
def _lines(file: str) -> tuple[str, ...]:
    try:
        return tuple(Path(file).read_text(encoding="utf-8", errors="replace").splitlines())
    except OSError:
        return ()
