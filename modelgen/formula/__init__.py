"""The formula language: Excel's syntax with names in place of addresses."""
