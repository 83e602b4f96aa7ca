"""What a page that is served was made of: whether it is still what is on disk."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from modelgen.problem import ModelgenError
from modelgen.text.load import DealText, load


class ChangedError(ModelgenError):
    """What a page was made of has changed on disk, so that what was changed on it may no longer fit."""


@dataclass(frozen=True)
class Opened:
    """A deal's text, and the workbook and overlays laid over it, by the digests of their files.

    Example: `opened = Opened.of(text, digests([workbook])); opened.must_stand()`.
    """

    folder: Path
    text: str
    files: Mapping[Path, str]

    @classmethod
    def of(cls, text: DealText, files: Mapping[Path, str]) -> "Opened":
        """A text as it was loaded, with the digests of other files, taken before they were read."""
        return cls(text.folder, text.digest, files)

    def must_stand(self) -> None:
        """Raises ChangedError, with what has changed, unless everything is as it was."""
        changed = [path.name for path, digest in self.files.items() if _digest(path) != digest]
        try:
            text = load(str(self.folder)).digest
        except ModelgenError:  # what does not load now is not what did
            text = ""
        if text != self.text:
            changed.append("the deal")
        if changed:
            raise ChangedError(
                f"{' and '.join(changed)} changed since this page was opened. What you changed is still "
                "here: download the overlay, then end modelgen serve and start it again"
            )


def digests(files: Iterable[Path]) -> dict[Path, str]:
    """The digest of each file, by its absolute path; empty for one that cannot be read."""
    return {path.resolve(): _digest(path) for path in files}


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
