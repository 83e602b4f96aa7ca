"""A page that recalculates: the model, its sheets and its sources in one HTML file, without a server."""
