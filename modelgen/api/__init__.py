"""The library: everything that the commands do, for programs; all of it is in `import modelgen`.

Functions take a deal as a folder or the name of one that ships, a file as str or Path, and settings as a
mapping of `ID` or `ID@PERIOD` to values ("1.5%", 0.015, a date). Errors are ModelgenErrors: a ModelError
lists everything that is wrong with a text, a workbook or a setting, an EngineError says that an engine is
missing or has failed.
"""
