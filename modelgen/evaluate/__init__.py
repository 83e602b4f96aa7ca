"""The values of a model in NumPy; it never sees a workbook."""
