"""Recalculation of a workbook as it stands; this room sees a file, never a specification."""
