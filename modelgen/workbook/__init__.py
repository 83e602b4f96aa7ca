"""Reads and recalculates a workbook file; this room never sees the deal's text."""
