"""Add-ins: what runs beside the cells of a workbook, in the program that opens it.

Each add-in is a module here that gives the files to install; `ADDINS` lists them by the name of the
program. An add-in reads a workbook by its contract, and needs nothing else on the machine where it is
installed.
"""
