"""Add-ins for programs: written to a folder, to be installed beside the cells."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from modelgen.api.book import PathLike

if TYPE_CHECKING:
    from modelgen.addin.addins import WrittenAddIn


def addins(target: PathLike, programs: Sequence[str] = ()) -> list["WrittenAddIn"]:
    """Writes the add-ins for some programs (`libreoffice`), or all there are, into a folder, or a
    single one as a file.

    Each says how it is installed. Raises ModelError.

    >>> [one.title for one in addins(folder / "beside")]
    ['LibreOffice']
    """
    from modelgen.addin.addins import write

    return write(Path(target), programs)
