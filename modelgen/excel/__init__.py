"""Writes the workbook; the only room that knows cell addresses."""
