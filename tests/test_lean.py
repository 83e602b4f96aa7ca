"""Start-up: a command imports what it uses and nothing else."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import SMALL, Built

HEAVY = {
    "formulas", "schedula", "ironcalc", "openpyxl", "xlsxwriter", "scipy", "lxml", "numpy", "pydantic", "lark",
    "matplotlib", "pyarrow", "distributed", "platformdirs",
}  # fmt: skip
READS = {"openpyxl", "numpy", "lxml"}
SPEC = {"pydantic", "lark", "numpy"}


def imported(*arguments: str) -> set[str]:
    """The heavy libraries that a command imports."""
    command = [sys.executable, "-X", "importtime", "-m", "modelgen", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr[-500:]
    lines = [
        line.split("|")[2].strip()
        for line in done.stderr.splitlines()
        if line.startswith("import time")
    ]
    return HEAVY & set(lines)


def test_help_imports_nothing_heavy() -> None:
    assert imported("--help") == set()
    for command in ("build", "sweep", "check", "batch"):
        assert imported(command, "--help") == set()


def test_no_command_imports_an_engine_that_it_does_not_use(small: Built, tmp_path: Path) -> None:
    deal, book, out = str(SMALL), str(small.path), str(tmp_path / "out.xlsx")
    assert imported("list") == {"pydantic"}
    writes = SPEC | {"xlsxwriter"}
    assert imported("build", deal, "-o", out, "--no-proof") == writes
    assert imported("build", deal, "-o", out) == writes | {"ironcalc"}
    assert imported("audit", book) <= READS
    for command in (["check", book], ["trace", book, "growth"], ["recalc", book]):
        assert imported(*command, "--engine", "ironcalc") == READS | {"ironcalc"}
    # formulas needs scipy; where the workbook is known, not even formulas is imported.
    assert {"formulas"} <= imported("check", book, "--set", "growth=1%") <= READS | {
        "formulas", "schedula", "scipy", "platformdirs",
    }  # fmt: skip
    assert not imported("check", book) & {"formulas", "ironcalc"}
    table = str(tmp_path / "table.csv")
    assert imported(
        "sweep",
        deal,
        "--vary",
        "growth=0%, 1%",
        "--outputs",
        "interest",
        "--check",
        "0",
        "-o",
        table,
    ) <= SPEC | {"scipy", "openpyxl", "xlsxwriter", "lxml"}
