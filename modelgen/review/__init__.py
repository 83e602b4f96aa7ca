"""Review of a model and its workbook: proof by other engines, and coverage of the source."""
