"""The workbook: the one room that knows addresses."""
