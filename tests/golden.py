"""The golden text of the small deal's workbook; `python -m tests.golden` writes it anew, for review."""

import tempfile
from pathlib import Path

import openpyxl

from tests.conftest import ROOT, SMALL, build

GOLDEN = ROOT / "tests" / "golden" / f"{SMALL.name}.txt"


def text_of(path: Path) -> list[str]:
    """Every cell of a workbook: address, content, and the cached value of a formula."""
    cached = openpyxl.load_workbook(path, data_only=True)
    lines = []
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    value = cached[sheet.title][cell.coordinate].value
                    shown = f"{cell.value} -> {value}" if cell.data_type == "f" else f"{cell.value}"
                    lines.append(f"{sheet.title}!{cell.coordinate} {shown}")
    return lines


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        built = build(SMALL, Path(folder) / "small.xlsx")
        GOLDEN.write_text("\n".join(text_of(built.path)) + "\n", encoding="utf-8")
