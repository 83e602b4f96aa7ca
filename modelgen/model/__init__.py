"""The model as plain, immutable data: every line expanded, every name resolved, nothing of Excel."""
