"""Reviews a model and its workbook: proof by engines, coverage of the source, trace, diff and audit."""
