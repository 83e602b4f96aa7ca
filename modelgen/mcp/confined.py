"""The one folder that tools may read and write: every path that a program gives is held to it."""

from dataclasses import dataclass
from pathlib import Path

from modelgen.problem import fail
from modelgen.text.folders import known_names, shipped_folder


@dataclass(frozen=True)
class Confined:
    """A folder, and paths within it.

    >>> Confined(Path("/deals")).path("../etc/passwd")
    Traceback (most recent call last):
    modelgen.problem.ModelError: '../etc/passwd' is outside the folder /deals, where this server must stay
    """

    root: Path

    def path(self, text: str) -> str:
        """The absolute path that a text names, links followed. Raises ModelError: it is outside."""
        if not text.strip() or "\0" in text:
            raise fail(f"{text!r:.80} is not a path")
        path = (self.root / text).resolve()
        if not path.is_relative_to(self.root.resolve()):
            raise fail(f"'{text}' is outside the folder {self.root}, where this server must stay")
        return str(path)

    def deal(self, text: str) -> str:
        """A deal: a folder within, or the name of one that ships. Raises ModelError: neither."""
        shipped = (
            text in known_names("deal", [shipped_folder()]) and not (self.root / text).exists()
        )
        return text if shipped else self.path(text)
