"""What a menu item may ask of the program that holds the workbook, be it LibreOffice or a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .cells import Cells, Key, Value


class Host(Protocol):
    """An open workbook."""

    def cells(self) -> Cells:
        """The workbook as it stands."""

    def selected(self) -> Key | None:
        """The cell that is selected; None where no cell is."""

    def put(self, values: Mapping[Key, Value]) -> None:
        """Writes constants into cells, None to clear one, and lets formulas follow."""

    def put_back(self, held: Mapping[Key, Value]) -> None:
        """Gives the cells of the last `put` what they held before it, and leaves no trace of it."""

    def recalculate(self) -> None:
        """Computes every formula anew."""

    def save_copy(self, path: str) -> None:
        """Saves a copy as .xlsx; the workbook itself stays as it is."""

    def show(self, key: Key) -> None:
        """Selects a cell."""
