"""A scale for tables of a document that states none: a guess by size, always marked for review."""

from modelgen.ingest.grid import Grid
from modelgen.ingest.scale import Scale


def guessed_scale(grid: Grid) -> tuple[Scale | None, str]:
    """No scale: numerals stand for themselves, and whoever reads them is told."""
    return None, "no scale is stated"
