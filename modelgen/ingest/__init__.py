"""From a document to its figures: readers give a Document, meaning gives a Reading of it."""
