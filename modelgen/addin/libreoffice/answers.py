"""What a menu item answers: a title, lines that a person reads, each with the cell it is about, and
data for programs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .cells import Key


@dataclass(frozen=True)
class Line:
    """A line of an answer. `key` is the cell it is about, if there is one; `more` what is said of it when
    it is selected, in which `marked` is to be marked.
    """

    text: str
    key: Key | None = None
    level: int = 0
    more: str = ""
    marked: str = ""

    def __str__(self) -> str:
        return f"{'  ' * self.level}{self.text}"


@dataclass(frozen=True)
class Answer:
    """What an item says: a title, and lines; `document` is a file that the dialog offers to open."""

    title: str
    lines: list[Line]
    data: dict[str, Any] = field(default_factory=dict)
    document: str = ""

    def __str__(self) -> str:
        return "\n".join([self.title, *(str(line) for line in self.lines)])
