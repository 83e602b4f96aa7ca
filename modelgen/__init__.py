"""modelgen compiles text about a company into a live-formula Excel workbook that proves itself."""

__version__ = "0.1.0"
