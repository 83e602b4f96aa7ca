"""The way back: what an analyst changed in a workbook, as text over the deal it was built from."""
