"""The text of templates and deals, read with positions; it knows nothing of models or Excel."""
