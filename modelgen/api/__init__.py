"""The library: everything that the commands do, for programs; all of it is in `import modelgen`.

Functions take a deal as the name of one that ships or a folder, a file as str or Path; settings as a
mapping of `ID` or `ID@PERIOD` to values ("1.5%", 0.015, a date). What is wrong is a ModelgenError: a
ModelError says all that is wrong with a text, a workbook or a setting, an EngineError that an engine is
missing or failed.
"""
