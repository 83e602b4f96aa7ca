"""The model as plain, immutable data: every line expanded and every name resolved, without Excel."""
