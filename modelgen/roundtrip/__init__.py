"""Carries changes back into text: an analyst's edits to a workbook (pull), and a new quarter (roll)."""
