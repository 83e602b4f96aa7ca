"""The commands: each parses its arguments, calls one function of the library and prints."""
