"""Add-ins for programs: written to a folder, to be installed beside the cells."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from modelgen.api.book import PathLike

if TYPE_CHECKING:
    from modelgen.addin.addins import WrittenAddIn


def addins(
    target: PathLike, programs: Sequence[str] = (), host: str | None = None
) -> list["WrittenAddIn"]:
    """Writes the add-ins for some programs (`libreoffice`, `excel`), or all there are, into a folder, or a
    single one as a file. That for Excel is served from the address `host`, by default
    https://localhost:3000.

    Each says how it is installed. Raises ModelError, also rather than write over what modelgen did not write.

    >>> [one.title for one in addins(folder / "beside")]
    ['LibreOffice', 'Excel']
    """
    from modelgen.addin.addins import write

    return write(Path(target), programs, host)
